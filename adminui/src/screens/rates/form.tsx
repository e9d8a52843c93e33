import { useTexts } from '../../i18n';
import { exists, Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Card, Check, Grid, MoneyInput, NumberInput, Select, Stack } from '../../ui';
import { Chips } from '../rules/chips';
import { collectionChoices, useCollections } from '../rules/collections';
import { useProducts } from '../rules/saving';
import type { Draft, Rounding } from './draft';

export interface PartProps {
  draft: Draft;
  set(change: Partial<Draft>): void;
  error(name: keyof Draft): string | undefined;
}

// Earn is the pair 'so many points for so much money' and what counts as money.
export function Earn({ draft, set, error, rules }: PartProps & { rules: number }) {
  const t = useTexts();
  const { currency } = useShop();
  return (
    <Card title={t('earn.title')} lead={t('earn.lead')}>
      <Grid min={220}>
        <NumberInput label={t('earn.points')} name="earnPoints" value={draft.earnPoints} onValue={(earnPoints) => set({ earnPoints })} error={error('earnPoints')} unit={t('unit.points')} />
        <MoneyInput label={t('earn.per')} name="earnPer" currency={currency} value={draft.earnPer} onValue={(earnPer) => set({ earnPer })} error={error('earnPer')} help={t('earn.per.help')} />
      </Grid>
      <Grid min={220}>
        <Select
          label={t('rounding')}
          name="rounding"
          value={draft.rounding}
          onValue={(rounding) => set({ rounding: rounding as Rounding })}
          help={t('rounding.help')}
          options={(['floor', 'half_up', 'ceiling'] as const).map((value) => ({ value, label: t('rounding.' + value) }))}
        />
        <Select
          label={t('earnAt')}
          name="earnAt"
          value={draft.earnAt}
          onValue={(earnAt) => set({ earnAt })}
          options={['placed', 'paid', 'fulfilled', 'completed'].map((value) => ({ value, label: t('earnAt.' + value) }))}
        />
      </Grid>
      <Stack gap={2}>
        <Check label={t('withTax')} name="withTax" value={draft.withTax} onValue={(withTax) => set({ withTax })} help={t('withTax.help')} />
        <Check label={t('withShipping')} name="withShipping" value={draft.withShipping} onValue={(withShipping) => set({ withShipping })} />
        <Check label={t('loginOnly')} name="loginOnly" value={draft.loginOnly} onValue={(loginOnly) => set({ loginOnly })} help={t('loginOnly.help')} />
      </Stack>
      {rules > 1 && (
        <p class="quiet">
          {t('earn.more', { n: rules - 1 })} {exists('/rules') && <Link to="/rules">{t('earn.rules')}</Link>}
        </p>
      )}
    </Card>
  );
}

