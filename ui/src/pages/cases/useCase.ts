/* One case: as it was last heard, kept on the device; what lies in the outbox about it; and moving it. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { ApiError, seat, view } from '../../api';
import type { Case, CaseChoice, Value } from '../../api.gen';
import { watchView } from '../../events';
import { keepCase, keptCase } from '../../keep/cases';
import { items, post, receipts, take, type Item } from '../../keep/outbox';
import { to } from '../../router';
import { refreshMe } from '../../session';
import { toast } from '../../toast';
import { lang, say, t } from '../../words';
import { isRefused, lyingFor } from './logic';
import { w } from './words';

export interface CaseDesk {
  data: ShallowRef<Case | null>; at: ShallowRef<number>; kept: ShallowRef<boolean>; error: ShallowRef<ApiError | null>; busy: ShallowRef<boolean>; acting: Ref<boolean>;
  lying: ComputedRef<Item | null>; refused: ComputedRef<boolean>; reload: () => Promise<void>;
  send: (choice: { name: string; title: string }, cells?: Record<string, string>) => Promise<boolean>;
  join: () => Promise<void>; release: () => Promise<void>; takeBack: () => Promise<void>;
}
export const backOf = (book: string, number: number): string => to('case', book, number);
export const headOf = (l: { head: string; title: string; no: string; number: number }): string => l.head || `${l.title} ${l.no || w('nth', { n: l.number })}`;
/** Cells of a move as the server takes them. */
export const cellText = (v: Value): string => (Array.isArray(v) ? v.join('、') : typeof v === 'string' ? v : '');
export const mainOf = (c: Case): CaseChoice | undefined => c.choices.find((x) => x.main && x.may) ?? c.choices.find((x) => x.may);

export function useCase(at: () => { book: string; number: number } | null): CaseDesk {
  const data = shallowRef<Case | null>(null);
  const heard = shallowRef(0);
  const kept = shallowRef(false);
  const error = shallowRef<ApiError | null>(null);
  const busy = shallowRef(false);
  const acting = ref(false);
  let round = 0;
  async function load(fresh = false): Promise<void> {
    const place = at();
    const mine = ++round;
    if (fresh) { data.value = null; error.value = null; }
    if (!place) return;
    busy.value = true;
    if (!data.value) {
      const one = await keptCase(place.book, place.number);
      if (mine === round && one && !data.value) { data.value = one.data; heard.value = one.at; kept.value = true; }
    }
    try {
      const answer = await view<Case>('case', place);
      if (mine !== round) return;
      data.value = answer.data;
      heard.value = answer.at;
      kept.value = false;
      error.value = null;
      void keepCase(answer.data, answer.at);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      if (mine !== round) return;
      error.value = e;
      if (!e.again && e.status !== 401) data.value = null; // gone, or no longer for this seat
    } finally {
      if (mine === round) busy.value = false;
    }
  }
  let stop = (): void => {};
  watch(() => JSON.stringify([at(), seat.value, lang.value]), () => {
    const place = at();
    stop();
    stop = place ? watchView(`case:${place.book}:${place.number}`, () => void load()) : () => {};
    void load(true);
  }, { immediate: true });
  watch(receipts, () => void load()); // what lay here was received meanwhile
  onScopeDispose(() => { round++; stop(); });

  const lying = computed(() => (data.value ? lyingFor(items.value, data.value.line.book, data.value.line.number) : null));
  async function act(command: string, fields: Record<string, string>, word: string, done: string): Promise<boolean> {
    const line = data.value?.line;
    if (!line || acting.value) return false;
    acting.value = true;
    try {
      const how = await post({ command, fields: { book: line.book, unit: line.unit.code, number: String(line.number), ...fields }, title: `${word} · ${headOf(line)}`, back: backOf(line.book, line.number) });
      if (how instanceof ApiError && how.status !== 401) toast(say(how) || how.fields.map((f) => say(f)).join('；') || t('error.other'));
      else if (how && !(how instanceof ApiError)) toast(done || w('sent', { what: word, seq: how.done.seq })); // what lies here says so with the case
      void refreshMe();
      void load();
      return !(how instanceof ApiError);
    } finally {
      acting.value = false;
    }
  }
  return {
    data, at: heard, kept, error, busy, acting, lying, refused: computed(() => isRefused(lying.value)), reload: () => load(),
    send: async (choice, cells = {}) => {
      if (isRefused(lying.value)) await take(lying.value!.id, true); // this one stands for it
      return act('record.move', { move: choice.name, expect: String(data.value?.line.seq ?? 0), ...cells }, choice.title, '');
    },
    join: async () => { await act('record.join', {}, w('join'), w('join_done')); },
    release: async () => { await act('record.release', { seq: String(data.value?.line.seq ?? 0) }, w('release'), w('released')); },
    takeBack: async () => { if (lying.value && (await take(lying.value.id))) toast(w('taken')); },
  };
}
