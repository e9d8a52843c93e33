import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colours } from '../src/ui/scale';
import css from '../src/styles/tokens.css?raw';

type Tokens = Record<string, string>;

// sets are the tokens of light and dark, for each host that changes some of them.
function sets(): Record<string, Tokens> {
  const [light = '', dark = '', ...hosts] = [...css.matchAll(/:root[^{]*\{[^}]*\}/g)].map((m) => m[0]);
  const read = (block: string): Tokens => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
  const found: Record<string, Tokens> = { light: read(light), dark: { ...read(light), ...read(dark) } };
  for (const [i, block] of hosts.entries()) {
    const base = i < hosts.length / 2 ? 'light' : 'dark';
    const name = /data-host='(\w+)'/.exec(block)?.[1] ?? '';
    found[`${name} ${base}`] = { ...found[base], ...read(block) };
  }
  return found;
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const texts: [text: string, ground: string][] = [
  ['text', 'ground'], ['text', 'surface'], ['text', 'hover'], ['text', 'accent-soft'],
  ['quiet', 'ground'], ['quiet', 'surface'], ['quiet', 'sunken'], ['quiet', 'hover'], ['quiet', 'bad-soft'],
  ['accent', 'ground'], ['accent', 'surface'], ['accent-strong', 'accent-soft'], ['on-accent', 'accent'], ['on-accent', 'accent-strong'],
  ['good', 'good-soft'], ['warn', 'warn-soft'], ['bad', 'bad-soft'], ['bad', 'surface'], ['on-bad', 'bad'], ['on-bad', 'bad-strong'],
];

for (const [name, tokens] of Object.entries(sets())) {
  test(`texts can be read and edges seen in ${name}`, () => {
    for (const [text, ground] of texts) {
      const found = contrast(tokens[text] ?? '', tokens[ground] ?? '');
      assert.ok(found >= 4.5, `${text} on ${ground}: ${found.toFixed(2)}`);
    }
    for (const ground of ['ground', 'surface']) {
      const found = contrast(tokens.edge ?? '', tokens[ground] ?? '');
      assert.ok(found >= 3, `edge on ${ground}: ${found.toFixed(2)}`);
    }
  });
}

test('all hosts in light and dark are looked at', () => {
  assert.deepEqual(Object.keys(sets()), ['light', 'dark', 'shopify light', 'wordpress light', 'shopify dark', 'wordpress dark']);
});

// lab is a colour as the eye sees it (Oklab: lightness, green to red, blue to yellow).
function lab(colour: string): number[] {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

for (const [name, tokens] of Object.entries(sets())) {
  test(`the series of a chart can be told apart in ${name}`, () => {
    const seen = colours.map((token) => lab(tokens[token.slice(2)] ?? ''));
    for (const [i, one] of seen.entries()) {
      for (const [j, other] of seen.entries()) {
        if (j <= i) continue;
        const apart = Math.hypot(...one.map((v, at) => v - (other[at] ?? 0)));
        assert.ok(apart >= 0.1, `${colours[i]} and ${colours[j]}: ${apart.toFixed(3)}`);
      }
    }
  });
}
