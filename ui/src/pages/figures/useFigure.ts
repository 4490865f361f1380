/* The figure that the address names: "#/figures/NAME?unit=…&period=…&known=…&tree=…". */
import { computed, type ComputedRef } from 'vue';
import type { Figure, FigureBrief, FigureValue, Figures } from '../../api.gen';
import { route } from '../../router';
import { mySeat } from '../../session';
import { today } from '../../time';
import { useView, type Viewed } from '../../useView';
import { w } from './words';

export interface Asked { name: string; unit: string; period: string; known: string; tree: string }

/** The address of the same question with some of it changed; '' takes a part away. */
export function addressOf(asked: Asked, change: Partial<Asked> = {}): string {
  const all = { ...asked, ...change };
  const query = new URLSearchParams();
  for (const key of ['unit', 'period', 'known', 'tree'] as const) if (all[key]) query.set(key, all[key]);
  return `#/figures/${encodeURIComponent(all.name)}?${query}`;
}

/** The last whole period that the figure can be asked for. */
export function lastPeriod(every: string, day = today()): string {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  if (every !== 'month') return String(year - 1);
  return month > 1 ? `${year}-${String(month - 1).padStart(2, '0')}` : `${year - 1}-12`;
}

/** Periods of a year that the figure has: the year itself, its quarters, its months. */
export function partsOf(every: string): ('' | `q${number}` | `m${number}`)[] {
  const months = Array.from({ length: 12 }, (_, k) => `m${k + 1}` as const);
  const quarters = Array.from({ length: 4 }, (_, k) => `q${k + 1}` as const);
  if (every === 'year') return [''];
  if (every === 'quarter') return ['', ...quarters];
  return ['', ...quarters, ...months];
}
export function periodOf(year: string, part: string): string {
  if (part.startsWith('m')) return `${year}-${part.slice(1).padStart(2, '0')}`;
  if (part.startsWith('q')) return `${year}-${part}`;
  return year;
}
export function partOf(period: string): string {
  const found = /^\d{4}-(?:(\d\d)|q(\d))$/i.exec(period);
  if (!found) return '';
  return found[1] ? `m${Number(found[1])}` : `q${found[2]}`;
}

/** No value, or none expected here at all: the zero of a sum of nothing is not a zero. */
export const isNone = (value: FigureValue): boolean => value.value === null || value.text === '—';
/** Why there is no value, in words. */
export function why(value: FigureValue): string {
  if (value.value !== null || value.coverage?.expected === 0) return w('not_asked');
  const key = `state_${value.state.replace(/ /g, '_')}`;
  const known = ['state_missing', 'state_coverage', 'state_least', 'state_no_base', 'state_forbidden', 'state_undefined', 'state_no_unit'] as const;
  const hit = known.find((k) => k === key);
  return hit ? w(hit) : w('no_value');
}

/** Values sorted into five steps of equal count; equal values stand in one step. */
export function steps(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const bounds = [1, 2, 3, 4].map((k) => sorted[Math.min(sorted.length - 1, Math.floor((k * sorted.length) / 5))] ?? 0);
  return [...new Set(bounds)];
}
export function toneOf(value: number, bounds: number[]): string {
  const place = bounds.filter((b) => value >= b).length;
  const spread = bounds.length ? 4 / bounds.length : 0;
  return `c${1 + Math.round(place * spread)}`;
}

export interface FigurePage {
  list: Viewed<Figures>;
  asked: ComputedRef<Asked>;
  brief: ComputedRef<FigureBrief | undefined>;
  figure: Viewed<Figure>;
}
export function useFigure(): FigurePage {
  const list = useView<Figures>('figures', () => ({}), { keep: true });
  const name = computed(() => route.value.parts[0] ?? '');
  const brief = computed(() => list.data.value?.figures.find((f) => f.name === name.value));
  const asked = computed<Asked>(() => {
    const q = route.value.query;
    return {
      name: name.value,
      unit: q.get('unit') ?? mySeat.value?.unit.code ?? '',
      period: q.get('period') ?? lastPeriod(brief.value?.every ?? ''),
      known: q.get('known') ?? '',
      tree: q.get('tree') ?? '',
    };
  });
  const figure = useView<Figure>('figure', () => (name.value && brief.value ? argsOf(asked.value) : null), {
    keep: true,
    events: () => (name.value ? `figure:${name.value}:${asked.value.unit}` : null),
  });
  return { list, asked, brief, figure };
}
export function argsOf(a: Asked): Record<string, string> {
  return { name: a.name, unit: a.unit, period: a.period, known: a.known, tree_day: a.tree };
}
