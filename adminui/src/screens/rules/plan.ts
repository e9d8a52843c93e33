import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, take, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import type { Problem } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import type { Say } from '../../i18n/texts';
import { useShop } from '../../shell/shop';
import { toast } from '../../ui';
import type { Campaign, PlanDoc, Rule, Words } from './sentence';

export type Plan = Schemas['PlanView'];
export type Product = Schemas['ProductView'];

export const rulesOf = (plan: PlanDoc): Rule[] => plan.earning.rules ?? [];
export const campaignsOf = (plan: PlanDoc): Campaign[] => plan.earning.campaigns ?? [];

export const usePlan = () => useLoad((signal) => api.GET('/api/admin/v1/plan', { signal }), []);
export const useProducts = () => useLoad((signal) => api.GET('/api/admin/v1/products', { params: { query: { limit: 500 } }, signal }), []);
export const useFigures = () => useLoad((signal) => api.GET('/api/admin/v1/rules/figures', { signal }), []);

// useSentences is what sentences need, products by their names where they are known.
export function useSentences(products: Product[] = []): Words {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const titles = useMemo(() => new Map(products.map((p) => [p.key, p.title])), [products]);
  return { t, f, currency, product: (key) => t('say.quoted', { name: titles.get(key) || key }) };
}

// Change makes the next version out of a plan. It is used again on what somebody
// else has saved meanwhile, so it may not remember the plan it was made for.
export type Change = (plan: PlanDoc) => PlanDoc;

export interface Saving {
  plan: Plan; // the newest version that we know
  theirs?: Plan; // what somebody else has saved since; ours is not saved
  busy: boolean;
  problem?: Problem; // why it was refused, other than by theirs
  save(change: Change): Promise<Plan | undefined>;
  accept(): void; // goes on from theirs
  use(plan: Plan): void; // goes on from what was saved elsewhere
  clear(): void;
}

// useSaving saves new versions of the plan. Where somebody was faster it fetches
// theirs instead of failing; nothing that was typed is lost.
export function useSaving(first: Plan): Saving {
  const [plan, setPlan] = useState(first);
  const [theirs, setTheirs] = useState<Plan>();
  const action = useAction((body: Schemas['SavePlanBody']) => api.PUT('/api/admin/v1/plan', { body }));
  const conflict = action.problem?.code === 'conflict';
  useEffect(() => {
    if (!conflict) return;
    let stale = false;
    void take(api.GET('/api/admin/v1/plan')).then((newest) => !stale && setTheirs(newest));
    return () => void (stale = true);
  }, [conflict, action.problem]);
  return {
    plan,
    theirs,
    busy: action.busy,
    problem: conflict && theirs ? undefined : action.problem,
    clear: action.clear,
    use: setPlan,
    save: async (change) => {
      const saved = await action.run({ version: plan.version, plan: change(plan.plan) });
      if (saved) setPlan(saved);
      return saved;
    },
    accept: () => {
      if (theirs) setPlan(theirs);
      setTheirs(undefined);
      action.clear();
    },
  };
}

// putBack undoes a save by saving what was before it, unless somebody has saved since.
export async function putBack(saved: Plan, before: PlanDoc, t: Say, use?: (plan: Plan) => void) {
  try {
    use?.(await take(api.PUT('/api/admin/v1/plan', { body: { version: saved.version, plan: before } })));
    toast(t('undone'));
  } catch {
    toast(t('undone.not'));
  }
}

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
