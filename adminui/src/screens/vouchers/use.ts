import { useMemo } from 'preact/hooks';
import { api, type Schemas } from '../../api/client';
import { useLoad } from '../../api/hooks';
import { useFormat, useTexts } from '../../i18n';
import { digitsOf } from '../../i18n/format';
import { useShop } from '../../shell/shop';
import type { Tone } from '../../ui';
import { useCollections } from '../rules/collections';
import type { Words } from './sentence';

export type Product = Schemas['ProductView'];

// useProducts is what the shop has sold lately, for choosing by name.
export const useProducts = () => useLoad((signal) => api.GET('/api/admin/v1/products', { params: { query: { limit: 500 } }, signal }), []);

export const useVoucher = (id: string, round = 0) => useLoad((signal) => api.GET('/api/admin/v1/vouchers/{id}', { params: { path: { id } }, signal }), [id, round]);

// useSentences is what sentences need; products and collections go by their names
// where they are known.
export function useSentences(products: Product[] = []): Words {
  const t = useTexts();
  const f = useFormat();
  const { currency } = useShop();
  const titles = useMemo(() => new Map(products.map((p) => [p.key, p.title])), [products]);
  const collections = useCollections();
  return { t, f, currency, product: (key) => t('quoted', { name: titles.get(key) || collections.get(key) || key }) };
}

// useUnit is how many minor units one whole unit of the shop's money has.
export function useUnit(): number {
  return 10 ** digitsOf(useShop().currency);
}

export const voucherTones: Record<string, Tone> = { draft: 'neutral', active: 'good', paused: 'warn', ended: 'neutral' };
export const codeTones: Record<string, Tone> = { pending: 'neutral', active: 'good', used: 'accent', expired: 'neutral', void: 'bad', lost: 'bad' };

const never = 8.64e15; // the last instant that a date can be
export const realEnd = (ms: number | undefined): number | undefined => (ms && ms < never ? ms : undefined);
