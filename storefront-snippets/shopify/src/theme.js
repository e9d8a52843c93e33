// The page has everything without this script except using points, the list of what
// happened, and following the chosen variant. It stores nothing and asks nobody
// before the shopper acts; only who comes through a partner's link or storefront is noted.
import { InCart, ask, busy, counted, define, find, group, money, pause, post, say, words } from './page.js';

const inAddress = encodeURIComponent;

// the balance of this moment, wherever the page shows one
const fresh = async (root) => {
  const have = await ask(root, '/balance');
  if (have.member === false) return;
  for (const at of document.querySelectorAll('.zugabe-balance')) {
    at.querySelector('strong').textContent = counted(at, have.points);
    const worth = at.querySelector('.zugabe-worth');
    if (!worth) continue;
    worth.hidden = !have.minor;
    worth.textContent = words(at, 'worth', { money: money(have.minor, at.dataset) });
  }
  for (const at of document.querySelectorAll('.zugabe-pending')) {
    at.hidden = !have.pending;
    at.firstElementChild.textContent = counted(at, have.pending);
  }
  for (const tab of document.querySelectorAll('zugabe-launcher:not(.zugabe-launcher--gift) [data-z="tab"]')) tab.textContent = counted(tab.closest('zugabe-launcher').querySelector('.zugabe-balance'), have.points);
};
class Product extends HTMLElement {
  connectedCallback() {
    const numbers = (text) => text.split(' ').map(Number);
    this.rules = JSON.parse(this.dataset.rules);
    this.cent = numbers(this.dataset.cent);
    this.factor = numbers(this.dataset.factor);
    this.prices = new Map(this.dataset.prices.trim().split(' ').map((p) => p.split(':')));
    this.follow = (event) => {
      const form = event.target.form;
      if (!form) return;
      const data = new FormData(form);
      if (this.prices.has(data.get('id'))) this.tell(this.points(Number(this.prices.get(data.get('id'))), Math.max(1, Math.floor(data.get('quantity')) || 1)));
    };
    document.addEventListener('input', this.follow);
    document.addEventListener('change', this.follow);
  }

  disconnectedCallback() {
    document.removeEventListener('input', this.follow);
    document.removeEventListener('change', this.follow);
  }

  // the same whole numbers as in the page and in the app
  points(price, quantity) {
    const minor = Math.floor(price * quantity * this.cent[1] / this.cent[0]);
    let sum = 0;
    for (const r of this.rules) {
      const net = Math.floor((minor * r.n * 2 + r.d) / (2 * r.d));
      if (net <= 0 || net < r.m) continue;
      let p = r.p;
      if (r.k === 'per_amount') p = Math.floor((net * r.p + { half_up: r.per / 2, ceiling: r.per - 1, floor: 0 }[r.r]) / r.per);
      else if (r.k !== 'per_order') p *= quantity;
      sum += p + Math.max(0, ...r.x.filter((x) => net >= x[2]).map((x) => Math.floor(p * x[0] / x[1]) - p));
    }
    return Math.floor(sum * this.factor[0] / this.factor[1]);
  }

  tell(n) {
    const at = find(this, 'say');
    at.hidden = n === 0;
    at.textContent = counted(this, n);
  }
}

class Cart extends InCart {
  connectedCallback() {
    this.keys ||= new Map();
    this.onclick = (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      if (button.dataset.z === 'use') busy(this, button, () => this.use());
      if (button.dataset.z === 'remove') busy(this, button, () => this.remove_(button.dataset.code));
    };
    this.onchange = (event) => { if (event.target.dataset.z === 'points') find(this, 'then').textContent = event.target.selectedOptions[0].dataset.then; };
  }

