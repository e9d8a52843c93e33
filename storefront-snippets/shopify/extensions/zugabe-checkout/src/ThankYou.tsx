import '@shopify/ui-extensions/preact';
import { render } from 'preact';
import type { Api } from '@shopify/ui-extensions/purchase.thank-you.block.render';
import { balanceIn, major } from '../../../src/app';

export default async () => {
  render(<Points />, document.body);
};

/** The balance before this order, and when its points will come. Asks nobody. */
function Points() {
  const { i18n, appMetafields } = shopify as unknown as Api;
  const balance = balanceIn(appMetafields.value);
  if (!balance) return null;
  const money = i18n.formatCurrency(major(balance.minor, balance.currency), { currency: balance.currency });
  return (
    <s-stack gap="small-200">
      <s-text>{i18n.translate('balance', { count: balance.points, points: i18n.formatNumber(balance.points), money })}</s-text>
      <s-text color="subdued">{i18n.translate('coming')}</s-text>
    </s-stack>
  );
}
