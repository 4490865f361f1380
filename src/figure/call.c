/* Scalar functions of expressions. */
#include "figure/column/column_int.h"

static Value smaller(const Value *a, const Value *b, bool larger, Type type)
{
    int order = 0;
    Value result = value_none(type, VALUE_UNDEFINED);
    bool both = a->state == VALUE_OK && b->state == VALUE_OK;
    if (!both || value_order(a, b, &order))
        result = (order > 0) != larger ? *b : *a;
    result.type.list = type.list;
    Value joined = value_bare(&result);
    value_join(&joined, a);
    value_join(&joined, b);
    return joined;
}

static bool call_extreme(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    TRY(eval(w, f, c, e->args[0], ret));
    for (size_t i = 1; i < e->arg_count; i++) {
        Value other;
        TRY(eval(w, f, c, e->args[i], &other));
        *ret = smaller(ret, &other, e->call == CALL_MAX, e->type);
    }
    return true;
}

static bool call_clamp(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value low, high;
    TRY(eval(w, f, c, e->args[0], ret));
    TRY(eval(w, f, c, e->args[1], &low));
    TRY(eval(w, f, c, e->args[2], &high));
    *ret = smaller(ret, &low, true, e->type);
    *ret = smaller(ret, &high, false, e->type);
    return true;
}

/* A default takes away the reasons, never the coverage (trap 16). */
static bool call_default(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x;
    TRY(eval(w, f, c, e->args[0], &x));
    *ret = x;
    if (x.state == VALUE_OK || x.state == VALUE_FORBIDDEN || x.state == VALUE_UNDEFINED)
        return true;
    TRY(eval(w, f, c, e->args[1], ret));
    if (!x.covered)
        return true;
    ret->covered = true;
    ret->expected = x.expected;
    ret->reported = x.reported;
    ret->confirmed = x.confirmed;
    return true;
}

static bool call_known(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x;
    TRY(eval(w, f, c, e->args[0], &x));
    *ret = value_bool(x.state == VALUE_OK);
    if (x.covered) {
        ret->covered = true;
        ret->expected = x.expected;
        ret->reported = x.reported;
        ret->confirmed = x.confirmed;
    }
    ret->rests_on = x.rests_on;
    return true;
}

/* To the nearest multiple of the unit, half away from zero; down and up as named. */
static bool call_round(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x, unit;
    TRY(eval(w, f, c, e->args[0], &x));
    TRY(eval(w, f, c, e->args[1], &unit));
    *ret = x;
    value_join(ret, &unit);
    if (ret->state != VALUE_OK)
        return true;
    Int128 a = x.num, a_den = x.den, b = unit.num, b_den = unit.den;
    bool fits = true;
    if (x.type.kind != TYPE_RATIO)
        a_den = num_pow10(x.type.scale);
    if (unit.type.kind != TYPE_RATIO)
        b_den = num_pow10(unit.type.scale);
    Int128 top, bottom;
    fits = num_mul(a, b_den, &top) && num_mul(a_den, b, &bottom) && bottom != 0;
    Int128 times = fits ? num_div(top, bottom, (Rounding)e->number) : 0;
    Int128 num;
    fits = fits && num_mul(times, b, &num);
    if (!fits) {
        *ret = value_none(e->type, VALUE_UNDEFINED);
        return true;
    }
    Value rounded = value_pair(e->type, num, b_den);
    if (e->type.kind != TYPE_RATIO) {
        rounded = value_num(e->type, num);
        rounded.type.scale = unit.type.kind == TYPE_RATIO ? 0 : unit.type.scale;
    }
    ret->num = rounded.num;
    ret->den = rounded.den;
    ret->type = rounded.type;
    return true;
}

static Value step_value(const Value *x, const Value *value)
{
    Value result = value_bare(value);
    value_join(&result, x);
    value_join(&result, value);
    return result;
}

/* The value of the last bound that x has reached. */
static bool call_step(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x, value;
    TRY(eval(w, f, c, e->args[0], &x));
    TRY(eval(w, f, c, e->args[1], &value));
    *ret = step_value(&x, &value);
    for (size_t i = 2; i + 1 < e->arg_count; i += 2) {
        Value bound;
        TRY(eval(w, f, c, e->args[i], &bound));
        Value reached = value_compare(EXPR_GE, &x, &bound);
        if (reached.state != VALUE_OK) {
            *ret = value_none(e->type, VALUE_MISSING);
            ret->reasons = reached.reasons;
            value_join(ret, &reached);
            return true;
        }
        if (value_truth(&reached) != TRUTH_TRUE)
            continue;
        TRY(eval(w, f, c, e->args[i + 1], &value));
        *ret = step_value(&x, &value);
    }
    ret->partial = false; /* a step of a known value is known */
    return true;
}

static bool call_book(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Sums s;
    TRY(book_coverage(w, f, c, e->book, e->call == CALL_ON_TIME, &s));
    if (e->call == CALL_ON_TIME) {
        *ret = value_ratio(s.n, s.expected);
        value_cover(ret, s.expected, s.expected, s.confirmed);
        return true;
    }
    *ret = value_int(e->call == CALL_EXPECTED ? s.expected : s.reported);
    return true;
}

