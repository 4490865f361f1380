/* Working days: the week, the public holidays and the swapped days, 2016 to 2026. A day outside
 * the table is not guessed. */
#include "core/calendar_table.h"
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
