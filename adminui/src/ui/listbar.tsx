import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import chevronLeft from 'icon:chevron-left';
import chevronRight from 'icon:chevron-right';
import search from 'icon:search';
import x from 'icon:x';
import { useTexts } from '../i18n';
import { Button } from './button';
import { Icon } from './icon';
import type { Choice } from './inputs';

const typing = 200; // milliseconds of rest after which a search begins

export interface Filter {
  key: string; // its name in the address
  label: string;
  value: string; // '' = all
  options: Choice[]; // without the choice ''
  all?: string; // what that one is called; missing = '<label>: all'
}

interface Props {
  search?: { value: string; label: string; onType(value: string): void };
  filters?: Filter[];
  onChange?(change: Record<string, string | undefined>): void;
  children?: ComponentChildren; // at the end of the line: export, columns
}

// ListBar searches while one types and shows filters as chips.
export function ListBar({ search, filters, onChange = () => {}, children }: Props) {
  return (
    <div class="list-bar">
      {search && <Search {...search} />}
      {filters?.map((f) => (
        <FilterChip key={f.key} filter={f} onPick={(value) => onChange({ [f.key]: value })} />
      ))}
      {children && <div class="actions">{children}</div>}
    </div>
  );
}

function FilterChip({ filter, onPick }: { filter: Filter; onPick(value: string | undefined): void }) {
  const t = useTexts();
  const chosen = filter.options.find((o) => o.value === filter.value);
  const named = (o: Choice) => `${filter.label}: ${o.label}`;
  return (
    <span class={chosen ? 'filter chosen' : 'filter'}>
      <select aria-label={filter.label} value={filter.value} onChange={(event) => onPick(event.currentTarget.value || undefined)}>
        <option value="">{filter.all ?? t('filter.all', { what: filter.label })}</option>
        {filter.options.map((o) => (
          <option key={o.value} value={o.value}>
            {named(o)}
          </option>
        ))}
      </select>
      {chosen && (
        <button type="button" aria-label={t('filter.remove', { what: named(chosen) })} title={t('filter.remove', { what: named(chosen) })} onClick={() => onPick(undefined)}>
          <Icon of={x} size={14} />
        </button>
      )}
    </span>
  );
}

function Search({ value, label, onType }: { value: string; label: string; onType(value: string): void }) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) setText(value); // the address changed by itself: back, or a link
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (now: string) => {
    sent.current = now.trim();
    onType(now.trim());
  };
  return (
    <div class="search">
      <Icon of={search} size={16} />
      <input
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        value={text}
        onInput={(event) => {
          const now = event.currentTarget.value;
          setText(now);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => send(now), typing);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          clearTimeout(timer.current);
          send(text);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

// Pager turns the pages of a list; next and previous are undefined at the ends.
export function Pager({ next, previous, count }: { next?: () => void; previous?: () => void; count?: number }) {
  const t = useTexts();
  const bar = useRef<HTMLElement>(null);
  const turned = useRef(false);
  const turn = (to: (() => void) | undefined) => () => {
    turned.current = true;
    to?.();
    const list = bar.current?.closest('.card');
    if (list && list.getBoundingClientRect().top < 0) list.scrollIntoView();
  };
  // At the first and the last page the button that was pressed can no longer be: the other one has the focus then.
  useEffect(() => {
    const now = document.activeElement;
    const lost = now === document.body || (bar.current?.contains(now) && now?.matches('[aria-disabled]'));
    if (turned.current && lost) bar.current?.querySelector<HTMLElement>('button:not(:disabled, [aria-disabled])')?.focus({ preventScroll: true });
  }, [!next, !previous]);
  if (!next && !previous) return null;
  return (
    <nav class="pager" aria-label={t('pager.label')} ref={bar}>
      <Button small icon={chevronLeft} disabled={!previous} onClick={turn(previous)}>
        {t('pager.previous')}
      </Button>
      {count !== undefined && <span class="quiet">{t('pager.count', { n: count })}</span>}
      <Button small disabled={!next} onClick={turn(next)}>
        {t('pager.next')}
        <Icon of={chevronRight} size={16} />
      </Button>
    </nav>
  );
}
