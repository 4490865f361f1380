/* What there is of a unit now: its figures, what is asked of it, the posts that stand there. */
#include "view/unit/unit_int.h"

enum { FIGURES_SHOWN = 12, PERIODS_TRIED = 3 };

/* ---- figures ---- */

static bool is_of_kind(const Kind *const *kinds, size_t n, int32_t kind)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i]->number == kind)
            return true;
    return false;
}

typedef struct Shown {
    int32_t unit, kind;
    int64_t n;
} Shown;

/* Its last period with a number that says something: the running one may be empty yet. */
static bool last_value(Work *w, const Asking *a, const Shown *shown, Asked *q, Value *ret,
                       bool *ret_some)
{
    const Figure *f = q->figure;
    int32_t end = f->pack->last_day < a->today ? f->pack->last_day : a->today;
    bool yearly = f->every == PERIOD_NONE || f->every == PERIOD_RECORD;
    Period p = period_of_day(yearly ? PERIOD_YEAR : f->every, end);
    *ret_some = false;
    q->ask.unit = shown->unit;
    for (int back = 0; back < PERIODS_TRIED && !*ret_some; back++) {
        asked_period(w, q, period_shift(p, -back));
        TRY(asked_value(w, q, ret));
        *ret_some = ret->state == VALUE_OK && (ret->num != 0 || ret->text.n);
    }
    return true;
}

static bool say_figure(Work *w, const Asking *a, const Figure *figure, Shown *shown, Buf *out)
{
    Value v;
    bool some;
    Asked q = { .a = *a, .figure = figure };
    if (!figure_may(w, a->r, figure, shown->unit))
        return w->err.code == ERR_NONE;
    TRY(last_value(w, a, shown, &q, &v, &some));
    if (!some)
        return true;
    shown->n++;
    json_object(out, NULL);
    json_text(out, "name", figure->name);
    json_text(out, "title", title_of(a, figure->pack, "figure", figure->name, figure->title));
    json_text(out, "period", period_code_text(w, q.ask.period.code));
    say_value(w, a, figure, &v, out, "value");
    json_object_end(out);
    return true;
}

/* 0 = made for its kind, 1 = of a book that is asked of its kind, 2 = any other of any unit, 3 =
 * none that it could have. */
static int nearness(const Asking *a, const Figure *f, int32_t kind)
{
    if (f->kind_count)
        return is_of_kind(f->kinds, f->kind_count, kind) ? 0 : 3;
    for (size_t i = 0; i < a->set->book_count; i++) {
        const Book *b = a->set->books[i];
        if (is_of_kind(b->kinds, b->kind_count, kind) && figure_reads(f, b))
            return 1;
    }
    return 2;
}

bool say_unit_figures(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    Shown shown = { .unit = unit, .kind = unit_kind(a->core->units, unit, a->today, KNOWN_NOW) };
    json_array(out, "figures");
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < a->set->figure_count && shown.n < FIGURES_SHOWN; i++) {
            const Figure *f = a->set->figures[i];
            if (!f->param_count && nearness(a, f, shown.kind) == turn)
                TRY(say_figure(w, a, f, &shown, out));
        }
    json_array_end(out);
    return true;
}

/* ---- duties ---- */

typedef struct Cells { /* of one return of one period */
    int64_t asked, filed, confirmed, returned;
} Cells;

static bool count_cells(Work *w, const Asking *a, const Book *book, int32_t unit, Period p,
                        Cells *ret)
{
    *ret = (Cells){ 0 };
    for (int64_t ord = 0; ord < book_cells(book); ord++) {
        bool asked = false;
        TRY(cell_expected(w, a->r->k->figures, book, unit, p, ord, &asked));
        if (!asked)
            continue;
        const RecordRow *row = record_find(w, a->core, book, unit, p.code, ord, KNOWN_NOW);
        TRY(row || w->err.code == ERR_NONE);
        ret->asked++;
        ret->filed += row && row->state == RECORD_FILED;
        ret->confirmed += row && row->state == RECORD_CONFIRMED;
        ret->returned += row && row->state == RECORD_RETURNED;
    }
    return true;
}

/* The state of the whole return is that of its least part. */
static const char *cells_state(const Cells *c)
{
    if (c->returned)
        return state_name(RECORD_RETURNED);
    if (c->filed + c->confirmed < c->asked)
        return state_name(RECORD_NONE);
    return state_name(c->filed ? RECORD_FILED : RECORD_CONFIRMED);
}

typedef struct Duties {
    int32_t unit;
    bool reads, writes; /* the book at hand */
    int64_t minutes;    /* of a year */
} Duties;

