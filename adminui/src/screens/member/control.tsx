import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Button, Card, Check, DirtyGuard, ErrorBox, NumberInput, TextInput, toast } from '../../ui';
import type { Member } from './index';

// Control is what the shop decides about this one member (S4-18).
export function Control({ member: m, changed }: { member: Member; changed(): void }) {
  const t = useTexts();
  const percent = m.factor && m.factor.den > 0 ? Math.round((m.factor.num * 100) / m.factor.den) : 100;
  const [earn, setEarn] = useState(m.block_earn);
  const [redeem, setRedeem] = useState(m.block_redeem);
  const [factor, setFactor] = useState<number | undefined>(percent);
  const [cap, setCap] = useState<number | undefined>(m.cap_points || undefined);
  const [note, setNote] = useState('');
  const show = () => (setEarn(m.block_earn), setRedeem(m.block_redeem), setFactor(percent), setCap(m.cap_points || undefined), setNote(''));
  const [sent, send] = useState(false);
  useEffect(() => void (sent && (show(), send(false))), [m.version]);
  const dirty = earn !== m.block_earn || redeem !== m.block_redeem || factor !== percent || (cap ?? 0) !== m.cap_points;
  const save = useAction((why: string) =>
    api.PATCH('/api/admin/v1/members/{id}', {
      params: { path: { id: m.id } },
      body: { version: m.version, block_earn: earn, block_redeem: redeem, factor: factor === percent && m.factor ? m.factor : { num: factor ?? 100, den: 100 }, cap_points: cap ?? 0, note: why },
    }),
  );
  const errors = fieldErrors(save.problem);
  const submit = async () => {
    if (!(await save.run(note))) return;
    send(true);
    toast(t('saved'));
    changed();
  };
  return (
    <Card title={t('control')} lead={t('controlLead')}>
      <DirtyGuard when={dirty && !save.busy} />
      <form class="stack gap-4 measure" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Check label={t('blockEarn')} name="block_earn" value={earn} onValue={setEarn} />
        <Check label={t('blockRedeem')} name="block_redeem" value={redeem} onValue={setRedeem} />
        <NumberInput label={t('factor')} name="factor" unit="%" help={t('factorHelp')} min={0} max={10000} value={factor} error={errors.factor} onValue={setFactor} />
        <NumberInput label={t('cap')} name="cap_points" optional unit={t('unit.points')} help={t('capHelp')} min={0} value={cap} error={errors.cap_points} onValue={setCap} />
        <TextInput label={t('note')} name="note" help={t('noteHelp')} maxLength={500} value={note} error={errors.note && t('noteNeeded')} onValue={setNote} />
        {save.problem && !errors.note && <ErrorBox problem={save.problem} />}
        <div class="row gap-2">
          <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty}>{t('save')}</Button>
        </div>
      </form>
    </Card>
  );
}
