import { activityKinds, isReview, isSale, type Campaign, type Limit, type Match, type Rule, type When } from './sentence';

// Draft is a rule as it stands in its form: every field is there, undefined = empty
// or no number. Fields that the kind does not have stay out of the rule.
export interface Draft {
  id: string; // '' = new
  kind: string;
  name: string;
  on: boolean;
  points?: number;
  earnPoints?: number;
  earnPer?: number;
  products: [string, number | undefined][];
  activity: string;
  withTax: boolean;
  withShipping: boolean;
  withFees: boolean;
  rounding: string;
  match: Required<{ [K in keyof Match]: NonNullable<Match[K]> }>;
  when: WhenDraft;
  limits: LimitDraft[];
  currencies: string[];
}

export interface WhenDraft {
  minBasis?: number;
  memberType: string; // '' = all
  tags: string[];
  from: string;
  until: string;
}

export interface LimitDraft {
  per: string;
  times?: number;
  points?: number;
}

export const matchDraft = (m: Match | undefined): Draft['match'] => ({
  products: m?.products ?? [],
  collections: m?.collections ?? [],
  groups: m?.groups ?? [],
  exclude_products: m?.exclude_products ?? [],
  exclude_collections: m?.exclude_collections ?? [],
  exclude_groups: m?.exclude_groups ?? [],
  gift_cards: m?.gift_cards ?? false,
});

export const whenDraft = (w: When | undefined): WhenDraft => ({
  minBasis: w?.min_basis || undefined,
  memberType: w?.member_types?.length === 1 ? (w.member_types[0] ?? '') : '',
  tags: w?.tags ?? [],
  from: w?.from ?? '',
  until: w?.until ?? '',
});

export function draftOf(rule: Rule): Draft {
  return {
    id: rule.id,
    kind: rule.kind,
    name: rule.name,
    on: !rule.off,
    points: rule.points || undefined,
    earnPoints: rule.earn?.points || undefined,
    earnPer: rule.earn?.per_minor || undefined,
    products: Object.entries(rule.products ?? {}),
    activity: rule.activity ?? '',
    withTax: rule.basis?.with_tax ?? false,
    withShipping: rule.basis?.with_shipping ?? false,
    withFees: rule.basis?.with_fees ?? false,
    rounding: rule.rounding || 'floor',
    match: matchDraft(rule.match),
    when: whenDraft(rule.when),
    limits: (rule.limits ?? []).map((l) => ({ per: l.per, times: l.times || undefined, points: l.points || undefined })),
    currencies: rule.currencies ?? [],
  };
}

// newRule is where the form of a new rule begins. Reviews earn once per product, as
// the server sees to anyway: shown, so that it surprises nobody.
export function newRule(kind: string): Rule {
  return { id: '', kind, name: '', ...(isReview(kind) && { limits: [{ per: 'subject', times: 1 }] }) };
}

function matchOf(m: Draft['match']): Match {
  const lists = Object.entries(m).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
  return Object.fromEntries(lists) as Match;
}

function whenOf(w: WhenDraft, sale: boolean): When {
  return {
    ...(sale && w.minBasis && { min_basis: w.minBasis }),
    ...(w.memberType && { member_types: [w.memberType] }),
    ...(w.tags.length > 0 && { tags: w.tags }),
    ...(w.from && { from: w.from }),
    ...(w.until && { until: w.until }),
  };
}

