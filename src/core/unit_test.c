/* Single changes of units: what is refused and why, corrections, shares, several trees. */
#include "base/limits.h"
#include "base/test.h"
#include "core/core.h"

static const char small_pack[] =
    "tian 1\n\n"
    "kind land  \"境\"\n"
    "kind zone  \"片\" in land | zone\n"
    "kind place \"处\" in zone\n"
    "kind spot  \"点\" in zone | place\n"
    "kind club  \"会\" in land\n\n"
    "tree second \"另一\" {\n  place in club\n  spot in place\n}\n\n"
    "role keeper \"看护\" at land\n\n"
    "pack small \"小试\" version 1 {\n  owner keeper at land\n"
    "  basis \"试验\", approval \"试〔2020〕2号\"\n  from 2000-01-01\n}\n";

typedef struct Small { /* land 0 > zone 1 > places 2, 3; zone 4; club 5 under land */
    Work *w;
    Core *core;
    const PackSet *set;
} Small;

enum { LAND, ZONE, PLACE_A, PLACE_B, ZONE_2, CLUB };

static int32_t day_of(int month, int day)
{
    return day_make(2021, month, day);
}

static int32_t kind_number(const Small *s, const char *name)
{
    return set_kind(s->set, str_of(name))->number;
}

/* One command as one act: committed when done, rolled back when refused. */
#define ACT(s, call) act((s), core_begin((s)->w, (s)->core, NULL) && (call))

static bool act(Small *s, bool done)
{
    if (done)
        return core_commit(s->w, s->core);
    bool back = core_rollback(s->w, s->core);
    EXPECT(back);
    return false;
}

static bool refused(Small *s, bool done, ErrCode code, const char *id)
{
    Str what = s->w->err.what ? str_of(s->w->err.what) : STR("");
    bool ok = !done && s->w->err.code == code && str_starts(what, str_of(id)) &&
              (what.n == strlen(id) || what.p[strlen(id)] == ' ');
    if (!ok)
        printf("# got %.*s\n", STR_ARG(what));
    work_clear(s->w);
    return ok;
}

static int32_t add(Small *s, const char *kind, const char *code, int32_t parent)
{
    int32_t unit = UNIT_NONE;
    NewUnit fresh = { .code = str_of(code),
                      .name = str_printf(s->w->arena, "单位%s", code),
                      .kind = kind_number(s, kind),
                      .parent = parent,
                      .day = day_of(1, 1) };
    EXPECT(ACT(s, unit_create(s->w, s->core, &fresh, &unit)));
    return unit;
}

static Small open_small(void)
{
    Small s = { .w = work_open(env_real(), 64 << 20) };
    SourceFile file = { .name = STR("small.tian"), .text = str_of(small_pack) };
    Source source = { .files = &file, .n = 1 };
    Problems problems = { 0 };
    EXPECT(core_memory(s.w, &s.core));
    EXPECT(ACT(&s, pack_load(s.w, s.core, &source, &problems)));
    s.set = packs_set(s.w, s.core, KNOWN_NOW);
    EXPECT(add(&s, "land", "1", UNIT_NONE) == LAND);
    EXPECT(add(&s, "zone", "11", LAND) == ZONE);
    EXPECT(add(&s, "place", "111", ZONE) == PLACE_A);
    EXPECT(add(&s, "place", "112", ZONE) == PLACE_B);
    EXPECT(add(&s, "zone", "12", LAND) == ZONE_2);
    EXPECT(add(&s, "club", "13", LAND) == CLUB);
    return s;
}

static void close_small(Small *s)
{
    EXPECT(unit_digest_ok(s->w, s->core->units, s->core->store.db));
    core_close(&s->core);
    work_close(&s->w);
}

