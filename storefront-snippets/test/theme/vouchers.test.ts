import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

const asked: { url: string; init?: RequestInit }[] = [];
let answer: (url: string, init?: RequestInit) => unknown = () => undefined;

beforeAll(async () => {
  Object.defineProperty(Object.prototype, 'applicable', { value: 'polluted', enumerable: false, configurable: true }); // a hostile theme (I18)
  (globalThis as { CSS?: unknown }).CSS ??= { escape: (text: string) => text.replace(/[^\w-]/g, '\\$&') }; // browsers have it, jsdom has not
  await import('../../shopify/src/vouchers.js');
});

beforeEach(() => {
  asked.length = 0;
  sessionStorage.clear();
  document.documentElement.lang = 'en';
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push({ url: String(url), init });
    const body = answer(String(url), init);
    return { ok: body !== undefined, status: body === undefined ? 500 : 200, json: async () => body, text: async () => String(body) } as Response;
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const words = ['working', 'failed', 'put_in', 'not_usable', 'log_in', 'kept', 'used_up'].map((w) => `<template data-z="${w}">${w}</template>`).join('');
const voucher = (inner: string, attributes = '') => `<div class="shopify-section" id="shopify-section-cart"><zugabe-voucher tabindex="-1" data-api="/apps/zugabe" data-root="/" data-cart='{"currency":"EUR","lines":[]}'
  data-format="{{amount_with_comma_separator}} €" data-cent="1 1" data-code="STAMM20" ${attributes}>${inner}<p data-z="status"></p>${words}
  <template data-z="refused">refused {more}</template><template data-z="not_combinable">not beside {more}</template><template data-z="below_minimum">{money} to go</template><template data-z="article_missing">put {more} in</template></zugabe-voucher></div>`;
const offer = '<a data-z="put" href="/discount/STAMM20">Use</a>';
const applied = '<button type="button" data-z="drop">Do not use it</button>';
const field = '<form data-z="form"><input name="zugabe_code" required><button>Check</button></form>';
const leaving = `${offer}<div role="status" data-z="leaving"></div><template data-z="leave"><div class="zugabe-leaving"><button type="button" data-z="put">Use</button><button type="button" data-z="close">No, thanks</button></div></template>`;

const put = (html: string) => { document.body.innerHTML = html; };
const until = (check: () => void) => vi.waitFor(check, { timeout: 4000, interval: 10 });
const at = <T extends HTMLElement>(selector: string) => document.querySelector(selector) as T;
const click = (name: string) => at(`[data-z="${name}"]`).click();
const status = () => at('p[data-z=status]').textContent;
const posts = (path: string) => asked.filter((a) => a.url === path && a.init?.method === 'POST').map((a) => JSON.parse(String(a.init!.body)));
const enter = (code: string) => { at<HTMLInputElement>('[name=zugabe_code]').value = code; at<HTMLFormElement>('form').requestSubmit(); };

// host plays the shop's cart: codes in it, and which of them it takes.
const host = (start: string[], takes: (code: string) => boolean, more: (url: string) => unknown = () => undefined) => {
  let codes = start;
  const cart = () => ({ discount_codes: codes.map((code) => ({ code, applicable: takes(code) })) });
  answer = (url, init) => {
    if (url === '/cart.js') return cart();
    if (url !== '/cart/update.js') return more(url);
    codes = JSON.parse(String(init!.body)).discount.split(',').filter(Boolean);
    return cart();
  };
};

// covers: S2-05
test('one click puts the voucher into the cart without a reload, other codes stay, and the focus is on the way back', async () => {
  host(['SUMMER', 'OLD'], (c) => c !== 'OLD', () => voucher(applied));
  put(voucher(offer));
  expect(asked).toEqual([]);
  click('put');
  click('put');
  await until(() => expect(at('[data-z=drop]')).not.toBeNull());
  expect(posts('/cart/update.js')).toEqual([{ discount: 'SUMMER,STAMM20' }]);
  expect(status()).toBe('put_in');
  expect(document.activeElement).toBe(at('[data-z=drop]'));
});

test('a voucher that the shop does not take is taken out again, and the others stay', async () => {
  host(['SUMMER'], (c) => c === 'SUMMER');
  put(voucher(offer));
  click('put');
  await until(() => expect(status()).toBe('refused STAMM20'));
  expect(posts('/cart/update.js').map((p) => p.discount)).toEqual(['SUMMER,STAMM20', 'SUMMER']);
});

// covers: S2-05
test('a voucher that applies itself does so once, and never again after the shopper took it out', async () => {
  host([], () => true, () => voucher(applied));
  put(voucher(offer, 'data-apply="1"'));
  await until(() => expect(at('[data-z=drop]')).not.toBeNull());
  answer = ((usual) => (url: string, init?: RequestInit) => (url.startsWith('http') ? voucher(offer, 'data-apply="1"') : usual(url, init)))(answer);
  click('drop');
  await until(() => expect(at('[data-z=put]')).not.toBeNull());
  expect(posts('/cart/update.js').map((p) => p.discount)).toEqual(['STAMM20', '']);
  put(voucher(offer, 'data-apply="1"'));
  expect(posts('/cart/update.js').length).toBe(2);
});

test('what a control of the theme took out does not come back by itself', () => {
  put(voucher(applied) + '<form id="theme"><button name="remove" value="stamm20">x</button></form>');
  at('#theme').addEventListener('submit', (event) => event.preventDefault());
  at('#theme button').click();
  host([], () => true);
  put(voucher(offer, 'data-apply="1"'));
  expect(asked).toEqual([]);
});

// covers: S0-17, S0-13
test('a typed code goes into the cart if the shop takes it; if not, the app says why and the cart is as before', async () => {
  host(['SUMMER'], (c) => c !== 'VONMEIER', (url) => (url === '/apps/zugabe/vouchers/check' ? { ok: false, why: [{ code: 'below_minimum', need: 2000, have: 1660 }] } : voucher(field + applied)));
  put(voucher(field, 'data-customer="1"'));
  enter(' VONMEIER ');
  expect(status()).toBe('working');
  await until(() => expect(status()).toBe('3,40 € to go'));
  expect(posts('/apps/zugabe/vouchers/check')).toEqual([{ code: 'VONMEIER', cart: { currency: 'EUR', lines: [], codes: [{ code: 'SUMMER' }] } }]);
  expect(posts('/cart/update.js').map((p) => p.discount)).toEqual(['SUMMER,VONMEIER', 'SUMMER']);
  enter('GOOD');
  await until(() => expect(at('[data-z=drop]')).not.toBeNull());
  expect(status()).toBe('put_in');
});

test('a code that pushes another one out is refused: the shopper decides, not the order of typing', async () => {
  let both = false;
  host(['SUMMER'], (c) => c !== 'SUMMER' || !both, () => ({ ok: false, why: [] }));
  const usual = answer;
  answer = (url, init) => { both = url === '/cart/update.js' && String(init!.body).includes('ALONE'); return usual(url, init); };
  put(voucher(field, 'data-customer="1"'));
  enter('ALONE');
  await until(() => expect(status()).toBe('not_usable'));
  expect(posts('/cart/update.js').at(-1)).toEqual({ discount: 'SUMMER' });
});

// covers: N-06
test('a code that the shop refuses beside another discount is named with it, typed or put in by one click', async () => {
  const why = { ok: false, why: [{ code: 'not_combinable', params: { code: 'SUMMER', side: 'both' } }] };
  host(['SUMMER'], (c) => c === 'SUMMER', () => why);
  put(voucher(offer + field, 'data-customer="1"').replace('"lines":[]', '"lines":[],"codes":[{"code":"Winter sale"}]'));
  enter('VONMEIER');
  await until(() => expect(status()).toBe('not beside SUMMER'));
  expect(posts('/apps/zugabe/vouchers/check')[0].cart.codes).toEqual([{ code: 'Winter sale' }, { code: 'SUMMER' }]);
  expect(posts('/cart/update.js').at(-1)).toEqual({ discount: 'SUMMER' });
  at('p[data-z=status]').textContent = '';
  click('put');
  await until(() => expect(status()).toBe('not beside SUMMER'));
  why.why = [{ code: 'class_taken', params: { code: 'OTHER', side: '' } }];
  click('put');
  await until(() => expect(status()).toBe('not beside OTHER'));
});

// covers: S0-13
test('a code for customers only waits in the cart of a guest', async () => {
  host([], () => false, () => ({ ok: true }));
  put(voucher(field));
  enter('VONMEIER');
  await until(() => expect(status()).toBe('log_in'));
  expect(posts('/cart/update.js')).toEqual([{ discount: 'VONMEIER' }]);
});

test('reasons are text, unknown ones neutral, and a lost answer says so and can be repeated', async () => {
  const title = '<img src=x onerror="window.__xss=1">';
  host([], () => false, () => ({ ok: false, why: [{ code: 'article_missing', params: { title } }] }));
  put(voucher(field, 'data-customer="1"'));
  enter('A');
  await until(() => expect(status()).toBe(`put ${title} in`));
  expect(at('p[data-z=status] img')).toBeNull();
  host([], () => false, () => ({ ok: false, why: [{ code: 'x"] , b' }] }));
  enter('B');
  await until(() => expect(status()).toBe('not_usable'));
  answer = () => undefined;
  enter('C');
  await until(() => expect(status()).toBe('failed'));
  expect(at('form button').getAttribute('aria-busy')).toBeNull();
});

const leave = (clientY = -1) => document.documentElement.dispatchEvent(new MouseEvent('mouseleave', { clientY }));
const away = (hidden: boolean) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
};
const notice = () => document.querySelector('.zugabe-leaving');
const press = (key: string) => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));

