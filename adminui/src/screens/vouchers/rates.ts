import { useEffect, useState } from 'preact/hooks';
import { api, take } from '../../api/client';
import { rateOf } from './vat';

// Sold is what the newest orders say of a product: what one unit cost with VAT, in
// minor units, and its VAT in hundredths of a percent.
export interface Sold {
  gross: number;
  bp: number;
}

const orders = 5; // as many of the newest orders are read
let asked: Promise<Map<string, Sold>> | undefined;

async function read(): Promise<Map<string, Sold>> {
  const found = new Map<string, Sold>();
  const page = await take(api.GET('/api/admin/v1/orders', { params: { query: { limit: orders } } }));
  const details = await Promise.all((page.items ?? []).map((o) => take(api.GET('/api/admin/v1/orders/{key}', { params: { path: { key: o.key } } }))));
  for (const line of details.flatMap((d) => d.sale.lines ?? [])) {
    if (line.quantity < 1 || line.gift_card || found.has(line.product_key)) continue;
    found.set(line.product_key, { gross: Math.round((line.net + line.tax) / line.quantity), bp: rateOf(line.net, line.tax) });
  }
  return found;
}

// useSold reads the newest orders once; without any it is empty.
export function useSold(): Map<string, Sold> {
  const [sold, setSold] = useState(new Map<string, Sold>());
  useEffect(() => {
    let late = false;
    asked ??= read();
    asked.then((map) => late || setSold(map)).catch(() => (asked = undefined));
    return () => void (late = true);
  }, []);
  return sold;
}

// useRates are the VAT rates of what was sold lately, the most frequent first.
export function useRates(): number[] {
  const counts = new Map<number, number>();
  for (const { bp } of useSold().values()) if (bp > 0) counts.set(bp, (counts.get(bp) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([bp]) => bp);
}