  async use() {
    say(this, 'working');
    const { subtotal, eligible, currency } = this.querySelector('.zugabe-control').dataset;
    const points = Number(find(this, 'points').value);
    const cart = { subtotal_minor: Number(subtotal), eligible_minor: Number(eligible), currency };
    // what the new code will not go with is said once, before any point is used
    const codes = await this.codes();
    if (codes[0] && this.told !== points) {
      const { beside } = await ask(this, '/quote', { cart, codes });
      this.told = beside && points;
      if (beside) return say(this, 'beside', { more: beside.join(', ') });
    }
    // a click that is repeated after a lost answer must not turn points into a second code
    if (!this.keys.has(points)) this.keys.set(points, Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join(''));
    let made = await ask(this, '/redemptions', { points, cart }, { 'Idempotency-Key': this.keys.get(points) });
    for (let i = 0; i < 16 && made.state === 'pending'; i++) {
      await pause(Math.min(3000, 250 * 1.4 ** i));
      made = await ask(this, '/redemptions/' + inAddress(made.id));
    }
    if (made.state === 'pending') return say(this, 'slow');
    this.keys.delete(points);
    if (!made.code) throw new Error(made.state);
    const after = await this.codes((list) => [...list, made.code]);
    const taken = (after.discount_codes || []).some((c) => c.code.toUpperCase() === made.code.toUpperCase() && c.applicable !== false);
    if (taken) await this.again();
    else say(this, 'refused', { more: made.code });
  }

  async remove_(code) {
    await this.codes((list) => list.filter((c) => c !== code));
    const { items } = await ask(this, '/redemptions?limit=50');
    const mine = items.find((r) => r.code === code && r.state === 'active');
    if (mine) await ask(this, `/redemptions/${inAddress(mine.id)}/cancel`, {});
    await this.again(mine ? 'removed' : '');
  }

  async after() {
    const next = document.querySelector('zugabe-cart');
    if (next) await fresh(next).catch(() => {});
  }
}

// a list that is read when it is opened
class Opened extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector('details');
    details?.addEventListener('toggle', () => { if (details.open && !this.read) { this.read = true; this.load().catch(() => { this.read = false; say(this, 'failed'); }); } });
    const more = find(this, 'more');
    more?.addEventListener('click', () => busy(this, more, () => this.load()));
  }
}

class History extends Opened {
  async load() {
    const { items, next } = await ask(this, '/history?limit=20' + (this.next ? '&cursor=' + inAddress(this.next) : ''));
    this.next = next;
    const table = find(this, 'table');
    for (const e of items) {
      const row = table.tBodies[0].insertRow();
      const why = words(this, e.for, { more: e.order || '' }).trim();
      const cells = [new Date(e.occurred_at).toLocaleDateString(this.dataset.lang, { dateStyle: 'medium' }), e.for === 'custom' && e.reason || why, ['\u2212', '', '+'][Math.sign(e.points) + 1] + group(Math.abs(e.points))];
      for (const text of cells) row.insertCell().textContent = text;
      row.lastChild.className = 'zugabe-number';
      if (e.reason && /^(purchase|withdrawn)$/.test(e.for)) {
        const rule = document.createElement('span');
        rule.className = 'zugabe-help';
        rule.textContent = e.reason;
        row.cells[1].append(' ', rule);
      }
    }
    if (table.tBodies[0].rows.length === items.length) fresh(this).catch(() => {});
    table.hidden = table.tBodies[0].rows.length === 0;
    find(this, 'status').textContent = table.hidden ? words(this, 'empty') : '';
    find(this, 'more').hidden = !next;
  }
}

class Order extends Opened {
  async load() {
    const receipt = await ask(this, `/orders/${inAddress(this.dataset.order)}/receipt`);
    for (const rule of receipt.rules.filter((r) => r.points !== 0)) {
      const line = document.createElement('li');
      const kind = rule.rule.includes('+') ? 'campaign' : rule.breakdown?.kind;
        line.textContent = `${rule.name || words(this, 'kind-' + kind) || words(this, 'kind-per_order')}: ${counted(this, rule.points)}`;
      find(this, 'list').append(line);
    }
    find(this, 'status').textContent = receipt.points ? counted(this, receipt.points) : words(this, 'failed');
    fresh(this).catch(() => {});
  }
}

