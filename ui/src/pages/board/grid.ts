/* The board's cells: how far each unit is with each kind, the sums of rows and columns, and where most stops. */
import type { CaseBoard } from '../../api.gen';

export interface BoardCell { column: string; all: number; open: number; late: number; phase: number }
export interface BoardRow { code: string; name: string; below: boolean; sum: boolean; cells: BoardCell[] }
export interface Grid { columns: string[]; rows: BoardRow[] }
const LOWEST = new Set(['village', 'community', 'grid', 'estate', 'department']);

/** 田 by the share that is closed; full only when nothing is open. */
export const phaseBy = (all: number, open: number): number => (open === 0 ? 4 : Math.min(3, Math.floor(((all - open) * 4) / Math.max(1, all))));
const cell = (column: string, all: number, open: number, late: number): BoardCell => ({ column, all, open, late, phase: phaseBy(all, open) });
const sum = (list: number[]): number => list.reduce((n, x) => n + x, 0);

/** Columns that nobody uses are left out; those with the most late, then the most open, stand first. */
export function gridOf(board: CaseBoard): Grid {
  const at = board.columns.map((c, k) => ({ name: c.name, k, all: sum(board.rows.map((r) => r.all[k] ?? 0)), open: sum(board.rows.map((r) => r.open[k] ?? 0)), late: sum(board.rows.map((r) => r.late[k] ?? 0)) })).filter((c) => c.all);
  const rows = board.rows.filter((r) => sum(r.all)).map((r) => ({
    code: r.unit.code, name: r.unit.name, below: !LOWEST.has(r.unit.kind), sum: false,
    cells: [cell('', sum(r.all), sum(r.open), sum(r.late)), ...at.map((c) => cell(c.name, r.all[c.k] ?? 0, r.open[c.k] ?? 0, r.late[c.k] ?? 0))],
  }));
  const total = { code: '', name: '', below: false, sum: true, cells: [cell('', sum(at.map((c) => c.all)), sum(at.map((c) => c.open)), sum(at.map((c) => c.late))), ...at.map((c) => cell(c.name, c.all, c.open, c.late))] };
  return { columns: at.map((c) => c.name), rows: rows.length > 1 ? [...rows, total] : rows };
}
export interface Stop { name: string; title: string; open: number; late: number }
/** The states in which most stands, late ones first. */
export function stopsOf(board: CaseBoard): Stop[] {
  return board.columns.map((c, k) => ({ ...c, open: sum(board.rows.map((r) => r.open[k] ?? 0)), late: sum(board.rows.map((r) => r.late[k] ?? 0)) }))
    .filter((s) => s.open).sort((a, b) => b.late - a.late || b.open - a.open).slice(0, 5);
}
