import { render } from 'preact';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/components.css';
import './desk.css';
import { loadCommon } from '../i18n';
import { listenToHistory } from '../shell/router';
import { DeskApp } from './app';
import { firstLanguage, loadDesk } from './language';
import { takeToken } from './link';
import { routes } from './routes';

async function boot(root: HTMLElement) {
  const language = firstLanguage();
  const token = takeToken();
  listenToHistory({ base: '/desk', routes });
  const [common, own] = await Promise.all([loadCommon(language), loadDesk(language)]);
  render(<DeskApp first={{ language, common, own }} token={token} />, root);
}

const root = document.getElementById('app');
if (root) void boot(root);
