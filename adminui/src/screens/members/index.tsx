import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Page, Pager, Points, When, type Column } from '../../ui';

type Row = Schemas['MemberRow'];

const perPage = 50;
const sorts = ['newest', 'name', 'balance'] as const;
type Show = 'customer' | 'new_customer' | 'blocked' | 'points';

// Members is the list of everybody who has, or may have, points.
export default function Members() {
  const t = useTexts();
  const list = useListQuery();
  const sort = sorts.find((s) => s === list.sort) ?? 'newest';
  const show = (list.values.show ?? '') as Show | '';
  const query = {
    limit: perPage,
    search: list.search || undefined,
    cursor: list.cursor || undefined,
    sort: show && sort === 'balance' ? 'newest' : sort, // the order by points has no filters
    type: show === 'customer' || show === 'new_customer' ? show : undefined,
    blocked: show === 'blocked' || undefined,
    with_points: show === 'points' || undefined,
  } as const;
  const members = useLoad((signal) => api.GET('/api/admin/v1/members', { params: { query }, signal }), [query]);
  const rows = members.data?.items ?? [];
  const next = members.data?.next;
  const nothing = list.search || show ? <Empty title={list.search ? t('none.title', { search: list.search }) : t('none.filter')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />;
  return (
    <Page title={t('title')} lead={t('lead')} actions={
        <>
          <LinkButton to="/referrals">{t('referrals')}</LinkButton>
          <LinkButton to="/segments/registered-only">{t('neverBought')}</LinkButton>
        </>
      }
    >
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('search'), onType: list.type }}
          filters={[
            { key: 'show', label: t('show'), value: show, options: (['customer', 'new_customer', 'points', 'blocked'] as const).map((value) => ({ value, label: t('show.' + value) })) },
            {
              key: 'sort', label: t('order'), all: t('byNewest'), value: sort === 'newest' ? '' : sort,
              options: [{ value: 'name', label: t('byName') }, { value: 'balance', label: t('byBalance'), disabled: show !== '' }],
            },
          ]}
          onChange={list.set}
        />
        {members.problem ? (
          <ErrorBox problem={members.problem} retry={members.reload} />
        ) : (
          <DataTable caption={t('title')} columns={columns(t)} rows={rows} rowKey={(m) => m.id} rowHref={(m) => '/members/' + m.id} loading={members.loading} empty={members.data && nothing} />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string) => string): Column<Row>[] {
  const name = (m: Row) => [m.first_name, m.last_name].filter(Boolean).join(' ') || m.email || t(m.state === 'erased' ? 'erased' : 'nameless');
  return [
    { key: 'name', head: t('name'), render: name },
    { key: 'email', head: t('email'), render: (m) => (name(m) === m.email ? '' : m.email) },
    { key: 'type', head: t('type'), render: (m) => <Badge tone={m.type === 'customer' ? 'accent' : 'neutral'}>{t(m.type)}</Badge> },
    { key: 'state', head: t('state'), render: (m) => <State of={m} /> },
    { key: 'since', head: t('since'), align: 'end', render: (m) => <When at={m.created_at} /> },
    { key: 'available', head: t('available'), align: 'end', render: (m) => <Points value={m.available} bare /> },
  ];
}

function State({ of }: { of: Row }) {
  const t = useTexts();
  if (of.state !== 'active') return <Badge>{t(of.state)}</Badge>;
  if (of.block_earn || of.block_redeem) return <Badge tone="warn">{t('blocked')}</Badge>;
  return <Badge tone="good">{t('active')}</Badge>;
}
