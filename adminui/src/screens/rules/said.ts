import type { Say } from '../../i18n/texts';

// What the server says of a field, as it says it, and our text for it.
const known: [RegExp, string][] = [
  [/is missing|required/, 'form.required'],
  [/too long|length <=/, 'wrong.long'],
  [/is before from/, 'wrong.window'],
  [/must be more than 1$/, 'wrong.factor'],
  [/is not a (rule|group) of this plan/, 'wrong.gone'],
  [/is not a currency/, 'wrong.currency'],
  [/must not be negative/, 'wrong.negative'],
  [/or points must be set/, 'wrong.limit'],
  [/used twice/, 'wrong.twice'],
  [/more than|too many/, 'wrong.many'],
  [/belongs? (in)?to|do not belong|by no other|has none/, 'wrong.kind'],
];

// saidOf is the server's English sentence in the reader's language; what we have no
// words for is quoted.
export function saidOf(t: Say, message: string): string {
  const range = /between ([\d,]+) and ([\d,]+)/.exec(message);
  if (range) return t('wrong.range', { least: range[1] ?? '', most: range[2] ?? '' });
  const key = known.find(([says]) => says.test(message))?.[1];
  return key ? t(key) : t('wrong.server', { text: message });
}
