import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import mailCheck from 'icon:mail-check';
import { useAction } from '../api/hooks';
import { useTexts } from '../i18n';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { TextInput } from '../ui/inputs';
import { ErrorBox } from '../ui/states';
import { Notice } from '../ui/values';
import { write } from './api';

// Door is a page for those who are not inside yet.
export function Door({ title, children }: { title: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main class="door">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
}

const likeAddress = (text: string) => /^\S+@\S+\.\S+$/.test(text);

// SignIn sends a link that is good for one visit. Whether an address is known is not
// said: only its mailbox learns that.
export function SignIn({ said }: { said?: string }) {
  const t = useTexts();
  const [email, setEmail] = useState('');
  const [left, setLeft] = useState(false);
  const [sent, setSent] = useState(false);
  const shop = new URLSearchParams(location.search).get('shop') ?? undefined;
  const send = useAction(() => write<unknown>('POST', '/link', { email: email.trim(), shop }));
  const submit = async () => {
    setLeft(true);
    if (!likeAddress(email.trim())) return document.getElementById('field-email')?.focus();
    if (await send.run(undefined)) setSent(true);
  };
  const wrong = left && !likeAddress(email.trim()) ? t('signin.wrong') : undefined;
  if (sent) {
    return (
      <Door title={t('sent.title')}>
        <p class="door-sign">
          <Icon of={mailCheck} size={40} />
        </p>
        <p>{t('sent.text', { email: email.trim() })}</p>
        <p class="quiet">{t('sent.hint')}</p>
        <Button
          onClick={() => {
            setSent(false);
            send.clear();
          }}
        >
          {t('sent.again')}
        </Button>
      </Door>
    );
  }
  return (
    <Door title={t('signin.title')}>
      {said && <Notice tone="warn">{said}</Notice>}
      <p>{t('signin.text')}</p>
      <form
        class="stack gap-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextInput label={t('signin.email')} name="email" type="email" autoComplete="email" value={email} error={wrong} onValue={setEmail} />
        <Button kind="primary" type="submit" busy={send.busy}>
          {t('signin.send')}
        </Button>
      </form>
      {send.problem && <ErrorBox problem={send.problem} />}
    </Door>
  );
}
