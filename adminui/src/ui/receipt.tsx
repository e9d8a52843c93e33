import type { Schemas } from '../api/client';
import { useFormat, useTexts } from '../i18n';
import { Facts } from './layout';
import { DataTable, type Column } from './table';
import { Money, Points } from './values';
import { wordOf } from './wordof';

export { wordOf };

type Breakdown = Schemas['Breakdown'];
type Line = Schemas['LineShare'];

interface Props {
  name: string; // of the rule, in the shop's words
  points: number;
  breakdown: Breakdown;
  currency: string;
  limitedTo?: number; // the most the rule may give here, where a limit cut it
  version?: number; // of the rates and rules that decided
}

// Receipt says how one rule came to its points: basis, lines in and out, rate,
// rounding, limit. Its words are under 'receipt', 'why' and 'out' in the screen's texts.
export function Receipt({ name, points, breakdown: b, currency, limitedTo, version }: Props) {
  const t = useTexts();
  const f = useFormat();
  const items = [
    b.basis !== undefined && { name: t('receipt.basis'), value: <Money minor={b.basis} currency={currency} />, help: t('receipt.basisHelp') },
    b.earn && b.earn.points > 0 && { name: t('receipt.rate'), value: t('receipt.rateIs', { points: f.number(b.earn.points), amount: f.money(b.earn.per_minor, currency) }) },
    b.units !== undefined && { name: t('receipt.units'), value: f.number(b.units) },
    b.each !== undefined && { name: t('receipt.each'), value: <Points value={b.each} /> },
    b.base !== undefined && { name: t('receipt.base'), value: <Points value={b.base} /> },
    b.factor && b.factor.den > 0 && { name: t('receipt.factor'), value: '× ' + f.number(b.factor.num / b.factor.den) },
    b.rounding && { name: t('receipt.rounding'), value: wordOf(t, 'rounding', b.rounding) },
    limitedTo !== undefined && { name: t('receipt.limited'), value: <Points value={limitedTo} /> },
    version !== undefined && version > 0 && { name: t('receipt.version'), value: f.number(version), help: t('receipt.versionHelp') },
  ].filter((item) => item !== false && item !== undefined && item !== '') as { name: string; value: preact.ComponentChildren; help?: string }[];
  return (
    <section class="stack gap-3">
      <div class="meter-text">
        <h3>{name || t('receipt.rule')}</h3>
        <strong>
          <Points value={points} />
        </strong>
      </div>
      {b.reason && <p>{wordOf(t, 'why', b.reason)}</p>}
      {items.length > 0 && <Facts items={items} />}
      {(b.lines?.length ?? 0) > 0 && <DataTable caption={t('receipt.lines')} columns={lineColumns(t, currency)} rows={b.lines ?? []} rowKey={(l) => l.line_key} />}
    </section>
  );
}

function lineColumns(t: (key: string) => string, currency: string): Column<Line>[] {
  return [
    { key: 'title', head: t('receipt.line'), render: (l) => l.title || wordOf(t, 'line', l.line_key) },
    { key: 'out', head: t('receipt.counted'), render: (l) => (l.out ? wordOf(t, 'out', l.out) : t('receipt.in')) },
    { key: 'net', head: t('receipt.basis'), align: 'end', render: (l) => <Money minor={l.net} currency={currency} /> },
  ];
}
