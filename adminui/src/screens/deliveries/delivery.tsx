import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useRoute } from '../../shell/router';
import { Await, Button, Card, Confirm, ErrorBox, Facts, Page, toast, When } from '../../ui';
import { Reason, State, topicName } from './parts';

// Delivery is one message of the host: what became of it and what was in it.
export default function Delivery() {
  const t = useTexts();
  const f = useFormat();
  const { id = '' } = useRoute().params;
  const one = useLoad((signal) => api.GET('/api/admin/v1/deliveries/{id}', { params: { path: { id } }, signal }), [id]);
  const d = one.data;
  return (
    <Page title={d ? topicName(t, d.topic) : t('delivery')} back={{ to: '/deliveries', label: t('title') }} badge={d && <State of={d.state} />} actions={d && <Actions id={id} state={d.state} changed={one.reload} />}>
      <Await of={one}>
        {(d) => (
          <>
            <Card>
              <Facts
                items={[
                  { name: t('reason'), value: <Reason of={d.reason} full /> },
                  { name: t('received'), value: <When at={d.received_at} time /> },
                  { name: t('triggered'), value: <When at={d.triggered_at} time /> },
                  { name: t('attempts'), value: f.number(d.attempts) },
                  ...(d.next_at && d.state === 'retry' ? [{ name: t('nextAt'), value: <When at={d.next_at} time /> }] : []),
                  ...(d.done_at ? [{ name: t('doneAt'), value: <When at={d.done_at} time /> }] : []),
                  { name: t('topic'), value: <code>{d.topic}</code> },
                  { name: t('size'), value: t('bytes', { n: d.size }) },
                ]}
              />
            </Card>
            <Card title={t('body')} lead={t('body.lead')}>
              {d.body ? (
                <pre class="raw" tabIndex={0} aria-label={t('body')}>
                  {d.body}
                </pre>
              ) : (
                <p class="quiet">{t('body.gone')}</p>
              )}
            </Card>
          </>
        )}
      </Await>
    </Page>
  );
}

function Actions({ id, state, changed }: { id: string; state: string; changed(): void }) {
  const t = useTexts();
  const [asked, ask] = useState(false);
  const path = { params: { path: { id } } };
  const replay = useAction(() => api.POST('/api/admin/v1/deliveries/{id}/replay', path));
  const acknowledge = useAction(() => api.POST('/api/admin/v1/deliveries/{id}/acknowledge', path));
  const after = (text: string) => {
    ask(false);
    toast(text);
    changed();
  };
  const run = async () => (await replay.run(undefined)) && after(t('replayed.one'));
  return (
    <>
      {state === 'poison' && (
        <Button busy={acknowledge.busy} onClick={() => void acknowledge.run(undefined).then((did) => did && after(t('acknowledged')))}>
          {t('acknowledge')}
        </Button>
      )}
      {state !== 'new' && (
        <Button kind={state === 'poison' ? 'primary' : 'plain'} onClick={() => ask(true)}>
          {t('replay')}
        </Button>
      )}
      {acknowledge.problem && <ErrorBox problem={acknowledge.problem} />}
      <Confirm open={asked} title={t('replay')} confirmLabel={t('replay')} busy={replay.busy} problem={replay.problem} onClose={() => ask(false)} onConfirm={() => void run()}>
        <p>{t('replay.safe')}</p>
      </Confirm>
    </>
  );
}
