/* Clocks: what a move does to them, and when something of them is due. Pure functions of the flow,
 * the calendar and the moves. */
#include "flow/flow_int.h"

static const ClockRow *clock_of(const ClockRow *rows, size_t n, int32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].clock == number)
            return &rows[i];
    return NULL;
}

const Calendar *case_calendar(Work *w, Core *core, int32_t unit, int64_t at_ms)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    return set ? unit_calendar(core, set, unit, day_of_ms(at_ms)) : NULL;
}

/* n wd is odd (see TYPE_DURATION). */
static bool ends_days(int64_t limit, bool work)
{
    return work && (limit & 1);
}

/* What is due, and so what the system does, falls on 24:00 of a day, which is 0:00 of the next one:
 * where days are counted it belongs to the day that it ends. */
static int64_t day_moment(int64_t ms, int64_t limit, bool work)
{
    return ends_days(limit, work) ? ms - 1 : ms;
}

int64_t due_add(const Calendar *calendar, int64_t from_ms, int64_t by, bool work)
{
    return by == 0 ? from_ms : moment_add(calendar, day_moment(from_ms, by, work), by, work);
}

static int64_t left_at(const Calendar *calendar, const ClockRow *r, int64_t at_ms)
{
    int64_t from = day_moment(at_ms, r->limit, r->work);
    return at_ms > r->due_ms ? LEFT_LATE : limit_left(calendar, from, r->due_ms, r->limit, r->work);
}

/* ---- one clock ---- */

static void clock_rest(const Calendar *calendar, ClockRow *r, int64_t at_ms)
{
    r->used += moment_between(calendar, r->since_ms, at_ms, r->work);
    r->left = left_at(calendar, r, at_ms);
    r->since_ms = at_ms;
}

static void clock_stop(const Calendar *calendar, ClockRow *r, int64_t at_ms)
{
    clock_rest(calendar, r, at_ms);
    r->state = CLOCK_STOPPED;
}

static void clock_finish(const Calendar *calendar, ClockRow *r, int64_t at_ms)
{
    if (r->state == CLOCK_RUNNING)
        clock_rest(calendar, r, at_ms);
    r->state = CLOCK_DONE;
    r->done_ms = at_ms;
}

/* What was left is left again; what was late stays late. */
static void clock_resume(const Calendar *calendar, ClockRow *r, int64_t at_ms)
{
    if (r->left != LEFT_LATE) {
        r->due_ms = due_add(calendar, at_ms, r->left, r->work);
        r->steps = 0;
    }
    r->state = CLOCK_RUNNING;
    r->since_ms = at_ms;
    r->left = 0;
    r->done_ms = 0;
}

static bool clock_start(Work *w, const ClockMove *m, const FlowClock *c, ClockRow *ret,
                        const FlowClock **ret_unknown)
{
    Limit limit = { 0 };
    TRY(m->limit(w, m->self, c, &limit));
    if (!limit.known)
        *ret_unknown = c;
    *ret = (ClockRow){ .clock = c->number,
                       .state = CLOCK_RUNNING,
                       .work = limit.work,
                       .limit = limit.ms,
                       .started_ms = m->at_ms,
                       .since_ms = m->at_ms,
                       .due_ms = due_add(m->calendar, m->at_ms, limit.ms, limit.work) };
    return true;
}

/* ---- what a move says of a clock ---- */

static bool keeps(const FlowMove *move, const FlowClock *c)
{
    for (size_t i = 0; i < move->keep_count; i++)
        if (move->keeps[i] == c)
            return true;
    return false;
}

/* A clock ends in its `until` states and wherever the case ends; the duty to make a move (`within`)
 * with any other state. */
static bool ends_in(const FlowClock *c, const FlowState *to)
{
    if (to->final || state_among(c->until, c->until_count, to))
        return true;
    return c->of_move && !c->until_count && !state_among(c->from, c->from_count, to);
}

/* n wd and k wd are n + k wd; limits of other kinds do not add up to one of them. */
int64_t limit_added(int64_t limit, bool limit_work, int64_t by, bool work)
{
    if (work != limit_work)
        return limit;
    if (!ends_days(limit, work) || !ends_days(by, work))
        return limit + by;
    return by < 0 ? limit + by + 1 : limit + by - 1;
}

static void clock_extend(const Calendar *calendar, const FlowMove *move, ClockRow *r)
{
    r->due_ms = due_add(calendar, r->due_ms, move->extend_by, move->extend_work);
    r->limit = limit_added(r->limit, r->work, move->extend_by, move->extend_work);
    if (r->state == CLOCK_STOPPED)
        r->left = left_at(calendar, r, r->since_ms);
    r->steps = 0;
}

