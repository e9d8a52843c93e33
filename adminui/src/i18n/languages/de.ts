import shared from '../common.de.json';
import type { Texts } from '../texts';

export const common: Texts = shared;
export const screens = import.meta.glob<Texts>('../../screens/*/texts.de.json', { import: 'default' });
