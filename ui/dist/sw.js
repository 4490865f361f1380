/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-62da1c21f853';
const FILES = ["assets/FillPage-V2HgO-Bf.js","assets/MePage-CQUi84MY.js","assets/OutboxPage-D4s4ywQd.js","assets/TodoPage-XHMc11Qo.js","assets/TodoPeek--OqFEMm8.js","assets/cases-B1o0c_M8.js","assets/en-CJrYThdp.js","assets/figures-DGDdJ10A.js","assets/forms-C3lrP10w.js","assets/index-Wj5VV2HO.js","assets/kept-BFw_cbu8.js","assets/office-riyid8yJ.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-BNU5Djr0.js"];

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
