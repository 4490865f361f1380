/* View `review`: what waits to be confirmed, changed fields first. */
#include "view/view_int.h"

enum { PAGE_ROWS = 50, PAGE_MOST = 200 };

typedef struct Against { /* what a filed row is laid beside */
    const RecordRow *row;
    const char *how; /* own prev none */
    int64_t period;
} Against;

static Period period_of_row(const Book *book, int64_t code)
{
    Period p = { .kind = PERIOD_NONE };
    if (book_has_period(book) && code && code < PERIOD_RECORD_BASE)
        (void)period_of_code(code, &p);
    return p;
}

/* Its own version before this fact, else the period before. */
static bool against_of(Work *w, const Asking *a, const Book *book, const RecordRow *row,
                       Against *ret)
{
    *ret = (Against){ .how = "none" };
    const RecordRow *own =
        record_find(w, a->core, book, row->unit, row->period, row->ord, row->seq - 1);
    TRY(own || w->err.code == ERR_NONE);
    if (own && own->state != RECORD_VOID && own->seq < row->seq) {
        *ret = (Against){ own, "own", row->period };
        return true;
    }
    Period p = period_of_row(book, row->period);
    if (p.kind == PERIOD_NONE || !book_is_return(book))
        return true;
    Period q = period_shift(p, -1);
    const RecordRow *prev = record_find(w, a->core, book, row->unit, q.code, row->ord, KNOWN_NOW);
    TRY(prev || w->err.code == ERR_NONE);
    if (prev && prev->state != RECORD_VOID && prev->state != RECORD_RETURNED)
        *ret = (Against){ prev, "prev", q.code };
    return true;
}

/* A check may look at any field: who does not see them all is told of none. */
static bool put_warnings(Work *w, const Asking *a, Buf *out, const Book *book, const Sight *sight,
                         const RecordRow *row)
{
    json_array(out, "warnings");
    for (size_t i = 0; sight->all && i < book->check_count; i++) {
        const Check *c = &book->checks[i];
        Truth truth;
        if (!c->warn)
            continue;
        TRY(row_truth(w, a->r->k->figures, book, row, c->expr, &truth));
        if (truth != TRUTH_FALSE)
            continue;
        Str path = str_printf(w->arena, "%.*s.check%zu", STR_ARG(book->name), i + 1);
        Str en = pack_word(book->pack, "check", path);
        json_object(out, NULL);
        json_z(out, "field", "");
        json_z(out, "reason", "guard");
        json_text(out, "zh", c->text);
        json_text(out, "en", en.n ? en : c->text);
        json_bool(out, "warning", true);
        json_object_end(out);
    }
    json_array_end(out);
    return true;
}

static bool put_row(Work *w, const Asking *a, Buf *out, const Book *book, const WaitingCell *cell)
{
    FactHead head;
    Against against;
    Sight sight;
    const RecordRow *found =
        record_find(w, a->core, book, cell->unit, cell->period, cell->ord, KNOWN_NOW);
    TRY(found);
    const RecordRow *row = found;
    Period p = period_of_row(book, row->period);
    TRY(fact_head(w, a, row->seq, &head));
    TRY(against_of(w, a, book, row, &against));
    TRY(may_see(w, a, book, row->unit, &sight));
    json_object(out, NULL);
    json_unit(w, a, out, "unit", row->unit, p.kind != PERIOD_NONE ? p.last_day : a->today);
    json_text(out, "period", book_has_period(book) ? period_code_text(w, row->period) : (Str){ 0 });
    json_int(out, "number", book_is_return(book) ? 0 : row->ord);
    json_items(out, "items", book, row->ord);
    json_int(out, "seq", row->seq);
    json_by(w, a, out, "by", &head);
    json_z(out, "against", against.how);
    json_text(out, "against_period",
              against.row ? period_code_text(w, against.period) : (Str){ 0 });
    json_int(out, "same", json_changes(w, a, out, "changed", book, &sight, against.row, row));
    json_values(w, a, out, "values", book, &sight, row);
    TRY(put_warnings(w, a, out, book, &sight, row));
    json_object_end(out);
    return true;
}

typedef struct Walk { /* over all that waits, for one page of it */
    Work *w;
    const Asking *a;
    Buf *out;
    int64_t from, to, at;
} Walk;

/* One group = one period of a book. */
static bool put_group(Walk *k, const Book *book, const WaitingCell *cells, size_t n)
{
    int64_t first = k->at;
    k->at += (int64_t)n;
    if (k->at <= k->from || first >= k->to)
        return true;
    Str period = book_has_period(book) ? period_code_text(k->w, cells[0].period) : (Str){ 0 };
    json_object(k->out, NULL);
    json_text(k->out, "book", book->name);
    json_text(k->out, "title", title_of(k->a, book->pack, "book", book->name, book->title));
    json_text(k->out, "period", period);
    json_int(k->out, "total", (int64_t)n);
    json_array(k->out, "rows");
    for (size_t i = 0; i < n; i++)
        if (first + (int64_t)i >= k->from && first + (int64_t)i < k->to)
            TRY(put_row(k->w, k->a, k->out, book, &cells[i]));
    json_array_end(k->out);
    json_object_end(k->out);
    return true;
}

static bool put_book(Walk *k, const Book *book, Str period, int32_t unit)
{
    Waiting all, some = { 0 };
    TRY(waiting_of(k->w, k->a, book, &all));
    for (size_t i = 0; i < all.n; i++) {
        Str text = period_code_text(k->w, all.at[i].period);
        bool fits = !period.n || (text.p && str_eq(text, period));
        if (fits && (unit == UNIT_NONE || unit == all.at[i].unit))
            *list_push(k->w->arena, &some) = all.at[i];
    }
    for (size_t i = 0, end; i < some.n; i = end) {
        bool timed = book_has_period(book);
        for (end = i + 1; end < some.n; end++)
            if (timed && some.at[end].period != some.at[i].period)
                break;
        TRY(put_group(k, book, some.at + i, end - i));
    }
    return true;
}

bool view_review(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int64_t limit;
    int32_t unit = UNIT_NONE;
    TRY(asking_open(w, reader, given, n, &a));
    Walk k = { .w = w, .a = &a };
    Buf books = buf_open(w->arena, out->max);
    k.out = &books;
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &k.from));
    TRY(asking_int(w, &a, "limit", PAGE_ROWS, 1, PAGE_MOST, &limit));
    k.to = k.from + limit;
    if (asking_text(&a, "unit").n)
        TRY(asking_unit(w, &a, "unit", a.today, &unit));
    Str name = asking_text(&a, "book");
    json_array(&books, NULL);
    for (size_t i = 0; i < a.set->book_count; i++)
        if (!name.n || str_eq(name, a.set->books[i]->name))
            TRY(put_book(&k, a.set->books[i], asking_text(&a, "period"), unit));
    json_array_end(&books);
    json_object(out, NULL);
    json_int(out, "total", k.at);
    json_int(out, "from", k.from);
    if (k.to < k.at)
        json_int(out, "next", k.to);
    else
        json_null(out, "next");
    json_raw(out, "books", buf_str(&books));
    json_object_end(out);
    return true;
}
