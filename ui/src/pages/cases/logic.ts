/* What can be said of cases without asking anybody: how much time is left, how far one has come, what
 * may be done with several at once, and what lies on this device about one. */
import type { Case, CaseDue, CaseLine, Cases, FlowState, Name } from '../../api.gen';
import type { Item } from '../../keep/outbox';
import { dayOf, left, now, sayClock, sayDay, sayMoment, type Urgency } from '../../time';

export const keyOf = (l: { book: string; number: number }): string => `${l.book}/${l.number}`;

/* What is left is counted by the server in working hours. Words that lie here for longer than this, or
 * past the moment itself, would lie: then plain hours are counted from the moment. */
const FRESH = 10 * 60_000;
/** A limit that ends with a day ends at its 24:00, not at 00:00 of the next. */
const sayEnd = (ms: number): string => (sayClock(ms) === '00:00' ? `${sayDay(dayOf(ms - 1))} 24:00` : sayMoment(ms));
export interface DueSaid { text: string; when: string; urgency: Urgency }
export function dueWords(due: CaseDue | null, heard: number): DueSaid | null {
  if (!due) return null;
  const over = due.late || due.at_ms <= now();
  const stale = now() - heard > FRESH || over !== due.late;
  return { text: stale ? left(due.at_ms).text : due.text, when: sayEnd(due.at_ms), urgency: over ? 'over' : due.soon || due.at_ms - now() < 86_400_000 ? 'soon' : '' };
}

/** 田: the states of the flow that are not the last, spread over four cells; 4 = settled. */
export function phaseOf(state: Name | null, final: boolean, states: FlowState[]): number {
  if (final) return 4;
  const open = states.filter((s) => !s.final);
  const k = open.findIndex((s) => s.name === state?.name);
  return k < 0 ? 1 : Math.floor((k * 4) / Math.max(1, open.length));
}
/** Late first, then by what is due first; what has no limit comes last. */
export function byDue(a: CaseLine, b: CaseLine): number {
  return Number(b.late) - Number(a.late) || (a.due?.at_ms ?? Infinity) - (b.due?.at_ms ?? Infinity) || a.began_ms - b.began_ms || a.number - b.number;
}

export interface Step { text: string; note: 'done' | 'here' | 'next' }
/** The states that it came through, where it is, and where its usual way leads. */
export function stepsOf(c: Case): Step[] {
  const path: string[] = [];
  for (const m of c.moves) {
    const k = path.indexOf(m.to.title);
    if (k >= 0) path.length = k; // it came back: what lay between is open again
    path.push(m.to.title);
  }
  const here = c.line.state.title;
  const been = path.filter((p) => p !== here).slice(-3);
  const next = c.line.final ? undefined : (c.choices.find((x) => x.main) ?? c.choices.find((x) => x.to.name !== c.line.state.name))?.to.title;
  return [...been.map((text) => ({ text, note: 'done' as const })), { text: here, note: 'here' as const }, ...(next && next !== here && !been.includes(next) ? [{ text: next, note: 'next' as const }] : [])];
}

/** Moves that every one of them allows now: only of one book, since names of moves are its own. */
export function sharedMoves(lines: CaseLine[]): Name[] {
  const [first, ...rest] = lines;
  if (!first || rest.some((l) => l.book !== first.book)) return [];
  return first.moves.filter((m) => rest.every((l) => l.moves.some((x) => x.name === m.name)));
}
/** Nothing is left to be written before it can be made. */
export const asksNothing = (c: Case, move: string): boolean => c.choices.some((x) => x.name === move && x.may && !x.fields.length);

/** What lies on this device about a case and has not been received. */
export function lyingFor(items: Item[], book: string, number: number): Item | null {
  return items.find((i) => /^record\.(move|join|release)$/.test(i.command) && i.fields.book === book && i.fields.number === String(number)) ?? null;
}
export const isRefused = (i: Item | null): boolean => i?.state === 'fix' || i?.state === 'conflict';

/** The kept cases with a newer one in its place: an older answer never replaces what was said later. */
export function mergeKept(kept: Case[], fresh: Case, most = 300): Case[] {
  const key = keyOf(fresh.line);
  const old = kept.find((c) => keyOf(c.line) === key);
  if (old && old.line.seq > fresh.line.seq) return kept;
  return [fresh, ...kept.filter((c) => c !== old)].slice(0, most);
}
/** A whole new answer. What was opened by hand and is not in it stays to be read, unless it could be acted
 * upon: that one has left this seat. */
export function renewKept(kept: Case[], fresh: Case[], most = 300): Case[] {
  const now = new Map(fresh.map((c) => [keyOf(c.line), c]));
  const stays = kept.filter((c) => {
    const other = now.get(keyOf(c.line));
    return other ? other.line.seq < c.line.seq : !c.choices.some((x) => x.may);
  });
  const keys = new Set(stays.map((c) => keyOf(c.line)));
  return [...fresh.filter((c) => !keys.has(keyOf(c.line))), ...stays].slice(0, most);
}

/** A list out of the kept cases, as the server would give it. */
export function listOffline(kept: Case[], which: string, filter: (name: string) => string): Cases {
  const mine = (c: Case): boolean => c.choices.some((x) => x.may);
  const open = kept.filter((c) => !c.line.final);
  const late = (l: CaseLine): boolean => l.late || (!!l.due && l.due.at_ms <= now());
  const soon = (l: CaseLine): boolean => !late(l) && !!l.due && l.due.at_ms - now() < 86_400_000;
  const words = filter('find');
  const fits = (l: CaseLine): boolean => (!filter('book') || l.book === filter('book')) && (!filter('unit') || l.unit.code === filter('unit')) && (!filter('item') || l.item?.name === filter('item'))
    && (!filter('state') || l.state.name === filter('state')) && (!filter('holder') || l.holder?.code === filter('holder')) && (!words || `${l.no} ${l.head}`.includes(words));
  const by: Record<string, (c: Case) => boolean> = { mine, late: (c) => late(c.line), soon: (c) => soon(c.line), open: () => true };
  const list = which === 'closed' ? kept.filter((c) => c.line.final) : open.filter(by[which] ?? mine);
  const lines = list.map((c) => c.line).filter(fits).sort(byDue);
  return { total: lines.length, from: 0, next: null, lines, counts: { mine: open.filter(mine).length, late: open.filter((c) => late(c.line)).length, soon: open.filter((c) => soon(c.line)).length, open: open.length } };
}
