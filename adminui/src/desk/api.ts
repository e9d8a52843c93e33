import type { Answer } from '../api/client';

let token = '';
let whenOut: (why: Ended) => void = () => {};

// Ended says why a desk that was open is no longer: nobody is signed in, or the shop
// has switched its partners off.
export type Ended = 'out' | 'closed';

// signWrites names the token that goes with every write; the cookie alone proves
// nothing, because other pages' forms would carry it too.
export const signWrites = (csrf: string): void => void (token = csrf);

// onEnded is called where an answer says that the desk is no longer open.
export const onEnded = (tell: (why: Ended) => void): void => void (whenOut = tell);

async function ask<T>(method: string, path: string, options: { body?: unknown; key?: string; signal?: AbortSignal }): Answer<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') {
    headers['X-Zugabe-Request'] = '1';
    if (token) headers['X-Zugabe-CSRF'] = token;
  }
  if (options.key) headers['Idempotency-Key'] = options.key;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch('/api/desk/v1' + path, {
    method, headers, signal: options.signal, credentials: 'same-origin', body: options.body === undefined ? undefined : JSON.stringify(options.body),
  });
  const said = saidIn(await response.text(), response.ok);
  if (response.status === 401) whenOut('out');
  if (isModuleOff(response.status, said)) whenOut('closed');
  return response.ok ? { data: (said ?? {}) as T, response } : { error: said, response };
}

// saidIn reads an answer's body; some have none. One that was cut off is no answer.
function saidIn(body: string, ok: boolean): unknown {
  try {
    return body ? JSON.parse(body) : undefined;
  } catch (broken) {
    if (ok) throw broken;
    return undefined; // of a proxy, say: the status tells enough
  }
}

const isModuleOff = (status: number, said: unknown) => status === 403 && typeof said === 'object' && said !== null && 'code' in said && said.code === 'module_off';

export const read = <T>(path: string, signal?: AbortSignal): Answer<T> => ask<T>('GET', path, { signal });
export const write = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, key?: string, signal?: AbortSignal): Answer<T> =>
  ask<T>(method, path, { body, key, signal });

// queryOf writes a query without what is empty.
export function queryOf(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined && value !== '') query.set(key, String(value));
  const text = query.toString();
  return text ? '?' + text : '';
}

const mostPages = 50;

// readAll turns the pages of a list until its end; values name what is asked for.
export async function readAll<T extends { items: unknown[]; next?: string }>(path: string, values: Record<string, string | undefined>, signal?: AbortSignal): Answer<T> {
  const first = await read<T>(path + queryOf({ ...values, limit: 100 }), signal);
  if (!first.data) return first;
  let whole = first.data;
  for (let pages = 1; whole.next && pages < mostPages; pages++) {
    const more = await read<T>(path + queryOf({ ...values, limit: 100, cursor: whole.next }), signal);
    if (!more.data) return more;
    whole = { ...more.data, items: [...whole.items, ...more.data.items] };
  }
  return { data: whole, response: first.response };
}
