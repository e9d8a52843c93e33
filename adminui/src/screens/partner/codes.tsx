import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useTexts } from '../../i18n';
import { exists } from '../../shell/router';
import { Await, Badge, Card, DataTable, Empty, When, type Tone } from '../../ui';

type Row = Schemas['CodeRow'];

const tones: Record<Row['state'], Tone> = { active: 'good', pending: 'warn', used: 'neutral', expired: 'neutral', void: 'bad', lost: 'bad' };

// Codes are the partner's own codes.
export function Codes({ id }: { id: string }) {
  const t = useTexts();
  const codes = useLoad((signal) => api.GET('/api/admin/v1/codes', { params: { query: { issuer: id, limit: 100 } }, signal }), [id]);
  return (
    <Card title={t('codes')} flush>
      <Await of={codes}>
        {(list) => (
          <DataTable
            caption={t('codes')}
            rows={list.items ?? []}
            rowKey={(c) => c.id}
            rowHref={(c) => (exists('/codes/' + c.id) ? '/codes/' + c.id : undefined)}
            empty={<Empty title={t('codes.none')} text={t('codes.none.text')} />}
            columns={[
              { key: 'code', head: t('code'), render: (c) => c.code },
              { key: 'voucher', head: t('voucher'), render: (c) => c.voucher },
              { key: 'state', head: t('state'), render: (c) => <Badge tone={tones[c.state]}>{t('code.' + c.state)}</Badge> },
              { key: 'uses', head: t('uses'), align: 'end', render: (c) => c.uses },
              { key: 'since', head: t('code.made'), align: 'end', render: (c) => <When at={c.created_at} /> },
            ]}
          />
        )}
      </Await>
    </Card>
  );
}
