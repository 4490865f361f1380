#include "figure/test_case.h"

void world_at(World *t, const char *moment)
{
    int32_t day;
    Str text = str_of(moment);
    CHECK(text.n == 16 && day_parse(str_sub(text, 0, 10), &day));
    int64_t hour = (text.p[11] - '0') * 10 + text.p[12] - '0';
    int64_t minute = (text.p[14] - '0') * 10 + text.p[15] - '0';
    t->w->now_ms = day_first_ms(day) + (hour * 60 + minute) * 60000;
}

void world_actor(World *t, Actor actor, const char *unit)
{
    t->acting = actor;
    t->core->seat = t->core->person = 0;
    if (!unit)
        return;
    int32_t seat;
    const Role *role = set_role(t->set, STR("office"));
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(seat_create(t->w, t->core, world_unit(t, unit), role->number, work_today(t->w), &seat));
    CHECK(core_commit(t->w, t->core));
    t->core->seat = seat;
}

/* ---- clocks: real hours, without a calendar ---- */
static bool among(const FlowState *const *states, size_t n, const FlowState *s)
{
    bool found = false;
    for (size_t i = 0; i < n; i++)
        found |= states[i] == s;
    return found;
}

static bool kept(const FlowMove *move, const FlowClock *c)
{
    bool found = false;
    for (size_t i = 0; i < move->keep_count; i++)
        found |= move->keeps[i] == c;
    return found;
}

static void run(ClockRow *r, int64_t at)
{
    r->state = CLOCK_RUNNING;
    r->since_ms = at;
    r->due_ms = at + r->limit - r->used;
}

static void halt(ClockRow *r, int64_t at, ClockState state)
{
    if (r->state == CLOCK_RUNNING)
        r->used += at - r->since_ms;
    if (r->state == CLOCK_RUNNING)
        r->since_ms = at;
    r->state = state;
    r->done_ms = state == CLOCK_DONE ? at : 0;
}

static bool clock_step(const FlowClock *c, const FlowMove *move, int64_t at, ClockRow *r, bool had)
{
    const FlowState *to = move->state;
    if (to->final || among(c->until, c->until_count, to)) {
        if (had && r->state != CLOCK_DONE)
            halt(r, at, CLOCK_DONE);
        return had;
    }
    bool starts = among(c->from, c->from_count, to);
    bool stops = among(c->stops, c->stop_count, to);
    if (starts && (!had || (!c->from_first && !kept(move, c) && r->state != CLOCK_STOPPED))) {
        CHECK(c->limit->op == EXPR_LITERAL && !c->limit->type.work);
        *r = (ClockRow){ .clock = c->number, .limit = c->limit->number, .started_ms = at };
        run(r, at);
        had = true;
    } else if (had && r->state == CLOCK_DONE && kept(move, c)) {
        run(r, at);
    }
    if (had && r->state == CLOCK_RUNNING && stops)
        halt(r, at, CLOCK_STOPPED);
    else if (had && r->state == CLOCK_STOPPED && !stops)
        run(r, at);
    return had;
}

static void clocks_step(World *t, const Flow *flow, const FlowMove *move, const CaseRow *before,
                        CaseStep *step)
{
    ClockRow *rows = arena_array(t->w->arena, ClockRow, flow->clock_count + 1);
    for (size_t i = 0; i < flow->clock_count; i++) {
        const FlowClock *c = &flow->clocks[i];
        ClockRow r = { .clock = c->number };
        bool had = false;
        for (size_t k = 0; before && k < before->clock_n; k++)
            if (before->clocks[k].clock == c->number) {
                r = before->clocks[k];
                had = true;
            }
        if (clock_step(c, move, t->w->now_ms, &r, had))
            rows[step->clock_n++] = r;
    }
    step->clocks = rows;
}

/* ---- moves ---- */
static bool leads_from(const FlowMove *move, int32_t state)
{
    bool found = false;
    for (size_t i = 0; i < move->from_count; i++)
        found |= move->froms[i]->number == state;
    return found;
}

static const FlowMove *move_named(const Flow *flow, const CaseRow *cas, const char *name)
{
    for (size_t i = 0; i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        bool here = cas ? leads_from(m, cas->state) : m->is_new;
        if (here && (!name || str_is(m->name, name) || str_is(m->state->name, name)))
            return m;
    }
    printf("# no move %s\n", name ? name : "new");
    CHECK(false);
    return NULL;
}

static int64_t step_put(World *t, RecordEdit *edit, const char *move, const CaseRow *cas,
                        int32_t holder)
{
    int64_t seq;
    const Flow *flow = edit->book->flow_type;
    CaseStep step = { .act = cas ? CASE_MOVED : CASE_BEGUN, .actor = t->acting, .holder = holder };
    step.move = move_named(flow, cas, move);
    clocks_step(t, flow, step.move, cas, &step);
    edit->step = &step;
    CHECK(core_begin(t->w, t->core, NULL));
    if (!record_put(t->w, t->core, edit, &seq))
        printf("# %s\n", t->w->err.what);
    CHECK(!t->w->err.code);
    CHECK(core_commit(t->w, t->core));
    return edit->ord;
}

