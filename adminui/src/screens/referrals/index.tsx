import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Badge, Button, Card, DataTable, Empty, ErrorBox, ListBar, None, Page, Pager, When, type Column, type Tone } from '../../ui';
import { wordOf } from '../../ui/receipt';
import { Checks } from './checks';
import { Decide } from './decide';

export type Row = Schemas['ReferralRow'];

const perPage = 50;
const states = ['held', 'claimed', 'qualifying', 'rewarded', 'refused'] as const;
const tones: Record<string, Tone> = { held: 'warn', claimed: 'neutral', qualifying: 'accent', rewarded: 'good', refused: 'neutral' };

// Referrals lists who brought whom. What looks odd waits here for a person.
export default function Referrals() {
  const t = useTexts();
  const list = useListQuery();
  const [asked, ask] = useState<Row | undefined>();
  const query = { limit: perPage, cursor: list.cursor || undefined, state: states.find((s) => s === list.values.state) };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/referrals', { params: { query }, signal }), [query]);
  const next = rows.data?.next;
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/members', label: t('nav.members') }}>
      <Card flush>
        <ListBar filters={[{ key: 'state', label: t('state'), value: query.state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) }]} onChange={list.set} />
        {rows.problem ? (
          <ErrorBox problem={rows.problem} retry={rows.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t, ask)}
            rows={rows.data?.items ?? []}
            rowKey={(r) => r.id}
            loading={rows.loading}
            empty={rows.data && (query.state ? <Empty title={t('none.title')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
      <Checks />
      {asked && (
        <Decide
          of={asked}
          close={() => ask(undefined)}
          done={() => {
            ask(undefined);
            rows.reload();
          }}
        />
      )}
    </Page>
  );
}

function columns(t: (key: string) => string, ask: (row: Row) => void): Column<Row>[] {
  return [
    { key: 'friend', head: t('friend'), render: (r) => <Link to={'/members/' + r.friend_id}>{r.friend || t('erased')}</Link> },
    { key: 'referrer', head: t('referrer'), render: (r) => <Link to={'/members/' + r.referrer_id}>{r.referrer || t('erased')}</Link> },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={tones[r.state] ?? 'neutral'}>{t('state.' + r.state)}</Badge> },
    { key: 'why', head: t('why'), render: (r) => <Why row={r} /> },
    { key: 'order', head: t('order'), render: (r) => (r.sale_key ? <Link to={'/orders/' + encodeURIComponent(r.sale_key)}>{r.order_number || r.sale_key}</Link> : '–') },
    { key: 'since', head: t('since'), align: 'end', render: (r) => <When at={r.created_at} /> },
    { key: 'decision', head: t('decision'), align: 'end', render: (r) => <Decision row={r} ask={ask} /> },
  ];
}

// Decision is the button for one who waits, else the day on which somebody decided.
function Decision({ row: r, ask }: { row: Row; ask(row: Row): void }) {
  const t = useTexts();
  if (r.state !== 'held') return <When at={r.decided_at} />;
  return (
    <Button small onClick={() => ask(r)}>
      {t('decide')}
      <span class="sr"> {r.friend}</span>
    </Button>
  );
}

// Why says what made somebody look, what came of it, and what was noted.
function Why({ row: r }: { row: Row }) {
  const t = useTexts();
  const signals = (r.signals ?? []).map((s) => wordOf(t, 'signal', s));
  const reason = r.state === 'refused' && r.reason ? [wordOf(t, 'reason', r.reason)] : [];
  const said = [...reason, ...signals];
  if (said.length === 0) return <None />;
  return (
    <>
      {said.join(', ')}
      {r.note && (
        <>
          <br />
          <span class="quiet">{r.note}</span>
        </>
      )}
    </>
  );
}
