import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';

const asked: { url: string; init?: RequestInit }[] = [];
let answer: (url: string, init?: RequestInit) => unknown = () => undefined;
class Refusal { constructor(public code: string, public numbers: object) {} }
const stored = vi.spyOn(Storage.prototype, 'setItem');
const read = vi.spyOn(Storage.prototype, 'getItem');

beforeAll(async () => {
  // a hostile theme: more in every array and object than belongs there (I18)
  Object.defineProperty(Array.prototype, 'last', { value() { return this[this.length - 1]; }, enumerable: true, configurable: true });
  Object.defineProperty(Object.prototype, 'points', { value: 'polluted', enumerable: false, configurable: true });
  await import('../../shopify/src/theme.js');
});

beforeEach(() => {
  asked.length = 0;
  document.documentElement.lang = 'en';
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push({ url: String(url), init });
    const body = answer(String(url), init);
    if (body instanceof Refusal) return { ok: false, status: 403, json: async () => body } as Response;
    return { ok: body !== undefined, status: body === undefined ? 500 : 200, json: async () => body, text: async () => String(body) } as Response;
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const put = (html: string) => { document.body.innerHTML = html; };
const until = (check: () => void) => vi.waitFor(check, { timeout: 4000, interval: 10 });
const forms = '<template data-z="one">{points} point</template><template data-z="other">{points} points</template>';
const product = (rules: unknown) => `<zugabe-product data-rules='${JSON.stringify(rules)}' data-cent="1 1" data-factor="1 1" data-prices="11:1190 12:2380 "><span data-z="say">first</span>${forms}</zugabe-product>`;
const form = '<form><input name="id" value="11"><input name="quantity" value="1"></form>';
const set = (name: string, value: string) => {
  const field = document.querySelector(`[name=${name}]`) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
};
const said = () => Array.from(document.querySelectorAll('[data-z=say]'), (e) => e.textContent);

// covers: S4-12
test('points follow variant and quantity, in every copy on the page', () => {
  const rules = [{ k: 'per_amount', p: 1, per: 100, n: 100, d: 119, r: 'floor', m: 0, x: [[2, 1, 5000]] }, { k: 'per_order', p: 3, per: 1, n: 1, d: 1, r: 'floor', m: 2000, x: [] }];
  put(form + product(rules) + product(rules));
  set('quantity', '2');
  expect(said()).toEqual(['23 points', '23 points']); // 20 + 3 for an order over 20.00
  set('id', '12');
  expect(said()).toEqual(['43 points', '43 points']);
  set('quantity', '3'); // 60.00 net: doubled from 50.00
  expect(said()).toEqual(['123 points', '123 points']);
  set('quantity', '120');
  expect(said()[0]).toBe('4\u202f803 points');
  expect(asked).toEqual([]);
});

test('a form that sells something else changes nothing', () => {
  put('<form><input name="id" value="99"></form>' + product([]));
  set('id', '98');
  expect(said()).toEqual(['first']);
});

const cart = `<div class="shopify-section" id="shopify-section-cart"><zugabe-cart data-api="/apps/zugabe" data-root="/">
  <p class="zugabe-balance" data-format="{{amount_with_comma_separator}} €" data-cent="1 1"><strong>250 points</strong> <span class="zugabe-worth">2.50</span><template data-z="worth">worth {money}</template>${forms}</p>
  <div class="zugabe-control" data-subtotal="2000" data-eligible="2000" data-currency="EUR">
    <select data-z="points"><option value="200" data-then="18.00">200</option><option value="100" data-then="19.00">100</option></select>
    <button type="button" data-z="use">Use</button><output data-z="then">18.00</output></div>
  <p data-z="status"></p>${forms}
  <template data-z="working">working</template><template data-z="failed">failed</template><template data-z="refused">refused {more}</template><template data-z="removed">back</template><template data-z="beside">not with {more}</template><template data-z="mail_sent">read your mail</template><template data-z="mail_none">no address</template>
</zugabe-cart></div>`;
const used = cart.replace(/<div class="zugabe-control"[\s\S]*?<\/div>/, '<button type="button" data-z="remove" data-code="ABCD-EFGHJ-KLMNP">Keep</button>');
const click = (name: string) => (document.querySelector(`[data-z="${name}"]`) as HTMLElement).click();
const post = (path: string) => asked.filter((a) => a.url === path && a.init?.method === 'POST');

// covers: G19
test('beyond the shop\'s limit the words say what became of the mail, and the same key goes on afterwards', async () => {
  const said = () => document.querySelector('[data-z=status]')!.textContent;
  let refusal: Refusal | undefined = new Refusal('confirm_by_mail', { mail: 'sent', points: 200 });
  answer = (url) => {
    if (url === '/apps/zugabe/redemptions') return refusal ?? { id: 'r1', state: 'active', code: 'ABCD-EFGHJ-KLMNP' };
    return url === '/cart.js' || url === '/cart/update.js' ? { discount_codes: [] } : used;
  };
  put(cart);
  click('use');
  await until(() => expect(said()).toBe('read your mail'));
  refusal = new Refusal('confirm_by_mail', { mail: 'none' });
  click('use');
  await until(() => expect(said()).toBe('no address'));
  refusal = new Refusal('blocked', {});
  click('use');
  await until(() => expect(said()).toBe('failed'));
  refusal = undefined;
  click('use');
  await until(() => expect(post('/cart/update.js').length).toBe(1));
  const keys = post('/apps/zugabe/redemptions').map((a) => (a.init!.headers as Record<string, string>)['Idempotency-Key']);
  expect(keys.length).toBe(4);
  expect(new Set(keys).size).toBe(1);
});

// covers: S4-14
test('points become a code in the cart without a reload, and other codes stay', async () => {
  let polls = 0;
  answer = (url, init) => {
    if (url === '/apps/zugabe/redemptions') return { id: 'r1', state: 'pending' };
    if (url === '/apps/zugabe/redemptions/r1') return polls++ ? { id: 'r1', state: 'active', code: 'ABCD-EFGHJ-KLMNP' } : { id: 'r1', state: 'pending' };
    if (url === '/cart.js') return { discount_codes: [{ code: 'SUMMER', applicable: true }, { code: 'OLD', applicable: false }] };
    if (url === '/cart/update.js') return { discount_codes: JSON.parse(String(init!.body)).discount.split(',').map((code: string) => ({ code, applicable: true })) };
    if (url === '/apps/zugabe/balance') return { points: 50, minor: 123450 };
    return used;
  };
  put(cart);
  expect(asked).toEqual([]);
  click('use');
  click('use');
  await until(() => expect(document.querySelector('[data-z=remove]')).not.toBeNull());
  expect(post('/apps/zugabe/redemptions').length).toBe(1);
  const sent = post('/apps/zugabe/redemptions')[0].init!;
  expect(JSON.parse(String(sent.body))).toEqual({ points: 200, cart: { subtotal_minor: 2000, eligible_minor: 2000, currency: 'EUR' } });
  expect((sent.headers as Record<string, string>)['X-Zugabe-Request']).toBe('1');
  expect(JSON.parse(String(post('/cart/update.js')[0].init!.body))).toEqual({ discount: 'SUMMER,ABCD-EFGHJ-KLMNP' });
  expect(document.querySelector('.zugabe-balance')!.textContent!.trim()).toBe('50 points worth 1.234,50 €');
  expect(document.activeElement!.getAttribute('data-z')).toBe('remove');
});

// covers: N-06
test('codes that points do not go with are named before any point is used, once', async () => {
  answer = (url, init) => {
    if (url === '/cart.js') return { discount_codes: [{ code: 'SUMMER', applicable: true }, { code: 'OLD', applicable: false }] };
    if (url === '/apps/zugabe/quote') return { max: 200, beside: JSON.parse(String(init!.body)).codes };
    if (url === '/apps/zugabe/redemptions') return { id: 'r1', state: 'active', code: 'ABCD-EFGHJ-KLMNP' };
    return { discount_codes: [{ code: 'ABCD-EFGHJ-KLMNP', applicable: false }] };
  };
  put(cart);
  const status = () => document.querySelector('[data-z=status]')!.textContent;
  click('use');
  await until(() => expect(status()).toBe('not with SUMMER'));
  expect(post('/apps/zugabe/redemptions').length).toBe(0);
  click('use');
  await until(() => expect(status()).toBe('refused ABCD-EFGHJ-KLMNP'));
  expect(post('/apps/zugabe/redemptions').length).toBe(1);
  expect(post('/apps/zugabe/quote').length).toBe(1);
});

test('a repeated click after a lost answer carries the same key', async () => {
  answer = (url) => (url === '/cart.js' ? {} : undefined);
  put(cart);
  const status = () => document.querySelector('[data-z=status]')!.textContent;
  click('use');
  await until(() => expect(status()).toBe('failed'));
  click('use');
  await until(() => expect(post('/apps/zugabe/redemptions').length).toBe(2));
  const keys = post('/apps/zugabe/redemptions').map((a) => (a.init!.headers as Record<string, string>)['Idempotency-Key']);
  expect(keys[0]).toBe(keys[1]);
});

test('a code that the cart does not take is shown: it stays valid', async () => {
  answer = (url) => {
    if (url === '/apps/zugabe/redemptions') return { id: 'r1', state: 'active', code: 'ABCD-EFGHJ-KLMNP' };
    return { discount_codes: [{ code: 'ABCD-EFGHJ-KLMNP', applicable: false }] };
  };
  put(cart);
  click('use');
  await until(() => expect(document.querySelector('[data-z=status]')!.textContent).toBe('refused ABCD-EFGHJ-KLMNP'));
});

test('keeping the points takes the code out and cancels it', async () => {
  answer = (url) => {
    if (url === '/cart.js') return { discount_codes: [{ code: 'ABCD-EFGHJ-KLMNP', applicable: true }] };
    if (url.startsWith('/apps/zugabe/redemptions?')) return { items: [{ id: 'r9', code: 'ABCD-EFGHJ-KLMNP', state: 'active' }] };
    if (url === '/apps/zugabe/balance') return { points: 250 };
    if (url.startsWith('http')) return cart;
    return { discount_codes: [] };
  };
  put(used);
  click('remove');
  await until(() => expect(document.querySelector('[data-z=use]')).not.toBeNull());
  expect(JSON.parse(String(post('/cart/update.js')[0].init!.body))).toEqual({ discount: '' });
  expect(post('/apps/zugabe/redemptions/r9/cancel').length).toBe(1);
  expect(document.querySelector('[data-z=status]')!.textContent).toBe('back');
});

const nasty = '<img src=x onerror="window.__xss=1">';

//
test('history is read when it is opened, and a reason is text', async () => {
  answer = (url) => (url.includes('cursor') ? { items: [{ for: 'used', points: -100, occurred_at: 0 }, { for: 'refund', order: '#1', reason: 'Purchase', points: 0, occurred_at: 0 }] } : { items: [{ for: 'purchase', order: '#1', reason: nasty, points: 1250, occurred_at: 1798000000000 }], next: 'c1' });
  put(`<zugabe-history data-api="/apps/zugabe" data-lang="en-DE"><details><summary>s</summary><p data-z="status">loading</p><table data-z="table" hidden><tbody></tbody></table><button data-z="more" hidden>more</button></details>
    <template data-z="used">Used</template><template data-z="purchase">Order {more}</template><template data-z="refund">Refund of order {more}</template><template data-z="failed">failed</template></zugabe-history>`);
  expect(asked).toEqual([]);
  document.querySelector('details')!.open = true;
  const rows = () => Array.from(document.querySelectorAll('td'), (c) => c.textContent);
  await until(() => expect(rows().length).toBe(3));
  expect(rows()).toEqual(['23 Dec 2026', 'Order #1 ' + nasty, '+1\u202f250']);
  expect(document.querySelector('td img')).toBeNull();
  click('more');
  await until(() => expect([...rows().slice(4, 6), ...rows().slice(7)]).toEqual(['Used', '\u2212100', 'Refund of order #1', '0']));
  expect((document.querySelector('[data-z=more]') as HTMLElement).hidden).toBe(true);
});

// covers: S4-15
test('a rule without a name of its own goes by its kind in the receipt of an order', async () => {
  answer = (url) => (url.includes('receipt') ? { points: 13, rules: [{ rule: 'a', name: nasty, points: 10, breakdown: { kind: 'per_amount' } }, { rule: 'b', name: '', points: 2, breakdown: { kind: 'per_unit' } }, { rule: 'b+may', name: '', points: 1, breakdown: { kind: 'per_unit' } }] } : { points: 13, pending: 0, minor: 13 });
  put(`<zugabe-order data-api="/apps/zugabe" data-order="7"><details><summary>s</summary><p data-z="status">loading</p><ul data-z="list"></ul></details>${forms}
    <template data-z="kind-per_unit">Per piece</template><template data-z="kind-campaign">Campaign</template></zugabe-order>`);
  document.querySelector('details')!.open = true;
  const lines = () => Array.from(document.querySelectorAll('li'), (l) => l.textContent);
  await until(() => expect(lines()).toEqual([nasty + ': 10 points', 'Per piece: 2 points', 'Campaign: 1 point']));
  expect(document.querySelector('li img')).toBeNull();
});

test('the launcher asks for a fresh balance when it is opened, not before', async () => {
  answer = () => ({ points: 1170, pending: 1, minor: 1170 });
  put(`<zugabe-launcher data-api="/apps/zugabe" data-customer="1"><details><summary data-z="tab">old</summary>${cart.match(/<p class="zugabe-balance"[\s\S]*?<\/p>/)![0]}
    <p class="zugabe-pending" hidden><span></span>${forms}</p></details></zugabe-launcher>`);
  expect(asked).toEqual([]);
  document.querySelector('details')!.open = true;
  await until(() => expect(document.querySelector('summary')!.textContent).toBe('1\u202f170 points'));
  expect(document.querySelector('.zugabe-worth')!.textContent).toBe('worth 11,70 €');
  expect(document.querySelector('.zugabe-pending')!.textContent).toContain('1 point');
  expect((document.querySelector('.zugabe-pending') as HTMLElement).hidden).toBe(false);
  expect(asked.length).toBe(1);
});

const launcher = (customer: string) => `<zugabe-launcher data-api="/apps/zugabe" data-customer="${customer}" data-login="/account/login"><details><summary>Points</summary>
  <div data-z="friend" hidden><button data-z="accept">Accept</button></div><p data-z="status"></p><template data-z="gift">A gift</template><template data-z="accepted">Noted</template><template data-z="failed">failed</template></details></zugabe-launcher>`;

test('a friend\'s link offers; nothing is stored or asked before the click', async () => {
  history.replaceState(null, '', '/?ref=FRIEND23');
  answer = () => ({});
  put(launcher('1'));
  expect(document.querySelector('summary')!.textContent).toBe('A gift');
  expect(asked).toEqual([]);
  expect(stored).not.toHaveBeenCalled();
  click('accept');
  await until(() => expect(document.querySelector('[data-z=status]')!.textContent).toBe('Noted'));
  expect(JSON.parse(String(post('/apps/zugabe/referral/claim')[0].init!.body))).toEqual({ code: 'FRIEND23' });
  history.replaceState(null, '', '/?ref=%3Cimg%3E');
  read.mockClear();
  put(launcher(''));
  expect(document.querySelector('summary')!.textContent).toBe('Points');
  expect(read).not.toHaveBeenCalled();
  history.replaceState(null, '', '/');
});

test('elements whose parts are missing break nothing', () => {
  put('<zugabe-referral></zugabe-referral><zugabe-history></zugabe-history><zugabe-order></zugabe-order><zugabe-cart></zugabe-cart><zugabe-launcher data-customer=""><details><summary>p</summary></details></zugabe-launcher>');
  document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  document.querySelector('details')!.open = true;
  document.body.click();
  expect(document.querySelector('details')!.open).toBe(false);
});

const visit = (domain = '') => `<zugabe-visit hidden data-api="/apps/zugabe" data-root="/" data-domain="${domain}"></zugabe-visit>`;
const urls = () => asked.map((a) => a.url);

// covers: S0-12
test('a partner\'s storefront is counted once in this tab and noted with the cart; nobody is recognised', async () => {
  answer = (url) => (url === '/apps/zugabe/partners/visit' ? { code: 'VON MEIER', storefront: 'meier' } : {});
  stored.mockClear();
  put(visit());
  expect(asked).toEqual([]);
  expect(stored).not.toHaveBeenCalled();
  history.replaceState(null, '', '/?p=meier&q=1');
  put(visit());
  await until(() => expect(urls()).toEqual(['/apps/zugabe/partners/visit', '/cart/update.js', '/discount/VON%20MEIER?redirect=/cart.js']));
  expect(JSON.parse(String(asked[0].init!.body))).toEqual({ host: 'meier' });
  expect(JSON.parse(String(asked[1].init!.body))).toEqual({ attributes: { storefront: 'meier' } });
  expect(location.search).toBe('?q=1');
  history.replaceState(null, '', '/?p=meier');
  put(visit());
  expect(asked.length).toBe(3);
  history.replaceState(null, '', '/?p=huber&v=1'); // counted by the app on the way here
  put(visit());
  expect(urls().slice(3)).toEqual(['/cart/update.js']);
  for (const odd of ['/?p=%3Cimg%3E', '/?p=' + 'a'.repeat(61), '/?p=', '/?via=']) {
    history.replaceState(null, '', odd);
    put(visit('shop.example'));
  }
  expect(asked.length).toBe(4);
  sessionStorage.clear();
  history.replaceState(null, '', '/');
});

// covers: S0-12
test('a link with a code is noted, and its code, which the host has put in already, is not put in again; nobody\'s is noted nowhere', async () => {
  answer = (url) => (url === '/apps/zugabe/partners/visit' ? { code: 'VONMEIER', storefront: 'meier' } : {});
  history.replaceState(null, '', '/?via=VONMEIER');
  put(visit());
  await until(() => expect(urls()).toEqual(['/apps/zugabe/partners/visit', '/cart/update.js']));
  asked.length = 0;
  answer = () => ({});
  history.replaceState(null, '', '/?p=nobody');
  put(visit());
  await until(() => expect(asked.length).toBe(1));
  await new Promise((done) => setTimeout(done, 20));
  expect(urls()).toEqual(['/apps/zugabe/partners/visit']);
  sessionStorage.clear();
  history.replaceState(null, '', '/');
});
