import type { Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { Button } from '../ui/button';
import { ErrorBox } from '../ui/states';
import { Door } from './signin';

// Closed says why there is nothing to do here, that nothing is lost, and who can change that.
export function Closed({ retry }: { retry(): void }) {
  const t = useTexts();
  return (
    <Door title={t('closed.title')}>
      <p>{t('closed.text')}</p>
      <Button onClick={retry}>{t('retry')}</Button>
    </Door>
  );
}

// Unreached is the desk where the server does not answer.
export function Unreached({ problem, retry }: { problem: Problem; retry(): void }) {
  const t = useTexts();
  return (
    <main class="door">
      <h1>{t('desk')}</h1>
      <ErrorBox problem={problem} retry={retry} />
    </main>
  );
}
