const reachable = 'a[href], button:not(:disabled), input[type=checkbox]:not(:disabled)';

// rowFor is the row that a key leads to from row at of count; undefined = none.
export function rowFor(key: string, at: number, count: number): number | undefined {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 }[key];
  return to === undefined || to < 0 || to >= count || to === at ? undefined : to;
}

// alongRows moves the focus from row to row with the arrows, Home and End: to what
// stands in the same column, or else to the first thing of the row.
export function alongRows(event: KeyboardEvent) {
  const at = event.target;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!(at instanceof HTMLElement) || !at.matches(reachable)) return;
  const row = at.closest('tr');
  if (!row?.parentElement || row.querySelector('[popover]:popover-open, dialog[open]')) return;
  const rows = [...row.parentElement.children].filter((one) => one.querySelector(reachable));
  const to = rowFor(event.key, rows.indexOf(row), rows.length);
  const next = to === undefined ? undefined : rows[to];
  if (!next) return;
  event.preventDefault();
  const column = [...row.children].findIndex((cell) => cell.contains(at));
  const there = next.children[column]?.querySelector<HTMLElement>(reachable) ?? next.querySelector<HTMLElement>(reachable);
  there?.focus();
}

// toPager goes past the rows of a list to the button for its next page.
export function toPager(from: HTMLElement) {
  const buttons = from.closest('.card')?.querySelectorAll<HTMLElement>('.pager button:not(:disabled, [aria-disabled])');
  buttons?.item(buttons.length - 1)?.focus();
}
