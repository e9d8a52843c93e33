import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../api/client';
import { useLoad } from '../api/hooks';
import { problemOf, type Problem } from '../api/problem';
import type { Bridge } from '../bridge/bridge';
import { FormatContext, loadScreen, words, WordsContext } from '../i18n';
import { createFormat } from '../i18n/format';
import type { Language, Texts } from '../i18n/texts';
import { ErrorBox, Skeleton } from '../ui/states';
import { Toasts } from '../ui/toast';
import { leftFor } from './focus';
import { Frame } from './frame';
import { NotFound } from './notfound';
import { useRoute } from './router';
import type { Route, Screen } from './routes';
import { ShopContext } from './shop';

interface Props {
  bridge: Bridge;
  language: Language;
  common: Texts;
}

// App is the shell around the screens: words, the shop, the menu, messages.
export function App({ bridge, language, common }: Props) {
  const place = useRoute();
  const shop = useLoad((signal) => api.GET('/api/admin/v1/shop', { signal }), []);
  const opened = useScreen(place.route, language);
  const said = useMemo(() => words(language, bridge.locale, common, opened.texts), [language, opened.texts]);
  const format = useMemo(() => createFormat(bridge.locale, shop.data?.time_zone ?? 'UTC'), [shop.data?.time_zone]);
  const address = place.path + (Object.keys(place.query).length ? '?' + new URLSearchParams(place.query).toString() : '');
  useEffect(() => bridge.openPath?.(address), [address]);

  const problem = shop.problem ?? opened.problem;
  return (
    <WordsContext.Provider value={said}>
      <FormatContext.Provider value={format}>
        <ShopContext.Provider value={shop.data}>
          <Frame place={place}>
            {problem ? (
              <div class="page">
                <ErrorBox problem={problem} retry={shop.problem ? shop.reload : opened.again} />
              </div>
            ) : !place.route ? (
              <NotFound />
            ) : opened.screen && shop.data ? (
              <opened.screen key={place.path} />
            ) : shop.loading || opened.slow ? (
              <div class="page">
                <Skeleton lines={5} />
              </div>
            ) : null}
          </Frame>
          <Toasts />
        </ShopContext.Provider>
      </FormatContext.Provider>
    </WordsContext.Provider>
  );
}

interface Opened {
  screen?: Screen;
  texts?: Texts;
  problem?: Problem;
  slow?: boolean;
}

// useScreen loads a screen and its texts side by side. The screen before stays until
// the next one is there, so that nothing flashes.
function useScreen(route: Route | undefined, language: Language): Opened & { again(): void } {
  const [opened, setOpened] = useState<Opened>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!route) return setOpened({});
    let late = false;
    const slow = setTimeout(() => setOpened({ slow: true }), 300);
    Promise.all([route.load(), loadScreen(route.screen, language)])
      .then(([module, texts]) => late || setOpened({ screen: module.default, texts }))
      .catch((cause: unknown) => late || setOpened({ problem: { ...problemOf(cause), code: 'unreachable' } }))
      .finally(() => clearTimeout(slow));
    return () => {
      late = true;
      clearTimeout(slow);
      leftFor();
    };
  }, [route, round]);
  return { ...opened, again: () => setRound((n) => n + 1) };
}
