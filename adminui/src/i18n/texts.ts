// Texts are flat: a key names a sentence with {placeholders}, or its plural forms.

import { once } from './once';

export const languages = ['en', 'de', 'da', 'pl', 'it'] as const;
export type Language = (typeof languages)[number];

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Texts = Record<string, string | Plural>;
export type Values = Record<string, string | number>;

// Say looks a key up. The value n chooses the plural form, and is written with the
// language's separators.
export type Say = (key: string, values?: Values) => string;

// languageOf is the one of our languages that a locale means: 'de-AT' is German.
export function languageOf(locale: string): Language {
  const short = locale.slice(0, 2).toLowerCase();
  return languages.find((l) => l === short) ?? 'en';
}

// speak says keys of the first dictionary that has them. A missing key is shown as
// it is: the tests find those before a reader does.
export function speak(language: Language, locale: string, ...dictionaries: Texts[]): Say {
  const form = (n: number) => once('plural ' + language, () => new Intl.PluralRules(language)).select(n);
  const number = (n: number) => once(`number ${locale} n`, () => new Intl.NumberFormat(locale)).format(n);
  return (key, values = {}) => {
    const found = dictionaries.find((d) => key in d)?.[key];
    if (found === undefined) return key;
    const text = typeof found === 'string' ? found : (found[form(Number(values.n ?? 0))] ?? found.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? number(value) : value;
    });
  };
}
