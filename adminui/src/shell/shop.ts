import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Schemas } from '../api/client';

export type Shop = Schemas['ShopView'];

export const ShopContext = createContext<Shop | undefined>(undefined);

// useShop is the shop that is looked at. Screens are only shown once it is known.
export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error('no shop yet');
  return shop;
}
