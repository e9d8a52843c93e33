import plus from 'icon:plus';
import x from 'icon:x';
import { useEffect, useState } from 'preact/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Button, Card, Check, DateInput, Grid, IconButton, NumberInput, MoneyInput, Radio, Select, Stack, TextInput, toNewField } from '../../ui';
import { Chips } from '../rules/chips';
import { collectionChoices, useCollections } from '../rules/collections';
import { Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { clock, minuteOf, weekdays, type Doc, type Window } from './doc';
import type { Set, Wrong } from './form';
import { People as PeoplePicker } from './people';
import { dayNames, segmentName } from './sentence';
import type { Product } from './use';

interface Props {
  doc: Doc;
  set: Set;
  wrong: Wrong;
}

// When is the time in which the voucher can be used, in the shop's zone.
export function When({ doc, set, wrong }: Props) {
  const t = useTexts();
  const f = useFormat();
  const v = doc.valid ?? {};
  const [mode, setMode] = useState(v.on ? 'day' : v.from || v.until ? 'span' : 'always');
  const change = (by: Partial<typeof v>) => set({ valid: { ...v, ...by } });
  const choose = (to: string) => {
    setMode(to);
    change(to === 'day' ? { from: '', until: '' } : to === 'span' ? { on: '' } : { on: '', from: '', until: '' });
  };
  return (
    <Card title={t('time.title')} lead={t('zone', { zone: f.zone })}>
      <Radio
        label={t('field.valid')}
        name="valid"
        value={mode}
        onValue={choose}
        error={wrong('valid')}
        options={['always', 'span', 'day'].map((value) => ({ value, label: t('time.' + value) }))}
        extra={{
          span: (
            <Grid min={160}>
              <DateInput label={t('field.valid.from')} name="valid.from" value={v.from ?? ''} onValue={(from) => change({ from })} error={wrong('valid.from')} help={t('time.from.help')} optional />
              <DateInput label={t('field.valid.until')} name="valid.until" value={v.until ?? ''} min={v.from || undefined} onValue={(until) => change({ until })} error={wrong('valid.until')} help={t('time.until.help')} optional />
            </Grid>
          ),
          day: <DateInput label={t('field.valid.on')} name="valid.on" value={v.on ?? ''} onValue={(on) => change({ on })} error={wrong('valid.on')} />,
        }}
      />
      <Windows windows={v.windows ?? []} set={(windows) => change({ windows })} wrong={wrong} />
      <NumberInput label={t('field.valid.days_after_issue')} name="valid.days_after_issue" value={v.days_after_issue} onValue={(days_after_issue) => change({ days_after_issue })} error={wrong('valid.days_after_issue')} unit={t('unit.days')} help={t('time.days.help')} optional />
    </Card>
  );
}

function Windows({ windows, set, wrong }: { windows: Window[]; set(windows: Window[]): void; wrong: Wrong }) {
  const t = useTexts();
  const f = useFormat();
  const change = (at: number, by: Partial<Window>) => set(windows.map((w, i) => (i === at ? { ...w, ...by } : w)));
  const add = () => {
    set([...windows, { days: [], from_min: 18 * 60, to_min: 20 * 60 }]);
    toNewField(`valid.windows[${windows.length}].mon`);
  };
  return (
    <Stack gap={2}>
      {windows.map((w, i) => (
        <fieldset key={i} class="limit windows">
          <legend>{t('window.one', { n: i + 1 })}</legend>
          <div class="window-days">
            {weekdays.map((d) => (
              <Check
                key={d}
                label={dayNames([d], f)}
                name={`valid.windows[${i}].${d}`}
                value={(w.days ?? []).includes(d)}
                onValue={(on) => change(i, { days: weekdays.filter((one) => (one === d ? on : (w.days ?? []).includes(one))) })}
              />
            ))}
          </div>
          {(w.days ?? []).length === 0 && <p class="help">{t('window.everyDay')}</p>}
          <div class="window-hours">
            <Hour label={t('field.valid.windows.from_min')} name={`valid.windows[${i}].from_min`} value={w.from_min} onValue={(from_min) => change(i, { from_min })} error={wrong(`valid.windows[${i}].from_min`)} />
            <Hour label={t('field.valid.windows.to_min')} name={`valid.windows[${i}].to_min`} value={w.to_min} onValue={(to_min) => change(i, { to_min })} error={wrong(`valid.windows[${i}].to_min`)} />
            <IconButton label={t('remove', { what: t('window.one', { n: i + 1 }) })} icon={x} onClick={() => set(windows.filter((_, at) => at !== i))} />
          </div>
          {w.to_min < w.from_min && <p class="help">{t('window.overnight')}</p>}
        </fieldset>
      ))}
      <p>
        <Button small icon={plus} onClick={add}>
          {t('window.add')}
        </Button>
      </p>
      {wrong('valid.windows') && <p class="error">{wrong('valid.windows')}</p>}
    </Stack>
  );
}

function Hour({ label, name, value, onValue, error }: { label: string; name: string; value: number; onValue(minute: number): void; error?: string }) {
  const t = useTexts();
  const [typed, setTyped] = useState(clock(value));
  const bad = minuteOf(typed) === undefined;
  useEffect(() => {
    if (minuteOf(typed) !== value) setTyped(clock(value)); // it is another line's now: the one before was removed
  }, [value]);
  const type = (text: string) => {
    setTyped(text);
    const minute = minuteOf(text);
    if (minute !== undefined) onValue(minute);
  };
  return <TextInput label={label} name={name} value={typed} onValue={type} onBlur={() => bad || setTyped(clock(value))} error={bad ? t('window.bad') : error} maxLength={5} />;
}

// People is for whom the voucher is; everything chosen must hold.
export function People({ doc, set, wrong }: Props) {
  const t = useTexts();
  const w = doc.who ?? {};
  const change = (by: Partial<typeof w>) => set({ who: { ...w, ...by } });
  const types = w.types ?? [];
  const segments = ['customer', 'new_customer', 'registered_only'].map((key) => ({ key, label: segmentName(t, key) }));
  return (
    <Card title={t('who.title')} lead={t('who.lead')}>
      <Check label={t('field.who.new_only')} name="who.new_only" value={Boolean(w.new_only)} onValue={(new_only) => change({ new_only })} help={t('who.new.help')} />
      <Check label={t('field.who.logged_in')} name="who.logged_in" value={Boolean(w.logged_in)} onValue={(logged_in) => change({ logged_in })} help={t('who.loggedIn.help')} />
      <Select
        label={t('field.who.types')}
        name="who.types"
        value={types.length === 1 ? (types[0] ?? '') : ''}
        onValue={(value) => change({ types: value ? [value] : [] })}
        error={wrong('who.types')}
        options={['', 'b2c', 'b2b'].map((value) => ({ value, label: t('who.type.' + (value || 'all')) }))}
        help={t('who.types.help')}
      />
      <details open={Boolean(w.segments?.length || w.tags?.length || w.members?.length)}>
        <summary>{t('who.some')}</summary>
        <Stack>
          <Chips label={t('field.who.segments')} name="who.segments" values={w.segments ?? []} known={segments} free={false} onChange={(segments) => change({ segments })} error={wrong('who.segments')} help={t('who.segments.help')} />
          <Chips label={t('field.who.tags')} name="who.tags" values={w.tags ?? []} onChange={(tags) => change({ tags })} error={wrong('who.tags')} help={t('who.tags.help')} />
          <PeoplePicker label={t('field.who.members')} name="who.members" chosen={w.members ?? []} onChange={(members) => change({ members })} error={wrong('who.members')} help={t('who.members.help')} />
        </Stack>
      </details>
    </Card>
  );
}

// Articles are the lines of an order that the voucher is good for.
export function Articles({ doc, set, wrong, products }: Props & { products: Product[] }) {
  const t = useTexts();
  const w = doc.what;
  const change = (by: Partial<typeof w>) => set({ what: { ...w, ...by } });
  const known = products.map((p) => ({ key: p.key, label: p.title || p.key }));
  const collections = collectionChoices(useCollections(), products);
  const chips = (field: 'products' | 'collections' | 'variants' | 'not_products' | 'not_collections' | 'not_variants', of: typeof known, help?: string) => (
    <Chips label={t('field.what.' + field)} name={'what.' + field} values={w[field] ?? []} known={of} onChange={(values) => change({ [field]: values })} error={wrong('what.' + field)} help={help} />
  );
  return (
    <Card title={t('what.title')} lead={t('what.lead')}>
      <Check label={t('field.what.sale_items')} name="what.sale_items" value={w.sale_items} onValue={(sale_items) => change({ sale_items })} />
      {doc.kind !== 'free_article' && (
        <details open={Boolean(w.products?.length || w.collections?.length || w.variants?.length)}>
          <summary>{t('what.only')}</summary>
          <Stack>
            {chips('products', known, t(known.length > 0 ? 'what.products.help' : 'what.products.none'))}
            {chips('collections', collections, t('what.collections.help'))}
            {chips('variants', [], t('what.variants.help'))}
          </Stack>
        </details>
      )}
      <details open={Boolean(w.not_products?.length || w.not_collections?.length || w.not_variants?.length)}>
        <summary>{t('what.not')}</summary>
        <Stack>
          {chips('not_products', known)}
          {chips('not_collections', collections)}
          {chips('not_variants', [])}
        </Stack>
      </details>
      {doc.kind === 'absolute' && (
        <p class="help">
          {t('off.form')} <Link to="/vouchers/articles">{t('off.link')}</Link>
        </p>
      )}
    </Card>
  );
}

// Limits bound how often the voucher can be used.
export function Limits({ doc, set, wrong }: Props) {
  const t = useTexts();
  const shop = useShop();
  const l = doc.limits ?? {};
  const change = (by: Partial<typeof l>) => set({ limits: { ...l, ...by } });
  const per = l.per_code === 1 ? 'single' : l.per_code ? 'some' : 'standing';
  return (
    <Card title={t('limits.title')}>
      <Radio
        label={t('field.limits.per_code')}
        name="limits.per"
        value={per}
        onValue={(to) => change({ per_code: to === 'single' ? 1 : to === 'some' ? 100 : undefined })}
        options={['standing', 'some', 'single'].map((value) => ({ value, label: t('limits.' + value), help: t(`limits.${value}.help`) }))}
        extra={{ some: <NumberInput label={t('limits.count')} name="limits.per_code" value={l.per_code} onValue={(per_code) => change({ per_code: per_code === 1 ? 2 : per_code })} error={wrong('limits.per_code')} unit={t('unit.times')} /> }}
      />
      <Grid min={220}>
        <NumberInput label={t('field.limits.per_person')} name="limits.per_person" value={l.per_person} onValue={(per_person) => change({ per_person })} error={wrong('limits.per_person')} unit={t('unit.times')} help={t('limits.person.help')} optional />
        <NumberInput label={t('field.limits.total')} name="limits.total" value={l.total} onValue={(total) => change({ total })} error={wrong('limits.total')} unit={t('unit.times')} help={t('limits.total.help')} optional />
        <MoneyInput label={t('field.limits.budget_minor')} name="limits.budget_minor" currency={doc.currency || shop.currency} value={l.budget_minor} onValue={(budget_minor) => change({ budget_minor })} error={wrong('limits.budget_minor')} help={t('limits.budget.help')} optional />
      </Grid>
    </Card>
  );
}
