import { useId, useState } from 'preact/hooks';
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
  onChange(values: string[]): void;
}

const shown = (one: Known) => (one.label && one.label !== one.key ? `${one.label} · ${one.key}` : one.key);

// Chips is a list of things that are added by typing a part of their name.
export function Chips({ label, name, help, error, values, known = [], free = true, onChange }: Props) {
  const t = useTexts();
  const list = useId();
  const [typed, setTyped] = useState('');
  const labelOf = (key: string) => known.find((k) => k.key === key)?.label || key;
  const [unknown, setUnknown] = useState(false);
  const add = () => {
    const keys = typed.includes(' · ') ? [typed.trim()] : typed.split(',').map((part) => part.trim());
    const meant = keys.filter(Boolean).map((text) => known.find((k) => shown(k) === text || k.key === text || k.label.toLowerCase() === text.toLowerCase())?.key ?? (free ? text : ''));
    const fresh = meant.filter((key, i) => key && !values.includes(key) && meant.indexOf(key) === i);
    setUnknown(meant.some((key) => !key));
    if (fresh.length > 0) onChange([...values, ...fresh]);
    if (meant.every(Boolean)) setTyped('');
  };
  return (
    <div class="stack gap-2">
      <Field label={label} name={name} help={help} error={error ?? (unknown ? t('wrong.unknown') : undefined)} optional>
        {(id, describedBy, invalid) => (
          <div class="chip-line">
            <input
              id={id}
              name={name}
              type="text"
              list={list}
              autocomplete="off"
              value={typed}
              aria-describedby={describedBy}
              aria-invalid={invalid || undefined}
              onInput={(event) => (setTyped(event.currentTarget.value), setUnknown(false))}
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
