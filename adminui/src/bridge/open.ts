import { meta, type Bridge } from './bridge';
import { openDemo } from './demo';
import { openShopify } from './shopify';
import { openWordPress } from './wordpress';

// openBridge chooses the host that the server has named in the document.
export async function openBridge(params: URLSearchParams): Promise<Bridge> {
  const locale = params.get('locale') || navigator.language || 'en';
  switch (meta('zugabe-host')) {
    case 'demo':
      return openDemo(locale, meta('zugabe-parent'));
    case 'wordpress':
      return openWordPress(locale, meta('zugabe-parent'));
    default:
      return openShopify(locale);
  }
}
