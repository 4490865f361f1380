/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-f329cdb4f098';
const FILES = ["assets/FillPage-BwXviqb_.js","assets/MePage-u33XOLtZ.js","assets/OutboxPage-BO6Op0lj.js","assets/TodoPage-CFUmiPOG.js","assets/TodoPeek-D8q8gwzZ.js","assets/cases-CRt89ygS.js","assets/en-CJrYThdp.js","assets/figures-CNCJT4J8.js","assets/forms-CGXAhCyD.js","assets/index-CcGjDJMW.js","assets/kept-BoG-ii_i.js","assets/office-Cu1L6ZsG.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-BSlkZ4Ss.js"];

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
