/* Expressions of packs (docs/api.md): typed trees over one row, exact and three-valued, with the same
 * answers as src/figure/eval.c; tests/vectors/expr.json holds both to it. Numbers are integers at a
 * scale within 127 bits; a ratio is a pair that is never cut. Missing is missing, never zero. What
 * only the server knows is 'server', and stays unknown to whoever asks. */
import type { Expr, Field, Value } from './api.gen';
import { dayOfTime, isNumber, isPrivate, parseBool, parseDay, parseDuration, parseNumber, parseTime, printDay, printNumber } from './cell';

export type State = 'ok' | 'missing' | 'no_base' | 'undefined' | 'server';
export interface Known { state: State; t: string; s: number; num: bigint; den: bigint; text?: string; rank?: number; work?: boolean }
export type Node = Expr;
export interface Row { values: Record<string, Value | undefined> }
export interface Earlier extends Row { sh: string; k: number; state?: string }
export interface Scope { row: Row; before: Earlier[]; fields: Record<string, Field>; inBefore?: boolean }

const LIMIT = 1n << 127n;
const RANK: State[] = ['ok', 'missing', 'no_base', 'undefined', 'server'];
const PAIR = 9;
const pow10 = (n: number): bigint => 10n ** BigInt(n);
const fits = (...all: bigint[]): boolean => all.every((n) => n < LIMIT && n >= -LIMIT);
const abs = (n: bigint): bigint => (n < 0n ? -n : n);
const none = (t: string, s: number, state: State): Known => ({ state, t, s, num: 0n, den: 1n });
const bool = (b: boolean): Known => ({ state: 'ok', t: 'bool', s: 0, num: b ? 1n : 0n, den: 1n });

function divide(a: bigint, b: bigint, way = 'half'): bigint {
  const [x, y] = [abs(a), abs(b)];
  const [whole, rest] = [x / y, x % y];
  const more = way === 'half' ? rest * 2n >= y : way === 'up' && rest > 0n;
  const n = whole + (more ? 1n : 0n);
  return a < 0n !== b < 0n ? -n : n;
}
function gcd(a: bigint, b: bigint): bigint {
  [a, b] = [abs(a), abs(b)];
  while (b) [a, b] = [b, a % b];
  return a;
}
function pair(t: string, s: number, num: bigint, den: bigint): Known {
  if (den === 0n) return none(t, s, 'no_base');
  const common = den < 0n ? -gcd(num, den) : gcd(num, den);
  return { state: 'ok', t, s, num: num / common, den: den / common };
}
function number(t: string, s: number, num: bigint): Known {
  return t === 'ratio' ? pair(t, s, num, pow10(s)) : { state: 'ok', t, s, num, den: 1n };
}
function join(to: Known, ...from: Known[]): Known {
  let state = to.state;
  for (const f of from) if (RANK.indexOf(f.state) > RANK.indexOf(state)) state = f.state;
  return state === to.state ? to : { ...to, state };
}
/** Rounded when digits are lost. */
const rescale = (n: bigint, from: number, to: number): bigint => (to >= from ? n * pow10(to - from) : divide(n, pow10(from - to)));
function scaled(v: Known): [bigint, number] {
  return v.t === 'ratio' ? [divide(v.num * pow10(PAIR), v.den), PAIR] : [v.num, v.s];
}
const ofScale = (t: string, s: number, num: bigint, scale: number): Known => (t === 'ratio' ? pair(t, s, num, pow10(scale)) : number(t, scale, num));

// ---- arithmetic ----

