/* Clocks of cases at a moment.
 *
 * A row keeps each clock as it stands now. That is what it was at the moment too, unless it was
 * started, stopped, done, resumed or extended after it: then the moves up to the moment run through
 * the clock again (rule 26), with the limit that the row keeps, less what was added to it. */
#include "figure/cases/cases_int.h"

enum { USED_STEP_MS = 60000 }; /* a running clock is read to the minute */

static bool in_states(const FlowState *const *states, size_t n, int32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (states[i]->number == number)
            return true;
    return false;
}

static bool is_from(const FlowClock *k, int32_t state)
{
    return in_states(k->from, k->from_count, state);
}

static bool is_until(const FlowClock *k, int32_t state)
{
    if (k->of_move && !k->until_count)
        return !is_from(k, state);
    return in_states(k->until, k->until_count, state);
}

static bool is_stop(const FlowClock *k, int32_t state)
{
    return in_states(k->stops, k->stop_count, state);
}

static const ClockRow *clock_row(const CaseRow *cas, int32_t number)
{
    for (size_t i = 0; i < cas->clock_n; i++)
        if (cas->clocks[i].clock == number)
            return &cas->clocks[i];
    return NULL;
}

/* ---- running again: as the moves did it (flow/clock.c) ---- */
enum { LEFT_LATE = -1 };
typedef struct Run {
    const FlowClock *clock;
    const Calendar *calendar; /* of the day of the move */
    bool started;
    int64_t limit; /* of a new start */
    ClockRow row;
} Run;

static bool ends_days(int64_t limit, bool work) /* n wd is odd */
{
    return work && (limit & 1);
}

static int64_t limit_sum(int64_t a, int64_t b, bool work, int sign)
{
    return a + sign * (ends_days(a, work) && ends_days(b, work) ? b - 1 : b);
}

static int64_t run_left(const Run *r)
{
    const ClockRow *k = &r->row;
    return k->since_ms > k->due_ms
               ? LEFT_LATE
               : limit_left(r->calendar, k->since_ms, k->due_ms, k->limit, k->work);
}

static void run_start(Run *r, int64_t at)
{
    r->started = true;
    r->row = (ClockRow){ .clock = r->row.clock,
                         .state = CLOCK_RUNNING,
                         .work = r->row.work,
                         .limit = r->limit,
                         .started_ms = at,
                         .since_ms = at,
                         .due_ms = moment_add(r->calendar, at, r->limit, r->row.work) };
}

static void run_halt(Run *r, int64_t at, ClockState state)
{
    ClockRow *k = &r->row;
    if (k->state == CLOCK_RUNNING) {
        k->used += moment_between(r->calendar, k->since_ms, at, k->work);
        k->since_ms = at;
        k->left = run_left(r);
    }
    k->state = state;
}

/* What was left is left again; what was late stays late. */
static void run_resume(Run *r, int64_t at)
{
    ClockRow *k = &r->row;
    if (k->left != LEFT_LATE)
        k->due_ms = moment_add(r->calendar, at, k->left, k->work);
    k->state = CLOCK_RUNNING;
    k->since_ms = at;
}

static bool move_keeps(const FlowMove *move, const FlowClock *clock)
{
    for (size_t i = 0; move && i < move->keep_count; i++)
        if (move->keeps[i]->number == clock->number)
            return true;
    return false;
}

static void run_extend(Run *r, const FlowMove *move)
{
    ClockRow *k = &r->row;
    int64_t by = move->extend_by;
    if (by)
        k->due_ms = moment_add(r->calendar, k->due_ms - ends_days(by, move->extend_work), by,
                               move->extend_work);
    if (move->extend_work == k->work)
        k->limit = limit_sum(k->limit, by, k->work, 1);
    if (k->state == CLOCK_STOPPED)
        k->left = run_left(r);
}

