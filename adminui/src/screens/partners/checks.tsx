import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Button, Card, Dialog, ErrorBox, Money, Radio, Stack, TextArea, toast } from '../../ui';
import { wordOf } from '../../ui/receipt';

type Check = Schemas['CustomerCheck'];

const leastNote = 3; // letters, as the API has it

// Checks are customers who look like the partner by whose code they bought: commissions wait.
export function Checks({ decided }: { decided(): void }) {
  const t = useTexts();
  const query = { state: 'held', limit: 20 } as const;
  const checks = useLoad((signal) => api.GET('/api/admin/v1/partner-checks', { params: { query }, signal }), []);
  const [chosen, choose] = useState<Check | undefined>();
  const items = checks.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t('checks', { n: items.length })} lead={t('checks.lead')}>
      <ul class="needs">
        {items.map((c) => (
          <li key={c.id}>
            <span class="dot" />
            <span>
              <Link to={'/partners/' + c.partner_id}>{c.partner || t('nameless')}</Link> – <Link to={'/members/' + c.member_id}>{c.member || t('nameless')}</Link>, <Link to={'/orders/' + encodeURIComponent(c.sale_key)}>{c.order || c.sale_key}</Link>,{' '}
              <Money minor={c.minor} currency={c.currency} />
              <br />
              <span class="quiet">{said(t, c)}</span>
            </span>
            <Button small onClick={() => choose(c)}>
              {t('checks.decide')}
              <span class="sr"> {c.member}</span>
            </Button>
          </li>
        ))}
      </ul>
      {chosen && (
        <Decide
          check={chosen}
          close={() => choose(undefined)}
          done={() => {
            choose(undefined);
            checks.reload();
            decided();
          }}
        />
      )}
    </Card>
  );
}

const said = (t: (key: string) => string, c: Check) => (c.signals ?? []).map((s) => wordOf(t, 'signal', s)).join(', ');

// Decide asks whether the customer is one. Nothing is chosen beforehand.
function Decide({ check: c, close, done }: { check: Check; close(): void; done(): void }) {
  const t = useTexts();
  const [verdict, setVerdict] = useState('');
  const [note, setNote] = useState('');
  const send = useAction((_: undefined) => api.POST('/api/admin/v1/partner-checks/{id}/decision', { params: { path: { id: c.id } }, body: { accept: verdict === 'yes', note: note.trim() } }));
  const ready = verdict === 'yes' || (verdict === 'no' && note.trim().length >= leastNote);
  const submit = async () => {
    if (!ready || !(await send.run(undefined))) return;
    toast(t('checks.done.' + verdict));
    done();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={send.busy} disabled={!ready} onClick={() => void submit()}>
        {t('checks.send')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('checks.title', { partner: c.partner || t('nameless'), member: c.member || t('nameless') })} onClose={close} footer={footer}>
      <Stack gap={4}>
        <p>
          {t('checks.same')} <strong>{said(t, c)}</strong>
        </p>
        <Radio label={t('checks.verdict')} value={verdict} onValue={setVerdict} options={[{ value: 'yes', label: t('checks.yes'), help: t('checks.yes.help') }, { value: 'no', label: t('checks.no'), help: t('checks.no.help') }]} />
        <TextArea label={t('checks.note')} name="note" help={t('checks.note.help')} value={note} onValue={setNote} maxLength={500} optional={verdict === 'yes'} />
        {send.problem && <ErrorBox problem={send.problem} />}
      </Stack>
    </Dialog>
  );
}
