import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Await, Card, Chart, DataTable, Figure, Grid, Money, Notice, Stack } from '../../ui';
import { daysOf, noon } from '../reports/period';
import { PeriodPicker, usePeriod } from './period';

type Report = Schemas['CampaignReport'];

// CampaignReport says how one voucher went. Its texts begin with 'cr.'.
export function CampaignReport({ id }: { id: string }) {
  const { from, to } = usePeriod();
  const report = useLoad((signal) => api.GET('/api/admin/v1/vouchers/{id}/report', { params: { path: { id }, query: { from, to } }, signal }), [id, from, to]);
  return (
    <Stack>
      <PeriodPicker />
      <Await of={report} lines={8}>
        {(r) => (
          <Stack>
            <Sums of={r} />
            <Charts of={r} />
            <Groups of={r} />
          </Stack>
        )}
      </Await>
    </Stack>
  );
}

function Sums({ of: r }: { of: Report }) {
  const t = useTexts();
  const f = useFormat();
  const days = daysOf(r.from, r.to);
  const since = (then: string) => t('cr.before', { n: days, then });
  const count = (key: 'issued' | 'shown' | 'redeemed' | 'orders' | 'new_customers') => <Figure key={key} label={t('cr.' + key)} value={f.number(r.sum[key])} note={since(f.number(r.before[key]))} />;
  const own = r.sum.cost_minor - r.sum.partner_cost_minor;
  const borne = r.sum.partner_cost_minor > 0 ? t('cr.borne', { company: f.money(own, r.currency), partner: f.money(r.sum.partner_cost_minor, r.currency) }) : t('cr.borne.company');
  return (
    <>
      {!r.complete && <Notice>{t('cr.incomplete')}</Notice>}
      <Grid min={160} fill>
        {count('issued')}
        {count('shown')}
        {count('redeemed')}
        {count('orders')}
        {count('new_customers')}
        <Figure label={t('cr.revenue')} value={<Money minor={r.sum.revenue_minor} currency={r.currency} />} note={since(f.money(r.before.revenue_minor, r.currency))} />
        <Figure label={t('cr.cost')} value={<Money minor={r.sum.cost_minor} currency={r.currency} />} note={`${since(f.money(r.before.cost_minor, r.currency))} · ${borne}`} />
      </Grid>
      {r.sum.extra > 0 && <Notice tone="warn">{t('cr.extra', { n: r.sum.extra, money: f.money(r.sum.extra_cost_minor, r.currency) })}</Notice>}
    </>
  );
}

function Charts({ of: r }: { of: Report }) {
  const t = useTexts();
  const f = useFormat();
  const days = r.days ?? [];
  const over = (value: (d: Schemas['CampaignDay']) => number) => days.map((d): [number, number] => [noon(d.day), value(d)]);
  const file = (name: string) => `${name}-${r.from}-${r.to}`;
  if (days.length < 2) return null;
  return (
    <>
      <Card>
        <Chart title={t('cr.chart.uses', { n: r.sum.redeemed, uses: f.number(r.sum.redeemed), shown: f.number(r.sum.shown) })} kind="bars" unit={{ kind: 'count' }} csvName={file('uses')} series={[{ label: t('cr.redeemed'), points: over((d) => d.redeemed) }, { label: t('cr.shown'), points: over((d) => d.shown) }, { label: t('cr.new_customers'), points: over((d) => d.new_customers) }]} />
      </Card>
      <Card>
        <Chart title={t('cr.chart.money', { revenue: f.money(r.sum.revenue_minor, r.currency), cost: f.money(r.sum.cost_minor, r.currency) })} kind="bars" unit={{ kind: 'money', currency: r.currency }} csvName={file('revenue')} series={[{ label: t('cr.revenue'), points: over((d) => d.revenue_minor) }, { label: t('cr.cost'), points: over((d) => d.cost_minor) }]} />
      </Card>
    </>
  );
}

function Groups({ of: r }: { of: Report }) {
  const t = useTexts();
  const f = useFormat();
  const rows = [
    { key: 'users', of: r.users },
    { key: 'others', of: r.others },
  ];
  const each = (sum: number, by: number) => (by > 0 ? <Money minor={Math.round(sum / by)} currency={r.currency} /> : '–');
  return (
    <Card title={t('cr.groups')} lead={t('cr.groups.lead')} flush>
      <DataTable
        caption={t('cr.groups')}
        columns={[
          { key: 'group', head: t('cr.group'), render: (g) => t('cr.group.' + g.key) },
          { key: 'members', head: t('cr.members'), align: 'end', render: (g) => f.number(g.of.members) },
          { key: 'buyers', head: t('cr.buyers'), align: 'end', render: (g) => f.number(g.of.buyers) },
          { key: 'orders', head: t('cr.allOrders'), align: 'end', render: (g) => f.number(g.of.orders) },
          { key: 'basket', head: t('cr.basket'), align: 'end', render: (g) => each(g.of.minor, g.of.orders) },
          { key: 'each', head: t('cr.each'), align: 'end', render: (g) => each(g.of.minor, g.of.members) },
        ]}
        rows={rows}
        rowKey={(g) => g.key}
      />
    </Card>
  );
}
