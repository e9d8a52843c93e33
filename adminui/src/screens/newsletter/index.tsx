import { useState } from 'preact/hooks';
import mail from 'icon:mail';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Button, Card, Confirm, DataTable, Empty, ErrorBox, Figure, Grid, LinkButton, ListBar, Notice, Page, Pager, Row, When, toast, type Column, type Tone } from '../../ui';
import { Download } from '../bookings/download';
import { Gifts } from './gifts';
import { Settings } from './settings';
import { pageName } from './said';

type Signup = Schemas['SignupView'];

const states = ['confirmed', 'pending', 'held', 'unsubscribed'] as const;
const tones: Record<string, Tone> = { confirmed: 'good', pending: 'accent', held: 'warn' };

// Newsletter lists who signed up, and has the choices.
export default function Newsletter() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const state = states.find((s) => s === list.values.state);
  const query = { limit: 50, state, email: list.search || undefined, cursor: list.cursor || undefined };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/newsletter', { params: { query }, signal }), [query]);
  const counts = rows.data?.counts;
  return (
    <Page title={t('title')} lead={t('lead')} actions={<LinkButton to="/mails" icon={mail}>{t('mails')}</LinkButton>}>
      {rows.data?.mail_ready === false && <Notice tone="warn">{t('noServer')}</Notice>}
      {counts && (
        <Grid min={160} fill>
          {states.map((s) => (
            <Figure key={s} label={t('state.' + s)} value={f.number(counts.signups[s] ?? 0)} to={'/newsletter?state=' + s} />
          ))}
        </Grid>
      )}
      <Card title={t('signups')} flush actions={<Download label={t('file')} path="/api/admin/v1/newsletter/export.csv" query={{ state: state ?? 'confirmed' }} name={`newsletter-${state ?? 'confirmed'}.csv`} />}>
        <ListBar search={{ value: list.search, label: t('search'), onType: list.type }} filters={[{ key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) }]} onChange={list.set} />
        {rows.problem ? <ErrorBox problem={rows.problem} retry={rows.reload} /> : <Signups rows={rows.data?.items ?? undefined} loading={rows.loading} narrowed={!!(state || list.search)} changed={rows.reload} />}
        <Pager next={rows.data?.next ? () => list.next(rows.data?.next ?? '') : undefined} previous={list.previous} />
      </Card>
      <Gifts readers={counts?.signups.confirmed ?? 0} />
      <Settings />
    </Page>
  );
}

function Signups({ rows, loading, narrowed, changed }: { rows?: Signup[]; loading: boolean; narrowed: boolean; changed(): void }) {
  const t = useTexts();
  const [leaving, setLeaving] = useState<Signup | undefined>();
  const release = useAction((id: string) => api.POST('/api/admin/v1/newsletter/{id}/release', { params: { path: { id } } }));
  const leave = useAction((id: string) => api.POST('/api/admin/v1/newsletter/{id}/unsubscribe', { params: { path: { id } } }));
  const done = (said: string) => (toast(t(said)), changed());
  const columns: Column<Signup>[] = [
    { key: 'email', head: t('email'), render: (s) => s.email || t('erased') },
    { key: 'state', head: t('state'), render: (s) => <span title={s.reason}><Badge tone={tones[s.state] ?? 'neutral'}>{t('state.' + s.state)}</Badge></span> },
    { key: 'code', head: t('code'), render: (s) => (s.code ? <code>{s.code}</code> : '–') },
    { key: 'source', head: t('source'), render: (s) => pageName(t, s.source ?? '') },
    { key: 'created', head: t('created'), render: (s) => <When at={s.created_at} /> },
    { key: 'confirmed', head: t('confirmed'), render: (s) => (s.confirmed_at ? <When at={s.confirmed_at} time /> : '–') },
    {
      key: 'do',
      head: t('do'),
      render: (s) => (
        <Row gap={2}>
          {s.state === 'held' && <Button small busy={release.busy} onClick={() => void release.run(s.id).then((did) => did && done('released'))}>{t('release')}<span class="sr"> {s.email}</span></Button>}
          {(s.state === 'confirmed' || s.state === 'pending') && <Button small kind="quiet" onClick={() => setLeaving(s)}>{t('unsubscribe')}<span class="sr"> {s.email}</span></Button>}
        </Row>
      ),
    },
  ];
  const submit = async () => {
    if (!leaving) return;
    if (!(await leave.run(leaving.id))) return;
    setLeaving(undefined);
    done('unsubscribed');
  };
  return (
    <>
      {release.problem && <ErrorBox problem={release.problem} />}
      <DataTable caption={t('signups')} columns={columns} rows={rows ?? []} rowKey={(s) => s.id} loading={loading} empty={rows && (narrowed ? <Empty title={t('none')} text={t('none.text')} /> : <Empty title={t('empty')} text={t('empty.text')} />)} />
      <Confirm open={leaving !== undefined} title={t('unsubscribe.title')} confirmLabel={t('unsubscribe')} danger busy={leave.busy} problem={leave.problem} onClose={() => setLeaving(undefined)} onConfirm={() => void submit()}>
        <p>{t('unsubscribe.text', { email: leaving?.email ?? '' })}</p>
      </Confirm>
    </>
  );
}
