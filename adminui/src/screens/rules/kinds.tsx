import { useTexts } from '../../i18n';
import { Link } from '../../shell/router';
import { Card, Page, Stack } from '../../ui';
import { activityKinds, saleKinds } from './sentence';

// KindChooser is the first step of a new rule: what it looks at.
export function KindChooser() {
  const t = useTexts();
  return (
    <Page title={t('new.rule')} back={{ to: '/rules', label: t('title') }} lead={t('new.lead')} narrow>
      <Stack>
        <Kinds title={t('kinds.sale')} kinds={saleKinds} />
        <Kinds title={t('kinds.activity')} kinds={activityKinds} />
      </Stack>
    </Page>
  );
}

function Kinds({ title, kinds }: { title: string; kinds: readonly string[] }) {
  const t = useTexts();
  return (
    <Card title={title}>
      <ul class="choices">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link to={'/rules/new?kind=' + kind}>{t('kind.' + kind)}</Link>
            <p class="quiet">{t(`kind.${kind}.text`)}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
