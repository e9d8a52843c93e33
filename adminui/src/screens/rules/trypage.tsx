import { useTexts } from '../../i18n';
import { Await, Page } from '../../ui';
import { usePlan, useProducts } from './saving';
import { TryIt } from './tryit';

// TryPage reckons an order by the rules that are in force.
export default function TryPage() {
  const t = useTexts();
  const plan = usePlan();
  const products = useProducts();
  return (
    <Page title={t('try.title')} lead={t('try.lead')} back={{ to: '/rules', label: t('title') }} narrow>
      <Await of={plan} lines={8}>
        {(loaded) => <TryIt plan={loaded.plan} products={products.data?.items ?? []} bare />}
      </Await>
    </Page>
  );
}
