import upload from 'icon:upload';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Card, DataTable, Empty, ErrorBox, LinkButton, None, Page, Pager, When } from '../../ui';
import { ImportState } from './parts';

const notYet = ['uploading', 'ready', 'checking', 'checked']; // nothing is made before it is started

// Imports is the history of files that codes were read in from.
export default function Imports() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const query = { limit: 50, cursor: list.cursor || undefined };
  const imports = useLoad((signal) => api.GET('/api/admin/v1/imports', { params: { query }, signal }), [query]);
  const next = imports.data?.next;
  const made = (state: string, n: number) => (notYet.includes(state) ? <None /> : f.number(n));
  const add = (
    <LinkButton kind="primary" icon={upload} to="/imports/new">
      {t('new')}
    </LinkButton>
  );
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/codes', label: t('codes') }} actions={add}>
      <Card flush>
        {imports.problem ? (
          <ErrorBox problem={imports.problem} retry={imports.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={[
              { key: 'file', head: t('file'), render: (i) => i.file_name },
              { key: 'voucher', head: t('voucher'), render: (i) => i.voucher || <None /> },
              { key: 'state', head: t('state'), render: (i) => <ImportState of={i} /> },
              { key: 'at', head: t('at'), render: (i) => <When at={i.created_at} time /> },
              { key: 'total', head: t('lines'), align: 'end', render: (i) => f.number(i.total) },
              { key: 'ok', head: t('ok'), align: 'end', render: (i) => made(i.state, i.state === 'undone' ? (i.kept ?? 0) : i.ok) },
              { key: 'failed', head: t('failed'), align: 'end', render: (i) => f.number(i.failed + i.duplicates) },
            ]}
            rows={imports.data?.items ?? []}
            rowKey={(i) => i.id}
            rowHref={(i) => '/imports/' + i.id}
            loading={imports.loading}
            empty={imports.data && <Empty title={t('empty.title')} text={t('empty.text')} action={add} />}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}
