// Checks the theme extension: Shopify's theme-check, the JSON of every schema, the
// locales, and that everything printed is escaped. Exits 1 with what is wrong.
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';

process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'theme-check-')); // it must not ask the network for newer documents
const { themeCheckRun } = await import('@shopify/theme-check-node');
const root = new URL('../shopify/extensions/zugabe-theme/', import.meta.url).pathname;
const wrong = [];
const files = (dir) => readdirSync(join(root, dir)).map((name) => ({ name: name.replace(/\..*$/, ''), path: `${dir}/${name}`, text: readFileSync(join(root, dir, name), 'utf8') }));

const { offenses } = await themeCheckRun(root, join(root, '.theme-check.yml'), () => {});
for (const o of offenses) wrong.push(`theme-check ${o.check}: ${o.uri.split('/').slice(-2).join('/')}: ${o.message}`);

const locales = files('locales');
const words = new Map(locales.filter((f) => !f.path.includes('.schema.')).map((f) => [f.name, JSON.parse(f.text)]));
const editor = new Map(locales.filter((f) => f.path.includes('.schema.')).map((f) => [f.name, JSON.parse(f.text)]));
const languages = ['da', 'de', 'en', 'it', 'pl'];
if ([...words.keys()].sort().join() !== languages.join() || [...editor.keys()].sort().join() !== languages.join()) wrong.push('locales: not all five languages are there');

// a text is a string, or an object with exactly the plural forms of its language
const forms = { en: 'one,other', de: 'one,other', da: 'one,other', it: 'one,other', pl: 'few,many,one,other' };
const isPlural = (v) => typeof v === 'object' && 'other' in v;
function flat(tree, at = '', out = new Map()) {
  for (const [k, v] of Object.entries(tree)) {
    if (typeof v === 'string' || isPlural(v)) out.set(at + k, v);
    else flat(v, at + k + '.', out);
  }
  return out;
}
const holes = (v) => [...new Set(Object.values(isPlural(v) ? v : { v }).flatMap((t) => t.match(/\{\{ (\w+) \}\}/g) || []))].sort().join();
function sameKeys(trees, kind) {
  const model = flat(trees.get('en'));
  for (const [lang, tree] of trees) {
    const all = flat(tree);
    for (const key of new Set([...model.keys(), ...all.keys()])) {
      const [a, b] = [model.get(key), all.get(key)];
      if (!a || !b) { wrong.push(`${kind} ${lang}: ${key} is ${a ? 'missing' : 'not in English'}`); continue; }
      if (isPlural(a) !== isPlural(b)) wrong.push(`${kind} ${lang}: ${key} has other forms than in English`);
      if (isPlural(b) && Object.keys(b).sort().join() !== forms[lang]) wrong.push(`${kind} ${lang}: ${key} has the forms ${Object.keys(b)}`);
      if (holes(a) !== holes(b)) wrong.push(`${kind} ${lang}: ${key} has the placeholders ${holes(b)}, English ${holes(a)}`);
      for (const text of Object.values(isPlural(b) ? b : { b })) if (/[<>]/.test(text)) wrong.push(`${kind} ${lang}: ${key} has markup`);
    }
  }
  return model;
}
const known = sameKeys(words, 'texts');
sameKeys(editor, 'schema texts');

// German speaks formally to the shopper; what does has a form for friends too
const formal = /\b(Sie|Ihr|Ihre[nmrs]?|Ihnen)\b/, friendly = /\b([Dd]u|[Dd]ein(e[nmrs]?)?|[Dd]ir|[Dd]ich)\b/;
const du = flat(JSON.parse(readFileSync(join(root, '../../informal/de.json'), 'utf8')));
const said = (v) => Object.values(isPlural(v) ? v : { v }).join(' ');
for (const [key, v] of flat(words.get('de'))) {
  if (friendly.test(said(v))) wrong.push(`texts de: ${key} says du`);
  if (formal.test(said(v)) && !du.has(key)) wrong.push(`informal de: ${key} is missing`);
}
for (const [key, v] of du) {
  const model = flat(words.get('de')).get(key);
  if (!model) { wrong.push(`informal de: there is no text ${key}`); continue; }
  if (isPlural(v) !== isPlural(model) || holes(v) !== holes(model)) wrong.push(`informal de: ${key} has other forms or placeholders`);
  if (formal.test(said(v)) || /[<>]/.test(said(v))) wrong.push(`informal de: ${key} says Sie`);
}
for (const ext of ['zugabe-account', 'zugabe-checkout']) for (const [key, v] of flat(JSON.parse(readFileSync(join(root, `../${ext}/locales/de.json`), 'utf8')))) if (formal.test(said(v)) || friendly.test(said(v))) wrong.push(`${ext} de: ${key} must speak to nobody: it cannot know how`);

