import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Await, Card, Chart, DateInput, Figure, Money } from '../../ui';
import { addDays, noon } from '../reports/period';

// Report is what a partner's codes brought in a time.
export function Report({ id }: { id: string }) {
  const t = useTexts();
  const f = useFormat();
  const today = f.day(Date.now());
  const [from, setFrom] = useState(addDays(today, -29));
  const [until, setUntil] = useState(today);
  const query = from && until && from <= until ? { from, until } : {};
  const report = useLoad((signal) => api.GET('/api/admin/v1/partners/{id}/report', { params: { path: { id }, query }, signal }), [id, query]);
  return (
    <Card title={t('report')}>
      <div class="period">
        <DateInput label={t('report.from')} name="from" value={from} max={until} onValue={setFrom} />
        <DateInput label={t('report.until')} name="until" value={until} min={from} max={today} onValue={setUntil} />
      </div>
      <Await of={report}>
        {(r) => (
          <>
            <div class="grid of-six">
              <Figure label={t('report.visits')} value={f.number(r.visits)} />
              <Figure label={t('report.redeemed')} value={f.number(r.redeemed)} />
              <Figure label={t('report.customers')} value={f.number(r.customers)} />
              <Figure label={t('report.revenue')} value={<Money minor={r.revenue_minor} currency={r.currency} />} />
              <Figure label={t('report.discount')} value={<Money minor={r.discount_minor} currency={r.currency} />} />
              <Figure label={t('report.commission')} value={<Money minor={r.commission_minor} currency={r.currency} />} />
            </div>
            {(r.days ?? []).length > 1 && (
              <Chart title={t('report.chart', { n: r.visits, visits: f.number(r.visits) })} kind="bars" unit={{ kind: 'count' }} csvName={`visits-${from}-${until}.csv`} series={[{ label: t('report.visits'), points: (r.days ?? []).map((d) => [noon(d.day), d.count]) }]} />
            )}
          </>
        )}
      </Await>
    </Card>
  );
}
