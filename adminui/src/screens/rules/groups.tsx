import { useEffect, useState } from 'preact/hooks';
import plus from 'icon:plus';
import { useTexts } from '../../i18n';
import { Await, Button, Card, DirtyGuard, Empty, FormErrors, Page, Row, Stack, TextInput, toast } from '../../ui';
import { Chips } from './chips';
import { same } from './draft';
import { useCollections } from './collections';
import { choicesOf, type Choices } from './parts';
import { campaignsOf, idFor, rulesOf, type Change } from './plan';
import { usePlan, useProducts, useSaving, useSentences, useUndo, type Plan, type Product } from './saving';
import { serverErrors } from './rule';
import { SaveBar } from './savebar';
import { nameOf, type Match } from './sentence';

type Groups = [name: string, products: string[]][];

// GroupsPage keeps the product groups that rules and campaigns can name.
export default function GroupsPage() {
  const t = useTexts();
  const plan = usePlan();
  const products = useProducts();
  return (
    <Page title={t('groups.title')} lead={t('groups.lead')} back={{ to: '/rules', label: t('title') }} narrow>
      <Await of={plan} lines={6}>
        {(loaded) => <Form first={loaded} products={products.data?.items ?? []} />}
      </Await>
    </Page>
  );
}

const groupsOf = (plan: Plan): Groups => Object.entries(plan.plan.earning.groups ?? {}).map(([name, keys]) => [name, keys ?? []]);

function Form({ first, products }: { first: Plan; products: Product[] }) {
  const t = useTexts();
  const saving = useSaving(first);
  const [stored, setStored] = useState(() => groupsOf(first));
  const [groups, setGroups] = useState(stored);
  const [name, setName] = useState('');
  const words = useSentences(products);
  const choices = choicesOf(products, saving.plan, useCollections());
  const dirty = !same(groups, stored);
  const said = serverErrors(saving.problem, t);
  useEffect(() => saving.clear(), [groups]);
  const change: Change = (plan) => ({ ...plan, earning: { ...plan.earning, groups: Object.fromEntries(groups) } });

  const add = () => {
    if (!name.trim()) return;
    setGroups([...groups, [idFor(name, groups.map(([g]) => g), 'group'), []]]);
    setName('');
  };
  const undo = useUndo();
  const show = (plan: Plan) => (setStored(groupsOf(plan)), setGroups(groupsOf(plan)));
  const submit = async (event: Event) => {
    event.preventDefault();
    const before = saving.plan.plan;
    const saved = await saving.save(change);
    if (!saved) return;
    show(saved);
    toast(t('saved.version', { version: saved.version }), undo(saved, before, (back) => (saving.use(back), show(back))));
  };
  return (
    <form onSubmit={submit} noValidate>
      <DirtyGuard when={dirty} />
      <Stack>
        <FormErrors errors={Object.entries(said).map(([field, message]) => ({ name: field, message }))} />
        {groups.length === 0 && <Empty title={t('groups.empty')} text={t('groups.empty.text')} />}
        {groups.map(([group, keys], i) => (
          <Group
            key={group}
            name={group}
            keys={keys}
            choices={choices}
            users={usersOf(saving.plan, group, t)}
            set={(next) => setGroups(groups.map((g, at) => (at === i ? [group, next] : g)))}
            remove={() => setGroups(groups.filter((_, at) => at !== i))}
          />
        ))}
        <Card title={t('groups.add')}>
          <TextInput label={t('groups.name')} name="group-name" value={name} onValue={setName} onEnter={add} help={t('groups.name.help')} maxLength={40} />
          <Row>
            <Button icon={plus} onClick={add} disabled={!name.trim()}>
              {t('groups.add')}
            </Button>
          </Row>
        </Card>
        <SaveBar saving={{ ...saving, problem: Object.keys(said).length > 0 ? undefined : saving.problem }} words={words} change={change} dirty={dirty} discard={() => setGroups(stored)} />
      </Stack>
    </form>
  );
}

interface GroupProps {
  name: string;
  keys: string[];
  choices: Choices;
  users: string[];
  set(keys: string[]): void;
  remove(): void;
}

function Group({ name, keys, choices, users, set, remove }: GroupProps) {
  const t = useTexts();
  const used = users.length > 0;
  return (
    <Card
      title={name}
      lead={used ? t('groups.used', { names: users.join(', ') }) : t('groups.unused')}
      actions={
        <Button small disabled={used} onClick={remove}>
          {t('delete')}
          <span class="sr"> {name}</span>
        </Button>
      }
    >
      <Chips label={t('which.products')} name={'groups.' + name} values={keys} known={choices.products} onChange={set} help={t(choices.products.length > 0 ? 'which.products.help' : 'which.products.none')} />
    </Card>
  );
}

// usersOf names the rules and campaigns that a group is used by: it cannot go before them.
function usersOf(plan: Plan, group: string, t: (key: string) => string): string[] {
  const names = (m: Match | undefined) => [...(m?.groups ?? []), ...(m?.exclude_groups ?? [])].includes(group);
  return [...rulesOf(plan.plan), ...campaignsOf(plan.plan)].filter((one) => names(one.match)).map((one) => nameOf(t, one));
}
