/* Live: columns known as of now follow every record by an exact difference.
 *
 * A leaf whose rows speak for themselves takes what the row added before and adds what it adds
 * after, at its unit and all units above. An aggregate over units evaluates the units on the path
 * again at the next reading. Whatever else reads the book is dropped and filled again when asked:
 * medians, masks, ranks, conditions that look elsewhere. */
#include "figure/column/column_int.h"

/* The context in which the column was filled. */
static Ctx key_ctx(const Column *col, const ColumnKey *k)
{
    return (Ctx){
        .unit = UNIT_NONE,
        .period = { k->period_kind, k->first_day, k->last_day, k->code },
        .moment = k->moment,
        .at_day = k->moment_day,
        .known_day = k->known_day,
        .ended_day = k->ended_day,
        .now_ms = col->at_ms,
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

static Ctx column_ctx(const Column *col)
{
    return key_ctx(col, &col->key);
}

/* ---- leaves ---- */
typedef struct Added { /* what a row adds to a leaf, and for which unit */
    Contribution add;
    int32_t unit;
    int64_t until_ms;
} Added;

static bool row_added(Work *w, Figures *f, const Ctx *c, const Column *col, const RecordRow *row,
                      Added *ret)
{
    const Expr *e = col->key.agg;
    *ret = (Added){ .unit = UNIT_NONE, .until_ms = INT64_MAX };
    if (!row)
        return true;
    f->until_ms = INT64_MAX;
    TRY(leaf_contribution(w, f, c, e, row, &ret->add));
    ret->until_ms = f->until_ms;
    return !ret->add.in || row_unit(w, f, c, e->agg, row, &ret->unit);
}

static bool added_same(const Added *a, const Added *b)
{
    const Contribution *x = &a->add, *y = &b->add;
    return a->unit == b->unit && x->in == y->in && x->amount == y->amount && x->scale == y->scale &&
           x->gathers == y->gathers && x->num == y->num && x->den == y->den &&
           x->gathered_scale == y->gathered_scale &&
           !memcmp(x->counts, y->counts, sizeof x->counts);
}

static bool scatter_added(Work *w, Figures *f, Column *col, const Added *a, int sign)
{
    Places places;
    if (!a->add.in)
        return true;
    TRY(tree_places(w, f, col->tree, a->unit, &places));
    column_scatter(w, col, &places, &a->add, sign, true);
    return true;
}

static bool exchange(Work *w, Figures *f, Column *col, const Added *old, const Added *now)
{
    if (added_same(old, now))
        return true;
    return scatter_added(w, f, col, old, -1) && scatter_added(w, f, col, now, 1);
}

/* Both as at the instant of the column; what runs out later waits. */
static bool leaf_change(Figures *f, Column *col, const RecordChange *change)
{
    Work *w = f->own;
    ARENA_SCOPE(w->arena);
    Ctx c = column_ctx(col);
    Added old, now;
    int64_t until = f->until_ms;
    bool ok = row_added(w, f, &c, col, change->before, &old) &&
              row_added(w, f, &c, col, change->after, &now) && exchange(w, f, col, &old, &now) &&
              (!change->after || column_wait(col, now.until_ms, change->after->ord));
    f->until_ms = until;
    work_clear(w);
    return ok;
}

/* ---- details whose parent changed ---- */
static bool child_added(Work *w, Figures *f, const Ctx *c, const Column *col, const Book *parent,
                        const RecordRow *as, const RecordRow *child, Added *ret)
{
    Overlay outer = f->overlay;
    f->overlay = (Overlay){ ++f->overlay_count, parent, as };
    bool ok = row_added(w, f, c, col, child, ret);
    f->overlay = outer;
    return ok;
}

static bool children_exchange(Work *w, Figures *f, const Ctx *c, Column *col,
                              const RecordChange *change)
{
    const RecordRow **rows;
    size_t n;
    RecordRow gone = change->before ? *change->before : *change->after;
    gone.state = RECORD_VOID;
    const RecordRow *before = change->before ? change->before : &gone;
    const RecordRow *after = change->after ? change->after : &gone;
    TRY(index_children(w, f, c, col->key.agg->agg->book, gone.ord, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        Added old, now;
        TRY(child_added(w, f, c, col, change->book, before, rows[i], &old));
        TRY(child_added(w, f, c, col, change->book, after, rows[i], &now));
        TRY(exchange(w, f, col, &old, &now));
        TRY(column_wait(col, now.until_ms, rows[i]->ord));
    }
    return true;
}

/* A detail row is dated by its parent, or says what its parent says. */
static bool children_change(Figures *f, Column *col, const RecordChange *change)
{
    Work *w = f->own;
    ARENA_SCOPE(w->arena);
    Ctx c = column_ctx(col);
    int64_t until = f->until_ms;
    if (!change->before && !change->after)
        return true;
    bool ok = children_exchange(w, f, &c, col, change);
    f->until_ms = until;
    work_clear(w);
    return ok;
}

/* ---- time ---- */
static int ord_cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Takes the rows out whose time has come, each once. */
static size_t take_ripe(Work *w, Column *col, int64_t now_ms, int64_t **ret)
{
    int64_t *ords = arena_array(w->arena, int64_t, col->waiting_n + 1);
    size_t n = 0, kept = 0, once = 0;
    for (size_t i = 0; i < col->waiting_n; i++) {
        if (col->waiting[i].until_ms <= now_ms)
            ords[n++] = col->waiting[i].ord;
        else
            col->waiting[kept++] = col->waiting[i];
    }
    col->waiting_n = kept;
    if (n)
        qsort(ords, n, sizeof *ords, ord_cmp);
    for (size_t i = 0; i < n; i++)
        if (!i || ords[i] != ords[i - 1])
            ords[once++] = ords[i];
    *ret = ords;
    return once;
}

static bool forward_row(Work *w, Figures *f, const Ctx *before, const Ctx *after, Column *col,
                        int64_t ord)
{
    ARENA_SCOPE(w->arena);
    Added old, now;
    const Book *book = col->key.agg->agg->book;
    const RecordRow *row = record_find(w, f->core, book, UNIT_NONE, 0, ord, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    if (!row || row->state == RECORD_VOID)
        return true;
    TRY(row_added(w, f, before, col, row, &old));
    TRY(row_added(w, f, after, col, row, &now));
    TRY(exchange(w, f, col, &old, &now));
    if (!column_wait(col, now.until_ms, ord))
        col->stale = true;
    return true;
}

bool column_forward_from(Work *w, Figures *f, const Ctx *c, Column *col, const ColumnKey *old)
{
    if (col->rest_ms <= c->now_ms || !col->key.agg->agg->book || col->key.overlay ||
        col->overflow) {
        col->stale = true;
        return true;
    }
    ARENA_SCOPE(w->arena);
    Ctx before = key_ctx(col, old);
    Ctx after = column_ctx(col);
    int64_t *ords;
    int64_t until = f->until_ms;
    struct TraceLog *log = f->log;
    f->log = NULL;
    after.now_ms = c->now_ms;
    size_t n = take_ripe(w, col, c->now_ms, &ords);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = forward_row(w, f, &before, &after, col, ords[i]);
    f->until_ms = until;
    f->log = log;
    col->at_ms = c->now_ms;
    column_until(col);
    col->stale |= !ok;
    return ok;
}

bool column_forward(Work *w, Figures *f, const Ctx *c, Column *col)
{
    const ColumnKey key = col->key;
    return col->stale || col->until_ms > c->now_ms || column_forward_from(w, f, c, col, &key);
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
    for (size_t i = 0; row->cas && i < row->cas->move_n; i++) /* via holder, at any moment */
        if (i == 0 || row->cas->moves[i].holder != row->cas->moves[i - 1].holder)
            TRY(mark_above(f, w, col, row->cas->moves[i].holder));
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
    Ctx c = column_ctx(col);
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
    const Agg *agg = col->key.agg->agg;
    bool gathers =
        agg->op == AGG_LEAST || agg->op == AGG_MOST || agg->op == AGG_MEDIAN || agg->op == AGG_P90;
    if (deps->outward || deps->shifts || col->overflow)
        return false;
    if (agg->kind)
        return !gathers && over_change(f, col, change);
    if (deps->nested)
        return false;
    if (agg->book->parent == change->book && change->book->parent == NULL)
        return children_change(f, col, change);
    if (agg->book != change->book)
        return false;
    return leaf_change(f, col, change);
}

static void hear_record(void *self, const RecordChange *change)
{
    Figures *f = self;
    index_change(f, change);
    for (int32_t i = 0; i < f->column_n; i++) {
        Column *col = f->columns[i];
        if (col->stale || col->key.known_seq < KNOWN_NOW)
            continue;
        size_t before = col->bytes;
        if (col->key.known_day + 1 < f->today || !column_change(f, col, change))
            col->stale = true;
        f->bytes += col->bytes - before;
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

static bool gathered_equal(const Column *a, const Column *b)
{
    if (a->gathered_n != b->gathered_n)
        return false;
    for (int32_t i = 0; i < a->gathered_n; i++) {
        const Gathered *x = &a->gathered[i], *y = &b->gathered[i];
        if (x->pre != y->pre || x->prev != y->prev || x->num != y->num || x->of != y->of)
            return false;
    }
    return true;
}

static bool not_proven(Work *w, const Expr *e, int32_t unit)
{
    return fail(w, ERR_STORE, "figure.proof book=%.*s unit=%d",
                STR_ARG(e->agg->book ? e->agg->book->name : e->agg->kind->name), unit);
}

static bool prove_column(Work *w, Figures *f, Column *col)
{
    Ctx c = column_ctx(col);
    const Expr *e = col->key.agg;
    if (w->now_ms > c.now_ms)
        c.now_ms = w->now_ms;
    CLEANUP(column_close) Column *again = column_make(f, &c, e, col->tree);
    size_t before = col->bytes;
    bool read = over_refresh(w, f, &c, col) && column_forward(w, f, &c, col);
    bool settled = read && column_settle(col);
    f->bytes += col->bytes - before;
    TRY(read);
    if (col->stale) /* its time is over: it is filled again when it is asked for */
        return true;
    f->by_walk = true; /* the proof takes the other road: no steps, no index */
    bool filled = column_fill(w, f, &c, e, again);
    f->by_walk = false;
    TRY(filled);
    if (again->overflow != col->overflow || !settled || !gathered_equal(col, again))
        return not_proven(w, e, UNIT_NONE);
    for (int32_t pre = 0; pre < col->count && !col->overflow; pre++)
        if (!sums_equal(col, again, pre))
            return not_proven(w, e, col->tree->slot_of[pre]);
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
