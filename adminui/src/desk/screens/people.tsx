import { useEffect, useState } from 'preact/hooks';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Badge, Card, Empty, ListBar, Page, Pager } from '../../ui';
import { queryOf, read } from '../api';
import { Wait } from '../parts';
import type { Downline, Person } from '../types';

const perPage = 50;

// People are those below the partner: the first line, and who came by them.
export default function People() {
  const t = useTexts();
  const list = useListQuery();
  const level = Number(list.values.level) || 1;
  const path = '/downline' + queryOf({ level, search: list.search, cursor: list.cursor, limit: perPage });
  const people = useLoad((signal) => read<Downline>(path, signal), [path]);
  return (
    <Page title={t('people.title')} lead={t('people.lead')}>
      <Levels levels={people.data?.levels} level={level} onLevel={(n) => list.set({ level: n === 1 ? undefined : String(n) })} />
      <Card flush>
        <ListBar search={{ value: list.search, label: t('people.search'), onType: list.type }} />
        <Wait of={people}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={list.search ? t('people.nobody', { search: list.search }) : t('people.empty')} text={list.search ? undefined : t('people.empty.text')} />
            ) : (
              <ul class="rows">
                {items.map((p) => (
                  <Row key={p.id} person={p} level={level} />
                ))}
              </ul>
            )
          }
        </Wait>
        <Pager next={people.data?.next ? () => list.next(people.data?.next ?? '') : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

// Levels keeps what it knows while another level is on its way.
function Levels({ levels, level, onLevel }: { levels?: Downline['levels']; level: number; onLevel(level: number): void }) {
  const t = useTexts();
  const [known, setKnown] = useState(levels ?? []);
  useEffect(() => void (levels && setKnown(levels)), [levels]);
  const shown = known.length > 0 ? known : [{ level: 1, members: 0, new_customers: 0 }];
  return (
    <div class="levels" role="group" aria-label={t('people.levels')}>
      {shown.map((l) => (
        <button key={l.level} type="button" aria-pressed={l.level === level} onClick={() => onLevel(l.level)}>
          <span>{l.level === 1 ? t('people.first') : t('people.level', { level: String(l.level) })}</span>
          <strong>{l.members}</strong>
          <span class="quiet">{t('people.new', { n: l.new_customers })}</span>
        </button>
      ))}
    </div>
  );
}

function Row({ person: p, level }: { person: Person; level: number }) {
  const t = useTexts();
  const f = useFormat();
  const name = p.name || t('person.unnamed');
  return (
    <li class={level === 1 ? 'row-card opens-card' : 'row-card'}>
      <p class="row-name">{level === 1 ? <Link to={'/people/' + p.id}>{name}</Link> : name}</p>
      <p class="badges">
        <Badge tone={p.type === 'customer' ? 'accent' : 'neutral'}>{t('type.' + p.type)}</Badge>
        {p.partner && <Badge tone="good">{t('type.partner')}</Badge>}
        {p.state === 'provisional' && <Badge tone="warn">{t('state.provisional')}</Badge>}
      </p>
      <p class="quiet row-note">
        {t('people.since', { date: f.date(p.since) })}
        {p.above && ` · ${t('people.above', { name: p.above })}`}
        {p.code && ` · ${t('people.code', { code: p.code })}`}
      </p>
    </li>
  );
}
