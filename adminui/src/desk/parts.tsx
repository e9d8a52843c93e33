import type { ComponentChildren } from 'preact';
import { useTexts, useFormat } from '../i18n';
import type { Loaded } from '../api/hooks';
import { Badge, type Tone } from '../ui/values';
import { ErrorBox, Skeleton } from '../ui/states';
import { useDesk } from './me';
import type { CodeState, Figures } from './types';

// Numbers are what codes brought, each with its name.
export function Numbers({ of }: { of: Figures }) {
  const t = useTexts();
  const f = useFormat();
  const { me } = useDesk();
  const items = [
    ...(of.visits === undefined ? [] : [{ name: t('visits', { n: of.visits }), value: f.number(of.visits) }]),
    { name: t('redeemed', { n: of.redeemed }), value: f.number(of.redeemed) },
    { name: t('won', { n: of.customers }), value: f.number(of.customers) },
    { name: t('earned'), value: f.money(of.commission_minor, me.shop.currency) },
  ];
  return (
    <dl class="numbers">
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

const tones: Record<CodeState, Tone> = { active: 'good', pending: 'warn', used: 'neutral', expired: 'neutral', void: 'bad', lost: 'bad' };

export function CodeBadge({ state }: { state: CodeState }) {
  const t = useTexts();
  return <Badge tone={tones[state]}>{t('code.' + state)}</Badge>;
}

// Wait shows what is loaded, or why it is not there yet.
export function Wait<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (of.data === undefined && !of.problem) return of.loading ? <Skeleton lines={4} /> : null;
  return (
    <>
      {of.problem && <ErrorBox problem={of.problem} retry={of.reload} />}
      {of.data !== undefined && children(of.data)}
    </>
  );
}

// Segments are a choice of few, one of them always made.
export function Segments<V extends string>(props: { label: string; value: V; options: { value: V; label: string }[]; onValue(value: V): void }) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map((o) => (
        <button key={o.value} type="button" aria-pressed={o.value === props.value} onClick={() => props.onValue(o.value)}>
          {o.label}
        </button>
      ))}
    </div>
  );
}
