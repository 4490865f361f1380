// DuckDB's side of the benchmark: node duckdb.mjs rollup|read FILE.csv ROUNDS -> one JSON line.
// rollup: all sums and counts of every level (ROLLUP, its best form here) from a table in memory,
// with the same check as the kernel. read: typed read_csv of the file into a table.
import { closeSync, openSync, readSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [what, file, rounds] = process.argv.slice(2);
const columns = Array.from({ length: 72 }, (_, k) => k);
const handle = openSync(file);
const start = Buffer.alloc(8192);
const names = start.toString('utf8', 0, readSync(handle, start)).split('\n')[0].split(',');
closeSync(handle);
// a unit is a code of twelve digits; everything else fits 32 bits
const types = names.map(n => `'${n}': '${n === 'unit' ? 'BIGINT' : 'INTEGER'}'`).join(', ');
const read = `select * from read_csv('${file}', header=true, auto_detect=false, columns={${types}})`;
const db = await (await DuckDBInstance.create(':memory:')).connect();

async function timed(sql) {
  const from = performance.now();
  await db.run(sql);
  return performance.now() - from;
}

const median = list => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const times = [];
let check = null;

if (what === 'read') {
  for (let i = 0; i < Number(rounds); i++) times.push(await timed(`create or replace table v as ${read}`));
} else {
  await db.run(`create table v as ${read}`);
  const sums = columns.map(k => `sum(v${k}) s${k}, count(v${k}) n${k}`).join(', ');
  for (let i = 0; i < Number(rounds); i++)
    times.push(await timed(`create or replace table r as select p, i, c, t, ${sums} from v group by rollup(p, i, c, t)`));
  const unit = '(case when t is not null then t when c is not null then c when i is not null then i else p end)';
  const cells = columns.map(k => `(coalesce(s${k},0)::hugeint + n${k}::hugeint*7)*${k + 1}*(${unit}%101+1)`).join(' + ');
  const rows = await db.runAndReadAll(`select sum(${cells})::varchar from r where p is not null`);
  check = rows.getRows()[0][0];
}
console.log(JSON.stringify({ what, ms: median(times), check, threads: 2 }));
