// The first screen's scripts, compressed, may weigh so much in all.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 60 * 1024;
const dist = new URL('../dist/', import.meta.url);

function weigh(path, seen) {
  if (seen.has(path)) return 0;
  seen.add(path);
  const text = readFileSync(new URL(path, dist));
  let bytes = gzipSync(text, { level: 9 }).length;
  // Static imports only: what is imported on demand is not part of the first screen.
  for (const [, name] of text.toString().matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) bytes += weigh('assets/' + name, seen);
  return bytes;
}

// What the server names beside it for the page that most visits begin with, in English.
const { main, pages, languages } = JSON.parse(readFileSync(new URL('ahead.json', dist), 'utf8'));
const home = [...main, ...pages[0].files, ...languages.en.common, ...pages[0].texts.flatMap((screen) => languages.en.screens[screen])];

for (const page of ['index.html', 'desk.html']) {
  const seen = new Set();
  let bytes = 0;
  const html = readFileSync(new URL(page, dist), 'utf8');
  for (const [, path] of html.matchAll(/(?:src|href)="\/admin\/(assets\/[\w.-]+\.js)"/g)) bytes += weigh(path, seen);
  if (page === 'index.html') for (const name of home) bytes += weigh('assets/' + name, seen);
  console.log(`${page}: ${(bytes / 1024).toFixed(1)} KB of scripts compressed for the first screen, in ${seen.size} files (at most ${limit / 1024} KB)`);
  if (bytes > limit) process.exitCode = 1;
}
