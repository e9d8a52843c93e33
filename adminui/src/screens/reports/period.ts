// Days are written 2026-11-21 and counted by the calendar; the server knows the
// shop's zone.

export const presets = ['30d', 'quarter', '12m', 'year', 'lastYear', 'custom'] as const;
export type Preset = (typeof presets)[number];
export type Step = 'day' | 'week' | 'month';

export interface Period {
  preset: Preset;
  from: string;
  to: string; // inclusive
  step: Step;
}

const utc = (day: string) => new Date(day + 'T00:00:00Z');
const write = (at: Date) => at.toISOString().slice(0, 10);

export function addDays(day: string, n: number): string {
  const at = utc(day);
  at.setUTCDate(at.getUTCDate() + n);
  return write(at);
}

// noon is an instant of a day, for what writes dates in the shop's zone: no zone is
// more than half a day away from it.
export const noon = (day: string): number => utc(day).getTime() + 12 * 3600_000;

export const daysOf = (from: string, to: string): number => Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000) + 1;

const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text).getTime());

function spanOf(preset: Preset, today: string): [from: string, to: string] {
  const year = today.slice(0, 4);
  const month = Number(today.slice(5, 7));
  switch (preset) {
    case 'quarter':
      return [`${year}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`, today];
    case 'year':
      return [`${year}-01-01`, today];
    case '12m':
      return [addDays(String(Number(year) - 1) + today.slice(4), 1), today];
    case 'lastYear':
      return [`${Number(year) - 1}-01-01`, `${Number(year) - 1}-12-31`];
    default:
      return [addDays(today, -29), today];
  }
}

// periodOf reads the period from the address; what makes no sense is as if it were not there.
export function periodOf(query: Record<string, string>, today: string): Period {
  const named = presets.find((p) => p === query.period) ?? '30d';
  let [from, to] = spanOf(named, today);
  if (named === 'custom' && isDay(query.from) && isDay(query.to) && query.from <= query.to) [from, to] = [query.from, query.to];
  const days = daysOf(from, to);
  const fit: Step = days <= 45 ? 'day' : days <= 200 ? 'week' : 'month';
  const step = (['day', 'week', 'month'] as const).find((s) => s === query.step) ?? fit;
  return { preset: named, from, to, step };
}
