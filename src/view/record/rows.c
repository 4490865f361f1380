/* View `rows`: a page of a book. Order, counts and pages are made of rows that the seat may read
 * and of nothing else. */
#include "view/view_int.h"

enum { PAGE_ROWS = 50, PAGE_MOST = 500 };

typedef struct Cell2 { /* a row on its way to the page */
    int32_t pre;       /* of its unit in the tree: order */
    int32_t unit;
    int64_t period, ord;
} Cell2;
typedef struct Page {
    Work *w;
    const Asking *a;
    const Book *book;
    int32_t unit;
    const TreeVersion *t;
    Str state;
    int64_t parent; /* 0 = any */
    Period period;
    uint8_t *readable; /* by slot: 0 not asked, 1 no, 2 yes */
    list_of(Cell2) cells;
} Page;

static bool readable(Page *p, int32_t unit, bool *ret)
{
    *ret = false;
    if (unit < 0 || unit >= units_count(p->a->core->units))
        return true;
    if (!p->readable[unit]) {
        TRY(may_read(p->w, p->a, p->book, unit, ret));
        p->readable[unit] = *ret ? 2 : 1;
    }
    *ret = p->readable[unit] == 2;
    return true;
}

/* Units that ended stand behind those of today, where they once were. */
static bool below(const Page *p, int32_t unit, int32_t *ret_pre)
{
    int32_t root = p->unit < p->t->slots ? p->t->pre_of[p->unit] : -1;
    int32_t pre = unit < p->t->slots ? p->t->pre_of[unit] : -1;
    *ret_pre = pre >= 0 ? pre : p->t->count + unit;
    if (unit == p->unit)
        return true;
    if (pre >= 0)
        return root >= 0 && pre >= root && pre <= p->t->last[root];
    int32_t up = unit;
    for (int depth = 0; up != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        up = unit_parent(p->a->core->units, up, p->t->tree, p->t->day, KNOWN_NOW);
        if (up == p->unit)
            return true;
    }
    return false;
}

static bool state_fits(const Page *p, RecordState state)
{
    if (p->state.n)
        return str_is(p->state, state_name(state));
    return state != RECORD_NONE && state != RECORD_VOID;
}

static bool cell_add(Page *p, int32_t unit, int64_t period, int64_t ord, RecordState state)
{
    int32_t pre;
    bool may = false;
    if (!state_fits(p, state) || !below(p, unit, &pre))
        return true;
    TRY(readable(p, unit, &may));
    if (may)
        *list_push(p->w->arena, &p->cells) = (Cell2){ pre, unit, period, ord };
    return true;
}

static bool take_block(Page *p, int64_t period)
{
    const Block *block = records_block(p->w, p->a->core, p->book, period, KNOWN_NOW);
    TRY(block);
    for (int32_t unit = 0; unit < block->slots; unit++)
        for (int32_t ord = 0; ord < block->keys; ord++)
            TRY(cell_add(p, unit, period, ord,
                         (RecordState)block->state[(int64_t)unit * block->keys + ord]));
    return true;
}

static bool take_rows(Page *p)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(records_rows(p->w, p->a->core, p->book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (p->parent && rows[i]->parent != p->parent)
            continue;
        if (p->period.kind != PERIOD_NONE && book_has_period(p->book) &&
            rows[i]->period != p->period.code)
            continue;
        TRY(cell_add(p, rows[i]->unit, rows[i]->period, rows[i]->ord, rows[i]->state));
    }
    return true;
}

static int by_place(const void *x, const void *y)
{
    const Cell2 *a = x, *b = y;
    if (a->pre != b->pre)
        return a->pre < b->pre ? -1 : 1;
    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    return (a->ord > b->ord) - (a->ord < b->ord);
}

static bool put_row(Page *p, Buf *out, const Cell2 *c)
{
    const Asking *a = p->a;
    const RecordRow *row =
        record_find(p->w, a->core, p->book, c->unit, c->period, c->ord, KNOWN_NOW);
    TRY(row);
    bool timed = book_has_period(p->book);
    json_object(out, NULL);
    json_unit(p->w, a, out, "unit", c->unit, p->t->day);
    json_text(out, "period", timed ? period_code_text(p->w, c->period) : (Str){ 0 });
    json_int(out, "number", book_is_return(p->book) ? 0 : c->ord);
    json_items(out, "items", p->book, c->ord);
    json_int(out, "parent", row->parent);
    json_z(out, "state", state_name(row->state));
    json_int(out, "seq", row->seq);
    json_values(p->w, a, out, "values", p->book, row);
    json_object_end(out);
    return true;
}