// every text that is asked for exists, and every one that exists is asked for
const sources = [...files('blocks'), ...files('snippets')];
const used = new Set(['plural']);
for (const f of sources) {
  for (const [, key] of f.text.matchAll(/(?:key: |assign key = |')((?:[a-z]+\.)+[a-z_]+|points|worth|rate)'/g)) used.add(key);
  for (const [, key] of f.text.matchAll(/'((?:[a-z_]+\.)*[a-z_]+)'/g)) if (known.has(key)) used.add(key);
  for (const [, start] of f.text.matchAll(/assign (?:key|path) = '([a-z_.]+[._])' \| append/g)) for (const key of known.keys()) if (key.startsWith(start)) used.add(key);
}
for (const f of sources) for (const [, key] of f.text.matchAll(/key: '([a-z_.]+)'/g)) if (!known.has(key)) wrong.push(`${f.path}: there is no text ${key}`);
for (const key of known.keys()) if (!used.has(key)) wrong.push(`texts: nothing shows ${key}`);

// block schemas
const require = createRequire(import.meta.url);
const docs = join(dirname(require.resolve('@shopify/theme-check-docs-updater/package.json')), 'data');
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const load = (name) => JSON.parse(readFileSync(join(docs, name), 'utf8'));
for (const name of ['setting.json', 'settings.json']) ajv.addSchema(load(name), `https://raw.githubusercontent.com/Shopify/theme-liquid-docs/main/schemas/theme/${name}`);
const settingsOf = ajv.getSchema('https://raw.githubusercontent.com/Shopify/theme-liquid-docs/main/schemas/theme/settings.json');
for (const f of files('blocks')) {
  const text = /\{% schema %\}([\s\S]*)\{% endschema %\}/.exec(f.text)?.[1];
  let schema;
  try { schema = JSON.parse(text); } catch (e) { wrong.push(`${f.path}: schema: ${e.message}`); continue; }
  for (const [, key] of text.matchAll(/"t:blocks\.([a-z_]+)"/g)) if (!editor.get('en').blocks[key]) wrong.push(`${f.path}: no schema text ${key}`);
  for (const [lang, tree] of editor) {
    const name = tree.blocks[schema.name.replace('t:blocks.', '')] || schema.name;
    if (name.length > 25) wrong.push(`${f.path}: the name '${name}' (${lang}) is longer than 25`);
  }
  if (!['section', 'head', 'body', 'compliance_head'].includes(schema.target)) wrong.push(`${f.path}: target ${schema.target}`);
  const ids = schema.settings.map((s) => s.id).filter(Boolean);
  if (new Set(ids).size !== ids.length) wrong.push(`${f.path}: two settings have one id`);
  if (!settingsOf(schema.settings)) for (const e of settingsOf.errors) wrong.push(`${f.path}: settings${e.instancePath} ${e.message}`);
  for (const asset of [schema.stylesheet, schema.javascript]) if (!files('assets').some((a) => a.path === 'assets/' + asset)) wrong.push(`${f.path}: no asset ${asset}`);
  if (!f.text.includes(`data-zugabe="${f.name}"`) && f.name !== 'account-points') wrong.push(`${f.path}: the mark data-zugabe="${f.name}" is missing`);
}
for (const f of files('snippets')) if (!/^\{% doc %\}[\s\S]+\{% enddoc %\}/.test(f.text)) wrong.push(`${f.path}: no LiquidDoc`);

// What is printed is escaped, or is a number of the host's, an address of the host's
// or the host's own attributes.
const harmless = /^(routes\.\w+|v\.id|v\.price|block\.shopify_attributes|at|subtotal|eligible)$/;
for (const f of sources) {
  const page = f.text.replace(/\{% (doc|schema) %\}[\s\S]*?\{% end\1 %\}/g, '').replace(/\{%-? *capture[\s\S]*?endcapture *-?%\}/g, '');
  for (const [, inner] of page.matchAll(/\{\{-?\s*(.*?)\s*-?\}\}/g)) if (!/\| (escape|json)$/.test(inner) && !harmless.test(inner)) wrong.push(`${f.path}: {{ ${inner} }} is not escaped`);
}

if (wrong.length) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`theme extension: ${files('blocks').length} blocks, ${files('snippets').length} snippets, ${known.size} texts in ${words.size} languages, theme-check has nothing to say`);
