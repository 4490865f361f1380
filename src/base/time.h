/* Days, instants and periods.
 *
 * A day is an int32: days since 1970-01-01. An instant is int64 milliseconds UTC; offices keep
 * UTC+8, so the day of an instant is taken there. A period is a stretch of whole days with a code
 * that sorts and stores: year 20210000, quarter 20212300 (21..24), half-year 20213100 (31..32),
 * month 20210900, week 20216012 (ISO), day 20210930; a period of one's own (a review round) is
 * PERIOD_RECORD_BASE + record number and gets its days from the record. Code 0 = no period. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define DAY_MIN     (-719162) /* 0001-01-01 */
#define DAY_MAX     2932896   /* 9999-12-31 */
#define DAY_FOREVER DAY_MAX
#define MS_PER_DAY  INT64_C(86400000)
#define OFFICE_MS   INT64_C(28800000) /* UTC+8 */

int32_t day_make(int year, int month, int day); /* the date must exist */
bool day_exists(int year, int month, int day);
void day_split(int32_t day, int *ret_year, int *ret_month, int *ret_day);
int day_weekday(int32_t day); /* 1 Monday .. 7 Sunday */
int32_t day_of_ms(int64_t ms);
int64_t day_first_ms(int32_t day);               /* 00:00 of the day in UTC+8 */
int64_t day_last_ms(int32_t day);                /* 23:59:59.999 */
int32_t day_add_months(int32_t day, int months); /* 31 January + 1 month = last of February */
bool day_parse(Str text,
               int32_t *ret_day); /* 2021-09-30; also 2021/9/30, 2021.9.30, 2021年9月30日 */
Str day_print(Arena *arena, int32_t day); /* 2021-09-30 */
Str ms_print(Arena *arena, int64_t ms);   /* 2021-09-30 14:05 in UTC+8 */

typedef enum PeriodKind {
    PERIOD_NONE,
    PERIOD_DAY,
    PERIOD_WEEK,
    PERIOD_MONTH,
    PERIOD_QUARTER,
    PERIOD_HALF,
    PERIOD_YEAR,
    PERIOD_RECORD, /* of one's own: code - PERIOD_RECORD_BASE is the record number */
    PERIOD_RANGE,  /* made by [ytd] [last n]: only days, code 0 */
} PeriodKind;

#define PERIOD_RECORD_BASE INT64_C(10000000000)

typedef struct Period {
    PeriodKind kind;
    int32_t first_day;
    int32_t last_day; /* included */
    int64_t code;
} Period;

Period period_of_day(PeriodKind kind, int32_t day); /* the period of that kind that holds the day */
bool period_of_code(int64_t code, Period *ret); /* false for codes that are none, and for RECORD */
bool period_parse(Str text,
                  Period *ret); /* 2021 2021Q3 2021H1 2021-09 2021-W07 2021-09-30, 2021年9月 */
Str period_print(Arena *arena, Period p);
Period period_shift(Period p, int by);       /* by whole periods of its kind; RANGE by its length */
Period period_shift_years(Period p, int by); /* the same stretch, `by` years on */
bool period_inside(Period inner, Period outer);
const char *period_kind_name(PeriodKind kind); /* year month … as in packs */
bool period_kind_find(Str name, PeriodKind *ret);
