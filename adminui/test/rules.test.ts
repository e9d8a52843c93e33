import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat } from '../src/i18n/format';
import { languages, speak, type Language, type Texts } from '../src/i18n/texts';
import { changesOf, plain } from '../src/screens/rules/diff';
import { campaignDraft, campaignFaults, campaignOf, draftOf, faults, kinds, newRule, ratio, ruleOf } from '../src/screens/rules/draft';
import { fieldOf, idFor, moved, onlyFor, withoutRule, withRule } from '../src/screens/rules/plan';
import { campaignSentence, ruleSentence, type Campaign, type PlanDoc, type Rule, type Words } from '../src/screens/rules/sentence';

const files = {
  ...import.meta.glob<Texts>('../src/i18n/common.*.json', { eager: true, import: 'default' }),
  ...import.meta.glob<Texts>('../src/screens/rules/texts.*.json', { eager: true, import: 'default' }),
};

const wordsIn = (l: Language): Words => ({
  t: speak(l, l, files[`../src/screens/rules/texts.${l}.json`] ?? {}, files[`../src/i18n/common.${l}.json`] ?? {}),
  f: createFormat(l, 'Europe/Berlin'),
  currency: 'EUR',
  product: (key) => `<${key}>`,
  collection: (key) => key,
});
const english = wordsIn('en');
const tidy = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

const purchase: Rule = { id: 'purchase', name: 'Purchase', kind: 'per_amount', earn: { points: 1, per_minor: 100 } };
const tee: Rule = { id: 'tee', name: 'Tees', kind: 'per_unit', points: 5, match: { products: ['a', 'b'], exclude_collections: ['sale'] } };
const review: Rule = { id: 'review', name: 'Review', kind: 'product_review', points: 10 };
const plan = (rules: Rule[], campaigns: Campaign[] = []): PlanDoc => ({ earning: { rules, campaigns }, redeem: { rate: { minor: 100, per_points: 100 } } }) as PlanDoc;

// covers: S4-01, S3-05, A-07, A-08, A-09
test('a sentence says all that a rule reckons with', () => {
  const says: [Rule, string][] = [
    [purchase, '1 point per €1.00, net of VAT, without shipping, not on gift cards.'],
    [{ ...purchase, basis: { with_tax: true, with_shipping: true, with_fees: true }, match: { gift_cards: true }, rounding: 'ceiling' }, '1 point per €1.00, VAT and shipping included, fees included, rounded up.'],
    [tee, '5 points per unit, only on <a> and <b>, not on the collection ‘sale’ and gift cards.'],
    [{ ...purchase, when: { min_basis: 2000, member_types: ['new_customer'], tags: ['vip', 'b2b'], from: '2026-03-01', until: '2026-03-31' } },
      '1 point per €1.00, net of VAT, without shipping, not on gift cards, from a counted value of €20.00, for those who have not bought yet, for members tagged vip or b2b, from 1 Mar 2026 to 31 Mar 2026.'],
    [{ ...purchase, limits: [{ per: 'day', times: 1, points: 500 }, { per: 'lifetime', times: 3 }] },
      '1 point per €1.00, net of VAT, without shipping, not on gift cards, at most once a day, at most 500 points a day, at most 3 times in all.'],
    [review, '10 points for an approved product review, at most once per product.'],
    [{ id: 'p', name: '', kind: 'per_product', products: { a: 3, b: 5 } }, '3–5 points per unit of 2 products, not on gift cards.'],
    [{ id: 'c', name: '', kind: 'custom', activity: 'store-visit', points: 1 }, '1 point for each ‘store-visit’.'],
  ];
  for (const [rule, want] of says) assert.equal(tidy(ruleSentence(rule, english)), want);
});

