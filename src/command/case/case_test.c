/* Cases through the command table: who raises, moves, joins and lets through; what a move asks;
 * what a resident may; numbers. */
#include "command/case/case_int.h"
#include "command/test_command.h"

#define SECRET "abcdefghijkl"

static const Book *repair(const Bench *b)
{
    return set_book(b->t.set, STR("repair"));
}

static const RecordRow *row_of(Bench *b, int64_t ord)
{
    return record_find(b->t.w, b->t.core, repair(b), 0, 0, ord, KNOWN_NOW);
}

static bool in_state(Bench *b, int64_t ord, const char *state)
{
    const RecordRow *row = row_of(b, ord);
    CHECK(row && row->cas);
    return str_is(flow_state_number(repair(b)->flow_type, row->cas->state)->name, state);
}

static bool raise_one(Bench *b, int32_t seat)
{
    return bench_do(b, seat, NULL, "record.file", "book=repair unit=F1 kind=roof what=漏了");
}

static bool move(Bench *b, int32_t seat, const char *more)
{
    Work *w = b->t.w;
    const char *fields = arena_printf(w->arena, "book=repair unit=F1 number=1 %s", more);
    char kept[256];
    snprintf(kept, sizeof kept, "%s", fields);
    return bench_do(b, seat, NULL, "record.move", kept);
}

TEST(a_case_is_raised_with_a_number_and_moved_by_whom_its_flow_names)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper));
    EXPECT(str_is(bench_answer(&b), "\"number\":1,\"no\":\"A20220001\",\"state\":\"reported\""));
    EXPECT(!move(&b, b.neighbour, "move=taken") && b.t.w->err.code == ERR_NOT_FOUND);
    EXPECT(!move(&b, b.boss, "move=taken"));
    int64_t facts = bench_facts(&b);
    EXPECT(move(&b, b.keeper, "move=taken"));
    EXPECT(bench_facts(&b) == facts + 1 && in_state(&b, 1, "taken"));
    EXPECT(!move(&b, b.keeper, "move=taken") && b.t.w->err.code == ERR_BAD_INPUT);
    EXPECT(!move(&b, b.keeper, "move=nothing") && bench_fault(&b, "move", "fault.type.move"));
    EXPECT(!move(&b, b.keeper, "move=done") && bench_fault(&b, "how", "fault.required"));
    EXPECT(move(&b, b.keeper, "move=done how=补瓦"));
    EXPECT(!move(&b, b.keeper, "move=closed") && b.t.w->err.code == ERR_NOT_FOUND);
    EXPECT(move(&b, b.office, "move=closed") && in_state(&b, 1, "closed"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=1 what=又漏"));
    EXPECT(bench_fault(&b, "", "fault.closed.over"));
    bench_close(&b);
}

TEST(what_a_move_asks_is_not_filed_and_a_made_number_is_not_given)
{
    Bench b = bench_open();
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file",
                     "book=repair unit=F1 kind=roof what=漏 how=先修"));
    EXPECT(bench_fault(&b, "how", "fault.closed.of_move"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file",
                     "book=repair unit=F1 kind=roof what=漏 no=A20220009"));
    EXPECT(bench_fault(&b, "no", "fault.closed.made"));
    EXPECT(!bench_do(&b, b.office, NULL, "record.file", "book=repair unit=F1 kind=roof what=漏"));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND);
    bench_close(&b);
}

TEST(numbers_count_up_without_a_gap_and_survive_a_refusal)
{
    Bench b = bench_open();
    for (int i = 1; i <= 5; i++) {
        EXPECT(raise_one(&b, b.keeper));
        Str no = str_printf(b.t.w->arena, "\"no\":\"A2022%04d\"", i);
        EXPECT(str_find(bench_answer(&b), no) != SIZE_MAX);
        EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 kind=roof"));
        numbers_forget(b.k.numbers); /* as after a roll-back, and as a new program finds it */
    }
    world_clock(&b.t, "2023-01-02");
    EXPECT(raise_one(&b, b.keeper));
    EXPECT(str_find(bench_answer(&b), STR("A20230001")) != SIZE_MAX);
    bench_close(&b);
}

