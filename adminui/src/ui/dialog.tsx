import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import x from 'icon:x';
import type { Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { setGuard } from '../shell/router';
import { Button, IconButton } from './button';
import { ErrorBox } from './states';

interface DialogProps {
  open: boolean;
  title: string;
  onClose(): void;
  footer?: ComponentChildren;
  wide?: boolean;
  side?: boolean; // beside the page instead of above it
  children?: ComponentChildren;
}

// Where one begins in a dialog: at its first field, or at the button that leaves all as it is.
const begins = '.dialog-text :is(input, select, textarea):not(:disabled), dialog:not(:has(.dialog-text :is(input, select, textarea))) > .dialog-body > footer > button';

// Enter in a line of text does what the dialog is for, as it does in a form.
function enterSaves(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const at = event.target;
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented || !(at instanceof HTMLInputElement)) return;
  if (at.form || ['radio', 'checkbox', 'search', 'file'].includes(at.type)) return;
  const button = event.currentTarget.querySelector<HTMLButtonElement>(':scope > footer > .button:is(.primary, .danger):not(:disabled)');
  if (!button) return;
  event.preventDefault();
  button.click();
}

// Dialog is the browser's own: Esc closes it, the focus stays inside and comes back.
export function Dialog({ open, title, onClose, footer, wide, side, children }: DialogProps) {
  const t = useTexts();
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
  // One that is taken off the page is closed first: only then does the focus come back.
  useEffect(
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
      onClose={() => open && !gone.current && onClose()}
      onClick={(event) => event.target === box.current && onClose()}
    >
      {open && (
        <div class="dialog-body" onKeyDown={enterSaves}>
          <header>
            <h2 id={id}>{title}</h2>
            <IconButton label={t('close')} icon={x} onClick={onClose} />
          </header>
          <div class="dialog-text">{children}</div>
          {footer && <footer class="row end gap-2">{footer}</footer>}
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

// DirtyGuard asks once before a form with changes is left.
export function DirtyGuard({ when }: { when: boolean }) {
  const t = useTexts();
  const [leave, setLeave] = useState<{ go(): void }>();
  useEffect(() => {
    if (!when) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    setGuard((go) => setLeave({ go }));
    window.addEventListener('beforeunload', beforeUnload);
    return () => {
      setGuard(undefined);
      window.removeEventListener('beforeunload', beforeUnload);
    };
  }, [when]);
  return (
    <Confirm
      open={leave !== undefined}
      title={t('dirty.title')}
      confirmLabel={t('dirty.leave')}
      danger
      onClose={() => setLeave(undefined)}
      onConfirm={() => {
        setGuard(undefined);
        setLeave(undefined);
        leave?.go();
      }}
    >
      <p>{t('dirty.text')}</p>
    </Confirm>
  );
}
