/* Periods and moments of a context: brackets, and the periods of a book inside a period. */
#include "figure/figure_int.h"

int32_t ctx_moment(const Ctx *c)
{
    if (c->moment == MOMENT_AT)
        return c->at_day;
    if (c->moment == MOMENT_NOW || c->period.last_day > c->known_day)
        return c->known_day;
    return c->period.last_day;
}

int64_t ctx_end_ms(const Ctx *c)
{
    int32_t day = ctx_moment(c);
    return day < DAY_MIN ? INT64_MIN : day_last_ms(day);
}

int32_t ctx_tree_day(const Ctx *c)
{
    if (c->tree_day != DAY_NONE)
        return c->tree_day;
    return c->period.last_day < c->known_day ? c->period.last_day : c->known_day;
}

static bool row_day(Work *w, Figures *f, const Ctx *c, const RecordRow *row, const Field *field,
                    int32_t *ret)
{
    Value v;
    TRY(row_value(w, f, c, field->book, row, field, &v));
    *ret = v.state == VALUE_OK ? (int32_t)v.num : DAY_NONE;
    return true;
}

/* A record as period: from its first to its last day; without a last day it is not over. */
static bool round_period(Work *w, Figures *f, const Ctx *c, const Book *rounds,
                         const RecordRow *row, Period *ret)
{
    int32_t first = DAY_NONE, last = DAY_NONE;
    if (rounds->lives_from)
        TRY(row_day(w, f, c, row, rounds->lives_from, &first));
    if (rounds->lives_to)
        TRY(row_day(w, f, c, row, rounds->lives_to, &last));
    ret->kind = PERIOD_RECORD;
    ret->first_day = first == DAY_NONE ? row->entered_day : first;
    ret->last_day = last == DAY_NONE ? DAY_FOREVER : last;
    ret->code = PERIOD_RECORD_BASE + row->ord;
    return true;
}

bool period_of_record(Work *w, Figures *f, const Ctx *c, const Book *rounds, int64_t ord,
                      Period *ret)
{
    const RecordRow *row = record_find(w, f->core, rounds, UNIT_NONE, 0, ord, c->known_seq);
    if (!row)
        return w->err.code == ERR_NONE
                   ? fail(w, ERR_NOT_FOUND, "figure.no_round book=%.*s", STR_ARG(rounds->name))
                   : false;
    return round_period(w, f, c, rounds, row, ret);
}

/* [prev] of a record: the record of the same owner that ended last before this one ends. */
static bool round_before(Work *w, Figures *f, Ctx *c)
{
    const RecordRow *const *rows;
    size_t n;
    int64_t ord = c->period.code - PERIOD_RECORD_BASE;
    const RecordRow *now = record_find(w, f->core, c->rounds, UNIT_NONE, 0, ord, c->known_seq);
    TRY(rows_of(w, f, c, c->rounds, &rows, &n));
    Period best = { .kind = PERIOD_NONE, .first_day = 1, .last_day = 0 };
    for (size_t i = 0; now && i < n; i++) {
        Period p;
        if (rows[i]->unit != now->unit || rows[i]->ord == ord || !row_counts(rows[i]))
            continue;
        TRY(round_period(w, f, c, c->rounds, rows[i], &p));
        bool before = p.last_day < c->period.last_day ||
                      (p.last_day == c->period.last_day && p.code < c->period.code);
        bool later = best.kind == PERIOD_NONE || p.last_day > best.last_day ||
                     (p.last_day == best.last_day && p.code > best.code);
        if (before && later)
            best = p;
    }
    c->period = best; /* none: an empty stretch of days, in which nothing is expected */
    return true;
}

bool ctx_known(Work *w, Figures *f, Ctx *c, int32_t day)
{
    if (day >= c->known_day)
        return true;
    int64_t seq;
    TRY(core_known_on(w, f->core, day, &seq));
    c->known_day = day;
    c->ended_day = day;
    c->now_ms = day_last_ms(day) + 1;
    c->known_seq = seq;
    c->set = packs_set(w, f->core, seq);
    return c->set != NULL;
}

