import { api, type Schemas } from '../../api/client';
import { useAction, useDraft, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { ToolParts } from './tool';
import { Await, Button, Card, Check, DirtyGuard, ErrorBox, Notice, Radio, Row, Select, TextArea, TextInput, toast } from '../../ui';

type View = Schemas['NewsletterSettingsView'];

// Settings are the newsletter's choices.
export function Settings() {
  const settings = useLoad((signal) => api.GET('/api/admin/v1/newsletter-settings', { signal }), []);
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { state: 'active', limit: 100 } }, signal }), []);
  return (
    <Await of={settings} lines={6}>
      {(view) => <Form view={view} vouchers={(vouchers.data?.items ?? []).map((v) => ({ value: v.id, label: v.doc.name }))} saved={settings.reload} />}
    </Await>
  );
}

const lines = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

function Form({ view, vouchers, saved }: { view: View; vouchers: { value: string; label: string }[]; saved(): void }) {
  const t = useTexts();
  const chosen = view.template && view.template !== '0' ? view.template : '';
  const first = { on: view.on, template: chosen, deliver: chosen ? (view.deliver?.[chosen] ?? 'on_confirm') : 'on_confirm', reply_to: view.reply_to ?? '', hold: view.hold_disposable, domains: (view.disposable ?? []).join('\n'), tool: view.tool_url ?? '', toolOn: view.tool_on, consent: view.host_consent };
  const [form, setForm] = useDraft(first, view.version);
  const set = (change: Partial<typeof first>) => setForm({ ...form, ...change });
  const save = useAction((x: typeof first) =>
    api.PUT('/api/admin/v1/newsletter-settings', {
      body: { on: x.on, template: x.template || undefined, deliver: x.template ? { ...view.deliver, [x.template]: x.deliver } : view.deliver, reply_to: x.reply_to, hold_disposable: x.hold, disposable: lines(x.domains), tool_url: x.tool, tool_on: x.toolOn, host_consent: x.consent, version: view.version },
    }),
  );
  const errors = fieldErrors(save.problem);
  const known = ['reply_to', 'disposable', 'tool_url'].some((name) => errors[name]);
  const dirty = JSON.stringify(form) !== JSON.stringify(first);
  const run = async () => {
    if (!(await save.run(form))) return;
    toast(t('saved'));
    saved();
  };
  const options = [{ value: '', label: t('template.none') }, ...vouchers, ...(chosen && !vouchers.some((v) => v.value === chosen) ? [{ value: chosen, label: t('template.other') }] : [])];
  return (
    <form class="stack gap-4" onSubmit={(event) => (event.preventDefault(), void run())}>
      <DirtyGuard when={dirty && !save.busy} />
      <Card title={t('settings')} lead={t('settings.lead')}>
        <Check label={t('on')} help={t('on.help')} value={form.on} onValue={(on) => set({ on })} />
        <Select name="template" label={t('template')} help={t('template.help')} value={form.template} options={options} onValue={(template) => set({ template, deliver: view.deliver?.[template] ?? 'on_confirm' })} />
        {form.template && <Radio name="deliver" label={t('deliver')} value={form.deliver} onValue={(deliver) => set({ deliver })} options={['on_confirm', 'in_mail'].map((value) => ({ value, label: t('deliver.' + value), help: t('deliver.' + value + '.help') }))} />}
        <TextInput name="reply_to" label={t('replyTo')} optional type="email" help={t('replyTo.help')} value={form.reply_to} placeholder={view.mail_reply_to} onValue={(reply_to) => set({ reply_to })} error={errors.reply_to && t('replyTo.wrong')} />
        <Check label={t('hold')} help={t('hold.help')} value={form.hold} onValue={(hold) => set({ hold })} />
        {form.hold && <TextArea name="disposable" label={t('domains')} optional help={t('domains.help')} rows={3} value={form.domains} onValue={(domains) => set({ domains })} error={errors.disposable && t('domains.wrong')} />}
        {view.can_consent ? <Check label={t('consent')} help={t('consent.help')} value={form.consent} onValue={(consent) => set({ consent })} /> : <Notice title={t('hostonly')}>{t('hostonly.text')}</Notice>}
      </Card>
      <Card title={t('tool')} lead={t('tool.lead')}>
        {view.tool_stopped && <Notice tone="warn">{t('tool.' + view.tool_stopped)}</Notice>}
        <Check label={t('tool.on')} value={form.toolOn} onValue={(toolOn) => set({ toolOn })} />
        <TextInput name="tool_url" label={t('tool.address')} optional type="url" value={form.tool} placeholder="https://" onValue={(tool) => set({ tool })} error={errors.tool_url && t('tool.wrong')} />
        {view.tool_url && !view.tool_secret && <Notice tone="warn">{t('tool.nosecret')}</Notice>}
        <ToolParts view={view} made={saved} dirty={dirty} />
      </Card>
      {save.problem && !known && <ErrorBox problem={save.problem} />}
      <Row gap={2}>
        <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty}>
          {t('save')}
        </Button>
      </Row>
    </form>
  );
}
