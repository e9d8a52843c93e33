// Builds what goes into pages and prints how heavy it is, compressed. Exits 1 over a
// limit, or if a committed file is not what its source makes.
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';

const limits = { 'theme scripts': 10 * 1024, 'theme styles': 8 * 1024, extension: 64 * 1024 };
const theme = 'shopify/extensions/zugabe-theme/assets/';
const bundle = async (options) => Buffer.from((await build({ minify: true, write: false, charset: 'utf8', legalComments: 'none', logLevel: 'warning', ...options })).outputFiles[0].contents);
let failed = false;
const weigh = (what, limit, bytes) => {
  const size = gzipSync(bytes, { level: 9 }).length;
  const over = size > limit;
  failed ||= over;
  console.log(`${what}: ${size} of ${limit} bytes compressed${over ? ' TOO HEAVY' : ''}`);
};

const scripts = [];
for (const [from, to] of [['theme', 'zugabe'], ['vouchers', 'zugabe-vouchers']]) {
  const committed = readFileSync(theme + to + '.js');
  const fresh = await bundle({ entryPoints: [`shopify/src/${from}.js`], bundle: true, format: 'iife', target: 'es2022' });
  if (!fresh.equals(committed)) {
    console.error(`assets/${to}.js is not what shopify/src/${from}.js makes: npm run build`);
    failed = true;
  }
  scripts.push(committed);
}
weigh('theme scripts', limits['theme scripts'], Buffer.concat(scripts));
weigh('theme styles', limits['theme styles'], readFileSync(theme + 'zugabe.css'));
for (const [extension, entry] of [['checkout', 'Checkout'], ['checkout', 'ThankYou'], ['checkout', 'OrderStatus'], ['account', 'Account']]) {
  const bytes = await bundle({ entryPoints: [`shopify/extensions/zugabe-${extension}/src/${entry}.tsx`], bundle: true, format: 'esm', jsx: 'automatic', jsxImportSource: 'preact', define: { 'process.env.APP_URL': '"https://app.example"' } });
  weigh(`extension ${extension}/${entry}`, limits.extension, bytes);
}
process.exit(failed ? 1 : 0);
