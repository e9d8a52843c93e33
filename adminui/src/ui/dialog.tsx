import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import x from 'icon:x';
import type { Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { setGuard } from '../shell/router';
import { Button, IconButton } from './button';
import { FieldScope } from './field';
import { ErrorBox } from './states';
import { turned } from './turned';

interface DialogProps {
  open: boolean;
  title: string;
  onClose(): void;
  footer?: ComponentChildren;
  wide?: boolean;
  side?: boolean; // beside the page instead of above it
  dirty?: boolean; // something was typed: Esc and a click beside it ask first
  children?: ComponentChildren;
}

// Where one begins in a dialog: at its first field, or at the button that leaves all as it is.
const begins = '.dialog-text :is(input, select, textarea):not(:disabled), dialog:not(:has(.dialog-text :is(input, select, textarea))) > .dialog-body > footer > button';

// Enter in a line of text does what the dialog is for, as it does in a form; in a text of
// several lines Ctrl+Enter does.
function enterSaves(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const at = event.target;
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented || !(at instanceof HTMLElement)) return;
  const line = 'input:not([type=radio], [type=checkbox], [type=search], [type=file])';
  if (at.closest('form, dialog')?.matches('form') || !at.matches(event.ctrlKey || event.metaKey ? 'input, select, textarea' : line)) return;
  const button = event.currentTarget.querySelector<HTMLButtonElement>(':scope > footer > .button:is(.primary, .danger):not(:disabled)');
  if (!button) return;
  event.preventDefault();
  button.click();
}

const reachable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

// stays turns Tab round at the ends: in the host's frame the browser would go on behind the
// dialog, where Esc no longer closes it.
function stays(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const box = event.currentTarget.closest('dialog');
  if (event.key !== 'Tab' || event.defaultPrevented || !box || box.querySelector('dialog[open]')) return;
  const all = [...box.querySelectorAll<HTMLInputElement>(reachable)].filter((e) => !e.matches(':disabled') && e.getClientRects().length > 0);
  const to = turned(all, document.activeElement, event.shiftKey);
  if (!to) return;
  event.preventDefault();
  to.focus();
}

// Dialog is the browser's own: Esc closes it, the focus stays inside and comes back.
export function Dialog({ open, title, onClose, footer, wide, side, dirty, children }: DialogProps) {
  const t = useTexts();
  const [asks, setAsks] = useState(false);
  const leave = () => (dirty ? setAsks(true) : onClose());
  const id = useId();
  const box = useRef<HTMLDialogElement>(null);
  const gone = useRef(false);
  useEffect(() => {
    if (open && !box.current?.open) {
      box.current?.showModal();
      box.current?.querySelector<HTMLElement>(begins)?.focus();
    }
    if (!open && box.current?.open) box.current.close();
  }, [open]);
  // One that is taken off the page is closed first, while it still is there: only then does
  // the focus come back.
  useLayoutEffect(
    () => () => {
      gone.current = true;
      box.current?.close();
    },
    [],
  );
  return (
    <dialog
      ref={box}
      class={side ? 'side' : wide ? 'wide' : undefined}
      aria-labelledby={id}
      onCancel={(event) => dirty && event.target === box.current && (event.preventDefault(), setAsks(true))}
      onClose={() => open && !gone.current && onClose()}
      onClick={(event) => event.target === box.current && leave()}
    >
      {open && (
        <div class="dialog-body" onKeyDown={(event) => (enterSaves(event), stays(event))}>
          <header>
            <h2 id={id}>{title}</h2>
            <IconButton label={t('close')} icon={x} onClick={leave} />
          </header>
          <div class="dialog-text">
            <FieldScope.Provider value={id + '-'}>{children}</FieldScope.Provider>
          </div>
          {footer && <footer class="row end gap-2">{footer}</footer>}
          {asks && <Leave onLeave={() => (setAsks(false), onClose())} onStay={() => setAsks(false)} />}
        </div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  open: boolean;
  title: string; // a question or what will happen
  confirmLabel: string; // the verb: 'Save for 1,204 members'
  keepLabel?: string; // where 'Cancel' would be understood as doing it
  danger?: boolean;
  busy?: boolean;
  problem?: Problem;
  onConfirm(): void;
  onClose(): void;
  children?: ComponentChildren; // what will happen, in numbers
}

// Confirm says before something happens what it will change.
export function Confirm(props: ConfirmProps) {
  const t = useTexts();
  const footer = (
    <>
      <Button onClick={props.onClose}>{props.keepLabel ?? t('cancel')}</Button>
      <Button kind={props.danger ? 'danger' : 'primary'} busy={props.busy} onClick={props.onConfirm}>
        {props.confirmLabel}
      </Button>
    </>
  );
  return (
    <Dialog open={props.open} title={props.title} onClose={props.onClose} footer={footer}>
      {props.children}
      {props.problem && <ErrorBox problem={props.problem} />}
    </Dialog>
  );
}

// Leave asks whether what was typed may be lost.
function Leave({ onLeave, onStay }: { onLeave(): void; onStay(): void }) {
  const t = useTexts();
  return (
    <Confirm open title={t('dirty.title')} confirmLabel={t('dirty.leave')} danger onClose={onStay} onConfirm={onLeave}>
      <p>{t('dirty.text')}</p>
    </Confirm>
  );
}

// DirtyGuard asks once before a form with changes is left.
export function DirtyGuard({ when }: { when: boolean }) {
  const [leave, setLeave] = useState<{ go(): void }>();
  // Before the page is drawn: whoever sees that it is saved may leave without a question.
  useLayoutEffect(() => {
    if (!when) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    setGuard((go) => setLeave({ go }));
    window.addEventListener('beforeunload', beforeUnload);
    return () => {
      setGuard(undefined);
      window.removeEventListener('beforeunload', beforeUnload);
    };
  }, [when]);
  const go = leave?.go;
  return go ? <Leave onStay={() => setLeave(undefined)} onLeave={() => (setGuard(undefined), setLeave(undefined), go())} /> : null;
}
