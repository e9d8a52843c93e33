// The first screen's scripts, compressed, may weigh so much in all.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 60 * 1024;
const dist = new URL('../dist/', import.meta.url);
const seen = new Set();
let bytes = 0;

function weigh(path) {
  if (seen.has(path)) return;
  seen.add(path);
  const text = readFileSync(new URL(path, dist));
  bytes += gzipSync(text, { level: 9 }).length;
  // Static imports only: what is imported on demand is not part of the first screen.
  for (const [, name] of text.toString().matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) weigh('assets/' + name);
}

const html = readFileSync(new URL('index.html', dist), 'utf8');
for (const [, path] of html.matchAll(/(?:src|href)="\/admin\/(assets\/[\w.-]+\.js)"/g)) weigh(path);
console.log(`first screen: ${(bytes / 1024).toFixed(1)} KB of scripts compressed, in ${seen.size} files (at most ${limit / 1024} KB)`);
if (bytes > limit) process.exit(1);
