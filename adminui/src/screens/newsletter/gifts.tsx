import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Button, Card, Check, Dialog, ErrorBox, Select, Stack, TextInput, toast } from '../../ui';
import { Mailings } from '../segments/mailings';

// Gifts makes an own code for everybody on the list, for the merchant's own newsletter.
export function Gifts({ readers }: { readers: number }) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  const [begun, setBegun] = useState(0);
  const done = () => {
    setOpen(false);
    setBegun(begun + 1);
    toast(t('begun'));
  };
  return (
    <>
      <Card title={t('gifts')} lead={t('gifts.lead')} actions={<Button disabled={readers === 0} onClick={() => setOpen(true)}>{t('gifts.do')}</Button>}>
        {readers === 0 && <p class="quiet">{t('gifts.zero')}</p>}
        {open && <Asked readers={readers} begun={done} close={() => setOpen(false)} />}
      </Card>
      <Mailings kind="gifts" round={begun} />
    </>
  );
}

function Asked({ readers, begun, close }: { readers: number; begun(): void; close(): void }) {
  const t = useTexts();
  const f = useFormat();
  const [template, setTemplate] = useState('');
  const [name, setName] = useState('');
  const [again, setAgain] = useState(false);
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { state: 'active', limit: 100 } }, signal }), []);
  const send = useAction((body: { template: string; key: string; again: boolean }) => api.POST('/api/admin/v1/newsletter-codes', { body }));
  const options = [{ value: '', label: t('gifts.choose') }, ...(vouchers.data?.items ?? []).map((v) => ({ value: v.id, label: v.doc.name }))];
  const submit = async () => {
    if (await send.run({ template, key: name.trim(), again })) begun();
  };
  const footer = (
    <>
      <Button onClick={close}>{t('cancel')}</Button>
      <Button kind="primary" busy={send.busy} disabled={!name.trim() || !template} onClick={() => void submit()}>
        {t('gifts.do')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('gifts.do')} onClose={close} footer={footer}>
      <Stack>
        <p>{t('gifts.reach', { n: readers, count: f.number(readers) })}</p>
        <TextInput name="key" label={t('gifts.name')} help={t('gifts.name.help')} value={name} maxLength={60} onValue={setName} />
        <Select name="template" label={t('gifts.voucher')} value={template} options={options} onValue={setTemplate} />
        <Check name="again" label={t('gifts.again')} help={t('gifts.again.help')} value={again} onValue={setAgain} />
        {send.problem && <ErrorBox problem={send.problem} />}
      </Stack>
    </Dialog>
  );
}
