import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../api/problem';
import { useTexts } from '../i18n';
import { Button } from './button';

// Skeleton holds the place of what is on its way.
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useTexts();
  return (
    <div class="skeleton" role="status">
      <span class="sr">{t('loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="bone" />
      ))}
    </div>
  );
}

// Empty says what will appear here and the one action that fills it.
export function Empty({ title, text, action }: { title: string; text?: string; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {text && <p class="quiet">{text}</p>}
      {action && <div class="actions">{action}</div>}
    </div>
  );
}

// whatOf says what happened, in the reader's language where we know the code.
export function whatOf(t: (key: string) => string, problem: Problem): string {
  const key = 'problem.' + problem.code;
  const known = t(key);
  return known !== key ? known : problem.detail || t('problem.internal');
}

// useSight brings what has just gone wrong into sight: it may stand far from what was pressed.
function useSight(): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  return box;
}

// Codes that stand for many reasons: the server's English sentence says which.
const broad = ['invalid', 'conflict'];

// ErrorBox says what happened, what is safe, what to do, with a reference number.
export function ErrorBox({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const t = useTexts();
  const box = useSight();
  if (problem.code === 'forbidden') return <Forbidden detail={problem.detail} />;
  const ours = problem.status === 0 || problem.status >= 500;
  return (
    <div class="notice bad" role="alert" ref={box}>
      <p>
        <strong>{whatOf(t, problem)}</strong>
      </p>
      {broad.includes(problem.code) && problem.detail && (
        <p class="quiet" lang="en">
          {problem.detail}
        </p>
      )}
      {ours && <p>{t('problem.safe')}</p>}
      {problem.instance && (
        <p class="quiet">
          {t('problem.reference')} <code>{problem.instance}</code>
        </p>
      )}
      {retry && (
        <p>
          <Button small onClick={retry}>
            {t('retry')}
          </Button>
        </p>
      )}
    </div>
  );
}

// Forbidden says who can do what the reader may not.
export function Forbidden({ detail }: { detail?: string }) {
  const t = useTexts();
  const box = useSight();
  return (
    <div class="notice warn" role="alert" ref={box}>
      <p>
        <strong>{t('forbidden.title')}</strong>
      </p>
      <p>{t('forbidden.text') || detail}</p>
    </div>
  );
}

// Await shows a skeleton, then the data. What was loaded stays beside an error.
export function Await<T>(props: { of: { data?: T; problem?: Problem; loading: boolean; reload(): void }; lines?: number; children: (data: T) => ComponentChildren }) {
  const { data, problem, loading, reload } = props.of;
  if (data === undefined && !problem) return loading ? <Skeleton lines={props.lines} /> : null;
  return (
    <>
      {problem && <ErrorBox problem={problem} retry={reload} />}
      {data !== undefined && props.children(data)}
    </>
  );
}
