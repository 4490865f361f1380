#include "core/test_core.h"

typedef struct Town { /* the world with its posts, and persons 1 to 6 in them */
    World t;
    int32_t poster, namer, watcher, office, top, keeper, other, reader, day;
} Town;

static int32_t post_at(World *t, int32_t unit, const char *role)
{
    int32_t seat = 0;
    CHECK(seat_create(t->w, t->core, unit, set_role(t->set, str_of(role))->number,
                      day_make(2022, 1, 1), &seat));
    return seat;
}

static bool name(Town *o, int32_t seat, int32_t person, int32_t from, int32_t last, bool stand_in)
{
    const Hold hold = { seat, person, from, last, stand_in };
    return person_put(o->t.w, o->t.core, &hold);
}

static Town town_open(void)
{
    Town o = { .t = world_open() };
    World *t = &o.t;
    o.day = work_today(t->w);
    CHECK(core_begin(t->w, t->core, NULL));
    o.poster = post_at(t, t->city, "poster");
    o.namer = post_at(t, t->city, "namer");
    o.watcher = post_at(t, t->city, "watcher");
    o.top = post_at(t, t->city, "office");
    o.office = post_at(t, t->county, "office");
    o.keeper = post_at(t, t->farm[0], "keeper");
    o.other = post_at(t, t->farm[1], "keeper");
    o.reader = post_at(t, t->county, "reader");
    CHECK(name(&o, o.poster, 1, o.day, 0, false) && name(&o, o.namer, 2, o.day, 0, false));
    CHECK(name(&o, o.office, 4, o.day, 0, false) && name(&o, o.keeper, 5, o.day, 0, false));
    CHECK(core_commit(t->w, t->core));
    CHECK(core_begin(t->w, t->core, NULL));
    return o;
}

static void town_close(Town *o)
{
    o->t.core->seat = o->t.core->person = 0;
    CHECK(core_commit(o->t.w, o->t.core));
    world_close(&o->t);
}

static void act_as(Town *o, int32_t seat, int32_t person)
{
    o->t.core->seat = seat;
    o->t.core->person = person;
}

static bool refused(Town *o, bool done, ErrCode code)
{
    bool so = !done && o->t.w->err.code == code;
    work_clear(o->t.w);
    return so;
}

static bool reads(Town *o, int32_t seat, const char *book, int32_t unit, int32_t day)
{
    bool ok =
        right_check_read(o->t.w, o->t.core, seat, set_book(o->t.set, str_of(book)), unit, day);
    work_clear(o->t.w);
    return ok;
}

static bool writes(Town *o, int32_t seat, int32_t unit, int32_t day)
{
    bool ok = right_check(o->t.w, o->t.core, seat, set_book(o->t.set, STR("crop")), unit, day);
    work_clear(o->t.w);
    return ok;
}

TEST(a_seat_with_a_duty_reads_and_writes_no_record)
{
    Town o = town_open();
    const Book *crop = set_book(o.t.set, STR("crop")); /* read anyone */
    const int32_t officers[] = { o.poster, o.namer, o.watcher };
    EXPECT(reads(&o, o.keeper, "crop", o.t.farm[2], o.day));
    for (size_t i = 0; i < 3; i++) {
        EXPECT(!reads(&o, officers[i], "crop", o.t.farm[0], o.day));
        EXPECT(!writes(&o, officers[i], o.t.farm[0], o.day));
        for (RecordState to = RECORD_RETURNED; to <= RECORD_VOID; to++)
            EXPECT(refused(&o,
                           right_check_move(o.t.w, o.t.core, officers[i], crop, o.t.farm[0],
                                            o.keeper, to, o.day),
                           ERR_FORBIDDEN));
    }
    EXPECT(!reads(&o, 99, "crop", o.t.farm[0], o.day)); /* anyone with a seat, that is */
    town_close(&o);
}

