/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-0e9a64b2f182';
const FILES = ["assets/FillPage-3ajQuLJW.js","assets/MePage-BveJxnP4.js","assets/OutboxPage-5WVcfsAR.js","assets/TodoPage-C7QZckTR.js","assets/TodoPeek-CNhQK2Y1.js","assets/cases-DpEoW7PY.js","assets/en-CJrYThdp.js","assets/figures-Bxlsm5kS.js","assets/forms-CVtKbuuj.js","assets/index-CFBmRNK4.js","assets/kept-C1Thz4Tq.js","assets/office-0dVHr906.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-BcQTFSbI.js"];

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
