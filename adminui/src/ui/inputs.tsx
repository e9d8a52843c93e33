import type { ComponentChildren } from 'preact';
import { Field, useFieldId, type FieldProps } from './field';

// attributesOf is what every input has that stands in a Field.
export const attributesOf = (props: Pick<FieldProps, 'name'> & { disabled?: boolean }, id: string, describedBy: string | undefined, invalid: boolean) => ({
  id,
  name: props.name,
  disabled: props.disabled,
  'aria-describedby': describedBy,
  'aria-invalid': invalid || undefined,
});

export interface TextProps extends FieldProps {
  value: string;
  onValue(value: string): void;
  onBlur?(): void;
  onEnter?(): void; // where Enter does something else than send the form
  type?: 'text' | 'email' | 'url' | 'search' | 'tel';
  placeholder?: string;
  maxLength?: number;
  disabled?: boolean;
  autoComplete?: string;
}

export function TextInput(props: TextProps) {
  return (
    <Field {...props}>
      {(id, describedBy, invalid) => (
        <input
          {...attributesOf(props, id, describedBy, invalid)}
          type={(props.type ?? 'text') as 'text'}
          value={props.value}
          placeholder={props.placeholder}
          maxLength={props.maxLength}
          autocomplete={(props.autoComplete ?? 'off') as 'off'}
          onInput={(event) => props.onValue(event.currentTarget.value)}
          onBlur={props.onBlur}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.isComposing || !props.onEnter) return;
            event.preventDefault();
            props.onEnter();
          }}
        />
      )}
    </Field>
  );
}

export function TextArea(props: Omit<TextProps, 'type'> & { rows?: number }) {
  return (
    <Field {...props}>
      {(id, describedBy, invalid) => (
        <textarea
          {...attributesOf(props, id, describedBy, invalid)}
          rows={props.rows ?? 3}
          value={props.value}
          placeholder={props.placeholder}
          maxLength={props.maxLength}
          onInput={(event) => props.onValue(event.currentTarget.value)}
          onBlur={props.onBlur}
        />
      )}
    </Field>
  );
}

export interface Choice {
  value: string;
  label: string;
  help?: string;
  disabled?: boolean;
}

export function Select(props: FieldProps & { value: string; options: Choice[]; onValue(value: string): void; disabled?: boolean }) {
  return (
    <Field {...props}>
      {(id, describedBy, invalid) => (
        <select
          {...attributesOf(props, id, describedBy, invalid)}
          value={props.value}
          onChange={(event) => props.onValue(event.currentTarget.value)}
        >
          {props.options.map((o) => (
            <option key={o.value} value={o.value} disabled={o.disabled}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

// DateInput's value is '2026-11-21' in the shop's zone, or ''.
export function DateInput(props: FieldProps & { value: string; onValue(value: string): void; min?: string; max?: string; disabled?: boolean }) {
  return (
    <Field {...props}>
      {(id, describedBy, invalid) => (
        <input
          {...attributesOf(props, id, describedBy, invalid)}
          type="date"
          value={props.value}
          min={props.min}
          max={props.max}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type CheckProps = Pick<FieldProps, 'label' | 'name' | 'help' | 'error'> & { value: boolean; onValue(value: boolean): void; disabled?: boolean };

export function Check(props: CheckProps) {
  const id = useFieldId(props.name);
  return (
    <div class={props.error ? 'choice wrong' : 'choice'}>
      <input
        id={id}
        name={props.name}
        type="checkbox"
        checked={props.value}
        disabled={props.disabled}
        aria-describedby={props.help || props.error ? id + '-help' : undefined}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{props.label}</label>
        {(props.help || props.error) && (
          <p class={props.error ? 'error' : 'help'} id={id + '-help'}>
            {props.error ?? props.help}
          </p>
        )}
      </div>
    </div>
  );
}

type RadioProps = Pick<FieldProps, 'label' | 'name' | 'help' | 'error'> & { value: string; options: Choice[]; onValue(value: string): void; extra?: Record<string, ComponentChildren> };

// Radio is a choice of few; extra is shown below the chosen option.
export function Radio(props: RadioProps) {
  const id = useFieldId(props.name);
  return (
    <fieldset class="field" aria-describedby={props.help || props.error ? id + '-help' : undefined}>
      <legend>{props.label}</legend>
      {(props.help || props.error) && (
        <p class={props.error ? 'error' : 'help'} id={id + '-help'}>
          {props.error ?? props.help}
        </p>
      )}
      {props.options.map((o, i) => (
        <div key={o.value}>
          <div class="choice">
            <input
              id={i === 0 ? id : `${id}-${i}`}
              type="radio"
              name={id}
              value={o.value}
              checked={o.value === props.value}
              disabled={o.disabled}
              onChange={() => props.onValue(o.value)}
            />
            <div>
              <label for={i === 0 ? id : `${id}-${i}`}>{o.label}</label>
              {o.help && <p class="help">{o.help}</p>}
            </div>
          </div>
          {o.value === props.value && props.extra?.[o.value] && <div class="choice-extra">{props.extra[o.value]}</div>}
        </div>
      ))}
    </fieldset>
  );
}
