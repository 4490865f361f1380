/* Live: columns known as of now follow every record by an exact difference.
 *
 * A leaf whose rows speak for themselves takes what the row added before and adds what it adds
 * after, at its unit and all units above. An aggregate over units evaluates the units on the path
 * again at the next reading. Whatever else reads the book is dropped and filled again when asked:
 * medians, masks, ranks, conditions that look elsewhere. */
#include "figure/column/column_int.h"

/* The context in which the column was filled. */
static Ctx column_ctx(const Figures *f, const Column *col)
{
    const ColumnKey *k = &col->key;
    (void)f;
    return (Ctx){
        .unit = UNIT_NONE,
        .period = { k->period_kind, k->first_day, k->last_day, k->code },
        .moment = k->moment,
        .at_day = k->moment_day,
        .known_day = k->known_day,
        .ended_day = k->ended_day,
        .known_seq = k->known_seq,
        .set = col->set,
        .tree = k->tree,
        .tree_day = k->tree_fixed ? k->tree_day : DAY_NONE,
        .rounds = k->rounds,
        .draft = k->draft,
        .args = k->args,
        .arg_n = ARGS_MAX,
    };
}

/* ---- leaves ---- */
static bool add_row(Figures *f, Work *w, const Ctx *c, Column *col, const RecordRow *row, int sign)
{
    const Expr *e = col->key.agg;
    Contribution add;
    Places places;
    int32_t unit;
    if (!row)
        return true;
    TRY(leaf_contribution(w, f, c, e, row, &add));
    if (!add.in)
        return true;
    TRY(row_unit(w, f, c, e->agg, row, &unit));
    TRY(tree_places(w, f, col->tree, unit, &places));
    column_scatter(w, col, &places, &add, sign, true);
    return true;
}

static bool leaf_change(Figures *f, Column *col, const RecordChange *change)
{
    Work *w = f->own;
    ARENA_SCOPE(w->arena);
    Ctx c = column_ctx(f, col);
    bool ok =
        add_row(f, w, &c, col, change->before, -1) && add_row(f, w, &c, col, change->after, 1);
    work_clear(w);
    return ok;
}

/* ---- over units ---- */
static bool mark(Column *col, int32_t pre)
{
    for (int32_t i = 0; i < col->dirty_n; i++)
        if (col->dirty[i] == pre)
            return true;
    if (col->dirty_n == DIRTY_MAX)
        return false;
    if (col->dirty_n == col->dirty_room) {
        int32_t room = col->dirty_room ? col->dirty_room * 2 : 8;
        col->dirty =
            heap_grow(col->dirty, (size_t)col->dirty_room, (size_t)room, sizeof *col->dirty);
        col->dirty_room = room;
    }
    col->dirty[col->dirty_n++] = pre;
    return true;
}

static bool mark_above(Figures *f, Work *w, Column *col, int32_t unit)
{
    Places places;
    int32_t kind = col->key.agg->agg->kind->number;
    TRY(tree_places(w, f, col->tree, unit, &places));
    for (size_t i = 0; i < places.n; i++)
        for (int32_t pre = places.at[i].pre; pre >= 0; pre = col->tree->parent[pre])
            if (col->tree->kind[pre] == kind && !mark(col, pre))
                return false;
    return true;
}

/* Every unit that the row names may be the one that it counts for (via). */
static bool mark_row(Figures *f, Work *w, Column *col, const Book *book, const RecordRow *row)
{
    if (!row)
        return true;
    TRY(mark_above(f, w, col, row->unit));
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *field = book->fields[i];
        if (field->type.kind != TYPE_UNIT)
            continue;
        if (field->changes)
            return false;
        if (row->known && row_known(row, field->number))
            TRY(mark_above(f, w, col, (int32_t)row->nums[field->number]));
    }
    return true;
}

static bool over_change(Figures *f, Column *col, const RecordChange *change)
{
    Work *w = f->own;
    ARENA_SCOPE(w->arena);
    return mark_row(f, w, col, change->book, change->before) &&
           mark_row(f, w, col, change->book, change->after);
}

