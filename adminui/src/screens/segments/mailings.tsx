import { useCallback } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Badge, Button, Card, ErrorBox, Progress, Row, Stack, type Tone } from '../../ui';
import { Download } from '../bookings/download';
import { useBeat } from '../imports/parts';

type Mailing = Schemas['MailingView'];

const tones: Record<string, Tone> = { running: 'accent', done: 'good', cancelled: 'warn', failed: 'bad' };
const shown = 10;

// Mailings are what was begun, newest first, and how far each is. Work goes on without
// this page; round says that something was begun.
export function Mailings({ kind, round }: { kind: 'mailing' | 'gifts'; round: number }) {
  const t = useTexts();
  const list = useLoad((signal) => api.GET('/api/admin/v1/mailings', { params: { query: { kind, limit: shown } }, signal }), [kind, round]);
  const items = list.data?.items ?? [];
  useBeat(items.some((m) => m.state === 'running'), list.reload);
  if (list.problem && items.length === 0) return <ErrorBox problem={list.problem} retry={list.reload} />;
  if (items.length === 0) return null;
  return (
    <Card title={t('mailings')}>
      <Stack gap={4}>
        {items.map((m) => (
          <One key={m.id} of={m} changed={list.reload} />
        ))}
      </Stack>
    </Card>
  );
}

function One({ of: m, changed }: { of: Mailing; changed(): void }) {
  const t = useTexts();
  const f = useFormat();
  const stop = useAction(() => api.POST('/api/admin/v1/mailings/{id}/cancel', { params: { path: { id: m.id } } }));
  const cancel = useCallback(() => void stop.run(undefined).then((done) => done && changed()), [m.id]);
  const said = [
    t('mailing.given.' + m.kind, { n: m.given, given: f.number(m.given) }),
    m.state === 'running' && t('mailing.left', { n: m.total - m.done, left: f.number(m.total - m.done) }),
    m.left_out > 0 && t('mailing.out', { n: m.left_out, out: f.number(m.left_out) }),
    m.already > 0 && t('mailing.already', { n: m.already, already: f.number(m.already) }),
    m.voucher,
    f.dateTime(m.created_at),
  ];
  return (
    <section aria-label={m.name} class="stack gap-2">
      <Row gap={2}>
        <strong>{m.name}</strong>
        <Badge tone={tones[m.state] ?? 'neutral'}>{t('mailing.' + m.state)}</Badge>
      </Row>
      {m.state === 'running' && <Progress label={m.name} value={m.done} max={Math.max(m.total, 1)} text={t('mailing.done.of', { done: f.number(m.done), total: f.number(m.total) })} />}
      <p class="quiet">{said.filter(Boolean).join(' · ')}</p>
      {m.state === 'failed' && <p>{t(m.reason === 'voucher_ended' ? 'mailing.why.voucher' : 'mailing.why')}</p>}
      {stop.problem && <ErrorBox problem={stop.problem} />}
      <Row gap={2}>
        {m.state === 'running' && (
          <Button small busy={stop.busy} onClick={cancel}>
            {t('mailing.cancel')}
            <span class="sr"> {m.name}</span>
          </Button>
        )}
        {m.has_codes && m.state !== 'running' && <Download label={t('mailing.csv')} path={`/api/admin/v1/mailings/${m.id}/codes.csv`} query={{}} name={`codes-${m.name}.csv`} />}
      </Row>
    </section>
  );
}
