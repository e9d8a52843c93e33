import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Badge, Card, Money, Points } from '../../ui';
import { campaignsOf, rulesOf } from './plan';
import { factorText, nameOf, type PlanDoc } from './sentence';

type Grant = Schemas['Grant'];
type Line = Schemas['LineShare'];

// Outcome shows what an order earns, rule by rule and line by line, and why not more.
export function Outcome({ tried, plan }: { tried: Schemas['TriedSale']; plan: PlanDoc }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const rate = plan.redeem.rate;
  const grants = tried.grants ?? [];
  const worth = rate.per_points ? Math.floor((tried.points * rate.minor) / rate.per_points) : 0;
  return (
    <div class="stack gap-4" role="status" aria-live="polite">
      <p class="example">
        <strong>{t('try.total', { n: tried.points, points: f.number(tried.points), worth: f.money(worth, currency) })}</strong>
      </p>
      {grants.length === 0 && <p class="quiet">{t('try.nothing')}</p>}
      {grants.map((g) => (
        <GrantCard key={g.rule_id} grant={g} plan={plan} />
      ))}
      <p class="quiet">{t('try.limits')}</p>
    </div>
  );
}

function GrantCard({ grant, plan }: { grant: Grant; plan: PlanDoc }) {
  const t = useTexts();
  const id = grant.rule_id.split('+')[0];
  const rule = rulesOf(plan).find((r) => r.id === id);
  const campaign = campaignsOf(plan).find((c) => c.id === grant.campaign);
  const name = rule ? nameOf(t, rule) : (id ?? '');
  return (
    <Card title={campaign ? t('try.extra', { campaign: campaign.name || campaign.id, rule: name }) : name} actions={<Badge tone={grant.points > 0 ? 'good' : 'neutral'}><Points value={grant.points} signed /></Badge>}>
      <p>{grant.breakdown.reason ? t('reason.' + grant.breakdown.reason) : <Reckoned grant={grant} />}</p>
      {!campaign && (grant.breakdown.lines ?? []).length > 0 && <Lines lines={grant.breakdown.lines ?? []} grant={grant} />}
    </Card>
  );
}

// Reckoned is the sum in words: '120.00 EUR at 1 point per 1.00 EUR, rounded down'.
function Reckoned({ grant }: { grant: Grant }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const b = grant.breakdown;
  const currency = b.currency || shop.currency;
  const rounded = t('rounded.' + (b.rounding || 'floor'));
  if (grant.campaign) return <>{t('reckon.campaign', { n: b.base ?? 0, points: f.number(b.base ?? 0), factor: factorText(b.factor, f), extra: f.number(grant.points) })}</>;
  const factor = b.factor && b.factor.den ? ' ' + t('reckon.factor', { factor: factorText(b.factor, f) }) : '';
  if (b.kind === 'per_amount' && b.earn) {
    const per = t('points.of', { n: b.earn.points, points: f.number(b.earn.points) });
    return <>{t('reckon.amount', { basis: f.money(b.basis ?? 0, currency), per, amount: f.money(b.earn.per_minor, currency), rounded }) + factor}</>;
  }
  if (b.units) return <>{t('reckon.units', { n: b.units, points: f.number(grant.points) }) + factor}</>;
  return <>{t('reckon.order') + factor}</>;
}

function Lines({ lines, grant }: { lines: Line[]; grant: Grant }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const currency = grant.breakdown.currency || shop.currency;
  const perUnit = grant.breakdown.kind === 'per_unit' || grant.breakdown.kind === 'per_product';
  const title = (l: Line) => (l.line_key === 'shipping' || l.line_key === 'fees' ? t('line.' + l.line_key) : l.title || l.line_key);
  return (
    <div class="table-wrap">
      <table class="data plain">
        <caption class="sr">{t('line.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('line')}</th>
            <th scope="col" class="end">{t('line.counted')}</th>
            {perUnit && <th scope="col" class="end">{t('line.units')}</th>}
            <th scope="col">{t('line.why')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((l) => (
            <tr key={l.line_key}>
              <th scope="row">{title(l)}</th>
              <td class="end" data-head={t('line.counted')}>
                <Money minor={l.net} currency={currency} />
              </td>
              {perUnit && (
                <td class="end" data-head={t('line.units')}>
                  {f.number(l.units ?? 0)}
                </td>
              )}
              <td data-head={t('line.why')}>{l.out ? <span class="quiet">{t('out.' + l.out)}</span> : t('out.counts')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
