/* Random lives of cases: after every step live columns say what a recomputation says, as time goes
 * on without facts too. */
#include "figure/column/column_int.h"
#include "figure/test_case.h"

typedef struct Lives {
    World t;
    uint64_t seed;
    int64_t cases, aids;
} Lives;

static uint64_t roll(Lives *l, uint64_t below)
{
    l->seed ^= l->seed << 13;
    l->seed ^= l->seed >> 7;
    l->seed ^= l->seed << 17;
    return l->seed % below;
}

static const char *pick(Lives *l, const char *const *names, size_t n)
{
    return names[roll(l, n)];
}

static const RecordRow *row_of(Lives *l, const char *book, int64_t ord)
{
    const RecordRow *row = record_find(l->t.w, l->t.core, set_book(l->t.set, str_of(book)),
                                       UNIT_NONE, 0, ord, KNOWN_NOW);
    CHECK(row);
    return row;
}

static const FlowMove *move_of(Lives *l, const Book *book, const RecordRow *row)
{
    const FlowMove *open[16];
    size_t n = 0;
    for (size_t i = 0; i < book->flow_type->move_count; i++) {
        const FlowMove *m = &book->flow_type->moves[i];
        for (size_t k = 0; k < m->from_count; k++)
            if (m->froms[k]->number == row->cas->state)
                open[n++] = m;
    }
    return n ? open[roll(l, n)] : NULL;
}

static void move_one(Lives *l, const char *name, int64_t ord)
{
    static const char *const holders[] = { "D1", "D2", "A", "T1", "V3" };
    const Book *book = set_book(l->t.set, str_of(name));
    const RecordRow *row = row_of(l, name, ord);
    const FlowMove *m = row->state == RECORD_VOID ? NULL : move_of(l, book, row);
    if (!m)
        return;
    Arena *arena = l->t.w->arena;
    const char *to = str_z(arena, m->name.n ? m->name : m->state->name);
    bool hands = roll(l, 3) == 0;
    l->t.acting = roll(l, 4) ? ACTOR_SEAT : ACTOR_REPORTER;
    world_step(&l->t, name, ord, to, hands ? pick(l, holders, 5) : NULL,
               hands && str_is(book->name, "case_") ? "lead=@D2" : "");
}

static void raise_one(Lives *l)
{
    static const char *const villages[] = { "V1", "V2", "V3", "V4" };
    const char *fields =
        arena_printf(l->t.w->arena, "sort_=%d cost=%d", (int)roll(l, 2) + 1, (int)roll(l, 99));
    l->t.acting = ACTOR_SEAT;
    l->cases = world_raise(&l->t, "case_", pick(l, villages, 4), 0, fields);
}

static void step(Lives *l)
{
    static const int64_t pauses[] = { 0, 1, 60, 600, 1440, 4000 }; /* minutes */
    l->t.w->now_ms += pauses[roll(l, 6)] * 60000 + (int64_t)roll(l, 1000);
    uint64_t kind = roll(l, 20);
    int64_t ord = l->cases ? (int64_t)roll(l, (uint64_t)l->cases) + 1 : 0;
    if (!ord || kind < 3) {
        raise_one(l);
    } else if (kind < 4) {
        const RecordRow *row = row_of(l, "case_", ord);
        if (row->state != RECORD_VOID)
            world_correct(&l->t, "case_", NULL, NULL, ord, roll(l, 2) ? "sort_=1" : "cost=7");
    } else if (kind == 4) {
        const RecordRow *row = row_of(l, "case_", ord);
        if (row->state != RECORD_VOID)
            l->aids = world_raise(&l->t, "aid", "V1", ord, roll(l, 2) ? "who=@D1" : "who=@D2");
    } else if (kind == 5 && l->aids) {
        move_one(l, "aid", (int64_t)roll(l, (uint64_t)l->aids) + 1);
    } else if (kind == 6 && roll(l, 4) == 0) {
        if (row_of(l, "case_", ord)->state != RECORD_VOID)
            world_state(&l->t, "case_", NULL, NULL, ord, RECORD_VOID);
    } else {
        move_one(l, "case_", ord);
    }
}

