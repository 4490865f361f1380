/* The deadline time machine: cases through their clocks once more, as they were and with changes.
 * What people did stays as it was; what is asked is how late it would have been, and for whom. */
#include "flow/flow_int.h"

typedef struct Event { /* a unit has one more open case, or one less */
    int64_t ms;
    int32_t unit, by;
} Event;
typedef struct Events {
    Event *at;
    size_t n, room;
} Events;

typedef struct Running { /* the whole replay */
    Work *w;
    Core *core;
    const ReplayAsk *ask;
    const PackSet *set;
    const Flow *flow;
    bool *measured; /* by place in Flow.clocks */
    bool routed;
    ClockRow *clocks[2];
    int64_t (*cases)[2], (*late)[2], (*peak)[2]; /* by slot */
    int64_t total_peak[2];
    Events events[2];
    Replay *ret;
} Running;

typedef struct Variant { /* one case under one set of rules */
    const Running *r;
    const RecordRow *row;
    bool changed;
} Variant;

/* ---- limits ---- */

static bool fits_row(const ReplayChange *c, const RecordRow *row)
{
    return !c->field ||
           (row_known(row, c->field->number) && row->nums[c->field->number] == c->item);
}

static bool fits_clock(const ReplayChange *c, const FlowClock *clock)
{
    return c->clock ? c->clock == clock : clock->limit->level == LEVEL_ROW;
}

/* The limit as it was fixed, without what was added later. */
static bool limit_then(const Running *r, const RecordRow *row, const FlowClock *clock, Limit *ret)
{
    const CaseRow *cas = row->cas;
    ret->work = clock->limit->type.work;
    ret->known = clock->limit->op == EXPR_LITERAL;
    ret->ms = ret->known ? clock->limit->number : 0;
    for (size_t i = 0; i < cas->clock_n && !ret->known; i++) {
        const ClockRow *c = &cas->clocks[i];
        if (c->clock != clock->number)
            continue;
        *ret = (Limit){ c->limit, c->work, true };
        for (size_t k = 0; k < cas->move_n; k++) {
            const FlowMove *m = flow_move_number(r->flow, cas->moves[k].move);
            if (m && m->extends == clock && cas->moves[k].at_ms >= c->started_ms)
                ret->ms = limit_added(ret->ms, c->work, -m->extend_by, m->extend_work);
        }
    }
    return true;
}

static bool limit_of(Work *w, void *self, const FlowClock *clock, Limit *ret)
{
    const Variant *v = self;
    const ReplayAsk *ask = v->r->ask;
    (void)w;
    for (size_t i = 0; v->changed && i < ask->n; i++) {
        const ReplayChange *c = &ask->changes[i];
        if (!c->has_limit || !fits_clock(c, clock) || !fits_row(c, v->row))
            continue;
        *ret = (Limit){ c->limit, c->work, true };
        return true;
    }
    return limit_then(v->r, v->row, clock, ret);
}

static const Calendar *calendar_of(const Variant *v, int64_t at_ms)
{
    const ReplayAsk *ask = v->r->ask;
    for (size_t i = 0; v->changed && i < ask->n; i++)
        if (ask->changes[i].calendar && fits_row(&ask->changes[i], v->row))
            return ask->changes[i].calendar;
    return unit_calendar(v->r->core, v->r->set, v->row->unit, day_of_ms(at_ms));
}

static int32_t route_of(const Variant *v)
{
    const ReplayAsk *ask = v->r->ask;
    for (size_t i = 0; v->changed && i < ask->n; i++)
        if (ask->changes[i].has_route && fits_row(&ask->changes[i], v->row))
            return ask->changes[i].route_to;
    return UNIT_NONE;
}

/* ---- one case ---- */

static void note_event(Events *e, int64_t ms, int32_t unit, int32_t by)
{
    if (e->n == e->room) {
        size_t room = e->room ? e->room * 2 : 4096;
        e->at = heap_grow(e->at, e->room, room, sizeof *e->at);
        e->room = room;
    }
    e->at[e->n++] = (Event){ ms, unit, by };
}

static bool any_runs(const Running *r, const ClockRow *clocks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < r->flow->clock_count; k++)
            if (r->measured[k] && r->flow->clocks[k].number == clocks[i].clock &&
                clocks[i].state != CLOCK_DONE)
                return true;
    return false;
}

