import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plural, Texts } from '../src/i18n/texts';

const files = {
  ...import.meta.glob<Texts>('../src/i18n/common.da.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/screens/*/texts.da.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/desk/texts.da.json', { eager: true, import: 'default' }),
};
const manual = import.meta.glob<string>('../src/help/da/*.md', { eager: true, query: '?raw', import: 'default' });

// "De" with a capital inside a sentence is the polite address; at its beginning it can be those
// who were just spoken of. "Dem" and "Deres" are as well said otherwise there.
const polite = /(?<!\p{L})(?:Dem|Deres)(?!\p{L})|(?<=[\p{L}\p{N},;)}”–] )De(?!\p{L})/u;

const politeIn = (text: string | Plural) => (typeof text === 'string' ? [text] : Object.values(text)).some((form) => polite.test(form));

test('every screen says du to a Danish merchant', () => {
  assert.ok(Object.keys(files).length > 20, 'the Danish texts are read');
  const found = Object.entries(files).flatMap(([path, texts]) => Object.entries(texts).filter(([, text]) => politeIn(text)).map(([key]) => `${path}: ${key}`));
  assert.deepEqual(found, []);
});

test('the manual says du to a Danish merchant', () => {
  assert.ok(Object.keys(manual).length > 20, 'the Danish manual is read');
  const found = Object.entries(manual).flatMap(([path, page]) => page.split('\n').filter((line) => politeIn(line)).map((line) => `${path}: ${line}`));
  assert.deepEqual(found, []);
});

test('a Danish sentence that says De to its reader is told from one about others', () => {
  assert.ok(politeIn('Vælg, hvad De vil.') && politeIn('Deres butik') && politeIn({ one: 'Til Dem', other: 'x' }) && politeIn('når De gemmer'));
  assert.ok(!politeIn('De nyeste 100. De tæller ikke med.') && !politeIn('hvad de vil, deres butik, til dem') && !politeIn(': De nyeste'));
});
