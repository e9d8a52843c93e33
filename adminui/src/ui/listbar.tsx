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
  options: Choice[]; // without the choice 'all'
}

interface Props {
  search?: { value: string; label: string; onType(value: string): void };
  filters?: Filter[];
  onChange?(change: Record<string, string | undefined>): void;
  children?: ComponentChildren; // at the end of the line: export, columns
}

// ListBar searches while one types and shows filters as chips.
export function ListBar(props: Props) {
  const t = useTexts();
  const chosen = (props.filters ?? []).filter((f) => f.value !== '');
  return (
    <div class="list-bar">
      <div class="row gap-2">
        {props.search && <Search {...props.search} />}
        {props.filters?.map((f) => (
          <select key={f.key} class="filter" aria-label={f.label} value={f.value} onChange={(event) => props.onChange?.({ [f.key]: event.currentTarget.value || undefined })}>
            <option value="">{t('filter.all', { what: f.label })}</option>
            {f.options.map((o) => (
              <option key={o.value} value={o.value}>
                {o.label}
              </option>
            ))}
          </select>
        ))}
        {props.children && <div class="actions">{props.children}</div>}
      </div>
      {chosen.length > 0 && (
        <ul class="chips">
          {chosen.map((f) => {
            const text = `${f.label}: ${f.options.find((o) => o.value === f.value)?.label ?? f.value}`;
            return (
              <li key={f.key}>
                <button type="button" class="chip" aria-label={t('filter.remove', { what: text })} onClick={() => props.onChange?.({ [f.key]: undefined })}>
                  {text}
                  <Icon of={x} size={14} />
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
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
  if (!next && !previous) return null;
  return (
    <nav class="pager" aria-label={t('pager.label')}>
      <Button small icon={chevronLeft} disabled={!previous} onClick={previous}>
        {t('pager.previous')}
      </Button>
      {count !== undefined && <span class="quiet">{t('pager.count', { n: count })}</span>}
      <Button small disabled={!next} onClick={next}>
        {t('pager.next')}
        <Icon of={chevronRight} size={16} />
      </Button>
    </nav>
  );
}
