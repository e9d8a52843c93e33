import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(globalThis, { location: { origin: 'https://app.example' } });
const { api } = await import('../src/api/client');
const { askEarly, signWith } = await import('../src/api/signed');

let asked: string[];
let status: number;

const begin = () => {
  asked = [];
  status = 200;
  signWith({ token: async () => 'proof', locale: 'en', host: 'demo' });
  globalThis.fetch = async (request) => {
    asked.push((request as Request).method + ' ' + new URL((request as Request).url).pathname);
    if (status === 0) throw new TypeError('no network');
    return Response.json({ name: 'A shop' }, { status });
  };
};

test('what was asked for early is not asked for again, but once', async () => {
  begin();
  askEarly('/api/admin/v1/shop');
  assert.equal((await api.GET('/api/admin/v1/shop')).data?.name, 'A shop');
  assert.deepEqual(asked, ['GET /api/admin/v1/shop']);
  await api.GET('/api/admin/v1/shop');
  assert.equal(asked.length, 2, 'the second screen gets a new answer');
});

test('an early question that did not arrive is asked again by the screen', async () => {
  begin();
  status = 0;
  askEarly('/api/admin/v1/shop');
  await new Promise((done) => setTimeout(done, 0));
  status = 200;
  assert.equal((await api.GET('/api/admin/v1/shop')).data?.name, 'A shop');
  assert.equal(asked.length, 2);
});

test('a question that changes something has no early answer', async () => {
  begin();
  askEarly('/api/admin/v1/settings');
  await api.PUT('/api/admin/v1/settings', { body: {} as never });
  assert.deepEqual(asked, ['GET /api/admin/v1/settings', 'PUT /api/admin/v1/settings']);
});
