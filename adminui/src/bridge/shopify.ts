import { NoHost, type Bridge } from './bridge';

interface AppBridge {
  idToken(): Promise<string>;
}

// openShopify uses App Bridge, which the document loads before us. App Bridge keeps
// tokens fresh and lets Shopify's address bar follow the history by itself.
export function openShopify(locale: string): Bridge {
  const app = (window as { shopify?: AppBridge }).shopify;
  if (!app || window.parent === window) throw new NoHost();
  return { token: () => app.idToken(), locale, host: 'shopify' };
}
