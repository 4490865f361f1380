/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-325f79fed4b2';
const FILES = ["assets/AppIcon-B_GF6L5Z.js","assets/AuditPage-BjXrhMh_.js","assets/DayPicker-C-mc7dXY.js","assets/ErrorSummary-D8IYqXJe.js","assets/ExchangePage-DUpVoJ95.js","assets/FactLog-BjhERZBM.js","assets/FiguresPage-DkS_hFz5.js","assets/FillBook-v9jxWvXA.js","assets/FillPage-DiHoubj2.js","assets/FormPage-DnRXF0t7.js","assets/HealthPage-Qtr7y1yj.js","assets/ListRow-DklUEBS0.js","assets/MePage-Dl7Al1KN.js","assets/OutboxPage-Be6q81xG.js","assets/PeoplePage-DMRE8Ts8.js","assets/ReviewPage-DpaxL0_v.js","assets/TabBar-C-B-0txl.js","assets/TagLabel-B9ga8b8j.js","assets/TextInput-Cga3A6VP.js","assets/TodoPage-B0_rQp1c.js","assets/TodoPeek-tEbmiGXf.js","assets/UnitPage-D0Dq0HR5.js","assets/UnitSelect-DuXmmLpS.js","assets/ViewState-YF6IpN9_.js","assets/cell-CVKb3RSq.js","assets/en-JBtvi5Xu.js","assets/events-CjRv7G0p.js","assets/index-CGQGSVQQ.js","assets/page-CpEFeuaI.js","assets/useFigure-CyHHnTjg.js","assets/useView-CRLwzUcU.js","assets/vault-DnyqTPq-.js","assets/watch-Bi3W0dGe.js"];

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
