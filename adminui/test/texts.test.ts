import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages, languageOf, speak, type Plural, type Texts } from '../src/i18n/texts';

const files = {
  ...import.meta.glob<Texts>('../src/i18n/common.*.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/screens/*/texts.*.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/desk/texts.*.json', { eager: true, import: 'default' }),
};

const bases = [...new Set(Object.keys(files).map((path) => path.replace(/\.\w\w\.json$/, '')))];
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
const forms = (text: string | Plural) => (typeof text === 'string' ? [text] : Object.values(text));

for (const base of bases) {
  test(`${base.replace(/^.*src\//, '')} says the same in all five languages`, () => {
    const english = files[`${base}.en.json`] ?? {};
    for (const language of languages) {
      const texts = files[`${base}.${language}.json`];
      assert.ok(texts, `there is no ${base}.${language}.json`);
      assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort(), `keys in ${language}`);
      for (const [key, text] of Object.entries(texts)) compare(language, key, text, english[key] ?? '');
    }
  });
}

function compare(language: string, key: string, text: string | Plural, model: string | Plural) {
  assert.equal(typeof text, typeof model, `${key} in ${language} is a plural in one and not in the other`);
  const names = (of: string | Plural) => [...new Set(forms(of).flatMap(placeholders))].sort();
  assert.deepEqual(names(text), names(model), `placeholders of ${key} in ${language}`);
  if (typeof text !== 'string') checkForms(language, key, text);
  for (const form of forms(text)) {
    assert.ok(form.trim() !== '', `${key} is empty in ${language}`);
    assert.ok(!form.includes('!'), `${key} shouts in ${language}`);
  }
}

// Every form that whole numbers up to a few thousand ask for must be there.
function checkForms(language: string, key: string, text: Plural) {
  const rules = new Intl.PluralRules(language);
  for (let n = 0; n <= 3000; n++) {
    const form = rules.select(n);
    assert.ok(text[form] !== undefined, `${key} in ${language} has no form '${form}' (for ${n})`);
  }
}

// A dialog's Cancel would be called 'Give the points back' where a screen takes that key.
test('no screen has another text under a key of the common ones', () => {
  const common = files['../src/i18n/common.en.json'] ?? {};
  for (const base of bases.filter((one) => one.includes('/screens/'))) {
    const taken = Object.entries(files[`${base}.en.json`] ?? {}).filter(([key, text]) => key !== 'help' && common[key] !== undefined && JSON.stringify(common[key]) !== JSON.stringify(text));
    assert.deepEqual(taken.map(([key]) => key), [], base);
  }
});

test('every screen has a page of help', () => {
  for (const base of bases) assert.ok(files[`${base}.en.json`]?.help, `${base} has no 'help'`);
});

test('a key is said by the screen first, then by the common texts', () => {
  const say = speak('pl', 'pl', { a: 'ekran', n: { one: '{n} punkt', few: '{n} punkty', many: '{n} punktów', other: '{n} punktu' } }, { a: 'wspólne', b: 'tylko tu {x}' });
  assert.equal(say('a'), 'ekran');
  assert.equal(say('b', { x: 'y' }), 'tylko tu y');
  assert.equal(say('c'), 'c');
  assert.equal(say('n', { n: 1 }), '1 punkt');
  assert.equal(say('n', { n: 3 }), '3 punkty');
  assert.equal(say('n', { n: 5 }), '5 punktów');
});

test('a regional language is its language, an unknown one is English', () => {
  assert.equal(languageOf('de-AT'), 'de');
  assert.equal(languageOf('pt-BR'), 'en');
});

test('a percentage is 20% in English, and 20 % in German and Danish, where it never breaks', () => {
  for (const [path, texts] of Object.entries(files)) {
    const wrong = { en: /[\d}]\s%/, de: /[\d}](?!\u00a0)\s?%/, da: /[\d}](?!\u00a0)\s?%/ }[path.slice(-7, -5)];
    for (const [key, text] of Object.entries(texts)) {
      for (const form of wrong ? forms(text) : []) assert.ok(!wrong?.test(form), `${key} of ${path}: ${form}`);
    }
  }
});
