// Each role's day: a village's secretary on the phone, the clerk of its township and the county at their
// desks, the auditor, the people officer and somebody who is new.
import { DESK, PHONE, ask, expect, goTo, listen, newPage, open, settled, until } from './city.mjs';
import { fillFirstRow } from './xlsx.mjs';

const VILLAGE = '220284101200';
const RETURN = `fill/income/${VILLAGE}/2022-01`;
const text = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const fill = async (page, values) => { for (const [name, value] of Object.entries(values)) await page.fill(`#f-${name}`, value); };
const send = (page) => page.getByRole('button', { name: /^(报上去|改好再报)$/ }).click();
const received = async (page) => (await page.waitForSelector('.fill-receipt')) && text(page.locator('.fill-receipt'));

/** Through the form, as people do. */
export async function throughTheDoor(browser, city) {
  const context = await open(browser, city, 'shuji at the door', PHONE);
  const page = await newPage(context);
  await page.goto(`${city.site}/login`);
  await page.fill('#login', 'shuji');
  await page.fill('#password', 'not this one');
  await page.getByRole('button', { name: '登录' }).click();
  expect(/账号或密码不对/.test(await text(page.locator('main'))), 'a wrong password is said in words', await text(page.locator('main')));
  await page.fill('#login', 'shuji');
  await page.fill('#password', city.people.get('shuji').password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(/\/app\//);
  await settled(page);
  expect(/待办/.test(await text(page.locator('#main'))), 'the right one leads to what is to be done');
  const state = await context.storageState();
  await context.close();
  return state;
}

export async function withSecondFactor(browser, city) {
  const context = await open(browser, city, 'renshi at the door', DESK);
  const page = await newPage(context);
  await page.goto(`${city.site}/login`);
  await page.fill('#login', 'renshi');
  await page.fill('#password', city.people.get('renshi').password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForSelector('#code');
  expect(!(await context.cookies()).some((c) => c.name === 'tian'), 'a password alone opens nothing to an officer');
  if (await page.locator('#password').count()) await page.fill('#password', city.people.get('renshi').password);
  await page.fill('#code', city.code('renshi'));
  await page.getByRole('button', { name: /登录|确定|继续/ }).click();
  await page.waitForURL(/\/app\//);
  await settled(page);
  expect(/人员/.test(await text(page.locator('#main h1'))), 'with the code of the moment it does', page.url());
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Wrong value, corrected, filed; the county's open page moves by itself; sent back, mended, confirmed, traced. */
export async function returnAndConfirm(browser, city, states) {
  const village = await newPage(await open(browser, city, 'shuji', PHONE, states.shuji));
  const town = await newPage(await open(browser, city, 'kezhang', DESK, states.kezhang));
  const county = await newPage(await open(browser, city, 'nongye', DESK, states.nongye));
  await goTo(county, city, `figures/village_income_total?unit=${VILLAGE}&period=2022-01`);
  const figure = county.locator('.figs > div').first();
  expect(/还没有人报/.test(await text(figure)), 'before the return, the figure says that nobody has reported', await text(figure));
  await county.evaluate(() => { window.sameDocument = true; });

  await goTo(village, city, 'todo');
  await village.getByRole('link', { name: /村级集体经济收入 · 2022 年 1 月/ }).click();
  await village.waitForSelector('#f-own');
  await fill(village, { own: '-5', contract: '6000', invest: '10', other: '5' });
  await send(village);
  await village.waitForSelector('.errsum');
  expect(/自主经营收入/.test(await text(village.locator('.errsum'))), 'a wrong value is named in the summary', await text(village.locator('.errsum')));
  expect(await village.locator('#f-own').getAttribute('aria-invalid') === 'true' && /不能小于/.test(await text(village.locator('#f-own-said'))), 'and at its field');
  expect(await village.evaluate(() => document.activeElement?.className === 'errsum'), 'the summary has the focus');
  await village.locator('.errsum button').first().click();
  expect(await village.evaluate(() => document.activeElement?.id) === 'f-own', 'a line of the summary leads to its field');
  await fill(village, { own: '800' });
  await send(village);
  expect(/收到了/.test(await received(village)), 'corrected, it is received', await text(village.locator('.fill-receipt')));
  await until(county, () => /0\.68/.test(document.querySelector('.figs')?.textContent ?? ''), null, 6000).catch(() => {});
  expect(/0\.68万元/.test(await text(figure)) && await county.evaluate(() => window.sameDocument === true), 'the figure moves by itself on the open page of the county', await text(figure));

  await goTo(town, city, 'review');
  const row = town.locator('.rows .row', { hasText: '都力河村 村级集体经济收入 2022 年 1 月' });
  for (let k = 0; k < 3 && !(await row.count()); k++) { await town.getByRole('button', { name: '再看后面的' }).click(); await town.waitForTimeout(400); }
  await row.click();
  const detail = town.locator('.det');
  expect(/跟 2021 年 12 月 比/.test(await text(detail)) && /743/.test(await text(detail)) && /800/.test(await text(detail)), 'the clerk sees first what changed since last month', await text(detail));
  await town.getByRole('button', { name: '退回重报' }).click();
  await town.getByRole('button', { name: '退回', exact: true }).click();
  expect(/写一句退回原因/.test(await text(detail)), 'nothing goes back without a reason');
  await town.fill('#rev-reason', '发包收入少记了一笔，请核对');
  await town.getByRole('button', { name: '退回', exact: true }).click();
  await town.getByRole('button', { name: '知道了' }).click();

  await village.goto(`${city.site}/app/#/todo`);
  const back = village.getByRole('link', { name: /村级集体经济收入 · 2022 年 1 月/ });
  await back.waitFor();
  await back.click();
  await village.waitForSelector('#f-own');
  expect(/发包收入少记了一笔，请核对/.test(await text(village.locator('.form'))), 'the secretary reads why it came back', await text(village.locator('.form')));
  await fill(village, { contract: '6100' });
  await send(village);
  expect(/收到了/.test(await received(village)), 'mended, it is received again');

  await row.waitFor();
  await row.click();
  await until(town, () => /6,?100/.test(document.querySelector('.det')?.textContent ?? ''));
  for (const key of ['j', 'k', 'e']) await town.keyboard.press(key); // the newest stands first
  await row.waitFor({ state: 'detached' });
  const form = await ask(town, city, `form?book=income&unit=${VILLAGE}&period=2022-01`);
  expect(form?.state === 'confirmed', 'J, K and E confirm it without a mouse', JSON.stringify(form?.state));
  await until(county, () => /0\.69/.test(document.querySelector('.figs')?.textContent ?? ''));
  await county.getByRole('button', { name: '怎么算的' }).first().click();
  await until(county, () => /6915/.test(document.querySelector('#trace table')?.textContent ?? ''));
  const fact = county.locator('#trace tbody tr', { hasText: '都力河村' }).first();
  expect(/2022 年 1 月.*合计.*6915.*红旗岭镇科员.*\d{5}/.test(await text(fact)), 'the number opens down to the fact, who handled it last, and its number', await text(fact));
  expect(/已确认 1/.test(await text(county.locator('#trace'))), 'and says that it is confirmed');
  for (const page of [village, town, county]) await page.context().close();
}

/** Two tabs on one return: the second sees the difference and chooses. */
export async function twoTabs(browser, city, states) {
  const context = await open(browser, city, 'shuji twice', DESK, states.shuji);
  const [first, second] = [await newPage(context), await newPage(context)];
  for (const page of [first, second]) { await goTo(page, city, `fill/village_grid/${VILLAGE}/2021`); await page.waitForSelector('#f-grids'); }
  await fill(first, { grids: '4', workers: '5' });
  await send(first);
  await received(first);
  await fill(second, { grids: '6', workers: '5' });
  await send(second);
  await second.waitForSelector('.fill-conflict');
  const said = await text(second.locator('.fill-conflict'));
  expect(/我填的：6/.test(said) && /现在的：4/.test(said), 'the second tab sees what stands there and what it wrote', said);
  expect(!/网格员数/.test(said), 'what is the same is not asked about', said);
  await second.getByRole('button', { name: '按选的报上去' }).click();
  await received(second);
  const form = await ask(second, city, `form?book=village_grid&unit=${VILLAGE}&period=2021`);
  expect(form?.values.grids === '6', 'the chosen value is filed', JSON.stringify(form?.values));
  await context.close();
}

/** A table out, filled with a fault, tried, mended, written. */
export async function tables(browser, city, states) {
  const context = await open(browser, city, 'shuji with a table', DESK, states.shuji);
  const page = await newPage(context);
  await goTo(page, city, 'exchange');
  await page.getByLabel('哪本台账').selectOption('village_grid');
  await page.locator('.exbar label.narrow select').first().selectOption('2022');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '空表（Excel）' }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const empty = Buffer.concat(chunks);
  const bring = (buffer) => page.setInputFiles('input[type=file]', { name: '村网格.xlsx', mimeType: 'application/octet-stream', buffer });
  await bring(fillFirstRow(empty, { D: '五个', E: '6' }));
  await page.waitForSelector('text=有 1 处要改');
  expect(/网格数/.test(await text(page.locator('#main'))) && /五个/.test(await text(page.locator('#main'))), 'a fault of a table is shown with its column and what was written', await text(page.locator('#main')));
  expect(!(await page.getByRole('button', { name: '写进账本' }).count()), 'a table with a fault cannot be written');
  await page.getByRole('button', { name: '换个文件' }).click();
  await bring(fillFirstRow(empty, { D: '5', E: '6' }));
  await page.getByRole('button', { name: '写进账本' }).click();
  await page.waitForSelector('text=写进去了');
  const form = await ask(page, city, `form?book=village_grid&unit=${VILLAGE}&period=2022`);
  expect(form?.values.grids === '5' && form?.values.workers === '6', 'mended, it stands in the books', JSON.stringify(form?.values));
  const out = await page.request.get(`${city.site}/api/export?book=village_grid&unit=${VILLAGE}&period=2022`);
  expect(out.ok() && (await out.body()).subarray(0, 2).toString() === 'PK', 'and comes out again as Excel');
  await context.close();
}

export async function auditor(browser, city, states) {
  const context = await open(browser, city, 'shenji', DESK, states.shenji);
  const page = await newPage(context);
  await goTo(page, city, RETURN);
  await page.waitForSelector('#f-own');
  expect(await page.locator('#f-own').isDisabled() && !(await page.getByRole('button', { name: /报/ }).count()), 'the auditor reads a return and finds nothing to press');
  const me = await ask(page, city, 'me');
  const answer = await page.evaluate(async ([token, seat, unit]) => {
    const act = `01900000${'0'.repeat(4)}7000${'8000'}${'00000000ffff'}`;
    const how = await fetch('/api/do/record.file', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tian-Token': token },
      body: JSON.stringify({ act, made: Date.now(), seat, fields: { book: 'income', unit, period: '2022-01', own: '1', contract: '1', invest: '1', other: '1', expect: '0' } }) });
    return how.status;
  }, [me.token, me.seat.seat, VILLAGE]);
  expect(answer === 404 || answer === 422, 'and cannot write past the page', answer);
  await context.close();
}

/** An account is opened; its one-time link sets a password; whoever has it signs in, and has no seat yet. */
export async function somebodyNew(browser, city, states) {
  const context = await open(browser, city, 'renshi', DESK, states.renshi);
  const page = await newPage(context);
  await goTo(page, city, 'people');
  await page.getByRole('button', { name: '开账号' }).click();
  await page.getByLabel('登录名').fill('xinren');
  await page.getByLabel('姓名', { exact: true }).fill('演示·新来的');
  await page.getByRole('button', { name: '办理', exact: true }).click();
  const link = (await page.locator('.onelink').innerText()).trim();
  expect(/^http:\/\/127\.0\.0\.1:\d+\/invite\/\S{20,}$/.test(link), 'opening an account gives a one-time link', link);
  await context.close();

  const own = await open(browser, city, 'xinren', PHONE);
  const visitor = await newPage(own);
  await visitor.goto(link);
  const fields = visitor.locator('input[type=password]');
  for (let k = 0; k < await fields.count(); k++) await fields.nth(k).fill('liu-he-2022-chuntian');
  await visitor.locator('main form button').first().click();
  await visitor.waitForURL(/\/(login|app)/);
  if (/\/login/.test(visitor.url())) {
    await visitor.fill('#login', 'xinren');
    await visitor.fill('#password', 'liu-he-2022-chuntian');
    await visitor.getByRole('button', { name: '登录' }).click();
    await visitor.waitForURL(/\/app\//);
  }
  await settled(visitor);
  expect(/新来的/.test(await text(visitor.locator('body'))) && /还没有岗位/.test(await text(visitor.locator('#main'))), 'the new person sets a password, signs in, and holds no seat yet', await text(visitor.locator('#main')));
  const again = await visitor.request.get(link);
  expect(again.status() >= 400, 'the link opens once only', again.status());
  await own.close();
}

/** The keys of the desk, and where the focus is seen. */
export async function keyboard(browser, city, states) {
  const context = await open(browser, city, 'kezhang by keys', DESK, states.kezhang);
  const page = listen(await context.newPage(), 'kezhang by keys');
  await goTo(page, city, 'todo');
  await page.waitForSelector('.rows .row');
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => { const a = document.activeElement; return { is: a?.className, top: a?.getBoundingClientRect().top }; });
  expect(skip.is === 'skip' && skip.top >= 0, 'the first stop of Tab is the skip link, and it is seen', JSON.stringify(skip));
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id) === 'main', 'it leads past the navigation');
  const current = () => page.evaluate(() => [...document.querySelectorAll('.rows .row')].findIndex((r) => r.getAttribute('aria-current') === 'true'));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  expect(await current() === 1, 'J and K walk the list', await current());
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.id) === 'todo-find', '/ leads to the search');
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.id) !== 'todo-find', 'Esc leads out of it');
  for (let k = 0; k < 6; k++) await page.keyboard.press('Tab');
  const ring = await page.evaluate(() => { const s = getComputedStyle(document.activeElement); return `${s.outlineStyle} ${s.outlineWidth}`; });
  expect(/^solid [2-9]/.test(ring), 'the focus is seen', ring);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('e');
  await until(page, () => /#\/(fill|review)/.test(location.hash));
  expect(true, 'E opens the matter');
  await context.close();
}
