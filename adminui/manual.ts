import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { readChapter } from './src/help/markdown.ts';

const folder = fileURLToPath(new URL('src/help/', import.meta.url));
const prefix = 'manual:';

// manual makes `import('manual:de')` all pages of src/help/de, with the English ones
// in place of those that are missing.
export function manual(): Plugin {
  return {
    name: 'zugabe-manual',
    resolveId: (id) => (id.startsWith(prefix) ? '\0' + id : null),
    load(id) {
      if (!id.startsWith('\0' + prefix)) return null;
      const wanted = id.slice(prefix.length + 1);
      const pages: Record<string, unknown> = {};
      for (const language of ['en', wanted]) {
        for (const file of readdirSync(folder + language).filter((name) => name.endsWith('.md')).sort()) {
          const path = `${folder}${language}/${file}`;
          this.addWatchFile(path);
          try {
            pages[file.slice(0, -3)] = { of: language, ...readChapter(readFileSync(path, 'utf8')) };
          } catch (cause) {
            throw new Error(`${language}/${file}: ${(cause as Error).message}`);
          }
        }
      }
      return `export default ${JSON.stringify(pages)}`;
    },
  };
}
