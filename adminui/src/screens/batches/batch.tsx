import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Link, useRoute } from '../../shell/router';
import { useShop } from '../../shell/shop';
import { Await, Badge, Button, Card, DataTable, Facts, Menu, Money, Page, Progress, Stack, When } from '../../ui';
import { useBeat } from '../imports/parts';
import { batchTones } from './index';
import { Moves, type Move } from './moves';
import { Paper } from './paper';
import { whoOf } from '../vouchers/who';
import '../vouchers/style.css';

export type Batch = Schemas['BatchDetailView'];

// BatchPage is one batch: what is left, who has it, what was done with it (N-11).
export default function BatchPage() {
  const id = useRoute().params.id ?? '';
  const t = useTexts();
  const f = useFormat();
  const [move, setMove] = useState<Move>();
  const batch = useLoad((signal) => api.GET('/api/admin/v1/batches/{id}', { params: { path: { id } }, signal }), [id]);
  const b = batch.data;
  useBeat(Boolean(b?.work), batch.reload);
  const still = b && !b.work && b.state !== 'undone';
  const items = still
    ? [
        { label: t('do.handout'), onPick: () => setMove('handout') },
        { label: t('do.block'), danger: true, onPick: () => setMove('block') },
        ...(b.undo ? [{ label: t('do.undo'), danger: true, onPick: () => setMove('undo') }] : []),
      ]
    : [];
  const activate = still && (b.state === 'made' || b.state === 'handed_out');
  return (
    <Page
      title={b?.name ?? t('batch')}
      back={{ to: '/batches', label: t('title') }}
      badge={b && <Badge tone={batchTones[b.state]}>{t('batch.' + b.state)}</Badge>}
      actions={still && <>{activate && <Button kind="primary" onClick={() => setMove('activate')}>{t('do.activate')}</Button>}<Menu items={items} /></>}
    >
      <Await of={batch} lines={8}>
        {(b) => (
          <Stack>
            {b.work && (
              <Card>
                <Progress label={t('work.' + b.work.kind)} value={b.work.total ? b.work.done : undefined} max={Math.max(1, b.work.total)} text={b.work.total ? t('work.of', { done: f.number(b.work.done), total: f.number(b.work.total) }) : t('work.counting')} />
              </Card>
            )}
            <About of={b} />
            <Stock of={b} />
            {b.state !== 'undone' && <Paper of={b} />}
            <History of={b} />
            <Moves of={b} move={move} close={() => setMove(undefined)} done={batch.reload} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function About({ of: b }: { of: Batch }) {
  const t = useTexts();
  const f = useFormat();
  return (
    <Card title={t('about')}>
      <Facts
        items={[
          { name: t('voucher'), value: <Link to={'/vouchers/' + b.voucher_id}>{b.voucher || t('voucher')}</Link> },
          { name: t('codes'), value: <Link to={'/codes?batch=' + b.id}>{f.number(b.codes)}</Link> },
          ...(b.first_no ? [{ name: t('numbers'), value: `${b.first_no} – ${b.last_no ?? b.first_no}` }] : []),
          ...(b.partner ? [{ name: t('partner'), value: b.partner_id ? <Link to={'/partners/' + b.partner_id}>{b.partner}</Link> : b.partner }] : []),
          ...(b.import_id ? [{ name: t('from'), value: <Link to={'/imports/' + b.import_id}>{t('import')}</Link> }] : []),
          { name: t('made'), value: <When at={b.created_at} time /> },
          ...(b.activated_at ? [{ name: t('activated'), value: <When at={b.activated_at} time /> }] : []),
        ]}
      />
    </Card>
  );
}

function Stock({ of: b }: { of: Batch }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  return (
    <Card title={t('stock')} lead={t('stock.lead')} flush>
      <DataTable
        caption={t('stock')}
        columns={[
          { key: 'who', head: t('partner'), render: (p) => (p.partner_id ? p.partner || p.partner_id : t('stock.left')) },
          { key: 'codes', head: t('codes'), align: 'end', render: (p) => f.number(p.codes) },
          { key: 'active', head: t('stock.active'), align: 'end', render: (p) => f.number(p.active) },
          { key: 'used', head: t('stock.used'), align: 'end', render: (p) => f.number(p.used) },
          { key: 'void', head: t('stock.void'), align: 'end', render: (p) => f.number(p.void) },
          { key: 'uses', head: t('stock.uses'), align: 'end', render: (p) => f.number(p.uses) },
          { key: 'minor', head: t('stock.minor'), align: 'end', render: (p) => <Money minor={p.minor} currency={currency} /> },
        ]}
        rows={b.partners ?? []}
        rowKey={(p) => p.partner_id ?? ''}
        rowHref={(p) => `/codes?batch=${b.id}&issuer=${p.partner_id ?? 'shop'}`}
      />
    </Card>
  );
}

function History({ of: b }: { of: Batch }) {
  const t = useTexts();
  if ((b.moves ?? []).length === 0) return null;
  return (
    <Card title={t('history')}>
      <ol class="trace tall">
        {(b.moves ?? []).map((m) => (
          <li key={m.id}>
            <When at={m.at} time />
            <span>
              {t('move.' + m.kind, { n: m.codes, partner: m.partner || t('stock.left') })}
              {m.from && <span class="help-line">{m.until && m.until !== m.from ? `${m.from} – ${m.until}` : m.from}</span>}
              <span class="quiet help-line">
                {whoOf(m.by, t)}
                {m.reason && ` · ${m.reason}`}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