static void run_move(Run *r, const Flow *flow, const MoveRow *m)
{
    const FlowClock *c = r->clock;
    const FlowMove *move = flow_move_number(flow, m->move);
    const FlowState *to = flow_state_number(flow, m->to);
    bool keeps = move_keeps(move, c), had = r->started;
    bool stops = is_stop(c, m->to), stopped = had && r->row.state == CLOCK_STOPPED;
    if ((to && to->final) || is_until(c, m->to)) {
        if (had && r->row.state != CLOCK_DONE)
            run_halt(r, m->at_ms, CLOCK_DONE);
        return;
    }
    if (is_from(c, m->to) && (!had || (!keeps && !stopped && !c->from_first)))
        run_start(r, m->at_ms);
    else if (had && r->row.state == CLOCK_DONE && keeps)
        run_resume(r, m->at_ms);
    if (!r->started)
        return;
    if (r->row.state == CLOCK_RUNNING && stops)
        run_halt(r, m->at_ms, CLOCK_STOPPED);
    else if (r->row.state == CLOCK_STOPPED && !stops)
        run_resume(r, m->at_ms);
    if (move && move->extends && move->extends->number == c->number && r->row.state != CLOCK_DONE)
        run_extend(r, move);
}

static const Calendar *calendar_of(const Figures *f, const Ctx *c, const CaseView *v, int64_t ms)
{
    return unit_calendar(f->core, c->set, v->row->unit, day_of_ms(ms));
}

static void run_again(const Figures *f, const Ctx *c, const CaseView *v, Run *r)
{
    for (size_t i = 0; i < v->cas->move_n; i++) {
        const MoveRow *m = &v->cas->moves[i];
        if (m->at_ms > v->end_ms)
            continue;
        r->calendar = calendar_of(f, c, v, m->at_ms);
        run_move(r, v->book->flow_type, m);
    }
}

/* ---- as it stands, or as it stood ---- */
/* The limit of the start, without what moves added to it; *ret_later: some did so later. */
static int64_t limit_at_start(const CaseView *v, const ClockRow *k, bool *ret_later)
{
    int64_t limit = k->limit;
    *ret_later = false;
    for (size_t i = 0; i < v->cas->move_n; i++) {
        const FlowMove *move = flow_move_number(v->book->flow_type, v->cas->moves[i].move);
        if (!move || !move->extends || move->extends->number != k->clock)
            continue;
        if (move->extend_work == k->work)
            limit = limit_sum(limit, move->extend_by, k->work, -1);
        *ret_later |= v->cas->moves[i].at_ms > v->end_ms;
    }
    return limit;
}

bool case_clock(Figures *f, const Ctx *c, const CaseView *v, const FlowClock *clock, ClockView *ret)
{
    const ClockRow *k = clock_row(v->cas, clock->number);
    *ret = (ClockView){ .unit = v->row->unit };
    if (!v->book->flow_type || !k)
        return true;
    bool extended = false;
    bool last = v->cas->moves[v->cas->move_n - 1].at_ms <= v->end_ms;
    int64_t limit = last ? 0 : limit_at_start(v, k, &extended);
    int64_t changed = k->state == CLOCK_DONE ? k->done_ms : k->since_ms;
    ret->started = true;
    ret->row = *k;
    if (last || (!extended && changed <= v->end_ms))
        return true;
    Run run = { .clock = clock, .limit = limit, .row = { .clock = k->clock, .work = k->work } };
    run_again(f, c, v, &run);
    ret->started = run.started;
    ret->row = run.row;
    return true;
}

/* A clock that was stopped in time is in time, however long it stood. */
bool case_late(Figures *f, const Ctx *c, const ClockView *v)
{
    const ClockRow *k = &v->row;
    int64_t end = ctx_end_ms(c);
    if (k->state != CLOCK_RUNNING)
        return k->since_ms > k->due_ms;
    int64_t t = end < c->now_ms ? end + 1 : c->now_ms; /* 24:00, or now */
    bool late = t > k->due_ms;
    if (!late && ctx_moves_on(c))
        until_bound(f, k->due_ms + 1);
    return late;
}

int64_t case_used(Figures *f, const Ctx *c, const ClockView *v)
{
    const ClockRow *k = &v->row;
    int64_t end = ctx_end_ms(c);
    if (k->state != CLOCK_RUNNING)
        return k->used;
    int64_t t = end < c->now_ms ? end + 1 : c->now_ms - c->now_ms % USED_STEP_MS;
    if (ctx_moves_on(c))
        until_bound(f, t + USED_STEP_MS);
    if (t <= k->since_ms)
        return k->used;
    const Calendar *calendar = unit_calendar(f->core, c->set, v->unit, day_of_ms(t));
    return k->used + moment_between(calendar, k->since_ms, t, k->work);
}
