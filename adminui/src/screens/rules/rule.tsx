import { useEffect, useState } from 'preact/hooks';
import { fieldErrors } from '../../api/problem';
import { useFormat, useTexts } from '../../i18n';
import type { Say } from '../../i18n/texts';
import { go, setGuard, useRoute } from '../../shell/router';
import { Await, Badge, Confirm, DirtyGuard, Empty, FormErrors, LinkButton, Menu, Page, Stack, toast } from '../../ui';
import { draftOf, faults, kinds, newRule, ruleOf, same, type Draft } from './draft';
import { Giving, Reckoning } from './giving';
import { KindChooser } from './kinds';
import { useCollections } from './collections';
import { choicesOf, Limits, OnOff, Which, Who } from './parts';
import { fieldOf, idFor, moved, onlyFor, rulesOf, withoutRule, withRule } from './plan';
import { putBack, useFigures, usePlan, useProducts, useSaving, useSentences, useUndo, type Plan, type Product } from './saving';
import { saidOf } from './said';
import { SaveBar } from './savebar';
import { isSale, nameOf, ruleSentence, type Rule } from './sentence';
import { TryIt } from './tryit';

const back = (t: (key: string) => string) => ({ to: '/rules', label: t('title') });

// RulePage is the form of one rule: /rules/new asks for the kind first.
export default function RulePage() {
  const { params, query } = useRoute();
  const id = params.id ?? 'new';
  const kind = query.kind ?? '';
  if (id === 'new' && !kinds.includes(kind)) return <KindChooser />;
  return <Loaded key={id + kind} id={id} kind={kind} copied={query.copy} />;
}

function Loaded({ id, kind, copied }: { id: string; kind: string; copied?: string }) {
  const t = useTexts();
  const plan = usePlan();
  const products = useProducts();
  const find = (p: Plan): Rule | undefined => {
    if (id !== 'new') return rulesOf(p.plan).find((r) => r.id === id);
    const model = rulesOf(p.plan).find((r) => r.id === copied);
    return model ? { ...model, id: '', name: model.name && t('copy.of', { name: model.name }) } : newRule(kind);
  };
  if (!plan.data) {
    return (
      <Page title={t('rule')} back={back(t)}>
        <Await of={plan} lines={10}>{() => null}</Await>
      </Page>
    );
  }
  const rule = find(plan.data);
  if (!rule) {
    return (
      <Page title={t('rule')} back={back(t)}>
        <Empty title={t('gone.title')} text={t('gone.text')} action={<LinkButton to="/rules">{t('title')}</LinkButton>} />
      </Page>
    );
  }
  return <Form first={plan.data} rule={rule} products={products.data?.items ?? []} />;
}

function Form({ first, rule, products }: { first: Plan; rule: Rule; products: Product[] }) {
  const t = useTexts();
  const saving = useSaving(first);
  const [stored, setStored] = useState(() => draftOf(rule));
  const [draft, setDraft] = useState(stored);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((d) => ({ ...d, ...change }));
  const words = useSentences(products);
  const choices = choicesOf(products, saving.plan, useCollections());
  useEffect(() => saving.clear(), [draft]);

  const local = faults(draft);
  const said = serverErrors(saving.problem, t);
  const wrong = (field: string) => (tried && local[field] ? t(local[field]) : said[field]);
  const fresh = draft.id === '';
  const id = draft.id || idFor(draft.name, rulesOf(saving.plan.plan).map((r) => r.id), draft.kind.replace(/_/g, '-'));
  const made: Rule = { ...ruleOf(draft), id };
  const dirty = fresh || !same(draft, stored);
  const sale = isSale(draft.kind);
  const labels = labelsOf(t);
  const errors = Object.entries({ ...said, ...(tried ? local : {}) }).map(([name]) => ({ name, label: labels[name.replace(/\[\d+\]/, '')], message: wrong(name) ?? '' }));

  const undo = useUndo();
  const show = (plan: Plan) => {
    const now = rulesOf(plan.plan).find((r) => r.id === id);
    if (now) (setStored(draftOf(now)), setDraft(draftOf(now)));
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(local).length > 0) return;
    const before = saving.plan.plan;
    const saved = await saving.save((plan) => withRule(plan, made));
    if (!saved) return;
    show(saved);
    setTried(false);
    toast(t('saved.version', { version: saved.version }), fresh ? {} : undo(saved, before, (back) => (saving.use(back), show(back))));
    if (!fresh) return;
    setGuard(undefined); // it is saved: nothing to ask
    go('/rules/' + id, { replace: true });
  };
  return (
    <Page
      title={draft.name || t('kind.' + draft.kind)}
      back={back(t)}
      badge={<Badge tone={stored.on && !fresh ? 'good' : 'neutral'}>{fresh ? t('new') : t(stored.on ? 'state.on' : 'state.off')}</Badge>}
      actions={!fresh && <More rule={made} saving={saving} />}
      lead={draft.name ? t('kind.' + draft.kind) : undefined}
      narrow
    >
      <form onSubmit={submit} noValidate>
        <DirtyGuard when={fresh ? draft.name !== stored.name || !same(draft, stored) : dirty} />
        <Stack>
          <p class="example" role="status" aria-live="polite">
            <strong>{Object.keys(local).length > 0 ? t('sentence.open') : ruleSentence(made, words)}</strong>
          </p>
          <FormErrors errors={errors} />
          <Giving draft={draft} set={set} wrong={wrong} choices={choices} />
          {sale && <Which match={draft.match} set={(m) => set({ match: { ...draft.match, ...m } })} wrong={wrong} choices={choices} />}
          <Who when={draft.when} set={(w) => set({ when: { ...draft.when, ...w } })} wrong={wrong} sale={sale} />
          <Limits limits={draft.limits} set={(limits) => set({ limits })} wrong={wrong} kind={draft.kind} />
          <Reckoning draft={draft} set={set} wrong={wrong} />
          <OnOff on={draft.on} set={(on) => set({ on })} />
          <SaveBar
            saving={{ ...saving, problem: Object.keys(said).length > 0 ? undefined : saving.problem }}
            words={words}
            change={Object.keys(local).length === 0 ? (plan) => withRule(plan, made) : undefined}
            dirty={dirty}
            discard={() => (fresh ? go('/rules') : (setDraft(stored), setTried(false)))}
          />
        </Stack>
      </form>
      {sale && <TryIt plan={Object.keys(local).length === 0 ? withRule(saving.plan.plan, made) : undefined} products={products} unsaved={dirty} />}
    </Page>
  );
}

