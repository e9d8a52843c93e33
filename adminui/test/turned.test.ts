import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turned } from '../src/ui/turned';

const close = { type: 'button' };
const yes = { type: 'radio', name: 'v', checked: false };
const no = { type: 'radio', name: 'v', checked: false };
const note = { type: 'textarea' };
const cancel = { type: 'button' };

test('Tab turns round at the ends of a dialog, and nowhere else', () => {
  const all = [close, yes, no, note, cancel];
  assert.equal(turned(all, cancel, false), close);
  assert.equal(turned(all, close, true), cancel);
  for (const one of [close, yes, note]) assert.equal(turned(all, one, false), undefined);
  assert.equal(turned(all, note, true), undefined);
  assert.equal(turned(all, {}, false), undefined, 'the focus is elsewhere');
  assert.equal(turned([close], close, false), undefined, 'there is nowhere to go');
});

test('radio buttons of one name are one stop', () => {
  assert.equal(turned([yes, no, cancel], cancel, false), yes);
  assert.equal(turned([close, yes, no], yes, false), close, 'the other one is no stop beside it');
  assert.equal(turned([close, yes, { ...no, checked: true }], yes, false), close);
  const chosen = { ...no, checked: true };
  assert.equal(turned([yes, chosen, cancel], cancel, false), chosen);
});
