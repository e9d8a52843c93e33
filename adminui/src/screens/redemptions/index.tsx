import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Card, DataTable, Empty, ErrorBox, ListBar, Money, Page, Pager, Points, When, type Column } from '../../ui';
import { CancelButton, CancelCode, redemptionTones, UsedBy } from './cancel';

type Row = Schemas['RedemptionRow'];

const perPage = 50;
const states = ['pending', 'active', 'used', 'returned', 'void'] as const;
const never = 8.64e15; // the last instant that a date can be

// Redemptions lists the codes that members turned points into.
export default function Redemptions() {
  const t = useTexts();
  const list = useListQuery();
  const [asked, setAsked] = useState<Row | undefined>();
  const query = { limit: perPage, search: list.search || undefined, cursor: list.cursor || undefined, state: states.find((s) => s === list.values.state) };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/redemptions', { params: { query }, signal }), [query]);
  const items = rows.data?.items ?? [];
  const next = rows.data?.next;
  const narrowed = list.search || query.state;
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('search'), onType: list.type }}
          filters={[{ key: 'state', label: t('state'), value: query.state ?? '', options: states.map((value) => ({ value, label: t('redemption.' + value) })) }]}
          onChange={list.set}
        />
        {rows.problem ? (
          <ErrorBox problem={rows.problem} retry={rows.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t, items.some((r) => r.state === 'active') ? setAsked : undefined)}
            rows={items}
            rowKey={(r) => r.id}
            rowHref={(r) => '/members/' + r.member_id}
            loading={rows.loading}
            empty={rows.data && (narrowed ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
      <CancelCode of={asked} close={() => setAsked(undefined)} done={rows.reload} />
    </Page>
  );
}

// columns has one for what can be done while there is a code that can be cancelled.
function columns(t: (key: string) => string, cancel?: (row: Row) => void): Column<Row>[] {
  const act: Column<Row>[] = cancel ? [{ key: 'do', head: t('do'), align: 'end', render: (r) => <CancelButton of={r} ask={cancel} /> }] : [];
  return [
    { key: 'member', head: t('member'), render: (r) => [r.first_name, r.last_name].filter(Boolean).join(' ') || r.email || t('erased') },
    { key: 'code', head: t('code'), render: (r) => (r.code ? <code class="nowrap">{r.code}</code> : '–') },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={redemptionTones[r.state] ?? 'neutral'}>{t('redemption.' + r.state)}</Badge> },
    { key: 'order', head: t('order'), render: (r) => <UsedBy sale={r.sale_key} number={r.order_number} /> },
    { key: 'made', head: t('made'), render: (r) => <When at={r.created_at} /> },
    { key: 'ends', head: t('ends'), render: (r) => (r.expires_at > 0 && r.expires_at < never ? <When at={r.expires_at} /> : '–') },
    { key: 'value', head: t('value'), align: 'end', render: (r) => <Money minor={r.minor} currency={r.currency} /> },
    { key: 'points', head: t('points'), align: 'end', render: (r) => <Points value={r.points} bare /> },
    ...act,
  ];
}
