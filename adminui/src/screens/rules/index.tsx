import { useState } from 'preact/hooks';
import plus from 'icon:plus';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { exists } from '../../shell/router';
import { Await, Badge, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Meter, Page, Points, Stack, toast, type Column } from '../../ui';
import { campaignsOf, rulesOf, withCampaign, withRule, type Change } from './plan';
import { putBack, useFigures, usePlan, useProducts, useSaving, useSentences, type Plan } from './saving';
import { Theirs } from './savebar';
import { campaignSentence, nameOf, ruleSentence, saleKinds, type Campaign, type Rule } from './sentence';
import { Switch } from './switch';

type Figures = NonNullable<ReturnType<typeof useFigures>['data']>;

// Rules lists what earns points, and what multiplies them for a while.
export default function Rules() {
  const t = useTexts();
  const plan = usePlan();
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <LinkButton to="/rules/try">{t('try.open')}</LinkButton>
          <LinkButton to="/rules/new" kind="primary" icon={plus}>
            {t('new.rule')}
          </LinkButton>
        </>
      }
    >
      <Await of={plan} lines={8}>
        {(loaded) => <Lists key={loaded.version} first={loaded} />}
      </Await>
    </Page>
  );
}

function Lists({ first }: { first: Plan }) {
  const t = useTexts();
  const products = useProducts();
  const figures = useFigures();
  const saving = useSaving(first);
  const words = useSentences(products.data?.items ?? []);
  const [turning, setTurning] = useState('');

  const change = async (id: string, by: Change, said: string) => {
    setTurning(id);
    const before = saving.plan.plan;
    const saved = await saving.save(by);
    setTurning('');
    if (saved) toast(said, { undo: () => void putBack(saved, before, t, saving.use) });
  };
  const turnRule = (rule: Rule) =>
    change(rule.id, (plan) => withRule(plan, { ...(rulesOf(plan).find((r) => r.id === rule.id) ?? rule), off: !rule.off }), t(rule.off ? 'turned.on' : 'turned.off', { name: nameOf(t, rule) }));
  const turnCampaign = (c: Campaign) =>
    change('+' + c.id, (plan) => withCampaign(plan, { ...(campaignsOf(plan).find((one) => one.id === c.id) ?? c), off: !c.off }), t(c.off ? 'turned.on' : 'turned.off', { name: c.name || c.id }));
  const shared = { plan: saving.plan, figures: figures.data, words, turning };
  return (
    <Stack>
      <Theirs saving={saving} words={words} />
      {saving.problem && <ErrorBox problem={saving.problem} />}
      <RuleList {...shared} turn={turnRule} />
      <CampaignList {...shared} turn={turnCampaign} />
      <Foot plan={saving.plan} />
    </Stack>
  );
}

interface ListProps {
  plan: Plan;
  figures?: Figures;
  words: ReturnType<typeof useSentences>;
  turning: string;
}

function RuleList({ plan, figures, words, turning, turn }: ListProps & { turn(rule: Rule): void }) {
  const t = useTexts();
  const list = useListQuery();
  const all = rulesOf(plan.plan);
  const { state = '', about = '' } = list.values;
  const search = list.search.toLowerCase();
  const rows = all.filter((r) => {
    const sale = (saleKinds as readonly string[]).includes(r.kind);
    if (state && (state === 'on') !== !r.off) return false;
    if (about && (about === 'sale') !== sale) return false;
    return !search || (nameOf(t, r) + ' ' + ruleSentence(r, words)).toLowerCase().includes(search);
  });
  const columns: Column<Rule>[] = [
    { key: 'name', head: t('rule'), render: (r) => nameOf(t, r) },
    { key: 'says', head: t('does'), long: true, render: (r) => <span class={r.off ? 'quiet' : undefined}>{ruleSentence(r, words)}</span> },
    { key: 'given', head: t('given'), align: 'end', render: (r) => figures && <Points value={figures.rules?.find((i) => i.id === r.id)?.points ?? 0} bare /> },
    { key: 'on', head: t('state'), render: (r) => <Switch on={!r.off} label={nameOf(t, r)} busy={turning === r.id} onTurn={() => turn(r)} /> },
  ];
  return (
    <Card title={t('rules.title')} lead={t('rules.lead')} flush>
      <ListBar
        search={{ value: list.search, label: t('search'), onType: list.type }}
        filters={[
          { key: 'state', label: t('state'), value: state, options: ['on', 'off'].map((value) => ({ value, label: t('state.' + value) })) },
          { key: 'about', label: t('about'), value: about, options: [{ value: 'sale', label: t('about.sale') }, { value: 'activity', label: t('about.activity') }] },
        ]}
        onChange={list.set}
      />
      <DataTable
        caption={t('rules.title')}
        columns={columns}
        rows={rows}
        rowKey={(r) => r.id}
        rowHref={(r) => '/rules/' + r.id}
        empty={
          all.length === 0 ? (
            <Empty title={t('empty.title')} text={t('empty.text')} action={<LinkButton to="/rules/new" kind="primary">{t('new.rule')}</LinkButton>} />
          ) : (
            <Empty title={t('none.title')} text={t('none.text')} />
          )
        }
      />
    </Card>
  );
}

