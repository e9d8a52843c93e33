import downloadIcon from 'icon:download';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Button, Card, download, Empty, Page, Select } from '../../ui';
import { decimal, digitsOf } from '../../i18n/format';
import { queryOf, read } from '../api';
import { useDesk } from '../me';
import { Wait } from '../parts';
import type { Commission, Commissions } from '../types';

// Earnings are the commissions of one month, order by order.
export default function Earnings() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const { me } = useDesk();
  const months = monthsSince(me.since, f.zone, f.locale);
  const month = months.some((m) => m.value === list.values.month) ? (list.values.month ?? '') : (months[0]?.value ?? '');
  const path = '/commissions' + queryOf({ month });
  const found = useLoad((signal) => read<Commissions>(path, signal), [path]);
  return (
    <Page title={t('earnings.title')} lead={t('earnings.lead')}>
      <Select label={t('earnings.month')} name="month" value={month} options={months} onValue={(value) => list.set({ month: value === months[0]?.value ? undefined : value })} />
      <Wait of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <Empty title={t('earnings.none')} text={t('earnings.none.text')} />
            </Card>
          ) : (
            <>
              <Sums of={items} />
              <Card
                flush
                title={t('earnings.orders')}
                actions={
                  <Button icon={downloadIcon} onClick={() => download(`commissions-${month}.csv`, csv(items, t, f.day, me.shop.currency))}>
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

const stateOf = (c: Commission): 'reversed' | 'paid' | 'due' | 'held' => (c.state === 'reversed' ? 'reversed' : c.paid_minor > 0 && c.paid_minor >= c.minor ? 'paid' : c.payable ? 'due' : 'held');

function Sums({ of }: { of: Commission[] }) {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const sum = (which: string) => of.filter((c) => stateOf(c) === which).reduce((total, c) => total + c.minor, 0);
  const all = of.reduce((total, c) => total + c.minor, 0);
  return (
    <Card>
      <dl class="numbers">
        <div class="whole">
          <dt>{t('earnings.all')}</dt>
          <dd>{f.money(all, me.shop.currency)}</dd>
        </div>
        {(['held', 'due', 'paid'] as const).map((which) => (
          <div key={which}>
            <dt>{t('commission.' + which)}</dt>
            <dd>{f.money(sum(which), me.shop.currency)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Row({ of: c }: { of: Commission }) {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const state = stateOf(c);
  return (
    <li class="row-card">
      <div class="code-line">
        <p class="row-name">{c.member || t('person.unnamed')}</p>
        <strong class="amount">{f.money(c.minor, me.shop.currency)}</strong>
      </div>
      <div class="code-line">
        <p class="quiet row-note">{t('earnings.of', { percent: f.percent(c.rate_bp, 10_000), base: f.money(c.base_minor, me.shop.currency), level: String(c.level) })}</p>
        <Badge tone={state === 'paid' ? 'good' : state === 'reversed' ? 'bad' : 'neutral'}>{state === 'held' ? t('earnings.from', { date: f.date(c.available_at) }) : t('commission.' + state)}</Badge>
      </div>
      <p class="quiet row-note">
        {f.date(c.at)} · {t('earnings.order', { order: c.order })}
      </p>
    </li>
  );
}

function csv(items: Commission[], t: (key: string) => string, day: (ms: number) => string, currency: string): (string | number)[][] {
  const digits = digitsOf(currency);
  const head = ['csv.day', 'csv.order', 'csv.person', 'csv.level', 'csv.base', 'csv.rate', 'csv.commission', 'csv.currency', 'csv.state'].map((key) => t(key));
  return [head, ...items.map((c) => [day(c.at), c.order, c.member, c.level, decimal(c.base_minor, digits), decimal(c.rate_bp, 2), decimal(c.minor, digits), currency, t('commission.' + stateOf(c))])];
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
