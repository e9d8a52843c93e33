import type { Bridge } from './bridge';
import { openParent } from './parent';

// openWordPress talks to our plugin's page in the WordPress admin, which signs a
// token for whom WordPress has signed in.
export function openWordPress(locale: string, origin: string): Bridge {
  return { ...openParent(origin), locale, host: 'wordpress' };
}
