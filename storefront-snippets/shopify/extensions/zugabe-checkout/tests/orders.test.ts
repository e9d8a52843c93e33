import { afterEach, expect, test, vi } from 'vitest';
import { fireEvent, waitFor } from '@testing-library/preact';
import { getExtension } from '@shopify/ui-extensions-tester';
/// <reference types="@shopify/ui-extensions/customer-account.order-status.block.render" />

const extension = getExtension('customer-account.order-status.block.render');

afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

// covers: S4-15
test('an order explains its points when somebody asks', async () => {
  extension.setUp();
  extension.shopify.order.value = { ...extension.shopify.order.value, id: 'gid://shopify/Order/77' } as never;
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    return { ok: true, status: 200, json: async () => ({ points: 12, rules: [{ rule: 'purchase', name: 'Purchase', points: 10 }, { rule: 'each', name: '', points: 1, breakdown: { kind: 'per_unit' } }, { rule: 'each+may', name: '', points: 1, breakdown: { kind: 'per_unit' } }, { rule: 'x', name: 'Nothing', points: 0 }] }) } as Response;
  });
  await extension.render();
  expect(asked).toEqual([]);
  fireEvent.click(document.body.querySelector('s-button')!);
  await waitFor(() => expect(document.body.textContent).toContain('Purchase: points'));
  expect(document.body.textContent).toContain('rule_per_unit: points');
  expect(document.body.textContent).toContain('rule_campaign: points');
  expect(asked).toEqual(['https://app.example/api/storefront/v1/orders/77/receipt']);
  expect(document.body.textContent).not.toContain('Nothing');
});
