import type { Campaign, PlanDoc, Rule } from './sentence';

export const rulesOf = (plan: PlanDoc): Rule[] => plan.earning.rules ?? [];
export const campaignsOf = (plan: PlanDoc): Campaign[] => plan.earning.campaigns ?? [];

// Change makes the next version out of a plan. It is used again on what somebody
// else has saved meanwhile, so it may not remember the plan it was made for.
export type Change = (plan: PlanDoc) => PlanDoc;

// idFor makes an id of a name that nothing else has.
export function idFor(name: string, taken: string[], fallback: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/ß/g, 'ss').replace(/ł/gi, 'l').toLowerCase();
  const base = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 34) || fallback;
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

// withRule puts a rule in the place of the one with its id, or at the end.
export function withRule(plan: PlanDoc, rule: Rule): PlanDoc {
  const rules = rulesOf(plan);
  const known = rules.some((r) => r.id === rule.id);
  return { ...plan, earning: { ...plan.earning, rules: known ? rules.map((r) => (r.id === rule.id ? rule : r)) : [...rules, rule] } };
}

export function withCampaign(plan: PlanDoc, campaign: Campaign): PlanDoc {
  const all = campaignsOf(plan);
  const known = all.some((c) => c.id === campaign.id);
  return { ...plan, earning: { ...plan.earning, campaigns: known ? all.map((c) => (c.id === campaign.id ? campaign : c)) : [...all, campaign] } };
}

// withoutRule leaves a rule out. Campaigns that are about nothing else would be
// about everything then: they must go first, onlyFor says which.
export function withoutRule(plan: PlanDoc, id: string): PlanDoc {
  const campaigns = campaignsOf(plan).map((c) => (c.rules?.includes(id) ? { ...c, rules: c.rules.filter((r) => r !== id) } : c));
  return { ...plan, earning: { ...plan.earning, rules: rulesOf(plan).filter((r) => r.id !== id), campaigns } };
}

export const onlyFor = (plan: PlanDoc, id: string): Campaign[] => campaignsOf(plan).filter((c) => c.rules?.length === 1 && c.rules[0] === id);

export function withoutCampaign(plan: PlanDoc, id: string): PlanDoc {
  return { ...plan, earning: { ...plan.earning, campaigns: campaignsOf(plan).filter((c) => c.id !== id) } };
}

// moved puts a rule one place up or down; how points come about does not depend on
// it, but receipts list them in this order.
export function moved(plan: PlanDoc, id: string, by: -1 | 1): PlanDoc {
  const rules = [...rulesOf(plan)];
  const at = rules.findIndex((r) => r.id === id);
  const other = rules[at + by];
  const one = rules[at];
  if (!one || !other) return plan;
  rules[at] = other;
  rules[at + by] = one;
  return { ...plan, earning: { ...plan.earning, rules } };
}

// fieldOf is the field of one rule's or campaign's form that the server means.
export const fieldOf = (path: string): string => path.replace(/^body\./, '').replace(/^plan\./, '').replace(/^earning\./, '').replace(/^(rules|campaigns)\[\d+\]\./, '');
