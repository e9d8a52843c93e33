import { api, type Schemas } from '../../api/client';
import { useAction } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { Badge, Button, Card, DataTable, ErrorBox, Notice, Progress, toast, When, type Column, type Tone } from '../../ui';

type Look = Schemas['LookView'];
type PageLook = NonNullable<Look['pages']>[number];

const tones: Record<string, Tone> = { fine: 'good', missing: 'warn', absent: 'neutral', unreachable: 'bad', elsewhere: 'bad', private: 'neutral', empty: 'neutral' };

// Looks checks the shop's pages and tells what was found, and before.
export function Looks({ looks, again }: { looks: Look[]; again(): void }) {
  const t = useTexts();
  const f = useFormat();
  const check = useAction(() => api.POST('/api/admin/v1/placement-checks', {}));
  const run = async () => {
    if (!(await check.run(undefined))) return;
    toast(t('checked'));
    again();
  };
  const last = looks[0];
  const lost = (last?.pages ?? []).filter((p) => (p.lost ?? []).length > 0);
  const names = (list: string[] | null | undefined) => (list ?? []).map((name) => t('name.' + name)).join(', ');
  const columns: Column<PageLook>[] = [
    { key: 'page', head: t('page'), render: (p) => <>{t('page.' + p.page)}{p.path && <span class="quiet help-line">{p.path}</span>}</> },
    { key: 'state', head: t('state'), render: (p) => <Badge tone={p.lost?.length ? 'bad' : tones[p.state]}>{t(p.lost?.length ? 'look.lost' : 'look.' + p.state)}</Badge> },
    { key: 'found', head: t('there'), render: (p) => names(p.found) || '–' },
    { key: 'missing', head: t('notThere'), render: (p) => names(p.missing) || '–' },
    { key: 'weight', head: t('weight'), align: 'end', render: (p) => (p.page_bytes ? <span class="nowrap">{t('kb.of', { ours: kb(f, p.our_bytes), all: kb(f, p.page_bytes) })}</span> : '–') },
  ];
  return (
    <Card title={t('check')} lead={t('check.lead')} actions={<Button busy={check.busy} onClick={() => void run()}>{t('check.do')}</Button>}>
      {check.busy && <Progress label={t('check.busy')} max={1} text="" />}
      {check.problem && <ErrorBox problem={check.problem} />}
      {lost.length > 0 && (
        <Notice tone="bad" title={t('lost.title')}>
          <ul>
            {lost.map((p) => (
              <li key={p.page}>
                {t('page.' + p.page)}: {names(p.lost)}
              </li>
            ))}
          </ul>
          <p>{t('lost.text')}</p>
        </Notice>
      )}
      {last ? (
        <>
          <p class="quiet">
            {t('check.last', { host: last.host })} <When at={last.at} time />. {t('assets', { script: kb(f, last.script_bytes), style: kb(f, last.style_bytes) })}
          </p>
          <DataTable caption={t('check')} columns={columns} rows={last.pages ?? []} rowKey={(p) => p.page} />
          {(last.pages ?? []).some((p) => p.state === 'elsewhere') && (
            <Notice tone="warn">
              <p>{t('elsewhere.text')}</p>
            </Notice>
          )}
          {looks.length > 1 && (
            <details>
              <summary>{t('history')}</summary>
              <ul class="looks">
                {looks.slice(1).map((look) => (
                  <li key={look.at}>
                    <When at={look.at} time />: {summary(t, look)}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      ) : (
        <p class="quiet">{t('check.none')}</p>
      )}
    </Card>
  );
}

type Say = ReturnType<typeof useTexts>;

function summary(t: Say, look: Look): string {
  const pages = look.pages ?? [];
  const missing = pages.reduce((n, p) => n + (p.missing ?? []).length, 0);
  return missing === 0 ? t('summary.fine', { n: pages.filter((p) => p.state === 'fine').length }) : t('summary.missing', { n: missing });
}

const kb = (f: { number(n: number): string }, bytes: number) => f.number(Math.round(bytes / 102.4) / 10);
