// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, online, seat, signedOut, token } from '../api';
import * as outbox from './outbox';
import * as vault from './vault';

const KEY_A = 'aa'.repeat(32);
const KEY_B = 'bb'.repeat(32);
type Answer = (path: string, init: RequestInit) => Response | Promise<Response>;
const asked: { path: string; init: RequestInit }[] = [];
let answer: Answer;
const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const done = (again = false): Response => json(200, { data: { seq: 7, count: 1, receipt: 'ab'.repeat(32), again, answer: {}, warnings: [] } });
const item = { command: 'record.file', fields: { book: 'b', unit: 'u1', n: '5' }, title: 'b · u1', back: '#/fill/b/u1/2022-01' };
const acts = (): string[] => asked.filter((a) => a.path.startsWith('/api/do/')).map((a) => (JSON.parse(String(a.init.body)) as { act: string }).act);

beforeEach(async () => {
  asked.length = 0;
  answer = () => done();
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => { asked.push({ path, init }); return Promise.resolve().then(() => answer(path, init)); });
  online.value = true;
  signedOut.value = false;
  seat.value = 'r@u1';
  token.value = 't';
  for (const shelf of ['outbox', 'drafts', 'photos', 'cache'] as const) for (const e of await vault.all(shelf)) await vault.drop(shelf, e.id);
  outbox.unload();
  await vault.unlock(1, KEY_A);
});
afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers(); });

