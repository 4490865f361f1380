/* Eval: one walk over an expression in one context. Every aggregate is an atom read from a column.
 */
#include "figure/column/column_int.h"

static Value date_value(Type type, int32_t day)
{
    return day == DAY_NONE ? value_none(type, VALUE_MISSING) : value_num(type, day);
}

static bool eval_binary(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value a, b;
    TRY(eval(w, f, c, e->args[0], &a));
    TRY(eval(w, f, c, e->args[1], &b));
    switch ((int)e->op) {
    case EXPR_AND: *ret = value_and(&a, &b); break;
    case EXPR_OR: *ret = value_or(&a, &b); break;
    case EXPR_ADD:
    case EXPR_SUB:
    case EXPR_MUL:
    case EXPR_DIV: *ret = value_arith(w, e->op, &a, &b, e->type); break;
    case EXPR_HAS: {
        Value bit =
            value_bool(b.num > 0 && b.num <= 63 && (int64_t)a.num >> ((int64_t)b.num - 1) & 1);
        value_join(&bit, &a);
        value_join(&bit, &b);
        *ret = bit;
        break;
    }
    default: *ret = value_compare(e->op, &a, &b);
    }
    return true;
}

static bool eval_in(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value x;
    TRY(eval(w, f, c, e->args[0], &x));
    *ret = value_bool(false);
    for (size_t i = 1; i < e->arg_count; i++) {
        Value choice;
        TRY(eval(w, f, c, e->args[i], &choice));
        Value same = value_compare(EXPR_EQ, &x, &choice);
        *ret = value_or(ret, &same);
    }
    return true;
}

static bool eval_if(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value condition, branch;
    TRY(eval(w, f, c, e->args[0], &condition));
    Truth truth = value_truth(&condition);
    if (truth == TRUTH_UNKNOWN) {
        *ret = value_none(e->type, VALUE_MISSING);
        ret->reasons = condition.reasons;
        value_join(ret, &condition);
        return true;
    }
    TRY(eval(w, f, c, e->args[truth == TRUTH_TRUE ? 1 : 2], &branch));
    *ret = value_bare(&branch);
    value_join(ret, &condition);
    value_join(ret, &branch);
    return true;
}

/* ---- rows ---- */
static const Ctx *scope_of(const Ctx *c, const Expr *e)
{
    for (int32_t i = 0; i < e->outer && c && c->row; i++)
        c = c->row->around;
    return c && c->row ? c : NULL;
}

static bool eval_field(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    const Ctx *at = scope_of(c, e);
    if (!at) {
        *ret = value_none(e->type, VALUE_MISSING);
        return true;
    }
    Ctx moment = *c; /* brackets around the field move the moment, not the row */
    moment.row = at->row;
    const RecordRow *row = at->row->row;
    const Book *book = at->row->book;
    if (book_is_return(book) && book->every != PERIOD_NONE && c->period.code != row->period) {
        row = cell_of(w, f, c, book, row->unit, c->period.code, row->ord); /* total[prev] */
        if (!row && w->err.code != ERR_NONE)
            return false;
        if (!row || !row_counts(row)) {
            *ret = value_none(e->type, VALUE_MISSING);
            return true;
        }
    }
    return row_value(w, f, &moment, book, row, e->field, ret);
}

/* The row that a word of flows is said of: the row in scope, or the record named before it. */
static bool flow_row(Work *w, Figures *f, const Ctx *c, const Expr *e, const Book **ret_book,
                     const RecordRow **ret)
{
    const Ctx *at = scope_of(c, e);
    *ret = at ? at->row->row : NULL;
    *ret_book = at ? at->row->book : NULL;
    if (!e->arg_count)
        return true;
    Value of;
    TRY(eval(w, f, c, e->args[0], &of));
    *ret_book = of.type.book;
    *ret = of.state == VALUE_OK && of.type.book
               ? cell_of(w, f, c, of.type.book, UNIT_NONE, 0, (int64_t)of.num)
               : NULL;
    return *ret || w->err.code == ERR_NONE;
}

