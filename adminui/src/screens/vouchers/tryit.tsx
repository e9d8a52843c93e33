import { useEffect, useState } from 'preact/hooks';
import plus from 'icon:plus';
import x from 'icon:x';
import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useShop } from '../../shell/shop';
import { Button, Card, ErrorBox, Grid, IconButton, MoneyInput, NumberInput, Row, Select, Stack, TextInput, toNewField } from '../../ui';
import { People } from './people';
import { useSold } from './rates';
import { Verdict } from './verdict';
import { useProducts, useSentences } from './use';

// empty is a line to fill in; each has a number of its own, so that the fields of one that
// is removed go with it.
const empty = (lines: Line[]): Line => ({ id: 1 + Math.max(0, ...lines.map((l) => l.id)), product: '', quantity: 1 });

export interface Line {
  id: number;
  product: string; // '' = an article that is not in the list
  quantity: number;
  gross?: number; // of one unit, minor units
}

interface Props {
  voucher?: string; // tries this voucher as it is saved, unless a code is typed
  code?: string;
  currency?: string;
}

// TryIt shows what a code or voucher does for one customer with one cart, and why
// . Nothing is changed by it.
export function TryIt({ voucher, code = '', currency }: Props) {
  const shop = useShop();
  const products = useProducts();
  const sold = useSold();
  const list = products.data?.items ?? [];
  const words = useSentences(list);
  const { t } = words;
  const money = currency || shop.currency;
  const [typed, setTyped] = useState(code);
  const [member, setMember] = useState<string[]>([]);
  const [shipping, setShipping] = useState<number>();
  const [lines, setLines] = useState<Line[]>([empty([])]);
  const act = useAction((body: Schemas['TryVoucherBody']) => api.POST('/api/admin/v1/vouchers/try', { body }));
  const [tried, setTried] = useState<Schemas['TriedView']>();
  const change = (at: number, by: Partial<Line>) => setLines(lines.map((l, i) => (i === at ? { ...l, ...by } : l)));
  const choose = (at: number, product: string) => change(at, { product, gross: sold.get(product)?.gross ?? lines[at]?.gross });
  const cart: Schemas['VoucherCart'] = {
    currency: money,
    shipping_gross: shipping ?? 0,
    shipping_tax_bp: 1900,
    lines: lines.filter((l) => l.gross !== undefined).map((l, i) => ({
      key: String(i + 1),
      product_key: l.product || 'other',
      collections: list.find((p) => p.key === l.product)?.collections ?? [],
      quantity: l.quantity,
      gross: (l.gross ?? 0) * l.quantity,
      tax_bp: sold.get(l.product)?.bp ?? 1900,
    })),
  };
  useEffect(() => setTried(undefined), [JSON.stringify(cart), typed, member.join()]);
  const run = async (event: Event) => {
    event.preventDefault();
    const seen = await act.run({ ...(typed.trim() ? { code: typed.trim() } : { voucher }), ...(member[0] ? { member_id: member[0] } : {}), cart });
    setTried(seen?.data);
  };
  const total = cart.lines?.reduce((sum, l) => sum + l.gross, 0) ?? 0;
  return (
    <Stack>
      <Card title={t('try.title')} lead={t('try.lead')}>
        <form onSubmit={run} noValidate>
          <Stack>
            <Grid min={280}>
              <TextInput label={t('try.code')} name="try-code" value={typed} onValue={setTyped} help={voucher ? t('try.code.help') : undefined} maxLength={200} optional={Boolean(voucher)} />
              <People label={t('try.member')} name="try-member" single chosen={member} onChange={setMember} help={t('try.member.help')} />
            </Grid>
            <Stack gap={2}>
              {lines.map((l, i) => (
                <div key={l.id} class="cart-line">
                  <Select label={t('try.article')} name={`try-product-${i}`} value={l.product} onValue={(p) => choose(i, p)} options={[{ value: '', label: t('try.other') }, ...list.map((p) => ({ value: p.key, label: p.title || p.key }))]} />
                  <NumberInput label={t('try.quantity')} name={`try-quantity-${i}`} value={l.quantity} onValue={(q) => change(i, { quantity: q ?? 1 })} min={1} />
                  <MoneyInput key={'m' + l.product} label={t('try.price')} name={`try-price-${i}`} currency={money} value={l.gross} onValue={(gross) => change(i, { gross })} />
                  <IconButton label={t('remove', { what: t('try.line', { n: i + 1 }) })} icon={x} onClick={() => setLines(lines.length > 1 ? lines.filter((_, at) => at !== i) : [empty(lines)])} />
                </div>
              ))}
              <Row>
                <Button small icon={plus} onClick={() => (setLines([...lines, empty(lines)]), toNewField(`try-product-${lines.length}`))}>
                  {t('try.add')}
                </Button>
              </Row>
            </Stack>
            <Grid min={220}>
              <MoneyInput label={t('try.shipping')} name="try-shipping" currency={money} value={shipping} onValue={setShipping} optional />
            </Grid>
            <Row end>
              <span class="quiet">{t('try.total', { amount: words.f.money(total, money) })}</span>
              <Button kind="primary" type="submit" busy={act.busy} disabled={cart.lines?.length === 0 || !(typed.trim() || voucher)}>
                {t('try.run')}
              </Button>
            </Row>
            {act.problem && <ErrorBox problem={act.problem} />}
          </Stack>
        </form>
      </Card>
      {tried && <Verdict of={tried} words={words} currency={money} total={total + (shipping ?? 0)} nameOf={(key) => nameOfLine(lines, key, list, t('try.other'))} />}
    </Stack>
  );
}

function nameOfLine(lines: Line[], key: string, products: { key: string; title: string }[], other: string): string {
  const line = lines.filter((l) => l.gross !== undefined)[Number(key) - 1];
  return products.find((p) => p.key === line?.product)?.title || other;
}
