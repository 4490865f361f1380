// Residents without an account, on a telephone and at a desk, with scripts and without: report with a
// photo, be offered what others raised, keep the receipt, follow it, say that it is not solved, read the
// wall, print the poster. axe-core on every page; pictures are written to be looked at by people.
// usage: node residents.mjs TIAN FOLDER PICTURES     (FOLDER: python3 tests/residents/ground.py FOLDER)
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const [tian, folder, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const jsqr = createRequire(new URL('../residents/client/package.json', import.meta.url))('jsqr');
mkdirSync(pictures, { recursive: true });
const UPPER = '990001100201';
const TOWN = '990001100';
const DESK = `desk@${UPPER}`;
const env = { ...process.env, TIAN_CLOCK: '2022-02-10T09:20', LC_ALL: 'zh_CN.UTF-8' };

let passed = 0;
let failed = 0;
function expect(claim, sentence, seen = '') {
  console.log(`${claim ? 'ok' : 'not ok'} ${sentence}`);
  if (claim) passed++;
  else {
    failed++;
    if (seen) console.log(`#   ${String(seen).slice(0, 1500).replaceAll('\n', '\n#   ')}`);
  }
}

const port = await new Promise((resolve) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const free = s.address().port;
    s.close(() => resolve(free));
  });
});
const origin = `http://127.0.0.1:${port}`;
const server = spawn(tian, ['serve', folder, '--listen', `127.0.0.1:${port}`], { env, stdio: ['ignore', 'pipe', 'ignore'] });
await new Promise((resolve) => server.stdout.once('data', resolve));
const office = (command, ...words) => execFileSync(tian, ['do', folder, command, ...words, '--as', DESK], { env, encoding: 'utf8' });
const move = (number, name, ...more) => office('record.move', 'book=repair', `unit=${UPPER}`, `number=${number}`, `move=${name}`, ...more);

const views = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const strange = [];
async function person(browser, view, more = {}) {
  const context = await browser.newContext({ ...views[view], locale: 'zh-CN', bypassCSP: true, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on('pageerror', (e) => strange.push(`error ${e}`));
  page.on('request', (r) => !r.url().startsWith(origin) && !r.url().startsWith('data:') && strange.push(`asks for ${r.url()}`));
  return page;
}

async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide <= 0, `${name}: never scrolls sideways`, `${wide} px too wide`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  expect(found.violations.length === 0, `${name}: axe finds nothing`, found.violations.map((v) =>
    `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 200)}`).join('\n'));
  await page.screenshot({ path: `${pictures}/residents-${name}.png` });
}

// A photo as a telephone takes it: drawn by the browser, with an Exif segment that says where.
async function photo(page) {
  const plain = Buffer.from(await page.evaluate(() => new Promise((done) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [2400, 1600];
    const c = canvas.getContext('2d');
    c.fillStyle = '#5b6b7a'; c.fillRect(0, 0, 2400, 1600);
    c.fillStyle = '#2b2f33'; c.fillRect(1120, 300, 60, 1300);
    c.fillStyle = '#d8d2b0'; c.beginPath(); c.arc(1150, 300, 150, 0, 7); c.fill();
    canvas.toBlob((b) => b.arrayBuffer().then((a) => done(Array.from(new Uint8Array(a)))), 'image/jpeg', 0.9);
  })));
  const exif = Buffer.concat([Buffer.from('Exif\0\0II*\0\x08\0\0\0\0\0', 'latin1'), Buffer.from('GPSLatitude 43.8378 GPSLongitude 126.5496')]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2]);
  return { name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([head, exif, plain.subarray(2)]) };
}

async function code_of(page, where) {
  const shot = await page.locator(where).first().screenshot({ path: undefined });
  const raw = await page.evaluate(async (bytes) => {
    const map = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(map.width, map.height);
    const c = canvas.getContext('2d');
    c.drawImage(map, 0, 0);
    return { data: Array.from(c.getImageData(0, 0, map.width, map.height).data), width: map.width, height: map.height };
  }, Array.from(shot));
  return jsqr(Uint8ClampedArray.from(raw.data), raw.width, raw.height)?.data ?? '';
}