TEST(what_cannot_be_is_refused_with_its_reason)
{
    Small s = open_small();
    Core *core = s.core;
    Work *w = s.w;
    int32_t unit, march = day_of(3, 1);
    NewUnit fresh = { .code = STR("111"),
                      .name = STR("新处"),
                      .kind = kind_number(&s, "place"),
                      .parent = ZONE,
                      .day = march };
    EXPECT(
        refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_CONFLICT, "unit.code_taken"));
    fresh.code = STR("113");
    fresh.parent = LAND;
    EXPECT(refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_BAD_INPUT,
                   "unit.kind_misplaced"));
    fresh.parent = UNIT_NONE;
    EXPECT(refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_BAD_INPUT,
                   "unit.needs_parent"));
    fresh.parent = 77;
    EXPECT(refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_NOT_FOUND,
                   "unit.number_unknown"));
    fresh.parent = ZONE;
    fresh.day = day_of(1, 1) - 1;
    EXPECT(
        refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_BAD_INPUT, "unit.not_born"));
    fresh.day = march;
    fresh.name = STR("  ");
    EXPECT(
        refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_BAD_INPUT, "unit.no_name"));
    fresh.name = STR("a\nb");
    EXPECT(refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_BAD_INPUT,
                   "unit.text_broken"));
    fresh.name = STR("新处");
    fresh.kind = 99;
    EXPECT(refused(&s, ACT(&s, unit_create(w, core, &fresh, &unit)), ERR_NOT_FOUND,
                   "unit.kind_unknown"));
    EXPECT(refused(&s, ACT(&s, unit_rename(w, core, PLACE_A, STR("早"), day_of(1, 1) - 1, STR(""))),
                   ERR_BAD_INPUT, "unit.not_born"));
    EXPECT(refused(&s, ACT(&s, unit_rename(w, core, PLACE_A, STR("单位111"), march, STR(""))),
                   ERR_CONFLICT, "unit.same"));
    EXPECT(refused(&s, ACT(&s, unit_recode(w, core, PLACE_A, STR("112"), march, STR(""))),
                   ERR_CONFLICT, "unit.code_taken"));
    EXPECT(refused(&s, ACT(&s, unit_move(w, core, ZONE, 0, ZONE, march, STR(""))), ERR_CONFLICT,
                   "unit.cycle"));
    EXPECT(refused(&s, ACT(&s, unit_move(w, core, PLACE_A, 9, ZONE, march, STR(""))), ERR_NOT_FOUND,
                   "unit.tree_unknown"));
    EXPECT(refused(&s, ACT(&s, unit_close(w, core, ZONE, march, STR(""))), ERR_CONFLICT,
                   "unit.has_children"));
    EXPECT(refused(&s, ACT(&s, unit_rekind(w, core, ZONE, kind_number(&s, "spot"), march, STR(""))),
                   ERR_BAD_INPUT, "unit.kind_misplaced"));
    EXPECT(units_count(core->units) == 6);
    close_small(&s);
}

TEST(a_zone_under_its_own_part_is_a_cycle_on_any_day)
{
    Small s = open_small();
    EXPECT(ACT(&s, unit_move(s.w, s.core, ZONE_2, 0, ZONE, day_of(6, 1), STR(""))));
    /* entered later for an earlier day: it would still hold in June */
    EXPECT(refused(&s, ACT(&s, unit_move(s.w, s.core, ZONE, 0, ZONE_2, day_of(2, 1), STR(""))),
                   ERR_CONFLICT, "unit.cycle"));
    close_small(&s);
}

TEST(a_correction_on_the_same_day_supersedes_and_stays_known)
{
    Small s = open_small();
    const Units *u = s.core->units;
    EXPECT(ACT(&s, unit_rename(s.w, s.core, PLACE_A, STR("甲"), day_of(5, 1), STR("文一"))));
    int64_t first = core_known(s.core) - 1;
    EXPECT(ACT(&s, unit_rename(s.w, s.core, PLACE_A, STR("乙"), day_of(5, 1), STR("文二"))));
    EXPECT(ACT(&s, unit_rename(s.w, s.core, PLACE_A, STR("丙"), day_of(3, 1), STR("文三"))));
    EXPECT(str_is(unit_name(u, PLACE_A, day_of(6, 1), first), "甲"));
    EXPECT(str_is(unit_name(u, PLACE_A, day_of(6, 1), KNOWN_NOW), "乙"));
    EXPECT(str_is(unit_name(u, PLACE_A, day_of(4, 1), first), "单位111"));
    EXPECT(str_is(unit_name(u, PLACE_A, day_of(4, 1), KNOWN_NOW), "丙"));
    EXPECT(str_is(unit_name(u, PLACE_A, day_of(2, 1), KNOWN_NOW), "单位111"));
    Buf out = buf_open(s.w->arena, 1 << 16);
    EXPECT(units_lineage(s.w, s.core, PLACE_A, &out));
    EXPECT(str_find(buf_str(&out), STR("2021-03-01  更名：单位111 → 丙〔文三〕")) != SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("2021-05-01  更名：丙 → 乙〔文二〕")) != SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("甲")) == SIZE_MAX);
    close_small(&s);
}

