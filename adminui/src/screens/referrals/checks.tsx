import { api, type Schemas } from '../../api/client';
import { useAction, useDraft, useLoad } from '../../api/hooks';
import { fieldErrors } from '../../api/problem';
import { useTexts } from '../../i18n';
import { Await, Button, Card, Check, DirtyGuard, ErrorBox, Grid, NumberInput, toast } from '../../ui';

type View = Schemas['ReferralSettingsView'];

// Checks are what makes a friend wait for a decision.
export function Checks() {
  const view = useLoad((signal) => api.GET('/api/admin/v1/referral-settings', { signal }), []);
  return (
    <Await of={view} lines={4}>
      {(v) => <Choices view={v} saved={view.reload} />}
    </Await>
  );
}

function Choices({ view, saved }: { view: View; saved(): void }) {
  const t = useTexts();
  const [{ compare, perDay }, set] = useDraft<{ compare: boolean; perDay?: number }>({ compare: view.compare, perDay: view.per_day }, view.version);
  const dirty = compare !== view.compare || perDay !== view.per_day;
  const save = useAction((_: undefined) => api.PUT('/api/admin/v1/referral-settings', { body: { compare, per_day: perDay ?? 0, version: view.version } }));
  const wrong = fieldErrors(save.problem).per_day;
  const run = async () => {
    if (!(await save.run(undefined))) return;
    toast(t('checks.saved'));
    saved();
  };
  return (
    <form onSubmit={(event) => (event.preventDefault(), void run())}>
      <DirtyGuard when={dirty && !save.busy} />
      <Card title={t('checks')}>
        <Check label={t('checks.compare')} help={t('checks.help')} value={compare} onValue={(on) => set({ compare: on, perDay })} />
        <Grid>
          <NumberInput name="per_day" label={t('checks.perDay')} help={t('checks.perDay.help')} min={1} max={1000} value={perDay} error={wrong && t('checks.perDay.wrong')} onValue={(n) => set({ compare, perDay: n })} />
        </Grid>
        {save.problem && !wrong && <ErrorBox problem={save.problem} />}
        <div>
          <Button type="submit" kind="primary" busy={save.busy} disabled={!dirty}>
            {t('checks.save')}
          </Button>
        </div>
      </Card>
    </form>
  );
}