/* Who may void a row: named by the book's lines of writing. */
static int32_t city_office(Bench *b)
{
    World *t = &b->t;
    int32_t seat = 0;
    work_clear(t->w);
    t->core->seat = t->core->person = 0;
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(
        seat_create(t->w, t->core, t->city, set_role(t->set, STR("office"))->number, 17000, &seat));
    CHECK(core_commit(t->w, t->core));
    return seat;
}

TEST(a_number_is_not_made_again_when_its_row_is_void)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper) && raise_one(&b, b.keeper));
    EXPECT(bench_do(&b, city_office(&b), NULL, "record.void",
                    "book=repair unit=F1 number=2 reason=错"));
    numbers_forget(b.k.numbers); /* as a new program finds it */
    EXPECT(raise_one(&b, b.keeper));
    EXPECT(str_find(bench_answer(&b), STR("A20220003")) != SIZE_MAX);
    bench_close(&b);
}

TEST(what_residents_see_is_not_voided_away)
{
    Bench b = bench_open();
    const char *fields = "book=repair unit=F1 number=1 reason=不想办";
    EXPECT(raise_one(&b, b.keeper) && move(&b, b.keeper, "move=taken"));
    EXPECT(!bench_do(&b, b.neighbour, NULL, "record.void", fields));
    EXPECT(b.t.w->err.code != ERR_BAD_INPUT); /* nor is it told to others that it is there */
    EXPECT(!bench_do(&b, city_office(&b), NULL, "record.void", fields));
    EXPECT(b.t.w->err.code == ERR_BAD_INPUT && row_of(&b, 1)->state == RECORD_FILED);
    bench_close(&b);
}

TEST(a_case_is_not_merged_into_itself_or_in_a_ring)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper) && raise_one(&b, b.keeper));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=1 same=1"));
    EXPECT(bench_fault(&b, "same", "fault.same.back"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=1 same=2"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=2 same=1"));
    EXPECT(bench_fault(&b, "same", "fault.same.back"));
    bench_close(&b);
}

TEST(a_detail_stays_under_its_case)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper) && raise_one(&b, b.keeper));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", "book=mended unit=F1 parent=1 thing=瓦"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file",
                    "book=mended unit=F1 no_=1 parent=1 thing=两块瓦"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file",
                     "book=mended unit=F1 no_=1 parent=2 thing=瓦"));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND);
    bench_close(&b);
}

TEST(the_holder_moves_what_was_handed_over_and_nobody_else)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper) && move(&b, b.keeper, "move=taken"));
    EXPECT(!move(&b, b.office, "move=done how=修") && b.t.w->err.code == ERR_NOT_FOUND);
    EXPECT(!move(&b, b.keeper, "move=hand") && bench_fault(&b, "dept", "fault.required"));
    EXPECT(!move(&b, b.keeper, "move=hand dept=F2") && bench_fault(&b, "dept", "fault."));
    EXPECT(move(&b, b.keeper, "move=hand dept=A"));
    EXPECT(row_of(&b, 1)->cas->holder == b.t.county);
    EXPECT(!move(&b, b.keeper, "move=done how=修"));
    EXPECT(move(&b, b.office, "move=done how=修好了"));
    EXPECT(!move(&b, b.office, "move=closed")); /* whoever answered */
    EXPECT(move(&b, b.keeper, "move=unsolved complaint=还漏") && in_state(&b, 1, "taken"));
    EXPECT(row_of(&b, 1)->cas->moves[4].actor == ACTOR_REPORTER);
    bench_close(&b);
}

TEST(a_move_on_what_has_moved_on_tells_the_difference)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper));
    int64_t seen = row_of(&b, 1)->seq;
    char fields[96];
    EXPECT(move(&b, b.keeper, "move=taken"));
    snprintf(fields, sizeof fields, "move=taken expect=%lld", (long long)seen);
    EXPECT(!move(&b, b.keeper, fields) && b.t.w->err.code == ERR_CONFLICT);
    EXPECT(str_find(b.done.difference, STR("\"theirs\":\"已接\"")) != SIZE_MAX);
    EXPECT(b.done.seq == row_of(&b, 1)->seq);
    EXPECT(!move(&b, b.neighbour, fields) && b.t.w->err.code == ERR_NOT_FOUND);
    EXPECT(!b.done.difference.n);
    bench_close(&b);
}

