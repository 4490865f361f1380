/* Cases in expressions: what a row of a Book.cases says of itself, as it stood at the moment of the
 * context: the moves up to the end of the moment's day, and the clocks as those moves left them.
 *
 * What is late is late by now or by the end of the moment, whichever is earlier; so is the time
 * that a running clock has used. */
#include "figure/cases/cases_int.h"

/* The last instant of the moment takes in all that the day brings; nothing known lies after now. */
static bool counts(const MoveRow *m, int64_t end_ms)
{
    return m->at_ms <= end_ms;
}

const MoveRow *case_move_at(const CaseRow *cas, int64_t end_ms)
{
    for (size_t i = cas->move_n; i-- > 0;)
        if (counts(&cas->moves[i], end_ms))
            return &cas->moves[i];
    return NULL;
}

static const MoveRow *entry_first(const CaseRow *cas, int32_t state, int64_t end_ms)
{
    for (size_t i = 0; i < cas->move_n; i++)
        if (cas->moves[i].to == state && counts(&cas->moves[i], end_ms))
            return &cas->moves[i];
    return NULL;
}

static const MoveRow *entry_last(const CaseRow *cas, int32_t state, int64_t end_ms)
{
    for (size_t i = cas->move_n; i-- > 0;)
        if (cas->moves[i].to == state && counts(&cas->moves[i], end_ms))
            return &cas->moves[i];
    return NULL;
}

static int64_t times_made(const CaseRow *cas, int32_t move, int64_t end_ms)
{
    int64_t n = 0;
    for (size_t i = 0; i < cas->move_n; i++)
        n += cas->moves[i].move == move && counts(&cas->moves[i], end_ms);
    return n;
}

/* The end of the moment's day; moves after it count as soon as that day moves on. */
static int64_t end_of(Figures *f, const Ctx *c, const CaseRow *cas)
{
    int64_t end = ctx_end_ms(c);
    if (!ctx_moves_on(c))
        return end;
    for (size_t i = 0; i < cas->move_n; i++)
        if (!counts(&cas->moves[i], end))
            until_bound(f, end + 1);
    return end;
}

int32_t case_day(Figures *f, const Ctx *c, const RecordRow *row, int32_t state, bool last)
{
    if (!row->cas)
        return DAY_NONE;
    int64_t end = end_of(f, c, row->cas);
    const MoveRow *m = last ? entry_last(row->cas, state, end) : entry_first(row->cas, state, end);
    return m ? day_of_ms(m->at_ms) : DAY_NONE;
}

int32_t case_begun_day(const RecordRow *row)
{
    return row->cas && row->cas->move_n ? day_of_ms(row->cas->moves[0].at_ms) : row->entered_day;
}

int32_t case_holder(Figures *f, const Ctx *c, const RecordRow *row)
{
    const MoveRow *m = row->cas ? case_move_at(row->cas, end_of(f, c, row->cas)) : NULL;
    return m ? m->holder : UNIT_NONE;
}

/* ---- expressions ---- */
static int32_t state_number(const Book *book, const Expr *e)
{
    const Flow *flow = book->flow_type;
    if (e->state)
        return e->state->number;
    bool there = flow && e->number >= 0 && (size_t)e->number < flow->state_count;
    return there ? flow->states[e->number].number : 0;
}

static bool eval_clock(Figures *f, const Ctx *c, const CaseView *v, const Expr *e, Value *ret)
{
    ClockView k;
    TRY(case_clock(f, c, v, e->clock, &k));
    switch ((ClockPart)e->number) {
    case CLOCK_DUE: /* never started: none */
        if (k.started)
            *ret = value_num(e->type, k.row.due_ms);
        break;
    case CLOCK_USED:
        if (k.started)
            *ret = value_num(e->type, case_used(f, c, &k));
        break;
    case CLOCK_LATE: /* what never ran is not late */
        *ret = value_bool(k.started && case_late(f, c, &k));
        break;
    }
    return true;
}

static void eval_entry(const Expr *e, const MoveRow *m, Value *ret)
{
    if (!m)
        return;
    if (e->op == EXPR_STATE_TIME)
        *ret = value_num(e->type, m->at_ms);
    else if (e->op == EXPR_STATE_ACTOR)
        *ret = value_num(e->type, m->actor);
    else if (m->unit != UNIT_NONE)
        *ret = value_num(e->type, m->unit);
}

bool case_eval(Figures *f, const Ctx *c, const Book *book, const RecordRow *row, const Expr *e,
               Value *ret)
{
    const CaseRow *cas = row ? row->cas : NULL;
    const CaseView v = { book, row, cas, cas ? end_of(f, c, cas) : 0 };
    bool truth = e->op == EXPR_STATE || (e->op == EXPR_CLOCK && e->number == CLOCK_LATE);
    *ret = truth ? value_bool(false) : value_none(e->type, VALUE_MISSING);
    if (!v.cas)
        return true;
    switch ((int)e->op) {
    case EXPR_STATE: {
        int32_t state = state_number(book, e);
        const MoveRow *m =
            e->flag ? entry_first(v.cas, state, v.end_ms) : case_move_at(v.cas, v.end_ms);
        ret->num = m && m->to == state;
        return true;
    }
    case EXPR_STATE_TIME: {
        int32_t state = state_number(book, e);
        eval_entry(
            e, e->flag ? entry_last(v.cas, state, v.end_ms) : entry_first(v.cas, state, v.end_ms),
            ret);
        return true;
    }
    case EXPR_STATE_ACTOR:
    case EXPR_STATE_UNIT:
        eval_entry(e, entry_last(v.cas, state_number(book, e), v.end_ms), ret);
        return true;
    case EXPR_CLOCK: return eval_clock(f, c, &v, e, ret);
    case EXPR_TIMES:
        *ret = value_num(e->type, times_made(v.cas, e->move->number, v.end_ms));
        return true;
    case EXPR_HOLDER: {
        const MoveRow *m = case_move_at(v.cas, v.end_ms);
        if (m && m->holder != UNIT_NONE)
            *ret = value_num(e->type, m->holder);
        return true;
    }
    }
    CHECK(false);
    return false;
}
