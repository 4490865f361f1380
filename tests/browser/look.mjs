// Looks at one built bulletin as a reader does: on a desk, on a phone, with large type, without
// scripts, and as it would be printed. Pictures go to the folder given, to be looked at by people.
// usage: node look.mjs PAGE.html PICTURES
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page_file, pictures] = process.argv.slice(2);
const address = pathToFileURL(resolve(page_file)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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

const views = [
  { name: 'desk', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: 'narrow phone with large type', viewport: { width: 320, height: 640 }, large: true },
];

async function is_wide(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function no_axe_violation(page, sentence) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  expect(found.violations.length === 0, sentence, found.violations.map((v) =>
    `${v.id}: ${v.help} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`).join('\n'));
}

async function open_first_number(page, key) {
  const number = page.locator('main article details.num').first();
  const summary = number.locator('summary');
  if (key) {
    await summary.focus();
    await page.keyboard.press('Enter');
  } else await summary.click();
  const card = number.locator('.card');
  return { card, text: (await card.isVisible()) ? await card.innerText() : '' };
}

async function look(browser, view) {
  const context = await browser.newContext({ viewport: view.viewport, isMobile: view.isMobile,
    hasTouch: view.hasTouch, locale: 'zh-CN' });
  const page = await context.newPage();
  const strange = [];
  page.on('pageerror', (e) => strange.push(`error ${e}`));
  page.on('console', (m) => m.type() === 'error' && strange.push(`console ${m.text()}`));
  page.on('request', (r) => r.url() !== address && !r.url().startsWith('data:') && strange.push(`asks for ${r.url()}`));
  await page.goto(address);
  if (view.large) await page.addStyleTag({ content: 'html{font-size:20px!important}' });
  const file = (part) => `${pictures}/${view.name.replaceAll(' ', '-')}-${part}.png`;
  await page.screenshot({ path: file('top') });
  expect(await is_wide(page) <= 0, `${view.name}: the page never scrolls sideways`, `${await is_wide(page)} px too wide`);
  await no_axe_violation(page, `${view.name}: axe finds nothing`);
  const { card, text } = await open_first_number(page, false);
  expect(text.length > 20, `${view.name}: a number opens in place`, text);
  expect(/应报 \d+，已报 \d+/.test(text), `${view.name}: the open number shows its coverage`, text);
  const box = await card.boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= view.viewport.width + 1,
    `${view.name}: the open number stands inside the page`, JSON.stringify(box));
  await page.screenshot({ path: file('open') });
  await no_axe_violation(page, `${view.name}: axe finds nothing with a number open`);
  expect(strange.length === 0, `${view.name}: no error, and nothing is fetched`, strange.join('\n'));
  await page.screenshot({ path: file('whole'), fullPage: true });
  await context.close();
}

async function look_at_every_number(browser) {
  const page = await browser.newPage();
  await page.goto(address);
  const numbers = await page.locator('main article details.num').evaluateAll((all) => all.map((d) => ({
    id: d.id, shown: d.querySelector('summary').textContent.trim(),
    formula: d.querySelector('.card code')?.textContent.trim() ?? '' })));
  const silent = numbers.filter((n) => !n.shown || !n.formula);
  expect(numbers.length >= 20, 'the issue holds twenty numbers or more', numbers.length);
  expect(silent.length === 0, 'every number has a text and a formula', JSON.stringify(silent.slice(0, 5)));
  expect(new Set(numbers.map((n) => n.id)).size === numbers.length, 'every number has an address of its own');
  const broken = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')]
    .map((a) => a.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id)));
  expect(broken.length === 0, 'every link inside the page leads somewhere', broken.join(' '));
  const text = await page.locator('body').innerText();
  expect(!/undefined|NaN|\{\{|\}\}|\(null\)/.test(text), 'no mark of the machinery stands in the text',
    text.match(/.{20}(undefined|NaN|\{\{|\}\}|\(null\)).{20}/)?.[0]);
  expect(text.includes('演示数据'), 'the demo issue says that its data is invented');
  await page.close();
}

async function look_without_scripts(browser) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: views[0].viewport });
  const page = await context.newPage();
  await page.goto(address);
  expect((await open_first_number(page, true)).text.length > 20,
    'a number opens by keyboard and without scripts');
  await context.close();
}

async function look_at_print(browser) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.locator('main article details.num summary').first().click();
  await page.emulateMedia({ media: 'print' });
  const visible = await page.locator('.card:visible').count();
  expect(visible === 0, 'nothing that only opens on a screen is printed', `${visible} cards`);
  const pdf = await page.pdf({ path: `${pictures}/print.pdf`, format: 'A4', preferCSSPageSize: true });
  expect(pdf.length > 10_000, 'the issue prints');
  await page.close();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  for (const view of views) await look(browser, view);
  await look_at_every_number(browser);
  await look_without_scripts(browser);
  await look_at_print(browser);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
