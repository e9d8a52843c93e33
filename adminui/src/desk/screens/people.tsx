import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Link } from '../../shell/router';
import { Badge, Card, Empty, ListBar, Page, Pager } from '../../ui';
import { queryOf, read, readAll } from '../api';
import { Wait } from '../parts';
import { useDesk } from '../me';
import type { Page as PageOf, Person } from '../types';

const perPage = 50;

// People are those below the partner: the first line, and who came by them.
export default function People() {
  const t = useTexts();
  const list = useListQuery();
  const { me } = useDesk();
  const level = Number(list.values.level) || 1;
  const path = '/downline' + queryOf({ level, cursor: list.cursor, limit: perPage });
  const people = useLoad((signal) => (list.search ? found(level, list.search, signal) : read<PageOf<Person>>(path, signal)), [path, list.search]);
  return (
    <Page title={t('people.title')} lead={t('people.lead')}>
      <Levels most={Math.max(me.levels, level)} level={level} onLevel={(n) => list.set({ level: n === 1 ? undefined : String(n) })} />
      <Card flush>
        <ListBar search={{ value: list.search, label: t('people.search'), onType: list.type }} />
        <Wait of={people}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={list.search ? t('people.nobody', { search: list.search }) : t('people.empty')} text={list.search ? undefined : t('people.empty.text')} />
            ) : (
              <ul class="rows">
                {[...items].sort((a, b) => b.since - a.since).map((p) => (
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

// found looks through a whole level: partners know their people by first names and codes.
async function found(level: number, search: string, signal: AbortSignal) {
  const all = await readAll<PageOf<Person>>('/downline', { level: String(level) }, signal);
  const wanted = search.toLocaleLowerCase();
  const fits = (p: Person) => [p.name, p.code, p.above].some((text) => text?.toLocaleLowerCase().includes(wanted));
  return all.data ? { ...all, data: { items: all.data.items.filter(fits) } as PageOf<Person> } : all;
}

// Levels are how far below somebody stands; with one there is nothing to choose.
function Levels({ most, level, onLevel }: { most: number; level: number; onLevel(level: number): void }) {
  const t = useTexts();
  if (most < 2) return null;
  return (
    <div class="levels" role="group" aria-label={t('people.levels')}>
      {Array.from({ length: most }, (_, i) => i + 1).map((n) => (
        <button key={n} type="button" aria-pressed={n === level} onClick={() => onLevel(n)}>
          {n === 1 ? t('people.first') : t('people.level', { level: String(n) })}
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
        {p.state === 'provisional' && <Badge tone="warn">{t('state.provisional')}</Badge>}
      </p>
      <p class="quiet row-note">
        {t('people.since', { date: f.date(p.since) })}
        {p.above && ` · ${t('people.above', { name: p.above })}`}
        {p.code && ` · ${t('people.code', { code: p.code })}`}
        {p.below > 0 && ` · ${t('people.below', { n: p.below })}`}
      </p>
    </li>
  );
}
