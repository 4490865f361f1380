import { beforeEach, describe, expect, it } from 'vitest';
import type { Case, CaseChoice, CaseDue, CaseLine } from '../../api.gen';
import type { Item } from '../../keep/outbox';
import { now, serverSaid } from '../../time';
import { asksNothing, byDue, dueWords, isRefused, listOffline, lyingFor, mergeKept, phaseOf, renewKept, sharedMoves, stepsOf } from './logic';

const HOUR = 3600_000;
const unit = { code: '1', name: '甲村', kind: 'village', kind_title: '村' };
const due = (hours: number, text: string): CaseDue => ({ at: '', at_ms: now() + hours * HOUR, title: '办理时限', text, late: hours < 0, soon: hours >= 0 && hours < 24 });
const line = (number: number, more: Partial<CaseLine> = {}): CaseLine => ({
  book: 'repair', title: '报修', pack: '', unit, number, no: '', head: `第 ${number} 件`, item: null, state: { name: 'open', title: '已上报' }, final: false, holder: unit, began: '', began_ms: number, due: null,
  late: false, joined: 0, shown: false, resident: false, seq: number, moves: [], ...more,
});
const choice = (name: string, more: Partial<CaseChoice> = {}): CaseChoice => ({ name, title: name, to: { name: 'next', title: '下一步' }, may: true, why: '', main: false, hands: 'same', to_unit: null, fields: [], values: {}, needs: [], ...more });
const whole = (l: CaseLine, more: Partial<Case> = {}): Case => ({ line: l, values: {}, fields: [], moves: [], clocks: [], choices: [], details: [], same: [], seats: [], guarded: 0, ...more });

beforeEach(() => serverSaid(Date.UTC(2022, 1, 10, 1, 20))); // 09:20 in the city

describe('what is left', () => {
  it('is said in the server\'s words as long as they are fresh', () => {
    expect(dueWords(due(5, '剩 5 工作小时'), now())).toMatchObject({ text: '剩 5 工作小时', urgency: 'soon', when: '2 月 10 日 14:20' });
    expect(dueWords(due(60, '剩 3 个工作日'), now())).toMatchObject({ text: '剩 3 个工作日', urgency: '' });
    expect(dueWords(due(-9, '超 2 个工作日'), now())).toMatchObject({ text: '超 2 个工作日', urgency: 'over' });
    expect(dueWords({ ...due(0, '剩 1 个工作日'), at_ms: Date.UTC(2022, 1, 11, 16) }, now())?.when).toBe('2 月 11 日 24:00');
    expect(dueWords(null, now())).toBeNull();
  });
  it('is counted from the moment when the words have lain on the device', () => {
    expect(dueWords(due(5, '剩 9 工作小时'), now() - 4 * HOUR)).toMatchObject({ text: '剩 5 小时', urgency: 'soon' });
    const passed = { ...due(-3, '剩 1 工作小时'), late: false, soon: true }; // it was not late when the server said so
    expect(dueWords(passed, now() - 60_000)).toMatchObject({ text: '超时 3 小时', urgency: 'over' });
  });
});

describe('how far it has come', () => {
  const states = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, title: name, final: false })).concat({ name: 'z', title: 'z', final: true });
  it('fills 田 by the order of states, and wholly only at the end', () => {
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => phaseOf({ name, title: '' }, false, states))).toEqual([0, 0, 1, 2, 3]);
    expect(phaseOf({ name: 'z', title: '' }, true, states)).toBe(4);
    expect(phaseOf({ name: 'a', title: '' }, false, [])).toBe(1); // of a book that is not known here
  });
  it('shows the way it took, where it is, and the usual way on; what was undone is not a step', () => {
    const to = (name: string): Case['moves'][number] => ({ at: '', at_ms: 0, title: '', from: null, to: { name, title: name }, by: '', unit: null, holder: null, values: {}, fields: [], late: false, seq: 0, receipt: '', system: false });
    const c = whole(line(1, { state: { name: '办理中', title: '办理中' } }), { moves: ['已上报', '已受理', '办理中', '已答复', '办理中'].map(to), choices: [choice('x'), choice('answer', { main: true, to: { name: '已答复', title: '已答复' } })] });
    expect(stepsOf(c)).toEqual([{ text: '已上报', note: 'done' }, { text: '已受理', note: 'done' }, { text: '办理中', note: 'here' }, { text: '已答复', note: 'next' }]);
    expect(stepsOf(whole(line(1, { state: { name: '已办结', title: '已办结' }, final: true }), { moves: [to('已上报'), to('已办结')], choices: [choice('x')] })).map((s) => s.note)).toEqual(['done', 'here']);
  });
  it('orders late ones first, then by what is due, without a limit last', () => {
    const list = [line(1), line(2, { due: due(9, '') }), line(3, { due: due(2, '') }), line(4, { due: due(-2, ''), late: true })];
    expect(list.sort(byDue).map((l) => l.number)).toEqual([4, 3, 2, 1]);
  });
});

