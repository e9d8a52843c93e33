import { afterEach, beforeEach, expect, test } from 'vitest';
import { getExtension } from '@shopify/ui-extensions-tester';
/// <reference types="@shopify/ui-extensions/purchase.thank-you.block.render" />

const extension = getExtension('purchase.thank-you.block.render');

beforeEach(() => extension.setUp());
afterEach(() => extension.tearDown());

function balance(value: string) {
  extension.shopify.appMetafields.value = [{ target: { type: 'customer', id: 'gid://shopify/Customer/1' }, metafield: { namespace: '$app', key: 'points', value, valueType: 'json', type: 'json' } }] as never;
}

// covers: S4-15
test('the thank-you page shows the balance and that more will come', async () => {
  balance('{"points":250,"pending":0,"minor":250,"currency":"EUR"}');
  await extension.render();
  expect(document.body.textContent).toContain('balance');
  expect(document.body.textContent).toContain('coming');
});

test('a metafield that is no balance shows nothing', async () => {
  balance('{"points":"<img src=x onerror=alert(1)>"}');
  await extension.render();
  expect(document.body.textContent).toBe('');
});
