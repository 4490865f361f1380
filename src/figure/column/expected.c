/* Expected cells (rule 5): which units owe a book in a period, and which did their duty.
 *
 * A unit owes the book for q if it is of the book's kind and there on q's last day, and the book's
 * `where` holds for it at some moment of q while the pack is in force. */
#include "figure/column/column_int.h"

bool ord_valid(const Book *book, int64_t ord)
{
    int32_t items[8] = { 0 };
    if (book->key_count == 0)
        return ord == 0;
    CHECK(book->key_count <= 8);
    book_items(book, ord, items);
    for (size_t i = 0; i < book->key_count; i++) {
        const Item *item = list_item_number(book->keys[i], items[i]);
        if (!item || (item->until && book->pack->version >= item->until))
            return false;
    }
    return true;
}

static bool kind_fits(const Book *book, int32_t kind)
{
    for (size_t i = 0; i < book->kind_count; i++)
        if (book->kinds[i]->number == kind)
            return true;
    return false;
}

/* What reads units alone is the same on every day of q: the tree is that of its last day. */
static bool stands_still(Figures *f, const Ctx *c, const Expr *where)
{
    const Deps *d = deps_of(f, c, where);
    uint64_t books = d->books[0] | d->books[1] | d->books[2] | d->books[3];
    return !books && !d->all_books && !d->shifts && !d->params;
}

/* Does the book's `where` hold for the unit on some day of q? */
static bool held_in(Work *w, Figures *f, const Ctx *c, const Book *book, int32_t unit, Period q,
                    bool *ret)
{
    Ctx at = *c;
    at.unit = unit;
    at.period = q;
    at.rounds = book->every_book;
    at.tree = book->pack->tree ? book->pack->tree->number : 0;
    at.tree_day = DAY_NONE;
    at.draft = at.masked = at.transient = false;
    at.args = NULL;
    at.arg_n = 0;
    at.row = NULL;
    at.moment = MOMENT_AT;
    int32_t first = q.first_day > book->pack->first_day ? q.first_day : book->pack->first_day;
    int32_t last = q.last_day < book->pack->last_day ? q.last_day : book->pack->last_day;
    *ret = false;
    at.at_day = first <= last && stands_still(f, &at, book->where) ? last : first;
    for (; !*ret && at.at_day <= last; at.at_day++) {
        Truth truth;
        ARENA_SCOPE(w->arena);
        TRY(eval_truth(w, f, &at, book->where, &truth));
        *ret = truth == TRUTH_TRUE;
    }
    return true;
}

/* A round asks the units below its owner (rule 7): first and last place of the owner's subtree. */
static bool round_reach(Work *w, Figures *f, const Ctx *c, const Book *book, Period q,
                        const FTree **ret_tree, int32_t *ret_first)
{
    const RecordRow *round =
        cell_of(w, f, c, book->every_book, UNIT_NONE, 0, q.code - PERIOD_RECORD_BASE);
    TRY(round || w->err.code == ERR_NONE);
    *ret_tree =
        tree_on(w, f, book->pack->tree ? book->pack->tree->number : 0, q.last_day, c->known_seq);
    TRY(*ret_tree);
    int32_t owner = round ? round->unit : UNIT_NONE;
    *ret_first = owner >= 0 && owner < (*ret_tree)->slots ? (*ret_tree)->pre_of[owner] : -1;
    return true;
}

static bool asked_fill(Work *w, Figures *f, const Ctx *c, const Book *book, Period q, Asked *a)
{
    const Units *units = f->core->units;
    const FTree *tree = NULL;
    int32_t owner = -1;
    if (book->every_book)
        TRY(round_reach(w, f, c, book, q, &tree, &owner));
    int32_t count = units_count(units);
    list_of(int32_t) slots = { 0 };
    for (int32_t unit = 0; unit < count; unit++) {
        bool owes = unit_alive(units, unit, q.last_day, c->known_seq) &&
                    kind_fits(book, unit_kind(units, unit, q.last_day, c->known_seq));
        if (owes && tree) {
            int32_t pre = unit < tree->slots ? tree->pre_of[unit] : -1;
            owes = owner >= 0 && pre >= owner && pre <= tree->last[owner];
        }
        if (owes && book->where)
            TRY(held_in(w, f, c, book, unit, q, &owes));
        if (owes)
            *list_push(w->arena, &slots) = unit;
    }
    a->n = (int32_t)slots.n;
    a->slots = heap_zeroed(slots.n + 1, sizeof *a->slots);
    if (slots.n)
        memcpy(a->slots, slots.at, slots.n * sizeof *slots.at);
    return true;
}

