import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Card, Grid, MoneyInput, NumberInput, Radio, Select, TextInput } from '../../ui';
import { kinds, type Doc } from './doc';
import type { Set, Wrong } from './form';
import type { Product } from './use';

// Giving is what the voucher gives, and from which order.
export function Giving({ doc, set, wrong, products }: { doc: Doc; set: Set; wrong: Wrong; products: Product[] }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const currency = doc.currency || shop.currency;
  const order = doc.order ?? {};
  return (
    <>
      <Card title={t('value.title')}>
        <TextInput label={t('field.name')} name="name" value={doc.name} onValue={(name) => set({ name })} error={wrong('name')} help={t('name.help')} maxLength={80} />
        <Radio
          label={t('kind')}
          name="kind"
          value={doc.kind}
          onValue={(kind) => set({ kind })}
          error={wrong('kind')}
          options={kinds.map((value) => ({ value, label: t('kind.' + value), help: t(`kind.${value}.help`, { amount: f.money(500, currency) }) }))}
          extra={{
            absolute: <MoneyInput label={t('field.minor')} name="minor" currency={currency} value={doc.minor} onValue={(minor) => set({ minor })} error={wrong('minor')} />,
            percent: (
              <Grid min={160}>
                <NumberInput label={t('field.percent')} name="percent" value={doc.percent} onValue={(percent) => set({ percent })} error={wrong('percent')} unit="%" />
                <MoneyInput label={t('field.cap_minor')} name="cap_minor" currency={currency} value={doc.cap_minor} onValue={(cap_minor) => set({ cap_minor })} error={wrong('cap_minor')} optional />
              </Grid>
            ),
            free_article: <Article doc={doc} set={set} wrong={wrong} products={products} />,
            free_shipping: <MoneyInput label={t('field.cap_minor')} name="cap_minor" currency={currency} value={doc.cap_minor} onValue={(cap_minor) => set({ cap_minor })} error={wrong('cap_minor')} help={t('cap.shipping.help')} optional />,
          }}
        />
      </Card>
      <Card title={t('order.title')} lead={t('order.lead')}>
        <Grid min={220}>
          <MoneyInput label={t('field.order.min_minor')} name="order.min_minor" currency={currency} value={order.min_minor} onValue={(min_minor) => set({ order: { ...order, min_minor } })} error={wrong('order.min_minor')} optional />
          <MoneyInput label={t('field.order.max_minor')} name="order.max_minor" currency={currency} value={order.max_minor} onValue={(max_minor) => set({ order: { ...order, max_minor } })} error={wrong('order.max_minor')} optional />
        </Grid>
        <Select
          label={t('field.order.on_eligible')}
          name="order.on_eligible"
          value={order.on_eligible ? 'eligible' : 'all'}
          onValue={(value) => set({ order: { ...order, on_eligible: value === 'eligible' } })}
          options={['all', 'eligible'].map((value) => ({ value, label: t('order.' + value) }))}
        />
      </Card>
    </>
  );
}

function Article({ doc, set, wrong, products }: { doc: Doc; set: Set; wrong: Wrong; products: Product[] }) {
  const t = useTexts();
  const { currency } = useShop();
  const article = doc.article ?? { product_key: '' };
  const listed = products.some((p) => p.key === article.product_key);
  const options = products.map((p) => ({ value: p.key, label: p.title || p.key }));
  if (article.product_key && !listed) options.unshift({ value: article.product_key, label: article.title || article.product_key });
  const choose = (product_key: string) => set({ article: { ...article, product_key, variant_key: undefined, title: products.find((p) => p.key === product_key)?.title } });
  return (
    <Grid min={220}>
      {products.length > 0 ? (
        <Select label={t('field.article.product_key')} name="article.product_key" value={article.product_key} onValue={choose} error={wrong('article.product_key')} options={[{ value: '', label: t('choose') }, ...options]} help={t('article.help')} />
      ) : (
        <TextInput label={t('field.article.product_key')} name="article.product_key" value={article.product_key} onValue={choose} error={wrong('article.product_key')} help={t('article.key.help')} />
      )}
      <NumberInput label={t('field.article.quantity')} name="article.quantity" value={article.quantity || 1} onValue={(quantity) => set({ article: { ...article, quantity } })} error={wrong('article.quantity')} unit={t('unit.pieces')} />
      <MoneyInput label={t('field.article.most')} name="minor" currency={doc.currency || currency} value={doc.minor} onValue={(minor) => set({ minor })} error={wrong('minor')} help={t('article.most.help')} optional />
    </Grid>
  );
}