// covers: S2-21
test('who goes to the bar with the tabs sees the voucher once in this tab, and Escape closes it', () => {
  put(voucher(leaving));
  leave(300); // out at the side
  expect(notice()).toBeNull();
  leave();
  expect(at('[role=status][data-z=leaving]').contains(notice())).toBe(true); // added to a live region, so that it is read out
  expect(document.activeElement).toBe(document.body); // and takes no focus
  press('Escape');
  expect(notice()).toBeNull();
  leave();
  expect(notice()).toBeNull();
  put(voucher(leaving)); // the next page
  leave();
  expect(notice()).toBeNull();
  expect(asked).toEqual([]);
});

// covers: S2-21
test('on a phone it waits for who comes back from another tab; focus in it is not lost', () => {
  put(voucher(leaving));
  away(false);
  expect(notice()).toBeNull();
  away(true);
  expect(notice()).toBeNull();
  away(false);
  expect(notice()).not.toBeNull();
  at('[data-z=close]').focus();
  at('[data-z=close]').click();
  expect(notice()).toBeNull();
  expect(document.activeElement).toBe(at('zugabe-voucher'));
});

test('it does not come while something is typed, nor where the voucher counts already', () => {
  put(voucher(leaving + field));
  at('[name=zugabe_code]').focus();
  leave();
  expect(notice()).toBeNull();
  at('[name=zugabe_code]').blur();
  leave();
  expect(notice()).not.toBeNull();
  sessionStorage.clear();
  put(voucher(applied));
  leave();
  expect(notice()).toBeNull();
});

