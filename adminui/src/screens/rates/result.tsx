import type { Schemas } from '../../api/client';
import { useFormat, useTexts } from '../../i18n';
import { exists, Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Figure, Grid, Stack, When } from '../../ui';
import { wordOf } from '../../ui/receipt';
import { ruleNameOf } from '../../ui/rulename';

type Outcome = Schemas['BacktestResult'];
type Grant = Schemas['Grant'];
type Plan = Schemas['PlanDoc'];

// Result says what the plan would have meant: first the sums, then who and which.
export function Result({ result: r, names, plan }: { result: Outcome; names: Record<string, string>; plan: Plan }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const was = (text: string) => t('result.was', { was: text });
  return (
    <Stack>
      <p>
        <strong>{t(r.changed === 0 ? 'result.same' : r.points >= r.now_points ? 'result.more' : 'result.less', { n: r.changed, orders: r.orders, points: f.number(Math.abs(r.points - r.now_points)) })}</strong>
      </p>
      <Grid min={220}>
        <Figure label={t('result.points')} value={f.number(r.points)} note={was(f.number(r.now_points))} />
        <Figure label={t('result.liability')} value={f.money(r.minor, currency)} note={was(f.money(r.now_minor, currency))} />
        <Figure label={t('result.expected')} value={f.money(r.expected, currency)} note={was(f.money(r.now_expected, currency))} />
        <Figure label={t('result.margin')} value={percent(r.margin, f)} note={t('result.margin.help', { revenue: f.money(r.revenue, currency) })} />
      </Grid>
      <ul class="plain-list quiet">
        <li>{r.issued > 0 ? t('result.share', { share: f.percent(r.redeemed, r.issued) }) : t('result.noShare')}</li>
        <li>{t('result.members', { gains: t('result.gains', { n: r.gain }), loses: t('loses', { n: r.lose }) })}</li>
        {r.guests > 0 && <li>{t('result.guests', { n: r.guests })}</li>}
        {r.no_account > 0 && <li>{t('result.noAccount', { n: r.no_account })}</li>}
        {r.assumed > 0 && <li>{t('result.assumed', { n: r.assumed })}</li>}
        {r.unread > 0 && <li>{t('result.unread', { n: r.unread })}</li>}
        {r.budget && <li>{t('result.budget')}</li>}
        {r.caps && <li>{t('result.caps')}</li>}
        {r.limits && <li>{t('result.limits')}</li>}
      </ul>
      <People title={t('result.winners')} rows={r.winners ?? []} names={names} />
      <People title={t('result.losers')} rows={r.losers ?? []} names={names} />
      <Orders rows={r.first ?? []} plan={plan} named={r.rule_names ?? {}} />
    </Stack>
  );
}

// percent writes hundredths of a percent with a sign.
const percent = (hundredths: number, f: { locale: string }) =>
  new Intl.NumberFormat(f.locale, { style: 'percent', maximumFractionDigits: 2, signDisplay: 'exceptZero' }).format(hundredths / 10_000);

function People({ title, rows, names }: { title: string; rows: Schemas['BacktestMember'][]; names: Record<string, string> }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{title} ({f.number(rows.length)})</summary>
      <div class="table-wrap">
        <table class="data plain">
          <thead>
            <tr>
              <th scope="col">{t('result.member')}</th>
              <th scope="col" class="end">{t('result.now')}</th>
              <th scope="col" class="end">{t('result.then')}</th>
              <th scope="col" class="end">{t('result.change')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((m) => (
              <tr key={m.member}>
                <th scope="row">{exists('/members/' + m.member) ? <Link to={'/members/' + m.member}>{names[m.member] || t('result.nameless')}</Link> : names[m.member] || t('result.nameless')}</th>
                <td class="end">{f.number(m.now_points)}</td>
                <td class="end">{f.number(m.points)}</td>
                <td class="end">{f.money(m.minor - m.now_minor, currency, true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Orders({ rows, plan, named }: { rows: Schemas['BacktestOrder'][]; plan: Plan; named: Record<string, string> }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{t('result.first')} ({f.number(rows.length)})</summary>
      <ul class="plain-list">
        {rows.map((o) => (
          <li key={o.sale}>
            <details>
              <summary>
                {o.number || o.key} · <When at={o.placed_at} /> · {f.money(o.total, currency)}: {f.number(o.now_points)} → {t('points.of', { n: o.points, points: f.number(o.points) })}
              </summary>
              <Grid min={220}>
                <Breakdown title={t('result.now')} grants={o.now_grants ?? []} plan={plan} named={named} />
                <Breakdown title={t('result.then')} grants={o.grants ?? []} plan={plan} named={named} />
              </Grid>
            </details>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Breakdown({ title, grants, plan, named }: { title: string; grants: Grant[]; plan: Plan; named: Record<string, string> }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  return (
    <div>
      <h3>{title}</h3>
      <ul class="plain-list">
        {grants.map((g) => (
          <li key={g.rule_id}>
            {named[g.rule_id] || grantName(t, g, plan)}: {t('points.of', { n: g.points, points: f.number(g.points) })}
            {g.breakdown.basis ? <span class="quiet"> · {t('result.basis', { basis: f.money(g.breakdown.basis, g.breakdown.currency || currency) })}</span> : null}
            {g.breakdown.reason ? <span class="quiet"> · {wordOf(t, 'reason', g.breakdown.reason)}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

// grantName is what the plan calls the rule, or the campaign on it.
function grantName(t: (key: string) => string, g: Grant, plan: Plan): string {
  const [id] = g.rule_id.split('+');
  const one = g.campaign ? plan.earning.campaigns?.find((c) => c.id === g.campaign) : plan.earning.rules?.find((r) => r.id === id);
  return ruleNameOf(t, { name: one?.name, kind: g.campaign ? 'campaign' : g.breakdown.kind, id: g.rule_id });
}
