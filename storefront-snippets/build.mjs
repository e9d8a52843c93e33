// Writes what is built from shopify/src. Run by `npm run build` after a change.
import { build } from 'esbuild';

await build({
  entryPoints: ['shopify/src/theme.js'], outfile: 'shopify/extensions/zugabe-theme/assets/zugabe.js',
  minify: true, target: 'es2022', charset: 'utf8', legalComments: 'none', logLevel: 'warning',
});