static bool shift_value(Work *w, Figures *f, Ctx *c, const Shift *shift)
{
    Value v;
    TRY(eval(w, f, c, shift->expr, &v));
    if (v.state != VALUE_OK) { /* no such moment: nothing is in it */
        c->period = (Period){ .kind = PERIOD_NONE, .first_day = 1, .last_day = 0 };
        c->moment = MOMENT_AT;
        c->at_day = DAY_MIN;
        return true;
    }
    if (shift->op == SHIFT_AT) {
        c->moment = MOMENT_AT;
        c->at_day = v.type.kind == TYPE_TIME ? day_of_ms((int64_t)v.num) : (int32_t)v.num;
        return true;
    }
    if (shift->op == SHIFT_KNOWN)
        return ctx_known(w, f, c, (int32_t)v.num);
    if (v.type.kind == TYPE_RECORD) {
        c->rounds = v.type.book;
        return period_of_record(w, f, c, v.type.book, (int64_t)v.num, &c->period);
    }
    if (!period_of_code((int64_t)v.num, &c->period))
        return fail(w, ERR_BAD_INPUT, "figure.no_period code=%lld", (long long)v.num);
    return true;
}

bool ctx_shift(Work *w, Figures *f, Ctx *c, const Shift *shift)
{
    Period p = c->period;
    bool empty = p.first_day > p.last_day;
    switch (shift->op) {
    case SHIFT_PREV:
        if (p.kind == PERIOD_RECORD)
            return round_before(w, f, c);
        if (!empty)
            c->period = period_shift(p, -1);
        return true;
    case SHIFT_YEAR:
        if (p.kind == PERIOD_RECORD) {
            for (int32_t i = 0; i < shift->n && c->period.kind == PERIOD_RECORD; i++)
                TRY(round_before(w, f, c));
            return true;
        }
        if (!empty)
            c->period = period_shift_years(p, -shift->n);
        return true;
    case SHIFT_YTD:
        c->period = (Period){ PERIOD_RANGE, period_of_day(PERIOD_YEAR, p.last_day).first_day,
                              p.last_day, 0 };
        return true;
    case SHIFT_LAST: {
        Period end = period_of_day(shift->kind, p.last_day);
        c->period =
            (Period){ PERIOD_RANGE, period_shift(end, 1 - shift->n).first_day, p.last_day, 0 };
        return true;
    }
    case SHIFT_NOW: c->moment = MOMENT_NOW; return true;
    case SHIFT_DRAFT: c->draft = true; return true;
    case SHIFT_AT:
    case SHIFT_KNOWN:
    case SHIFT_PERIOD: return shift_value(w, f, c, shift);
    case SHIFT_KEY: break;
    }
    CHECK(false);
    return false;
}

bool period_whole(PeriodKind kind, Period p)
{
    if (kind == PERIOD_NONE || p.kind == PERIOD_RECORD || p.first_day > p.last_day)
        return true;
    return period_of_day(kind, p.first_day).first_day == p.first_day &&
           period_of_day(kind, p.last_day).last_day == p.last_day;
}

static bool round_periods(Work *w, Figures *f, const Ctx *c, const Book *book, Periods *ret)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(rows_of(w, f, c, book->every_book, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        Period q;
        if (!row_counts(rows[i]))
            continue;
        TRY(round_period(w, f, c, book->every_book, rows[i], &q));
        bool named = c->period.kind == PERIOD_RECORD && c->rounds == book->every_book;
        bool inside = named ? q.code == c->period.code
                            : q.last_day >= c->period.first_day && q.last_day <= c->period.last_day;
        if (inside && q.last_day <= c->ended_day && q.last_day >= book->pack->first_day &&
            q.first_day <= book->pack->last_day)
            *list_push(w->arena, ret) = q;
    }
    return true;
}

bool book_periods(Work *w, Figures *f, const Ctx *c, const Book *book, Periods *ret)
{
    *ret = (Periods){ 0 };
    if (book->every_book)
        return round_periods(w, f, c, book, ret);
    PeriodKind every = book_is_return(book) ? book->every : book->nil_every;
    const Pack *pack = book->pack;
    int32_t first = c->period.first_day > pack->first_day ? c->period.first_day : pack->first_day;
    int32_t last = c->period.last_day < c->ended_day ? c->period.last_day : c->ended_day;
    if (every == PERIOD_NONE || first > last)
        return true;
    for (Period q = period_of_day(every, first); q.last_day <= last;
         q = period_of_day(every, q.last_day + 1)) {
        if (q.first_day >= c->period.first_day && q.first_day <= pack->last_day)
            *list_push(w->arena, ret) = q;
        if (q.last_day >= DAY_MAX)
            break;
    }
    return true;
}
