import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { setQuery, useRoute } from '../../shell/router';
import { Await, Card, DataTable, Empty, Figure, Grid, Money, Notice, Page, Points, Select, type Column } from '../../ui';
import { noon } from '../reports/period';
import { Download } from './download';
import { lastDay, monthsBefore } from './months';

type View = Schemas['Bookings'];
type VAT = Schemas['VATSum'];

// Bookings is what an accountant needs of one month.
export default function Bookings() {
  const t = useTexts();
  const f = useFormat();
  const { query } = useRoute();
  const months = monthsBefore(f.day(Date.now()), 24);
  const month = months.find((m) => m === query.month) ?? months[0] ?? '';
  const from = month + '-01';
  const to = lastDay(month);
  const [numbers, setNumbers] = useState(f.locale.startsWith('en') ? 'point' : 'comma');
  const bookings = useLoad((signal) => api.GET('/api/admin/v1/reports/bookings', { params: { query: { from, to } }, signal }), [from, to]);
  const named = (m: string) => new Intl.DateTimeFormat(f.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(noon(m + '-15'));
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/reports', label: t('back') }}>
      <Card>
        <Grid min={220}>
          <Select label={t('month')} value={month} options={months.map((value) => ({ value, label: named(value) }))} onValue={(value) => setQuery({ month: value })} />
          <Select label={t('numbers')} value={numbers} options={['comma', 'point'].map((value) => ({ value, label: t('numbers.' + value) }))} onValue={setNumbers} />
        </Grid>
        <div>
          <Download label={t('file')} path="/api/admin/v1/reports/bookings/export.csv" query={{ from, to, numbers }} name={`zugabe-${month}.csv`} />
        </div>
      </Card>
      <Await of={bookings} lines={10}>
        {(b) => <Preview of={b} />}
      </Await>
    </Page>
  );
}

function Preview({ of: b }: { of: View }) {
  const t = useTexts();
  const f = useFormat();
  const money = (minor: number) => <Money minor={minor} currency={b.currency} />;
  return (
    <>
      {!b.complete && <Notice tone="warn">{t('incomplete')}</Notice>}
      <Grid min={160} fill>
        <Figure label={t('issued')} value={f.number(b.issued)} />
        <Figure label={t('redeemed')} value={f.number(b.redeemed)} note={b.extra > 0 ? t('extra', { n: b.extra, count: f.number(b.extra) }) : undefined} />
        <Figure label={t('discount')} value={money(b.discount_minor)} note={b.partner_minor > 0 ? t('partner', { money: f.money(b.partner_minor, b.currency) }) : t('company')} />
        <Figure label={t('returned')} value={f.number(b.returned)} />
        <Figure label={t('expired')} value={f.number(b.expired)} note={t('breakage', { money: f.money(b.breakage_minor, b.currency) })} />
      </Grid>
      <Rates of={b} />
      <Liability of={b} />
    </>
  );
}

function Rates({ of: b }: { of: View }) {
  const t = useTexts();
  const f = useFormat();
  const columns: Column<VAT>[] = [
    { key: 'mode', head: t('mode'), render: (v) => t('mode.' + v.mode) },
    { key: 'rate', head: t('rate'), align: 'end', render: (v) => (v.mode === 'payment' || v.mode === 'unknown' ? '–' : f.percent(v.rate_bp, 10_000)) },
    { key: 'bearer', head: t('bearer'), render: (v) => t('bearer.' + v.bearer) },
    { key: 'uses', head: t('uses'), align: 'end', render: (v) => f.number(v.uses) },
    { key: 'gross', head: t('gross'), align: 'end', render: (v) => <Money minor={v.gross_minor} currency={b.currency} /> },
    { key: 'tax', head: t('tax'), align: 'end', render: (v) => <Money minor={v.tax_minor} currency={b.currency} /> },
    { key: 'net', head: t('net'), align: 'end', render: (v) => <Money minor={v.gross_minor - v.tax_minor} currency={b.currency} /> },
  ];
  return (
    <Card title={t('vat')} lead={t('vat.lead', { money: f.money(b.discount_minor, b.currency) })} flush>
      <DataTable caption={t('vat')} columns={columns} rows={b.vat ?? []} rowKey={(v) => `${v.mode} ${v.rate_bp} ${v.bearer}`} empty={<Empty title={t('vat.none')} text={t('vat.none.text')} />} />
    </Card>
  );
}

function Liability({ of: b }: { of: View }) {
  const t = useTexts();
  const rows = [
    { kind: 'start', points: b.start.points, minor: b.start.minor },
    ...(b.points ?? []).filter((p) => p.points !== 0 || p.minor !== 0),
    { kind: 'end', points: b.end.points, minor: b.end.minor },
  ];
  return (
    <Card title={t('owed')} lead={t('owed.lead')} flush>
      <DataTable
        caption={t('owed')}
        columns={[
          { key: 'kind', head: t('line'), render: (p) => (p.kind === 'start' || p.kind === 'end' ? <strong>{t('owed.' + p.kind)}</strong> : t('owed.' + p.kind)) },
          { key: 'points', head: t('points'), align: 'end', render: (p) => <Points value={p.points} signed={p.kind !== 'start' && p.kind !== 'end'} bare /> },
          { key: 'money', head: t('money'), align: 'end', render: (p) => <Money minor={p.minor} currency={b.currency} signed={p.kind !== 'start' && p.kind !== 'end'} /> },
        ]}
        rows={rows}
        rowKey={(p) => p.kind}
      />
    </Card>
  );
}
