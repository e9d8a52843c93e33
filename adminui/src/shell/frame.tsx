import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import circleHelp from 'icon:circle-question-mark';
import menuIcon from 'icon:menu';
import x from 'icon:x';
import { useTexts } from '../i18n';
import { Button, IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { Help } from './help';
import { Link, type Place } from './router';
import { routes, type Route } from './routes';

// Frame is the menu and the place beside it. On a phone the menu is behind a button.
export function Frame({ place, children }: { place: Place; children: ComponentChildren }) {
  const t = useTexts();
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  useEffect(() => setMenu(false), [place.path]);
  useKeys({ help: () => setHelp(true), escape: () => (backToOpener(), setMenu(false)) });
  return (
    <div class="frame">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="topbar">
        <IconButton label={menu ? t('nav.close') : t('nav.open')} icon={menu ? x : menuIcon} aria-expanded={menu} aria-controls="menu" onClick={() => setMenu(!menu)} />
        <span class="brand">Zugabe</span>
      </header>
      <div id="menu" class={menu ? 'sidebar open' : 'sidebar'}>
        <nav aria-label={t('nav.label')}>
          <p class="brand">Zugabe</p>
          <ul>
            {routes.map(
              (route) =>
                route.nav && (
                  <li key={route.path}>
                    <Link to={route.path} aria-current={current(route, place) ? 'page' : undefined}>
                      <Icon of={route.nav} />
                      {t('nav.' + route.screen)}
                    </Link>
                  </li>
                ),
            )}
          </ul>
        </nav>
        <Button kind="quiet" small icon={circleHelp} onClick={() => setHelp(true)}>
          {t('help.open')} <kbd aria-hidden="true">?</kbd>
        </Button>
      </div>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Help open={help} onClose={() => setHelp(false)} screen={place.route?.screen} />
    </div>
  );
}

const current = ({ path, screen }: Route, place: Place) => (path === '/' ? place.path === '/' : place.route?.screen === screen || place.path === path || place.path.startsWith(path + '/'));

// backToOpener moves the focus out of the menu before it goes; where the menu always
// stands there is no such button to be seen, and the focus stays.
function backToOpener() {
  if (document.activeElement?.closest('#menu')) document.querySelector<HTMLElement>('.topbar button')?.focus();
}

// send presses the button that sends the form one is typing in: the way to it may be long,
// and Enter in a text of several lines begins another one.
function send(event: KeyboardEvent, at: HTMLElement) {
  const form = at.closest('form');
  const button = form?.querySelector<HTMLElement>('[type=submit]') ?? (form?.id ? document.querySelector<HTMLElement>(`[type=submit][form="${form.id}"]`) : null);
  if (!button) return;
  event.preventDefault(); // else a button that has the focus would be pressed too
  button.click();
}

// useKeys: ? opens the help, / goes to the search, wherever one is not typing; Ctrl+Enter
// saves where one is.
function useKeys(on: { help(): void; escape(): void }) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape') return on.escape();
      const at = event.target as HTMLElement;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return send(event, at);
      if (event.ctrlKey || event.metaKey || event.altKey || at.closest('input, textarea, select, [contenteditable], dialog')) return;
      if (event.key === '?') {
        event.preventDefault();
        on.help();
      }
      const search = document.querySelector<HTMLInputElement>('[data-search]');
      if (event.key === '/' && search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
