/* Working days: the week, the public holidays and the swapped days, 2004 to 2026. A day outside
 * the table is not guessed. */
#include "core/calendar/table.h"
#include "core/core.h"

bool day_is_working(int32_t day, bool *ret_known)
{
    int32_t at = day - calendar_first_day;
    *ret_known = at >= 0 && at < calendar_day_count;
    return *ret_known && calendar_working[at];
}

bool day_add_working(Work *w, int32_t day, int32_t n, int32_t *ret_day)
{
    CHECK(n >= 0);
    int32_t at = day;
    for (int32_t left = n; left > 0;) {
        bool known;
        bool working = day_is_working(++at, &known);
        if (!known) {
            Str text = day_print(w->arena, at);
            return fail(w, ERR_BAD_INPUT, "calendar.unknown day=%.*s", STR_ARG(text));
        }
        left -= working;
    }
    *ret_day = at;
    return true;
}

static DueSaid due_working(int32_t day, int32_t n, int32_t *ret_day)
{
    DueSaid said = DUE_SAID_DAY;
    for (int32_t left = n; left > 0;) {
        bool known;
        bool working = day_is_working(++day, &known);
        if (!known) {
            said = DUE_SAID_ABOUT;
            working = day_weekday(day) < 6;
        }
        left -= working;
    }
    *ret_day = day;
    return said;
}

DueSaid book_due_day(const Book *book, Period p, int32_t *ret_day)
{
    const Due *due = &book->due;
    int year, month, day;
    bool ends = p.kind != PERIOD_NONE && p.last_day < DAY_FOREVER;
    switch (due->kind) {
    case DUE_NONE: return DUE_SAID_NEVER;
    case DUE_DATE: *ret_day = due->n; return DUE_SAID_DAY;
    case DUE_AFTER_END:
        if (!ends)
            return DUE_SAID_NEVER;
        if (due->work)
            return due_working(p.last_day, due->n, ret_day);
        *ret_day = p.last_day + due->n;
        return DUE_SAID_DAY;
    case DUE_MONTHDAY: break;
    }
    if (!ends)
        return DUE_SAID_NEVER;
    day_split(p.last_day, &year, &month, &day); /* the first such day on or after the end */
    if (month * 100 + day > due->n)
        year++;
    if (!day_exists(year, due->n / 100, due->n % 100))
        return DUE_SAID_NEVER;
    *ret_day = day_make(year, due->n / 100, due->n % 100);
    return DUE_SAID_DAY;
}