test('every kind of rule has its sentence in all five languages', () => {
  for (const language of languages) {
    const words = wordsIn(language);
    const seen = new Set<string>();
    for (const kind of kinds) {
      const said = ruleSentence({ id: 'x', name: 'x', kind, points: 7, earn: { points: 7, per_minor: 100 }, products: { a: 7 }, activity: 'visit', limits: [{ per: 'year', times: 2 }], rounding: 'half_up' }, words);
      assert.ok(!/say\.|\{|undefined/.test(said), `${language}: ${said}`);
      assert.ok(said.includes('7') && !seen.has(said), `${language}: ${said}`);
      seen.add(said);
    }
  }
});

//
test('a campaign says its factor, its days, its rules and its budget', () => {
  const c: Campaign = { id: 'c', name: 'Weekend', factor: { num: 3, den: 2 }, from: '2026-12-05', until: '2026-12-05', rules: ['purchase'], budget: 10_000 };
  assert.equal(campaignSentence(c, [purchase], english), '1.5 times the points for ‘Purchase’, on 5 Dec 2026, until 10,000 points extra are used up.');
  assert.equal(campaignSentence({ ...c, rules: [], until: '2026-12-06', budget: 0 }, [purchase], english), '1.5 times the points on all purchases, from 5 Dec 2026 to 6 Dec 2026.');
  assert.deepEqual(ratio(150), { num: 3, den: 2 });
  assert.deepEqual(ratio(125), { num: 5, den: 4 });
});

test('what a form does not touch comes out of it as it went in', () => {
  const all: Rule[] = [purchase, tee, review, { ...purchase, off: true, rounding: 'half_up', currencies: ['EUR', 'DKK'], when: { tags: ['a'], min_basis: 5 }, limits: [{ per: 'month', points: 9 }] }, { id: 'p', name: 'P', kind: 'per_product', products: { a: 3, b: 0 } }];
  for (const rule of all) assert.equal(plain(ruleOf(draftOf(rule))), plain(rule));
  const c: Campaign = { id: 'c', name: 'C', off: true, factor: { num: 2, den: 1 }, from: '2026-01-01', until: '2026-01-02', rules: ['p'], match: { groups: ['g'] }, when: { tags: ['x'] }, budget: 7 };
  assert.equal(plain(campaignOf(campaignDraft(c))), plain(c));
});

test('a form says what is missing, by the field that it is missing in', () => {
  assert.deepEqual(Object.keys(faults(draftOf(newRule('per_amount')))), ['earn.points', 'earn.per_minor']);
  assert.deepEqual(Object.keys(faults(draftOf(newRule('custom')))), ['points', 'activity']);
  assert.deepEqual(faults({ ...draftOf(purchase), limits: [{ per: 'day' }] }), { 'limits[0].times': 'wrong.limit' });
  assert.deepEqual(Object.keys(campaignFaults(campaignDraft({ id: '', name: 'x', factor: { num: 1, den: 1 }, from: '2026-02-02', until: '2026-02-01' }))), ['factor', 'until']);
  assert.equal(fieldOf('body.plan.earning.rules[3].earn.points'), 'earn.points');
  assert.equal(fieldOf('campaigns[0].until'), 'until');
});

test('a version is told from another in words', () => {
  const before = plan([purchase, review]);
  const says = (after: PlanDoc) => changesOf(before, after, english).map((c) => c.what);
  assert.deepEqual(says(plan([{ ...purchase, match: {}, limits: [], rounding: undefined }, review])), []);
  assert.deepEqual(says(withRule(before, { ...purchase, off: true })), ['‘Purchase’ switched off']);
  assert.deepEqual(says(withRule(before, tee)), ['New rule ‘Tees’']);
  assert.deepEqual(says(withoutRule(before, 'review')), ['Rule ‘Review’ deleted']);
  assert.deepEqual(says(moved(before, 'review', -1)), ['The order of the rules']);
  assert.deepEqual(says({ ...before, pending: { days: 14 } }), ['Days points wait']);
  assert.deepEqual(says({ ...before, refunds: { keep_used_points: true } }), ['Settings of another page']);
  const [rate] = changesOf(before, { ...before, redeem: { ...before.redeem, rate: { minor: 200, per_points: 100 } } }, english);
  assert.deepEqual([rate?.before, rate?.after], ['€1.00 for 100 points', '€2.00 for 100 points']);
});

test('a rule that is the only one of a campaign cannot go before it', () => {
  const campaign = (rules: string[]): Campaign => ({ id: rules.join('-'), name: '', factor: { num: 2, den: 1 }, from: '2026-01-01', until: '2026-01-02', rules });
  const doc = plan([purchase, review], [campaign(['purchase']), campaign(['purchase', 'review']), campaign([])]);
  assert.deepEqual(onlyFor(doc, 'purchase').map((c) => c.id), ['purchase']);
  assert.deepEqual(withoutRule(doc, 'purchase').earning.campaigns?.[1]?.rules, ['review']);
});

test('ids are made of names, and are never used twice', () => {
  assert.equal(idFor('Größe & Łódź', [], 'rule'), 'grosse-lodz');
  assert.equal(idFor('Tees', ['tees', 'tees-2'], 'rule'), 'tees-3');
  assert.equal(idFor('日本', [], 'rule'), 'rule');
  assert.ok(/^[a-z0-9-]{1,40}$/.test(idFor('x'.repeat(200), ['x'.repeat(34)], 'rule')));
});
