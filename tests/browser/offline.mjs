// Without the server: returns are written, the page is closed and opened again, and everything arrives once.
import { PHONE, ask, expect, goTo, newPage, open, settled, unplugged, until } from './city.mjs';

const VILLAGE = '220284101200';
const text = async (place) => (await place.innerText()).replace(/\s+/g, ' ');
const repairs = async (page, city) => (await ask(page, city, `rows?book=small_repair&unit=${VILLAGE}`)).rows;
const places = (rows) => rows.map((r) => r.values.place);

async function photo(page) {
  const bytes = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 700 });
    const pen = canvas.getContext('2d');
    for (let k = 0; k < 400; k++) { pen.fillStyle = `hsl(${k * 37 % 360} 60% 50%)`; pen.fillRect((k * 97) % 900, (k * 61) % 700, 60, 40); }
    const blob = await new Promise((good) => canvas.toBlob(good, 'image/png'));
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  return { name: '路灯.png', mimeType: 'image/png', buffer: Buffer.from(bytes) };
}
async function repair(page, city, place, picture) {
  await goTo(page, city, 'outbox');
  await page.evaluate((unit) => { location.hash = `#/fill/small_repair/${unit}/-/new`; }, VILLAGE);
  await page.waitForSelector('#f-place');
  await page.locator('.opt', { hasText: '路灯' }).click();
  await page.fill('#f-place', place);
  await page.fill('#f-found', '2022-02-08');
  await page.fill('#f-fixed', '2022-02-09');
  if (picture) {
    await page.setInputFiles('#f-photo', picture);
    await page.waitForSelector('.photo img');
  }
  await page.getByRole('button', { name: '报上去' }).click();
}

/** Two returns, one with a photo, written with the server killed. */
export async function withoutServer(browser, city, states) {
  const context = await open(browser, city, 'shuji on the road', PHONE, states.shuji, 'allow');
  let page = await newPage(context);
  await goTo(page, city, `fill/small_repair/${VILLAGE}/-/new`); // opened once while there is a network
  await page.waitForSelector('#f-place');
  const picture = await photo(page);
  await until(page, () => navigator.serviceWorker.ready.then((r) => !!r.active));
  await page.reload();
  await settled(page);
  const before = await repairs(page, city);

  await unplugged(async () => {
    await city.stop('SIGKILL');
    await repair(page, city, '村口一号灯', picture);
    await page.waitForSelector('.fill-receipt');
    expect(/先存在本机了/.test(await text(page.locator('.fill-receipt'))), 'without the server a return is kept, and said to be kept', await text(page.locator('.fill-receipt')));
    await repair(page, city, '村口二号灯');
    await page.waitForSelector('.fill-receipt');
    await page.close();
    page = await newPage(context);
    await page.goto(`${city.site}/app/#/outbox`);
    await page.waitForSelector('.ob');
    expect(await page.locator('#main .ob').count() === 2, 'the page opens again without the server, and both lie in the outbox', await text(page.locator('#main')));
    expect(/照片 1 张/.test(await text(page.locator('#main'))), 'with its photo');
    await city.start();
  });
  let sent = null;
  page.on('request', (r) => { if (r.method() === 'PUT') sent = r.postDataBuffer(); });
  await page.getByRole('button', { name: /现在就送|再试一次/ }).click();
  await until(page, () => !document.querySelector('#main .ob .st'), null, 20_000);
  const rows = await repairs(page, city);
  expect(rows.length === before.length + 2, 'the server is back: both have arrived', places(rows).join(' '));
  for (const place of ['村口一号灯', '村口二号灯']) expect(places(rows).filter((p) => p === place).length === 1, `${place} arrived once`);
  const row = rows.find((r) => r.values.place === '村口一号灯');
  const got = await page.request.get(`${city.site}/api/blob/${row?.values.photo}?book=small_repair&unit=${VILLAGE}&number=${row?.number}&field=photo`);
  const body = await got.body();
  expect(got.ok() && sent?.length > 1000 && body.equals(sent), 'the photo is there byte for byte', `${got.status()} ${body.length} of ${sent?.length}`);
  expect(body.subarray(0, 3).toString('hex') === 'ffd8ff' && !body.includes('Exif'), 'redrawn as JPEG, with none of the camera\'s notes');
  await context.close();
}

/** The facts are written, the answer is lost on the way: sent again, it is not doubled. */
export async function lostReceipt(browser, city, states) {
  const context = await open(browser, city, 'shuji in the valley', PHONE, states.shuji);
  const page = await newPage(context);
  await goTo(page, city, `fill/small_repair/${VILLAGE}/-/new`);
  const before = (await repairs(page, city)).length;
  let drop = true;
  const answers = [];
  await page.route('**/api/do/record.file**', async (route) => {
    const answer = await route.fetch();
    answers.push(await answer.json());
    if (!drop) return route.fulfill({ response: answer });
    drop = false;
    await route.abort('connectionreset');
  });
  await unplugged(async () => {
    await repair(page, city, '后山路灯');
    await page.waitForSelector('.fill-receipt');
    expect(/先存在本机了/.test(await text(page.locator('.fill-receipt'))), 'a lost answer leaves the return in the outbox');
    expect((await repairs(page, city)).length === before + 1, 'though it is written already');
    await goTo(page, city, 'outbox');
    await page.getByRole('button', { name: /现在就送|再试一次/ }).click();
    await until(page, () => !document.querySelector('#main .ob .st'));
  });
  expect((await repairs(page, city)).length === before + 1, 'sent again, it is not doubled');
  expect(answers.length === 2 && answers[1].data?.again === true && answers[1].data.receipt === answers[0].data?.receipt, 'and the same receipt comes back', JSON.stringify(answers.map((a) => a.data ?? a)));
  await context.close();
}

/** One phone, two people: what one has not sent, the other can only count. */
export async function sharedDevice(browser, city, states) {
  const context = await open(browser, city, 'two on one phone', PHONE, states.shuji);
  const page = await newPage(context);
  await goTo(page, city, `fill/small_repair/${VILLAGE}/-/new`);
  const before = (await repairs(page, city)).length;
  await page.route('**/api/do/**', (route) => route.abort('connectionreset'));
  await unplugged(async () => {
    await repair(page, city, '桥头灯');
    await page.waitForSelector('.fill-receipt');
    await page.unroute('**/api/do/**');
    const mine = (await context.cookies()).filter((c) => c.name === 'tian');
    await context.clearCookies();
    await context.addCookies(states.kezhang.cookies);
    await page.goto('about:blank');
    await goTo(page, city, 'outbox');
    const seen = await text(page.locator('#main'));
    expect(/另有 1 件是别人在这台设备上留下的/.test(seen) && !/桥头灯|小修/.test(seen), 'another person on the same device sees a count and no more', seen);
    await context.clearCookies();
    await context.addCookies(mine);
    await page.goto('about:blank');
    await goTo(page, city, 'outbox');
    await until(page, () => !document.querySelector('#main .ob .st'), null, 15_000);
  });
  const rows = await repairs(page, city);
  expect(rows.length === before + 1 && places(rows).includes('桥头灯'), 'when its owner is back it goes out', places(rows).join(' '));
  await context.close();
}
