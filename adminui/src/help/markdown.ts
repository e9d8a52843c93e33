// The manual is written in a small part of Markdown. It is read when the admin is
// built: the browser gets trees of words, never marks and never HTML.

export type Inline = string | ['b', string] | ['code', string] | ['a', string, string]; // a: where to, then the words
export type Block =
  | { is: 'h'; id: string; text: Inline[] }
  | { is: 'p'; text: Inline[] }
  | { is: 'ul' | 'ol'; items: Inline[][] }
  | { is: 'dl'; items: [Inline[], Inline[]][] };

export interface Chapter {
  title: string;
  lead: Inline[]; // what the screen is for
  blocks: Block[];
}

const marks = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)/g;

// readChapter reads one page: '# title', a lead, then '## headings', paragraphs,
// '- ' and '1. ' lists, and words with ': ' meanings below them. Anything else is a
// mistake and refused, HTML above all.
export function readChapter(text: string): Chapter {
  const [first, lead, ...rest] = text.replace(/\r/g, '').trim().split(/\n{2,}/);
  if (!first?.startsWith('# ') || first.includes('\n') || !lead) throw new Error('a page begins with its title and one paragraph');
  const blocks: Block[] = [];
  let headings = 0;
  for (const part of rest) {
    const block = readBlock(part.split('\n'), headings + 1);
    if (block.is === 'h') headings++;
    blocks.push(block);
  }
  return { title: first.slice(2), lead: readWords(lead.replaceAll('\n', ' ')), blocks };
}

function readBlock(lines: string[], heading: number): Block {
  const first = lines[0] ?? '';
  if (first.startsWith('## ')) {
    if (lines.length > 1) throw new Error(`a heading stands alone: ${first}`);
    return { is: 'h', id: `s${heading}`, text: readWords(first.slice(3)) };
  }
  if (first.startsWith('- ')) return { is: 'ul', items: readItems(lines, /^- /) };
  if (/^\d+\. /.test(first)) return { is: 'ol', items: readItems(lines, /^\d+\. /) };
  if (lines[1]?.startsWith(': ')) return { is: 'dl', items: readMeanings(lines) };
  return { is: 'p', text: readWords(lines.join(' ')) };
}

function readItems(lines: string[], mark: RegExp): Inline[][] {
  return lines.map((line) => {
    if (!mark.test(line)) throw new Error(`each line of a list is an item of it: ${line}`);
    return readWords(line.replace(mark, ''));
  });
}

function readMeanings(lines: string[]): [Inline[], Inline[]][] {
  const items: [Inline[], Inline[]][] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const [word = '', meaning = ''] = [lines[i], lines[i + 1]];
    if (!meaning.startsWith(': ')) throw new Error(`a word needs its meaning: ${word}`);
    items.push([readWords(word), readWords(meaning.slice(2))]);
  }
  return items;
}

function readWords(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    plain(found, text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, bold, code, words, to] = match;
    if (bold) found.push(['b', bold]);
    else if (code) found.push(['code', code]);
    else if (words && to) found.push(['a', address(to), words]);
  }
  plain(found, text.slice(at));
  return found;
}

// Left over marks would be shown as they are: they are a slip of the pen.
function plain(into: Inline[], text: string) {
  if (/[<>`|]|\*\*|\]\(|!$|^\s*(#|\* )/.test(text)) throw new Error(`this is not part of our Markdown: ${text}`);
  if (text) into.push(text);
}

function address(to: string): string {
  if (!/^\/?[a-z][a-z/-]*$|^\/$/.test(to)) throw new Error(`a link leads to a page of the manual or of the admin: ${to}`);
  return to;
}
