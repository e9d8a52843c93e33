import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import { signWith } from './api/client';
import { NoHost, openBridge, takeHostParams } from './bridge/bridge';
import { languageOf } from './i18n/texts';
import { loadCommon } from './i18n';
import { App } from './shell/app';
import { Outside } from './shell/outside';
import { listenToHistory } from './shell/router';
import { routes } from './shell/routes';

async function boot(root: HTMLElement) {
  const params = takeHostParams();
  const language = languageOf(params.get('locale') || navigator.language);
  document.documentElement.lang = language;
  const opening = openBridge(params).catch((reason: unknown) => reason as NoHost);
  const common = await loadCommon(language);
  try {
    const bridge = await opening;
    if (bridge instanceof Error) throw bridge;
    document.documentElement.dataset.host = bridge.host;
    signWith(bridge);
    listenToHistory({ base: '/admin', routes });
    render(<App bridge={bridge} language={language} common={common} />, root);
  } catch (reason) {
    if (!(reason instanceof NoHost)) throw reason;
    render(<Outside language={language} common={common} link={reason.link} />, root);
  }
}

const root = document.getElementById('app');
if (root) void boot(root);
