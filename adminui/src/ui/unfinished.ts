import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

// useUnfinished keeps a form or a dialog from being sent while something was typed that
// is not chosen yet: without it the form would be saved as if nothing had been said.
// say tells the reader and leads there.
export function useUnfinished(place: RefObject<HTMLElement | null>, open: boolean, say: () => void) {
  useEffect(() => {
    const around = open ? place.current?.closest<HTMLElement>('form, dialog') : undefined;
    if (!around) return;
    const stop = (event: Event) => {
      const pressed = event.target instanceof Element ? event.target.closest('button:is(.primary, .danger)') : null;
      if (!pressed || pressed.closest('form, dialog') !== around) return; // of a question above it
      event.preventDefault();
      event.stopPropagation();
      say();
    };
    around.addEventListener('click', stop, true);
    return () => around.removeEventListener('click', stop, true);
  });
}
