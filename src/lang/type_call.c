/* Functions, families of figures, aggregates, and the figures themselves. */
#include "lang/type_int.h"

enum { FIGURE_DEPTH_MAX = 100 }; /* figures that read figures that read figures … */

/* ---- functions ---- */

typedef struct Call {
    Typer *t;
    const Scope *s;
    const Node *n;
    Expr *e;
    Expr **values; /* of the args in order; a: b gives two */
    const Node **nodes;
    size_t count;
} Call;

static bool arg_count(Call *call, size_t low, size_t high)
{
    if (call->count >= low && call->count <= high)
        return true;
    wrong(call->t, call->n, "lang.arg_count name=%.*s low=%zu got=%zu", STR_ARG(node_name(call->n)),
          low, call->count);
    return false;
}

static void reject_waiting(Call *call)
{
    for (size_t i = 0; i < call->count; i++)
        item_reject(call->t, call->values[i], call->nodes[i], NULL);
}

static void set_type(Call *call, TypeKind kind)
{
    call->e->type = type_make(kind);
}

/* All args of one type, which is that of the result. */
static void joined(Call *call)
{
    call->e->type = join_all(call->t, call->values, call->nodes, call->count, NULL);
    call->e->type.hidden = false;
}

static void call_known(Call *call)
{
    reject_waiting(call);
    if (arg_count(call, 1, 1))
        set_type(call, TYPE_BOOL);
}

static void call_default(Call *call)
{
    if (arg_count(call, 2, 2))
        joined(call);
    reject_waiting(call);
}

static void call_clamp(Call *call)
{
    if (arg_count(call, 3, 3))
        joined(call);
    reject_waiting(call);
}

static void call_extreme(Call *call)
{
    if (arg_count(call, 2, 16))
        joined(call);
    reject_waiting(call);
    if (call->e->type.kind != TYPE_NONE && !is_ordered(call->e->type))
        wrong(call->t, call->n, "lang.no_order type=%s", text_of(call->t, call->e->type));
}

static void need_amount(Call *call, size_t i)
{
    Type type = call->values[i]->type;
    if (type.kind != TYPE_NONE && !is_amount(type))
        wrong(call->t, call->nodes[i], "lang.want_amount type=%s", text_of(call->t, type));
}

static void call_abs(Call *call)
{
    reject_waiting(call);
    if (!arg_count(call, 1, 1))
        return;
    need_amount(call, 0);
    if (is_amount(call->values[0]->type))
        call->e->type = call->values[0]->type;
}

static void call_round(Call *call)
{
    reject_waiting(call);
    if (!arg_count(call, 2, 2))
        return;
    need_amount(call, 0);
    call->e->type = call->values[0]->type;
    Type joined_type;
    int64_t unit;
    literal_fit(call->values[1], call->values[0]->type);
    if (!expr_constant(call->values[1], &unit) || unit <= 0 ||
        !types_join(call->values[0], call->values[1], &joined_type))
        wrong(call->t, call->nodes[1], "lang.round_unit type=%s",
              text_of(call->t, call->values[0]->type));
}

/* The values that a bound may take, over all admissible settings of a param. */
static bool bound_range(const Expr *e, int64_t *low, int64_t *high)
{
    if (expr_constant(e, low)) {
        *high = *low;
        return true;
    }
    if (e->op != EXPR_PARAM)
        return false;
    bool open = e->param->low > e->param->high;
    *low = open ? e->param->value : e->param->low;
    *high = open ? e->param->value : e->param->high;
    return true;
}

