import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Card, DataTable, Empty, Figure, Grid, Money, type Column } from '../../ui';

type Report = Schemas['CustomersReport'];
type Group = Schemas['Group'];
type Row = Group & { key: string };

// Customers says who takes part and who comes again.
export function Customers({ report }: { report: Report }) {
  const t = useTexts();
  const f = useFormat();
  const columns = useColumns();
  const { members, others, guests } = report;
  const buyers = members.customers + others.customers;
  const rows: Row[] = [
    { key: 'members', ...members },
    { key: 'others', ...others },
    { key: 'guests', ...guests },
  ].filter((r) => r.orders > 0);
  return (
    <Card title={t('customers')} lead={t('customers.text')}>
      {buyers + guests.orders === 0 ? (
        <Empty title={t('customers.none')} text={t('customers.none.text')} />
      ) : (
        <>
          <Grid min={160} fill>
            <Figure label={t('taking')} value={f.percent(report.earning, buyers)} note={t('taking.text', { n: report.earning, buyers: f.number(buyers) })} to="/members" />
            <Figure label={t('using')} value={f.percent(report.using, members.customers)} note={t('using.text', { n: report.using, members: f.number(members.customers) })} to="/redemptions" />
            <Figure label={t('again')} value={f.percent(members.repeating, members.customers)} note={others.customers > 0 ? t('again.others', { percent: f.percent(others.repeating, others.customers) }) : t('again.only')} />
          </Grid>
          <DataTable caption={t('customers')} columns={columns} rows={rows} rowKey={(r) => r.key} />
        </>
      )}
    </Card>
  );
}

function useColumns(): Column<Row>[] {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const unknown = (r: Row) => r.key === 'guests';
  return [
    { key: 'who', head: t('who'), render: (r) => t('who.' + r.key) },
    { key: 'customers', head: t('buyers'), align: 'end', render: (r) => (unknown(r) ? '–' : f.number(r.customers)) },
    { key: 'orders', head: t('orders'), align: 'end', render: (r) => f.number(r.orders) },
    { key: 'again', head: t('again.share'), align: 'end', render: (r) => (unknown(r) ? '–' : f.percent(r.repeating, r.customers)) },
    { key: 'average', head: t('average'), align: 'end', render: (r) => <Money minor={r.orders === 0 ? 0 : Math.round(r.minor / r.orders)} currency={currency} /> },
  ];
}
