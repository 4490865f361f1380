// usage: node check.mjs TIAN STORE OPENAPI.json PEOPLE.tsv SEATS…
// The OpenAPI document by a published validator; then every view's real answer, for each seat, against
// its schema: as the program prints it, and as a server gives it to people who signed in, officers too.
// A view that no seat could open is a failure: it would be unproven.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';

const [tian, store, file, table, ...seats] = process.argv.slice(2);
const CLOCK = '2022-02-10T09:20';
const BEGAN = 1644456000; // CLOCK in seconds UTC
let good = 0;
let bad = 0;
const say = (ok, name, why) => {
  ok ? good++ : bad++;
  if (!ok) console.log(`not ok ${name}\n#   ${String(why).slice(0, 600)}`);
};

const api = JSON.parse(readFileSync(file, 'utf8'));
const judged = await new Validator().validate(structuredClone(api));
say(judged.valid, 'the document is OpenAPI 3.1', JSON.stringify(judged.errors));
say(/^3\.1\./.test(api.openapi), 'its version is 3.1', api.openapi);

const ajv = new Ajv2020({ strict: false, allErrors: false });
ajv.addSchema({ $id: 'api', components: api.components });
const local = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'));
const schemas = {};
for (const [path, item] of Object.entries(api.paths)) {
  if (!path.startsWith('/api/view/')) continue;
  const schema = item.get.responses['200'].content['application/json'].schema;
  schemas[path.slice('/api/view/'.length)] = ajv.compile(local(schema));
}

function printed(name, seat, args) {
  const words = ['view', store, name, ...Object.entries(args).map(([k, v]) => `${k}=${v}`)];
  if (seat) words.push('--as', seat);
  try {
    return JSON.parse(execFileSync(tian, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    if (error.status === 1) return null; // refused in words
    throw error;
  }
}

let opened = {};
async function look(ask, name, seat, args) {
  const answer = await ask(name, seat, args);
  if (!answer) return null;
  opened[name] = (opened[name] ?? 0) + 1;
  const ok = schemas[name](answer);
  say(ok, `${name} ${JSON.stringify(args)} as ${seat || 'the system'}`, JSON.stringify(schemas[name].errors));
  return answer.data;
}

async function lookAtCases(one, book) {
  await one('case_board', { book });
  await one('case_board', { book, by: 'item' });
  for (const which of ['open', 'all']) {
    const page = await one('cases', { book, which, sort: 'newest', limit: '3' });
    for (const line of page?.lines ?? []) await one('case', { book, unit: line.unit.code, number: String(line.number) });
  }
}

async function lookRound(ask, seat) {
  const one = (name, args = {}) => look(ask, name, seat, args);
  for (const name of ['me', 'todo', 'review', 'sessions', 'commands', 'people', 'audit', 'health', 'units', 'figures', 'unit', 'rights', 'cases', 'cases_kept', 'case_loads']) await one(name);
  for (const { name: book, cases } of (await one('books'))?.books ?? []) {
    await one('book', { book });
    if (cases) await lookAtCases(one, book);
    const rows = (await one('rows', { book, limit: '2' }))?.rows ?? [];
    for (const row of rows.slice(0, 2)) {
      const args = { book, unit: row.unit.code };
      if (row.period) args.period = row.period;
      if (row.items.length) args.items = row.items.join(',');
      if (row.number) args.number = String(row.number);
      await one('form', args);
      await one('record', args);
    }
  }
  for (const f of ((await one('figures'))?.figures ?? []).slice(0, 6)) {
    if (f.params?.length) continue;
    const args = { name: f.name, period: '2021' };
    const data = await one('figure', args);
    await one('trace', args);
    await one('figure_series', { name: f.name, from: '2020', to: '2021' });
    await one('figure_each', args);
    for (const kind of data?.below ?? []) await one('figure_each', { ...args, kind: kind.name });
  }
}

// ---- as the program prints it ----

for (const seat of ['', ...seats]) await lookRound(printed, seat);
for (const name of Object.keys(schemas)) say(opened[name] > 0, `${name} was opened`, 'no seat could open it');

// ---- as a server gives it ----

const schemaOf = (path, method, status) => {
  const answers = api.paths[path][method].responses;
  const said = answers[status] ?? answers.default;
  const answer = said.$ref ? api.components.responses[said.$ref.split('/').pop()] : said;
  return ajv.compile(local(answer.content['application/json'].schema));
};
function digits(secret, second) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(second / 30)));
  const hash = createHmac('sha1', key).update(step).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}
function started(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (piece) => {
      said += piece;
      const found = /127\.0\.0\.1:(\d+)/.exec(said);
      if (found) resolve(`http://127.0.0.1:${found[1]}`);
    });
    server.on('exit', () => reject(new Error(`the server did not start: ${said}`)));
  });
}
const server = spawn(tian, ['serve', store, '--listen', '127.0.0.1:0', '--clock', CLOCK], { stdio: ['ignore', 'pipe', 'ignore'] });
const site = await started(server);
const began = Date.now();
const post = (path, body, more = {}) => fetch(site + path, {
  method: 'POST', headers: { Origin: site, 'Content-Type': 'application/json', ...more }, body: JSON.stringify(body) });

async function signIn(login, password, secret) {
  const code = secret ? digits(secret, BEGAN + (Date.now() - began) / 1000) : '';
  const answer = await post('/api/sign-in', { login, password, code });
  const body = await answer.json();
  const fits = schemaOf('/api/sign-in', 'post', String(answer.status));
  say(answer.status === 200 && fits(body), `${login} signs in`, `${answer.status} ${JSON.stringify(body)} ${JSON.stringify(fits.errors)}`);
  return { Cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', 'X-Tian-Token': body.data?.token ?? '' };
}
/** What is refused has the shape that is promised, too. */
async function refusals(head) {
  for (const [path, body, status] of [
    ['/api/sign-in', { login: 'nobody', password: 'no-such-word' }, 401], ['/api/sign-in', { nothing: '' }, 400],
    ['/api/password', { old: 'no-such-word', new: 'spring plough 42' }, 422], ['/api/second', { password: 'no-such-word' }, 422],
    ['/api/do/record.file', { act: '0'.repeat(32), made: 0, fields: { book: 'nothing', unit: '2202' } }, 404]]) {
    const answer = await post(path, body, path === '/api/sign-in' ? {} : head);
    const said = await answer.json();
    const fits = schemaOf(path, 'post', 'default');
    say(answer.status === status && fits(said), `${path} ${JSON.stringify(body)} is refused`, `${answer.status} ${JSON.stringify(said)} ${JSON.stringify(fits.errors)}`);
  }
}

opened = {};
try {
  const people = readFileSync(table, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  for (const [login, password, seat, secret] of people) {
    const head = await signIn(login, password, secret);
    const given = async (name, as, args) => {
      const answer = await fetch(`${site}/api/view/${name}?${new URLSearchParams({ seat: as, ...args })}`, { headers: head });
      const body = await answer.json();
      if (answer.ok) return body;
      const fits = schemaOf(`/api/view/${name}`, 'get', 'default');
      say([400, 404].includes(answer.status) && fits(body), `${name} as ${as} is refused as promised`, `${answer.status} ${JSON.stringify(body)}`);
      return null;
    };
    await lookRound(given, seat);
    if (login === people[0][0]) await refusals(head);
  }
  for (const name of Object.keys(schemas)) say(opened[name] > 0, `${name} was opened over HTTP`, 'nobody could open it');
} finally {
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
}
console.log(`${good} passed, ${bad} failed`);
process.exit(bad ? 1 : 0);
