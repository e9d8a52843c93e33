import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import { Button, Dialog, ErrorBox, Notice, Radio, Stack, TextArea, toast } from '../../ui';
import { PickPartner } from '../partners/pick';
import type { Detail } from './index';

// Move puts a partner with everybody below under another one. It says first who
// moves along, and can be taken back.
export function Move({ of: p, close, moved }: { of: Detail; close(): void; moved(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [where, setWhere] = useState(p.sponsor_id ? 'top' : 'below');
  const [to, setTo] = useState<{ id: string; name: string } | undefined>();
  const [note, setNote] = useState('');
  const move = useAction((target: { id: string | undefined; note: string }) => api.POST('/api/admin/v1/partners/{id}/move', { params: { path: { id: p.id } }, body: { sponsor_id: target.id, note: target.note } }));
  const errors = fieldErrors(move.problem);
  const below = (p.levels ?? []).reduce((sum, l) => sum + l.members, 0);
  const target = where === 'top' ? undefined : to;
  const ready = (where === 'top' || to) && note.trim().length >= 3;
  const submit = async () => {
    if (!(await move.run({ id: target?.id, note: note.trim() }))) return;
    toast(t('moved'), { undo: () => void move.run({ id: p.sponsor_id, note: t('move.undone') }).then(moved) });
    close();
    moved();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={move.busy} disabled={!ready} onClick={() => void submit()}>
        {t('move.do')}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={t('move.title', { name: p.name || p.email })} onClose={close} footer={footer}>
      <Stack gap={4}>
        <Radio label={t('move.where')} value={where} onValue={setWhere} options={[{ value: 'below', label: t('move.below') }, { value: 'top', label: t('move.top'), disabled: !p.sponsor_id }]} />
        {where === 'below' && <PickPartner label={t('move.to')} value={to} onValue={setTo} without={[p.id, p.sponsor_id ?? '']} />}
        <div aria-live="polite">
          {(where === 'top' || to) && (
            <Notice tone="accent" title={t('move.will', { name: p.name || p.email, from: p.sponsor || t('top'), to: target?.name ?? t('top') })}>
              <p>{t('move.along', { n: below, members: f.number(below) })}</p>
              <p>{t('move.pay')}</p>
            </Notice>
          )}
        </div>
        <TextArea label={t('move.note')} name="note" help={t('move.note.help')} value={note} onValue={setNote} maxLength={500} />
        {move.problem && (errors.sponsor_id ? <p class="error">{t('move.wrong')}</p> : <ErrorBox problem={move.problem} />)}
      </Stack>
    </Dialog>
  );
}
