import { useId, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import { Button, Check, Dialog, ErrorBox, Notice, NumberInput, Radio, TextInput, toast } from '../../ui';
import type { Member } from './index';

interface Props {
  open: boolean;
  member: Member;
  close(): void;
  changed(): void;
}

// Adjust gives or takes points by hand, with a reason, and says the new balance first.
export function Adjust(props: Props) {
  return props.open ? <Form {...props} /> : null;
}

function Form({ member: m, close, changed }: Props) {
  const t = useTexts();
  const f = useFormat();
  const form = useId();
  const [way, setWay] = useState('give');
  const [points, setPoints] = useState<number | undefined>();
  const [note, setNote] = useState('');
  const [below, setBelow] = useState(false);
  const book = useAction((change: { points: number; note: string; allow_debt?: boolean }, key) =>
    api.POST('/api/admin/v1/members/{id}/adjustments', { params: { path: { id: m.id }, header: { 'Idempotency-Key': key } }, body: change }),
  );
  const signed = (points ?? 0) * (way === 'give' ? 1 : -1);
  const after = m.balance.available + signed;
  const debt = signed < 0 && after < 0;
  const errors = fieldErrors(book.problem);
  const undo = async () => {
    if (await book.run({ points: -signed, note: t('undoNote', { note }).slice(0, 500), allow_debt: true })) changed();
  };
  const submit = async () => {
    if (!(await book.run({ points: signed, note, allow_debt: debt && below }))) return;
    toast(t('adjusted', { points: f.signed(signed) }), { undo: () => void undo() });
    close();
    changed();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button type="submit" form={form} kind="primary" busy={book.busy} disabled={!points || note.trim().length < 3 || (debt && !below)}>{t(way === 'give' ? 'doGive' : 'doTake', { n: points ?? 0, points: f.number(points ?? 0) })}</Button>
    </>
  );
  return (
    <Dialog open title={t('adjust')} onClose={close} footer={footer}>
      <form id={form} class="stack gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Radio label={t('way')} value={way} onValue={setWay} options={[{ value: 'give', label: t('give') }, { value: 'take', label: t('take') }]} />
        <NumberInput label={t('points')} name="points" min={1} value={points} error={errors.points} onValue={setPoints} />
        <TextInput label={t('note')} name="note" help={t('noteHelp')} maxLength={500} value={note} error={errors.note && t('noteNeeded')} onValue={setNote} />
        {points ? (
          <Notice tone={debt ? 'warn' : 'accent'}>
            <p>{t('newBalance')} {f.number(m.balance.available)} → <strong>{f.number(after)}</strong></p>
            {debt && <p>{t('debtSaid', { n: -after, points: f.number(-after) })}</p>}
          </Notice>
        ) : null}
        {debt && <Check label={t('allowDebt')} value={below} onValue={setBelow} />}
        {book.problem && !errors.note && !errors.points && <ErrorBox problem={book.problem} />}
      </form>
    </Dialog>
  );
}
