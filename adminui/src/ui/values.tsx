import type { ComponentChildren } from 'preact';
import { useFormat, useTexts } from '../i18n';

// Points: '1,204 points', or the bare number in tables whose head says so.
export function Points({ value, signed, bare }: { value: number; signed?: boolean; bare?: boolean }) {
  const t = useTexts();
  const f = useFormat();
  const text = signed ? f.signed(value) : f.number(value);
  return <span class={value < 0 ? 'amount minus' : 'amount'}>{bare ? text : t('points.of', { n: value, points: text })}</span>;
}

// Money: minor units and their currency.
export function Money({ minor, currency, signed }: { minor: number; currency: string; signed?: boolean }) {
  return <span class={minor < 0 ? 'amount minus' : 'amount'}>{useFormat().money(minor, currency, signed)}</span>;
}

// None is the dash for what there is not; a phone's card leaves the line out.
export const None = () => <span class="none quiet">–</span>;

// When: a date in the shop's zone; the hover text has the time and the zone.
export function When({ at, time }: { at: number | undefined; time?: boolean }) {
  const f = useFormat();
  if (!at) return <None />;
  return (
    <time class="when" dateTime={new Date(at).toISOString()} title={`${f.dateTime(at)} (${f.zone})`}>
      {time ? f.dateTime(at) : f.date(at)}
    </time>
  );
}

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

// Badge is one word about a state.
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children?: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

// Meter shows a part of a whole that may stay as it is: a budget, an allowance.
export function Meter({ label, value, max, text }: { label: string; value: number; max: number; text: string }) {
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{label}</span>
        <span class="amount">{text}</span>
      </div>
      <meter min={0} max={max} value={value} aria-label={label}>
        {text}
      </meter>
    </div>
  );
}

// Progress shows work that will end; value undefined = nobody knows how far it is.
export function Progress({ label, value, max, text }: { label: string; value?: number; max: number; text: string }) {
  return (
    <div class="meter">
      <div class="meter-text">
        <span>{label}</span>
        <span class="amount">{text}</span>
      </div>
      <progress max={max} value={value} aria-label={label}>
        {text}
      </progress>
    </div>
  );
}

// Notice is a short remark in the page that stays.
export function Notice({ tone = 'neutral', title, children }: { tone?: Tone; title?: string; children?: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`}>
      {title && (
        <p>
          <strong>{title}</strong>
        </p>
      )}
      {children}
    </div>
  );
}