// serverErrors has the server's complaints by field of the form; what it says of a
// part of a list belongs to the list.
export function serverErrors(problem: Parameters<typeof fieldErrors>[0], t: Say): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, message] of Object.entries(fieldErrors(problem))) {
    const field = fieldOf(path);
    const base = field.startsWith('limits[') ? field : field.replace(/\[\d+\].*$/, '').replace(/^products\..*$/, 'products');
    if (base) found[base] ??= saidOf(t, message.replace(path, '').trim());
  }
  return found;
}

export const labelsOf = (t: (key: string) => string): Record<string, string> => ({
  name: t('name'), points: t('points.each'), 'earn.points': t('earn.points'), 'earn.per_minor': t('earn.per'), products: t('product.add'), activity: t('activity'),
  'when.until': t('who.until'), 'when.min_basis': t('who.minimum'), 'limits.times': t('limits.title'), 'limits.points': t('limits.title'), 'limits.per': t('limits.title'),
  currencies: t('currencies'), factor: t('campaign.factor'), from: t('who.from'), until: t('who.until'), budget: t('campaign.budget'),
});

function More({ rule, saving }: { rule: Rule; saving: ReturnType<typeof useSaving> }) {
  const t = useTexts();
  const f = useFormat();
  const figures = useFigures();
  const [ask, setAsk] = useState(false);
  const blocking = onlyFor(saving.plan.plan, rule.id);
  const issued = figures.data?.rules?.find((r) => r.id === rule.id)?.points ?? 0;
  const remove = async () => {
    const before = saving.plan.plan;
    const saved = await saving.save((plan) => withoutRule(plan, rule.id));
    if (!saved) return;
    setAsk(false);
    toast(t('deleted', { name: nameOf(t, rule) }), { undo: () => void putBack(saved, before, t) });
    go('/rules');
  };
  const all = rulesOf(saving.plan.plan);
  const move = async (by: -1 | 1) => {
    const before = saving.plan.plan;
    const saved = await saving.save((plan) => moved(plan, rule.id, by));
    if (saved) toast(t('moved', { name: nameOf(t, rule) }), { undo: () => void putBack(saved, before, t, saving.use) });
  };
  return (
    <>
      <Menu
        items={[
          { label: t('up'), disabled: all[0]?.id === rule.id, onPick: () => void move(-1) },
          { label: t('down'), disabled: all.at(-1)?.id === rule.id, onPick: () => void move(1) },
          { label: t('duplicate'), onPick: () => go(`/rules/new?kind=${rule.kind}&copy=${rule.id}`) },
          { label: t('delete'), danger: true, onPick: () => setAsk(true) },
        ]}
      />
      <Confirm open={ask && blocking.length === 0} title={t('delete.title', { name: nameOf(t, rule) })} confirmLabel={t('delete')} danger busy={saving.busy} problem={saving.problem} onConfirm={remove} onClose={() => setAsk(false)}>
        <p>{t('delete.issued', { n: issued, points: f.number(issued) })}</p>
        <p>{t('delete.text')}</p>
      </Confirm>
      <Confirm open={ask && blocking.length > 0} title={t('delete.blocked')} confirmLabel={t('campaign.open')} onConfirm={() => (setAsk(false), go('/campaigns/' + blocking[0]?.id))} onClose={() => setAsk(false)}>
        <p>{t('delete.blocked.text', { name: blocking.map((c) => c.name).join(', ') })}</p>
      </Confirm>
    </>
  );
}
