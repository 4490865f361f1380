/* Every row once, acts sent again, expected versions, private values. */
#include "command/test_command.h"

#define ACT   "0190a0a0a0a07000800000000000000"
#define MARCH "book=crop unit=F1 period=2021-03 "

TEST(an_act_sent_again_is_answered_again_and_done_once)
{
    Bench b = bench_open();
    const char *loan = "book=loan unit=F1 no=x1 lent=2021-05-01";
    EXPECT(bench_do(&b, b.keeper, ACT "1", "record.file", loan) && !b.done.again);
    EXPECT(b.done.count == 1 && str_is(bench_answer(&b), "\"number\":1"));
    const CommandDone first = b.done;
    int64_t facts = bench_facts(&b);
    EXPECT(
        bench_do(&b, b.keeper, ACT "1", "record.file", "lent=2021-05-01 no=x1 unit=F1 book=loan") &&
        b.done.again);
    EXPECT(b.done.seq == first.seq && b.done.count == 1 && bench_facts(&b) == facts &&
           memcmp(&b.done.receipt, &first.receipt, sizeof first.receipt) == 0 &&
           str_is(bench_answer(&b), "\"number\":1"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", "book=loan unit=F1 no=x2 lent=2021-05-01"));
    EXPECT(str_is(bench_answer(&b), "\"number\":2"));
    bench_close(&b);
}

TEST(the_id_of_another_act_is_a_conflict_that_tells_nothing)
{
    Bench b = bench_open();
    EXPECT(bench_do(&b, b.keeper, ACT "2", "record.file", MARCH "tons=5"));
    int64_t facts = bench_facts(&b);
    EXPECT(!bench_do(&b, b.keeper, ACT "2", "record.file", MARCH "tons=6") &&
           b.t.w->err.code == ERR_CONFLICT);
    EXPECT(b.done.seq == -1 && !b.done.again && !b.done.difference.n && !bench_answer(&b).n);
    EXPECT(!bench_do(&b, b.keeper, ACT "2", "record.void", MARCH "reason=5") &&
           b.t.w->err.code == ERR_CONFLICT);
    EXPECT(!bench_do(&b, b.neighbour, ACT "2", "record.file", MARCH "tons=5") &&
           b.t.w->err.code == ERR_CONFLICT && b.done.seq == -1);
    EXPECT(bench_facts(&b) == facts);
    bench_close(&b);
}

/* Fields run into each other nowhere: another cut of the same letters is another request. */
TEST(requests_differ_where_their_fields_are_cut)
{
    Bench b = bench_open();
    EXPECT(bench_do(&b, b.keeper, ACT "3", "record.file", MARCH "tons=5 note=ab"));
    EXPECT(!bench_do(&b, b.keeper, ACT "3", "record.file", MARCH "tons=5 note=a") &&
           b.t.w->err.code == ERR_CONFLICT);
    bench_close(&b);
}

TEST(a_refusal_is_not_kept)
{
    Bench b = bench_open();
    EXPECT(!bench_do(&b, b.keeper, ACT "4", "record.file", MARCH "tons=many price=-1 note=x"));
    EXPECT(b.t.w->err.code == ERR_BAD_INPUT && bench_fault(&b, "tons", "fault.type.int"));
    EXPECT(bench_do(&b, b.keeper, ACT "4", "record.file", MARCH "tons=5") && !b.done.again);
    bench_close(&b);
}

TEST(what_is_not_yours_is_not_there)
{
    Bench b = bench_open();
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=5"));
    const char *const asked[][2] = {
        { "record.file", MARCH "tons=many" },
        { "record.file", MARCH "tons=5 expect=1" },
        { "record.file", "book=none unit=F1 tons=1" },
        { "record.file", "book=crop unit=F9 tons=1" },
        { "record.confirm", MARCH "number=0" },
        { "record.void", MARCH "reason=x" },
        { "record.confirm", "book=crop unit=F1 period=2021-04" },
        { "record.return", "book=crop unit=F9 period=2021-03 reason=x" },
    };
    Str words = { 0 };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        EXPECT(!bench_do(&b, b.neighbour, NULL, asked[i][0], asked[i][1]));
        EXPECT(b.t.w->err.code == ERR_NOT_FOUND && !b.done.faults.n && b.done.seq == -1 &&
               !b.done.difference.n);
        Str said = str_copy(b.t.w->arena, str_of(b.t.w->err.what));
        EXPECT(!words.p || str_eq(words, said));
        words = said;
    }
    EXPECT(!bench_do(&b, b.keeper, NULL, "unit.rename", "unit=F1 name=x"));
    EXPECT(!bench_do(&b, b.boss, NULL, "record.file", MARCH "tons=5"));
    b.person = seat_person(b.t.core, b.neighbour, work_today(b.t.w)); /* not the keeper's holder */
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=5"));
    EXPECT(!bench_do(&b, 0, NULL, "record.file", MARCH "tons=5"));
    bench_close(&b);
}

TEST(a_row_that_moved_on_is_told_field_by_field)
{
    Bench b = bench_open();
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=5 note=old expect=0"));
    int64_t seen = b.done.seq;
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=6 note=old"));
    int64_t now = b.done.seq, facts = bench_facts(&b);
    EXPECT(!bench_do(
        &b, b.keeper, NULL, "record.file",
        arena_printf(b.t.w->arena, MARCH "tons=7 note=old expect=%lld", (long long)seen)));
    EXPECT(b.t.w->err.code == ERR_CONFLICT && b.done.seq == now && bench_facts(&b) == facts);
    EXPECT(str_is(b.done.difference, "[{\"field\":\"tons\",\"title\":\"吨\",\"yours\":\"7\","
                                     "\"theirs\":\"6\"}]"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=7 expect=0") &&
           b.t.w->err.code == ERR_CONFLICT);
    EXPECT(!bench_do(&b, b.office, NULL, "record.confirm",
                     arena_printf(b.t.w->arena, MARCH "expect=%lld", (long long)seen)) &&
           b.t.w->err.code == ERR_CONFLICT && str_is(b.done.difference, "[]"));
    EXPECT(bench_do(&b, b.office, NULL, "record.confirm",
                    arena_printf(b.t.w->arena, MARCH "expect=%lld", (long long)now)));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=7 expect=soon") &&
           bench_fault(&b, "expect", "fault.type.int"));
    bench_close(&b);
}

TEST(a_difference_tells_no_private_value)
{
    Bench b = bench_open();
    const char *loan = "book=loan unit=F1 no=x1 lent=2021-05-01 who=13900000001";
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", loan));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file",
                     "book=loan unit=F1 no_=1 who=13900000002 expect=1"));
    EXPECT(b.t.w->err.code == ERR_CONFLICT);
    EXPECT(
        str_is(b.done.difference, "[{\"field\":\"who\",\"title\":\"联系人\",\"private\":true}]"));
    bench_close(&b);
}

