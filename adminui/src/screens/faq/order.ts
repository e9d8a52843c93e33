// moved is the list with one entry one place further up (-1) or down (1).
export function moved(list: string[], at: number, by: -1 | 1): string[] {
  const next = [...list];
  const [one] = next.splice(at, 1);
  if (one !== undefined) next.splice(at + by, 0, one);
  return next;
}
