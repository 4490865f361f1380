/* Steps of tests that raise and move cases: through the rows of the command table, in seats that
 * the test names (each is made when it first acts, with a person of its own), as the reporter, or
 * as the system; and what is then expected of a case, as it stands and read again from the store.
 */
#include "base/words.h"
#include "command/case.h"
#include "command/check_int.h"

enum { TICK_MOST = 64, WORK_DAY_MS = 8 * 3600000 };

/* ---- seats of the test ---- */

static bool test_seat(Work *w, TestRun *t, int32_t unit, const Role *role, TestSeat *ret)
{
    Core *core = t->k.core;
    int32_t born = day_make(2000, 1, 1), today = work_today(w);
    for (size_t i = 0; i < t->seats.n; i++)
        if (t->seats.at[i].unit == unit && t->seats.at[i].role == role->number) {
            *ret = t->seats.at[i];
            return true;
        }
    *ret = (TestSeat){ .unit = unit, .role = role->number };
    int32_t day = unit_alive(core->units, unit, born, KNOWN_NOW) ? born : today;
    TRY(core_begin(w, core, NULL));
    TRY(seat_create(w, core, unit, role->number, day, &ret->seat));
    TRY(person_hold(w, core, ret->seat, day, &ret->person));
    TRY(core_commit(w, core));
    *list_push(w->arena, &t->seats) = *ret;
    return true;
}

static bool stands_at(const Role *role, int32_t kind)
{
    for (size_t i = 0; i < role->kind_count; i++)
        if (role->kinds[i]->number == kind)
            return role->duty == DUTY_NONE;
    return false;
}

/* "V desk" */
static bool named_seat(Work *w, TestRun *t, Str text, CaseActor *ret)
{
    size_t cut = str_find(text, STR(" "));
    Str role_name = cut < text.n ? str_trim(str_sub(text, cut + 1, text.n)) : STR("");
    const Role *role = set_role(t->set, role_name);
    int32_t unit;
    TestSeat seat;
    TRY(step_unit_need(w, t, str_sub(text, 0, cut < text.n ? cut : text.n), &unit));
    if (!role)
        return fail(w, ERR_BAD_INPUT, "command.role name=%.*s", STR_ARG(role_name));
    TRY(test_seat(w, t, unit, role, &seat));
    *ret = (CaseActor){ ACTOR_SEAT, seat.seat, seat.person };
    return true;
}

/* ---- who acts where the step does not say ---- */

typedef struct Search { /* the first seat that may */
    const Step *step;
    const Book *book;
    const RecordRow *row; /* NULL = a new one */
    int32_t unit;
    int64_t parent;
} Search;

static bool may_act(Work *w, TestRun *t, const Search *s, const CaseActor *actor, bool *ret)
{
    Actor as;
    *ret = false;
    if (!s->row)
        return case_may_begin(w, &t->k, s->book, s->unit, s->parent, actor, ret);
    const FlowMove *move = case_named(w, t->k.core, s->book, s->row, s->step->state, actor);
    if (!move)
        return w->err.code == ERR_NONE;
    return flow_who(w, t->k.core, move, s->book, s->row->unit, s->row, actor, work_today(w), ret,
                    &as);
}

static bool try_unit(Work *w, TestRun *t, const Search *s, int32_t unit, CaseActor *ret,
                     bool *ret_found)
{
    int32_t kind = unit_kind(t->k.core->units, unit, work_today(w), KNOWN_NOW);
    for (size_t i = 0; i < t->set->role_count && !*ret_found; i++) {
        TestSeat seat;
        if (!stands_at(t->set->roles[i], kind))
            continue;
        TRY(test_seat(w, t, unit, t->set->roles[i], &seat));
        const CaseActor actor = { ACTOR_SEAT, seat.seat, seat.person };
        TRY(may_act(w, t, s, &actor, ret_found));
        if (*ret_found)
            *ret = actor;
    }
    return true;
}

/* The holder and the unit above others, then whoever else; a resident, where the flow is open to
 * them and no seat is. */
