// What both scripts of the theme share.
export const find = (root, name) => root.querySelector(`[data-z="${name}"]:not(template)`);
export const words = (root, name, values = {}) => {
  const t = root.querySelector(`template[data-z="${name}"]`);
  return t ? t.content.textContent.trim().replace(/\{(\w+)\}/g, (all, k) => (Object.hasOwn(values, k) ? values[k] : all)) : '';
};
export const group = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
export const counted = (root, n) => words(root, new Intl.PluralRules(document.documentElement.lang || 'en').select(n), { points: group(n) }) || words(root, 'other', { points: group(n) });
export const say = (root, name, values) => { const at = find(root, 'status'); if (at) at.textContent = words(root, name, values); };
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export const post = (body, headers) => ({ method: 'POST', keepalive: true, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } });
// the app, through the shop's own address
export const ask = async (root, path, body, headers) => {
  const answer = await fetch(root.dataset.api + path, body ? post(body, { 'X-Zugabe-Request': '1', ...headers }) : {});
  if (!answer.ok) throw Object.assign(new Error(answer.status), await answer.json().catch(() => 0));
  return answer.status === 204 ? null : answer.json();
};
// minor units in the shop's own format
export const money = (minor, { format, cent }) => format.replace(/\{\{\s*(\w+)\s*\}\}/, (_, kind) => {
  const [num, den] = cent.split(' ');
  const [apart, point] = /period_and/.test(kind) ? [' ', '.'] : /comma/.test(kind) ? ['.', ','] : /apostrophe/.test(kind) ? ["'", '.'] : /space/.test(kind) ? [' ', ','] : [',', '.'];
  const [whole, rest] = (minor * num / den / 100).toFixed(/no_decimals/.test(kind) ? 0 : 2).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, apart) + (rest ? point + rest : '');
});
export const busy = async (root, button, work) => {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try { await work(); } catch (no) { say(root, no.code === 'confirm_by_mail' ? 'mail_' + no.numbers.mail : 'failed'); } finally { button.removeAttribute('aria-busy'); }
};

// the codes in the cart and the page around it
export class InCart extends HTMLElement {
  // the codes, or changes them; other discounts stay
  async codes(change) {
    const root = this.dataset.root.replace(/\/$/, '');
    const cart = await (await fetch(root + '/cart.js')).json();
    const now = (cart.discount_codes || []).filter((c) => c.applicable !== false).map((c) => c.code);
    if (!change) return now;
    const answer = await fetch(root + '/cart/update.js', post({ discount: change(now).join(',') }));
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  // fills the sections with the cart's new prices, without a reload
  async again(word) {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    for (const section of document.querySelectorAll('.shopify-section')) {
      const fresh = page.getElementById(section.id);
      if (fresh && (section.contains(this) || /cart/.test(section.id))) section.replaceChildren(...fresh.childNodes);
    }
    if (this.isConnected) return location.reload();
    const next = document.querySelector(this.localName);
    if (!next) return;
    await this.after();
    if (word) say(next, word);
    (['remove', 'points', 'drop', 'put'].map((name) => find(next, name)).find(Boolean) || next).focus();
    document.dispatchEvent(new CustomEvent('zugabe:cart', { bubbles: true }));
  }

  async after() {}
}

export const define = (all) => { for (const name of Object.keys(all)) if (!customElements.get('zugabe-' + name)) customElements.define('zugabe-' + name, all[name]); };
