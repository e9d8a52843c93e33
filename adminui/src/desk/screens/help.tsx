import { useTexts } from '../../i18n';
import { Card, Page } from '../../ui';

const topics = ['code', 'share', 'line', 'new', 'data', 'money', 'sign'] as const;

// Help is the desk's manual: a page of short answers.
export default function Help() {
  const t = useTexts();
  return (
    <Page title={t('nav.help')} lead={t('help')} narrow>
      {topics.map((topic) => (
        <Card key={topic} title={t(`help.${topic}`)}>
          <p>{t(`help.${topic}.text`)}</p>
        </Card>
      ))}
    </Page>
  );
}
