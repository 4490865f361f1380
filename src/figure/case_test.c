/* Cases in figures: each rule that a flow adds to the language, by its number. */
#include "figure/column/column_int.h"
#include "figure/test_case.h"

TEST(rule_25_a_case_is_what_its_moves_made_it_at_the_moment)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    SAYS("raised @ \"T1\" [2021-01]", "1");
    SAYS("taken @ \"T1\" [2021-01]", "0"); /* not accepted: in no period */
    world_at(&t, "2021-01-11 09:00");
    world_step(&t, "case_", one, "accepted", NULL, "");
    SAYS("taken @ \"T1\" [2021-01]", "1");
    SAYS("answered_n @ \"Z\" [2021-01]", "0");
    world_step(&t, "case_", one, "handling", "D1", "lead=@D1");
    world_at(&t, "2021-02-02 09:00");
    world_step(&t, "case_", one, "answered", NULL, "reply=好");
    SAYS("answered_n @ \"Z\" [2021-01]", "0");   /* as it stood at the end of January */
    SAYS("answered_now @ \"Z\" [2021-01]", "1"); /* as known now */
    SAYS("answered_n @ \"Z\" [2021-01, at 2021-02-02]", "1");
    SAYS("answered_n @ \"Z\" [2021]", "1");
    SAYS("open_n @ \"Z\" [2021-01]", "1");
    SAYS("open_n @ \"Z\" [2020]", "0"); /* it was not there yet */
    world_actor(&t, ACTOR_REPORTER, NULL);
    world_step(&t, "case_", one, "closed", NULL, "");
    SAYS("open_n @ \"Z\" [2021]", "0");
    SAYS("agreed @ \"Z\" [2021]", "1");
    EXPECT(!strcmp(says_known(&t, "answered_n @ \"Z\" [2021-01]", "2021-01-20"), "0"));
    EXPECT(!strcmp(says_known(&t, "taken @ \"Z\" [2021-01]", "2021-01-10"), "0"));
    world_close(&t);
}

TEST(rule_10_rows_are_dated_by_their_first_or_last_entry_into_a_state)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    world_step(&t, "case_", one, "accepted", NULL, "");
    world_step(&t, "case_", one, "handling", "D1", "lead=@D1");
    world_at(&t, "2021-01-12 09:00");
    world_step(&t, "case_", one, "answered", NULL, "reply=好");
    SAYS("by_last @ \"Z\" [2021-01]", "1");
    world_at(&t, "2021-02-12 09:00");
    world_actor(&t, ACTOR_REPORTER, NULL);
    world_step(&t, "case_", one, "unsolved", NULL, "");
    SAYS("by_last @ \"Z\" [2021-02]", "0");
    world_actor(&t, ACTOR_SEAT, NULL);
    world_step(&t, "case_", one, "answered", NULL, "reply=好");
    SAYS("by_last @ \"Z\" [2021-02]", "1");
    SAYS("by_last @ \"Z\" [2021-01]", "1"); /* at its end the January answer was the last */
    SAYS("by_last @ \"Z\" [2021-01, now]", "0");
    SAYS("by_last @ \"Z\" [2021]", "1");
    SAYS("again @ \"Z\" [2021-01]", "0");
    SAYS("again @ \"Z\" [2021]", "1");
    world_close(&t);
}

TEST(rule_26_a_clock_is_late_by_now_and_was_what_it_was)
{
    World t = case_country();
    world_at(&t, "2021-01-29 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    world_step(&t, "case_", one, "accepted", NULL, ""); /* due 1 February, 9:00 */
    SAYS("due_n @ \"Z\" [2021-01]", "0");
    SAYS("due_n @ \"Z\" [2021-01-29]", "0");
    SAYS("late_n @ \"Z\" [2021]", "0");
    SAYS("busy @ \"Z\" [2021]", "0");
    world_at(&t, "2021-02-01 09:00");
    SAYS("late_n @ \"Z\" [2021]", "0"); /* at its last instant it is in time */
    world_at(&t, "2021-02-01 09:01");
    SAYS("late_n @ \"Z\" [2021]", "1"); /* without any fact */
    SAYS("busy @ \"Z\" [2021]", "1");
    SAYS("late_n @ \"Z\" [2021-01]", "0");
    SAYS("late_n @ \"Z\" [2021-01, now]", "1");
    SAYS("used_sum @ \"Z\" [2021-01]",
         "226800000"); /* 63 hours to the end of the 31st, less 1 ms */
    world_close(&t);
}

/* ---- who ---- */
TEST(rule_11_a_case_counts_for_its_holder_or_a_unit_that_a_move_asked_for)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    world_step(&t, "case_", one, "accepted", NULL, "");
    SAYS("held @ \"V1\" [2021-01]", "1");
    SAYS("led @ \"D1\" [2021-01]", "0");
    world_at(&t, "2021-02-10 09:00");
    world_step(&t, "case_", one, "handling", "D1", "lead=@D1");
    SAYS("held @ \"V1\" [2021]", "0");
    SAYS("held @ \"D1\" [2021]", "1");
    SAYS("held @ \"A\" [2021]", "1");     /* once, though village and department stand below it */
    SAYS("held @ \"T1\" [2021-01]", "1"); /* who had it at the end of January */
    SAYS("held @ \"D1\" [2021-01]", "0");
    SAYS("held @ \"D1\" [2021-01, now]", "1");
    SAYS("led @ \"D1\" [2021]", "1");
    world_close(&t);
}

