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
    rollupOptions: { output: { manualChunks: (id) => (/\/src\/(useView\.ts|components\/show\/(ListRow|TabBar|ViewState|TagLabel|EmptyState|TianGlyph)\.vue)/.test(id) ? 'shown' : undefined) } },
  },
  server: { port: Number(process.env.UI_PORT ?? 5173), proxy: { '/api': process.env.TIAN_SERVER ?? 'http://127.0.0.1:8470' } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], testTimeout: 20000 },
});
