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
