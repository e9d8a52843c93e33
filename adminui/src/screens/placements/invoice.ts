import lines from '../../../../storefront-snippets/shopify/invoice/redeemed-bonus.liquid?raw';

// invoiceLines is what a template of invoices needs to show redeemed points as a line of
// their own, for codes that begin with prefix.
export const invoiceLines = (prefix: string): string => lines.replace("assign prefix = ''", `assign prefix = '${prefix}'`).replace(/\n {2}Put this where[\s\S]*?(?=\{%- endcomment)/, '\n').trim();
