import type { Bridge } from '../bridge/bridge';
import { problemOf, Refused } from './problem';
import type { paths } from './schema';

let bridge: Bridge | undefined;

// signWith names the bridge that signs requests from now on.
export function signWith(by: Bridge) {
  bridge = by;
}

// signed sends a request with a token, and once more with a new one where the
// first was refused: it may have run out on the way.
async function signed(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await send(request, false);
  return answer.status === 401 ? send(again, true) : answer;
}

async function send(request: Request, again: boolean): Promise<Response> {
  if (!bridge) throw new Refused(problemOf({ code: 'unauthorised' }));
  request.headers.set('Authorization', 'Bearer ' + (await bridge.token(again)));
  if (request.method !== 'GET') request.headers.set('X-Zugabe-Request', '1');
  return fetch(request);
}

const fresh = 5_000; // milliseconds for which an early answer may wait for its screen

const early = new Map<string, Promise<Response | undefined>>();

// askEarly asks for what the first screen will read while the screen itself is still
// on its way. The first who asks for the same gets that answer.
export function askEarly(path: keyof paths) {
  const url = location.origin + path;
  early.set(url, signed(new Request(url, { credentials: 'omit' })).catch(() => undefined));
  setTimeout(() => early.delete(url), fresh);
}

// answerTo is the early answer to a question, or one that is asked for now.
export async function answerTo(request: Request): Promise<Response> {
  const asked = request.method === 'GET' ? early.get(request.url) : undefined;
  early.delete(request.url);
  return (await asked) ?? signed(request);
}
