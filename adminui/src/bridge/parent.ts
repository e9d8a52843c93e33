import { problemOf, Refused } from '../api/problem';
import { NoHost } from './bridge';

const patience = 10_000; // milliseconds that the page around us may take to answer
const again = 250; // after which it is asked once more: its script may have come after our first question

// Parent talks to the page around us. Messages of any other window or origin are
// not looked at, and ours are for that origin alone (H28).
export interface Parent {
  token(renew?: boolean): Promise<string>;
  openPath(path: string): void;
}

type Waiting = { resolve(token: string): void; reject(reason: Error): void };

export function openParent(origin: string): Parent {
  if (!origin || window.parent === window) throw new NoHost(origin);
  const waiting = new Map<string, Waiting>();
  window.addEventListener('message', (event) => {
    if (event.origin !== origin || event.source !== window.parent) return;
    const said: unknown = event.data;
    if (!isAnswer(said)) return;
    const asked = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.token) asked?.resolve(said.token);
    else asked?.reject(silent());
  });

  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const id = crypto.randomUUID();
      const say = () => window.parent.postMessage({ type: 'zugabe:token', id }, origin);
      const saying = setInterval(say, again);
      const done = () => (clearInterval(saying), clearTimeout(giveUp));
      const giveUp = setTimeout(() => {
        waiting.delete(id);
        done();
        reject(silent());
      }, patience);
      waiting.set(id, {
        resolve: (token) => (done(), resolve(token)),
        reject: (reason) => (done(), reject(reason)),
      });
      say();
    });

  let current: Promise<string> | undefined;
  return {
    token(renew) {
      if (renew) current = undefined;
      return (current ??= remember(ask(), () => (current = undefined)));
    },
    openPath: (path) => window.parent.postMessage({ type: 'zugabe:path', path }, origin),
  };
}

// silent is the problem that the page around us does not say who is signed in.
const silent = () => new Refused(problemOf({ code: 'host_silent' }));

// remember keeps a token while it is safely fresh: half of its minute.
async function remember(asked: Promise<string>, forget: () => void): Promise<string> {
  try {
    const token = await asked;
    setTimeout(forget, 30_000);
    return token;
  } catch (reason) {
    forget();
    throw reason;
  }
}

function isAnswer(said: unknown): said is { type: string; id: string; token?: string } {
  if (typeof said !== 'object' || said === null) return false;
  const { type, id, token } = said as Record<string, unknown>;
  return type === 'zugabe:token' && typeof id === 'string' && (token === undefined || typeof token === 'string');
}
