import { NoHost, type Bridge } from './bridge';

interface AppBridge {
  idToken(): Promise<string>;
}

// openShopify uses App Bridge, which the document loads; where our script
// comes before it, we wait until the document is read. App Bridge keeps
// tokens fresh and lets Shopify's address bar follow the history by itself.
export async function openShopify(locale: string): Promise<Bridge> {
  if (document.readyState === 'loading') await new Promise((read) => document.addEventListener('DOMContentLoaded', read, { once: true }));
  const app = (window as { shopify?: AppBridge }).shopify;
  if (!app || window.parent === window) throw new NoHost();
  return { token: () => app.idToken(), locale, host: 'shopify' };
}
