import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import { signWith } from './api/client';
import { NoHost, openBridge, takeHostParams } from './bridge/bridge';
import { languageOf, type Language } from './i18n/texts';
import { loadCommon, loadScreen } from './i18n';
import { App } from './shell/app';
import { match } from './shell/match';
import { Outside } from './shell/outside';
import { listenToHistory } from './shell/router';
import { routes } from './shell/routes';

const base = '/admin';

// ahead gets what the first page is made of while the host is still asked who is
// signed in. What fails here fails again, and is told, where the page is opened.
function ahead(language: Language) {
  const path = location.pathname.slice(base.length) || '/';
  const route = routes.find((r) => match(r.path, path));
  if (route) void Promise.all([route.load(), loadScreen(route.screen, language)]).catch(() => undefined);
}

async function boot(root: HTMLElement) {
  const params = takeHostParams();
  const language = languageOf(params.get('locale') || navigator.language);
  document.documentElement.lang = language;
  const opening = openBridge(params).catch((reason: unknown) => reason as NoHost);
  ahead(language);
  const common = await loadCommon(language);
  try {
    const bridge = await opening;
    if (bridge instanceof Error) throw bridge;
    document.documentElement.dataset.host = bridge.host;
    signWith(bridge);
    listenToHistory({ base, routes });
    render(<App bridge={bridge} language={language} common={common} />, root);
  } catch (reason) {
    if (!(reason instanceof NoHost)) throw reason;
    render(<Outside language={language} common={common} link={reason.link} />, root);
  }
}

const root = document.getElementById('app');
if (root) void boot(root);
