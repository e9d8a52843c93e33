import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Series } from './chart';
import { colours, heightOf, roomFor, steps } from './scale';

interface Options {
  series: Series[];
  kind: 'line' | 'bars';
  write(value: number): string;
  day(ms: number): string;
  dayName: string; // what the days are called in the legend
  least: number; // how far up a chart without anything in it reaches
}

const height = 220;
const phone = 480; // pixels of a drawing

// plot draws into box, follows its width and the colours, and returns what ends it.
export function plot(box: HTMLElement, options: Options): () => void {
  let drawn = draw(box, options);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const again = () => {
    drawn.destroy();
    drawn = draw(box, options);
  };
  const follow = new ResizeObserver(() => drawn.setSize({ width: box.clientWidth, height }));
  follow.observe(box);
  dark.addEventListener('change', again);
  return () => {
    follow.disconnect();
    dark.removeEventListener('change', again);
    drawn.destroy();
  };
}

function draw(box: HTMLElement, { series, kind, write, day, dayName, least }: Options): uPlot {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const shades = colours.map(colour);
  const axis: uPlot.Axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px ' + style.fontFamily };
  const lines: uPlot.Series[] = series.map((s, i) => {
    const stroke = shades[i % shades.length] ?? '';
    return { label: s.label, stroke, width: kind === 'bars' ? 0 : 2, points: { show: false }, value: (_u, v) => (v === null ? '–' : write(v)), ...(kind === 'bars' ? bars(i, series.length, stroke) : {}) };
  });
  const narrow = box.clientWidth < phone;
  const lastDay = series[0]?.points.at(-1)?.[0] ?? 0;
  const spread = kind === 'bars' ? half(series) : 0; // half a bar's place before the first and after the last
  return new uPlot(
    {
      width: box.clientWidth,
      height,
      padding: [8, narrow ? 16 : 44, 0, 0], // the last day's name is wider than its place
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { show: true, live: true },
      scales: { x: { range: (_u, low, high) => [low - spread, high + spread] }, y: { range: (_u, low, high) => heightOf(low, high, least) } },
      axes: [
        { ...axis, grid: { show: false }, values: (_u, at) => at.map((s) => (s * 1000 > lastDay ? '' : day(s * 1000))), space: 90, gap: 10 },
        { ...axis, incrs: steps, values: (_u, values) => values.map(write), size: (_u, values) => (narrow ? roomFor(values) : 76) },
      ],
      hooks: { ready: [last], setCursor: [last] },
      series: [{ label: dayName, value: (_u, s) => (s === null ? '–' : day(s * 1000)) }, ...lines],
    },
    [series[0]?.points.map(([at]) => at / 1000) ?? [], ...series.map((s) => s.points.map(([, value]) => value))],
    box,
  );
}

// last shows the newest figures while nothing is pointed at.
function last(u: uPlot) {
  if (u.cursor.idx === null || u.cursor.idx === undefined) u.setLegend({ idx: u.data[0].length - 1 }, false);
}

// bars of one instant stand side by side.
function bars(i: number, of: number, fill: string): Partial<uPlot.Series> {
  const align = of === 1 ? 0 : i === 0 ? -1 : 1;
  return { fill, paths: uPlot.paths.bars?.({ size: [of === 1 ? 0.7 : 0.38, of === 1 ? 32 : 20], align, radius: 0.15 }) };
}

function half(series: Series[]): number {
  const at = series[0]?.points.map(([ms]) => ms / 1000) ?? [];
  return at.length > 1 ? ((at.at(-1) ?? 0) - (at[0] ?? 0)) / (at.length - 1) / 2 : 43_200;
}
