import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, take, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import type { Problem } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import type { Say } from '../../i18n/texts';
import { useShop } from '../../shell/shop';
import { toast } from '../../ui';
import { useCollections } from './collections';
import type { Change } from './plan';
import type { PlanDoc, Words } from './sentence';

export type Plan = Schemas['PlanView'];
export type Product = Schemas['ProductView'];

// What shows the plan and loads it again when something was put back that another page did.
const shown = new Set<() => void>();

export function usePlan() {
  const plan = useLoad((signal) => api.GET('/api/admin/v1/plan', { signal }), []);
  useEffect(() => {
    shown.add(plan.reload);
    return () => void shown.delete(plan.reload);
  }, [plan.reload]);
  return plan;
}

export const useProducts = () => useLoad((signal) => api.GET('/api/admin/v1/products', { params: { query: { limit: 500 } }, signal }), []);
export const useFigures = () => useLoad((signal) => api.GET('/api/admin/v1/rules/figures', { signal }), []);

// useSentences is what sentences need, products by their names where they are known.
export function useSentences(products: Product[] = []): Words {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const titles = useMemo(() => new Map(products.map((p) => [p.key, p.title])), [products]);
  const collections = useCollections();
  return { t, f, currency, product: (key) => t('say.quoted', { name: titles.get(key) || key }), collection: (key) => collections.get(key) ?? key };
}

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
      const saved = (await action.run({ version: plan.version, plan: change(plan.plan) }))?.data;
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
    const back = await take(api.PUT('/api/admin/v1/plan', { body: { version: saved.version, plan: before } }));
    if (use) use(back);
    else for (const again of shown) again();
    toast(t('undone'));
  } catch {
    toast(t('undone.not'));
  }
}

// useUndo offers to take back what a form has saved: show puts the plan that is in force
// again into the form while it is there, and other pages load it.
export function useUndo() {
  const t = useTexts();
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  return (saved: Plan, before: PlanDoc, show: (plan: Plan) => void) => ({ undo: () => void putBack(saved, before, t, here.current ? show : undefined) });
}
