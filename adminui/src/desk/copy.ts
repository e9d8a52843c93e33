import { toast } from '../ui/toast';

export { copy } from '../ui/copy';

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
