import { toast } from '../ui/toast';

// copy puts a text where it can be pasted, and says so.
export async function copy(text: string, said: string, failed: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    toast(byHand(text) ? said : failed);
  }
}

// byHand is for browsers that keep the clipboard from pages.
function byHand(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

// canShare says whether the device has a way to hand texts to other apps.
export const canShare = (): boolean => typeof navigator.share === 'function';

// share hands a text over; closing the device's own dialog is no fault.
export async function share(text: string, failed: string): Promise<void> {
  try {
    await navigator.share({ text });
  } catch (cause) {
    if (!(cause instanceof DOMException && cause.name === 'AbortError')) toast(failed);
  }
}
