import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chapterOf, chapters, loadManual, search, type Manual } from '../src/help/manual';
import { readChapter, type Block, type Inline } from '../src/help/markdown';
import { languages, type Texts } from '../src/i18n/texts';
import { match } from '../src/shell/match';
import { routes } from '../src/shell/routes';

const manuals = Object.fromEntries(await Promise.all(languages.map(async (language) => [language, await loadManual(language)] as const)));
const of = (language: string): Manual => manuals[language] ?? {};

// covers: S0-42
test('every screen has its page of the manual in every language', () => {
  for (const language of languages) {
    for (const { screen } of routes) assert.equal(of(language)[chapterOf(screen)]?.of, language, `the page about ${screen} in ${language}`);
  }
});

test('the list of pages names all of them, and each is there in every language', () => {
  for (const language of languages) {
    assert.deepEqual(Object.keys(of(language)).sort(), [...chapters].sort(), language);
    for (const chapter of chapters) assert.equal(of(language)[chapter]?.of, language, `${language}/${chapter}`);
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

test('the search finds all words in any order, titles before texts, with, without and instead of accents, and parts of words', () => {
  const manual: Manual = {
    a: { of: 'de', ...readChapter('# Sätze\n\nWas Punkte wert sind.\n\n## Rückgabe\n\nGutscheine und ihre Größe.') },
    b: { of: 'de', ...readChapter('# Texte\n\nHier steht etwas über Sätze und Punkte.') },
  };
  assert.deepEqual(search(manual, 'satze').map((hit) => hit.chapter), ['a', 'b']);
  assert.deepEqual(search(manual, 'GRÖSSE').map((hit) => [hit.chapter, hit.at]), [['a', 's1']]);
  assert.deepEqual(search(manual, 'rueckg').map((hit) => [hit.chapter, hit.at]), [['a', 's1']]);
  assert.deepEqual(search(manual, 'punkte sätze').length, 2);
  assert.deepEqual(search(manual, 'punkte fehlt'), []);
  assert.deepEqual(search(manual, '  '), []);
});

test('HTML, foreign links and unknown marks are refused when the manual is built', () => {
  for (const bad of ['a <b>', 'see [x](https://example.com)', '[x](javascript:alert)', '[x](//example.com)', '| a |', '**open', '### deep', '![x](y)']) {
    assert.throws(() => readChapter(`# Title\n\nLead.\n\n${bad}`));
  }
});

const files = {
  ...import.meta.glob<Texts>('../src/i18n/common.*.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/screens/*/texts.*.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/desk/texts.*.json', { eager: true, import: 'default' }),
};
const said = (language: string) => Object.entries(files).flatMap(([path, texts]) => (path.endsWith(`.${language}.json`) ? Object.values(texts) : [])).flatMap((text) => (typeof text === 'string' ? [text] : Object.values(text)));

test('what a step of the manual names in bold stands on a screen in these words', () => {
  for (const language of languages) {
    const labels = new Set(said(language));
    for (const [chapter, page] of Object.entries(of(language))) {
      for (const part of page.blocks.flatMap((b) => (b.is === 'ol' ? b.items.flat() : []))) {
        if (typeof part === 'string' || part[0] !== 'b') continue;
        assert.ok(labels.has(part[1]) || labels.has(part[1].replace(/\.$/, '')), `${language}/${chapter}: no screen says “${part[1]}”`);
      }
    }
  }
});

test('Polish has one word for a member and one for a rule', () => {
  assert.ok(said('pl').length > 500);
  assert.ok(!/członk|reguł/i.test(said('pl').join('\n')));
});
