import { describe, expect, it } from 'vitest';
import vectors from '../../tests/vectors/expr.json';
import { digits, parseDay, parseDuration, parseNumber, parseTime, printNumber, printScaled } from './cell';
import { evaluate, printKnown, store, truth, truthOf, type Node, type Scope } from './expr';
import type { Expr, Field, Value } from './api.gen';

const field = (name: string, type: string, scale: number, more: Partial<Field> = {}): Field => ({
  name, title: name, type, scale, work: false, measure: '', low: null, high: null, low_expr: null, high_expr: null, length: null, list: null, book: null, kinds: [],
  asked: true, optional: false, required_when: null, computed: null, fallback: null, stock: false, changes: false, unique: 'no', public: false, at_most: 0, of_move: false, made: false, private: null, ...more,
});
const items = ['low', 'middle', 'high'].map((name, k) => ({ name, title: name, number: 3 - k, rank: k + 1, closed: false, attrs: {} }));
const list = { name: 'l', title: 'l', ordered: true, open: false, items };
const FIELDS = [
  field('a', 'money', 2), field('b', 'money', 2), field('n', 'int', 0), field('share', 'ratio', 6), field('land', 'area', 4), field('day', 'date', 0), field('to', 'date', 0),
  field('note', 'text', 0), field('yes', 'bool', 0), field('band', 'item', 0, { list }), field('many', 'set', 0, { list }),
];
const scope = (values: Record<string, Value>, before: Scope['before'] = [], fields = FIELDS): Scope => ({ row: { values }, before, fields: Object.fromEntries(fields.map((f) => [f.name, f])) });
const f = (name: string): Expr => ({ op: 'field', t: FIELDS.find((x) => x.name === name)!.type, s: FIELDS.find((x) => x.name === name)!.scale, f: name });
const lit = (t: string, s: number, n: string): Expr => ({ op: 'literal', t, s, n });
const op = (name: string, t: string, s: number, ...a: Expr[]): Expr => ({ op: name, t, s, a });
const call = (c: string, t: string, s: number, ...a: Expr[]): Expr => ({ op: 'call', c, t, s, a });
const value = (e: Expr, values: Record<string, Value>, before: Scope['before'] = []): string | null => printKnown(evaluate(e as Node, scope(values, before)));
const state = (e: Expr, values: Record<string, Value> = {}): string => evaluate(e as Node, scope(values)).state;

describe('cells', () => {
  it('are read as clerks write them', () => {
    expect(parseNumber('money', 2, '5万元')).toBe(5_000_000n);
    expect(parseNumber('money', 2, '1,234.50')).toBe(123_450n);
    expect(parseNumber('money', 2, '1.2亿')).toBe(12_000_000_000n);
    expect(parseNumber('ratio', 6, '66.7%')).toBe(667_000n);
    expect(parseNumber('money', 2, '１２．５')).toBe(1250n);
    expect(parseNumber('int', 0, '-3')).toBe(-3n);
    expect(parseDay('2021年9月30日')).toBe(18_900n);
    expect(parseTime('1970-01-01 08:00')).toBe(0n);
    expect(parseDuration('2天', false)).toBe(172_800_000n);
    expect(parseDuration('3个工作日', true)).toBe(86_400_001n); // 24 working hours, to the end of the day
  });
  it('are refused rather than guessed', () => {
    expect(parseNumber('money', 2, '1.234')).toBe('fine');
    expect(parseNumber('money', 2, '约5万')).toBeNull();
    expect(digits('1,23', 0)).toBeNull();
    expect(parseDay('2021-02-29')).toBeNull();
    expect(parseDay('2021-13-01')).toBeNull();
  });
  it('are written as the server writes them', () => {
    expect(printNumber('money', 2, 123_450n)).toBe('1234.50');
    expect(printNumber('money', 2, 500_000n)).toBe('5000');
    expect(printNumber('ratio', 6, 667_000n)).toBe('66.7');
    expect(printScaled(-5n, 2, 0)).toBe('0');
    expect(printScaled(-150n, 2, 0)).toBe('-2');
  });
});

