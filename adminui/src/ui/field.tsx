import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
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

type Props = FieldProps & { children: (id: string, describedBy: string | undefined, invalid: boolean) => ComponentChildren };

// Field puts label above, help and error below, and ties them together.
export function Field({ label, name, help, error, unit, optional, hideLabel, children }: Props) {
  const t = useTexts();
  const own = useId();
  const id = name ? fieldId(name) : own;
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

// FormErrors is the summary above a form; each line leads to its field.
export function FormErrors({ errors }: { errors: { name: string; message: string; label?: string }[] }) {
  const t = useTexts();
  if (errors.length === 0) return null;
  return (
    <div class="notice bad" role="alert">
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
                document.getElementById(fieldId(e.name))?.focus();
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
