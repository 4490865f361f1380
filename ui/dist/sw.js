/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-f77f053d8782';
const FILES = ["assets/AppIcon-Gv802e_u.js","assets/AuditPage-DNvUVcSe.js","assets/DayPicker-C2yyAIH0.js","assets/ErrorSummary-nHwWWEIn.js","assets/ExchangePage-DXWXeZmQ.js","assets/FactLog-BMjqrkJ8.js","assets/FiguresPage-t3V10cZZ.js","assets/FillBook-DSTGmDQt.js","assets/FillPage-DbbMbXai.js","assets/FormPage-XH_TcE3H.js","assets/HealthPage-CyNfc0hE.js","assets/MePage-BbZA1aWj.js","assets/OutboxPage-B4qrG8ZA.js","assets/PeoplePage-DWaa6kVp.js","assets/ReviewPage-_4D8hKEC.js","assets/TableOut-Dce5dYzA.js","assets/TextInput-DOdxyf3D.js","assets/TodoPage-DMoiM4-M.js","assets/TodoPeek-uDN4aZ0x.js","assets/UnitPage-CpTRfYDT.js","assets/UnitSelect-BrfN1esv.js","assets/cell-CVKb3RSq.js","assets/en-COJ6Vxmh.js","assets/index-DpBh4s4H.js","assets/page-BAVKGjOt.js","assets/shown-GQSrCPCr.js","assets/useFigure-BC72dJn7.js","assets/watch-BTCKrmCX.js"];

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
