import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/problem';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Await, Button, Card, DateInput, Dialog, ErrorBox, Facts, Progress, Radio, Stack, toField, When } from '../../ui';

export type Choice = 'keep' | 'top_up' | 'notice';
export interface PromisePick {
  choice: Choice;
  from?: string;
}

type Preview = Schemas['PromisePreview'];
type Outcome = Schemas['PromiseOutcome'];

const soon = 14; // days that a notice gives if nothing else is said

interface Props {
  rate: Schemas['RedeemRate'];
  busy: boolean;
  problem?: Problem;
  onSave(promise: PromisePick): void;
  onClose(): void;
}

// PromiseDialog asks, before a new redeem rate is saved, what becomes of the points
// that members have, and says for each answer in numbers what it means.
export function PromiseDialog({ rate, busy, problem, onSave, onClose }: Props) {
  const t = useTexts();
  const f = useFormat();
  const [choice, setChoice] = useState<Choice>('keep');
  const [from, setFrom] = useState(f.day(Date.now() + soon * 86_400_000));
  const preview = useLoad((signal) => api.POST('/api/admin/v1/plan/promises/preview', { body: { rate }, signal }), [rate]);
  // The dialog opens before there is anything to choose: the focus comes after it.
  useEffect(() => void (preview.data && toField('promise')), [preview.data]);
  const footer = (
    <>
      <Button onClick={onClose}>{t('cancel')}</Button>
      <Button kind="primary" busy={busy} disabled={!preview.data || (choice === 'notice' && !from)} onClick={() => onSave(choice === 'notice' ? { choice, from } : { choice })}>
        {t('promise.save')}
      </Button>
    </>
  );
  return (
    <Dialog open title={t('promise.title')} onClose={onClose} footer={footer} wide>
      <Stack>
        <Await of={preview} lines={6}>
          {(data) => (
            <Stack>
              <Held preview={data} />
              <Radio
                label={t('promise.question')}
                name="promise"
                value={choice}
                onValue={(value) => setChoice(value as Choice)}
                options={(['keep', 'top_up', 'notice'] as const).map((value) => ({ value, label: t('promise.' + value), help: t(`promise.${value}.help`) }))}
                extra={Object.fromEntries(
                  (data.choices ?? []).map((o) => [
                    o.choice,
                    <Stack key={o.choice} gap={3}>
                      {o.choice === 'notice' && <DateInput label={t('promise.from')} name="from" value={from} min={f.day(Date.now())} onValue={setFrom} help={t('promise.from.help', { zone: f.zone })} />}
                      <Numbers outcome={o} before={data} />
                      {o.choice === 'notice' && from && <p class="quiet">{t('promise.shoppers', { day: f.date(Date.parse(from + 'T12:00:00Z')) })}</p>}
                    </Stack>,
                  ]),
                )}
              />
            </Stack>
          )}
        </Await>
        {problem && <ErrorBox problem={problem} />}
      </Stack>
    </Dialog>
  );
}

function Held({ preview: p }: { preview: Preview }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  return <p>{t('promise.held', { n: p.members, points: f.number(p.points), worth: f.money(p.minor, currency) })}</p>;
}

function Numbers({ outcome: o, before }: { outcome: Outcome; before: Preview }) {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  return (
    <Facts
      items={[
        { name: t('promise.members'), value: t('promise.gainLose', { gains: t('gains', { n: o.gain }), loses: t('loses', { n: o.lose }) }) },
        { name: t('promise.worth'), value: `${f.money(before.minor, currency)} → ${f.money(o.minor, currency)} (${f.money(o.minor - before.minor, currency, true)})` },
        ...(o.choice === 'top_up' ? [{ name: t('promise.added'), value: t('points.of', { n: o.added, points: f.number(o.added) }) }] : []),
      ]}
    />
  );
}

const often = 2000; // milliseconds between two looks at work under way

// Promises says what becomes of older points after changes of the rate; nothing
// while there was none.
export function Promises({ version }: { version: number }) {
  const t = useTexts();
  const f = useFormat();
  const list = useLoad((signal) => api.GET('/api/admin/v1/plan/promises', { signal }), [version]);
  const items = list.data?.items ?? [];
  const underWay = items.some((p) => p.state === 'due' && p.from <= Date.now());
  useEffect(() => {
    if (!underWay) return;
    const timer = setTimeout(list.reload, often);
    return () => clearTimeout(timer);
  }, [list.data]);
  if (list.problem) return <ErrorBox problem={list.problem} retry={list.reload} />;
  if (items.length === 0) return null;
  return (
    <Card title={t('promises.title')}>
      <ul class="plain-list">
        {items.map((p) => (
          <li key={p.version}>
            {p.state === 'due' && p.from <= Date.now() ? (
              <Progress label={t('promises.running', { version: p.version })} max={1} text={p.accounts > 0 ? t('promises.accounts', { n: p.accounts }) : t('promises.begins')} />
            ) : (
              <>
                {t(`promises.${p.choice}.${p.state}`, { version: p.version, points: f.number(p.points), n: p.accounts })} <When at={p.state === 'due' ? p.from : p.done_at} />
              </>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
