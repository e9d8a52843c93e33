import plus from 'icon:plus';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useListQuery } from '../../shell/list';
import { Badge, Card, DataTable, Empty, ErrorBox, LinkButton, ListBar, None, Page, Pager, When, type Tone } from '../../ui';

type Row = Schemas['BatchView'];

export const batchTones: Record<string, Tone> = { making: 'accent', made: 'neutral', handed_out: 'accent', active: 'good', blocked: 'bad', undone: 'neutral' };

// Batches lists the printed and imported codes by batch.
export default function Batches() {
  const t = useTexts();
  const f = useFormat();
  const list = useListQuery();
  const query = { limit: 50, cursor: list.cursor || undefined, voucher: list.values.voucher || undefined };
  const batches = useLoad((signal) => api.GET('/api/admin/v1/batches', { params: { query }, signal }), [query]);
  const vouchers = useLoad((signal) => api.GET('/api/admin/v1/vouchers', { params: { query: { limit: 200 } }, signal }), []);
  const next = batches.data?.next;
  const add = (
    <LinkButton kind="primary" icon={plus} to="/batches/new">
      {t('new')}
    </LinkButton>
  );
  return (
    <Page title={t('title')} lead={t('lead')} back={{ to: '/codes', label: t('codes') }} actions={add}>
      <Card flush>
        <ListBar filters={[{ key: 'voucher', label: t('voucher'), value: query.voucher ?? '', options: (vouchers.data?.items ?? []).map((v) => ({ value: v.id, label: v.doc.name })) }]} onChange={list.set} />
        {batches.problem ? (
          <ErrorBox problem={batches.problem} retry={batches.reload} />
        ) : (
          <DataTable
            caption={t('title')}
            columns={[
              { key: 'name', head: t('name'), render: (b: Row) => b.name },
              { key: 'voucher', head: t('voucher'), render: (b) => b.voucher || <None /> },
              { key: 'state', head: t('state'), render: (b) => <Badge tone={batchTones[b.state]}>{t('batch.' + b.state)}</Badge> },
              { key: 'partner', head: t('partner'), render: (b) => b.partner || <None /> },
              { key: 'at', head: t('made'), render: (b) => <When at={b.created_at} /> },
              { key: 'codes', head: t('codes'), align: 'end', render: (b) => f.number(b.codes) },
            ]}
            rows={batches.data?.items ?? []}
            rowKey={(b) => b.id}
            rowHref={(b) => '/batches/' + b.id}
            loading={batches.loading}
            empty={batches.data && (query.voucher ? <Empty title={t('none')} text={t('none.text')} /> : <Empty title={t('empty.title')} text={t('empty.text')} action={add} />)}
          />
        )}
        <Pager next={next ? () => list.next(next) : undefined} previous={list.previous} />
      </Card>
    </Page>
  );
}