/* step(x, first, bound: value, …): bounds constant or params, rising in every setting. */
static void call_step(Call *call)
{
    Expr **values = arena_array(call->t->c->arena, Expr *, call->count + 1);
    const Node **nodes = arena_array(call->t->c->arena, const Node *, call->count + 1);
    size_t n = 0;
    item_reject(call->t, call->values[0], call->nodes[0], NULL);
    if (call->count < 4 || call->count % 2) {
        for (size_t i = 1; i < call->count; i++)
            call->values[i]->flag = false; /* said is enough */
        wrong(call->t, call->n, "lang.step_form");
        return;
    }
    Int128 before = 0;
    for (size_t i = 1; i < call->count; i++) {
        if (i % 2) {
            nodes[n] = call->nodes[i];
            values[n++] = call->values[i];
            continue;
        }
        Expr *bound = call->values[i];
        item_reject(call->t, bound, call->nodes[i], NULL);
        Type type;
        const char *left = text_of(call->t, call->values[0]->type);
        const char *right = text_of(call->t, bound->type);
        int64_t low;
        int64_t high;
        if (bound->type.kind == TYPE_NONE)
            return;
        if (!types_join(call->values[0], bound, &type) || !is_ordered(type)) {
            wrong(call->t, call->nodes[i], "lang.compare left=%s right=%s", left, right);
            return;
        }
        if (!bound_range(bound, &low, &high)) {
            wrong(call->t, call->nodes[i], "lang.step_bound");
            return;
        }
        Int128 scale = num_pow10(NUM_SCALE_MAX - bound->type.scale);
        if (i > 2 && low * scale <= before)
            wrong(call->t, call->nodes[i], "lang.step_falls bound=%.*s",
                  STR_ARG(node_text(call->nodes[i])));
        before = high * scale;
    }
    call->e->type = join_all(call->t, values, nodes, n, NULL);
}

static void call_days(Call *call)
{
    reject_waiting(call);
    set_type(call, TYPE_INT);
    if (!arg_count(call, 2, 2))
        return;
    for (size_t i = 0; i < 2; i++)
        if (call->values[i]->type.kind != TYPE_DATE && call->values[i]->type.kind != TYPE_TIME &&
            call->values[i]->type.kind != TYPE_NONE)
            wrong(call->t, call->nodes[i], "lang.want_type_of want=date got=%s",
                  text_of(call->t, call->values[i]->type));
}

/* A function of one arg of the given type. */
static void one_of(Call *call, TypeKind a, TypeKind b, TypeKind result)
{
    reject_waiting(call);
    set_type(call, result);
    if (!arg_count(call, 1, 1))
        return;
    Type type = call->values[0]->type;
    if (type.kind != a && type.kind != b && type.kind != TYPE_NONE)
        wrong(call->t, call->nodes[0], "lang.want_type_of want=%s got=%s",
              text_of(call->t, type_make(a)), text_of(call->t, type));
}

static void call_rank(Call *call)
{
    reject_waiting(call);
    set_type(call, TYPE_INT);
    if (!arg_count(call, 1, 1))
        return;
    if (call->values[0]->type.kind != TYPE_NONE && !is_ordered(call->values[0]->type))
        wrong(call->t, call->nodes[0], "lang.no_order type=%s",
              text_of(call->t, call->values[0]->type));
    if (call->values[0]->level != LEVEL_UNIT)
        wrong(call->t, call->nodes[0], "lang.rank_level");
}

/* expected(BOOK), reported(BOOK), on_time(BOOK) */
static bool call_book(Typer *t, const Scope *s, const Node *n, Expr *e)
{
    bool counts = e->call == CALL_EXPECTED || e->call == CALL_REPORTED;
    if (!counts && e->call != CALL_ON_TIME)
        return false;
    e->type = type_make(counts ? TYPE_INT : TYPE_RATIO);
    e->level = LEVEL_UNIT;
    const Node *arg = node_kid(n, NODE_ARG);
    if (!arg || arg->next || arg->kid->next || arg->kid->kind != NODE_REF) {
        wrong(t, n, "lang.want_book_arg name=%.*s", STR_ARG(node_name(n)));
        return true;
    }
    Symbol *symbol = symbol_need(t->c, t->load, SYMBOL_BOOK, arg->kid);
    e->book = symbol ? symbol->thing : NULL;
    if (e->book && e->book->form != BOOK_PER && e->book->nil_every == PERIOD_NONE)
        wrong(t, arg, "lang.not_a_return book=%.*s", STR_ARG(e->book->name));
    if (s->rows)
        wrong(t, n, "lang.figure_in_rows name=%.*s", STR_ARG(node_name(n)));
    return true;
}

