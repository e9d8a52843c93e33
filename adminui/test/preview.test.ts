import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat } from '../src/i18n/format';
import { examplesOf, filled, formOf } from '../src/screens/texts/words';

const at = Date.UTC(2026, 10, 22, 12);
const shown = (language: string, key: string, text: string) => filled(text, examplesOf(key, createFormat(language, 'Europe/Berlin'), { name: 'Kontor', currency: 'EUR' }, at)).replace(/\s/g, ' ');

test('a preview writes dates, money and numbers as the language of the text does, whoever looks at it', () => {
  assert.equal(shown('en', 'account.expiring.other', '{points} points are valid until {more}'), '250 points are valid until 22 Nov 2026');
  assert.equal(shown('de', 'account.expiring.other', '{points} Punkte gelten bis {more}'), '250 Punkte gelten bis 22. Nov. 2026');
  assert.equal(shown('de', 'cart.worth', 'Wert {money}'), 'Wert 2,50 €');
  assert.equal(shown('en', 'cart.worth', 'worth {money}'), 'worth €2.50');
});

test('a text\'s name says for which numbers its form is', () => {
  assert.deepEqual(formOf('cart.exact.one'), { key: 'cart.exact', form: 'one' });
  assert.deepEqual(formOf('account.expiring.other'), { key: 'account.expiring', form: 'other' });
  assert.deepEqual(formOf('cart.button'), { key: 'cart.button' });
});

test('a code that another stands beside is shown as a code', () => {
  assert.ok(shown('en', 'cart.beside', 'not with {more}').includes('ZG-'));
});
