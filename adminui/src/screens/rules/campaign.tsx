import { useEffect, useState } from 'preact/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { go, setGuard, useRoute } from '../../shell/router';
import { Await, Badge, Button, Card, Check, Confirm, DateInput, DirtyGuard, Empty, FormErrors, Grid, LinkButton, Meter, NumberInput, Page, Stack, TextInput, toast } from '../../ui';
import { campaignDraft, campaignFaults, campaignOf, same, type CampaignDraft } from './draft';
import { FactorInput } from './factor';
import { useCollections } from './collections';
import { choicesOf, OnOff, Which, Who } from './parts';
import { campaignsOf, idFor, rulesOf, withCampaign, withoutCampaign } from './plan';
import { putBack, useFigures, usePlan, useProducts, useSaving, useSentences, useUndo, type Plan, type Product } from './saving';
import { labelsOf, serverErrors } from './rule';
import { SaveBar } from './savebar';
import { campaignSentence, isSale, nameOf, type Campaign } from './sentence';
import { TryIt } from './tryit';

// CampaignPage is the form of one campaign.
export default function CampaignPage() {
  const { params } = useRoute();
  const id = params.id ?? 'new';
  return <Loaded key={id} id={id} />;
}

const fresh = (name: string): Campaign => ({ id: '', name, factor: { num: 2, den: 1 }, from: '', until: '' });

function Loaded({ id }: { id: string }) {
  const t = useTexts();
  const plan = usePlan();
  const products = useProducts();
  const back = { to: '/rules', label: t('title') };
  if (!plan.data) {
    return (
      <Page title={t('campaign')} back={back}>
        <Await of={plan} lines={8}>{() => null}</Await>
      </Page>
    );
  }
  const campaign = id === 'new' ? fresh('') : campaignsOf(plan.data.plan).find((c) => c.id === id);
  if (!campaign) {
    return (
      <Page title={t('campaign')} back={back}>
        <Empty title={t('gone.title')} text={t('gone.text')} action={<LinkButton to="/rules">{t('title')}</LinkButton>} />
      </Page>
    );
  }
  return <Form first={plan.data} campaign={campaign} products={products.data?.items ?? []} />;
}

function Form({ first, campaign, products }: { first: Plan; campaign: Campaign; products: Product[] }) {
  const t = useTexts();
  const saving = useSaving(first);
  const [stored, setStored] = useState(() => campaignDraft(campaign));
  const [draft, setDraft] = useState(stored);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<CampaignDraft>) => setDraft((d) => ({ ...d, ...change }));
  const words = useSentences(products);
  const choices = choicesOf(products, saving.plan, useCollections());
  useEffect(() => saving.clear(), [draft]);

  const local = campaignFaults(draft);
  const said = serverErrors(saving.problem, t);
  const wrong = (field: string) => (tried && local[field] ? t(local[field]) : said[field]);
  const isNew = draft.id === '';
  const id = draft.id || idFor(draft.name, campaignsOf(saving.plan.plan).map((c) => c.id), 'campaign');
  const made: Campaign = { ...campaignOf(draft), id };
  const dirty = !same(draft, stored);
  const whole = Object.keys(local).length === 0;
  const labels = labelsOf(t);
  const errors = Object.keys({ ...said, ...(tried ? local : {}) }).map((name) => ({ name, label: labels[name], message: wrong(name) ?? '' }));

  const undo = useUndo();
  const show = (plan: Plan) => {
    const now = campaignsOf(plan.plan).find((c) => c.id === id);
    if (now) (setStored(campaignDraft(now)), setDraft(campaignDraft(now)));
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!whole) return;
    const before = saving.plan.plan;
    const saved = await saving.save((plan) => withCampaign(plan, made));
    if (!saved) return;
    show(saved);
    setTried(false);
    toast(t('saved.version', { version: saved.version }), isNew ? {} : undo(saved, before, (back) => (saving.use(back), show(back))));
    if (!isNew) return;
    setGuard(undefined); // it is saved: nothing to ask
    go('/campaigns/' + id, { replace: true });
  };
  return (
    <Page
      title={draft.name || t('new.campaign')}
      back={{ to: '/rules', label: t('title') }}
      badge={<Badge tone={stored.on && !isNew ? 'good' : 'neutral'}>{isNew ? t('new') : t(stored.on ? 'state.on' : 'state.off')}</Badge>}
      actions={!isNew && <Remove campaign={made} saving={saving} />}
      narrow
    >
      <form onSubmit={submit} noValidate>
        <DirtyGuard when={dirty} />
        <Stack>
          <p class="example" role="status" aria-live="polite">
            <strong>{local.factor || local.from || local.until ? t('sentence.open') : campaignSentence(made, rulesOf(saving.plan.plan), words)}</strong>
          </p>
          <FormErrors errors={errors} />
          <What draft={draft} set={set} wrong={wrong} plan={saving.plan} />
          <Which match={draft.match} set={(m) => set({ match: { ...draft.match, ...m } })} wrong={wrong} choices={choices} />
          <Who when={draft.when} set={(w) => set({ when: { ...draft.when, ...w } })} wrong={wrong} sale dates={false} />
          <OnOff on={draft.on} set={(on) => set({ on })} />
          <SaveBar
            saving={{ ...saving, problem: Object.keys(said).length > 0 ? undefined : saving.problem }}
            words={words}
            change={whole ? (plan) => withCampaign(plan, made) : undefined}
            dirty={dirty}
            discard={() => (setDraft(stored), setTried(false))}
          />
        </Stack>
      </form>
      <TryIt plan={whole ? withCampaign(saving.plan.plan, made) : undefined} products={products} unsaved={dirty} />
    </Page>
  );
}

