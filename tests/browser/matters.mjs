// One matter from a resident's telephone to an answer that the resident accepts, and one that a grid worker
// raises without a network: resident (no account), grid worker, village desk, township desk, department,
// checker, each at their own screen; the clock is set on, so that a pause ends and what is late goes up.
// usage: node matters.mjs TIAN FOLDER [PICTURES]     (FOLDER: a demo city, with FOLDER-people.tsv)
import { mkdirSync } from 'node:fs';
import { City, DESK, PHONE, ask, axe, expect, goTo, launch, newPage, open, part, settled, signIn, strange, sums, unplugged, until } from './city.mjs';

const [tian, folder, pictures] = process.argv.slice(2);
if (pictures) mkdirSync(pictures, { recursive: true });
const BOOK = 'matter';
const VILLAGE = '220283101200';
const COUNTY = '220283';
const ROADS = '220283D14';
const HELPER = '220283D34';
const TELEPHONE = '13912345678';
const WHAT = '南山脚进村路塌了半边，车过不去';
const SEEN = '二组路口护栏松动';

const city = new City(tian, folder);
const text = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const day = (moment) => Date.parse(`${moment}:00Z`) - 8 * 3600_000;

/** The server stops and starts again at another time; what was due meanwhile happens. */
async function setClock(moment) {
  await city.stop();
  city.ahead = day(moment) - Date.now();
  await city.start();
}
async function look(page, name, strict = true) {
  if (strict) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }));
    expect(found.violations.length === 0, `${name}: axe finds nothing`, found.violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)}`).join('\n'));
  }
  if (pictures) await page.screenshot({ path: `${pictures}/matters-${name}.png` });
}

// ---- people at their screens ----
let browser;
async function person(login, view = DESK, workers = 'block') {
  const state = await signIn(browser, city, login);
  const context = await open(browser, city, login, view, state, workers);
  return newPage(context);
}
async function caseOf(page, number) {
  return ask(page, city, `case?book=${BOOK}&number=${number}`);
}
async function toCase(page, number) {
  await goTo(page, city, 'todo');
  await page.evaluate(([book, n]) => { location.hash = `#/case/${book}/${n}`; }, [BOOK, number]);
  await page.waitForSelector('.case h2');
  await until(page, () => document.querySelector('.case .steps'));
}
/** The button of a move, the main one or under 更多; its sheet is filled in and sent. */
async function press(page, number, title, fields = {}) {
  await toCase(page, number);
  const seen = (await caseOf(page, number)).line.seq;
  const button = page.locator('.case .submit').getByRole('button', { name: title, exact: true });
  if (await button.count()) await button.first().press('Enter'); // by keyboard: the message of the step before may still lie over it
  else {
    await page.getByRole('button', { name: '更多', exact: true }).press('Enter');
    await page.locator('.case-more').getByRole('button', { name: new RegExp(`^${title}`) }).press('Enter');
  }
  await page.waitForTimeout(200);
  const sheet = page.locator('form.sheet');
  if (await sheet.count()) {
    for (const [name, value] of Object.entries(fields)) await fill(sheet, name, value);
    await sheet.locator('.acts .b.p').press('Enter');
  }
  await moved(page, number, seen);
}
async function fill(sheet, name, value) {
  const radio = sheet.getByRole('radio', { name: value, exact: true });
  if (await radio.count()) return radio.check();
  const field = sheet.locator(`#f-${name}`);
  if (await field.count()) return field.fill(value);
  return sheet.locator(`[id^="f-${name}"]`).first().fill(value);
}
async function moved(page, number, seen) {
  for (const end = Date.now() + 8000; Date.now() < end; await page.waitForTimeout(80)) {
    const now = await caseOf(page, number);
    if (now && now.line.seq > seen) return now;
    if (!now) return null; // handed over, and no longer to be read here
  }
  throw new Error(`case ${number} did not move: ${await text(page.locator('#main'))}`);
}
const assistOf = async (page) => (await caseOf(page, own.number)).details.find((d) => d.book === 'assist')?.lines[0];
const stateOf = async (page, number) => (await caseOf(page, number))?.line.state.name;
const figure = (name, unit, period) => {
  const at = new Date(city.now() + 8 * 3600_000).toISOString().slice(0, 16);
  return JSON.parse(city.run('figure', folder, name, '--unit', unit, '--period', period, '--json', '--clock', at));
};
const office = (seat, command, ...words) => city.run('do', folder, command, ...words, '--as', seat);

