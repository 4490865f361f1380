/* What stays on this device, sealed: IndexedDB holds bytes only (never Blobs: some browsers lose
 * them), each sealed with AES-GCM under a key that the session gave. The key is held as a
 * CryptoKey that no script can read out, and only while its person is signed in. Entries of another
 * person stay sealed and can only be counted. */

export type Shelf = 'outbox' | 'drafts' | 'cache' | 'photos';
export interface Sealed { id: string; person: number; made: number; iv: Uint8Array; bytes: ArrayBuffer }

const NAME = 'tian';
const SHELVES: Shelf[] = ['outbox', 'drafts', 'cache', 'photos'];
let opened: Promise<IDBDatabase> | null = null;
let key: CryptoKey | null = null;
let owner = 0;

function wanted<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((good, bad) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const shelf of SHELVES) request.result.createObjectStore(shelf, { keyPath: 'id' });
      request.result.createObjectStore('keys', { keyPath: 'person' });
    };
    request.onsuccess = () => good(request.result);
    request.onerror = () => { opened = null; bad(request.error); };
  });
  return opened;
}

async function run<T>(shelf: Shelf | 'keys', mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const change = (await open()).transaction(shelf, mode);
  const done = new Promise<void>((good, bad) => {
    change.oncomplete = () => good();
    change.onabort = change.onerror = () => bad(change.error);
  });
  const answer = await wanted(ask(change.objectStore(shelf)));
  await done; // written is written only when the transaction says so
  return answer;
}

/** Only a page that came over https (or from this device) may seal. */
export const canSeal = (): boolean => typeof crypto !== 'undefined' && !!crypto.subtle && typeof indexedDB !== 'undefined';
export const person = (): number => owner;

/** Takes the person's key from the session (32 bytes as hex or base64) and keeps it unreadable. */
export async function unlock(who: number, text: string): Promise<void> {
  const raw = /^[0-9a-f]{64}$/.test(text) ? Uint8Array.from(text.match(/../g)!, (two) => parseInt(two, 16))
    : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  owner = who;
  await run('keys', 'readwrite', (s) => s.clear());
  await run('keys', 'readwrite', (s) => s.put({ person: who, key }));
}

/** Without a network: the key of whoever signed in last on this device and did not sign out. */
export async function unlockKept(): Promise<number> {
  const kept = await run('keys', 'readonly', (s) => s.getAll() as IDBRequest<{ person: number; key: CryptoKey }[]>);
  if (!kept[0]) return 0;
  ({ person: owner, key } = kept[0]);
  return owner;
}

/** Signing out: the key goes, and what is only a copy goes; what is unsent stays sealed. */
export async function lock(): Promise<void> {
  await run('keys', 'readwrite', (s) => s.clear());
  for (const one of await all('cache')) await drop('cache', one.id);
  key = null;
  owner = 0;
}

/* Its shelf and name are sealed with it: an entry put in another's place does not open. */
const label = (shelf: Shelf, id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${owner}/${shelf}/${id}`);

export async function put(shelf: Shelf, id: string, value: unknown, made = Date.now()): Promise<number> {
  const bytes = value instanceof ArrayBuffer ? value : new TextEncoder().encode(JSON.stringify(value));
  if (!key) throw new Error('locked');
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: label(shelf, id) }, key, bytes);
  const entry: Sealed = { id, person: owner, made, iv, bytes: sealed };
  await run(shelf, 'readwrite', (s) => s.put(entry));
  return sealed.byteLength;
}

export async function openSealed(shelf: Shelf, entry: Sealed): Promise<ArrayBuffer | null> {
  if (!key || entry.person !== owner) return null;
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(entry.iv), additionalData: label(shelf, entry.id) }, key, entry.bytes);
  } catch {
    return null; // sealed under another key, or changed: as good as not there
  }
}

export async function bytes(shelf: Shelf, id: string): Promise<ArrayBuffer | null> {
  const entry = await run(shelf, 'readonly', (s) => s.get(id) as IDBRequest<Sealed | undefined>);
  return entry ? openSealed(shelf, entry) : null;
}
export async function get<T>(shelf: Shelf, id: string): Promise<T | null> {
  const raw = await bytes(shelf, id);
  return raw ? (JSON.parse(new TextDecoder().decode(raw)) as T) : null;
}
export async function drop(shelf: Shelf, id: string): Promise<void> {
  await run(shelf, 'readwrite', (s) => s.delete(id));
}
export function all(shelf: Shelf): Promise<Sealed[]> {
  return run(shelf, 'readonly', (s) => s.getAll() as IDBRequest<Sealed[]>);
}

/** How much lies on each shelf: mine, others', bytes. */
export async function stock(shelf: Shelf): Promise<{ mine: number; others: number; bytes: number }> {
  const entries = await all(shelf);
  const mine = entries.filter((e) => e.person === owner);
  return { mine: mine.length, others: entries.length - mine.length, bytes: mine.reduce((n, e) => n + e.bytes.byteLength, 0) };
}
