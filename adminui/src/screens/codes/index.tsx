import { useEffect, useState } from 'preact/hooks';
import { api, take } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, Page, Pager } from '../../ui';
import { codeStates, useCodeColumns } from '../vouchers/codetable';
import { useNames } from '../vouchers/people';

const perPage = 50;
const own = 'shop'; // in the address: the codes that no partner has

// Codes is the list of all codes of the shop's vouchers (S0-22).
export default function Codes() {
  const t = useTexts();
  const list = useListQuery();
  const { voucher, issuer, member, batch, state } = list.values;
  const query = {
    limit: perPage,
    q: list.search || undefined,
    cursor: list.cursor || undefined,
    voucher: voucher || undefined,
    issuer: issuer === own ? undefined : issuer || undefined,
    own: issuer === own || undefined,
    member: member || undefined,
    batch: batch || undefined,
    state: codeStates.find((s) => s === state),
  };
  const codes = useLoad((signal) => api.GET('/api/admin/v1/codes', { params: { query }, signal }), [query]);
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { limit: 200 } }, signal }), []);
  const nameOf = useNames([issuer === own ? '' : (issuer ?? ''), member ?? '']);
  const batchName = useBatchName(batch);
  const columns = useCodeColumns(true);
  const next = codes.data?.next;
  const narrowed = list.search || voucher || issuer || member || batch || query.state;
  const chosen = (key: string, label: string, value: string | undefined, name: string) => (value ? [{ key, label, value, options: [{ value, label: name }] }] : []);
  return (
    <Page title={t('title')} lead={t('lead')} actions={<><LinkButton to="/imports">{t('toImports')}</LinkButton><LinkButton to="/batches">{t('toBatches')}</LinkButton><LinkButton to="/vouchers">{t('toVouchers')}</LinkButton></>}>
      <Card flush>
        <ListBar
          search={{ value: list.search, label: t('codes.searchAll'), onType: list.type }}
          filters={[
            { key: 'state', label: t('state'), value: query.state ?? '', options: codeStates.map((value) => ({ value, label: t('code.' + value) })) },
            { key: 'voucher', label: t('voucher'), value: voucher ?? '', options: (vouchers.data?.items ?? []).map((v) => ({ value: v.id, label: v.doc.name })) },
            ...chosen('member', t('code.for'), member, nameOf(member ?? '')),
            ...chosen('issuer', t('code.from'), issuer, issuer === own ? t('code.shop') : nameOf(issuer ?? '')),
            ...chosen('batch', t('batch'), batch, batchName),
          ]}
          onChange={list.set}
        />
        {codes.problem ? (
          <ErrorBox problem={codes.problem} retry={codes.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={columns}
            rows={codes.data?.items ?? []}
            rowKey={(c) => c.id}
            rowHref={(c) => '/codes/' + c.id}
            loading={codes.loading}
            empty={codes.data && (narrowed ? <Empty title={t('codes.none')} text={t('none.text')} /> : <Empty title={t('codes.empty')} text={t('codes.emptyAll')} action={<LinkButton to="/vouchers">{t('toVouchers')}</LinkButton>} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}

// useBatchName is what the batch of a list is called; its number until that is known.
function useBatchName(id: string | undefined): string {
  const [found, setFound] = useState({ id: '', name: '' });
  useEffect(() => {
    if (!id) return;
    take(api.GET('/api/admin/v1/batches/{id}', { params: { path: { id } } }))
      .then((b) => setFound({ id, name: b.name }))
      .catch(() => undefined); // the number stays
  }, [id]);
  return found.id === id ? found.name : (id ?? '');
}
