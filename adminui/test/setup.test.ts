import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOf } from '../src/screens/setup/example';

const plan = (rule: object, rate: object) => ({ earning: { rules: [{ off: true, earn: { points: 9, per_minor: 1 } }, rule] }, redeem: { rate } }) as never;

test('the example is rounded down as the booking is, and leaves out rules that are off', () => {
  assert.deepEqual(exampleOf(plan({ earn: { points: 1, per_minor: 1000 } }, { minor: 5, per_points: 1 }), 'EUR'), { order: 10000, points: 10, worth: 50 });
  assert.deepEqual(exampleOf(plan({ earn: { points: 1, per_minor: 300 } }, { minor: 100, per_points: 7 }), 'EUR'), { order: 10000, points: 33, worth: 471 });
  assert.deepEqual(exampleOf(plan({ earn: { points: 1, per_minor: 1 } }, { minor: 1, per_points: 10 }), 'JPY'), { order: 100, points: 100, worth: 10 });
  assert.equal(exampleOf(plan({ points: 5 }, { minor: 1, per_points: 1 }), 'EUR'), undefined);
});