static bool clock_move(Work *w, const ClockMove *m, const FlowClock *c, const ClockRow *old,
                       ClockRow *r, bool *ret_has, const FlowClock **ret_unknown)
{
    bool ends = ends_in(c, m->to), starts = state_among(c->from, c->from_count, m->to);
    bool stops = state_among(c->stops, c->stop_count, m->to), kept = keeps(m->move, c);
    if (old)
        *r = *old;
    *ret_has = old || (starts && !ends);
    if (!*ret_has)
        return true;
    if (ends) {
        if (old->state != CLOCK_DONE)
            clock_finish(m->calendar, r, m->at_ms);
        return true;
    }
    bool stopped = old && old->state == CLOCK_STOPPED;
    bool again = starts && !kept && !stopped && !(old && c->from_first);
    if (!old || again)
        TRY(clock_start(w, m, c, r, ret_unknown));
    else if (old->state == CLOCK_DONE && kept)
        clock_resume(m->calendar, r, m->at_ms);
    if (r->state == CLOCK_RUNNING && stops)
        clock_stop(m->calendar, r, m->at_ms);
    else if (r->state == CLOCK_STOPPED && !stops)
        clock_resume(m->calendar, r, m->at_ms);
    if (m->move->extends == c && r->state != CLOCK_DONE)
        clock_extend(m->calendar, m->move, r);
    return true;
}

static void put_in_order(ClockRow *rows, size_t n, const ClockRow *row)
{
    while (n > 0 && rows[n - 1].clock > row->clock) {
        rows[n] = rows[n - 1];
        n--;
    }
    rows[n] = *row;
}

bool clocks_move(Work *w, const ClockMove *m, const ClockRow *before, size_t n, ClockRow *ret,
                 size_t *ret_n, const FlowClock **ret_unknown)
{
    *ret_n = 0;
    *ret_unknown = NULL;
    for (size_t i = 0; i < m->flow->clock_count; i++) {
        const FlowClock *c = &m->flow->clocks[i];
        ClockRow row = { 0 };
        bool has = false;
        TRY(clock_move(w, m, c, clock_of(before, n, c->number), &row, &has, ret_unknown));
        if (has)
            put_in_order(ret, (*ret_n)++, &row);
    }
    return true;
}

/* ---- what is due ---- */

bool clock_late(const ClockRow *row, int64_t now_ms)
{
    int64_t at = row->state == CLOCK_RUNNING   ? now_ms
                 : row->state == CLOCK_STOPPED ? row->since_ms
                                               : row->done_ms;
    return at > row->due_ms;
}

/* A step whose moment passed before the clock was stopped or done is due all the same: it was late,
 * and whoever was to be told was not. */
bool clock_next(const Calendar *calendar, const FlowClock *clock, const ClockRow *row,
                int64_t *ret_ms, int32_t *ret_step)
{
    int64_t end = row->state == CLOCK_RUNNING   ? INT64_MAX
                  : row->state == CLOCK_STOPPED ? row->since_ms
                                                : row->done_ms;
    bool any = false;
    for (size_t i = 0; row->due_ms < end && i < clock->late_count; i++) {
        if (row->steps >> i & 1)
            continue;
        int64_t at = due_add(calendar, row->due_ms, clock->late[i].after, clock->late[i].work);
        if (at >= end || (any && at >= *ret_ms))
            continue;
        *ret_ms = at;
        *ret_step = (int32_t)i;
        any = true;
    }
    return any;
}

bool case_next(Work *w, Core *core, const Book *book, const RecordRow *row, int64_t *ret_ms,
               const FlowClock **ret_clock, int32_t *ret_late)
{
    const CaseRow *cas = row->state == RECORD_VOID ? NULL : row->cas;
    bool any = false;
    for (size_t i = 0; cas && i < cas->clock_n; i++) {
        const ClockRow *r = &cas->clocks[i];
        const FlowClock *c = flow_clock_number(book->flow_type, r->clock);
        int64_t at = 0;
        int32_t step = 0;
        if (!c || !c->late_count)
            continue;
        const Calendar *calendar = case_calendar(w, core, row->unit, r->due_ms);
        if (!calendar || !clock_next(calendar, c, r, &at, &step) || (any && at >= *ret_ms))
            continue;
        *ret_ms = at;
        *ret_clock = c;
        *ret_late = step;
        any = true;
    }
    return any;
}

bool case_due(const Book *book, const RecordRow *row, int64_t *ret_ms, const FlowClock **ret)
{
    const CaseRow *cas = row->state == RECORD_VOID ? NULL : row->cas;
    bool any = false;
    for (size_t i = 0; cas && i < cas->clock_n; i++) {
        const ClockRow *r = &cas->clocks[i];
        if (r->state != CLOCK_RUNNING || (any && r->due_ms >= *ret_ms))
            continue;
        *ret_ms = r->due_ms;
        *ret = flow_clock_number(book->flow_type, r->clock);
        any = true;
    }
    return any;
}
