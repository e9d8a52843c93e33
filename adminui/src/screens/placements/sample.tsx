import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';

// Sample shows about how a placement looks. The shop's theme gives fonts and colours.
export function Sample({ name }: { name: string }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const values = { n: 25, money: f.money(250, currency), balance: 250, price: f.money(2490, currency) };
  return (
    <figure class="sample" aria-label={t('sample')}>
      <div aria-hidden="true" class={name === 'launcher' ? 'sample-page corner' : 'sample-page'}>
        {name !== 'launcher' && <span class="sample-bar wide" />}
        {(name === 'product' || name === 'checkout') && <span class="sample-price">{values.price}</span>}
        <span class={name === 'launcher' ? 'sample-bubble' : 'sample-ours'}>{t('sample.' + name, { n: values.n, money: values.money, balance: f.number(values.balance) })}</span>
        {name !== 'launcher' && <span class="sample-bar" />}
      </div>
    </figure>
  );
}
