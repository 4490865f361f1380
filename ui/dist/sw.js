/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-4ac5227b5d4b';
const FILES = ["assets/AppIcon-Cv-0hUwL.js","assets/AuditPage-BEN4s_7Z.js","assets/DayPicker-C7JutTrc.js","assets/ErrorSummary-C9_HZ4kf.js","assets/ExchangePage-DkQ7KEpM.js","assets/FactLog-DAwEBqAb.js","assets/FiguresPage-BQ1tbEcY.js","assets/FillBook-DYY1z_rF.js","assets/FillPage-CfknGG-k.js","assets/FormPage-B24T2rhh.js","assets/HealthPage-CTzu9vF_.js","assets/ListRow-D_g56mkQ.js","assets/MePage-axFSnyIw.js","assets/OutboxPage-j37ugqbd.js","assets/PeoplePage--AKXhlYU.js","assets/ReviewPage-C7WSW1xx.js","assets/TabBar-Cj2j9Tt2.js","assets/TagLabel-BwIfek3T.js","assets/TextInput-BAB7KnMW.js","assets/TodoPage-CM7tP9bO.js","assets/TodoPeek-BYs-z7Ur.js","assets/UnitPage-BwofFbAa.js","assets/UnitSelect-DNEuPOGy.js","assets/ViewState-BOhNgCCc.js","assets/cell-CVKb3RSq.js","assets/en-COaBx6nF.js","assets/events-Y7fH2Jld.js","assets/index-CrqTflmK.js","assets/page-4iuEwh8Y.js","assets/useFigure-D_7MLt5z.js","assets/useView-BVvePAl2.js","assets/vault-DATKo-Dl.js","assets/watch-LrI7aM65.js"];

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