/* is S, was S of a return that is confirmed: never unknown (rule 13). */
static void eval_confirm(const Book *book, const RecordRow *row, const Expr *e, Value *ret)
{
    const Flow *flow = book ? book->flow_type : NULL;
    *ret = value_bool(false);
    if (!row || !flow || e->number < 0 || (size_t)e->number >= flow->state_count)
        return;
    bool confirmed = str_is(flow->states[e->number].name, "confirmed");
    bool filed = str_is(flow->states[e->number].name, "filed");
    ret->num = (confirmed && row->state == RECORD_CONFIRMED) ||
               (filed && row->state == RECORD_FILED) ||
               (filed && e->flag && row->state == RECORD_CONFIRMED);
}

/* States, moves, clocks and the holder of the row. */
static bool eval_flow(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    const Book *book;
    const RecordRow *row;
    TRY(flow_row(w, f, c, e, &book, &row));
    if (e->op == EXPR_STATE && book && !book->cases) {
        eval_confirm(book, row, e, ret);
        return true;
    }
    return case_eval(f, c, book, row, e, ret);
}

/* The day of a TIME. */
static bool eval_day(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value of;
    TRY(eval(w, f, c, e->args[0], &of));
    const Expr *asked = e->args[0];
    while (asked->op == EXPR_SHIFT)
        asked = asked->args[0];
    int64_t ended = asked->op == EXPR_CLOCK; /* due at 24:00 is of the day that ends then */
    *ret = of.state != VALUE_OK        ? value_none(e->type, VALUE_MISSING)
           : of.type.kind == TYPE_TIME ? value_num(e->type, day_of_ms((int64_t)of.num - ended))
                                       : value_num(e->type, of.num);
    value_join(ret, &of);
    return true;
}

/* The kind of a unit named by the row, on the day of the tree; of one that ended, its last. */
static bool eval_kind_of(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value of;
    TRY(eval(w, f, c, e->args[0], &of));
    *ret = value_none(e->type, VALUE_MISSING);
    if (of.state == VALUE_OK) {
        int32_t kind = unit_kind(f->core->units, (int32_t)of.num, ctx_tree_day(c), c->known_seq);
        if (kind)
            *ret = value_num(e->type, kind);
    }
    value_join(ret, &of);
    return true;
}

/* The day of entry, or the item of the n-th key of the cell. */
static bool eval_row_date(const Ctx *c, const Expr *e, Value *ret)
{
    const Ctx *at = scope_of(c, e);
    const Book *book = at ? at->row->book : NULL;
    if (e->number == 0) {
        *ret = date_value(e->type, at ? at->row->row->entered_day : DAY_NONE);
        return true;
    }
    int32_t items[8];
    *ret = value_none(e->type, VALUE_MISSING);
    if (!book || (size_t)e->number > book->key_count || book->key_count > 8)
        return true;
    book_items(book, at->row->row->ord, items);
    *ret = value_num(e->type, items[e->number - 1]);
    return true;
}

/* ---- names outside the row ---- */
static bool eval_attr(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Value of;
    TRY(eval(w, f, c, e->args[0], &of));
    *ret = value_none(e->type, VALUE_MISSING);
    if (of.state == VALUE_OK && of.type.kind == TYPE_ITEM && of.type.list) {
        const Item *item = list_item_number(of.type.list, (int32_t)of.num);
        if (item && e->type.kind == TYPE_TEXT && item->attr_texts[e->number].p)
            *ret = (Value){
                .type = e->type, .den = 1, .text = item->attr_texts[e->number], .rests_on = -1
            };
        else if (item && e->type.kind != TYPE_TEXT)
            *ret = value_num(e->type, item->attrs[e->number]);
    } else if (of.state == VALUE_OK && of.type.kind == TYPE_RECORD && of.type.book) {
        const RecordRow *row = cell_of(w, f, c, of.type.book, UNIT_NONE, 0, (int64_t)of.num);
        if (!row && w->err.code != ERR_NONE)
            return false;
        if (row && row_counts(row))
            TRY(row_value(w, f, c, of.type.book, row, e->field, ret));
    } else if (of.state == VALUE_OK && of.type.kind == TYPE_UNIT && !e->field) {
        int32_t kind = unit_kind(f->core->units, (int32_t)of.num, ctx_tree_day(c), c->known_seq);
        if (kind)
            *ret = value_num(e->type, kind);
    }
    value_join(ret, &of);
    return true;
}

