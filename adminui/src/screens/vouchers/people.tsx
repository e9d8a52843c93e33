import { useEffect, useRef, useState } from 'preact/hooks';
import x from 'icon:x';
import { api, take } from '../../api/client';
import { useTexts } from '../../i18n';
import { Button, Icon, TextInput } from '../../ui';
import { toField } from '../../ui/field';
import { useUnfinished } from '../../ui/unfinished';
import { useEnter, useFound } from './finding';

export interface Person {
  id: string;
  name: string;
}

interface Props {
  label: string;
  name: string;
  help?: string;
  error?: string;
  chosen: string[];
  single?: boolean;
  needed?: boolean; // without a choice the form is not complete
  onChange(ids: string[], people: Person[]): void;
}

const called = (m: { first_name: string; last_name: string; email: string; id: string }) => [m.first_name, m.last_name].filter(Boolean).join(' ') || m.email || m.id;
const known = new Map<string, string>(); // names of members that this page has met
const lookUps = 50; // chosen members whose names are asked for; more are shown as a number

// useNames has the names of members, asked for once.
export function useNames(ids: string[]): (id: string) => string {
  const [, turn] = useState(0);
  useEffect(() => {
    for (const id of ids.slice(0, lookUps).filter((one) => one && !known.has(one))) {
      known.set(id, id);
      take(api.GET('/api/admin/v1/members/{id}', { params: { path: { id } } }))
        .then((m) => (known.set(id, called(m)), turn((n) => n + 1)))
        .catch(() => known.delete(id)); // its number stays; the next visit asks again
    }
  }, [ids.join()]);
  return (id) => known.get(id) ?? id;
}

// People chooses members by searching for them. Enter takes the only one who is found, or
// leads to the first of them; it never sends the form around it.
export function People({ label, name, help, error, chosen, single, needed, onChange }: Props) {
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false); // left without a choice
  const box = useRef<HTMLDivElement>(null);
  const nameOf = useNames(chosen);
  const search = typed.trim();
  const found = useFound(search.length > 1 ? search : '', (text, signal) => api.GET('/api/admin/v1/members', { params: { query: { search: text, limit: 6 } }, signal }));
  const rows = (found.items ?? []).filter((m) => m.state === 'active' && !chosen.includes(m.id));
  useUnfinished(box, search !== '', () => (setOpen(true), toField(name)));
  const pick = (m: (typeof rows)[number]) => {
    known.set(m.id, called(m));
    const ids = single ? [m.id] : [...chosen, m.id];
    onChange(ids, ids.map((id) => ({ id, name: known.get(id) ?? id })));
    setTyped('');
    setOpen(false);
  };
  const enter = useEnter(box, search, found.items && rows, pick, () => setOpen(true));
  const drop = (id: string) => onChange(chosen.filter((c) => c !== id), chosen.filter((c) => c !== id).map((c) => ({ id: c, name: nameOf(c) })));
  const leave = (to: EventTarget | null) => setOpen(search !== '' && !(to instanceof Node && box.current?.contains(to)));
  const shown = chosen.slice(0, lookUps);
  return (
    <div class="stack gap-2" ref={box} onFocusOut={(event) => leave(event.relatedTarget)}>
      {!(single && chosen.length > 0) && (
        <TextInput label={label} name={name} value={typed} onValue={(text) => (setTyped(text), setOpen(false))} onEnter={enter} help={help} error={open && search ? t('people.open', { name: search }) : error} placeholder={t('people.search')} optional={!needed} />
      )}
      {single && chosen.length > 0 && <p class="people-label">{label}</p>}
      {search.length > 1 && (
        <ul class="found" aria-label={t('people.found')}>
          {rows.map((m) => (
            <li key={m.id}>
              <Button small kind="quiet" onClick={() => pick(m)}>
                {called(m)} <span class="quiet">{m.email}</span>
              </Button>
            </li>
          ))}
          {found.problem && <li class="error">{found.problem.detail}</li>}
          {found.items && rows.length === 0 && <li class="quiet">{t('people.none')}</li>}
        </ul>
      )}
      {chosen.length > 0 && (
        <ul class="chips" aria-label={label}>
          {shown.map((id) => (
            <li key={id} class="chip">
              <span>{nameOf(id)}</span>
              <button type="button" aria-label={t('remove', { what: nameOf(id) })} title={t('remove', { what: nameOf(id) })} onClick={() => drop(id)}>
                <Icon of={x} size={14} />
              </button>
            </li>
          ))}
          {chosen.length > shown.length && <li class="quiet">{t('people.more', { n: chosen.length - shown.length })}</li>}
        </ul>
      )}
    </div>
  );
}
