import { useState } from 'preact/hooks';
import { useFormat, useTexts } from '../../i18n';
import { languages } from '../../i18n/texts';
import { useShop } from '../../shell/shop';
import { Card, Check, Field, Grid, NumberInput, Radio, Select, TextInput } from '../../ui';
import type { Doc } from './doc';
import type { Set, Wrong } from './form';
import { gives, percentOf } from './sentence';
import { useRates } from './rates';
import { useSentences } from './use';

interface Props {
  doc: Doc;
  set: Set;
  wrong: Wrong;
}

// Combining says with which other discounts the voucher goes, and in which order.
export function Combining({ doc, set, wrong }: Props) {
  const t = useTexts();
  const s = doc.stack ?? {};
  const c = s.combines ?? {};
  const allow = (by: Partial<typeof c>) => set({ stack: { ...s, combines: { ...c, ...by } } });
  return (
    <Card title={t('stack.title')} lead={t('stack.lead')}>
      {(['product', 'order', 'shipping'] as const).map((kind) => (
        <Check key={kind} label={t('field.stack.combines.' + kind)} name={'stack.combines.' + kind} value={Boolean(c[kind])} onValue={(on) => allow({ [kind]: on })} />
      ))}
      <details open={Boolean(s.class || s.rank)}>
        <summary>{t('stack.more')}</summary>
        <Grid min={220}>
          <TextInput label={t('field.stack.class')} name="stack.class" value={s.class ?? ''} onValue={(name) => set({ stack: { ...s, class: name } })} error={wrong('stack.class')} help={t('stack.class.help')} maxLength={40} optional />
          <NumberInput label={t('field.stack.rank')} name="stack.rank" value={s.rank} onValue={(rank) => set({ stack: { ...s, rank } })} error={wrong('stack.rank')} help={t('stack.rank.help')} optional />
        </Grid>
      </details>
    </Card>
  );
}

// VAT chooses how the voucher's VAT is reckoned, with an example of the shop's own rates.
export function VAT({ doc, set, wrong }: Props) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const rates = useRates();
  const mode = doc.vat?.mode || 'split';
  const amount = doc.kind === 'absolute' && doc.minor ? doc.minor : 1000;
  const money = (minor: number) => f.money(minor, doc.currency || shop.currency);
  const rate = mode === 'fixed' ? (doc.vat?.rate_bp ?? 0) : (rates[0] ?? 1900);
  const other = rates[1] ?? 700;
  const taxIn = (gross: number, bp: number) => Math.round((gross * bp) / (10000 + bp));
  const first = Math.round((amount * 3) / 4);
  const example =
    mode === 'split'
      ? t('vat.split.example', { amount: money(amount), a: money(first), rateA: percentOf(rate, f), taxA: money(taxIn(first, rate)), b: money(amount - first), rateB: percentOf(other, f), taxB: money(taxIn(amount - first, other)) })
      : mode === 'fixed'
        ? t('vat.fixed.example', { amount: money(amount), rate: percentOf(rate, f), tax: money(taxIn(amount, rate)) })
        : t('vat.payment.example', { amount: money(amount), goods: money(amount * 4), rate: percentOf(rate, f), tax: money(taxIn(amount * 4, rate)) });
  return (
    <Card title={t('vat.title')}>
      <Radio
        label={t('field.vat.mode')}
        name="vat.mode"
        value={mode}
        onValue={(to) => set({ vat: { mode: to, rate_bp: to === 'fixed' ? doc.vat?.rate_bp || rates[0] || 1900 : undefined } })}
        error={wrong('vat.mode')}
        options={['split', 'fixed', 'payment'].map((value) => ({ value, label: t('vat.' + value), help: t(`vat.${value}.help`) }))}
        extra={{ fixed: <Rate value={doc.vat?.rate_bp} set={(rate_bp) => set({ vat: { mode: 'fixed', rate_bp } })} error={wrong('vat.rate_bp')} /> }}
      />
      <p class="example">{example}</p>
      {doc.kind === 'absolute' && (
        <Select label={t('field.rest')} name="rest" value={doc.rest || 'lost'} onValue={(rest) => set({ rest })} error={wrong('rest')} options={['lost', 'new_code'].map((value) => ({ value, label: t('rest.' + value) }))} help={t('rest.help')} />
      )}
      <Select label={t('field.bearer')} name="bearer" value={doc.bearer || 'company'} onValue={(bearer) => set({ bearer })} error={wrong('bearer')} options={['company', 'partner'].map((value) => ({ value, label: t('bearer.' + value) }))} help={t('bearer.help')} />
    </Card>
  );
}

