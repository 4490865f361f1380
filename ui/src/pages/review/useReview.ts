/* What waits for this seat: choosing, confirming one or many, sending back with a reason. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { ApiError } from '../../api';
import type { Review, ReviewBook, ReviewRow } from '../../api.gen';
import { post, type Receipt } from '../../keep/outbox';
import { route } from '../../router';
import { refreshMe } from '../../session';
import { sayPeriod } from '../../time';
import { toast } from '../../toast';
import { useView, type Viewed } from '../../useView';
import { say } from '../../words';
import { w } from './words';

export interface Line { key: string; book: ReviewBook; row: ReviewRow; title: string; calm: boolean }
const PAGE = 100;

/** "12.50" against "10": how much more or less, where both are plain numbers. */
export function gap(before: string, after: string): number | null {
  const a = plain(before), b = plain(after);
  return a === null || b === null ? null : b - a;
}
function plain(text: string): number | null {
  const digits = text.replace(/[^\d.-]/g, '');
  const n = Number(digits);
  return digits === '' || Number.isNaN(n) ? null : n;
}
/** Little to look at: no warning, and no number that more than halved or doubled. */
export function isCalm(row: ReviewRow): boolean {
  if (row.warnings.length || row.against === 'none') return false;
  return row.changed.every((c) => {
    const a = plain(c.before_text), b = plain(c.after_text);
    if (a === null || b === null) return false;
    return a === b || (a !== 0 && b / a <= 2 && b / a >= 0.5);
  });
}
/** The newest period first: what came in last is what is asked after. */
export function linesOf(review: Review | null, gone: Set<string>): Line[] {
  return [...(review?.books ?? [])].sort((a, b) => (b.period ?? '').localeCompare(a.period ?? '')).flatMap((book) => book.rows.map((row) => {
    const period = row.period ? ` ${sayPeriod(row.period)}` : '';
    const items = row.items.length ? ` ${row.items.join(' ')}` : '';
    return { key: `${book.book}/${row.unit.code}/${row.period ?? ''}/${row.number}/${row.seq}`, book, row, title: `${row.unit.name} ${book.title}${period}${items}`, calm: isCalm(row) };
  })).filter((line) => !gone.has(line.key));
}

export interface Reviewing {
  view: Viewed<Review>; lines: ComputedRef<Line[]>; current: ComputedRef<Line | undefined>; chosen: Ref<string>; picked: ShallowRef<Set<string>>;
  busy: Ref<string>; move: (n: number) => void; pick: (key: string) => void; pickAll: (calm: boolean) => void;
  confirm: (line: Line) => Promise<void>; sendBack: (line: Line, reason: string) => Promise<void>; confirmPicked: () => Promise<void>; more: () => void; left: ComputedRef<number>;
}
export function useReview(): Reviewing {
  const limit = ref(PAGE);
  const view = useView<Review>('review', () => ({ book: route.value.parts[0], limit: limit.value }), { keep: true, events: () => 'todo' });
  const gone = shallowRef(new Set<string>());
  const picked = shallowRef(new Set<string>());
  const chosen = ref('');
  const busy = ref('');
  const lines = computed(() => linesOf(view.data.value, gone.value));
  const current = computed(() => lines.value.find((l) => l.key === chosen.value) ?? lines.value[0]);
  const left = computed(() => Math.max(0, (view.data.value?.total ?? 0) - gone.value.size));
  watch(view.data, () => { gone.value = new Set(); });

  function move(n: number): void {
    const k = lines.value.findIndex((l) => l.key === current.value?.key);
    const next = lines.value[k + n];
    if (next) chosen.value = next.key;
  }
  function leaveOut(line: Line): void {
    const k = lines.value.findIndex((l) => l.key === line.key);
    const next = lines.value[k + 1] ?? lines.value[k - 1];
    if (current.value?.key === line.key) chosen.value = next?.key ?? '';
    gone.value = new Set([...gone.value, line.key]);
    picked.value = new Set([...picked.value].filter((key) => key !== line.key));
  }
  async function act(line: Line, command: string, reason = ''): Promise<Receipt | ApiError | null> {
    const fields: Record<string, string> = { book: line.book.book, unit: line.row.unit.code, expect: String(line.row.seq) };
    if (line.row.period) fields.period = line.row.period;
    if (line.row.number) fields.number = String(line.row.number);
    if (reason) fields.reason = reason;
    const word = command === 'record.confirm' ? w('confirm') : w('back');
    const how = await post({ command, fields, title: `${word} ${line.title}`, back: '#/review' });
    if (!(how instanceof ApiError)) leaveOut(line);
    return how;
  }
  async function one(line: Line, command: string, word: 'done' | 'returned', reason = ''): Promise<void> {
    if (busy.value) return;
    busy.value = line.key;
    const how = await act(line, command, reason);
    busy.value = '';
    if (how instanceof ApiError) toast(w('refused', { why: say(how) || how.fields.map((f) => say(f)).join('；') }), undefined, undefined, true);
    else toast(w(how ? word : 'waits', { what: line.title }));
    void refreshMe();
  }
  async function confirmPicked(): Promise<void> {
    const all = lines.value.filter((l) => picked.value.has(l.key));
    let good = 0;
    for (const [k, line] of all.entries()) {
      busy.value = w('progress', { k: k + 1, n: all.length });
      if (!((await act(line, 'record.confirm')) instanceof ApiError)) good++;
    }
    busy.value = '';
    toast(good === all.length ? w('finished', { n: good }) : w('partly', { n: good, left: all.length - good }));
    await view.reload();
    void refreshMe();
  }
  return {
    view, lines, current, chosen, picked, busy, move, left,
    pick: (key) => { picked.value = new Set(picked.value.has(key) ? [...picked.value].filter((k) => k !== key) : [...picked.value, key]); },
    pickAll: (calm) => {
      const wanted = lines.value.filter((l) => !calm || l.calm).map((l) => l.key);
      picked.value = new Set(picked.value.size === wanted.length && !calm ? [] : wanted);
    },
    confirm: (line) => one(line, 'record.confirm', 'done'),
    sendBack: (line, reason) => one(line, 'record.return', 'returned', reason),
    confirmPicked, more: () => { limit.value += PAGE; },
  };
}
