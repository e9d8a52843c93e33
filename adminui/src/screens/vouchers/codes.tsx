import { useState } from 'preact/hooks';
import plus from 'icon:plus';
import { api } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Button, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Pager } from '../../ui';
import { codeStates, useCodeColumns } from './codetable';
import type { Detail } from './doc';
import { MakeCodes } from './make';

const perPage = 50;

// Codes are the codes of one voucher.
export function Codes({ of: v, changed }: { of: Detail; changed(): void }) {
  const t = useTexts();
  const list = useListQuery();
  const [making, setMaking] = useState(false);
  const query = { limit: perPage, voucher: v.id, q: list.search || undefined, cursor: list.cursor || undefined, state: codeStates.find((s) => s === list.values.state) };
  const codes = useLoad((signal) => api.GET('/api/admin/v1/codes', { params: { query }, signal }), [query]);
  const columns = useCodeColumns(false);
  const next = codes.data?.next;
  const make = v.state !== 'ended' && (
    <Button kind="primary" icon={plus} onClick={() => setMaking(true)}>
      {t('make.title')}
    </Button>
  );
  return (
    <Card flush>
      <ListBar
        search={{ value: list.search, label: t('codes.search'), onType: list.type }}
        filters={[{ key: 'state', label: t('state'), value: query.state ?? '', options: codeStates.map((value) => ({ value, label: t('code.' + value) })) }]}
        onChange={list.set}
      >
        {make}
      </ListBar>
      {codes.problem ? (
        <ErrorBox problem={codes.problem} retry={codes.reload} />
      ) : (
        <DataTable
          caption={t('tab.codes')}
          columns={columns}
          rows={codes.data?.items ?? []}
          rowKey={(c) => c.id}
          rowHref={(c) => '/codes/' + c.id}
          loading={codes.loading}
          empty={codes.data && (list.search || query.state ? <Empty title={t('codes.none')} text={t('none.text')} /> : <Empty title={t('codes.empty')} text={t('codes.empty.text')} action={v.state !== 'ended' ? <LinkButton to={'/imports/new?voucher=' + v.id}>{t('codes.import')}</LinkButton> : undefined} />)}
        />
      )}
      <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      <MakeCodes open={making} of={v} close={() => setMaking(false)} done={() => (codes.reload(), changed())} />
    </Card>
  );
}