static void call_by_op(Call *call)
{
    switch (call->e->call) {
    case CALL_KNOWN: call_known(call); break;
    case CALL_DEFAULT: call_default(call); break;
    case CALL_CLAMP: call_clamp(call); break;
    case CALL_MIN:
    case CALL_MAX: call_extreme(call); break;
    case CALL_ABS: call_abs(call); break;
    case CALL_ROUND: call_round(call); break;
    case CALL_STEP: call_step(call); break;
    case CALL_DAYS: call_days(call); break;
    case CALL_SIZE: one_of(call, TYPE_SET, TYPE_SET, TYPE_INT); break;
    case CALL_RANK: call_rank(call); break;
    case CALL_WORDS: one_of(call, TYPE_PROSE, TYPE_TEXT, TYPE_INT); break;
    case CALL_YEAR:
    case CALL_MONTH: one_of(call, TYPE_DATE, TYPE_PERIOD, TYPE_INT); break;
    case CALL_COVERAGE:
        reject_waiting(call);
        (void)arg_count(call, 1, 1);
        set_type(call, TYPE_RATIO);
        break;
    case CALL_EXPECTED:
    case CALL_REPORTED:
    case CALL_ON_TIME:
    case CALL_ALLOT:
    case CALL_PART:
    case CALL_TIMES:
    case CALL_BALANCE:
    case CALL_STALE:
    case CALL_LOOKS_NAMED: break;
    }
}

static bool is_later(CallOp op)
{
    return op == CALL_ALLOT || op == CALL_PART || op == CALL_BALANCE || op == CALL_STALE ||
           op == CALL_LOOKS_NAMED;
}

static Expr *type_function(Typer *t, const Scope *s, const Node *n, const FunctionRow *row)
{
    Expr *e = expr_new(t, n, EXPR_CALL);
    e->call = (CallOp)row->op;
    if (is_later(e->call)) {
        wrong(t, n, "lang.later word=%s", row->en);
        return expr_none(t, n);
    }
    if (e->call == CALL_TIMES)
        return flow_times(t, s, n);
    if (call_book(t, s, n, e))
        return e;
    size_t room = 2 * node_count(n) + 1;
    Call call = { .t = t, .s = s, .n = n, .e = e };
    call.values = arena_array(t->c->arena, Expr *, room);
    call.nodes = arena_array(t->c->arena, const Node *, room);
    t->private_ok = e->call == CALL_KNOWN;
    FOR_EACH (arg, n) {
        if (arg->kind != NODE_ARG)
            continue;
        if (arg->kid->next && e->call != CALL_STEP)
            wrong(t, arg, "lang.colon name=%s", row->en);
        FOR_EACH (kid, arg) {
            call.nodes[call.count] = kid;
            call.values[call.count++] = type_expr(t, s, kid, NULL);
        }
    }
    t->private_ok = false;
    for (size_t i = 0; i < call.count; i++)
        if (call.values[i]->level > e->level)
            e->level = call.values[i]->level;
    if (call.count == 0) {
        wrong(t, n, "lang.arg_count name=%s low=1 got=0", row->en);
        return e;
    }
    if (e->call == CALL_RANK || e->call == CALL_COVERAGE)
        e->level = LEVEL_UNIT;
    call_by_op(&call);
    e->args = call.values;
    e->arg_count = call.count;
    return e;
}

/* ---- families ---- */

static Expr *family_arg(Typer *t, const Scope *s, const Node *arg, const FigureParam *param)
{
    Expr *e = type_as(t, s, arg->kid, param->type);
    int64_t number;
    if (param->type.kind == TYPE_INT && param->type.low <= param->type.high &&
        expr_constant(e, &number) && (number < param->type.low || number > param->type.high))
        wrong(t, arg, "lang.arg_range low=%lld high=%lld", (long long)param->type.low,
              (long long)param->type.high);
    return e;
}

