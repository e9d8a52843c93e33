import shared from '../common.pl.json';
import type { Texts } from '../texts';

export const common: Texts = shared;
export const screens = import.meta.glob<Texts>('../../screens/*/texts.pl.json', { import: 'default' });
