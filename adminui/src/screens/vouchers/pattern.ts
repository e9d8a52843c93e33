// The symbols of patterns, as the server draws them: no look-alikes, no vowels.
const digits = '23456789';
const letters = 'BCDFGHJKMNPQRSTVWXYZ';
const classes: Record<string, string> = { '#': digits, '@': letters, '*': digits + letters };
const odds = 1000; // texts that a pattern must have for each code

export interface PatternView {
  example: string;
  possible: number; // how many texts it can make
  enough: boolean; // for so many codes that cannot be guessed
  wrong: boolean; // it has a symbol that patterns do not have
}

// readPattern says what codes of a pattern such as 'MESSE-####-@@' look like.
export function readPattern(text: string, count: number): PatternView {
  const pattern = text.trim().toUpperCase();
  let example = '';
  let possible = 1;
  for (const [i, symbol] of [...pattern].entries()) {
    const of = classes[symbol];
    example += of ? (of[(i * 7 + 3) % of.length] ?? '') : symbol;
    possible *= of ? of.length : 1;
  }
  return { example, possible, enough: possible >= Math.max(1, count) * odds, wrong: pattern === '' || !/^[A-Z0-9#@*-]+$/.test(pattern) };
}