TEST(a_refused_act_leaves_memory_and_tables_as_they_were)
{
    Small s = open_small();
    Str before, after;
    EXPECT(store_digest(s.w, s.core->store.db, &before));
    bool done = core_begin(s.w, s.core, NULL) &&
                unit_rename(s.w, s.core, PLACE_A, STR("甲"), day_of(5, 1), STR("")) &&
                unit_close(s.w, s.core, ZONE, day_of(5, 1), STR(""));
    EXPECT(refused(&s, act(&s, done), ERR_CONFLICT, "unit.has_children"));
    EXPECT(store_digest(s.w, s.core->store.db, &after));
    EXPECT(str_eq(before, after));
    EXPECT(str_is(unit_name(s.core->units, PLACE_A, day_of(6, 1), KNOWN_NOW), "单位111"));
    close_small(&s);
}

TEST(a_code_may_pass_on_when_its_unit_has_ended)
{
    Small s = open_small();
    int32_t june = day_of(6, 1);
    EXPECT(ACT(&s, unit_close(s.w, s.core, PLACE_A, june, STR(""))));
    EXPECT(refused(&s, ACT(&s, unit_recode(s.w, s.core, PLACE_B, STR("111"), june - 1, STR(""))),
                   ERR_CONFLICT, "unit.code_taken"));
    EXPECT(ACT(&s, unit_recode(s.w, s.core, PLACE_B, STR("111"), june, STR(""))));
    const Units *u = s.core->units;
    EXPECT(unit_find_code(u, STR("111"), june - 1, KNOWN_NOW) == PLACE_A);
    EXPECT(unit_find_code(u, STR("111"), june, KNOWN_NOW) == PLACE_B);
    EXPECT(unit_find_code(u, STR("112"), june, KNOWN_NOW) == UNIT_NONE);
    EXPECT(unit_find_code_ever(u, STR("112"), june) == PLACE_B);
    EXPECT(!unit_alive_during(u, PLACE_A, june, june + 9, KNOWN_NOW));
    EXPECT(unit_alive_during(u, PLACE_A, june - 1, june + 9, KNOWN_NOW));
    EXPECT(refused(&s, ACT(&s, unit_close(s.w, s.core, PLACE_A, june + 5, STR(""))), ERR_CONFLICT,
                   "unit.ended"));
    close_small(&s);
}

TEST(a_second_tree_has_its_own_parents)
{
    Small s = open_small();
    int32_t tree = set_tree(s.set, STR("second"))->number;
    EXPECT(ACT(&s, unit_move(s.w, s.core, PLACE_A, tree, CLUB, day_of(2, 1), STR(""))));
    EXPECT(refused(&s, ACT(&s, unit_move(s.w, s.core, PLACE_B, tree, ZONE, day_of(2, 1), STR(""))),
                   ERR_BAD_INPUT, "unit.kind_misplaced"));
    const TreeVersion *t = units_tree(s.w, s.core->units, tree, day_of(3, 1), KNOWN_NOW);
    EXPECT(t->count == 2 && t->slot_of[0] == CLUB && t->slot_of[1] == PLACE_A && t->last[0] == 1);
    EXPECT(t->first_day == day_of(2, 1) && t->last_day == DAY_FOREVER);
    EXPECT(units_tree(s.w, s.core->units, tree, day_of(1, 31), KNOWN_NOW)->count == 0);
    EXPECT(ACT(&s, unit_move(s.w, s.core, PLACE_A, tree, UNIT_NONE, day_of(4, 1), STR(""))));
    EXPECT(units_tree(s.w, s.core->units, tree, day_of(4, 1), KNOWN_NOW)->count == 0);
    EXPECT(unit_parent(s.core->units, PLACE_A, 0, day_of(4, 1), KNOWN_NOW) == ZONE);
    /* the club cannot end while the place stands under it in that tree */
    EXPECT(refused(&s, ACT(&s, unit_close(s.w, s.core, CLUB, day_of(3, 1), STR(""))), ERR_CONFLICT,
                   "unit.has_children"));
    close_small(&s);
}

