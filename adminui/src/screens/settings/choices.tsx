import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { languages } from '../../i18n/texts';
import { useShop } from '../../shell/shop';
import { Button, Card, Check, DirtyGuard, ErrorBox, NumberInput, Radio, Row, TextInput, toast } from '../../ui';
import type { View } from './index';

type Form = Pick<View, 'languages' | 'address' | 'desk_sees'> & { keep_days: number | undefined; storefront: string };

const formOf = (v: View): Form => ({ languages: v.languages ?? [], address: v.address, desk_sees: v.desk_sees, keep_days: v.keep_days, storefront: v.storefront ?? '' });

// Choices are languages, address and privacy.
export function Choices({ view, saved }: { view: View; saved(): void }) {
  const t = useTexts();
  const shop = useShop();
  const [first, setFirst] = useState(() => formOf(view)); // what the changes are made to
  const [form, setForm] = useState(first);
  const [sent, send] = useState(false);
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const save = useAction((f: Form) => api.PUT('/api/admin/v1/settings', { body: { ...f, languages: f.languages, keep_days: f.keep_days ?? 0, version: view.version } }));
  const dirty = JSON.stringify(form) !== JSON.stringify(first);
  const show = (v: View) => (setFirst(formOf(v)), setForm(formOf(v)));
  // The other half of the page has been saved by itself: what was typed here stays.
  useEffect(() => void ((sent || !dirty) && (show(view), send(false))), [view]);
  const errors = fieldErrors(save.problem);
  const known = ['languages', 'address', 'keep_days', 'desk_sees', 'storefront'].some((name) => errors[name]);
  const run = async () => {
    if (!(await save.run(form))) return;
    send(true);
    toast(t('saved'));
    saved();
  };
  const language = (l: string, on: boolean) => set({ languages: languages.filter((one) => (one === l ? on : (form.languages ?? []).includes(one))) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <DirtyGuard when={dirty && !save.busy} />
      <Card title={t('languages')} lead={t('languages.lead')}>
        {languages.map((l) => (
          <Check key={l} name={l === 'en' ? 'languages' : undefined} label={t('language.' + l)} value={(form.languages ?? []).includes(l)} onValue={(on) => language(l, on)} error={l === 'en' && form.languages?.length === 0 ? t('languages.one') : undefined} />
        ))}
        <Radio name="address" label={t('address')} help={t('address.help')} value={form.address} onValue={(address) => set({ address: address as Form['address'] })} options={['formal', 'informal'].map((value) => ({ value, label: t('address.' + value) }))} />
        <TextInput name="storefront" label={t('storefront')} optional help={t('storefront.help', { domain: shop.domain })} placeholder={shop.domain} value={form.storefront} onValue={(storefront) => set({ storefront })} error={errors.storefront && t('storefront.wrong')} maxLength={190} />
        <h3 class="part">{t('privacy')}</h3>
        <NumberInput name="keep_days" label={t('keep')} help={t('keep.help')} unit={t('days')} min={7} max={365} value={form.keep_days} onValue={(keep_days) => set({ keep_days })} error={errors.keep_days && t('keep.wrong')} />
        <Radio name="desk_sees" label={t('desk')} help={t('desk.help')} value={form.desk_sees} onValue={(desk_sees) => set({ desk_sees: desk_sees as Form['desk_sees'] })} options={['code', 'name', 'contact'].map((value) => ({ value, label: t('desk.' + value) }))} />
        {save.problem && !known && <ErrorBox problem={save.problem} />}
        <Row gap={2}>
          <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty || form.languages?.length === 0 || view.your_role === 'viewer'}>
            {t('save')}
          </Button>
          {dirty && (
            <Button kind="quiet" onClick={() => setForm(first)}>
              {t('discard')}
            </Button>
          )}
        </Row>
      </Card>
    </form>
  );
}
