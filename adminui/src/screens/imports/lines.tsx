import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Button, Card, DataTable, Empty, ErrorBox, ListBar, None, Pager, toast } from '../../ui';
import { said } from './import';
import { cellsOf } from './cells';
import { moving, saveFile, type Import } from './parts';

const states = ['problems', 'ok', 'failed', 'duplicate', 'activated', 'undone', 'kept'] as const;
const tones = { ok: 'good', activated: 'good', failed: 'bad', duplicate: 'warn', undone: 'neutral', kept: 'warn' } as const;

// Lines are the lines of the file with what became of each.
export function Lines({ of: i }: { of: Import }) {
  const t = useTexts();
  const list = useListQuery();
  const [busy, setBusy] = useState(false);
  const state = states.find((s) => s === list.values.state);
  const query = { limit: 50, state, cursor: list.cursor || undefined };
  const rows = useLoad((signal) => api.GET('/api/admin/v1/imports/{id}/lines', { params: { path: { id: i.id }, query }, signal }), [i.id, i.state, query]);
  const next = rows.data?.next;
  const save = async () => {
    setBusy(true);
    const ok = await saveFile(() => api.GET('/api/admin/v1/imports/{id}/result.csv', { params: { path: { id: i.id }, query: { state } }, parseAs: 'blob' }), `${i.file_name}-result.csv`);
    setBusy(false);
    if (!ok) toast(t('problem.internal'));
  };
  return (
    <Card title={t('lines')} flush>
      <ListBar filters={[{ key: 'state', label: t('state'), value: state ?? '', options: states.map((value) => ({ value, label: t('line.' + value) })) }]} onChange={list.set}>
        <Button small busy={busy} disabled={moving.includes(i.state)} onClick={() => void save()}>
          {t('csv')}
        </Button>
      </ListBar>
      {rows.problem ? (
        <ErrorBox problem={rows.problem} retry={rows.reload} />
      ) : (
        <DataTable
          caption={t('lines')}
          columns={[
            { key: 'line', head: t('line'), render: (l) => l.line },
            { key: 'cells', head: t('line.text'), render: (l) => cellsOf(l.cells ?? []) },
            { key: 'state', head: t('state'), render: (l) => (l.state ? <Badge tone={tones[l.state as keyof typeof tones]}>{t('line.' + l.state)}</Badge> : '–') },
            { key: 'why', head: t('line.why'), render: (l) => (l.why ? said(t, 'line.why.' + l.why, l.why) + (l.about ? ` (${l.why === 'duplicate_line' ? t('line.no', { n: l.about }) : l.about})` : '') : <None />) },
          ]}
          rows={rows.data?.items ?? []}
          rowKey={(l) => String(l.line)}
          rowHref={(l) => (l.code_id ? '/codes/' + l.code_id : undefined)}
          loading={rows.loading}
          empty={rows.data && <Empty title={t('line.none')} text={t('line.none.text')} />}
        />
      )}
      <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
    </Card>
  );
}
