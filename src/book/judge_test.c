#include "book/book_int.h"
#include "core/test_core.h"

static Verdict verdict = VERDICT_TRUE;

static bool say_truth(Work *w, void *self, const Book *book, const RecordRow *row, const Expr *expr,
                      Verdict *ret)
{
    (void)w, (void)self, (void)book, (void)row, (void)expr;
    *ret = verdict;
    return true;
}

static const Judge judge = { .truth = say_truth };

typedef struct Outcome {
    Faults faults;
    bool ok;
    int64_t ord;
} Outcome;

static Outcome file(World *t, const char *book, const char *unit, const char *period,
                    const Cell *cells, size_t n, int32_t seat)
{
    Outcome out = { .ok = false };
    Filled filled = { .row = 7,
                      .unit = str_of(unit),
                      .period = str_of(period ? period : ""),
                      .cells = cells,
                      .cell_count = n };
    const Book *b = set_book(t->set, str_of(book));
    CHECK(core_begin(t->w, t->core, NULL));
    t->core->seat = seat;
    CHECK(book_file(t->w, t->core, &judge, b, &filled, seat, (Period){ .kind = PERIOD_NONE },
                    &out.faults, &out.ok, &out.ord));
    CHECK(core_commit(t->w, t->core));
    t->core->seat = 0;
    return out;
}

/* The reasons of all faults, in order: "type required". */
static bool reasons(World *t, const Outcome *out, const char *expected)
{
    Buf all = buf_open(t->w->arena, 4096);
    for (size_t i = 0; i < out->faults.n; i++) {
        buf_putz(&all, i ? " " : "");
        buf_put(&all, fault_reason(out->faults.at[i].what));
    }
    bool same = str_is(buf_str(&all), expected) && out->ok == !*expected;
    if (!same)
        printf("# %.*s instead of %s\n", STR_ARG(buf_str(&all)), expected);
    return same;
}

#define CELL(name, text)                                                                           \
    {                                                                                              \
        STR(name), STR(text)                                                                       \
    }

TEST(a_row_is_filed_by_titles_or_names)
{
    World t = world_open();
    const Cell cells[] = { CELL("吨", "12"), CELL("price", "3万元"), CELL("note", " 晚收 ") };
    Outcome out = file(&t, "crop", "F1", "2021年9月", cells, 3, 0);
    EXPECT(reasons(&t, &out, ""));
    const RecordRow *row = world_row(&t, "crop", t.farm[0], "2021-09", 0, KNOWN_NOW);
    EXPECT(row && world_num(&t, row, "crop", "tons") == 12);
    EXPECT(world_num(&t, row, "crop", "price") == 3000000);
    const Field *note = book_field(set_book(t.set, STR("crop")), STR("note"));
    EXPECT(str_is(row->texts[note->number], "晚收"));
    world_close(&t);
}

TEST(all_faults_of_a_row_are_told_at_once)
{
    World t = world_open();
    const Cell cells[] = { CELL("tons", "many"), CELL("prise", "1"), CELL("price", "-1") };
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 3, 0);
    EXPECT(reasons(&t, &out, "type column range"));
    EXPECT(out.faults.at[0].row == 7 && str_is(out.faults.at[0].given, "many"));
    EXPECT(!world_row(&t, "crop", t.farm[0], "2021-09", 0, KNOWN_NOW));
    Str line = fault_text(t.w->arena, &out.faults.at[0], LANG_ZH);
    EXPECT(str_starts(line, STR("第 7 行“吨”（many）：")));
    world_close(&t);
}

TEST(a_fault_names_the_period_and_says_little_of_a_long_text)
{
    World t = world_open();
    char much[6000];
    memset(much, 'x', sizeof much);
    const Cell cells[] = { { STR("tons"), { much, sizeof much } } };
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, "type"));
    Str line = fault_text(t.w->arena, &out.faults.at[0], LANG_ZH);
    EXPECT(line.n < 400 && str_find(line, STR("xxx…）：不是")) != SIZE_MAX);
    out = file(&t, "crop", "F1", "2021-13", cells, 0, 0);
    line = fault_text(t.w->arena, &out.faults.at[0], LANG_ZH);
    EXPECT(str_starts(line, STR("第 7 行“期间”（2021-13）：")));
    world_close(&t);
}

TEST(what_the_book_asks_must_be_there)
{
    World t = world_open();
    const Cell cells[] = { CELL("price", "1") };
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, "required"));
    const Cell full[] = { CELL("tons", "1") };
    out = file(&t, "crop", "F1", "2021-09", full, 1, 0);
    EXPECT(reasons(&t, &out, ""));
    out = file(&t, "crop", "F1", "2021-09", cells, 1, 0); /* tons stands there already */
    EXPECT(reasons(&t, &out, ""));
    const Cell cleared[] = { CELL("tons", "") };
    out = file(&t, "crop", "F1", "2021-09", cleared, 1, 0);
    EXPECT(reasons(&t, &out, "required"));
    world_close(&t);
}