static bool call_coverage(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x;
    TRY(eval(w, f, c, e->args[0], &x));
    *ret = x.covered && x.expected ? value_ratio(x.reported, x.expected) : value_ratio(1, 1);
    return true;
}

/* Place among the units of its kind in the tree, or within the ancestor of the second argument's
 * kind; 1 = the greatest, ties share. Those without a whole value have no place. */
static bool call_rank(Work *w, Figures *f, const Ctx *ctx, const Expr *e, Value *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    Value own;
    TRY(ctx_place(w, f, &c, &t, &pre));
    TRY(eval(w, f, &c, e->args[0], &own));
    *ret = value_none(e->type, pre < 0 ? VALUE_NO_UNIT : VALUE_MISSING);
    value_join(ret, &own);
    if (pre < 0 || own.state != VALUE_OK || own.partial)
        return true;
    int32_t top = pre;
    while (t->parent[top] >= 0 &&
           !(e->arg_count > 1 && e->args[1]->kind && t->kind[top] == e->args[1]->kind->number))
        top = t->parent[top];
    int64_t expected = 0, reported = 0, before = 0;
    for (int32_t i = top; i <= t->last[top]; i++) {
        ARENA_SCOPE(w->arena);
        Ctx other = c;
        Value v;
        int order;
        if (t->kind[i] != t->kind[pre])
            continue;
        expected++;
        other.unit = t->slot_of[i];
        TRY(eval(w, f, &other, e->args[0], &v));
        if (v.state != VALUE_OK || v.partial || !value_order(&v, &own, &order))
            continue;
        reported++;
        before += order > 0;
    }
    *ret = value_num(e->type, before + 1);
    value_cover(ret, expected, reported, 0);
    return true;
}

static bool call_days(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value from, to;
    TRY(eval(w, f, c, e->args[0], &from));
    TRY(eval(w, f, c, e->args[1], &to));
    int32_t first = from.type.kind == TYPE_TIME ? day_of_ms((int64_t)from.num) : (int32_t)from.num;
    int32_t last = to.type.kind == TYPE_TIME ? day_of_ms((int64_t)to.num) : (int32_t)to.num;
    *ret = value_num(e->type, last - first);
    value_join(ret, &from);
    value_join(ret, &to);
    return true;
}

static int64_t text_length(Str s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((uint8_t)s.p[i] & 0xC0) != 0x80;
    return n;
}

static bool call_one(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x;
    int year = 0, month = 0, day = 0;
    TRY(eval(w, f, c, e->args[0], &x));
    *ret = x;
    if (x.state != VALUE_OK) {
        ret->type = e->type;
        return true;
    }
    Period p;
    if (x.type.kind == TYPE_PERIOD && period_of_code((int64_t)x.num, &p))
        x = value_num((Type){ .kind = TYPE_DATE, .low = 1 }, p.first_day);
    if ((e->call == CALL_YEAR || e->call == CALL_MONTH) && x.num >= DAY_MIN && x.num <= DAY_MAX)
        day_split((int32_t)x.num, &year, &month, &day);
    Value result = x;
    switch ((int)e->call) {
    case CALL_ABS: result = x.num < 0 ? value_negate(&x) : x; break;
    case CALL_SIZE:
        result = value_num(e->type, __builtin_popcountll((uint64_t)(int64_t)x.num));
        break;
    case CALL_WORDS: result = value_num(e->type, text_length(x.text)); break;
    case CALL_YEAR: result = value_num(e->type, year); break;
    case CALL_MONTH: result = value_num(e->type, month); break;
    }
    value_join(&result, &x);
    *ret = result;
    return true;
}

bool eval_call(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    switch (e->call) {
    case CALL_KNOWN: return call_known(w, f, c, e, ret);
    case CALL_DEFAULT: return call_default(w, f, c, e, ret);
    case CALL_CLAMP: return call_clamp(w, f, c, e, ret);
    case CALL_MIN:
    case CALL_MAX: return call_extreme(w, f, c, e, ret);
    case CALL_ROUND: return call_round(w, f, c, e, ret);
    case CALL_STEP: return call_step(w, f, c, e, ret);
    case CALL_DAYS: return call_days(w, f, c, e, ret);
    case CALL_EXPECTED:
    case CALL_REPORTED:
    case CALL_ON_TIME: return call_book(w, f, c, e, ret);
    case CALL_COVERAGE: return call_coverage(w, f, c, e, ret);
    case CALL_RANK: return call_rank(w, f, c, e, ret);
    case CALL_ABS:
    case CALL_SIZE:
    case CALL_WORDS:
    case CALL_YEAR:
    case CALL_MONTH: return call_one(w, f, c, e, ret);
    case CALL_ALLOT:
    case CALL_PART:
    case CALL_TIMES:
    case CALL_BALANCE:
    case CALL_STALE:
    case CALL_LOOKS_NAMED: break; /* of flows and ledgers, which come later */
    }
    *ret = value_none(e->type, VALUE_UNDEFINED);
    return true;
}
