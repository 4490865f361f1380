/* Days, hours and periods as a clerk writes them. The city's clock is UTC+8 wherever the browser
 * stands; the server's clock counts (a phone's may be wrong), so each answer sets the difference. */
import { lang, t } from './words';

const ZONE = 8 * 3600_000;
const kept = (): number => { try { return Number(localStorage.getItem('tian.ahead')) || 0; } catch { return 0; } };
let ahead = kept(); // also when the app opens without a network

export function serverSaid(at: number): void {
  const next = at - Date.now();
  if (Math.abs(next - ahead) > 5_000) try { localStorage.setItem('tian.ahead', String(next)); } catch { /* known as long as the page */ }
  ahead = next;
}
export const now = (): number => Date.now() + ahead;
const local = (ms: number): Date => new Date(ms + ZONE);
const two = (n: number): string => String(n).padStart(2, '0');

export const dayOf = (ms: number): string => local(ms).toISOString().slice(0, 10);
export const today = (): string => dayOf(now());
export const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`) - ZONE;
export const endOfDay = (day: string): number => startOfDay(day) + 86_400_000 - 60_000;
export function addDays(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEK_ZH = ['日', '一', '二', '三', '四', '五', '六'];
const WEEK_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const weekdays = (): string[] => (lang.value === 'en' ? WEEK_EN : WEEK_ZH);

/** 2021-09-30 -> 2021 年 9 月 30 日; the year is left out when it is this year. */
export function sayDay(day: string, withYear = day.slice(0, 4) !== today().slice(0, 4)): string {
  const [y, m, d] = day.split('-').map(Number);
  if (!y || !m || !d) return day;
  if (lang.value === 'en') return `${d} ${MONTHS[m - 1]}${withYear ? ` ${y}` : ''}`;
  return `${withYear ? `${y} 年 ` : ''}${m} 月 ${d} 日`;
}
export function sayClock(ms: number): string {
  const d = local(ms);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
}
export const sayMoment = (ms: number): string => `${sayDay(dayOf(ms))} ${sayClock(ms)}`;
export function sayToday(): string {
  const day = local(now()).getUTCDay();
  return lang.value === 'en' ? `${WEEK_EN[day]}, ${sayDay(today())}` : `${sayDay(today())} 星期${WEEK_ZH[day]}`;
}

/** "2022-01" -> 2022 年 1 月, "2021" -> 2021 年, 2021Q3, 2021H1, 2021-W09, "#3" (a round). */
export function sayPeriod(period: string): string {
  const en = lang.value === 'en';
  const m = /^(\d{4})(?:-(\d\d)|-?[qQ](\d)|-?[hH](\d)|-?[wW](\d\d))?$/.exec(period);
  if (!m) return /^\d{4}-\d\d-\d\d$/.test(period) ? sayDay(period, true) : /^#\d+$/.test(period) ? t('period.round', { n: period.slice(1) }) : period;
  const [, year, month, quarter, half, week] = m;
  if (month) return en ? `${MONTHS[Number(month) - 1]} ${year}` : `${year} 年 ${Number(month)} 月`;
  if (quarter) return en ? `Q${quarter} ${year}` : `${year} 年第${'一二三四'[Number(quarter) - 1]}季度`;
  if (half) return en ? `H${half} ${year}` : `${year} 年${half === '1' ? '上' : '下'}半年`;
  if (week) return en ? `week ${Number(week)}, ${year}` : `${year} 年第 ${Number(week)} 周`;
  return en ? String(year) : `${year} 年`;
}

export type Urgency = 'over' | 'soon' | '';
/** What is left until a moment: in hours below two days, else in days. */
export function left(ms: number): { text: string; urgency: Urgency } {
  const hours = (ms - now()) / 3600_000;
  const span = Math.abs(hours);
  const small = span < 48;
  const n = small ? Math.max(1, Math.floor(span)) : Math.floor(span / 24);
  if (hours < 0) return { text: t(small ? 'due.over.hours' : 'due.over.days', { n }), urgency: 'over' };
  return { text: t(small ? 'due.left.hours' : 'due.left.days', { n }), urgency: hours <= 24 ? 'soon' : '' };
}
/** Working days that are left, as the server counted them; below 0 = late by. */
export function workLeft(days: number): string {
  if (!days) return t('due.work.today');
  const said = t(days < 0 ? 'due.work.over' : 'due.work.left', { n: Math.abs(days) });
  return Math.abs(days) === 1 ? said.replace('working days', 'working day') : said;
}
