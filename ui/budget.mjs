// Weighs the built app as it goes over the wire (gzip) and fails when it is over its budget:
// a first load on a phone 60 KB, the whole staff app 150 KB.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const DIST = new URL('dist/', import.meta.url);
const FIRST = 60 * 1024;
const WHOLE = 150 * 1024;

const weight = (file) => gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length;
const read = (file) => readFileSync(new URL(file, DIST), 'utf8');
const assets = readdirSync(new URL('assets/', DIST)).sort().map((f) => `assets/${f}`);

// What the first screen needs: the page, the files it names, what those import at once, and the
// page 待办 with what it imports.
const first = new Set(['index.html', 'tian.svg']);
function take(file) {
  if (first.has(file) || !assets.includes(file)) return;
  first.add(file);
  if (!file.endsWith('.js')) return;
  for (const [, name] of read(file).matchAll(/(?:^|[;}\s])(?:import|export)[^;'"()]*?['"`]\.\/([\w.-]+)['"`]/g)) take(`assets/${name}`);
}
for (const [, name] of read('index.html').matchAll(/"\/app\/(assets\/[^"]+)"/g)) take(name);
for (const file of assets) if (/\/TodoPage-.*\.js$/.test(file)) take(file);

const sum = (files) => [...files].reduce((n, f) => n + weight(f), 0);
const kb = (n) => `${(n / 1024).toFixed(1)} KB`;
const load = sum(first);
const all = sum([...assets, 'index.html', 'sw.js', 'tian.svg', 'tian.webmanifest']);
for (const file of assets) console.log(`${first.has(file) ? '*' : ' '} ${kb(weight(file)).padStart(9)} ${file}`);
console.log(`first load (*) ${kb(load)} of ${kb(FIRST)}, whole app ${kb(all)} of ${kb(WHOLE)}`);
if (load > FIRST || all > WHOLE) {
  console.error('over budget');
  process.exit(1);
}
