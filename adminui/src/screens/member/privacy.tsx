import { useId, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Button, Confirm, Dialog, ErrorBox, Notice, TextInput, toast } from '../../ui';
import { nameOf, type Member } from './index';

interface Props {
  open: boolean;
  member: Member;
  close(): void;
}

// Export hands over everything that is kept about the person (Article 15 GDPR).
export function Export({ open, member: m, close }: Props) {
  const t = useTexts();
  const collect = useAction((id: string) => api.POST('/api/admin/v1/members/{id}/export', { params: { path: { id } } }));
  const submit = async () => {
    const all = await collect.run(m.id);
    if (!all) return;
    const url = URL.createObjectURL(new Blob([JSON.stringify(all.data, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `member-${m.id}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    toast(t('exportDone'));
    close();
  };
  return (
    <Confirm open={open} title={t('exportTitle')} confirmLabel={t('exportDo')} busy={collect.busy} problem={collect.problem} onClose={close} onConfirm={() => void submit()}>
      <p>{t('exportText')}</p>
    </Confirm>
  );
}

// Erase empties everything personal (Article 17 GDPR). The name has to be typed: it cannot be undone.
export function Erase(props: Props & { changed(): void }) {
  return props.open ? <EraseForm {...props} /> : null;
}

function EraseForm({ member: m, close, changed }: Props & { changed(): void }) {
  const t = useTexts();
  const name = nameOf(m) || m.id;
  const form = useId();
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const erase = useAction((why: string) => api.POST('/api/admin/v1/members/{id}/erasure', { params: { path: { id: m.id } }, body: { note: why } }));
  const ready = typed.trim().toLowerCase() === name.toLowerCase() && note.trim().length >= 3;
  const submit = async () => {
    if (!ready || !(await erase.run(note))) return;
    toast(t('eraseDone'));
    close();
    changed();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button type="submit" form={form} kind="danger" busy={erase.busy} disabled={!ready}>{t('eraseDo')}</Button>
    </>
  );
  return (
    <Dialog open title={t('eraseTitle', { name })} onClose={close} footer={footer}>
      <form id={form} class="stack gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Notice tone="bad" title={t('eraseFinal')}>
          <p>{t('eraseGoes')}</p>
          <p>{t('eraseStays')}</p>
        </Notice>
        <TextInput label={t('eraseType', { name })} name="name" value={typed} onValue={setTyped} />
        <TextInput label={t('note')} name="note" help={t('noteHelp')} maxLength={500} value={note} onValue={setNote} />
        {erase.problem && <ErrorBox problem={erase.problem} />}
      </form>
    </Dialog>
  );
}
