// A bridge is the app's side of the host's admin: it hands out the proof of who is
// signed in, and tells the host where we are.
export interface Bridge {
  // token is a fresh session token, good for about a minute. again = the last one
  // was refused, so one from memory will not do.
  token(again?: boolean): Promise<string>;
  locale: string;
  host: 'shopify' | 'wordpress' | 'demo';
  // openPath tells the host which of our pages is shown, so that its address bar follows.
  openPath?(path: string): void;
}

// NoHost is thrown when the page was opened outside the host's admin: there is
// nobody who could prove who is asking. link leads to where it works, if known.
export class NoHost extends Error {
  constructor(readonly link = '') {
    super('opened outside the shop');
  }
}

// hostParams are what the host adds to our address. They are no part of ours.
const hostParams = ['shop', 'host', 'embedded', 'locale', 'hmac', 'timestamp', 'id_token', 'session', 'platform'];

// takeHostParams reads what the host has added, and takes it out of the address, so
// that tokens stay out of copied links and histories.
export function takeHostParams(): URLSearchParams {
  const url = new URL(location.href);
  const taken = new URLSearchParams();
  for (const name of hostParams) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    taken.set(name, value);
    url.searchParams.delete(name);
  }
  history.replaceState(history.state, '', url);
  given = taken;
  return taken;
}

let given = new URLSearchParams();

// reload gets the document anew, with what the server needs to let the host frame it.
export function reload() {
  const url = new URL(location.href);
  for (const name of ['shop', 'host', 'embedded', 'locale', 'platform']) {
    const value = given.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  location.replace(url);
}

export const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
