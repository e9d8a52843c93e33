import assert from 'node:assert/strict';
import { test } from 'node:test';
import { match, withQuery } from '../src/shell/match';

test('a pattern reads its parameters, and nothing but its own paths', () => {
  assert.deepEqual(match('/', '/'), {});
  assert.deepEqual(match('/members/:id', '/members/12'), { id: '12' });
  assert.deepEqual(match('/members/:id', '/members/12/'), { id: '12' });
  assert.deepEqual(match('/orders/:key', '/orders/a%2Fb'), { key: 'a/b' });
  assert.equal(match('/members/:id', '/members'), undefined);
  assert.equal(match('/members', '/members/12'), undefined);
  assert.equal(match('/members/:id', '/members/%E0%A4%A'), undefined);
});

test('changing one value of the address keeps the others', () => {
  assert.equal(withQuery('?search=anna&cursor=9', { cursor: undefined, sort: 'balance' }), '?search=anna&sort=balance');
  assert.equal(withQuery('?search=anna', { search: '' }), '');
  assert.equal(withQuery('', { search: 'a&b=c ü' }), '?search=a%26b%3Dc+%C3%BC');
});
