import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { useShop } from '../../shell/shop';
import { Button, Card, Confirm, DataTable, Empty, ErrorBox, ListBar, Notice, Page, Pager, toast, When, type Column } from '../../ui';
import { Reason, State, states, Tabs, topicName, topicsOf } from './parts';

type Row = Schemas['DeliveryView'];
type State = Row['state'];

// Deliveries are what the host has told us, and what became of it.
export default function Deliveries() {
  const t = useTexts();
  const list = useListQuery();
  const { host } = useShop();
  const state = states.find((s) => s === list.values.state);
  const query = { cursor: list.cursor || undefined, state, topic: list.values.topic || undefined };
  const deliveries = useLoad((signal) => api.GET('/api/admin/v1/deliveries', { params: { query }, signal }), [query]);
  const summary = useLoad((signal) => api.GET('/api/admin/v1/deliveries-summary', { signal }), []);
  const again = () => {
    deliveries.reload();
    summary.reload();
  };
  const next = deliveries.data?.next;
  const failed = summary.data?.poison ?? 0;
  return (
    <Page title={t('title')} lead={t('lead')} actions={failed > 0 && <ReplayAll failed={failed} done={again} />}>
      <Tabs at="/deliveries" />
      {failed > 0 && (
        <Notice tone="warn" title={t('failed.title', { n: failed })}>
          <p>{t('failed.text')}</p>
        </Notice>
      )}
      {summary.data?.oldest_at !== undefined && (
        <p class="quiet">
          {t('waiting', { n: summary.data.new + summary.data.retry })} <When at={summary.data.oldest_at} time />
        </p>
      )}
      <Card flush>
        <ListBar
          filters={[
            { key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) },
            { key: 'topic', label: t('topic'), all: t('topic.all'), value: list.values.topic ?? '', options: topicsOf(host).map((value) => ({ value, label: topicName(t, value) })) },
          ]}
          onChange={list.set}
        />
        {deliveries.problem ? (
          <ErrorBox problem={deliveries.problem} retry={deliveries.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns(t)}
            rows={deliveries.data?.items ?? []}
            rowKey={(d) => d.id}
            rowHref={(d) => '/deliveries/' + d.id}
            loading={deliveries.loading}
            empty={deliveries.data && <Empty title={t(state || query.topic ? 'none.title' : 'empty.title')} text={t(state || query.topic ? 'none.text' : 'empty.text')} />}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

function columns(t: (key: string) => string): Column<Row>[] {
  return [
    { key: 'topic', head: t('topic'), render: (d) => topicName(t, d.topic) },
    { key: 'state', head: t('state'), render: (d) => <State of={d.state} /> },
    { key: 'reason', head: t('reason'), render: (d) => <Reason of={d.reason} /> },
    { key: 'attempts', head: t('attempts'), align: 'end', render: (d) => d.attempts },
    { key: 'received', head: t('received'), align: 'end', render: (d) => <When at={d.received_at} time /> },
  ];
}

function ReplayAll({ failed, done }: { failed: number; done(): void }) {
  const t = useTexts();
  const [asked, ask] = useState(false);
  const replay = useAction(() => api.POST('/api/admin/v1/deliveries-replay', {}));
  const run = async () => {
    const did = await replay.run(undefined);
    if (!did) return;
    ask(false);
    toast(t('replayed', { n: did.data.replayed }));
    done();
  };
  return (
    <>
      <Button onClick={() => ask(true)}>{t('replayAll')}</Button>
      <Confirm open={asked} title={t('replayAll')} confirmLabel={t('replayAll.do', { n: Math.min(failed, 500) })} busy={replay.busy} problem={replay.problem} onClose={() => ask(false)} onConfirm={() => void run()}>
        <p>{t('replayAll.text', { n: failed })}</p>
        <p>{t('replay.safe')}</p>
      </Confirm>
    </>
  );
}