static bool some_actor(Work *w, TestRun *t, const Search *s, CaseActor *ret)
{
    const Units *units = t->k.core->units;
    int32_t unit = s->row ? s->row->cas->holder : s->unit;
    bool found = false;
    for (int depth = 0; unit != UNIT_NONE && !found && depth < 16; depth++) {
        TRY(try_unit(w, t, s, unit, ret, &found));
        unit = unit_parent(units, unit, 0, work_today(w), KNOWN_NOW);
    }
    for (unit = 0; unit < units_count(units) && !found; unit++)
        if (unit_alive(units, unit, work_today(w), KNOWN_NOW))
            TRY(try_unit(w, t, s, unit, ret, &found));
    if (!found)
        *ret = (CaseActor){ .kind = ACTOR_REPORTER };
    return true;
}

/* Whoever raised it: a seat again, or the resident. */
static CaseActor raiser(const RecordRow *row)
{
    const MoveRow *first = &row->cas->moves[0];
    if (first->seat)
        return (CaseActor){ ACTOR_SEAT, first->seat, first->person };
    return (CaseActor){ .kind = ACTOR_REPORTER };
}

static bool actor_of_step(Work *w, TestRun *t, const Search *s, CaseActor *ret)
{
    Str by = s->step->by;
    if (str_is(by, "system"))
        *ret = (CaseActor){ .kind = ACTOR_SYSTEM };
    else if (str_is(by, "reporter"))
        *ret = s->row ? raiser(s->row) : (CaseActor){ .kind = ACTOR_REPORTER };
    else if (str_is(by, "resident"))
        *ret = (CaseActor){ .kind = ACTOR_REPORTER };
    else
        return by.n ? named_seat(w, t, by, ret) : some_actor(w, t, s, ret);
    return true;
}

/* ---- acting ---- */

/* One command in an act of its own; a refusal leaves nothing behind. */
static bool act(Work *w, TestRun *t, const Step *s, CommandAsk *ask, const CaseActor *actor,
                int64_t *ret_ord)
{
    Core *core = t->k.core;
    CommandDone done = { .seq = -1, .answer = buf_open(w->arena, 1 << 16) };
    ask->actor = actor->kind;
    ask->seat = actor->seat;
    ask->person = actor->person;
    *ret_ord = 0;
    TRY(core_begin(w, core, NULL));
    core->seat = actor->seat;
    core->person = actor->person;
    bool ok = ask->row->run(w, &t->k, ask, &done);
    const char *what = ok || done.faults.n ? NULL : w->err.what;
    if (ok) {
        *ret_ord = core->act_fact.subject;
        TRY(core_commit(w, core));
    } else {
        if (w->err.code == ERR_STORE)
            return false;
        work_clear(w);
        TRY(core_rollback(w, core));
    }
    core->seat = core->person = 0; /* the steps between are the test's own */
    step_judge(w, t, s, &done.faults, what, ok);
    return true;
}

static void push(Cell *cells, CommandAsk *ask, const char *name, Str text)
{
    cells[ask->n++] = (Cell){ str_of(name), text };
}

bool run_case_add(Work *w, TestRun *t, const Step *s)
{
    StepRow *row = arena_new(w->arena, StepRow);
    Cell *cells = arena_array(w->arena, Cell, CELLS_MAX + 4);
    CommandAsk ask = { .row = command_find(STR("record.file")), .given = cells };
    const Named *parent = s->book->form == BOOK_UNDER ? named_find(t, s->unit) : NULL;
    CaseActor actor;
    int64_t ord = 0;
    Search search = { .step = s, .book = s->book, .parent = parent ? parent->ord : 0 };
    TRY(step_row(w, t, s, row));
    TRY(step_unit_need(w, t, row->filled.unit, &search.unit));
    TRY(actor_of_step(w, t, &search, &actor));
    push(cells, &ask, "book", s->book->name);
    push(cells, &ask, "unit", row->filled.unit);
    for (size_t i = 0; i < row->filled.cell_count; i++)
        cells[ask.n++] = row->filled.cells[i];
    TRY(act(w, t, s, &ask, &actor, &ord));
    if (ord && !s->refuse && s->name_count)
        *list_push(w->arena, &t->named) = (Named){ s->names[0], s->book, search.unit, ord };
    return true;
}