TEST(posts_are_made_by_one_and_filled_by_another)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t keeper = set_role(t->set, STR("keeper"))->number, seat = 0;
    const int32_t not_posters[] = { o.namer, o.watcher, o.office, o.keeper };
    for (size_t i = 0; i < 4; i++) {
        act_as(&o, not_posters[i], 0);
        EXPECT(refused(&o, seat_create(t->w, t->core, t->farm[2], keeper, o.day, &seat),
                       ERR_FORBIDDEN));
        EXPECT(refused(&o, seat_close(t->w, t->core, o.other, o.day), ERR_FORBIDDEN));
    }
    act_as(&o, o.poster, 1);
    EXPECT(seat_create(t->w, t->core, t->farm[2], keeper, o.day, &seat));
    EXPECT(refused(&o, name(&o, seat, 6, o.day, 0, false), ERR_FORBIDDEN));
    EXPECT(refused(&o, person_told(t->w, t->core, VERB_PERSON_OPEN, 6), ERR_FORBIDDEN));
    act_as(&o, o.namer, 2);
    EXPECT(name(&o, seat, 6, o.day, 0, false));
    EXPECT(seat_person(t->core, seat, o.day) == 6);
    EXPECT(person_told(t->w, t->core, VERB_PERSON_OPEN, 6));
    town_close(&o);
}

TEST(nobody_names_or_gives_to_themselves)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t office = set_role(t->set, STR("office"))->number;
    act_as(&o, o.namer, 2);
    EXPECT(refused(&o, name(&o, o.other, 2, o.day, 0, false), ERR_BAD_INPUT));
    EXPECT(refused(&o, name(&o, o.namer, 6, o.day, 0, false), ERR_BAD_INPUT));
    act_as(&o, o.office, 4);
    EXPECT(
        refused(&o, grant_give(t->w, t->core, o.office, t->county, office, o.day), ERR_BAD_INPUT));
    act_as(&o, 0, 0);
    CHECK(name(&o, o.reader, 4, o.day, 0, false));
    act_as(&o, o.office, 4); /* nor to another seat of one's own */
    EXPECT(
        refused(&o, grant_give(t->w, t->core, o.reader, t->county, office, o.day), ERR_BAD_INPUT));
    town_close(&o);
}

TEST(whoever_has_a_duty_holds_nothing_else)
{
    Town o = town_open();
    int32_t later = o.day + 100;
    EXPECT(refused(&o, name(&o, o.other, 1, o.day, 0, false), ERR_BAD_INPUT));
    EXPECT(refused(&o, name(&o, o.watcher, 5, o.day, 0, false), ERR_BAD_INPUT));
    EXPECT(refused(&o, name(&o, o.watcher, 2, later, 0, false), ERR_BAD_INPUT));
    EXPECT(refused(&o, name(&o, o.other, 2, later, later + 5, true), ERR_BAD_INPUT));
    EXPECT(refused(&o,
                   grant_give(o.t.w, o.t.core, o.watcher, o.t.county,
                              set_role(o.t.set, STR("office"))->number, o.day),
                   ERR_BAD_INPUT));
    EXPECT(refused(&o,
                   grant_give(o.t.w, o.t.core, o.office, o.t.city,
                              set_role(o.t.set, STR("watcher"))->number, o.day),
                   ERR_BAD_INPUT));
    EXPECT(person_leave(o.t.w, o.t.core, o.namer, 2, later)); /* from then on she may */
    EXPECT(refused(&o, name(&o, o.other, 2, later - 1, 0, false), ERR_BAD_INPUT));
    EXPECT(name(&o, o.other, 2, later, 0, false));
    EXPECT(person_duty(o.t.w, o.t.core, 2, o.day) == DUTY_PEOPLE);
    EXPECT(person_duty(o.t.w, o.t.core, 2, later) == DUTY_NONE);
    town_close(&o);
}

