/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-0ab9fe6940b9';
const FILES = ["assets/FillPage-D8GjO5aY.js","assets/MePage-WKO3bYWw.js","assets/OutboxPage-D_oaIXhG.js","assets/TodoPage-BdMiKajd.js","assets/TodoPeek-BX0dPzrr.js","assets/cases-CRKOklgp.js","assets/en-CJrYThdp.js","assets/figures-D2VHZ6iK.js","assets/forms-D-b8R1_v.js","assets/index-FOgGWDft.js","assets/kept-DCoYXoOX.js","assets/office-De49xjXU.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-71G5mUr2.js"];

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
