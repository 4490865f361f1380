/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-876d040bb0ca';
const FILES = ["assets/AppIcon-Cv-0hUwL.js","assets/AuditPage-DHE0uxv3.js","assets/DayPicker-C7JutTrc.js","assets/ErrorSummary-C9_HZ4kf.js","assets/ExchangePage-B-pTlu-a.js","assets/FactLog-DAwEBqAb.js","assets/FiguresPage-szQZ-Uf3.js","assets/FillBook-Dy0nAL9p.js","assets/FillPage-CaMB1iSu.js","assets/FormPage-BI03WsfD.js","assets/HealthPage-B7nmH0nF.js","assets/ListRow-DrpL5Mr_.js","assets/MePage-MOsGihb9.js","assets/OutboxPage-UFMLxAuE.js","assets/PeoplePage-DwmWHbXI.js","assets/ReviewPage-CXbIs5_q.js","assets/TabBar-N3UwEI3s.js","assets/TagLabel-BwIfek3T.js","assets/TextInput-BAB7KnMW.js","assets/TodoPage-JRr2jM4z.js","assets/TodoPeek-BYs-z7Ur.js","assets/UnitPage-DzTnwFZR.js","assets/UnitSelect-BA3QtulQ.js","assets/ViewState-DItD3vqA.js","assets/cell-CVKb3RSq.js","assets/en-COaBx6nF.js","assets/events-Y7fH2Jld.js","assets/index-DIuESwKo.js","assets/page-4iuEwh8Y.js","assets/useFigure-f9GsOrPG.js","assets/useView-BVvePAl2.js","assets/vault-DATKo-Dl.js","assets/watch-Dv3p-njZ.js"];

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
