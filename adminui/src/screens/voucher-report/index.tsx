import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Await, Badge, Card, DataTable, Empty, Money, Page, type Column } from '../../ui';
import { PeriodPicker, usePeriod } from './period';

type Row = Schemas['VoucherCampaign'];

// VoucherReports compares all vouchers over one period, which is in the address.
export default function VoucherReports() {
  const t = useTexts();
  const { from, to } = usePeriod();
  const list = useLoad((signal) => api.GET('/api/admin/v1/reports/vouchers', { params: { query: { from, to } }, signal }), [from, to]);
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/reports', label: t('back') }}>
      <PeriodPicker />
      <Await of={list} lines={8}>
        {(data) => (
          <Card title={t('compared')} lead={t('compared.lead')} flush>
            <Table rows={data.items ?? []} currency={data.currency} />
          </Card>
        )}
      </Await>
    </Page>
  );
}

const tones = { active: 'good', paused: 'warn', draft: 'neutral', ended: 'neutral' } as const;

function Table({ rows, currency }: { rows: Row[]; currency: string }) {
  const t = useTexts();
  const f = useFormat();
  const count = (key: 'issued' | 'shown' | 'redeemed' | 'orders' | 'new_customers'): Column<Row> => ({ key, head: t(key === 'issued' ? 'cr.issued.head' : 'cr.' + key), align: 'end', render: (r) => f.number(r[key]) });
  const columns: Column<Row>[] = [
    { key: 'name', head: t('voucher'), render: (r) => r.name },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={tones[r.state]}>{t('state.' + r.state)}</Badge> },
    count('issued'),
    count('shown'),
    count('redeemed'),
    count('orders'),
    { key: 'revenue', head: t('cr.revenue.head'), align: 'end', render: (r) => <Money minor={r.revenue_minor} currency={currency} /> },
    { key: 'cost', head: t('cr.cost.head'), align: 'end', render: (r) => <Money minor={r.cost_minor} currency={currency} /> },
    count('new_customers'),
  ];
  return <DataTable caption={t('compared')} columns={columns} rows={rows} rowKey={(r) => r.id} rowHref={(r) => `/vouchers/${r.id}?tab=report`} empty={<Empty title={t('none')} text={t('none.text')} />} />;
}