describe('the outbox', () => {
  it('deletes an item only after the receipt', async () => {
    let there = 0;
    answer = async () => { there = (await vault.all('outbox')).length; return done(); };
    const how = await outbox.post(item);
    expect(there).toBe(1);
    expect(how).toMatchObject({ done: { seq: 7 } });
    expect(await vault.all('outbox')).toHaveLength(0);
    expect(outbox.receipts.value[0]?.done.receipt).toBe('ab'.repeat(32));
  });
  it('keeps an item whose answer was lost, and sends it again under the same act', async () => {
    answer = () => { throw new TypeError('line broke'); };
    expect(await outbox.post(item)).toBeNull();
    expect(outbox.items.value[0]).toMatchObject({ state: 'wait', tries: 1 });
    answer = () => done(true);
    await outbox.pump(true);
    expect(outbox.items.value).toHaveLength(0);
    expect(new Set(acts()).size).toBe(1);
    expect(acts()).toHaveLength(2);
    expect(acts()[0]).toMatch(/^[0-9a-f]{12}7[0-9a-f]{19}$/);
  });
  it('survives the page: what lies sealed is read again, and what was being sent waits', async () => {
    answer = () => { throw new TypeError('off'); };
    await outbox.post(item);
    const [entry] = await vault.all('outbox');
    await vault.put('outbox', entry!.id, { ...outbox.items.value[0], state: 'sending' });
    outbox.unload();
    await outbox.load();
    expect(outbox.items.value[0]).toMatchObject({ id: entry!.id, state: 'wait', fields: { n: '5' } });
  });
  it('shows nothing of another person but the count', async () => {
    answer = () => { throw new TypeError('off'); };
    await outbox.post(item);
    await vault.lock();
    await vault.unlock(2, KEY_B);
    await outbox.load();
    expect(outbox.items.value).toHaveLength(0);
    expect(outbox.sealedOfOthers.value).toBe(1);
    const raw = new TextDecoder('latin1').decode((await vault.all('outbox'))[0]!.bytes);
    expect(raw).not.toContain('record.file');
  });
  it('keeps bytes, never Blobs', async () => {
    answer = () => { throw new TypeError('off'); };
    const id = await outbox.keepPhoto(new Uint8Array([1, 2, 3]).buffer);
    await outbox.post({ ...item, photos: [{ id, field: 'p', name: 'x', size: 3, sent: false }] });
    for (const shelf of ['outbox', 'photos'] as const) for (const e of await vault.all(shelf)) expect(Object.prototype.toString.call(e.bytes)).toBe('[object ArrayBuffer]');
    expect(new Uint8Array((await outbox.photoBytes(id))!)).toEqual(new Uint8Array([1, 2, 3]));
  });
  it('sends photos first, and after a broken line only those that are left', async () => {
    const ids = [await outbox.keepPhoto(new Uint8Array([1]).buffer), await outbox.keepPhoto(new Uint8Array([2]).buffer)];
    const photos = ids.map((id) => ({ id, field: 'p', name: 'x', size: 1, sent: false }));
    answer = (path) => { if (path.endsWith(ids[1]!)) throw new TypeError('off'); return json(200, { data: {} }); };
    await outbox.post({ ...item, photos });
    expect(acts()).toHaveLength(0);
    answer = () => done();
    await outbox.pump(true);
    expect(asked.map((a) => a.path).filter((p) => p.startsWith('/api/blob/'))).toEqual([`/api/blob/${ids[0]}`, `/api/blob/${ids[1]}`, `/api/blob/${ids[1]}`]);
    expect(acts()).toHaveLength(1);
    expect(await vault.all('photos')).toHaveLength(0);
  });
  it('marks what was refused, with its faults, and does not send it again by itself', async () => {
    answer = () => json(422, { error: { code: 'refused', zh: '要改', en: 'mend', fields: [{ field: 'n', reason: 'range', zh: '太大', en: 'too large', warning: false }] } });
    expect(await outbox.post(item)).toBeInstanceOf(ApiError);
    expect(outbox.items.value[0]).toMatchObject({ state: 'fix', faults: [{ field: 'n' }] });
    await outbox.pump(true);
    expect(acts()).toHaveLength(1);
    expect(outbox.toFix.value).toBe(1);
  });
  it('keeps the difference when somebody was first', async () => {
    answer = () => json(409, { error: { code: 'conflict', zh: '', en: '', fields: [], difference: [{ field: 'n', title: 'n', yours: '5', theirs: '6' }], seq: 99 } });
    expect(await outbox.post(item)).toMatchObject({ status: 409, seq: 99 });
    expect(outbox.items.value[0]).toMatchObject({ state: 'conflict', seq: 99, difference: [{ theirs: '6' }] });
  });
  it('asks to sign in when the session ended, keeps the item and sends it afterwards', async () => {
    answer = () => json(401, { error: { code: 'signed_out' } });
    await outbox.post(item);
    expect(signedOut.value).toBe(true);
    expect(outbox.items.value[0]).toMatchObject({ state: 'wait' });
    answer = () => done();
    await outbox.pump();
    expect(outbox.items.value).toHaveLength(1); // not before the person signed in
    signedOut.value = false;
    await outbox.pump(true);
    expect(outbox.items.value).toHaveLength(0);
  });
  it('asks for a new token when the old one does not fit, and sends again', async () => {
    let renewed = 0;
    outbox.renewBy(async () => { renewed++; token.value = 'new'; });
    answer = (_, init) => ((init.headers as Record<string, string>)['X-Tian-Token'] === 'new' ? done() : json(403, { error: { code: 'forged' } }));
    expect(await outbox.post(item)).toMatchObject({ code: 'forged' });
    await outbox.pump();
    expect(outbox.items.value).toHaveLength(0);
    token.value = '';
    expect(await outbox.post(item)).toMatchObject({ done: { seq: 7 } });
    expect(renewed).toBe(2);
    outbox.renewBy(async () => {});
  });
  it('waits 5 s, then twice as long, to 5 minutes, a little apart', () => {
    expect(outbox.waitOf(1, 0)).toBe(5_000);
    expect(outbox.waitOf(3, 0)).toBe(20_000);
    expect(outbox.waitOf(12, 0)).toBe(300_000);
    expect(outbox.waitOf(12, 1)).toBe(225_000);
  });
  it('waits as long as a busy server asks for', async () => {
    answer = () => json(503, { error: { code: 'busy', seconds: 120 } });
    expect(await outbox.post(item)).toBeNull();
    expect(outbox.items.value[0]!.next - Date.now()).toBeGreaterThan(115_000);
    await outbox.pump();
    expect(acts()).toHaveLength(1);
  });
  it('goes to a file sealed, and only its own person can load it', async () => {
    answer = () => { throw new TypeError('off'); };
    await outbox.post(item);
    const file = await outbox.toFile();
    expect(file).not.toContain('record.file');
    await outbox.take(outbox.items.value[0]!.id);
    expect(outbox.items.value).toHaveLength(0);
    expect(await outbox.fromFile(file)).toEqual({ taken: 1, left: 0 });
    expect(outbox.items.value[0]).toMatchObject({ fields: { n: '5' } });
    await outbox.take(outbox.items.value[0]!.id);
    await vault.unlock(2, KEY_B);
    expect(await outbox.fromFile(file)).toEqual({ taken: 0, left: 1 });
  });
  it('warns of what has lain for five days', async () => {
    answer = () => { throw new TypeError('off'); };
    await outbox.post(item);
    expect(outbox.tooLong.value).toBe(0);
    outbox.items.value = outbox.items.value.map((i) => ({ ...i, made: Date.now() - 6 * 86_400_000 }));
    expect(outbox.tooLong.value).toBe(1);
  });
});

describe('the vault', () => {
  it('holds a key that cannot be read out, and drops it at signing out', async () => {
    await vault.put('drafts', 'd', { n: 1 });
    expect(await vault.get('drafts', 'd')).toEqual({ n: 1 });
    await vault.lock();
    expect(await vault.get('drafts', 'd')).toBeNull();
    expect(await vault.unlockKept()).toBe(0);
    await expect(vault.put('drafts', 'e', 1)).rejects.toThrow('locked');
  });
  it('opens for whoever signed in last when there is no network', async () => {
    await vault.put('drafts', 'd', { n: 1 });
    expect(await vault.unlockKept()).toBe(1);
    expect(await vault.get('drafts', 'd')).toEqual({ n: 1 });
  });
  it('does not open an entry that was put in another place', async () => {
    await vault.put('drafts', 'd', { n: 1 });
    const [entry] = await vault.all('drafts');
    expect(await vault.openSealed('drafts', { ...entry!, id: 'other' })).toBeNull();
    expect(await vault.openSealed('outbox', entry!)).toBeNull();
  });
});