static bool case_of(Work *w, TestRun *t, const Step *s, const RecordRow **ret)
{
    const Named *named = s->name_count ? named_find(t, s->names[0]) : NULL;
    *ret = named ? record_find(w, t->k.core, named->book, named->unit, 0, named->ord, KNOWN_NOW)
                 : NULL;
    if (w->err.code == ERR_NONE && (!*ret || !(*ret)->cas))
        return fail(w, ERR_BAD_INPUT, "check.no_record name=%.*s",
                    STR_ARG(s->name_count ? s->names[0] : STR("")));
    return *ret != NULL;
}

bool run_case_move(Work *w, TestRun *t, const Step *s)
{
    StepRow *values = arena_new(w->arena, StepRow);
    Cell *cells = arena_array(w->arena, Cell, CELLS_MAX + 4);
    CommandAsk ask = { .row = command_find(STR("record.move")), .given = cells };
    const RecordRow *row;
    CaseActor actor;
    int64_t ord = 0;
    TRY(case_of(w, t, s, &row));
    const Search search = { .step = s, .book = s->book, .row = row, .unit = row->unit };
    TRY(actor_of_step(w, t, &search, &actor));
    TRY(step_row(w, t, s, values));
    push(cells, &ask, "book", s->book->name);
    push(cells, &ask, "unit", unit_code(t->k.core->units, row->unit, work_today(w), KNOWN_NOW));
    push(cells, &ask, "number", str_printf(w->arena, "%lld", (long long)row->ord));
    push(cells, &ask, "move", s->state);
    for (size_t i = 0; i < s->value_count && i < values->filled.cell_count; i++)
        cells[ask.n++] = values->filled.cells[i];
    return act(w, t, s, &ask, &actor, &ord);
}

bool run_tick(Work *w, TestRun *t)
{
    const Judge judge = judge_of(t->k.figures);
    size_t n = 1;
    while (n) {
        TRY(core_begin(w, t->k.core, NULL));
        TRY(cases_tick(w, t->k.cases, &judge, t->now_ms, TICK_MOST, &n));
        TRY(core_commit(w, t->k.core));
    }
    return true;
}

/* ---- what is expected of a case ---- */

typedef struct Seen { /* a part of a case: nothing there, or a number of its type */
    bool known;
    int64_t number;
    Str text; /* as it is said when it is not what was expected */
} Seen;

static const MoveRow *entry_into(const CaseRow *cas, const FlowState *state, bool last)
{
    const MoveRow *found = NULL;
    for (size_t i = 0; state && i < cas->move_n; i++)
        if (cas->moves[i].to == state->number && (last || !found))
            found = &cas->moves[i];
    return found;
}

static Seen unit_seen(TestRun *t, Work *w, int32_t unit)
{
    Seen seen = { unit != UNIT_NONE, unit, STR("-") };
    if (seen.known)
        seen.text = unit_code(t->k.core->units, unit, work_today(w), KNOWN_NOW);
    return seen;
}

static Seen number_seen(Work *w, int64_t number)
{
    return (Seen){ true, number, str_printf(w->arena, "%lld", (long long)number) };
}

static Seen state_seen(const Step *s, Work *w, TestRun *t, const CaseRow *cas, Str name, Str part)
{
    static const char *const actors[] = { "seat", "reporter", "system" };
    const FlowState *state = flow_state(s->book->flow_type, name);
    const MoveRow *m = entry_into(cas, state, !str_is(part, "first"));
    Seen none = { .text = STR("-") };
    if (!m)
        return none;
    if (str_is(part, "actor"))
        return (Seen){ true, m->actor, str_of(actors[m->actor]) };
    if (str_is(part, "unit"))
        return unit_seen(t, w, m->unit);
    return (Seen){ true, m->at_ms, ms_print(w->arena, m->at_ms) };
}

