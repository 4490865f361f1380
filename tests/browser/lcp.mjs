// First load on a phone with a poor network (1.6 Mbit/s, 300 ms, a processor four times slower): when the
// largest piece of the page stood. Prints one line of JSON, milliseconds, the median of the rounds.
// usage: node lcp.mjs TIAN CITY [ROUNDS]
import { City, PHONE, launch, open, settled, signIn } from './city.mjs';

const [tian, folder, rounds = '3'] = process.argv.slice(2);
const city = new City(tian, folder);
await city.start();
const browser = await launch();

async function measure(path, state, ready) {
  const context = await open(browser, city, 'lcp', { ...PHONE, deviceScaleFactor: 2 }, state);
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', { offline: false, latency: 300, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 });
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let bytes = 0;
  wire.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await page.goto(city.site + path);
  await ready(page);
  await page.waitForTimeout(500);
  const lcp = await page.evaluate(() => new Promise((good) => {
    new PerformanceObserver((list) => good(list.getEntries().pop().startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
  }));
  await context.close();
  return { lcp: Math.round(lcp), kb: Math.round(bytes / 1024) };
}
async function median(path, state, ready) {
  const all = [];
  for (let k = 0; k < Number(rounds); k++) all.push(await measure(path, state, ready));
  return all.sort((a, b) => a.lcp - b.lcp)[Math.floor(all.length / 2)];
}
try {
  const todo = await median('/app/#/todo', await signIn(browser, city, 'shuji'), async (page) => { await settled(page); await page.waitForSelector('.rows .row'); });
  const open_page = await median('/u/220284101200', undefined, (page) => page.waitForSelector('main h1'));
  console.log(JSON.stringify({ todo_ms: todo.lcp, todo_kb: todo.kb, public_ms: open_page.lcp, public_kb: open_page.kb }));
} finally {
  await browser.close();
  await city.stop();
}
