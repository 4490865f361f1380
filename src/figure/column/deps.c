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

static void walk_book(Walk *k, const Book *book)
{
    read_book(k->deps, book);
    if (book->parent)
        walk_book(k, book->parent);
    if (book->every_book)
        walk_book(k, book->every_book);
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

static void walk_agg(Walk *k, const Expr *e, int rows)
{
    const Agg *agg = e->agg;
    Deps *d = k->deps;
    if (agg->children && rows == 0)
        d->outer_row = true;
    if (agg->scope == SCOPE_ABOVE)
        d->outward = true;
    if (agg->book) {
        walk_book(k, agg->book);
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

static void walk_shift(Walk *k, const Expr *e, int rows)
{
    k->deps->shifts = k->deps->nested = true;
    for (size_t i = 0; i < e->shift_count; i++)
        if (e->shifts[i].expr) {
            const Book *rounds = e->shifts[i].expr->type.book;
            if (rounds)
                walk_book(k, rounds);
            walk(k, e->shifts[i].expr, rows);
        }
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
    case EXPR_FIELD:
    case EXPR_STATE:
    case EXPR_THIS:
    case EXPR_ROW_DATE: walk_field(k, e, rows); break;
    case EXPR_ARG: d->no_args = false; break;
    case EXPR_PARAM: d->params = true; break;
    case EXPR_SHIFT: walk_shift(k, e, rows); break;
    case EXPR_AT: d->outward = true; break;
    case EXPR_CELL:
        d->nested = true;
        walk_book(k, e->book);
        break;
    case EXPR_CALL:
        d->nested |= e->book != NULL;
        d->outward |= e->call == CALL_RANK;
        if (e->book)
            walk_book(k, e->book);
        break;
    case EXPR_ATTR:
        d->nested |= e->args[0]->type.book != NULL;
        if (e->args[0]->type.book)
            walk_book(k, e->args[0]->type.book);
        break;
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
