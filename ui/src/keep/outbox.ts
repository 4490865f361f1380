/* Everything that is sent passes here: it is sealed on this device first, sent under one act id that
 * never changes, and deleted only after the server's receipt. So a lost answer, a closed page or a
 * dead battery neither loses nor doubles it. */
import { computed, shallowRef } from 'vue';
import { ApiError, online, seat, send, sendBlob, signedOut, token, type Difference, type Done, type Fault } from '../api';
import { now } from '../time';
import { newId } from './id';
import * as vault from './vault';

export interface Photo { id: string; field: string; name: string; size: number; sent: boolean }
export type ItemState = 'wait' | 'sending' | 'fix' | 'conflict';
export interface Item {
  id: string; // the act
  made: number;
  seat: string;
  command: string;
  fields: Record<string, string>;
  title: string; // what the person sees in the list
  back: string; // where it opens again: "#/fill/…"
  draft?: string; // the draft that it came from goes with the receipt
  photos: Photo[];
  state: ItemState;
  tries: number;
  next: number; // not before this moment (this device's clock)
  faults: Fault[];
  difference: Difference[];
  seq: number; // of the cell on the server, after a conflict
  reason: { zh: string; en: string } | null;
}
export interface Receipt { id: string; title: string; at: number; done: Done }

export const items = shallowRef<Item[]>([]);
export const receipts = shallowRef<Receipt[]>([]); // of this sitting
export const sealedOfOthers = shallowRef(0);
export const waiting = computed(() => items.value.length);
export const toFix = computed(() => items.value.filter((i) => i.state === 'fix' || i.state === 'conflict').length);
const FIVE_DAYS = 5 * 86_400_000;
export const tooLong = computed(() => items.value.filter((i) => now() - i.made > FIVE_DAYS).length);

const FIRST_WAIT = 5_000;
const LAST_WAIT = 300_000;
/** 5 s, 10 s, … 5 min, each shortened by up to a quarter so that phones do not come all at once. */
export function waitOf(tries: number, random = Math.random()): number {
  return Math.min(LAST_WAIT, FIRST_WAIT * 2 ** Math.max(0, tries - 1)) * (1 - random / 4);
}

type Listener = (item: Item, how: Receipt | ApiError) => void;
const listeners = new Map<string, Listener>();
/* Asks who is signed in and with which token: a page that was opened without a network has none. */
let renew = async (): Promise<void> => {};
export function renewBy(how: () => Promise<void>): void { renew = how; }
let timer: ReturnType<typeof setTimeout> | undefined;
const memory = new Map<string, ArrayBuffer>(); // photos where nothing can be sealed (no https)