TEST(levels_of_a_tree_are_limited)
{
    Small s = open_small();
    int32_t above = ZONE_2, unit = UNIT_NONE;
    bool done = true;
    int levels = 2;
    for (; done && levels < LIMIT_TREE_DEPTH + 5; levels++) {
        NewUnit fresh = { .code = str_printf(s.w->arena, "9%02d", levels),
                          .name = STR("层"),
                          .kind = kind_number(&s, "zone"),
                          .parent = above,
                          .day = day_of(1, 2) };
        done = ACT(&s, unit_create(s.w, s.core, &fresh, &unit));
        above = unit;
    }
    EXPECT(refused(&s, done, ERR_LIMIT, "unit.too_deep"));
    EXPECT(levels == LIMIT_TREE_DEPTH + 1);
    EXPECT(units_tree(s.w, s.core->units, 0, day_of(2, 1), KNOWN_NOW)->count > LIMIT_TREE_DEPTH);
    close_small(&s);
}

static bool is_share(const Shares *shares, size_t i, int32_t unit, int64_t num, int64_t den)
{
    return i < shares->n && shares->at[i].unit == unit && shares->at[i].num == num &&
           shares->at[i].den == den;
}

TEST(a_split_and_a_merge_carry_shares_forward_and_back)
{
    Small s = open_small();
    int32_t c = add(&s, "place", "114", ZONE), d = add(&s, "place", "115", ZONE);
    const Units *u = s.core->units;
    Share into[] = { { c, 2, 3 }, { d, 1, 3 } };
    EXPECT(ACT(&s, unit_split(s.w, s.core, PLACE_A, into, 2, day_of(4, 1), STR(""))));
    EXPECT(ACT(&s, unit_merge(s.w, s.core, &d, 1, PLACE_B, day_of(7, 1), STR(""))));
    Shares got;
    unit_forward(s.w->arena, u, PLACE_A, day_of(3, 31), KNOWN_NOW, &got);
    EXPECT(got.n == 1 && is_share(&got, 0, PLACE_A, 1, 1));
    unit_forward(s.w->arena, u, PLACE_A, day_of(8, 1), KNOWN_NOW, &got);
    EXPECT(got.n == 2 && is_share(&got, 0, PLACE_B, 1, 3) && is_share(&got, 1, c, 2, 3));
    unit_backward(s.w->arena, u, c, day_of(3, 1), KNOWN_NOW, &got);
    EXPECT(got.n == 1 && is_share(&got, 0, c, 1, 1)); /* c was there already */
    EXPECT(refused(&s, ACT(&s, unit_close(s.w, s.core, PLACE_B, day_of(6, 1), STR(""))),
                   ERR_CONFLICT, "unit.takes_over_later"));
    Buf out = buf_open(s.w->arena, 1 << 16);
    EXPECT(units_lineage(s.w, s.core, PLACE_A, &out));
    EXPECT(str_find(buf_str(&out), STR("拆分给 单位114（114） 2/3")) != SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("撤销后的数归到：单位112（112） 1/3，单位114（114） 2/3")) !=
           SIZE_MAX);
    close_small(&s);
}

TEST(what_became_of_a_unit_can_be_told_after_its_end_and_told_anew)
{
    Small s = open_small();
    int32_t june = day_of(6, 1), fresh = UNIT_NONE;
    EXPECT(ACT(&s, unit_close(s.w, s.core, PLACE_A, june, STR(""))));
    int64_t closed = core_known(s.core) - 1;
    NewUnit heir = { .code = STR("121"),
                     .name = STR("继"),
                     .kind = kind_number(&s, "place"),
                     .parent = ZONE_2,
                     .day = june };
    EXPECT(ACT(&s, unit_create(s.w, s.core, &heir, &fresh)));
    int32_t from = PLACE_A;
    EXPECT(ACT(&s, unit_merge(s.w, s.core, &from, 1, PLACE_B, june, STR(""))));
    int64_t merged = core_known(s.core) - 1;
    EXPECT(ACT(&s, unit_merge(s.w, s.core, &from, 1, fresh, june, STR(""))));
    const Units *u = s.core->units;
    Shares got;
    unit_forward(s.w->arena, u, PLACE_A, june, closed, &got);
    EXPECT(got.n == 0);
    unit_forward(s.w->arena, u, PLACE_A, june, merged, &got);
    EXPECT(got.n == 1 && is_share(&got, 0, PLACE_B, 1, 1));
    unit_forward(s.w->arena, u, PLACE_A, june, KNOWN_NOW, &got);
    EXPECT(got.n == 1 && is_share(&got, 0, fresh, 1, 1));
    unit_backward(s.w->arena, u, fresh, june - 1, KNOWN_NOW, &got);
    EXPECT(got.n == 1 && is_share(&got, 0, PLACE_A, 1, 1));
    size_t n;
    const Link *links = unit_links(u, &n);
    EXPECT(n == 2 && links[0].how == LINEAGE_MERGE && links[0].gone < KNOWN_NOW);
    EXPECT(links[1].how == LINEAGE_RECODE && links[1].to == fresh);
    close_small(&s);
}

