import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import { go, useRoute } from '../../shell/router';
import { Await, Button, Card, Check, Empty, ErrorBox, Grid, LinkButton, NumberInput, Page, Row, Select, Skeleton, Stack, TextInput, toast } from '../../ui';
import { People } from '../vouchers/people';
import { readPattern } from '../vouchers/pattern';
import { freeNumber } from './numbers';
import '../vouchers/style.css';

// NewBatch makes numbered codes for the printer.
export default function NewBatch() {
  const t = useTexts();
  const { query } = useRoute();
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { limit: 200 } }, signal }), []);
  const batches = useLoad((signal) => api.GET('/api/admin/v1/batches', { params: { query: { limit: 200 } }, signal }), []);
  return (
    <Page title={t('new')} lead={t('new.lead')} back={{ to: '/batches', label: t('title') }} narrow>
      <Await of={vouchers} lines={6}>
        {(list) => {
          const open = (list.items ?? []).filter((v) => v.state !== 'ended').map((v) => ({ value: v.id, label: v.doc.name }));
          if (open.length === 0) return <Empty title={t('noVoucher')} text={t('noVoucher.text')} action={<LinkButton to="/vouchers">{t('toVouchers')}</LinkButton>} />;
          if (!batches.data && !batches.problem) return <Skeleton lines={6} />;
          return <Form vouchers={open} first={query.voucher} free={freeNumber(batches.data?.items ?? [])} />;
        }}
      </Await>
    </Page>
  );
}

function Form({ vouchers, first, free }: { vouchers: { value: string; label: string }[]; first?: string; free: number }) {
  const t = useTexts();
  const f = useFormat();
  const [voucher, setVoucher] = useState(vouchers.find((v) => v.value === first)?.value ?? vouchers[0]?.value ?? '');
  const [name, setName] = useState('');
  const [prefix, setPrefix] = useState(t('prefix.first'));
  const [pattern, setPattern] = useState('****');
  const [from, setFrom] = useState<number | undefined>(free);
  const [count, setCount] = useState<number | undefined>(100);
  const [active, setActive] = useState(false);
  const [partner, setPartner] = useState<string[]>([]);
  const make = useAction((body: Schemas['CreateBatchBody'], key) => api.POST('/api/admin/v1/batches', { params: { header: { 'Idempotency-Key': key } }, body }));
  const wrong = fieldErrors(make.problem);
  const taken = make.problem?.numbers?.batch; // the batch that has these numbers
  const n = count ?? 0;
  const like = `${prefix.toUpperCase()}-${String((from ?? 1) + n - 1).padStart(4, '0')}-${readPattern(pattern || '****', 1).example}`;
  const submit = async (event: Event) => {
    event.preventDefault();
    const made = await make.run({ voucher_id: voucher, prefix: prefix.trim(), pattern: pattern.trim() || undefined, first_no: from, count: n, active, ...(name.trim() ? { name: name.trim() } : {}), ...(partner[0] ? { partner_id: partner[0] } : {}) });
    if (!made) return;
    toast(t('said.made'));
    go('/batches/' + made.data.id, { replace: true });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Card>
        <Stack>
          <Select label={t('voucher')} name="voucher_id" value={voucher} onValue={setVoucher} options={vouchers} />
          <TextInput label={t('name')} name="name" value={name} onValue={setName} error={wrong.name} help={t('name.help')} maxLength={80} optional />
          <Grid min={220}>
            <TextInput label={t('prefix')} name="prefix" value={prefix} onValue={setPrefix} error={wrong.prefix} maxLength={12} />
            <NumberInput label={t('first')} name="first_no" value={from} onValue={setFrom} error={wrong.first_no ?? (taken ? t('numbers.taken', { batch: String(taken) }) : undefined)} min={1} />
            <NumberInput label={t('count')} name="count" value={count} onValue={setCount} error={wrong.count} min={1} max={100000} />
            <TextInput label={t('pattern')} name="pattern" value={pattern} onValue={setPattern} error={wrong.pattern} help={t('pattern.help')} maxLength={20} />
          </Grid>
          <p class="example">{t('like')} <span class="unbroken">{like}</span></p>
          <Check label={t('active')} name="active" value={active} onValue={setActive} help={t('active.help')} />
          <People label={t('partner.give')} name="partner_id" single chosen={partner} onChange={setPartner} error={wrong.partner_id} help={t('partner.help')} />
          {make.problem && !taken && Object.keys(wrong).length === 0 && <ErrorBox problem={make.problem} />}
          <Row end>
            <Button kind="primary" type="submit" busy={make.busy} disabled={n < 1 || n > 100000 || !prefix.trim()}>
              {t('do.make', { n, codes: f.number(n) })}
            </Button>
          </Row>
        </Stack>
      </Card>
    </form>
  );
}
