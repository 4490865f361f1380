// Looks at the public pages as residents do: desk and phone, three sizes of text, both languages, with
// scripts switched off; axe-core on each. The program writes the pages; nothing is served.
// usage: node public.mjs TIAN STORE PICTURES
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [tian, store, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ICON = readFileSync('ui/dist/tian.svg');
mkdirSync(pictures, { recursive: true });

let passed = 0;
let failed = 0;
function expect(claim, sentence, seen = '') {
  console.log(`${claim ? 'ok' : 'not ok'} ${sentence}`);
  if (claim) passed++;
  else {
    failed++;
    if (seen) console.log(`#   ${String(seen).slice(0, 1200).replaceAll('\n', '\n#   ')}`);
  }
}

const written = new Map();
function write(path) {
  if (!written.has(path)) {
    const env = { ...process.env, TIAN_CLOCK: '2022-02-10T09:20', LC_ALL: 'zh_CN.UTF-8' };
    written.set(path, execFileSync(tian, ['page', store, path], { env, maxBuffer: 1 << 26 }));
  }
  return written.get(path);
}

// As the server sends them: nothing from elsewhere, no inline style, no script.
const headers = { 'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'" };
async function serve(context) {
  await context.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname === '/app/tian.svg')
      return route.fulfill({ body: ICON, headers, contentType: 'image/svg+xml' });
    const css = url.pathname.endsWith('.css');
    return route.fulfill({ body: write(decodeURIComponent(url.pathname) + url.search), headers,
      contentType: css ? 'text/css' : 'text/html; charset=utf-8' });
  });
}

const site = 'http://public.test';
const pages = [
  ['front', '/'], ['found', '/?q=%E6%96%B0%E4%B8%B0'], ['city', '/u/2202'], ['county', '/u/220284'],
  ['township', '/u/220284100'], ['village', '/u/220284100201'],
  ['books', '/u/220284100201?pack=three_assets'], ['figure', '/f/village_income_total'],
  ['partial', '/f/grid_matters_accepted'], ['month', '/f/village_income_total?period=2021-12'],
  ['issue', '/b/2022-1'], ['login', '/login'], ['code', '/login/code'], ['invite', '/invite/abc'],
  ['signed-out', '/signed-out'], ['not-found', '/error/404'], ['busy', '/error/503'],
];
const views = [
  { name: 'desk', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true,
    deviceScaleFactor: 2 },
];
const looks = [['', ''], ['big', 'size=big'], ['huge', 'size=huge&lang=en']];

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
}

async function look(browser, view) {
  const context = await browser.newContext({ ...view, locale: 'zh-CN', bypassCSP: true });
  await serve(context);
  const page = await context.newPage();
  for (const [name, path] of pages)
    for (const [size, query] of looks) {
      const what = `${view.name} ${name} ${size || 'plain'}`;
      await page.goto(site + path + (query && !/^\/(login|invite|signed|error)/.test(path)
        ? (path.includes('?') ? '&' : '?') + query : ''));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide <= 0, `${what}: never scrolls sideways`, `${wide} px too wide`);
      const found = await violations(page);
      expect(found.length === 0, `${what}: axe finds nothing`, found.join('\n'));
      if (!size) await page.screenshot({ path: `${pictures}/public-${view.name}-${name}.png` });
    }
  await context.close();
}

// A resident finds the village, opens a number, and sees who has not reported.
async function walk(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: views[0].viewport });
  await serve(context);
  const page = await context.newPage();
  const strange = [];
  page.on('console', (m) => m.type() === 'error' && !/404/.test(m.text()) && strange.push(m.text()));
  await page.goto(`${site}/`);
  await page.getByRole('searchbox').fill('新丰');
  await page.getByRole('button', { name: '找一找' }).click();
  await page.getByRole('link', { name: '新丰村' }).first().click();
  expect(/\/u\/\d{12}/.test(page.url()), 'a village is found by its name', page.url());
  await page.getByRole('link', { name: '村级集体经济收入', exact: true }).first().click();
  expect(await page.getByRole('heading', { name: '怎么算的' }).isVisible(), 'a number opens: how it is made');
  expect(await page.locator('main table tbody tr').count() > 0, 'and the rows under it');
  await page.goto(`${site}/f/grid_matters_accepted`);
  expect(await page.getByRole('heading', { name: '尚未报送的单位' }).isVisible(), 'who has not reported is named');
  await page.getByRole('link', { name: '大字版' }).click();
  expect(await page.locator('html.big').count() === 1, 'larger text is one click');
  await page.goto(`${site}/b/2022-1`);
  await page.locator('a.num').first().click();
  expect(/\/f\//.test(page.url()), 'a printed number leads to its figure', page.url());
  expect(strange.length === 0, 'the policy of the server forbids nothing that the pages need', strange.join('\n'));
  await context.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  for (const view of views) await look(browser, view);
  await walk(browser);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
