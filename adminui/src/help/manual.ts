import type { Language } from '../i18n/texts';
import type { Block, Chapter, Inline } from './markdown';

// Manual is all of it in one language. A page that the language does not have is
// there in English; of says which language it is in.
export type Manual = Record<string, Chapter & { of: Language }>;

const manuals: Record<Language, () => Promise<{ default: Manual }>> = {
  en: () => import('manual:en'),
  de: () => import('manual:de'),
  da: () => import('manual:da'),
  pl: () => import('manual:pl'),
  it: () => import('manual:it'),
};

export const loadManual = (language: Language): Promise<Manual> => manuals[language]().then((module) => module.default);

// chapters are the pages in the order in which they are read.
export const chapters = ['home', 'setup', 'rates', 'rules', 'vouchers', 'codes', 'imports', 'batches', 'members', 'member', 'referrals', 'partners', 'orders', 'redemptions', 'rewards', 'reports', 'bookings', 'newsletter', 'placements', 'texts', 'faq', 'deliveries', 'settings', 'help', 'where', 'words'] as const;

// Screens that one page explains together.
const together: Record<string, string> = { partner: 'partners', 'partner-settings': 'partners', order: 'orders', movements: 'reports', 'voucher-report': 'vouchers', mails: 'newsletter', segments: 'members' };

// chapterOf is the page of the manual that explains a screen.
export const chapterOf = (screen: string): string => together[screen] ?? screen;

export interface Hit {
  chapter: string;
  title: string;
  at?: string; // the section's id
  heading?: string;
  excerpt: string;
}

interface Section {
  at?: string;
  heading: string;
  text: string;
  parts: string[]; // paragraphs, and each item of a list
}

// search finds the pages that have all the words, those in titles and headings first.
export function search(manual: Manual, query: string): Hit[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found: (Hit & { rank: number })[] = [];
  for (const chapter of Object.keys(manual)) {
    const page = manual[chapter];
    if (!page) continue;
    const sections = sectionsOf(page);
    const all = page.title + ' ' + sections.map((s) => `${s.heading} ${s.text}`).join(' ');
    if (!words.every((word) => has(all, word))) continue;
    const ranked = sections.map((s) => ({ ...s, rank: rankOf(s, words) })).sort((a, b) => b.rank - a.rank);
    const best = ranked[0];
    if (!best) continue;
    const rank = best.rank + words.filter((word) => has(page.title, word)).length * 20;
    found.push({ chapter, title: page.title, at: best.at, heading: best.heading, excerpt: excerptOf(fullest(best.parts, words), words), rank });
  }
  return found.sort((a, b) => b.rank - a.rank).map(({ rank: _, ...hit }) => hit);
}

// A line that has all the words says more than a page in which they lie about.
const rankOf = (s: Section, words: string[]) => words.reduce((sum, word) => sum + (has(s.heading, word) ? 5 : 0) + (has(s.text, word) ? 2 : 0), 0) + (s.parts.some((part) => words.every((word) => has(part, word))) ? 15 * words.length : 0);

function sectionsOf(page: Chapter): Section[] {
  const sections: Section[] = [{ heading: '', text: '', parts: [plainOf(page.lead)] }];
  for (const block of page.blocks) {
    const last = sections[sections.length - 1];
    if (block.is === 'h') sections.push({ at: block.id, heading: plainOf(block.text), text: '', parts: [] });
    else if (last) last.parts.push(...partsOf(block));
  }
  return sections.map((s) => ({ ...s, text: s.parts.join(' ') }));
}

function partsOf(block: Block): string[] {
  switch (block.is) {
    case 'ul':
    case 'ol':
      return block.items.map(plainOf);
    case 'dl':
      return block.items.map(([word, meaning]) => `${plainOf(word)}: ${plainOf(meaning)}`);
    default:
      return [plainOf(block.text)];
  }
}

// fullest is the part of a section that has most of the words.
function fullest(parts: string[], words: string[]): string {
  const count = (part: string) => words.filter((word) => has(part, word)).length;
  return parts.reduce((best, part) => (count(part) > count(best) ? part : best), parts[0] ?? '');
}

const plainOf = (text: Inline[]): string => text.map((part) => (typeof part === 'string' ? part : part[part.length - 1])).join('');

// fold makes 'Grösse', 'große' and 'GRÖSSE' the same. Letters stay where they are
// but for ß, so that an excerpt is cut near enough.
const fold = (text: string): string => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').replaceAll('ł', 'l').replaceAll('ø', 'o');

// has says whether the text has the folded word, also as it is typed where the keys
// for umlauts are missing: 'Rueckgabe', 'Loesung', 'oere' for 'øre'.
const has = (text: string, word: string): boolean => fold(text).includes(word) || fold(spelled(text)).includes(word);

const spelled = (text: string): string => text.toLowerCase().replace(/[äæ]/g, 'ae').replace(/[öø]/g, 'oe').replaceAll('ü', 'ue').replaceAll('å', 'aa');

const around = 70; // characters before and after the first word that was found
const whole = 300; // a part that is not longer is not cut

function excerptOf(text: string, words: string[]): string {
  if (text.length <= whole) return text;
  const folded = fold(text);
  const first = Math.min(...words.map((word) => folded.indexOf(word)).map((i) => (i < 0 ? Infinity : i)));
  const from = Number.isFinite(first) ? Math.max(0, first - around) : 0;
  const begin = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  const end = text.length <= begin + 2 * around ? text.length : text.lastIndexOf(' ', begin + 2 * around);
  return (begin > 0 ? '… ' : '') + text.slice(begin, end) + (end < text.length ? ' …' : '');
}
