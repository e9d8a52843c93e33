import type { Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { Button } from '../ui/button';
import { ErrorBox } from '../ui/states';
import { Door } from './signin';

// Closed says why there is nothing to do here, and who can change that.
export function Closed({ problem, retry }: { problem: Problem; retry(): void }) {
  const t = useTexts();
  if (problem.status !== 403) {
    return (
      <main class="door">
        <h1>{t('desk')}</h1>
        <ErrorBox problem={problem} retry={retry} />
      </main>
    );
  }
  return (
    <Door title={t('closed.title')}>
      <p>{t('closed.text')}</p>
      <Button onClick={retry}>{t('retry')}</Button>
    </Door>
  );
}
