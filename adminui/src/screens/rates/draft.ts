import type { Schemas } from '../../api/client';

export type PlanDoc = Schemas['PlanView']['plan'];
export type Rule = Schemas['Rule'];
export type Rounding = 'floor' | 'half_up' | 'ceiling';

// Draft is the part of a plan that this screen changes, as typed: undefined = the
// field is empty or no number. Money is in minor units.
export interface Draft {
  earnPoints?: number;
  earnPer?: number;
  rounding: Rounding;
  withTax: boolean;
  withShipping: boolean;
  loginOnly: boolean; // guests earn nothing (S4-29)
  earnAt: string;
  redeemOn: boolean;
  redeemPoints?: number;
  redeemMinor?: number;
  minPoints?: number;
  step?: number;
  maxPoints?: number;
  confirmAbove?: number; // asked by mail first (G19)
  maxMinor?: number;
  maxPercent?: number;
  minSubtotal?: number;
  codeDays?: number;
  onlyProducts: string[]; // that points can be used for; with the next one, empty = for all
  onlyCollections: string[];
  pendingDays?: number;
  expiryMonths?: number;
  inactivityMonths?: number;
  graceDays?: number;
}

// purchaseRule is the rule whose rate this screen shows: the first by amount that
// is on, else the first by amount.
export function purchaseRule(plan: PlanDoc): number {
  const rules = plan.earning.rules ?? [];
  const on = rules.findIndex((r) => r.kind === 'per_amount' && !r.off);
  return on >= 0 ? on : rules.findIndex((r) => r.kind === 'per_amount');
}

export function draftOf(plan: PlanDoc): Draft {
  const rule = plan.earning.rules?.[purchaseRule(plan)];
  const redeem = plan.redeem;
  return {
    earnPoints: rule?.earn?.points,
    earnPer: rule?.earn?.per_minor,
    rounding: (rule?.rounding || 'floor') as Rounding,
    withTax: rule?.basis?.with_tax ?? false,
    withShipping: rule?.basis?.with_shipping ?? false,
    loginOnly: plan.accounts === 'login',
    earnAt: plan.earning.earn_at || 'paid',
    redeemOn: !redeem.off,
    redeemPoints: redeem.rate.per_points || undefined,
    redeemMinor: redeem.rate.minor || undefined,
    minPoints: redeem.min_points || undefined,
    step: redeem.step || undefined,
    maxPoints: redeem.max_points || undefined,
    confirmAbove: redeem.confirm_above || undefined,
    maxMinor: redeem.max_minor || undefined,
    maxPercent: redeem.max_percent || undefined,
    minSubtotal: redeem.min_subtotal || undefined,
    codeDays: redeem.code_days || 30,
    onlyProducts: redeem.product_keys ?? [],
    onlyCollections: redeem.collection_keys ?? [],
    pendingDays: plan.pending?.days ?? 0,
    expiryMonths: plan.expiry?.months || undefined,
    inactivityMonths: plan.expiry?.inactivity_months || undefined,
    graceDays: plan.expiry?.grace_days || undefined,
  };
}

// planOf puts a draft without errors into a copy of the plan.
export function planOf(plan: PlanDoc, d: Draft): PlanDoc {
  const at = purchaseRule(plan);
  const rules = (plan.earning.rules ?? []).map((rule, i): Rule => {
    if (i !== at) return rule;
    return {
      ...rule,
      earn: { points: d.earnPoints ?? 0, per_minor: d.earnPer ?? 0 },
      rounding: d.rounding,
      basis: { ...rule.basis, with_tax: d.withTax, with_shipping: d.withShipping },
    };
  });
  return {
    ...plan,
    accounts: d.loginOnly ? 'login' : plan.accounts && 'record',
    earning: { ...plan.earning, rules, earn_at: d.earnAt },
    redeem: {
      ...plan.redeem,
      off: !d.redeemOn,
      rate: { minor: d.redeemMinor ?? 0, per_points: d.redeemPoints ?? 0 },
      min_points: d.minPoints ?? 0,
      step: d.step ?? 0,
      max_points: d.maxPoints ?? 0,
      confirm_above: d.confirmAbove ?? 0,
      max_minor: d.maxMinor ?? 0,
      max_percent: d.maxPercent ?? 0,
      min_subtotal: d.minSubtotal ?? 0,
      code_days: d.codeDays ?? 0,
      product_keys: d.onlyProducts,
      collection_keys: d.onlyCollections,
    },
    pending: { ...plan.pending, days: d.pendingDays ?? 0 },
    expiry: { ...plan.expiry, months: d.expiryMonths ?? 0, inactivity_months: d.inactivityMonths ?? 0, grace_days: d.graceDays ?? 0 },
  };
}

export const same = (a: Draft, b: Draft): boolean => JSON.stringify(a, Object.keys(a).sort()) === JSON.stringify(b, Object.keys(b).sort());

export const rateChanged = (plan: PlanDoc, d: Draft): boolean =>
  d.redeemMinor !== undefined && d.redeemPoints !== undefined && d.redeemMinor * plan.redeem.rate.per_points !== plan.redeem.rate.minor * d.redeemPoints;

// faults names what keeps a draft from being saved: field -> text key.
export function faults(d: Draft, hasRule: boolean): Record<string, string> {
  const found: Record<string, string> = {};
  const need = (name: keyof Draft, least: number, most: number) => {
    const value = d[name];
    if (typeof value !== 'number') found[name] = 'form.required';
    else if (value < least || value > most) found[name] = 'wrong.range';
  };
  const may = (name: keyof Draft, most: number) => {
    const value = d[name];
    if (typeof value === 'number' && (value < 0 || value > most)) found[name] = 'wrong.range';
  };
  if (hasRule) {
    need('earnPoints', 1, 1e9);
    need('earnPer', 1, 1e15);
  }
  if (d.redeemOn) {
    need('redeemPoints', 1, 1e9);
    need('redeemMinor', 1, 1e15);
  }
  may('minPoints', 1e9);
  may('step', 1e9);
  may('maxPoints', 1e9);
  may('confirmAbove', 1e9);
  may('maxMinor', 1e15);
  may('maxPercent', 100);
  may('minSubtotal', 1e15);
  may('codeDays', 3650);
  may('pendingDays', 365);
  may('expiryMonths', 600);
  may('inactivityMonths', 600);
  may('graceDays', 3650);
  return found;
}

const fieldsOfServer: Record<string, keyof Draft> = {
  'earn.points': 'earnPoints',
  'earn.per_minor': 'earnPer',
  rate: 'redeemMinor',
  min_points: 'minPoints',
  step: 'step',
  max_points: 'maxPoints',
  confirm_above: 'confirmAbove',
  max_minor: 'maxMinor',
  max_percent: 'maxPercent',
  min_subtotal: 'minSubtotal',
  code_days: 'codeDays',
  product_keys: 'onlyProducts',
  collection_keys: 'onlyCollections',
  'pending.days': 'pendingDays',
  'expiry.months': 'expiryMonths',
  'expiry.inactivity_months': 'inactivityMonths',
  'expiry.grace_days': 'graceDays',
};

// draftField is the field of this screen that the server means.
export function draftField(path: string): keyof Draft | undefined {
  const plain = path.replace(/^body\./, '').replace(/^plan\./, '');
  return fieldsOfServer[plain] ?? fieldsOfServer[plain.replace(/^(earning\.)?rules\[\d+\]\./, '')] ?? fieldsOfServer[plain.replace(/^redeem\./, '')];
}
