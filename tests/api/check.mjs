// usage: node check.mjs TIAN STORE OPENAPI.json SEATS…
// The OpenAPI document by a published validator; then every view's real answer, for each seat, against
// its schema. A view that no seat could open is a failure: it would be unproven.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';

const [tian, store, file, ...seats] = process.argv.slice(2);
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

function view(name, seat, args) {
  const words = ['view', store, name, ...Object.entries(args).map(([k, v]) => `${k}=${v}`)];
  if (seat) words.push('--as', seat);
  try {
    return JSON.parse(execFileSync(tian, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    if (error.status === 1) return null; // refused in words
    throw error;
  }
}

const opened = {};
function look(name, seat, args) {
  const answer = view(name, seat, args);
  if (!answer) return null;
  opened[name] = (opened[name] ?? 0) + 1;
  const ok = schemas[name](answer);
  say(ok, `${name} ${JSON.stringify(args)} as ${seat || 'the system'}`, JSON.stringify(schemas[name].errors));
  return answer.data;
}

for (const seat of ['', ...seats]) {
  for (const name of ['me', 'todo', 'review', 'sessions', 'commands', 'people', 'audit', 'health', 'units', 'figures', 'unit']) look(name, seat, {});
  look('rights', seat, {});
  const books = look('books', seat, {})?.books ?? [];
  for (const { name: book } of books) {
    look('book', seat, { book });
    const rows = look('rows', seat, { book, limit: '2' })?.rows ?? [];
    for (const row of rows.slice(0, 2)) {
      const args = { book, unit: row.unit.code };
      if (row.period) args.period = row.period;
      if (row.items.length) args.items = row.items.join(',');
      if (row.number) args.number = String(row.number);
      look('form', seat, args);
      look('record', seat, args);
    }
  }
  const figures = look('figures', seat, {})?.figures ?? [];
  for (const f of figures.slice(0, 6)) {
    if (f.params?.length) continue;
    const args = { name: f.name, period: '2021' };
    const data = look('figure', seat, args);
    look('trace', seat, args);
    look('figure_series', seat, { name: f.name, from: '2020', to: '2021' });
    look('figure_each', seat, args);
    for (const kind of data?.below ?? []) look('figure_each', seat, { ...args, kind: kind.name });
  }
}
for (const name of Object.keys(schemas)) say(opened[name] > 0, `${name} was opened`, 'no seat could open it');
console.log(`${good} passed, ${bad} failed`);
process.exit(bad ? 1 : 0);