int64_t world_raise(World *t, const char *book, const char *unit, int64_t parent,
                    const char *fields)
{
    RecordEdit edit = world_edit(t, book, unit, fields);
    edit.parent = parent;
    return step_put(t, &edit, NULL, NULL, edit.unit);
}

void world_step(World *t, const char *book, int64_t ord, const char *move, const char *holder,
                const char *fields)
{
    const RecordRow *row;
    RecordEdit edit = world_edit_again(t, book, ord, fields, &row);
    int32_t to = holder ? world_unit(t, holder) : row->cas->holder;
    (void)step_put(t, &edit, move, row->cas, to);
}

/* ---- the world of the tests ---- */
const char *case_text(void)
{
    return "kind dept \"部门\" in county\n"
           "list sort \"类\" (loud bool) {\n  road \"路\" (false)\n  noise \"声\" (true)\n}\n"
           "book case_ \"件\" of village dated accepted.first {\n"
           "  sort_ sort \"类\"\n  cost int \"钱\" optional\n"
           "  read anyone\n  write office at city\n  flow handle\n}\n"
           "book aid \"帮\" under case_ {\n  who unit dept \"谁\"\n  flow help\n}\n"
           "flow help \"帮\" {\n  state asked \"请\"\n  state done \"成\" final\n"
           "  new -> asked \"请\" by office at city\n"
           "  asked -> done \"成\" by office at city\n}\n"
           "flow handle \"办\" {\n"
           "  state reported \"报\"\n  state accepted \"受\"\n  state handling \"办\"\n"
           "  state waiting \"等\"\n  state answered \"答\"\n  state closed \"结\" final\n"
           "  clock total \"限\" from accepted.first until answered limit 72h stops waiting\n"
           "  clock work \"办限\" from handling until waiting, answered limit 24h\n"
           "  new -> reported \"报\" by office at city to owner\n"
           "  reported -> accepted \"受\" by office at city\n"
           "  accepted -> handling \"交\" by holder to lead "
           "{ lead unit dept \"谁\" default route[sort_].to_ @ county }\n"
           "  handling -> waiting \"等\" by holder\n"
           "  waiting -> handling \"续\" by holder\n"
           "  handling -> answered \"答\" by holder when all(this.aid: is done) "
           "{ reply text(50) \"答\" }\n"
           "  answered -> closed \"结\" by reporter | office at city except answered.actor\n"
           "  unsolved: answered -> handling \"重\" by reporter keeps total\n"
           "  reopen: closed -> handling \"再\" by reporter keeps total\n}\n"
           "book route \"分派\" per county, sort {\n  to_ unit dept \"谁\"\n"
           "  days_ int \"天\"\n  read anyone\n  write office at city\n}\n"
           "figure taken \"受\" = count(case_)\n"
           "figure raised \"报\" = count(case_ by entered)\n"
           "figure answered_n \"答\" = count(case_ where was answered)\n"
           "figure answered_now \"今答\" = count(case_ where was answered[now])\n"
           "figure open_n \"在办\" = count(case_ ever where not is closed)\n"
           "figure agreed \"认\" = count(case_ where is closed and closed.actor = reporter)\n"
           "figure late_n \"迟\" = count(case_ where total.late)\n"
           "figure in_time \"按期\" = count(case_ by answered.first where not total.late) / "
           "count(case_ by answered.first) as percent(1)\n"
           "figure due_n \"到期\" = count(case_ where total.due <= end)\n"
           "figure again \"重\" = count(case_ where times(unsolved) + times(reopen) > 0)\n"
           "figure by_last \"末答\" = count(case_ by answered.last)\n"
           "figure at_dept \"部门答\" = count(case_ where answered.unit.kind in (dept, county))\n"
           "figure loud \"纠纷\" = count(case_ where sort_.loud)\n"
           "figure by_sort(s sort) \"分类\" = count(case_ where sort_ = s)\n"
           "figure hours_mid \"中位\" = median(case_ by answered.first: total.used) as hours(1)\n"
           "figure hours_p90 \"九分\" = p90(case_ by answered.first: total.used) as hours(1)\n"
           "figure used_sum \"合\" = sum(case_: total.used) as hours(1)\n"
           "figure held \"经办\" = count(case_ via holder)\n"
           "figure led \"主办\" = count(case_ via lead)\n"
           "figure aided \"帮\" = count(aid via who by asked.first)\n"
           "figure aid_done \"帮成\" = count(aid where is done)\n"
           "figure busy \"有迟的村\" = count(village where late_n > 0)\n"
           "figure same_taken \"同受\" = taken - taken[prev] same village\n"
           "figure worst \"最久\" = most(case_: total.used) as hours(1)\n";
}

World case_country(void)
{
    World t = world_open(case_text());
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A B");
    world_units(&t, "township", "A", "T1 T2");
    world_units(&t, "township", "B", "T3");
    world_units(&t, "village", "T1", "V1 V2");
    world_units(&t, "village", "T2", "V3");
    world_units(&t, "village", "T3", "V4");
    world_units(&t, "dept", "A", "D1 D2");
    world_actor(&t, ACTOR_SEAT, NULL);
    return t;
}
