import type { Format } from '../../i18n/format';
import type { Say } from '../../i18n/texts';
import type { Doc, Reason } from './doc';
import { clock, weekdays } from './doc';

export interface Words {
  t: Say;
  f: Format;
  currency: string;
  product(key: string): string;
}

// dayOf is a calendar day as people write it, whatever the reader's own zone.
const dayOf = (date: string, f: Format): string =>
  new Intl.DateTimeFormat(f.locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(date + 'T12:00:00Z'));


// dayNames writes days of the week, runs of three and more as 'Mon–Fri'.
export function dayNames(days: string[], f: Format): string {
  const name = (i: number) => new Intl.DateTimeFormat(f.locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + i));
  const chosen = weekdays.map((d, i) => (days.includes(d) ? i : -1)).filter((i) => i >= 0);
  const runs: [number, number][] = [];
  for (const i of chosen) {
    const last = runs.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  }
  return runs.map(([a, b]) => (b - a > 1 ? `${name(a)}–${name(b)}` : a === b ? name(a) : `${name(a)}, ${name(b)}`)).join(', ');
}

// gives is what a voucher is worth: '5.00 EUR off', '20 % off, at most 30.00 EUR'.
export function gives(d: Doc, w: Words): string {
  const cap = d.cap_minor ? w.f.money(d.cap_minor, moneyOf(d, w)) : '';
  switch (d.kind) {
    case 'percent':
      return w.t(cap ? 'say.percent.capped' : 'say.percent', { percent: d.percent || unsaid, cap });
    case 'free_article':
      return w.t('say.article', { n: d.article?.quantity || 1, name: d.article?.title || (d.article?.product_key ? w.product(d.article.product_key) : unsaid) });
    case 'free_shipping':
      return w.t(cap ? 'say.shipping.capped' : 'say.shipping', { cap });
  }
  return w.t('say.absolute', { amount: d.minor ? w.f.money(d.minor, moneyOf(d, w)) : unsaid });
}

const unsaid = '…'; // what is not chosen yet

const moneyOf = (d: Doc, w: Words): string => d.currency || w.currency;

// clauses says all conditions of a voucher, one by one; nothing that is set is left
// out (as voucher.Describe of the server).
export function clauses(d: Doc, w: Words): string[] {
  const { t, f } = w;
  const all: string[] = [];
  const say = (when: unknown, key: string, values: Record<string, string | number> = {}) => when && all.push(t('say.' + key, values));
  const money = (minor: number | undefined) => f.money(minor ?? 0, moneyOf(d, w));
  const v = d.valid ?? {};
  say(d.order?.min_minor, d.order?.on_eligible ? 'from.eligible' : 'from', { amount: money(d.order?.min_minor) });
  say(d.order?.max_minor, d.order?.on_eligible ? 'upto.eligible' : 'upto', { amount: money(d.order?.max_minor) });
  who(d, w, say);
  say(v.on, 'on', { date: v.on ? dayOf(v.on, f) : '' });
  say(v.from, 'since', { date: v.from ? dayOf(v.from, f) : '' });
  say(v.until, 'until', { date: v.until ? dayOf(v.until, f) : '' });
  for (const one of v.windows ?? []) {
    say(true, one.days?.length ? 'window' : 'window.daily', { days: dayNames(one.days ?? [], f), from: clock(one.from_min), to: clock(one.to_min) });
  }
  say(v.days_after_issue, 'days', { n: v.days_after_issue ?? 0 });
  what(d, w, say);
  limits(d, money, say);
  rules(d, w, say);
  return all;
}

type Saying = (when: unknown, key: string, values?: Record<string, string | number>) => void;

function who(d: Doc, w: Words, say: Saying) {
  const o = d.who ?? {};
  const types = o.types ?? [];
  say(o.new_only, 'new');
  say(o.logged_in, 'loggedIn');
  say(o.members?.length, 'members', { n: o.members?.length ?? 0 });
  say(o.tags?.length, 'tags', { names: w.f.list(o.tags ?? [], true) });
  say(o.segments?.length, 'segments', { names: w.f.list((o.segments ?? []).map((s) => segmentName(w.t, s)), true) });
  say(types.length === 1 && types[0] === 'b2b', 'b2b');
  say(types.length === 1 && types[0] === 'b2c', 'b2c');
}

