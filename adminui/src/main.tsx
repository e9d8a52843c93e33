import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import { askEarly, signWith } from './api/client';
import { NoHost, openBridge, takeHostParams, type Bridge } from './bridge/bridge';
import { languageOf, type Language } from './i18n/texts';
import { loadCommon, loadScreen } from './i18n';
import { App } from './shell/app';
import { match } from './shell/match';
import { Outside } from './shell/outside';
import { listenToHistory } from './shell/router';
import { routes, type Route } from './shell/routes';

const base = '/admin';

// ahead gets what the first page is made of while the host is still asked who is
// signed in. What fails here fails again, and is told, where the page is opened.
function ahead(route: Route | undefined, language: Language) {
  if (route) void Promise.all([route.load(), loadScreen(route.screen, language)]).catch(() => undefined);
}

// open asks the host who is signed in, and the app at once for what is shown first.
async function open(params: URLSearchParams, route: Route | undefined): Promise<Bridge> {
  const bridge = await openBridge(params);
  signWith(bridge);
  askEarly('/api/admin/v1/shop');
  if (route?.reads) askEarly(route.reads);
  return bridge;
}

async function boot(root: HTMLElement) {
  const params = takeHostParams();
  const language = languageOf(params.get('locale') || navigator.language);
  document.documentElement.lang = language;
  const path = location.pathname.slice(base.length) || '/';
  const route = routes.find((r) => match(r.path, path));
  const opening = open(params, route).catch((reason: unknown) => reason as NoHost);
  ahead(route, language);
  const common = await loadCommon(language);
  try {
    const bridge = await opening;
    if (bridge instanceof Error) throw bridge;
    document.documentElement.dataset.host = bridge.host;
    listenToHistory({ base, routes });
    render(<App bridge={bridge} language={language} common={common} />, root);
  } catch (reason) {
    if (!(reason instanceof NoHost)) throw reason;
    render(<Outside language={language} common={common} link={reason.link} />, root);
  }
}

const root = document.getElementById('app');
if (root) void boot(root);
