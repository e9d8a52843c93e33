import plus from 'icon:plus';
import x from 'icon:x';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Button, Card, Check, DateInput, Grid, IconButton, MoneyInput, NumberInput, Radio, Select, Stack, toNewField } from '../../ui';
import { Chips, type Known } from './chips';
import { collectionChoices } from './collections';
import type { Draft, LimitDraft, WhenDraft } from './draft';
import type { Plan, Product } from './saving';
import { isReview, isSale } from './sentence';

export interface Choices {
  products: Known[];
  collections: Known[];
  groups: Known[];
}

// choicesOf is what can be chosen by name: products that were sold, the shop's
// collections, and the groups of the plan.
export function choicesOf(products: Product[], plan: Plan, named: ReadonlyMap<string, string>): Choices {
  return {
    products: products.map((p) => ({ key: p.key, label: p.title || p.key })),
    collections: collectionChoices(named, products),
    groups: Object.keys(plan.plan.earning.groups ?? {}).map((key) => ({ key, label: key })),
  };
}

type Wrong = (field: string) => string | undefined;

// Which chooses the lines of an order that count.
export function Which({ match, set, wrong, choices, giftCards = true }: { match: Draft['match']; set(change: Partial<Draft['match']>): void; wrong: Wrong; choices: Choices; giftCards?: boolean }) {
  const t = useTexts();
  const some = match.products.length + match.collections.length + match.groups.length > 0;
  const not = match.exclude_products.length + match.exclude_collections.length + match.exclude_groups.length > 0;
  return (
    <Card title={t('which.title')} lead={t('which.lead')}>
      <details open={some}>
        <summary>{t('which.only')}</summary>
        <Stack>
          <Chips label={t('which.products')} name="match.products" values={match.products} known={choices.products} onChange={(products) => set({ products })} error={wrong('match.products')} help={t(choices.products.length > 0 ? 'which.products.help' : 'which.products.none')} />
          <Chips label={t('which.collections')} name="match.collections" values={match.collections} known={choices.collections} onChange={(collections) => set({ collections })} error={wrong('match.collections')} help={t('which.collections.help')} />
          <Chips label={t('which.groups')} name="match.groups" values={match.groups} known={choices.groups} free={false} onChange={(groups) => set({ groups })} error={wrong('match.groups')} />
        </Stack>
      </details>
      <details open={not}>
        <summary>{t('which.not')}</summary>
        <Stack>
          <Chips label={t('which.noProducts')} name="match.exclude_products" values={match.exclude_products} known={choices.products} onChange={(exclude_products) => set({ exclude_products })} error={wrong('match.exclude_products')} />
          <Chips label={t('which.noCollections')} name="match.exclude_collections" values={match.exclude_collections} known={choices.collections} onChange={(exclude_collections) => set({ exclude_collections })} error={wrong('match.exclude_collections')} />
          <Chips label={t('which.noGroups')} name="match.exclude_groups" values={match.exclude_groups} known={choices.groups} free={false} onChange={(exclude_groups) => set({ exclude_groups })} error={wrong('match.exclude_groups')} />
        </Stack>
      </details>
      {giftCards && <Check label={t('which.giftCards')} name="match.gift_cards" value={match.gift_cards} onValue={(gift_cards) => set({ gift_cards })} help={t('which.giftCards.help')} />}
    </Card>
  );
}

// Who chooses the people and the orders; dates are days in the shop's zone.
export function Who({ when, set, wrong, sale, dates = true }: { when: WhenDraft; set(change: Partial<WhenDraft>): void; wrong: Wrong; sale: boolean; dates?: boolean }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  return (
    <Card title={t('who.title')} lead={t('who.lead')}>
      <Grid min={220}>
        <Select
          label={t('who.type')}
          name="when.member_types"
          value={when.memberType}
          onValue={(memberType) => set({ memberType })}
          error={wrong('when.member_types')}
          options={['', 'new_customer', 'customer'].map((value) => ({ value, label: t('who.type.' + (value || 'all')) }))}
        />
        {sale && <MoneyInput label={t('who.minimum')} name="when.min_basis" currency={currency} value={when.minBasis} onValue={(minBasis) => set({ minBasis })} error={wrong('when.min_basis')} help={t('who.minimum.help')} optional />}
      </Grid>
      <Chips label={t('who.tags')} name="when.tags" values={when.tags} onChange={(tags) => set({ tags })} error={wrong('when.tags')} help={t('who.tags.help')} />
      {dates && (
        <Grid min={220}>
          <DateInput label={t('who.from')} name="when.from" value={when.from} onValue={(from) => set({ from })} error={wrong('when.from')} help={t('zone', { zone: f.zone })} optional />
          <DateInput label={t('who.until')} name="when.until" value={when.until} min={when.from || undefined} onValue={(until) => set({ until })} error={wrong('when.until')} help={t('who.until.help')} optional />
        </Grid>
      )}
    </Card>
  );
}

const pers = ['day', 'week', 'month', 'year', 'lifetime', 'subject'];

// Limits caps what one member gets by the rule.
export function Limits({ limits, set, wrong, kind }: { limits: LimitDraft[]; set(limits: LimitDraft[]): void; wrong: Wrong; kind: string }) {
  const t = useTexts();
  const change = (at: number, by: Partial<LimitDraft>) => set(limits.map((l, i) => (i === at ? { ...l, ...by } : l)));
  const offered = pers.filter((per) => per !== 'subject' || !isSale(kind));
  return (
    <Card title={t('limits.title')} lead={t('limits.lead')}>
      {limits.map((l, i) => (
        <fieldset key={i} class="limit">
          <legend>{t('limits.one', { n: i + 1 })}</legend>
          <div class="limit-fields">
            <Select label={t('limits.per')} name={`limits[${i}].per`} value={l.per} onValue={(per) => change(i, { per })} error={wrong(`limits[${i}].per`)} options={offered.map((value) => ({ value, label: t('limits.per.' + (value === 'subject' && isReview(kind) ? kind : value)) }))} />
            <NumberInput label={t('limits.times')} name={`limits[${i}].times`} value={l.times} onValue={(times) => change(i, { times })} error={wrong(`limits[${i}].times`)} unit={t('unit.times')} optional />
            <NumberInput label={t('limits.points')} name={`limits[${i}].points`} value={l.points} onValue={(points) => change(i, { points })} error={wrong(`limits[${i}].points`)} unit={t('unit.points')} optional />
            <IconButton label={t('remove', { what: t('limits.one', { n: i + 1 }) })} icon={x} onClick={() => set(limits.filter((_, at) => at !== i))} />
          </div>
        </fieldset>
      ))}
      <p>
        <Button small icon={plus} onClick={() => (set([...limits, { per: 'day' }]), toNewField(`limits[${limits.length}].per`))}>
          {t('limits.add')}
        </Button>
      </p>
    </Card>
  );
}

// OnOff is the switch of a form.
export function OnOff({ on, set }: { on: boolean; set(on: boolean): void }) {
  const t = useTexts();
  return (
    <Card>
      <Radio
        label={t('state')}
        name="off"
        value={on ? 'on' : 'off'}
        onValue={(value) => set(value === 'on')}
        options={['on', 'off'].map((value) => ({ value, label: t('state.' + value), help: t(`state.${value}.help`) }))}
      />
    </Card>
  );
}
