import { useId, useRef, useState } from 'preact/hooks';
import plus from 'icon:plus';
import x from 'icon:x';
import { useTexts } from '../../i18n';
import { Button, Field, Icon } from '../../ui';

export interface Known {
  key: string;
  label: string;
}

interface Props {
  label: string;
  name: string;
  help?: string;
  error?: string;
  values: string[];
  known?: Known[]; // what can be chosen by name
  free?: boolean; // what is not known may be typed
  needed?: boolean; // it must not stay empty
  onChange(values: string[]): void;
}

const shown = (one: Known) => (one.label && one.label !== one.key ? `${one.label} · ${one.key}` : one.key);

// Chips is a list of things that are added by typing a part of their name.
export function Chips({ label, name, help, error, values, known = [], free = true, needed, onChange }: Props) {
  const t = useTexts();
  const list = useId();
  const line = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const labelOf = (key: string) => known.find((k) => k.key === key)?.label || key;
  const [wrong, setWrong] = useState<string>();
  const find = (text: string) => known.find((k) => shown(k) === text || k.key === text || k.label.toLowerCase() === text.toLowerCase());
  const add = () => {
    const keys = typed.includes(' · ') ? [typed.trim()] : typed.split(',').map((part) => part.trim());
    const meant = keys.filter(Boolean).map((text) => find(text)?.key ?? (free ? text : ''));
    const fresh = meant.filter((key, i) => key && !values.includes(key) && meant.indexOf(key) === i);
    setWrong(meant.some((key) => !key) ? 'wrong.unknown' : undefined);
    if (fresh.length > 0) onChange([...values, ...fresh]);
    if (meant.every(Boolean)) setTyped('');
  };
  // leave takes what is certain; of the rest it says that it is not in the list yet.
  const leave = (to: EventTarget | null) => {
    const text = typed.trim();
    if (!text || (to instanceof HTMLElement && to.closest('.chip-line') === line.current)) return;
    if (known.length === 0 ? free : find(text)) add();
    else setWrong(free ? 'wrong.pending' : 'wrong.unknown');
  };
  return (
    <div class="stack gap-2">
      <Field label={label} name={name} help={help} error={error ?? (wrong && t(wrong))} optional={!needed}>
        {(id, describedBy, invalid) => (
          <div class="chip-line" ref={line}>
            <input
              id={id}
              name={name}
              type="text"
              list={list}
              autocomplete="off"
              value={typed}
              aria-describedby={describedBy}
              aria-invalid={invalid || undefined}
              onInput={(event) => (setTyped(event.currentTarget.value), setWrong(undefined))}
              onBlur={(event) => leave(event.relatedTarget)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
            <datalist id={list}>
              {known
                .filter((k) => !values.includes(k.key))
                .map((k) => (
                  <option key={k.key} value={shown(k)} />
                ))}
            </datalist>
            <Button icon={plus} onClick={add} disabled={!typed.trim()}>
              {t('add')}
              <span class="sr"> {label}</span>
            </Button>
          </div>
        )}
      </Field>
      {values.length > 0 && (
        <ul class="chips" aria-label={label}>
          {values.map((key) => (
            <li key={key} class="chip">
              <span>{labelOf(key)}</span>
              <button type="button" aria-label={t('remove', { what: labelOf(key) })} title={t('remove', { what: labelOf(key) })} onClick={() => onChange(values.filter((v) => v !== key))}>
                <Icon of={x} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
