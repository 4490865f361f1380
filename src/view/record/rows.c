/* View `rows`: a page of a book. Order, counts and pages are made of rows that the seat may read
 * and of nothing else. */
#include "view/case/case_int.h"

enum { PAGE_ROWS = 50, PAGE_MOST = 500 };

typedef struct Page {
    Work *w;
    const Asking *a;
    RowPick *pick;
} Page;

static bool readable(Page *p, int32_t unit, bool *ret)
{
    *ret = false;
    if (unit < 0 || unit >= units_count(p->a->core->units))
        return true;
    if (!p->pick->readable[unit]) {
        Sight sight;
        TRY(may_see(p->w, p->a, p->pick->book, unit, &sight));
        *ret = sight.any || PLANTED("rows_filter");
        p->pick->readable[unit] = *ret ? 2 : 1;
    }
    *ret = p->pick->readable[unit] == 2;
    return true;
}

/* Units that ended stand behind those of today, where they once were. */
static bool below(const Page *p, int32_t unit, int32_t *ret_pre)
{
    int32_t root = p->pick->unit < p->pick->t->slots ? p->pick->t->pre_of[p->pick->unit] : -1;
    int32_t pre = unit < p->pick->t->slots ? p->pick->t->pre_of[unit] : -1;
    *ret_pre = pre >= 0 ? pre : p->pick->t->count + unit;
    if (unit == p->pick->unit)
        return true;
    if (pre >= 0)
        return root >= 0 && pre >= root && pre <= p->pick->t->last[root];
    return unit_is_under(p->a->core->units, unit, p->pick->unit, p->pick->t->tree, p->pick->t->day);
}

static bool state_fits(const Page *p, RecordState state)
{
    if (p->pick->state.n)
        return str_is(p->pick->state, state_name(state));
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
        *list_push(p->w->arena, &p->pick->rows) = (PickedRow){ pre, unit, period, ord };
    return true;
}

static bool take_block(Page *p, int64_t period)
{
    const Block *block = records_block(p->w, p->a->core, p->pick->book, period, KNOWN_NOW);
    TRY(block);
    for (int32_t unit = 0; unit < block->slots; unit++)
        for (int32_t ord = 0; ord < block->keys; ord++)
            TRY(cell_add(p, unit, period, ord,
                         (RecordState)block->state[(int64_t)unit * block->keys + ord]));
    return true;
}

/* Of cases, and of what stands under them, each row is asked about where its unit's are not open.
 */
static bool case_add(Page *p, const RecordRow *row)
{
    int32_t pre;
    bool may = false;
    Sight sight;
    if (!state_fits(p, row->state) || !below(p, row->unit, &pre))
        return true;
    TRY(readable(p, row->unit, &may));
    if (!may) {
        ARENA_SCOPE(p->w->arena);
        TRY(case_sight(p->w, p->a, p->pick->book, row, &sight));
        may = sight.any;
    }
    if (may)
        *list_push(p->w->arena, &p->pick->rows) =
            (PickedRow){ pre, row->unit, row->period, row->ord };
    return true;
}

static bool take_rows(Page *p)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(records_rows(p->w, p->a->core, p->pick->book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (p->pick->parent && rows[i]->parent != p->pick->parent)
            continue;
        if (p->pick->period.kind != PERIOD_NONE && book_has_period(p->pick->book) &&
            rows[i]->period != p->pick->period.code)
            continue;
        if (of_cases(p->pick->book))
            TRY(case_add(p, rows[i]));
        else
            TRY(cell_add(p, rows[i]->unit, rows[i]->period, rows[i]->ord, rows[i]->state));
    }
    return true;
}

static int by_place(const void *x, const void *y)
{
    const PickedRow *a = x, *b = y;
    if (a->pre != b->pre)
        return a->pre < b->pre ? -1 : 1;
    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    return (a->ord > b->ord) - (a->ord < b->ord);
}