static bool eval_unit_kind(Work *w, Figures *f, const Ctx *ctx, const Expr *e, Value *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    *ret = value_none(e->type, VALUE_MISSING);
    if (e->field)
        return true; /* attributes of units are not kept yet */
    TRY(ctx_place(w, f, &c, &t, &pre));
    int32_t kind =
        pre >= 0 ? t->kind[pre] : unit_kind(f->core->units, c.unit, ctx_tree_day(&c), c.known_seq);
    if (kind)
        *ret = value_num(e->type, kind);
    return true;
}

static bool eval_param(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    int64_t num;
    TRY(param_value(w, f->core, e->param, c->unit, ctx_moment(c), c->known_seq, &num));
    *ret = value_num(e->type, num);
    return true;
}

static bool eval_args(Work *w, Figures *f, const Ctx *c, const Expr *e, int64_t *ret,
                      bool *ret_known)
{
    *ret_known = true;
    for (size_t i = 0; i < e->arg_count; i++) {
        Value v;
        TRY(eval(w, f, c, e->args[i], &v));
        *ret_known &= v.state == VALUE_OK;
        ret[i] = (int64_t)v.num;
    }
    return true;
}

static bool eval_figure_ref(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    int64_t args[ARGS_MAX] = { 0 };
    bool known;
    CHECK(e->arg_count <= ARGS_MAX);
    TRY(eval_args(w, f, c, e, args, &known));
    if (!known) {
        *ret = value_none(e->type, VALUE_MISSING);
        return true;
    }
    return eval_figure(w, f, c, e->figure, args, e->arg_count, ret);
}

/* ---- cells (rule 20) ---- */
static bool cell_period(Work *w, Figures *f, const Ctx *c, const Expr *e, Period *ret,
                        bool *ret_there)
{
    const Book *book = e->book;
    Periods periods;
    *ret_there = true;
    if (book->every == PERIOD_NONE && !book->every_book) {
        *ret_there = standing_period(c, book, ret);
        return true;
    }
    TRY(book_periods(w, f, c, book, &periods));
    *ret_there = periods.n == 1 || (periods.n > 1 && e->field->stock);
    if (*ret_there)
        *ret = periods.at[periods.n - 1];
    return true;
}

static bool eval_cell(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    int64_t args[8] = { 0 };
    int32_t items[8] = { 0 };
    bool known, there;
    Period q;
    const Asked *asked;
    CHECK(e->arg_count <= 8);
    *ret = value_none(e->type, VALUE_MISSING);
    TRY(eval_args(w, f, c, e, args, &known));
    TRY(cell_period(w, f, c, e, &q, &there));
    for (size_t i = 0; i < e->arg_count; i++)
        items[i] = (int32_t)args[i];
    int64_t ord = e->book->key_count && known ? book_ord(e->book, items) : 0;
    if (!known || !there || !ord_valid(e->book, ord))
        return true;
    TRY(asked_units(w, f, c, e->book, q, &asked));
    if (!asked_has(asked, c->unit))
        return true;
    const RecordRow *row = cell_of(w, f, c, e->book, c->unit, q.code, ord);
    if (!row && w->err.code != ERR_NONE)
        return false;
    bool reported = row && row_counts(row);
    Ctx inside = *c;
    inside.period = q;
    if (reported)
        TRY(row_value(w, f, &inside, e->book, row, e->field, ret));
    reported = reported && ret->state == VALUE_OK;
    value_cover(ret, 1, reported, reported && row->state == RECORD_CONFIRMED);
    ret->rests_on = reported;
    return true;
}

/* ---- elsewhere ---- */
static bool eval_shift(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Ctx inside = *c;
    for (size_t i = 0; i < e->shift_count; i++)
        TRY(ctx_shift(w, f, &inside, &e->shifts[i]));
    if (inside.period.first_day > inside.period.last_day) { /* no record before the first */
        *ret = value_none(e->type, VALUE_MISSING);
        return true;
    }
    return eval(w, f, &inside, e->args[0], ret);
}

static bool unit_above(Work *w, Figures *f, const Ctx *ctx, const Kind *kind, int32_t *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    TRY(ctx_place(w, f, &c, &t, &pre));
    while (pre >= 0 && t->kind[pre] != kind->number)
        pre = t->parent[pre];
    *ret = pre >= 0 ? t->slot_of[pre] : UNIT_NONE;
    return true;
}

