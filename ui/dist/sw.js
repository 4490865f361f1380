/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-dc11875ead13';
const FILES = ["assets/AppIcon-CGcU1iEd.js","assets/AuditPage-COnFOoEu.js","assets/DayPicker-BXwr3YdN.js","assets/ErrorSummary-BxAYnuZ3.js","assets/ExchangePage-BdIfYxa8.js","assets/FactLog--MD47ZP0.js","assets/FiguresPage-BPEvnJrl.js","assets/FillBook-belLiG0q.js","assets/FillPage-Bks1p1VK.js","assets/FormPage-CYnkhRIz.js","assets/HealthPage-Cs7FjDwf.js","assets/MePage-BjnfRJHG.js","assets/OutboxPage-Byxn7rWV.js","assets/PeoplePage-DgrcH_Ht.js","assets/ReviewPage-DkWOQhtV.js","assets/TableOut-D9jKn1pI.js","assets/TextInput-DK2DRJiL.js","assets/TodoPage-Cs7EmrZ4.js","assets/TodoPeek-BfMkY6gQ.js","assets/UnitPage-CjNr8kCS.js","assets/UnitSelect-C1doF-CY.js","assets/cell-CVKb3RSq.js","assets/en-COJ6Vxmh.js","assets/index-BO6m0zfZ.js","assets/page-Bpd2TBCH.js","assets/shown-BmnWHO0h.js","assets/useFigure-DcCU9jcc.js","assets/watch-DTX9xWzi.js"];

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