TEST(bad_shares_are_refused)
{
    Small s = open_small();
    int32_t may = day_of(5, 1);
    Share half[] = { { PLACE_B, 1, 2 }, { ZONE_2, 1, 3 } };
    EXPECT(refused(&s, ACT(&s, unit_split(s.w, s.core, PLACE_A, half, 2, may, STR(""))),
                   ERR_BAD_INPUT, "unit.shares_sum"));
    Share zero[] = { { PLACE_B, 1, 1 }, { ZONE_2, 0, 3 } };
    EXPECT(refused(&s, ACT(&s, unit_split(s.w, s.core, PLACE_A, zero, 2, may, STR(""))),
                   ERR_BAD_INPUT, "unit.share_bad"));
    Share twice[] = { { PLACE_B, 1, 2 }, { PLACE_B, 1, 2 } };
    EXPECT(refused(&s, ACT(&s, unit_split(s.w, s.core, PLACE_A, twice, 2, may, STR(""))),
                   ERR_BAD_INPUT, "unit.twice"));
    Share self[] = { { PLACE_A, 1, 2 }, { PLACE_B, 1, 2 } };
    EXPECT(refused(&s, ACT(&s, unit_split(s.w, s.core, PLACE_A, self, 2, may, STR(""))),
                   ERR_BAD_INPUT, "unit.split_self"));
    Share fine[] = { { PLACE_B, 1, LIMIT_SHARE_DEN },
                     { ZONE_2, LIMIT_SHARE_DEN - 1, LIMIT_SHARE_DEN } };
    EXPECT(ACT(&s, unit_split(s.w, s.core, PLACE_A, fine, 2, may, STR(""))));
    Share third[] = { { ZONE_2, 1, 7 }, { CLUB, 6, 7 } };
    /* two splits one after the other stay exact; another so fine would not */
    EXPECT(ACT(&s, unit_split(s.w, s.core, PLACE_B, third, 2, day_of(6, 1), STR(""))));
    Shares got;
    unit_forward(s.w->arena, s.core->units, PLACE_A, day_of(7, 1), KNOWN_NOW, &got);
    EXPECT(got.n == 2 && is_share(&got, 1, CLUB, 3, INT64_C(7) * LIMIT_SHARE_DEN / 2));
    Share last[] = { { LAND, 1, LIMIT_SHARE_DEN }, { ZONE, LIMIT_SHARE_DEN - 1, LIMIT_SHARE_DEN } };
    EXPECT(refused(&s, ACT(&s, unit_split(s.w, s.core, CLUB, last, 2, day_of(8, 1), STR(""))),
                   ERR_LIMIT, "unit.shares_fine"));
    close_small(&s);
}

TEST(an_amount_is_split_to_the_last_piece)
{
    Share thirds[] = { { 7, 1, 3 }, { 3, 1, 3 }, { 5, 1, 3 } };
    int64_t got[3];
    shares_split(100, thirds, 3, got);
    EXPECT(got[0] == 33 && got[1] == 34 && got[2] == 33); /* tie: the lowest slot */
    shares_split(-101, thirds, 3, got);
    EXPECT(got[0] == -33 && got[1] == -34 && got[2] == -34);
    Share uneven[] = { { 1, 1, 6 }, { 2, 1, 2 }, { 3, 1, 3 } };
    shares_split(4, uneven, 3, got); /* 0.67, 2, 1.33 */
    EXPECT(got[0] == 1 && got[1] == 2 && got[2] == 1);
    shares_split(INT64_MAX, uneven, 3, got);
    EXPECT(got[0] + got[1] + got[2] == INT64_MAX);
    Share half[] = { { 1, 1, 2 } }; /* the other half ended without a successor */
    shares_split(7, half, 1, got);
    EXPECT(got[0] == 4);
}

