// monthsBefore lists months such as 2026-11, that of the day first.
export function monthsBefore(day: string, count: number): string[] {
  const first = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  return Array.from({ length: count }, (_, i) => `${Math.floor((first - i) / 12)}-${String(((first - i) % 12) + 1).padStart(2, '0')}`);
}

// lastDay is the last day of a month.
export const lastDay = (month: string): string => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);
