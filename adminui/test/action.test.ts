import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempts } from '../src/api/attempt';
import type { Answer } from '../src/api/answer';
import type { Problem } from '../src/api/problem';

type State = { busy: boolean; problem?: Problem };

// tried answers each run with the next of the answers, and keeps what was seen.
function tried<T>(...answers: (() => Answer<T>)[]) {
  const states: State[] = [];
  const keys: string[] = [];
  const { run } = attempts<string, T>(
    () => (_, key) => {
      keys.push(key);
      const next = answers.shift();
      if (!next) throw new Error('asked too often');
      return next();
    },
    (state) => states.push(state),
  );
  return { run, states, keys };
}

const good = <T>(data?: T, status = 200) => () => Promise.resolve({ data, response: new Response(null, { status }) });
const refused = (code: string, status: number) => () => Promise.resolve({ error: { code, status, detail: '' }, response: new Response(null, { status }) });

test('what was done without a body is done, and what was refused without one is not', async () => {
  const done = tried(good<undefined>(undefined, 204));
  assert.deepEqual(await done.run(''), { data: undefined });
  assert.deepEqual(done.states.at(-1), { busy: false });

  const not = tried<undefined>(refused('conflict', 409));
  assert.equal(await not.run(''), undefined);
  assert.equal(not.states.at(-1)?.problem?.code, 'conflict');

  const silent = tried<undefined>(() => Promise.resolve({ response: new Response(null, { status: 502 }) }));
  assert.equal(await silent.run(''), undefined);
  assert.equal(silent.states.at(-1)?.problem?.status, 502);
});

test('what was done says so whatever its body is', async () => {
  for (const data of [0, '', false, null]) assert.deepEqual(await tried(good<unknown>(data)).run(''), { data });
});

test('a second run while one is under way does nothing', async () => {
  let answer = (_: { data: number; response: Response }) => {};
  const slow = tried<number>(() => new Promise((resolve) => (answer = resolve)));
  const first = slow.run('a');
  assert.equal(await slow.run('b'), undefined);
  answer({ data: 7, response: new Response() });
  assert.deepEqual(await first, { data: 7 });
  assert.equal(slow.keys.length, 1);
});

test('a try whose end nobody knows is repeated with the same key, any other with a new one', async () => {
  const some = tried<number>(() => Promise.reject(new TypeError('Failed to fetch')), refused('internal', 500), good(1), refused('invalid', 422), good(2));
  for (let i = 0; i < 5; i++) await some.run('');
  const [a, b, c, d, e] = some.keys;
  assert.equal(a, b);
  assert.equal(b, c);
  assert.ok(c !== d);
  assert.ok(d !== e);
});
