import shared from '../common.it.json';
import type { Texts } from '../texts';

export const common: Texts = shared;
export const screens = import.meta.glob<Texts>('../../screens/*/texts.it.json', { import: 'default' });