void asked_forget(Figures *f)
{
    for (int32_t i = 0; i < f->asked_n; i++)
        heap_free(f->asked[i]->slots), heap_free(f->asked[i]);
    f->asked_n = 0;
}

static const Asked *asked_find(Figures *f, const Asked *key, int64_t now_ms)
{
    for (int32_t i = f->asked_n - 1; i >= 0; i--) {
        const Asked *a = f->asked[i];
        if (a->book == key->book && a->first_day == key->first_day &&
            a->last_day == key->last_day && a->known_seq == key->known_seq &&
            a->code == key->code && a->known_day == key->known_day && a->overlay == key->overlay &&
            a->until_ms > now_ms)
            return a;
    }
    return NULL;
}

bool asked_units(Work *w, Figures *f, const Ctx *c, const Book *book, Period q, const Asked **ret)
{
    /* Without `where` only the stretch of q's last day counts, so that months share one answer. */
    int32_t stretch = tree_stretch(w, f, q.last_day);
    Asked key = {
        .book = book, .first_day = stretch, .last_day = stretch, .known_seq = c->known_seq
    };
    if (book->where || book->every_book) {
        key.first_day = q.first_day;
        key.last_day = q.last_day;
        key.code = q.code;
        key.known_day = c->known_day;
        key.overlay = f->overlay.number;
    }
    *ret = asked_find(f, &key, c->now_ms);
    if (*ret) {
        until_bound(f, (*ret)->until_ms);
        return true;
    }
    int64_t until = f->until_ms;
    f->until_ms = INT64_MAX;
    {
        ARENA_SCOPE(w->arena);
        TRY(asked_fill(w, f, c, book, q, &key));
    }
    key.until_ms = f->until_ms;
    f->until_ms = until;
    until_bound(f, key.until_ms);
    if (f->asked_n == f->asked_room) {
        int32_t room = f->asked_room ? f->asked_room * 2 : 64;
        f->asked = heap_grow(f->asked, (size_t)f->asked_room, (size_t)room, sizeof *f->asked);
        f->asked_room = room;
    }
    Asked *a = heap_zeroed(1, sizeof *a);
    *a = key;
    f->asked[f->asked_n++] = a;
    *ret = a;
    return true;
}

bool asked_has(const Asked *a, int32_t unit)
{
    int32_t low = 0, high = a->n;
    while (low < high) {
        int32_t mid = (low + high) / 2;
        if (a->slots[mid] < unit)
            low = mid + 1;
        else
            high = mid;
    }
    return low < a->n && a->slots[low] == unit;
}

/* Standing books (per K without every): one cell for ever, owed while the pack is in force. */
bool standing_period(const Ctx *c, const Book *book, Period *ret)
{
    int32_t t = ctx_moment(c);
    *ret = (Period){ PERIOD_NONE, t, t, 0 };
    return t >= book->pack->first_day && t <= book->pack->last_day;
}

bool cell_expected(Work *w, Figures *f, const Book *book, int32_t unit, Period period, int64_t ord,
                   bool *ret)
{
    Ctx c;
    const Asked *asked = NULL;
    Ask ask = { .unit = unit, .period = period };
    ask_begin(f);
    bool ok = ctx_open(w, f, NULL, &ask, &c);
    if (ok && period.kind == PERIOD_RECORD) {
        c.rounds = book->every_book;
        ok = !c.rounds ||
             period_of_record(w, f, &c, c.rounds, period.code - PERIOD_RECORD_BASE, &c.period);
    }
    Period q = c.period;
    bool time = book->every == PERIOD_NONE
                    ? standing_period(&c, book, &q)
                    : q.first_day <= book->pack->last_day && q.last_day >= book->pack->first_day;
    *ret = false;
    if (ok && time && book_is_return(book) && ord_valid(book, ord)) {
        ok = asked_units(w, f, &c, book, q, &asked);
        *ret = ok && asked_has(asked, unit);
    }
    ask_end(f);
    return ok;
}

