import { useEffect, useState } from 'preact/hooks';
import x from 'icon:x';
import { useTexts } from '../i18n';
import { Button, IconButton } from './button';

const shown = 6_000; // milliseconds; with an undo it stays longer
const shownWithUndo = 12_000;

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

let toasts: Toast[] = [];
let count = 0;
let typed = false; // something was, since there is an undo
let changed = () => {};

// toast says what has happened, and offers to undo it where that is possible.
export function toast(text: string, options: { undo?: () => void } = {}) {
  const id = ++count;
  toasts = [...toasts.slice(-2), { id, text, undo: options.undo }];
  typed = false;
  changed();
  fade(id, options.undo ? shownWithUndo : shown);
}

// fade takes a message away after a while, but not from under a pointer or the focus.
function fade(id: number, after: number) {
  setTimeout(() => (document.querySelector(`[data-toast="${id}"]:is(:hover, :focus-within)`) ? fade(id, shown) : drop(id)), after);
}

function drop(id: number) {
  toasts = toasts.filter((one) => one.id !== id);
  changed();
}

function take(one: Toast) {
  drop(one.id);
  one.undo?.();
}

// useUndoKey: Ctrl+Z undoes what the newest message offers to undo, unless one types
// again: then it is the field's own.
function useUndoKey() {
  useEffect(() => {
    const wrote = () => void (typed = true);
    const pressed = (event: KeyboardEvent) => {
      const newest = toasts.findLast((one) => one.undo);
      if (!newest || typed || event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      take(newest);
    };
    document.addEventListener('input', wrote);
    document.addEventListener('keydown', pressed);
    return () => {
      document.removeEventListener('input', wrote);
      document.removeEventListener('keydown', pressed);
    };
  }, []);
}

// Toasts is the place where they appear; the shell has it once.
export function Toasts() {
  const t = useTexts();
  const [, turn] = useState(0);
  useEffect(() => {
    changed = () => turn((n) => n + 1);
    return () => void (changed = () => {});
  }, []);
  useUndoKey();
  const newest = toasts.findLast((one) => one.undo);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((one) => (
        <div key={one.id} class="toast" data-toast={one.id}>
          <span>{one.text}</span>
          {one.undo && (
            <Button small aria-keyshortcuts="Control+Z" onClick={() => take(one)}>
              {t('undo')} {one === newest && <kbd aria-hidden="true">Ctrl Z</kbd>}
            </Button>
          )}
          <IconButton label={t('close')} icon={x} onClick={() => drop(one.id)} />
        </div>
      ))}
    </div>
  );
}
