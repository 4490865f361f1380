/* Rows: which rows of a book a context sees, and what a field of one says at the moment. */
#include "figure/figure_int.h"

bool row_counts(const RecordRow *row)
{
    return row->state == RECORD_FILED || row->state == RECORD_CONFIRMED;
}

bool book_is_return(const Book *book)
{
    return book->form == BOOK_PER;
}

static bool overlay_stands_for(const Figures *f, const RecordRow *row)
{
    const RecordRow *over = f->overlay.row;
    if (book_is_return(f->overlay.book))
        return row->unit == over->unit && row->ord == over->ord && row->period == over->period;
    return row->ord == over->ord;
}

bool rows_of(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *const **ret,
             size_t *ret_n)
{
    TRY(records_rows(w, f->core, book, c->known_seq, ret, ret_n));
    if (f->overlay.book != book || c->known_seq < KNOWN_NOW)
        return true;
    const RecordRow **rows = arena_array(w->arena, const RecordRow *, *ret_n + 1);
    bool found = false;
    for (size_t i = 0; i < *ret_n; i++) {
        bool same = overlay_stands_for(f, (*ret)[i]);
        rows[i] = same ? f->overlay.row : (*ret)[i];
        found |= same;
    }
    if (!found)
        rows[(*ret_n)++] = f->overlay.row;
    *ret = rows;
    return true;
}

const RecordRow *cell_of(Work *w, Figures *f, const Ctx *c, const Book *book, int32_t unit,
                         int64_t period, int64_t ord)
{
    const RecordRow *over = f->overlay.row;
    if (f->overlay.book == book && c->known_seq >= KNOWN_NOW && over->ord == ord &&
        (!book_is_return(book) || (over->unit == unit && over->period == period)))
        return over;
    return record_find(w, f->core, book, unit, period, ord, c->known_seq);
}

/* ---- one field of one row ---- */
static bool field_computed(Work *w, Figures *f, const Ctx *c, const Book *book,
                           const RecordRow *row, const Expr *expr, Value *ret)
{
    RowScope scope = { book, row, c->row ? c->row->around : NULL };
    Ctx inside = *c;
    inside.row = &scope;
    return eval(w, f, &inside, expr, ret);
}

static void bound_day(Figures *f, const Ctx *c, int32_t day)
{
    if (ctx_moves_on(c) && day > ctx_moment(c) && day < DAY_FOREVER)
        until_bound(f, day_first_ms(day));
}

/* What holds from a later day on. */
static void bound_past(Figures *f, const Ctx *c, const RecordRow *row, const Field *field)
{
    for (size_t i = 0; i < row->past_n; i++)
        if (row->past[i].field == field->number)
            bound_day(f, c, row->past[i].from_day);
}

bool row_value(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
               const Field *field, Value *ret)
{
    bool number = type_is_number(field->type);
    int32_t at = field->number;
    bool known = row->known && at < book->field_room && row_known(row, at);
    if (number && field->changes && row->past_n) {
        int64_t num = 0;
        bound_past(f, c, row, field);
        TRY(record_at(w, f->core, row, field, ctx_moment(c), &num, &known));
        *ret = known ? value_num(field->type, num) : value_none(field->type, VALUE_MISSING);
        return true;
    }
    if (number && known) {
        *ret = value_num(field->type, row->nums[at]);
        return true;
    }
    if (!number && row->texts && at < book->field_room && row->texts[at].p) {
        *ret = (Value){ .type = field->type, .den = 1, .text = row->texts[at], .rests_on = -1 };
        return true;
    }
    if (!number && known) { /* hidden: it is there, its value is nobody's */
        *ret = (Value){ .type = field->type, .den = 1, .text = STR(""), .rests_on = -1 };
        return true;
    }
    if (field->computed)
        return field_computed(w, f, c, book, row, field->computed, ret);
    if (field->fallback && field->since && row->pack < field->since)
        return field_computed(w, f, c, book, row, field->fallback, ret);
    *ret = value_none(field->type, VALUE_MISSING);
    return true;
}

static bool row_date(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
                     const Field *field, int32_t *ret)
{
    Value v;
    TRY(row_value(w, f, c, book, row, field, &v));
    *ret = DAY_NONE;
    if (v.state == VALUE_OK && !v.text.p)
        *ret = v.type.kind == TYPE_TIME ? day_of_ms((int64_t)v.num) : (int32_t)v.num;
    return true;
}

/* ---- is the row in the aggregate's time? (rules 7 and 10) ---- */
typedef struct Life {
    int32_t from, to;
} Life; /* alive on days from .. to-1 */

static bool row_life(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
                     Life *ret)
{
    ret->to = DAY_NONE;
    if (book->lives_to)
        TRY(row_date(w, f, c, book, row, book->lives_to, &ret->to));
    if (ret->to == DAY_NONE)
        ret->to = DAY_FOREVER;
    if (book->lives_from)
        return row_date(w, f, c, book, row, book->lives_from, &ret->from);
    if (book->dated)
        return row_date(w, f, c, book, row, book->dated, &ret->from);
    ret->from = book->cases ? case_begun_day(row) : row->entered_day;
    return true;
}

