import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { languages } from './src/i18n/texts.ts';

// What the plugin reads of a build's chunks.
interface Chunk {
  type: string;
  fileName: string;
  imports?: string[];
  moduleIds?: string[];
}

const source = fileURLToPath(new URL('src/', import.meta.url));
const route = /\{ path: '([^']+)', screen: '([^']+)',(?: also: '([^']+)',)?.* load: \(\) => import\('\.\.\/([^']+)'\)/g;

// ahead writes ahead.json: which files each page of the admin needs beyond those that
// index.html names. The server names them in the document that it sends for the page, so
// that they come side by side instead of one after the other.
export function ahead(): Plugin {
  return {
    name: 'zugabe-ahead',
    apply: 'build',
    enforce: 'post', // files of nothing but styles are gone by then
    generateBundle(_options, bundle) {
      const files = filesOf(Object.values(bundle));
      const text = readFileSync(source + 'shell/routes.ts', 'utf8');
      const pages = [...text.matchAll(route)].map(([, path = '', screen = '', also, file = '']) => ({ path, texts: also ? [screen, also] : [screen], files: files(file) }));
      if (pages.length !== text.match(/\bpath: '/g)?.length) throw new Error(`${pages.length} of the routes in routes.ts are understood`);
      const screens = [...new Set(pages.flatMap((page) => page.texts))].sort();
      const each = <T>(names: readonly string[], make: (name: string) => T) => Object.fromEntries(names.map((name) => [name, make(name)]));
      const document = {
        pages,
        main: files('main'),
        languages: each(languages, (language) => ({ common: files(`i18n/languages/${language}`), screens: each(screens, (screen) => files(`screens/${screen}/texts.${language}`)) })),
      };
      this.emitFile({ type: 'asset', fileName: 'ahead.json', source: JSON.stringify(document) });
    },
  };
}

// filesOf finds the names of the files that a module is in and imports.
function filesOf(all: Chunk[]): (module: string) => string[] {
  const chunks = all.filter((chunk) => chunk.type === 'chunk');
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const byModule = new Map(chunks.flatMap((chunk) => (chunk.moduleIds ?? []).map((id) => [id.replace(source, '').replace(/(\/index)?\.(tsx?|json)$/, ''), chunk])));
  const reached = (chunk: Chunk | undefined, seen: Set<string>): Set<string> => {
    if (!chunk || seen.has(chunk.fileName)) return seen;
    seen.add(chunk.fileName);
    for (const name of chunk.imports ?? []) reached(byName.get(name), seen);
    return seen;
  };
  const first = reached(byModule.get('start'), new Set());
  return (module) => {
    const chunk = byModule.get(module);
    if (!chunk) throw new Error(`no file holds ${module}`);
    return [...reached(chunk, new Set())].filter((name) => !first.has(name)).map((name) => name.replace('assets/', ''));
  };
}
