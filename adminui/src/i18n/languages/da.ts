import shared from '../common.da.json';
import type { Texts } from '../texts';

export const common: Texts = shared;
export const screens = import.meta.glob<Texts>('../../screens/*/texts.da.json', { import: 'default' });