/* Can the column be kept? */
static bool column_change(Figures *f, Column *col, const RecordChange *change)
{
    Ctx c = column_ctx(f, col);
    Deps mask;
    if (!col->key.agg) {
        deps_of_figure(col->key.same, &mask);
        return !deps_read(&mask, change->book);
    }
    if (col->key.only)
        return false;
    const Deps *deps = deps_of(f, &c, col->key.agg);
    if (!deps_read(deps, change->book))
        return true;
    AggOp op = col->key.agg->agg->op;
    bool gathers = op == AGG_LEAST || op == AGG_MOST || op == AGG_MEDIAN || op == AGG_P90;
    if (gathers || deps->outward || deps->shifts || col->overflow)
        return false;
    if (col->key.agg->agg->kind)
        return over_change(f, col, change);
    if (deps->nested || col->key.agg->agg->book != change->book)
        return false;
    return leaf_change(f, col, change);
}

static void hear_record(void *self, const RecordChange *change)
{
    Figures *f = self;
    for (int32_t i = 0; i < f->column_n; i++) {
        Column *col = f->columns[i];
        if (!col->stale && col->key.known_seq >= KNOWN_NOW && !column_change(f, col, change))
            col->stale = true;
    }
    int32_t kept = 0; /* who is asked may rest on any register */
    for (int32_t i = 0; i < f->asked_n; i++) {
        if (f->asked[i]->book->where || f->asked[i]->book->every_book) {
            heap_free(f->asked[i]->slots);
            heap_free(f->asked[i]);
        } else {
            f->asked[kept++] = f->asked[i];
        }
    }
    f->asked_n = kept;
}

static void hear_rest(void *self)
{
    Figures *f = self;
    CHECK(f->depth == 0);
    figures_forget(f);
}

void figures_listen(Figures *f)
{
    core_listen(
        f->core,
        (Listener){ .self = f, .record = hear_record, .unit = hear_rest, .pack = hear_rest });
}

/* ---- proof ---- */
static bool sums_equal(const Column *a, const Column *b, int32_t pre)
{
    Sums x = column_sums(a, pre);
    Sums y = column_sums(b, pre);
    int scale = a->scale > b->scale ? a->scale : b->scale;
    x.amount *= num_pow10(scale - a->scale);
    y.amount *= num_pow10(scale - b->scale);
    return x.amount == y.amount && x.n == y.n && x.expected == y.expected &&
           x.reported == y.reported && x.confirmed == y.confirmed;
}

static bool prove_column(Work *w, Figures *f, Column *col)
{
    Ctx c = column_ctx(f, col);
    const Expr *e = col->key.agg;
    CLEANUP(column_close) Column *again = column_make(f, &c, e, col->tree);
    TRY(over_refresh(w, f, &c, col));
    f->by_walk = true; /* the proof takes the other road: no steps */
    bool filled = column_fill(w, f, &c, e, again);
    f->by_walk = false;
    TRY(filled);
    if (again->overflow != col->overflow)
        return fail(w, ERR_STORE, "figure.proof book=%.*s unit=-1",
                    STR_ARG(e->agg->book ? e->agg->book->name : e->agg->kind->name));
    for (int32_t pre = 0; pre < col->count && !col->overflow; pre++)
        if (!sums_equal(col, again, pre))
            return fail(w, ERR_STORE, "figure.proof book=%.*s unit=%d",
                        STR_ARG(e->agg->book ? e->agg->book->name : e->agg->kind->name),
                        col->tree->slot_of[pre]);
    return true;
}

bool figures_prove(Work *w, Figures *f)
{
    ask_begin(f);
    bool ok = true;
    int32_t n = f->column_n; /* filling may add columns behind these */
    for (int32_t i = 0; ok && i < n; i++) {
        ARENA_SCOPE(w->arena);
        Column *col = f->columns[i];
        if (!col->stale && col->key.agg && !col->key.only && col->key.known_seq >= KNOWN_NOW &&
            !col->key.overlay)
            ok = prove_column(w, f, col);
    }
    ask_end(f);
    return ok;
}
