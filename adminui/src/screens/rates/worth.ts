import type { Draft, Rounding } from './draft';

// Everything here is whole numbers, rounded as the server does. BigInt keeps
// products exact that do not fit a double.

export interface Worth {
  order: number; // minor units
  points: number;
  minor: number; // what they are worth
}

function mulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  const product = BigInt(a) * BigInt(b);
  const by = BigInt(c);
  const whole = product / by;
  const rest = product % by;
  const up = rounding === 'ceiling' ? rest > 0n : rounding === 'half_up' && rest * 2n >= by;
  return Number(up ? whole + 1n : whole);
}

const complete = (d: Draft): boolean => [d.earnPoints, d.earnPer, d.redeemMinor, d.redeemPoints].every((n) => n !== undefined && n > 0 && Number.isSafeInteger(n));

// worthOf says what an order of so many minor units earns and what that is worth;
// undefined while the rates are incomplete.
export function worthOf(d: Draft, order: number): Worth | undefined {
  if (!complete(d)) return undefined;
  const points = mulDiv(order, d.earnPoints!, d.earnPer!, d.rounding);
  return { order, points, minor: mulDiv(points, d.redeemMinor!, d.redeemPoints!, 'floor') };
}

// backShare is what a customer gets back, as a fraction [part, whole], before rounding.
export function backShare(d: Draft): [number, number] | undefined {
  return complete(d) ? [d.earnPoints! * d.redeemMinor!, d.earnPer! * d.redeemPoints!] : undefined;
}

// smallest is the fewest points that can be redeemed at once.
export function smallest(d: Draft): number | undefined {
  if (!complete(d)) return undefined;
  const step = Math.max(1, d.step ?? 1);
  const least = Math.max(d.minPoints ?? 0, mulDiv(1, d.redeemPoints!, d.redeemMinor!, 'ceiling'), 1);
  return Math.ceil(least / step) * step;
}

// ordersUntil is how many such orders a customer needs for the smallest redemption;
// undefined = such orders never get there.
export function ordersUntil(d: Draft, order: number): number | undefined {
  const least = smallest(d);
  const worth = worthOf(d, order);
  return least === undefined || !worth || worth.points <= 0 ? undefined : Math.ceil(least / worth.points);
}

// nothingBelow is the smallest order in minor units that earns a point, 0 if every order does.
export function nothingBelow(d: Draft): number {
  if (!complete(d) || d.rounding === 'ceiling') return 0;
  const least = mulDiv(1, d.rounding === 'half_up' ? d.earnPer! : d.earnPer! * 2, d.earnPoints! * 2, 'ceiling');
  return least > 1 ? least : 0;
}

export type Taste = 'few' | 'same' | 'many';

// tasted is the same generosity in tenfold or a tenth of the points.
export function tasted(d: Draft, taste: Taste): Draft {
  if (taste === 'same' || !complete(d)) return d;
  const more = taste === 'many';
  const scaled = (n: number | undefined) => (n === undefined ? undefined : more ? n * 10 : Math.max(1, Math.ceil(n / 10)));
  const [earnPoints, earnPer] = more ? [d.earnPoints! * 10, d.earnPer!] : [d.earnPoints!, d.earnPer! * 10];
  const [redeemPoints, redeemMinor] = more ? [d.redeemPoints! * 10, d.redeemMinor!] : [d.redeemPoints!, d.redeemMinor! * 10];
  return { ...d, ...pair('earnPoints', 'earnPer', earnPoints, earnPer), ...pair('redeemPoints', 'redeemMinor', redeemPoints, redeemMinor), minPoints: scaled(d.minPoints), step: scaled(d.step), maxPoints: scaled(d.maxPoints) };
}

// pair takes common tens out, so that 10 for 100 reads 1 for 10.
function pair(a: keyof Draft, b: keyof Draft, x: number, y: number): Partial<Draft> {
  while (x % 10 === 0 && y % 10 === 0 && y > 100) [x, y] = [x / 10, y / 10];
  return { [a]: x, [b]: y };
}
