import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Button, Card, Dialog, ErrorBox, Radio, Stack, TextArea, toast, When } from '../../ui';

type Appeal = Schemas['AppealView'];

// Appeals are partners who say that a customer is theirs, and wait for an answer.
export function Appeals({ decided }: { decided(): void }) {
  const t = useTexts();
  const query = { state: 'open', limit: 20 } as const;
  const appeals = useLoad((signal) => api.GET('/api/admin/v1/appeals', { params: { query }, signal }), []);
  const [chosen, choose] = useState<Appeal | undefined>();
  const items = appeals.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t('appeals', { n: items.length })} lead={t('appeals.lead')}>
      <ul class="needs">
        {items.map((a) => (
          <li key={a.id}>
            <span class="dot" />
            <span>
              <strong>{a.partner}</strong> – <Link to={'/members/' + a.member_id}>{a.member || t('nameless')}</Link>, <When at={a.created_at} />
              <br />
              <span class="quiet">{a.text}</span>
            </span>
            <Button small onClick={() => choose(a)}>
              {t('appeals.decide')}
            </Button>
          </li>
        ))}
      </ul>
      {chosen && (
        <Decide
          appeal={chosen}
          close={() => choose(undefined)}
          done={() => {
            choose(undefined);
            appeals.reload();
            decided();
          }}
        />
      )}
    </Card>
  );
}

function Decide({ appeal: a, close, done }: { appeal: Appeal; close(): void; done(): void }) {
  const t = useTexts();
  const [verdict, setVerdict] = useState('');
  const [said, setSaid] = useState('');
  const send = useAction((_: undefined) => api.POST('/api/admin/v1/appeals/{id}/decision', { params: { path: { id: a.id } }, body: { uphold: verdict === 'yes', answer: said.trim() } }));
  const submit = async () => {
    if (!(await send.run(undefined))) return;
    toast(t('appeals.done'));
    done();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={send.busy} disabled={!verdict || said.trim().length < 3} onClick={() => void submit()}>
        {t('appeals.send')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('appeals.title', { partner: a.partner, member: a.member || t('nameless') })} onClose={close} footer={footer}>
      <Stack gap={4}>
        <p>{a.text}</p>
        <Radio label={t('appeals.verdict')} value={verdict} onValue={setVerdict} options={[{ value: 'yes', label: t('appeals.yes', { partner: a.partner }), help: t('appeals.yes.help') }, { value: 'no', label: t('appeals.no') }]} />
        <TextArea label={t('appeals.answer')} name="answer" help={t('appeals.answer.help')} value={said} onValue={setSaid} maxLength={500} />
        {send.problem && <ErrorBox problem={send.problem} />}
      </Stack>
    </Dialog>
  );
}
