import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { go } from '../../shell/router';
import { Button, Confirm, DateInput, Dialog, ErrorBox, Grid, Menu, Stack, TextInput, toast } from '../../ui';
import { faultsOf, type Detail } from './doc';
import { outOf } from './outof';
import { sentence } from './sentence';
import { useProducts, useSentences } from './use';

type To = 'active' | 'paused' | 'ended';

// Deeds starts, pauses and ends a voucher, and runs it again with other dates.
export function Deeds({ of: v, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const [asked, setAsked] = useState<To | 'rerun'>();
  const move = useAction((state: To) => api.POST('/api/admin/v1/vouchers/{id}/state', { params: { path: { id: v.id } }, body: { state } }));
  const close = () => (setAsked(undefined), move.clear());
  const set = async (to: To, before?: To) => {
    const moved = await move.run(to);
    if (!moved) return;
    setAsked(undefined);
    changed();
    toast(t('moved.' + to, { name: v.doc.name }), before ? { undo: () => void set(before) } : undefined);
  };
  const undoOf = (to: To): To | undefined => (to === 'paused' ? 'active' : to === 'active' && v.state === 'paused' ? 'paused' : undefined);
  const start = v.state === 'draft' || v.state === 'paused';
  const items = [
    ...(v.state === 'active' ? [{ label: t('do.paused'), onPick: () => setAsked('paused') }] : []),
    { label: t('do.rerun'), onPick: () => setAsked('rerun') },
    ...(v.state !== 'ended' ? [{ label: t('do.ended'), danger: true, onPick: () => setAsked('ended') }] : []),
  ];
  const to = asked === 'rerun' ? undefined : asked;
  return (
    <>
      {start && (
        <Button kind="primary" onClick={() => setAsked('active')}>
          {t(v.state === 'draft' ? 'do.active' : 'do.resume')}
        </Button>
      )}
      <Menu items={items} />
      {to && (
        <Confirm open title={t(`ask.${to}`, { name: v.doc.name })} confirmLabel={t(to === 'active' && v.state === 'paused' ? 'do.resume' : 'do.' + to)} danger={to === 'ended'} busy={move.busy} problem={move.problem} onConfirm={() => void set(to, undoOf(to))} onClose={close}>
          <Preview of={v} to={to} />
        </Confirm>
      )}
      {asked === 'rerun' && <Rerun of={v} close={close} />}
    </>
  );
}

// Preview says in numbers what the step changes.
function Preview({ of: v, to }: { of: Detail; to: To }) {
  const products = useProducts();
  const words = useSentences(products.data?.items ?? []);
  const { t, f } = words;
  const currency = v.doc.currency || words.currency;
  const out = outOf(v);
  const limits = v.doc.limits ?? {};
  const uses = limits.total ?? (limits.per_code ? out * limits.per_code : undefined);
  const each = v.doc.kind === 'absolute' ? v.doc.minor : v.doc.cap_minor;
  const most = limits.budget_minor ?? (uses !== undefined && each ? uses * each : undefined);
  return (
    <Stack gap={2}>
      <p>{sentence(v.doc, words)}</p>
      <p>
        <strong>{t(`preview.${to}`, { n: out })}</strong>
      </p>
      {to === 'active' && out === 0 && <p>{t('preview.noCodes')}</p>}
      {to === 'active' && <p>{most === undefined ? t('preview.noLimit') : t('preview.most', { amount: f.money(most, currency) })}</p>}
      {to === 'ended' && <p>{t('preview.final')}</p>}
    </Stack>
  );
}

function Rerun({ of: v, close }: { of: Detail; close(): void }) {
  const t = useTexts();
  const [name, setName] = useState(v.doc.name);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const rerun = useAction((body: { name: string; from?: string; until?: string }, key) => api.POST('/api/admin/v1/vouchers/{id}/rerun', { params: { path: { id: v.id }, header: { 'Idempotency-Key': key } }, body }));
  const wrong = faultsOf(rerun.problem).find((fault) => fault.field.startsWith('valid'));
  const run = async () => {
    const made = await rerun.run({ name, from: from || undefined, until: until || undefined });
    if (!made) return;
    toast(t('rerun.made', { name: made.data.doc.name }));
    go('/vouchers/' + made.data.id);
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={rerun.busy} onClick={() => void run()}>
        {t('do.rerun')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('rerun.title')} onClose={close} footer={footer}>
      <Stack>
        <p>{t('rerun.text')}</p>
        <TextInput label={t('field.name')} name="rerun-name" value={name} onValue={setName} maxLength={80} />
        <Grid min={160}>
          <DateInput label={t('field.valid.from')} name="rerun-from" value={from} onValue={setFrom} optional />
          <DateInput label={t('field.valid.until')} name="rerun-until" value={until} min={from || undefined} onValue={setUntil} error={wrong && t('fault.' + (wrong.code || 'wrong_order'), { limit: 0 })} optional />
        </Grid>
        {rerun.problem && !wrong && <ErrorBox problem={rerun.problem} />}
      </Stack>
    </Dialog>
  );
}