// Rate is a percentage with up to two digits, kept in hundredths of a percent.
function Rate({ value, set, error }: { value: number | undefined; set(bp: number): void; error?: string }) {
  const t = useTexts();
  const f = useFormat();
  const [typed, setTyped] = useState(value === undefined ? '' : new Intl.NumberFormat(f.locale, { maximumFractionDigits: 2 }).format(value / 100));
  const read = (text: string) => (/^\d{1,2}([.,]\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text.trim().replace(',', '.')) * 100) : undefined);
  const bad = read(typed) === undefined;
  return (
    <Field label={t('field.vat.rate_bp')} name="vat.rate_bp" unit="%" error={bad ? t('vat.bad') : error}>
      {(id, describedBy, invalid) => (
        <input
          id={id}
          type="text"
          inputMode="decimal"
          class="number"
          value={typed}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            const bp = read(event.currentTarget.value);
            if (bp !== undefined) set(bp);
          }}
        />
      )}
    </Field>
  );
}

// Shopper is how shoppers meet the voucher: shown by itself, in which words, and who may give it out.
export function Shopper({ doc, set, wrong }: Props) {
  const t = useTexts();
  const { language } = useShop();
  const words = useSentences();
  const own = languages.find((l) => l === language.slice(0, 2)) ?? 'en';
  const [shown, setShown] = useState<string>(own);
  const texts = doc.texts ?? {};
  const one = texts[shown] ?? {};
  const write = (by: Partial<typeof one>) => set({ texts: { ...texts, [shown]: { ...one, ...by } } });
  const name = (l: string) => new Intl.DisplayNames(words.f.locale, { type: 'language' }).of(l) ?? l;
  return (
    <>
      <Card title={t('auto.title')} lead={t('auto.lead')}>
        <Radio label={t('field.auto')} name="auto" value={doc.auto || 'never'} onValue={(auto) => set({ auto })} error={wrong('auto')} options={['never', 'offer', 'apply'].map((value) => ({ value, label: t('auto.' + value), help: t(`auto.${value}.help`) }))} />
        <Check label={t('field.partners')} name="partners" value={Boolean(doc.partners)} onValue={(partners) => set({ partners })} help={t('partners.help')} />
      </Card>
      <Card title={t('texts.title')} lead={t('texts.lead')}>
        <Select label={t('texts.language')} name="texts" value={shown} onValue={setShown} error={wrong('texts')} options={languages.map((value) => ({ value, label: name(value) + (texts[value]?.title || texts[value]?.line ? ' ✓' : '') }))} />
        <TextInput label={t('texts.heading')} name={`texts.${shown}.title`} value={one.title ?? ''} onValue={(title) => write({ title })} error={wrong(`texts.${shown}.title`)} help={t('texts.heading.help')} maxLength={200} optional />
        <TextInput label={t('texts.line')} name={`texts.${shown}.line`} value={one.line ?? ''} onValue={(line) => write({ line })} error={wrong(`texts.${shown}.line`)} help={t('texts.line.help')} maxLength={200} optional />
        <div class="example" lang={shown}>
          <p>
            <strong>{one.title || texts[own]?.title || doc.name || gives(doc, words)}</strong>
          </p>
          <p>{one.line || texts[own]?.line || gives(doc, words)}</p>
        </div>
      </Card>
    </>
  );
}
