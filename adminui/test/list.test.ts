import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowFor } from '../src/ui/rows';

test('the arrows go from row to row and stay at the ends of the list', () => {
  const to = (key: string, at: number) => rowFor(key, at, 3);
  assert.deepEqual([to('ArrowDown', 0), to('ArrowUp', 1), to('Home', 2), to('End', 0)], [1, 0, 0, 2]);
  assert.deepEqual([to('ArrowUp', 0), to('ArrowDown', 2), to('Home', 0), to('Tab', 1)], [undefined, undefined, undefined, undefined]);
});
