/* Values: a known amount or the reasons why there is none, with the coverage of the weakest atom.
 *
 * Everything but a ratio is an integer at a scale. A ratio is the pair (num, den) as it came out of
 * the roll-up, so that it is compared and printed exactly; other arithmetic takes it at 10^-9
 * (rule 17). What passes 127 bits is VALUE_UNDEFINED, never a wrap. */
#include "figure/figure_int.h"

enum { PAIR_SCALE = 9, DIV_DIGITS = 4 };

static ValueState worst(uint32_t reasons)
{
    static const ValueState order[] = { VALUE_FORBIDDEN, VALUE_UNDEFINED, VALUE_NO_UNIT,
                                        VALUE_LEAST,     VALUE_COVERAGE,  VALUE_NO_BASE };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (reasons >> order[i] & 1)
            return order[i];
    return VALUE_MISSING;
}

Value value_none(Type type, ValueState reason)
{
    CHECK(reason != VALUE_OK);
    return (
        Value){ .state = reason, .reasons = 1u << reason, .type = type, .den = 1, .rests_on = -1 };
}

static Int128 gcd(Int128 a, Int128 b)
{
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    while (b) {
        Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Small terms, so that products of two pairs fit 128 bits. */
Value value_pair(Type type, Int128 num, Int128 den)
{
    if (den == 0)
        return value_none(type, VALUE_NO_BASE);
    Int128 common = gcd(num, den);
    if (den < 0)
        common = -common;
    return (Value){ .type = type, .num = num / common, .den = den / common, .rests_on = -1 };
}

Value value_num(Type type, Int128 num)
{
    if (type.kind == TYPE_RATIO)
        return value_pair(type, num, num_pow10(type.scale));
    return (Value){ .type = type, .num = num, .den = 1, .rests_on = -1 };
}

Value value_int(int64_t n)
{
    return value_num((Type){ .kind = TYPE_INT, .low = 1 }, n);
}

Value value_bool(bool b)
{
    return value_num((Type){ .kind = TYPE_BOOL, .low = 1 }, b);
}

Value value_ratio(Int128 num, Int128 den)
{
    return value_pair((Type){ .kind = TYPE_RATIO, .scale = SCALE_RATIO, .low = 1 }, num, den);
}

void value_cover(Value *v, int64_t expected, int64_t reported, int64_t confirmed)
{
    v->covered = true;
    v->expected = expected;
    v->reported = reported;
    v->confirmed = confirmed;
    v->partial = reported > 0 && reported < expected;
}

/* Is a's share of coverage lower than b's? Nothing expected is complete. */
static bool covers_less(const Value *a, const Value *b)
{
    Int128 a_part = a->expected ? a->reported : 1, a_all = a->expected ? a->expected : 1;
    Int128 b_part = b->expected ? b->reported : 1, b_all = b->expected ? b->expected : 1;
    return a_part * b_all < b_part * a_all;
}

void value_join(Value *to, const Value *from)
{
    if (from->state != VALUE_OK) {
        to->reasons = (to->state == VALUE_OK ? 0 : to->reasons) | from->reasons;
        to->state = worst(to->reasons);
    }
    to->partial |= from->partial;
    to->draft |= from->draft;
    if (from->rests_on >= 0 && (to->rests_on < 0 || from->rests_on < to->rests_on))
        to->rests_on = from->rests_on;
    if (!from->covered || (to->covered && !covers_less(from, to)))
        return;
    to->covered = true;
    to->expected = from->expected;
    to->reported = from->reported;
    to->confirmed = from->confirmed;
}

Value value_bare(const Value *v)
{
    Value bare = *v;
    bare.partial = bare.covered = bare.draft = false;
    bare.expected = bare.reported = bare.confirmed = 0;
    bare.rests_on = -1;
    return bare;
}

bool value_scaled(const Value *v, Int128 *ret_num, int *ret_scale)
{
    if (v->type.kind != TYPE_RATIO) {
        *ret_num = v->num;
        *ret_scale = v->type.scale;
        return true;
    }
    Int128 wide;
    if (!num_mul(v->num, num_pow10(PAIR_SCALE), &wide))
        return false;
    *ret_num = num_div(wide, v->den, ROUND_HALF);
    *ret_scale = PAIR_SCALE;
    return true;
}

/* num at scale as a value of the type: a pair where the type is a ratio. */
static Value scaled_value(Type type, Int128 num, int scale)
{
    if (type.kind == TYPE_RATIO)
        return value_pair(type, num, num_pow10(scale));
    type.scale = (int8_t)scale;
    return value_num(type, num);
}

static bool arith_add(ExprOp op, Int128 a, int a_scale, Int128 b, int b_scale, Type type,
                      Value *ret)
{
    int scale = a_scale > b_scale ? a_scale : b_scale;
    Int128 sum;
    if (!num_rescale(a, a_scale, scale, ROUND_HALF, &a) ||
        !num_rescale(b, b_scale, scale, ROUND_HALF, &b) ||
        !num_add(a, op == EXPR_ADD ? b : -b, &sum))
        return false;
    *ret = scaled_value(type, sum, scale);
    return true;
}

static bool arith_mul(Int128 a, int a_scale, Int128 b, int b_scale, Type type, Value *ret)
{
    Int128 product;
    if (a_scale + b_scale > 36 || !num_mul(a, b, &product))
        return false;
    *ret = scaled_value(type, product, a_scale + b_scale);
    return true;
}

static bool arith_div(Int128 a, int a_scale, Int128 b, int b_scale, Type type, Value *ret)
{
    if (b == 0) {
        *ret = value_none(type, VALUE_NO_BASE);
        return true;
    }
    if (type.kind == TYPE_RATIO) { /* the pair itself; no digit is lost */
        int scale = a_scale > b_scale ? a_scale : b_scale;
        if (!num_rescale(a, a_scale, scale, ROUND_HALF, &a) ||
            !num_rescale(b, b_scale, scale, ROUND_HALF, &b))
            return false;
        *ret = value_pair(type, a, b);
        return true;
    }
    int scale = (a_scale > b_scale ? a_scale : b_scale) + DIV_DIGITS;
    if (!num_rescale(a, a_scale, scale + b_scale, ROUND_HALF, &a))
        return false;
    *ret = scaled_value(type, num_div(a, b, ROUND_HALF), scale);
    return true;
}

static const int64_t DAY_WORK_MS = 28800000; /* eight hours */

/* Days and instants: date - date, date ± duration, time - time, time ± duration. */
static bool arith_time(Work *w, ExprOp op, const Value *a, const Value *b, Type type, Value *ret)
{
    (void)w;
    TypeKind x = a->type.kind;
    TypeKind y = b->type.kind;
    if (x == TYPE_DATE && y == TYPE_DATE) {
        Int128 days = a->num - b->num;
        *ret = value_num(type, type.kind == TYPE_DURATION ? days * MS_PER_DAY : days);
        return true;
    }
    if (x != TYPE_DATE || (y != TYPE_DURATION && y != TYPE_INT))
        return false;
    Int128 days = y == TYPE_INT
                      ? b->num
                      : num_div(b->num, b->type.work ? DAY_WORK_MS : MS_PER_DAY, ROUND_DOWN);
    if (op == EXPR_SUB)
        days = -days;
    if (b->type.work) {
        int32_t day;
        bool known = num_fits(days) && a->num >= DAY_MIN && a->num <= DAY_MAX && days >= -36600 &&
                     days <= 36600;
        ARENA_SCOPE(w->arena);
        if (!known || !day_add_working(w, (int32_t)a->num, (int32_t)days, &day)) {
            work_clear(w); /* outside the calendar: no such day */
            *ret = value_none(type, VALUE_UNDEFINED);
            return true;
        }
        *ret = value_num(type, day);
        return true;
    }
    Int128 day = a->num + days;
    *ret =
        day < DAY_MIN || day > DAY_MAX ? value_none(type, VALUE_UNDEFINED) : value_num(type, day);
    return true;
}

static bool arith_known(Work *w, ExprOp op, const Value *a, const Value *b, Type type, Value *ret)
{
    if ((op == EXPR_ADD || op == EXPR_SUB) && arith_time(w, op, a, b, type, ret))
        return true;
    Int128 x, y;
    int x_scale, y_scale;
    if (!value_scaled(a, &x, &x_scale) || !value_scaled(b, &y, &y_scale))
        return false;
    if (op == EXPR_ADD || op == EXPR_SUB)
        return arith_add(op, x, x_scale, y, y_scale, type, ret);
    if (op == EXPR_MUL)
        return arith_mul(x, x_scale, y, y_scale, type, ret);
    CHECK(op == EXPR_DIV);
    return arith_div(x, x_scale, y, y_scale, type, ret);
}

Value value_arith(Work *w, ExprOp op, const Value *a, const Value *b, Type type)
{
    Value result = { .type = type, .den = 1, .rests_on = -1 };
    if (a->state == VALUE_OK && b->state == VALUE_OK && !arith_known(w, op, a, b, type, &result))
        result = value_none(type, VALUE_UNDEFINED);
    value_join(&result, a);
    value_join(&result, b);
    return result;
}

Value value_negate(const Value *a)
{
    Value result = *a;
    result.num = -a->num;
    return result;
}

static int64_t item_rank(const Value *v)
{
    const Item *item = v->type.list ? list_item_number(v->type.list, (int32_t)v->num) : NULL;
    return item ? item->rank : (int64_t)v->num;
}

static int sign_of(Int128 a, Int128 b)
{
    return a < b ? -1 : a > b;
}

bool value_order(const Value *a, const Value *b, int *ret)
{
    if (a->text.p || b->text.p) {
        *ret = str_cmp(a->text, b->text);
        return true;
    }
    if (a->type.kind == TYPE_ITEM && b->type.kind == TYPE_ITEM) {
        *ret = sign_of(item_rank(a), item_rank(b));
        if (*ret == 0)
            *ret = sign_of(a->num, b->num);
        return true;
    }
    bool a_pair = a->type.kind == TYPE_RATIO;
    bool b_pair = b->type.kind == TYPE_RATIO;
    if (!a_pair && !b_pair && a->type.scale == b->type.scale) {
        *ret = sign_of(a->num, b->num);
        return true;
    }
    Int128 left, right;
    Int128 a_den = a_pair ? a->den : num_pow10(a->type.scale);
    Int128 b_den = b_pair ? b->den : num_pow10(b->type.scale);
    if (!num_mul(a->num, b_den, &left) || !num_mul(b->num, a_den, &right))
        return false;
    *ret = sign_of(left, right);
    return true;
}

static bool order_fits(ExprOp op, int order)
{
    switch ((int)op) {
    case EXPR_EQ: return order == 0;
    case EXPR_NE: return order != 0;
    case EXPR_LT: return order < 0;
    case EXPR_LE: return order <= 0;
    case EXPR_GT: return order > 0;
    case EXPR_GE: return order >= 0;
    }
    CHECK(false);
    return false;
}

/* A comparison with a missing or partial operand is unknown (rule 13). */
Value value_compare(ExprOp op, const Value *a, const Value *b)
{
    Value result = value_bool(false);
    value_join(&result, a);
    value_join(&result, b);
    if (result.state != VALUE_OK)
        return result;
    int order = 0;
    if (!value_order(a, b, &order)) {
        result.state = VALUE_UNDEFINED;
        result.reasons = 1u << VALUE_UNDEFINED;
        return result;
    }
    if (result.partial) {
        result.state = VALUE_MISSING;
        result.reasons = 1u << VALUE_MISSING;
        result.partial = false;
        return result;
    }
    result.num = order_fits(op, order);
    return result;
}

Truth value_truth(const Value *v)
{
    if (v->state != VALUE_OK)
        return TRUTH_UNKNOWN;
    return v->num ? TRUTH_TRUE : TRUTH_FALSE;
}

/* Kleene: the deciding side decides whatever the other is. */
static Value decide(const Value *a, const Value *b, Truth deciding)
{
    Value result = value_bool(deciding == TRUTH_TRUE);
    value_join(&result, a);
    value_join(&result, b);
    if (value_truth(a) == deciding || value_truth(b) == deciding) {
        result.state = VALUE_OK;
        result.reasons = 0;
        result.num = deciding == TRUTH_TRUE;
        return result;
    }
    result.num = deciding != TRUTH_TRUE;
    return result;
}

Value value_and(const Value *a, const Value *b)
{
    return decide(a, b, TRUTH_FALSE);
}

Value value_or(const Value *a, const Value *b)
{
    return decide(a, b, TRUTH_TRUE);
}

Value value_not(const Value *a)
{
    Value result = *a;
    result.num = !a->num;
    return result;
}

Value value_store(const Value *v, Type type)
{
    Value result = *v;
    if (v->state != VALUE_OK || v->text.p)
        return result;
    bool number = type.kind == TYPE_MONEY || type.kind == TYPE_AREA || type.kind == TYPE_RATE ||
                  type.kind == TYPE_DECIMAL || type.kind == TYPE_SCORE || type.kind == TYPE_INT ||
                  type.kind == TYPE_DURATION;
    if (v->type.kind == TYPE_RATIO && type.kind != TYPE_RATIO && number) {
        int scale;
        if (!value_scaled(v, &result.num, &scale))
            return value_none(type, VALUE_UNDEFINED);
        result.den = 1;
        result.type.scale = (int8_t)scale;
    }
    if (type.kind == TYPE_RATIO && v->type.kind != TYPE_RATIO) {
        Value pair = value_pair(type, v->num, num_pow10(v->type.scale));
        result.num = pair.num;
        result.den = pair.den;
    } else if (number) {
        bool fits =
            num_rescale(result.num, result.type.scale, type.scale, ROUND_HALF, &result.num) &&
            num_fits(result.num);
        if (!fits) {
            result.state = VALUE_UNDEFINED;
            result.reasons = 1u << VALUE_UNDEFINED;
        }
    }
    result.type = type;
    return result;
}
