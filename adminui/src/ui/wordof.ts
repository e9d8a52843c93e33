// wordOf is the text of a code of the API, or the code where there is none.
export function wordOf(t: (key: string) => string, group: string, code: string): string {
  const key = group + '.' + code;
  const known = t(key);
  return known === key ? code : known;
}
