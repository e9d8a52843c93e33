let moved = false;

// leftFor notes that another page was opened; arrived says so once, to the page that
// takes the focus. The first page after loading leaves the focus where it is.
export function leftFor() {
  moved = true;
}

export function arrived(): boolean {
  const was = moved;
  moved = false;
  return was;
}

const reachable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary';

// keepFocus finds a new place for the focus when what had it is taken off the page: in
// the same row or card if something is left there, else at the page's heading. What was
// only moved, as a row that goes up in its list, gets it back.
export function keepFocus(): () => void {
  let last: Element | undefined;
  let around: Element[] = [];
  const note = (event: FocusEvent) => {
    if (!(event.target instanceof Element)) return;
    last = event.target;
    around = [];
    for (let up = last.parentElement; up; up = up.parentElement) around.push(up);
  };
  const look = (changes: MutationRecord[]) => {
    if (!last || (document.activeElement && document.activeElement !== document.body)) return;
    if (last.isConnected) {
      const lost = last;
      if (lost instanceof HTMLElement && changes.some((c) => [...c.removedNodes].some((node) => node.contains(lost)))) lost.focus();
      return;
    }
    for (const place of around) {
      if (place.matches('main, body') || place.contains(document.querySelector('main'))) break;
      const next = place.isConnected ? place.querySelector<HTMLElement>(reachable) : null;
      if (next) return next.focus();
    }
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!heading) return; // the page comes in a moment
    last = undefined;
    heading.focus({ preventScroll: true });
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true });
  // Whoever went out of the page by themselves is not fetched back when what they left goes.
  const left = (event: FocusEvent) => {
    if (!event.relatedTarget) setTimeout(() => document.activeElement === document.body && last?.isConnected && (last = undefined));
  };
  document.addEventListener('focusin', note);
  document.addEventListener('focusout', left);
  return () => {
    watch.disconnect();
    document.removeEventListener('focusin', note);
    document.removeEventListener('focusout', left);
  };
}
