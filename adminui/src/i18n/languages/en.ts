import shared from '../common.en.json';
import type { Texts } from '../texts';

export const common: Texts = shared;
export const screens = import.meta.glob<Texts>('../../screens/*/texts.en.json', { import: 'default' });
