/* The to-do list: what is due, late, sent back, to be confirmed; filtered, and walked with J and K. */
import { computed, onBeforeUnmount, onMounted, ref, type ComputedRef, type Ref } from 'vue';
import type { Todo, Todos } from '../../api.gen';
import type { Tab } from '../../components/show/TabBar.vue';
import { to } from '../../router';
import { sayDay, sayPeriod, type Urgency } from '../../time';
import { useView, type Viewed } from '../../useView';
import { t } from '../../words';

export const keyOf = (x: Todo): string => [x.kind, x.book, x.unit?.code ?? '', x.period ?? '', x.number, x.items.join()].join('/');
export function urgency(x: Todo): Urgency {
  return x.kind === 'late' || x.due?.late ? 'over' : x.kind === 'returned' || x.due?.soon ? 'soon' : '';
}
export function dueText(x: Todo): string {
  if (!x.due) return t('due.none');
  if (x.due.days < 0) return t('due.work.over', { n: -x.due.days });
  return x.due.days === 0 ? t('due.work.today') : t('due.work.left', { n: x.due.days });
}
export const dueDay = (x: Todo): string => (x.due ? t('due.before', { day: `${sayDay(x.due.day)}${x.due.time ? ` ${x.due.time}` : ''}` }) : '');
export const titleOf = (x: Todo): string => [x.title, x.period ? sayPeriod(x.period) : ''].filter(Boolean).join(' · ');
export function whereOf(x: Todo): string {
  const unit = x.unit ? x.unit.name : t('todo.units', { n: x.units });
  return [x.pack, unit, x.count > 1 ? t('todo.rows', { n: x.count }) : '', x.number ? t('rows.nth', { n: x.number }) : ''].filter(Boolean).join(' · ');
}
/* 田: to fill in, to review, totalled, published. */
export const phaseOf = (x: Todo): number => (x.kind === 'confirm' ? 1 : 0);
export function linkOf(x: Todo): string {
  if (x.kind === 'confirm') return to('review', x.book);
  if (!x.unit) return `${to('fill', x.book)}${x.period ? `?period=${encodeURIComponent(x.period)}` : ''}`;
  const items = x.items.length ? `?items=${x.items.map(encodeURIComponent).join(',')}` : '';
  return `${to('fill', x.book, x.unit.code, x.period ?? '-', ...(x.number ? [x.number] : []))}${items}`;
}
export const actWord = (x: Todo): string => t(x.kind === 'confirm' ? 'todo.review' : x.kind === 'returned' ? 'todo.mend' : x.unit ? 'todo.open' : 'todo.pick');

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
  const items = computed(() => view.data.value?.items ?? []);
  const counts = computed(() => view.data.value?.counts ?? { due: 0, late: 0, returned: 0, confirm: 0 });
  const tabs = computed<Tab[]>(() => {
    const c = counts.value;
    const some: Tab[] = [
      { key: 'late', text: t('todo.late'), count: c.late, tone: 'over' }, { key: 'returned', text: t('todo.returned'), count: c.returned, tone: 'soon' },
      { key: 'due', text: t('todo.due'), count: c.due }, { key: 'confirm', text: t('todo.confirm'), count: c.confirm },
    ];
    return [{ key: 'all', text: t('todo.all'), count: c.due + c.late + c.returned + c.confirm }, ...some.filter((x) => x.count || x.key === tab.value)];
  });
  const packs = computed(() => [...new Set(items.value.map((x) => x.pack))]);
  const shown = computed(() => items.value.filter((x) => (tab.value === 'all' || x.kind === tab.value) && (!pack.value || x.pack === pack.value)
    && (!words.value.trim() || `${titleOf(x)} ${whereOf(x)} ${x.unit?.code ?? ''}`.includes(words.value.trim()))));
  const chosen = computed(() => shown.value.find((x) => keyOf(x) === at.value) ?? shown.value[0] ?? null);

  function move(n: number): void {
    const k = chosen.value ? shown.value.indexOf(chosen.value) : -1;
    const next = shown.value[Math.max(0, Math.min(shown.value.length - 1, k + n))];
    if (!next) return;
    at.value = keyOf(next);
    requestAnimationFrame(() => document.querySelector('.rows [aria-current="true"]')?.scrollIntoView({ block: 'nearest' }));
  }
  function key(e: KeyboardEvent): void {
    const busy = (e.target as HTMLElement).closest('input, select, textarea, [role="dialog"]');
    if (busy || e.ctrlKey || e.metaKey || e.altKey) return;
    const k = e.key.toLowerCase();
    const onControl = (e.target as HTMLElement).closest('a, button');
    if (k === 'j') move(1);
    else if (k === 'k') move(-1);
    else if ((k === 'e' || (k === 'enter' && !onControl)) && chosen.value) location.hash = linkOf(chosen.value);
    else if (k === '/') { e.preventDefault(); document.getElementById('todo-find')?.focus(); }
  }
  onMounted(() => document.addEventListener('keydown', key));
  onBeforeUnmount(() => document.removeEventListener('keydown', key));
  return { view, tabs, tab, pack, packs, words, shown, chosen, choose: (x) => { at.value = keyOf(x); } };
}
