import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { ahead } from './ahead.ts';
import { manual } from './manual.ts';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));

// icons makes `import house from 'icon:house'` the drawing of one icon and nothing
// of the other thousands.
export function icons(): Plugin {
  type Nodes = Record<string, [string, Record<string, string>][]>;
  let nodes: Nodes | undefined;
  return {
    name: 'zugabe-icons',
    resolveId: (id) => (id.startsWith('icon:') ? '\0' + id : null),
    load(id) {
      if (!id.startsWith('\0icon:')) return null;
      nodes ??= JSON.parse(readFileSync(modules + 'lucide-static/icon-nodes.json', 'utf8')) as Nodes;
      const node = nodes[id.slice('\0icon:'.length)];
      if (!node) throw new Error(`there is no icon ${id.slice('\0icon:'.length)}`);
      return `export default ${JSON.stringify(node)}`;
    },
  };
}

// licences puts the licences of what is bundled beside the bundle, as they ask.
function licences(names: string[]): Plugin {
  return {
    name: 'zugabe-licences',
    apply: 'build',
    generateBundle() {
      const texts = names.map((name) => `${name}\n\n${readFileSync(`${modules}${name}/LICENSE`, 'utf8').trim()}\n`);
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join('\n' + '-'.repeat(72) + '\n\n') });
    },
  };
}

export default defineConfig({
  base: '/admin/',
  plugins: [preact({ devToolsEnabled: false }), icons(), manual(), ahead(), licences(['preact', 'openapi-fetch', 'uplot', 'lucide-static'])],
  html: { cspNonce: 'ZUGABE_NONCE' },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false, chunkSizeWarningLimit: 120, rollupOptions: { input: ['index.html', 'desk.html'] } },
});
