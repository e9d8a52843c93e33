import { useEffect, useState } from 'preact/hooks';
import { api, take } from '../../api/client';
import type { Known } from './chips';

let asked = false;
let names: ReadonlyMap<string, string> = new Map(); // of the shop's collections, by their keys
const waiting = new Set<() => void>();

// useCollections has the names of the shop's collections; they are asked for once, and
// where there is no answer the next screen asks again. Without names, keys are shown.
export function useCollections(): ReadonlyMap<string, string> {
  const [, turn] = useState(0);
  useEffect(() => {
    const tell = () => turn((n) => n + 1);
    waiting.add(tell);
    if (!asked) {
      asked = true;
      take(api.GET('/api/admin/v1/collections'))
        .then((list) => {
          names = new Map((list.items ?? []).map((c) => [c.key, c.title]));
          for (const one of waiting) one();
        })
        .catch(() => (asked = false));
    }
    return () => void waiting.delete(tell);
  }, []);
  return names;
}

// collectionChoices are the shop's collections and those that products were sold in,
// each once, by name.
export function collectionChoices(named: ReadonlyMap<string, string>, sold: { collections?: string[] | null }[]): Known[] {
  const keys = new Set([...named.keys(), ...sold.flatMap((p) => p.collections ?? [])]);
  return [...keys].map((key) => ({ key, label: named.get(key) ?? key })).sort((a, b) => a.label.localeCompare(b.label));
}
