/* Cases that go along: after signing in, the open cases of this seat, the books that it may raise one in
 * and their empty forms lie sealed on the device, so that all of it works without a network. */
import { watch } from 'vue';
import { ApiError, seat, type Answered } from '../api';
import type { Book, Books, Case, CaseKept, Form } from '../api.gen';
import { watchView } from '../events';
import { mergeKept, renewKept } from '../pages/cases/logic';
import { mySeat, setWorks } from '../session';
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
/* A book that is raised at the post's own unit: its declaration and an empty form. */
async function fetchForms(books: Books): Promise<void> {
  const home = mySeat.value?.unit;
  for (const b of books.books.filter((x) => x.cases && x.writes && !x.parent).slice(0, 8)) {
    if (!home || !b.kinds.some((k) => k.name === home.kind)) continue;
    await askKept<Book>('book', { book: b.name, unit: home.code });
    await askKept<Form>('form', { book: b.name, unit: home.code });
  }
}

let running: Promise<void> | null = null;
async function round(): Promise<void> {
  try {
    const { data } = await askKept<Books>('books');
    const mine = data.books.filter((b) => b.cases && !b.over);
    setWorks(mine.length > 0, mine.some((b) => b.writes && !b.parent));
    if (!mine.length || !seals()) return;
    await fetchAll();
    await fetchForms(data);
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
