/* A table goes out, comes back, is tried, and only then written: all of it or nothing. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { ApiError, filePath, sendFile, type Args } from '../../api';
import type { BookBrief, Books, Imported } from '../../api.gen';
import { newId } from '../../keep/id';
import { refreshMe, mySeat } from '../../session';
import { today } from '../../time';
import { useView, type Viewed } from '../../useView';
import { lastPeriod } from '../figures/useFigure';

export const MOST = 8 * 1024 * 1024;
/** What the person chose for columns that were not recognised; '' leaves a column out. */
export type Chosen = Record<string, string>;

export function mapOf(chosen: Chosen): string | undefined {
  const pairs = Object.entries(chosen).filter(([, field]) => field);
  return pairs.length ? pairs.map(([column, field]) => `${column}=${field === '-' ? '' : field}`).join('\n') : undefined;
}
export interface Exchange {
  books: Viewed<Books>; book: Ref<string>; brief: ComputedRef<BookBrief | undefined>; unit: Ref<string>; period: Ref<string>;
  file: ShallowRef<File | null>; report: ShallowRef<Imported | null>; error: ShallowRef<ApiError | null>; busy: Ref<'' | 'try' | 'write'>; chosen: Ref<Chosen>;
  path: (what: 'template' | 'export') => string; choose: (file: File | null) => void; run: (dry: boolean) => Promise<void>;
}
export function useExchange(): Exchange {
  const books = useView<Books>('books', () => ({}), { keep: true });
  const book = ref('');
  const unit = ref('');
  const period = ref('');
  const file = shallowRef<File | null>(null);
  const report = shallowRef<Imported | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const busy = ref<'' | 'try' | 'write'>('');
  const chosen = ref<Chosen>({});
  const brief = computed(() => books.data.value?.books.find((b) => b.name === book.value));
  let act = '';
  watch(() => books.data.value, (b) => { if (b && !book.value) book.value = (b.books.find((x) => x.writes && !x.over) ?? b.books[0])?.name ?? ''; }, { immediate: true });
  watch(brief, (b) => { period.value = b?.every && b.every !== 'none' ? lastPeriod(b.every, today()) : ''; });
  watch([book, unit, period], () => { report.value = null; error.value = null; });

  function choose(given: File | null): void {
    file.value = given;
    report.value = null;
    error.value = null;
    chosen.value = {};
    act = newId();
    if (given && given.size > MOST) error.value = new ApiError(413, 'too_large', '文件超过 8 MB，分开交', 'More than 8 MB: bring it in parts');
    else if (given) void run(true);
  }
  /** A lost answer is asked for again under the same act, so a table is never written twice. */
  async function run(dry: boolean): Promise<void> {
    if (!file.value || busy.value) return;
    busy.value = dry ? 'try' : 'write';
    error.value = null;
    const args: Args = { book: book.value, period: period.value, name: file.value.name, map: mapOf(chosen.value) };
    try {
      report.value = await sendFile<Imported>(args, await file.value.arrayBuffer(), dry ? '' : act);
      if (!dry) void refreshMe();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      error.value = e;
    } finally {
      busy.value = '';
    }
  }
  const path = (what: 'template' | 'export'): string => filePath(what, { book: book.value, unit: unit.value || mySeat.value?.unit.code, period: period.value });
  return { books, book, brief, unit, period, file, report, error, busy, chosen, path, choose, run };
}
