import { campaignsOf, rulesOf } from './plan';
import type { ChangeLine } from './savebar';
import { campaignSentence, nameOf, ruleSentence, type PlanDoc, type Words } from './sentence';

// changesOf says in words what one version of a plan has that another has not.
export function changesOf(before: PlanDoc, after: PlanDoc, w: Words): ChangeLine[] {
  return [
    ...compare(rulesOf(before), rulesOf(after), 'rule', (r) => ruleSentence(r, w), w),
    ...compare(campaignsOf(before), campaignsOf(after), 'campaign', (c) => campaignSentence(c, [...rulesOf(after), ...rulesOf(before)], w), w),
    ...groups(before, after, w),
    ...settings(before, after, w),
    ...order(before, after, w),
  ];
}

interface Named {
  id: string;
  name: string;
  off?: boolean;
}

function compare<T extends Named>(before: T[], after: T[], what: string, say: (one: T) => string, w: Words): ChangeLine[] {
  const lines: ChangeLine[] = [];
  const state = (one: T) => (one.off ? `${say(one)} (${w.t('state.off')})` : say(one));
  for (const one of after) {
    const old = before.find((b) => b.id === one.id);
    const name = nameOf(w.t, one);
    if (!old) lines.push({ what: w.t(`diff.${what}.new`, { name }), after: state(one) });
    else if (plain(old) !== plain(one)) lines.push(changed(old, one, name));
  }
  for (const one of before) {
    if (!after.some((a) => a.id === one.id)) lines.push({ what: w.t(`diff.${what}.gone`, { name: nameOf(w.t, one) }), before: state(one) });
  }
  return lines;

  function changed(old: T, one: T, name: string): ChangeLine {
    const only = (key: string) => plain({ ...old, [key]: undefined }) === plain({ ...one, [key]: undefined });
    if (only('off')) return { what: w.t(one.off ? 'diff.off' : 'diff.on', { name }) };
    if (only('name')) return { what: w.t('diff.name', { name: nameOf(w.t, old) }), before: nameOf(w.t, old), after: nameOf(w.t, one) };
    return { what: w.t(`diff.${what}`, { name }), before: state(old), after: state(one) };
  }
}

// plain writes a value so that what means the same is the same: no empty parts, and
// keys in one order.
export function plain(value: unknown): string {
  const tidy = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.length > 0 ? v.map(tidy) : undefined;
    if (typeof v !== 'object' || v === null) return v || undefined;
    const kept = Object.entries(v)
      .map(([key, inner]) => [key, tidy(inner)] as const)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  };
  return JSON.stringify(tidy(value)) ?? '';
}

function groups(before: PlanDoc, after: PlanDoc, w: Words): ChangeLine[] {
  const old = before.earning.groups ?? {};
  const now = after.earning.groups ?? {};
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const say = (all: string[] | null | undefined) => w.f.list((all ?? []).map(w.product)) || '–';
  return names
    .filter((name) => plain(old[name] ?? 'none') !== plain(now[name] ?? 'none'))
    .map((name) => ({ what: w.t('diff.group', { name }), before: name in old ? say(old[name]) : undefined, after: name in now ? say(now[name]) : undefined }));
}

type Field = [path: string, say: (plan: PlanDoc, w: Words) => string];

const points = (n: number | undefined, w: Words) => (n ? w.t('points.of', { n, points: w.f.number(n) }) : '–');
const money = (n: number | undefined, w: Words) => (n ? w.f.money(n, w.currency) : '–');
const number = (n: number | undefined, w: Words) => (n ? w.f.number(n) : '–');
const yes = (is: boolean | undefined, w: Words) => w.t(is ? 'yes' : 'no');

// fields are what a plan holds besides rules, campaigns and groups.
const fields: Field[] = [
  ['earn_at', (p, w) => w.t('earnAt.' + (p.earning.earn_at || 'paid'))],
  ['test_sales', (p, w) => yes(p.earning.test_sales, w)],
  ['redeem.on', (p, w) => yes(!p.redeem.off, w)],
  ['redeem.rate', (p, w) => w.t('diff.rate', { points: points(p.redeem.rate.per_points, w), money: money(p.redeem.rate.minor, w) })],
  ['redeem.min_points', (p, w) => points(p.redeem.min_points, w)],
  ['redeem.step', (p, w) => points(p.redeem.step, w)],
  ['redeem.max_points', (p, w) => points(p.redeem.max_points, w)],
  ['redeem.confirm_above', (p, w) => points(p.redeem.confirm_above, w)],
  ['redeem.max_minor', (p, w) => money(p.redeem.max_minor, w)],
  ['redeem.max_percent', (p, w) => number(p.redeem.max_percent, w)],
  ['redeem.min_subtotal', (p, w) => money(p.redeem.min_subtotal, w)],
  ['redeem.code_days', (p, w) => number(p.redeem.code_days, w)],
  ['pending.days', (p, w) => number(p.pending?.days, w)],
  ['expiry.months', (p, w) => number(p.expiry?.months, w)],
  ['expiry.inactivity_months', (p, w) => number(p.expiry?.inactivity_months, w)],
  ['expiry.grace_days', (p, w) => number(p.expiry?.grace_days, w)],
];

const known = (plan: PlanDoc) => {
  const { rules: _, campaigns: __, groups: ___, earn_at: ____, test_sales: _____, ...rest } = plan.earning;
  const { off: _a, rate: _b, min_points: _c, step: _d, max_points: _e, max_minor: _f, max_percent: _g, min_subtotal: _h, code_days: _i, confirm_above: _j, ...redeem } = plan.redeem;
  return { rest, redeem, refunds: plan.refunds, accounts: plan.accounts === 'record' ? '' : plan.accounts };
};

function settings(before: PlanDoc, after: PlanDoc, w: Words): ChangeLine[] {
  const lines = fields
    .map(([path, say]) => ({ what: w.t('diff.' + path), before: say(before, w), after: say(after, w) }))
    .filter((line) => line.before !== line.after);
  if (plain(known(before)) !== plain(known(after))) return [...lines, { what: w.t('diff.other') }];
  return lines;
}

// order is said only where nothing came or went.
function order(before: PlanDoc, after: PlanDoc, w: Words): ChangeLine[] {
  const ids = (plan: PlanDoc) => rulesOf(plan).map((r) => r.id);
  const was = ids(before);
  const is = ids(after);
  const moved = was.join() !== is.join() && [...was].sort().join() === [...is].sort().join();
  return moved ? [{ what: w.t('diff.order') }] : [];
}
