import { useId, useRef } from 'preact/hooks';
import ellipsis from 'icon:ellipsis';
import { useTexts } from '../i18n';
import { Icon, type Drawing } from './icon';

export interface MenuItem {
  label: string;
  icon?: Drawing;
  danger?: boolean;
  disabled?: boolean;
  onPick(): void;
}

// Menu opens a short list of actions. Arrow keys move in it, Esc closes it.
export function Menu({ label, items }: { label?: string; items: MenuItem[] }) {
  const t = useTexts();
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const choices = () => [...(list.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])];

  const opened = () => {
    const at = button.current?.getBoundingClientRect();
    const box = list.current;
    if (!at || !box) return;
    box.style.setProperty('top', `${Math.min(at.bottom + 4, innerHeight - box.offsetHeight - 8)}px`);
    box.style.setProperty('left', `${Math.max(8, Math.min(at.right - box.offsetWidth, innerWidth - box.offsetWidth - 8))}px`);
    choices()[0]?.focus();
  };
  const move = (event: KeyboardEvent) => {
    const all = choices();
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to % all.length]?.focus();
  };
  return (
    <>
      <button ref={button} type="button" class="button quiet icon-only" popovertarget={id} aria-haspopup="menu" aria-label={label ?? t('more')} title={label ?? t('more')}>
        <Icon of={ellipsis} />
      </button>
      <div ref={list} id={id} popover="auto" role="menu" class="menu" onToggle={(event) => event.newState === 'open' && opened()} onKeyDown={move}>
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            class={item.danger ? 'danger' : undefined}
            disabled={item.disabled}
            onClick={() => {
              list.current?.hidePopover();
              item.onPick();
            }}
          >
            {item.icon && <Icon of={item.icon} size={16} />}
            {item.label}
          </button>
        ))}
      </div>
    </>
  );
}
