import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { 'process.env.APP_URL': '"https://app.example"' },
  test: { environment: 'jsdom', include: ['*/tests/*.test.ts'], server: { deps: { inline: [/@shopify\/ui-extensions-tester/] } } },
});
