/* The one way to the server (docs/api.md). Reads are asked here; changes go through the outbox
 * (keep/outbox.ts), which alone calls send(). */
import { shallowRef } from 'vue';
import { serverSaid } from './time';
import { lang } from './words';

export interface Fault { field: string; reason: string; zh: string; en: string; warning: boolean }
export interface Difference { field: string; title: string; yours: unknown; theirs: unknown }
export interface Answered<T> { seq: number; at: number; data: T }
export interface Done {
  seq: number; count: number; receipt: string; again: boolean;
  answer: Record<string, unknown>; warnings: Fault[];
}

export class ApiError extends Error {
  constructor(
    readonly status: number, // 0 = the server was not reached
    readonly code: string,
    readonly zh: string,
    readonly en: string,
    readonly fields: Fault[] = [],
    readonly difference: Difference[] = [],
    readonly seq = 0,
    readonly wait = 0, // seconds that the server asks for
  ) {
    super(`${status} ${code}`);
  }
  get offline(): boolean { return this.status === 0; }
  /** Nothing was done and it may be sent again as it is. */
  get again(): boolean { return this.status === 0 || this.status === 429 || this.status >= 500; }
}

export const online = shallowRef(typeof navigator === 'undefined' || navigator.onLine);
export const token = shallowRef('');
export const seat = shallowRef('');   // role@code of the seat that acts
export const signedOut = shallowRef(false);

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: 'same-origin', ...init, headers: { 'Accept-Language': lang.value === 'en' ? 'en' : 'zh-CN', ...init.headers } });
  } catch {
    online.value = false;
    throw new ApiError(0, 'offline', '现在没有网', 'No network');
  }
  online.value = true;
  if (answer.ok) return answer;
  const body = (await answer.json().catch(() => ({}))) as { error?: Record<string, unknown> };
  const e = body.error ?? {};
  if (answer.status === 401 && !path.startsWith('/api/sign-in')) signedOut.value = true;
  throw new ApiError(answer.status, String(e.code ?? answer.status), String(e.zh ?? ''), String(e.en ?? ''),
    (e.fields as Fault[]) ?? [], (e.difference as Difference[]) ?? [], Number(e.seq ?? 0),
    Number(e.seconds ?? answer.headers.get('Retry-After') ?? 0));
}

export type Args = Record<string, string | number | undefined>;
export function viewPath(name: string, args: Args = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ seat: seat.value, ...args }))
    if (value !== undefined && value !== '') query.set(key, String(value));
  return `/api/view/${name}?${query}`;
}
/* The first page's view is asked for together with the session, in the seat that the session will name;
 * taken once. A slow network is waited for once less. */
let ahead: { name: string; answer: Promise<unknown> } | null = null;
export function askAhead(name: string): void {
  ahead = { name, answer: ask(viewPath(name)).then((r) => r.json()).catch(() => null) };
}
export async function view<T>(name: string, args: Args = {}): Promise<Answered<T>> {
  let early: unknown = null;
  if (ahead?.name === name) {
    const { answer } = ahead;
    ahead = null;
    early = await answer;
  }
  const answer = (early ?? (await (await ask(viewPath(name, args))).json())) as Answered<T>;
  serverSaid(answer.at);
  return answer;
}

/** Only for the outbox: one act to the server. */
export async function send(command: string, act: string, made: number, actor: string, fields: Record<string, string>): Promise<Done> {
  const answer = await ask(`/api/do/${command}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Tian-Token': token.value },
    body: JSON.stringify({ act, made, seat: actor, fields }),
  });
  return ((await answer.json()) as { data: Done }).data;
}
export async function sendBlob(id: string, bytes: ArrayBuffer): Promise<void> {
  await ask(`/api/blob/${id}`, {
    method: 'PUT', headers: { 'Content-Type': 'application/octet-stream', 'X-Tian-Token': token.value }, body: bytes,
  });
}
/** A whole file: tried (dry) or imported for good under an act of its own. */
export async function sendFile<T>(args: Args, bytes: ArrayBuffer, act = ''): Promise<T> {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ seat: seat.value, ...args })) if (value !== undefined) query.set(key, String(value));
  if (!act) query.set('dry', '1');
  const headers: Record<string, string> = { 'Content-Type': 'application/octet-stream', 'X-Tian-Token': token.value };
  if (act) headers['X-Tian-Act'] = act;
  const answer = await ask(`/api/import?${query}`, { method: 'POST', headers, body: bytes });
  return ((await answer.json()) as { data: T }).data;
}
/** Address of a file to take away (xlsx, attachment) in the acting seat. */
export function filePath(path: string, args: Args = {}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ seat: seat.value, ...args })) if (value !== undefined && value !== '') query.set(key, String(value));
  return `/api/${path}?${query}`;
}

export interface SignedIn { person: number; name: string; token: string }
export async function signIn(login: string, password: string, code: string): Promise<SignedIn> {
  const answer = await ask('/api/sign-in', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password, code }),
  });
  return ((await answer.json()) as { data: SignedIn }).data;
}
/** This session, or another one of one's own. */
export async function signOut(session = ''): Promise<void> {
  await ask(`/api/sign-out${session ? `?session=${session}` : ''}`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tian-Token': token.value }, body: '{}' });
}
async function change<T>(path: string, body: Record<string, string>): Promise<T> {
  const answer = await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tian-Token': token.value }, body: JSON.stringify(body) });
  return ((await answer.json()) as { data: T }).data;
}
/** One's own; all other sessions end. */
export const changePassword = (old: string, fresh: string): Promise<object> => change('/api/password', { old, new: fresh });
/** Without new_code the secret that is offered; with it, it is set. */
export const changeSecond = (fields: { password: string; code?: string; new_code?: string }): Promise<{ secret?: string; uri?: string }> => change('/api/second', fields);
