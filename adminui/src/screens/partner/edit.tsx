import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Button, Dialog, ErrorBox, Stack, TextArea, TextInput, toast } from '../../ui';
import type { Detail } from './index';

// Edit changes what staff notes about a partner.
export function Edit({ of: p, close, saved }: { of: Detail; close(): void; saved(): void }) {
  const t = useTexts();
  const [host, setHost] = useState(p.host_name ?? '');
  const [notes, setNotes] = useState(p.notes);
  const save = useAction((_: undefined) => api.PUT('/api/admin/v1/partners/{id}', { params: { path: { id: p.id } }, body: { state: p.state, host_name: host.trim() || undefined, notes: notes || undefined } }));
  const errors = fieldErrors(save.problem);
  const submit = async () => {
    if (!(await save.run(undefined))) return;
    toast(t('saved'));
    close();
    saved();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={save.busy} onClick={() => void submit()}>
        {t('save')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('edit')} onClose={close} footer={footer}>
      <Stack gap={4}>
        <TextInput label={t('host')} name="host_name" optional help={t('host.help')} error={errors.host_name && t(save.problem?.code === 'conflict' ? 'host.taken' : 'host.wrong')} value={host} onValue={setHost} maxLength={40} />
        <TextArea label={t('notes')} name="notes" optional help={t('notes.help')} value={notes} onValue={setNotes} maxLength={1000} />
        {save.problem && !errors.host_name && <ErrorBox problem={save.problem} />}
      </Stack>
    </Dialog>
  );
}