TEST(rule_25_who_moved_it_is_read_from_the_move)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    int64_t two = world_raise(&t, "case_", "V2", 0, "sort_=2");
    for (int64_t ord = one; ord <= two; ord++) {
        world_step(&t, "case_", ord, "accepted", NULL, "");
        world_step(&t, "case_", ord, "handling", "D1", "lead=@D1");
    }
    world_step(&t, "case_", one, "answered", NULL, ""); /* by nobody's seat */
    SAYS("at_dept @ \"Z\" [2021]", "0");
    world_actor(&t, ACTOR_SEAT, "Z");
    world_step(&t, "case_", two, "answered", NULL, "");
    SAYS("at_dept @ \"Z\" [2021]", "0"); /* the city answered */
    SAYS("count(case_ where answered.unit.kind = city) @ \"Z\" [2021]", "1");
    SAYS("agreed @ \"Z\" [2021]", "0");
    world_actor(&t, ACTOR_REPORTER, NULL);
    world_step(&t, "case_", one, "closed", NULL, "");
    world_actor(&t, ACTOR_SEAT, NULL);
    world_step(&t, "case_", two, "closed", NULL, "");
    SAYS("agreed @ \"Z\" [2021]", "1");
    SAYS("count(case_ where closed.actor != reporter) @ \"Z\" [2021]", "1");
    world_close(&t);
}

/* ---- what is counted ---- */
TEST(rule_17_rates_of_cases_are_pairs_of_counts)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    SAYS("in_time @ \"Z\" [2021-01]", "no base");
    for (int i = 0; i < 3; i++) {
        int64_t ord = world_raise(&t, "case_", "V1", 0, i ? "sort_=1" : "sort_=2");
        world_step(&t, "case_", ord, "accepted", NULL, "");
        world_step(&t, "case_", ord, "handling", "D1", "lead=@D1");
        t.w->now_ms += (i * 40 + 10) * INT64_C(3600000); /* 10, 50 and 90 of 72 hours */
        world_step(&t, "case_", ord, "answered", NULL, "");
    }
    SAYS("in_time @ \"Z\" [2021-01]", "2/3");
    SAYS("in_time @ \"D1\" [2021-01]", "no base"); /* nothing is owned there */
    SAYS("loud @ \"T1\" [2021-01]", "1");
    SAYS("by_sort(road) @ \"T1\" [2021-01]", "2");
    SAYS("by_sort(noise) @ \"T1\" [2021-01]", "1");
    SAYS("due_n @ \"T1\" [2021-01]", "3");
    SAYS("due_n @ \"T1\" [2021-01-13]", "0"); /* of those accepted on that day */
    SAYS("coverage(taken) @ \"Z\" [2021-01]", "1");
    world_close(&t);
}

static Str printed(World *t, const char *name, const char *period, Value *v)
{
    const Figure *figure = set_figure(t->set, str_of(name));
    Ask ask = { .unit = world_unit(t, "Z") };
    CHECK(period_parse(str_of(period), &ask.period));
    CHECK(figure_ask(t->w, t->f, figure, NULL, 0, &ask, v));
    return value_text(t->w->arena, figure, v, 0);
}

