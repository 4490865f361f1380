#include "core/test_core.h"

static bool refused_as(World *t, int version, const char *from, const char *to, const char *id)
{
    Problems problems = { 0 };
    bool loaded = world_load(t, version, from, to, &problems);
    bool found = false;
    for (size_t i = 0; i < problems.n; i++)
        found = found || str_starts(str_of(problems.at[i].what), str_of(id));
    return !loaded && found;
}

TEST(a_pack_loaded_twice_needs_a_higher_version)
{
    World t = world_open();
    EXPECT(refused_as(&t, 1, "最少", "最小", "diff.version_same"));
    Problems problems = { 0 };
    EXPECT(world_load(&t, 3, "最少", "最小", &problems));
    EXPECT(refused_as(&t, 2, "最少", "最低", "diff.version_lower"));
    const PackRow *rows = NULL;
    size_t n = 0;
    EXPECT(packs_list(t.w, t.core, &rows, &n) && n == 1 && rows[0].version == 3);
    world_close(&t);
}

TEST(a_new_version_may_add_and_widen_but_not_take_away)
{
    World t = world_open();
    EXPECT(refused_as(&t, 2, "  price money \"单价\" min 0 optional\n", "", "diff.field_gone"));
    EXPECT(refused_as(&t, 2, "price money", "price area", "diff.type_changed"));
    EXPECT(refused_as(&t, 2, "text(40)", "text(30)", "diff.narrower"));
    EXPECT(refused_as(&t, 2, "  oats  \"燕麦\"\n", "", "diff.item_gone"));
    EXPECT(refused_as(&t, 2, "\"吨\" min 0", "\"吨\" min 2", "diff.narrower"));
    EXPECT(refused_as(&t, 2, "\"吨\" min 0", "\"吨\" min 0 stock", "diff.meaning_changed"));
    EXPECT(refused_as(&t, 2, "per farm every month", "per farm every year", "diff.book_frame"));
    EXPECT(
        refused_as(&t, 2, "text(40) \"说明\" optional", "text(40) \"说明\"", "diff.now_required"));
    Problems problems = { 0 };
    EXPECT(world_load(&t, 2, "text(40)", "text(50)", &problems));
    world_close(&t);
}

TEST(a_difference_is_told_line_by_line_and_changes_nothing)
{
    World t = world_open();
    int64_t known = core_known(t.core);
    Source source =
        world_source(t.w, 2, "  tons  int", "  more  int \"增产\" optional\n  tons  int");
    Problems problems = { 0 };
    Str text = { 0 };
    bool ok = false;
    EXPECT(pack_diff(t.w, t.core, &source, LANG_EN, &problems, &text, &ok));
    EXPECT(ok && str_find(text, STR("+ 收成: new field 增产")) != SIZE_MAX);
    EXPECT(core_known(t.core) == known);
    world_close(&t);
}

/* A register with a flow, put before the flow that the pack has. */
#define REPAIRS(states, clock, limit, move)                                                        \
    "flow mend \"修理\" {\n" states "  state shut \"办结\" final\n  clock " clock                  \
    " \"时限\" from open_ until shut limit " limit "\n  new -> open_ \"报修\" by anyone\n"       \
    "  open_ -> shut \"" move "\" by holder\n}\nbook case_ \"报修\" of farm dated entered {\n"   \
    "  what text(9) \"事由\"\n  minutes 1\n  read anyone\n  write anyone\n  flow mend\n}\n"      \
    "flow seen"
#define OPEN "  state open_ \"已报\"\n"