TEST(a_check_refuses_on_false_only_and_with_its_own_words)
{
    World t = world_open();
    const Cell cells[] = { CELL("tons", "1") };
    verdict = VERDICT_UNKNOWN;
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, ""));
    verdict = VERDICT_FALSE;
    out = file(&t, "crop", "F1", "2021-10", cells, 1, 0);
    EXPECT(reasons(&t, &out, "guard"));
    EXPECT(str_is(out.faults.at[0].own_words, "太多了"));
    verdict = VERDICT_TRUE;
    world_close(&t);
}

TEST(the_period_must_fit_the_book_its_pack_and_the_clock)
{
    World t = world_open();
    const Cell cells[] = { CELL("tons", "1") };
    static const char *const asked[][2] = {
        { "2021", "period" },    { "2021-13", "period" },
        { "", "period" },        { "2015-09", "closed expired" },
        { "2022-03", "closed" }, { "2023-09", "closed" },
        { "2022-02", "" },
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        Outcome out = file(&t, "crop", "F1", asked[i][0], cells, 1, 0);
        bool same = reasons(&t, &out, asked[i][1]);
        if (!same)
            printf("# period %s\n", asked[i][0]);
        EXPECT(same);
    }
    world_close(&t);
}

TEST(the_unit_must_be_known_and_of_the_kind)
{
    World t = world_open();
    const Cell cells[] = { CELL("tons", "1") };
    Outcome out = file(&t, "crop", "F9", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, "unit"));
    out = file(&t, "crop", "A", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, "unit"));
    world_close(&t);
}

TEST(a_seat_files_for_its_own_unit_only)
{
    World t = world_open();
    int32_t seat = 0;
    const Cell cells[] = { CELL("tons", "1") };
    EXPECT(core_begin(t.w, t.core, NULL));
    EXPECT(
        seat_create(t.w, t.core, t.farm[0], set_role(t.set, STR("keeper"))->number, 18000, &seat));
    EXPECT(core_commit(t.w, t.core));
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 1, seat);
    EXPECT(reasons(&t, &out, ""));
    out = file(&t, "crop", "F2", "2021-09", cells, 1, seat);
    EXPECT(reasons(&t, &out, "right"));
    world_close(&t);
}

TEST(a_unique_value_is_refused_the_second_time)
{
    World t = world_open();
    const Cell first[] = { CELL("号", "a1"), CELL("借出", "2021-09-01") };
    Outcome out = file(&t, "loan", "F1", NULL, first, 2, 0);
    EXPECT(reasons(&t, &out, "") && out.ord == 1);
    out = file(&t, "loan", "F2", NULL, first, 2, 0);
    EXPECT(reasons(&t, &out, "unique"));
    const Cell again[] = { CELL("编号", "1"), CELL("归还", "2021-09-05") };
    out = file(&t, "loan", "F1", NULL, again, 2, 0); /* a correction of that row */
    EXPECT(reasons(&t, &out, "") && out.ord == 1);
    const RecordRow *row = world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
    EXPECT(world_num(&t, row, "loan", "back") - world_num(&t, row, "loan", "lent") == 4);
    out = file(&t, "loan", "F2", NULL, again, 2, 0);
    EXPECT(reasons(&t, &out, "unit"));
    world_close(&t);
}

TEST(keys_and_parents_are_columns_too)
{
    World t = world_open();
    const Cell cells[] = { CELL("sort", "oats"), CELL("field_side", "south"), CELL("rows", "9") };
    Outcome out = file(&t, "plot", "F3", "2021", cells, 3, 0);
    EXPECT(reasons(&t, &out, "") && out.ord == 3);
    out = file(&t, "plot", "F3", "2021", cells + 1, 2, 0);
    EXPECT(reasons(&t, &out, "required"));
    const Cell loan[] = { CELL("no", "a1"), CELL("lent", "2021-09-01") };
    out = file(&t, "loan", "F1", NULL, loan, 2, 0);
    const Cell part[] = { CELL("所属", "1"), CELL("piece", "锄") };
    out = file(&t, "loan_part", "F1", NULL, part, 2, 0);
    EXPECT(reasons(&t, &out, ""));
    EXPECT(world_row(&t, "loan_part", 0, NULL, 1, KNOWN_NOW)->parent == 1);
    out = file(&t, "loan_part", "F1", NULL, part + 1, 1, 0);
    EXPECT(reasons(&t, &out, "required"));
    world_close(&t);
}

/* The farm ended: what it filed is corrected by its successor, and nothing new is entered for it.
 */
