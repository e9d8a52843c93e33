import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useId, useRef } from 'preact/hooks';
import { useTexts } from '../i18n';

// FieldProps are what every input has. name is the field's name in the API: errors
// are found by it.
export interface FieldProps {
  label: string;
  name?: string;
  help?: ComponentChildren;
  error?: string;
  unit?: string;
  optional?: boolean; // says so; all others are needed
  hideLabel?: boolean; // for screen readers only: where the place says what it is
}

// fieldId is the input's id, so that a summary of errors can lead to it.
export const fieldId = (name: string) => 'field-' + name.replace(/[^\w-]/g, '-');

// FieldScope sets the fields of a dialog apart from those of the same name on the page.
export const FieldScope = createContext('');

// useFieldId is the id of a field where it stands; one without a name has its own.
export function useFieldId(name: string | undefined): string {
  const scope = useContext(FieldScope);
  const own = useId();
  return name ? scope + fieldId(name) : own;
}

// fieldOf finds a field by its name, in an open dialog first.
const fieldOf = (name: string) => document.querySelector<HTMLElement>(`dialog[open] [id$="${fieldId(name)}"]`) ?? document.getElementById(fieldId(name));

type Props = FieldProps & { children: (id: string, describedBy: string | undefined, invalid: boolean) => ComponentChildren };

// Field puts label above, help and error below, and ties them together.
export function Field({ label, name, help, error, unit, optional, hideLabel, children }: Props) {
  const t = useTexts();
  const id = useFieldId(name);
  const described = [help && id + '-help', error && id + '-error'].filter(Boolean).join(' ') || undefined;
  return (
    <div class={error ? 'field wrong' : 'field'}>
      <label for={id} class={hideLabel ? 'sr' : undefined}>
        {label}
        {optional && <span class="quiet"> ({t('optional')})</span>}
      </label>
      <div class={unit ? 'input-line with-unit' : 'input-line'}>
        {children(id, described, Boolean(error))}
        {unit && <span class="unit">{unit}</span>}
      </div>
      {error && (
        <p class="error" id={id + '-error'}>
          {error}
        </p>
      )}
      {help && (
        <p class="help" id={id + '-help'}>
          {help}
        </p>
      )}
    </div>
  );
}

// toField puts the focus into a field by its name; what hides it is opened. false =
// there is no such field on the page.
export function toField(name: string): boolean {
  const field = fieldOf(name);
  for (let fold = field?.closest('details'); fold; fold = fold.parentElement?.closest('details')) fold.open = true;
  field?.focus();
  return field !== null;
}

// toNewField does so once the field is drawn: of a row that was just added.
export const toNewField = (name: string) => void requestAnimationFrame(() => toField(name));

// FormErrors is the summary above a form; each line leads to its field. Whoever has sent
// the form in vain finds the focus in the first field that is wrong.
export function FormErrors({ errors }: { errors: { name: string; message: string; label?: string }[] }) {
  const t = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const sent = useRef(false);
  useEffect(() => {
    const form = box.current?.closest('form');
    const send = (event: Event) => void (sent.current = event.type === 'submit');
    form?.addEventListener('submit', send);
    form?.addEventListener('input', send);
    return () => {
      form?.removeEventListener('submit', send);
      form?.removeEventListener('input', send);
    };
  }, []);
  useEffect(() => {
    if (!sent.current || errors.length === 0) return;
    sent.current = false;
    const top = (name: string) => fieldOf(name)?.getBoundingClientRect().top ?? Infinity;
    const [first] = errors.map((e) => e.name).sort((a, b) => top(a) - top(b));
    if (!toField(first ?? '')) box.current?.querySelector('a')?.focus();
  });
  return (
    <div class="notice bad" role="alert" ref={box} hidden={errors.length === 0}>
      <p>
        <strong>{t('form.errors', { n: errors.length })}</strong>
      </p>
      <ul>
        {errors.map((e) => (
          <li key={e.name}>
            <a
              href={'#' + fieldId(e.name)}
              onClick={(event) => {
                event.preventDefault();
                toField(e.name);
              }}
            >
              {e.label ? `${e.label}: ` : ''}
              {e.message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