static Expr *type_family(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = type_ref(t, s, n, NULL);
    if (is_waiting(e)) {
        e->flag = false;
        if (!t->load->blind)
            complain(&t->c->c, n->file, node_place(n), NULL, "lang.unknown_function name=%.*s",
                     STR_ARG(node_name(n)));
    }
    if (e->op != EXPR_FIGURE)
        return e->type.kind == TYPE_NONE ? e : expr_none(t, n);
    const Figure *f = e->figure;
    e->args = arena_array(t->c->arena, Expr *, f->param_count + 1);
    size_t given = 0;
    FOR_EACH (arg, n) {
        if (arg->kind != NODE_ARG)
            continue;
        if (given < f->param_count) {
            e->args[e->arg_count++] = family_arg(t, s, arg, &f->params[given]);
            if (e->args[given]->level > e->level)
                e->level = e->args[given]->level;
        }
        given++;
    }
    if (given != f->param_count)
        wrong(t, n, "lang.arg_count name=%.*s low=%zu got=%zu", STR_ARG(f->name), f->param_count,
              given);
    return e;
}

static const char *nearest_function(Typer *t, Str name)
{
    Str *names = arena_array(t->c->w->arena, Str, 2 * function_row_count);
    for (size_t i = 0; i < function_row_count; i++) {
        names[2 * i] = str_of(function_rows[i].en);
        names[2 * i + 1] = str_of(function_rows[i].zh);
    }
    Str near = nearest_name(names, 2 * function_row_count, name);
    return near.n ? str_z(t->c->w->arena, near) : NULL;
}

Expr *type_call(Typer *t, const Scope *s, const Node *n, const List *want)
{
    (void)want;
    const FunctionRow *row = qualifier_of(n).n ? NULL : function_of(node_name(n));
    if (row && !row->aggregate)
        return type_function(t, s, n, row);
    int kinds = SYMBOL_FIGURE | SYMBOL_LATER;
    if (symbol_find(t->c, t->load, kinds, n, qualifier_of(n)))
        return type_family(t, s, n);
    if (!t->load->blind) {
        const char *near = nearest_function(t, node_name(n));
        if (!near)
            near = nearest_of(t->c, t->load, SYMBOL_FIGURE, NULL, node_name(n));
        complain(&t->c->c, n->file, node_place(n), near, "lang.unknown_function name=%.*s",
                 STR_ARG(node_name(n)));
    }
    return expr_none(t, n);
}

/* ---- aggregates ---- */

/* this.CHILD: rows of a book under the book in scope. */
static const Book *child_source(Typer *t, const Scope *s, const Node *path)
{
    const Node *child = path->kid->next;
    const Scope *at = s;
    while (at && (at->aggregate || !at->row))
        at = at->outer;
    if (!at) {
        wrong(t, path, "lang.this_no_row");
        return NULL;
    }
    Symbol *symbol = symbol_need(t->c, t->load, SYMBOL_BOOK, child);
    const Book *book = symbol ? symbol->thing : NULL;
    if (book && book->parent != at->row) {
        wrong(t, path, "lang.not_a_child book=%.*s parent=%.*s", STR_ARG(book->name),
              STR_ARG(at->row->name));
        return NULL;
    }
    return book;
}

static void agg_source(Typer *t, const Scope *s, const Node *n, Agg *agg)
{
    const Node *path = n->kid;
    const Node *name = path->kid;
    if (name->next && node_token(name)->word == WORD_THIS) {
        agg->children = true;
        agg->book = child_source(t, s, path);
        return;
    }
    if (name->next) {
        wrong(t, path, "lang.source_path");
        return;
    }
    int kinds = SYMBOL_KIND | SYMBOL_BOOK | SYMBOL_LATER;
    Symbol *symbol = symbol_find(t->c, t->load, kinds, name, qualifier_of(name));
    if (symbol && symbol->kind == SYMBOL_KIND)
        agg->kind = symbol->thing;
    else if (symbol && symbol->kind == SYMBOL_BOOK)
        agg->book = symbol->thing;
    if (symbol || t->load->blind)
        return;
    if (symbol_find(t->c, t->load, SYMBOL_FIGURE, name, qualifier_of(name))) {
        wrong(t, path, "lang.source_figure name=%.*s", STR_ARG(node_name(name)));
        return;
    }
    bool field = s->row && book_field(s->row, node_name(name));
    const char *near = nearest_of(t->c, t->load, SYMBOL_KIND | SYMBOL_BOOK, NULL, node_name(name));
    complain(&t->c->c, name->file, node_place(name), field ? NULL : near,
             field ? "lang.source_field name=%.*s" : "lang.unknown_source name=%.*s",
             STR_ARG(node_name(name)));
}

