import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { exists } from '../../shell/router';
import { Await, Button, DirtyGuard, ErrorBox, FormErrors, LinkButton, Notice, Page, Row, Stack, toast, When } from '../../ui';
import { putBack } from '../rules/saving';
import { Backtest } from './backtest';
import { draftField, draftOf, faults, planOf, purchaseRule, rateChanged, same, type Draft } from './draft';
import { Example, TradeOff } from './example';
import { Earn, Life, Redeem } from './form';
import { PromiseDialog, Promises, type PromisePick } from './promise';

type Plan = Schemas['PlanView'];

// Rates is what points cost to earn and what they are worth when they are used.
export default function Rates() {
  const t = useTexts();
  const plan = useLoad((signal) => api.GET('/api/admin/v1/plan', { signal }), []);
  return (
    <Page title={t('title')} lead={t('lead')} narrow>
      <Await of={plan} lines={10}>
        {(loaded) => <Form first={loaded} />}
      </Await>
    </Page>
  );
}

function Form({ first }: { first: Plan }) {
  const t = useTexts();
  const [plan, setPlan] = useState(first); // the newest version that we know
  const figures = useLoad((signal) => api.GET('/api/admin/v1/rates/figures', { signal }), []);
  const stored = draftOf(plan.plan);
  const [draft, setDraft] = useState<Draft>(stored);
  const [tried, setTried] = useState(false);
  const [asks, setAsks] = useState(false); // what becomes of points that members have
  const save = useAction((body: Schemas['SavePlanBody']) => api.PUT('/api/admin/v1/plan', { body }));
  const set = (change: Partial<Draft>) => setDraft((d) => ({ ...d, ...change }));
  const rules = (plan.plan.earning.rules ?? []).filter((r) => r.kind === 'per_amount' && !r.off).length;
  const hasRule = purchaseRule(plan.plan) >= 0;
  const dirty = !same(draft, stored);
  const wrong = tried ? faults(draft, hasRule) : {};
  const refused = save.problem && draftField(save.problem.field);
  const error = (name: keyof Draft) => (wrong[name] ? t(wrong[name]) : refused === name ? refusal(name) : undefined);
  const refusal = (name: keyof Draft) => (name === 'confirmAbove' ? t('wrong.noMail') : save.problem?.detail);
  const errors = Object.keys({ ...wrong, ...(refused && { [refused]: '' }) }).map((name) => ({ name, label: t(labels[name] ?? name), message: error(name as keyof Draft) ?? '' }));
  useEffect(() => save.clear(), [draft]);

  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults(draft, hasRule)).length > 0) return;
    if (draft.redeemOn && rateChanged(plan.plan, draft)) setAsks(true);
    else await store();
  };
  const use = (newest: Plan) => (setPlan(newest), setDraft(draftOf(newest.plan)));
  const store = async (promise?: PromisePick) => {
    const saved = await save.run({ version: plan.version, plan: planOf(plan.plan, draft), promise });
    if (!saved) return;
    setAsks(false);
    use(saved.data);
    setTried(false);
    // What was promised to members is not taken back.
    toast(t('saved'), promise ? {} : { undo: () => void putBack(saved.data, plan.plan, t, use) });
  };
  const parts = { draft, set, error };
  return (
    <form onSubmit={submit} noValidate>
      <DirtyGuard when={dirty} />
      <Stack>
        <FormErrors errors={errors} />
        <Example draft={draft} figures={figures.data} />
        {hasRule ? (
          <Earn {...parts} rules={rules} />
        ) : (
          <Notice tone="warn" title={t('noRule.title')}>
            <p>{t('noRule.text')}</p>
            {exists('/rules') && (
              <p>
                <LinkButton to="/rules" small>
                  {t('earn.rules')}
                </LinkButton>
              </p>
            )}
          </Notice>
        )}
        <Redeem {...parts} />
        <TradeOff draft={draft} figures={figures.data} set={set} />
        <Life {...parts} />
        <Backtest draft={draft} plan={() => planOf(plan.plan, draft)} ready={Object.keys(faults(draft, hasRule)).length === 0} />
        <p class="quiet">
          {t('version', { version: plan.version })} <When at={plan.effective_from} time />. {t('version.text')}
        </p>
        <Promises version={plan.version} />
        {save.problem && !refused && !asks && <ErrorBox problem={save.problem} />}
        <Row end>
          <Button disabled={!dirty} onClick={() => (setDraft(stored), setTried(false))}>
            {t('discard')}
          </Button>
          <Button kind="primary" type="submit" busy={save.busy} disabled={!dirty}>
            {t('save')}
          </Button>
        </Row>
      </Stack>
      {asks && (
        <PromiseDialog
          rate={{ minor: draft.redeemMinor ?? 0, per_points: draft.redeemPoints ?? 0 }}
          busy={save.busy}
          problem={save.problem}
          onSave={(promise) => void store(promise)}
          onClose={() => setAsks(false)}
        />
      )}
    </form>
  );
}

// labels names fields whose label has another key than the field.
const labels: Record<string, string> = { earnPoints: 'earn.points', earnPer: 'earn.per', redeemPoints: 'redeem.points', redeemMinor: 'redeem.minor', onlyProducts: 'which.products', onlyCollections: 'which.collections' };
