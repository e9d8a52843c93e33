import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { Api } from '@shopify/ui-extensions/customer-account.order-status.block.render';
import { ask, type Receipt } from '../../../src/app';

const host = () => shopify as unknown as Api;

export default async () => {
  render(<Points />, document.body);
};

/** How the order's points came about, once somebody wants to know. */
function Points() {
  const { i18n, order } = host();
  const [receipt, setReceipt] = useState<Receipt>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const id = order.value?.id.split('/').pop();
  if (!id) return null;
  const look = async () => {
    setBusy(true);
    setSaid('');
    try {
      setReceipt(await ask<Receipt>(() => host().sessionToken.get(), `/orders/${encodeURIComponent(id)}/receipt`));
    } catch {
      setSaid(i18n.translate('not_yet'));
    } finally {
      setBusy(false);
    }
  };
  const points = (n: number) => i18n.translate('points', { count: n, points: i18n.formatNumber(n) });
  const named = (r: Receipt['rules'][number]) => r.name || i18n.translate('rule_' + (r.rule.includes('+') ? 'campaign' : r.breakdown.kind));
  return (
    <s-stack gap="small-200">
      {!receipt && <s-button variant="secondary" loading={busy} onClick={look}>{i18n.translate('why')}</s-button>}
      {receipt && <s-text>{receipt.points === 0 ? i18n.translate('not_yet') : points(receipt.points)}</s-text>}
      {receipt?.rules.filter((r) => r.points !== 0).map((r) => <s-text key={r.rule} color="subdued">{`${named(r)}: ${points(r.points)}`}</s-text>)}
      {said && <s-text>{said}</s-text>}
    </s-stack>
  );
}