/* A detail row without dates of its own has its parent's. */
static bool dated_row(Work *w, Figures *f, const Ctx *c, const Book **book, const RecordRow **row)
{
    while (*row && (*book)->form == BOOK_UNDER && !(*book)->dated && !(*book)->dated_entered &&
           !(*book)->dated_state && !(*book)->lives_from) {
        *row = cell_of(w, f, c, (*book)->parent, (*row)->unit, 0, (*row)->parent);
        *book = (*book)->parent;
    }
    return *row || w->err.code == ERR_NONE;
}

/* What dates a row: a field, its entry into the log, or into a state. */
typedef struct ByDate {
    const Field *field;
    const FlowState *state;
    bool entered, last;
} ByDate;

static bool state_of_book(const Book *book, const FlowState *state)
{
    const Flow *flow = book->flow_type;
    return flow && state >= flow->states && state < flow->states + flow->state_count;
}

static bool dates_here(const Book *book, const ByDate *by)
{
    return by->entered || (by->state ? state_of_book(book, by->state) : by->field->book == book);
}

static bool row_by(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
                   const ByDate *by, bool *ret)
{
    int32_t day = row->entered_day;
    while (!dates_here(book, by) && book->form == BOOK_UNDER && row) {
        row = cell_of(w, f, c, book->parent, row->unit, 0, row->parent);
        book = book->parent;
    }
    *ret = false;
    if (!row)
        return w->err.code == ERR_NONE;
    if (by->state)
        day = case_day(f, c, row, by->state->number, by->last);
    else if (!by->entered)
        TRY(row_date(w, f, c, book, row, by->field, &day));
    *ret = day != DAY_NONE && day >= c->period.first_day && day <= c->period.last_day;
    return true;
}

static bool row_of_period(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
                          bool *ret)
{
    Period q;
    if (!book->every_book) {
        *ret = period_of_code(row->period, &q) && period_inside(q, c->period);
        return true;
    }
    TRY(period_of_record(w, f, c, book->every_book, row->period - PERIOD_RECORD_BASE, &q));
    bool named = c->period.kind == PERIOD_RECORD && c->rounds == book->every_book;
    *ret = named ? q.code == c->period.code
                 : q.last_day >= c->period.first_day && q.last_day <= c->period.last_day;
    return true;
}

static AggWhen when_of(const Agg *agg, const Book *book)
{
    if (agg->when != WHEN_DEFAULT)
        return agg->when;
    if (book->dated || book->dated_entered || book->dated_state)
        return WHEN_BY;
    return book->lives_from ? WHEN_ALIVE : WHEN_DEFAULT;
}

bool row_inside(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *row, bool *ret)
{
    const Book *book = agg->book;
    *ret = false;
    if (!row_counts(row))
        return true;
    if (agg->when == WHEN_BY)
        return row_by(w, f, c, book, row,
                      &(ByDate){ agg->by, agg->by_state, agg->by_entered, agg->by_last }, ret);
    TRY(dated_row(w, f, c, &book, &row));
    if (!row || !row_counts(row))
        return true;
    AggWhen when = when_of(agg, book);
    if (when == WHEN_BY)
        return row_by(
            w, f, c, book, row,
            &(ByDate){ book->dated, book->dated_state, book->dated_entered, book->dated_last },
            ret);
    if (when == WHEN_DEFAULT) {
        *ret = true;
        return book->every != PERIOD_NONE || book->every_book
                   ? row_of_period(w, f, c, book, row, ret)
                   : true;
    }
    Life life;
    TRY(row_life(w, f, c, book, row, &life));
    if (life.from == DAY_NONE)
        return true;
    int32_t t = ctx_moment(c);
    bound_day(f, c, life.from);
    bound_day(f, c, life.to);
    if (when == WHEN_EVER)
        *ret = life.from <= t;
    else if (when == WHEN_ALIVE)
        *ret = life.from <= t && life.to > t;
    else
        *ret =
            life.from <= c->period.last_day && life.to > c->period.first_day && life.from < life.to;
    return true;
}

bool row_unit(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *row, int32_t *ret)
{
    *ret = agg->via_holder ? case_holder(f, c, row) : row->unit;
    if (!agg->via)
        return true;
    Value v;
    TRY(row_value(w, f, c, agg->book, row, agg->via, &v));
    *ret = v.state == VALUE_OK ? (int32_t)v.num : UNIT_NONE;
    return true;
}

/* The state whose entries date the rows of the aggregate, in its own book; NULL = something else.
 */
static const FlowState *dating_state(const Agg *agg)
{
    const Book *book = agg->book;
    if (!book->cases || (agg->when != WHEN_BY && agg->when != WHEN_DEFAULT))
        return NULL;
    if (agg->when == WHEN_BY)
        return agg->by_state && state_of_book(book, agg->by_state) ? agg->by_state : NULL;
    return book->dated || book->dated_entered ? NULL : book->dated_state;
}

bool rows_for(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *const **ret,
              size_t *ret_n)
{
    const FlowState *state = dating_state(agg);
    if (!state || !ctx_runs(c) || f->overlay.book == agg->book || f->by_walk)
        return rows_of(w, f, c, agg->book, ret, ret_n);
    return index_entered(w, f, agg->book, state->number, c->period.first_day, c->period.last_day,
                         ret, ret_n);
}
