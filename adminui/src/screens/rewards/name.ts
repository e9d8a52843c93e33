import type { Schemas } from '../../api/client';

// nameOf is what a reward is called in the reader's language, else in any.
export function nameOf(item: Schemas['Item'], language: string): string {
  const texts = item.texts ?? {};
  return texts[language]?.name || Object.values(texts).find((text) => text.name)?.name || '–';
}