class Referral extends HTMLElement {
  connectedCallback() {
    const show = find(this, 'show');
    const address = find(this, 'address');
    show?.addEventListener('click', () => busy(this, show, async () => {
      const mine = await ask(this, '/referral');
      address.value = this.dataset.shop.replace(/\/$/, '') + '/?ref=' + inAddress(mine.code);
      find(this, 'link').hidden = false;
      show.hidden = true;
      say(this, 'counts', { points: mine.rewarded, more: mine.waiting });
      address.select();
    }));
    find(this, 'copy')?.addEventListener('click', async () => {
      address.select();
      try { await navigator.clipboard.writeText(address.value); say(this, 'copied'); } catch (_) { /* it is selected */ }
    });
  }
}

class Launcher extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector('details');
    this.close = (event) => {
      if (!details.open || (event.type === 'click' ? this.contains(event.target) : event.key !== 'Escape')) return;
      details.open = false;
      if (event.key) details.querySelector('summary').focus();
    };
    document.addEventListener('click', this.close);
    document.addEventListener('keydown', this.close);
    if (this.dataset.customer) details.addEventListener('toggle', () => { if (details.open) fresh(this).catch(() => {}); });
    this.friend();
  }

  disconnectedCallback() {
    document.removeEventListener('click', this.close);
    document.removeEventListener('keydown', this.close);
  }

  friend() {
    const offer = find(this, 'friend');
    if (!offer) return;
    const claim = (code) => ask(this, '/referral/claim', { code }).then(() => { offer.hidden = true; say(this, 'accepted'); });
    let code = new URLSearchParams(location.search).get('ref') || '';
    if (this.dataset.customer) {
      // accepted before, as a guest
      try { const kept = localStorage.getItem('zugabe-ref'); if (kept) { localStorage.removeItem('zugabe-ref'); claim(kept).catch(() => {}); code = ''; } } catch (_) { /* no storage */ }
    }
    if (!/^[\w-]{1,40}$/.test(code)) return;
    offer.hidden = false;
    this.classList.add('zugabe-launcher--gift');
    this.querySelector('summary').textContent = words(this, 'gift');
    const accept = find(this, 'accept');
    accept.addEventListener('click', () => busy(this, accept, async () => {
      if (this.dataset.customer) return claim(code);
      localStorage.setItem('zugabe-ref', code);
      location.assign(this.dataset.login);
    }));
  }
}

// A visit by a partner's link (?via=CODE) or storefront (?p=NAME, or a name below the
// partners' domain) is counted once in a tab; nobody is recognised. The code of a
// storefront waits in the cart, as that of a link does, and the host keeps with the cart
// through whose storefront it came (S0-12). v says that the app has counted it.
class Visit extends HTMLElement {
  connectedCallback() {
    const { domain, root } = this.dataset;
    const at = new URL(location.href);
    const code = at.searchParams.get('via') || '';
    const named = at.searchParams.get('p') || '';
    const host = named || (domain && at.hostname.endsWith('.' + domain) ? at.hostname : '');
    const counted = at.searchParams.has('v');
    if (code || named) {
      for (const one of ['via', 'p', 'v']) at.searchParams.delete(one);
      history.replaceState(history.state, '', at);
    }
    const by = code || host;
    if (!/^[\p{L}\p{N}_.-]{1,60}$/u.test(by)) return;
    try { if (sessionStorage.getItem('zugabe-via') === by) return; sessionStorage.setItem('zugabe-via', by); } catch (_) { /* no storage */ }
    const home = root.replace(/\/$/, '');
    const note = (storefront) => storefront && fetch(home + '/cart/update.js', post({ attributes: { storefront } }));
    if (counted) return void note(by).catch(() => {});
    ask(this, '/partners/visit', code ? { code } : { host }).then(async (said) => {
      await note(said.storefront);
      if (host && !code && said.code) await fetch(`${home}/discount/${inAddress(said.code)}?redirect=/cart.js`);
    }).catch(() => {});
  }
}

define({ visit: Visit, product: Product, cart: Cart, history: History, order: Order, referral: Referral, launcher: Launcher });
