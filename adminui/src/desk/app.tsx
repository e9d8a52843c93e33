import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLoad } from '../api/hooks';
import { problemOf, type Problem } from '../api/problem';
import { FormatContext, loadCommon, words, WordsContext } from '../i18n';
import { createFormat } from '../i18n/format';
import { languageOf, type Language, type Texts } from '../i18n/texts';
import { keepFocus } from '../shell/focus';
import { PlaceContext, useAddress, type Place } from '../shell/router';
import type { Screen } from '../shell/routes';
import { ErrorBox, Skeleton } from '../ui/states';
import { Toasts } from '../ui/toast';
import { onEnded, read, signWrites, type Ended } from './api';
import { Closed, Unreached } from './closed';
import { Frame, Lost } from './frame';
import { loadDesk, recall, remember } from './language';
import { UseLink } from './link';
import { DeskContext } from './me';
import { SignIn } from './signin';
import type { Me } from './types';

export interface Spoken {
  language: Language;
  common: Texts;
  own: Texts;
}

// DeskApp is everything around the screens: words, who is signed in, the menu.
export function DeskApp({ first, token }: { first: Spoken; token?: string }) {
  const place = useAddress();
  const [spoken, setSpoken] = useState(first);
  const [ended, setEnded] = useState<Ended | undefined>();
  const [secret, setSecret] = useState(token);
  const me = useLoad((signal) => read<Me>('/me', signal), [secret === undefined]);
  if (me.data) signWrites(me.data.csrf);
  useEffect(() => onEnded(setEnded), []);
  useEffect(keepFocus, []);
  useEffect(() => void (me.data && setEnded(undefined)), [me.data]);
  useEffect(() => window.scrollTo(0, 0), [place.path]);

  const speak = async (language: Language) => {
    const [common, own] = await Promise.all([loadCommon(language), loadDesk(language)]);
    document.documentElement.lang = language;
    setSpoken({ language, common, own });
  };
  useEffect(() => {
    document.documentElement.lang = spoken.language;
    const theirs = me.data?.locale;
    if (theirs && !recall() && languageOf(theirs) !== spoken.language) void speak(languageOf(theirs));
  }, [me.data?.locale]);

  const said = useMemo(() => words(spoken.language, spoken.language, spoken.common, spoken.own), [spoken]);
  const format = useMemo(() => createFormat(spoken.language, me.data?.shop.time_zone ?? 'UTC'), [spoken.language, me.data?.shop.time_zone]);
  const desk = me.data && {
    me: me.data,
    again: me.reload,
    leave: () => location.assign('/desk'),
    speak: (language: Language) => {
      remember(language);
      void speak(language);
    },
  };
  return (
    <WordsContext.Provider value={said}>
      <FormatContext.Provider value={format}>
        {secret !== undefined ? (
          <UseLink token={secret} signedIn={() => setSecret(undefined)} />
        ) : ended === 'closed' || me.problem?.status === 403 ? (
          <Closed retry={me.reload} />
        ) : ended === 'out' || me.problem?.status === 401 ? (
          <SignIn said={me.data ? said.say('signin.out') : undefined} />
        ) : desk ? (
          <DeskContext.Provider value={desk}>
            <Frame place={place}>
              <Inside place={place} />
            </Frame>
          </DeskContext.Provider>
        ) : me.problem ? (
          <Unreached problem={me.problem} retry={me.reload} />
        ) : (
          me.loading && (
            <main class="door">
              <Skeleton lines={4} />
            </main>
          )
        )}
        <Toasts />
      </FormatContext.Provider>
    </WordsContext.Provider>
  );
}

interface Opened {
  screen?: Screen;
  problem?: Problem;
  place: Place;
}

// Inside shows the screen of the address; until it is there, the one before stays.
function Inside({ place }: { place: Place }) {
  const [opened, setOpened] = useState<Opened>({ place });
  const [round, again] = useState(0);
  const route = place.route;
  useEffect(() => {
    if (!route) return;
    let late = false;
    route.load().then(
      (module) => late || setOpened({ screen: module.default, place }),
      (cause: unknown) => late || setOpened({ problem: { ...problemOf(cause), code: 'unreachable' }, place }),
    );
    return () => void (late = true);
  }, [place, round]);
  if (!route) return <Lost />;
  if (opened.problem) return <ErrorBox problem={opened.problem} retry={() => again(round + 1)} />;
  if (!opened.screen) return null;
  return (
    <PlaceContext.Provider value={opened.place}>
      <opened.screen key={opened.place.path} />
    </PlaceContext.Provider>
  );
}
