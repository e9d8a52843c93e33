import { useEffect, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/states';

const keys = [
  ['/', 'help.key.search'],
  ['?', 'help.key.help'],
  ['Esc', 'help.key.close'],
  ['Enter', 'help.key.enter'],
  ['↑ ↓', 'help.key.rows'],
  ['Ctrl Enter', 'help.key.save'],
  ['Ctrl Z', 'help.key.undo'],
] as const;

type Inside = typeof import('../help/inside').default;

// Help is the screen's page of the manual, beside the screen, and the keys. The
// manual is only loaded once somebody asks.
export function Help({ open, onClose, screen }: { open: boolean; onClose(): void; screen?: string }) {
  const t = useTexts();
  const [loaded, setLoaded] = useState<{ Inside?: Inside; problem?: Problem }>({});
  const load = () => void import('../help/inside').then((module) => setLoaded({ Inside: module.default }), (cause: unknown) => setLoaded({ problem: { ...problemOf(cause), code: 'unreachable' } }));
  useEffect(() => {
    if (open && !loaded.Inside) load();
  }, [open]);
  return (
    <Dialog open={open} title={t('help.title')} onClose={onClose} side>
      {screen && loaded.Inside && <loaded.Inside screen={screen} leave={onClose} />}
      {screen && loaded.problem && <p>{t('help')}</p>}
      {loaded.problem && <ErrorBox problem={loaded.problem} retry={load} />}
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
