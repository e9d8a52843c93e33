import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Await, Badge, Button, Card, DataTable, Dialog, Empty, ErrorBox, ListBar, Page, Pager, Select, Stack, TextInput, When, toast, type Column } from '../../ui';
import { Download } from '../bookings/download';
import { Mailings } from './mailings';

type Row = Schemas['RegisteredOnly'];

// Segments lists who registered and never bought, and writes to those who agreed.
export default function Segments() {
  const t = useTexts();
  const list = useListQuery();
  const [open, setOpen] = useState(false);
  const [begun, setBegun] = useState(0);
  const consent = list.values.consent === 'yes' || undefined;
  const query = { limit: 50, consent, cursor: list.cursor || undefined };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/segments/registered-only', { params: { query }, signal }), [query]);
  const columns: Column<Row>[] = [
    { key: 'name', head: t('name'), render: (r) => [r.first_name, r.last_name].filter(Boolean).join(' ') || r.email },
    { key: 'email', head: t('email'), render: (r) => r.email },
    { key: 'since', head: t('since'), render: (r) => <When at={r.registered_at} /> },
    { key: 'consent', head: t('consent'), render: (r) => <Badge tone={r.consent ? 'good' : 'neutral'}>{t(r.consent ? 'consent.yes' : 'consent.no')}</Badge> },
    { key: 'sponsor', head: t('sponsor'), render: (r) => r.sponsor || '–' },
  ];
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/members', label: t('back') }} actions={<Button kind="primary" onClick={() => setOpen(true)}>{t('mailing')}</Button>}>
      <Mailings kind="mailing" round={begun} />
      <Card flush>
        <ListBar filters={[{ key: 'consent', label: t('consent'), value: consent ? 'yes' : '', options: [{ value: 'yes', label: t('consent.yes') }] }]} onChange={list.set}>
          <Download label={t('file')} path="/api/admin/v1/segments/registered-only/export.csv" query={{ consent }} name="registered-only.csv" />
        </ListBar>
        {rows.problem ? <ErrorBox problem={rows.problem} retry={rows.reload} /> : <DataTable caption={t('title')} columns={columns} rows={rows.data?.items ?? []} rowKey={(r) => r.id} rowHref={(r) => '/members/' + r.id} loading={rows.loading} empty={rows.data && <Empty title={t('none')} text={t('none.text')} />} />}
        <Pager next={rows.data?.next ? () => list.next(rows.data?.next ?? '') : undefined} previous={list.previous} />
      </Card>
      <Dialog open={open} title={t('mailing')} onClose={() => setOpen(false)}>
        {open && (
          <Mailing
            begun={() => {
              setOpen(false);
              setBegun(begun + 1);
              toast(t('begun'));
            }}
          />
        )}
      </Dialog>
    </Page>
  );
}

// Mailing says in numbers whom it reaches before anything is sent.
function Mailing({ begun }: { begun(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [template, setTemplate] = useState('');
  const [key, setKey] = useState('');
  const count = useLoad((signal) => api.GET('/api/admin/v1/segments/registered-only/count', { signal }), []);
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { state: 'active', limit: 100 } }, signal }), []);
  const send = useAction((body: { template?: string; key: string }) => api.POST('/api/admin/v1/segments/registered-only/mailing', { body }));
  const ready = key.trim() !== '' && (count.data?.consent ?? 0) > 0;
  const submit = async () => {
    if (ready && (await send.run({ template: template || undefined, key: key.trim() }))) begun();
  };
  return (
    <form onSubmit={(event) => (event.preventDefault(), void submit())}>
      <Stack>
        <Await of={count} lines={2}>
          {(c) => <p>{t('reaches', { n: c.consent, consent: f.number(c.consent), members: f.number(c.members) })}</p>}
        </Await>
        <TextInput name="key" label={t('key')} help={t('key.help')} value={key} maxLength={60} onValue={setKey} />
        <Select name="template" label={t('voucher')} help={t('voucher.help')} value={template} options={[{ value: '', label: t('voucher.none') }, ...(vouchers.data?.items ?? []).map((v) => ({ value: v.id, label: v.doc.name }))]} onValue={setTemplate} />
        {send.problem && <ErrorBox problem={send.problem} />}
        <div>
          <Button type="submit" kind="primary" busy={send.busy} disabled={!ready}>
            {t('send')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
