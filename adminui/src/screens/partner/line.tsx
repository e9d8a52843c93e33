import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Await, Badge, Button, Card, DataTable, Empty, Pager, Row, Select, When } from '../../ui';
import { Customer } from './customer';
import type { Detail } from './index';

export type Person = Schemas['LinePerson'];

const perPage = 25;

// Line is the tree below a partner, level by level.
export function Line({ of: p, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const levels = p.levels ?? [];
  const [level, setLevel] = useState(1);
  const [trail, setTrail] = useState<string[]>([]);
  const [shown, show] = useState<Person | undefined>();
  const query = { level, limit: perPage, cursor: trail.at(-1) };
  const line = useLoad((signal) => api.GET('/api/admin/v1/partners/{id}/downline', { params: { path: { id: p.id }, query }, signal }), [p.id, query]);
  const next = line.data?.next;
  const pick = (value: string) => {
    setLevel(Number(value));
    setTrail([]);
  };
  return (
    <Card title={t('line')} lead={t('line.lead')} flush>
      {levels.length > 1 && (
        <div class="list-bar">
          <Select label={t('line.level')} name="level" value={String(level)} onValue={pick} options={levels.map((l) => ({ value: String(l.level), label: t('line.option', { level: String(l.level), n: l.members, members: f.number(l.members), open: f.number(l.new_customers) }) }))} />
        </div>
      )}
      <Await of={line}>
        {(list) => (
          <DataTable
            caption={t('line')}
            rows={[...(list.items ?? [])].sort((a, b) => b.since - a.since)}
            rowKey={(one) => one.id}
            empty={<Empty title={t('line.none')} text={t('line.none.text')} />}
            columns={[
              { key: 'name', head: t('name'), render: (one) => one.name || t('nameless') },
              { key: 'type', head: t('type'), render: (one) => <Badge tone={one.type === 'customer' ? 'accent' : 'neutral'}>{t('type.' + one.type)}</Badge> },
              { key: 'state', head: t('state'), render: (one) => <Badge tone={one.state === 'final' ? 'good' : 'warn'}>{t('line.' + one.state)}</Badge> },
              { key: 'code', head: t('code'), render: (one) => one.code || '–' },
              ...(level > 1 ? [{ key: 'above', head: t('line.by'), render: (one: Person) => one.above || t('nameless') }] : []),
              { key: 'since', head: t('since'), align: 'end', render: (one) => <When at={one.since} /> },
              {
                key: 'why', head: t('line.why'), align: 'end',
                render: (one) => (
                  <Button small onClick={() => show(one)}>
                    {t('line.open')}
                    <span class="sr"> {one.name}</span>
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Await>
      <Row>
        <Pager next={next ? () => setTrail([...trail, next]) : undefined} previous={trail.length > 0 ? () => setTrail(trail.slice(0, -1)) : undefined} />
      </Row>
      {shown && (
        <Customer
          id={shown.id}
          close={() => show(undefined)}
          moved={() => {
            line.reload();
            changed();
          }}
        />
      )}
    </Card>
  );
}
