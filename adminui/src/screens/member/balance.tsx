import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Await, Badge, Button, Card, DataTable, DateInput, Figure, Points, Stack, When } from '../../ui';
import { fromText } from './source';
import { endOfDay } from './zone';

type Lot = Schemas['LotView'];

const few = 8; // rows that are shown at first: those that expire soonest

// BalanceAt shows the points by when they expire, now or on an earlier day.
export function BalanceAt({ member, round }: { member: string; round: number }) {
  const t = useTexts();
  const f = useFormat();
  const today = f.day(Date.now());
  const [day, setDay] = useState(today);
  const at = endOfDay(day || today, f.zone);
  const balance = useLoad((signal) => api.GET('/api/admin/v1/members/{id}/balance', { params: { path: { id: member }, query: { at } }, signal }), [member, at, round]);
  return (
    <Card title={t('lots')} lead={t('lotsLead')}>
      <Stack gap={4}>
        <div class="measure">
          <DateInput label={t('onDay')} help={t('onDayHelp', { zone: f.zone })} value={day} max={today} onValue={setDay} />
        </div>
        <Await of={balance}>
          {(b) => (
            <Stack gap={3}>
              <div aria-live="polite">
                <Figure label={t('totalOn', { day: f.date(at) })} value={<Points value={b.total} />} note={t('totalHelp')} />
              </div>
              {(b.lots ?? []).length > 0 && <Lots list={b.lots ?? []} />}
            </Stack>
          )}
        </Await>
      </Stack>
    </Card>
  );
}

function Lots({ list }: { list: Lot[] }) {
  const t = useTexts();
  const [all, setAll] = useState(false);
  const shown = all ? list : list.slice(0, few);
  return (
    <>
    <DataTable
      caption={t('lots')}
      columns={[
        { key: 'from', head: t('from'), render: (l) => fromText(t, l) },
        { key: 'state', head: t('state'), render: (l) => <Badge tone={l.pending ? 'neutral' : 'good'}>{t(l.pending ? 'waiting' : 'open')}</Badge> },
        { key: 'expires', head: t('expires'), render: (l) => (l.expires_at ? <When at={l.expires_at} /> : t('never')) },
        { key: 'left', head: t('points'), align: 'end', render: (l) => <Points value={l.left} bare /> },
      ]}
      rows={shown}
      rowKey={(l) => `${l.source} ${l.rule} ${l.expires_at} ${l.left}`}
    />
    {shown.length < list.length && (
      <div class="row">
        <Button small onClick={() => setAll(true)}>{t('showAll', { n: list.length })}</Button>
      </div>
    )}
    </>
  );
}
