// turned is where Tab goes from the last of all, and Shift+Tab from the first; undefined =
// the browser knows. Of radio buttons with one name only one is a stop.
export function turned<E extends { name?: string; type?: string; checked?: boolean }>(all: readonly E[], now: unknown, back: boolean): E | undefined {
  const stops = all.filter((one) => one.type !== 'radio' || one === now || one === stopOf(all, one.name, now));
  const at = stops.findIndex((one) => one === now);
  if (at < 0 || stops.length < 2) return undefined;
  if (back) return at === 0 ? stops.at(-1) : undefined;
  return at === stops.length - 1 ? stops[0] : undefined;
}

function stopOf<E extends { name?: string; type?: string; checked?: boolean }>(all: readonly E[], name: string | undefined, now: unknown): E | undefined {
  const group = all.filter((one) => one.type === 'radio' && one.name === name);
  return group.find((one) => one === now) ?? group.find((one) => one.checked) ?? group[0];
}
