/* What is due for one case, done step by step: each step once for each due moment, whatever was
 * queued and however often. */
#include "flow/flow_int.h"

/* Steps of one case in one tick: the rest waits for the next one. */
enum { STEPS_MOST = 64 };

/* Moves of limit zero could turn in a ring at one moment. */
static bool turns(const CaseRow *cas, int64_t at_ms)
{
    size_t n = 0;
    for (size_t i = cas->move_n; i-- > 0 && cas->moves[i].at_ms >= at_ms;)
        n += cas->moves[i].actor == ACTOR_SYSTEM && cas->moves[i].at_ms == at_ms;
    return n > LATE_STEPS_MOST;
}

static const ClockRow *with_step_done(Work *w, const CaseRow *cas, int32_t clock, int32_t step)
{
    ClockRow *rows = arena_copy(w->arena, cas->clocks, cas->clock_n * sizeof *rows);
    for (size_t i = 0; i < cas->clock_n; i++)
        if (rows[i].clock == clock)
            rows[i].steps |= UINT32_C(1) << step;
    return rows;
}

static bool clock_runs(const CaseRow *cas, int32_t clock)
{
    for (size_t i = 0; i < cas->clock_n; i++)
        if (cas->clocks[i].clock == clock)
            return cas->clocks[i].state == CLOCK_RUNNING;
    return false;
}

/* The system's move at the due moment, or where the case no longer lets it be made (the step was
 * overtaken), the fact that the step was due: either way it is done. */
static bool do_step(Work *w, Core *core, const Judge *judge, const Book *book, const RecordRow *row,
                    const FlowClock *clock, int32_t late, int64_t due_ms)
{
    const CaseRow *cas = row->cas;
    const ClockRow *clocks = with_step_done(w, cas, clock->number, late);
    const FlowMove *move = clock->late[late].act;
    int64_t last = case_last(cas)->at_ms, seq = 0;
    int64_t at_ms = due_ms > last ? due_ms : last;
    bool moved = false;
    RecordEdit edit = record_edit_of(w->arena, book, row);
    if (move && clock_runs(cas, clock->number) && !turns(cas, at_ms))
        TRY(case_act(w, core, judge, move, row, clocks, at_ms, &edit, &moved));
    CaseStep told = { .act = CASE_GONE_LATE,
                      .actor = ACTOR_SYSTEM,
                      .holder = cas->holder,
                      .at_ms = due_ms,
                      .clocks = clocks,
                      .clock_n = cas->clock_n,
                      .clock = clock->number,
                      .late = late };
    if (!moved) {
        edit = record_edit_of(w->arena, book, row);
        edit.step = &told;
    }
    return record_put(w, core, &edit, &seq);
}

bool case_tick(Work *w, Core *core, const Judge *judge, const Book *book, int64_t ord,
               int64_t now_ms, size_t *ret)
{
    *ret = 0;
    while (*ret < STEPS_MOST) {
        const FlowClock *clock = NULL;
        int64_t due_ms = 0;
        int32_t late = 0;
        const RecordRow *row = record_find(w, core, book, UNIT_NONE, 0, ord, KNOWN_NOW);
        if (!row || !case_next(w, core, book, row, &due_ms, &clock, &late) || due_ms > now_ms)
            break;
        TRY(do_step(w, core, judge, book, row, clock, late, due_ms));
        ++*ret;
    }
    return w->err.code == ERR_NONE;
}

bool cases_tick(Work *w, Cases *c, const Judge *judge, int64_t now_ms, size_t most, size_t *ret)
{
    return cases_tick_from(w, c, judge, now_ms, 0, most, ret);
}

bool cases_tick_from(Work *w, Cases *c, const Judge *judge, int64_t now_ms, size_t from,
                     size_t most, size_t *ret)
{
    CaseRef *ripe = NULL;
    size_t n = 0;
    *ret = 0;
    TRY(cases_ripe(w, c, now_ms, from + most, &ripe, &n));
    for (size_t i = from; i < n; i++) {
        size_t facts = 0;
        TRY(case_tick(w, cases_core(c), judge, ripe[i].book, ripe[i].ord, now_ms, &facts));
        *ret += facts;
    }
    return true;
}
