import downloadIcon from 'icon:download';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Button, Card, download, Empty, Page, Select } from '../../ui';
import { decimal, digitsOf } from '../../i18n/format';
import { readAll } from '../api';
import { useDesk } from '../me';
import { Wait } from '../parts';
import type { Commission, Commissions } from '../types';

// Earnings are the commissions of one month, order by order.
export default function Earnings() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const { me } = useDesk();
  const months = monthsSince(me.stored.since, f.zone, f.locale);
  const month = months.some((m) => m.value === list.values.month) ? (list.values.month ?? '') : (months[0]?.value ?? '');
  const found = useLoad((signal) => readAll<Commissions>('/commissions', { month }, signal), [month]);
  return (
    <Page title={t('earnings.title')} lead={t('earnings.lead')}>
      <Select label={t('earnings.month')} name="month" value={month} options={months} onValue={(value) => list.set({ month: value === months[0]?.value ? undefined : value })} />
      <Wait of={found}>
        {({ items, sums }) =>
          items.length === 0 ? (
            <Card>
              <Empty title={t('earnings.none')} text={t('earnings.none.text')} />
            </Card>
          ) : (
            <>
              <Sums of={sums} />
              <Card
                flush
                title={t('earnings.orders')}
                actions={
                  <Button icon={downloadIcon} onClick={() => download(`commissions-${month}.csv`, csv(items, t, f.day))}>
                    CSV
                  </Button>
                }
              >
                <ul class="rows">
                  {items.map((c) => (
                    <Row key={c.id} of={c} />
                  ))}
                </ul>
              </Card>
            </>
          )
        }
      </Wait>
    </Page>
  );
}

function Sums({ of }: { of: Commissions['sums'] }) {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const parts = [
    ...(of.held_minor > 0 ? ([['held', of.held_minor]] as const) : []),
    ['pending', of.pending_minor],
    ['available', of.available_minor],
    ['paid', of.paid_minor],
  ] as const;
  return (
    <Card>
      <dl class="numbers">
        <div>
          <dt>{t('earnings.all')}</dt>
          <dd>{f.money(parts.reduce((total, [, minor]) => total + minor, 0), me.shop.currency)}</dd>
        </div>
        {parts.map(([which, minor]) => (
          <div key={which}>
            <dt>{t('commission.' + which)}</dt>
            <dd>{f.money(minor, me.shop.currency)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Row({ of: c }: { of: Commission }) {
  const t = useTexts();
  const f = useFormat();
  return (
    <li class="row-card">
      <div class="code-line">
        <p class="row-name">{c.person || t('person.unnamed')}</p>
        <strong class="amount">{f.money(c.minor, c.currency)}</strong>
      </div>
      <div class="code-line">
        <p class="quiet row-note">{t('earnings.of', { percent: exactly(c.rate_bp, f.locale), base: f.money(c.base_minor, c.currency), level: String(c.level) })}</p>
        <Badge tone={c.state === 'paid' ? 'good' : c.state === 'revoked' || c.state === 'refused' ? 'bad' : 'neutral'}>{c.state === 'pending' ? t('earnings.from', { date: f.date(c.due_at) }) : t('commission.' + c.state)}</Badge>
      </div>
      <p class="quiet row-note">
        {f.date(c.at)} · {t('earnings.order', { order: c.order })}
      </p>
    </li>
  );
}

// exactly writes a rate in hundredths of a per cent without rounding it.
const exactly = (bp: number, locale: string): string => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(bp / 10_000);

function csv(items: Commission[], t: (key: string) => string, day: (ms: number) => string): (string | number)[][] {
  const head = ['csv.day', 'csv.order', 'csv.person', 'csv.level', 'csv.base', 'csv.rate', 'csv.commission', 'csv.currency', 'csv.state'].map((key) => t(key));
  return [head, ...items.map((c) => [day(c.at), c.order, c.person, c.level, decimal(c.base_minor, digitsOf(c.currency)), decimal(c.rate_bp, 2), decimal(c.minor, digitsOf(c.currency)), c.currency, t('commission.' + c.state)])];
}

const mostMonths = 36;

// monthsSince are the months from this one back to the partner's first, newest first.
function monthsSince(since: number, zone: string, locale: string): { value: string; label: string }[] {
  const of = (ms: number) => new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', timeZone: zone }).format(ms);
  const [year = 0, month = 0] = of(Date.now()).split('-').map(Number);
  const first = of(since);
  const name = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const months = Array.from({ length: mostMonths }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)));
  return months.map((at) => ({ value: at.toISOString().slice(0, 7), label: name.format(at) })).filter((m, i) => i === 0 || m.value >= first);
}
