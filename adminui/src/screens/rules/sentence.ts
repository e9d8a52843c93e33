import type { Schemas } from '../../api/client';
import type { Format } from '../../i18n/format';
import type { Say } from '../../i18n/texts';
import { ruleNameOf } from '../../ui/rulename';

export type PlanDoc = Schemas['PlanView']['plan'];
export type Rule = Schemas['Rule'];
export type Campaign = Schemas['Campaign'];
export type Match = Schemas['Match'];
export type When = Schemas['When'];
export type Limit = Schemas['Limit'];

// The kinds of rule that look at orders, and those that look at what else people do.
export const saleKinds = ['per_amount', 'per_unit', 'per_product', 'per_order'] as const;
export const activityKinds = ['signup', 'newsletter', 'product_review', 'article_review', 'referrer', 'friend', 'birthday', 'custom'] as const;
export const isSale = (kind: string): boolean => (saleKinds as readonly string[]).includes(kind);
export const isReview = (kind: string): boolean => kind === 'product_review' || kind === 'article_review';

// Words is what a sentence needs besides the rule.
export interface Words {
  t: Say;
  f: Format;
  currency: string;
  product(key: string): string; // what people call it
  collection(key: string): string;
}

// ruleSentence says in words what a rule gives, to whom and when: exactly what the
// server reckons with, so that nobody has to read a form to know.
export function ruleSentence(rule: Rule, w: Words): string {
  const parts = [giving(rule, w)];
  if (isSale(rule.kind)) parts.push(...matching(rule.match, w));
  parts.push(...conditions(rule.when, w), ...limits(rule, w));
  if (rule.rounding && rule.rounding !== 'floor') parts.push(w.t('say.round.' + rule.rounding));
  return parts.join(', ') + '.';
}

function giving(rule: Rule, w: Words): string {
  const { t, f } = w;
  const points = (n = 0) => t('points.of', { n, points: f.number(n) });
  switch (rule.kind) {
    case 'per_amount': {
      const basis = (rule.basis?.with_tax ? 'gross' : 'net') + (rule.basis?.with_shipping ? '.shipping' : '');
      const per = f.money(rule.earn?.per_minor ?? 0, w.currency);
      const main = t('say.per_amount', { points: points(rule.earn?.points), per, basis: t('say.basis.' + basis) });
      return rule.basis?.with_fees ? `${main}, ${t('say.fees')}` : main;
    }
    case 'per_product':
      return perProduct(Object.entries(rule.products ?? {}), points, w);
    case 'custom':
      return t('say.custom', { points: points(rule.points), activity: rule.activity ?? '' });
    default:
      return t('say.' + rule.kind, { points: points(rule.points) });
  }
}

function perProduct(products: [string, number][], points: (n: number) => string, w: Words): string {
  const [first] = products;
  if (products.length === 1 && first) return w.t('say.per_product.one', { points: points(first[1]), product: w.product(first[0]) });
  const all = products.map(([, n]) => n);
  const from = Math.min(...all);
  const to = Math.max(...all);
  const range = products.length === 0 ? points(0) : from === to ? points(from) : `${w.f.number(from)}–${points(to)}`;
  return w.t('say.per_product', { points: range, n: products.length });
}

// nameOf is what a rule or a campaign is called: a rule without a name of its own
// goes by its kind.
export const nameOf = (t: Words['t'], one: { id: string; name: string; kind?: string }): string => ruleNameOf(t, one);

const nameIn = (t: Words['t'], rules: Rule[], id: string): string => nameOf(t, rules.find((r) => r.id === id) ?? { id, name: '' });

// named lists what has names, at most three of them.
function named(names: string[], w: Words): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), w.t('say.more', { n: names.length - 3 })] : names;
  return w.f.list(shown);
}

function things(products: string[] | null | undefined, collections: string[] | null | undefined, groups: string[] | null | undefined, w: Words): string[] {
  return [
    ...(products ?? []).map(w.product),
    ...(collections ?? []).map((key) => w.t('say.collection', { name: w.collection(key) })),
    ...(groups ?? []).map((name) => w.t('say.group', { name })),
  ];
}