static void ask_some(Lives *l)
{
    static const char *const units[] = { "Z", "A", "B", "T1", "V1", "V3", "D1", "D2" };
    static const char *const periods[] = { "2021", "2021-03", "2021-04", "2021-05", "2021Q1" };
    const PackSet *set = l->t.set;
    for (int i = 0; i < 6; i++) {
        const Figure *figure = set->figures[roll(l, set->figure_count)];
        Ask ask = { .unit = world_unit(&l->t, pick(l, units, 8)) };
        int64_t arg = (int64_t)roll(l, 2) + 1;
        Value v;
        CHECK(period_parse(str_of(pick(l, periods, 5)), &ask.period));
        CHECK(figure_ask(l->t.w, l->t.f, figure, &arg, figure->param_count, &ask, &v));
    }
}

static bool live_through(uint64_t seed, int steps)
{
    Lives l = { .t = case_country(), .seed = seed * 0x9E3779B97F4A7C15u + 1 };
    bool ok = true;
    world_at(&l.t, "2021-03-01 08:00");
    for (int i = 0; ok && i < steps; i++) {
        ARENA_SCOPE(l.t.w->arena);
        step(&l);
        if (roll(&l, 3))
            ask_some(&l);
        ok = figures_prove(l.t.w, l.t.f);
        if (!ok)
            printf("# seed %llu step %d: %s\n", (unsigned long long)seed, i, l.t.w->err.what);
    }
    work_clear(l.t.w);
    if (!ok)
        figures_forget(l.t.f);
    world_close(&l.t);
    return ok;
}

TEST(random_lives_of_cases_are_followed_exactly)
{
    for (uint64_t seed = 1; seed <= 12; seed++)
        EXPECT(live_through(seed, 150));
}

/* What is not told by a fact is told by the time: columns stay, and are right. */
TEST(a_column_waits_for_clocks_to_run_out)
{
    World t = case_country();
    world_at(&t, "2021-03-01 08:00");
    for (int i = 0; i < 40; i++) {
        t.w->now_ms += 600000;
        int64_t ord = world_raise(&t, "case_", i % 2 ? "V1" : "V3", 0, "sort_=1");
        world_step(&t, "case_", ord, "accepted", NULL, "");
    }
    const Figure *late = set_figure(t.set, STR("late_n"));
    Ask ask = { .unit = world_unit(&t, "Z") };
    CHECK(period_parse(STR("2021"), &ask.period));
    world_at(&t, "2021-03-04 00:30");
    Value v;
    EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == 0);
    int32_t columns = t.f->column_n;
    for (int i = 0; i < 40; i++) { /* the i-th is due at 8:10 + 10 i of the third day on */
        t.w->now_ms = day_first_ms(day_make(2021, 3, 4)) + (8 * 60 + 10 * (i + 1)) * 60000;
        EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == i);
        t.w->now_ms++;
        EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == i + 1);
    }
    EXPECT(t.f->column_n == columns); /* brought forward, not filled again */
    world_at(&t, "2021-03-05 00:30");
    EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == 40);
    world_close(&t);
}

/* A new day fills nothing again: the columns of the day before go on. */
TEST(a_column_goes_on_the_next_day)
{
    World t = case_country();
    world_at(&t, "2021-03-01 08:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    world_step(&t, "case_", one, "accepted", NULL, "");
    const Figure *late = set_figure(t.set, STR("late_n"));
    const Figure *open_ = set_figure(t.set, STR("open_n"));
    Ask ask = { .unit = world_unit(&t, "Z") };
    CHECK(period_parse(STR("2021"), &ask.period));
    Value v;
    EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == 0);
    EXPECT(figure_ask(t.w, t.f, open_, NULL, 0, &ask, &v) && v.num == 1);
    CHECK(t.f->column_n == 2);
    const Column *columns[] = { t.f->columns[0], t.f->columns[1] };
    world_at(&t, "2021-03-02 07:00"); /* before anybody asks: a move that the day before has not */
    int64_t two = world_raise(&t, "case_", "V4", 0, "sort_=1");
    world_step(&t, "case_", two, "accepted", NULL, "");
    world_at(&t, "2021-03-02 09:00");
    EXPECT(figure_ask(t.w, t.f, open_, NULL, 0, &ask, &v) && v.num == 2);
    world_at(&t, "2021-03-04 08:01");
    EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == 1);
    world_at(&t, "2021-03-05 08:01");
    EXPECT(figure_ask(t.w, t.f, late, NULL, 0, &ask, &v) && v.num == 2);
    EXPECT(t.f->column_n == 2 && t.f->columns[0] == columns[0] && t.f->columns[1] == columns[1]);
    world_close(&t);
}
