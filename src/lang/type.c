/* Types and their algebra: money ± money, money / money = ratio, area × rate = money … Only the
 * literal 0 fits every amount; a plain number beside a ratio or a score is one. */
#include "lang/compile_int.h"

Type type_make(TypeKind kind)
{
    static const struct {
        TypeKind kind;
        int8_t scale;
    } scales[] = {
        { TYPE_MONEY, SCALE_MONEY }, { TYPE_AREA, SCALE_AREA },   { TYPE_RATE, 4 },
        { TYPE_RATIO, SCALE_RATIO }, { TYPE_SCORE, SCALE_SCORE },
    };
    Type t = { .kind = kind, .low = 1 };
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (scales[i].kind == kind)
            t.scale = scales[i].scale;
    return t;
}

bool type_is_number(Type t)
{
    switch (t.kind) {
    case TYPE_TEXT:
    case TYPE_PERSON:
    case TYPE_CONTACT:
    case TYPE_CODE:
    case TYPE_IMAGE:
    case TYPE_FILE:
    case TYPE_POINT:
    case TYPE_PROSE: return false;
    case TYPE_NONE:
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE:
    case TYPE_DURATION:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_MONTHDAY:
    case TYPE_PERIOD:
    case TYPE_ITEM:
    case TYPE_SET:
    case TYPE_UNIT:
    case TYPE_RECORD:
    case TYPE_STATE:
    case TYPE_KIND:
    case TYPE_ACTOR: break;
    }
    return true;
}

Str type_print(Arena *arena, Type t)
{
    static const char *const names[] = {
        [TYPE_NONE] = "?",
        [TYPE_BOOL] = "bool",
        [TYPE_INT] = "int",
        [TYPE_DECIMAL] = "decimal",
        [TYPE_MONEY] = "money",
        [TYPE_AREA] = "area",
        [TYPE_RATE] = "money per area",
        [TYPE_RATIO] = "percent",
        [TYPE_SCORE] = "score",
        [TYPE_DURATION] = "duration",
        [TYPE_DATE] = "date",
        [TYPE_TIME] = "time",
        [TYPE_MONTHDAY] = "monthday",
        [TYPE_PERIOD] = "period",
        [TYPE_TEXT] = "text",
        [TYPE_ITEM] = "item",
        [TYPE_SET] = "many",
        [TYPE_UNIT] = "unit",
        [TYPE_RECORD] = "record",
        [TYPE_PERSON] = "holder",
        [TYPE_CONTACT] = "contact",
        [TYPE_CODE] = "code",
        [TYPE_IMAGE] = "image",
        [TYPE_FILE] = "file",
        [TYPE_POINT] = "point",
        [TYPE_PROSE] = "prose",
        [TYPE_STATE] = "state",
        [TYPE_KIND] = "kind",
        [TYPE_ACTOR] = "actor",
    };
    Str name = str_of(names[t.kind]);
    if (t.list)
        return str_printf(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(t.list->name));
    if (t.kind == TYPE_RECORD && t.book)
        return str_printf(arena, "%.*s %.*s", STR_ARG(name), STR_ARG(t.book->name));
    return name;
}

bool type_same(Type a, Type b)
{
    return a.kind == b.kind && a.list == b.list && a.scale == b.scale && a.work == b.work &&
           (a.kind != TYPE_RECORD || a.book == b.book);
}

bool is_number(Type t)
{
    return t.kind == TYPE_INT || t.kind == TYPE_DECIMAL || t.kind == TYPE_SCORE;
}

bool is_amount(Type t)
{
    return is_number(t) || t.kind == TYPE_MONEY || t.kind == TYPE_AREA || t.kind == TYPE_RATE ||
           t.kind == TYPE_RATIO || t.kind == TYPE_DURATION;
}

bool is_opaque(Type t)
{
    return t.kind == TYPE_CONTACT || t.kind == TYPE_CODE || t.kind == TYPE_IMAGE ||
           t.kind == TYPE_FILE || t.kind == TYPE_POINT || t.kind == TYPE_PROSE;
}

bool is_ordered(Type t)
{
    return is_amount(t) || t.kind == TYPE_DATE || t.kind == TYPE_TIME || t.kind == TYPE_MONTHDAY ||
           t.kind == TYPE_PERIOD || (t.kind == TYPE_ITEM && t.list && t.list->ordered);
}

