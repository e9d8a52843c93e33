import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import circleHelp from 'icon:circle-question-mark';
import settings from 'icon:settings';
import { useTexts } from '../i18n';
import { Link, type Place } from '../shell/router';
import { LinkButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { Page } from '../ui/page';
import { useDesk } from './me';
import { routes } from './routes';

// Frame has the menu where the thumb is, on wide windows at the side.
export function Frame({ place, children }: { place: Place; children: ComponentChildren }) {
  const t = useTexts();
  const { me } = useDesk();
  const current = (path: string) => (path === '/' ? place.path === '/' : place.path === path || place.path.startsWith(path + '/')) || undefined;
  return (
    <div class="desk-frame">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="desk-top">
        <p class="desk-shop">{me.shop.name}</p>
        <Link to="/help" class="desk-link" aria-label={t('nav.help')} aria-current={current('/help') && 'page'}>
          <Icon of={circleHelp} size={22} />
          <span>{t('nav.help')}</span>
        </Link>
        <Link to="/settings" class="desk-link" aria-label={t('nav.settings')} aria-current={current('/settings') && 'page'}>
          <Icon of={settings} size={22} />
          <span>{t('nav.settings')}</span>
        </Link>
      </header>
      <nav class="desk-nav" aria-label={t('nav.label')}>
        <ul>
          {routes.map(
            (route) =>
              route.nav && (
                <li key={route.path}>
                  <Link to={route.path} aria-current={current(route.path) && 'page'}>
                    <span class="desk-nav-sign">
                      <Icon of={route.nav} size={22} />
                      {route.screen === 'leads' && me.waiting > 0 && <Waiting n={me.waiting} />}
                    </span>
                    <span class="desk-nav-word">{t('nav.' + route.screen)}</span>
                  </Link>
                </li>
              ),
          )}
        </ul>
      </nav>
      <main id="main" tabIndex={-1} class="desk-main">
        <Offline />
        {children}
      </main>
    </div>
  );
}

function Waiting({ n }: { n: number }) {
  const t = useTexts();
  return (
    <>
      <span class="desk-count" aria-hidden="true">
        {n > 99 ? '99+' : n}
      </span>
      <span class="sr">{t('nav.waiting', { n })}</span>
    </>
  );
}

// Offline says that nothing is lost where the signal is.
function Offline() {
  const t = useTexts();
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return <div class="offline" aria-live="polite">{!online && <p class="notice warn">{t('offline')}</p>}</div>;
}

export function Lost() {
  const t = useTexts();
  return (
    <Page title={t('notFound.title')} lead={t('notFound.text')} narrow>
      <p>
        <LinkButton to="/" kind="primary">
          {t('lost.home')}
        </LinkButton>
      </p>
    </Page>
  );
}
