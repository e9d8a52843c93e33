import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Button, Card, Confirm, DataTable, Empty, ErrorBox, ListBar, Notice, Page, Pager, toast, When, type Column } from '../../ui';
import { jobStates, kindName, Reason, State, Tabs } from './parts';

type Row = Schemas['JobView'];

// Jobs are the calls that we owe the host, and those that were made.
export default function Jobs() {
  const t = useTexts();
  const list = useListQuery();
  const state = jobStates.find((s) => s === list.values.state);
  const query = { cursor: list.cursor || undefined, state };
  const jobs = useLoad((signal) => api.GET('/api/admin/v1/jobs', { params: { query }, signal }), [query]);
  const summary = useLoad((signal) => api.GET('/api/admin/v1/jobs-summary', { signal }), []);
  const again = () => {
    jobs.reload();
    summary.reload();
  };
  const next = jobs.data?.next;
  const dead = summary.data?.dead ?? 0;
  return (
    <Page title={t('jobs.title')} lead={t('jobs.lead')} actions={dead > 0 && <ReplayAll dead={dead} done={again} />}>
      <Tabs at="/jobs" />
      {dead > 0 && (
        <Notice tone="warn" title={t('dead.title', { n: dead })}>
          <p>{t('dead.text', { n: dead })}</p>
        </Notice>
      )}
      <Card flush>
        <ListBar filters={[{ key: 'state', label: t('state'), value: state ?? '', options: jobStates.map((value) => ({ value, label: t('state.' + value) })) }]} onChange={list.set} />
        {jobs.problem ? (
          <ErrorBox problem={jobs.problem} retry={jobs.reload} />
        ) : (
          <DataTable
            caption={t('jobs.title')}
            columns={columns(t)}
            rows={jobs.data?.items ?? []}
            rowKey={(j) => j.id}
            rowHref={(j) => '/jobs/' + j.id}
            loading={jobs.loading}
            empty={jobs.data && <Empty title={t(state ? 'none.title' : 'jobs.empty.title')} text={t(state ? 'none.text' : 'jobs.empty.text')} />}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string) => string): Column<Row>[] {
  return [
    { key: 'kind', head: t('kind'), render: (j) => kindName(t, j.kind) },
    { key: 'state', head: t('state'), render: (j) => <State of={j.state} /> },
    { key: 'reason', head: t('reason'), render: (j) => <Reason of={j.reason} /> },
    { key: 'attempts', head: t('jobs.attempts'), align: 'end', render: (j) => j.attempts },
    { key: 'created', head: t('created'), align: 'end', render: (j) => <When at={j.created_at} time /> },
  ];
}

function ReplayAll({ dead, done }: { dead: number; done(): void }) {
  const t = useTexts();
  const [asked, ask] = useState(false);
  const replay = useAction(() => api.POST('/api/admin/v1/jobs-replay', {}));
  const run = async () => {
    const did = await replay.run(undefined);
    if (!did) return;
    ask(false);
    toast(t('jobs.replayed', { n: did.data.replayed }));
    done();
  };
  return (
    <>
      <Button onClick={() => ask(true)}>{t('jobs.replayAll')}</Button>
      <Confirm open={asked} title={t('jobs.replayAll')} confirmLabel={t('jobs.replayAll.do', { n: Math.min(dead, 500) })} busy={replay.busy} problem={replay.problem} onClose={() => ask(false)} onConfirm={() => void run()}>
        <p>{t('jobs.replay.safe')}</p>
      </Confirm>
    </>
  );
}