TEST(rule_21_hours_of_a_median_are_printed_as_hours)
{
    World t = case_country();
    Value v;
    static const int hours[] = { 3, 30, 7, 11, 12, 1, 100, 2, 9, 8 };
    world_at(&t, "2021-01-10 09:00");
    EXPECT(printed(&t, "hours_mid", "2021-01", &v).n && value_because(&v, VALUE_NO_BASE));
    for (size_t i = 0; i < 10; i++) {
        int64_t ord = world_raise(&t, "case_", i % 2 ? "V1" : "V4", 0, "sort_=1");
        world_step(&t, "case_", ord, "accepted", NULL, "");
        world_step(&t, "case_", ord, "handling", NULL, "lead=@D1");
        t.w->now_ms += hours[i] * INT64_C(3600000);
        world_step(&t, "case_", ord, "answered", NULL, "");
        (void)printed(&t, "hours_mid", "2021-01", &v); /* followed while they come */
    }
    EXPECT(str_is(printed(&t, "hours_mid", "2021-01", &v), "8.5小时"));
    EXPECT(str_is(printed(&t, "hours_p90", "2021-01", &v), "30.0小时"));
    EXPECT(str_is(printed(&t, "worst", "2021-01", &v), "100.0小时"));
    SAYS("hours_mid @ \"T1\" [2021-01]", "28800000"); /* 30 11 1 2 8 */
    world_close(&t);
}

TEST(rule_10_details_with_a_flow_are_dated_by_it)
{
    World t = case_country();
    world_at(&t, "2021-01-30 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    world_step(&t, "case_", one, "accepted", NULL, "");
    world_at(&t, "2021-02-01 09:00");
    int64_t aid = world_raise(&t, "aid", "V1", one, "who=@D1");
    SAYS("aided @ \"D1\" [2021-01]", "0");
    SAYS("aided @ \"D1\" [2021-02]", "1");
    SAYS("aid_done @ \"T1\" [2021-01]", "0");
    world_step(&t, "aid", aid, "done", NULL, "");
    SAYS("aid_done @ \"T1\" [2021-01]", "0"); /* dated by its case: January, when it was not done */
    SAYS("aid_done @ \"T1\" [2021-01, now]", "1");
    world_close(&t);
}

/* ---- guards and values of a row that is not there yet ---- */
static Truth guard(World *t, int64_t ord)
{
    const Book *book = set_book(t->set, STR("case_"));
    const FlowMove *answer = NULL;
    for (size_t i = 0; i < book->flow_type->move_count; i++)
        if (book->flow_type->moves[i].when)
            answer = &book->flow_type->moves[i];
    CHECK(answer);
    const RecordRow *row = record_find(t->w, t->core, book, UNIT_NONE, 0, ord, KNOWN_NOW);
    Truth truth;
    CHECK(row_truth(t->w, t->f, book, row, answer->when, &truth));
    return truth;
}

TEST(rule_24_a_guard_sees_the_details_of_its_row)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    int64_t two = world_raise(&t, "case_", "V1", 0, "sort_=1");
    EXPECT(guard(&t, one) == TRUTH_TRUE); /* nobody was asked */
    int64_t a = world_raise(&t, "aid", "V1", one, "who=@D1");
    EXPECT(guard(&t, one) == TRUTH_FALSE);
    EXPECT(guard(&t, two) == TRUTH_TRUE);
    int64_t b = world_raise(&t, "aid", "V1", one, "who=@D2");
    world_step(&t, "aid", a, "done", NULL, "");
    EXPECT(guard(&t, one) == TRUTH_FALSE);
    world_step(&t, "aid", b, "done", NULL, "");
    EXPECT(guard(&t, one) == TRUTH_TRUE);
    int64_t c = world_raise(&t, "aid", "V1", one, "who=@D2");
    EXPECT(guard(&t, one) == TRUTH_FALSE);
    world_state(&t, "aid", NULL, NULL, c, RECORD_VOID);
    EXPECT(guard(&t, one) == TRUTH_TRUE);
    figures_forget(t.f);
    EXPECT(guard(&t, one) == TRUTH_TRUE && guard(&t, two) == TRUTH_TRUE);
    world_close(&t);
}

