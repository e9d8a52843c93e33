import { useTexts } from '../../i18n';

// Switch turns one thing on or off at once; what follows can be undone.
export function Switch({ on, label, busy, onTurn }: { on: boolean; label: string; busy?: boolean; onTurn(): void }) {
  const t = useTexts();
  return (
    <button type="button" role="switch" class="switch" aria-checked={on} aria-label={t('switch', { name: label })} aria-disabled={busy || undefined} onClick={() => !busy && onTurn()}>
      <span class="switch-track" aria-hidden="true" />
      <span>{t(on ? 'state.on' : 'state.off')}</span>
    </button>
  );
}
