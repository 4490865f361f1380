/* Deps: what an expression reads, found by one walk over its tree and kept by its number. Live
 * columns are told by it which change of which book concerns them. */
#include "figure/column/column_int.h"

typedef struct Walk {
    Deps *deps;
    int32_t level; /* expressions deep */
} Walk;

static void read_book(Deps *d, const Book *book)
{
    if (book->number >= 0 && book->number < 256)
        d->books[book->number / 64] |= UINT64_C(1) << (book->number % 64);
    else
        d->all_books = true;
}

static void walk(Walk *k, const Expr *e, int rows);

static void walk_book(Walk *k, const Book *book, bool parents)
{
    read_book(k->deps, book);
    if (book->parent && parents)
        walk_book(k, book->parent, true);
    if (book->every_book)
        walk_book(k, book->every_book, true);
    if (book->where) { /* whom it is asked of rests on other books */
        Deps inner = { 0 };
        Walk where = { &inner, k->level + 1 };
        walk(&where, book->where, 0);
        for (int i = 0; i < 4; i++)
            k->deps->books[i] |= inner.books[i];
        k->deps->all_books |= inner.all_books;
        k->deps->outward = true;
    }
}

/* Does a detail row say by itself whether it is in the aggregate's time? (Else its parent does.) */
static bool dated_alone(const Agg *agg)
{
    const Book *book = agg->book;
    const Flow *flow = book->flow_type;
    if (!book->parent || agg->children)
        return false;
    if (agg->when != WHEN_BY)
        return book->dated_entered || book->dated_state ||
               (book->dated && book->dated->book == book);
    if (agg->by_state)
        return flow && agg->by_state >= flow->states &&
               agg->by_state < flow->states + flow->state_count;
    return agg->by_entered || (agg->by && agg->by->book == book);
}

static void walk_agg(Walk *k, const Expr *e, int rows)
{
    const Agg *agg = e->agg;
    Deps *d = k->deps;
    if (agg->children && rows == 0)
        d->outer_row = true;
    if (agg->scope == SCOPE_ABOVE)
        d->outward = true;
    if (agg->book) {
        walk_book(k, agg->book, !dated_alone(agg));
        if (agg->book->nil_every != PERIOD_NONE)
            d->outward = true; /* its coverage is counted anew */
        if ((agg->via && agg->via->changes) || (agg->by && agg->by->changes))
            d->texts = true;
    }
    int inside = rows + (agg->book ? 1 : 0);
    d->nested |= k->level > 1;
    if (agg->where)
        walk(k, agg->where, inside);
    if (agg->value)
        walk(k, agg->value, inside);
}

static void walk_field(Walk *k, const Expr *e, int rows)
{
    const Field *field = e->field;
    Deps *d = k->deps;
    if (e->outer >= rows)
        d->outer_row = true;
    if (e->op == EXPR_ROW_DATE && e->number == 0)
        d->texts = true;
    if (e->op != EXPR_FIELD)
        return;
    if (!type_is_number(field->type) || field->changes)
        d->texts = true;
    if (field->computed)
        walk(k, field->computed, rows);
}

/* Does the expression read nothing but the row in scope (and what never changes)? */
static bool reads_row(const Expr *e, int depth)
{
    if (depth > LIMIT_EXPR_DEPTH)
        return false;
    switch ((int)e->op) {
    case EXPR_AGG:
    case EXPR_CALL:
    case EXPR_FIGURE:
    case EXPR_PARAM:
    case EXPR_CELL:
    case EXPR_UNIT_ATTR:
    case EXPR_SHIFT:
    case EXPR_AT: return false;
    case EXPR_FIELD:
        if (e->field->computed && !reads_row(e->field->computed, depth + 1))
            return false;
    }
    for (size_t i = 0; i < e->arg_count; i++)
        if (e->args[i]->type.book || !reads_row(e->args[i], depth + 1))
            return false;
    return true;
}

/* `was answered[now]`: another moment of the same row. */
static bool shifts_moment(const Expr *e)
{
    for (size_t i = 0; i < e->shift_count; i++) {
        const Shift *s = &e->shifts[i];
        if (s->op != SHIFT_NOW && (s->op != SHIFT_AT || !reads_row(s->expr, 0)))
            return false;
    }
    return reads_row(e->args[0], 0);
}

