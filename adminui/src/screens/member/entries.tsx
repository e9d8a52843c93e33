import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Link, setQuery, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Button, Card, DataTable, Dialog, Empty, ErrorBox, Facts, Pager, Points, Stack, When, type Column } from '../../ui';
import { Receipt, wordOf } from '../../ui/receipt';
import { ruleNameOf } from '../../ui/rulename';
import { entryText, sourceText } from './source';

type Entry = Schemas['EntryDetail'];
type Row = Schemas['EntryRow'];
type Plan = Schemas['PlanView'];

// Entries are the member's history; each row opens its why.
export function Entries({ member, round }: { member: string; round: number }) {
  const t = useTexts();
  const [trail, setTrail] = useState<string[]>([]);
  const [open, setOpen] = useState<Row | undefined>();
  const { query } = useRoute();
  const cursor = trail.at(-1);
  const page = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/entries', { params: { path: { id: member }, query: { limit: 20, cursor } }, signal }), [member, cursor, round]);
  const next = page.data?.next;
  const columns: Column<Row>[] = [
    { key: 'what', head: t('what'), render: (e) => <>{wordOf(t, 'kind', e.kind)} <span class="quiet">{entryText(t, e)}</span></> },
    { key: 'when', head: t('when'), render: (e) => <When at={e.occurred_at} /> },
    { key: 'why', head: t('whyHead'), render: (e) => <Button small kind="quiet" onClick={() => setOpen(e)}>{t('why')}<span class="sr"> {wordOf(t, 'kind', e.kind)} {e.seq}</span></Button> },
    { key: 'points', head: t('points'), align: 'end', render: (e) => <Points value={e.points} signed bare /> },
  ];
  return (
    <Card title={t('history')} lead={t('historyLead')} flush>
      {page.problem ? (
        <ErrorBox problem={page.problem} retry={page.reload} />
      ) : (
        <DataTable caption={t('history')} columns={columns} rows={page.data?.items ?? []} rowKey={(e) => e.id} loading={page.loading} empty={page.data && <Empty title={t('noEntries')} text={t('noEntriesText')} />} />
      )}
      <Pager next={next ? () => setTrail([...trail, next]) : undefined} previous={trail.length > 0 ? () => setTrail(trail.slice(0, -1)) : undefined} />
      <Dialog open={open !== undefined} wide title={open ? wordOf(t, 'kind', open.kind) : ''} onClose={() => setOpen(undefined)}>
        {open && <Why member={member} entry={open} />}
      </Dialog>
      {query.why && !open && <Asked member={member} entry={query.why} />}
    </Card>
  );
}

// Asked opens the why of the entry that the address names: other lists lead here.
function Asked({ member, entry }: { member: string; entry: string }) {
  const t = useTexts();
  const receipt = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/entries/{entry}', { params: { path: { id: member, entry } }, signal }), [entry]);
  const found = receipt.data?.entry;
  return (
    <Dialog open={found !== undefined} wide title={found ? wordOf(t, 'kind', found.kind) : ''} onClose={() => setQuery({ why: undefined }, { replace: true })}>
      {found && <Why member={member} entry={found} />}
    </Dialog>
  );
}

function Why({ member, entry }: { member: string; entry: Row }) {
  const t = useTexts();
  const { currency } = useShop();
  const receipt = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/entries/{entry}', { params: { path: { id: member, entry: entry.id } }, signal }), [entry.id]);
  const sale = entry.source.startsWith('sale:') ? entry.source.slice(5) : '';
  return (
    <Await of={receipt} lines={6}>
      {(r) => (
        <Stack gap={4}>
          {entry.breakdown !== undefined && (entry.breakdown as Schemas['Breakdown']).kind ? (
            <Receipt name={ruleName(t, r.plan, entry.rule)} points={entry.points} breakdown={entry.breakdown as Schemas['Breakdown']} currency={(entry.breakdown as Schemas['Breakdown']).currency || currency} limitedTo={entry.limited_to} version={entry.plan_version} />
          ) : (
            <p><Points value={entry.points} signed /></p>
          )}
          {reasonsOf(entry).map(([rule, reason]) => (
            <p key={rule}><strong>{ruleName(t, r.plan, rule)}</strong>: {wordOf(t, 'why', reason)}</p>
          ))}
          <Facts
            items={[
              { name: t('source'), value: sale ? <Link to={'/orders/' + encodeURIComponent(sale)}>{sourceText(t, entry.source, entry.order_number)}</Link> : sourceText(t, entry.source) },
              ...(entry.note ? [{ name: t('note'), value: entry.note }] : []),
              { name: t('by'), value: wordOf(t, 'actor', entry.actor.split(':')[0] ?? '') },
              { name: t('happened'), value: <When at={entry.occurred_at} time /> },
              { name: t('written'), value: <When at={entry.posted_at} time /> },
            ]}
          />
          {(r.siblings ?? []).length > 1 && <Siblings list={r.siblings ?? []} />}
        </Stack>
      )}
    </Await>
  );
}

function Siblings({ list }: { list: Entry[] }) {
  const t = useTexts();
  return (
    <section class="stack gap-2">
      <h3>{t('together')}</h3>
      <DataTable
        caption={t('together')}
        columns={[
          { key: 'what', head: t('what'), render: (e) => wordOf(t, 'kind', e.kind) },
          { key: 'when', head: t('when'), render: (e) => <When at={e.occurred_at} /> },
          { key: 'points', head: t('points'), align: 'end', render: (e) => <Points value={e.points} signed bare /> },
        ]}
        rows={list}
        rowKey={(e) => e.id}
      />
    </section>
  );
}

// ruleName is what the shop called the rule, or the campaign on it, in that version.
function ruleName(t: (key: string) => string, plan: Plan | undefined, rule: string): string {
  const program = plan?.plan.earning;
  const [id, campaign] = rule.split('+');
  if (campaign) return ruleNameOf(t, { ...program?.campaigns?.find((c) => c.id === campaign), kind: 'campaign' });
  const found = program?.rules?.find((r) => r.id === id);
  return found ? ruleNameOf(t, found) : '';
}

// reasonsOf reads the entry that says why a fact earned nothing.
function reasonsOf(entry: Entry): [string, string][] {
  const reasons = (entry.breakdown as { reasons?: Record<string, string> } | undefined)?.reasons;
  return Object.entries(reasons ?? {});
}
