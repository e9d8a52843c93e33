import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Confirm, Grid, Radio, Stack, TextInput, toast, toNewField } from '../../ui';
import { People } from '../vouchers/people';
import type { Batch } from './batch';

export type Move = 'activate' | 'handout' | 'block' | 'undo';

interface Props {
  of: Batch;
  move?: Move;
  close(): void;
  done(): void;
}

// Moves asks before a batch is activated, handed out, blocked or taken back.
export function Moves({ of, move, close, done }: Props) {
  return move ? <Asking key={move} of={of} move={move} close={close} done={done} /> : null;
}

function Asking({ of: b, move, close, done }: Props & { move: Move }) {
  const t = useTexts();
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [to, setTo] = useState('partner');
  const [partner, setPartner] = useState<string[]>([]);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const act = useAction(() => {
    const params = { path: { id: b.id } };
    const range = { ...(from.trim() ? { from: from.trim() } : {}), ...(until.trim() ? { until: until.trim() } : {}) };
    if (move === 'activate') return api.POST('/api/admin/v1/batches/{id}/activate', { params });
    if (move === 'undo') return api.POST('/api/admin/v1/batches/{id}/undo', { params });
    if (move === 'handout') return api.POST('/api/admin/v1/batches/{id}/hand-out', { params, body: { ...range, partner_id: to === 'stock' ? '0' : (partner[0] ?? '') } });
    return api.POST('/api/admin/v1/batches/{id}/block', { params, body: { ...range, reason: reason.trim() } });
  });
  const wrong = fieldErrors(act.problem);
  const needs = move === 'block' && !reason.trim() ? 'reason' : move === 'handout' && to === 'partner' && !partner[0] ? 'partner_id' : undefined;
  const run = async () => {
    if (needs) return setMissing(t('form.required')), toNewField(needs);
    if (!(await act.run(undefined))) return;
    toast(t('said.' + move));
    close();
    done();
  };
  const ranged = move === 'handout' || move === 'block';
  const used = (b.partners ?? []).reduce((sum, p) => sum + p.used, 0);
  const shownProblem = Object.keys(wrong).some((field) => ['from', 'until', 'partner_id', 'reason'].includes(field)) ? undefined : act.problem;
  const back = move === 'handout' && to === 'stock';
  const given = (b.partners ?? []).some((p) => p.partner_id && p.codes > 0);
  return (
    <Confirm open title={t('ask.' + move, { name: b.name })} confirmLabel={t(back ? 'handout.stock' : 'do.' + move)} danger={move === 'block' || move === 'undo'} busy={act.busy} problem={shownProblem} onConfirm={() => void run()} onClose={close}>
      <Stack>
        <p>{move === 'undo' ? t('ask.undo.text', { n: Math.max(0, b.codes - used) }) : t(back ? 'ask.handout.stock' : `ask.${move}.text`)}</p>
        {!ranged && <p>{t('ask.codes', { n: b.codes })}</p>}
        {move === 'handout' && given && <Radio label={t('handout.to')} name="to" value={to} onValue={(where) => (setTo(where), setMissing(undefined))} options={['partner', 'stock'].map((value) => ({ value, label: t('handout.' + value) }))} />}
        {move === 'handout' && !back && <People label={t('partner')} name="partner_id" single needed chosen={partner} onChange={(ids) => (setPartner(ids), setMissing(undefined))} error={missing ?? wrong.partner_id} />}
        {ranged && (
          <Grid min={160}>
            <TextInput label={t('range.from')} name="from" value={from} onValue={setFrom} error={wrong.from} help={t('range.help')} optional />
            <TextInput label={t('range.until')} name="until" value={until} onValue={setUntil} error={wrong.until} optional />
          </Grid>
        )}
        {move === 'block' && <TextInput label={t('reason')} name="reason" value={reason} onValue={(text) => (setReason(text), setMissing(undefined))} error={missing ?? wrong.reason} maxLength={200} />}
      </Stack>
    </Confirm>
  );
}