static Str last_open(Bench *b)
{
    Fact fact = { 0 };
    bool more = false;
    FactWalk *walk = fact_walk(b->t.w, b->t.core->store.db, b->done.seq, b->done.seq + 1);
    CHECK(walk && fact_next(b->t.w, walk, &fact, &more) && more);
    EXPECT(fact.verb == VERB_PRIVATE_SHOW && fact.hidden_count == 0);
    CHECK(fact_next(b->t.w, walk, &(Fact){ 0 }, &more));
    return fact.open;
}

#define SHOW "book=loan unit=F1 number=1 field=who why=催还"

TEST(a_private_value_is_shown_to_who_may_see_it_and_that_is_a_fact)
{
    Bench b = bench_open();
    const char *loan = "book=loan unit=F1 no=x1 lent=2021-05-01 who=13900000001";
    EXPECT(bench_do(&b, b.keeper, NULL, "record.file", loan));
    int64_t filed = b.done.seq;
    EXPECT(bench_do(&b, b.office, ACT "5", "private.show", SHOW) && b.done.count == 1);
    EXPECT(str_is(bench_answer(&b), "\"erased\":false,\"value\":\"13900000001\""));
    EXPECT(str_find(last_open(&b), STR("139")) == SIZE_MAX);
    int64_t facts = bench_facts(&b);
    EXPECT(bench_do(&b, b.office, ACT "5", "private.show", SHOW) && b.done.again);
    EXPECT(str_is(bench_answer(&b), "\"erased\":false,\"value\":\"13900000001\""));
    const int32_t others[] = { 0, b.keeper, b.neighbour, b.boss };
    for (size_t i = 0; i < 4; i++) { /* `read office at county : who` leaves it to that office */
        EXPECT(!bench_do(&b, others[i], NULL, "private.show", SHOW));
        EXPECT(b.t.w->err.code == ERR_NOT_FOUND || b.t.w->err.code == ERR_FORBIDDEN);
    }
    EXPECT(bench_facts(&b) == facts);
    EXPECT(!bench_do(&b, b.office, NULL, "private.show",
                     "book=loan unit=F1 number=1 field=no why=x") &&
           bench_fault(&b, "field", "fault.column.open"));
    EXPECT(!bench_do(&b, b.office, NULL, "private.show", "book=loan unit=F1 number=1 field=who") &&
           bench_fault(&b, "why", "fault.required"));
    CHECK(core_begin(b.t.w, b.t.core, NULL));
    CHECK(part_erase(b.t.w, b.t.core->store.log, filed, 2) && core_commit(b.t.w, b.t.core));
    EXPECT(bench_do(&b, b.office, ACT "5", "private.show", SHOW) && b.done.again);
    EXPECT(str_is(bench_answer(&b), "\"erased\":true,\"value\":null"));
    EXPECT(bench_do(&b, b.office, NULL, "private.show", SHOW));
    EXPECT(str_is(bench_answer(&b), "\"erased\":true,\"value\":null"));
    bench_close(&b);
}

