import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Button, Dialog, ErrorBox, Radio, Stack, TextArea, toast, toField, When } from '../../ui';
import { wordOf } from '../../ui/receipt';
import type { Row } from '.';

const leastNote = 3; // letters, as the API has it

// Decide asks whether one who waits is a friend. Nothing is chosen beforehand.
export function Decide({ of: r, close, done }: { of: Row; close(): void; done(): void }) {
  const t = useTexts();
  const [verdict, setVerdict] = useState('');
  const [note, setNote] = useState('');
  const send = useAction((_: undefined) => api.POST('/api/admin/v1/referrals/{id}/decision', { params: { path: { id: r.id } }, body: { accept: verdict === 'yes', note: note.trim() } }));
  const [asked, ask] = useState(false); // it was sent without the note that a no needs
  const short = verdict === 'no' && note.trim().length < leastNote;
  const submit = async () => {
    if (short) return void (ask(true), toField('note'));
    if (!verdict || !(await send.run(undefined))) return;
    toast(t('done.' + verdict));
    done();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={send.busy} disabled={!verdict} onClick={() => void submit()}>
        {t('send')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('ask.title', { friend: r.friend || t('erased'), referrer: r.referrer || t('erased') })} onClose={close} footer={footer}>
      <Stack gap={4}>
        <p>
          {t('ask.text')} <strong>{(r.signals ?? []).map((s) => wordOf(t, 'signal', s)).join(', ')}</strong>
        </p>
        <p class="quiet">
          <Window of={r} />
        </p>
        <Radio label={t('verdict')} value={verdict} onValue={setVerdict} options={[{ value: 'yes', label: t('yes'), help: t('yes.help') }, { value: 'no', label: t('no'), help: t('no.help') }]} />
        <TextArea label={t('note')} name="note" help={t('note.help')} value={note} onValue={setNote} maxLength={500} optional={verdict === 'yes'} error={asked && short ? t('note.needed') : undefined} />
        {send.problem && <ErrorBox problem={send.problem} />}
      </Stack>
    </Dialog>
  );
}

function Window({ of: r }: { of: Row }) {
  const t = useTexts();
  if (!r.qualifies_at) return <>{t('ask.none')}</>;
  if (r.qualifies_at <= Date.now()) return <>{t('ask.over')}</>;
  return (
    <>
      {t('ask.window')} <When at={r.qualifies_at} />.
    </>
  );
}