/* via F, by F: a field of the source's rows. */
static const Field *range_field(Typer *t, const Agg *agg, const Node *clause, TypeKind a,
                                TypeKind b)
{
    const Node *name = clause->kid->kid;
    if (!agg->book)
        return NULL;
    if (name->next) {
        wrong(t, clause, "lang.later word=%.*s", STR_ARG(node_text(clause->kid)));
        return NULL;
    }
    const Field *field = book_field(agg->book, node_name(name));
    if (!field) {
        complain(&t->c->c, name->file, node_place(name),
                 nearest_of(t->c, t->load, 0, agg->book, node_name(name)),
                 "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(name)),
                 STR_ARG(agg->book->name));
    } else if (field->type.hidden) {
        wrong(t, clause, "lang.private_use name=%.*s", STR_ARG(field->name));
    } else if (field->type.kind != a && field->type.kind != b && field->type.kind != TYPE_NONE) {
        wrong(t, clause, "lang.want_type_of want=%s got=%s", text_of(t, type_make(a)),
              text_of(t, field->type));
    }
    return field;
}

/* via F, via holder */
static void agg_via(Typer *t, Agg *agg, const Node *clause)
{
    const Node *name = clause->kid->kid;
    const Book *book = agg->book;
    agg->via_holder = book && book->cases && !name->next && node_token(name)->word == WORD_HOLDER &&
                      !book_field(book, node_name(name));
    if (!agg->via_holder)
        agg->via = range_field(t, agg, clause, TYPE_UNIT, TYPE_UNIT);
}

/* by F, by entered, by S.first */
static void agg_by(Typer *t, Agg *agg, const Node *clause)
{
    const Node *path = clause->kid;
    agg->when = WHEN_BY;
    agg->by_entered = node_token(path->kid)->word == WORD_ENTERED && !path->kid->next;
    if (path->kid->next && agg->book)
        agg->by_state = state_moment(t->c, agg->book, path, &agg->by_last);
    else if (!agg->by_entered)
        agg->by = range_field(t, agg, clause, TYPE_DATE, TYPE_TIME);
}

static void agg_range(Typer *t, const Node *n, Agg *agg)
{
    FOR_EACH (clause, n) {
        if (clause->kind != NODE_CLAUSE || clause->word == WORD_WHERE)
            continue;
        if (!agg->book && agg->kind)
            wrong(t, clause, "lang.range_of_units word=%s", word_row(clause->word)->en);
        if (agg->book && agg->book->form == BOOK_PER && clause->word != WORD_OWN &&
            clause->word != WORD_ABOVE && clause->word != WORD_VIA)
            wrong(t, clause, "lang.range_of_return word=%s book=%.*s", word_row(clause->word)->en,
                  STR_ARG(agg->book->name));
        switch ((int)clause->word) {
        case WORD_OWN: agg->scope = SCOPE_OWN; break;
        case WORD_ABOVE: agg->scope = SCOPE_ABOVE; break;
        case WORD_VIA: agg_via(t, agg, clause); break;
        case WORD_BY: agg_by(t, agg, clause); break;
        case WORD_ALIVE:
        case WORD_DURING:
            agg->when = clause->word == WORD_ALIVE ? WHEN_ALIVE : WHEN_DURING;
            if (agg->book && agg->book->form != BOOK_PER && !agg->book->lives_from &&
                !agg->book->dated_entered)
                wrong(t, clause, "lang.no_life book=%.*s", STR_ARG(agg->book->name));
            break;
        case WORD_EVER: agg->when = WHEN_EVER; break;
        default: break;
        }
    }
    const Book *b = agg->book;
    if (b && b->form == BOOK_OF && agg->when == WHEN_DEFAULT && !b->dated && !b->dated_entered &&
        !b->dated_state && !b->lives_from && b->every == PERIOD_NONE && !agg->children)
        wrong(t, n, "lang.no_date book=%.*s", STR_ARG(b->name));
}

