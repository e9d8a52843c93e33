import assert from 'node:assert/strict';
import { test } from 'node:test';
import de from '../src/i18n/common.de.json';
import own from '../src/screens/member/texts.de.json';
import { speak, type Texts } from '../src/i18n/texts';
import { entryText, fromText } from '../src/screens/member/source';

const t = speak('de', 'de', own as Texts, de as Texts);

test('points of a deed are named by their rule, not by the word activity', () => {
  const welcome = { source: 'activity:signup:7', rule_kind: 'signup' };
  assert.equal(fromText(t, welcome), 'Willkommen');
  assert.equal(fromText(t, { ...welcome, rule_name: 'Guten Tag' }), 'Guten Tag');
  assert.equal(fromText(t, { source: 'activity:gone' }), 'Aktivität', 'the rule is not in the plan any more');
  assert.equal(entryText(t, welcome), 'Willkommen', 'and not: Willkommen · Willkommen');
});

test('points of an order are named by the order, in the history with the rule', () => {
  const bought = { source: 'sale:820982', order_number: '#1391', rule_kind: 'per_amount' };
  assert.equal(fromText(t, bought), 'Bestellung #1391');
  assert.equal(entryText(t, bought), 'Punkte nach Betrag · Bestellung #1391');
  assert.equal(entryText(t, { source: 'adjust:1', note: 'Für die späte Lieferung' }), 'Für die späte Lieferung');
});
