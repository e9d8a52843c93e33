// endOfDay is the last millisecond of a local day ('2026-11-21') in a time zone.
export function endOfDay(day: string, zone: string): number {
  const utc = Date.parse(day + 'T23:59:59.999Z');
  const shift = (at: number) => wall(at, zone) - (at - (((at % 1000) + 1000) % 1000));
  const guess = utc - shift(utc);
  return utc - shift(guess); // once more: the clocks may change on that very day
}

// wall reads the clock on the wall of the zone as if it were UTC, without milliseconds.
function wall(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const n = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'));
}