/* The value of sum(K: e) over units: no ratios, a rate of sums is the sum of neither. */
static void agg_type(Typer *t, const Node *n, Expr *e)
{
    const Agg *agg = e->agg;
    Type value = agg->value ? agg->value->type : type_make(TYPE_NONE);
    bool none = value.kind == TYPE_NONE;
    e->type = type_make(TYPE_INT);
    switch (agg->op) {
    case AGG_COUNT: break;
    case AGG_SHARE: e->type = type_make(TYPE_RATIO); break;
    case AGG_ANY:
    case AGG_ALL:
        e->type = type_make(TYPE_BOOL);
        if (!none && value.kind != TYPE_BOOL)
            wrong(t, n, "lang.want_bool type=%s", text_of(t, value));
        break;
    case AGG_SUM:
    case AGG_AVG:
        if (!none && (value.kind == TYPE_RATIO || value.kind == TYPE_RATE))
            wrong(t, n, "lang.sum_of_ratio type=%s", text_of(t, value));
        else if (!none && !is_amount(value))
            wrong(t, n, "lang.want_amount type=%s", text_of(t, value));
        e->type = agg->op == AGG_SUM ? value : type_mean(value);
        break;
    case AGG_LEAST:
    case AGG_MOST:
    case AGG_MEDIAN:
    case AGG_P90:
        if (!none && !is_ordered(value))
            wrong(t, n, "lang.no_order type=%s", text_of(t, value));
        e->type = agg->op == AGG_MEDIAN ? type_mean(value) : value;
        break;
    }
    if (e->type.kind != TYPE_ITEM) {
        e->type.low = 1;
        e->type.high = 0;
    }
}

static void agg_shape(Typer *t, const Node *n, const Agg *agg)
{
    const char *name = function_of(node_name(n))->en;
    bool valued =
        agg->op == AGG_SUM || agg->op == AGG_AVG || (agg->op >= AGG_LEAST && agg->op <= AGG_P90);
    if (valued && !agg->value)
        wrong(t, n, "lang.agg_value name=%s", name);
    if ((agg->op == AGG_COUNT || agg->op == AGG_SHARE) && agg->value)
        wrong(t, n, "lang.agg_no_value name=%s", name);
    if (agg->op == AGG_SHARE && !agg->where)
        wrong(t, n, "lang.agg_where name=%s", name);
    if ((agg->op == AGG_ANY || agg->op == AGG_ALL) && !agg->where && !agg->value)
        wrong(t, n, "lang.agg_where name=%s", name);
}

/* where of units wants a condition of the unit, where of records one of the row. */
static void agg_level(Typer *t, const Node *where, const Agg *agg)
{
    if (!agg->where || agg->where->type.kind == TYPE_NONE)
        return;
    if (agg->kind && agg->where->level != LEVEL_UNIT)
        wrong(t, where->kid, "lang.where_unit kind=%.*s", STR_ARG(agg->kind->name));
    if (agg->book && agg->where->level != LEVEL_ROW)
        wrong(t, where->kid, "lang.where_row book=%.*s", STR_ARG(agg->book->name));
}

