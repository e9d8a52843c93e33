import { useState } from 'preact/hooks';
import plus from 'icon:plus';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts, useWords } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Await, Badge, Button, Card, Confirm, DataTable, Empty, ErrorBox, ListBar, Notice, Page, Pager, Points, Row, TextInput, When, toast, type Column, type Tone } from '../../ui';
import { Editor } from './form';
import { nameOf } from './name';

type Reward = Schemas['RewardView'];
type Redemption = Schemas['RewardRedemptionView'];

const states = ['open', 'done', 'cancelled'] as const;
const tones: Record<string, Tone> = { open: 'warn', done: 'good', cancelled: 'neutral' };

// Rewards are what points can be exchanged for besides discounts, and who has done so.
export default function Rewards() {
  const t = useTexts();
  const [editing, setEditing] = useState<Reward | 'new' | undefined>();
  const rewards = useLoad((signal) => api.GET('/api/admin/v1/rewards', { signal }), []);
  const saved = () => {
    setEditing(undefined);
    toast(t('saved'));
    rewards.reload();
  };
  return (
    <Page title={t('title')} lead={t('lead')} actions={<Button kind="primary" icon={plus} onClick={() => setEditing('new')}>{t('new')}</Button>}>
      <Await of={rewards} lines={4}>
        {(view) => (
          <>
            {view.open > 0 && (
              <Notice tone="warn">
                <p>{t('open.n', { n: view.open })}</p>
              </Notice>
            )}
            <Card title={t('list')} flush>
              <List rows={view.items ?? []} edit={setEditing} add={() => setEditing('new')} />
            </Card>
          </>
        )}
      </Await>
      <Redemptions changed={rewards.reload} />
      {editing && <Editor reward={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} saved={saved} />}
    </Page>
  );
}

function List({ rows, edit, add }: { rows: Reward[]; edit(r: Reward): void; add(): void }) {
  const t = useTexts();
  const f = useFormat();
  const { language } = useWords();
  const columns: Column<Reward>[] = [
    { key: 'name', head: t('name'), render: (r) => nameOf(r.item, language) },
    { key: 'points', head: t('points'), align: 'end', render: (r) => <Points value={r.item.points} /> },
    { key: 'taken', head: t('taken'), align: 'end', render: (r) => f.number(r.taken) },
    { key: 'left', head: t('left'), align: 'end', render: (r) => (r.left < 0 ? t('endless') : f.number(r.left)) },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={r.live ? 'good' : 'neutral'}>{t(r.live ? 'live' : r.on ? 'waits' : 'off')}</Badge> },
    { key: 'do', head: t('do'), render: (r) => <Button small onClick={() => edit(r)}>{t('edit')}<span class="sr"> {nameOf(r.item, language)}</span></Button> },
  ];
  return <DataTable caption={t('list')} columns={columns} rows={rows} rowKey={(r) => r.id} empty={<Empty title={t('empty')} text={t('empty.text')} action={<Button kind="primary" icon={plus} onClick={add}>{t('new')}</Button>} />} />;
}

function Redemptions({ changed }: { changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const { language } = useWords();
  const list = useListQuery();
  const [cancelling, setCancelling] = useState<Redemption | undefined>();
  const [note, setNote] = useState('');
  const state = states.find((s) => s === list.values.state);
  const query = { limit: 50, state, cursor: list.cursor || undefined };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/reward-redemptions', { params: { query }, signal }), [query]);
  const reload = () => (rows.reload(), changed());
  const mark = useAction(({ id, done }: { id: string; done: boolean }) => api.POST('/api/admin/v1/reward-redemptions/{id}/hand-out', { params: { path: { id } }, body: { done } }));
  const cancel = useAction((id: string) => api.POST('/api/admin/v1/reward-redemptions/{id}/cancel', { params: { path: { id } }, body: { note } }));
  const hand = async (id: string, done: boolean) => {
    if (!(await mark.run({ id, done }))) return;
    toast(t(done ? 'handed' : 'unhanded'), done ? { undo: () => void hand(id, false) } : {});
    reload();
  };
  const columns: Column<Redemption>[] = [
    { key: 'who', head: t('who'), render: (r) => [r.first_name, r.last_name].filter(Boolean).join(' ') || r.email || t('somebody') },
    { key: 'what', head: t('what'), render: (r) => nameOf(r.reward, language) },
    { key: 'points', head: t('points'), align: 'end', render: (r) => <Points value={r.points} /> },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={tones[r.state] ?? 'neutral'}>{t('state.' + r.state)}</Badge> },
    { key: 'ticket', head: t('ticket'), render: (r) => (r.ticket ? <code>{r.ticket}</code> : '–') },
    { key: 'when', head: t('when'), render: (r) => <When at={r.created_at} time /> },
    {
      key: 'do',
      head: t('do'),
      render: (r) => (
        <Row gap={2}>
          {r.state === 'open' && <Button small busy={mark.busy} onClick={() => void hand(r.id, true)}>{t('hand')}<span class="sr"> {nameOf(r.reward, language)}</span></Button>}
          {r.state !== 'cancelled' && <Button small kind="quiet" onClick={() => (setNote(''), cancel.clear(), setCancelling(r))}>{t('giveBack')}<span class="sr"> {nameOf(r.reward, language)}</span></Button>}
        </Row>
      ),
    },
  ];
  const submit = async () => {
    if (!cancelling || !(await cancel.run(cancelling.id))) return;
    setCancelling(undefined);
    toast(t('gaveBack'));
    reload();
  };
  return (
    <Card title={t('redemptions')} flush>
      <ListBar filters={[{ key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) }]} onChange={list.set} />
      {mark.problem && <ErrorBox problem={mark.problem} />}
      {rows.problem ? <ErrorBox problem={rows.problem} retry={rows.reload} /> : <DataTable caption={t('redemptions')} columns={columns} rows={rows.data?.items ?? []} rowKey={(r) => r.id} rowHref={(r) => '/members/' + r.member_id} loading={rows.loading} empty={rows.data && <Empty title={t('nobody')} text={t('nobody.text')} />} />}
      <Pager next={rows.data?.next ? () => list.next(rows.data?.next ?? '') : undefined} previous={list.previous} />
      <Confirm open={cancelling !== undefined} title={t('giveBack.title')} confirmLabel={t('giveBack')} danger busy={cancel.busy} problem={cancel.problem} onClose={() => setCancelling(undefined)} onConfirm={() => void submit()}>
        <p>{t('giveBack.text', { n: cancelling?.points ?? 0, points: f.number(cancelling?.points ?? 0) })}</p>
        <TextInput label={t('note')} value={note} maxLength={500} onValue={setNote} />
      </Confirm>
    </Card>
  );
}
