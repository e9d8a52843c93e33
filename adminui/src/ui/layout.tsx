import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { exists, Link } from '../shell/router';

// Card is one quiet section. Its title is a heading of the page.
export function Card(props: { title?: string; lead?: ComponentChildren; actions?: ComponentChildren; flush?: boolean; children?: ComponentChildren }) {
  const id = useId();
  return (
    <section class={props.flush ? 'card flush' : 'card'} aria-labelledby={props.title ? id : undefined}>
      {(props.title || props.actions) && (
        <header class="card-head">
          <div>
            {props.title && <h2 id={id}>{props.title}</h2>}
            {props.lead && <p class="quiet">{props.lead}</p>}
          </div>
          {props.actions && <div class="actions">{props.actions}</div>}
        </header>
      )}
      {props.children}
    </section>
  );
}

// Stack puts things below each other, gap in steps of 4 px.
export function Stack({ gap = 4, children }: { gap?: 1 | 2 | 3 | 4 | 6; children?: ComponentChildren }) {
  return <div class={`stack gap-${gap}`}>{children}</div>;
}

// Row puts things beside each other and wraps.
// fields: with labels above, so that buttons beside them stand on their level.
export function Row({ gap = 2, end, fields, children }: { gap?: 1 | 2 | 3 | 4; end?: boolean; fields?: boolean; children?: ComponentChildren }) {
  return <div class={`row gap-${gap}${end ? ' end' : ''}${fields ? ' with-fields' : ''}`}>{children}</div>;
}

// Grid has columns of at least min pixels, as many as fit; fill stretches few of them over the width.
export function Grid({ min = 280, fill, children }: { min?: 160 | 220 | 280 | 360; fill?: boolean; children?: ComponentChildren }) {
  return <div class={`grid min-${min}${fill ? ' fill' : ''}`}>{children}</div>;
}

// Facts is a list of names with values.
export function Facts({ items }: { items: { name: string; value: ComponentChildren; help?: string }[] }) {
  return (
    <dl class="facts">
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>
            {item.value}
            {item.help && <span class="quiet help-line">{item.help}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

// Figure is one number that matters, with what it means; to = the list that makes it.
export function Figure(props: { label: string; value: ComponentChildren; note?: ComponentChildren; to?: string; children?: ComponentChildren }) {
  const leads = props.to !== undefined && exists(props.to);
  return (
    <div class={leads ? 'figure leads' : 'figure'}>
      <p class="figure-label">{leads ? <Link to={props.to ?? ''}>{props.label}</Link> : props.label}</p>
      <p class="figure-value">{props.value}</p>
      {props.note && <p class="quiet">{props.note}</p>}
      {props.children}
    </div>
  );
}
