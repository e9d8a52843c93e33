import { useState } from 'preact/hooks';
import { useTexts, useWords } from '../i18n';
import { digitsOf, parseDecimal, writeDecimal } from '../i18n/format';
import { Field, type FieldProps } from './field';
import { attributesOf } from './inputs';
import { textOf } from './typed';

type Props = FieldProps & { value: number | undefined; onValue(value: number | undefined): void; disabled?: boolean; min?: number; max?: number };

// NumberInput is for whole numbers. It is undefined while what is typed is none.
export function NumberInput(props: Props) {
  return <Typed {...props} digits={0} example="120" />;
}

// MoneyInput's value is in minor units; the field shows the currency.
export function MoneyInput(props: Props & { currency: string }) {
  const digits = digitsOf(props.currency);
  return <Typed {...props} unit={props.unit ?? props.currency} digits={digits} example={digits ? '12.50' : '12'} />;
}

// Typed keeps the text as typed until it is left, so that nothing jumps under the
// hand; it complains then, not before.
function Typed({ value, onValue, digits, example, min, max, ...field }: Props & { digits: number; example: string }) {
  const t = useTexts();
  const { locale } = useWords();
  const written = value === undefined ? '' : writeDecimal(value, locale, digits);
  const [typed, setTyped] = useState<string | undefined>();
  const [left, setLeft] = useState(true);
  const text = textOf({ typed, written, known: value !== undefined, left, read: typed !== undefined && parseDecimal(typed, locale, digits) !== undefined });
  const wrong = left ? complaint() : undefined;

  function complaint(): string | undefined {
    if (typed !== undefined && typed.trim() !== '' && parseDecimal(typed, locale, digits) === undefined && value === undefined) {
      return t(digits ? 'form.amount' : 'form.number', { example: digits ? writeDecimal(1250, locale, 2) : example });
    }
    if (value !== undefined && min !== undefined && value < min) return t('form.least', { least: writeDecimal(min, locale, digits) });
    if (value !== undefined && max !== undefined && value > max) return t('form.most', { most: writeDecimal(max, locale, digits) });
    return undefined;
  }

  return (
    <Field {...field} error={field.error ?? wrong}>
      {(id, describedBy, invalid) => (
        <input
          {...attributesOf(field, id, describedBy, invalid)}
          class="number"
          type="text"
          inputMode={digits ? 'decimal' : 'numeric'}
          autocomplete="off"
          value={text}
          onFocus={() => (setTyped(text), setLeft(false))}
          onInput={(event) => {
            const now = event.currentTarget.value;
            setLeft(false);
            setTyped(now);
            onValue(now.trim() === '' ? undefined : parseDecimal(now, locale, digits));
          }}
          onBlur={() => setLeft(true)}
        />
      )}
    </Field>
  );
}