const DAY_MS = 86_400_000n;
function timeSum(op: string, a: Known, b: Known, e: Node): Known | null {
  if (a.t !== 'date') return null;
  if (b.t === 'date') return number(e.t!, e.s ?? 0, (a.num - b.num) * (e.t === 'duration' ? DAY_MS : 1n));
  if (b.t !== 'duration' && b.t !== 'int') return null;
  if (b.work) return none(e.t!, 0, 'server'); // working days need the calendar
  const days = b.t === 'int' ? b.num : divide(b.num, DAY_MS, 'down');
  const day = op === 'sub' ? a.num - days : a.num + days;
  return day < -719162n || day > 2932896n ? none('date', 0, 'undefined') : number('date', 0, day);
}
function known(op: string, a: Known, b: Known, e: Node): Known {
  const [t, s] = [e.t ?? '', e.s ?? 0];
  const time = op === 'add' || op === 'sub' ? timeSum(op, a, b, e) : null;
  if (time) return time;
  if (!fits(a.num * pow10(PAIR), b.num * pow10(PAIR)) && (a.t === 'ratio' || b.t === 'ratio')) return none(t, s, 'undefined');
  const [[x, xs], [y, ys]] = [scaled(a), scaled(b)];
  const scale = Math.max(xs, ys);
  let out: Known;
  if (op === 'mul') {
    if (xs + ys > 36) return none(t, s, 'undefined');
    out = fits(x * y) ? ofScale(t, s, x * y, xs + ys) : none(t, s, 'undefined');
  } else if (op === 'div' && t === 'ratio') {
    out = pair(t, s, rescale(x, xs, scale), rescale(y, ys, scale));
  } else if (op === 'div') {
    const top = rescale(x, xs, scale + 4 + ys);
    out = y === 0n ? none(t, s, 'no_base') : fits(top) ? ofScale(t, s, divide(top, y), scale + 4) : none(t, s, 'undefined');
  } else {
    const sum = rescale(x, xs, scale) + (op === 'sub' ? -1n : 1n) * rescale(y, ys, scale);
    out = fits(sum) ? ofScale(t, s, sum, scale) : none(t, s, 'undefined');
  }
  return out;
}
function arith(op: string, a: Known, b: Known, e: Node): Known {
  const start = a.state === 'ok' && b.state === 'ok' ? known(op, a, b, e) : number(e.t === 'ratio' ? 'int' : e.t ?? '', e.s ?? 0, 0n);
  return join(start, a, b);
}

// ---- comparing ----
const byPoints = (a: string, b: string): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  const k = x.findIndex((c, i) => c !== y[i]);
  if (k < 0) return x.length - y.length;
  return k >= y.length ? 1 : x[k]!.codePointAt(0)! - y[k]!.codePointAt(0)!;
};
const sign = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
function order(a: Known, b: Known): number | null {
  if (a.text !== undefined || b.text !== undefined) return byPoints(a.text ?? '', b.text ?? '');
  if (a.t === 'item' && b.t === 'item') return (a.rank ?? Number(a.num)) - (b.rank ?? Number(b.num)) || sign(a.num, b.num);
  if (a.t !== 'ratio' && b.t !== 'ratio' && a.s === b.s) return sign(a.num, b.num);
  const left = a.num * (b.t === 'ratio' ? b.den : pow10(b.s));
  const right = b.num * (a.t === 'ratio' ? a.den : pow10(a.s));
  return fits(left, right) ? sign(left, right) : null;
}
const FIT: Record<string, (n: number) => boolean> = {
  eq: (n) => n === 0, ne: (n) => n !== 0, lt: (n) => n < 0, le: (n) => n <= 0, gt: (n) => n > 0, ge: (n) => n >= 0,
};
function compare(op: string, a: Known, b: Known): Known {
  const result = join(bool(false), a, b);
  if (result.state !== 'ok') return result;
  const n = order(a, b);
  return n === null ? none('bool', 0, 'undefined') : bool(FIT[op]!(n));
}
export type Truth = 'true' | 'false' | 'unknown';
export const truthOf = (v: Known): Truth => (v.state !== 'ok' ? 'unknown' : v.num ? 'true' : 'false');
function decide(a: Known, b: Known, deciding: Truth): Known {
  if (truthOf(a) === deciding || truthOf(b) === deciding) return bool(deciding === 'true');
  return join(bool(deciding !== 'true'), a, b);
}