function CampaignList({ plan, figures, words, turning, turn }: ListProps & { turn(c: Campaign): void }) {
  const t = useTexts();
  const f = useFormat();
  const rules = rulesOf(plan.plan);
  const today = f.day(Date.now());
  const columns: Column<Campaign>[] = [
    { key: 'name', head: t('campaign'), render: (c) => c.name || c.id },
    { key: 'says', head: t('does'), long: true, render: (c) => <span class={c.off ? 'quiet' : undefined}>{campaignSentence(c, rules, words)}</span> },
    { key: 'time', head: t('time'), render: (c) => <Time campaign={c} today={today} /> },
    { key: 'given', head: t('given'), align: 'end', render: (c) => figures && <Points value={figures.campaigns?.find((i) => i.id === c.id)?.points ?? 0} bare /> },
    {
      key: 'budget',
      head: t('campaign.budget'),
      align: 'end',
      render: (c) => {
        const used = figures?.budgets?.find((b) => b.id === c.id)?.used ?? 0;
        return c.budget ? <Meter label={t('campaign.budget')} value={used} max={c.budget} text={t('budget.used', { used: f.number(used), budget: f.number(c.budget) })} /> : '–';
      },
    },
    { key: 'on', head: t('state'), render: (c) => <Switch on={!c.off} label={c.name || c.id} busy={turning === '+' + c.id} onTurn={() => turn(c)} /> },
  ];
  const add = <LinkButton to="/campaigns/new" icon={plus}>{t('new.campaign')}</LinkButton>;
  return (
    <Card title={t('campaigns.title')} lead={t('campaigns.lead')} flush actions={campaignsOf(plan.plan).length > 0 && add}>
      <DataTable
        caption={t('campaigns.title')}
        columns={columns}
        rows={campaignsOf(plan.plan)}
        rowKey={(c) => c.id}
        rowHref={(c) => '/campaigns/' + c.id}
        empty={<Empty title={t('campaigns.empty')} text={t('campaigns.empty.text')} action={add} />}
      />
    </Card>
  );
}

function Time({ campaign, today }: { campaign: Campaign; today: string }) {
  const t = useTexts();
  if (campaign.until < today) return <Badge>{t('time.over')}</Badge>;
  if (campaign.from > today) return <Badge tone="accent">{t('time.ahead')}</Badge>;
  return <Badge tone={campaign.off ? 'neutral' : 'good'}>{t('time.now')}</Badge>;
}

function Foot({ plan }: { plan: Plan }) {
  const t = useTexts();
  const f = useFormat();
  const groups = Object.keys(plan.plan.earning.groups ?? {}).length;
  return (
    <Card title={t('all.title')}>
      <p>
        {t('all.earnAt', { when: t('earnAt.' + (plan.plan.earning.earn_at || 'paid')) })} {groups > 0 && t('all.groups', { n: groups })}
      </p>
      <p class="quiet">{t('all.version', { version: plan.version, when: f.dateTime(plan.effective_from) })}</p>
      <div class="row gap-2">
        <LinkButton to="/rules/groups" small>
          {t('groups.title')}
        </LinkButton>
        <LinkButton to="/rules/history" small>
          {t('history.title')}
        </LinkButton>
        {exists('/rates') && (
          <LinkButton to="/rates" small>
            {t('all.rates')}
          </LinkButton>
        )}
      </div>
    </Card>
  );
}
