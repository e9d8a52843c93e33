// Vouchers in the cart and the newsletter form. Both work without this script, but for
// the field for codes. It asks nobody before the shopper acts; what goes into the cart
// by itself is between the page and the shop.
import { InCart, ask, busy, define, find, money, say } from './page.js';

// what the shopper chose about the voucher in this tab; a browser without storage forgets it
const keep = { get: (k) => { try { return sessionStorage.getItem(k); } catch (_) { return null; } }, set: (k, v) => { try { sessionStorage.setItem(k, v); } catch (_) { /* no storage */ } } };

// That vouchers came into view is told once in a tab, and not by whom: the merchant's
// report counts it. It is told with the shopper's next click or key: before somebody
// acts, the page asks nobody and keeps nothing.
const seen = (root) => {
  if (!root.dataset.shown) return;
  const acts = ['pointerdown', 'keydown'];
  const tell = () => {
    acts.forEach((act) => removeEventListener(act, tell, true));
    const before = (keep.get('zugabe-seen') || '').split(' ');
    const fresh = root.dataset.shown.split(' ').filter((id) => !before.includes(id));
    if (!fresh.length) return;
    keep.set('zugabe-seen', [...before, ...fresh].join(' '));
    ask(root, '/vouchers/shown', { vouchers: fresh }).catch(() => {});
  };
  const eye = new IntersectionObserver((found) => {
    if (!found.some((at) => at.isIntersecting)) return;
    eye.disconnect();
    acts.forEach((act) => addEventListener(act, tell, true));
  });
  eye.observe(root);
};

class Offers extends HTMLElement {
  connectedCallback() { seen(this); }
}

class Voucher extends InCart {
  connectedCallback() {
    const code = this.dataset.code;
    seen(this);
    const form = find(this, 'form');
    if (form) {
      form.onsubmit = (event) => {
        event.preventDefault();
        const typed = form.elements.zugabe_code.value.trim();
        if (typed) busy(this, form.querySelector('button'), () => this.enter(typed));
      };
    }
    this.onclick = (event) => {
      const at = event.target.closest('[data-z]');
      if (at?.dataset.z === 'put') { event.preventDefault(); busy(this, at, () => this.put(code)); }
      if (at?.dataset.z === 'drop') busy(this, at, () => { keep.set('zugabe-no', code); return this.codes((list) => list.filter((c) => c.toUpperCase() !== code.toUpperCase())).then(() => this.again()); });
      if (at?.dataset.z === 'close') this.quiet();
    };
    // taken out by a control of the theme: it must not come back by itself
    this.out = (event) => { if (code && event.submitter?.value?.toUpperCase() === code.toUpperCase()) keep.set('zugabe-no', code); };
    document.addEventListener('submit', this.out);
    this.box = find(this, 'leaving');
    this.leave = (event) => { if (event.clientY <= 0) this.remind(); };
    this.seen = () => { if (document.hidden) this.went = true; else if (this.went) this.remind(); };
    this.esc = (event) => { if (event.key === 'Escape') this.quiet(); };
    if (this.box && keep.get('zugabe-left') !== code) {
      document.documentElement.addEventListener('mouseleave', this.leave);
      document.addEventListener('visibilitychange', this.seen);
    }
    if (this.dataset.apply && keep.get('zugabe-no') !== code) this.put(code).catch(() => {});
  }

  disconnectedCallback() {
    document.removeEventListener('submit', this.out);
    this.deaf();
  }

  deaf() {
    document.documentElement.removeEventListener('mouseleave', this.leave);
    document.removeEventListener('visibilitychange', this.seen);
    document.removeEventListener('keydown', this.esc);
  }

  // Once in this tab: the pointer goes to the bar with the tabs, or, on a phone, somebody
  // comes back from another one. Not while something is typed: it would be in the way.
  remind() {
    if (document.activeElement?.matches('input, textarea, select')) return;
    this.deaf();
    keep.set('zugabe-left', this.dataset.code);
    document.addEventListener('keydown', this.esc);
    this.box.append(this.querySelector('template[data-z="leave"]').content.cloneNode(true));
  }

  quiet() {
    if (!this.box?.hasChildNodes()) return;
    const inside = this.box.contains(document.activeElement);
    this.box.replaceChildren();
    this.deaf();
    if (inside) this.focus();
  }

  taken(cart, code) { return (cart.discount_codes || []).some((c) => c.code.toUpperCase() === code.toUpperCase() && c.applicable !== false); }

  async put(code) {
    let before = [];
    const after = await this.codes((list) => { before = list; return [...list.filter((c) => c !== code), code]; });
    if (this.taken(after, code)) return this.again('put_in');
    await this.codes(() => before);
    this.quiet();
    const why = await this.check(code, before).catch(() => ({}));
    if (this.alone(why)) this.tell(why);
    else say(this, 'refused', { more: code });
  }

  // what the app says of a code beside those that the cart has
  check(code, beside) {
    const cart = JSON.parse(this.dataset.cart);
    return ask(this, '/vouchers/check', { code, cart: { ...cart, codes: [...(cart.codes || []), ...beside.map((one) => ({ code: one }))] } });
  }

  alone({ why = [] }) { return /^(not_combinable|class_taken)$/.test(why[0]?.code); }

  // a typed code: the shop decides, and the app says why not
  async enter(code) {
    say(this, 'working');
    let before = [];
    const after = await this.codes((list) => { before = list; return [...list, code]; });
    if (this.taken(after, code) && !before.some((c) => !this.taken(after, c))) return this.again('put_in');
    const why = await this.check(code, before).catch((e) => { if (e.message < 500) return {}; throw e; });
    if (why.kept || why.ok && !this.dataset.customer) return this.kept(why);
    await this.codes(() => before);
    this.tell(why);
  }

  // it waits in the cart until it counts
  kept(why) {
    this.tell(why.why?.length ? why : { why: [{ code: this.dataset.customer ? 'kept' : 'log_in' }] });
  }

  tell({ why = [] }) {
    const r = why[0] || { code: 'not_usable' };
    if (r.code === 'class_taken') r.code = 'not_combinable';
    const short = Math.abs((r.need || 0) - (r.have || 0));
    const day = (ms) => (ms ? new Date(ms).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }) : '');
    const name = this.querySelector(`template[data-z="${CSS.escape(r.code)}"]`) ? r.code : 'not_usable';
    say(this, name, { money: money(short, this.dataset), more: r.unit === 'ms' ? day(r.code === 'ended' ? r.have : r.need) : r.params?.title || r.params?.code || '' });
  }
}

class Newsletter extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector('form');
    form.onsubmit = (event) => {
      event.preventDefault();
      busy(this, form.querySelector('button'), async () => {
        await ask(this, '/newsletter', Object.fromEntries(new FormData(form)));
        form.hidden = true;
        say(this, 'sent');
        find(this, 'status').focus(); // the button that had it is gone
      });
    };
  }
}

define({ voucher: Voucher, offers: Offers, newsletter: Newsletter });