Expr *type_aggregate(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_AGG);
    Agg *agg = arena_new(t->c->arena, Agg);
    e->agg = agg;
    agg->op = (AggOp)function_of(node_name(n))->op;
    e->level = LEVEL_UNIT;
    agg_source(t, s, n, agg);
    if (!agg->kind && !agg->book)
        return expr_none(t, n);
    if (agg->children)
        e->level = LEVEL_ROW;
    else if (s->rows)
        wrong(t, n, "lang.agg_in_rows");
    if (agg->book)
        edge_add(t, agg->book);
    agg_range(t, n, agg);
    Scope inner = { .outer = s, .aggregate = true, .grain = s->grain, .any_grain = s->any_grain };
    inner.figure = s->figure;
    inner.locals = s->locals;
    inner.local_count = s->local_count;
    inner.row = agg->book;
    inner.rows = agg->book != NULL;
    inner.kinds = agg->kind ? &agg->kind : agg->book->kinds;
    inner.kind_count = agg->kind ? 1 : agg->book->kind_count;
    const Node *where = node_clause(n, WORD_WHERE);
    const Node *value = node_kid(n, NODE_ARG);
    size_t errors = t->c->c.problems->errors;
    if (where)
        agg->where = type_condition(t, &inner, where->kid);
    bool understood = t->c->c.problems->errors == errors;
    if (value) {
        agg->value = type_expr(t, &inner, value->kid, NULL);
        item_reject(t, agg->value, value->kid, NULL);
    }
    if (understood)
        agg_level(t, where, agg);
    agg_shape(t, n, agg);
    agg_type(t, n, e);
    return e;
}

/* ---- figures ---- */

static void figure_params(Compiler *c, Symbol *symbol, Figure *f)
{
    const Node *params = f->param_count ? node_kid(symbol->node, NODE_CLAUSE) : NULL;
    size_t i = 0;
    for (const Node *n = params ? params->kid : NULL; n; n = n->next) {
        FigureParam *param = &f->params[i++];
        const Node *type = node_kid(n, NODE_TYPE);
        param->type = type ? type_of_node(c, symbol->load, type, STR("")) : type_make(TYPE_NONE);
        bool range = param->type.kind == TYPE_INT && param->type.low <= param->type.high &&
                     param->type.high - param->type.low < 1000;
        if (param->type.kind != TYPE_NONE && param->type.kind != TYPE_ITEM &&
            param->type.kind != TYPE_RECORD && !range)
            complain(&c->c, n->file, node_span(n), NULL, "lang.family_type name=%.*s",
                     STR_ARG(node_name(n)));
    }
}

static void figure_format(Compiler *c, const Node *as, Figure *f)
{
    static const struct {
        const char *name;
        TypeKind a, b;
    } formats[] = {
        { "元", TYPE_MONEY, TYPE_RATE },           { "万元", TYPE_MONEY, TYPE_MONEY },
        { "亿元", TYPE_MONEY, TYPE_MONEY },        { "亩", TYPE_AREA, TYPE_AREA },
        { "percent", TYPE_RATIO, TYPE_RATIO },     { "points", TYPE_RATIO, TYPE_RATIO },
        { "hours", TYPE_DURATION, TYPE_DURATION }, { "days", TYPE_DURATION, TYPE_INT },
        { "number", TYPE_NONE, TYPE_NONE },
    };
    const Node *name = as->kid;
    if (!name)
        return;
    Word word = node_token(name)->word;
    f->as.name = word == WORD_PERCENT ? STR("percent") : node_name(name);
    const Node *digits = node_kid(as, NODE_NUMBER);
    f->as.decimals = digits ? (int32_t)(node_token(digits)->number % 100) : 0;
    f->as.rounding = node_clause(as, WORD_DOWN) ? ROUND_DOWN
                     : node_clause(as, WORD_UP) ? ROUND_UP
                                                : ROUND_HALF;
    f->as.trim = node_clause(as, WORD_TRIM) != NULL;
    Type type = f->expr ? f->expr->type : type_make(TYPE_NONE);
    size_t i = 0;
    size_t n = sizeof formats / sizeof *formats;
    while (i < n && !str_is(f->as.name, formats[i].name))
        i++;
    if (f->as.decimals > NUM_SCALE_MAX)
        complain(&c->c, as->file, node_span(as), NULL, "lang.too_many_digits n=%d", NUM_SCALE_MAX);
    else if (i == n)
        complain(&c->c, as->file, node_place(name), NULL, "lang.unknown_format name=%.*s",
                 STR_ARG(f->as.name));
    else if (type.kind != TYPE_NONE && type.kind != formats[i].a && type.kind != formats[i].b &&
             !(formats[i].a == TYPE_NONE && is_amount(type)))
        complain(&c->c, as->file, node_span(as), NULL, "lang.format_type name=%s type=%.*s",
                 formats[i].name, STR_ARG(type_print(c->w->arena, type)));
}

