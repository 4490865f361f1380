/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-039975cde625';
const FILES = ["assets/FillPage-BbyhLx7w.js","assets/MePage-BwUyhO4n.js","assets/OutboxPage-Cp5oYtOd.js","assets/TodoPage-CjpZ-PSv.js","assets/TodoPeek-DkxDa35G.js","assets/cases-DD9h38hP.js","assets/en-CJrYThdp.js","assets/figures-BrWkB8LM.js","assets/forms-FXFVadDf.js","assets/index-DVvDAtJl.js","assets/kept-CgocjmWN.js","assets/office-DWbMEj2p.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-DJHl4HzL.js"];

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
