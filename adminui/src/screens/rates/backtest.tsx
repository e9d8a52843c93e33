import { useEffect, useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useAction, useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Button, Card, ErrorBox, Notice, Progress, Row, Select, Stack, When } from '../../ui';
import { draftOf, same, type Draft, type PlanDoc } from './draft';
import { Result } from './result';

type Detail = Schemas['BacktestDetail'];

const often = 600; // milliseconds between two looks at one that runs

// Backtest replays the shop's own orders under the rates as typed. It goes on when
// the page is left; whoever comes back finds it.
export function Backtest({ draft, plan, ready }: { draft: Draft; plan(): PlanDoc; ready: boolean }) {
  const t = useTexts();
  const [months, setMonths] = useState('12');
  const [chosen, setChosen] = useState('');
  const list = useLoad((signal) => api.GET('/api/admin/v1/plan/backtests', { params: { query: { limit: 10 } }, signal }), []);
  const start = useAction((body: Schemas['StartBacktestBody']) => api.POST('/api/admin/v1/plan/backtests', { body }));
  const items = list.data?.items ?? [];
  const id = chosen || items[0]?.id || '';

  const run = async () => {
    const begun = await start.run({ plan: plan(), months: Number(months) });
    if (begun) setChosen(begun.data.id);
    list.reload();
  };
  return (
    <Card title={t('test.title')} lead={t('test.lead')}>
      <Stack>
        <Row gap={3} fields>
          <Select
            label={t('test.months')}
            name="months"
            value={months}
            onValue={setMonths}
            options={['3', '6', '12', '24'].map((value) => ({ value, label: t('test.last', { n: Number(value) }) }))}
          />
          <Button onClick={run} busy={start.busy} disabled={!ready}>
            {t('test.run')}
          </Button>
        </Row>
        {!ready && <p class="quiet">{t('test.notReady')}</p>}
        {start.problem && (start.problem.code === 'conflict' ? <Notice tone="warn"><p>{t('test.busy')}</p></Notice> : <ErrorBox problem={start.problem} />)}
        {list.problem && <ErrorBox problem={list.problem} retry={list.reload} />}
        {id ? <Watched key={id} id={id} draft={draft} ended={list.reload} /> : list.data && <p class="quiet">{t('test.none')}</p>}
        {items.length > 1 && (
          <details>
            <summary>{t('test.earlier')}</summary>
            <ul class="plain-list">
              {items.map((b) => (
                <li key={b.id}>
                  <Button small kind="quiet" aria-pressed={b.id === id} onClick={() => setChosen(b.id)}>
                    <When at={b.created_at} time /> · {t('test.last', { n: b.months })} · {t('test.' + b.state)}
                  </Button>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Stack>
    </Card>
  );
}

// Watched shows one back-test and looks again while it runs.
function Watched({ id, draft, ended }: { id: string; draft: Draft; ended(): void }) {
  const t = useTexts();
  const f = useFormat();
  const one = useLoad((signal) => api.GET('/api/admin/v1/plan/backtests/{id}', { params: { path: { id } }, signal }), [id]);
  const cancel = useAction(() => api.POST('/api/admin/v1/plan/backtests/{id}/cancel', { params: { path: { id } } }));
  const running = one.data?.state === 'running';
  useEffect(() => {
    if (!running) return;
    const timer = setTimeout(one.reload, often);
    return () => clearTimeout(timer);
  }, [one.data]);
  if (one.problem && !one.data) return <ErrorBox problem={one.problem} retry={one.reload} />;
  if (!one.data) return null;
  const b = one.data;
  const other = !same(draftOf(b.plan), draft);
  return (
    <Stack gap={3}>
      <p class="sr" role="status">
        {t('test.' + b.state)}
      </p>
      {running ? (
        <Running of={b} stop={() => void cancel.run(undefined).then(() => (one.reload(), ended()))} busy={cancel.busy} />
      ) : (
        <p class="quiet">
          <When at={b.created_at} time /> · {t('test.last', { n: b.months })} · {b.state === 'done' ? t('test.took', { n: b.done, seconds: new Intl.NumberFormat(f.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.max(0.1, b.took_ms / 1000)) }) : t('test.' + b.state)}
        </p>
      )}
      {other && b.state === 'done' && (
        <Notice tone="warn">
          <p>{t('test.other')}</p>
        </Notice>
      )}
      {(b.state === 'failed' || b.state === 'interrupted') && (
        <Notice tone="warn">
          <p>{t('test.again')}</p>
        </Notice>
      )}
      {b.result && <Result result={b.result} names={b.names ?? {}} plan={b.plan} />}
    </Stack>
  );
}

function Running({ of, stop, busy }: { of: Detail; stop(): void; busy: boolean }) {
  const t = useTexts();
  const f = useFormat();
  const rate = of.took_ms > 0 ? Math.round((of.done * 1000) / of.took_ms) : 0;
  const text = of.total > 0 ? t('test.progress', { done: of.done, total: of.total }) : t('test.counting');
  return (
    <Stack gap={2}>
      <Progress label={t('test.running')} value={of.total > 0 ? of.done : undefined} max={Math.max(1, of.total)} text={text} />
      <Row>
        <span class="quiet">{of.done > 0 ? t('test.speed', { rate: f.number(rate), n: Math.ceil(of.left_ms / 1000) }) : ' '}</span>
        <Button small onClick={stop} busy={busy}>
          {t('test.cancel')}
        </Button>
      </Row>
      <p class="quiet">{t('test.leave')}</p>
    </Stack>
  );
}