function matching(match: Match | undefined, w: Words): string[] {
  const only = things(match?.products, match?.collections, match?.groups, w);
  const not = things(match?.exclude_products, match?.exclude_collections, match?.exclude_groups, w);
  const parts: string[] = [];
  if (only.length > 0) parts.push(w.t('say.only', { what: named(only, w) }));
  if (!match?.gift_cards) not.push(w.t('say.giftCards'));
  if (not.length > 0) parts.push(w.t('say.not', { what: named(not, w) }));
  return parts;
}

// day is a calendar day of the shop, however the shop's zone stands to ours.
export function day(text: string, w: Words): string {
  return new Intl.DateTimeFormat(w.f.locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(text + 'T12:00:00Z'));
}

export function window(from: string | undefined, until: string | undefined, w: Words): string[] {
  if (from && until && from === until) return [w.t('say.on', { day: day(from, w) })];
  if (from && until) return [w.t('say.between', { from: day(from, w), until: day(until, w) })];
  if (from) return [w.t('say.from', { day: day(from, w) })];
  if (until) return [w.t('say.until', { day: day(until, w) })];
  return [];
}

function conditions(when: When | undefined, w: Words): string[] {
  const parts: string[] = [];
  const types = when?.member_types ?? [];
  if (when?.min_basis) parts.push(w.t('say.minimum', { amount: w.f.money(when.min_basis, w.currency) }));
  if (types.length === 1) parts.push(w.t('say.type.' + types[0]));
  if (when?.tags?.length) parts.push(w.t('say.tags', { tags: w.f.list(when.tags, true) }));
  return [...parts, ...window(when?.from, when?.until, w)];
}

function limits(rule: Rule, w: Words): string[] {
  const all = rule.limits ?? [];
  const parts = all.flatMap((l) => limit(l, rule, w));
  if (isReview(rule.kind) && !all.some((l) => l.per === 'subject')) parts.unshift(...limit({ per: 'subject', times: 1 }, rule, w));
  return parts;
}

function limit(l: Limit, rule: Rule, w: Words): string[] {
  const per = w.t(l.per === 'subject' && isReview(rule.kind) ? 'say.per.' + rule.kind : 'say.per.' + l.per);
  const parts: string[] = [];
  if (l.times) parts.push(w.t('say.times', { n: l.times, per }));
  if (l.points) parts.push(w.t('say.points', { points: w.t('points.of', { n: l.points, points: w.f.number(l.points) }), per }));
  return parts;
}

// factorText writes {3,2} as 1.5.
export const factorText = (factor: { num: number; den: number } | undefined, f: Format): string =>
  new Intl.NumberFormat(f.locale, { maximumFractionDigits: 4 }).format(factor && factor.den ? factor.num / factor.den : 1);

// campaignSentence says what a campaign multiplies and until when.
export function campaignSentence(c: Campaign, rules: Rule[], w: Words): string {
  const { t, f } = w;
  const names = (c.rules ?? []).map((id) => t('say.quoted', { name: nameIn(t, rules, id) }));
  const on = names.length > 0 ? t('say.campaign.rules', { rules: named(names, w) }) : t('say.campaign.all');
  const parts = [t('say.campaign', { factor: factorText(c.factor, f), on }), ...window(c.from, c.until, w)];
  const match = c.match ?? {};
  const touched = things(match.products, match.collections, match.groups, w).length + things(match.exclude_products, match.exclude_collections, match.exclude_groups, w).length;
  if (touched > 0) parts.push(...matching(c.match, w));
  parts.push(...conditions({ ...c.when, from: undefined, until: undefined }, w));
  if (c.budget) parts.push(t('say.budget', { points: t('points.of', { n: c.budget, points: f.number(c.budget) }) }));
  return parts.join(', ') + '.';
}
