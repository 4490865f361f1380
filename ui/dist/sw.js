/* Keeps the shell of the app on the device, so that it opens without a network. Answers of /api are
 * never touched here: what a person may see is asked each time, and kept sealed by the app itself.
 * A new version waits until the person takes it (the toast sends 'take'). */
const KEEP = 'tian-17a578a4e7f1';
const FILES = ["assets/AppIcon-B3bOhxiH.js","assets/AuditPage-B01uJifW.js","assets/DayPicker-D04Fba38.js","assets/ErrorSummary-CfC0Bkor.js","assets/ExchangePage-B_FwzqS8.js","assets/FactLog-C9-M5d_9.js","assets/FiguresPage-5LSV55iG.js","assets/FillBook-ChSqEIN2.js","assets/FillPage-DYTKqCYe.js","assets/FormPage-CUVMcL0-.js","assets/HealthPage-CnqfNKsI.js","assets/ListRow-CzNeXeae.js","assets/MePage-BpJnWCRS.js","assets/OutboxPage-LBpa1BEw.js","assets/PeoplePage-xhtkiIMU.js","assets/ReviewPage-ybzeSmZC.js","assets/TabBar-CYlB9nZD.js","assets/TagLabel-DInGcFgN.js","assets/TextInput-B_uNSt7R.js","assets/TodoPage-aw_A8rF-.js","assets/TodoPeek-D6mY6dRJ.js","assets/UnitPage-DKFm_IlM.js","assets/UnitSelect-B9EgXms5.js","assets/ViewState-CVMhVZCP.js","assets/cell-CVKb3RSq.js","assets/en-COaBx6nF.js","assets/events-oVfLUi-e.js","assets/index-DvoJWELB.js","assets/page-x5t5sOks.js","assets/useFigure-wjfIFuIY.js","assets/useView-BjTrxgJu.js","assets/vault-BqpfND3T.js","assets/watch-C3cRV7SW.js"];

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
