import type { Schemas } from '../../api/client';
import type { Problem } from '../../api/problem';

export type Doc = Schemas['VoucherTemplate'];
export type Window = Schemas['VoucherWindow'];
export type Voucher = Schemas['VoucherView'];
export type Detail = Schemas['VoucherDetail'];
export type Reason = Schemas['VoucherReason'];
export type Decision = Schemas['VoucherDecision'];

export const kinds = ['absolute', 'percent', 'free_article', 'free_shipping'] as const;
export const states = ['draft', 'active', 'paused', 'ended'] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

// blank is a voucher of which nothing is said but its kind.
export const blank = (kind: string): Doc => ({ name: '', kind, what: { sale_items: true } });

// recipes are the vouchers that most shops begin with; amounts are in minor units.
export const recipes = ['new', 'back', 'newsletter', 'article'] as const;
export type Recipe = (typeof recipes)[number];

export function recipe(of: Recipe, unit: number): Doc {
  switch (of) {
    case 'new':
      return { ...blank('absolute'), minor: 5 * unit, order: { min_minor: 20 * unit }, who: { new_only: true }, partners: true };
    case 'back':
      return { ...blank('percent'), percent: 20, order: { min_minor: 100 * unit }, who: { logged_in: true, segments: ['customer'] }, limits: { per_person: 1 }, auto: 'offer' };
    case 'newsletter':
      return { ...blank('absolute'), minor: 10 * unit, who: { new_only: true }, limits: { per_code: 1, per_person: 1 }, valid: { days_after_issue: 30 } };
    case 'article':
      return { ...blank('free_article'), article: { product_key: '', quantity: 1 }, order: { min_minor: 50 * unit }, limits: { per_person: 1 } };
  }
}

// prune drops what is empty, so that it is the same as not said.
function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? value.map((v) => prune(v) ?? v) : undefined;
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false || value === null ? undefined : value;
  const kept = Object.entries(value).map(([key, v]) => [key, prune(v)] as const).filter(([, v]) => v !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

// tidy is the document as it is sent: without what belongs to another kind.
export function tidy(doc: Doc): Doc {
  const d: Doc = { ...doc, name: doc.name.trim() };
  if (d.kind !== 'absolute') d.rest = undefined;
  if (d.kind === 'percent' || d.kind === 'free_shipping') d.minor = undefined;
  if (d.kind !== 'percent') d.percent = undefined;
  if (d.kind === 'absolute' || d.kind === 'free_article') d.cap_minor = undefined;
  if (d.kind !== 'free_article') d.article = undefined;
  if (d.kind === 'free_article') d.what = { ...d.what, products: [], variants: [], collections: [] };
  if (d.vat?.mode !== 'fixed') d.vat = { mode: d.vat?.mode };
  const windows = (d.valid?.windows ?? []).map((w) => ({ ...(w.days?.length ? { days: w.days } : {}), from_min: w.from_min, to_min: w.to_min }));
  const kept = prune({ ...d, valid: { ...d.valid, windows: [] } }) as Doc;
  if (windows.length > 0) kept.valid = { ...kept.valid, windows };
  return { ...kept, name: d.name, kind: d.kind, what: { ...kept.what, sale_items: d.what.sale_items } };
}

export const same = (a: Doc, b: Doc): boolean => JSON.stringify(sorted(tidy(a))) === JSON.stringify(sorted(tidy(b)));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

export interface Fault {
  field: string;
  code: string;
  message: string;
  limit?: number;
}

// faultsOf has what the server finds wrong, all of it at once.
export function faultsOf(problem: Problem | undefined): Fault[] {
  const said = problem?.numbers?.faults;
  if (Array.isArray(said)) return said as Fault[];
  if (problem?.field) return [{ field: problem.field, code: '', message: problem.detail }];
  return (problem?.errors ?? []).map((e) => ({ ...e, code: '' }));
}

// fieldOf is the form's field of a path: a fault of one entry is shown at its list.
export const fieldOf = (path: string): string => {
  const plain = path.replace(/^(body\.|doc\.)+/, '');
  return plain.startsWith('valid.windows[') ? plain.replace(/\]\.days.*$/, '].days') : plain.replace(/\[\d+\].*$/, '');
};

// openingOf is when the voucher's hours open next, or close if they are open now, in
// minutes from now: undefined = its hours do not narrow it. at is the shop's clock.
export function openingOf(windows: Window[], at: { day: number; minute: number }): { open: boolean; inMinutes: number } | undefined {
  if (windows.length === 0) return undefined;
  let best: { open: boolean; inMinutes: number } | undefined;
  for (const w of windows) {
    const length = (w.to_min - w.from_min + 1440) % 1440 || 1440;
    for (let ahead = -1; ahead <= 7; ahead++) {
      const day = weekdays[(at.day + ahead + 7) % 7];
      if (w.days?.length && !w.days.includes(day ?? '')) continue;
      const from = ahead * 1440 + w.from_min - at.minute;
      if (from <= 0 && from + length > 0) return { open: true, inMinutes: from + length };
      if (from > 0 && (!best || from < best.inMinutes)) best = { open: false, inMinutes: from };
    }
  }
  return best;
}

// clockOf reads day of week (0 = Monday) and minute of an instant on a zone's wall clock.
export function clockOf(ms: number, zone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(ms);
  const get = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return { day: weekdays.findIndex((d) => d === get('weekday').toLowerCase()), minute: Number(get('hour')) * 60 + Number(get('minute')) };
}

// minuteOf reads '18:30', undefined if it is no time; clock writes it.
export function minuteOf(typed: string): number | undefined {
  const found = /^(\d{1,2})[:.](\d{2})$/.exec(typed.trim());
  if (!found) return undefined;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minute <= 1440 ? minute : undefined;
}

export const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
