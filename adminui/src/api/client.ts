import createClient from 'openapi-fetch';
import type { Bridge } from '../bridge/bridge';
import { problemOf, Refused } from './problem';
import type { components, paths } from './schema';

export { take, type Answer } from './answer';

export type Schemas = components['schemas'];

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

// api asks the admin API, typed by its document: api.GET('/api/admin/v1/shop').
export const api = createClient<paths>({ baseUrl: location.origin, fetch: signed, credentials: 'omit' });
