// Writes what is built from shopify/src. Run by `npm run build` after a change.
import { build } from 'esbuild';

for (const [from, to] of [['theme', 'zugabe'], ['vouchers', 'zugabe-vouchers']]) {
  await build({
    entryPoints: [`shopify/src/${from}.js`], outfile: `shopify/extensions/zugabe-theme/assets/${to}.js`,
    bundle: true, format: 'iife', minify: true, target: 'es2022', charset: 'utf8', legalComments: 'none', logLevel: 'warning',
  });
}
