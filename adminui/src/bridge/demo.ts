import type { Bridge } from './bridge';
import { openParent } from './parent';

// openDemo talks to the demo shop's admin, whose origin the server has named.
export function openDemo(locale: string, origin: string): Bridge {
  return { ...openParent(origin), locale, host: 'demo' };
}
