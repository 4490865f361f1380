/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-931568ad2773';
const FILES = ["assets/AppIcon-BTU9QBvk.js","assets/AuditPage-CJuHKEpu.js","assets/DayPicker-CY61Khp6.js","assets/ErrorSummary-Csc_u8Zm.js","assets/ExchangePage-DyVAtp_p.js","assets/FiguresPage-DXjwyc6Z.js","assets/FillBook-DZxFnh10.js","assets/FillPage-CICX9mWF.js","assets/FormPage-BiFWMti_.js","assets/HealthPage-CLH3UJxB.js","assets/KeyValues-BIAEXtfW.js","assets/ListRow-B70sRHB6.js","assets/MePage-BMDyXg8F.js","assets/OutboxPage-B_A5_3x8.js","assets/PeoplePage-BmP7pi8h.js","assets/ReviewPage-FLkq4Ko-.js","assets/TabBar-DvVOb6PK.js","assets/TagLabel-CPzf655B.js","assets/TextInput-paemM25m.js","assets/TodoPage-BGt3uBhd.js","assets/UnitPage-DGK6f13I.js","assets/UnitSelect-DKBwfd5V.js","assets/ViewState-D212szuh.js","assets/en-D2edDxAL.js","assets/events-B5y80_HX.js","assets/index-DS1khrfu.js","assets/page-CBvYbn5D.js","assets/useFigure-9C8nU8S_.js","assets/useView--oB94ggX.js","assets/vault-CtDZ_gOt.js","assets/watch-CsJY6GEi.js"];

self.addEventListener('install', (event) => {
  const wanted = ['./', './tian.svg', './tian.webmanifest', ...FILES.map((f) => './' + f)];
  event.waitUntil(caches.open(KEEP).then((kept) => kept.addAll(wanted)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((n) => n.startsWith('tian-') && n !== KEEP).map((n) => caches.delete(n))))
    .then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const mine = url.origin === self.location.origin && url.pathname.startsWith('/app/');
  if (event.request.method !== 'GET' || !mine) return;
  const key = event.request.mode === 'navigate' ? './' : event.request;
  event.respondWith(caches.open(KEEP).then((kept) => kept.match(key)).then((hit) => hit || fetch(event.request)));
});
