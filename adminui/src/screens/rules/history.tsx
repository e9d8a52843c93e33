import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Await, Badge, Button, Card, Confirm, Pager, Page, Stack, toast, When } from '../../ui';
import { changesOf } from './diff';
import { putBack, usePlan, useProducts, useSaving, useSentences, type Plan, type Product } from './saving';
import { ChangeList, Theirs } from './savebar';

type Version = Schemas['PlanVersionView'];

// HistoryPage lists the versions of the plan with what each one changed.
export default function HistoryPage() {
  const t = useTexts();
  const plan = usePlan();
  const products = useProducts();
  return (
    <Page title={t('history.title')} lead={t('history.lead')} back={{ to: '/rules', label: t('title') }} narrow>
      <Await of={plan} lines={6}>
        {(loaded) => <List first={loaded} products={products.data?.items ?? []} />}
      </Await>
    </Page>
  );
}

function List({ first, products }: { first: Plan; products: Product[] }) {
  const list = useListQuery();
  const saving = useSaving(first);
  const words = useSentences(products);
  const versions = useLoad(
    (signal) => api.GET('/api/admin/v1/plan/versions', { params: { query: { cursor: list.cursor || undefined, limit: 20 } }, signal }),
    [list.cursor, saving.plan.version],
  );
  const next = versions.data?.next;
  return (
    <Stack>
      <Theirs saving={saving} words={words} />
      <Await of={versions} lines={6}>
        {(page) => (page.items ?? []).map((v) => <One key={v.version} version={v} saving={saving} words={words} />)}
      </Await>
      <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
    </Stack>
  );
}

interface OneProps {
  version: Version;
  saving: ReturnType<typeof useSaving>;
  words: ReturnType<typeof useSentences>;
}

function One({ version, saving, words }: OneProps) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  const current = version.version === saving.plan.version;
  return (
    <Card
      title={t('history.version', { version: version.version })}
      lead={
        <>
          <When at={version.effective_from} time /> · {by(version.created_by, t)}
        </>
      }
      actions={current && <Badge tone="good">{t('history.current')}</Badge>}
    >
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t(version.version === 1 ? 'history.first' : 'history.changed')}</summary>
        {open && <Detail version={version.version} saving={saving} words={words} current={current} />}
      </details>
    </Card>
  );
}

const by = (actor: string, t: (key: string, values?: Record<string, string>) => string) =>
  actor === 'system' ? t('history.bySystem') : t('history.by', { who: actor.replace(/^staff:/, '') });

const nothing = (plan: Plan['plan']): Plan['plan'] => ({ ...plan, earning: { ...plan.earning, rules: [], campaigns: [], groups: {} } });

function Detail({ version, saving, words, current }: { version: number; saving: OneProps['saving']; words: OneProps['words']; current: boolean }) {
  const t = useTexts();
  const ask = (n: number) => (signal: AbortSignal) => api.GET('/api/admin/v1/plan/versions/{version}', { params: { path: { version: n } }, signal });
  const now = useLoad(ask(version), [version]);
  const was = useLoad(ask(Math.max(1, version - 1)), [version]);
  const [restoring, setRestoring] = useState(false);
  const restore = async () => {
    if (!now.data) return;
    const doc = now.data.plan;
    const before = saving.plan.plan;
    const saved = await saving.save(() => doc);
    setRestoring(false);
    if (saved) toast(t('history.restored', { version, saved: saved.version }), { undo: () => void putBack(saved, before, t, saving.use) });
  };
  return (
    <Await of={now} lines={3}>
      {(plan) => (
        <Stack>
          {was.data && <ChangeList changes={changesOf(version === 1 ? nothing(plan.plan) : was.data.plan, plan.plan, words)} />}
          {!current && (
            <p>
              <Button small onClick={() => setRestoring(true)}>
                {t('history.restore')}
              </Button>
            </p>
          )}
          <Confirm open={restoring} title={t('history.restore.title', { version })} confirmLabel={t('history.restore')} busy={saving.busy} problem={saving.problem} onConfirm={restore} onClose={() => setRestoring(false)}>
            <p>{t('history.restore.text')}</p>
            <ChangeList changes={changesOf(saving.plan.plan, plan.plan, words)} />
            <p class="quiet">{t('changes.from')}</p>
          </Confirm>
        </Stack>
      )}
    </Await>
  );
}
