import { useState } from 'preact/hooks';
import { useTexts, useWords } from '../../i18n';
import { Card, Check, Notice, Select } from '../../ui';
import type { Form } from './index';

const fields = ['name', 'email'] as const;
const countries = ['de', 'at', 'ch', 'dk', 'it', 'pl', 'other'] as const;
const nearest: Record<string, string> = { de: 'de', da: 'dk', it: 'it', pl: 'pl', en: 'other' };

// Contact says which data of new customers partners may look at.
export function Contact({ form, set }: { form: Form; set(change: Partial<Form>): void }) {
  const t = useTexts();
  const { language } = useWords();
  const [country, setCountry] = useState(nearest[language] ?? 'other');
  const turn = (field: string, on: boolean) => set({ contact: fields.filter((one) => (one === field ? on : form.contact.includes(one))) });
  return (
    <Card title={t('contact')} lead={t('contact.lead')}>
      {fields.map((field) => (
        <Check key={field} label={t('field.' + field)} help={t(`field.${field}.help`)} value={form.contact.includes(field)} onValue={(on) => turn(field, on)} />
      ))}
      <Check label={t('consent')} help={t('consent.help')} value={form.need_consent} onValue={(need_consent) => set({ need_consent })} />
      <Select label={t('country')} name="country" help={t('country.help')} value={country} onValue={setCountry} options={countries.map((value) => ({ value, label: t('country.' + value) }))} />
      <Notice tone={form.contact.includes('email') && !form.need_consent ? 'warn' : 'accent'} title={t('law.title')}>
        <p>{t('law.' + country)}</p>
        <p class="quiet">{t('law.note')}</p>
      </Notice>
    </Card>
  );
}
