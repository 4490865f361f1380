/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-e1f34cc144c6';
const FILES = ["assets/AppIcon-DFeqMsxO.js","assets/AuditPage-Ceh0JhyY.js","assets/DayPicker-TVBv5s6z.js","assets/ErrorSummary-BghpCILd.js","assets/ExchangePage-CDjV0sTs.js","assets/FactLog-C5N7eo6H.js","assets/FiguresPage-c_2i8e6m.js","assets/FillBook-CCfnr9QA.js","assets/FillPage-Bj-y5xFD.js","assets/FormPage-BlWZgnVp.js","assets/HealthPage-BoBmvNMa.js","assets/MePage-BaVDbYwe.js","assets/OutboxPage-xC0h5rQN.js","assets/PeoplePage-aNFHDsVr.js","assets/ReviewPage-D2RUPk67.js","assets/TextInput-BUQfYQP2.js","assets/TodoPage-Ca-Dyaol.js","assets/TodoPeek-QLufEkZl.js","assets/UnitPage-CQAaqKaq.js","assets/UnitSelect-aQSFrHHf.js","assets/cell-CVKb3RSq.js","assets/en-COaBx6nF.js","assets/index-D3gczEWz.js","assets/page-Cyyf25lq.js","assets/shown-CMDbMB26.js","assets/useFigure-D3DHpq7C.js","assets/watch-Db6ypYp3.js"];

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
