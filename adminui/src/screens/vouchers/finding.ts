import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { nothing, type Answer } from '../../api/client';
import { useLoad } from '../../api/hooks';

// useFound has what is found for a text; of an older text it has none, and for '' it does
// not ask.
export function useFound<T>(search: string, ask: (search: string, signal: AbortSignal) => Answer<{ items: T[] | null }>) {
  const found = useLoad(
    async (signal) => {
      if (!search) return nothing;
      const answer = await ask(search, signal);
      return { ...answer, data: answer.data && { items: answer.data.items ?? [], search } };
    },
    [search],
  );
  return { items: found.data?.search === search ? found.data.items : undefined, problem: found.problem };
}

// useEnter is what Enter does in a search: it takes the only one who is found, or leads to
// the first of them, once they are there and what was typed is still the same.
export function useEnter<T>(box: RefObject<HTMLElement | null>, typed: string, found: T[] | undefined, take: (one: T) => void, open?: () => void) {
  const [entered, setEntered] = useState('');
  useEffect(() => {
    if (!entered || !found) return;
    setEntered('');
    if (entered !== typed) return;
    const [one, another] = found;
    if (one && !another) return take(one);
    open?.();
    box.current?.querySelector<HTMLElement>('.found button')?.focus();
  });
  return () => setEntered(typed);
}
