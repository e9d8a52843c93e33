import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { attempts, type Done } from './attempt';
import { take, type Answer } from './client';
import { problemOf, type Problem } from './problem';

const unhurried = 300; // milliseconds after which waiting is shown

export interface Loaded<T> {
  data?: T; // stays while newer data is on its way
  problem?: Problem;
  loading: boolean; // true once the answer takes noticeably long
  reload(): void;
}

// useLoad asks for data when the screen opens and whenever deps change. The answer
// to an older question is never shown: it is aborted. deps must be plain values. It does
// not wait until what is there is painted: an answer that has come early is in that paint.
export function useLoad<T>(ask: (signal: AbortSignal) => Answer<T>, deps: unknown[]): Loaded<T> {
  const [state, setState] = useState<{ data?: T; problem?: Problem; loading: boolean }>({ loading: false });
  const [round, setRound] = useState(0);
  useLayoutEffect(() => {
    const stop = new AbortController();
    const slow = setTimeout(() => setState((s) => ({ ...s, loading: true })), unhurried);
    take(ask(stop.signal))
      .then((data) => !stop.signal.aborted && setState({ data, loading: false }))
      .catch((cause: unknown) => !stop.signal.aborted && setState((s) => ({ data: s.data, problem: problemOf(cause), loading: false })))
      .finally(() => clearTimeout(slow));
    return () => {
      clearTimeout(slow);
      stop.abort();
    };
  }, [JSON.stringify(deps), round]);
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) };
}

// useDraft is what is typed of something stored. A newer version of that takes its place;
// the form stays on the page, so that the focus does.
export function useDraft<F>(stored: F, version: number): [F, (draft: F) => void] {
  const [kept, keep] = useState({ version, draft: stored });
  return [kept.version === version ? kept.draft : stored, (draft) => keep({ version, draft })];
}

export interface Action<I, T> {
  run(input: I): Promise<Done<T> | undefined>; // undefined = it was not done; see problem
  busy: boolean;
  problem?: Problem;
  clear(): void;
}

// useAction changes something. key goes into Idempotency-Key: it stays the same
// while nobody knows whether the last try arrived, so that trying again cannot do
// it twice. A second run while one is under way does nothing.
export function useAction<I, T>(act: (input: I, key: string) => Answer<T>): Action<I, T> {
  const [state, setState] = useState<{ busy: boolean; problem?: Problem }>({ busy: false });
  const newest = useRef(act);
  newest.current = act;
  const [tries] = useState(() => attempts(() => newest.current, setState));
  return { ...state, run: tries.run, clear: () => setState({ busy: false }) };
}