// ---- cells ----
function cell(e: { t: string; s: number; work: boolean; field?: Field }, value: Value | undefined): Known {
  const { t, s } = e;
  if (value === null || value === undefined || value === '') return none(t, s, 'missing');
  if (isPrivate(value)) return value.known ? { state: 'ok', t, s, num: 0n, den: 1n, text: '' } : none(t, s, 'missing');
  const items = e.field?.list?.items;
  if (t === 'set') {
    const bits = (Array.isArray(value) ? value : [value]).map((name) => items?.find((i) => i.name === name)?.number ?? 0);
    return number(t, 0, bits.reduce((sum, n) => (n ? sum | (1n << BigInt(n - 1)) : sum), 0n));
  }
  if (Array.isArray(value)) return none(t, s, 'server');
  if (t === 'item') {
    const item = items?.find((i) => i.name === value);
    const n = item?.number;
    return n === undefined ? none(t, s, 'missing') : { ...number(t, 0, BigInt(n)), rank: item?.rank ?? n };
  }
  const num = isNumber(t) ? parseNumber(t, s, value) : t === 'date' ? parseDay(value) : t === 'time' ? parseTime(value)
    : t === 'bool' ? parseBool(value) : t === 'duration' ? parseDuration(value, e.work) : undefined;
  if (num === undefined) return ['text', 'prose', 'code', 'contact'].includes(t) ? { state: 'ok', t, s, num: 0n, den: 1n, text: value } : { ...none(t, s, 'server') };
  return typeof num === 'bigint' ? { ...number(t, s, num), work: e.work } : none(t, s, 'missing');
}
function field(e: Node, c: Scope): Known {
  const f = c.fields[e.f!];
  const value = c.row.values[e.f!];
  const t = f?.type ?? e.t ?? '';
  const empty = value === null || value === undefined || value === '';
  if (empty && f?.computed) return store(evaluate(f.computed as Node, c), f);
  return cell({ t, s: f?.scale ?? e.s ?? 0, work: !!f?.work, field: f }, value);
}
function shift(e: Node, c: Scope): Known {
  if (c.inBefore) return none(e.t ?? '', e.s ?? 0, 'server'); // earlier than what was sent along
  const row = c.before.find((b) => b.sh === e.sh && b.k === (e.k ?? 1));
  if (!row || (row.state !== undefined && row.state !== 'filed' && row.state !== 'confirmed')) return none(e.t ?? '', e.s ?? 0, 'missing');
  return evaluate(e.a![0] as Node, { ...c, row, inBefore: true });
}

// ---- functions ----
function smaller(a: Known, b: Known, larger: boolean): Known {
  const both = a.state === 'ok' && b.state === 'ok';
  const n = both ? order(a, b) : 0;
  const chosen = n === null ? none(a.t, a.s, 'undefined') : n > 0 !== larger ? b : a;
  return join(chosen, a, b);
}
function round(x: Known, unit: Known, e: Node): Known {
  const joined = join(x, unit);
  if (joined.state !== 'ok') return joined;
  const den = (v: Known): bigint => (v.t === 'ratio' ? v.den : pow10(v.s));
  const [top, bottom] = [x.num * den(unit), den(x) * unit.num];
  if (bottom === 0n || !fits(top, bottom)) return none(e.t ?? '', e.s ?? 0, 'undefined');
  const num = divide(top, bottom, e.r ?? 'half') * unit.num;
  if (!fits(num)) return none(e.t ?? '', e.s ?? 0, 'undefined');
  return e.t === 'ratio' ? pair('ratio', e.s ?? 0, num, den(unit)) : number(e.t ?? '', unit.t === 'ratio' ? 0 : unit.s, num);
}
function step(e: Node, args: Known[]): Known {
  const x = args[0]!;
  let out = join(args[1]!, x);
  for (let i = 2; i + 1 < args.length; i += 2) {
    const reached = compare('ge', x, args[i]!);
    if (reached.state !== 'ok') return none(e.t ?? '', e.s ?? 0, reached.state);
    if (truthOf(reached) === 'true') out = join(args[i + 1]!, x);
  }
  return out;
}
const bits = (n: bigint): number => { let k = 0; for (; n; n &= n - 1n) k++; return k; };
function call(e: Node, c: Scope): Known {
  const args = (e.a ?? []).map((a) => evaluate(a as Node, c));
  const [x, y, z] = [args[0]!, args[1]!, args[2]!];
  switch (e.c) {
    case 'known': return x.state === 'server' ? x : bool(x.state === 'ok');
    case 'default': return x.state === 'ok' || x.state === 'undefined' || x.state === 'server' ? x : y;
    case 'clamp': return smaller(smaller(x, y, true), z, false);
    case 'min': return args.slice(1).reduce((best, v) => smaller(best, v, false), x);
    case 'max': return args.slice(1).reduce((best, v) => smaller(best, v, true), x);
    case 'abs': return x.state === 'ok' ? { ...x, num: abs(x.num) } : x;
    case 'size': return x.state === 'ok' ? number('int', 0, BigInt(bits(x.num))) : { ...x, t: 'int', s: 0 };
    case 'round': return round(x, y, e);
    case 'step': return step(e, args);
    case 'days': {
      const day = (v: Known): bigint => (v.t === 'time' ? dayOfTime(v.num) : v.num);
      return join(number('int', 0, day(y) - day(x)), x, y);
    }
  }
  return none(e.t ?? '', e.s ?? 0, 'server');
}

