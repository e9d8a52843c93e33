import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { useShop } from '../../shell/shop';
import { Await, Badge, Card, Facts, Notice, Page, When } from '../../ui';

type Health = Schemas['HealthView'];

// Home says whether the connection to the shop works.
export default function Home() {
  const t = useTexts();
  const shop = useShop();
  const health = useLoad((signal) => api.GET('/api/admin/v1/health', { signal }), []);
  return (
    <Page title={shop.name} lead={t('lead')}>
      <Card title={t('connection')} actions={health.data && <Badge tone={troubles(health.data) ? 'bad' : 'good'}>{t(troubles(health.data) ? 'trouble' : 'fine')}</Badge>}>
        <Await of={health}>{(h) => <Connection health={h} />}</Await>
      </Card>
      <Card title={t('shop')}>
        <Facts
          items={[
            { name: t('address'), value: shop.domain },
            { name: t('currency'), value: shop.currency },
            { name: t('zone'), value: shop.time_zone, help: t('zoneHelp') },
          ]}
        />
      </Card>
    </Page>
  );
}

const troubles = (h: Health) => h.stuck_deliveries + h.stuck_jobs + h.poison_deliveries + h.dead_jobs + (h.missing_webhooks?.length ?? 0) > 0;

function Connection({ health }: { health: Health }) {
  const t = useTexts();
  const f = useFormat();
  const open = [
    ['stuckDeliveries', health.stuck_deliveries],
    ['stuckJobs', health.stuck_jobs],
    ['poisonDeliveries', health.poison_deliveries],
    ['deadJobs', health.dead_jobs],
  ] as const;
  const waiting = open.filter(([, n]) => n > 0);
  return (
    <>
      {!troubles(health) && <p>{t('fineText')}</p>}
      {waiting.length > 0 && (
        <Notice tone="bad">
          <ul>
            {waiting.map(([key, n]) => (
              <li key={key}>{t(key, { n })}</li>
            ))}
          </ul>
        </Notice>
      )}
      {(health.missing_webhooks?.length ?? 0) > 0 && <Notice tone="warn" title={t('missing')}>{new Intl.ListFormat(f.locale).format(health.missing_webhooks ?? [])}</Notice>}
      <p class="quiet">
        {health.checked_at ? (
          <>
            {t('checked')} <When at={health.checked_at} time />
          </>
        ) : (
          t('notChecked')
        )}
      </p>
    </>
  );
}