static void figure_needs(Typer *t, const Scope *s, const Node *needs, Figure *f)
{
    const Node *coverage = node_clause(needs, WORD_COVERAGE);
    const Node *expr = coverage ? coverage->next : needs->kid;
    if (!coverage) {
        f->needs = type_condition(t, s, expr);
        return;
    }
    Expr *e = type_as(t, s, expr, type_make(TYPE_RATIO));
    if (!expr_constant(e, &f->coverage) || f->coverage <= 0 || f->coverage > 1000000)
        wrong(t, needs, "lang.coverage_range");
}

static void figure_parts(Typer *t, const Scope *s, const Node *n, Figure *f)
{
    FOR_EACH (clause, n) {
        if (clause->kind != NODE_CLAUSE || !clause->word)
            continue;
        switch ((int)clause->word) {
        case WORD_AS: figure_format(t->c, clause, f); break;
        case WORD_SAME: {
            Symbol *kind =
                clause->kid ? symbol_need(t->c, t->load, SYMBOL_KIND, clause->kid) : NULL;
            f->same = kind ? kind->thing : NULL;
            break;
        }
        case WORD_LEAST:
            f->least = clause->kid ? (int32_t)node_token(clause->kid)->number : 0;
            break;
        case WORD_PUBLIC: f->is_public = true; break;
        case WORD_NEEDS: figure_needs(t, s, clause, f); break;
        default: break;
        }
    }
}

void figure_type(Compiler *c, Symbol *symbol)
{
    if (symbol->state != SYMBOL_FRESH)
        return; /* done, or on the way: rules_cycles() reports the ring */
    Figure *f = symbol->thing;
    const Node *n = symbol->node;
    if (c->figure_depth > FIGURE_DEPTH_MAX) { /* the recursion is bounded; who asked is told */
        symbol->state = SYMBOL_DONE;
        symbol->depth = FIGURE_DEPTH_MAX;
        return;
    }
    symbol->state = SYMBOL_OPEN;
    c->figure_depth++;
    const Node *of = node_clause(n, WORD_OF);
    const Node *every = node_clause(n, WORD_EVERY);
    const Book *every_book = NULL;
    if (of)
        f->kinds = kinds_of_nodes(c, symbol->load, of, &f->kind_count);
    if (every)
        (void)every_of_node(c, symbol->load, every, &f->every, &every_book);
    f->tree = symbol->load->pack->tree;
    figure_params(c, symbol, f);
    Typer t = { .c = c, .load = symbol->load, .owner = f, .figure = symbol };
    Scope scope = {
        .kinds = f->kinds, .kind_count = f->kind_count, .grain = f->every, .figure = f
    };
    scope.any_kind = of && !f->kind_count;
    const Node *value = node_kid(n, NODE_ARG);
    if (value && value->kid) {
        f->expr = type_expr(&t, &scope, value->kid, NULL);
        item_reject(&t, f->expr, value->kid, NULL);
        if (is_opaque(f->expr->type) || f->expr->type.kind == TYPE_KIND ||
            f->expr->type.kind == TYPE_ACTOR || f->expr->type.kind == TYPE_TEXT)
            wrong(&t, value, "lang.figure_opaque type=%s", text_of(&t, f->expr->type));
    }
    figure_parts(&t, &scope, n, f);
    if (symbol->depth > FIGURE_DEPTH_MAX) {
        complain(&c->c, n->file, node_place(n), NULL, "lang.figure_depth n=%d", FIGURE_DEPTH_MAX);
        symbol->depth = 0; /* said once */
    }
    c->figure_depth--;
    symbol->state = SYMBOL_DONE;
    *list_push(c->arena, &c->figures) = f;
}
