/* Who is signed in, in which seat, and how they like to read. */
import { computed, shallowRef } from 'vue';
import { ApiError, askAhead, seat, signedOut, signOut, token, view } from './api';
import type { Me, Seat, Unit } from './api.gen';
import { reconnect } from './events';
import * as outbox from './keep/outbox';
import * as vault from './keep/vault';
import { setLang } from './words';

export const me = shallowRef<Me | null>(null);
export const heard = shallowRef(0); // when the server last told us
export const mySeat = computed<Seat | null>(() => me.value?.seats.find((s) => s.seat === seat.value) ?? me.value?.seat ?? null);
export const sayUnit = (unit: Unit): string => unit.name;
export const seatTitle = (s: Seat): string => s.role_title || s.title;

const read = (name: string): string => { try { return localStorage.getItem(name) ?? ''; } catch { return ''; } };
const write = (name: string, value: string): void => { try { localStorage.setItem(name, value); } catch { /* for this page only */ } };

// ---- text size ----
export const SIZES = ['m', 'l', 'xl'] as const;
export type TextSize = (typeof SIZES)[number];
export const textSize = shallowRef<TextSize>('m');
export function setTextSize(size: TextSize): void {
  textSize.value = size;
  document.documentElement.dataset.size = size;
  write('tian.size', size);
}

// ---- whether this seat has to do with cases, and may raise one: known after the first look at its books ----
export const works = shallowRef({ cases: false, raises: false });
/** 田 of the states of cases, by BOOK/STATE. */
export const phases = shallowRef<Record<string, number>>({});
export function setPhases(next: Record<string, number>): void {
  phases.value = next;
  write('tian.phases', JSON.stringify(next));
}
const worksOf = (): string => `tian.works.${seat.value}`;
export function setWorks(cases: boolean, raises: boolean): void {
  if (cases !== works.value.cases || raises !== works.value.raises) works.value = { cases, raises };
  write(worksOf(), `${Number(cases)}${Number(raises)}`);
}
function recallWorks(): void {
  const said = read(worksOf());
  try { phases.value = JSON.parse(read('tian.phases')); } catch { /* not known yet */ }
  works.value = { cases: said[0] === '1', raises: said[1] === '1' };
}

// ---- who ----
async function takeMe(given: Me): Promise<void> {
  const other = me.value && me.value.person !== given.person;
  me.value = given;
  token.value = given.token;
  seat.value = given.seat?.seat ?? '';
  recallWorks();
  signedOut.value = false;
  if (other) outbox.unload();
  if (given.key && vault.canSeal()) {
    if (vault.person() !== given.person) await vault.unlock(given.person, given.key);
    await vault.put('cache', 'me', { ...given, key: null, token: '' });
    await outbox.load();
  }
}

export async function loadMe(): Promise<void> {
  const answer = await view<Me>('me', { seat: seat.value || undefined });
  heard.value = answer.at;
  await takeMe(answer.data);
}
/** The counts beside the navigation, after something was done or heard. */
export async function refreshMe(): Promise<void> {
  try { await loadMe(); } catch (e) { if (!(e instanceof ApiError)) throw e; }
}

/** First thing the app does. Without a network it opens for whoever signed in here last. */
export async function start(first = ''): Promise<'in' | 'out' | 'offline'> {
  outbox.renewBy(refreshMe);
  const size = read('tian.size') as TextSize;
  if (SIZES.includes(size)) setTextSize(size);
  if (read('tian.lang') === 'en') await setLang('en');
  seat.value = read('tian.seat');
  if (first) askAhead(first);
  try {
    try { await loadMe(); } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 404) throw e;
      seat.value = ''; // the seat is no longer this person's: the first of theirs
      await loadMe();
    }
    outbox.startOutbox();
    void outbox.pump(true);
    return 'in';
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    if (e.status === 401) return 'out';
    if (!vault.canSeal() || !(await vault.unlockKept())) return e.offline ? 'offline' : 'out';
    const kept = await vault.get<Me>('cache', 'me');
    if (!kept) return 'offline';
    me.value = kept;
    seat.value = seat.value || (kept.seat?.seat ?? '');
    recallWorks();
    await outbox.load();
    outbox.startOutbox();
    window.addEventListener('online', () => void resume());
    return 'in';
  }
}
/** After signing in again, or when the network is back: the token is new, what waits goes out. */
export async function resume(): Promise<void> {
  await refreshMe();
  reconnect();
  void outbox.pump(true);
}
export function takeSeat(to: string): void {
  seat.value = to;
  write('tian.seat', to);
  recallWorks();
  reconnect();
  void refreshMe();
}
export async function leave(): Promise<void> {
  try { await signOut(); } catch (e) { if (!(e instanceof ApiError)) throw e; }
  if (vault.canSeal()) await vault.lock();
  outbox.unload();
  location.assign('/login');
}
