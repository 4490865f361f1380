/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-6fc1a4641a67';
const FILES = ["assets/FillPage-CR4BOau1.js","assets/MePage-CNDFMZOD.js","assets/OutboxPage-823O1Sl3.js","assets/TodoPage-_bhATAH2.js","assets/TodoPeek-2S7mI3wU.js","assets/cases-B5utMxGH.js","assets/en-CJrYThdp.js","assets/figures-B2zy6TpM.js","assets/forms-DtgkK0zP.js","assets/index-GEQ48gyX.js","assets/kept-y172kwql.js","assets/office-BvANyhlx.js","assets/rolldown-runtime-DK3Fl9T5.js","assets/shown-CrNRSHyM.js"];

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
