/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-a70d92770b79';
const FILES = ["assets/FillPage-BAyxfVwk.js","assets/MePage-YHC4MIqz.js","assets/OutboxPage-HzmkFFZe.js","assets/TodoPage-caDCXp8w.js","assets/TodoPeek-CQ8aXltK.js","assets/cases-wpFwuEXn.js","assets/en-CJrYThdp.js","assets/figures-hy8-fn8_.js","assets/forms-xzN9V2e2.js","assets/index-DeZwO4MY.js","assets/kept-CrMYSiho.js","assets/office-BMVGZu4C.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-C5BvyBFE.js"];

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