static void walk_shift(Walk *k, const Expr *e, int rows)
{
    if (!rows || !shifts_moment(e))
        k->deps->shifts = k->deps->nested = true;
    for (size_t i = 0; i < e->shift_count; i++)
        if (e->shifts[i].expr) {
            const Book *rounds = e->shifts[i].expr->type.book;
            if (rounds)
                walk_book(k, rounds, true);
            walk(k, e->shifts[i].expr, rows);
        }
}

/* What is said of a record named before it. */
static void walk_record(Walk *k, const Expr *e)
{
    const Book *book = e->arg_count ? e->args[0]->type.book : NULL;
    k->deps->nested |= book != NULL;
    if (book)
        walk_book(k, book, true);
}

static void walk(Walk *k, const Expr *e, int rows)
{
    Deps *d = k->deps;
    if (++k->level > 4 * LIMIT_EXPR_DEPTH) { /* deeper than can be told: assume everything */
        d->all_books = d->outward = true;
        k->level--;
        return;
    }
    switch ((int)e->op) {
    case EXPR_AGG: walk_agg(k, e, rows); break;
    case EXPR_STATE:
    case EXPR_STATE_TIME:
    case EXPR_STATE_ACTOR:
    case EXPR_STATE_UNIT:
    case EXPR_CLOCK:
    case EXPR_TIMES:
    case EXPR_HOLDER:
        walk_record(k, e);
        if (!e->arg_count)
            walk_field(k, e, rows);
        break;
    case EXPR_FIELD:
    case EXPR_THIS:
    case EXPR_ROW_DATE: walk_field(k, e, rows); break;
    case EXPR_ARG: d->no_args = false; break;
    case EXPR_PARAM: d->params = true; break;
    case EXPR_SHIFT: walk_shift(k, e, rows); break;
    case EXPR_AT: d->outward = true; break;
    case EXPR_CELL:
        d->nested = true;
        walk_book(k, e->book, true);
        break;
    case EXPR_CALL:
        d->nested |= e->book != NULL;
        d->outward |= e->call == CALL_RANK;
        if (e->book)
            walk_book(k, e->book, true);
        break;
    case EXPR_ATTR: walk_record(k, e); break;
    case EXPR_FIGURE: {
        bool no_args = d->no_args;
        d->nested = true;
        if (figure_least(e->figure) || e->figure->same)
            d->outward = true;
        walk(k, e->figure->expr, 0);
        if (e->figure->needs)
            walk(k, e->figure->needs, 0);
        d->no_args = no_args; /* its parameters are its own */
        break;
    }
    }
    for (size_t i = 0; i < e->arg_count; i++)
        walk(k, e->args[i], rows);
    k->level--;
}

/* A stock leaf: its value reads a stock field of the book's row (rule 9). */
static bool reads_stock(const Expr *e, int depth)
{
    if (!e || depth > LIMIT_EXPR_DEPTH)
        return false;
    if (e->op == EXPR_FIELD && e->outer == 0)
        return e->field->stock || reads_stock(e->field->computed, depth + 1);
    if (e->op == EXPR_AGG || e->op == EXPR_FIGURE)
        return false;
    for (size_t i = 0; i < e->arg_count; i++)
        if (reads_stock(e->args[i], depth + 1))
            return true;
    return false;
}

void deps_of_figure(const Figure *figure, Deps *d)
{
    *d = (Deps){ .done = true, .no_args = true };
    Walk k = { d, 0 };
    walk(&k, figure->expr, 0);
}

static void find_deps(const Expr *e, Deps *d)
{
    *d = (Deps){ .done = true, .no_args = true };
    Walk k = { d, 0 };
    walk(&k, e, 0);
    if (e->op == EXPR_AGG && e->agg->book)
        d->stock = reads_stock(e->agg->value, 0);
}

const Deps *deps_of(Figures *f, const Ctx *c, const Expr *e)
{
    if (c->transient || e->id < 0 || e->id >= c->set->expr_count) {
        Deps *once = &f->once[f->once_n++ % ONCE_MAX];
        find_deps(e, once);
        return once;
    }
    if (f->deps_set != c->set) {
        heap_free(f->deps);
        f->deps = heap_zeroed((size_t)c->set->expr_count + 1, sizeof *f->deps);
        f->deps_set = c->set;
    }
    Deps *d = &f->deps[e->id];
    if (!d->done)
        find_deps(e, d);
    return d;
}
