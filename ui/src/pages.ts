/* The pages, one row each: address, file (fetched when first opened), whether it is a task (a form:
 * the phone hides its tabs), and where it stands in the navigation. */
import type { Component } from 'vue';
import type { Seat } from './api.gen';
import type { PATHS } from './components/shell/AppIcon.vue';
import { waiting } from './keep/outbox';
import { me, works } from './session';
import type { Key } from './words';

type Load = () => Promise<{ default: Component }>;
type Duty = Seat['duty'];
export interface NavEntry { page: string; word: Key; icon: keyof typeof PATHS; count?: () => number; duties: Duty[]; tab?: Duty[]; when?: () => boolean; rail?: false }
export interface PageRow { load: Load; task?: (parts: string[]) => boolean; nav?: Omit<NavEntry, 'page'> }

const counts = (): number => (me.value ? me.value.counts.due + me.value.counts.late + me.value.counts.returned : 0);
const hasCases = (): boolean => works.value.cases;
const OFFICE: Duty[] = ['none'];
const ALL: Duty[] = ['none', 'system', 'people', 'audit'];

export const PAGES: Record<string, PageRow> = {
  todo: { load: () => import('./pages/TodoPage.vue'), nav: { word: 'nav.todo', icon: 'todo', count: counts, duties: OFFICE, tab: OFFICE } },
  cases: { load: () => import('./pages/cases/CasesPage.vue'), nav: { word: 'nav.cases', icon: 'list', count: () => me.value?.counts.cases ?? 0, duties: OFFICE, when: hasCases } },
  case: { load: () => import('./pages/cases/CasePage.vue'), task: () => true },
  report: { load: () => import('./pages/report/ReportPage.vue'), task: () => true, nav: { word: 'nav.report', icon: 'plus', duties: OFFICE, tab: OFFICE, when: () => works.value.raises, rail: false } },
  board: { load: () => import('./pages/board/BoardPage.vue'), nav: { word: 'nav.board', icon: 'board', duties: OFFICE, when: hasCases } },
  fill: {
    load: () => import('./pages/FillPage.vue'), task: (parts) => parts.length >= 3,
    nav: { word: 'nav.fill', icon: 'fill', duties: OFFICE, tab: OFFICE },
  },
  review: { load: () => import('./pages/review/ReviewPage.vue'), nav: { word: 'nav.review', icon: 'review', count: () => me.value?.counts.confirm ?? 0, duties: OFFICE } },
  figures: { load: () => import('./pages/figures/FiguresPage.vue'), nav: { word: 'nav.figures', icon: 'figures', duties: ALL } },
  unit: { load: () => import('./pages/unit/UnitPage.vue'), nav: { word: 'nav.unit', icon: 'unit', duties: ALL } },
  exchange: { load: () => import('./pages/exchange/ExchangePage.vue'), nav: { word: 'nav.exchange', icon: 'exchange', duties: OFFICE } },
  people: { load: () => import('./pages/people/PeoplePage.vue'), nav: { word: 'nav.people', icon: 'people', duties: ALL, tab: ['people'] } },
  health: { load: () => import('./pages/watch/HealthPage.vue'), nav: { word: 'nav.health', icon: 'clock', duties: ['system'], tab: ['system'] } },
  audit: { load: () => import('./pages/watch/AuditPage.vue'), nav: { word: 'nav.audit', icon: 'eye', duties: ['audit'], tab: ['audit'] } },
  outbox: { load: () => import('./pages/OutboxPage.vue'), nav: { word: 'nav.outbox', icon: 'outbox', count: () => waiting.value, duties: OFFICE, tab: OFFICE } },
  me: { load: () => import('./pages/MePage.vue'), nav: { word: 'nav.me', icon: 'me', duties: ALL, tab: ALL } },
};

// Order of the navigation; what only a phone's tabs show has `rail: false`.
const ORDER = ['todo', 'cases', 'fill', 'report', 'review', 'board', 'figures', 'unit', 'exchange', 'people', 'health', 'audit', 'outbox', 'me'];
export function navOf(seat: Seat | null): NavEntry[] {
  const duty = seat?.duty ?? 'none';
  return ORDER.flatMap((page) => {
    const nav = PAGES[page]?.nav;
    return nav && (nav.when?.() ?? true) && (seat || page === 'me') && nav.duties.includes(duty) ? [{ page, ...nav }] : []; // without a seat: only oneself
  });
}
/** On a phone: four, and 上报 in their middle where the seat may raise a case. */
export function tabsOf(seat: Seat | null): NavEntry[] {
  const duty = seat?.duty ?? 'none';
  return navOf(seat).filter((n) => n.tab?.includes(duty)).slice(0, 5);
}
/** Where the day begins: the first of its own, not of everybody's. */
export const homeOf = (seat: Seat | null): string => tabsOf(seat)[0]?.page ?? 'me';
