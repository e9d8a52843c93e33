import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '../src/api/problem';
import { NoHost } from '../src/bridge/bridge';
import { openParent } from '../src/bridge/parent';
import { openShopify } from '../src/bridge/shopify';

const shop = 'https://shop.example';

// Timers of the bridge must not keep the tests running.
const timer = globalThis.setTimeout as unknown as (run: () => void, ms: number) => { unref(): unknown };
globalThis.setTimeout = ((run: () => void, ms: number) => timer(run, ms).unref()) as unknown as typeof setTimeout;

// What is to be repeated is repeated when a test says so.
const repeated = new Map<number, () => void>();
globalThis.setInterval = ((run: () => void) => repeated.set(repeated.size + 1, run).size) as unknown as typeof setInterval;
globalThis.clearInterval = ((id: number) => void repeated.delete(id)) as unknown as typeof clearInterval;

interface Asked {
  message: { type: string; id: string; path?: string };
  origin: string;
}

// stage is a window inside another one, as far as the bridge looks at them.
function stage() {
  const asked: Asked[] = [];
  const parent = { postMessage: (message: Asked['message'], origin: string) => void asked.push({ message, origin }) };
  let listener: (event: unknown) => void = () => {};
  const fake = { parent, addEventListener: (_: string, listen: typeof listener) => void (listener = listen) };
  (globalThis as Record<string, unknown>).window = fake;
  return { asked, parent, say: (data: unknown, origin = shop, source: unknown = parent) => listener({ data, origin, source }) };
}

// covers: H28
test('a token is asked of the named origin alone, and taken from it alone', async () => {
  const { asked, say } = stage();
  const token = openParent(shop).token();
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.origin, shop);
  const id = asked[0]?.message.id ?? '';
  say({ type: 'zugabe:token', id, token: 'of another origin' }, 'https://evil.example');
  say({ type: 'zugabe:token', id, token: 'of another port' }, shop + ':8443');
  say({ type: 'zugabe:token', id, token: 'of another window' }, shop, {});
  say({ type: 'zugabe:token', id: 'x', token: 'to another question' });
  say({ type: 'other', id, token: 'of another kind' });
  say({ type: 'zugabe:token', id, token: 7 });
  for (const noise of [null, undefined, 'zugabe:token', 7, []]) say(noise);
  say({ type: 'zugabe:token', id, token: 'the right one' });
  assert.equal(await token, 'the right one');
});

test('one question serves all who ask at once; a refused token is asked for anew', async () => {
  const { asked, say } = stage();
  const bridge = openParent(shop);
  const both = Promise.all([bridge.token(), bridge.token()]);
  assert.equal(asked.length, 1);
  say({ type: 'zugabe:token', id: asked[0]?.message.id, token: 'first' });
  assert.deepEqual(await both, ['first', 'first']);
  assert.equal(await bridge.token(), 'first');
  const again = bridge.token(true);
  assert.equal(asked.length, 2);
  say({ type: 'zugabe:token', id: asked[1]?.message.id, token: 'second' });
  assert.equal(await again, 'second');
});

test('a shop that gives no token is asked again the next time', async () => {
  const { asked, say } = stage();
  const bridge = openParent(shop);
  const first = bridge.token();
  say({ type: 'zugabe:token', id: asked[0]?.message.id });
  await assert.rejects(first);
  const second = bridge.token();
  say({ type: 'zugabe:token', id: asked[1]?.message.id, token: 'now' });
  assert.equal(await second, 'now');
});

test('a shop whose page was not listening yet is asked once more, until it has answered', async () => {
  const { asked, say } = stage();
  const token = openParent(shop).token();
  asked.length = 0; // nobody has heard the first question
  for (const run of repeated.values()) run();
  assert.equal(asked.length, 1);
  say({ type: 'zugabe:token', id: asked[0]?.message.id, token: 'late' });
  assert.equal(await token, 'late');
  assert.equal(repeated.size, 0);
});

test('a shop that does not say who is signed in is named as the reason', async () => {
  const { asked, say } = stage();
  const token = openParent(shop).token();
  say({ type: 'zugabe:token', id: asked[0]?.message.id });
  await assert.rejects(token, (reason: unknown) => problemOf(reason).code === 'host_silent');
});

test('outside a frame, or without a named origin, there is nobody to ask', () => {
  const { parent } = stage();
  assert.throws(() => openParent(''));
  Object.assign(parent, { parent });
  (globalThis as Record<string, unknown>).window = Object.assign(parent, { parent });
  assert.throws(() => openParent(shop));
});

test('where our script comes before Shopify\'s, the document is read first', async () => {
  const { parent } = stage();
  let read: () => void = () => {};
  const page = { readyState: 'loading', addEventListener: (_: string, then: () => void) => void (read = then) };
  (globalThis as Record<string, unknown>).document = page;
  const opening = openShopify('de');
  Object.assign((globalThis as { window?: object }).window ?? {}, { shopify: { idToken: async () => 'of Shopify' } });
  read();
  const bridge = await opening;
  assert.equal(await bridge.token(), 'of Shopify');
  assert.equal(bridge.locale, 'de');
  page.readyState = 'complete';
  (globalThis as Record<string, unknown>).window = { parent };
  await assert.rejects(openShopify('de'), NoHost);
});
