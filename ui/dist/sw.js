/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-30a817b00120';
const FILES = ["assets/FillPage-C6rGAZkj.js","assets/MePage-B3xP6NBp.js","assets/OutboxPage-C3HLEJ0m.js","assets/TodoPage-C3VFh8q0.js","assets/TodoPeek-2jkD_-0S.js","assets/cases-CNkmDCGc.js","assets/en-CJrYThdp.js","assets/figures-CB0rKKpg.js","assets/forms-BEyJ9fu1.js","assets/index-Cd0sCTuM.js","assets/kept-F3hgFnFB.js","assets/office-BmU1hjZc.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-Ch4Rtmar.js"];

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