static Seen clock_seen(const Step *s, Work *w, TestRun *t, const RecordRow *row, Str name, Str part)
{
    const FlowClock *clock = flow_clock(s->book->flow_type, name);
    const ClockRow *c = NULL;
    for (size_t i = 0; clock && i < row->cas->clock_n; i++)
        if (row->cas->clocks[i].clock == clock->number)
            c = &row->cas->clocks[i];
    if (str_is(part, "late")) {
        bool late = c && clock_late(c, t->seen_ms);
        return (Seen){ true, late, late ? STR("true") : STR("false") };
    }
    if (!c)
        return (Seen){ .text = STR("-") };
    if (str_is(part, "due"))
        return (Seen){ true, c->due_ms, ms_print(w->arena, c->due_ms) };
    int64_t used = c->used;
    if (c->state == CLOCK_RUNNING)
        used += moment_between(unit_calendar(t->k.core, t->set, row->unit, work_today(w)),
                               c->since_ms, t->seen_ms, c->work);
    return number_seen(w, used);
}

static Seen part_seen(const Step *s, Work *w, TestRun *t, const RecordRow *row)
{
    const Flow *flow = s->book->flow_type;
    const CaseRow *cas = row->cas;
    Str rest = s->path, name = { 0 };
    const FlowState *state = flow_state_number(flow, cas->state);
    if (str_is(s->path, "state"))
        return (Seen){ true, cas->state, state ? state->name : STR("?") };
    if (str_is(s->path, "holder"))
        return unit_seen(t, w, cas->holder);
    if (str_starts(s->path, STR("times("))) {
        const FlowMove *move = flow_move(flow, str_sub(s->path, 6, s->path.n - 7));
        int64_t n = 0;
        for (size_t i = 0; move && i < cas->move_n; i++)
            n += cas->moves[i].move == move->number;
        return number_seen(w, n);
    }
    (void)str_next(&rest, '.', &name);
    bool of_clock = str_is(rest, "due") || str_is(rest, "used") || str_is(rest, "late");
    return of_clock ? clock_seen(s, w, t, row, name, rest) : state_seen(s, w, t, cas, name, rest);
}

/* A day meets the moments of it; 24:00 is the end of its own day. */
static bool same_number(const Step *s, int64_t number)
{
    const Expr *e = s->expr;
    if (e->type.kind == TYPE_DATE)
        return day_of_ms(number - 1) == e->number || day_of_ms(number) == e->number;
    if (e->type.kind == TYPE_DURATION && e->type.work)
        return number == e->number - e->number % WORK_DAY_MS % 2;
    return number == e->number;
}

static bool fits(const Step *s, Work *w, TestRun *t, const Seen *seen, bool *ret)
{
    int32_t unit = UNIT_NONE;
    const FlowState *state = NULL;
    *ret = false;
    if (s->unit.n) {
        Str name = s->unit;
        if (name.n > 1 && name.p[0] == '"')
            name = str_sub(name, 1, name.n - 2);
        TRY(step_unit_need(w, t, name, &unit));
        *ret = seen->known && seen->number == unit;
    } else if (s->state.n) {
        state = flow_state(s->book->flow_type, s->state);
        *ret = seen->known && state && seen->number == state->number;
    } else if (!s->expr) {
        *ret = !seen->known;
    } else {
        *ret = seen->known && same_number(s, seen->number);
    }
    return true;
}

/* As memory has it, and once more as the store does. */
bool run_expect_case(Work *w, TestRun *t, const Step *s)
{
    const RecordRow *row;
    TRY(case_of(w, t, s, &row));
    for (int again = 0; again < 2; again++) {
        bool holds = false;
        const Seen seen = part_seen(s, w, t, row);
        TRY(fits(s, w, t, &seen, &holds));
        if (!holds) {
            step_fail(w, t, s, "check.expect is=%.*s", STR_ARG(seen.text));
            return true;
        }
        row = record_find(w, t->k.core, s->book, row->unit, 0, row->ord, core_known(t->k.core) - 1);
        TRY(row && row->cas);
    }
    return true;
}
