#include "flow/test_flow.h"

TEST(a_case_goes_its_way_on_the_clock)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM2, t.farm[0], "road");
    EXPECT(one == 1 && !strcmp(town_state(&t, one), "reported"));
    EXPECT(town_row(&t, one)->cas->holder == t.farm[0]);
    EXPECT(town_clock(&t, one, "take")->due_ms == town_ms("2021-06-07T11:00"));
    EXPECT(!town_clock(&t, one, "total"));
    EXPECT(!town_move(&t, DESK_FARM2, one, "accepted", NULL, 0)); /* not its owner's desk */
    town_at(&t, "2021-06-07T10:00");
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_clock(&t, one, "take")->state == CLOCK_DONE);
    /* ten working days from the 7th; the 14th was a holiday */
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-23T00:00"));
    EXPECT(!town_move(&t, DESK_FARM, one, "handling", NULL, 0)); /* to whom? */
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[0]));
    EXPECT(town_row(&t, one)->cas->holder == t.shop[0]);
    EXPECT(!town_move(&t, DESK_FARM, one, "answered", "score", 3)); /* it is the shop's now */
    EXPECT(!town_move(&t, DESK_SHOP, one, "answered", NULL, 0));    /* needs its field */
    EXPECT(town_move(&t, DESK_SHOP, one, "answered", "score", 3));
    EXPECT(!town_move(&t, DESK_SHOP, one, "closed", NULL, 0)); /* its own answer */
    EXPECT(!town_move(&t, CHECK_COUNTY, one, "silent", NULL, 0));
    town_at(&t, "2021-06-22T10:01");
    EXPECT(town_move(&t, CHECK_COUNTY, one, "silent", NULL, 0));
    EXPECT(!strcmp(town_state(&t, one), "closed"));
    EXPECT(town_row(&t, one)->cas->move_n == 5);
    town_close(&t);
}

TEST(a_case_is_handed_to_nobody_beside_its_packs_owner)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM2, t.farm[0], "road");
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(!town_move(&t, DESK_FARM, one, "handling", "dept", t.shop_elsewhere));
    EXPECT(!strcmp(town_state(&t, one), "accepted"));
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[1]));
    town_close(&t);
}

TEST(a_stop_keeps_what_is_left)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM, t.farm[0], "water");
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-11T00:00"));
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[0]));
    town_at(&t, "2021-06-08T09:00"); /* two working days are left after this one */
    EXPECT(town_move(&t, DESK_SHOP, one, "waiting", NULL, 0));
    EXPECT(town_clock(&t, one, "total")->state == CLOCK_STOPPED);
    EXPECT(town_clock(&t, one, "pause")->due_ms == town_ms("2021-06-17T00:00"));
    town_at(&t, "2021-06-15T23:00");
    EXPECT(town_tick(&t) == 0);
    town_at(&t, "2021-06-21T00:00"); /* the ceiling gives it back at its own moment */
    EXPECT(town_tick(&t) >= 1);
    EXPECT(!strcmp(town_state(&t, one), "handling"));
    const CaseRow *cas = town_row(&t, one)->cas;
    EXPECT(case_last(cas)->at_ms == town_ms("2021-06-17T00:00"));
    EXPECT(case_last(cas)->actor == ACTOR_SYSTEM && cas->holder == t.shop[0]);
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-19T00:00"));
    town_close(&t);
}

TEST(late_steps_happen_once_at_their_moments)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM, t.farm[0], "water");
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[0]));
    town_at(&t, "2021-07-07T09:00"); /* a month without a tick */
    EXPECT(town_tick(&t) >= 2);
    EXPECT(!strcmp(town_state(&t, one), "accepted") && town_row(&t, one)->cas->holder == t.county);
    EXPECT(case_last(town_row(&t, one)->cas)->at_ms == town_ms("2021-06-17T00:00"));
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-11T00:00"));
    EXPECT(town_clock(&t, one, "total")->steps == 3);
    int64_t known = core_known(t.core);
    EXPECT(town_tick(&t) == 0 && core_known(t.core) == known);
    /* the answer comes late; reopened, it stays late and nothing is told twice */
    EXPECT(town_move(&t, DESK_COUNTY, one, "handling", "dept", t.shop[0]));
    EXPECT(town_move(&t, DESK_SHOP, one, "answered", "score", 1));
    EXPECT(clock_late(town_clock(&t, one, "total"), t.w->now_ms));
    EXPECT(town_move(&t, DESK_FARM, one, "unsolved", NULL, 0));
    EXPECT(town_clock(&t, one, "total")->state == CLOCK_RUNNING);
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-11T00:00"));
    EXPECT(town_tick(&t) == 0);
    town_close(&t);
}