describe('expressions', () => {
  it('add and compare money exactly', () => {
    expect(value(op('add', 'money', 2, f('a'), f('b')), { a: '0.10', b: '0.20' })).toBe('0.30');
    expect(value(op('mul', 'money', 2, f('a'), lit('int', 0, '3')), { a: '33.33' })).toBe('99.99');
    expect(truth(op('le', 'bool', 0, f('a'), op('mul', 'money', 2, lit('int', 0, '5'), f('b'))), scope({ a: '500', b: '100' }))).toBe('true');
  });
  it('keep missing missing', () => {
    expect(value(op('add', 'money', 2, f('a'), f('b')), { a: '1', b: null })).toBeNull();
    expect(truth(op('le', 'bool', 0, f('a'), f('b')), scope({ a: '1', b: null }))).toBe('unknown');
    expect(value(call('default', 'money', 2, f('b'), lit('money', 2, '0')), {})).toBe('0');
  });
  it('decide and, or by the side that decides', () => {
    const unknown = op('le', 'bool', 0, f('a'), f('b'));
    const yes = call('known', 'bool', 0, f('note'));
    expect(truth(op('or', 'bool', 0, unknown, yes), scope({ note: '有' }))).toBe('true');
    expect(truth(op('or', 'bool', 0, unknown, yes), scope({}))).toBe('unknown');
    expect(truth(op('and', 'bool', 0, unknown, yes), scope({}))).toBe('false');
  });
  it('divide without losing a digit of a ratio', () => {
    const third = op('div', 'ratio', 6, f('a'), f('b'));
    expect(truth(op('eq', 'bool', 0, op('mul', 'ratio', 6, third, lit('int', 0, '3')), lit('int', 0, '1')), scope({ a: '1', b: '3' }))).toBe('false'); // cut at 10^-9 by multiplying, as in C
    expect(truth(op('lt', 'bool', 0, third, lit('ratio', 6, '333334')), scope({ a: '1', b: '3' }))).toBe('true');
    expect(printKnown(store(evaluate(third as Node, scope({ a: '1', b: '3' })), { type: 'ratio', scale: 6 }))).toBe('33.3333');
    expect(state(op('div', 'money', 2, f('a'), f('b')), { a: '1', b: '0' })).toBe('no_base');
    expect(value(op('div', 'money', 2, f('a'), lit('int', 0, '3')), { a: '1' })).toBe('0.333333');
  });
  it('never wrap: what passes 127 bits has no value', () => {
    const big = lit('int', 0, '9223372036854775807');
    expect(state(op('mul', 'int', 0, op('mul', 'int', 0, big, big), big))).toBe('undefined');
  });
  it('read the period before, and only rows that count', () => {
    const prev: Expr = { op: 'shift', t: 'money', s: 2, sh: 'prev', k: 1, a: [f('a')] };
    expect(value(prev, { a: '9' }, [{ sh: 'prev', k: 1, state: 'confirmed', values: { a: '7' } }])).toBe('7');
    expect(value(prev, { a: '9' }, [{ sh: 'prev', k: 1, state: 'returned', values: { a: '7' } }])).toBeNull();
    expect(value(prev, { a: '9' })).toBeNull();
  });
  it('compute fields from fields that are computed', () => {
    const fields = [...FIELDS, field('sum', 'money', 2, { computed: op('add', 'money', 2, f('a'), f('b')) })];
    const c = scope({ a: '1.5', b: '2' }, [], fields);
    expect(printKnown(evaluate({ op: 'mul', t: 'money', s: 2, a: [{ op: 'field', t: 'money', s: 2, f: 'sum' }, lit('int', 0, '2')] } as Node, c))).toBe('7');
  });
  it('order items by rank, and know members of sets', () => {
    const high: Expr = { op: 'literal', t: 'item', s: 0, n: '1', rank: 3 };
    expect(truth(op('lt', 'bool', 0, f('band'), high), scope({ band: 'middle' }))).toBe('true');
    expect(truth(op('eq', 'bool', 0, f('band'), high), scope({ band: 'high' }))).toBe('true');
    expect(truth(op('has', 'bool', 0, f('many'), high), scope({ many: ['low', 'high'] }))).toBe('true');
    expect(truth(op('has', 'bool', 0, f('many'), high), scope({ many: ['low'] }))).toBe('false');
    expect(value(call('size', 'int', 0, f('many')), { many: ['low', 'high'] })).toBe('2');
    expect(truth(op('in', 'bool', 0, f('band'), high, { ...high, n: '2', rank: 2 }), scope({ band: 'low' }))).toBe('false');
  });
  it('count days, move days, compare days', () => {
    expect(value(call('days', 'int', 0, f('day'), f('to')), { day: '2021-12-31', to: '2022-01-10' })).toBe('10');
    expect(value(op('add', 'date', 0, f('day'), lit('int', 0, '1')), { day: '2020-02-28' })).toBe('2020-02-29');
    expect(truth(op('ge', 'bool', 0, f('to'), f('day')), scope({ day: '2022-01-02', to: '2022-01-01' }))).toBe('false');
  });
  it('choose, clamp, step and round', () => {
    expect(value(op('if', 'int', 0, f('yes'), lit('int', 0, '1'), lit('int', 0, '2')), { yes: 'false' })).toBe('2');
    expect(value(op('if', 'int', 0, f('yes'), lit('int', 0, '1'), lit('int', 0, '2')), {})).toBeNull();
    expect(value(call('clamp', 'int', 0, f('n'), lit('int', 0, '1'), lit('int', 0, '5')), { n: '9' })).toBe('5');
    expect(value(call('min', 'int', 0, f('n'), lit('int', 0, '4')), { n: '9' })).toBe('4');
    expect(value(call('max', 'int', 0, f('n'), lit('int', 0, '4')), { n: null })).toBeNull();
    expect(value(call('step', 'int', 0, f('n'), lit('int', 0, '0'), lit('int', 0, '5'), lit('int', 0, '10'), lit('int', 0, '8'), lit('int', 0, '20')), { n: '7' })).toBe('10');
    expect(value({ ...call('round', 'money', 2, f('a'), lit('int', 0, '1')), r: 'half' }, { a: '-2.50' })).toBe('-3');
    expect(value({ ...call('round', 'money', 2, f('a'), lit('int', 0, '1')), r: 'down' }, { a: '-2.99' })).toBe('-2');
    expect(value({ ...call('round', 'money', 2, f('a'), lit('int', 0, '1')), r: 'up' }, { a: '2.01' })).toBe('3');
  });
  it('leave to the server what only it knows', () => {
    const server: Expr = { op: 'server' };
    expect(truth(op('gt', 'bool', 0, f('a'), server), scope({ a: '1' }))).toBe('unknown');
    expect(truth(call('known', 'bool', 0, server), scope({}))).toBe('unknown');
    expect(truth(op('and', 'bool', 0, server, call('known', 'bool', 0, f('note'))), scope({}))).toBe('false');
  });
  it('treat a masked value as known and tell nothing of it', () => {
    const masked = { private: true, known: true } as Value;
    expect(truth(call('known', 'bool', 0, f('note')), scope({ note: masked }))).toBe('true');
    expect(truth(call('known', 'bool', 0, f('note')), scope({ note: { private: true, known: false } }))).toBe('false');
  });
});

