import { useState } from 'preact/hooks';
import { useTexts, useWords } from '../../i18n';
import { parseDecimal } from '../../i18n/format';
import { Field } from '../../ui';

const written = (hundredths: number | undefined, locale: string): string =>
  hundredths === undefined ? '' : new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false }).format(hundredths / 100);

// FactorInput's value is in hundredths: '1.5' is 150. More digits are no factor.
export function FactorInput({ value, onValue, error }: { value: number | undefined; onValue(value: number | undefined): void; error?: string }) {
  const t = useTexts();
  const { locale } = useWords();
  const [typed, setTyped] = useState<string>();
  const kept = typed !== undefined && parseDecimal(typed, locale, 2) === value;
  return (
    <Field label={t('campaign.factor')} name="factor" help={t('campaign.factor.help')} error={error} unit="×">
      {(id, describedBy, invalid) => (
        <input
          id={id}
          name="factor"
          class="number"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          value={kept ? typed : written(value, locale)}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            onValue(parseDecimal(event.currentTarget.value, locale, 2));
          }}
        />
      )}
    </Field>
  );
}