TEST(rows_of_an_ended_unit_are_corrected_by_its_successor)
{
    World t = world_open();
    const Cell loan[] = { CELL("no", "a1"), CELL("lent", "2021-09-01") };
    const Cell again[] = { CELL("no_", "1"), CELL("no", "a2") };
    const Cell late[] = { CELL("no_", "1"), CELL("lent", "2022-03-02") };
    const Cell back[] = { CELL("no_", "1"), CELL("back", "2022-03-02") };
    Outcome out = file(&t, "loan", "F1", NULL, loan, 2, 0);
    EXPECT(reasons(&t, &out, ""));
    int32_t role = set_role(t.set, STR("keeper"))->number, next, other;
    CHECK(core_begin(t.w, t.core, NULL));
    CHECK(seat_create(t.w, t.core, t.farm[1], role, 18000, &next));
    CHECK(seat_create(t.w, t.core, t.farm[2], role, 18000, &other));
    CHECK(unit_merge(t.w, t.core, &t.farm[0], 1, t.farm[1], day_make(2022, 3, 1), STR("")));
    CHECK(core_commit(t.w, t.core));
    world_clock(&t, "2022-03-04");
    out = file(&t, "loan", "F1", NULL, again, 2, next);
    EXPECT(reasons(&t, &out, ""));
    int32_t no = book_field(set_book(t.set, STR("loan")), STR("no"))->number;
    EXPECT(str_is(world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW)->texts[no], "a2"));
    out = file(&t, "loan", "F1", NULL, back, 2, next);
    EXPECT(reasons(&t, &out, ""));
    out = file(&t, "loan", "F1", NULL, late, 2, next);
    EXPECT(reasons(&t, &out, "closed"));
    out = file(&t, "loan", "F1", NULL, loan, 2, next);
    EXPECT(reasons(&t, &out, "closed"));
    out = file(&t, "loan", "F1", NULL, again, 2, other);
    EXPECT(reasons(&t, &out, "right"));
    world_close(&t);
}

TEST(a_retired_item_cannot_be_chosen_any_more)
{
    World t = world_open();
    const Cell cells[] = { CELL("sort", "oats"), CELL("field_side", "south"), CELL("rows", "9") };
    Outcome out = file(&t, "plot", "F3", "2021", cells, 3, 0);
    EXPECT(reasons(&t, &out, ""));
    Problems problems = { 0 };
    EXPECT(world_load(&t, 2, "\"燕麦\"", "\"燕麦\" until 2", &problems));
    out = file(&t, "plot", "F2", "2021", cells, 3, 0);
    EXPECT(reasons(&t, &out, "closed"));
    EXPECT(world_row(&t, "plot", t.farm[2], "2021", 3, KNOWN_NOW)); /* it stays */
    world_close(&t);
}

static bool move(World *t, RecordState to, const char *reason, int32_t seat)
{
    const Book *crop = set_book(t->set, STR("crop"));
    CHECK(core_begin(t->w, t->core, NULL));
    t->core->seat = seat;
    bool ok =
        book_move(t->w, t->core, crop, t->farm[0], period_code("2021-09"), 0, to, str_of(reason));
    work_clear(t->w);
    CHECK(ok ? core_commit(t->w, t->core) : core_rollback(t->w, t->core));
    t->core->seat = 0;
    return ok;
}

static RecordState state_now(World *t)
{
    return world_row(t, "crop", t->farm[0], "2021-09", 0, KNOWN_NOW)->state;
}

TEST(a_return_is_filed_returned_filed_again_and_confirmed)
{
    World t = world_open();
    const Cell cells[] = { CELL("tons", "1") };
    EXPECT(!move(&t, RECORD_CONFIRMED, "", 0)); /* nothing is there */
    Outcome out = file(&t, "crop", "F1", "2021-09", cells, 1, 0);
    EXPECT(reasons(&t, &out, ""));
    EXPECT(!move(&t, RECORD_RETURNED, "", 0)); /* without a reason */
    EXPECT(move(&t, RECORD_RETURNED, "数不对", 0) && state_now(&t) == RECORD_RETURNED);
    EXPECT(!move(&t, RECORD_CONFIRMED, "", 0));
    out = file(&t, "crop", "F1", "2021-09", cells, 1, 0);
    EXPECT(state_now(&t) == RECORD_FILED);
    EXPECT(move(&t, RECORD_CONFIRMED, "", 0) && state_now(&t) == RECORD_CONFIRMED);
    const RecordRow *row = world_row(&t, "crop", t.farm[0], "2021-09", 0, KNOWN_NOW);
    EXPECT(world_num(&t, row, "crop", "tons") == 1);
    EXPECT(move(&t, RECORD_VOID, "重复", 0) && state_now(&t) == RECORD_VOID);
    EXPECT(!move(&t, RECORD_VOID, "重复", 0));
    world_close(&t);
}