static bool any_late(const Running *r, const ClockRow *clocks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < r->flow->clock_count; k++)
            if (r->measured[k] && r->flow->clocks[k].number == clocks[i].clock &&
                clock_late(&clocks[i], r->w->now_ms))
                return true;
    return false;
}

typedef struct Held { /* who holds it while the moves go on */
    int32_t now, recorded, blamed;
    bool open;
} Held;

static void hold(const Variant *v, const MoveRow *m, const FlowMove *move, Events *events, Held *h)
{
    int32_t route = route_of(v), next = h->now;
    if (move && move->hold == HOLD_FIELD && route != UNIT_NONE)
        next = route;
    else if (m->holder != h->recorded)
        next = m->holder;
    const FlowState *to = flow_state_number(v->r->flow, m->to);
    bool open = to && !to->final;
    if (events && h->open && (!open || next != h->now))
        note_event(events, m->at_ms, h->now, -1);
    if (events && open && (!h->open || next != h->now))
        note_event(events, m->at_ms, next, 1);
    h->now = next;
    h->recorded = m->holder;
    h->open = open;
}

static bool run_case(Running *r, const Variant *v, Events *events, Held *ret, bool *ret_late)
{
    const CaseRow *cas = v->row->cas;
    size_t n = 0;
    Held held = { UNIT_NONE, UNIT_NONE, cas->moves[0].holder, false };
    ClockRow *now = r->clocks[0], *next = r->clocks[1];
    for (size_t i = 0; i < cas->move_n; i++) {
        const MoveRow *m = &cas->moves[i];
        const FlowClock *unknown = NULL;
        Variant variant = *v;
        const ClockMove how = { .flow = r->flow,
                                .calendar = calendar_of(v, m->at_ms),
                                .move = flow_move_number(r->flow, m->move),
                                .to = flow_state_number(r->flow, m->to),
                                .at_ms = m->at_ms,
                                .limit = limit_of,
                                .self = &variant };
        hold(v, m, how.move, events, &held);
        if (!how.move || !how.to)
            continue; /* of a pack that has dropped it */
        TRY(clocks_move(r->w, &how, now, n, next, &n, &unknown));
        ClockRow *was = now;
        now = next;
        next = was;
        if (any_runs(r, now, n))
            held.blamed = held.now;
    }
    *ret = held;
    *ret_late = any_late(r, now, n);
    return true;
}

static bool run_both(Running *r, const RecordRow *row)
{
    bool late[2] = { false };
    for (int i = 0; i < 2; i++) {
        const Variant v = { r, row, i == 1 };
        Held held;
        TRY(run_case(r, &v, i == 0 || r->routed ? &r->events[i] : NULL, &held, &late[i]));
        int32_t unit = held.blamed;
        r->cases[unit][i]++;
        r->late[unit][i] += late[i];
        r->ret->total.late[i] += late[i];
        r->ret->total.cases[i]++;
    }
    r->ret->cases++;
    r->ret->changed += late[0] != late[1];
    return true;
}

/* ---- peaks ---- */

static int event_order(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    if (x->ms != y->ms)
        return x->ms < y->ms ? -1 : 1;
    return (x->by > y->by) - (x->by < y->by);
}

static void find_peaks(Running *r, int which, size_t slots)
{
    Events *e = &r->events[which];
    int64_t *open = heap_zeroed(slots + 1, sizeof *open), all = 0;
    if (e->n)
        qsort(e->at, e->n, sizeof *e->at, event_order);
    for (size_t i = 0; i < e->n; i++) {
        int32_t unit = e->at[i].unit;
        open[unit] += e->at[i].by;
        all += e->at[i].by;
        if (open[unit] > r->peak[unit][which])
            r->peak[unit][which] = open[unit];
        if (all > r->ret->total.peak[which])
            r->ret->total.peak[which] = all;
    }
    heap_free(open);
}

static void all_peaks(Running *r, size_t slots)
{
    find_peaks(r, 0, slots);
    if (r->routed) {
        find_peaks(r, 1, slots);
        return;
    }
    for (size_t i = 0; i < slots; i++)
        r->peak[i][1] = r->peak[i][0];
    r->ret->total.peak[1] = r->ret->total.peak[0];
}

/* ---- all of it ---- */

