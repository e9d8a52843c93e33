import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { fieldErrors } from '../../api/problem';
import { useAction } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Button, Card, Check, DataTable, ErrorBox, Facts, MoneyInput, Money, Notice, NumberInput, Points, Radio, Stack, When, type Column } from '../../ui';
import { wordOf } from '../../ui/receipt';
import { ruleNameOf } from '../../ui/rulename';
import { Customer } from './customer';

type Order = Schemas['OrderDetail'];
type Preview = Schemas['RefundPreview'];
type Kind = 'full' | 'lines' | 'amount' | 'cancel';

const kinds: Kind[] = ['full', 'lines', 'amount', 'cancel'];

// RefundPreview says before a refund is made in the shop what it will do to the points.
export function RefundPreview({ order }: { order: Order }) {
  const t = useTexts();
  const [kind, setKind] = useState<Kind>('full');
  const [units, setUnits] = useState<Record<string, number | undefined>>({});
  const [shipping, setShipping] = useState(false);
  const [amount, setAmount] = useState<number | undefined>();
  const look = useAction((body: Schemas['PreviewRefundBody']) => api.POST('/api/admin/v1/orders/{key}/refund-preview', { params: { path: { key: order.key } }, body }));
  const [seen, setSeen] = useState<Preview | undefined>();
  const change = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setSeen(undefined);
    look.clear();
  };
  const ask = async () => {
    const lines = Object.entries(units).flatMap(([line, quantity]) => (quantity ? [{ line, quantity }] : []));
    const seen = await look.run({ kind, ...(kind === 'lines' ? { lines, shipping } : {}), ...(kind === 'amount' ? { amount: amount ?? 0 } : {}) });
    setSeen(seen?.data);
  };
  const errors = fieldErrors(look.problem);
  return (
    <Card title={t('refund')} lead={t('refundLead')}>
      <form class="stack gap-4" onSubmit={(event) => { event.preventDefault(); void ask(); }}>
        <Radio
          label={t('refund.kind')}
          name="kind"
          value={kind}
          onValue={change((value: string) => setKind(value as Kind))}
          options={kinds.map((value) => ({ value, label: t('refund.' + value) }))}
          extra={{
            lines: (
              <Stack gap={3}>
                {(order.sale.lines ?? []).map((l) => (
                  <NumberInput key={l.key} label={l.title || l.product_key} unit={t('ofUnits', { n: l.quantity })} min={0} max={l.quantity} value={units[l.key]} onValue={change((n: number | undefined) => setUnits({ ...units, [l.key]: n }))} />
                ))}
                <Check label={t('refund.shipping')} value={shipping} onValue={change(setShipping)} />
                {errors.lines && <p class="error">{t('refund.linesWrong')}</p>}
              </Stack>
            ),
            amount: <MoneyInput label={t('refund.howMuch')} name="amount" currency={order.currency} min={1} max={order.total - order.refunded} value={amount} onValue={change(setAmount)} />,
          }}
        />
        <div class="row gap-2">
          <Button type="submit" kind="primary" busy={look.busy}>{t('refund.show')}</Button>
        </div>
        {look.problem && !errors.lines && <ErrorBox problem={look.problem} />}
      </form>
      <div aria-live="polite">{seen && <Outcome preview={seen} order={order} />}</div>
    </Card>
  );
}

