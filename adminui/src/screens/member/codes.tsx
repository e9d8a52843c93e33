import { useState } from 'preact/hooks';
import { api, type Answer, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Badge, Card, DataTable, ErrorBox, Money, Pager, When, type Column, type Tone } from '../../ui';
import './style.css';

type Code = Schemas['CodeRow'];
type Use = Schemas['MemberUseRow'];

const perPage = 10;
const never = 8.64e15; // the last instant that a date can be
const tones: Record<string, Tone> = { pending: 'neutral', active: 'good', used: 'accent', expired: 'neutral', void: 'bad', lost: 'bad' };
const useTones: Record<string, Tone> = { used: 'good', returned: 'neutral', extra: 'warn' };

// Codes are the vouchers' codes of one person: for, from and used by the member (S0-23).
export function Codes({ member, round }: { member: string; round: number }) {
  const t = useTexts();
  const made = usePages<Code>((query, signal) => api.GET('/api/admin/v1/codes', { params: { query: { ...query, member } }, signal }), [member, round]);
  const given = usePages<Code>((query, signal) => api.GET('/api/admin/v1/codes', { params: { query: { ...query, issuer: member } }, signal }), [member, round]);
  const used = usePages<Use>((query, signal) => api.GET('/api/admin/v1/members/{id}/code-uses', { params: { path: { id: member }, query }, signal }), [member, round]);
  const sides = [made, given, used];
  const none = sides.every((side) => side.rows?.length === 0 && !side.previous);
  return (
    <Card title={t('codes')} lead={none ? undefined : t('codesLead')} flush>
      {none && <p class="quiet pad">{t('codes.none')}</p>}
      <Side title={t('codes.for')} of={made} columns={useColumns('from')} rowKey={(c) => c.id} rowHref={(c) => '/codes/' + c.id} />
      <Side title={t('codes.from')} of={given} columns={useColumns('for')} rowKey={(c) => c.id} rowHref={(c) => '/codes/' + c.id} />
      <Side title={t('codes.used')} of={used} columns={useUseColumns()} rowKey={(u) => u.code_id + u.order} rowHref={(u) => '/codes/' + u.code_id} />
    </Card>
  );
}

interface Page<R> {
  items: R[] | null;
  next?: string;
}

interface Pages<R> {
  rows?: R[];
  problem?: Parameters<typeof ErrorBox>[0]['problem'];
  loading: boolean;
  reload(): void;
  next?: () => void;
  previous?: () => void;
}

// usePages turns the pages of one of several lists on a screen: they are not in the address.
function usePages<R>(ask: (query: { limit: number; cursor?: string }, signal: AbortSignal) => Answer<Page<R>>, deps: unknown[]): Pages<R> {
  const [trail, setTrail] = useState<string[]>([]);
  const cursor = trail.at(-1);
  const page = useLoad((signal) => ask({ limit: perPage, cursor }, signal), [...deps, cursor]);
  const next = page.data?.next;
  return {
    ...page,
    rows: page.data && (page.data.items ?? []),
    next: next ? () => setTrail([...trail, next]) : undefined,
    previous: trail.length > 0 ? () => setTrail(trail.slice(0, -1)) : undefined,
  };
}

// Side is one of the lists. Most people have none of it: then nothing is said.
function Side<R>({ title, of, columns, rowKey, rowHref }: { title: string; of: Pages<R>; columns: Column<R>[]; rowKey(row: R): string; rowHref(row: R): string }) {
  if (of.problem) return <ErrorBox problem={of.problem} retry={of.reload} />;
  if ((!of.rows || of.rows.length === 0) && !of.previous && !of.loading) return null;
  return (
    <section class="side">
      <h3>{title}</h3>
      <DataTable caption={title} columns={columns} rows={of.rows ?? []} rowKey={rowKey} rowHref={rowHref} loading={of.loading} />
      <Pager next={of.next} previous={of.previous} />
    </section>
  );
}

// useColumns are a code's, with whom it is for or from on the other side.
function useColumns(other: 'for' | 'from'): Column<Code>[] {
  const t = useTexts();
  const f = useFormat();
  const whom = (c: Code) => (other === 'from' ? c.issuer || t(c.issuer_id ? 'codes.erased' : 'codes.shop') : c.member || t(c.member_id ? 'codes.erased' : 'codes.anybody'));
  return [
    { key: 'code', head: t('code'), render: (c) => <code>{c.code}</code> },
    { key: 'voucher', head: t('codes.voucher'), render: (c) => c.voucher },
    { key: 'state', head: t('state'), render: (c) => <Badge tone={tones[c.state]}>{t('codeState.' + c.state)}</Badge> },
    { key: 'whom', head: t(other === 'from' ? 'codes.giver' : 'codes.whom'), render: whom },
    { key: 'ends', head: t('codes.ends'), render: (c) => (c.ends_at && c.ends_at < never ? <When at={c.ends_at - 1} /> : '–') },
    { key: 'uses', head: t('codes.uses'), align: 'end', render: (c) => (c.max_uses ? t('codes.usesOf', { uses: f.number(c.uses), most: f.number(c.max_uses) }) : f.number(c.uses)) },
  ];
}

function useUseColumns(): Column<Use>[] {
  const t = useTexts();
  const { currency } = useShop();
  return [
    { key: 'code', head: t('code'), render: (u) => <code>{u.code}</code> },
    { key: 'voucher', head: t('codes.voucher'), render: (u) => u.voucher },
    { key: 'state', head: t('state'), render: (u) => <Badge tone={useTones[u.state]}>{t('useState.' + u.state)}</Badge> },
    { key: 'order', head: t('order'), render: (u) => <Link to={'/orders/' + encodeURIComponent(u.order)}>{u.number || u.order}</Link> },
    { key: 'at', head: t('when'), render: (u) => <When at={u.used_at} /> },
    { key: 'minor', head: t('codes.discount'), align: 'end', render: (u) => <Money minor={u.minor} currency={currency} /> },
  ];
}
