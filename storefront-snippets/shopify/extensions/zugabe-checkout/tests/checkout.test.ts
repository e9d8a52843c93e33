import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fireEvent, waitFor } from '@testing-library/preact';
import { getExtension } from '@shopify/ui-extensions-tester';
import { createResult } from '@shopify/ui-extensions-tester/checkout';
/// <reference types="@shopify/ui-extensions/purchase.checkout.reductions.render-after" />

const extension = getExtension('purchase.checkout.reductions.render-after');
const asked: { path: string; init?: RequestInit }[] = [];
let answers: Record<string, unknown[]> = {};

function balance(value: unknown) {
  extension.shopify.appMetafields.value = [{ target: { type: 'customer', id: 'gid://shopify/Customer/1' }, metafield: { namespace: '$app', key: 'points', value: JSON.stringify(value), valueType: 'json', type: 'json' } }] as never;
}

beforeEach(() => {
  extension.setUp();
  asked.length = 0;
  answers = {};
  extension.shopify.cost.subtotalAmount.value = { amount: 20, currencyCode: 'EUR' } as never;
  balance({ points: 250, pending: 0, minor: 250, currency: 'EUR' });
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    const path = url.replace('https://app.example/api/storefront/v1', '');
    asked.push({ path, init });
    const list = answers[path] ?? [];
    const answer = list.length > 1 ? list.shift() : list[0];
    const refused = (answer as { code?: string } | undefined)?.code === 'confirm_by_mail';
    return { ok: answer !== undefined && !refused, status: answer === undefined ? 500 : 200, json: async () => answer } as Response;
  });
});

afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

const quote = { max: 200, choices: [{ points: 100, minor: 100 }, { points: 200, minor: 200 }] };
const button = () => document.body.querySelector('s-button')!;

// covers: S4-14
test('the balance is shown from the metafield and nobody is asked', async () => {
  await extension.render();
  expect(document.body.textContent).toContain('balance');
  expect(asked).toEqual([]);
});

test('a guest, and a shopper without points, see nothing', async () => {
  extension.shopify.appMetafields.value = [];
  await extension.render();
  expect(document.body.textContent).toBe('');
});

test('another currency than the shop\'s own says nothing', async () => {
  extension.shopify.cost.subtotalAmount.value = { amount: 20, currencyCode: 'USD' } as never;
  await extension.render();
  expect(document.body.textContent).toBe('');
});

test('points become a code, and the code goes into the checkout', async () => {
  answers['/quote'] = [quote];
  answers['/redemptions'] = [{ id: 'r1', state: 'pending', minor: 200 }];
  answers['/redemptions/r1'] = [{ id: 'r1', state: 'pending', minor: 200 }, { id: 'r1', state: 'active', minor: 200, code: 'ABCD-EFGHJ-KLMNP' }];
  const apply = vi.fn().mockResolvedValue(createResult('applyDiscountCodeChange'));
  extension.shopify.applyDiscountCodeChange = apply;
  await extension.render();
  fireEvent.click(button());
  await waitFor(() => expect(document.body.querySelectorAll('s-option').length).toBe(2));
  fireEvent.click(button());
  await waitFor(() => expect(apply).toHaveBeenCalledWith({ type: 'addDiscountCode', code: 'ABCD-EFGHJ-KLMNP' }), { timeout: 4000 });
  const sent = asked.find((a) => a.path === '/redemptions')!.init!;
  expect(JSON.parse(String(sent.body))).toEqual({ points: 200, cart: { subtotal_minor: 2000, eligible_minor: 2000, currency: 'EUR' } });
  expect((sent.headers as Record<string, string>).Authorization).toBe('Bearer mock-session-token');
  expect((sent.headers as Record<string, string>)['X-Zugabe-Request']).toBe('1');
});

test('a second try after a lost answer carries the same key', async () => {
  answers['/quote'] = [quote];
  await extension.render();
  fireEvent.click(button());
  await waitFor(() => expect(document.body.querySelectorAll('s-option').length).toBe(2));
  fireEvent.click(button());
  await waitFor(() => expect(document.body.textContent).toContain('failed'));
  fireEvent.click(button());
  await waitFor(() => expect(asked.filter((a) => a.path === '/redemptions').length).toBe(2));
  const keys = asked.filter((a) => a.path === '/redemptions').map((a) => (a.init!.headers as Record<string, string>)['Idempotency-Key']);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

// covers: N-06
test('codes that points do not go with are named before any point is used', async () => {
  extension.shopify.discountCodes.value = [{ code: 'SUMMER' }] as never;
  answers['/quote'] = [{ ...quote, beside: ['SUMMER'] }];
  await extension.render();
  fireEvent.click(button());
  await waitFor(() => expect(document.body.textContent).toContain('beside'));
  expect(JSON.parse(String(asked[0]!.init!.body)).codes).toEqual(['SUMMER']);
  expect(asked.length).toBe(1);
});

test('a checkout that takes no codes says so and offers none', async () => {
  extension.shopify.instructions.value = { ...extension.shopify.instructions.value, discounts: { canUpdateDiscountCodes: false } } as never;
  await extension.render();
  expect(document.body.textContent).toContain('not_here');
  expect(document.body.querySelector('s-button')).toBeNull();
});

test('a code that the checkout refuses is shown: it stays valid', async () => {
  answers['/quote'] = [quote];
  answers['/redemptions'] = [{ id: 'r1', state: 'active', minor: 200, code: 'ABCD-EFGHJ-KLMNP' }];
  extension.shopify.applyDiscountCodeChange = vi.fn().mockResolvedValue(createResult('applyDiscountCodeChange', { type: 'error', message: 'no' }));
  await extension.render();
  fireEvent.click(button());
  await waitFor(() => expect(document.body.querySelectorAll('s-option').length).toBe(2));
  fireEvent.click(button());
  await waitFor(() => expect(document.body.textContent).toContain('refused'));
});

// covers: G19
test('beyond the shop\'s limit the words say that a mail asks, and the next press carries the same key', async () => {
  answers['/quote'] = [quote];
  answers['/redemptions'] = [{ code: 'confirm_by_mail', numbers: { mail: 'sent', points: 200 } }, { id: 'r1', state: 'active', minor: 200, code: 'ABCD-EFGHJ-KLMNP' }];
  extension.shopify.applyDiscountCodeChange = vi.fn().mockResolvedValue(createResult('applyDiscountCodeChange'));
  await extension.render();
  fireEvent.click(button());
  await waitFor(() => expect(document.body.querySelectorAll('s-option').length).toBe(2));
  fireEvent.click(button());
  await waitFor(() => expect(document.body.textContent).toContain('mail_sent'));
  fireEvent.click(button());
  await waitFor(() => expect(document.body.textContent).toContain('used'));
  const keys = asked.filter((a) => a.path === '/redemptions').map((a) => (a.init!.headers as Record<string, string>)['Idempotency-Key']);
  expect(keys.length).toBe(2);
  expect(keys[0]).toBe(keys[1]);
});