/* ---- literals ---- */

static bool is_plain_literal(const Expr *e)
{
    if (e->op == EXPR_NEG)
        return is_plain_literal(e->args[0]);
    return e->op == EXPR_LITERAL && (e->type.kind == TYPE_INT || e->type.kind == TYPE_DECIMAL);
}

/* Takes the type `to`, its number at the scale of it; false when digits would be lost. */
static bool literal_set(Expr *e, Type to)
{
    if (e->op == EXPR_NEG) {
        if (!literal_set(e->args[0], to))
            return false;
        e->type = e->args[0]->type;
        return true;
    }
    Int128 value;
    Int128 back;
    if (!num_rescale(e->number, e->type.scale, to.scale, ROUND_DOWN, &value) || !num_fits(value) ||
        !num_rescale(value, to.scale, e->type.scale, ROUND_DOWN, &back) || back != e->number)
        return false;
    e->number = (int64_t)value;
    e->type = (Type){ .kind = to.kind, .scale = to.scale, .work = to.work, .low = 1 };
    return true;
}

void literal_fit(Expr *e, Type to)
{
    if (!is_plain_literal(e) || !is_amount(to))
        return;
    const Expr *inner = e;
    while (inner->op == EXPR_NEG)
        inner = inner->args[0];
    bool zero = inner->number == 0;
    bool plain = to.kind == TYPE_RATIO || to.kind == TYPE_SCORE || to.kind == TYPE_DECIMAL;
    if (zero || plain)
        (void)literal_set(e, to);
}

bool expr_constant(const Expr *e, int64_t *ret)
{
    if (e->op == EXPR_LITERAL && type_is_number(e->type)) {
        *ret = e->number;
        return true;
    }
    if (e->op != EXPR_NEG || !expr_constant(e->args[0], ret))
        return false;
    *ret = -*ret;
    return true;
}

/* What a suffix makes of a number: its type, how often 10, and how many of the stored unit. */
static const struct {
    Suffix suffix;
    TypeKind kind;
    int64_t times;
    bool work;
} suffix_rows[] = {
    { SUFFIX_WAN, TYPE_INT, 10000, false },
    { SUFFIX_YI, TYPE_INT, 100000000, false },
    { SUFFIX_YUAN, TYPE_MONEY, 1, false },
    { SUFFIX_WAN_YUAN, TYPE_MONEY, 10000, false },
    { SUFFIX_YI_YUAN, TYPE_MONEY, 100000000, false },
    { SUFFIX_MU, TYPE_AREA, 1, false },
    { SUFFIX_MIN, TYPE_DURATION, 60000, false },
    { SUFFIX_H, TYPE_DURATION, 3600000, false },
    { SUFFIX_D, TYPE_DURATION, 86400000, false },
    { SUFFIX_W, TYPE_DURATION, 604800000, false },
    { SUFFIX_WH, TYPE_DURATION, 3600000, true },
    { SUFFIX_WD, TYPE_DURATION, DURATION_WORK_DAY, true },
};

static bool number_of_token(const Token *t, Type *ret_type, int64_t *ret)
{
    Type type = type_make(t->scale ? TYPE_DECIMAL : TYPE_INT);
    Int128 value = t->number;
    int scale = t->scale;
    type.scale = t->scale;
    if (t->suffix == SUFFIX_PERCENT) {
        type = type_make(TYPE_RATIO);
        scale += 2;
    }
    for (size_t i = 0; i < sizeof suffix_rows / sizeof *suffix_rows; i++) {
        if (suffix_rows[i].suffix != t->suffix)
            continue;
        type = type_make(suffix_rows[i].kind);
        type.work = suffix_rows[i].work;
        value *= suffix_rows[i].times;
    }
    while (type.kind == TYPE_INT && scale > 0 && value % 10 == 0) {
        value /= 10;
        scale--;
    }
    if (type.kind == TYPE_INT && scale > 0) {
        type.kind = TYPE_DECIMAL;
        type.scale = (int8_t)scale;
    }
    Int128 scaled;
    Int128 back;
    if (!num_rescale(value, scale, type.scale, ROUND_DOWN, &scaled) || !num_fits(scaled) ||
        !num_rescale(scaled, type.scale, scale, ROUND_DOWN, &back) || back != value)
        return false;
    *ret_type = type;
    *ret = (int64_t)scaled;
    if (t->suffix == SUFFIX_WD && *ret > 0 && *ret % DURATION_WORK_DAY == 0)
        *ret += 1; /* to the end of that day */
    return true;
}

