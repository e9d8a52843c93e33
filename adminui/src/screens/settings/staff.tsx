import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Badge, Button, Card, DataTable, DirtyGuard, ErrorBox, Notice, Row, Select, TextInput, toast, When, type Column } from '../../ui';
import type { View } from './index';

type Person = Schemas['StaffView'];
type Role = Person['role'];

const roles: Role[] = ['owner', 'manager', 'viewer'];

// Staff says who may do what. Sessions name people by the host's id alone, so the
// owner gives them names here.
export function Staff({ view, saved }: { view: View; saved(): void }) {
  const t = useTexts();
  const [people, setPeople] = useState<Person[]>(view.staff ?? []);
  const [rest, setRest] = useState<Role>(view.default_role);
  const [added, setAdded] = useState('');
  const [sent, send] = useState(false);
  const [base, setBase] = useState(view); // what the changes are made to
  const owner = view.your_role === 'owner';
  const dirty = rest !== base.default_role || JSON.stringify(people) !== JSON.stringify(base.staff);
  const show = (v: View) => (setBase(v), setPeople(v.staff ?? []), setRest(v.default_role));
  // The other half of the page has been saved by itself: what was typed here stays.
  useEffect(() => void ((sent || !dirty) && (show(view), send(false))), [view]);
  const save = useAction(() =>
    api.PUT('/api/admin/v1/settings/staff', { body: { version: view.version, default_role: rest, staff: people.filter((p) => p.listed).map(({ key, name, role }) => ({ key, name, role })) } }),
  );
  const run = async () => {
    if (!dirty || !(await save.run(undefined))) return;
    send(true);
    toast(t('saved'));
    saved();
  };
  const change = (key: string, to: Partial<Person>) => setPeople(people.map((p) => (p.key === key ? { ...p, ...to, listed: true } : p)));
  const add = () => {
    const key = added.trim();
    if (!key || people.some((p) => p.key === key)) return;
    setPeople([...people, { key, role: rest, listed: true }]);
    setAdded('');
  };
  const options = roles.map((value) => ({ value, label: t('role.' + value) }));
  const columns: Column<Person>[] = [
    {
      key: 'key',
      head: t('person'),
      render: (p) => (
        <>
          {p.name || t('person.id', { id: p.key })} {p.you && <Badge tone="accent">{t('you')}</Badge>}
          {p.name && <span class="quiet help-line">{p.key}</span>}
        </>
      ),
    },
    { key: 'name', head: t('name'), render: (p) => (owner ? <TextInput label={t('name.of', { id: p.key })} hideLabel value={p.name ?? ''} maxLength={120} onValue={(name) => change(p.key, { name })} onEnter={() => void run()} /> : (p.name ?? '')) },
    {
      key: 'role',
      head: t('role'),
      render: (p) =>
        owner ? <Select label={t('role.of', { id: p.name || p.key })} hideLabel value={p.listed ? p.role : rest} options={options} onValue={(role) => change(p.key, { role: role as Role })} /> : t('role.' + p.role),
    },
    { key: 'last', head: t('last'), align: 'end', render: (p) => <When at={p.last_at} time /> },
  ];
  return (
    <Card title={t('staff')} lead={t('staff.lead')}>
      <DirtyGuard when={dirty && !save.busy} />
      {!owner && (
        <Notice>
          <p>{t('staff.owners')}</p>
        </Notice>
      )}
      <dl class="facts">
        {roles.map((role) => (
          <div key={role}>
            <dt>{t('role.' + role)}</dt>
            <dd>{t('role.' + role + '.may')}</dd>
          </div>
        ))}
      </dl>
      <DataTable caption={t('staff')} columns={columns} rows={people} rowKey={(p) => p.key} />
      {owner && (
        <>
          <Select name="default_role" label={t('rest')} help={t('rest.help')} value={rest} options={options} onValue={(role) => setRest(role as Role)} />
          <Row gap={2}>
            <TextInput label={t('add')} help={t('add.help')} value={added} maxLength={120} onValue={setAdded} onEnter={add} />
            <Button onClick={add} disabled={!added.trim()}>
              {t('add.do')}
            </Button>
          </Row>
          {save.problem && (save.problem.field === 'staff' ? <Notice tone="bad" title={t('staff.wrong')} /> : <ErrorBox problem={save.problem} />)}
          <Row gap={2}>
            <Button kind="primary" busy={save.busy} disabled={!dirty} onClick={() => void run()}>
              {t('staff.save')}
            </Button>
            {dirty && (
              <Button kind="quiet" onClick={() => show(base)}>
                {t('discard')}
              </Button>
            )}
          </Row>
        </>
      )}
    </Card>
  );
}
