/* A read that keeps itself fresh: asked again when its arguments change and when the event stream
 * says so; with `keep`, the last answer lies sealed on the device and is shown, with its time, until
 * the network gives a newer one. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import { ApiError, seat, view, viewPath, type Answered, type Args } from './api';
import { watchView } from './events';
import * as vault from './keep/vault';
import { lang } from './words';

export interface Viewed<T> {
  data: ShallowRef<T | null>;
  at: ShallowRef<number>; // when the server said it
  seq: ShallowRef<number>;
  kept: ShallowRef<boolean>; // shown from this device, not yet from the network
  error: ShallowRef<ApiError | null>;
  busy: ShallowRef<boolean>;
  reload: () => Promise<void>;
}
export interface Options { keep?: boolean; events?: () => string | null }

const KEPT = 80;
async function keepAnswer(path: string, answer: unknown): Promise<void> {
  await vault.put('cache', path, answer);
  const old = (await vault.all('cache')).sort((a, b) => b.made - a.made).slice(KEPT);
  for (const one of old) await vault.drop('cache', one.id);
}

const placeOf = (name: string, args: Args): string => `${viewPath(name, args)}#${lang.value}`; // names come in the reader's language
/** Asks once and keeps the answer; without a network the kept one, where there is one. */
export async function askKept<T>(name: string, args: Args = {}): Promise<Answered<T>> {
  const seals = vault.canSeal() && vault.person() !== 0;
  try {
    const answer = await view<T>(name, args);
    if (seals) await keepAnswer(placeOf(name, args), answer);
    return answer;
  } catch (e) {
    const kept = e instanceof ApiError && e.again && seals ? await keptAnswer<T>(name, args) : null;
    if (!kept) throw e;
    return kept;
  }
}
export const keptAnswer = <T>(name: string, args: Args = {}): Promise<Answered<T> | null> => vault.get<Answered<T>>('cache', placeOf(name, args));
export const keepView = (name: string, args: Args, answer: Answered<unknown>): Promise<void> => keepAnswer(placeOf(name, args), answer);

/** args() null = do not ask yet. */
export function useView<T>(name: string, args: () => Args | null, options: Options = {}): Viewed<T> {
  const v: Viewed<T> = {
    data: shallowRef(null), at: shallowRef(0), seq: shallowRef(0), kept: shallowRef(false),
    error: shallowRef(null), busy: shallowRef(false), reload: () => load(false),
  };
  let round = 0;
  function take(answer: Answered<T>, kept: boolean): void {
    v.data.value = answer.data;
    v.at.value = answer.at;
    v.seq.value = answer.seq;
    v.kept.value = kept;
  }
  async function load(fresh: boolean): Promise<void> {
    const given = args();
    const mine = ++round;
    if (!given) return;
    const path = placeOf(name, given);
    if (fresh) { v.data.value = null; v.error.value = null; }
    v.busy.value = true;
    const keep = !!options.keep && vault.canSeal() && vault.person() !== 0;
    if (keep && !v.data.value) {
      const kept = await vault.get<Answered<T>>('cache', path);
      if (mine === round && kept && !v.data.value) take(kept, true);
    }
    try {
      const answer = await view<T>(name, given);
      if (mine !== round) return;
      take(answer, false);
      v.error.value = null;
      if (keep) await keepAnswer(path, answer);
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      if (mine === round) v.error.value = e;
    } finally {
      if (mine === round) v.busy.value = false;
    }
  }
  watch(() => JSON.stringify([args(), seat.value, lang.value]), () => void load(true), { immediate: true });
  let stop = (): void => {};
  watch(() => options.events?.() ?? null, (name) => {
    stop();
    stop = name ? watchView(name, () => void load(false)) : () => {};
  }, { immediate: true });
  onScopeDispose(() => { round++; stop(); });
  return v;
}