// ruleOf is the rule that a draft means, for the sentence as well as for saving.
export function ruleOf(d: Draft): Rule {
  const sale = isSale(d.kind);
  const limits = d.limits.map((l): Limit => ({ per: l.per, ...(l.times && { times: l.times }), ...(l.points && { points: l.points }) }));
  return {
    id: d.id,
    name: d.name.trim(),
    kind: d.kind,
    ...(!d.on && { off: true }),
    ...(d.kind === 'per_amount' ? { earn: { points: d.earnPoints ?? 0, per_minor: d.earnPer ?? 0 } } : {}),
    ...(d.kind === 'per_product' ? { products: Object.fromEntries(d.products.map(([key, n]) => [key, n ?? 0])) } : {}),
    ...(d.kind !== 'per_amount' && d.kind !== 'per_product' ? { points: d.points ?? 0 } : {}),
    ...(d.kind === 'custom' && { activity: d.activity.trim() }),
    ...(sale && (d.withTax || d.withShipping || d.withFees) ? { basis: { with_tax: d.withTax, with_shipping: d.withShipping, with_fees: d.withFees } } : {}),
    ...(d.rounding !== 'floor' && { rounding: d.rounding }),
    ...(sale && { match: matchOf(d.match) }),
    when: whenOf(d.when, sale),
    ...(limits.length > 0 && { limits }),
    ...(sale && d.currencies.length > 0 && { currencies: d.currencies }),
  };
}

type Faults = Record<string, string>;

// faults names what keeps a draft from being saved: the API's field -> text key.
export function faults(d: Draft): Faults {
  const found: Faults = {};
  if (d.kind === 'per_amount') {
    if (!d.earnPoints) found['earn.points'] = 'form.required';
    if (!d.earnPer) found['earn.per_minor'] = 'form.required';
  } else if (d.kind === 'per_product') {
    if (d.products.length === 0) found['products'] = 'wrong.products';
    else if (d.products.some(([, n]) => n === undefined)) found['products'] = 'wrong.productPoints';
  } else if (!d.points) {
    found['points'] = 'form.required';
  }
  if (d.kind === 'custom' && !d.activity.trim()) found['activity'] = 'form.required';
  d.limits.forEach((l, i) => {
    if (!l.times && !l.points) found[`limits[${i}].times`] = 'wrong.limit';
  });
  return { ...found, ...windowFault(d.when.from, d.when.until, 'when.until') };
}

const windowFault = (from: string, until: string, field: string): Faults => (from && until && until < from ? { [field]: 'wrong.window' } : {});

// CampaignDraft is a campaign as it stands in its form. factor is in hundredths.
export interface CampaignDraft {
  id: string;
  name: string;
  on: boolean;
  factor?: number;
  from: string;
  until: string;
  rules: string[];
  match: Draft['match'];
  when: WhenDraft;
  budget?: number;
}

export function campaignDraft(c: Campaign): CampaignDraft {
  return {
    id: c.id,
    name: c.name,
    on: !c.off,
    factor: Math.round((100 * c.factor.num) / c.factor.den),
    from: c.from,
    until: c.until,
    rules: c.rules ?? [],
    match: matchDraft(c.match),
    when: whenDraft(c.when),
    budget: c.budget || undefined,
  };
}

// ratio reduces hundredths to lowest terms: 150 is {3, 2}.
export function ratio(hundredths: number): { num: number; den: number } {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  const by = gcd(hundredths, 100) || 1;
  return { num: hundredths / by, den: 100 / by };
}

export function campaignOf(d: CampaignDraft): Campaign {
  const match = matchOf(d.match);
  return {
    id: d.id,
    name: d.name.trim(),
    ...(!d.on && { off: true }),
    factor: ratio(d.factor ?? 100),
    from: d.from,
    until: d.until,
    ...(d.rules.length > 0 && { rules: d.rules }),
    match,
    when: whenOf({ ...d.when, from: '', until: '' }, true),
    ...(d.budget && { budget: d.budget }),
  };
}

export function campaignFaults(d: CampaignDraft): Faults {
  const found: Faults = {};
  if (!d.name.trim()) found['name'] = 'form.required';
  if (!d.factor || d.factor <= 100) found['factor'] = 'wrong.factor';
  if (!d.from) found['from'] = 'form.required';
  if (!d.until) found['until'] = 'form.required';
  return { ...found, ...windowFault(d.from, d.until, 'until') };
}

// same says whether two drafts mean the same.
export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// kindsIn are the kinds in the order in which they are offered.
export const kinds: readonly string[] = ['per_amount', 'per_unit', 'per_product', 'per_order', ...activityKinds];
