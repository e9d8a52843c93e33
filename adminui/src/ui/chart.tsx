import { useEffect, useRef, useState } from 'preact/hooks';
import downloadIcon from 'icon:download';
import { useFormat, useTexts } from '../i18n';
import { decimal, digitsOf } from '../i18n/format';
import { Button } from './button';
import { download } from './csv';

export interface Series {
  label: string;
  points: [at: number, value: number][]; // Unix milliseconds, in the unit below
}

// Unit: points and count are whole numbers, money is minor units.
export type Unit = { kind: 'points' } | { kind: 'count' } | { kind: 'money'; currency: string };

export interface ChartProps {
  title: string; // the answer, as a sentence
  series: Series[]; // all with the same instants
  kind?: 'line' | 'bars';
  unit: Unit;
  csvName: string;
}

// Chart answers one question. The drawing is loaded when it comes into sight; the
// same numbers are in a table and a file beside it.
export function Chart({ title, series, kind = 'line', unit, csvName }: ChartProps) {
  const t = useTexts();
  const f = useFormat();
  const write = (value: number) => (unit.kind === 'money' ? f.money(value, unit.currency) : f.number(value));
  const plain = (value: number) => (unit.kind === 'money' ? decimal(value, digitsOf(unit.currency)) : value);
  const instants = series[0]?.points.map(([at]) => at) ?? [];
  const rows = instants.map((at, i) => ({ at, values: series.map((s) => s.points[i]?.[1] ?? 0) }));
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <Drawing series={series} kind={kind} write={write} least={unit.kind === 'money' ? 10 ** digitsOf(unit.currency) : 5} />
      <div class="chart-foot">
        <details>
          <summary>{t('chart.table')}</summary>
          <div class="table-wrap">
            <table class="data plain">
              <thead>
                <tr>
                  <th scope="col">{t('chart.day')}</th>
                  {series.map((s) => (
                    <th key={s.label} scope="col" class="end">
                      {s.label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.at}>
                    <th scope="row">{f.date(row.at)}</th>
                    {row.values.map((value, i) => (
                      <td key={i} class="end">
                        {write(value)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
        <Button
          small
          kind="quiet"
          icon={downloadIcon}
          onClick={() => download(csvName + '.csv', [[t('chart.day'), ...series.map((s) => s.label)], ...rows.map((row) => [f.day(row.at), ...row.values.map(plain)])])}
        >
          {t('chart.csv')}
        </Button>
      </div>
    </figure>
  );
}

function Drawing(props: { series: Series[]; kind: 'line' | 'bars'; write(value: number): string; least: number }) {
  const box = useRef<HTMLDivElement>(null);
  const f = useFormat();
  const dayName = useTexts()('chart.day');
  const [near, setNear] = useState(false);
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && setNear(true), { rootMargin: '200px' });
    if (box.current) seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  useEffect(() => {
    if (!near) return;
    let stop = () => {};
    let gone = false;
    void import('./plot').then(({ plot }) => {
      if (!gone && box.current) stop = plot(box.current, { ...props, day: f.date, dayName });
    });
    return () => {
      gone = true;
      stop();
    };
  }, [near, JSON.stringify(props.series), props.kind, f]);
  return <div ref={box} class="chart-box" aria-hidden="true" />;
}
