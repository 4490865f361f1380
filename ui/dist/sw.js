/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-5b71920643d3';
const FILES = ["assets/AppIcon-CpQesgAm.js","assets/AuditPage-BlZbL9Ma.js","assets/DayPicker-6jGubgzo.js","assets/ErrorSummary-Bx8ltll4.js","assets/ExchangePage-C9_ZEiY7.js","assets/FactLog-BnBXKlNb.js","assets/FiguresPage-5Ot2A7IJ.js","assets/FillBook-TT8U5FWq.js","assets/FillPage-wPwUY2C8.js","assets/FormPage-m1l6QBWd.js","assets/HealthPage-BqZY_ZYr.js","assets/ListRow-CyfNsdRn.js","assets/MePage-BmYWZSOv.js","assets/OutboxPage-D4O62i2G.js","assets/PeoplePage-C7Xz-LpO.js","assets/ReviewPage-BFjphjD9.js","assets/TabBar-DvLihVhU.js","assets/TagLabel-BEpd7CGu.js","assets/TextInput-B048R1E4.js","assets/TodoPage-DI_T4cAq.js","assets/TodoPeek-D1UlKnzE.js","assets/UnitPage-B_umP-KC.js","assets/UnitSelect-BK4khPI4.js","assets/ViewState-aSBjJoiL.js","assets/cell-CVKb3RSq.js","assets/en-DRVR12Fc.js","assets/events-BAe9y1eU.js","assets/index-CFxGi6pY.js","assets/page-jQO3uL2-.js","assets/useFigure-Dhq_Oi7V.js","assets/useView-BABBo9sK.js","assets/vault-B0iQxpID.js","assets/watch-CFoFTaDN.js"];

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
