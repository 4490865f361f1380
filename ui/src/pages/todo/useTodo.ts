/* The to-do list: what is due, late, sent back, to be confirmed; filtered, and walked with J and K. */
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { Todo, Todos } from '../../api.gen';
import type { Tab } from '../../components/show/TabBar.vue';
import { clickOn, focusOn, showCurrent, useKeys } from '../../keys';
import { items as outbox } from '../../keep/outbox';
import { to } from '../../router';
import { phases } from '../../session';
import { sayDay, sayPeriod, workLeft, type Urgency } from '../../time';
import { useView, type Viewed } from '../../useView';
import { t } from '../../words';

export const keyOf = (x: Todo): string => [x.kind, x.book, x.unit?.code ?? '', x.period ?? '', x.number, x.items.join()].join('/');
export function urgency(x: Todo): Urgency {
  return x.kind === 'late' || x.due?.late ? 'over' : x.kind === 'returned' || x.due?.soon ? 'soon' : '';
}
export function dueText(x: Todo): string {
  if (!x.due) return t('due.none');
  return x.kind === 'case' ? x.due.text : workLeft(x.due.days);
}
export const dueDay = (x: Todo): string => (x.due ? t('due.before', { day: `${sayDay(x.due.day)}${x.due.time ? ` ${x.due.time}` : ''}` }) : '');
export const titleOf = (x: Todo): string => x.head || [x.title, x.period ? sayPeriod(x.period) : ''].filter(Boolean).join(' · ');
/** Something about this case lies on this device and is not yet received. */
const lies = (x: Todo): boolean => outbox.value.some((i) => i.command === 'record.move' && i.fields.book === x.book && i.fields.number === String(x.number));
export function whereOf(x: Todo): string {
  const unit = x.unit ? x.unit.name : t('todo.units', { n: x.units });
  if (x.kind === 'case') return [x.title, unit, x.state?.title, lies(x) ? t('outbox.wait') : ''].filter(Boolean).join(' · ');
  return [x.pack, unit, x.count > 1 ? t('todo.rows', { n: x.count }) : '', x.number ? t('rows.nth', { n: x.number }) : ''].filter(Boolean).join(' · ');
}
/* 田: to fill in, to review, totalled, published. */
export const phaseOf = (x: Todo): number => (x.kind === 'case' ? phases.value[`${x.book}/${x.state?.name}`] ?? 1 : x.kind === 'confirm' ? 1 : 0);
export function linkOf(x: Todo): string {
  if (x.kind === 'case') return to('case', x.book, x.number);
  if (x.kind === 'confirm') return to('review', x.book);
  if (!x.unit) return `${to('fill', x.book)}${x.period ? `?period=${encodeURIComponent(x.period)}` : ''}`;
  const items = x.items.length ? `?items=${x.items.map(encodeURIComponent).join(',')}` : '';
  return `${to('fill', x.book, x.unit.code, x.period ?? '-', ...(x.number ? [x.number] : []))}${items}`;
}
export const actWord = (x: Todo): string => t(x.kind === 'confirm' ? 'todo.review' : x.kind === 'returned' ? 'todo.mend' : x.unit ? 'todo.open' : 'todo.pick');

const rank = (x: Todo): number => (x.due?.late ? 0 : x.due?.soon ? 1 : x.due ? 2 : 3);

export interface TodoDesk {
  view: Viewed<Todos>; tabs: ComputedRef<Tab[]>; tab: Ref<string>; pack: Ref<string>; packs: ComputedRef<string[]>; words: Ref<string>;
  shown: ComputedRef<Todo[]>; chosen: ComputedRef<Todo | null>; choose: (x: Todo) => void;
}
export function useTodo(): TodoDesk {
  const view = useView<Todos>('todo', () => ({}), { keep: true, events: () => 'todo' });
  const tab = ref('all');
  const pack = ref('');
  const words = ref('');
  const at = ref('');
  /* Cases first: somebody waits for them, and their clocks run in hours. */
  const items = computed(() => {
    const all = view.data.value?.items ?? [];
    const cases = all.filter((x) => x.kind === 'case').sort((a, b) => rank(a) - rank(b) || (a.due ? `${a.due.day}${a.due.time}` : '').localeCompare(b.due ? `${b.due.day}${b.due.time}` : ''));
    return [...cases, ...all.filter((x) => x.kind !== 'case')];
  });
  const counts = computed(() => view.data.value?.counts ?? { due: 0, late: 0, returned: 0, confirm: 0, cases: 0, cases_late: 0 });
  const tabs = computed<Tab[]>(() => {
    const c = counts.value;
    const some: Tab[] = [
      { key: 'case', text: t('nav.cases'), count: c.cases, tone: c.cases_late ? 'over' : '' }, { key: 'late', text: t('todo.late'), count: c.late + c.cases_late, tone: 'over' }, { key: 'returned', text: t('todo.returned'), count: c.returned, tone: 'soon' },
      { key: 'due', text: t('todo.due'), count: c.due }, { key: 'confirm', text: t('todo.confirm'), count: c.confirm },
    ];
    return [{ key: 'all', text: t('todo.all'), count: c.cases + c.due + c.late + c.returned + c.confirm }, ...some.filter((x) => x.count || x.key === tab.value)];
  });
  const packs = computed(() => [...new Set(items.value.map((x) => x.pack))]);
  const shown = computed(() => items.value.filter((x) => (tab.value === 'all' || x.kind === tab.value || (tab.value === 'late' && x.kind === 'case' && !!x.due?.late)) && (!pack.value || x.pack === pack.value)
    && (!words.value.trim() || `${titleOf(x)} ${whereOf(x)} ${x.unit?.code ?? ''}`.includes(words.value.trim()))));
  const chosen = computed(() => shown.value.find((x) => keyOf(x) === at.value) ?? shown.value[0] ?? null);

  function move(n: number): void {
    const k = chosen.value ? shown.value.indexOf(chosen.value) : -1;
    const next = shown.value[Math.max(0, Math.min(shown.value.length - 1, k + n))];
    if (!next) return;
    at.value = keyOf(next);
    showCurrent();
  }
  const act = (): void => {
    const x = chosen.value;
    if (x?.kind === 'case') clickOn('case-act');
    else if (x) location.hash = linkOf(x);
  };
  useKeys({ j: () => move(1), k: () => move(-1), e: act, enter: () => { if (chosen.value) location.hash = linkOf(chosen.value); }, '/': () => focusOn('todo-find') });
  return { view, tabs, tab, pack, packs, words, shown, chosen, choose: (x) => { at.value = keyOf(x); } };
}
