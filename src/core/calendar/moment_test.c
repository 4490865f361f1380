#include "core/test_core.h"

#include "base/limits.h"

#define WH INT64_C(3600000)
#define WD INT64_C(28800000)

static const Calendar office = { .rest = REST_STATE,
                                 .hours = { { 510, 720 }, { 780, 1020 } },
                                 .hour_count = 2 };

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return day_first_ms(day_make(year, month, day)) + (hour * 60 + minute) * INT64_C(60000);
}

static int64_t days(int64_t n)
{
    return n * WD + 1;
}

TEST(working_days_end_at_midnight)
{
    int64_t from = at(2021, 6, 10, 10, 0); /* a Thursday; Monday the 14th was a holiday */
    EXPECT(moment_add(&office, from, days(5), true) == at(2021, 6, 19, 0, 0));
    EXPECT(moment_add(&office, from, days(1), true) == at(2021, 6, 12, 0, 0));
    EXPECT(moment_add(&office, from, days(0), true) == at(2021, 6, 11, 0, 0));
    EXPECT(moment_add(&office, at(2021, 6, 12, 9, 0), days(0), true) == at(2021, 6, 16, 0, 0));
    EXPECT(moment_add(&office, at(2021, 6, 12, 9, 0), days(1), true) == at(2021, 6, 16, 0, 0));
    EXPECT(moment_add(&office, at(2021, 2, 5, 9, 0), days(1), true) == at(2021, 2, 8, 0, 0));
    EXPECT(moment_add(&office, from, 0, true) == from);
    EXPECT(moment_add(&office, from, 90, false) == from + 90);
}

TEST(working_hours_pass_over_lunch_and_night)
{
    int64_t morning = at(2021, 6, 10, 11, 0);
    EXPECT(moment_add(&office, morning, WH, true) == at(2021, 6, 10, 12, 0)); /* not 13:00 */
    EXPECT(moment_add(&office, morning, WH + 60000, true) == at(2021, 6, 10, 13, 1));
    EXPECT(moment_add(&office, at(2021, 6, 10, 12, 30), WH, true) == at(2021, 6, 10, 14, 0));
    EXPECT(moment_add(&office, at(2021, 6, 10, 3, 0), WH, true) == at(2021, 6, 10, 9, 30));
    EXPECT(moment_add(&office, at(2021, 6, 11, 16, 30), WH, true) == at(2021, 6, 15, 9, 0));
    EXPECT(moment_add(&office, at(2021, 6, 10, 16, 0), WH, true) == at(2021, 6, 10, 17, 0));
    EXPECT(moment_add(&office, at(2021, 6, 12, 12, 0), WH, true) == at(2021, 6, 15, 9, 30));
}

TEST(working_time_between_moments_adds_up)
{
    int64_t a = at(2021, 6, 10, 11, 0), b = at(2021, 6, 15, 9, 0);
    EXPECT(moment_between(&office, a, b, true) == 13 * WH);
    EXPECT(moment_between(&office, b, a, true) == -moment_between(&office, a, b, true));
    EXPECT(moment_between(&office, a, b, false) == b - a);
}

TEST(calendars_may_keep_the_week_alone_or_never_rest)
{
    const Calendar weekend = { .rest = REST_WEEKEND, .hours = { { 540, 1020 } }, .hour_count = 1 };
    const Calendar never = { .rest = REST_NONE };
    int64_t friday = at(2021, 6, 11, 16, 0);
    EXPECT(moment_add(&weekend, friday, 2 * WH, true) == at(2021, 6, 14, 10, 0));
    EXPECT(moment_add(&weekend, friday, days(1), true) == at(2021, 6, 15, 0, 0));
    EXPECT(moment_add(&never, friday, 50 * WH, true) == friday + 50 * WH);
    EXPECT(moment_add(&never, friday, days(3), true) == at(2021, 6, 15, 0, 0));
}

TEST(what_is_left_at_a_stop_is_left_when_it_goes_on)
{
    int64_t from = at(2021, 6, 7, 9, 0), due = moment_add(&office, from, days(10), true);
    EXPECT(due == at(2021, 6, 23, 0, 0)); /* the tenth is Tuesday the 22nd */
    int64_t left = limit_left(&office, at(2021, 6, 10, 9, 0), due, days(10), true);
    EXPECT(left == days(7));
    EXPECT(moment_add(&office, at(2021, 6, 10, 16, 0), left, true) == due);
    EXPECT(limit_left(&office, at(2021, 6, 22, 23, 0), due, days(10), true) == days(0));
    EXPECT(limit_left(&office, due, due, days(10), true) == 0);
    int64_t hours = moment_add(&office, from, 4 * WH, true);
    EXPECT(hours == at(2021, 6, 7, 14, 0));
    left = limit_left(&office, at(2021, 6, 7, 11, 30), hours, 4 * WH, true);
    EXPECT(left == 3 * WH / 2);
    EXPECT(moment_add(&office, at(2021, 6, 8, 8, 0), left, true) == at(2021, 6, 8, 10, 0));
    EXPECT(limit_left(&office, from, from + 5, 5, false) == 5);
    left = limit_left(&office, from, from + 1, 4 * WH, true); /* odd ones would read as days */
    EXPECT(left == 2);
}

