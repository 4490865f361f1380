/* The list of cases: tabs, filters (they stand in the address), walking with J and K, selecting, and one
 * move for many. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { ApiError, view as ask } from '../../api';
import type { Book, Books, Case, CaseLine, CaseLoads, Cases, Name, Units } from '../../api.gen';
import type { Tab } from '../../components/show/TabBar.vue';
import { keptCase, keptCases } from '../../keep/cases';
import { items as outbox, post } from '../../keep/outbox';
import { showCurrent } from '../../keys';
import { route } from '../../router';
import { me, mySeat, refreshMe } from '../../session';
import { toast } from '../../toast';
import { useView, type Viewed } from '../../useView';
import { asksNothing, keyOf, listOffline, lyingFor, sharedMoves } from './logic';
import { backOf, headOf } from './useCase';
import { t } from '../../words';
import { w } from './words';

const PAGE = 50;
export const FILTERS = ['book', 'unit', 'item', 'state', 'holder', 'find'] as const;
export type Filter = (typeof FILTERS)[number];
export interface Choice { value: string; text: string }
export interface CasesDesk {
  view: Viewed<Cases>; where: ComputedRef<string>; data: ComputedRef<Cases | null>; heard: ComputedRef<number>; tab: ComputedRef<string>; tabs: ComputedRef<Tab[]>; filter: (name: Filter) => string; set: (change: Partial<Record<Filter | 'which', string>>) => void; filtered: ComputedRef<boolean>; clear: () => void;
  books: ComputedRef<Choice[]>; items: ComputedRef<Choice[]>; states: ComputedRef<Choice[]>; holders: ComputedRef<Choice[]>; declared: Viewed<Book>;
  lines: ComputedRef<CaseLine[]>; current: ComputedRef<CaseLine | null>; choose: (l: CaseLine) => void; move: (n: number) => void; more: () => void;
  picked: ShallowRef<Set<string>>; pick: (l: CaseLine) => void; pickAll: () => void; shared: ComputedRef<Name[]>; batch: (move: Name) => Promise<void>; busy: Ref<string>;
}
export function useCases(): CasesDesk {
  const query = computed(() => route.value.query);
  const filter = (name: Filter): string => query.value.get(name) ?? '';
  const first = me.value?.counts.cases ? 'mine' : 'open'; // who has none in hand looks at the others'
  const tab = computed(() => query.value.get('which') ?? first);
  function set(change: Partial<Record<Filter | 'which', string>>): void {
    const next = new URLSearchParams(query.value);
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    if ('book' in change) for (const name of ['item', 'state']) if (!(name in change)) next.delete(name);
    location.replace(`#/cases?${next}`);
  }
  const limit = ref(PAGE);
  const listed = useView<Books>('books', () => ({}), { keep: true });
  const caseBooks = computed(() => (listed.data.value?.books ?? []).filter((b) => b.cases && b.reads && !b.parent));
  const book = computed(() => filter('book') || (caseBooks.value.length === 1 ? caseBooks.value[0]!.name : ''));
  const declared = useView<Book>('book', () => (book.value ? { book: book.value } : null), { keep: true });
  const loads = useView<CaseLoads>('case_loads', () => ({ book: book.value || undefined, unit: filter('unit') || undefined }), { keep: true });
  const asked = useView<Units>('units', () => (filter('unit') ? { unit: filter('unit'), limit: 1 } : null), { keep: true });
  const args = computed(() => ({ ...Object.fromEntries(FILTERS.map((f) => [f, filter(f) || undefined])), which: tab.value, sort: tab.value === 'closed' ? 'newest' : 'due' }));
  const view = useView<Cases>('cases', () => ({ ...args.value, limit: limit.value }), { keep: true, events: () => (book.value ? `cases:${book.value}:${filter('unit') || mySeat.value?.unit.code}` : 'todo') });
  watch(args, (now, was) => { if (JSON.stringify(now) !== JSON.stringify(was)) { limit.value = PAGE; picked.value = new Set(); } });

  /* Without a network a list that was never opened is made of the cases that go along. */
  const along = shallowRef<{ data: Cases; at: number } | null>(null);
  watch([view.error, args], async ([e]) => {
    const all = e?.again ? await keptCases() : null;
    along.value = all && { at: all.at, data: listOffline(all.data.cases, tab.value, (f) => filter(f as Filter)) };
  });
  const data = computed(() => view.data.value ?? along.value?.data ?? null);
  const heard = computed(() => (view.data.value ? view.at.value : along.value?.at ?? 0));
  const lines = computed(() => data.value?.lines ?? []);
  const tabs = computed<Tab[]>(() => {
    const c = data.value?.counts;
    return [
      { key: 'mine', text: w('mine'), count: c?.mine }, { key: 'soon', text: w('soon'), count: c?.soon, tone: 'soon' }, { key: 'late', text: w('late'), count: c?.late, tone: 'over' },
      { key: 'open', text: w('open'), count: c?.open }, { key: 'closed', text: w('closed') }, ...(tab.value === 'all' ? [{ key: 'all', text: t('todo.all') }] : []),
    ];
  });
  const at = ref('');
  const place = ref(0); // where it stood: when it leaves the list, the next one takes its place
  const current = computed(() => lines.value.find((l) => keyOf(l) === at.value) ?? lines.value[Math.min(place.value, lines.value.length - 1)] ?? null);
  function choose(l: CaseLine): void {
    at.value = keyOf(l);
    place.value = lines.value.indexOf(l);
  }
  function move(n: number): void {
    const next = lines.value[Math.max(0, Math.min(lines.value.length - 1, (current.value ? lines.value.indexOf(current.value) : -1) + n))];
    if (next) { choose(next); showCurrent(); }
  }

  // ---- several at once ----
  const picked = shallowRef(new Set<string>());
  const chosen = computed(() => lines.value.filter((l) => picked.value.has(keyOf(l))));
  const busy = ref('');
  /* Which moves ask for nothing is of the flow, not of the row: one case of each state tells. */
  const easy = shallowRef<Record<string, string[]>>({});
  const stateOf = (l: CaseLine): string => `${l.book}/${l.state.name}`;
  watch(chosen, async (list) => {
    for (const l of list.filter((x, k) => list.findIndex((y) => stateOf(y) === stateOf(x)) === k && !easy.value[stateOf(x)])) {
      const c = (await keptCase(l.book, l.number))?.data ?? (await ask<Case>('case', { book: l.book, number: l.number }).catch(() => null))?.data;
      if (c) easy.value = { ...easy.value, [stateOf(l)]: c.choices.filter((x) => asksNothing(c, x.name)).map((x) => x.name) };
    }
  });
  const shared = computed(() => sharedMoves(chosen.value).filter((m) => chosen.value.every((l) => easy.value[stateOf(l)]?.includes(m.name))));
  function pick(l: CaseLine): void {
    const next = new Set(picked.value);
    next.has(keyOf(l)) ? next.delete(keyOf(l)) : next.add(keyOf(l));
    picked.value = next;
  }
  async function batch(move: Name): Promise<void> {
    const all = chosen.value.filter((l) => !lyingFor(outbox.value, l.book, l.number));
    if (!all.length || busy.value) return;
    let good = 0, kept = 0, bad = 0;
    try {
      for (const [k, l] of all.entries()) {
        busy.value = w('batch_doing', { k: k + 1, n: all.length });
        const how = await post({
          command: 'record.move', fields: { book: l.book, unit: l.unit.code, number: String(l.number), move: move.name, expect: String(l.seq) },
          title: `${move.title} · ${headOf(l)}`, back: backOf(l.book, l.number),
        });
        how === null ? kept++ : how instanceof ApiError ? bad++ : good++;
      }
      toast([good || !kept ? w('batch_done', { n: good }) : '', kept ? w('batch_kept', { n: kept }) : ''].filter(Boolean).join('，') + (bad ? w('batch_left', { n: bad }) : ''));
      picked.value = new Set();
    } finally {
      busy.value = '';
    }
    await view.reload();
    void refreshMe();
  }

  const listOf = (names: { name: string; title: string }[]): Choice[] => names.map((x) => ({ value: x.name, text: x.title }));
  const itemList = computed(() => declared.data.value?.fields.find((f) => f.type === 'item' && !f.of_move)?.list?.items ?? []);
  return {
    view, where: computed(() => (filter('unit') ? asked.data.value?.unit?.name ?? '' : '')), data, heard, tab, tabs, filter, set, filtered: computed(() => FILTERS.some((f) => filter(f))), clear: () => set(Object.fromEntries(FILTERS.map((f) => [f, '']))),
    books: computed(() => listOf(caseBooks.value)), items: computed(() => listOf(itemList.value)), states: computed(() => listOf(declared.data.value?.states ?? [])), declared,
    holders: computed(() => (loads.data.value?.loads ?? []).map((l) => ({ value: l.holder.code, text: `${l.holder.name}（${w('load', { open: l.open })}${l.late ? w('load_late', { late: l.late }) : ''}）` }))),
    lines, current, choose, move, more: () => { limit.value += PAGE; }, picked, pick, busy, batch,
    pickAll: () => { picked.value = new Set(picked.value.size ? [] : lines.value.map(keyOf)); },
    shared,
  };
}