static bool put_row(Page *p, Buf *out, const PickedRow *c)
{
    const Asking *a = p->a;
    const RecordRow *row =
        record_find(p->w, a->core, p->pick->book, c->unit, c->period, c->ord, KNOWN_NOW);
    TRY(row);
    Sight sight;
    if (of_cases(p->pick->book))
        TRY(case_sight(p->w, a, p->pick->book, row, &sight));
    else
        TRY(may_see(p->w, a, p->pick->book, c->unit, &sight));
    bool timed = book_has_period(p->pick->book);
    json_object(out, NULL);
    json_unit(p->w, a, out, "unit", c->unit, p->pick->t->day);
    json_text(out, "period", timed ? period_code_text(p->w, c->period) : (Str){ 0 });
    json_int(out, "number", book_is_return(p->pick->book) ? 0 : c->ord);
    json_items(out, "items", p->pick->book, c->ord);
    json_int(out, "parent", row->parent);
    json_z(out, "state", state_name(row->state));
    json_int(out, "seq", row->seq);
    json_values(p->w, a, out, "values", p->pick->book, &sight, row);
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
    if (book_has_period(p->pick->book)) {
        TRY(records_periods(p->w, p->a->core, p->pick->book, &periods, &n));
        int64_t *own = own_periods(p->w->arena, periods, n);
        for (size_t i = 0; i < n; i++) {
            RowPick some = { .book = p->pick->book,
                             .unit = p->pick->unit,
                             .t = p->pick->t,
                             .readable = p->pick->readable };
            Page probe = { p->w, p->a, &some };
            if (own[i] && book_is_return(p->pick->book))
                TRY(take_block(&probe, own[i]));
            if (some.rows.n || (own[i] && !book_is_return(p->pick->book) && p->pick->rows.n))
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
    TRY(records_periods(p->w, p->a->core, p->pick->book, &periods, &n));
    int64_t *own = own_periods(p->w->arena, periods, n);
    while (n-- > 0 && (p->pick->all || !p->pick->rows.n)) {
        TRY(take_block(p, own[n]));
        if (p->pick->all || !p->pick->rows.n)
            continue;
        p->pick->period = (Period){ .kind = PERIOD_RECORD, .code = own[n] };
        if (own[n] < PERIOD_RECORD_BASE)
            (void)period_of_code(own[n], &p->pick->period);
    }
    return true;
}

bool rows_pick(Work *w, const Asking *a, RowPick *pick)
{
    Page p = { w, a, pick };
    const Book *book = pick->book;
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    bool past = pick->period.kind != PERIOD_NONE && pick->period.last_day < a->today;
    pick->readable = arena_array(w->arena, uint8_t, (size_t)units_count(a->core->units) + 1);
    pick->t =
        units_tree(w, a->core->units, tree, past ? pick->period.last_day : a->today, KNOWN_NOW);
    TRY(pick->t);
    if (!book_is_return(book) || !book_has_period(book))
        TRY(take_rows(&p));
    else if (pick->period.kind != PERIOD_NONE)
        TRY(take_block(&p, pick->period.code));
    else
        TRY(take_last(&p));
    if (pick->rows.n > 1)
        qsort(pick->rows.at, pick->rows.n, sizeof *pick->rows.at, by_place);
    return true;
}

bool view_rows(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    Reach reach;
    int64_t from, limit;
    TRY(asking_open(w, reader, given, n, &a));
    RowPick pick = { .state = asking_text(&a, "state") };
    Page p = { w, &a, &pick };
    TRY(asking_book(w, &a, &pick.book));
    TRY(asking_period(w, &a, pick.book, &pick.period));
    bool past = pick.period.kind != PERIOD_NONE && pick.period.last_day < a.today;
    TRY(asking_unit(w, &a, "unit", past ? pick.period.last_day : a.today, &pick.unit));
    TRY(asking_int(w, &a, "parent", 0, 0, INT64_MAX / 2, &pick.parent));
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_ROWS, 1, PAGE_MOST, &limit));
    TRY(book_reach(w, &a, pick.book, &reach));
    if (!reach.reads)
        return view_not_found(w);
    TRY(rows_pick(w, &a, &pick));
    json_object(out, NULL);
    json_text(out, "book", pick.book->name);
    json_text(out, "title",
              title_of(&a, pick.book->pack, "book", pick.book->name, pick.book->title));
    json_unit(w, &a, out, "unit", pick.unit, pick.t->day);
    json_text(out, "period", period_code_text(w, pick.period.code));
    TRY(put_periods(&p, out));
    int64_t total = (int64_t)pick.rows.n;
    json_int(out, "total", total + (PLANTED("total") ? 1 : 0));
    json_int(out, "from", from);
    if (from + limit < total)
        json_int(out, "next", from + limit);
    else
        json_null(out, "next");
    json_array(out, "rows");
    for (int64_t i = from; i < total && i < from + limit; i++)
        TRY(put_row(&p, out, &pick.rows.at[i]));
    json_array_end(out);
    json_object_end(out);
    return true;
}