bool duration_days(const Token *t, int64_t *ret_days)
{
    static const struct {
        Suffix suffix;
        int64_t days;
    } days[] = { { SUFFIX_D, 1 }, { SUFFIX_W, 7 }, { SUFFIX_MO, 30 }, { SUFFIX_Y, 365 } };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (t->suffix == days[i].suffix && !t->scale && t->number > 0 && t->number < 36500) {
            *ret_days = t->number * days[i].days;
            return true;
        }
    return false;
}

bool literal_of_token(Complaints *c, const Node *n, Type *ret_type, int64_t *ret)
{
    const Token *t = node_token(n);
    *ret = t->number;
    switch (t->kind) {
    case TOKEN_DATE: *ret_type = type_make(TYPE_DATE); return true;
    case TOKEN_PERIOD: *ret_type = type_make(TYPE_PERIOD); return true;
    case TOKEN_MONTHDAY: *ret_type = type_make(TYPE_MONTHDAY); return true;
    case TOKEN_NUMBER:
        if (t->suffix == SUFFIX_MO || t->suffix == SUFFIX_Y) {
            complain(c, n->file, t->place, NULL, "lang.suffix_keep text=%.*s", STR_ARG(t->raw));
            return false;
        }
        if (number_of_token(t, ret_type, ret))
            return true;
        complain(c, n->file, t->place, NULL, "lang.number_range text=%.*s", STR_ARG(t->raw));
        return false;
    case TOKEN_TIME:
    case TOKEN_END:
    case TOKEN_NEWLINE:
    case TOKEN_NAME:
    case TOKEN_STRING:
    case TOKEN_SIGN:
    case TOKEN_BAD: break;
    }
    complain(c, n->file, t->place, NULL, "lang.want_expr found=%.*s", STR_ARG(t->raw));
    return false;
}

/* ---- joining and arithmetic ---- */

static Type wider(Type a, Type b)
{
    if (a.kind == TYPE_SCORE || b.kind == TYPE_SCORE)
        return type_make(TYPE_SCORE);
    Type t = type_make(a.kind == TYPE_INT && b.kind == TYPE_INT ? TYPE_INT : TYPE_DECIMAL);
    t.scale = a.scale > b.scale ? a.scale : b.scale;
    return t;
}

/* One type for both: branches of if, values of step, sides of a comparison or a sum. */
bool types_join(Expr *a, Expr *b, Type *ret)
{
    literal_fit(a, b->type);
    literal_fit(b, a->type);
    if (a->type.kind == TYPE_NONE || b->type.kind == TYPE_NONE) {
        *ret = a->type.kind == TYPE_NONE ? b->type : a->type;
        return true;
    }
    *ret = a->type;
    if (is_number(a->type) && is_number(b->type)) {
        *ret = wider(a->type, b->type);
        return true;
    }
    if (a->type.kind == TYPE_RATIO && is_number(b->type))
        return b->level == LEVEL_CONST;
    if (b->type.kind == TYPE_RATIO && is_number(a->type)) {
        *ret = b->type;
        return a->level == LEVEL_CONST;
    }
    if (a->type.kind != b->type.kind || a->type.list != b->type.list ||
        a->type.work != b->type.work)
        return false;
    ret->low = 1;
    ret->high = 0;
    return a->type.kind != TYPE_RECORD || a->type.book == b->type.book;
}

static bool sum_type(ExprOp op, Expr *a, Expr *b, Type *ret)
{
    TypeKind x = a->type.kind;
    TypeKind y = b->type.kind;
    if ((x == TYPE_DATE && y == TYPE_DATE) || (x == TYPE_TIME && y == TYPE_TIME)) {
        *ret = type_make(TYPE_DURATION);
        return op == EXPR_SUB;
    }
    if ((x == TYPE_DATE || x == TYPE_TIME) && y == TYPE_DURATION) {
        *ret = a->type;
        return true;
    }
    return types_join(a, b, ret) && (is_amount(*ret) || ret->kind == TYPE_NONE);
}

typedef struct Product {
    TypeKind a, b, result;
} Product;

