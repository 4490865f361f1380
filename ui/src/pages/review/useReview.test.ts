import { describe, expect, it } from 'vitest';
import type { Review, ReviewRow } from '../../api.gen';
import { gap, isCalm, linesOf } from './useReview';

const unit = { code: '1', name: '甲村', kind: 'village', kind_title: '村' };
const by = { seat: null, title: '', at: '', at_ms: 0 };
function row(before: string, after: string, more: Partial<ReviewRow> = {}): ReviewRow {
  return {
    unit, period: '2022-01', number: 0, items: [], seq: 7, by, against: 'prev', against_period: '2021-12', same: 0, values: {}, warnings: [],
    changed: [{ field: 'a', title: 'a', before: before, after: after, before_text: before, after_text: after }], ...more,
  };
}
describe('review', () => {
  it('tells how much more or less a number is', () => {
    expect(gap('10', '12.5')).toBe(2.5);
    expect(gap('1,000 元', '900 元')).toBe(-100);
    expect(gap('', '5')).toBeNull();
    expect(gap('有', '没有')).toBeNull();
  });
  it('calls a row calm only when no number doubled, halved, came or went', () => {
    expect(isCalm(row('10', '12'))).toBe(true);
    expect(isCalm(row('10', '21'))).toBe(false);
    expect(isCalm(row('10', '4'))).toBe(false);
    expect(isCalm(row('', '4'))).toBe(false);
    expect(isCalm(row('0', '4'))).toBe(false);
    expect(isCalm(row('10', '12', { against: 'none' }))).toBe(false);
    expect(isCalm(row('10', '12', { warnings: [{ field: '', reason: 'guard', zh: '', en: '', warning: true }] }))).toBe(false);
  });
  it('lists what is left after some were dealt with', () => {
    const review: Review = { total: 2, from: 0, next: null, books: [{ book: 'b', title: '台账', period: '2022-01', total: 2, rows: [row('1', '2'), row('1', '2', { seq: 8 })] }] };
    const all = linesOf(review, new Set());
    expect(all).toHaveLength(2);
    expect(all[0]?.title).toContain('甲村 台账');
    expect(linesOf(review, new Set([all[0]!.key])).map((l) => l.row.seq)).toEqual([8]);
  });
});
