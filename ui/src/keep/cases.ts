/* Cases that go along: after signing in, the open cases of this seat, the books that it may raise one in
 * and their empty forms lie sealed on the device, so that all of it works without a network. */
import { watch } from 'vue';
import { ApiError, seat, type Answered } from '../api';
import type { Book, BookBrief, Books, Case, CaseKept, Form, Units } from '../api.gen';
import { watchView } from '../events';
import { mergeKept, phaseOf, renewKept } from '../pages/cases/logic';
import { mySeat, setPhases, setWorks } from '../session';
import { askKept, keepView, keptAnswer } from '../useView';
import { lang } from '../words';
import { receipts } from './outbox';
import * as vault from './vault';

const NAME = 'cases_kept';
const seals = (): boolean => vault.canSeal() && vault.person() !== 0;
export const keptCases = async (): Promise<Answered<CaseKept> | null> => (seals() ? keptAnswer<CaseKept>(NAME) : null);

export async function keptCase(book: string, number: number): Promise<{ data: Case; at: number } | null> {
  const all = await keptCases();
  const data = all?.data.cases.find((c) => c.line.book === book && c.line.number === number);
  return all && data ? { data, at: (data as Case & { heard?: number }).heard ?? all.at } : null;
}
/** One that was just heard, into its place. */
export async function keepCase(fresh: Case, at: number): Promise<void> {
  if (!seals()) return;
  const all = (await keptCases()) ?? { seq: 0, at, data: { cases: [], more: 0 } };
  const one: Case & { heard: number } = { ...fresh, heard: at };
  await keepView(NAME, {}, { ...all, data: { ...all.data, cases: mergeKept(all.data.cases, one) } });
}

async function fetchAll(): Promise<void> {
  const before = await keptCases();
  const fresh = await askKept<CaseKept>(NAME);
  if (before && fresh.at > before.at) await keepView(NAME, {}, { ...fresh, data: { ...fresh.data, cases: renewKept(before.data.cases, fresh.data.cases) } });
}
/* The declarations, which tell the phases of states; of what is raised at the post's own unit also an empty form. */
async function fetchBooks(mine: BookBrief[]): Promise<void> {
  const home = mySeat.value?.unit;
  const next: Record<string, number> = {};
  for (const b of mine.slice(0, 12)) {
    const at = home && b.writes && !b.parent && b.kinds.some((k) => k.name === home.kind) ? { book: b.name, unit: home.code } : { book: b.name };
    const { data } = await askKept<Book>('book', at);
    for (const s of data.states) next[`${b.name}/${s.name}`] = phaseOf(s, s.final, data.states);
    if ('unit' in at) await askKept<Form>('form', at);
  }
  setPhases(next);
}

let running: Promise<void> | null = null;
async function round(): Promise<void> {
  try {
    const { data } = await askKept<Books>('books');
    const mine = data.books.filter((b) => b.cases && !b.over);
    const raised = mine.filter((b) => b.writes && !b.parent);
    const below = raised.length ? (await askKept<Units>('units', { limit: 1 })).data.counts : [];
    const kinds = new Set([mySeat.value?.unit.kind, ...below.map((k) => k.kind)]); // a department may write, but nothing is raised there
    setWorks(mine.length > 0, raised.some((b) => b.kinds.some((k) => kinds.has(k.name))));
    if (!mine.length) return;
    await fetchBooks(mine);
    if (seals()) await fetchAll();
  } catch (e) {
    if (!(e instanceof ApiError)) throw e; // without a network: what lies here stays
  } finally {
    running = null;
  }
}
const PAUSE = 60_000; // events come in crowds; what is opened is asked for anew anyway
let last = 0;
export function renewAll(): Promise<void> {
  last = Date.now();
  running ??= round();
  return running;
}
export function startCases(): void {
  let stop = (): void => {};
  watch([seat, lang], () => {
    stop();
    void renewAll();
    stop = watchView('todo', () => { if (Date.now() - last > PAUSE) void renewAll(); });
  }, { immediate: true });
  watch(receipts, (now, was) => { if (now.length > was.length) void renewAll(); });
  window.addEventListener('online', () => void renewAll());
}
