import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fireEvent, waitFor } from '@testing-library/preact';
import { getExtension } from '@shopify/ui-extensions-tester';
/// <reference types="@shopify/ui-extensions/customer-account.page.render" />

const extension = getExtension('customer-account.page.render');
const entry = (id: string, points: number, reason?: string) => ({ id, for: points > 0 ? 'custom' : 'used', reason, points, occurred_at: 1700000000000 });
let fail = false;

beforeEach(() => {
  extension.setUp();
  fail = false;
  vi.stubGlobal('fetch', async (url: string) => {
    const path = url.replace('https://app.example/api/storefront/v1', '');
    const answers: Record<string, unknown> = {
      '/balance': { points: 250, pending: 10, minor: 250, currency: 'EUR' },
      '/pages?locale=en': { rewards: 'https://shop.example/apps/zugabe/rewards?locale=en' },
      '/history?limit=20': { items: [entry('2', -100), entry('1', 350, 'Purchase')], next: 'c1' },
      '/history?limit=20&cursor=c1': { items: [entry('0', 5, 'Review')] },
    };
    return { ok: !fail, status: fail ? 500 : 200, json: async () => answers[path] } as Response;
  });
});

afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

// covers: S4-11, A-44
test('the account page lists what happened, with reasons, and older ones on demand', async () => {
  await extension.render();
  await waitFor(() => expect(document.body.querySelectorAll('s-list-item').length).toBe(2));
  const items = () => Array.from(document.body.querySelectorAll('s-list-item'), (i) => i.textContent);
  expect(items()[0]).toContain('kind.used');
  expect(items()[0]).toContain('\u2212100');
  expect(items()[1]).toContain('Purchase');
  fireEvent.click(document.body.querySelector('s-button')!);
  await waitFor(() => expect(items().length).toBe(3));
});

// covers: S4-24
test('the account page links to what the merchant has switched on, and to nothing else', async () => {
  await extension.render();
  await waitFor(() => expect(document.body.querySelectorAll('s-link').length).toBe(1));
  expect(document.body.querySelector('s-link')!.getAttribute('href')).toBe('https://shop.example/apps/zugabe/rewards?locale=en');
});

test('an app that is away is said, and can be asked again', async () => {
  fail = true;
  await extension.render();
  await waitFor(() => expect(document.body.textContent).toContain('failed'));
  fail = false;
  fireEvent.click(document.body.querySelector('s-button')!);
  await waitFor(() => expect(document.body.querySelectorAll('s-list-item').length).toBe(2));
});
