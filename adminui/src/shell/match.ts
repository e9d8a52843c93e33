// match reads the parameters of a pattern such as '/members/:id' out of a path;
// undefined = the path is another.
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = parts(pattern);
  const given = parts(path);
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = given[i] ?? '';
    if (part.startsWith(':')) {
      try {
        params[part.slice(1)] = decodeURIComponent(text);
      } catch {
        return undefined; // not a name that we could have made
      }
    } else if (part !== text) return undefined;
  }
  return params;
}

const parts = (path: string) => path.split('/').filter((part) => part !== '');

// withQuery changes some values of a query; '' or undefined takes a key out.
export function withQuery(search: string, change: Record<string, string | undefined>): string {
  const query = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value) query.set(key, value);
    else query.delete(key);
  }
  const text = query.toString();
  return text ? '?' + text : '';
}
