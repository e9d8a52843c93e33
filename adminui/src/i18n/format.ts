// Numbers, money and dates as people write them. Dates are in the shop's zone.

import { once } from './once';

export interface Format {
  locale: string;
  zone: string;
  number(n: number): string;
  signed(n: number): string; // +1,204 · −3
  percent(part: number, whole: number, digits?: number): string; // at most so many after the comma; missing = 1
  money(minor: number, currency: string, signed?: boolean): string;
  date(ms: number): string; // 21 Nov 2026
  dateTime(ms: number): string; // 21 Nov 2026, 14:05
  day(ms: number): string; // 2026-11-21, for date fields
  list(names: string[], any?: boolean): string; // a, b and c; any: a, b or c
}

// localeFor chooses among those who write one language in several ways: hosts often
// say no more than 'en', and most of the world does not write 2/28/2026.
export const localeFor = (locale: string, zone: string): string => (locale === 'en' && !zone.startsWith('America/') ? 'en-GB' : locale);

export function createFormat(asked: string, zone: string): Format {
  const locale = localeFor(asked, zone);
  const numbers = (name: string, options: Intl.NumberFormatOptions) => once(`number ${locale} ${name}`, () => new Intl.NumberFormat(locale, options));
  const dates = (name: string, options: Intl.DateTimeFormatOptions) =>
    once(`date ${locale} ${zone} ${name}`, () => new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }));
  return {
    locale,
    zone,
    number: (n) => numbers('n', {}).format(n),
    signed: (n) => numbers('s', { signDisplay: 'exceptZero' }).format(n),
    percent: (part, whole, digits = 1) => numbers('%' + digits, { style: 'percent', maximumFractionDigits: digits }).format(whole === 0 ? 0 : part / whole),
    money: (minor, currency, signed) =>
      numbers(currency + (signed ? '+' : ''), { style: 'currency', currency, signDisplay: signed ? 'exceptZero' : 'auto' }).format(decimal(minor, digitsOf(currency)) as never),
    date: (ms) => dates('d', { day: 'numeric', month: 'short', year: 'numeric' }).format(ms),
    dateTime: (ms) => dates('t', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(ms),
    day: (ms) => {
      const parts = dates('y', { year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'gregory', numberingSystem: 'latn' }).formatToParts(ms);
      return ['year', 'month', 'day'].map((type) => parts.find((p) => p.type === type)?.value).join('-');
    },
    list: (names, any) => (names.length < 2 ? names.join() : once(`list ${locale} ${any}`, () => new Intl.ListFormat(locale, { type: any ? 'disjunction' : 'conjunction' })).format(names)),
  };
}

// digitsOf is how many minor digits a currency has: 2 for EUR, 0 for JPY.
export function digitsOf(currency: string): number {
  return once('digits ' + currency, () => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2);
}

// decimal writes minor units as a decimal text, without a float in between: '12.50'.
export function decimal(minor: number, digits: number): string {
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const cut = text.length - digits;
  return (minor < 0 ? '-' : '') + text.slice(0, cut) + (digits ? '.' + text.slice(cut) : '');
}

// parseDecimal reads what a person typed as a whole number of minor units; undefined
// = it is no number, or has more digits than the unit. Both '1.234,50' and '1234.5'
// are read where the language writes a comma.
export function parseDecimal(typed: string, locale: string, digits: number): number | undefined {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
  const comma = parts.find((p) => p.type === 'decimal')?.value ?? '.';
  let text = typed.replace(/[\s\u00a0\u202f'’]/g, '').replace('−', '-');
  if (comma === ',') {
    const looksEnglish = !text.includes(',') && /^-?\d+\.\d{1,2}$/.test(text);
    text = looksEnglish ? text : text.replace(/\./g, '').replace(',', '.');
  } else {
    const looksGerman = !text.includes('.') && /^-?\d+,\d{1,2}$/.test(text);
    text = looksGerman ? text.replace(',', '.') : text.replace(/,/g, '');
  }
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!found || (!found[2] && !found[3])) return undefined;
  const fraction = (found[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return undefined;
  const minor = Number((found[2] || '0') + fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) return undefined;
  return found[1] && minor !== 0 ? -minor : minor;
}

// write puts minor units into a field the way parseDecimal reads them back.
export function writeDecimal(minor: number, locale: string, digits: number): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false }).format(decimal(minor, digits) as never);
}