TEST(rule_24_the_row_is_judged_as_if_it_had_moved)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=1");
    const Book *book = set_book(t.set, STR("case_"));
    const FlowState *accepted = flow_state(book->flow_type, STR("accepted"));
    RecordRow row = *record_find(t.w, t.core, book, UNIT_NONE, 0, one, KNOWN_NOW);
    const MoveRow moves[] = { row.cas->moves[0],
                              { .from = row.cas->state,
                                .to = accepted->number,
                                .holder = world_unit(&t, "D1"),
                                .unit = world_unit(&t, "T1"),
                                .at_ms = t.w->now_ms } };
    CaseRow cas = *row.cas;
    cas.moves = moves;
    cas.move_n = 2;
    cas.state = accepted->number;
    row.cas = &cas;
    Expr is = { .op = EXPR_STATE,
                .type = { .kind = TYPE_BOOL },
                .id = -1,
                .state = accepted,
                .number = accepted - book->flow_type->states };
    Truth truth;
    int64_t num;
    bool known;
    EXPECT(row_truth(t.w, t.f, book, &row, &is, &truth) && truth == TRUTH_TRUE);
    Expr holder = { .op = EXPR_HOLDER, .type = { .kind = TYPE_UNIT }, .id = -1 };
    EXPECT(row_number(t.w, t.f, book, &row, &holder, &num, &known) && known &&
           num == world_unit(&t, "D1"));
    SAYS("taken @ \"Z\" [2021]", "0"); /* nothing of it is kept */
    world_close(&t);
}

TEST(rule_20_the_default_of_a_row_is_a_cell_of_a_unit_above_it)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t one = world_raise(&t, "case_", "V1", 0, "sort_=2");
    const Book *book = set_book(t.set, STR("case_"));
    const RecordRow *row = record_find(t.w, t.core, book, UNIT_NONE, 0, one, KNOWN_NOW);
    const Expr *of_move = NULL;
    for (size_t i = 0; i < book->flow_type->move_count; i++)
        if (book->flow_type->moves[i].field_count && book->flow_type->moves[i].asks[0].fallback)
            of_move = book->flow_type->moves[i].asks[0].fallback;
    int64_t num;
    bool known;
    CHECK(of_move);
    EXPECT(row_number(t.w, t.f, book, row, of_move, &num, &known) && !known);
    (void)world_file(&t, "route", "A", NULL, "#sort=1 to_=@D1 days_=3");
    (void)world_file(&t, "route", "A", NULL, "#sort=2 to_=@D2 days_=5");
    (void)world_file(&t, "route", "B", NULL, "#sort=2 to_=@D1 days_=7");
    EXPECT(row_number(t.w, t.f, book, row, of_move, &num, &known) && known &&
           num == world_unit(&t, "D2"));
    world_close(&t);
}

/* ---- trace ---- */
TEST(a_trace_lists_the_cases_that_counted)
{
    World t = case_country();
    world_at(&t, "2021-01-10 09:00");
    int64_t last = 0;
    for (int i = 0; i < 5; i++) {
        last = world_raise(&t, "case_", i % 2 ? "V1" : "V4", 0, "sort_=1");
        world_step(&t, "case_", last, "accepted", NULL, "");
    }
    world_at(&t, "2021-01-10 11:00");
    world_step(&t, "case_", last, "handling", "D1", "lead=@D1");
    world_step(&t, "case_", last, "answered", NULL, "");
    Trace trace;
    Ask ask = { .unit = world_unit(&t, "Z") };
    CHECK(period_parse(STR("2021-01"), &ask.period));
    CHECK(figure_trace(t.w, t.f, set_figure(t.set, STR("taken")), NULL, 0, &ask, 10, &trace));
    EXPECT(trace.atom_n == 1 && trace.atoms[0].fact_n == 5);
    for (size_t i = 1; i < trace.atoms[0].fact_n; i++)
        EXPECT(trace.atoms[0].facts[i - 1].unit <= trace.atoms[0].facts[i].unit);
    CHECK(figure_trace(t.w, t.f, set_figure(t.set, STR("in_time")), NULL, 0, &ask, 10, &trace));
    EXPECT(trace.atom_n == 2 && trace.atoms[0].fact_n == 1);
    EXPECT(trace.atoms[0].facts[0].ord == last);
    const Book *book = set_book(t.set, STR("case_"));
    const RecordRow *row = record_find(t.w, t.core, book, UNIT_NONE, 0, last, KNOWN_NOW);
    EXPECT(trace.atoms[0].facts[0].seq == row->seq);
    CHECK(figure_trace(t.w, t.f, set_figure(t.set, STR("used_sum")), NULL, 0, &ask, 10, &trace));
    EXPECT(trace.atoms[0].fact_n == 5 && str_is(trace.atoms[0].facts[0].value, "2.0"));
    world_close(&t);
}
