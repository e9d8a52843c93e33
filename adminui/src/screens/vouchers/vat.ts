const usual = [0, 250, 260, 380, 400, 500, 550, 600, 700, 800, 810, 900, 1000, 1200, 1300, 1400, 1700, 1900, 2000, 2100, 2200, 2300, 2400, 2500, 2700];

// rateOf is the rate that a line was taxed with: amounts are rounded, rates are not.
export function rateOf(net: number, tax: number): number {
  if (net <= 0 || tax <= 0) return 0;
  const bp = (tax * 10000) / net;
  return usual.reduce((best, r) => (Math.abs(r - bp) < Math.abs(best - bp) ? r : best), 0);
}