// covers: S2-21
test('the voucher can be used out of the notice', async () => {
  host([], () => true, () => voucher(applied));
  put(voucher(leaving));
  leave();
  at('.zugabe-leaving [data-z=put]').click();
  await until(() => expect(at('[data-z=drop]')).not.toBeNull());
  expect(notice()).toBeNull();
  expect(posts('/cart/update.js')).toEqual([{ discount: 'STAMM20' }]);
});

test('a browser without storage forgets, and nothing breaks', () => {
  const broken = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('blocked'); });
  const also = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('blocked'); });
  put(voucher(leaving));
  leave();
  expect(notice()).not.toBeNull();
  broken.mockRestore();
  also.mockRestore();
});

// eyes stands in for the browser's: look() brings into view what is watched.
const eyes = () => {
  const watched: (() => void)[] = [];
  vi.stubGlobal('IntersectionObserver', class {
    constructor(private found: (at: { isIntersecting: boolean }[]) => void) {}
    observe() { this.found([{ isIntersecting: false }]); watched.push(() => this.found([{ isIntersecting: true }])); }
    disconnect() { this.found = () => {}; }
  });
  return () => watched.forEach((see) => see());
};

// covers: S2-16
test('that a voucher came into view is told once in a tab, when the shopper acts and not before', async () => {
  const look = eyes();
  const act = () => document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  host(['SUMMER'], () => true, () => null);
  put(voucher(offer, 'data-shown="11"') + '<zugabe-offers data-api="/apps/zugabe" data-shown="11 12"></zugabe-offers>');
  act();
  look();
  look();
  expect(asked).toEqual([]);
  expect(sessionStorage.length).toBe(0);
  act();
  act();
  await until(() => expect(posts('/apps/zugabe/vouchers/shown')).toEqual([{ vouchers: ['11'] }, { vouchers: ['12'] }]));
  put('<zugabe-offers data-api="/apps/zugabe" data-shown="11 12"></zugabe-offers>' + voucher(offer, 'data-shown="13"'));
  look();
  act();
  await until(() => expect(posts('/apps/zugabe/vouchers/shown').slice(2)).toEqual([{ vouchers: ['13'] }]));
  put(voucher(applied));
  look();
  act();
  expect(asked.length).toBe(3);
});

const letter = `<zugabe-newsletter data-api="/apps/zugabe"><form method="post" action="/apps/zugabe/newsletter"><input type="hidden" name="locale" value="de"><input name="website"><input name="email" value="eva@example.com"><button>Go</button></form>
  <p data-z="status" role="status" tabindex="-1"></p><template data-z="sent">sent</template><template data-z="failed">failed</template></zugabe-newsletter>`;

// covers: S2-06
test('a newsletter sign-up is sent once and says what comes next; a failed one can be repeated', async () => {
  answer = () => undefined;
  put(letter);
  at<HTMLFormElement>('form').requestSubmit();
  await until(() => expect(status()).toBe('failed'));
  expect(at('form').hidden).toBe(false);
  answer = () => ({ state: 'sent' });
  at<HTMLFormElement>('form').requestSubmit();
  at<HTMLFormElement>('form').requestSubmit();
  await until(() => expect(status()).toBe('sent'));
  expect(at('form').hidden).toBe(true);
  expect(document.activeElement).toBe(at('p[data-z=status]'));
  expect(posts('/apps/zugabe/newsletter')).toEqual(Array(2).fill({ locale: 'de', website: '', email: 'eva@example.com' }));
});

test('elements whose parts are missing break nothing', () => {
  put('<zugabe-voucher></zugabe-voucher>');
  press('Escape');
  leave();
  at('zugabe-voucher').click();
  at('zugabe-voucher').remove();
});
