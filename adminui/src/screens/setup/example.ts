import type { Schemas } from '../../api/client';
import { digitsOf } from '../../i18n/format';

type PlanDoc = Schemas['PlanView']['plan'];

export interface Example {
  order: number; // minor units
  points: number;
  worth: number; // minor units
}

// exampleOf says what an order over 100 of the currency earns by the plan's first
// rule for purchases, and what that is worth; undefined = there is no such rule.
export function exampleOf(plan: PlanDoc, currency: string): Example | undefined {
  const rule = plan.earning.rules?.find((r) => !r.off && r.earn && r.earn.per_minor > 0);
  const rate = plan.redeem.rate;
  if (!rule?.earn || rate.per_points <= 0) return undefined;
  const order = 100 * 10 ** digitsOf(currency);
  const points = Math.floor((order * rule.earn.points) / rule.earn.per_minor);
  return { order, points, worth: Math.floor((points * rate.minor) / rate.per_points) };
}