/* ---- expected(BOOK), reported(BOOK), on_time(BOOK) ---- */
/* count(BOOK) as an aggregate of our own, so that these too are read from a column. */
static const Expr *count_of(Figures *f, const Book *book)
{
    if (book->number >= f->count_n) {
        int32_t room = book->number + 16;
        f->counts = heap_grow(f->counts, (size_t)f->count_n, (size_t)room, sizeof *f->counts);
        f->count_n = room;
    }
    Expr *e = f->counts[book->number];
    if (!e) {
        e = heap_zeroed(1, sizeof *e);
        e->agg = heap_zeroed(1, sizeof *e->agg);
        *e->agg = (Agg){ .op = AGG_COUNT, .book = book };
        e->op = EXPR_AGG;
        e->id = -1;
        e->type = (Type){ .kind = TYPE_INT, .low = 1 };
        f->counts[book->number] = e;
    }
    return e;
}

void counts_forget(Figures *f)
{
    for (int32_t i = 0; i < f->count_n; i++) {
        if (f->counts[i])
            heap_free(f->counts[i]->agg);
        heap_free(f->counts[i]);
        f->counts[i] = NULL;
    }
}

/* Last day on which an answer for q is in time; past the calendar of holidays nobody can say. */
static bool last_day(Work *w, const Book *book, Period q, int32_t *ret)
{
    *ret = DAY_FOREVER;
    if (book_due_day(book, q, ret) != DUE_SAID_ABOUT)
        return true;
    return day_add_working(w, q.last_day, book->due.n, ret); /* says which day is unknown */
}

static bool under_unit(Work *w, Figures *f, const FTree *t, int32_t pre, int32_t unit, bool *ret)
{
    Places places;
    *ret = false;
    TRY(tree_places(w, f, t, unit, &places));
    for (size_t i = 0; i < places.n; i++)
        *ret |= places.at[i].pre >= pre && places.at[i].pre <= t->last[pre];
    return true;
}

static bool in_time(Work *w, Figures *f, const Ctx *c, const Book *book, const FTree *t,
                    int32_t pre, Sums *ret)
{
    Periods periods;
    TRY(book_periods(w, f, c, book, &periods));
    for (size_t i = 0; i < periods.n; i++) {
        const Asked *asked;
        int32_t due;
        TRY(last_day(w, book, periods.at[i], &due));
        TRY(asked_units(w, f, c, book, periods.at[i], &asked));
        for (int32_t k = 0; k < asked->n; k++) {
            ARENA_SCOPE(w->arena);
            bool under;
            TRY(under_unit(w, f, t, pre, asked->slots[k], &under));
            for (int64_t ord = 0; under && ord < book_cells(book); ord++) {
                if (!ord_valid(book, ord))
                    continue;
                const RecordRow *row =
                    cell_of(w, f, c, book, asked->slots[k], periods.at[i].code, ord);
                TRY(row || w->err.code == ERR_NONE);
                ret->expected++;
                ret->n += row && row_counts(row) && row->entered_day <= due;
            }
        }
    }
    return true;
}

bool book_coverage(Work *w, Figures *f, const Ctx *ctx, const Book *book, bool on_time, Sums *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    Column *col;
    *ret = (Sums){ 0 };
    c.row = NULL;
    TRY(ctx_place(w, f, &c, &t, &pre));
    if (pre < 0)
        return true;
    if (on_time)
        return in_time(w, f, &c, book, t, pre, ret);
    c.transient = false;
    TRY(column_need(w, f, &c, count_of(f, book), t, NULL, &col));
    *ret = column_sums(col, pre);
    return true;
}
