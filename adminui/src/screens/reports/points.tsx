import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Card, Chart, DataTable, Empty, Figure, Money, Notice, Points, type Column } from '../../ui';
import { ruleNameOf } from '../../ui/rulename';
import { noon } from './period';

type Report = Schemas['PointsReport'];
type Movement = Schemas['Movement'];
type Rule = Schemas['RuleSum'];

const used = (m: Movement) => m.used - m.returned;

// PointsPart says what happened to the points, and what they are worth.
export function PointsPart({ report, days }: { report: Report; days: number }) {
  const t = useTexts();
  return (
    <>
      {!report.complete && <Notice>{t('counting')}</Notice>}
      <Figures report={report} days={days} />
      <Charts report={report} />
      <Rules report={report} />
    </>
  );
}

function Figures({ report, days }: { report: Report; days: number }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const { sum, before } = report;
  const since = (now: number, then: number) => {
    if (then === 0) return t('before.none', { n: days });
    const change = f.percent(Math.abs(now - then), then);
    return now === then ? t('before.same', { n: days }) : t(now > then ? 'before.more' : 'before.less', { n: days, percent: change });
  };
  const list = (what: string) => `/movements?what=${what}&from=${report.from}&to=${report.to}`;
  return (
    <div class="grid of-six">
      <Figure label={t('owed')} value={<Money minor={report.end.minor} currency={currency} />} note={t('points.of', { n: report.end.points, points: f.number(report.end.points) })} to="/members?sort=balance" />
      <Figure label={t('issued')} value={<Points value={sum.issued} bare />} note={since(sum.issued, before.issued)} to={list('issued')} />
      <Figure label={t('used')} value={<Points value={used(sum)} bare />} note={since(used(sum), used(before))} to={list('used')} />
      <Figure label={t('share')} value={f.percent(used(sum), sum.issued - sum.clawed_back)} note={t('share.text')} />
      <Figure label={t('expired')} value={<Points value={sum.expired} bare />} note={since(sum.expired, before.expired)} to={list('expired')} />
      <Figure label={t('clawed')} value={<Points value={sum.clawed_back} bare />} note={since(sum.clawed_back, before.clawed_back)} to={list('clawed_back')} />
      {(sum.given > 0 || sum.taken > 0) && <Figure label={t('byHand')} value={<Points value={sum.given - sum.taken} signed bare />} note={t('byHand.text', { given: f.number(sum.given), taken: f.number(sum.taken) })} to={list(sum.given > 0 ? 'given' : 'taken')} />}
    </div>
  );
}

function Charts({ report }: { report: Report }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const { sum, start, end, from, to } = report;
  const buckets = report.buckets ?? [];
  const grown = end.minor - start.minor;
  const points = (n: number) => t('points.of', { n, points: f.number(n) });
  const over = (value: (b: Schemas['Bucket']) => number, day: 'from' | 'to' = 'from') => buckets.map((b): [number, number] => [noon(b[day]), value(b)]);
  const file = (name: string) => `${name}-${from}-${to}`;
  return (
    <>
      <Card>
        <Chart
          title={grown === 0 ? t('chart.owed.same', { money: f.money(end.minor, currency) }) : t(grown > 0 ? 'chart.owed.grew' : 'chart.owed.fell', { money: f.money(Math.abs(grown), currency) })}
          series={[{ label: t('owed'), points: [[noon(from) - 86_400_000, start.minor] as [number, number], ...over((b) => b.held.minor, 'to')] }]}
          unit={{ kind: 'money', currency }}
          csvName={file('owed')}
        />
      </Card>
      <Card>
        <Chart
          title={t('chart.moved', { issued: points(sum.issued), used: points(used(sum)) })}
          kind="bars"
          series={[
            { label: t('issued'), points: over((b) => b.issued) },
            { label: t('used'), points: over(used) },
          ]}
          unit={{ kind: 'points' }}
          csvName={file('points')}
        />
      </Card>
      {(sum.expired > 0 || sum.clawed_back > 0) && (
        <Card>
          <Chart
            title={t('chart.lost', { expired: points(sum.expired), clawed: points(sum.clawed_back) })}
            kind="bars"
            series={[
              { label: t('expired'), points: over((b) => b.expired) },
              { label: t('clawed'), points: over((b) => b.clawed_back) },
            ]}
            unit={{ kind: 'points' }}
            csvName={file('expired')}
          />
        </Card>
      )}
    </>
  );
}

function Rules({ report }: { report: Report }) {
  const t = useTexts();
  const columns: Column<Rule>[] = [
    { key: 'rule', head: t('rule'), render: (r) => ruleNameOf(t, { ...r, id: r.rule }) },
    { key: 'points', head: t('rule.points'), align: 'end', render: (r) => <Points value={r.points} bare /> },
    { key: 'times', head: t('rule.times'), align: 'end', render: (r) => <Points value={r.times} bare /> },
  ];
  const href = (r: Rule) => `/movements?rule=${encodeURIComponent(r.rule)}&from=${report.from}&to=${report.to}`;
  return (
    <Card title={t('rules')} lead={t('rules.text')} flush>
      <DataTable caption={t('rules')} columns={columns} rows={report.rules ?? []} rowKey={(r) => r.rule} rowHref={href} empty={<Empty title={t('rules.none')} text={t('rules.none.text')} />} />
    </Card>
  );
}
