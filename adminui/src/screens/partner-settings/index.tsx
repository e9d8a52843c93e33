import { api, type Schemas } from '../../api/client';
import { useAction, useDraft, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Await, Button, Check, Card, DirtyGuard, ErrorBox, NumberInput, Page, Radio, Row, Stack, TextInput, toast } from '../../ui';
import { Contact } from './contact';
import { Rates } from './rates';
import { Released } from './released';
import { Switch } from './switch';

export type Settings = Schemas['PartnerSettingsView'];
export type Form = Omit<Settings, 'version' | 'rates_bp' | 'hold_days' | 'contact' | 'domain'> & { rates: (number | undefined)[]; hold_days: number | undefined; contact: string[]; domain: string };

const formOf = (s: Settings): Form => ({ on: s.on, all_orders: s.all_orders, need_consent: s.need_consent, conflict: s.conflict, revoke_final: s.revoke_final, hold_days: s.hold_days, contact: s.contact ?? [], rates: s.rates_bp ?? [], domain: s.domain ?? '' });

// PartnerSettings are the merchant's choices for partners.
export default function PartnerSettings() {
  const t = useTexts();
  const settings = useLoad((signal) => api.GET('/api/admin/v1/partner-settings', { signal }), []);
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/partners', label: t('back') }} narrow>
      <Await of={settings} lines={8}>
        {(s) => <Choices of={s} saved={settings.reload} />}
      </Await>
    </Page>
  );
}

function Choices({ of: s, saved }: { of: Settings; saved(): void }) {
  const t = useTexts();
  const first = formOf(s);
  const [form, setForm] = useDraft(first, s.version);
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const save = useAction((f: Form) => {
    const { rates, hold_days, domain, ...rest } = f;
    return api.PUT('/api/admin/v1/partner-settings', { body: { ...rest, rates_bp: rates.map((rate) => rate ?? 0), hold_days: hold_days ?? 0, domain: domain.trim() || undefined, version: s.version } });
  });
  const errors = fieldErrors(save.problem);
  const dirty = JSON.stringify(form) !== JSON.stringify(first);
  const sum = form.rates.reduce<number>((total, rate) => total + (rate ?? 0), 0);
  const run = async (f: Form) => {
    if (!(await save.run(f))) return;
    toast(t('saved'));
    saved();
  };
  return (
    <Stack gap={4}>
      <Switch on={s.on} busy={save.busy} problem={save.problem} blocked={dirty} onSwitch={(on) => void run({ ...first, on })} />
      <form
        class="stack gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run(form);
        }}
      >
        <DirtyGuard when={dirty && !save.busy} />
        <Contact form={form} set={set} />
        <Rates form={form} set={set} sum={sum} error={errors.rates_bp && t('rates.wrong')} />
        <Card title={t('conflict')} lead={t('conflict.lead')}>
          <Radio
            label={t('conflict.label')}
            name="conflict"
            value={form.conflict}
            onValue={(value) => set({ conflict: value as Form['conflict'] })}
            options={(['first', 'last', 'code'] as const).map((value) => ({ value, label: t('conflict.' + value), help: t(`conflict.${value}.help`) }))}
          />
          <Check label={t('revoke')} help={t('revoke.help')} value={form.revoke_final} onValue={(revoke_final) => set({ revoke_final })} />
        </Card>
        <Card title={t('domain')}>
          <TextInput label={t('domain.label')} name="domain" optional help={t('domain.help', { example: 'meier.' + (form.domain.trim() || 'example.com') })} error={errors.domain && t('domain.wrong')} value={form.domain} onValue={(domain) => set({ domain })} maxLength={150} placeholder="example.com" />
        </Card>
        {save.problem && !errors.rates_bp && !errors.domain && !errors.hold_days && <ErrorBox problem={save.problem} />}
        <Row gap={2}>
          <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty || sum > 10_000 || form.hold_days === undefined}>
            {t('save')}
          </Button>
          {dirty && (
            <Button kind="quiet" onClick={() => setForm(first)}>
              {t('discard')}
            </Button>
          )}
        </Row>
      </form>
      <Released />
    </Stack>
  );
}

// HoldDays is how long a commission waits.
export function HoldDays({ form, set }: { form: Form; set(change: Partial<Form>): void }) {
  const t = useTexts();
  return <NumberInput label={t('hold')} name="hold_days" help={t('hold.help')} unit={t('days')} min={0} max={365} value={form.hold_days} onValue={(hold_days) => set({ hold_days })} />;
}
