import { toast } from './toast';

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
