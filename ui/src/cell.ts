/* A cell as clerks write it, to an exact number and back; the same rules as src/book/cell.c. The
 * server judges again: here only what is sure to be wrong is said while typing. */
import type { Field, Value } from './api.gen';

export const NUMBERS = new Set(['int', 'decimal', 'money', 'area', 'rate', 'ratio', 'score']);
export const isNumber = (type: string): boolean => NUMBERS.has(type);
const UNIT_WORDS: Record<string, string[]> = {
  money: ['元', '圆'], area: ['亩'], rate: ['元/亩', '元／亩', '元每亩'], score: ['分'], ratio: ['%', '％'],
};
const FULL = '０１２３４５６７８９';
const pow10 = (n: number): bigint => 10n ** BigInt(n);

/** Digits to an integer at the scale; "fine" when there are too many digits after the point. */
export function digits(text: string, scale: number): bigint | 'fine' | null {
  let s = text.trim().replace(/[０-９]/g, (c) => String(FULL.indexOf(c))).replace('．', '.').replace(/^－/, '-').replace(/，/g, ',');
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(s)) s = s.replace(/,/g, '');
  const m = /^(-?)(\d+)(?:\.(\d+))?$/.exec(s);
  if (!m) return null;
  const after = (m[3] ?? '').replace(/0+$/, '');
  if (after.length > Math.max(0, scale)) return 'fine';
  const whole = BigInt(m[2]! + after) * pow10(scale - after.length);
  return m[1] ? -whole : whole;
}

/** 5万元, 1,234.50, 66.7% -> the stored integer. */
export function parseNumber(type: string, scale: number, text: string): bigint | 'fine' | null {
  let s = text.trim();
  for (const word of UNIT_WORDS[type] ?? []) if (s.endsWith(word)) { s = s.slice(0, -word.length).trim(); break; }
  let power = type === 'ratio' ? -2 : 0;
  for (const [word, n] of [['亿', 8], ['万', 4]] as const) {
    if (!s.endsWith(word)) continue;
    s = s.slice(0, -1).trim();
    if (type !== 'ratio') power = n;
    break;
  }
  return digits(s, scale + power);
}

/** The text at `scale` of the integer, rounded half away from zero to `decimals`. */
export function printScaled(num: bigint, scale: number, decimals = scale, trim = false): string {
  const cut = scale > decimals ? pow10(scale - decimals) : 1n;
  const magnitude = num < 0n ? -num : num;
  let whole = (magnitude + cut / 2n) / cut;
  if (scale < decimals) whole *= pow10(decimals - scale);
  const text = whole.toString().padStart(decimals + 1, '0');
  let out = decimals ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text;
  if (trim && decimals) out = out.replace(/\.?0+$/, '');
  return num < 0n && whole !== 0n ? `-${out}` : out;
}
/** As the server writes values: percent without its sign, money without .00. */
export function printNumber(type: string, scale: number, num: bigint): string {
  if (type === 'ratio') return printScaled(num, scale - 2, scale - 2, true);
  const cents = type === 'money' && num % pow10(scale) !== 0n;
  return printScaled(num, scale, scale, !cents);
}

const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
/** Days since 1970-01-01. */
export function parseDay(text: string): bigint | null {
  const m = DAY.exec(text.trim());
  if (!m) return null;
  const [y, mo, d] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const day = new Date(Date.UTC(y, mo - 1, d));
  return day.getUTCMonth() === mo - 1 && day.getUTCDate() === d ? BigInt(day.getTime() / 86_400_000) : null;
}
export const printDay = (day: bigint): string => new Date(Number(day) * 86_400_000).toISOString().slice(0, 10);

const ZONE = 8 * 3600_000;
export function parseTime(text: string): bigint | null {
  const m = /^(\S+)(?: +(\d{1,2}):(\d{1,2}))?$/.exec(text.trim());
  const day = m ? parseDay(m[1]!) : null;
  if (!m || day === null) return null;
  const [h, min] = [Number(m[2] ?? 0), Number(m[3] ?? 0)];
  if (h > 24 || min > 59) return null;
  return day * 86_400_000n - BigInt(ZONE) + BigInt((h * 60 + min) * 60_000);
}
export const dayOfTime = (ms: bigint): bigint => {
  const shifted = ms + BigInt(ZONE);
  const day = shifted / 86_400_000n;
  return shifted < 0n && shifted % 86_400_000n ? day - 1n : day;
};

/** Of working time; n days are one more: to the end of the n-th. */
const WORK_DAY = 28_800_000n;
const SPANS: [string, boolean, bigint][] = [
  ['个工作日', true, WORK_DAY], ['工作日', true, WORK_DAY], ['工作小时', true, 3_600_000n], ['wd', true, WORK_DAY], ['wh', true, 3_600_000n],
  ['分钟', false, 60_000n], ['小时', false, 3_600_000n], ['天', false, 86_400_000n], ['日', false, 86_400_000n],
  ['min', false, 60_000n], ['h', false, 3_600_000n], ['d', false, 86_400_000n], ['周', false, 604_800_000n], ['w', false, 604_800_000n],
];
export function parseDuration(text: string, work: boolean): bigint | null {
  for (const [word, ofWork, size] of SPANS) {
    const s = text.trim();
    if (ofWork !== work || !s.endsWith(word)) continue;
    const n = digits(s.slice(0, -word.length), 0);
    if (typeof n === 'bigint' && n >= 0n) return n * size + (size === WORK_DAY && n > 0n ? 1n : 0n);
  }
  return null;
}
export function parseBool(text: string): bigint | null {
  if (['是', '有', '对', '√', '✓', 'yes', 'true', '1', 'Y', 'y'].includes(text)) return 1n;
  return ['否', '无', '不', '×', '✗', 'no', 'false', '0', 'N', 'n'].includes(text) ? 0n : null;
}

export const isPrivate = (v: Value | undefined): v is { private: boolean; known: boolean } => typeof v === 'object' && v !== null && !Array.isArray(v);

/** What a filled cell is called on paper: items by title, sets listed, days in words by the caller. */
export function showValue(field: Field, value: Value | undefined, yes: string, no: string): string {
  if (value === null || value === undefined || isPrivate(value)) return '';
  const title = (name: string): string => field.list?.items.find((i) => i.name === name)?.title ?? name;
  if (Array.isArray(value)) return value.map(title).join('、');
  if (field.type === 'item') return title(value);
  if (field.type === 'bool') return value === 'true' ? yes : no;
  return value;
}
