import { readdirSync } from 'node:fs';
import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { manual } from './manual.ts';
import { icons } from './vite.config.ts';

const tests = readdirSync('test').filter((name) => name.endsWith('.test.ts') || name.endsWith('.test.tsx'));

// Node of the supported Debian does not read TypeScript, so the tests are built first.
export default defineConfig({
  plugins: [preact({ devToolsEnabled: false }), icons(), manual()],
  build: {
    ssr: true,
    outDir: '.tests',
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: { input: tests.map((name) => `test/${name}`), output: { entryFileNames: '[name].mjs', chunkFileNames: 'parts/[name]-[hash].mjs' } },
  },
});
