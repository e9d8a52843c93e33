import { useFormat, useTexts } from '../i18n';
import type { Format } from '../i18n/format';
import type { Say } from '../i18n/texts';
import { useDesk } from './me';
import type { Part } from './types';

// What shoppers and partners need to know; how a voucher is booked is the shop's matter.
const told = [
  'gives_absolute', 'gives_percent', 'gives_percent_capped', 'gives_article', 'gives_shipping', 'gives_shipping_capped',
  'order_from', 'order_from_eligible', 'order_up_to', 'order_up_to_eligible', 'valid_on', 'valid_from', 'valid_until',
  'window', 'window_overnight', 'days_after_issue', 'new_customers', 'logged_in', 'business_only', 'private_only',
  'collections', 'products', 'no_sale_items', 'single', 'per_code', 'per_person',
];

// Conditions are a voucher's clauses, one a line.
export function Conditions({ of }: { of: Part[] }) {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const lines = of.filter((part) => told.includes(part.key)).map((part) => clause(part, t, f, me.shop.currency));
  return (
    <ul class="conditions">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function clause(part: Part, t: Say, f: Format, currency: string): string {
  const clock = (minutes: number) => `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const [from = 0, to = 0] = part.minutes ?? [];
  return t('part.' + part.key, {
    n: part.count ?? 0,
    money: f.money(part.minor ?? 0, currency),
    date: part.date ? dayOf(part.date, f.locale) : '',
    days: (part.days ?? []).map((day) => weekday(day, f.locale)).join(', ') || t('part.daily'),
    from: clock(from),
    to: clock(to),
    text: part.text ?? '',
    names: (part.names ?? []).join(', '),
  });
}

const dayOf = (date: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(date + 'T00:00:00Z'));

const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

// weekday writes 'mon' in the reader's language: 5 January 2026 is a Monday.
const weekday = (day: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2026, 0, 5 + week.indexOf(day.slice(0, 3).toLowerCase())));