/* The same by walking minute by minute. */
static int64_t walk(const Calendar *c, int64_t from, int64_t minutes)
{
    for (int64_t ms = from;; ms += 60000) {
        int32_t day = day_of_ms(ms), minute = (int32_t)((ms - day_first_ms(day)) / 60000);
        bool known, works = c->rest == REST_NONE || day_weekday(day) < 6;
        if (c->rest == REST_STATE && day_is_working(day, &known))
            works = true;
        else if (c->rest == REST_STATE && known)
            works = false;
        bool open = !c->hour_count;
        for (int32_t i = 0; i < c->hour_count; i++)
            open = open || (c->hours[i].from <= minute && minute < c->hours[i].to);
        minutes -= works && open;
        if (minutes == 0)
            return ms + 60000;
    }
}

TEST(adding_agrees_with_walking_the_minutes)
{
    static const Rest rests[] = { REST_STATE, REST_WEEKEND, REST_NONE };
    uint64_t seed = 2021;
    for (int i = 0; i < 400; i++) {
        Calendar c = office;
        c.rest = rests[i % 3];
        c.hour_count = i % 7 == 0 ? 0 : i % 5 == 0 ? 1 : 2;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int64_t from = at(2003, 11, 1, 0, 0) + (int64_t)(seed >> 33) % (24 * 365 * 1440) * 60000;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int64_t minutes = 1 + (int64_t)(seed >> 33) % 1500;
        int64_t end = moment_add(&c, from, minutes * 60000, true);
        EXPECT(end == walk(&c, from, minutes));
        EXPECT(moment_between(&c, from, end, true) == minutes * 60000);
    }
}

TEST(past_the_table_weekdays_are_worked)
{
    EXPECT(moment_add(&office, at(2026, 12, 31, 10, 0), days(1), true) == at(2027, 1, 2, 0, 0));
    EXPECT(moment_add(&office, at(2030, 10, 4, 16, 0), 2 * WH, true) == at(2030, 10, 7, 9, 30));
    EXPECT(moment_add(&office, at(2003, 12, 31, 10, 0), days(1), true) == at(2004, 1, 3, 0, 0));
    EXPECT(moment_add(&office, at(1999, 12, 31, 10, 0), days(1), true) == at(2000, 1, 4, 0, 0));
}

static const Calendar *kept(World *t, int32_t unit, const char *day)
{
    int32_t number = 0;
    CHECK(day_parse(str_of(day), &number));
    return unit_calendar(t->core, t->set, unit, number);
}

static bool set_hours(World *t, int32_t unit, const Calendar *c, const char *day)
{
    int32_t number = 0;
    CHECK(day_parse(str_of(day), &number) && core_begin(t->w, t->core, NULL));
    bool ok = unit_calendar_set(t->w, t->core, unit, c, number);
    CHECK(ok ? core_commit(t->w, t->core) : core_rollback(t->w, t->core));
    return ok;
}

TEST(without_a_declared_calendar_offices_keep_the_usual_hours)
{
    World t = world_open();
    const Calendar *c = kept(&t, t.farm[0], "2021-06-10");
    EXPECT(str_is(c->name, "office") && c->hour_count == 2 && c->rest == REST_STATE);
    EXPECT(c->hours[0].from == 510 && c->hours[1].to == 1020);
    EXPECT(calendar_first(t.set) == c);
    world_close(&t);
}

TEST(a_calendar_is_kept_from_a_day_on_and_by_those_below)
{
    World t = world_open();
    /* the set is borrowed and never written; a copy stands in for a pack that declares two */
    const Pack *pack = t.set->packs[0];
    const Calendar first = { .name = STR("first"), .rest = REST_NONE, .pack = pack };
    const Calendar night = { .name = STR("night"), .rest = REST_NONE, .pack = pack };
    const Calendar *both[] = { &first, &night };
    PackSet set = *t.set;
    set.calendars = both;
    set.calendar_count = 2;
    t.set = &set;
    EXPECT(kept(&t, t.farm[0], "2021-06-10") == &first);
    EXPECT(set_hours(&t, t.county, &night, "2021-06-01"));
    EXPECT(kept(&t, t.farm[0], "2021-06-10") == &night);
    EXPECT(kept(&t, t.farm[0], "2021-05-31") == &first && kept(&t, t.city, "2021-07-01") == &first);
    EXPECT(set_hours(&t, t.farm[1], &first, "2021-07-01"));
    EXPECT(kept(&t, t.farm[1], "2021-07-01") == &first);
    EXPECT(set_hours(&t, t.farm[1], NULL, "2021-08-01"));
    EXPECT(kept(&t, t.farm[1], "2021-08-01") == &night);
    EXPECT(!set_hours(&t, t.farm[1], NULL, "2021-08-02") && t.w->err.code == ERR_CONFLICT);
    work_clear(t.w);
    EXPECT(unit_digest_ok(t.w, t.core->units, t.core->store.db));
    Str before = { 0 }, after = { 0 };
    EXPECT(store_digest(t.w, t.core->store.db, &before) && core_rebuild(t.w, t.core));
    EXPECT(store_digest(t.w, t.core->store.db, &after) && str_eq(before, after));
    EXPECT(kept(&t, t.farm[2], "2021-06-10") == &night);
    Buf out = buf_open(t.w->arena, 1 << 16);
    EXPECT(units_lineage(t.w, t.core, t.county, &out));
    EXPECT(str_find(buf_str(&out), STR("作息：（无） → night")) != SIZE_MAX);
    world_close(&t);
}
