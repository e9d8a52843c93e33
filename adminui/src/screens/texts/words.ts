import type { Schemas } from '../../api/client';
import type { Format } from '../../i18n/format';

export type Text = Schemas['TextView'];

// groupOf is the part of the shop that a text belongs to: the first word of its key.
export const groupOf = (key: string): string => key.split('.')[0] ?? key;

export const groups = (items: Text[]): string[] => [...new Set(items.map((i) => groupOf(i.key)))].sort();

// matches finds a text by its words, ours or the merchant's, and by its key.
export function matches(item: Text, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === '' || [item.key, item.standard, item.own ?? ''].some((text) => text.toLowerCase().includes(wanted));
}

// filled puts example values in the place of the placeholders.
export const filled = (text: string, examples: Record<string, string>): string =>
  text.replace(/\{\{?\s*(\w+)\s*\}?\}/g, (whole, name: string) => examples[name] ?? whole);

// formOf splits the plural form off a key: 'cart.exact.one' is 'cart.exact' in the form for 1.
export function formOf(key: string): { key: string; form?: string } {
  const found = /^(.+)\.(one|few|many|other)$/.exec(key);
  return found?.[1] ? { key: found[1], form: found[2] } : { key };
}

// examplePoints is a number that the plural form of a key is for.
export const examplePoints = (key: string): number => ({ one: 1, few: 3, many: 25 })[key.split('.').at(-1) ?? ''] ?? 250;

// secondOf says what {more} stands for in a text: a date, a code, an amount or a number.
export function secondOf(key: string): 'date' | 'code' | 'money' | 'number' {
  if (key.startsWith('mail.')) return 'number';
  if (/expir|until|rate_changes/.test(key)) return 'date';
  return /applied|refused|beside|code/.test(key) ? 'code' : 'money';
}

// examplesOf fills a text's placeholders, with dates and money as the text's language writes them.
export function examplesOf(key: string, f: Format, shop: { name: string; currency: string }, now: number): Record<string, string> {
  const points = f.number(examplePoints(key));
  const date = f.date(now);
  const value = f.money(250, shop.currency);
  const more = { date, money: f.money(500, shop.currency), code: 'ZG-7KQ2-M4XP', number: '4' }[secondOf(key)];
  const said = { shop: shop.name, reward: 'Espresso', count: '3', days: '7', minutes: '15', names: 'Anna B., Jonas K.' };
  return { ...said, points, money: value, more, date, value, most: points, most_value: f.money(100, shop.currency), missing: points };
}
