/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/* The worker that keeps the app on the device is told which files there are, and a version made
 * from their names: the same sources give the same worker, byte for byte. */
function worker(): Plugin {
  return {
    name: 'tian-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((f) => f.startsWith('assets/')).sort();
      const source = readFileSync(new URL('src/sw.js', import.meta.url), 'utf8');
      const page = readFileSync(new URL('index.html', import.meta.url), 'utf8');
      const version = createHash('sha256').update(source + page + files.join()).digest('hex').slice(0, 12);
      this.emitFile({
        type: 'asset', fileName: 'sw.js',
        source: source.replace('__VERSION__', version).replace('[/*files*/]', JSON.stringify(files)),
      });
    },
  };
}

/* Pages that belong together come as one file: what they share is packed once. */
const GROUPS: [string, RegExp][] = [
  ['shown', /\/node_modules\/|\/src\/(api|events|keys|pages|router|session|time|title|toast|useView)\.ts|\/src\/(words\/(index|zh)|components\/shell\/|keep\/(outbox|vault|id)|components\/(form\/FieldFrame|show\/(ListRow|TabBar|ViewState|TagLabel|EmptyState|TianGlyph|KeyValues)))/],
  ['forms', /\/src\/(expr\.ts|cell\.ts|pages\/fill\/|components\/form\/|keep\/(sheet|photo)|components\/show\/(FactLog|TableOut))/],
  ['kept', /\/src\/(keep\/cases|pages\/cases\/logic)/],
  ['cases', /\/src\/pages\/(cases|board|report)/],
  ['figures', /\/src\/(pages\/(figures|unit)|components\/show\/(LineChart|StackedBar|UnitWaffle|FigureButton))/],
  ['office', /\/src\/pages\/(review|exchange|people|watch)/],
];

export default defineConfig({
  base: '/app/',
  plugins: [vue(), worker()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  build: {
    target: ['chrome90', 'safari14'],
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What nearly every page shows comes as one file: on a slow network each file more costs a turn.
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS.map(([name, test], k) => ({ name, test, priority: 100 - k })) } } },
  },
  server: { port: Number(process.env.UI_PORT ?? 5173), proxy: { '/api': process.env.TIAN_SERVER ?? 'http://127.0.0.1:8470' } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], testTimeout: 20000 },
});