/* Each row once, in order, as the seat that may: kept as what the table promises. */
typedef struct Once {
    const char *name, *fields;
    int seat; /* 0 the system, 1 keeper, 2 office, 3 boss */
} Once;
static const Once once[] = {
    { "record.file", MARCH "tons=5", 1 },
    { "record.return", MARCH "reason=again", 2 },
    { "record.file", MARCH "tons=6", 1 },
    { "record.confirm", MARCH, 2 },
    { "record.void", MARCH "reason=twice", 1 },
    { "record.file", "book=plot unit=F1 period=2021 sort=wheat field_side=south rows=3", 1 },
    { "record.void", "book=plot unit=F1 period=2021 sort=小麦 field_side=south reason=x", 1 },
    { "record.file", "book=loan unit=F1 no=x1 lent=2021-05-01 who=13900000001", 1 },
    { "private.show", SHOW, 2 },
    { "unit.create", "code=F4 name=四场 kind=farm parent=A day=2022-01-01", 3 },
    { "unit.rename", "unit=F4 name=新场 day=2022-02-01", 3 },
    { "unit.recode", "unit=F4 code=F5 day=2022-02-01", 3 },
    { "unit.create", "code=B name=乙县 kind=county parent=C day=2022-01-01", 0 },
    { "unit.move", "unit=F5 parent=B day=2022-02-02", 3 },
    { "unit.merge", "from=F3 into=F2 day=2022-02-03", 3 },
    { "unit.split", "from=F2 into=F5:1/2,F1:1/2 day=2022-02-04", 3 },
    { "unit.close", "unit=F5 day=2022-02-20", 3 },
    { "param.set", "name=least value=7 unit=A", 3 },
};

static bool run_in_batch(Bench *b, int32_t seat, const Once *o)
{
    Work *w = b->t.w;
    CommandAsk ask = bench_ask(w, o->name, str_z(w->arena, str_trim(str_of(o->fields))));
    ask.seat = seat;
    ask.person = seat_person(b->t.core, seat, work_today(w));
    CHECK(log_begin(w, b->t.core->store.log));
    bool ok = command_run_in(w, &b->k, &ask, &b->done);
    if (!ok)
        printf("# %s %s: %s\n", o->name, o->fields, w->err.what);
    CHECK(ok ? log_commit(w, b->t.core->store.log) : true);
    if (!ok)
        log_rollback(b->t.core->store.log);
    work_clear(w);
    return ok;
}

static Str drive_all(bool batch)
{
    Bench b = bench_open();
    const int32_t seats[] = { 0, b.keeper, b.office, b.boss };
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        const Once *o = &once[i];
        const char *fields = str_z(b.t.w->arena, str_trim(str_of(o->fields)));
        bool ok = batch ? run_in_batch(&b, seats[o->seat], o)
                        : bench_do(&b, seats[o->seat], NULL, o->name, fields);
        if (!ok && !batch)
            printf("# %s %s: %s\n", o->name, o->fields, b.t.w->err.what);
        EXPECT(ok && b.done.count > 0 && b.done.seq > 0);
    }
    static char kept[2][8192];
    Str digest = bench_digest(&b);
    CHECK(digest.n < sizeof kept[0]);
    memcpy(kept[batch], digest.p, digest.n);
    EXPECT(core_rebuild(b.t.w, b.t.core) && str_eq(bench_digest(&b), digest));
    size_t n = digest.n;
    bench_close(&b);
    return (Str){ kept[batch], n };
}

TEST(every_row_runs_alone_and_in_a_batch_alike)
{
    const CommandRows mine[] = { rows_record(), rows_private(), rows_unit(), rows_param() };
    for (size_t i = 0; i < sizeof mine / sizeof *mine; i++)
        for (size_t j = 0; j < mine[i].n; j++) {
            bool driven = false;
            for (size_t o = 0; o < sizeof once / sizeof *once; o++)
                driven = driven || strcmp(once[o].name, mine[i].at[j].name) == 0;
            EXPECT(driven);
        }
    Str alone = drive_all(false);
    Str batch = drive_all(true);
    EXPECT(alone.n && str_eq(alone, batch));
}

TEST(fields_are_judged_by_name)
{
    Bench b = bench_open();
    EXPECT(!bench_do(&b, b.boss, NULL, "unit.rename", "unit=F1 name=x colour=red"));
    EXPECT(b.t.w->err.code == ERR_BAD_INPUT);
    EXPECT(!bench_do(&b, b.boss, NULL, "unit.rename", "day=2022-02-30 unit=F1 name=x"));
    EXPECT(bench_fault(&b, "day", "fault.type.date"));
    EXPECT(!bench_do(&b, b.boss, NULL, "unit.rename", "day=2022-02-01"));
    EXPECT(bench_fault(&b, "unit", "fault.required") && bench_fault(&b, "name", "fault.required"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=5 tons=6"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "tons=500"));
    EXPECT(bench_fault(&b, "", "fault.guard") && b.done.faults.n == 1);
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.file", MARCH "corn=5"));
    EXPECT(bench_fault(&b, "corn", "fault.column") && bench_fault(&b, "tons", "fault.required"));
    EXPECT(!bench_do(&b, b.keeper, NULL, "record.void",
                     "book=plot unit=F1 period=2021 sort=rye field_side=south reason=x"));
    EXPECT(bench_fault(&b, "sort", "fault.type.key"));
    bench_close(&b);
}