TEST(a_case_that_is_passed_by_holds_up_nobody)
{
    Town t = town_open();
    int64_t cases[2];
    size_t facts = 0;
    for (int i = 0; i < 2; i++) { /* the limit of taking up ends at 11:00 and at 11:30 */
        town_at(&t, i ? "2021-06-07T09:30" : "2021-06-07T09:00");
        cases[i] = town_add(&t, DESK_FARM, t.farm[0], "water");
    }
    town_at(&t, "2021-06-07T15:00");
    CHECK(core_begin(t.w, t.core, NULL));
    CHECK(cases_tick_from(t.w, t.cases, &t.judge, t.w->now_ms, 1, 64, &facts) && facts == 1);
    CHECK(core_commit(t.w, t.core));
    EXPECT(!town_clock(&t, cases[0], "take")->steps && town_clock(&t, cases[1], "take")->steps);
    EXPECT(town_tick(&t) == 1 && town_clock(&t, cases[0], "take")->steps);
    town_close(&t);
}

TEST(nobody_approves_what_they_answered)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, -1, t.farm[0], "road");
    EXPECT(town_row(&t, one)->cas->moves[0].actor == ACTOR_REPORTER);
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[0]));
    /* the shop's person answers; then sits in, or stands in for, the checker's seat */
    EXPECT(town_move(&t, DESK_SHOP, one, "answered", "score", 1));
    t.person[CHECK_COUNTY] = t.person[DESK_SHOP];
    EXPECT(!town_move(&t, CHECK_COUNTY, one, "closed", NULL, 0));
    /* somebody else answers again: the first one stays barred */
    EXPECT(town_move(&t, -1, one, "unsolved", NULL, 0));
    int32_t old = t.person[DESK_SHOP];
    t.person[DESK_SHOP] = 99;
    EXPECT(town_move(&t, DESK_SHOP, one, "answered", "score", 2));
    EXPECT(!town_move(&t, CHECK_COUNTY, one, "closed", NULL, 0));
    t.person[CHECK_COUNTY] = 99;
    EXPECT(!town_move(&t, CHECK_COUNTY, one, "closed", NULL, 0));
    t.person[CHECK_COUNTY] = 98;
    EXPECT(town_move(&t, CHECK_COUNTY, one, "closed", NULL, 0) && old != 98);
    town_close(&t);
}

TEST(the_successor_of_a_unit_answers_and_reads)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM, t.farm[0], "road");
    bool reads = true;
    int32_t day = day_of_ms(t.w->now_ms);
    EXPECT(case_may_read(t.w, t.core, t.seat[DESK_FARM2], t.book, town_row(&t, one), day, &reads));
    EXPECT(!reads);
    t.core->seat = t.core->person = 0;
    CHECK(core_begin(t.w, t.core, NULL));
    EXPECT(unit_merge(t.w, t.core, &t.farm[0], 1, t.farm[1], day + 1, STR("")));
    CHECK(core_commit(t.w, t.core));
    town_at(&t, "2021-06-09T09:00");
    day = day_of_ms(t.w->now_ms);
    EXPECT(!town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_move(&t, DESK_FARM2, one, "accepted", NULL, 0));
    EXPECT(case_may_read(t.w, t.core, t.seat[DESK_FARM2], t.book, town_row(&t, one), day, &reads));
    EXPECT(reads);
    CasePage page;
    const CaseAsk mine = { .below = UNIT_NONE, .holder = t.farm[1], .open = true, .limit = 5 };
    EXPECT(cases_page(t.w, t.cases, &mine, &page) && page.n == 1 && page.total == 1);
    town_close(&t);
}

TEST(what_was_overtaken_is_told_all_the_same)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM, t.farm[0], "road");
    town_at(&t, "2021-06-07T15:00"); /* due at 11:00, no tick came before the acceptance */
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_tick(&t) == 1 && town_tick(&t) == 0);
    EXPECT(town_clock(&t, one, "take")->steps == 1);
    EXPECT(town_row(&t, one)->cas->move_n == 2);
    town_close(&t);
}

TEST(extensions_and_counts_end)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    int64_t one = town_add(&t, DESK_FARM, t.farm[0], "water");
    EXPECT(town_move(&t, DESK_FARM, one, "accepted", NULL, 0));
    EXPECT(town_move(&t, DESK_FARM, one, "handling", "dept", t.shop[0]));
    EXPECT(town_move(&t, DESK_COUNTY, one, "later", NULL, 0));
    EXPECT(town_clock(&t, one, "total")->due_ms == town_ms("2021-06-16T00:00"));
    EXPECT(town_clock(&t, one, "total")->limit == 5 * INT64_C(28800000) + 1);
    EXPECT(town_move(&t, DESK_COUNTY, one, "later", NULL, 0));
    EXPECT(!town_move(&t, DESK_COUNTY, one, "later", NULL, 0)); /* twice at most */
    EXPECT(town_move(&t, DESK_SHOP, one, "accepted", NULL, 0)); /* back to whom it came from */
    EXPECT(town_row(&t, one)->cas->holder == t.farm[0]);
    MoveChoice *choices = NULL;
    size_t n = 0;
    const CaseActor farm = town_actor(&t, DESK_FARM), other = town_actor(&t, DESK_FARM2);
    EXPECT(case_choices(t.w, t.core, &t.judge, t.book, town_row(&t, one), &farm, &choices, &n));
    EXPECT(n == 2 && choices[0].may && choices[1].may);
    EXPECT(case_choices(t.w, t.core, &t.judge, t.book, town_row(&t, one), &other, &choices, &n));
    EXPECT(n == 2 && !choices[0].yours && !choices[1].may);
    town_close(&t);
}
