#include "core/test_core.h"

static int32_t seat_at(World *t, int32_t unit, const char *role)
{
    int32_t seat = 0;
    CHECK(core_begin(t->w, t->core, NULL));
    bool ok = seat_create(t->w, t->core, unit, set_role(t->set, str_of(role))->number,
                          day_make(2020, 1, 1), &seat);
    CHECK(ok ? core_commit(t->w, t->core) : core_rollback(t->w, t->core));
    return ok ? seat : 0;
}

static bool may_write(World *t, int32_t seat, int32_t unit)
{
    const Book *crop = set_book(t->set, STR("crop"));
    bool ok = right_check(t->w, t->core, seat, crop, unit, work_today(t->w));
    CHECK(ok || t->w->err.code == ERR_FORBIDDEN);
    work_clear(t->w);
    return ok;
}

TEST(a_seat_writes_at_its_own_unit_and_nowhere_else)
{
    World t = world_open();
    int32_t keeper = seat_at(&t, t.farm[0], "keeper");
    int32_t office = seat_at(&t, t.county, "office");
    EXPECT(keeper > 0 && office > 0 && keeper != office);
    EXPECT(may_write(&t, keeper, t.farm[0]) && !may_write(&t, keeper, t.farm[1]));
    EXPECT(!may_write(&t, office, t.farm[0]));
    EXPECT(!may_write(&t, 99, t.farm[0]));
    EXPECT(may_write(&t, 0, t.farm[0]));
    world_close(&t);
}

TEST(a_seat_is_found_by_role_and_code)
{
    World t = world_open();
    int32_t keeper = seat_at(&t, t.farm[0], "keeper");
    Seat seat = { 0 };
    EXPECT(seat_find(t.w, t.core, STR("keeper@F1"), &seat));
    EXPECT(seat.seat == keeper && seat.unit == t.farm[0]);
    EXPECT(!seat_find(t.w, t.core, STR("keeper@F2"), &seat) && t.w->err.code == ERR_NOT_FOUND);
    work_clear(t.w);
    EXPECT(!seat_find(t.w, t.core, STR("nobody"), &seat));
    work_clear(t.w);
    EXPECT(seat_at(&t, t.farm[0], "office") == 0); /* the role does not stand at farms */
    work_clear(t.w);
    EXPECT(seat_at(&t, t.farm[0], "keeper") == 0); /* it is there already */
    work_clear(t.w);
    world_close(&t);
}

TEST(nobody_gives_more_than_they_hold)
{
    World t = world_open();
    int32_t keeper = seat_at(&t, t.farm[0], "keeper");
    int32_t other = seat_at(&t, t.farm[1], "keeper");
    int32_t role = set_role(t.set, STR("keeper"))->number;
    int32_t day = day_make(2020, 1, 1);
    EXPECT(core_begin(t.w, t.core, NULL));
    t.core->seat = keeper;
    EXPECT(!grant_give(t.w, t.core, other, t.farm[1], role, day) && t.w->err.code == ERR_FORBIDDEN);
    work_clear(t.w);
    EXPECT(grant_give(t.w, t.core, other, t.farm[0], role, day));
    EXPECT(core_commit(t.w, t.core));
    t.core->seat = 0;
    EXPECT(may_write(&t, other, t.farm[0]) && !may_write(&t, other, t.farm[2]));
    EXPECT(core_rebuild(t.w, t.core));
    t.set = packs_set(t.w, t.core, KNOWN_NOW);
    EXPECT(may_write(&t, other, t.farm[0]) && !may_write(&t, other, t.farm[2]));
    world_close(&t);
}

TEST(a_person_holds_a_seat_from_a_day_on)
{
    World t = world_open();
    int32_t keeper = seat_at(&t, t.farm[0], "keeper");
    int32_t first = 0, second = 0;
    EXPECT(core_begin(t.w, t.core, NULL));
    EXPECT(person_hold(t.w, t.core, keeper, 18300, &first));
    EXPECT(person_hold(t.w, t.core, keeper, 18400, &second));
    EXPECT(core_commit(t.w, t.core));
    EXPECT(first > 0 && second > 0 && first != second);
    EXPECT(seat_person(t.core, keeper, 18299) == 0);
    EXPECT(seat_person(t.core, keeper, 18399) == first);
    EXPECT(seat_person(t.core, keeper, 18400) == second);
    world_close(&t);
}

TEST(who_filed_does_not_confirm)
{
    World t = world_open();
    const Book *crop = set_book(t.set, STR("crop"));
    int32_t keeper = seat_at(&t, t.farm[0], "keeper");
    int32_t office = seat_at(&t, t.county, "office");
    int32_t today = work_today(t.w);
    EXPECT(
        !right_check_move(t.w, t.core, keeper, crop, t.farm[0], keeper, RECORD_CONFIRMED, today));
    work_clear(t.w);
    EXPECT(right_check_move(t.w, t.core, office, crop, t.farm[0], keeper, RECORD_CONFIRMED, today));
    EXPECT(
        !right_check_move(t.w, t.core, office, crop, t.farm[0], office, RECORD_CONFIRMED, today));
    work_clear(t.w);
    EXPECT(right_check_move(t.w, t.core, keeper, crop, t.farm[0], keeper, RECORD_VOID, today));
    EXPECT(move_bars_author(crop, RECORD_CONFIRMED) && !move_bars_author(crop, RECORD_RETURNED));
    world_close(&t);
}