/* route[kind].dept @ county: the cell is elsewhere, its keys are the row's. */
static bool keys_of_row(const Expr *e)
{
    while (e->op == EXPR_SHIFT || e->op == EXPR_AT)
        e = e->args[0];
    return e->op == EXPR_CELL || e->op == EXPR_FIGURE;
}

static bool eval_at(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    Ctx inside = *c;
    if (e->kind)
        TRY(unit_above(w, f, c, e->kind, &inside.unit));
    else
        inside.unit = unit_find_code_ever(f->core->units, e->text, ctx_tree_day(c));
    if (!keys_of_row(e->args[0]))
        inside.row = NULL;
    if (inside.unit == UNIT_NONE) {
        *ret = value_none(e->type, VALUE_NO_UNIT);
        return true;
    }
    return eval(w, f, &inside, e->args[0], ret);
}

static bool eval_name(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    switch ((int)e->op) {
    case EXPR_FIELD: return eval_field(w, f, c, e, ret);
    case EXPR_FIGURE: return eval_figure_ref(w, f, c, e, ret);
    case EXPR_PARAM: return eval_param(w, f, c, e, ret);
    case EXPR_CELL: return eval_cell(w, f, c, e, ret);
    case EXPR_ATTR: return eval_attr(w, f, c, e, ret);
    case EXPR_UNIT_ATTR: return eval_unit_kind(w, f, c, e, ret);
    case EXPR_STATE:
    case EXPR_STATE_TIME:
    case EXPR_STATE_ACTOR:
    case EXPR_STATE_UNIT:
    case EXPR_CLOCK:
    case EXPR_TIMES:
    case EXPR_HOLDER: return eval_flow(w, f, c, e, ret);
    case EXPR_DAY: return eval_day(w, f, c, e, ret);
    case EXPR_KIND_OF: return eval_kind_of(w, f, c, e, ret);
    case EXPR_ROW_DATE: return eval_row_date(c, e, ret);
    case EXPR_ARG:
        CHECK(e->number >= 0 && (size_t)e->number < c->arg_n);
        *ret = value_num(e->type, c->args[e->number]);
        return true;
    case EXPR_PERIOD_DATE:
        *ret = date_value(e->type, e->number ? c->period.last_day : c->period.first_day);
        return true;
    case EXPR_THIS: {
        const Ctx *at = scope_of(c, e);
        const Book *book = at ? at->row->book : NULL;
        bool parent = book && e->type.book && e->type.book == book->parent;
        *ret = !at ? value_none(e->type, VALUE_MISSING)
                   : value_num(e->type, parent ? at->row->row->parent : at->row->row->ord);
        return true;
    }
    case EXPR_KIND: *ret = value_num(e->type, e->kind->number); return true;
    }
    CHECK(false);
    return false;
}

static bool eval_literal(const Expr *e, Value *ret)
{
    *ret = type_is_number(e->type)
               ? value_num(e->type, e->number)
               : (Value){ .type = e->type, .den = 1, .text = e->text, .rests_on = -1 };
    if (!type_is_number(e->type) && !ret->text.p)
        ret->text = STR("");
    return true;
}

bool eval(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    switch (e->op) {
    case EXPR_LITERAL: return eval_literal(e, ret);
    case EXPR_NOT:
        TRY(eval(w, f, c, e->args[0], ret));
        *ret = value_not(ret);
        return true;
    case EXPR_NEG:
        TRY(eval(w, f, c, e->args[0], ret));
        *ret = value_negate(ret);
        return true;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_EQ:
    case EXPR_NE:
    case EXPR_LT:
    case EXPR_LE:
    case EXPR_GT:
    case EXPR_GE:
    case EXPR_HAS:
    case EXPR_ADD:
    case EXPR_SUB:
    case EXPR_MUL:
    case EXPR_DIV: return eval_binary(w, f, c, e, ret);
    case EXPR_IN: return eval_in(w, f, c, e, ret);
    case EXPR_IF: return eval_if(w, f, c, e, ret);
    case EXPR_AGG: return atom_eval(w, f, c, e, ret);
    case EXPR_CALL: return eval_call(w, f, c, e, ret);
    case EXPR_SHIFT: return eval_shift(w, f, c, e, ret);
    case EXPR_AT: return eval_at(w, f, c, e, ret);
    case EXPR_FIELD:
    case EXPR_FIGURE:
    case EXPR_PARAM:
    case EXPR_ARG:
    case EXPR_CELL:
    case EXPR_ATTR:
    case EXPR_UNIT_ATTR:
    case EXPR_STATE:
    case EXPR_ROW_DATE:
    case EXPR_PERIOD_DATE:
    case EXPR_THIS:
    case EXPR_KIND:
    case EXPR_STATE_TIME:
    case EXPR_STATE_ACTOR:
    case EXPR_STATE_UNIT:
    case EXPR_CLOCK:
    case EXPR_TIMES:
    case EXPR_HOLDER:
    case EXPR_DAY:
    case EXPR_KIND_OF: return eval_name(w, f, c, e, ret);
    }
    CHECK(false);
    return false;
}

