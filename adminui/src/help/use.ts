import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../api/problem';
import { useWords } from '../i18n';
import { loadManual, type Manual } from './manual';

// useManual loads the manual of the reader's language, once.
export function useManual(): { data?: Manual; problem?: Problem; loading: boolean; reload(): void } {
  const { language } = useWords();
  const [state, setState] = useState<{ data?: Manual; problem?: Problem }>({});
  const [round, again] = useState(0);
  useEffect(() => {
    let late = false;
    loadManual(language).then(
      (data) => late || setState({ data }),
      (cause: unknown) => late || setState({ problem: { ...problemOf(cause), code: 'unreachable' } }),
    );
    return () => void (late = true);
  }, [language, round]);
  return { ...state, loading: !state.data && !state.problem, reload: () => again(round + 1) };
}
