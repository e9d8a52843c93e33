import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../api/client';
import { useTexts } from '../../i18n';
import { Badge, type Tone } from '../../ui';

export type Import = Schemas['ImportView'];
export type ImportDetail = Schemas['ImportDetailView'];
export type Options = Schemas['ImportOptions'];

export const tones: Record<string, Tone> = {
  uploading: 'neutral', ready: 'accent', checking: 'accent', checked: 'accent', running: 'accent', done: 'good', cancelled: 'warn', failed: 'bad', undoing: 'accent', undone: 'neutral',
};
export const moving = ['checking', 'running', 'undoing'];
const beat = 1000; // milliseconds between two looks at work that is under way

export function ImportState({ of }: { of: { state: string } }) {
  const t = useTexts();
  return <Badge tone={tones[of.state]}>{t('import.' + of.state)}</Badge>;
}

// useBeat looks again and again while work is under way.
export function useBeat(on: boolean, look: () => void) {
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(look, beat);
    return () => clearInterval(timer);
  }, [on, look]);
}

// saveFile fetches a file of the API and gives it to the browser.
export async function saveFile(ask: () => Promise<{ data?: unknown; response: Response }>, name: string): Promise<boolean> {
  const answer = await ask().catch(() => undefined); // no network, or the page was left
  if (!answer?.response.ok) return false;
  const url = URL.createObjectURL(answer.data as Blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
  return true;
}

