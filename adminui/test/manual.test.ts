import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chapterOf, chapters, loadManual, search, type Manual } from '../src/help/manual';
import { readChapter, type Block, type Inline } from '../src/help/markdown';
import { languages } from '../src/i18n/texts';
import { match } from '../src/shell/match';
import { routes } from '../src/shell/routes';

const manuals = Object.fromEntries(await Promise.all(languages.map(async (language) => [language, await loadManual(language)] as const)));
const of = (language: string): Manual => manuals[language] ?? {};

// covers: S0-42
test('every screen has its page of the manual in English and German', () => {
  for (const language of ['en', 'de'] as const) {
    for (const { screen } of routes) assert.equal(of(language)[chapterOf(screen)]?.of, language, `the page about ${screen} in ${language}`);
  }
});

test('the list of pages names all of them', () => {
  for (const language of languages) assert.deepEqual(Object.keys(of(language)).sort(), [...chapters].sort(), language);
});

test('a page that is not translated yet is there in English, and says so', () => {
  for (const language of languages) {
    const missing = chapters.filter((chapter) => of(language)[chapter]?.of !== language);
    if (missing.length > 0) console.log(`the manual in ${language} lacks: ${missing.join(', ')}`);
    for (const chapter of missing) assert.equal(of(language)[chapter]?.of, 'en', chapter);
  }
});

const shape = (blocks: Block[]) => blocks.map((b) => (b.is === 'h' || b.is === 'p' ? b.is : `${b.is} of ${b.items.length}`));

test('a translation has the same sections, lists and steps as the English page', () => {
  for (const language of languages) {
    for (const chapter of chapters) assert.deepEqual(shape(of(language)[chapter]?.blocks ?? []), shape(of('en')[chapter]?.blocks ?? []), `${language}/${chapter}`);
  }
});

function wordsOf(blocks: Block[]): Inline[] {
  return blocks.flatMap((b) => (b.is === 'h' || b.is === 'p' ? b.text : b.is === 'dl' ? b.items.flat(2) : b.items.flat()));
}

test('every link of the manual leads somewhere, and no sentence shouts', () => {
  for (const language of languages) {
    for (const [chapter, page] of Object.entries(of(language))) {
      for (const part of [...page.lead, ...wordsOf(page.blocks)]) {
        assert.ok(!JSON.stringify(part).includes('!'), `${language}/${chapter} shouts`);
        if (typeof part === 'string' || part[0] !== 'a') continue;
        const to = part[1];
        const leads = to.startsWith('/') ? routes.some((route) => match(route.path, to)) : of(language)[to] !== undefined;
        assert.ok(leads, `${language}/${chapter} links to ${to}`);
      }
    }
  }
});

test('the search finds all words in any order, titles before texts, with and without accents', () => {
  const manual: Manual = {
    a: { of: 'de', ...readChapter('# Sätze\n\nWas Punkte wert sind.\n\n## Rückgabe\n\nGutscheine und ihre Größe.') },
    b: { of: 'de', ...readChapter('# Texte\n\nHier steht etwas über Sätze und Punkte.') },
  };
  assert.deepEqual(search(manual, 'satze').map((hit) => hit.chapter), ['a', 'b']);
  assert.deepEqual(search(manual, 'GRÖSSE').map((hit) => [hit.chapter, hit.at]), [['a', 's1']]);
  assert.deepEqual(search(manual, 'punkte sätze').length, 2);
  assert.deepEqual(search(manual, 'punkte fehlt'), []);
  assert.deepEqual(search(manual, '  '), []);
});

test('HTML, foreign links and unknown marks are refused when the manual is built', () => {
  for (const bad of ['a <b>', 'see [x](https://example.com)', '[x](javascript:alert)', '[x](//example.com)', '| a |', '**open', '### deep', '![x](y)']) {
    assert.throws(() => readChapter(`# Title\n\nLead.\n\n${bad}`));
  }
});
