import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import arrowLeft from 'icon:arrow-left';
import { useTexts } from '../i18n';
import { arrived } from '../shell/focus';
import { Link } from '../shell/router';
import { Icon } from './icon';

interface PageProps {
  title: string;
  back?: { to: string; label: string };
  lead?: ComponentChildren; // one sentence: what one does here
  badge?: ComponentChildren;
  actions?: ComponentChildren;
  narrow?: boolean; // forms and texts: no wider than can be read
  children?: ComponentChildren;
}

// Page is a screen's frame. Its heading gets the focus when the reader comes from
// another page, and names the document.
export function Page(props: PageProps) {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Zugabe`;
  }, [props.title]);
  useEffect(() => {
    if (arrived()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={props.narrow ? 'page narrow' : 'page'}>
      <header class="page-head">
        {props.back && (
          <Link class="back" to={props.back.to}>
            <Icon of={arrowLeft} size={16} />
            <span class="sr">{t('back.to')} </span>
            {props.back.label}
          </Link>
        )}
        <div class="page-title">
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.badge}
          {props.actions && <div class="actions">{props.actions}</div>}
        </div>
        {props.lead && <p class="lead">{props.lead}</p>}
      </header>
      {props.children}
    </div>
  );
}