TEST(an_act_of_a_case_sent_twice_is_done_once)
{
    static const char act[] = "00000000000000000000000000000a01";
    Bench b = bench_open();
    const char *fields = "book=repair unit=F1 kind=roof what=漏了";
    EXPECT(bench_do(&b, b.keeper, act, "record.file", fields));
    Str first = str_copy(b.t.w->arena, bench_answer(&b));
    char kept[128];
    snprintf(kept, sizeof kept, "%.*s", STR_ARG(first));
    int64_t facts = bench_facts(&b);
    EXPECT(move(&b, b.keeper, "move=taken"));
    EXPECT(bench_do(&b, b.keeper, act, "record.file", fields) && b.done.again);
    EXPECT(bench_facts(&b) == facts + 1);
    EXPECT(str_is(bench_answer(&b), kept)); /* the state it had then */
    bench_close(&b);
}

TEST(texts_are_let_through_by_a_second_person)
{
    Bench b = bench_open();
    char fields[96];
    EXPECT(raise_one(&b, b.keeper) && move(&b, b.keeper, "move=taken"));
    int64_t seq = row_of(&b, 1)->cas->moves[0].seq;
    snprintf(fields, sizeof fields, "book=repair unit=F1 number=1 seq=%lld", (long long)seq);
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.release", fields));
    EXPECT(bench_fault(&b, "seq", "fault.right.second"));
    EXPECT(!bench_do(&b, b.neighbour, NULL, "record.release", fields));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND && row_of(&b, 1)->cas->released == 0);
    EXPECT(move(&b, b.keeper, "move=hand dept=A"));
    EXPECT(bench_do(&b, b.office, NULL, "record.release", fields));
    EXPECT(row_of(&b, 1)->cas->released == seq);
    EXPECT(!bench_do(&b, b.office, NULL, "record.release", "book=repair unit=F1 number=1 seq=0"));
    EXPECT(bench_fault(&b, "seq", "fault.type.fact"));
    bench_close(&b);
}

static bool release(Bench *b, int32_t seat, int64_t seq)
{
    char fields[96];
    snprintf(fields, sizeof fields, "book=repair unit=F1 number=1 seq=%lld", (long long)seq);
    return bench_do(b, seat, NULL, "record.release", fields);
}

static int64_t last_seq(Bench *b)
{
    return case_last(row_of(b, 1)->cas)->seq;
}

/* What is let through is all that stood there then. */
TEST(nobody_lets_their_own_text_through_by_a_later_fact)
{
    Bench b = bench_open();
    const Field *what = book_field(repair(&b), STR("what"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file",
                    "book=repair unit=F1 kind=roof what=找13800138000"));
    EXPECT(move(&b, b.keeper, "move=taken") && move(&b, b.keeper, "move=hand dept=A"));
    EXPECT(move(&b, b.office, "move=done how=补瓦"));
    EXPECT(!release(&b, b.keeper, last_seq(&b)) && bench_fault(&b, "seq", "fault.right.second"));
    EXPECT(!case_text_released(b.t.w, b.t.core, repair(&b), row_of(&b, 1), what));
    EXPECT(move(&b, b.keeper, "move=unsolved complaint=还漏"));
    EXPECT(release(&b, b.office, row_of(&b, 1)->cas->moves[1].seq));
    EXPECT(case_text_released(b.t.w, b.t.core, repair(&b), row_of(&b, 1), what));
    EXPECT(move(&b, b.office, "move=done how=换"));
    EXPECT(release(&b, b.keeper, last_seq(&b))); /* nothing of it is waiting any more */
    EXPECT(case_text_released(b.t.w, b.t.core, repair(&b), row_of(&b, 1), what));
    EXPECT(move(&b, b.keeper, "move=unsolved complaint=又漏"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file",
                    "book=repair unit=F1 no_=1 what=找13900139000"));
    EXPECT(!case_text_released(b.t.w, b.t.core, repair(&b), row_of(&b, 1), what));
    bench_close(&b);
}