describe('several at once', () => {
  const accept = { name: 'accept', title: '受理' }, refuse = { name: 'refuse', title: '不予受理' };
  it('offers what all of one book allow', () => {
    expect(sharedMoves([line(1, { moves: [accept, refuse] }), line(2, { moves: [accept] })])).toEqual([accept]);
    expect(sharedMoves([line(1, { moves: [accept] }), line(2, { book: 'other', moves: [accept] })])).toEqual([]); // another book's move of that name
    expect(sharedMoves([line(1, { moves: [refuse] }), line(2, { moves: [accept] })])).toEqual([]);
    expect(sharedMoves([])).toEqual([]);
  });
  it('makes only moves that ask for nothing', () => {
    const field = { name: 'why' } as CaseChoice['fields'][number];
    const c = whole(line(1), { choices: [choice('accept'), choice('refuse', { fields: [field] }), choice('close', { may: false })] });
    expect(['accept', 'refuse', 'close', 'unknown'].map((m) => asksNothing(c, m))).toEqual([true, false, false, false]);
  });
});

describe('what lies on the device', () => {
  const item = (command: string, number: string, state: Item['state'] = 'wait'): Item => ({
    id: number, made: 0, seat: '', command, fields: { book: 'repair', number }, title: '', back: '', photos: [], state, tries: 0, next: 0, faults: [], difference: [], seq: 0, reason: null,
  });
  it('is found for its case', () => {
    const items = [item('record.file', '7'), item('record.move', '7'), item('record.move', '8', 'conflict')];
    expect(lyingFor(items, 'repair', 7)?.command).toBe('record.move'); // a correction of the row is no move
    expect(lyingFor(items, 'other', 7)).toBeNull();
    expect([isRefused(lyingFor(items, 'repair', 7)), isRefused(lyingFor(items, 'repair', 8)), isRefused(null)]).toEqual([false, true, false]);
  });
  it('takes a newer answer into its place, never an older one', () => {
    const kept = [whole(line(1, { seq: 10 })), whole(line(2, { seq: 20 }))];
    expect(mergeKept(kept, whole(line(2, { seq: 25 }))).map((c) => [c.line.number, c.line.seq])).toEqual([[2, 25], [1, 10]]);
    expect(mergeKept(kept, whole(line(2, { seq: 15 })))).toBe(kept);
    expect(mergeKept(kept, whole(line(3)), 2).map((c) => c.line.number)).toEqual([3, 1]);
  });
  it('lets go of what has left the seat, keeps what is only read and what was heard later', () => {
    const mine = { choices: [choice('accept')] };
    const kept = [whole(line(1, { seq: 10 }), mine), whole(line(2, { seq: 20 }), mine), whole(line(3, { seq: 30 }))];
    const fresh = [whole(line(2, { seq: 19 }), mine), whole(line(4, { seq: 40 }), mine)];
    expect(renewKept(kept, fresh).map((c) => [c.line.number, c.line.seq])).toEqual([[4, 40], [2, 20], [3, 30]]);
  });
  it('makes the lists without the server: mine, late by the clock, filtered', () => {
    const mine = { choices: [choice('accept')] };
    const kept = [whole(line(1, { due: due(30, '') }), mine), whole(line(2, { due: due(3, ''), head: '井盖' })), whole(line(3, { due: { ...due(-1, ''), late: false } }), mine), whole(line(4, { final: true }))];
    const list = (which: string, filters: Record<string, string> = {}): number[] => listOffline(kept, which, (f) => filters[f] ?? '').lines.map((l) => l.number);
    expect([list('mine'), list('open'), list('late'), list('soon'), list('closed')]).toEqual([[3, 1], [3, 2, 1], [3], [2], [4]]);
    expect([list('open', { find: '井盖' }), list('open', { book: 'other' }), list('open', { unit: '1' })]).toEqual([[2], [], [3, 2, 1]]);
    expect(listOffline(kept, 'mine', () => '').counts).toEqual({ mine: 2, late: 1, soon: 1, open: 3 });
  });
});