// ---- the resident ----
const own = {};
async function resident() {
  const context = await browser.newContext({ ...PHONE, locale: 'zh-CN' });
  context.setDefaultTimeout(8000);
  return context.newPage();
}
async function follow(page, act) {
  await page.goto(`${city.site}/q/${own.tag}`);
  await page.getByLabel('查询密码').fill(own.secret);
  await page.getByRole('button', { name: '查进度' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (act) await act();
}
async function reports() {
  const page = await resident();
  await page.goto(`${city.site}/r/${VILLAGE}`);
  await page.getByRole('link', { name: '道路水渠' }).click();
  await page.getByLabel('事由').fill(WHAT);
  await page.getByLabel('联系方式').fill(`王五 ${TELEPHONE}`);
  await look(page, 'resident-form');
  await page.getByRole('button', { name: '报上去' }).click();
  await page.getByRole('heading', { name: /收到了/ }).waitFor();
  const [no, secret] = (await page.locator('code').allInnerTexts()).map((x) => x.replaceAll(' ', ''));
  Object.assign(own, { no, secret, tag: await page.locator('input[name=number]').first().getAttribute('value') });
  own.number = Number(own.tag.split('-')[1]);
  expect(/^\d{10,}$/.test(no) && /^[0-9A-Z]{12}$/.test(secret) && own.number > 0, 'the resident gets a number and a secret', `${no} ${secret} ${own.tag}`);
  expect((await page.goto(`${city.site}/c/${own.tag}`)).status() === 404, 'nobody sees it before the office has looked');
  await page.context().close();
}

// ---- the grid worker, without a network ----
const seen = {};
async function worker() {
  const page = await person('wangge', PHONE, 'allow');
  await goTo(page, city, 'report/matter');
  await page.waitForSelector('#f-what');
  await until(page, () => navigator.serviceWorker.ready.then((r) => !!r.active));
  await page.reload();
  await page.waitForSelector('#f-what');
  await page.waitForTimeout(2500); // what goes along is fetched after the first screen
  await unplugged(async () => {
    await city.stop('SIGKILL');
    await page.reload();
    await page.waitForSelector('#f-what');
    await page.getByRole('radio', { name: '道路水渠' }).check();
    await page.fill('#f-what', SEEN);
    await page.getByRole('button', { name: '报上去' }).click();
    await page.waitForSelector('.report-done');
    expect(/先存在本机了/.test(await text(page.locator('.report-done'))), 'without the server the report is kept on the device', await text(page.locator('.report-done')));
    await look(page, 'worker-offline');
    await city.start();
  });
  await page.evaluate(() => { location.hash = '#/outbox'; });
  await page.getByRole('button', { name: /现在就送|再试一次/ }).click();
  await until(page, () => !document.querySelector('#main .ob .st'), null, 20_000);
  await look(page, 'worker-outbox');
  const lines = (await ask(page, city, `cases?book=${BOOK}&which=all&sort=newest&limit=20&find=${encodeURIComponent(SEEN)}`)).lines;
  expect(lines.length === 1 && lines[0].holder.code === VILLAGE, 'it arrived once, and lies with the village', JSON.stringify(lines));
  seen.number = lines[0]?.number;
  await page.context().close();
}

// ---- the offices ----
async function village() {
  const page = await person('cunli', PHONE);
  const todo = await ask(page, city, `cases?book=${BOOK}&which=mine&limit=50`);
  expect(todo.lines.some((l) => l.number === own.number) && todo.lines.some((l) => l.number === seen.number), 'both wait at the village desk');
  await press(page, own.number, '受理');
  expect(await stateOf(page, own.number) === 'accepted', 'the village accepts the resident’s');
  await look(page, 'village-case');
  await press(page, own.number, '上报一级');
  const other = await caseOf(page, own.number);
  expect(other.line.holder.code === '220283101', 'and hands it up to the township', JSON.stringify(other.line.holder));
  await press(page, seen.number, '受理');
  await press(page, seen.number, '自办');
  await press(page, seen.number, '答复', { answer: '已重新固定护栏', shown_: '照片' });
  expect(await stateOf(page, seen.number) === 'answered', 'the worker’s is answered by the village itself');
  await page.context().close();
}
async function township() {
  const page = await person('zhenli');
  await toCase(page, own.number);
  await look(page, 'township-case');
  await page.locator('#case-unit').waitFor();
  expect(await page.locator('form.case-hand').count() === 1, 'at the desk handing over is one step');
  const before = (await caseOf(page, own.number)).line.seq;
  await until(page, () => /交通运输局/.test(`${document.querySelector('#case-unit')?.value}${document.querySelector('#case-unit')?.placeholder}`));
  expect(true, 'the table of departments offers the roads office');
  await page.locator('.case-hand button.b').last().press('Enter');
  const now = await moved(page, own.number, before);
  expect(now === null || now.line.holder.code === ROADS, 'the township hands it to the roads office', JSON.stringify(now?.line.holder));
  await page.context().close();
}
async function department() {
  const page = await person('jiaotong');
  await toCase(page, own.number);
  await page.getByRole('link', { name: '请人协办' }).click();
  await page.waitForSelector('#f-ask');
  await page.locator('#f-help_dept').fill('供电');
  await page.getByRole('option', { name: /供电公司/ }).first().click();
  await page.fill('#f-ask', '断电施工');
  await page.locator('form button.b.p').last().press('Enter');
  await until(page, () => !document.querySelector('#f-ask'));
  const helper = await assistOf(page);
  expect(helper?.holder.code === HELPER, 'the department asks the power company for help', JSON.stringify(helper));
  await page.context().close();
  const again = await person('jiaotong');
  const choices = (await caseOf(again, own.number)).choices;
  const answer = choices.find((c) => c.name === 'answer_');
  expect(answer && !answer.may && /协办未回复/.test(answer.why), 'it cannot answer before the helper has', JSON.stringify(answer?.why));
  office(`desk@${HELPER}`, 'record.move', 'book=assist', `unit=${VILLAGE}`, `number=${helper.number}`, 'move=replied', 'reply_text=已断电');
  await press(again, own.number, '等待材料', { waits_for: '等石料', wait_to: '2022-02-16' });
  const paused = await caseOf(again, own.number);
  expect(paused.line.state.name === 'waiting' && paused.clocks.find((c) => c.name === 'total').state === 'stopped', 'while it waits the clock stands', JSON.stringify(paused.clocks));
  await look(again, 'department-waits');
  await again.context().close();
}

// ---- time goes on ----
async function pauseEnds() {
  await setClock('2022-02-18T09:00');
  const page = await person('jiaotong');
  await until(page, () => true);
  for (const end = Date.now() + 8000; Date.now() < end && await stateOf(page, own.number) === 'waiting';) await page.waitForTimeout(150);
  const now = await caseOf(page, own.number);
  expect(now.line.state.name === 'handling' && now.moves.at(-1).system, 'after five working days the system ends the pause', JSON.stringify(now.moves.at(-1)));
  expect(now.moves.at(-1).at.startsWith('2022-02-1'), 'dated at the due moment', now.moves.at(-1).at);
  await page.context().close();
}
async function goesUp() {
  await setClock('2022-03-10T09:00');
  const page = await person('xianli');
  let now = await caseOf(page, own.number);
  for (const end = Date.now() + 8000; Date.now() < end && now?.line.state.name !== 'accepted'; now = await caseOf(page, own.number)) await page.waitForTimeout(150);
  expect(now?.line.holder.code === COUNTY && now.moves.at(-1).system && now.line.late, 'three working days late the system raises it to the county', JSON.stringify(now?.line));
  const late = await ask(page, city, `cases?book=${BOOK}&which=late&find=${encodeURIComponent(WHAT)}&limit=50`);
  expect(late.lines.some((l) => l.number === own.number), 'it stands among the late ones');
  await toCase(page, own.number);
  await look(page, 'county-late');
  const before = now.line.seq;
  await page.locator('.case-hand button.b').last().press('Enter');
  await moved(page, own.number, before);
  await page.context().close();
}
async function answers(words) {
  const page = await person('jiaotong');
  await press(page, own.number, '答复', { answer: words, shown_: '照片' });
  expect(await stateOf(page, own.number) === 'answered', `the department answers: ${words}`);
  const agree = (await caseOf(page, own.number)).choices.find((c) => c.name === 'agree');
  expect(!agree?.may, 'and cannot agree to its own answer');
  await page.context().close();
}
async function notSolved() {
  const page = await resident();
  await follow(page, async () => {
    await page.getByText('临时填了砂石').first().waitFor();
    await page.getByLabel('哪里没解决').fill('一下雨又塌了');
    await page.getByRole('button', { name: '没解决' }).click();
    await page.getByText('办理中').first().waitFor();
  });
  await look(page, 'resident-not-solved');
  await page.context().close();
}
async function solved() {
  const page = await resident();
  await follow(page, async () => {
    await page.getByText('浇了混凝土').first().waitFor();
    await page.getByRole('button', { name: '已解决' }).click();
    await page.getByText('反映人认可').first().waitFor();
  });
  await look(page, 'resident-solved');
  await page.context().close();
}
async function checker() {
  const page = await person('fuhe');
  await press(page, seen.number, '逾期未表态，回访后办结');
  const now = await caseOf(page, seen.number);
  expect(now.line.state.name === 'closed' && /复核员/.test(now.moves.at(-1).by), 'nobody spoke for fifteen days: the checker calls back and closes', JSON.stringify(now.moves.at(-1)));
  await page.context().close();
}

// ---- what everyone sees, and what is counted ----
async function everyone() {
  const page = await resident();
  const bytes = [];
  page.on('response', async (r) => bytes.push(await r.text().catch(() => '')));
  for (const path of [`/c/${own.tag}`, `/w/${VILLAGE}?part=over`, `/w/${VILLAGE}`, `/u/${VILLAGE}`, `/open311/v2/requests/${own.tag}.json`, `/open311/v2/requests.json?jurisdiction_id=`])
    await page.goto(city.site + path).catch(() => undefined);
  await page.goto(`${city.site}/c/${own.tag}`);
  expect(/浇了混凝土/.test(await text(page.locator('body'))), 'its page tells the answer');
  await look(page, 'public-case');
  await page.goto(`${city.site}/w/${VILLAGE}?part=over`);
  expect(/南山脚进村路/.test(await text(page.locator('body'))), 'the wall has it among those done');
  await page.goto(`${city.site}/w/${VILLAGE}`);
  const wall = await text(page.locator('body'));
  expect(!wall.includes('13800138000') && /已隐去|隐去/.test(wall), 'the demo’s text with a telephone in it is withheld');
  await look(page, 'wall');
  expect(!bytes.some((b) => b.includes(TELEPHONE) || b.includes('王五') || b.includes(own.secret)), 'no public byte holds the resident’s name, telephone or secret');
  await page.context().close();
}
async function counted(before) {
  const now = numbers();
  const grew = Object.fromEntries(Object.keys(now).map((k) => [k, now[k] - before[k]]));
  expect(grew.grid_matters_accepted === 2, 'February: two more accepted', JSON.stringify(grew));
  expect(grew.closed_march === 1 && grew.reopened === 1 && grew.agreed === 1, 'March: answered once, done again, agreed by who asked', JSON.stringify(grew));
  expect(grew.on_time === 0, 'and not on time');
  expect(grew.checked === 1, 'the worker’s counts as closed by the checker');
  expect(grew.at_village === 1 && grew.dept === 1, 'each is counted where it was answered, and with its department', JSON.stringify(grew));
}
function numbers() {
  const n = (name, unit, period) => Number(figure(name, unit, period).value ?? 0);
  return {
    grid_matters_accepted: n('grid_matters_accepted', COUNTY, '2022-02'), closed_march: n('matters_answered', COUNTY, '2022-03'),
    reopened: n('matters_reopened', COUNTY, '2022-03'), agreed: n('matters_agreed', COUNTY, '2022-03'), on_time: n('matters_on_time', COUNTY, '2022-03'),
    checked: n('matters_checked', COUNTY, '2022'), at_village: n('solved_at_village', VILLAGE, '2022-02'), dept: n('dept_answered', ROADS, '2022-03'),
  };
}

await city.start();
browser = await launch();
try {
  const before = numbers();
  await part('a resident reports', reports);
  await part('a grid worker, without a network', worker);
  await part('the village desk', village);
  await part('the township desk', township);
  await part('the department', department);
  await part('the pause ends', pauseEnds);
  await part('what is late goes up', goesUp);
  await part('an answer', () => answers('临时填了砂石'));
  await part('not solved', notSolved);
  await part('another answer', () => answers('挖开重修，浇了混凝土'));
  await part('solved', solved);
  await part('the checker', checker);
  await part('what everyone sees', everyone);
  await part('what is counted', () => counted(before));
  expect(strange.length === 0, 'no error of a page anywhere', strange.join('\n'));
} finally {
  await browser.close();
  await city.stop();
}
process.exit(sums() ? 1 : 0);
