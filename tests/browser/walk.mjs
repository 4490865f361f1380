// Every page of the staff app, as its roles see it: at the desk and on the phone, in three sizes of text
// and in English; axe-core finds nothing, nothing scrolls sideways. Pictures are for people to look at.
import { DESK, PHONE, axe, expect, goTo, newPage, open, settled } from './city.mjs';

const VILLAGE = '220284101200';
const PAGES = {
  shuji: ['todo', 'fill', `fill/income/${VILLAGE}/2022-01`, 'fill/small_repair', `fill/small_repair/${VILLAGE}/-/new`, 'cases', 'report', 'unit', 'outbox', 'me'],
  kezhang: ['review'],
  xianli: ['board', 'cases?which=late', 'cases'], zhenli: ['todo', 'cases', 'board'], jiaotong: ['cases'], wangge: ['report', 'todo'],
  nongye: ['todo', 'figures', 'figures/village_income_total?period=2021', 'figures/village_income_total?unit=2202&period=2021-12&known=2022-01-31',
    'unit/220284', 'exchange', 'people'],
  xitong: ['health'], anquan: ['audit'], renshi: ['people'],
};
const SIZES = ['m', 'l', 'xl'];

async function look(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const found = (await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })))
    .violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
  expect(wide <= 0 && !found.length, `${what}: axe finds nothing, nothing scrolls sideways`, [`${wide} px too wide`, ...found].join('\n'));
}

async function walkAs(browser, city, view, login, state, pictures) {
  const context = await open(browser, city, login, view, state);
  const page = await newPage(context);
  await goTo(page, city, 'me');
  await page.evaluate(axe);
  for (const path of PAGES[login]) {
    await page.evaluate((to) => { location.hash = `#/${to}`; }, path);
    await page.waitForTimeout(60);
    await settled(page);
    for (const size of SIZES) {
      await page.evaluate((s) => { document.documentElement.dataset.size = s; }, size);
      await look(page, `${view.name} ${login} ${path} ${size}`);
    }
    await page.evaluate(() => { document.documentElement.dataset.size = 'm'; });
    const rows = page.locator('.rows .row');
    if (['people', 'review', 'cases'].includes(path) && await rows.count()) {
      await rows.first().click();
      await page.waitForTimeout(300); // on a phone the list and its head make way
      await look(page, `${view.name} ${login} ${path}, one chosen`);
    }
    await page.screenshot({ path: `${pictures}/app-${view.name}-${login}-${path.replace(/\W+/g, '-')}.png` });
  }
  await page.evaluate(() => { localStorage.setItem('tian.lang', 'en'); localStorage.setItem('tian.size', 'xl'); });
  await page.goto('about:blank');
  for (const path of PAGES[login].slice(0, 3)) {
    await goTo(page, city, path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const chinese = await page.evaluate(() => document.documentElement.lang === 'en' && /[\u4e00-\u9fff]/.test(document.querySelector('#main h1')?.textContent ?? '') ? document.querySelector('#main h1').textContent : '');
    expect(wide <= 0, `${view.name} ${login} ${path} in English, largest text: nothing scrolls sideways`, `${wide} px`);
    expect(!chinese || /^(fill|unit|figures)\//.test(path) || path === 'unit', `${view.name} ${login} ${path}: its head is English`, chinese);
  }
  await context.close();
}

export async function walk(browser, city, states, pictures) {
  for (const login of Object.keys(PAGES).filter((who) => states[who]))
    await Promise.all([DESK, PHONE].map((view) => walkAs(browser, city, view, login, states[login], pictures)));
}
