import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../i18n';
import { Link } from '../shell/router';
import { Icon, type Drawing } from './icon';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

type Shared = { kind?: ButtonKind; icon?: Drawing; small?: boolean; children?: ComponentChildren };

type ButtonProps = Shared & Omit<ButtonHTMLAttributes, 'icon'> & { busy?: boolean; type?: 'button' | 'submit'; disabled?: boolean };

const classOf = (kind: ButtonKind = 'plain', small?: boolean, own: unknown = '') => `button ${kind}${small ? ' small' : ''} ${String(own ?? '')}`.trim();

// Button keeps its focus while busy, and takes no second press. The browser would take
// the focus off a button that is disabled by its own press, as Save is: it stays there.
export function Button({ kind, icon, small, busy, disabled, children, type = 'button', onClick, class: own, ...rest }: ButtonProps) {
  const t = useTexts();
  const [focused, setFocused] = useState(false);
  const resting = busy || (disabled && focused);
  return (
    <button
      {...rest}
      type={type}
      class={classOf(kind, small, own)}
      disabled={disabled && !focused}
      aria-disabled={resting || undefined}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onClick={resting ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon of={icon} size={16} />}
      {children}
      {busy && <span class="sr">{t('busy')}</span>}
    </button>
  );
}

// IconButton is for close, more, search and back alone: everything else has words.
export function IconButton({ label, icon, ...rest }: { label: string; icon: Drawing } & Omit<ButtonProps, 'icon' | 'children'>) {
  return (
    <Button {...rest} kind="quiet" class="icon-only" aria-label={label} title={label}>
      <Icon of={icon} />
    </Button>
  );
}

// LinkButton leads somewhere and looks like a button.
export function LinkButton({ to, kind, icon, small, children }: Shared & { to: string }) {
  return (
    <Link to={to} class={classOf(kind, small)}>
      {icon && <Icon of={icon} size={16} />}
      {children}
    </Link>
  );
}
