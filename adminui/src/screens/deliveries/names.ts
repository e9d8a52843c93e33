// What other hosts call what we have words for.
const alike: Record<string, string> = {
  'order.created': 'orders/create',
  'order.updated': 'orders/updated',
  'order.moved': 'orders/updated',
  'order.deleted': 'orders/delete',
  'order.restored': 'orders/restored',
  'action.woocommerce_order_refunded': 'refunds/create',
  'customer.created': 'customers/create',
  'customer.updated': 'customers/update',
  'customer.deleted': 'customers/delete',
  'action.woocommerce_rest_insert_product_review': 'reviews/woocommerce',
};

// topicName is a host's topic in words; one that we do not know stays as it is.
export function topicName(t: (key: string) => string, topic: string): string {
  const group = /^(discounts\/|coupon\.)/.test(topic) ? 'discounts' : /^(product\.|action\.woocommerce_new_product)/.test(topic) ? 'product' : undefined;
  const key = 'topic.' + (group ?? alike[topic] ?? topic);
  const known = t(key);
  return known === key ? topic : known;
}

// topicsOf are those that a host sends, for choosing one.
export function topicsOf(host: string): string[] {
  const reviews = ['reviews/standard', 'reviews/svix', 'reviews/judgeme'];
  if (host === 'woocommerce') return [...Object.keys(alike).filter((topic) => topic !== 'order.moved'), 'coupon.updated', ...reviews];
  return [...shopify, ...reviews];
}

const shopify = ['orders/create', 'orders/updated', 'orders/paid', 'orders/fulfilled', 'orders/edited', 'orders/cancelled', 'orders/delete', 'refunds/create', 'order_transactions/create', 'customers/create', 'customers/update', 'customers/delete', 'customers/merge', 'shop/update', 'app/uninstalled', 'customers/data_request', 'customers/redact', 'shop/redact'];

// kindName is what a job does.
export function kindName(t: (key: string) => string, kind: string): string {
  const key = 'kind.' + kind;
  const known = t(key);
  return known === key ? kind : known;
}

// The server's sentences that have words of ours; the rest is shown as it is.
const reasons: [starts: string, key: string][] = [
  ['the body is not what the topic promises', 'malformed'],
  ['the body is about another shop', 'otherShop'],
  ['nothing to do', 'nothing'],
  ['the app is not installed', 'notInstalled'],
  ['the order itself comes in another delivery', 'elsewhere'],
  ['the host could not be reached', 'unreachable'],
  ['the host refuses this for good', 'refused'],
  ['the host no longer lets us in', 'revoked'],
  ['the shop is frozen', 'frozen'],
  ['the host no longer has this', 'gone'],
  ['the outcome at the host is not known', 'unknown'],
  ['the host asks to wait', 'throttled'],
  ['consent is ', 'noConsent'],
  ['merge is ', 'unmerged'],
  ['unknown topic', 'unneeded'],
  ['unknown type', 'unneeded'],
  ['unknown kind', 'unneeded'],
  ['unknown status', 'unneeded'],
  ['about no order', 'noOrder'],
  ['a checkout that was not finished', 'unfinished'],
  ['staff of the shop', 'staff'],
  ['nobody to credit', 'nobody'],
  ['a review of the shop', 'aboutShop'],
];

export const reasonKey = (of: string): string | undefined => reasons.find(([starts]) => of.includes(starts))?.[1];
