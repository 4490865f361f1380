// The staff app in Chromium against a running server with the demo city: each role's day, the road without
// a network, every page with axe-core. The city is changed: give it a copy.
// usage: node app.mjs TIAN CITY PICTURES [PART…]   (CITY-people.tsv as tools/demo writes it with TIAN_DEMO_PASSWORD)
import { mkdirSync } from 'node:fs';
import { City, expect, launch, part, signIn, strange, sums } from './city.mjs';
import * as cases from './cases.mjs';
import * as days from './days.mjs';
import * as offline from './offline.mjs';
import { walk } from './walk.mjs';

const [tian, folder, pictures, ...only] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
const city = new City(tian, folder);
await city.start();
const browser = await launch();
const states = {};
const wanted = (name, run) => (only.length && !only.includes(name) ? undefined : part(name, run));
try {
  await part('signing in', async () => {
    states.shuji = await days.throughTheDoor(browser, city);
    states.renshi = await days.withSecondFactor(browser, city);
    for (const login of ['kezhang', 'nongye', 'shenji', 'xitong', 'anquan', 'zhenli', 'xianli', 'jiaotong', 'wangge']) if (city.people.has(login)) states[login] = await signIn(browser, city, login);
  });
  await wanted('return', () => days.returnAndConfirm(browser, city, states));
  await wanted('conflict', () => days.twoTabs(browser, city, states));
  await wanted('tables', () => days.tables(browser, city, states));
  await wanted('auditor', () => days.auditor(browser, city, states));
  await wanted('somebody new', () => days.somebodyNew(browser, city, states));
  await wanted('keyboard', () => days.keyboard(browser, city, states));
  await wanted('lost receipt', () => offline.lostReceipt(browser, city, states));
  await wanted('shared device', () => offline.sharedDevice(browser, city, states));
  await wanted('offline', () => offline.withoutServer(browser, city, states));
  await wanted('many cases', () => cases.manyAtOnce(browser, city, states));
  await wanted('overtaken', () => cases.overtaken(browser, city, states));
  await wanted('cases offline', () => cases.withoutServer(browser, city, states));
  await wanted('walk', () => walk(browser, city, states, pictures));
  expect(!strange.length, 'no error in the console, and the content policy forbids nothing that is needed', [...new Set(strange)].join('\n'));
} finally {
  await browser.close();
  await city.stop();
}
await part('verify', () => expect(/\d/.test(city.run('verify', folder)), 'after all this, every fact verifies'));
process.exit(sums() ? 1 : 0);
