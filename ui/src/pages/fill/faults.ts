/* What is wrong with a half-filled row, as far as the device can tell: each cell by its type, then
 * the checks of the pack. Only what is surely false is said; the server judges again. */
import type { Book, Field, Value } from '../../api.gen';
import { digits, isNumber, parseDay, parseNumber, printNumber, printScaled } from '../../cell';
import { evaluate, store, truth, type Earlier, type Scope } from '../../expr';
import { lang, t } from '../../words';

export interface Complaint { field: string; text: string; warning: boolean; reads: string[] }

export function scopeOf(book: Book, values: Record<string, Value>, before: Earlier[]): Scope {
  return { row: { values }, before, fields: Object.fromEntries(book.fields.map((f) => [f.name, f])) };
}
export const isEmpty = (v: Value | undefined): boolean => v === null || v === undefined || v === '' || (Array.isArray(v) && !v.length);
const ofText = (v: Value): string => (typeof v === 'string' ? v : '');

export function isRequired(f: Field, scope: Scope): boolean {
  if (!f.asked || f.computed) return false;
  return f.required_when ? truth(f.required_when, scope) === 'true' : !f.optional;
}

/** The bound as an integer at the field's scale, and as it is printed. */
function bound(f: Field, text: string | null, expr: Field['low_expr'], scope: Scope): bigint | null {
  if (expr) {
    const v = store(evaluate(expr, scope), f);
    return v.state === 'ok' ? v.num * (f.type === 'ratio' ? 10n ** BigInt(f.scale) / v.den : 1n) : null;
  }
  const n = text === null ? null : parseNumber(f.type, f.scale, text);
  return typeof n === 'bigint' ? n : null;
}
function numberFault(f: Field, text: string, scope: Scope): string {
  const name = f.title;
  const n = parseNumber(f.type, f.scale, text);
  if (n === 'fine') return t('form.fault.scale', { name, n: f.type === 'ratio' ? f.scale - 2 : f.scale });
  if (n === null) return t('form.fault.number', { name });
  const low = bound(f, f.low, f.low_expr, scope);
  const high = bound(f, f.high, f.high_expr, scope);
  if (low !== null && n < low) return t('form.fault.low', { name, n: printNumber(f.type, f.scale, low), unit: f.measure });
  if (high !== null && n > high) return t('form.fault.high', { name, n: printNumber(f.type, f.scale, high), unit: f.measure });
  return '';
}
export function cellFault(f: Field, value: Value | undefined, scope: Scope): string {
  if (isEmpty(value)) {
    if (!isRequired(f, scope)) return '';
    return t(f.list || f.type === 'bool' ? 'form.fault.choose' : 'form.fault.required', { name: f.title });
  }
  const text = ofText(value as Value);
  if (isNumber(f.type)) return numberFault(f, text, scope);
  if (f.type === 'date' && parseDay(text) === null) return t('form.fault.day', { name: f.title });
  if (f.type === 'text' && f.length && Array.from(text).length > f.length) return t('form.fault.length', { name: f.title, n: f.length });
  return '';
}

/** Said once for the whole sheet instead of under each field. */
export const allPublic = (book: Book): boolean => book.fields.filter((f) => f.public).length > 2 && book.fields.every((f) => f.public || f.type === 'text');

/** Every complaint; computed fields are not complained of by themselves. */
export function complaints(book: Book, scope: Scope): Complaint[] {
  const out: Complaint[] = [];
  for (const f of book.fields) {
    if (!f.asked || f.computed) continue;
    const text = cellFault(f, scope.row.values[f.name], scope);
    if (text) out.push({ field: f.name, text, warning: false, reads: [f.name] });
  }
  const wrong = new Set(out.map((c) => c.field));
  for (const check of book.checks) {
    if (check.fields.some((name) => wrong.has(name)) || truth(check.expr, scope) !== 'false') continue;
    const open = check.fields.filter((name) => book.fields.find((f) => f.name === name && f.asked && !f.computed));
    out.push({ field: open[open.length - 1] ?? '', text: check.text, warning: check.warn, reads: sources(book, check.fields) });
  }
  return out;
}
/** The fields that a person fills in behind these (a computed field stands for what it reads). */
function sources(book: Book, names: string[]): string[] {
  const seen = new Set<string>();
  const walk = (name: string): void => {
    const f = book.fields.find((x) => x.name === name);
    if (!f || seen.has(name)) return;
    seen.add(name);
    if (f.computed) reads(f.computed).forEach(walk);
  };
  names.forEach(walk);
  return [...seen];
}
function reads(e: NonNullable<Field['computed']>): string[] {
  return [...(e.op === 'field' && e.f ? [e.f] : []), ...(e.a ?? []).flatMap(reads)];
}

/** "多 28.80": how a number stands to the one before. */
export function beside(f: Field, value: Value, was: Value | undefined): { text: string; way: 'up' | 'dn' | '' } {
  if (isEmpty(was) || typeof was !== 'string') return { text: '', way: '' };
  const then = parseNumber(f.type, f.scale, was);
  const n = typeof value === 'string' ? parseNumber(f.type, f.scale, value) : null;
  if (typeof then !== 'bigint') return { text: '', way: '' };
  if (typeof n !== 'bigint') return { text: t('form.was', { v: was }), way: '' };
  if (n === then) return { text: t('form.same'), way: '' };
  const gap = printNumber(f.type, f.scale, n > then ? n - then : then - n);
  return n > then ? { text: t('form.more', { n: gap }), way: 'up' } : { text: t('form.less', { n: gap }), way: 'dn' };
}
/** 145000 元 is read as 14.5 万元: a slip of a zero is seen at once. */
export function inTenThousands(f: Field, text: string): string {
  const n = parseNumber(f.type, f.scale, text);
  if (f.type !== 'money' || lang.value === 'en' || typeof n !== 'bigint' || (n < 1_000_000n && n > -1_000_000n)) return '';
  return `${printScaled(n, f.scale + 4, 4, true)} 万元`;
}
/** 5万 -> 50000 once the field is left, so that what is sent is what is seen. */
export function tidyNumber(f: Field, text: string): string {
  const n = parseNumber(f.type, f.scale, text);
  const plain = digits(text, f.type === 'ratio' ? f.scale - 2 : f.scale);
  return typeof n === 'bigint' && plain === null ? printNumber(f.type, f.scale, n) : text.trim();
}