static void choose_clocks(Running *r)
{
    const ReplayAsk *ask = r->ask;
    bool any = false;
    for (size_t k = 0; k < r->flow->clock_count; k++) {
        for (size_t i = 0; i < ask->n; i++)
            r->measured[k] = r->measured[k] || ask->changes[i].clock == &r->flow->clocks[k];
        any = any || r->measured[k];
    }
    for (size_t k = 0; k < r->flow->clock_count && !any; k++)
        r->measured[k] = r->flow->clocks[k].limit->level == LEVEL_ROW;
    for (size_t k = 0; k < r->flow->clock_count; k++)
        any = any || r->measured[k];
    for (size_t k = 0; k < r->flow->clock_count && !any; k++)
        r->measured[k] = true;
    for (size_t i = 0; i < ask->n; i++)
        r->routed = r->routed || ask->changes[i].has_route;
}

static int worst_first(const void *a, const void *b)
{
    const ReplayLine *x = a, *y = b;
    if (x->late[1] != y->late[1])
        return x->late[1] > y->late[1] ? -1 : 1;
    if (x->late[0] != y->late[0])
        return x->late[0] > y->late[0] ? -1 : 1;
    return (x->unit > y->unit) - (x->unit < y->unit);
}

static void take_lines(Running *r, size_t slots)
{
    Replay *ret = r->ret;
    ret->lines = arena_array(r->w->arena, ReplayLine, slots + 1);
    for (size_t i = 0; i < slots; i++) {
        if (!r->cases[i][0] && !r->cases[i][1] && !r->peak[i][0] && !r->peak[i][1])
            continue;
        ret->lines[ret->n++] = (ReplayLine){ .unit = (int32_t)i,
                                             .cases = { r->cases[i][0], r->cases[i][1] },
                                             .late = { r->late[i][0], r->late[i][1] },
                                             .peak = { r->peak[i][0], r->peak[i][1] } };
    }
    if (ret->n)
        qsort(ret->lines, ret->n, sizeof *ret->lines, worst_first);
}

static bool is_below(const TreeVersion *t, int32_t unit, int32_t top)
{
    if (top == UNIT_NONE)
        return true;
    int32_t pre = unit < t->slots ? t->pre_of[unit] : -1, low = t->pre_of[top];
    return pre >= 0 && low >= 0 && pre >= low && pre <= t->last[low];
}

static bool run_rows(Running *r)
{
    const ReplayAsk *ask = r->ask;
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    const TreeVersion *tree = units_tree(r->w, r->core->units, 0, work_today(r->w), KNOWN_NOW);
    TRY(tree && records_rows(r->w, r->core, ask->book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const CaseRow *cas = rows[i]->cas;
        int32_t day = cas && cas->move_n ? day_of_ms(cas->moves[0].at_ms) : DAY_MAX;
        if (day < ask->first_day || day > ask->last_day)
            continue;
        int32_t owner = unit_answering(r->w, r->core, rows[i]->unit, work_today(r->w));
        if (is_below(tree, owner, ask->below))
            TRY(run_both(r, rows[i]));
    }
    return true;
}

bool flow_replay(Work *w, Core *core, const ReplayAsk *ask, Replay *ret)
{
    size_t slots = (size_t)units_count(core->units) + 1;
    Running r = { .w = w, .core = core, .ask = ask, .flow = ask->book->flow_type, .ret = ret };
    *ret = (Replay){ .total = { .unit = UNIT_NONE } };
    r.set = packs_set(w, core, KNOWN_NOW);
    TRY(r.set);
    r.measured = arena_array(w->arena, bool, r.flow->clock_count + 1);
    for (int i = 0; i < 2; i++)
        r.clocks[i] = arena_array(w->arena, ClockRow, r.flow->clock_count + 1);
    r.cases = arena_zeroed(w->arena, slots, sizeof *r.cases);
    r.late = arena_zeroed(w->arena, slots, sizeof *r.late);
    r.peak = arena_zeroed(w->arena, slots, sizeof *r.peak);
    choose_clocks(&r);
    bool ok = run_rows(&r);
    if (ok) {
        all_peaks(&r, slots);
        take_lines(&r, slots);
    }
    heap_free(r.events[0].at);
    heap_free(r.events[1].at);
    return ok;
}
