import { api, type Schemas } from '../../api/client';
import { useAction, useDraft, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Await, Button, Card, Check, DirtyGuard, ErrorBox, Figure, Grid, Money, NumberInput, Points, toast } from '../../ui';

type View = Schemas['RemindersView'];
type Form = { on: boolean; first?: number; last?: number; code?: number; least?: number; notice?: number };

// Reminders say before something runs out, and what came of it.
export function Reminders() {
  const view = useLoad((signal) => api.GET('/api/admin/v1/reminders', { signal }), []);
  return (
    <Await of={view} lines={6}>
      {(v) => <Choices view={v} saved={view.reload} />}
    </Await>
  );
}

function Choices({ view, saved }: { view: View; saved(): void }) {
  const t = useTexts();
  const first: Form = { on: view.on, first: view.first_days, last: view.last_days, code: view.code_days, least: view.least_points, notice: view.notice_from };
  const [form, setForm] = useDraft(first, view.version);
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const save = useAction((x: Form) =>
    api.PUT('/api/admin/v1/reminders', { body: { on: x.on, first_days: x.first ?? -1, last_days: x.last ?? -1, code_days: x.code ?? -1, least_points: x.least ?? 0, notice_from: x.notice ?? -1, version: view.version } }),
  );
  const errors = fieldErrors(save.problem);
  const known = ['first_days', 'last_days', 'code_days', 'least_points', 'notice_from'].some((name) => errors[name]);
  const dirty = JSON.stringify(form) !== JSON.stringify(first);
  const order = form.last !== undefined && form.last <= 180 && form.first !== undefined && form.last >= form.first;
  const run = async () => {
    if (!(await save.run(form))) return;
    toast(t('rem.saved'));
    saved();
  };
  return (
    <form onSubmit={(event) => (event.preventDefault(), void run())}>
      <DirtyGuard when={dirty && !save.busy} />
      <Card title={t('rem')} lead={t('rem.lead')}>
        <Check label={t('rem.on')} value={form.on} onValue={(on) => set({ on })} />
        {form.on && (
          <>
            <Grid min={360}>
              <NumberInput name="first_days" label={t('rem.first')} help={t('rem.zero')} min={0} max={180} value={form.first} error={errors.first_days && t('rem.range')} onValue={(x) => set({ first: x })} />
              <NumberInput name="last_days" label={t('rem.last')} help={t('rem.zero')} min={0} max={180} value={form.last} error={errors.last_days && t(order ? 'rem.order' : 'rem.range')} onValue={(x) => set({ last: x })} />
              <NumberInput name="code_days" label={t('rem.code')} help={t('rem.zero')} min={0} max={180} value={form.code} error={errors.code_days && t('rem.range')} onValue={(x) => set({ code: x })} />
              <NumberInput name="least_points" label={t('rem.least')} min={1} value={form.least} error={errors.least_points && t('rem.leastWrong')} onValue={(x) => set({ least: x })} />
            </Grid>
          </>
        )}
        <NumberInput name="notice_from" label={t('rem.notice')} help={t('rem.notice.help')} min={0} value={form.notice} error={errors.notice_from && t('rem.noticeWrong')} onValue={(x) => set({ notice: x })} />
        {save.problem && !known && <ErrorBox problem={save.problem} />}
        <div>
          <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty}>
            {t('rem.save')}
          </Button>
        </div>
        {(view.on || view.point_sums.sent + view.code_sums.sent > 0) && <Saved view={view} />}
      </Card>
    </form>
  );
}

// Saved is what members used in time after they were told.
function Saved({ view }: { view: View }) {
  const t = useTexts();
  const shop = useShop();
  if (view.point_sums.sent + view.code_sums.sent === 0) return <p>{t('rem.none')}</p>;
  const sums = [
    { name: t('rem.sums.points'), of: view.point_sums },
    { name: t('rem.sums.codes'), of: view.code_sums },
  ];
  return (
    <>
      <h3>{t('rem.sums')}</h3>
      <Grid>
        {sums
          .filter((x) => x.of.sent > 0)
          .map((x) => (
            <Figure key={x.name} label={`${x.name} · ${t('rem.saves')}`} value={<Money minor={x.of.saved_minor} currency={shop.currency} />} note={<><Points value={x.of.saved_points} /> · {t('rem.sent')}: {x.of.sent}</>} />
          ))}
      </Grid>
    </>
  );
}
