import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { Await, Badge, Card, DataTable, Facts, Figure, Grid, Money, Page, Points, Stack, When, type Column } from '../../ui';
import { Receipt, wordOf } from '../../ui/receipt';
import { ruleNameOf } from '../../ui/rulename';
import { OrderStatus } from '../orders/status';
import { Customer } from './customer';
import { RefundPreview } from './refund';
import './style.css';

type Order = Schemas['OrderDetail'];
type Entry = Schemas['EntryDetail'];

// OrderPage shows what an order earned and used, and why.
export default function OrderPage() {
  const t = useTexts();
  const key = useRoute().params.key ?? '';
  const params = { path: { key } };
  const order = useLoad((signal) => api.GET('/api/admin/v1/orders/{key}', { params, signal }), [key]);
  const receipt = useLoad((signal) => api.GET('/api/admin/v1/orders/{key}/receipt', { params, signal }), [key]);
  const o = order.data;
  return (
    <Page title={t('order', { number: o?.number || key })} back={{ to: '/orders', label: t('orders') }} badge={o && <OrderStatus of={o.status} />}>
      <Await of={order} lines={8}>
        {(o) => (
          <Stack>
            <Card>
              <Grid min={220} fill>
                <Figure label={t('earned')} value={<Points value={o.earned} />} />
                <Figure label={t('used')} value={<Points value={o.used} />} />
                <Figure label={t('total')} value={<Money minor={o.total} currency={o.currency} />} note={o.refunded > 0 ? <>{t('refunded')} <Money minor={o.refunded} currency={o.currency} /></> : undefined} />
              </Grid>
            </Card>
            <Card title={t('why')} lead={t('whyLead')}>
              <Await of={receipt}>{(r) => <Why receipt={r} version={o.entries?.[0]?.plan_version} />}</Await>
            </Card>
            <Card title={t('content')} flush>
              <Content order={o} />
            </Card>
            {o.status !== 'cancelled' && <RefundPreview order={o} />}
            <Card title={t('entries')} lead={t('entriesLead')} flush>
              <DataTable caption={t('entries')} columns={entryColumns(t, o)} rows={o.entries ?? []} rowKey={(e) => e.id} empty={<p class="quiet pad">{t('noEntries')}</p>} />
            </Card>
            <Card title={t('about')}>
              <Facts items={[
                { name: t('customer'), value: o.member_id ? <Customer id={o.member_id} /> : t('guest') },
                { name: t('placed'), value: <When at={o.placed_at} time /> },
                { name: t('changed'), value: <When at={o.changed_at} time /> },
                { name: t('key'), value: o.key },
              ]} />
            </Card>
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function Why({ receipt, version }: { receipt: Schemas['OrderReceipt']; version?: number }) {
  const t = useTexts();
  if (receipt.reason) return <p>{wordOf(t, 'why', receipt.reason)}</p>;
  const rules = receipt.rules ?? [];
  return (
    <Stack gap={6}>
      {rules.length === 0 && <p>{t('why.no_rules')}</p>}
      {receipt.points > 0 && (
        <Facts items={[
          { name: t('usable'), value: <When at={receipt.available_at} /> },
          { name: t('expires'), value: receipt.expires_at ? <When at={receipt.expires_at} /> : t('never') },
        ]} />
      )}
      {rules.map((r) => (
        <Receipt key={r.rule} name={ruleNameOf(t, { name: r.name, kind: r.breakdown.kind })} points={r.points} breakdown={r.breakdown} currency={receipt.currency} limitedTo={r.limited_to} version={version} />
      ))}
    </Stack>
  );
}

interface Position {
  key: string;
  title: string;
  units?: number;
  minor: number;
}

// Content is the order as the shop sent it; what was paid with points is a line of its own.
function Content({ order }: { order: Order }) {
  const t = useTexts();
  const sale = order.sale;
  const rows: Position[] = (sale.lines ?? []).map((l) => ({ key: l.key, title: l.title || l.sku || l.product_key, units: l.quantity, minor: l.net + l.tax }));
  if (sale.shipping.net + sale.shipping.tax !== 0) rows.push({ key: 'shipping', title: t('line.shipping'), minor: sale.shipping.net + sale.shipping.tax });
  if (sale.fees && sale.fees.net + sale.fees.tax !== 0) rows.push({ key: 'fees', title: t('line.fees'), minor: sale.fees.net + sale.fees.tax });
  const columns: Column<Position>[] = [
    { key: 'title', head: t('receipt.line'), render: (p) => p.title },
    { key: 'units', head: t('quantity'), align: 'end', render: (p) => p.units ?? '' },
    { key: 'minor', head: t('paid'), align: 'end', render: (p) => <Money minor={p.minor} currency={order.currency} /> },
  ];
  return (
    <>
      <DataTable caption={t('content')} columns={columns} rows={rows} rowKey={(p) => p.key} />
      {(order.codes ?? []).map((c) => (
        <CodeLine key={c.code} of={c} currency={order.currency} />
      ))}
    </>
  );
}

// CodeLine is a code that the order carries: what it is made of stays so after a return.
function CodeLine({ of: c, currency }: { of: Schemas['OrderCode']; currency: string }) {
  const t = useTexts();
  const f = useFormat();
  const label = t(c.of === 'points' ? 'bonusLine' : c.of === 'voucher' ? 'voucherLine' : 'codeLine');
  const back = c.back ?? 0;
  return (
    <p class="code-line">
      <span>
        {label} {c.of === 'voucher' && c.code_id ? <Link to={'/codes/' + c.code_id}><code>{c.code}</code></Link> : <code>{c.code}</code>}{' '}
        {c.state && c.state !== 'used' && <Badge tone="warn">{t(c.of === 'points' ? 'bonus.' + c.state : 'use.' + c.state)}</Badge>}
        <span class="quiet help-line">
          {t('includedAbove')}
          {back > 0 && ` ${t('bonusBack', { n: back, points: f.number(back) })}`}
        </span>
      </span>
      <Money minor={-c.minor} currency={currency} />
    </p>
  );
}

function entryColumns(t: (key: string) => string, order: Order): Column<Entry>[] {
  return [
    { key: 'kind', head: t('what'), render: (e) => wordOf(t, 'kind', e.kind) },
    { key: 'at', head: t('when'), render: (e) => <When at={e.occurred_at} time /> },
    { key: 'version', head: t('receipt.version'), align: 'end', render: (e) => e.plan_version ?? '' },
    { key: 'points', head: t('points'), align: 'end', render: (e) => (order.member_id ? <Points value={e.points} signed bare /> : <Points value={e.points} bare />) },
  ];
}
