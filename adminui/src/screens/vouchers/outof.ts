import type { Detail } from './doc';

// outOf counts the codes that can be used now or soon.
export const outOf = (v: Detail): number => (v.codes ?? []).reduce((sum, c) => sum + (c.state === 'active' || c.state === 'pending' ? c.codes : 0), 0);
