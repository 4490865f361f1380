import { describe, expect, it } from 'vitest';
import type { Book, Field, Value } from '../../api.gen';
import { beside, complaints, inTenThousands, scopeOf, tidyNumber } from './faults';
import { likely, periodOf, periodsBack, shifted } from './periods';

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name, title: name, type: 'money', scale: 2, work: false, measure: '元', low: '0', high: null, low_expr: null, high_expr: null, length: null, list: null, book: null, kinds: [],
  asked: true, optional: false, required_when: null, computed: null, fallback: null, stock: false, changes: false, unique: 'no', public: false, at_most: 0, of_move: false, made: false, private: null, ...more,
});
const f = (name: string) => ({ op: 'field', t: 'money', s: 2, f: name });
const fields = [field('a'), field('b', { optional: true }), field('note', { type: 'text', scale: 0, length: 4, optional: true }), field('sum', { computed: { op: 'add', t: 'money', s: 2, a: [f('a'), f('b')] } })];
const checks = [
  { warn: false, text: 'too much', fields: ['sum', 'note'], expr: { op: 'or', t: 'bool', s: 0, a: [{ op: 'le', t: 'bool', s: 0, a: [f('sum'), { op: 'literal', t: 'money', s: 2, n: '10000' }] }, { op: 'call', c: 'known', t: 'bool', s: 0, a: [f('note')] }] } },
  { warn: true, text: 'b is large', fields: ['b'], expr: { op: 'lt', t: 'bool', s: 0, a: [f('b'), { op: 'literal', t: 'money', s: 2, n: '5000' }] } },
];
const book = { fields, checks } as unknown as Book;
const said = (values: Record<string, Value>) => complaints(book, scopeOf(book, values, [])).map((c) => [c.field, c.text, c.warning]);

describe('complaints', () => {
  it('name what is required, and say nothing of what is not', () => {
    expect(said({})).toEqual([['a', '请填a', false]]);
    expect(said({ a: '1' })).toEqual([]);
  });
  it('name the bound, the decimals and what is no number', () => {
    expect(said({ a: '-1' })).toEqual([['a', 'a不能小于 0元', false]]);
    expect(said({ a: '1.234' })).toEqual([['a', 'a最多 2 位小数', false]]);
    expect(said({ a: '约五' })).toEqual([['a', 'a要填数字', false]]);
    expect(said({ a: '1', note: '一二三四五' })).toEqual([['note', 'note最多 4 个字', false]]);
  });
  it('follow computed fields, and warn without blocking', () => {
    expect(said({ a: '90', b: '20' })).toEqual([['note', 'too much', false]]);
    expect(said({ a: '90', b: '20', note: '有' })).toEqual([]);
    expect(said({ a: '1', b: '60' })).toEqual([['b', 'b is large', true]]);
    const [first] = complaints(book, scopeOf(book, { a: '90', b: '20' }, []));
    expect(first!.reads.sort()).toEqual(['a', 'b', 'note', 'sum']);
  });
  it('stay silent where a value is missing', () => {
    expect(said({ a: '900', b: null })).toEqual([]);
  });
});
describe('beside a number', () => {
  it('stands how it differs from last time', () => {
    expect(beside(fields[0]!, '32', '3.2')).toEqual({ text: '多 28.80', way: 'up' });
    expect(beside(fields[0]!, '1.45', '1.45')).toEqual({ text: '与上期相同', way: '' });
    expect(beside(fields[0]!, '', '7')).toEqual({ text: '上期 7', way: '' });
    expect(beside(fields[0]!, '1', null).text).toBe('');
  });
  it('stands how much it is in ten thousands', () => {
    expect(inTenThousands(fields[0]!, '145000')).toBe('14.5 万元');
    expect(inTenThousands(fields[0]!, '9999')).toBe('');
    expect(tidyNumber(fields[0]!, '5万元')).toBe('50000');
    expect(tidyNumber(fields[0]!, '1.50')).toBe('1.50');
  });
});
describe('periods', () => {
  it('are counted back over the turn of a year', () => {
    expect(shifted('month', 1, '2022-01-15')).toBe('2021-12');
    expect(shifted('quarter', 1, '2022-02-10')).toBe('2021Q4');
    expect(shifted('half', 1, '2022-02-10')).toBe('2021H2');
    expect(periodOf('week', '2021-01-01')).toBe('2020-W53');
    expect(likely('month', '2022-02-10')).toBe('2022-01');
    expect(periodsBack('year', '2022-01-01').every((p) => p >= '2022')).toBe(true);
  });
});
