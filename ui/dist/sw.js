/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-cba1ab337a56';
const FILES = ["assets/AppIcon-DFeqMsxO.js","assets/AuditPage-Ceh0JhyY.js","assets/DayPicker-TVBv5s6z.js","assets/ErrorSummary-BghpCILd.js","assets/ExchangePage-CWzcMBW3.js","assets/FactLog-C5N7eo6H.js","assets/FiguresPage-Bdc6GZUQ.js","assets/FillBook-DtavPreO.js","assets/FillPage-3pRGGZ62.js","assets/FormPage-DVwTaPnn.js","assets/HealthPage-BoBmvNMa.js","assets/MePage-BjOdqz4g.js","assets/OutboxPage-hPJrJyvv.js","assets/PeoplePage-k6evmGac.js","assets/ReviewPage-COjAk69a.js","assets/TextInput-BUQfYQP2.js","assets/TodoPage-CeOGo6i5.js","assets/TodoPeek-QLufEkZl.js","assets/UnitPage-CnMqtcgR.js","assets/UnitSelect-DZ21G7mB.js","assets/cell-CVKb3RSq.js","assets/en-COaBx6nF.js","assets/index-DYkxKHBb.js","assets/page-Cyyf25lq.js","assets/shown-CMDbMB26.js","assets/useFigure-D7_iTs_K.js","assets/watch-Db6ypYp3.js"];

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