function Outcome({ preview: p, order }: { preview: Preview; order: Order }) {
  const t = useTexts();
  const f = useFormat();
  const taken = p.earned_before - p.earned_after;
  const back = (p.returns ?? []).filter((r) => r.after !== r.before);
  return (
    <Stack gap={4}>
      <Notice tone="accent" title={taken === 0 && back.length === 0 ? t('outcome.nothing') : t('outcome.title')}>
        {taken !== 0 && <p>{t('outcome.taken', { n: taken, points: f.number(taken), left: f.number(p.earned_after) })}</p>}
        {back.map((r) => (
          <p key={r.id}>{t('outcome.back', { n: r.after - r.before, points: f.number(r.after - r.before), code: r.code, value: f.money(Math.floor((r.minor * (r.after - r.before)) / r.points), r.currency) })}</p>
        ))}
        {p.owed > 0 && <p>{t('outcome.owed', { n: p.owed, points: f.number(p.owed) })}</p>}
        {p.written_off > 0 && <p>{t('outcome.off', { n: p.written_off, points: f.number(p.written_off) })}</p>}
        <p class="quiet">{t('outcome.safe', { version: f.number(p.plan_version) })}</p>
      </Notice>
      <Rules preview={p} order={order} />
      {(p.lots ?? []).length > 0 && <Lots preview={p} />}
      {(p.members ?? []).map((m) => (
        <Facts key={m.member_id} items={[
          { name: t('outcome.member'), value: <Customer id={m.member_id} /> },
          { name: t('outcome.available'), value: <>{f.number(m.before.available)} → <strong>{f.number(m.after.available)}</strong></> },
          { name: t('outcome.pending'), value: <>{f.number(m.before.pending)} → <strong>{f.number(m.after.pending)}</strong></> },
        ]} />
      ))}
    </Stack>
  );
}

interface LineChange {
  key: string;
  rule: string;
  line: string;
  was: number;
  will: number;
}

function Rules({ preview, order }: { preview: Preview; order: Order }) {
  const t = useTexts();
  const f = useFormat();
  const nameOf = (r: Schemas['RuleChange']) => ruleNameOf(t, { name: r.name, kind: r.was.kind || r.will.kind, id: r.rule });
  return (
    <>
      {(preview.rules ?? []).map((r) => {
        const will = new Map((r.will.lines ?? []).map((l) => [l.line_key, l.net]));
        const rows: LineChange[] = (r.was.lines ?? []).map((l) => ({ key: l.line_key, rule: r.rule, line: l.title || wordOf(t, 'line', l.line_key), was: l.net, will: will.get(l.line_key) ?? 0 }));
        const columns: Column<LineChange>[] = [
          { key: 'line', head: t('receipt.line'), render: (l) => l.line },
          { key: 'was', head: t('outcome.was'), align: 'end', render: (l) => <Money minor={l.was} currency={order.currency} /> },
          { key: 'will', head: t('outcome.will'), align: 'end', render: (l) => <Money minor={l.will} currency={order.currency} /> },
        ];
        return (
          <section key={r.rule} class="stack gap-2">
            <div class="meter-text">
              <h3>{nameOf(r)}</h3>
              <span class="amount">{t('outcome.change', { before: f.number(r.before), after: f.number(r.after) })}</span>
            </div>
            {r.will.reason && <p class="quiet">{wordOf(t, 'why', r.will.reason)}</p>}
            {rows.length > 0 && <DataTable caption={nameOf(r)} columns={columns} rows={rows} rowKey={(l) => l.key} />}
          </section>
        );
      })}
    </>
  );
}

function Lots({ preview }: { preview: Preview }) {
  const t = useTexts();
  type Lot = NonNullable<Preview['lots']>[number];
  const columns: Column<Lot>[] = [
    { key: 'from', head: t('outcome.from'), render: (l) => (l.own ? t('outcome.own') : t('outcome.other')) },
    { key: 'expires', head: t('expires'), render: (l) => (l.expires_at ? <When at={l.expires_at} /> : t('never')) },
    { key: 'points', head: t('points'), align: 'end', render: (l) => <Points value={-l.points} signed bare /> },
    { key: 'left', head: t('outcome.left'), align: 'end', render: (l) => <Points value={l.left} bare /> },
  ];
  return (
    <section class="stack gap-2">
      <h3>{t('outcome.lots')}</h3>
      <DataTable caption={t('outcome.lots')} columns={columns} rows={preview.lots ?? []} rowKey={(l) => l.source + l.rule + l.expires_at + l.points} />
    </section>
  );
}