TEST(a_holder_names_who_stands_in_for_days)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t *seats;
    size_t n;
    act_as(&o, o.keeper, 5);
    EXPECT(refused(&o, name(&o, o.keeper, 6, o.day, 0, true), ERR_BAD_INPUT)); /* until when? */
    EXPECT(name(&o, o.keeper, 6, o.day + 1, o.day + 3, true));
    EXPECT(refused(&o, name(&o, o.keeper, 6, o.day, 0, false), ERR_FORBIDDEN));
    EXPECT(refused(&o, name(&o, o.other, 6, o.day, o.day + 1, true), ERR_FORBIDDEN));
    EXPECT(!seat_held_by(t->core, o.keeper, 6, o.day));
    EXPECT(seat_held_by(t->core, o.keeper, 6, o.day + 1));
    EXPECT(seat_held_by(t->core, o.keeper, 6, o.day + 3));
    EXPECT(!seat_held_by(t->core, o.keeper, 6, o.day + 4));
    EXPECT(seat_person(t->core, o.keeper, o.day + 2) == 5); /* beside the holder */
    EXPECT(seats_of(t->w, t->core, 6, o.day + 2, &seats, &n) && n == 1 && seats[0] == o.keeper);
    EXPECT(person_leave(t->w, t->core, o.keeper, 6, o.day + 2)); /* and ends it early */
    EXPECT(!seat_held_by(t->core, o.keeper, 6, o.day + 2));
    EXPECT(refused(&o, person_leave(t->w, t->core, o.keeper, 5, o.day + 9), ERR_FORBIDDEN));
    town_close(&o);
}

TEST(a_grant_counts_while_its_giver_holds_it)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t keeper = set_role(t->set, STR("keeper"))->number, farm = t->farm[0], d = o.day;
    CHECK(grant_give_until(t->w, t->core, o.other, farm, keeper, d, d + 10));
    act_as(&o, o.other, 6);
    EXPECT(refused(&o, grant_give(t->w, t->core, o.office, farm, keeper, d), ERR_FORBIDDEN));
    EXPECT(refused(&o, grant_give_until(t->w, t->core, o.office, farm, keeper, d, d + 11),
                   ERR_FORBIDDEN)); /* not for longer than held */
    EXPECT(grant_give_until(t->w, t->core, o.office, farm, keeper, d, d + 10));
    EXPECT(writes(&o, o.office, farm, d + 10) && !writes(&o, o.office, farm, d + 11));
    act_as(&o, o.keeper, 5);
    EXPECT(refused(&o, grant_end(t->w, t->core, o.other, t->farm[1], keeper, STR(""), d),
                   ERR_FORBIDDEN));
    EXPECT(grant_end(t->w, t->core, o.other, farm, keeper, STR(""), d + 4));
    EXPECT(writes(&o, o.other, farm, d + 3) && !writes(&o, o.other, farm, d + 4));
    EXPECT(writes(&o, o.office, farm, d + 3) && !writes(&o, o.office, farm, d + 4));
    town_close(&o);
}

TEST(the_owner_opens_a_pack_to_auditors_until_a_day)
{
    Town o = town_open();
    World *t = &o.t;
    const Pack *pack = set_pack(t->set, STR("trial"));
    int32_t d = o.day;
    bool public_book = reads(&o, o.reader, "crop", t->farm[0], d);
    EXPECT(public_book); /* all its books say `read anyone`: the grant is asked for directly */
    act_as(&o, o.keeper, 5);
    EXPECT(
        refused(&o, grant_read(t->w, t->core, o.reader, t->county, pack, d, d + 5), ERR_FORBIDDEN));
    act_as(&o, o.office, 4);
    EXPECT(refused(&o, grant_read(t->w, t->core, o.reader, t->city, pack, d, d + 5),
                   ERR_FORBIDDEN)); /* above it */
    EXPECT(refused(&o, grant_read(t->w, t->core, o.reader, t->county, pack, d, 0), ERR_BAD_INPUT));
    EXPECT(refused(&o, grant_read(t->w, t->core, o.watcher, t->county, pack, d, d + 5),
                   ERR_BAD_INPUT));
    EXPECT(grant_read(t->w, t->core, o.reader, t->county, pack, d, d + 5));
    size_t n;
    const GrantRow *g = rights_grants(t->core, &n);
    EXPECT(n == 1 && str_is(g[0].pack, "trial") && g[0].to_day == d + 6 && g[0].giver == o.office);
    EXPECT(!writes(&o, o.reader, t->farm[0], d)); /* to read, not to write */
    EXPECT(grant_end(t->w, t->core, o.reader, t->county, 0, STR("trial"), d + 2));
    g = rights_grants(t->core, &n);
    EXPECT(n == 1 && g[0].to_day == d + 2);
    town_close(&o);
}

