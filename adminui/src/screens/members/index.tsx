import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { exists } from '../../shell/router';
import { Badge, Card, DataTable, Empty, ErrorBox, ListBar, Page, Pager, Points, When, type Column } from '../../ui';

type Row = Schemas['MemberRow'];

const perPage = 50;

// Members is the list of everybody who has, or may have, points.
export default function Members() {
  const t = useTexts();
  const list = useListQuery();
  const sort = list.sort === 'balance' ? 'balance' : 'newest';
  const query = { limit: perPage, search: list.search || undefined, cursor: list.cursor || undefined, sort } as const;
  const members = useLoad((signal) => api.GET('/api/admin/v1/members', { params: { query }, signal }), [query]);
  const rows = members.data?.items ?? [];
  const next = members.data?.next;
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('search'), onType: list.type }}
          filters={[{ key: 'sort', label: t('order'), all: t('byNewest'), value: list.sort === 'balance' ? 'balance' : '', options: [{ value: 'balance', label: t('byBalance') }] }]}
          onChange={list.set}
        />
        {members.problem ? (
          <ErrorBox problem={members.problem} retry={members.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t, sort === 'balance' && !list.search)}
            rows={rows}
            rowKey={(m) => m.id}
            rowHref={(m) => (exists('/members/' + m.id) ? '/members/' + m.id : undefined)}
            loading={members.loading}
            empty={members.data && (list.search ? <Empty title={t('none.title', { search: list.search })} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string) => string, balance: boolean): Column<Row>[] {
  const name = (m: Row) => [m.first_name, m.last_name].filter(Boolean).join(' ') || m.email || t('erased');
  const all: Column<Row>[] = [
    { key: 'name', head: t('name'), render: name },
    { key: 'email', head: t('email'), render: (m) => m.email },
    { key: 'type', head: t('type'), render: (m) => <Badge tone={m.type === 'customer' ? 'accent' : 'neutral'}>{t(m.type)}</Badge> },
    { key: 'state', head: t('state'), render: (m) => <State of={m} /> },
    { key: 'since', head: t('since'), align: 'end', render: (m) => <When at={m.created_at} /> },
  ];
  if (balance) all.push({ key: 'available', head: t('available'), align: 'end', render: (m) => <Points value={m.available ?? 0} bare /> });
  return all;
}

function State({ of }: { of: Row }) {
  const t = useTexts();
  if (of.state !== 'active') return <Badge>{t(of.state)}</Badge>;
  if (of.block_earn || of.block_redeem) return <Badge tone="warn">{t('blocked')}</Badge>;
  return <Badge tone="good">{t('active')}</Badge>;
}
