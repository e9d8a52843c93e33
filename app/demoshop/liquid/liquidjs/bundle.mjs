// Makes liquid.js of the pinned package: its modern build as one script that sets
// `liquidjs`. The older build runs three times as long in our interpreter, and
// generators are slow in it: those that the package uses to wait for a promise become
// plain functions, as we never wait for one.
import { readFileSync, writeFileSync } from 'node:fs';

const home = 'node_modules/liquidjs/';
const source = readFileSync(home + 'dist/liquid.browser.mjs', 'utf8');
const { version } = JSON.parse(readFileSync(home + 'package.json', 'utf8'));
const last = /^export \{([^}]*)\};\s*$/m.exec(source);
if (!last || /^(import|export) /m.test(source.slice(0, last.index))) throw new Error('the package has another shape than we know');
const names = last[1].split(',').map((n) => n.trim().split(' as ').reverse().join(': ')).join(', ');

const waits = ['equals', 'super', 'renderTemplates', 'render', 'evaluate', 'value', '_get', '_getFromScope', 'lookup', '_parseFileCached', '_parseFile',
  'evalToken', 'evalFilteredValueToken', 'evalTokenValue', 'evalPropertyAccessToken', 'evalRangeToken', 'arrayEquals', 'arrayIncludes', 'renderFilePath'];

// The place behind what begins at `from` and ends where a bracket of its own depth
// does, or at one of the stops.
function endOf(text, from, stops) {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"' || c === '`') {
      for (i++; text[i] !== c; i++) if (text[i] === '\\') i++;
    } else if (c === '/' && text[i + 1] === '/') {
      i = text.indexOf('\n', i);
    } else if ('([{'.includes(c)) {
      depth++;
    } else if (')]}'.includes(c)) {
      if (depth-- === 0) return i;
      if (depth === 0 && c === '}' && stops === '}') return i + 1;
    } else if (depth === 0 && stops.includes(c)) {
      return i;
    }
  }
  throw new Error('no end');
}

function waitNot(body) {
  for (let at; (at = /\byield\*? /.exec(body)) !== null;) {
    const from = at.index + at[0].length;
    const to = endOf(body, from, ';,:');
    body = body.slice(0, at.index) + 'done(' + body.slice(from, to) + ')' + body.slice(to);
  }
  return body;
}

let changed = 0;
function plain(text) {
  const header = /^( *)(?:\*(\w+)\(|function\* (\w+)\(|'[\w=!<>]+': function\* \(|const renderCurrent = function\* \()/mg;
  for (let at; (at = header.exec(text)) !== null;) {
    const name = at[2] || at[3];
    if (name && !waits.includes(name)) continue;
    const open = text.indexOf('{', endOf(text, at.index + at[0].length, ''));
    const end = endOf(text, open, '}');
    const made = at[0].replace('*', '') + text.slice(at.index + at[0].length, open) + waitNot(text.slice(open, end));
    text = text.slice(0, at.index) + made + text.slice(end);
    header.lastIndex = at.index + at[0].length;
    changed++;
  }
  return text;
}

const done = "function done(v) { return v !== null && typeof v === 'object' && typeof v.next === 'function' ? toValueSync(v) : v; }\n";
const body = plain(source.slice(0, last.index));
if (changed < 50) throw new Error('only ' + changed + ' functions that wait: the package has another shape than we know');
const licence = `/* liquidjs ${version}, MIT, see LICENSE. Made by bundle.mjs. */\n`;
writeFileSync('liquid.js', licence + 'var liquidjs = (function () {\n' + done + body + 'return { done, ' + names + ' };\n})();\n');
writeFileSync('LICENSE', readFileSync(home + 'LICENSE'));
