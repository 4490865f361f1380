/* Periods as texts: 2022-03, 2022Q1, 2022H1, 2022, 2022-W09; and those before one. */
import { addDays, today } from '../../time';

const two = (n: number): string => String(n).padStart(2, '0');
function weekOf(day: string): string { // ISO week
  const d = new Date(`${day}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() + 3 - ((d.getUTCDay() + 6) % 7));
  const first = Date.UTC(d.getUTCFullYear(), 0, 4);
  const week = 1 + Math.round((d.getTime() - first) / 604_800_000 - 3 / 7 + ((new Date(first).getUTCDay() + 6) % 7) / 7);
  return `${d.getUTCFullYear()}-W${two(week)}`;
}
export function periodOf(every: string, day: string): string {
  const [y = '', m = ''] = day.split('-');
  const month = Number(m);
  if (every === 'month') return `${y}-${m}`;
  if (every === 'quarter') return `${y}Q${Math.ceil(month / 3)}`;
  if (every === 'half') return `${y}H${month <= 6 ? 1 : 2}`;
  if (every === 'year') return y;
  if (every === 'week') return weekOf(day);
  return every === 'day' ? day : '';
}
const STEP: Record<string, number> = { month: 1, quarter: 3, half: 6, year: 12 };
/** n periods back (n < 0: forward) from the one of the day. */
export function shifted(every: string, n: number, day = today()): string {
  if (every === 'day' || every === 'week') return periodOf(every, addDays(day, -n * (every === 'day' ? 1 : 7)));
  const [y = 0, m = 0] = day.split('-').map(Number);
  const at = new Date(Date.UTC(y, m - 1 - n * (STEP[every] ?? 12), 1));
  return periodOf(every, at.toISOString().slice(0, 10));
}
/** What may be filled today, newest first: from the current period back to the pack's first day. */
export function periodsBack(every: string, from = ''): string[] {
  const count: Record<string, number> = { week: 26, quarter: 12, half: 8, year: 6 };
  const first = from ? periodOf(every, from) : '';
  return Array.from({ length: count[every] ?? 12 }, (_, n) => shifted(every, n)).filter((p) => p >= first);
}
/** What one most likely comes for: a book due after the end asks for the last period, others for the current. */
export const likely = (every: string, day = today()): string => shifted(every, every === 'year' || every === 'none' ? 0 : 1, day);
