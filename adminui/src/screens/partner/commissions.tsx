import { useState } from 'preact/hooks';
import downloadIcon from 'icon:download';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { decimal, digitsOf } from '../../i18n/format';
import { Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, Confirm, DataTable, download, Empty, Figure, Grid, Money, Pager, Select, Stack, toast, When, type Column, type Tone } from '../../ui';

type Row = Schemas['CommissionRow'];

const tones: Record<Row['state'], Tone> = { pending: 'neutral', available: 'accent', paid: 'good', revoked: 'bad', held: 'warn', refused: 'bad' };
const perPage = 200;

// Commissions are one month's, order by order, and what is to be paid of them.
export function Commissions({ id, since }: { id: string; since: number }) {
  const t = useTexts();
  const f = useFormat();
  const shop = useShop();
  const months = monthsSince(since, f.day(Date.now()), f.day, f.locale);
  const [month, setMonth] = useState(months[0]?.value ?? '');
  const [trail, setTrail] = useState<string[]>([]);
  const [asking, ask] = useState(false);
  const query = { month, limit: perPage, cursor: trail.at(-1) };
  const found = useLoad((signal) => api.GET('/api/admin/v1/partners/{id}/commissions', { params: { path: { id }, query }, signal }), [id, query]);
  const pay = useAction((_: undefined) => api.POST('/api/admin/v1/partners/{id}/commissions/pay', { params: { path: { id } }, body: { month } }));
  const submit = async () => {
    const paid = await pay.run(undefined);
    if (!paid) return;
    ask(false);
    toast(t('pay.done', { money: f.money(paid.data.minor, shop.currency) }));
    found.reload();
  };
  return (
    <Card title={t('commissions')} lead={t('commissions.lead')} flush>
      <Await of={found}>
        {(s) => (
          <>
            <div class="pad">
              <Stack gap={4}>
                <Select
                  label={t('month')}
                  name="month"
                  value={month}
                  options={months}
                  onValue={(value) => {
                    setMonth(value);
                    setTrail([]);
                  }}
                />
                <Grid min={160} fill>
                  {s.sums.held_minor > 0 && (
                    <Figure label={t('sum.held')} value={<Money minor={s.sums.held_minor} currency={shop.currency} />}>
                      <Link to="/partners">{t('held.decide')}</Link>
                    </Figure>
                  )}
                  <Figure label={t('sum.pending')} value={<Money minor={s.sums.pending_minor} currency={shop.currency} />} />
                  <Figure label={t('sum.available')} value={<Money minor={s.sums.available_minor} currency={shop.currency} />} />
                  <Figure label={t('sum.paid')} value={<Money minor={s.sums.paid_minor} currency={shop.currency} />} />
                </Grid>
                <div class="actions">
                  <Button kind="primary" disabled={s.sums.available_minor === 0} onClick={() => ask(true)}>
                    {t('pay')}
                  </Button>
                  {(s.items ?? []).length > 0 && (
                    <Button icon={downloadIcon} onClick={() => download(`commissions-${month}.csv`, csv(s.items ?? [], t, f.day))}>
                      CSV
                    </Button>
                  )}
                </div>
              </Stack>
            </div>
            <DataTable caption={t('commissions')} rows={s.items ?? []} rowKey={(r) => r.id} columns={columns(t, f)} empty={<Empty title={t('commissions.none')} text={t('commissions.none.text')} />} />
            <Confirm open={asking} title={t('pay.title')} confirmLabel={t('pay.do', { money: f.money(s.sums.available_minor, shop.currency) })} busy={pay.busy} problem={pay.problem} onClose={() => ask(false)} onConfirm={() => void submit()}>
              <p>{t('pay.text', { money: f.money(s.sums.available_minor, shop.currency) })}</p>
            </Confirm>
            <Pager next={s.next ? () => setTrail([...trail, s.next ?? '']) : undefined} previous={trail.length > 0 ? () => setTrail(trail.slice(0, -1)) : undefined} />
          </>
        )}
      </Await>
    </Card>
  );
}

function columns(t: (key: string) => string, f: ReturnType<typeof useFormat>): Column<Row>[] {
  return [
    { key: 'order', head: t('order'), render: (r) => r.order },
    { key: 'at', head: t('day'), render: (r) => <When at={r.at} /> },
    { key: 'person', head: t('name'), render: (r) => r.person || t('nameless') },
    { key: 'level', head: t('line.level'), align: 'end', render: (r) => r.level },
    { key: 'base', head: t('base'), align: 'end', render: (r) => <Money minor={r.base_minor} currency={r.currency} /> },
    { key: 'rate', head: t('rate'), align: 'end', render: (r) => new Intl.NumberFormat(f.locale, { style: 'percent', maximumFractionDigits: 2 }).format(r.rate_bp / 10_000) },
    { key: 'commission', head: t('commission'), align: 'end', render: (r) => <Money minor={r.minor} currency={r.currency} /> },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={tones[r.state]}>{t('sum.' + r.state)}</Badge> },
    { key: 'due', head: t('due'), align: 'end', render: (r) => <When at={r.due_at} /> },
  ];
}

function csv(rows: Row[], t: (key: string) => string, day: (ms: number) => string): (string | number)[][] {
  const head = ['order', 'day', 'name', 'line.level', 'base', 'rate', 'commission', 'currency', 'state', 'due'].map((key) => t(key));
  const money = (minor: number, currency: string) => decimal(minor, digitsOf(currency));
  return [head, ...rows.map((r) => [r.order, day(r.at), r.person, r.level, money(r.base_minor, r.currency), decimal(r.rate_bp, 2), money(r.minor, r.currency), r.currency, t('sum.' + r.state), day(r.due_at)])];
}

const mostMonths = 36;

// monthsSince are the months from this one back to the first, newest first.
function monthsSince(since: number, today: string, day: (ms: number) => string, locale: string): { value: string; label: string }[] {
  const first = day(since).slice(0, 7);
  const name = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const at = (back: number) => new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 - back, 1));
  const months = Array.from({ length: mostMonths }, (_, back) => ({ value: at(back).toISOString().slice(0, 7), label: name.format(at(back)) }));
  return months.filter((m, i) => i === 0 || m.value >= first);
}