function show(list: Item[]): void {
  items.value = [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
}
async function save(item: Item): Promise<void> {
  if (vault.canSeal()) await vault.put('outbox', item.id, item, item.made);
  show([...items.value.filter((i) => i.id !== item.id), { ...item }]);
}
async function forget(item: Item): Promise<void> {
  if (vault.canSeal()) {
    await vault.drop('outbox', item.id);
    for (const photo of item.photos) await vault.drop('photos', photo.id);
  }
  for (const photo of item.photos) memory.delete(photo.id);
  show(items.value.filter((i) => i.id !== item.id));
}

/** Reads what lies on the device for the person whose key is open. */
export async function load(): Promise<void> {
  if (!vault.canSeal()) return;
  const entries = await vault.all('outbox');
  const mine: Item[] = [];
  for (const entry of entries) {
    const raw = await vault.openSealed('outbox', entry);
    if (raw) mine.push({ ...(JSON.parse(new TextDecoder().decode(raw)) as Item) });
  }
  for (const item of mine) if (item.state === 'sending') item.state = 'wait'; // the page was closed meanwhile
  sealedOfOthers.value = entries.length - mine.length;
  show(mine);
}
export function unload(): void {
  items.value = [];
  receipts.value = [];
  clearTimeout(timer);
}

export async function keepPhoto(bytes: ArrayBuffer): Promise<string> {
  const id = newId();
  if (vault.canSeal()) await vault.put('photos', id, bytes);
  else memory.set(id, bytes);
  return id;
}
export const photoBytes = async (id: string): Promise<ArrayBuffer | null> =>
  memory.get(id) ?? (vault.canSeal() ? vault.bytes('photos', id) : null);

export interface Post {
  command: string; fields: Record<string, string>; title: string; back: string;
  draft?: string; photos?: Photo[]; seat?: string;
}
/** Takes something to send. The answer says what came of the first try, or null when it waits. */
export async function post(what: Post): Promise<Receipt | ApiError | null> {
  const item: Item = {
    photos: [], ...what, id: newId(), made: now(), seat: what.seat ?? seat.value, state: 'wait', tries: 0, next: 0,
    faults: [], difference: [], seq: 0, reason: null,
  };
  await save(item);
  void navigator.storage?.persist?.().catch(() => false);
  return new Promise((answer) => {
    listeners.set(item.id, (_, how) => answer(how instanceof ApiError && how.again ? null : how));
    void pump();
  });
}

function tell(item: Item, how: Receipt | ApiError): void {
  const listener = listeners.get(item.id);
  listeners.delete(item.id);
  listener?.(item, how);
}

function refused(item: Item, e: ApiError): Item {
  if (e.again || e.status === 401 || e.status === 403) {
    const tries = item.tries + 1;
    return { ...item, state: 'wait', tries, next: Date.now() + Math.max(e.wait * 1000, waitOf(tries)) };
  }
  return {
    ...item, state: e.status === 409 && e.difference.length ? 'conflict' : 'fix', faults: e.fields,
    difference: e.difference, seq: e.seq, reason: { zh: e.zh, en: e.en },
  };
}

async function sendOne(start: Item): Promise<ApiError | null> {
  let item: Item = { ...start, state: 'sending' };
  await save(item);
  try {
    for (const [k, photo] of item.photos.entries()) {
      if (photo.sent) continue;
      const bytes = await photoBytes(photo.id);
      if (!bytes) throw new ApiError(422, 'refused', '照片已经不在这台设备上，请重新拍', 'The photo is no longer on this device: take it again');
      await sendBlob(photo.id, bytes);
      item = { ...item, photos: item.photos.map((p, n) => (n === k ? { ...p, sent: true } : p)) };
      await save(item); // a broken line goes on with the next photo
    }
    const done = await send(item.command, item.id, item.made, item.seat, item.fields);
    const receipt: Receipt = { id: item.id, title: item.title, at: now(), done };
    await forget(item);
    if (item.draft && vault.canSeal()) await vault.drop('drafts', item.draft);
    receipts.value = [receipt, ...receipts.value].slice(0, 20);
    tell(item, receipt);
    return null;
  } catch (e) {
    // What this device itself refused (a full disk, say) is waited out like a broken line.
    const said = e instanceof ApiError ? e : new ApiError(0, 'device', '这台设备存不下了，腾出地方再试', 'This device has no room left');
    const after = refused(item, said);
    await save(after).catch(() => show([...items.value.filter((i) => i.id !== after.id), after]));
    tell(after, said);
    return said;
  }
}

/** One at a time, in the order of making; another page of this app may be at it already. */
async function pumpAll(force: boolean): Promise<void> {
  if (vault.canSeal()) await load(); // another page may have mended, sent or thrown away some of them
  for (const { id } of items.value) {
    const item = items.value.find((i) => i.id === id);
    if (!item || item.state !== 'wait' || (!force && item.next > Date.now())) continue;
    if (!token.value) await renew();
    let e = await sendOne(item);
    if (e?.status === 403) { // the token was of an older session
      await renew();
      e = await sendOne(items.value.find((i) => i.id === id) ?? item);
    }
    if (e?.offline || e?.status === 401) {
      for (const other of items.value) if (other.state === 'wait') tell(other, e);
      break; // the others would meet the same
    }
  }
}
let running: Promise<void> | null = null;
let again = false;
let forced = false;
async function rounds(): Promise<void> {
  clearTimeout(timer);
  try {
    do {
      const force = forced;
      again = forced = false;
      if (signedOut.value && !force) tellAll(new ApiError(401, 'signed_out', '', ''));
      else if (navigator.locks) await navigator.locks.request('tian-outbox', () => pumpAll(force));
      else await pumpAll(force);
    } while (again);
  } finally {
    running = null;
    schedule();
  }
}
/** Sends what is due (`force`: all that waits). Called while it is at it, it goes round once more. */
export function pump(force = false): Promise<void> {
  again = true;
  forced = forced || force;
  running ??= rounds();
  return running;
}
function tellAll(e: ApiError): void {
  for (const item of items.value) if (item.state === 'wait') tell(item, e);
}
function schedule(): void {
  clearTimeout(timer);
  const times = items.value.filter((i) => i.state === 'wait').map((i) => i.next);
  if (times.length && !signedOut.value) timer = setTimeout(() => void pump(), Math.max(1000, Math.min(...times) - Date.now()));
}

/** Takes an item out: to be mended in its form, or thrown away by its owner. */
export async function take(id: string, keepPhotos = false): Promise<Item | null> {
  const item = items.value.find((i) => i.id === id) ?? null;
  if (item) await forget(keepPhotos ? { ...item, photos: [] } : item);
  return item;
}

// ---- to a file and back: sealed as they lie, so only their own person can load them ----
interface Filed { id: string; person: number; made: number; iv: string; bytes: string }
interface OutboxFile { tian: 'outbox'; outbox: Filed[]; photos: Filed[] }
const to64 = (b: Uint8Array): string => btoa(Array.from(b, (c) => String.fromCharCode(c)).join(''));
const from64 = (s: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));

export async function toFile(): Promise<string> {
  const pack = async (shelf: vault.Shelf): Promise<Filed[]> => (await vault.all(shelf))
    .filter((e) => e.person === vault.person())
    .map((e) => ({ id: e.id, person: e.person, made: e.made, iv: to64(new Uint8Array(e.iv)), bytes: to64(new Uint8Array(e.bytes)) }));
  const file: OutboxFile = { tian: 'outbox', outbox: await pack('outbox'), photos: await pack('photos') };
  return JSON.stringify(file);
}
/** Counts what was taken in, and what belongs to somebody else or cannot be opened. */
export async function fromFile(text: string): Promise<{ taken: number; left: number }> {
  const file = JSON.parse(text) as OutboxFile;
  if (file.tian !== 'outbox') throw new Error('not an outbox');
  const counts = { taken: 0, left: 0 };
  for (const shelf of ['photos', 'outbox'] as const) {
    for (const one of file[shelf]) {
      const raw = await vault.openSealed(shelf, { ...one, iv: from64(one.iv), bytes: from64(one.bytes).buffer });
      const value: unknown = raw && shelf === 'outbox' ? JSON.parse(new TextDecoder().decode(raw)) : raw;
      if (value) await vault.put(shelf, one.id, value, one.made);
      if (shelf === 'outbox') counts[raw ? 'taken' : 'left']++;
    }
  }
  await load();
  return counts;
}

/** Once, when the app starts. */
export function startOutbox(): void {
  window.addEventListener('online', () => { online.value = true; void pump(true); });
  window.addEventListener('offline', () => { online.value = false; });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void pump(true); });
}