bool eval_truth(Work *w, Figures *f, const Ctx *c, const Expr *e, Truth *ret)
{
    Value v;
    TRY(eval(w, f, c, e, &v));
    *ret = value_truth(&v);
    return true;
}

/* ---- figures: where they exist, rounding, what is withheld ---- */
static bool figure_exists(Work *w, Figures *f, const Ctx *ctx, const Figure *figure,
                          ValueState *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    *ret = VALUE_OK;
    if (!period_whole(figure->every, c.period)) {
        *ret = VALUE_FORBIDDEN;
        return true;
    }
    if (figure->kind_count == 0)
        return true;
    TRY(ctx_place(w, f, &c, &t, &pre));
    *ret = pre < 0 ? VALUE_NO_UNIT : VALUE_FORBIDDEN;
    for (size_t i = 0; pre >= 0 && i < figure->kind_count; i++)
        if (figure->kinds[i]->number == t->kind[pre])
            *ret = VALUE_OK;
    return true;
}

static void withhold(Value *v)
{
    v->reasons = (v->state == VALUE_OK ? 0 : v->reasons) | 1u << VALUE_COVERAGE;
    if (v->state == VALUE_OK || v->state == VALUE_MISSING || v->state == VALUE_NO_BASE)
        v->state = VALUE_COVERAGE;
}

/* Rule 22. [draft] reads through, and the value says so. */
static bool figure_needs(Work *w, Figures *f, const Ctx *c, const Figure *figure, Value *v)
{
    bool enough = !figure->coverage || !v->covered || v->expected == 0 ||
                  (Int128)v->reported * 1000000 >= (Int128)figure->coverage * v->expected;
    if (enough && figure->needs) {
        Truth truth;
        TRY(eval_truth(w, f, c, figure->needs, &truth));
        enough = truth == TRUTH_TRUE;
    }
    if (!enough && c->draft)
        v->draft = true;
    else if (!enough)
        withhold(v);
    return true;
}

/* Rule 30: known on an earlier day, the figure is the one of the pack that was in force then. */
static const Figure *figure_then(const Ctx *c, const Figure *figure)
{
    for (size_t i = 0; i < c->set->figure_count; i++)
        if (c->set->figures[i]->number == figure->number)
            return c->set->figures[i];
    return figure;
}

bool eval_figure(Work *w, Figures *f, const Ctx *c, const Figure *figure, const int64_t *args,
                 size_t n, Value *ret)
{
    Ctx inside = *c;
    ValueState exists;
    if (c->known_seq < KNOWN_NOW)
        figure = figure_then(c, figure);
    if (++inside.depth > LIMIT_EXPR_DEPTH)
        return fail(w, ERR_LIMIT, "figure.too_deep limit=%d", LIMIT_EXPR_DEPTH);
    inside.args = args;
    inside.arg_n = n;
    inside.row = NULL;
    inside.transient = false;
    inside.figure = figure;
    inside.tree = figure->tree ? figure->tree->number : 0;
    TRY(figure_exists(w, f, &inside, figure, &exists));
    if (exists != VALUE_OK) {
        *ret = value_none(figure->expr->type, exists);
        return true;
    }
    Value v;
    if (figure->same && !inside.masked)
        TRY(same_eval(w, f, &inside, figure, &v));
    else
        TRY(eval(w, f, &inside, figure->expr, &v));
    *ret = value_store(&v, figure->expr->type);
    TRY(least_apply(w, f, &inside, figure, args, n, ret));
    return figure_needs(w, f, &inside, figure, ret);
}
