import { h } from 'preact';

// Drawing is one icon of the set: import house from 'icon:house'.
export type Drawing = [string, Record<string, string>][];

// Icon draws beside text and is hidden from screen readers: the text says it all.
export function Icon({ of, size = 18 }: { of: Drawing; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
