import x from 'icon:x';
import { useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Card, Check, Grid, IconButton, MoneyInput, NumberInput, Select, TextInput } from '../../ui';
import { Chips } from './chips';
import type { Draft } from './draft';
import type { Choices } from './parts';
import { isSale } from './sentence';

interface Props {
  draft: Draft;
  set(change: Partial<Draft>): void;
  wrong(field: string): string | undefined;
  choices: Choices;
}

// Giving is what the rule gives: the part that differs from kind to kind.
export function Giving({ draft, set, wrong, choices }: Props) {
  const t = useTexts();
  return (
    <Card title={t('giving.title')} lead={t(`kind.${draft.kind}.text`)}>
      <TextInput label={t('name')} name="name" value={draft.name} onValue={(name) => set({ name })} error={wrong('name')} help={t('name.help.rule')} placeholder={t('kind.' + draft.kind)} maxLength={120} optional />
      {draft.kind === 'per_amount' && <Amount draft={draft} set={set} wrong={wrong} />}
      {draft.kind === 'per_product' && <Products draft={draft} set={set} wrong={wrong} choices={choices} />}
      {draft.kind === 'custom' && (
        <TextInput label={t('activity')} name="activity" value={draft.activity} onValue={(activity) => set({ activity })} error={wrong('activity')} help={t('activity.help')} maxLength={60} />
      )}
      {draft.kind !== 'per_amount' && draft.kind !== 'per_product' && (
        <Grid min={220}>
          <NumberInput label={t(draft.kind === 'per_unit' ? 'points.unit' : draft.kind === 'per_order' ? 'points.order' : 'points.each')} name="points" value={draft.points} onValue={(points) => set({ points })} error={wrong('points')} unit={t('unit.points')} />
        </Grid>
      )}
    </Card>
  );
}

function Amount({ draft, set, wrong }: Omit<Props, 'choices'>) {
  const t = useTexts();
  const { currency } = useShop();
  return (
    <Grid min={220}>
      <NumberInput label={t('earn.points')} name="earn.points" value={draft.earnPoints} onValue={(earnPoints) => set({ earnPoints })} error={wrong('earn.points') ?? wrong('earn')} unit={t('unit.points')} />
      <MoneyInput label={t('earn.per')} name="earn.per_minor" currency={currency} value={draft.earnPer} onValue={(earnPer) => set({ earnPer })} error={wrong('earn.per_minor')} />
    </Grid>
  );
}

function Products({ draft, set, wrong, choices }: Props) {
  const t = useTexts();
  const labelOf = (key: string) => choices.products.find((p) => p.key === key)?.label ?? key;
  const put = (key: string, points: number | undefined) => set({ products: draft.products.map((p) => (p[0] === key ? [key, points] : p)) });
  const last = draft.products.at(-1)?.[1];
  return (
    <>
      {draft.products.length > 0 && (
        <table class="plain lines">
          <caption class="sr">{t('kind.per_product')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('product')}</th>
              <th scope="col">{t('points.unit')}</th>
              <th scope="col">
                <span class="sr">{t('remove.one')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {draft.products.map(([key, points]) => (
              <tr key={key}>
                <th scope="row">
                  {labelOf(key)}
                  {labelOf(key) !== key && <span class="quiet help-line">{key}</span>}
                </th>
                <td>
                  <NumberInput label={t('points.of.product', { product: labelOf(key) })} hideLabel value={points} onValue={(n) => put(key, n)} min={0} />
                </td>
                <td>
                  <IconButton label={t('remove', { what: labelOf(key) })} icon={x} onClick={() => set({ products: draft.products.filter((p) => p[0] !== key) })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Chips
        label={t('product.add')}
        name="products"
        values={[]}
        known={choices.products.filter((p) => !draft.products.some(([key]) => key === p.key))}
        onChange={(keys) => set({ products: [...draft.products, ...keys.filter((key) => !draft.products.some((p) => p[0] === key)).map((key): [string, number | undefined] => [key, last])] })}
        error={wrong('products')}
        help={t(choices.products.length > 0 ? 'which.products.help' : 'which.products.none')}
        needed={draft.products.length === 0}
      />
    </>
  );
}

// Reckoning is what counts as money and how a fraction becomes a point.
export function Reckoning({ draft, set, wrong }: Omit<Props, 'choices'>) {
  const t = useTexts();
  const { currency } = useShop();
  const byAmount = draft.kind === 'per_amount';
  return (
    <Card title={t('reckoning.title')} lead={t(byAmount ? 'reckoning.lead' : 'reckoning.lead.other')}>
      <Grid min={220}>
        <Select
          label={t('rounding')}
          name="rounding"
          value={draft.rounding}
          onValue={(rounding) => set({ rounding })}
          error={wrong('rounding')}
          help={t(byAmount ? 'rounding.help' : 'rounding.help.other')}
          options={['floor', 'half_up', 'ceiling'].map((value) => ({ value, label: t('rounding.' + value) }))}
        />
      </Grid>
      {isSale(draft.kind) && (
        <>
          <Check label={t('basis.tax')} name="basis.with_tax" value={draft.withTax} onValue={(withTax) => set({ withTax })} help={t('basis.tax.help')} />
          <Check label={t('basis.shipping')} name="basis.with_shipping" value={draft.withShipping} onValue={(withShipping) => set({ withShipping })} />
          <Check label={t('basis.fees')} name="basis.with_fees" value={draft.withFees} onValue={(withFees) => set({ withFees })} help={t('basis.fees.help')} />
          <Chips label={t('currencies')} name="currencies" values={draft.currencies} onChange={(all) => set({ currencies: all.map((c) => c.toUpperCase()) })} error={wrong('currencies')} help={t('currencies.help', { currency })} />
        </>
      )}
    </Card>
  );
}
