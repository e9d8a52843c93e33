// Shopify's filters that liquidjs lacks or does differently. `shop` is the
// bridge to Go (shop.date, shop.digest), `now` the page being rendered.
function shopifyFilters(liquidjs, shop, now) {
  'use strict';

  // Liquid knows whole and broken numbers apart; JavaScript does not. A Broken
  // is a number with a decimal point that happens to be whole: 5.0.
  class Broken extends liquidjs.Drop {
    constructor(n) { super(); this.n = n; }
    valueOf() { return this.n; }
    toString() { return Number.isInteger(this.n) ? this.n + '.0' : String(this.n); }
  }
  const number = (v) => {
    if (v instanceof Broken) return v.n;
    if (typeof v === 'number') return v;
    const n = parseFloat(v);
    return Number.isNaN(n) ? 0 : n;
  };
  const isBroken = (v, token) => v instanceof Broken || (typeof v === 'number' && !Number.isInteger(v)) ||
    (typeof v === 'string' && /^\s*-?\d+\.\d/.test(v)) || (token && token.getText && /^-?\d+\.\d/.test(token.getText()));
  // a * b and so on, in whole numbers as long as both are
  const arithmetic = (whole, broken) => function (a, b) {
    const second = this.token && this.token.args && this.token.args[0];
    const x = number(a), y = number(b);
    if (!isBroken(a) && !isBroken(b, second)) return whole(x, y);
    return new Broken(broken(x, y));
  };
  const divide = (x, y) => { if (y === 0) throw new Error('divided by 0'); return Math.floor(x / y); };
  const modulo = (x, y) => { if (y === 0) throw new Error('divided by 0'); return x - y * Math.floor(x / y); };
  const text = (v) => (v === null || v === undefined ? '' : String(v instanceof Broken ? v.toString() : liquidjs.toValue(v)));
  const escape = (v) => text(v).replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);
  const named = (args) => {
    const out = {};
    for (const a of args) if (Array.isArray(a) && a.length === 2) out[a[0]] = a[1];
    return out;
  };
  const attributes = (args) => Object.entries(named(args)).map(([k, v]) => ` ${k}="${escape(v)}"`).join('');

  const group = (digits, mark) => digits.replace(/\B(?=(\d{3})+$)/g, mark);
  const written = (cents, thousands, decimal, places) => {
    const minus = cents < 0 ? '-' : '';
    let n = Math.abs(Math.round(cents));
    if (places === 0) n = Math.round(n / 100) * 100;
    const whole = group(String(Math.floor(n / 100)), thousands);
    return minus + (places === 0 ? whole : whole + decimal + String(n % 100).padStart(2, '0'));
  };
  const formats = {
    amount: (c) => written(c, ',', '.', 2),
    amount_no_decimals: (c) => written(c, ',', '.', 0),
    amount_with_comma_separator: (c) => written(c, '.', ',', 2),
    amount_no_decimals_with_comma_separator: (c) => written(c, '.', ',', 0),
    amount_with_apostrophe_separator: (c) => written(c, "'", '.', 2),
    amount_no_decimals_with_space_separator: (c) => written(c, ' ', ',', 0),
    amount_with_space_separator: (c) => written(c, ' ', ',', 2),
    amount_with_period_and_space_separator: (c) => written(c, ' ', '.', 2),
  };
  const money = (cents, format) => {
    if (cents === null || cents === undefined || cents === '') return '';
    return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name) => (formats[name] ? formats[name](number(cents)) : ''));
  };
  const priced = (cents, format) => (typeof cents === 'object' && cents !== null && 'amount' in cents ? money(number(cents.amount) * 100, format) : money(cents, format));

  const handle = (v) => text(v).toLowerCase().replace(/ä/g, 'a').replace(/ö/g, 'o').replace(/ü/g, 'u').replace(/ß/g, 'ss')
    .normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9_]+/g, '-').replace(/^-+|-+$/g, '');
  const json = (v) => JSON.stringify(v === undefined ? null : v, (k, x) => (x instanceof Broken ? x.n : x))
    .replace(/[<>&\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));

  // The category of a count by CLDR, in the languages that the shop speaks.
  const category = (lang, n) => {
    if (lang === 'pl') {
      if (n === 1) return 'one';
      if (!Number.isInteger(n)) return 'other';
      const ten = n % 10, hundred = n % 100;
      return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 'few' : 'many';
    }
    if (lang === 'da') return n === 1 || (!Number.isInteger(n) && n > 0 && n < 2) ? 'one' : 'other';
    return n === 1 ? 'one' : 'other';
  };
  const dig = (tree, path) => path.split('.').reduce((at, key) => (at && typeof at === 'object' ? at[key] : undefined), tree);
  const plural = (found, lang, count) => {
    if (!found || typeof found !== 'object') return found;
    if (count === undefined) return undefined;
    const n = number(count);
    return (n === 0 ? found.zero : undefined) ?? found[category(lang, n)] ?? found.other;
  };
  function translate(key, ...args) {
    const values = named(args);
    const words = this.liquid.words;
    const lang = now.locale;
    const path = text(key);
    let found = plural(dig(words[lang], path), lang, values.count);
    if (found === undefined) {
      now.problem(`translation missing: ${lang}.${path}`);
      found = plural(dig(words.default, path), 'en', values.count);
    }
    if (typeof found !== 'string') return `Translation missing: ${lang}.${path}`;
    const markup = /(_html|\.html)$/.test(path);
    return (markup ? found : found.replace(/[&<>"]/g, escape)).replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name) => (name in values ? escape(values[name]) : all));
  }

  const assetURL = function (name) { return this.liquid.assets + text(name); };
  const image = (v) => (v && typeof v === 'object' ? v.src || (v.featured_image && v.featured_image.src) || (v.image && v.image.src) || '' : text(v));
  const imageURL = (v, ...args) => {
    const src = image(v);
    const query = Object.entries(named(args)).map(([k, x]) => `${k}=${encodeURIComponent(text(x))}`).join('&');
    return src && query ? src + (src.includes('?') ? '&' : '?') + query : src;
  };
  const link = (name, url, title) => `<a href="${escape(url)}"${title ? ` title="${escape(title)}"` : ''}>${text(name)}</a>`;
  const date = (v, ...args) => {
    const style = args.find((a) => !Array.isArray(a));
    return v === null || v === undefined || v === '' ? '' : shop.date(text(v), text(style), text(named(args).format), now.locale);
  };

  return {
    plus: arithmetic((x, y) => x + y, (x, y) => x + y),
    minus: arithmetic((x, y) => x - y, (x, y) => x - y),
    times: arithmetic((x, y) => x * y, (x, y) => x * y),
    divided_by: arithmetic(divide, (x, y) => x / y),
    modulo: arithmetic(modulo, modulo),
    floor: (v) => Math.floor(number(v)),
    ceil: (v) => Math.ceil(number(v)),
    abs: (v) => (isBroken(v) ? new Broken(Math.abs(number(v))) : Math.abs(number(v))),
    round: (v, places) => {
      const by = Math.pow(10, number(places ?? 0)), n = number(v);
      const rounded = Math.sign(n) * Math.round(Math.abs(n) * by) / by;
      return places ? new Broken(rounded) : rounded;
    },
    at_least: (a, b) => Math.max(number(a), number(b)),
    at_most: (a, b) => Math.min(number(a), number(b)),
    escape, h: escape,
    escape_once: (v) => text(v).replace(/&(?!(#\d+|#x[\da-f]+|\w+);)|[<>"']/gi, (c) => escape(c)),
    url_escape: (v) => encodeURI(text(v)),
    url_param_escape: (v) => encodeURIComponent(text(v)),
    handleize: handle, handle,
    camelize: (v) => text(v).replace(/(^|[-_\s]+)(\w)/g, (all, gap, c) => c.toUpperCase()),
    pluralize: (n, one, many) => (number(n) === 1 ? one : many),
    json,
    t: translate, translate,
    money: (v) => priced(v, now.globals.shop.money_format),
    money_with_currency: (v) => priced(v, now.globals.shop.money_with_currency_format),
    money_without_currency: (v) => priced(v, now.globals.shop.money_format.match(/\{\{.*?\}\}/)[0]),
    money_without_trailing_zeros: (v) => priced(v, now.globals.shop.money_format).replace(/[.,]00(?!\d)/, ''),
    date,
    time_tag: (v, ...args) => `<time datetime="${escape(shop.date(text(v), '%Y-%m-%dT%H:%M:%SZ', '', 'en'))}">${escape(date(v, ...args))}</time>`,
    asset_url: assetURL,
    asset_img_url: assetURL,
    file_url: assetURL,
    image_url: imageURL, img_url: (v) => image(v),
    image_tag: (src, ...args) => `<img src="${escape(src)}"${attributes(args)}>`,
    stylesheet_tag: (url, ...args) => `<link href="${escape(url)}" rel="stylesheet" type="text/css" media="all"${attributes(args)}>`,
    script_tag: (url) => `<script src="${escape(url)}" type="text/javascript"></script>`,
    preload_tag: (url, ...args) => `<link href="${escape(url)}" rel="preload"${attributes(args)}>`,
    inline_asset_content: function (name) { return this.liquid.asset(text(name)) ?? ''; },
    link_to: link,
    url_for_type: (v) => '/collections/types?q=' + encodeURIComponent(text(v)),
    url_for_vendor: (v) => '/collections/vendors?q=' + encodeURIComponent(text(v)),
    within: (url, collection) => (collection && collection.url ? collection.url + text(url) : text(url)),
    default_errors: (v) => (Array.isArray(v) && v.length ? `<div class="errors" role="alert"><ul>${v.map((e) => `<li>${escape(e)}</li>`).join('')}</ul></div>` : ''),
    format_address: (a) => (a ? '<p>' + [a.name, a.address1, [a.zip, a.city].filter(Boolean).join(' '), a.country].filter(Boolean).map(escape).join('<br>') + '</p>' : ''),
    customer_login_link: (name) => link(name, '/account/login'),
    customer_register_link: (name) => link(name, '/account/register'),
    customer_logout_link: (name) => link(name, '/account/logout'),
    sha256: (v) => shop.digest('sha256', text(v)),
    md5: (v) => shop.digest('md5', text(v)),
    class_list: (v) => text(v),
    metafield_text: (v) => text(v && v.value !== undefined ? v.value : v),
  };
}