// ---- the walk ----
export function evaluate(e: Node, c: Scope): Known {
  const arg = (k: number): Known => evaluate(e.a![k] as Node, c);
  switch (e.op) {
    case 'literal': return e.n === undefined ? { state: 'ok', t: e.t ?? 'text', s: 0, num: 0n, den: 1n, text: e.x ?? '' }
      : { ...number(e.t ?? 'int', e.s ?? 0, BigInt(e.n)), rank: e.rank };
    case 'field': return field(e, c);
    case 'shift': return shift(e, c);
    case 'call': return call(e, c);
    case 'not': { const a = arg(0); return { ...a, num: a.num ? 0n : 1n }; }
    case 'neg': { const a = arg(0); return { ...a, num: -a.num }; }
    case 'and': return decide(arg(0), arg(1), 'false');
    case 'or': return decide(arg(0), arg(1), 'true');
    case 'add': case 'sub': case 'mul': case 'div': return arith(e.op, arg(0), arg(1), e);
    case 'eq': case 'ne': case 'lt': case 'le': case 'gt': case 'ge': return compare(e.op, arg(0), arg(1));
    case 'has': {
      const [set, item] = [arg(0), arg(1)];
      return join(bool(item.num > 0n && item.num <= 63n && (set.num >> (item.num - 1n) & 1n) === 1n), set, item);
    }
    case 'in': {
      const x = arg(0);
      return (e.a ?? []).slice(1).map((a) => compare('eq', x, evaluate(a as Node, c))).reduce((sum, v) => decide(sum, v, 'true'), bool(false));
    }
    case 'if': {
      const condition = arg(0);
      const truth = truthOf(condition);
      return truth === 'unknown' ? none(e.t ?? '', e.s ?? 0, condition.state) : arg(truth === 'true' ? 1 : 2);
    }
  }
  return none(e.t ?? '', e.s ?? 0, 'server');
}

/** As a field keeps it: at the field's scale, rounded half away from zero. */
export function store(v: Known, f: { type: string; scale: number }): Known {
  if (v.state !== 'ok' || v.text !== undefined || !isNumber(f.type)) return v.state === 'ok' ? v : { ...v, t: f.type, s: f.scale };
  if (f.type === 'ratio') return v.t === 'ratio' ? { ...v, s: f.scale } : pair('ratio', f.scale, v.num, pow10(v.s));
  const [num, scale] = scaled(v);
  const at = rescale(num, scale, f.scale);
  return at >= -(1n << 63n) && at < 1n << 63n ? number(f.type, f.scale, at) : none(f.type, f.scale, 'undefined');
}
/** As the server would write it; null when there is no value. Items go by name: `list` says which. */
export function printKnown(v: Known, list: Field['list'] = null): string | null {
  if (v.state !== 'ok') return null;
  if (v.t === 'item') return list?.items.find((i) => BigInt(i.number) === v.num)?.name ?? null;
  if (v.text !== undefined) return v.text;
  if (v.t === 'ratio') return printNumber('ratio', v.s, divide(v.num * pow10(v.s), v.den));
  if (v.t === 'date') return printDay(v.num);
  if (v.t === 'bool') return v.num ? 'true' : 'false';
  return isNumber(v.t) ? printNumber(v.t, v.s, v.num) : String(v.num);
}
export const truth = (e: Expr, c: Scope): Truth => truthOf(evaluate(e as Node, c));
