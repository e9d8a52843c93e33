import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Await, Badge, Button, Card, DataTable, Dialog, Empty, ErrorBox, ListBar, Page, Pager, Row, Select, When, toast, type Column, type Tone } from '../../ui';
import { useShop } from '../../shell/shop';
import { Reminders } from './reminders';

type Mail = Schemas['MailView'];

const states = ['due', 'sending', 'sent', 'unknown', 'failed', 'stopped'] as const;
const tones: Record<string, Tone> = { due: 'accent', sending: 'accent', sent: 'good', unknown: 'warn', failed: 'bad' };
const kinds = ['confirm', 'welcome', 'already', 'invite', 'desk', 'partner', 'reminder', 'expiring', 'expiring_last', 'code_expiring', 'permit', 'redeemed', 'exchanged'];

const failed = (m: Mail) => m.state === 'failed' || m.state === 'unknown';

// Mails lists what goes out, and shows each kind with example values.
export default function Mails() {
  const t = useTexts();
  const list = useListQuery();
  const [open, setOpen] = useState(false);
  const state = states.find((s) => s === list.values.state);
  const query = { limit: 50, state, cursor: list.cursor || undefined };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/mails', { params: { query }, signal }), [query]);
  const send = useAction((id: string) => api.POST('/api/admin/v1/mails/{id}/send', { params: { path: { id } } }));
  const again = async (m: Mail) => {
    if (!(await send.run(m.id))) return;
    toast(t('again.done'));
    rows.reload();
  };
  const columns: Column<Mail>[] = [
    { key: 'to', head: t('to'), render: (m) => m.to || t('erased') },
    { key: 'kind', head: t('kind'), render: (m) => (kinds.includes(m.kind) ? t('kind.' + m.kind) : m.kind) },
    { key: 'subject', head: t('subject'), render: (m) => m.subject },
    { key: 'state', head: t('state'), render: (m) => <Badge tone={tones[m.state] ?? 'neutral'}>{t('state.' + m.state)}</Badge> },
    { key: 'created', head: t('created'), render: (m) => <When at={m.created_at} time /> },
    { key: 'sent', head: t('sent'), render: (m) => (m.sent_at ? <When at={m.sent_at} time /> : m.next_at ? <>{t('next')} <When at={m.next_at} time /></> : m.reason || '–') },
    ...(rows.data?.items?.some(failed) ? [{ key: 'do', head: t('do'), render: (m: Mail) => (failed(m) ? <Button small busy={send.busy} onClick={() => void again(m)}>{t('again')}<span class="sr"> {m.to}</span></Button> : '') }] : []),
  ];
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/newsletter', label: t('back') }} actions={<Button onClick={() => setOpen(true)}>{t('preview')}</Button>}>
      {send.problem && <ErrorBox problem={send.problem} />}
      <Card flush>
        <ListBar filters={[{ key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('state.' + value) })) }]} onChange={list.set} />
        {rows.problem ? <ErrorBox problem={rows.problem} retry={rows.reload} /> : <DataTable caption={t('title')} columns={columns} rows={rows.data?.items ?? []} rowKey={(m) => m.id} loading={rows.loading} empty={rows.data && <Empty title={t('none')} text={t('none.text')} />} />}
        <Pager next={rows.data?.next ? () => list.next(rows.data?.next ?? '') : undefined} previous={list.previous} />
      </Card>
      <Reminders />
      <Dialog open={open} title={t('preview')} wide onClose={() => setOpen(false)}>
        {open && <Preview />}
      </Dialog>
    </Page>
  );
}

function Preview() {
  const t = useTexts();
  const shop = useShop();
  const languages = ['en', 'de', 'da', 'pl', 'it'] as const;
  const [kind, setKind] = useState('confirm');
  const [language, setLanguage] = useState<(typeof languages)[number]>(languages.find((l) => l === shop.language) ?? 'en');
  const page = useLoad((signal) => api.GET('/api/admin/v1/mails/preview', { params: { query: { kind, language } }, signal }), [kind, language]);
  return (
    <>
      <Row gap={2}>
        <Select label={t('kind')} value={kind} options={kinds.map((value) => ({ value, label: t('kind.' + value) }))} onValue={setKind} />
        <Select label={t('language')} value={language} options={languages.map((value) => ({ value, label: t('language.' + value) }))} onValue={(value) => setLanguage(value as typeof language)} />
      </Row>
      <Await of={page} lines={8}>
        {(m) => (
          <>
            <p>
              <strong>{m.subject}</strong>
            </p>
            <p style="white-space: pre-wrap; overflow-wrap: anywhere">{m.text}</p>
          </>
        )}
      </Await>
    </>
  );
}