interface WhatProps {
  draft: CampaignDraft;
  set(change: Partial<CampaignDraft>): void;
  wrong(field: string): string | undefined;
  plan: Plan;
}

function What({ draft, set, wrong, plan }: WhatProps) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const figures = useFigures();
  const used = figures.data?.budgets?.find((b) => b.id === draft.id)?.used ?? 0;
  const rate = plan.plan.redeem.rate;
  const turn = (id: string, on: boolean) => set({ rules: on ? [...draft.rules, id] : draft.rules.filter((r) => r !== id) });
  const worth = draft.budget && rate.per_points ? f.money(Math.floor((draft.budget * rate.minor) / rate.per_points), currency) : '';
  return (
    <>
      <Card title={t('campaign.what')} lead={t('campaign.what.text')}>
        <TextInput label={t('name')} name="name" value={draft.name} onValue={(name) => set({ name })} error={wrong('name')} help={t('name.help')} maxLength={120} />
        <Grid min={220}>
          <FactorInput value={draft.factor} onValue={(factor) => set({ factor })} error={wrong('factor')} />
          <NumberInput label={t('campaign.budget')} name="budget" value={draft.budget} onValue={(budget) => set({ budget })} error={wrong('budget')} unit={t('unit.points')} help={worth ? t('campaign.budget.worth', { worth }) : t('campaign.budget.help')} optional />
        </Grid>
        {draft.id !== '' && draft.budget ? <Meter label={t('campaign.used')} value={used} max={draft.budget} text={t('budget.used', { used: f.number(used), budget: f.number(draft.budget) })} /> : null}
        <Grid min={220}>
          <DateInput label={t('who.from')} name="from" value={draft.from} onValue={(from) => set({ from })} error={wrong('from')} help={t('zone', { zone: f.zone })} />
          <DateInput label={t('who.until')} name="until" value={draft.until} min={draft.from || undefined} onValue={(until) => set({ until })} error={wrong('until')} help={t('who.until.help')} />
        </Grid>
      </Card>
      <Card title={t('campaign.rules')} lead={t('campaign.rules.text')}>
        {['sale', 'activity'].map((about) => {
          const rules = rulesOf(plan.plan).filter((rule) => isSale(rule.kind) === (about === 'sale'));
          if (rules.length === 0) return null;
          return (
            <fieldset key={about} class="field">
              <legend>{t('kinds.' + about)}</legend>
              {rules.map((rule) => (
                <Check key={rule.id} label={nameOf(t, rule)} name={'rules-' + rule.id} value={draft.rules.includes(rule.id)} onValue={(on) => turn(rule.id, on)} help={rule.off ? t('state.off') : undefined} />
              ))}
            </fieldset>
          );
        })}
      </Card>
    </>
  );
}

function Remove({ campaign, saving }: { campaign: Campaign; saving: ReturnType<typeof useSaving> }) {
  const t = useTexts();
  const f = useFormat();
  const [ask, setAsk] = useState(false);
  const figures = useFigures();
  const issued = figures.data?.campaigns?.find((c) => c.id === campaign.id)?.points ?? 0;
  const remove = async () => {
    const before = saving.plan.plan;
    const saved = await saving.save((plan) => withoutCampaign(plan, campaign.id));
    if (!saved) return;
    setAsk(false);
    toast(t('deleted', { name: campaign.name }), { undo: () => void putBack(saved, before, t) });
    go('/rules');
  };
  return (
    <>
      <Button onClick={() => setAsk(true)}>{t('delete')}</Button>
      <Confirm open={ask} title={t('delete.title', { name: campaign.name })} confirmLabel={t('delete')} danger busy={saving.busy} problem={saving.problem} onConfirm={remove} onClose={() => setAsk(false)}>
        <p>{t('delete.issued', { n: issued, points: f.number(issued) })}</p>
        <p>{t('delete.text')}</p>
      </Confirm>
    </>
  );
}