/* The flow says `office at county`: another role, or the same one higher up, may not. */
TEST(who_confirms_is_said_by_the_flow)
{
    World t = world_open();
    const Book *crop = set_book(t.set, STR("crop"));
    int32_t office = seat_at(&t, t.county, "office");
    int32_t higher = seat_at(&t, t.city, "office");
    int32_t neighbour = seat_at(&t, t.farm[1], "keeper");
    int32_t today = work_today(t.w);
    const RecordState moves[] = { RECORD_CONFIRMED, RECORD_RETURNED };
    for (size_t i = 0; i < 2; i++) {
        EXPECT(right_check_move(t.w, t.core, office, crop, t.farm[0], neighbour, moves[i], today));
        EXPECT(!right_check_move(t.w, t.core, higher, crop, t.farm[0], office, moves[i], today));
        work_clear(t.w);
        EXPECT(!right_check_move(t.w, t.core, neighbour, crop, t.farm[0], office, moves[i], today));
        work_clear(t.w);
    }
    EXPECT(right_check_move(t.w, t.core, office, crop, t.farm[0], office, RECORD_RETURNED, today));
    world_close(&t);
}

static Sight sees(World *t, const char *book, int32_t seat, int32_t unit)
{
    Sight sight = { 0 };
    EXPECT(right_fields(t->w, t->core, seat, set_book(t->set, str_of(book)), unit, work_today(t->w),
                        &sight));
    return sight;
}

static bool sees_field(World *t, const Sight *sight, const char *name)
{
    const Field *field = book_field(set_book(t->set, STR("loan")), str_of(name));
    CHECK(field);
    return sight_has(sight, field);
}

TEST(a_line_for_some_fields_gives_those_of_its_book_and_no_more)
{
    World t = world_open();
    Problems problems = { 0 };
    CHECK(world_load(&t, 2, "  read  anyone\n  write keeper at farm\n}\nbook loan_part",
                     "  read office at county : no, lent\n  read reader at county\n"
                     "  write keeper at farm\n}\nbook loan_part",
                     &problems));
    int32_t office = seat_at(&t, t.county, "office"), reader = seat_at(&t, t.county, "reader");
    int32_t keeper = seat_at(&t, t.farm[0], "keeper"), namer = seat_at(&t, t.city, "namer");
    Sight some = sees(&t, "loan", office, t.farm[0]);
    EXPECT(some.any && !some.all && sees_field(&t, &some, "no") && sees_field(&t, &some, "lent"));
    EXPECT(!sees_field(&t, &some, "back") && !sees_field(&t, &some, "who"));
    Sight detail = sees(&t, "loan_part", office, t.farm[0]);
    EXPECT(!detail.any && !detail.all);
    const int32_t whole[] = { 0, reader, keeper };
    for (size_t i = 0; i < 3; i++) {
        Sight all = sees(&t, "loan", whole[i], t.farm[0]);
        EXPECT(all.any && all.all && sees_field(&t, &all, "back") && sees_field(&t, &all, "who"));
        detail = sees(&t, "loan_part", whole[i], t.farm[0]);
        EXPECT(detail.any && detail.all);
    }
    EXPECT(!sees(&t, "loan", keeper, t.farm[1]).any && !sees(&t, "loan", namer, t.farm[0]).any);
    world_close(&t);
}

TEST(a_post_of_a_unit_that_has_ended_answers_no_more)
{
    World t = world_open();
    int32_t gone = seat_at(&t, t.farm[0], "keeper"), next = seat_at(&t, t.farm[1], "keeper");
    int32_t today = work_today(t.w), person = 0, *seats;
    RoleAt *roles;
    size_t n;
    CHECK(core_begin(t.w, t.core, NULL));
    CHECK(person_hold(t.w, t.core, gone, today - 9, &person) && core_commit(t.w, t.core));
    EXPECT(seat_answers(t.core, gone, today) && seat_held_by(t.core, gone, person, today));
    EXPECT(may_write(&t, gone, t.farm[0]) && !may_write(&t, next, t.farm[0]));
    CHECK(core_begin(t.w, t.core, NULL));
    CHECK(unit_merge(t.w, t.core, &t.farm[0], 1, t.farm[1], today, STR("并")) &&
          core_commit(t.w, t.core));
    EXPECT(!seat_answers(t.core, gone, today) && !seat_held_by(t.core, gone, person, today));
    EXPECT(seat_answers(t.core, gone, today - 1));
    EXPECT(seats_of(t.w, t.core, person, today, &seats, &n) && n == 0);
    seat_roles(t.w, t.core, gone, today, &roles, &n);
    EXPECT(n == 0 && !sees(&t, "crop", gone, t.farm[0]).any &&
           !sees(&t, "crop", gone, t.farm[1]).any);
    EXPECT(!may_write(&t, gone, t.farm[0]) && may_write(&t, next, t.farm[0]));
    world_close(&t);
}