// Redeem is the pair 'so much money for so many points' with its bounds.
export function Redeem({ draft, set, error }: PartProps) {
  const t = useTexts();
  const { currency } = useShop();
  const off = !draft.redeemOn;
  return (
    <Card title={t('redeem.title')} lead={t('redeem.lead')}>
      <Check label={t('redeem.on')} name="redeemOn" value={draft.redeemOn} onValue={(redeemOn) => set({ redeemOn })} help={t('redeem.on.help')} />
      <Grid min={220}>
        <NumberInput label={t('redeem.points')} name="redeemPoints" value={draft.redeemPoints} onValue={(redeemPoints) => set({ redeemPoints })} error={error('redeemPoints')} unit={t('unit.points')} disabled={off} />
        <MoneyInput label={t('redeem.minor')} name="redeemMinor" currency={currency} value={draft.redeemMinor} onValue={(redeemMinor) => set({ redeemMinor })} error={error('redeemMinor')} disabled={off} />
      </Grid>
      <details open={Boolean(draft.maxPoints || draft.maxMinor || draft.maxPercent || draft.minSubtotal)}>
        <summary>{t('bounds')}</summary>
        <div class="stack gap-4">
          <Grid min={220}>
            <NumberInput label={t('minPoints')} name="minPoints" value={draft.minPoints} onValue={(minPoints) => set({ minPoints })} error={error('minPoints')} unit={t('unit.points')} help={t('minPoints.help')} optional />
            <NumberInput label={t('step')} name="step" value={draft.step} onValue={(step) => set({ step })} error={error('step')} unit={t('unit.points')} help={t('step.help')} optional />
            <NumberInput label={t('maxPoints')} name="maxPoints" value={draft.maxPoints} onValue={(maxPoints) => set({ maxPoints })} error={error('maxPoints')} unit={t('unit.points')} optional />
            <MoneyInput label={t('maxMinor')} name="maxMinor" currency={currency} value={draft.maxMinor} onValue={(maxMinor) => set({ maxMinor })} error={error('maxMinor')} optional />
            <NumberInput label={t('maxPercent')} name="maxPercent" value={draft.maxPercent} onValue={(maxPercent) => set({ maxPercent })} error={error('maxPercent')} unit="%" help={t('maxPercent.help')} optional />
            <MoneyInput label={t('minSubtotal')} name="minSubtotal" currency={currency} value={draft.minSubtotal} onValue={(minSubtotal) => set({ minSubtotal })} error={error('minSubtotal')} optional />
            <NumberInput label={t('codeDays')} name="codeDays" value={draft.codeDays} onValue={(codeDays) => set({ codeDays })} error={error('codeDays')} unit={t('unit.days')} />
          </Grid>
        </div>
      </details>
      <Only draft={draft} set={set} error={error} />
      <details open={draft.confirmAbove !== undefined || Boolean(error('confirmAbove'))}>
        <summary>{t('safety')}</summary>
        <div class="stack gap-4">
          <p class="quiet">{t('safety.text')}</p>
          <Grid min={220}>
            <NumberInput label={t('confirmAbove')} name="confirmAbove" value={draft.confirmAbove} onValue={(confirmAbove) => set({ confirmAbove })} error={error('confirmAbove')} unit={t('unit.points')} help={t('confirmAbove.help')} optional />
          </Grid>
        </div>
      </details>
    </Card>
  );
}

// Only limits what points can be used for (S4-08).
function Only({ draft, set, error }: PartProps) {
  const t = useTexts();
  const sold = useProducts().data?.items ?? [];
  const collections = collectionChoices(useCollections(), sold);
  const products = sold.map((p) => ({ key: p.key, label: p.title || p.key }));
  return (
    <details open={draft.onlyProducts.length + draft.onlyCollections.length > 0}>
      <summary>{t('only')}</summary>
      <div class="stack gap-4">
        <p class="quiet">{t('only.text')}</p>
        <Chips label={t('which.products')} name="onlyProducts" values={draft.onlyProducts} known={products} onChange={(onlyProducts) => set({ onlyProducts })} error={error('onlyProducts')} help={t(products.length > 0 ? 'which.products.help' : 'which.products.none')} />
        <Chips label={t('which.collections')} name="onlyCollections" values={draft.onlyCollections} known={collections} onChange={(onlyCollections) => set({ onlyCollections })} error={error('onlyCollections')} help={t('which.collections.help')} />
      </div>
    </details>
  );
}

// Life says from when and until when points can be used.
export function Life({ draft, set, error }: PartProps) {
  const t = useTexts();
  return (
    <Card title={t('life.title')} lead={t('life.lead')}>
      <Grid min={220}>
        <NumberInput label={t('pendingDays')} name="pendingDays" value={draft.pendingDays} onValue={(pendingDays) => set({ pendingDays })} error={error('pendingDays')} unit={t('unit.days')} help={t('pendingDays.help')} optional />
        <NumberInput label={t('expiryMonths')} name="expiryMonths" value={draft.expiryMonths} onValue={(expiryMonths) => set({ expiryMonths })} error={error('expiryMonths')} unit={t('unit.months')} help={t('expiryMonths.help')} optional />
        <NumberInput label={t('inactivityMonths')} name="inactivityMonths" value={draft.inactivityMonths} onValue={(inactivityMonths) => set({ inactivityMonths })} error={error('inactivityMonths')} unit={t('unit.months')} help={t('inactivityMonths.help')} optional />
        <NumberInput label={t('graceDays')} name="graceDays" value={draft.graceDays} onValue={(graceDays) => set({ graceDays })} error={error('graceDays')} unit={t('unit.days')} help={t('graceDays.help')} optional />
      </Grid>
    </Card>
  );
}
