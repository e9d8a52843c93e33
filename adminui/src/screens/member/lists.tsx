import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { Await, Badge, Card, DataTable, LinkButton, Money, Points, When, type Column, type Tone } from '../../ui';
import { wordOf } from '../../ui/receipt';
import { OrderStatus } from '../orders/status';
import { CancelButton, CancelCode, redemptionTones, UsedBy } from '../redemptions/cancel';

type Redemption = Schemas['RedemptionView'];

// Redemptions are the codes that the member turned points into. An unused one can be cancelled.
export function Redemptions({ member, round }: { member: string; round: number }) {
  const t = useTexts();
  const list = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/redemptions', { params: { path: { id: member }, query: { limit: 50 } }, signal }), [member, round]);
  const [asked, setAsked] = useState<Redemption | undefined>();
  const columns: Column<Redemption>[] = [
    { key: 'code', head: t('code'), render: (r) => (r.code ? <code class="nowrap">{r.code}</code> : '–') },
    { key: 'state', head: t('state'), render: (r) => <Badge tone={redemptionTones[r.state] ?? 'neutral'}>{t('redemption.' + r.state)}</Badge> },
    { key: 'order', head: t('order'), render: (r) => <UsedBy sale={r.sale_key} number={r.order_number} /> },
    { key: 'at', head: t('when'), render: (r) => <When at={r.created_at} /> },
    { key: 'value', head: t('value'), align: 'end', render: (r) => <Money minor={r.minor} currency={r.currency} /> },
    { key: 'points', head: t('points'), align: 'end', render: (r) => <Points value={r.points} bare /> },
  ];
  const act: Column<Redemption> = { key: 'do', head: t('do'), align: 'end', render: (r) => <CancelButton of={r} ask={setAsked} /> };
  return (
    <Card title={t('redemptions')} flush>
      <Await of={list}>{(page) => <DataTable caption={t('redemptions')} columns={(page.items ?? []).some((r) => r.state === 'active') ? [...columns, act] : columns} rows={page.items ?? []} rowKey={(r) => r.id} empty={<p class="quiet pad">{t('noRedemptions')}</p>} />}</Await>
      <CancelCode of={asked} close={() => setAsked(undefined)} done={list.reload} />
    </Card>
  );
}

type Order = Schemas['OrderRow'];

// Orders are the member's newest orders with the bonus of each.
export function Orders({ member }: { member: string }) {
  const t = useTexts();
  const list = useLoad((signal) => api.GET('/api/admin/v1/orders', { params: { query: { member_id: member, limit: 10 } }, signal }), [member]);
  const columns: Column<Order>[] = [
    { key: 'number', head: t('number'), render: (o) => o.number || o.key },
    { key: 'placed', head: t('when'), render: (o) => <When at={o.placed_at} /> },
    { key: 'status', head: t('state'), render: (o) => <OrderStatus of={o.status} /> },
    { key: 'total', head: t('total'), align: 'end', render: (o) => <Money minor={o.total} currency={o.currency} /> },
    { key: 'earned', head: t('earned'), align: 'end', render: (o) => <Points value={o.earned} bare /> },
    { key: 'used', head: t('used'), align: 'end', render: (o) => <Points value={o.used} bare /> },
  ];
  return (
    <Card title={t('orders')} flush actions={list.data?.next && <LinkButton small to={'/orders?member=' + member}>{t('allOrders')}</LinkButton>}>
      <Await of={list}>{(page) => <DataTable caption={t('orders')} columns={columns} rows={page.items ?? []} rowKey={(o) => o.id} rowHref={(o) => '/orders/' + encodeURIComponent(o.key)} empty={<p class="quiet pad">{t('noOrders')}</p>} />}</Await>
    </Card>
  );
}

type Referral = Schemas['ReferralView'];

// Referrals are the people whom the member brought.
export function Referrals({ member }: { member: string }) {
  const t = useTexts();
  const list = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/referrals', { params: { path: { id: member }, query: { limit: 50 } }, signal }), [member]);
  const columns: Column<Referral>[] = [
    { key: 'friend', head: t('friend'), render: () => t('openMember') },
    { key: 'state', head: t('state'), render: (r) => <>{t('referral.' + r.state)}{r.reason && <span class="quiet"> · {wordOf(t, 'refused', r.reason)}</span>}</> },
    { key: 'at', head: t('when'), align: 'end', render: (r) => <When at={r.created_at} /> },
  ];
  if (list.data && (list.data.items ?? []).length === 0) return null;
  return (
    <Card title={t('referrals')} flush actions={(list.data?.items ?? []).some((r) => r.state === 'held') && <LinkButton small to="/referrals?state=held">{t('decideReferrals')}</LinkButton>}>
      <Await of={list}>{(page) => <DataTable caption={t('referrals')} columns={columns} rows={page.items ?? []} rowKey={(r) => r.id} rowHref={(r) => '/members/' + r.friend_id} />}</Await>
    </Card>
  );
}

type Activity = Schemas['ActivityView'];

const activityTones: Record<string, Tone> = { approved: 'good', pending: 'accent', withdrawn: 'warn' };

// Activities are what the member did other than buying.
export function Activities({ member }: { member: string }) {
  const t = useTexts();
  const list = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/activities', { params: { path: { id: member }, query: { limit: 50 } }, signal }), [member]);
  const columns: Column<Activity>[] = [
    { key: 'kind', head: t('what'), render: (a) => (a.kind === 'custom' && a.name ? a.name : wordOf(t, 'activity', a.kind)) },
    { key: 'state', head: t('state'), render: (a) => <Badge tone={activityTones[a.state] ?? 'neutral'}>{t('activityState.' + a.state)}</Badge> },
    { key: 'at', head: t('when'), align: 'end', render: (a) => <When at={a.at} /> },
  ];
  return (
    <Card title={t('activities')} flush>
      <Await of={list}>{(page) => <DataTable caption={t('activities')} columns={columns} rows={page.items ?? []} rowKey={(a) => a.id} empty={<p class="quiet pad">{t('noActivities')}</p>} />}</Await>
    </Card>
  );
}
