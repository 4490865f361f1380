/* Moments: limits added to instants, in real time or in the working time of a calendar.
 *
 * Working days are counted from a fixed origin: before(day) says how many there are before a day,
 * nth(k) is the day of the k-th. Inside the table of holidays both are looked up; outside it, and
 * for calendars that keep the week alone, they are worked out. Working time then is
 * before(day) * (time of one day) + time worked on the day, and adding is adding. */
#include "core/calendar/table.h"
#include "core/core.h"

enum {
    MINUTES = 24 * 60,
    WEEK = 7,
    WEEK_WORKED = 5,
    TO_MONDAY = 3 /* 1970-01-01 was a Thursday */
};
#define MS_PER_MINUTE INT64_C(60000)
#define WORK_DAY_MS   INT64_C(28800000) /* of a duration, see TYPE_DURATION */

/* ---- days ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Weekdays before the day, counted from a Monday. */
static int64_t weekdays_before(int64_t day)
{
    int64_t weeks = floor_div(day + TO_MONDAY, WEEK);
    int64_t rest = day + TO_MONDAY - weeks * WEEK;
    return weeks * WEEK_WORKED + (rest < WEEK_WORKED ? rest : WEEK_WORKED);
}

static int64_t nth_weekday(int64_t k)
{
    int64_t weeks = floor_div(k, WEEK_WORKED);
    return weeks * WEEK + (k - weeks * WEEK_WORKED) - TO_MONDAY;
}

static int64_t days_before(Rest rest, int64_t day)
{
    int64_t first = calendar_first_day, end = first + calendar_day_count;
    switch (rest) {
    case REST_NONE: return day;
    case REST_WEEKEND: return weekdays_before(day);
    case REST_STATE: break;
    }
    if (day <= first)
        return weekdays_before(day);
    int64_t base = weekdays_before(first);
    if (day <= end)
        return base + calendar_before[day - first];
    return base + calendar_worked_count + weekdays_before(day) - weekdays_before(end);
}

static int64_t nth_day(Rest rest, int64_t k)
{
    int64_t first = calendar_first_day, base = weekdays_before(first);
    switch (rest) {
    case REST_NONE: return k;
    case REST_WEEKEND: return nth_weekday(k);
    case REST_STATE: break;
    }
    if (k < base)
        return nth_weekday(k);
    if (k < base + calendar_worked_count)
        return first + calendar_nth[k - base];
    int64_t past = k - base - calendar_worked_count;
    return nth_weekday(weekdays_before(first + calendar_day_count) + past);
}

/* ---- the hours of a day ---- */

static int64_t day_work(const Calendar *c)
{
    int64_t minutes = c->hour_count ? 0 : MINUTES;
    for (int32_t i = 0; i < c->hour_count; i++)
        minutes += c->hours[i].to - c->hours[i].from;
    CHECK(minutes > 0);
    return minutes * MS_PER_MINUTE;
}

/* Worked on a working day before `ms` of it. */
static int64_t worked_by(const Calendar *c, int64_t ms)
{
    int64_t sum = c->hour_count ? 0 : ms;
    for (int32_t i = 0; i < c->hour_count; i++) {
        int64_t from = c->hours[i].from * MS_PER_MINUTE, to = c->hours[i].to * MS_PER_MINUTE;
        if (ms > from)
            sum += (ms < to ? ms : to) - from;
    }
    return sum;
}

/* The first instant of a working day by which `worked` > 0 was worked. */
static int64_t moment_worked(const Calendar *c, int64_t worked)
{
    if (!c->hour_count)
        return worked;
    for (int32_t i = 0;; i++) {
        CHECK(i < c->hour_count);
        int64_t from = c->hours[i].from * MS_PER_MINUTE, to = c->hours[i].to * MS_PER_MINUTE;
        if (worked <= to - from)
            return from + worked;
        worked -= to - from;
    }
}

/* Working time from the origin of the days to the instant. */
static int64_t worked_until(const Calendar *c, int64_t ms)
{
    int64_t day = floor_div(ms + OFFICE_MS, MS_PER_DAY);
    int64_t before = days_before(c->rest, day);
    bool works = days_before(c->rest, day + 1) > before;
    int64_t in_day = ms + OFFICE_MS - day * MS_PER_DAY;
    return before * day_work(c) + (works ? worked_by(c, in_day) : 0);
}

/* ---- limits ---- */

static int64_t midnight_after(int64_t day)
{
    return (day + 1) * MS_PER_DAY - OFFICE_MS;
}

/* n wd is n * WORK_DAY_MS + 1, the only odd ones of working time. */
static bool is_days(int64_t limit)
{
    return (limit & 1) != 0;
}

static int64_t add_days(const Calendar *c, int64_t from_ms, int64_t n)
{
    int64_t day = floor_div(from_ms + OFFICE_MS, MS_PER_DAY);
    int64_t k = days_before(c->rest, n ? day + 1 : day) + (n ? n - 1 : 0);
    return midnight_after(nth_day(c->rest, k));
}

int64_t moment_add(const Calendar *calendar, int64_t from_ms, int64_t limit, bool work)
{
    if (!work || limit <= 0)
        return from_ms + (work ? 0 : limit);
    if (is_days(limit))
        return add_days(calendar, from_ms, limit / WORK_DAY_MS);
    int64_t whole = day_work(calendar);
    int64_t target = worked_until(calendar, from_ms) + limit;
    int64_t k = floor_div(target - 1, whole);
    int64_t day = nth_day(calendar->rest, k);
    return day * MS_PER_DAY - OFFICE_MS + moment_worked(calendar, target - k * whole);
}

int64_t moment_between(const Calendar *calendar, int64_t from_ms, int64_t to_ms, bool work)
{
    if (!work)
        return to_ms - from_ms;
    return worked_until(calendar, to_ms) - worked_until(calendar, from_ms);
}

int64_t limit_left(const Calendar *calendar, int64_t stop_ms, int64_t due_ms, int64_t limit,
                   bool work)
{
    if (stop_ms >= due_ms)
        return 0;
    if (!work)
        return due_ms - stop_ms;
    if (is_days(limit)) { /* due at 24:00 of its last day */
        int64_t stopped = floor_div(stop_ms + OFFICE_MS, MS_PER_DAY);
        int64_t last = floor_div(due_ms - 1 + OFFICE_MS, MS_PER_DAY);
        int64_t days =
            days_before(calendar->rest, last + 1) - days_before(calendar->rest, stopped + 1);
        return days * WORK_DAY_MS + 1;
    }
    int64_t left = moment_between(calendar, stop_ms, due_ms, true);
    return left + (left & 1);
}

/* ---- the unit's calendar ---- */

static const Calendar built_in = { .name = { "office", 6 },
                                   .title = { "机关作息", 12 },
                                   .rest = REST_STATE,
                                   .hours = { { 8 * 60 + 30, 12 * 60 }, { 13 * 60, 17 * 60 } },
                                   .hour_count = 2 };

const Calendar *calendar_first(const PackSet *set)
{
    return set && set->calendar_count ? set->calendars[0] : &built_in;
}

const Calendar *unit_calendar(Core *core, const PackSet *set, int32_t unit, int32_t day)
{
    const Units *u = core->units;
    for (int32_t at = unit; at != UNIT_NONE; at = unit_parent(u, at, 0, day, KNOWN_NOW)) {
        Str name = unit_calendar_name(u, at, day, KNOWN_NOW);
        const Calendar *own = name.n ? set_calendar(set, name) : NULL;
        if (own) /* else a pack took it back: as the unit above */
            return own;
    }
    return calendar_first(set);
}
