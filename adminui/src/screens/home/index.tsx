import chartLine from 'icon:chart-line';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { exists } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Card, DataTable, Empty, Figure, Grid, LinkButton, Money, Notice, Page, Points, When, type Column } from '../../ui';
import { ruleNameOf } from '../../ui/rulename';
import { needs } from './needs';

type Overview = Schemas['HomeView'];
type Recent = Schemas['RecentView'];

// Home answers three questions: does anything need me, what happened, what do I owe.
export default function Home() {
  const t = useTexts();
  const shop = useShop();
  const home = useLoad((signal) => api.GET('/api/admin/v1/home', { signal }), []);
  return (
    <Page
      title={shop.name}
      lead={t('lead')}
      actions={
        exists('/reports') && (
          <LinkButton to="/reports" icon={chartLine}>
            {t('reports')}
          </LinkButton>
        )
      }
    >
      <Await of={home} lines={10}>
        {(data) => (
          <>
            <Attention of={data} />
            <Figures of={data} />
            <Latest rows={data.recent ?? []} ordered={data.setup.ordered} />
          </>
        )}
      </Await>
    </Page>
  );
}

function Attention({ of }: { of: Overview }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const open = needs(of);
  const checked = of.health.checked_at;
  return (
    <Card title={t('attention')} actions={<Badge tone={open.some((n) => n.tone === 'bad') ? 'bad' : open.length > 0 ? 'warn' : 'good'}>{open.length > 0 ? t('attention.open', { n: open.length }) : t('attention.none')}</Badge>}>
      {open.length === 0 && <p>{t('attention.fine')}</p>}
      {open.length > 0 && (
        <ul class="needs">
          {open.map((need) => (
            <li key={need.to + need.key}>
              <span class={`dot ${need.tone}`} aria-hidden="true" />
              <span>
                {t(need.key, {
                  n: need.n,
                  name: need.name ?? '',
                  points: t('points.of', { n: of.expiring.points, points: f.number(of.expiring.points) }),
                  money: f.money(of.expiring.minor, shop.currency),
                  day: f.date(need.day ? Date.parse(need.day + 'T12:00:00Z') : of.expiring.before - 1),
                  topics: f.list(of.health.missing_webhooks ?? []),
                })}
              </span>
              {need.to && exists(need.to) && (
                <LinkButton to={need.to} small>
                  {t(need.key + '.do')}
                </LinkButton>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        {checked ? (
          <>
            {t('checked')} <When at={checked} time />
          </>
        ) : (
          t('notChecked')
        )}
      </p>
    </Card>
  );
}

function Figures({ of }: { of: Overview }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const { today, week, week_ago: ago } = of;
  const used = (span: Overview['week']) => span.used - span.returned;
  const monday = mondayOf(f.day(Date.now()));
  const note = (now: number, before: number) => t('since', { today: f.number(now), before: f.number(before) });
  return (
    <>
      {!of.complete && <Notice>{t('counting')}</Notice>}
      <Grid min={160} fill>
        <Figure label={t('owed')} value={<Money minor={of.held.minor} currency={currency} />} note={t('points.of', { n: of.held.points, points: f.number(of.held.points) })} to="/reports" />
        <Figure label={t('issued')} value={<Points value={week.issued} bare />} note={note(today.issued, ago.issued)} to={'/movements?what=issued&from=' + monday} />
        <Figure label={t('used')} value={<Points value={used(week)} bare />} note={note(used(today), used(ago))} to={'/movements?what=used&from=' + monday} />
        <Figure label={t('orders')} value={f.number(week.orders)} note={note(today.orders, ago.orders)} to="/orders" />
        <Figure label={t('members')} value={f.number(week.members)} note={note(today.members, ago.members)} to="/members" />
      </Grid>
    </>
  );
}

// mondayOf is the first day of a day's week: the server counts weeks from there.
function mondayOf(day: string): string {
  const at = new Date(day + 'T00:00:00Z');
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}

function Latest({ rows, ordered }: { rows: Recent[]; ordered: boolean }) {
  const t = useTexts();
  const columns: Column<Recent>[] = [
    { key: 'member', head: t('member'), render: (r) => r.member || t('erased') },
    { key: 'what', head: t('what'), render: (r) => what(t, r) },
    { key: 'points', head: t('points'), align: 'end', render: (r) => <Points value={r.points} signed bare /> },
    { key: 'at', head: t('when'), align: 'end', render: (r) => <When at={r.at} time /> },
  ];
  const first = !ordered && exists('/setup') && <LinkButton to="/setup">{t('empty.do')}</LinkButton>;
  return (
    <Card title={t('latest')} flush actions={rows.length > 0 && <LinkButton small to="/movements">{t('latest.all')}</LinkButton>}>
      <DataTable
        caption={t('latest')}
        columns={columns}
        rows={rows}
        rowKey={(r) => r.entry}
        rowHref={(r) => `/members/${r.member_id}?why=${r.entry}`}
        empty={<Empty title={t('empty')} text={t('empty.text')} action={first} />}
      />
    </Card>
  );
}

// what says in words what moved the points; an order is named.
function what(t: (key: string, values?: Record<string, string | number>) => string, r: Recent): string {
  if (r.order) return t(r.kind === 'clawback' ? 'did.refund' : 'did.order');
  if (r.kind === 'adjustment') return r.note ? t('did.adjustment.note', { note: r.note }) : t('did.adjustment');
  return r.kind === 'accrual' && r.rule_kind ? ruleNameOf(t, { name: r.rule_name, kind: r.rule_kind }) : t('did.' + r.kind);
}
