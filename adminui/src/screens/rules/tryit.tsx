import { useEffect, useState } from 'preact/hooks';
import plus from 'icon:plus';
import x from 'icon:x';
import { api, take, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Button, Card, Check, ErrorBox, fieldId, Grid, IconButton, MoneyInput, NumberInput, Radio, Row, Select, Stack, TextInput, toNewField } from '../../ui';
import type { Product } from './saving';
import { Outcome } from './receipt';
import type { PlanDoc } from './sentence';

type Sale = Schemas['TrySaleBody']['sale'];

// Order is what the list of orders says that is needed to choose one.
interface Order {
  key: string;
  number: string;
  placed_at: number;
  total: number;
  currency: string;
}

interface TypedLine {
  product: string;
  quantity?: number;
  net?: number;
  tax?: number;
  giftCard: boolean;
}

interface Props {
  plan: PlanDoc | undefined; // undefined = the form is not complete yet
  products: Product[];
  unsaved?: boolean;
  bare?: boolean; // the page has the title
}

// TryIt reckons an order by a plan, saved or not. Nothing is booked.
export function TryIt({ plan, products, unsaved, bare }: Props) {
  const t = useTexts();
  const shop = useShop();
  const [from, setFrom] = useState('order');
  const [number, setNumber] = useState('');
  const [lines, setLines] = useState<TypedLine[]>([{ product: '', quantity: 1, giftCard: false }]);
  const [shipping, setShipping] = useState<number>();
  const [type, setType] = useState('customer');
  const [tags, setTags] = useState('');
  const [missing, setMissing] = useState<string>();
  const orders = useLoad((signal) => api.GET('/api/admin/v1/orders', { params: { query: { limit: 50 } }, signal }), []);
  const [shown, setShown] = useState<{ tried: Schemas['TriedSale']; plan: PlanDoc }>();
  const trying = useAction((body: Schemas['TrySaleBody']) => api.POST('/api/admin/v1/plan/try', { body }));
  const items = orders.data?.items ?? [];
  useEffect(() => setShown(undefined), [JSON.stringify(plan), from]);

  const pick = async (): Promise<Sale | undefined> => {
    if (from === 'lines') {
      const typed = lines.filter((l) => l.net !== undefined);
      if (typed.length === 0) return void setMissing('wrong.lines');
      return saleOf(typed, shipping ?? 0, products, shop.currency);
    }
    const meant = number.trim().replace(/^#/, '') || items[0]?.key;
    if (!meant) return void setMissing('wrong.order');
    const named = (all: Order[]) => all.find((o) => o.number.replace(/^#/, '') === meant || o.key === meant)?.key;
    try {
      const key = named(items) ?? named((await take(api.GET('/api/admin/v1/orders', { params: { query: { search: meant } } }))).items ?? []) ?? meant;
      return (await take(api.GET('/api/admin/v1/orders/{key}', { params: { path: { key } } }))).sale;
    } catch {
      return void setMissing('wrong.order');
    }
  };
  const run = async () => {
    if (!plan) return;
    setMissing(undefined);
    const sale = await pick();
    if (!sale) return;
    const who = { member_type: type, tags: tags.split(',').map((tag) => tag.trim()).filter(Boolean) };
    const tried = await trying.run({ plan, who, sale });
    if (tried) setShown({ tried: tried.data, plan });
  };
  return (
    <form
      class="try"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <Card title={bare ? undefined : t('try.title')} lead={t(unsaved ? 'try.lead.unsaved' : 'try.lead')}>
        <Radio
          label={t('try.from')}
          name="try.from"
          value={from}
          onValue={setFrom}
          options={['order', 'lines'].map((value) => ({ value, label: t('try.from.' + value) }))}
        />
        {from === 'order' ? <OrderField value={number} set={setNumber} orders={items} error={missing && t(missing)} /> : <LinesFields lines={lines} set={setLines} shipping={shipping} setShipping={setShipping} products={products} error={missing && t(missing)} />}
        <Grid min={220}>
          <Select label={t('try.type')} name="try.type" value={type} onValue={setType} options={['customer', 'new_customer'].map((value) => ({ value, label: t('try.type.' + value) }))} />
          <TextInput label={t('who.tags')} name="try.tags" value={tags} onValue={setTags} help={t('try.tags.help')} optional />
        </Grid>
        {trying.problem && <ErrorBox problem={trying.problem} />}
        <Row>
          <Button kind="primary" type="submit" busy={trying.busy} disabled={!plan}>
            {t('try.run')}
          </Button>
          {!plan && <span class="quiet">{t('sentence.open')}</span>}
        </Row>
      </Card>
      {shown && <Outcome tried={shown.tried} plan={shown.plan} />}
    </form>
  );
}

function OrderField({ value, set, orders, error }: { value: string; set(v: string): void; orders: Order[]; error?: string }) {
  const t = useTexts();
  const f = useFormat();
  const known = orders.some((o) => o.key === value);
  if (orders.length === 0) return <TextInput label={t('try.number')} name="try.number" value={value} onValue={set} error={error} help={t('try.number.none')} />;
  return (
    <Grid min={220}>
      <Select
        label={t('try.order')}
        name="try.order"
        value={known ? value : value ? '' : (orders[0]?.key ?? '')}
        onValue={set}
        options={[
          ...(value && !known ? [{ value: '', label: t('try.other') }] : []),
          ...orders.map((o) => ({ value: o.key, label: `${o.number || o.key} · ${f.date(o.placed_at)} · ${f.money(o.total, o.currency)}` })),
        ]}
      />
      <TextInput label={t('try.number')} name="try.number" value={known ? '' : value} onValue={set} error={error} help={t('try.number.help')} optional />
    </Grid>
  );
}

interface LinesProps {
  lines: TypedLine[];
  set(lines: TypedLine[]): void;
  shipping: number | undefined;
  setShipping(minor: number | undefined): void;
  products: Product[];
  error?: string;
}

function LinesFields({ lines, set, shipping, setShipping, products, error }: LinesProps) {
  const t = useTexts();
  const { currency } = useShop();
  const change = (at: number, by: Partial<TypedLine>) => set(lines.map((l, i) => (i === at ? { ...l, ...by } : l)));
  return (
    <Stack>
      <datalist id="try-products">
        {products.map((p) => (
          <option key={p.key} value={p.key} label={p.title} />
        ))}
      </datalist>
      {lines.map((l, i) => (
        <fieldset key={i} class="limit">
          <legend>{t('try.line', { n: i + 1 })}</legend>
          <Grid min={160}>
            <div class="field">
              <label for={fieldId('try.product.' + i)}>{t('product')}</label>
              <input id={fieldId('try.product.' + i)} type="text" list="try-products" autocomplete="off" value={l.product} onInput={(event) => change(i, { product: event.currentTarget.value })} />
            </div>
            <NumberInput label={t('try.quantity')} name={`try.quantity.${i}`} value={l.quantity} onValue={(quantity) => change(i, { quantity })} min={1} />
            <MoneyInput label={t('try.net')} name={`try.net.${i}`} currency={currency} value={l.net} onValue={(net) => change(i, { net })} error={i === 0 ? error : undefined} />
            <MoneyInput label={t('try.tax')} name={`try.tax.${i}`} currency={currency} value={l.tax} onValue={(tax) => change(i, { tax })} optional />
          </Grid>
          <Row>
            <Check label={t('try.giftCard')} name={`try.gift.${i}`} value={l.giftCard} onValue={(giftCard) => change(i, { giftCard })} />
            {lines.length > 1 && <IconButton label={t('remove', { what: t('try.line', { n: i + 1 }) })} icon={x} onClick={() => set(lines.filter((_, at) => at !== i))} />}
          </Row>
        </fieldset>
      ))}
      <p>
        <Button small icon={plus} onClick={() => (set([...lines, { product: '', quantity: 1, giftCard: false }]), toNewField(`try.product.${lines.length}`))}>
          {t('try.addLine')}
        </Button>
      </p>
      <Grid min={220}>
        <MoneyInput label={t('try.shipping')} name="try.shipping" currency={currency} value={shipping} onValue={setShipping} optional />
      </Grid>
    </Stack>
  );
}

// saleOf is a completed order of now with the typed lines.
function saleOf(lines: TypedLine[], shipping: number, products: Product[], currency: string): Sale {
  const now = Date.now();
  const total = lines.reduce((sum, l) => sum + (l.net ?? 0) + (l.tax ?? 0), shipping);
  return {
    key: 'try',
    number: '',
    customer_key: 'try',
    currency,
    status: 'completed',
    placed_at: now,
    paid_at: now,
    fulfilled_at: now,
    updated_at: now,
    rank: 0,
    shipping: { net: shipping, tax: 0 },
    total,
    lines: lines.map((l, i) => {
      const known = products.find((p) => p.key === l.product.trim());
      return {
        key: String(i + 1),
        product_key: l.product.trim(),
        title: known?.title || l.product.trim() || String(i + 1),
        collections: known?.collections ?? [],
        quantity: l.quantity ?? 1,
        net: l.net ?? 0,
        tax: l.tax ?? 0,
        gift_card: l.giftCard,
      };
    }),
  };
}
