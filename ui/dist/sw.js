/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-93e88ef14d7a';
const FILES = ["assets/FillPage-BX7y5iYU.js","assets/MePage-thFrwBpL.js","assets/OutboxPage-BceO00au.js","assets/TodoPage-DprCE5qI.js","assets/TodoPeek-DWbO-npe.js","assets/cases-DueYvWsZ.js","assets/en-CJrYThdp.js","assets/figures-DUsf-8gN.js","assets/forms-C0XMBBYw.js","assets/index-odzCAkzy.js","assets/kept-DmgbqH1P.js","assets/office-i_uWGyPH.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-nrYfjkxA.js"];

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
