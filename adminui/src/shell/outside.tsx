import { speak, type Language, type Texts } from '../i18n/texts';

// Outside is shown where nobody can prove who is asking: in a tab of its own.
export function Outside({ language, common, link }: { language: Language; common: Texts; link: string }) {
  const t = speak(language, language, common);
  const path = location.pathname.replace(/^\/admin\/?/, '/');
  return (
    <main class="outside">
      <h1>Zugabe</h1>
      <p>{t('outside.text')}</p>
      {link && (
        <p>
          <a class="button primary" href={link + '/admin/apps/zugabe' + (path === '/' ? '' : path) + location.search}>
            {t('outside.open')}
          </a>
        </p>
      )}
    </main>
  );
}
