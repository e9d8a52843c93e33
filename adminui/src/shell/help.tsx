import { useTexts } from '../i18n';
import { Dialog } from '../ui/dialog';

const keys = [
  ['/', 'help.key.search'],
  ['?', 'help.key.help'],
  ['Esc', 'help.key.close'],
  ['Enter', 'help.key.enter'],
] as const;

// Help is the screen's page of the manual, 'help' of its texts, and the keys.
export function Help({ open, onClose, screen }: { open: boolean; onClose(): void; screen?: string }) {
  const t = useTexts();
  return (
    <Dialog open={open} title={t('help.title')} onClose={onClose}>
      {screen && <p>{t('help')}</p>}
      <h3>{t('help.keys')}</h3>
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
