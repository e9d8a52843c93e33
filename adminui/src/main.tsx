import { render } from 'preact';
import { NoHost, type Bridge } from './bridge/bridge';
import { languageOf, type Language } from './i18n/texts';
import { loadCommon, loadScreen } from './i18n';
import { App } from './shell/app';
import { base, pathOf } from './shell/base';
import { match } from './shell/match';
import { Outside } from './shell/outside';
import { listenToHistory } from './shell/router';
import { routes, type Route } from './shell/routes';

// ahead gets what the first page is made of while the host is still asked who is
// signed in. What fails here fails again, and is told, where the page is opened.
function ahead(route: Route | undefined, language: Language) {
  if (route) void Promise.all([route.load(), loadScreen(route.screen, language)]).catch(() => undefined);
}

// boot shows the page once the host has said who is signed in, or that nobody is.
export async function boot(params: URLSearchParams, opening: Promise<Bridge | NoHost>) {
  const root = document.getElementById('app');
  if (!root) return;
  const language = languageOf(params.get('locale') || navigator.language);
  document.documentElement.lang = language;
  const path = pathOf(location.pathname);
  const route = routes.find((r) => match(r.path, path));
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
