import { api } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useRoute } from '../../shell/router';
import { Await, Button, Card, ErrorBox, Facts, Page, toast, When } from '../../ui';
import { kindName, Reason, State } from './parts';

// Job is one call that we owe, or owed, the host.
export default function Job() {
  const t = useTexts();
  const f = useFormat();
  const { id = '' } = useRoute().params;
  const one = useLoad((signal) => api.GET('/api/admin/v1/jobs/{id}', { params: { path: { id } }, signal }), [id]);
  const replay = useAction(() => api.POST('/api/admin/v1/jobs/{id}/replay', { params: { path: { id } } }));
  const run = async () => {
    if (!(await replay.run(undefined))) return;
    toast(t('jobs.replayed.one'));
    one.reload();
  };
  const j = one.data;
  const again = j?.state === 'dead' && (
    <Button kind="primary" busy={replay.busy} onClick={() => void run()}>
      {t('jobs.replay')}
    </Button>
  );
  return (
    <Page title={j ? kindName(t, j.kind) : t('job')} back={{ to: '/jobs', label: t('jobs.title') }} badge={j && <State of={j.state} />} actions={again}>
      {replay.problem && <ErrorBox problem={replay.problem} />}
      <Await of={one}>
        {(j) => (
          <Card>
            <Facts
              items={[
                { name: t('reason'), value: <Reason of={j.reason} full /> },
                { name: t('created'), value: <When at={j.created_at} time /> },
                { name: t('jobs.attempts'), value: f.number(j.attempts) },
                ...(j.next_at && j.state !== 'done' && j.state !== 'dead' ? [{ name: t('nextAt'), value: <When at={j.next_at} time /> }] : []),
                ...(j.done_at ? [{ name: t(j.state === 'dead' ? 'deadAt' : 'doneAt'), value: <When at={j.done_at} time /> }] : []),
                { name: t('key'), value: <code>{`${j.kind} ${j.key}`}</code> },
              ]}
            />
          </Card>
        )}
      </Await>
    </Page>
  );
}
