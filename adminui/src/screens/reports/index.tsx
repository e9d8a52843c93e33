import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { setQuery, useRoute } from '../../shell/router';
import { Await, Card, DateInput, LinkButton, Page, Select } from '../../ui';
import { Customers } from './customers';
import { PointsPart } from './points';
import { daysOf, periodOf, presets, type Period } from './period';

// Reports are about one period, which is in the address.
export default function Reports() {
  const t = useTexts();
  const f = useFormat();
  const { query } = useRoute();
  const period = periodOf(query, f.day(Date.now()));
  const { from, to, step } = period;
  const points = useLoad((signal) => api.GET('/api/admin/v1/reports/points', { params: { query: { from, to, step } }, signal }), [from, to, step]);
  const customers = useLoad((signal) => api.GET('/api/admin/v1/reports/customers', { params: { query: { from, to } }, signal }), [from, to]);
  return (
    <Page title={t('title')} lead={t('lead')} actions={<><LinkButton to="/reports/vouchers">{t('vouchers')}</LinkButton><LinkButton to="/reports/bookings">{t('bookings')}</LinkButton></>}>
      <Picker period={period} />
      <Await of={points} lines={12}>
        {(report) => <PointsPart report={report} days={daysOf(from, to)} />}
      </Await>
      <Await of={customers} lines={4}>
        {(report) => <Customers report={report} />}
      </Await>
    </Page>
  );
}

function Picker({ period }: { period: Period }) {
  const t = useTexts();
  const f = useFormat();
  const today = f.day(Date.now());
  const own = (change: { from?: string; to?: string }) => setQuery({ period: 'custom', from: period.from, to: period.to, ...change }, { replace: true });
  return (
    <Card>
      <div class="period">
        <Select
          label={t('period')}
          value={period.preset}
          options={presets.map((p) => ({ value: p, label: t('period.' + p) }))}
          onValue={(preset) => setQuery(preset === 'custom' ? { period: preset, from: period.from, to: period.to } : { period: preset, from: undefined, to: undefined, step: undefined })}
        />
        <DateInput label={t('from')} value={period.from} max={period.to} onValue={(from) => from && own({ from })} />
        <DateInput label={t('to')} value={period.to} min={period.from} max={period.preset === 'custom' ? undefined : today} onValue={(to) => to && own({ to })} />
        <Select label={t('step')} value={period.step} options={['day', 'week', 'month'].map((s) => ({ value: s, label: t('step.' + s) }))} onValue={(step) => setQuery({ step }, { replace: true })} />
      </div>
    </Card>
  );
}
