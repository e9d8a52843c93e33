import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, Facts, Figure, Grid, Menu, Notice, Page, Points, Stack, When } from '../../ui';
import { Adjust } from './adjust';
import { BalanceAt } from './balance';
import { Codes } from './codes';
import { Control } from './control';
import { Entries } from './entries';
import { Activities, Orders, Redemptions, Referrals } from './lists';
import { Merge } from './merge';
import { Erase, Export } from './privacy';

export type Member = Schemas['MemberDetail'];

export const nameOf = (m: { first_name: string; last_name: string; email: string }): string => [m.first_name, m.last_name].filter(Boolean).join(' ') || m.email;

type Asking = 'adjust' | 'merge' | 'export' | 'erase';

// MemberPage shows what one member has and why, and changes it.
export default function MemberPage() {
  const id = useRoute().params.id ?? '';
  const t = useTexts();
  const [round, setRound] = useState(0); // counts what was changed, so that the lists load again
  const member = useLoad((signal) => api.GET('/api/admin/v1/members/{id}', { params: { path: { id } }, signal }), [id, round]);
  const [asking, setAsking] = useState<Asking | undefined>();
  const m = member.data;
  const live = m?.state === 'active';
  const changed = () => setRound((n) => n + 1);
  const close = () => setAsking(undefined);
  const items = (['merge', 'export', 'erase'] as const).map((what) => ({ label: t(what), danger: what === 'erase', disabled: what !== 'export' && !live, onPick: () => setAsking(what) }));
  return (
    <Page
      title={m ? nameOf(m) || t(m.state === 'erased' ? 'erased' : 'nameless') : t('member')}
      back={{ to: '/members', label: t('members') }}
      badge={m && m.state !== 'erased' && <State of={m} />}
      actions={m && <><Button kind="primary" disabled={!live} onClick={() => setAsking('adjust')}>{t('adjust')}</Button><Menu items={items} /></>}
    >
      <Await of={member} lines={8}>
        {(m) => (
          <Stack>
            {m.id !== id && <Notice tone="accent"><p>{t('mergedHere')}</p></Notice>}
            <Head member={m} />
            <Entries member={m.id} round={round} />
            <BalanceAt member={m.id} round={round} />
            <Redemptions member={m.id} round={round} />
            <Codes member={m.id} round={round} />
            <Orders member={m.id} />
            <Referrals member={m.id} />
            <Activities member={m.id} />
            {live && <Control member={m} changed={changed} />}
            {live ? <AboutInLine member={m} /> : <About member={m} />}
            <Adjust open={asking === 'adjust'} member={m} close={close} changed={changed} />
            <Merge open={asking === 'merge'} member={m} close={close} />
            <Export open={asking === 'export'} member={m} close={close} />
            <Erase open={asking === 'erase'} member={m} close={close} changed={changed} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function State({ of }: { of: Member }) {
  const t = useTexts();
  if (of.state !== 'active') return <Badge>{t('state.' + of.state)}</Badge>;
  if (of.block_earn || of.block_redeem) return <Badge tone="warn">{t('blocked')}</Badge>;
  return <Badge tone={of.type === 'customer' ? 'accent' : 'neutral'}>{t(of.type)}</Badge>;
}

function Head({ member: m }: { member: Member }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const b = m.balance;
  return (
    <Card>
      <Grid min={220} fill>
        <Figure label={t('available')} value={<Points value={b.available} />} note={b.available < 0 ? t('debt') : t('worth', { amount: f.money(m.minor, currency) })} />
        <Figure label={t('pending')} value={<Points value={b.pending} />} note={b.matures_at ? <>{t('usableFrom')} <When at={b.matures_at} /></> : undefined} />
        {b.held > 0 && <Figure label={t('held')} value={<Points value={b.held} />} note={t('heldHelp')} />}
        <Figure label={t('nextExpiry')} value={b.expires_at ? <Points value={b.expiring ?? 0} /> : t('noExpiry')} note={b.expires_at ? <When at={b.expires_at} /> : undefined} />
      </Grid>
    </Card>
  );
}

// AboutInLine also says whose first line somebody is in; of the erased it is not kept.
function AboutInLine({ member }: { member: Member }) {
  const line = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/attribution', { params: { path: { id: member.id } }, signal }), [member.id]).data;
  return <About member={member} line={line} />;
}

function About({ member: m, line }: { member: Member; line?: Schemas['Attribution'] }) {
  const t = useTexts();
  const partner = line?.partner_id && line.state !== 'revoked' ? line : undefined;
  return (
    <Card title={t('about')}>
      <Facts
        items={[
          { name: t('email'), value: m.email || '–' },
          { name: t('since'), value: <When at={m.created_at} /> },
          { name: t('birthday'), value: m.birthday ? <When at={Date.parse(m.birthday + 'T12:00:00Z')} /> : '–' },
          ...(partner ? [{ name: t('firstLine'), value: <><Link to={'/partners/' + partner.partner_id}>{partner.partner || t('nameless')}</Link> {partner.state === 'provisional' && <Badge>{t('firstLine.provisional')}</Badge>}</> }] : []),
          { name: t('referralCode'), value: <code>{m.referral_code}</code> },
          { name: t('customerKey'), value: <code>{m.customer_key || '–'}</code> },
          { name: t('tags'), value: (m.tags ?? []).join(', ') || '–' },
        ]}
      />
    </Card>
  );
}
