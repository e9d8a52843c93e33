import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat } from '../src/i18n/format';
import { speak, type Texts } from '../src/i18n/texts';
import { blank, clockOf, faultsOf, fieldOf, minuteOf, openingOf, recipe, same, tidy } from '../src/screens/vouchers/doc';
import { cellsOf } from '../src/screens/imports/cells';
import { freeNumber } from '../src/screens/batches/numbers';
import { readPattern } from '../src/screens/vouchers/pattern';
import { rateOf } from '../src/screens/vouchers/vat';
import { dayNames, reasonText, sentence, short, type Words } from '../src/screens/vouchers/sentence';
import de from '../src/screens/vouchers/texts.de.json';
import en from '../src/screens/vouchers/texts.en.json';

const words = (language: 'en' | 'de'): Words => ({
  t: speak(language, language, (language === 'en' ? en : de) as Texts),
  f: createFormat(language === 'en' ? 'en-GB' : 'de', 'Europe/Berlin'),
  currency: 'EUR',
  product: (key) => `“${key}”`,
});

// covers: S2-10, S0-03, S0-04
test('a recipe is said as a sentence, in English and in German', () => {
  assert.equal(short(recipe('new', 100), words('en')), '€5.00 off, from an order value of €20.00, only for new customers');
  assert.equal(short(recipe('back', 100), words('de')), '20\u00a0% Rabatt, ab 100,00\u00a0€ Bestellwert, nur für: Bestandskunden');
});

test('what is not chosen yet is left open, not said to be nothing', () => {
  assert.ok(sentence(blank('absolute'), words('en')).startsWith('… off'));
  assert.ok(sentence({ ...blank('percent'), percent: 0 }, words('en')).startsWith('…% off'));
});

test('nothing that is set is left out of the sentence', () => {
  const said = sentence(
    {
      ...blank('absolute'), minor: 500, order: { min_minor: 2000, max_minor: 9000, on_eligible: true }, who: { new_only: true, logged_in: true, tags: ['vip'], members: ['1', '2'], types: ['b2b'] },
      valid: { from: '2026-12-01', until: '2026-12-31', windows: [{ days: ['mon', 'tue', 'wed'], from_min: 1080, to_min: 1200 }], days_after_issue: 7 },
      what: { sale_items: false, products: ['tea'], not_products: ['cup'] }, limits: { per_code: 1, total: 100, per_person: 2, budget_minor: 50000 },
      stack: { class: 'welcome', combines: { shipping: true } }, vat: { mode: 'fixed', rate_bp: 1900 }, rest: 'new_code', bearer: 'partner', partners: true, auto: 'apply',
    },
    words('en'),
  );
  for (const part of ['€5.00 off', '€20.00 of these', '€90.00 of these', 'new customers', 'signed in', 'vip', '2 chosen', 'business', '1 Dec 2026', '31 Dec 2026', 'Mon–Wed from 18:00 to 20:00', '7 days', '“tea”', 'not on “cup”', 'reduced', 'once', '2 times per person', '100 uses', '€500.00', 'shipping', 'welcome', '19%', 'new code', 'partner pays', 'partners may', 'by itself']) {
    assert.ok(said.includes(part), `${part} in ${said}`);
  }
});

test('what belongs to another kind is not sent, and empty is the same as not said', () => {
  const doc = { ...blank('percent'), name: ' Thanks ', minor: 500, percent: 20, rest: 'new_code', valid: { from: '', until: '' }, who: { tags: [] }, vat: { mode: 'split', rate_bp: 700 } };
  assert.deepEqual(tidy(doc), { name: 'Thanks', kind: 'percent', percent: 20, vat: { mode: 'split' }, what: { sale_items: true } });
  assert.ok(same(doc, { name: 'Thanks', vat: { mode: 'split' }, what: { sale_items: true }, percent: 20, kind: 'percent' }));
});

test('hours that start at midnight keep their zero', () => {
  assert.deepEqual(tidy({ ...blank('percent'), valid: { windows: [{ days: [], from_min: 0, to_min: 60 }] } }).valid, { windows: [{ from_min: 0, to_min: 60 }] });
});

// covers: S0-38
test('hours say when they open next, also over midnight', () => {
  const night = [{ days: ['sat'], from_min: 22 * 60, to_min: 120 }];
  assert.deepEqual(openingOf(night, { day: 5, minute: 21 * 60 }), { open: false, inMinutes: 60 });
  assert.deepEqual(openingOf(night, { day: 6, minute: 60 }), { open: true, inMinutes: 60 });
  assert.deepEqual(openingOf(night, { day: 6, minute: 120 }), { open: false, inMinutes: 6 * 1440 - 120 + 22 * 60 - 0 });
  assert.equal(openingOf([], { day: 0, minute: 0 }), undefined);
  assert.deepEqual(clockOf(Date.UTC(2026, 10, 22, 23, 30), 'Europe/Berlin'), { day: 0, minute: 30 });
});

test('times are read as people write them', () => {
  assert.deepEqual(['18:30', '9.05', '24:00', '24:01', '12:60', 'six'].map(minuteOf), [1110, 545, 1440, undefined, undefined, undefined]);
  assert.equal(dayNames(['mon', 'tue', 'wed', 'sat', 'sun'], words('en').f), 'Mon–Wed, Sat, Sun');
});

test('all faults of the server are found at their fields', () => {
  const problem = { code: 'invalid', status: 422, detail: '', instance: '', field: 'minor', errors: [], numbers: { faults: [{ field: 'minor', code: 'out_of_range', message: 'x' }, { field: 'valid.windows[1].days[0]', code: 'twice', message: 'y' }] } };
  assert.deepEqual(faultsOf(problem).map((f) => fieldOf(f.field)), ['minor', 'valid.windows[1].days']);
  assert.equal(fieldOf('what.products[3]'), 'what.products');
});

//
test('a refusal says what is missing', () => {
  assert.equal(reasonText({ code: 'below_minimum', need: 2000, have: 1660, unit: 'minor' }, words('en')), 'Starts at €20.00. €3.40 to go.');
  assert.equal(reasonText({ code: 'something_new' }, words('en')), 'something_new');
});

//
test('a pattern shows what its codes look like, and whether they are too few to be safe', () => {
  const read = readPattern('messe-####-@@', 1);
  assert.ok(/^MESSE-[2-9]{4}-[B-DF-HJKMNP-TV-Z]{2}$/.test(read.example), read.example);
  assert.equal(read.possible, 8 ** 4 * 20 ** 2);
  assert.ok(read.enough && !readPattern('A-##', 1).enough && readPattern('Ä#', 1).wrong);
});

test('a VAT rate is found through rounded amounts', () => {
  assert.deepEqual([rateOf(1000, 190), rateOf(841, 59), rateOf(333, 0), rateOf(420, 80)], [1900, 700, 0, 1900]);
});

test('a new batch begins after every number that is taken', () => {
  assert.equal(freeNumber([]), 1);
  assert.equal(freeNumber([{ last_no: 200 }, {}, { last_no: 80 }]), 201); // imported ones have no numbers of ours
});

test('a line of an imported file is read without the empty cells at its end', () => {
  assert.equal(cellsOf(['SUMMER-1', '31.12.2026', '', ' ']), 'SUMMER-1 · 31.12.2026');
  assert.equal(cellsOf(['', '31.12.2026']), '– · 31.12.2026');
  assert.equal(cellsOf(['', '']), '');
});
