// Cases in the staff app: raised and moved on a phone without the server, overtaken by another device, and
// many at once at the desk. The city's village secretary raises and accepts them.
import { DESK, PHONE, ask, expect, goTo, newPage, open, settled, unplugged, until } from './city.mjs';

const BOOK = 'matter';
const text = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const cases = async (page, city, which = 'mine', find = '') => (await ask(page, city, `cases?book=${BOOK}&which=${which}&sort=newest&limit=50&find=${encodeURIComponent(find)}`)).lines;
const found = async (page, city, head, which = 'open') => (await cases(page, city, which, head)).find((l) => l.head.includes(head));

/** Kind, a sentence, one press. */
async function raise(page, head) {
  await page.evaluate(() => { location.hash = '#/outbox'; });
  await page.waitForSelector('#main h1');
  await page.evaluate((book) => { location.hash = `#/report/${book}`; }, BOOK);
  await page.getByRole('radio', { name: '道路水渠' }).check();
  await page.fill('#f-what', head);
  await page.getByRole('button', { name: '报上去' }).click();
  await page.waitForSelector('.report-done');
}
async function toCase(page, number) {
  await page.evaluate(([book, n]) => { location.hash = `#/case/${book}/${n}`; }, [BOOK, number]);
  await page.waitForSelector('.case h2');
}
const pressMain = async (page) => { await page.waitForSelector('#case-act'); await page.click('#case-act'); };
async function sendAll(page) {
  await page.evaluate(() => { location.hash = '#/outbox'; });
  await page.getByRole('button', { name: /现在就送|再试一次/ }).click();
}

/** After one sign-in: the list, a case and its move, a new report, all without the server; everything arrives once. */
export async function withoutServer(browser, city, states) {
  const context = await open(browser, city, 'shuji with cases', PHONE, states.shuji, 'allow');
  let page = await newPage(context);
  await goTo(page, city, 'todo');
  await page.waitForSelector('.ptabs a[href="#/report"]');
  await raise(page, '东头路面塌了一块');
  const one = await found(page, city, '东头路面塌了一块');
  expect(!!one && one.state.name === 'reported', 'a report arrives, and waits to be accepted', JSON.stringify(one));
  await until(page, () => navigator.serviceWorker.ready.then((r) => !!r.active));
  await page.reload();
  await settled(page);
  await page.waitForTimeout(2500); // what goes along is fetched after the first screen

  await unplugged(async () => {
    await city.stop('SIGKILL');
    await page.close();
    page = await newPage(context);
    await page.goto(`${city.site}/app/#/cases`);
    await page.waitForSelector('.rows .row');
    const row = page.locator('.rows .row', { hasText: '东头路面塌了一块' });
    expect(await row.count() === 1, 'without the server the list is made of the cases that go along', await text(page.locator('#main')));
    await row.click();
    await page.waitForSelector('.case h2');
    await pressMain(page);
    await page.waitForSelector('.case .note');
    expect(/“受理”还在本机待送/.test(await text(page.locator('.case'))) && /已上报/.test(await text(page.locator('.steps .now'))), 'a move without the server is said to wait; the state stays what it is', await text(page.locator('.case')));
    await raise(page, '西沟井盖丢了');
    expect(/先存在本机了/.test(await text(page.locator('.report-done'))), 'a report without the server is kept, and said to be kept');
    await city.start();
  });
  await sendAll(page);
  await until(page, () => !document.querySelector('#main .ob .st'), null, 20_000);
  const after = await found(page, city, '东头路面塌了一块');
  expect(after?.state.name === 'accepted', 'the server is back: the move was made', after?.state.name);
  expect((await cases(page, city, 'open', '西沟井盖丢了')).length === 1, 'and the report arrived once');
  await toCase(page, one.number);
  await until(page, () => /已受理/.test(document.querySelector('.steps .now')?.textContent ?? ''));
  expect(!(await page.locator('.case .note').count()), 'the case says so, and nothing waits any more', await text(page.locator('.case')));
  await context.close();
}

/** Another device was first: the difference is shown, nothing is lost, and there is a way on. */
export async function overtaken(browser, city, states) {
  const context = await open(browser, city, 'shuji, slower', PHONE, states.shuji);
  const other = await open(browser, city, 'shuji, faster', PHONE, states.shuji);
  const page = await newPage(context);
  const fast = await newPage(other);
  await goTo(page, city, 'todo');
  await page.waitForSelector('.ptabs a[href="#/report"]');
  await raise(page, '桥头护栏断了');
  const one = await found(page, city, '桥头护栏断了');
  await toCase(page, one.number);
  await page.waitForSelector('#case-act');
  await unplugged(async () => {
    await page.route('**/api/do/**', (route) => route.abort('connectionreset'));
    await pressMain(page);
    await page.waitForSelector('.case .note');
    await goTo(fast, city, `case/${BOOK}/${one.number}`);
    await pressMain(fast);
    await until(fast, () => /已受理/.test(document.querySelector('.steps .now')?.textContent ?? ''));
    await page.unroute('**/api/do/**');
    await sendAll(page);
    await page.getByRole('button', { name: '打开改' }).click();
    await page.waitForSelector('.case .errsum');
    const said = await text(page.locator('.case .errsum'));
    expect(/别人先办了|没有办成/.test(said) && /现在是“已受理”/.test(said), 'who came second is told what stands now', said);
    expect(await page.locator('.case .errsum .b').count() >= 1, 'and is offered a way on');
    await page.getByRole('button', { name: /算了，不办了/ }).click();
    await page.waitForSelector('.case .submit .b');
  });
  expect((await found(page, city, '桥头护栏断了')).state.name === 'accepted', 'the first move stands');
  await Promise.all([context.close(), other.close()]);
}

/** At the desk: select with x, accept all at once; the list shows what became of them. */
export async function manyAtOnce(browser, city, states) {
  const context = await open(browser, city, 'shuji at the desk', DESK, states.shuji);
  const page = await newPage(context);
  await goTo(page, city, 'todo');
  await page.waitForSelector('.rail a[href="#/cases"]');
  for (const head of ['路边石松动一', '路边石松动二']) await raise(page, head);
  await goTo(page, city, `cases?book=${BOOK}&which=open&state=reported&find=${encodeURIComponent('路边石松动')}`);
  await until(page, () => document.querySelectorAll('.rows .row').length === 2);
  await page.locator('#main h1').click();
  for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
  const act = page.locator('.case-batch .b.p', { hasText: /^受理 2 件$/ });
  await act.click();
  await until(page, () => !document.querySelector('.rows .row'), null, 10_000);
  const states_ = (await cases(page, city, 'open', '路边石松动')).map((l) => l.state.name);
  expect(states_.length === 2 && states_.every((s) => s === 'accepted'), 'two are accepted with one press', states_.join());
  await context.close();
}
