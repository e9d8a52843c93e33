import { take, type Answer } from './answer';
import { problemOf, type Problem } from './problem';

// Done is an action that was carried out, with its body where it has one (data is
// undefined where it has none). Never undefined itself: that means "not carried out".
export interface Done<T> {
  data: T;
}

export interface Attempts<I, T> {
  run(input: I): Promise<Done<T> | undefined>;
}

// attempts tries an action once at a time and tells show how it stands. Its key stays
// the same while nobody knows whether the last try arrived.
export function attempts<I, T>(act: () => (input: I, key: string) => Answer<T>, show: (state: { busy: boolean; problem?: Problem }) => void): Attempts<I, T> {
  let running = false;
  let key = '';
  const run = async (input: I): Promise<Done<T> | undefined> => {
    if (running) return undefined;
    running = true;
    key ||= crypto.randomUUID();
    show({ busy: true });
    try {
      const data = await take(act()(input, key));
      key = '';
      show({ busy: false });
      return { data };
    } catch (cause) {
      const problem = problemOf(cause);
      if (problem.status >= 400 && problem.status < 500) key = '';
      show({ busy: false, problem });
      return undefined;
    } finally {
      running = false;
    }
  };
  return { run };
}
