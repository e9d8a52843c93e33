import assert from 'node:assert/strict';
import { test } from 'node:test';
import german from '../src/screens/rates/texts.de.json';
import { speak, type Texts } from '../src/i18n/texts';
import { draftField, draftOf, faults, planOf, rateChanged, same, type Draft } from '../src/screens/rates/draft';
import { backShare, nothingBelow, ordersUntil, smallest, tasted, worthOf } from '../src/screens/rates/worth';

const plan = {
  earning: { rules: [{ id: 'r', name: 'R', kind: 'signup', points: 5 }, { id: 'p', name: 'P', kind: 'per_amount', earn: { points: 1, per_minor: 100 } }] },
  redeem: { rate: { minor: 100, per_points: 100 }, min_points: 100 },
};
const draft = draftOf(plan);
const with_ = (change: Partial<Draft>): Draft => ({ ...draft, ...change });

test('the example counts as the server does, whatever the rounding', () => { // covers: S4-07
  assert.deepEqual(worthOf(draft, 10_050), { order: 10_050, points: 100, minor: 100 });
  assert.equal(worthOf(with_({ rounding: 'ceiling' }), 10_050)?.points, 101);
  assert.equal(worthOf(with_({ rounding: 'half_up' }), 10_050)?.points, 101);
  assert.equal(worthOf(with_({ earnPoints: 999_999_999, earnPer: 1 }), 900_719)?.points, 900_718_999_099_281);
  assert.deepEqual(backShare(draft), [100, 10_000]);
  assert.equal(worthOf(with_({ earnPer: undefined }), 100), undefined);
});

test('the smallest redemption is on a step and worth at least the smallest coin', () => {
  assert.equal(smallest(draft), 100);
  assert.equal(smallest(with_({ step: 70 })), 140);
  assert.equal(smallest(with_({ minPoints: undefined, redeemMinor: 1, redeemPoints: 250 })), 250);
  assert.equal(ordersUntil(draft, 4036), 3);
  assert.equal(ordersUntil(draft, 99), undefined);
});

test('few and many points are as generous as what was typed', () => {
  for (const taste of ['few', 'many'] as const) {
    const [part, whole] = backShare(tasted(draft, taste))!;
    assert.equal(part / whole, 0.01);
  }
  assert.equal(nothingBelow(draft), 100);
  assert.equal(nothingBelow(tasted(draft, 'few')), 1000);
  assert.equal(nothingBelow(with_({ rounding: 'half_up' })), 50);
  assert.equal(nothingBelow(with_({ rounding: 'ceiling' })), 0);
});

test('a draft goes into the plan and comes back the same', () => { // covers: S4-06
  const changed = with_({ earnPoints: 3, redeemMinor: 250, confirmAbove: 500, maxPercent: 50, expiryMonths: 12, onlyProducts: ['7'], onlyCollections: ['9', '11'] });
  assert.deepEqual(planOf(plan, changed).redeem.collection_keys, ['9', '11']);
  assert.equal(planOf(plan, changed).redeem.confirm_above, 500);
  assert.ok(!same(changed, { ...changed, onlyProducts: [] }));
  assert.ok(same(draftOf(planOf(plan, changed)), changed));
  assert.equal(planOf(plan, changed).earning.rules?.[0]?.points, 5);
  assert.ok(rateChanged(plan, changed) && !rateChanged(plan, with_({ redeemMinor: 1, redeemPoints: 1 })));
  assert.ok(!same(draft, changed));
});

// covers: S4-29
test('that only accounts earn goes into the plan and out of it again', () => {
  const only = planOf(plan, with_({ loginOnly: true }));
  assert.equal(only.accounts, 'login');
  assert.ok(draftOf(only).loginOnly && !draft.loginOnly);
  assert.equal(planOf(only, draft).accounts, 'record');
  assert.equal(planOf(plan, draft).accounts, undefined);
});

test('what is missing or too large is named at its field', () => {
  assert.deepEqual(faults(draft, true), {});
  assert.deepEqual(faults(with_({ earnPer: undefined, maxPercent: 101 }), true), { earnPer: 'form.required', maxPercent: 'wrong.range' });
  assert.equal(draftField('rules[1].earn.per_minor'), 'earnPer');
  assert.equal(draftField('max_minor'), 'maxMinor');
  assert.equal(draftField('confirm_above'), 'confirmAbove');
  assert.equal(draftField('rules[1].limits[0].per'), undefined);
});

test('one who loses is spoken of as one', () => {
  const t = speak('de', 'de', german as Texts, {});
  const said = (gain: number, lose: number) => t('result.members', { gains: t('result.gains', { n: gain }), loses: t('loses', { n: lose }) });
  assert.equal(said(1, 1), '1 Mitglied gewinnt, 1 verliert.');
  assert.equal(said(0, 1204), '0 Mitglieder gewinnen, 1.204 verlieren.');
});
