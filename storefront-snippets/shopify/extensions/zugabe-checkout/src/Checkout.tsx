import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Api } from '@shopify/ui-extensions/purchase.checkout.reductions.render-after';
import { Refused, ask, balanceIn, freshKey, major, minor, redeem, type Quote } from '../../../src/app';

const host = () => shopify as unknown as Api;
const token = () => host().sessionToken.get();

export default async () => {
  render(<Points />, document.body);
};

/** One control: the balance, the steps, a button. The app is asked only once the shopper wants to use points. */
function Points() {
  const { i18n, cost, instructions } = host();
  const [quote, setQuote] = useState<Quote>();
  const [points, setPoints] = useState(0);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const key = useRef('');
  const balance = balanceIn(host().appMetafields.value);
  const currency = balance?.currency ?? '';
  if (!balance || balance.points <= 0 || cost.subtotalAmount.value.currencyCode !== currency) return null;

  const money = (n: number) => i18n.formatCurrency(major(n, currency), { currency });
  const sub = minor(cost.subtotalAmount.value.amount, currency);
  const cart = { subtotal_minor: sub, eligible_minor: sub, currency };
  const work = async (step: () => Promise<void>) => {
    setBusy(true);
    setSaid('');
    try {
      await step();
    } catch (no) {
      setSaid(i18n.translate(no instanceof Refused && no.mail ? 'mail_' + no.mail : 'failed'));
    } finally {
      setBusy(false);
    }
  };
  const look = () => work(async () => {
    const codes = host().discountCodes.value.map((c) => c.code);
    const found = await ask<Quote>(token, '/quote', { cart, codes });
    setQuote(found);
    setPoints(found.max);
    if (found.reason === 'need_points') setSaid(i18n.translate('need_points', { count: found.need ?? 0 }));
    else if (found.max === 0) setSaid(i18n.translate('need_money', { money: money(found.need ?? 0) }));
  });
  const use = () => work(async () => {
    key.current ||= freshKey(); // kept until the answer is known: a repeated click makes no second code
    const made = await redeem(token, key.current, points, cart);
    if (made.state === 'pending') return setSaid(i18n.translate('slow'));
    key.current = '';
    if (!made.code) throw new Error(made.state);
    const change = await host().applyDiscountCodeChange({ type: 'addDiscountCode', code: made.code });
    if (change.type === 'error') return setSaid(i18n.translate('refused', { code: made.code }));
    setQuote(undefined);
    setSaid(i18n.translate('used', { money: money(made.minor) }));
  });

  const choices = quote?.choices ?? [];
  const may = instructions.value.discounts.canUpdateDiscountCodes;
  return (
    <s-stack gap="small-200">
      <s-text>{i18n.translate('balance', { count: balance.points, points: i18n.formatNumber(balance.points), money: money(balance.minor) })}</s-text>
      {choices.length > 0 && (
        <s-select label={i18n.translate('choose')} value={String(points)} onChange={(e) => { setPoints(Number((e.currentTarget as unknown as { value: string }).value)); key.current = ''; }}>
          {choices.map((c) => (
            <s-option key={c.points} value={String(c.points)}>{i18n.translate('choice', { count: c.points, points: i18n.formatNumber(c.points), money: money(c.minor) })}</s-option>
          ))}
        </s-select>
      )}
      {quote?.beside && <s-text>{i18n.translate('beside', { codes: quote.beside.join(', ') })}</s-text>}
      {may && !said && (
        <s-button loading={busy} onClick={choices.length > 0 ? use : look}>{i18n.translate('use')}</s-button>
      )}
      {may && said && quote && choices.length > 0 && <s-button loading={busy} onClick={use}>{i18n.translate('again')}</s-button>}
      {!may && <s-text>{i18n.translate('not_here')}</s-text>}
      {said && <s-text>{said}</s-text>}
    </s-stack>
  );
}
