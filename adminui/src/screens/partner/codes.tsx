import { useState } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { exists } from '../../shell/router';
import { Await, Badge, Card, DataTable, Empty, LinkButton, Pager, When, type Tone } from '../../ui';

type Row = Schemas['CodeRow'];

const tones: Record<Row['state'], Tone> = { active: 'good', pending: 'warn', used: 'neutral', expired: 'neutral', void: 'bad', lost: 'bad' };

const perPage = 10;

// Codes are the partner's own codes; printed ones, which come by the hundred, are with
// all codes.
export function Codes({ id, all }: { id: string; all: number }) {
  const t = useTexts();
  const f = useFormat();
  const [trail, setTrail] = useState<string[]>([]);
  const query = { issuer: id, unprinted: true, limit: perPage, cursor: trail.at(-1) };
  const codes = useLoad((signal) => api.GET('/api/admin/v1/codes', { params: { query }, signal }), [id, query]);
  const next = codes.data?.next;
  return (
    <Card title={t('codes')} lead={t('codes.lead')} flush actions={all > 0 && exists('/codes') && <LinkButton to={'/codes?issuer=' + id}>{t('codes.all', { n: all, codes: f.number(all) })}</LinkButton>}>
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
      <Pager next={next ? () => setTrail([...trail, next]) : undefined} previous={trail.length > 0 ? () => setTrail(trail.slice(0, -1)) : undefined} />
    </Card>
  );
}
