import type { Schemas } from '../../api/client';
import { useTexts } from '../../i18n';
import { Card } from '../../ui';

type Gap = Schemas['VoucherGap'];

const effects = ['stricter', 'switched', 'flagged'] as const;

// Gaps says which conditions the shop does not enforce by itself, and what is done
// about each.
export function Gaps({ of }: { of: Gap[] }) {
  const t = useTexts();
  if (of.length === 0) return null;
  return (
    <Card title={t('gap.title')} lead={t('gap.lead')}>
      <dl class="gaps">
        {effects.map((effect) => {
          const fields = of.filter((g) => g.effect === effect).map((g) => t(`gap.${g.field}`));
          return (
            fields.length > 0 && (
              <div key={effect}>
                <dt>{t(`gap.${effect}`)}</dt>
                <dd>
                  <ul class="means">
                    {fields.map((field) => (
                      <li key={field}>{field}</li>
                    ))}
                  </ul>
                </dd>
              </div>
            )
          );
        })}
      </dl>
    </Card>
  );
}
