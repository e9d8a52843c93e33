import { useFormat, useTexts } from '../../i18n';
import { setQuery, useRoute } from '../../shell/router';
import { Card, DateInput, Select } from '../../ui';
import { periodOf } from '../reports/period';

const presets = ['30d', 'quarter', 'year', 'lastYear', 'custom'] as const;

// usePeriod reads the period from the address.
export function usePeriod() {
  const f = useFormat();
  return periodOf(useRoute().query, f.day(Date.now()));
}

// PeriodPicker chooses the days that a report is about.
export function PeriodPicker() {
  const t = useTexts();
  const { preset, from, to } = usePeriod();
  const own = (change: { from?: string; to?: string }) => setQuery({ period: 'custom', from, to, ...change }, { replace: true });
  return (
    <Card>
      <div class="period">
        <Select label={t('cr.period')} value={preset} options={presets.map((value) => ({ value, label: t('cr.period.' + value) }))} onValue={(value) => setQuery(value === 'custom' ? { period: value, from, to } : { period: value, from: undefined, to: undefined })} />
        <DateInput label={t('cr.from')} value={from} max={to} onValue={(day) => day && own({ from: day })} />
        <DateInput label={t('cr.to')} value={to} min={from} onValue={(day) => day && own({ to: day })} />
      </div>
    </Card>
  );
}
