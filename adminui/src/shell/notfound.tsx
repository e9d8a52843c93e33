import { useTexts } from '../i18n';
import { LinkButton } from '../ui/button';
import { Page } from '../ui/page';

export function NotFound() {
  const t = useTexts();
  return (
    <Page title={t('notFound.title')} lead={t('notFound.text')} narrow>
      <p>
        <LinkButton to="/" kind="primary">
          {t('notFound.home')}
        </LinkButton>
      </p>
    </Page>
  );
}