/* Rows and answers that the C evaluator gave: the two may never differ. */
interface Vectors { fields: Field[]; rows: { values: Record<string, Value>; before: Scope['before'] }[]; cases: { expr: string; tree: Expr; truth?: string[]; value?: (string | null)[]; type?: string; scale?: number }[] }
describe('the vectors of C', () => {
  const { fields, rows, cases } = vectors as unknown as Vectors;
  const byName = Object.fromEntries(fields.map((x) => [x.name, x]));
  it.each(cases.map((c) => [c.expr, c] as const))('%s', (_, c) => {
    const all = rows.map((row) => evaluate(c.tree as Node, { row: { values: row.values }, before: row.before, fields: byName }));
    const graded = fields.find((x) => x.type === 'item')!.list;
    if (c.truth) expect(all.map(truthOf)).toEqual(c.truth);
    else expect(all.map((v) => printKnown(store(v, { type: c.type!, scale: c.scale! }), graded))).toEqual(c.value);
  });
  it('are enough, and hold all three truths', () => {
    expect(cases.length).toBeGreaterThan(100);
    expect(cases.every((c) => (c.truth ?? c.value)?.length === rows.length)).toBe(true);
    for (const t of ['true', 'false', 'unknown']) expect(cases.some((c) => c.truth?.includes(t))).toBe(true);
  });
});
