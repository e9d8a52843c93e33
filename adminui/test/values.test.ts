import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldErrors, problemOf, Refused } from '../src/api/problem';
import { csvOf } from '../src/ui/csv';
import { textOf } from '../src/ui/typed';

test('a problem names its fields as the form does', () => {
  const problem = problemOf({ code: 'invalid', detail: 'no', errors: [{ field: 'body.note', message: 'too short' }, { field: 'body.note', message: 'again' }] }, 422);
  assert.equal(problem.status, 422);
  assert.deepEqual(fieldErrors(problem), { note: 'too short' });
  assert.deepEqual(fieldErrors(problemOf({ code: 'below_minimum', field: 'points', detail: 'At least 100.' })), { points: 'At least 100.' });
});

test('whatever goes wrong becomes a problem', () => {
  assert.equal(problemOf(new TypeError('Failed to fetch')).code, 'unreachable');
  assert.equal(problemOf(new Refused(problemOf({ code: 'conflict' }))).code, 'conflict');
  assert.equal(problemOf('<html>', 502).code, 'internal');
  assert.equal(problemOf(undefined, 502).status, 502);
});

test('a file for spreadsheets holds no formulas', () => {
  assert.equal(csvOf([['Name', 'Points'], ['=1+1', -5], ['a "b", c', 2]]), 'Name,Points\r\n\'=1+1,-5\r\n"a ""b"", c",2\r\n');
});

test('a field for a number shows what is typed while it is typed, and then what the form has', () => {
  const field = (now: Partial<Parameters<typeof textOf>[0]>) => textOf({ typed: undefined, written: '', known: false, left: true, read: false, ...now });
  assert.equal(field({ typed: '5.0', written: '5.00', known: true, left: false, read: true }), '5.0');
  assert.equal(field({ typed: '5.0', written: '5.00', known: true, read: true }), '5.00');
  assert.equal(field({ typed: 'five' }), 'five', 'it stays for its complaint');
  assert.equal(field({ typed: '5', read: true }), '', 'changes were discarded: the form has no number');
  assert.equal(field({ typed: '', written: '1', known: true }), '1', 'it was emptied, but one there must be');
  assert.equal(field({ typed: '', written: '5', known: true }), '5', 'it was emptied, and the change discarded');
});
