// What is counted is whole: points, orders, the smallest coins. steps are the distances
// that lines of a chart may have, so that none stands for half a coin.
export const steps: number[] = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();

// heightOf is from where to where a chart reaches: zero is always in it, and where there
// is nothing to see it ends at least.
export function heightOf(low: number | null, high: number | null, least: number): [number, number] {
  const from = Math.min(0, low ?? 0);
  const to = Math.max(0, high ?? 0);
  return from === 0 && to === 0 ? [0, least] : [from, to];
}

// colours of a chart's series, in their order: whichever accent the host has, no two of them
// look alike.
export const colours = ['--accent', '--edge', '--warn', '--bad'];

// roomFor is how many pixels the figures beside a narrow chart need, and the first day's name,
// of which one half stands left of the chart.
export const roomFor = (figures: readonly string[] | null): number => Math.max(44, 14 + 7 * Math.max(0, ...(figures ?? []).map((one) => one.length)));