static bool is_scalar(TypeKind k)
{
    return k == TYPE_INT || k == TYPE_DECIMAL || k == TYPE_RATIO;
}

static bool product_type(const Expr *a, const Expr *b, Type *ret)
{
    TypeKind x = a->type.kind;
    TypeKind y = b->type.kind;
    if ((x == TYPE_AREA && y == TYPE_RATE) || (x == TYPE_RATE && y == TYPE_AREA)) {
        *ret = type_make(TYPE_MONEY);
        return true;
    }
    if (x == TYPE_RATIO && y == TYPE_RATIO) {
        *ret = a->type;
        return true;
    }
    if (is_scalar(x) && is_scalar(y)) {
        *ret = type_make(x == TYPE_INT && y == TYPE_INT ? TYPE_INT : TYPE_DECIMAL);
        int scale = a->type.scale + b->type.scale;
        ret->scale = (int8_t)(scale < NUM_SCALE_MAX ? scale : NUM_SCALE_MAX);
        return true;
    }
    if (is_amount(a->type) && is_scalar(y)) {
        *ret = a->type;
        return true;
    }
    *ret = b->type;
    return is_scalar(x) && is_amount(b->type);
}

static bool quotient_type(const Expr *a, const Expr *b, Type *ret)
{
    static const Product rows[] = {
        { TYPE_MONEY, TYPE_AREA, TYPE_RATE },
        { TYPE_MONEY, TYPE_RATE, TYPE_AREA },
    };
    TypeKind x = a->type.kind;
    TypeKind y = b->type.kind;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (x == rows[i].a && y == rows[i].b) {
            *ret = type_make(rows[i].result);
            return true;
        }
    if (is_number(a->type) && is_number(b->type) && b->level == LEVEL_CONST && x != TYPE_SCORE) {
        *ret = type_make(TYPE_DECIMAL);
        int scale = (a->type.scale > b->type.scale ? a->type.scale : b->type.scale) + 4;
        ret->scale = (int8_t)(scale < NUM_SCALE_MAX ? scale : NUM_SCALE_MAX);
        return true;
    }
    if (x == y || (x != TYPE_SCORE && is_number(a->type) && is_number(b->type))) {
        *ret = type_make(TYPE_RATIO);
        return is_amount(a->type) && a->type.work == b->type.work;
    }
    if (y == TYPE_RATIO && (x == TYPE_INT || x == TYPE_DECIMAL)) {
        *ret = type_make(TYPE_DECIMAL);
        ret->scale = SCALE_RATIO;
        return true;
    }
    *ret = a->type;
    return is_amount(a->type) && is_scalar(y);
}

bool type_binary(ExprOp op, Expr *a, Expr *b, Type *ret)
{
    if (a->type.kind == TYPE_NONE || b->type.kind == TYPE_NONE) {
        *ret = type_make(TYPE_NONE);
        return true;
    }
    bool good = op == EXPR_MUL   ? product_type(a, b, ret)
                : op == EXPR_DIV ? quotient_type(a, b, ret)
                                 : sum_type(op, a, b, ret);
    ret->low = 1;
    ret->high = 0;
    ret->hidden = false;
    return good;
}

Type type_mean(Type t)
{
    Type mean = t;
    mean.low = 1;
    mean.high = 0;
    if (t.kind == TYPE_INT || t.kind == TYPE_DECIMAL) {
        mean.kind = TYPE_DECIMAL;
        mean.scale = (int8_t)(t.scale + 4 < NUM_SCALE_MAX ? t.scale + 4 : NUM_SCALE_MAX);
    }
    return mean;
}

/* a / b of one unit is a ratio; where a decimal is declared it is read as the number it is, through
 * signs and branches. */
bool ratio_as_decimal(Expr *e)
{
    if (e->type.kind != TYPE_RATIO)
        return is_number(e->type) && e->type.kind != TYPE_SCORE;
    bool zero = e->op == EXPR_LITERAL && e->number == 0;
    bool good = zero || e->op == EXPR_DIV;
    if (e->op == EXPR_NEG)
        good = ratio_as_decimal(e->args[0]);
    else if (e->op == EXPR_IF)
        good = ratio_as_decimal(e->args[1]) && ratio_as_decimal(e->args[2]);
    if (good)
        e->type = (Type){ .kind = TYPE_DECIMAL, .scale = SCALE_RATIO, .low = 1 };
    return good;
}
