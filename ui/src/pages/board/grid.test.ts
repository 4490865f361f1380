import { describe, expect, it } from 'vitest';
import { gridOf, phaseBy, stopsOf } from './grid';

const unit = (code: string): { code: string; name: string; kind: string; kind_title: string } => ({ code, name: code, kind: 'township', kind_title: '' });
const board = {
  columns: [{ name: 'a', title: '甲' }, { name: 'b', title: '乙' }, { name: 'c', title: '丙' }],
  rows: [
    { unit: unit('1'), all: [4, 0, 2], open: [1, 0, 2], late: [0, 0, 1] },
    { unit: unit('2'), all: [6, 0, 0], open: [6, 0, 0], late: [2, 0, 0] },
    { unit: unit('3'), all: [0, 0, 0], open: [0, 0, 0], late: [0, 0, 0] },
  ],
};
describe('the board', () => {
  it('is full only where nothing is open', () => {
    expect([phaseBy(4, 0), phaseBy(4, 4), phaseBy(100, 1), phaseBy(4, 2), phaseBy(0, 0)]).toEqual([4, 0, 3, 2, 4]);
  });
  it('leaves out what nobody uses, and adds up rows and columns', () => {
    const g = gridOf(board);
    expect(g.columns).toEqual(['a', 'c']);
    expect(g.rows.map((r) => [r.code, ...r.cells.map((c) => `${c.open}/${c.all}!${c.late}`)])).toEqual([
      ['1', '3/6!1', '1/4!0', '2/2!1'], ['2', '6/6!2', '6/6!2', '0/0!0'], ['', '9/12!3', '7/10!2', '2/2!1'],
    ]);
    expect(gridOf({ columns: board.columns, rows: board.rows.slice(0, 1) }).rows).toHaveLength(1); // one unit is its own sum
  });
  it('says where most stops', () => {
    expect(stopsOf(board).map((s) => [s.name, s.open, s.late])).toEqual([['a', 7, 2], ['c', 2, 1]]);
  });
});