TEST(a_closed_seat_has_no_right_and_no_holder)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t keeper = set_role(t->set, STR("keeper"))->number, d = o.day, again = 0;
    Seat seat;
    CHECK(grant_give(t->w, t->core, o.keeper, t->farm[1], keeper, d));
    act_as(&o, o.poster, 1);
    EXPECT(refused(&o, seat_close(t->w, t->core, o.poster, d), ERR_BAD_INPUT));
    EXPECT(seat_close(t->w, t->core, o.keeper, d));
    EXPECT(!writes(&o, o.keeper, t->farm[0], d) && !writes(&o, o.keeper, t->farm[1], d));
    EXPECT(!reads(&o, o.keeper, "crop", t->farm[0], d));
    EXPECT(writes(&o, o.keeper, t->farm[0], d - 1));
    EXPECT(seat_person(t->core, o.keeper, d) == 0);
    EXPECT(refused(&o, seat_find(t->w, t->core, STR("keeper@F1"), &seat), ERR_NOT_FOUND));
    EXPECT(seat_create(t->w, t->core, t->farm[0], keeper, d, &again) && again != o.keeper);
    EXPECT(seat_find(t->w, t->core, STR("keeper@F1"), &seat) && seat.seat == again);
    town_close(&o);
}

TEST(the_facts_that_allow_it_are_told)
{
    Town o = town_open();
    World *t = &o.t;
    const Book *crop = set_book(t->set, STR("crop"));
    int32_t keeper = set_role(t->set, STR("keeper"))->number;
    RightReason *why;
    size_t n;
    EXPECT(right_explain(t->w, t->core, o.other, crop, t->farm[0], true, o.day, &why, &n) && !n);
    CHECK(grant_give(t->w, t->core, o.other, t->farm[0], keeper, o.day));
    int64_t grant = core_known(t->core) - 1;
    EXPECT(right_explain(t->w, t->core, o.other, crop, t->farm[0], true, o.day, &why, &n));
    bool told = false;
    for (size_t i = 0; i < n; i++) {
        Str words = word_text(t->w->arena, why[i].what, LANG_ZH);
        EXPECT(words.n > 0 && !str_starts(words, STR("发生了没有说明")));
        told = told || why[i].seq == grant;
    }
    EXPECT(n >= 3 && told);
    Str zh = word_text(t->w->arena, why[0].what, LANG_ZH);
    Str en = word_text(t->w->arena, why[0].what, LANG_EN);
    EXPECT(str_find(zh, STR("“收成”由 场长（场） 填报。")) != SIZE_MAX);
    EXPECT(str_ends(en, STR(" is written by 场长 (场)."))); /* the pack has no translation */
    EXPECT(right_explain(t->w, t->core, o.watcher, crop, t->farm[0], false, o.day, &why, &n) && !n);
    town_close(&o);
}

TEST(rights_are_the_same_after_a_rebuild)
{
    Town o = town_open();
    World *t = &o.t;
    int32_t keeper = set_role(t->set, STR("keeper"))->number, d = o.day;
    Str before, after;
    CHECK(grant_give_until(t->w, t->core, o.other, t->farm[0], keeper, d, d + 9));
    CHECK(grant_end(t->w, t->core, o.other, t->farm[0], keeper, STR(""), d + 4));
    CHECK(grant_read(t->w, t->core, o.reader, t->county, set_pack(t->set, STR("trial")), d, d + 3));
    CHECK(name(&o, o.keeper, 6, d + 1, d + 2, true) && name(&o, o.keeper, 7, d + 5, 0, false));
    CHECK(seat_close(t->w, t->core, o.top, d + 1));
    CHECK(core_commit(t->w, t->core) && store_digest(t->w, t->core->store.db, &before));
    CHECK(core_rebuild(t->w, t->core) && store_digest(t->w, t->core->store.db, &after));
    EXPECT(str_eq(before, after));
    o.t.set = packs_set(t->w, t->core, KNOWN_NOW);
    EXPECT(writes(&o, o.other, t->farm[0], d + 3) && !writes(&o, o.other, t->farm[0], d + 4));
    EXPECT(seat_held_by(t->core, o.keeper, 6, d + 2) && seat_person(t->core, o.keeper, d + 6) == 7);
    CHECK(core_begin(t->w, t->core, NULL));
    town_close(&o);
}