TEST(cases_under_way_keep_their_states_and_clocks)
{
    World t = world_open();
    Problems problems = { 0 };
    EXPECT(world_load(&t, 2, "flow seen", REPAIRS(OPEN, "total", "3wd", "修好"), &problems));
    EXPECT(
        refused_as(&t, 3, "flow seen", REPAIRS(OPEN, "other", "3wd", "修好"), "diff.clock_gone"));
    EXPECT(refused_as(&t, 3, "flow seen", REPAIRS(OPEN, "total", "3d", "修好"), "diff.clock_kind"));
    EXPECT(refused_as(&t, 3, "flow seen",
                      REPAIRS("  state open_ \"已报\" final\n", "total", "3wd", "修好"),
                      "diff.state_final"));
    Source source = world_source(
        t.w, 3, "flow seen", REPAIRS(OPEN "  state lost \"丢失\" final\n", "total", "5wd", "修完"));
    Str text = { 0 };
    bool ok = false;
    EXPECT(pack_diff(t.w, t.core, &source, LANG_EN, &problems, &text, &ok));
    EXPECT(!ok); /* nothing leads to lost */
    source = world_source(t.w, 3, "flow seen", REPAIRS(OPEN, "total", "5wd", "修完"));
    problems = (Problems){ 0 };
    EXPECT(pack_diff(t.w, t.core, &source, LANG_EN, &problems, &text, &ok) && ok);
    EXPECT(str_find(text, STR("~ 报修: the clock 时限 changed")) != SIZE_MAX);
    EXPECT(str_find(text, STR("~ 报修: the move 修完 changed")) != SIZE_MAX);
    world_close(&t);
}

TEST(an_earlier_snapshot_is_read_from_the_log)
{
    World t = world_open();
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 3, NULL);
    int64_t then = core_known(t.core) - 1;
    int32_t number = set_book(t.set, STR("crop"))->number;
    Problems problems = { 0 };
    EXPECT(world_load(&t, 2, "\"收成\"", "\"产量\"", &problems));
    EXPECT(str_is(set_book(t.set, STR("crop"))->title, "产量"));
    EXPECT(set_book(t.set, STR("crop"))->number == number);
    const PackSet *old = packs_set(t.w, t.core, then);
    EXPECT(old && str_is(set_book(old, STR("crop"))->title, "收成"));
    EXPECT(packs_set(t.w, t.core, -1)->book_count == 0);
    EXPECT(core_rebuild(t.w, t.core));
    const PackSet *again = packs_set(t.w, t.core, KNOWN_NOW);
    EXPECT(again && set_book(again, STR("crop"))->number == number);
    old = packs_set(t.w, t.core, then);
    EXPECT(old && str_is(set_book(old, STR("crop"))->title, "收成"));
    world_close(&t);
}

TEST(a_param_holds_for_all_or_for_the_unit_it_is_open_to)
{
    World t = world_open();
    const Param *least = set_param(t.set, STR("least"));
    int32_t day = day_make(2021, 1, 1);
    int64_t value = 0;
    EXPECT(param_value(t.w, t.core, least, t.farm[0], day, KNOWN_NOW, &value) && value == 5);
    EXPECT(core_begin(t.w, t.core, NULL));
    EXPECT(param_set(t.w, t.core, least, UNIT_NONE, 6, day));
    EXPECT(param_set(t.w, t.core, least, t.county, 8, day + 10));
    EXPECT(core_commit(t.w, t.core));
    EXPECT(param_value(t.w, t.core, least, t.farm[0], day, KNOWN_NOW, &value) && value == 6);
    EXPECT(param_value(t.w, t.core, least, t.farm[0], day + 10, KNOWN_NOW, &value) && value == 8);
    EXPECT(param_value(t.w, t.core, least, t.city, day + 10, KNOWN_NOW, &value) && value == 6);
    EXPECT(core_begin(t.w, t.core, NULL));
    EXPECT(!param_set(t.w, t.core, least, UNIT_NONE, 10, day));
    work_clear(t.w);
    EXPECT(!param_set(t.w, t.core, least, t.farm[0], 7, day));
    work_clear(t.w);
    EXPECT(core_rollback(t.w, t.core));
    EXPECT(core_rebuild(t.w, t.core));
    least = set_param(packs_set(t.w, t.core, KNOWN_NOW), STR("least"));
    EXPECT(param_value(t.w, t.core, least, t.farm[0], day + 10, KNOWN_NOW, &value) && value == 8);
    world_close(&t);
}