let own; // { number, secret, tag } of the report that all of this is about

async function reports(browser) {
  const page = await person(browser, 'phone', { permissions: ['geolocation'], geolocation: { latitude: 43.837821, longitude: 126.549632 } });
  await page.goto(`${origin}/u/${UPPER}`);
  await look(page, 'phone-village-empty');
  await page.getByRole('link', { name: '反映一件事' }).click();
  await look(page, 'phone-kinds');
  await page.getByRole('link', { name: '路灯' }).click();
  expect(!(await page.getByRole('heading', { name: /同类/ }).count()), 'nothing is offered where nobody raised it');
  await page.getByLabel('事由').fill('三组村道 6 盏路灯不亮，晚上看不见路');
  await page.getByRole('button', { name: '加上我现在的位置' }).click();
  await page.getByRole('button', { name: '已加上位置' }).waitFor();
  const place = await page.locator('input[name=place]').inputValue();
  expect(place === '43.838,126.550', 'the place is taken once, to a hundred metres', place);
  await page.getByLabel('照片').setInputFiles(await photo(page));
  await page.getByLabel('联系方式').fill('李四 13900001111');
  await look(page, 'phone-form');
  await page.getByRole('button', { name: '报上去' }).click();
  await page.getByRole('heading', { name: /收到了/ }).waitFor();
  const [number, secret] = await page.locator('code').allInnerTexts();
  own = { number: number.replaceAll(' ', ''), secret: secret.replaceAll(' ', '') };
  expect(/^\d{10,}$/.test(own.number) && /^[0-9A-Z]{12}$/.test(own.secret), 'a number and a secret of twelve signs in fours', `${number} ${secret}`);
  await look(page, 'phone-receipt');
  await page.setViewportSize({ width: 390, height: 1400 });
  const scanned = await code_of(page, 'svg.qr');
  const [, tag, behind] = /\/q\/(\d+-\d+)#([0-9A-Z]{12})$/.exec(scanned) ?? [];
  expect(scanned.startsWith(`${origin}/q/`) && behind === own.secret, 'the code leads to the page that follows it, the secret behind the #', scanned);
  own.tag = tag;
  const asked = [];
  page.on('request', (r) => asked.push(r.url() + ' ' + (r.headers().referer ?? '')));
  await page.goto(scanned);
  await page.getByRole('heading', { level: 1, name: /路灯不亮/ }).waitFor();
  expect(!page.url().includes(own.secret) && !asked.some((line) => line.includes(own.secret)), 'no address and no referer that was sent held the secret', asked.join('\n'));
  expect(await page.getByText('暂时只有您能看到').isVisible(), 'only who reported it sees it before the office has looked');
  await page.context().close();
}

async function others(browser) {
  const page = await person(browser, 'desk');
  expect((await page.goto(`${origin}/c/${own.tag}`)).status() === 404, 'others do not');
  move(own.tag.split('-')[1], 'take');
  await page.goto(`${origin}/r/${UPPER}`);
  await look(page, 'desk-kinds');
  await page.getByRole('link', { name: '路灯' }).click();
  expect(await page.getByRole('heading', { name: /这里有 1 件同类/ }).isVisible(), 'what others raised is offered first');
  await look(page, 'desk-form');
  await page.getByRole('button', { name: '我也反映' }).click();
  expect(await page.getByText('1 人也反映').first().isVisible(), 'me too is counted');
  await page.goto(`${origin}/c/${own.tag}`);
  await look(page, 'desk-case');
  const shown = page.locator('.photo img');
  await shown.scrollIntoViewIfNeeded();
  const size = await shown.evaluate((img) => img.decode().then(() => [img.naturalWidth, img.naturalHeight]));
  expect(size[0] <= 1280 && size[0] > 600 && size[1] < size[0], 'the photo is shown, drawn again at 1280 pixels at most', size);
  const bytes = Buffer.from(await (await page.request.get(await shown.evaluate((img) => img.src))).body());
  expect(!bytes.includes('GPS') && !bytes.includes('Exif'), 'nothing of where it was taken is in it');
  expect(!/李四|1390000|43\.83|126\.5/.test(await page.content()), 'neither name nor telephone nor place stands on it');
  await page.context().close();
}