TEST(trees_stay_right_when_more_are_asked_than_are_kept)
{
    Small s = open_small();
    for (int i = 1; i <= 100; i++) {
        Str name = str_printf(s.w->arena, "名%d", i);
        EXPECT(ACT(&s, unit_rename(s.w, s.core, PLACE_A, name, day_of(1, 1) + i, STR(""))));
    }
    for (int turn = 0; turn < 2; turn++)
        for (int i = 1; i <= 100; i++) {
            const TreeVersion *t = units_tree(s.w, s.core->units, 0, day_of(1, 1) + i, KNOWN_NOW);
            EXPECT(t->count == 6 && t->day == day_of(1, 1) + i);
        }
    const TreeVersion *a = units_tree(s.w, s.core->units, 0, day_of(12, 1), KNOWN_NOW);
    EXPECT(a == units_tree(s.w, s.core->units, 0, day_of(12, 30), core_known(s.core) + 5));
    close_small(&s);
}

TEST(facts_that_say_nonsense_are_a_damaged_store)
{
    Small s = open_small();
    Units *u = s.core->units;
    int64_t seq = core_known(s.core) + 100;
    Fact facts[] = {
        { .seq = seq,
          .unit = 99,
          .verb = VERB_UNIT_RENAME,
          .open = STR("{\"day\":1,\"name\":\"x\"}") },
        { .seq = seq, .unit = 2, .verb = VERB_UNIT_RENAME, .open = STR("{\"day\":1}") },
        { .seq = seq,
          .unit = 3,
          .verb = VERB_UNIT_CREATE,
          .open = STR("{\"code\":\"z\",\"day\":1,\"kind\":1,\"name\":\"x\"}") },
        { .seq = seq,
          .unit = 2,
          .verb = VERB_UNIT_MERGE,
          .open = STR("{\"day\":1,\"from\":[77],\"how\":0}") },
        { .seq = seq, .unit = 2, .verb = VERB_PACK_LOAD, .open = STR("{\"day\":1}") },
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        EXPECT(refused(&s, unit_apply(s.w, u, NULL, &facts[i]), ERR_STORE, "unit.bad_fact"));
    close_small(&s);
}

TEST(memory_that_differs_from_the_tables_is_found)
{
    Small s = open_small();
    Fact fact = { .seq = core_known(s.core) + 7,
                  .unit = PLACE_A,
                  .verb = VERB_UNIT_RENAME,
                  .open = STR("{\"day\":18700,\"name\":\"x\"}") };
    EXPECT(unit_apply(s.w, s.core->units, NULL, &fact)); /* memory only */
    EXPECT(refused(&s, unit_digest_ok(s.w, s.core->units, s.core->store.db), ERR_STORE,
                   "unit.memory_differs"));
    core_close(&s.core);
    work_close(&s.w);
}

TEST(a_store_may_begin_below_the_top_while_nothing_stands_above)
{
    Small s = open_small();
    /* a place could hang under a zone, a zone under the land: both stand here */
    int32_t unit;
    NewUnit fresh = { .code = STR("9"),
                      .name = STR("片"),
                      .kind = kind_number(&s, "zone"),
                      .parent = UNIT_NONE,
                      .day = day_of(1, 1) };
    EXPECT(refused(&s, ACT(&s, unit_create(s.w, s.core, &fresh, &unit)), ERR_BAD_INPUT,
                   "unit.needs_parent"));
    fresh.day = day_of(1, 1) - 30; /* before anything stood */
    EXPECT(ACT(&s, unit_create(s.w, s.core, &fresh, &unit)));
    const TreeVersion *t = units_tree(s.w, s.core->units, 0, day_of(2, 1), KNOWN_NOW);
    EXPECT(t->count == 7 && t->parent[t->pre_of[unit]] == -1);
    EXPECT(refused(
        &s,
        ACT(&s, unit_rekind(s.w, s.core, unit, kind_number(&s, "place"), day_of(2, 1), STR(""))),
        ERR_BAD_INPUT, "unit.needs_parent"));
    EXPECT(ACT(&s, unit_move(s.w, s.core, unit, 0, LAND, day_of(2, 1), STR(""))));
    EXPECT(refused(&s, ACT(&s, unit_move(s.w, s.core, unit, 0, UNIT_NONE, day_of(3, 1), STR(""))),
                   ERR_BAD_INPUT, "unit.needs_parent"));
    close_small(&s);
}
