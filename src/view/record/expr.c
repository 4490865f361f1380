/* Expressions of packs as trees that a client can judge with (docs/api.md, "Expressions"). What
 * only the kernel knows (figures, other units, calendars) comes as {"op":"server"}. */
#include "view/view_int.h"

typedef struct Tree1 { /* one tree being written */
    Work *w;
    Core *core;
    int32_t unit, day;
    Buf *out;
} Tree1;

static const char *op_word(const Expr *e)
{
    switch ((int)e->op) {
    case EXPR_AND: return "and";
    case EXPR_OR: return "or";
    case EXPR_NOT: return "not";
    case EXPR_EQ: return "eq";
    case EXPR_NE: return "ne";
    case EXPR_LT: return "lt";
    case EXPR_LE: return "le";
    case EXPR_GT: return "gt";
    case EXPR_GE: return "ge";
    case EXPR_IN: return "in";
    case EXPR_HAS: return "has";
    case EXPR_ADD: return "add";
    case EXPR_SUB: return "sub";
    case EXPR_MUL: return "mul";
    case EXPR_DIV: return "div";
    case EXPR_NEG: return "neg";
    case EXPR_IF: return "if";
    }
    return NULL;
}

static const char *call_word(CallOp call)
{
    switch ((int)call) {
    case CALL_KNOWN: return "known";
    case CALL_DEFAULT: return "default";
    case CALL_CLAMP: return "clamp";
    case CALL_MIN: return "min";
    case CALL_MAX: return "max";
    case CALL_ABS: return "abs";
    case CALL_ROUND: return "round";
    case CALL_STEP: return "step";
    case CALL_DAYS: return "days";
    case CALL_SIZE: return "size";
    }
    return NULL;
}

static const char *rounding_word(Rounding rounding)
{
    switch (rounding) {
    case ROUND_HALF: return "half";
    case ROUND_DOWN: return "down";
    case ROUND_UP: return "up";
    }
    return "half";
}

static void put_server(const Tree1 *t, const char *key)
{
    json_object(t->out, key);
    json_z(t->out, "op", "server");
    json_object_end(t->out);
}

static void put_head(const Tree1 *t, const char *key, const char *op, const Type *type)
{
    json_object(t->out, key);
    json_z(t->out, "op", op);
    json_z(t->out, "t", type_word(type->kind));
    json_int(t->out, "s", type->scale);
}

static void put_literal(const Tree1 *t, const char *key, const Type *type, int64_t number, Str text)
{
    put_head(t, key, "literal", type);
    if (!type_is_number(*type)) {
        json_text(t->out, "x", text.p ? text : STR(""));
    } else {
        json_text(t->out, "n", str_printf(t->w->arena, "%lld", (long long)number));
        const Item *item = type->kind == TYPE_ITEM && type->list
                               ? list_item_number(type->list, (int32_t)number)
                               : NULL;
        if (item)
            json_int(t->out, "rank", item->rank);
    }
    json_object_end(t->out);
}

/* x[prev], x[year-k] of the row's own field, in books whose rows have periods of the calendar. */
static bool is_shift(const Expr *e)
{
    const Expr *f = e->arg_count ? e->args[0] : NULL;
    const Shift *s = e->shift_count == 1 ? &e->shifts[0] : NULL;
    bool own = f && f->op == EXPR_FIELD && f->outer == 0 && f->field && f->field->book;
    if (!own || !s || (s->op != SHIFT_PREV && s->op != SHIFT_YEAR))
        return false;
    const Book *book = f->field->book;
    return book_is_return(book) && book->every != PERIOD_NONE && !book->every_book;
}

/* Working days need the calendar, which the client does not have. */
static bool needs_calendar(const Expr *e)
{
    for (size_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->type.kind == TYPE_DURATION && e->args[i]->type.work)
            return true;
    return false;
}

static void put(const Tree1 *t, const char *key, const Expr *e, int depth);

static void put_args(const Tree1 *t, const Expr *e, int depth)
{
    json_array(t->out, "a");
    for (size_t i = 0; i < e->arg_count; i++)
        put(t, NULL, e->args[i], depth + 1);
    json_array_end(t->out);
}

static void put_param(const Tree1 *t, const char *key, const Expr *e)
{
    int64_t value;
    if (!param_value(t->w, t->core, e->param, t->unit, t->day, KNOWN_NOW, &value)) {
        work_clear(t->w); /* judged by the kernel, which will say so */
        put_server(t, key);
        return;
    }
    put_literal(t, key, &e->type, value, (Str){ 0 });
}

static void put_call(const Tree1 *t, const char *key, const Expr *e, int depth)
{
    const char *word = call_word(e->call);
    if (!word) {
        put_server(t, key);
        return;
    }
    put_head(t, key, "call", &e->type);
    json_z(t->out, "c", word);
    if (e->call == CALL_ROUND)
        json_z(t->out, "r", rounding_word((Rounding)e->number));
    put_args(t, e, depth);
    json_object_end(t->out);
}

static void put_field(const Tree1 *t, const char *key, const Expr *e)
{
    put_head(t, key, "field", &e->field->type);
    json_text(t->out, "f", e->field->name);
    json_object_end(t->out);
}

static void put_shift(const Tree1 *t, const char *key, const Expr *e)
{
    const Shift *s = &e->shifts[0];
    put_head(t, key, "shift", &e->type);
    json_z(t->out, "sh", s->op == SHIFT_PREV ? "prev" : "year");
    json_int(t->out, "k", s->op == SHIFT_PREV ? 1 : s->n);
    put_args(t, e, 0);
    json_object_end(t->out);
}

enum { DEEP = 2 * LIMIT_EXPR_DEPTH };

static void put(const Tree1 *t, const char *key, const Expr *e, int depth)
{
    const char *op = op_word(e);
    if (depth > DEEP) { /* a sum of as many fields is judged by the kernel */
        put_server(t, key);
    } else if (op && (e->op == EXPR_ADD || e->op == EXPR_SUB) && needs_calendar(e)) {
        put_server(t, key);
    } else if (op) {
        put_head(t, key, op, &e->type);
        put_args(t, e, depth);
        json_object_end(t->out);
    } else if (e->op == EXPR_LITERAL) {
        put_literal(t, key, &e->type, e->number, e->text);
    } else if (e->op == EXPR_PARAM) {
        put_param(t, key, e);
    } else if (e->op == EXPR_CALL) {
        put_call(t, key, e, depth);
    } else if (e->op == EXPR_FIELD && e->outer == 0 && e->field) {
        put_field(t, key, e);
    } else if (e->op == EXPR_SHIFT && is_shift(e)) {
        put_shift(t, key, e);
    } else {
        put_server(t, key);
    }
}

void expr_json(Work *w, Core *core, const Expr *expr, int32_t unit, int32_t day, Buf *out)
{
    const Tree1 t = { w, core, unit, day, out };
    put(&t, NULL, expr, 0);
}

void json_expr(Work *w, const Asking *a, Buf *out, const char *key, const Expr *expr, int32_t unit,
               int32_t day)
{
    const Tree1 t = { w, a->core, unit, day, out };
    if (expr)
        put(&t, key, expr, 0);
    else
        json_null(out, key);
}