// segmentName is a segment of the app in words; others are called as the host calls them.
export function segmentName(t: Say, key: string): string {
  const said = t('segment.' + key);
  return said === 'segment.' + key ? key : said;
}

function what(d: Doc, w: Words, say: Saying) {
  const a = d.what;
  const list = (key: string, keys: string[] | null | undefined) =>
    say(keys?.length, key, { names: (keys ?? []).length > 3 ? w.t('say.several', { n: keys?.length ?? 0 }) : w.f.list((keys ?? []).map(w.product), true) });
  list('products', a.products);
  list('variants', a.variants);
  list('collections', a.collections);
  list('products.not', a.not_products);
  list('variants.not', a.not_variants);
  list('collections.not', a.not_collections);
  say(!a.sale_items, 'noSale');
}

function limits(d: Doc, money: (minor: number | undefined) => string, say: Saying) {
  const l = d.limits ?? {};
  say(!l.per_code, 'standing');
  say(l.per_code, 'perCode', { n: l.per_code ?? 0 });
  say(l.per_person, 'perPerson', { n: l.per_person ?? 0 });
  say(l.total, 'total', { n: l.total ?? 0 });
  say(l.budget_minor, 'budget', { amount: money(l.budget_minor) });
}

function rules(d: Doc, w: Words, say: Saying) {
  const c = d.stack?.combines ?? {};
  const open = (['product', 'order', 'shipping'] as const).filter((k) => c[k]);
  say(open.length === 0, 'alone');
  say(open.length > 0, 'combines', { names: w.f.list(open.map((k) => w.t('class.' + k))) });
  say(d.stack?.class, 'class', { name: d.stack?.class ?? '' });
  say(d.vat?.mode === 'fixed', 'vat.fixed', { rate: percentOf(d.vat?.rate_bp ?? 0, w.f) });
  say(d.vat?.mode === 'payment', 'vat.payment');
  say(d.kind === 'absolute' && d.rest === 'new_code', 'rest.new');
  say(d.kind === 'absolute' && d.rest !== 'new_code', 'rest.lost');
  say(d.bearer === 'partner', 'bearer');
  say(d.partners, 'partners');
  say(d.auto === 'offer', 'auto.offer');
  say(d.auto === 'apply', 'auto.apply');
}

// percentOf writes hundredths of a percent: 1900 is '19 %'.
export const percentOf = (bp: number, f: Format): string => new Intl.NumberFormat(f.locale, { style: 'percent', maximumFractionDigits: 2 }).format(bp / 10000);

const begin = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);

// sentence is the whole voucher in words.
export const sentence = (d: Doc, w: Words): string => begin([gives(d, w), ...clauses(d, w)].join(', ')) + '.';

// short is what a list has room for: what it gives, from which order, for whom.
export function short(d: Doc, w: Words): string {
  const head = clauses({ ...blankOf(d), order: d.order, who: { new_only: d.who?.new_only, segments: d.who?.segments } }, w);
  const said = (d.order?.min_minor ? 1 : 0) + (d.order?.max_minor ? 1 : 0) + (d.who?.new_only ? 1 : 0) + (d.who?.segments?.length ? 1 : 0);
  return begin([gives(d, w), ...head.slice(0, said)].join(', '));
}

const blankOf = (d: Doc): Doc => ({ name: '', kind: d.kind, currency: d.currency, what: { sale_items: true } });

// reasonText says a reason in words; money, counts and instants by their unit.
export function reasonText(r: Reason, w: Words, currency = w.currency): string {
  const number = (n: number | undefined) => (!n && r.unit === 'ms' ? '' : r.unit === 'minor' ? w.f.money(n ?? 0, currency) : r.unit === 'ms' ? w.f.dateTime(n ?? 0) : w.f.number(n ?? 0));
  const missing = r.unit === 'minor' ? w.f.money(Math.max(0, (r.need ?? 0) - (r.have ?? 0)), currency) : '';
  const key = 'why.' + r.code;
  const never = r.code === 'outside_hours' && !r.need ? '.never' : '';
  const text = w.t(key + never, { need: number(r.need), have: number(r.have), missing, code: r.params?.code ?? '', class: r.params?.class ?? '', title: r.params?.title || r.params?.product_key || '', currency: r.params?.currency ?? '' });
  return text.startsWith('why.') ? r.code : text;
}
