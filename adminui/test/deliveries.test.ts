import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonKey, topicName, topicsOf } from '../src/screens/deliveries/names';
import { speak, type Texts } from '../src/i18n/texts';
import texts from '../src/screens/deliveries/texts.en.json';

const all = import.meta.glob<Texts>('../src/screens/deliveries/texts.*.json', { eager: true, import: 'default' });

// What the app itself names, so that nobody has to think of this screen.
const source = import.meta.glob<string>(['../../app/store/*.go', '../../app/platform/*/*.go', '!../../app/**/*_test.go'], { eager: true, query: '?raw', import: 'default' });
const found = (path: RegExp, pattern: RegExp) =>
  Object.entries(source).flatMap(([file, text]) => (path.test(file) ? [...text.matchAll(pattern)].map((m) => m[1] ?? '') : []));
const t = (key: string) => (texts as Record<string, unknown>)[key]?.toString() ?? key;

test('every kind of job has a name for people', () => {
  const kinds = found(/app\/store\//, /JobKind += "([^"]+)"/g);
  assert.ok(kinds.length > 10, `only ${kinds.length} kinds`);
  for (const kind of kinds) assert.ok(t('kind.' + kind) !== 'kind.' + kind, kind);
});

test('every topic of a host has a name for people', () => {
  const shopify = found(/shopify\/normalise\.go$/, /"([a-z_]+\/[a-z_]+)"/g);
  const reviews = found(/reviews\//, /"(reviews\/[a-z]+)"/g);
  assert.ok(shopify.length > 20 && reviews.length === 3, `${shopify.length} ${reviews.length}`);
  for (const topic of [...shopify, ...reviews, ...topicsOf('shopify'), ...topicsOf('woocommerce')]) assert.ok(topicName(t, topic) !== topic, topic);
});

test('why nothing was done with a delivery is said in words for people', () => {
  const reasons = [...found(/app\/platform\//, /ignored\("([^"]+)"/g), ...found(/reviews\//, /skip: "([^"]+)"/g)];
  assert.ok(reasons.length > 10 && reasons.some((of) => of.startsWith('consent is')), reasons.join());
  for (const of of reasons) assert.ok(t('reason.' + reasonKey(of)) !== 'reason.' + reasonKey(of), of);
});

test('one call that was given up is spoken of as one', () => {
  for (const [language, own] of Object.entries(all)) {
    const say = speak(language.slice(-7, -5) as 'de', language.slice(-7, -5), own, {});
    assert.ok(!/\{n\}/.test(say('dead.text', { n: 1 })), language);
    if (!language.endsWith('.pl.json')) assert.ok(say('dead.text', { n: 1 }) !== say('dead.text', { n: 2 }), language);
  }
});
