import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat, decimal, digitsOf, parseDecimal, writeDecimal } from '../src/i18n/format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('money is written from minor units in the language and digits of its currency', () => {
  assert.equal(createFormat('en', 'UTC').money(123450, 'EUR'), '€1,234.50');
  assert.equal(plain(createFormat('de', 'UTC').money(-5, 'EUR')), '-0,05 €');
  assert.equal(createFormat('en', 'UTC').money(1820, 'EUR', true), '+€18.20');
  assert.equal(createFormat('en', 'UTC').money(1234, 'JPY'), 'JP¥1,234');
  assert.equal(plain(createFormat('en', 'UTC').money(9007199254740991, 'KWD')), 'KWD 9,007,199,254,740.991');
});

test('dates are in the shop\'s zone, across midnight and the change of the clocks', () => {
  const berlin = createFormat('en-GB', 'Europe/Berlin');
  assert.equal(berlin.date(Date.UTC(2026, 9, 24, 22, 30)), '25 Oct 2026');
  assert.equal(berlin.dateTime(Date.UTC(2026, 9, 25, 0, 30)), '25 Oct 2026, 02:30');
  assert.equal(berlin.dateTime(Date.UTC(2026, 9, 25, 1, 30)), '25 Oct 2026, 02:30');
  assert.equal(berlin.day(Date.UTC(2026, 11, 31, 23, 30)), '2027-01-01');
});

test('a day for a date field is the same in every language, in the shop\'s zone', () => {
  for (const locale of ['en', 'de', 'da', 'pl', 'it', 'en-US', 'ar-EG', 'th-TH-u-ca-buddhist']) {
    assert.equal(createFormat(locale, 'Pacific/Auckland').day(Date.UTC(2026, 11, 31, 12, 0)), '2027-01-01', locale);
  }
});

test('names are listed as people do, all of them or one of them', () => {
  const german = createFormat('de', 'UTC');
  assert.equal(german.list([]), '');
  assert.equal(german.list(['a']), 'a');
  assert.equal(german.list(['a', 'b', 'c']), 'a, b und c');
  assert.equal(german.list(['a', 'b', 'c'], true), 'a, b oder c');
});

test('English is British where nobody says American', () => {
  const at = Date.UTC(2026, 1, 28, 14, 5);
  assert.equal(createFormat('en', 'Europe/Berlin').dateTime(at), '28 Feb 2026, 15:05');
  assert.equal(plain(createFormat('en', 'America/New_York').dateTime(at)), 'Feb 28, 2026, 09:05 AM');
  assert.equal(createFormat('en-US', 'Europe/Berlin').date(at), 'Feb 28, 2026');
});

test('points are written with separators and with their sign where it matters', () => {
  assert.equal(createFormat('en', 'UTC').number(1234567), '1,234,567');
  assert.equal(createFormat('en', 'UTC').signed(1204), '+1,204');
  assert.equal(createFormat('en', 'UTC').signed(0), '0');
  assert.equal(createFormat('en', 'UTC').percent(1, 200), '0.5%');
  assert.equal(createFormat('en', 'UTC').percent(1, 0), '0%');
});

test('minor units become decimals without a float', () => {
  assert.equal(decimal(5, 2), '0.05');
  assert.equal(decimal(-1250, 2), '-12.50');
  assert.equal(decimal(7, 0), '7');
  assert.equal(digitsOf('EUR') + digitsOf('JPY') + digitsOf('KWD'), 5);
});

test('what people type as an amount is read in their language', () => {
  const cases: [typed: string, locale: string, digits: number, want: number | undefined][] = [
    ['12.50', 'en', 2, 1250],
    ['1,234.5', 'en', 2, 123450],
    ['12,50', 'en', 2, 1250],
    ['1.234,50', 'de', 2, 123450],
    ['12.5', 'de', 2, 1250],
    ['1.234', 'de', 0, 1234],
    ['1.234', 'de', 2, 123400],
    ['1 234,50', 'pl', 2, 123450],
    ['1.234', 'it', 0, 1234],
    ['-3', 'da', 0, -3],
    ['−3', 'en', 0, -3],
    ['.5', 'en', 2, 50],
    ['12.505', 'en', 2, undefined],
    ['1.5', 'en', 0, undefined],
    ['1.50', 'en', 0, undefined],
    ['1.0', 'en', 0, 1],
    ['', 'en', 2, undefined],
    ['-', 'en', 2, undefined],
    ['12 EUR', 'en', 2, undefined],
    ['1e5', 'en', 0, undefined],
    ['99999999999999999', 'en', 0, undefined],
    ['-0', 'en', 0, 0],
  ];
  for (const [typed, locale, digits, want] of cases) assert.equal(parseDecimal(typed, locale, digits), want, `${typed} in ${locale}`);
});

test('what is put into a field is read back as it was', () => {
  for (const locale of ['en', 'de', 'da', 'pl', 'it', 'de-CH']) {
    for (const minor of [0, 5, -5, 1250, 123456789]) assert.equal(parseDecimal(writeDecimal(minor, locale, 2), locale, 2), minor, `${minor} in ${locale}`);
  }
});

test('a rate of one and a quarter percent is not said to be 1.3', () => {
  const f = createFormat('de', 'Europe/Berlin');
  assert.equal(f.percent(125, 10_000, 2).replace(/\s/g, ' '), '1,25 %');
  assert.equal(f.percent(100, 10_000, 2).replace(/\s/g, ' '), '1 %');
  assert.equal(f.percent(125, 10_000).replace(/\s/g, ' '), '1,3 %');
});