static void open_duty(const Asking *a, const Duties *d, const Book *book, Buf *out)
{
    PeriodKind every = book->form == BOOK_PER ? book->every : book->nil_every;
    json_object(out, NULL);
    json_text(out, "book", book->name);
    json_text(out, "title", title_of(a, book->pack, "book", book->name, book->title));
    json_name(out, "pack", book->pack->name,
              title_of(a, book->pack, "pack", book->pack->name, book->pack->title));
    json_z(out, "every", every == PERIOD_NONE ? "" : period_kind_name(every));
    json_int(out, "minutes", book->minutes);
    json_bool(out, "reads", d->reads);
    json_bool(out, "writes", d->writes);
}

static bool say_return(Work *w, const Asking *a, const Duties *d, const Book *book, Period p,
                       Buf *out)
{
    Cells cells;
    DueDay due;
    TRY(count_cells(w, a, book, d->unit, p, &cells));
    if (!cells.asked)
        return true;
    TRY(due_of(w, a, book, p, &due));
    open_duty(a, d, book, out);
    json_text(out, "period", period_text(w, book, p));
    json_z(out, "state", cells_state(&cells));
    json_int(out, "asked", cells.asked);
    json_int(out, "filed", cells.filed + cells.confirmed);
    if (due.known)
        json_due(w, a, out, "due", &due);
    else
        json_null(out, "due");
    json_object_end(out);
    return true;
}

static int64_t times_a_year(PeriodKind every)
{
    switch (every) {
    case PERIOD_DAY: return 365;
    case PERIOD_WEEK: return 52;
    case PERIOD_MONTH: return 12;
    case PERIOD_QUARTER: return 4;
    case PERIOD_HALF: return 2;
    case PERIOD_YEAR: return 1;
    case PERIOD_NONE:
    case PERIOD_RECORD:
    case PERIOD_RANGE: break;
    }
    return 0;
}

/* The last period that is over, and the running one where it is asked already. */
static bool say_returns(Work *w, const Asking *a, Duties *d, const Book *book, Buf *out)
{
    if (book->every_book)
        return true;
    if (book->every == PERIOD_NONE) {
        Period whole = { .first_day = book->pack->first_day, .last_day = book->pack->last_day };
        return say_return(w, a, d, book, whole, out);
    }
    bool over = book->pack->last_day < a->today;
    Period running = period_of_day(book->every, over ? book->pack->last_day : a->today);
    d->minutes += over ? 0 : book->minutes * times_a_year(book->every);
    TRY(say_return(w, a, d, book, period_shift(running, -1), out));
    return say_return(w, a, d, book, running, out);
}

/* Rows are in order of unit: the first of ours, then as far as they are ours. */
static int64_t count_rows(const RecordRow *const *rows, size_t n, int32_t unit)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (rows[mid]->unit < unit)
            low = mid + 1;
        else
            high = mid;
    }
    int64_t count = 0;
    for (; low < n && rows[low]->unit == unit; low++)
        count++;
    return count;
}

static bool say_register(Work *w, const Asking *a, const Duties *d, const Book *book, Buf *out)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(records_rows(w, a->core, book, KNOWN_NOW, &rows, &n));
    open_duty(a, d, book, out);
    json_null(out, "period");
    json_z(out, "state", "open");
    json_int(out, "asked", 0);
    json_int(out, "filed", count_rows(rows, n, d->unit));
    json_null(out, "due");
    json_object_end(out);
    return true;
}

/* Books that are asked of the unit, as far as the reader may see its rows. */
bool say_asked_of(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    int32_t kind = unit_kind(a->core->units, unit, a->today, KNOWN_NOW);
    Duties d = { .unit = unit };
    json_array(out, "asked");
    for (size_t i = 0; i < a->set->book_count; i++) {
        const Book *book = a->set->books[i];
        if (book->form == BOOK_UNDER || !is_of_kind(book->kinds, book->kind_count, kind))
            continue;
        TRY(may_read(w, a, book, unit, &d.reads));
        TRY(may_write(w, a, book, unit, &d.writes));
        if (!d.reads && !d.writes)
            continue;
        TRY(book->form == BOOK_PER ? say_returns(w, a, &d, book, out)
                                   : say_register(w, a, &d, book, out));
    }
    json_array_end(out);
    json_int(out, "minutes_year", d.minutes);
    return true;
}

/* ---- posts ---- */

bool say_seats(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    size_t n;
    const SeatRow *seats = rights_seats(a->core, &n);
    json_array(out, "seats");
    for (size_t i = 0; i < n; i++) {
        const SeatRow *s = &seats[i];
        Seat seat;
        if (s->unit != unit || s->from_day > a->today || s->to_day <= a->today ||
            !seat_numbered(a, s->seat, &seat))
            continue;
        json_object(out, NULL);
        json_seat(w, a, out, "seat", &seat);
        json_bool(out, "held", seat_person(a->core, s->seat, a->today) != 0);
        json_object_end(out);
    }
    json_array_end(out);
    return w->err.code == ERR_NONE;
}
