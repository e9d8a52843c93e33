import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Badge, Button, DataTable, Dialog, Empty, ErrorBox, Notice, Row, Stack, TextInput, When, toast, type Column, type Tone } from '../../ui';
import { saidBy } from './said';

type Answer = Schemas['ToolAnswer'];

const tones: Record<string, Tone> = { told: 'good', waiting: 'warn', given_up: 'bad' };

// ToolParts is what can be tried with the tool as it is saved, and what it said last.
export function ToolParts({ view, dirty, made }: { view: Schemas['NewsletterSettingsView']; dirty: boolean; made(): void }) {
  const t = useTexts();
  const answers = useLoad((signal) => api.GET('/api/admin/v1/newsletter-settings/tool', { signal }), [view.version]);
  const test = useAction(() => api.POST('/api/admin/v1/newsletter-settings/test'));
  const [said, setSaid] = useState<Answer | undefined>();
  const columns: Column<Answer>[] = [
    { key: 'at', head: t('answer.at'), render: (a) => <When at={a.at} time /> },
    { key: 'about', head: t('answer.about'), render: (a) => t('about.' + a.about) },
    { key: 'state', head: t('answer.state'), render: (a) => <Badge tone={tones[a.state] ?? 'neutral'}>{t('answer.' + a.state)}</Badge> },
    { key: 'said', head: t('answer.said'), render: (a) => saidBy(t, a.said) },
  ];
  const items = answers.data?.items ?? [];
  return (
    <Stack gap={3}>
      <Row gap={2}>
        <Secret set={view.tool_secret} made={made} dirty={dirty} />
        {view.tool_url && view.tool_secret && (
          <Button busy={test.busy} disabled={dirty} onClick={() => void test.run(undefined).then((done) => done && setSaid(done.data))}>
            {t('tool.test')}
          </Button>
        )}
      </Row>
      {test.problem && <ErrorBox problem={test.problem} />}
      <div aria-live="polite">{said && <Notice tone={said.state === 'told' ? undefined : 'warn'}>{t('tool.test.' + said.state, { said: saidBy(t, said.said) })}</Notice>}</div>
      {view.tool_url && <DataTable caption={t('answers')} columns={columns} rows={items} rowKey={(a) => a.at + a.about + a.said} empty={answers.data && <Empty title={t('answers')} text={t('answers.none')} />} />}
    </Stack>
  );
}

// Secret makes a new signing secret, which is shown once.
function Secret({ set, dirty, made }: { set: boolean; dirty: boolean; made(): void }) {
  const t = useTexts();
  const [secret, setSecret] = useState('');
  const make = useAction(() => api.POST('/api/admin/v1/newsletter-settings/secret'));
  const copy = () => void navigator.clipboard?.writeText(secret).then(() => toast(t('copied')));
  const close = () => {
    setSecret('');
    if (!dirty) made(); // the page learns that there is one; nothing typed is lost
  };
  return (
    <>
      <Button busy={make.busy} onClick={() => void make.run(undefined).then((done) => done && setSecret(done.data.secret))}>
        {t(set ? 'secret.again' : 'secret')}
      </Button>
      {make.problem && <ErrorBox problem={make.problem} />}
      <Dialog open={secret !== ''} title={t('secret.title')} onClose={close}>
        <Stack>
          <p>{t('secret.text')}</p>
          <TextInput label={t('secret.label')} value={secret} onValue={() => undefined} />
          <div>
            <Button kind="primary" onClick={copy}>
              {t('copy')}
            </Button>
          </div>
        </Stack>
      </Dialog>
    </>
  );
}
