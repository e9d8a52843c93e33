import type { Schemas } from '../../api/client';
import { Badge, Card, DataTable, Money, When } from '../../ui';
import type { Detail } from './doc';
import { reasonText, type Words } from './sentence';

type Use = Schemas['CodeOrderView'];

// Flagged are the newest orders that the shop let pass against a condition.
export function Flagged({ of: v, words }: { of: Detail; words: Words }) {
  const { t } = words;
  const rows = v.flagged ?? [];
  const currency = v.doc.currency || words.currency;
  if (rows.length === 0) return null;
  return (
    <Card title={t('flagged.title')} lead={t('flagged.lead')} flush>
      <DataTable<Use>
        caption={t('flagged.title')}
        columns={[
          { key: 'order', head: t('flagged.order'), render: (u) => u.number || u.order },
          { key: 'at', head: t('flagged.at'), render: (u) => <When at={u.used_at} time /> },
          { key: 'why', head: t('flagged.why'), render: (u) => <>{reasonText({ code: u.flag ?? '' }, words, currency)}{u.state === 'extra' && <> <Badge tone="warn">{t('flagged.extra')}</Badge></>}</> },
          { key: 'minor', head: t('spent'), align: 'end', render: (u) => <Money minor={u.minor} currency={currency} /> },
        ]}
        rows={rows}
        rowKey={(u) => u.order + u.code_id}
        rowHref={(u) => '/orders/' + encodeURIComponent(u.order)}
      />
    </Card>
  );
}
