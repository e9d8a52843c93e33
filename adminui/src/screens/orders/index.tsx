import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Card, DataTable, Empty, ErrorBox, ListBar, Money, Page, Pager, Points, When, type Column } from '../../ui';
import { OrderStatus } from './status';

type Row = Schemas['OrderRow'];

const perPage = 50;
const states = ['placed', 'paid', 'fulfilled', 'completed', 'cancelled'] as const;
const bonuses = ['earned', 'used', 'none'] as const;

// Orders lists what was bought, with the bonus earned and used.
export default function Orders() {
  const t = useTexts();
  const list = useListQuery();
  const query = {
    limit: perPage,
    search: list.search || undefined,
    cursor: list.cursor || undefined,
    status: states.find((s) => s === list.values.status),
    bonus: bonuses.find((b) => b === list.values.bonus),
    member_id: list.values.member || undefined,
  };
  const orders = useLoad((signal) => api.GET('/api/admin/v1/orders', { params: { query }, signal }), [query]);
  const next = orders.data?.next;
  const narrowed = list.search || query.status || query.bonus;
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('search'), onType: list.type }}
          filters={[
            { key: 'status', label: t('status'), value: query.status ?? '', options: states.map((value) => ({ value, label: t('status.' + value) })) },
            { key: 'bonus', label: t('bonus'), value: query.bonus ?? '', options: bonuses.map((value) => ({ value, label: t('bonus.' + value) })) },
          ]}
          onChange={list.set}
        />
        {orders.problem ? (
          <ErrorBox problem={orders.problem} retry={orders.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t)}
            rows={orders.data?.items ?? []}
            rowKey={(o) => o.id}
            rowHref={(o) => '/orders/' + encodeURIComponent(o.key)}
            loading={orders.loading}
            empty={orders.data && (narrowed ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string) => string): Column<Row>[] {
  return [
    { key: 'number', head: t('number'), render: (o) => o.number || o.key },
    { key: 'member', head: t('customer'), render: (o) => [o.first_name, o.last_name].filter(Boolean).join(' ') || o.email || <span class="quiet">{t('guest')}</span> },
    { key: 'placed', head: t('placed'), render: (o) => <When at={o.placed_at} /> },
    { key: 'status', head: t('status'), render: (o) => <OrderStatus of={o.status} /> },
    { key: 'total', head: t('total'), align: 'end', render: (o) => <Money minor={o.total} currency={o.currency} /> },
    { key: 'earned', head: t('earned'), align: 'end', render: (o) => <Points value={o.earned} bare /> },
    { key: 'used', head: t('used'), align: 'end', render: (o) => <Points value={o.used} bare /> },
  ];
}
