import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import { askEarly, signWith } from './api/signed';
import { takeHostParams, type Bridge, type NoHost } from './bridge/bridge';
import { openBridge } from './bridge/open';
import { pathOf } from './shell/base';

// While the scripts are still on their way the host is asked who is signed in, and the
// app for what is shown first: this file is small, so that it is there before they are.
const params = takeHostParams();

// The page that most visits begin with, and what it reads.
const home = { path: '/', reads: '/api/admin/v1/home' } as const;

async function open(): Promise<Bridge> {
  const bridge = await openBridge(params);
  signWith(bridge);
  askEarly('/api/admin/v1/shop');
  if (pathOf(location.pathname) === home.path) askEarly(home.reads);
  void bridge.token().then(() => setTimeout(learn, 0, bridge.locale), () => undefined);
  return bridge;
}

// learn has the browser read how numbers, dates and plurals are written, which takes a
// tenth of a second on a slow phone, while nothing else is to be done.
function learn(locale: string) {
  new Intl.NumberFormat(locale).format(0);
  new Intl.DateTimeFormat(locale).format(0);
  new Intl.PluralRules(locale).select(0);
}

// A host that is not there is told by the page, in words.
const opening = open().catch((reason: unknown) => reason as NoHost);
void import('./main').then(({ boot }) => boot(params, opening));
