import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import { useLoad } from '../api/hooks';
import { problemOf, type Problem } from '../api/problem';
import { reload, type Bridge } from '../bridge/bridge';
import { FormatContext, loadScreen, words, WordsContext } from '../i18n';
import { createFormat } from '../i18n/format';
import type { Language, Texts } from '../i18n/texts';
import { ErrorBox, Skeleton } from '../ui/states';
import { Toasts } from '../ui/toast';
import { keepFocus } from './focus';
import { Frame } from './frame';
import { NotFound } from './notfound';
import { PlaceContext, useAddress, type Place } from './router';
import type { Screen } from './routes';
import { ShopContext } from './shop';

interface Props {
  bridge: Bridge;
  language: Language;
  common: Texts;
}

// App is the shell around the screens: words, the shop, the menu, messages.
export function App({ bridge, language, common }: Props) {
  const place = useAddress();
  const shop = useLoad((signal) => api.GET('/api/admin/v1/shop', { signal }), []);
  const opened = useScreen(place, language);
  const said = useMemo(() => words(language, bridge.locale, common, opened.texts), [language, opened.texts]);
  const format = useMemo(() => createFormat(bridge.locale, shop.data?.time_zone ?? 'UTC'), [shop.data?.time_zone]);
  const address = place.path + (Object.keys(place.query).length ? '?' + new URLSearchParams(place.query).toString() : '');
  useEffect(() => bridge.openPath?.(address), [address]);
  useEffect(() => window.scrollTo(0, 0), [opened.place.path]);
  useEffect(keepFocus, []);

  const problem = shop.problem ?? opened.problem;
  return (
    <WordsContext.Provider value={said}>
      <FormatContext.Provider value={format}>
        <ShopContext.Provider value={shop.data}>
          <Frame place={place}>
            {shop.data?.your_role === 'viewer' && <p class="viewing">{said.say('viewer')}</p>}
            {problem ? (
              <div class="page">
                <h1>{shop.data?.name ?? 'Zugabe'}</h1>
                <ErrorBox problem={problem} retry={shop.problem ? shop.reload : reload} />
              </div>
            ) : !place.route ? (
              <NotFound />
            ) : opened.screen && shop.data ? (
              <PlaceContext.Provider value={opened.place}>
                <opened.screen key={opened.place.path} />
              </PlaceContext.Provider>
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

// useScreen loads a screen and its texts side by side. Until they are there the
// screen before stays, with the place that it was opened for.
function useScreen(place: Place, language: Language): Opened & { place: Place } {
  const [opened, setOpened] = useState<Opened & { of?: Place['route'] }>({});
  const shown = useRef(place);
  const route = place.route;
  useLayoutEffect(() => {
    if (!route) return setOpened({});
    let late = false;
    const slow = setTimeout(() => setOpened({ slow: true }), 300);
    Promise.all([route.load(), loadScreen(route.screen, language), route.also ? loadScreen(route.also, language) : {}])
      .then(([module, texts, also]) => late || setOpened({ screen: module.default, texts: { ...also, ...texts }, of: route }))
      .catch((cause: unknown) => late || setOpened({ problem: { ...problemOf(cause), code: 'unreachable' } }))
      .finally(() => clearTimeout(slow));
    return () => {
      late = true;
      clearTimeout(slow);
    };
  }, [route]);
  if (opened.of === route) shown.current = place;
  return { ...opened, place: shown.current };
}