async function follows(browser) {
  const page = await person(browser, 'phone', { javaScriptEnabled: false });
  const number = own.tag.split('-')[1];
  move(number, 'answer_', 'answer=已更换三组 6 盏灯泡，当晚试亮');
  await page.goto(`${origin}/u/${UPPER}`);
  await page.getByPlaceholder('输入编号查进度').fill(own.number);
  await page.getByRole('button', { name: '查进度' }).click();
  await page.getByLabel('查询密码').fill('0000 0000 0000');
  await page.getByRole('button', { name: '查进度' }).click();
  expect(await page.getByText('编号或者密码不对').isVisible(), 'a wrong secret is told as a wrong number is');
  await page.getByLabel('查询密码').fill(own.secret.toLowerCase().replace(/(....)(?=.)/g, '$1 '));
  await page.getByRole('button', { name: '查进度' }).click();
  await page.getByText('当晚试亮').first().waitFor();
  expect(await page.getByText('当晚试亮').first().isVisible(), 'without scripts: number and secret give the answer');
  await page.getByLabel('哪里没解决').fill('只亮了 4 盏');
  await page.getByRole('button', { name: '没解决' }).click();
  await page.getByText('只亮了 4 盏').first().waitFor();
  expect(await page.getByText('只亮了 4 盏').first().isVisible() && await page.getByText('已受理').first().isVisible(), 'not solved: the work goes on');
  move(number, 'answer_', 'answer=其余 2 盏线路老化，已换线，6 盏全亮');
  await page.goto(`${origin}/q/${own.tag}`);
  await page.getByLabel('查询密码').fill(own.secret);
  await page.getByRole('button', { name: '查进度' }).click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${pictures}/residents-phone-follow.png` });
  await page.screenshot({ path: `${pictures}/residents-phone-follow-whole.png`, fullPage: true });
  await page.getByRole('button', { name: '已解决' }).click();
  await page.getByText('反映人认可').first().waitFor();
  expect(await page.getByText('反映人认可').first().isVisible(), 'solved, says who reported it');
  // the whole of a report without a script
  await page.goto(`${origin}/r/${TOWN}`);
  await page.getByRole('link', { name: '上河村' }).click();
  await page.getByRole('link', { name: '道路' }).click();
  expect(!(await page.getByText('加上我现在的位置').isVisible()), 'what needs a script is not there without');
  await page.getByLabel('事由').fill('二组桥头路面塌了一块');
  await page.getByRole('button', { name: '报上去' }).click();
  expect(await page.getByRole('heading', { name: /收到了/ }).isVisible(), 'a report needs no script, no photo and no name');
  await page.context().close();
}

function more_cases() {
  const add = (unit, kind, what, ...moves) => {
    const said = JSON.parse(office('record.file', 'book=repair', `unit=${unit}`, `kind=${kind}`, `what=${what}`, 'source=walk'));
    const number = said.answer.number;
    for (const [name, ...words] of moves) move(number, name, ...words);
  };
  add(UPPER, 'pipe', '沟渠淤堵，雨后积水进院', ['take'], ['answer_', 'answer=已清淤 120 米']);
  add(UPPER, 'road', '村部门前井盖松动', ['take']);
  add(UPPER, 'pipe', '自来水晚高峰没水，找 13900002222', ['take'], ['answer_', 'answer=加压泵已修']);
  for (let i = 1; i <= 14; i++) add(UPPER, ['lamp', 'road', 'pipe'][i % 3], `演示：第 ${i} 组公共设施需要维修`, ['take']);
}

async function walls(browser) {
  for (const view of ['desk', 'phone']) {
    const page = await person(browser, view);
    for (const [name, path] of [['wall', `/w/${UPPER}`], ['wall-over', `/w/${UPPER}?part=over`], ['wall-late', `/w/${UPPER}?part=late`],
      ['wall-kind', `/w/${UPPER}?book=repair&kind=road`], ['wall-town', `/w/${TOWN}`], ['wall-en', `/w/${UPPER}?lang=en`], ['village', `/u/${UPPER}`],
      ['query', '/q'], ['case-over', `/c/${own.tag}`], ['kinds-en', `/r/${UPPER}?lang=en`], ['form-en', `/r/${UPPER}?book=repair&kind=lamp&lang=en`],
      ['form-huge', `/r/${UPPER}?book=repair&kind=lamp&size=huge`], ['wall-huge', `/w/${UPPER}?size=huge`]]) {
      const answer = await page.goto(origin + path);
      const bytes = (await answer.body()).length;
      expect(answer.status() === 200 && bytes <= 15 * 1024, `${view} ${name}: at most 15 KB`, `${answer.status()} ${bytes}`);
      await look(page, `${view}-${name}`);
    }
    await page.goto(`${origin}/w/${UPPER}`);
    expect(await page.getByText('内有个人号码').count() + (await page.content()).split('13900002222').length - 1 <= 1 &&
      !(await page.content()).includes('13900002222'), `${view}: a text with a telephone in it is withheld`);
    const first = await page.locator('.wall li').count();
    await page.getByRole('link', { name: '更早' }).first().click();
    expect(first > 5 && await page.locator('.wall li').count() > 0, `${view}: older ones are on the next page`);
    await page.context().close();
  }
}

// Page boxes of a PDF as Chromium writes it.
function boxes(pdf) {
  const text = pdf.toString('latin1');
  const pieces = [text];
  for (const m of text.matchAll(/stream\r?\n/g)) {
    try { pieces.push(inflateSync(pdf.subarray(m.index + m[0].length)).toString('latin1')); } catch { /* another filter */ }
  }
  const all = pieces.join('\n');
  return { pages: (all.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length,
    boxes: [...all.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)].map((m) => [+m[1], +m[2]]) };
}

async function poster(browser) {
  const page = await person(browser, 'desk');
  await page.goto(`${origin}/w/${UPPER}/poster`);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  writeFileSync(`${pictures}/residents-poster.pdf`, pdf);
  const found = boxes(pdf);
  const a3 = ([w, h]) => Math.abs(w - 841.9) < 3 && Math.abs(h - 1190.6) < 3;
  expect(found.pages === 1 && found.boxes.length && found.boxes.every(a3), 'the poster prints as one sheet of A3', JSON.stringify(found));
  await page.setViewportSize({ width: 1123, height: 1587 });
  await page.screenshot({ path: `${pictures}/residents-poster.png` });
  await page.evaluate(axe);
  const strict = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }));
  expect(strict.violations.length === 0, 'poster: axe finds nothing', strict.violations.map((v) => v.id + ' ' + v.nodes[0].html).join('\n'));
  const codes = await page.locator('svg.qr').count();
  expect(codes === 2 && await code_of(page, '.codes figure:first-child svg.qr') === `${origin}/r/${UPPER}`, 'its code leads to the form');
  expect(await page.locator('.counts b').allInnerTexts().then((n) => +n[0] >= +n[1] && +n[1] >= +n[2] && +n[2] > 0), 'raised, answered and agreed stand side by side');
  await page.context().close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  await reports(browser);
  await others(browser);
  await follows(browser);
  more_cases();
  await walls(browser);
  await poster(browser);
  expect(strange.length === 0, 'no error, and nothing is asked of anybody else', strange.join('\n'));
} catch (e) {
  expect(false, 'the whole walk', e.stack);
} finally {
  await browser.close();
  server.kill('SIGTERM');
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