TEST(others_raise_the_same_until_it_is_over)
{
    Bench b = bench_open();
    EXPECT(raise_one(&b, b.keeper));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.join", "book=repair unit=F1 number=1"));
    EXPECT(row_of(&b, 1)->cas->joined == 1 && in_state(&b, 1, "reported"));
    EXPECT(move(&b, b.keeper, "move=taken") && move(&b, b.keeper, "move=hand dept=A"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.join", "book=repair unit=F1 number=1"));
    EXPECT(b.t.w->err.code == ERR_BAD_INPUT && row_of(&b, 1)->cas->joined == 1);
    EXPECT(bench_do(&b, b.office, NULL, "record.join", "book=repair unit=F1 number=1"));
    EXPECT(row_of(&b, 1)->cas->joined == 2);
    EXPECT(!bench_do(&b, b.neighbour, NULL, "record.join", "book=repair unit=F1 number=1"));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND);
    bench_close(&b);
}

/* ---- residents ---- */

static bool report(Bench *b, const char *act, const Cell *cells, size_t n, const char *secret,
                   CaseTold *ret)
{
    Log *log = b->t.core->store.log;
    ActId id;
    work_clear(b->t.w);
    CHECK(hex_parse(str_of(act), id.byte, sizeof id.byte));
    const CaseReport report = { .act = &id,
                                .book = STR("repair"),
                                .unit = STR("F1"),
                                .cells = cells,
                                .n = n,
                                .secret = str_of(secret) };
    CHECK(log_begin(b->t.w, log));
    bool ok = case_report(b->t.w, &b->k, &report, ret, &b->done);
    Err err = b->t.w->err;
    work_clear(b->t.w);
    CHECK(log_commit(b->t.w, log));
    b->t.w->err = err;
    return ok;
}

static bool reply(Bench *b, int64_t number, const char *secret, const char *named,
                  const Cell *cells, size_t n)
{
    Log *log = b->t.core->store.log;
    CaseTold told;
    work_clear(b->t.w);
    const CaseReply reply = { .book = STR("repair"),
                              .number = number,
                              .secret = str_of(secret),
                              .move = str_of(named),
                              .cells = cells,
                              .n = n };
    CHECK(log_begin(b->t.w, log));
    bool ok = case_reporter_move(b->t.w, &b->k, &reply, &told, &b->done);
    Err err = b->t.w->err;
    work_clear(b->t.w);
    CHECK(log_commit(b->t.w, log));
    b->t.w->err = err;
    return ok;
}

static bool join(Bench *b, int64_t number)
{
    Log *log = b->t.core->store.log;
    work_clear(b->t.w);
    const CaseJoin join = { .book = STR("repair"), .number = number };
    CHECK(log_begin(b->t.w, log));
    bool ok = case_join_public(b->t.w, &b->k, &join, &b->done);
    Err err = b->t.w->err;
    work_clear(b->t.w);
    CHECK(log_commit(b->t.w, log));
    b->t.w->err = err;
    return ok;
}

TEST(what_a_resident_wrote_is_not_rewritten)
{
    static const char act[] = "00000000000000000000000000000b07";
    const Cell cells[] = { { STR("kind"), STR("road") },
                           { STR("what"), STR("路塌了") },
                           { STR("caller"), STR("13800138000") } };
    Bench b = bench_open();
    CaseTold told = { 0 };
    EXPECT(report(&b, act, cells, 3, SECRET, &told));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=1 what=没事") &&
           bench_fault(&b, "what", "fault.closed.of_resident"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file",
                     "book=repair unit=F1 no_=1 caller=13900139000") &&
           bench_fault(&b, "caller", "fault.closed.of_resident"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=1 kind=roof"));
    EXPECT(str_is(row_of(&b, 1)->texts[book_field(repair(&b), STR("what"))->number], "路塌了"));
    bench_close(&b);
}

TEST(a_resident_reports_and_answers_by_number_and_secret_alone)
{
    static const char act[] = "00000000000000000000000000000b01";
    const Cell cells[] = { { STR("kind"), STR("road") },
                           { STR("what"), STR("路塌了") },
                           { STR("caller"), STR("13800138000") } };
    Bench b = bench_open();
    CaseTold told = { 0 }, again = { 0 };
    const Book *book = NULL;
    EXPECT(report(&b, act, cells, 3, SECRET, &told) && told.number == 1);
    EXPECT(str_is(told.no, "A20220001") && str_is(told.state->name, "reported"));
    int64_t facts = bench_facts(&b);
    EXPECT(report(&b, act, cells, 3, SECRET, &again) && b.done.again && again.number == 1);
    EXPECT(bench_facts(&b) == facts);
    EXPECT(!report(&b, act, cells, 3, "lkjihgfedcba", &again));
    EXPECT(b.t.w->err.code == ERR_CONFLICT);
    EXPECT(case_by_no(b.t.w, &b.k, NULL, STR("A20220001"), &book) && book == repair(&b));
    EXPECT(!case_by_no(b.t.w, &b.k, NULL, STR("A20220002"), &book));
    EXPECT(case_secret_fits(&b.k, book ? book : repair(&b), row_of(&b, 1), STR(SECRET)));
    EXPECT(!case_secret_fits(&b.k, repair(&b), row_of(&b, 1), STR("abcdefghijkm")));
    EXPECT(!join(&b, 1) && b.t.w->err.code == ERR_NOT_FOUND); /* nobody sees it yet */
    EXPECT(move(&b, b.keeper, "move=taken") && move(&b, b.keeper, "move=done how=填平"));
    EXPECT(join(&b, 1) && row_of(&b, 1)->cas->joined == 1);
    EXPECT(!reply(&b, 1, "abcdefghijkm", "closed", NULL, 0));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND && in_state(&b, 1, "done"));
    EXPECT(!reply(&b, 2, SECRET, "closed", NULL, 0) && b.t.w->err.code == ERR_NOT_FOUND);
    EXPECT(!reply(&b, 1, SECRET, "taken", NULL, 0)); /* asks what was wrong */
    const Cell why = { STR("complaint"), STR("又塌了") };
    EXPECT(reply(&b, 1, SECRET, "unsolved", &why, 1) && in_state(&b, 1, "taken"));
    EXPECT(!reply(&b, 1, SECRET, "done", NULL, 0) && in_state(&b, 1, "taken"));
    EXPECT(move(&b, b.keeper, "move=done how=重铺") && reply(&b, 1, SECRET, "closed", NULL, 0));
    EXPECT(in_state(&b, 1, "closed"));
    EXPECT(!join(&b, 1) && b.t.w->err.code == ERR_BAD_INPUT);
    bench_close(&b);
}

TEST(a_resident_names_no_row_number_or_move_field)
{
    Bench b = bench_open();
    CaseTold told;
    const Cell bad[][2] = { { { STR("same"), STR("1") } },
                            { { STR("no"), STR("A20220001") } },
                            { { STR("how"), STR("修") } },
                            { { STR("no_"), STR("1") } },
                            { { STR("dept"), STR("A") } } };
    EXPECT(raise_one(&b, b.keeper)); /* number 1, which is not the resident's */
    int64_t facts = bench_facts(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char act[33];
        const Cell cells[] = { { STR("kind"), STR("road") },
                               { STR("what"), STR("路塌了") },
                               bad[i][0] };
        snprintf(act, sizeof act, "000000000000000000000000000c%04zu", i);
        EXPECT(!report(&b, act, cells, 3, SECRET, &told));
        EXPECT(b.t.w->err.code == ERR_BAD_INPUT);
    }
    EXPECT(bench_facts(&b) == facts);
    const Cell cells[] = { { STR("kind"), STR("road") }, { STR("what"), STR("路") } };
    EXPECT(!report(&b, "000000000000000000000000000c0999", cells, 2, "short", &told));
    EXPECT(b.t.w->err.code == ERR_NOT_FOUND);
    bench_close(&b);
}
