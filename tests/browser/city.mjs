// The demo city under test: its server (started, killed, started again on the same port, its clock going
// on), its people with their passwords and second factors, and browsers to sign in with.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const DESK = { name: 'desk', viewport: { width: 1440, height: 900 } };
export const PHONE = { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

let passed = 0;
let failed = 0;
export function expect(claim, sentence, seen = '') {
  console.log(`${claim ? 'ok' : 'not ok'} ${sentence}`);
  if (claim) return void passed++;
  failed++;
  if (seen !== '') console.log(`#   ${String(seen).slice(0, 1200).replaceAll('\n', '\n#   ')}`);
}
export function sums() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}
/** One part; when it breaks off, that is one failure and the next part goes on. */
export async function part(name, run) {
  const start = Date.now();
  try {
    await run();
  } catch (e) {
    expect(false, `${name}: goes through to its end`, e.stack ?? e);
  }
  console.log(`# ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

// ---- the server ----
const ZONE = 8 * 3600_000;
const FIRST = Date.parse('2022-02-10T09:20:00Z') - ZONE;
export class City {
  constructor(tian, folder) {
    this.tian = tian;
    this.folder = folder;
    this.port = 0;
    this.born = Date.now();
    this.people = new Map(readFileSync(`${folder}-people.tsv`, 'utf8').trim().split('\n').map((line) => {
      const [login, password, seat, secret] = line.split('\t');
      return [login, { login, password, seat, secret }];
    }));
  }
  get site() { return `http://127.0.0.1:${this.port}`; }
  /** The next whole minute: a store's clock does not run back when the server starts again. */
  clock() {
    const at = this.port ? Math.ceil((this.now() + 1) / 60_000) * 60_000 : FIRST;
    this.ahead = at - Date.now();
    return new Date(at + ZONE).toISOString().slice(0, 16);
  }
  now() { return Date.now() + this.ahead; }
  async start() {
    const env = { ...process.env, TIAN_CLOCK: this.clock(), LC_ALL: 'zh_CN.UTF-8' };
    this.child = spawn(this.tian, ['serve', this.folder, '--listen', `127.0.0.1:${this.port}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const pipe of [this.child.stdout, this.child.stderr]) pipe.on('data', (text) => { said += text; });
    for (let k = 0; k < 200; k++) {
      const port = /127\.0\.0\.1:(\d+)/.exec(said);
      if (port) this.port = Number(port[1]);
      if (port && await fetch(`${this.site}/healthz`).then((r) => r.ok, () => false)) return;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error(`the server does not start: ${said}`);
  }
  /** SIGKILL stands for the plug pulled, SIGTERM for an orderly stop. */
  async stop(signal = 'SIGTERM') {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode) return;
    const gone = new Promise((go) => this.child.once('exit', go));
    process.kill(this.child.pid, signal);
    await gone;
  }
  run(...args) {
    return execFileSync(this.tian, args, { env: { ...process.env, LC_ALL: 'zh_CN.UTF-8' }, encoding: 'utf8' });
  }
  /** A code is taken once only: the next one may be used half a minute early. */
  code(login, ahead = 0) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...this.people.get(login).secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((b) => Number.parseInt(b, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(this.now() / 30_000) + ahead));
    const mac = createHmac('sha1', key).update(counter).digest();
    return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}

// ---- browsers ----
export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
});
export const strange = []; // console errors, broken policies: none is expected anywhere
let quiet = 0;
/** While a test takes the server away, lines about the network are what is wanted. */
export async function unplugged(run) {
  quiet++;
  try { return await run(); } finally { quiet--; }
}
export function listen(page, who) {
  const note = (text) => { if (!quiet || !/ERR_|Failed to load resource/.test(text)) strange.push(`${who} ${page.url()}: ${text}`); };
  page.on('pageerror', (e) => note(`error ${e}`));
  // A refusal that a test asks for (401, 404, 409, 422) is a line of the browser, not of the app.
  page.on('console', (m) => m.type() === 'error' && !/status of (401|404|409|422)/.test(m.text()) && note(`console ${m.text()}`));
  return page;
}
export async function open(browser, city, who, view, state, workers = 'block') {
  const context = await browser.newContext({ ...view, locale: 'zh-CN', storageState: state, serviceWorkers: workers, acceptDownloads: true });
  context.setDefaultTimeout(8000);
  context.who = who;
  if (workers === 'block') await context.addInitScript(() => { delete Navigator.prototype.serviceWorker; });
  return context;
}
export const newPage = async (context) => listen(await context.newPage(), context.who);
/** The session's cookie by the way in for programs; the form of /login is driven elsewhere. */
export async function signIn(browser, city, login) {
  const context = await browser.newContext();
  const person = city.people.get(login);
  const answer = await context.request.post(`${city.site}/api/sign-in`, {
    headers: { Origin: city.site }, data: { login, password: person.password, code: person.secret ? city.code(login) : '' },
  });
  if (!answer.ok()) throw new Error(`${login} cannot sign in: ${await answer.text()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}
export async function goTo(page, city, path) {
  await page.goto(`${city.site}/app/#/${path}`);
  await settled(page);
}
/** As waitForFunction, which the content policy of the app does not let poll. */
export async function until(page, holds, arg = null, patience = 8000) {
  for (const end = Date.now() + patience; Date.now() < end; await page.waitForTimeout(60))
    if (await page.evaluate(holds, arg)) return true;
  throw new Error(`in vain: ${holds}`);
}
/** Until the page shows what it asked for. */
export async function settled(page) {
  await page.waitForSelector('#main h1');
  await until(page, () => ![...document.querySelectorAll('[role=status]')].some((x) => /^(正在取|Fetching)/.test(x.textContent)));
  await page.waitForTimeout(120);
}
export async function ask(page, city, path) {
  const answer = await page.request.get(`${city.site}/api/view/${path}`);
  return answer.ok() ? (await answer.json()).data : null;
}
