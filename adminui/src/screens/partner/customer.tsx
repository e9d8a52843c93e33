import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Await, Button, DataTable, Dialog, ErrorBox, Radio, Stack, TextArea, toast, When } from '../../ui';
import { PickPartner } from '../partners/pick';
import './style.css';

type Why = Schemas['Attribution'];

// Customer is why a customer is in somebody's line, who looked at the contact data,
// and the way to put it right by hand.
export function Customer({ id, close, moved }: { id: string; close(): void; moved(): void }) {
  const t = useTexts();
  const [moving, move] = useState(false);
  const why = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/attribution', { params: { path: { id } }, signal }), [id]);
  const log = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/contact-log', { params: { path: { id } }, signal }), [id]);
  return (
    <Dialog open wide title={why.data?.name || t('customer')} onClose={close} footer={<Button onClick={close}>{t('close')}</Button>}>
      <Stack gap={4}>
        <Await of={why}>
          {(w) => (
            <>
              <p>
                {w.partner ? t('customer.of', { partner: w.partner, state: t('line.' + (w.state ?? 'final')) }) : t('customer.nobody')} {t('rule.' + w.rule)}{' '}
                <Link to={'/members/' + id}>{t('customer.member')}</Link>
              </p>
              <h3>{t('timeline')}</h3>
              {(w.events ?? []).length === 0 ? <p class="quiet">{t('timeline.none')}</p> : <Timeline of={w} />}
              {moving ? (
                <MoveCustomer
                  id={id}
                  was={w}
                  cancel={() => move(false)}
                  done={() => {
                    move(false);
                    why.reload();
                    moved();
                  }}
                />
              ) : (
                <div class="actions">
                  <Button onClick={() => move(true)}>{t('customer.move')}</Button>
                </div>
              )}
            </>
          )}
        </Await>
        <h3>{t('log')}</h3>
        <Await of={log}>
          {(l) => (
            <DataTable
              caption={t('log')}
              rows={l.items ?? []}
              rowKey={(row) => `${row.at}-${row.partner_id}`}
              empty={<p class="quiet">{t('log.none')}</p>}
              columns={[
                { key: 'who', head: t('log.who'), render: (row) => row.partner || t('nameless') },
                { key: 'what', head: t('log.what'), render: (row) => row.fields.split(' ').filter(Boolean).map((field) => t('field.' + field)).join(', ') },
                { key: 'when', head: t('log.when'), align: 'end', render: (row) => <When at={row.at} time /> },
              ]}
            />
          )}
        </Await>
      </Stack>
    </Dialog>
  );
}

function Timeline({ of }: { of: Why }) {
  const t = useTexts();
  const f = useFormat();
  return (
    <ol class="timeline">
      {(of.events ?? []).map((e) => (
        <li key={`${e.at}-${e.kind}-${e.partner_id}`} class={e.partner_id === of.partner_id ? 'mine' : undefined}>
          <p>{t('event.' + e.kind, { who: e.partner || t('nameless') })}</p>
          <p class="quiet">
            {[f.dateTime(e.at), e.code && t('event.code', { code: e.code }), e.order && t('event.order', { order: e.number || e.order }), e.storefront, e.by].filter(Boolean).join(' · ')}
          </p>
          {e.note && <p class="quiet">{e.note}</p>}
        </li>
      ))}
    </ol>
  );
}

function MoveCustomer({ id, was, cancel, done }: { id: string; was: Why; cancel(): void; done(): void }) {
  const t = useTexts();
  const [where, setWhere] = useState('to');
  const [to, setTo] = useState<{ id: string; name: string } | undefined>();
  const [note, setNote] = useState('');
  const put = useAction((target: { id: string | undefined; note: string }) => api.PUT('/api/admin/v1/members/{id}/sponsor', { params: { path: { id } }, body: { partner_id: target.id, note: target.note } }));
  const submit = async () => {
    if (!(await put.run({ id: where === 'to' ? to?.id : undefined, note: note.trim() }))) return;
    toast(t('moved'), { undo: () => void put.run({ id: was.partner_id, note: t('move.undone') }).then(done) });
    done();
  };
  return (
    <Stack gap={3}>
      <Radio label={t('customer.where')} value={where} onValue={setWhere} options={[{ value: 'to', label: t('customer.to') }, { value: 'nobody', label: t('customer.out'), disabled: !was.partner_id }]} />
      {where === 'to' && <PickPartner label={t('move.to')} value={to} onValue={setTo} without={[id, was.partner_id ?? '']} />}
      <TextArea label={t('move.note')} name="note" help={t('move.note.help')} value={note} onValue={setNote} maxLength={500} />
      {put.problem && <ErrorBox problem={put.problem} />}
      <div class="actions">
        <Button kind="primary" busy={put.busy} disabled={(where === 'to' && !to) || note.trim().length < 3} onClick={() => void submit()}>
          {t('move.do')}
        </Button>
        <Button onClick={cancel}>{t('cancel')}</Button>
      </div>
    </Stack>
  );
}
