import { useAction } from '../api/hooks';
import { useTexts } from '../i18n';
import { go } from '../shell/router';
import { Button } from '../ui/button';
import { ErrorBox } from '../ui/states';
import { write } from './api';
import { Closed } from './closed';
import { Door, SignIn } from './signin';

// takeToken reads the link's secret out of the address and takes it away from there,
// so that it is neither in the history nor on somebody's photograph of the screen.
export function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('t');
  if (token === null) return undefined;
  history.replaceState({}, '', location.pathname + location.search);
  return token;
}

// UseLink asks for one press: programs that read mails follow links, and would use
// up the only visit that this one is good for.
export function UseLink({ token, signedIn }: { token: string; signedIn(): void }) {
  const t = useTexts();
  const enter = useAction(() => write<{ csrf?: string }>('POST', '/session', { token }));
  const press = async () => {
    const done = await enter.run(undefined);
    if (!done) return;
    go('/', { replace: true });
    signedIn();
  };
  const status = enter.problem?.status ?? 0;
  if (enter.problem?.code === 'module_off') return <Closed retry={() => void press()} />;
  if (token === '' || (status >= 400 && status < 500 && status !== 429)) return <SignIn said={t('link.over')} />;
  return (
    <Door title={t('link.title')}>
      <p>{t('link.text')}</p>
      <Button kind="primary" busy={enter.busy} onClick={() => void press()}>
        {t('link.enter')}
      </Button>
      {enter.problem && <ErrorBox problem={enter.problem} retry={() => void press()} />}
    </Door>
  );
}