/* Borrowed ones end with the next reading of rows. */
static int64_t *own_periods(Arena *arena, const int64_t *periods, size_t n)
{
    int64_t *own = arena_array(arena, int64_t, n + 1);
    if (n)
        memcpy(own, periods, n * sizeof *own);
    return own;
}

/* Periods of the book with a row that the seat may read are told; others are not. */
static bool put_periods(Page *p, Buf *out)
{
    const int64_t *periods;
    size_t n;
    json_array(out, "periods");
    if (book_has_period(p->book)) {
        TRY(records_periods(p->w, p->a->core, p->book, &periods, &n));
        int64_t *own = own_periods(p->w->arena, periods, n);
        for (size_t i = 0; i < n; i++) {
            Page probe = *p;
            probe.cells.at = NULL;
            probe.cells.n = probe.cells.room = 0;
            probe.state = (Str){ 0 };
            if (own[i] && book_is_return(p->book))
                TRY(take_block(&probe, own[i]));
            if (probe.cells.n || (own[i] && !book_is_return(p->book) && p->cells.n))
                json_text(out, NULL, period_code_text(p->w, own[i]));
        }
    }
    json_array_end(out);
    return true;
}

/* The last period with a row to be read, where none is asked for. */
static bool take_last(Page *p)
{
    const int64_t *periods;
    size_t n;
    TRY(records_periods(p->w, p->a->core, p->book, &periods, &n));
    int64_t *own = own_periods(p->w->arena, periods, n);
    while (n-- > 0 && !p->cells.n) {
        TRY(take_block(p, own[n]));
        if (!p->cells.n)
            continue;
        p->period = (Period){ .kind = PERIOD_RECORD, .code = own[n] };
        if (own[n] < PERIOD_RECORD_BASE)
            (void)period_of_code(own[n], &p->period);
    }
    return true;
}

static bool page_fill(Page *p)
{
    const Asking *a = p->a;
    int32_t tree = p->book->pack->tree ? p->book->pack->tree->number : 0;
    bool past = p->period.kind != PERIOD_NONE && p->period.last_day < a->today;
    p->t = units_tree(p->w, a->core->units, tree, past ? p->period.last_day : a->today, KNOWN_NOW);
    TRY(p->t);
    if (!book_is_return(p->book) || !book_has_period(p->book))
        TRY(take_rows(p));
    else if (p->period.kind != PERIOD_NONE)
        TRY(take_block(p, p->period.code));
    else
        TRY(take_last(p));
    if (p->cells.n > 1)
        qsort(p->cells.at, p->cells.n, sizeof *p->cells.at, by_place);
    return true;
}

bool view_rows(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    Reach reach;
    int64_t from, limit;
    TRY(asking_open(w, reader, given, n, &a));
    Page p = { .w = w, .a = &a, .state = asking_text(&a, "state") };
    TRY(asking_book(w, &a, &p.book));
    TRY(asking_period(w, &a, p.book, &p.period));
    bool past = p.period.kind != PERIOD_NONE && p.period.last_day < a.today;
    TRY(asking_unit(w, &a, "unit", past ? p.period.last_day : a.today, &p.unit));
    TRY(asking_int(w, &a, "parent", 0, 0, INT64_MAX / 2, &p.parent));
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_ROWS, 1, PAGE_MOST, &limit));
    TRY(book_reach(w, &a, p.book, &reach));
    if (!reach.reads)
        return view_not_found(w);
    p.readable = arena_array(w->arena, uint8_t, (size_t)units_count(a.core->units) + 1);
    TRY(page_fill(&p));
    json_object(out, NULL);
    json_text(out, "book", p.book->name);
    json_text(out, "title", title_of(&a, p.book->pack, "book", p.book->name, p.book->title));
    json_unit(w, &a, out, "unit", p.unit, p.t->day);
    json_text(out, "period", period_code_text(w, p.period.code));
    TRY(put_periods(&p, out));
    int64_t total = (int64_t)p.cells.n;
    json_int(out, "total", total);
    json_int(out, "from", from);
    if (from + limit < total)
        json_int(out, "next", from + limit);
    else
        json_null(out, "next");
    json_array(out, "rows");
    for (int64_t i = from; i < total && i < from + limit; i++)
        TRY(put_row(&p, out, &p.cells.at[i]));
    json_array_end(out);
    json_object_end(out);
    return true;
}
