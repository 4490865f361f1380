#include "base/time.h"

#include "base/check.h"

/* Civil-from-days on the proleptic Gregorian calendar, years counted from 1 March. */
int32_t day_make(int year, int month, int day)
{
    CHECK(day_exists(year, month, day));
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (int32_t)(era * 146097 + day_of_era - 719468);
}

bool day_exists(int year, int month, int day)
{
    static const int8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= length[month - 1] + (month == 2 && leap ? 1 : 0);
}

void day_split(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t of_era = z - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *ret_day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *ret_month = (int)(m < 10 ? m + 3 : m - 9);
    *ret_year = (int)(year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0));
}

int day_weekday(int32_t day)
{
    return (int)(((int64_t)day + 3 + 7000000) % 7) + 1; /* 1970-01-01 was a Thursday */
}

int32_t day_of_ms(int64_t ms)
{
    int64_t local = ms + OFFICE_MS;
    return (int32_t)(local >= 0 ? local / MS_PER_DAY : (local - MS_PER_DAY + 1) / MS_PER_DAY);
}

int64_t day_first_ms(int32_t day)
{
    return (int64_t)day * MS_PER_DAY - OFFICE_MS;
}

int64_t day_last_ms(int32_t day)
{
    return day_first_ms(day) + MS_PER_DAY - 1;
}

int32_t day_add_months(int32_t day, int months)
{
    int y, m, d;
    day_split(day, &y, &m, &d);
    int total = y * 12 + (m - 1) + months;
    y = total / 12;
    m = total % 12 + 1;
    while (!day_exists(y, m, d) && d > 28)
        d--;
    return day_exists(y, m, d) ? day_make(y, m, d) : DAY_MAX;
}

/* Reads 1 .. max_digits digits. */
static bool take_number(Str *s, size_t max_digits, int *ret)
{
    size_t n = 0;
    int value = 0;
    while (n < max_digits && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        value = value * 10 + (s->p[n++] - '0');
    *s = str_sub(*s, n, s->n);
    *ret = value;
    return n > 0;
}

static bool take(Str *s, Str what)
{
    if (!str_starts(*s, what))
        return false;
    *s = str_sub(*s, what.n, s->n);
    return true;
}

static bool take_any(Str *s, const Str *marks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (take(s, marks[i]))
            return true;
    return false;
}

bool day_parse(Str text, int32_t *ret_day)
{
    const Str after_year[] = { STR("-"), STR("/"), STR("."), STR("年") };
    const Str after_month[] = { STR("-"), STR("/"), STR("."), STR("月") };
    Str s = str_trim(text);
    int y, m, d;
    if (!take_number(&s, 4, &y) || !take_any(&s, after_year, 4) || !take_number(&s, 2, &m) ||
        !take_any(&s, after_month, 4) || !take_number(&s, 2, &d))
        return false;
    (void)take(&s, STR("日"));
    if (s.n || !day_exists(y, m, d))
        return false;
    *ret_day = day_make(y, m, d);
    return true;
}

Str day_print(Arena *arena, int32_t day)
{
    int y, m, d;
    day_split(day, &y, &m, &d);
    return str_printf(arena, "%04d-%02d-%02d", y, m, d);
}

Str ms_print(Arena *arena, int64_t ms)
{
    int32_t day = day_of_ms(ms);
    int64_t minute = (ms - day_first_ms(day)) / 60000;
    Str date = day_print(arena, day);
    return str_printf(arena, "%.*s %02d:%02d", STR_ARG(date), (int)(minute / 60),
                      (int)(minute % 60));
}

static const struct {
    const char *name;
    PeriodKind kind;
} kind_names[] = {
    { "day", PERIOD_DAY },         { "week", PERIOD_WEEK }, { "month", PERIOD_MONTH },
    { "quarter", PERIOD_QUARTER }, { "half", PERIOD_HALF }, { "year", PERIOD_YEAR },
};

const char *period_kind_name(PeriodKind kind)
{
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (kind_names[i].kind == kind)
            return kind_names[i].name;
    return kind == PERIOD_RECORD ? "record" : "range";
}

bool period_kind_find(Str name, PeriodKind *ret)
{
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (str_is(name, kind_names[i].name)) {
            *ret = kind_names[i].kind;
            return true;
        }
    return false;
}

static Period months(PeriodKind kind, int year, int first_month, int count, int64_t code)
{
    int32_t first = day_make(year, first_month, 1);
    return (Period){ kind, first, day_add_months(first, count) - 1, code };
}

static Period week_of(int32_t day)
{
    int32_t monday = day - (day_weekday(day) - 1);
    int y, m, d;
    day_split(monday + 3, &y, &m, &d); /* ISO: the week belongs to the year of its Thursday */
    int week = (monday + 3 - day_make(y, 1, 1)) / 7 + 1;
    return (Period){ PERIOD_WEEK, monday, monday + 6, (int64_t)y * 10000 + 6000 + week };
}

Period period_of_day(PeriodKind kind, int32_t day)
{
    int y, m, d;
    day_split(day, &y, &m, &d);
    int64_t year = (int64_t)y * 10000;
    int quarter = (m - 1) / 3;
    int half = (m - 1) / 6;
    switch (kind) {
    case PERIOD_DAY: return (Period){ kind, day, day, year + m * 100 + d };
    case PERIOD_WEEK: return week_of(day);
    case PERIOD_MONTH: return months(kind, y, m, 1, year + m * 100);
    case PERIOD_QUARTER: return months(kind, y, quarter * 3 + 1, 3, year + (21 + quarter) * 100);
    case PERIOD_HALF: return months(kind, y, half * 6 + 1, 6, year + (31 + half) * 100);
    case PERIOD_YEAR: return months(kind, y, 1, 12, year);
    case PERIOD_NONE:
    case PERIOD_RECORD:
    case PERIOD_RANGE: break;
    }
    return (Period){ .kind = PERIOD_NONE };
}

bool period_of_code(int64_t code, Period *ret)
{
    int y = (int)(code / 10000);
    int mid = (int)(code / 100 % 100);
    int low = (int)(code % 100);
    if (code <= 10000 || code >= 99990000)
        return false;
    if (mid == 60 && low >= 1 && low <= 53)
        *ret = week_of(day_make(y, 1, 4) + (low - 1) * 7);
    else if (mid >= 1 && mid <= 12 && low > 0 && day_exists(y, mid, low))
        *ret = period_of_day(PERIOD_DAY, day_make(y, mid, low));
    else if (mid == 0 && low == 0)
        *ret = period_of_day(PERIOD_YEAR, day_make(y, 1, 1));
    else if (mid >= 1 && mid <= 12 && low == 0)
        *ret = period_of_day(PERIOD_MONTH, day_make(y, mid, 1));
    else if (mid >= 21 && mid <= 24 && low == 0)
        *ret = period_of_day(PERIOD_QUARTER, day_make(y, (mid - 21) * 3 + 1, 1));
    else if ((mid == 31 || mid == 32) && low == 0)
        *ret = period_of_day(PERIOD_HALF, day_make(y, (mid - 31) * 6 + 1, 1));
    else
        return false;
    return ret->code == code;
}

bool period_parse(Str text, Period *ret)
{
    Str s = str_trim(text);
    int32_t day;
    int y, n;
    if (day_parse(s, &day)) {
        *ret = period_of_day(PERIOD_DAY, day);
        return true;
    }
    size_t before = s.n;
    if (!take_number(&s, 4, &y) || before - s.n != 4 || y < 1)
        return false;
    int64_t year = (int64_t)y * 10000;
    if (take(&s, STR("年")) && s.n == 0)
        return period_of_code(year, ret);
    if (s.n == 0)
        return period_of_code(year, ret);
    if (take(&s, STR("Q")) || take(&s, STR("q")))
        return take_number(&s, 1, &n) && s.n == 0 && n >= 1 && n <= 4 &&
               period_of_code(year + (20 + n) * 100, ret);
    if (take(&s, STR("H")) || take(&s, STR("h")))
        return take_number(&s, 1, &n) && s.n == 0 && n >= 1 && n <= 2 &&
               period_of_code(year + (30 + n) * 100, ret);
    if (take(&s, STR("-W")))
        return take_number(&s, 2, &n) && s.n == 0 && period_of_code(year + 6000 + n, ret);
    if (!take(&s, STR("-")) && !take(&s, STR("/")) && !take(&s, STR(".")) &&
        !(s.n && s.p[s.n - 1] == '\x88'))
        return false;
    if (!take_number(&s, 2, &n) || n < 1 || n > 12)
        return false;
    (void)take(&s, STR("月"));
    return s.n == 0 && period_of_code(year + n * 100, ret);
}

Str period_print(Arena *arena, Period p)
{
    int y = (int)(p.code / 10000);
    int mid = (int)(p.code / 100 % 100);
    switch (p.kind) {
    case PERIOD_YEAR: return str_printf(arena, "%04d", y);
    case PERIOD_QUARTER: return str_printf(arena, "%04dQ%d", y, mid - 20);
    case PERIOD_HALF: return str_printf(arena, "%04dH%d", y, mid - 30);
    case PERIOD_MONTH: return str_printf(arena, "%04d-%02d", y, mid);
    case PERIOD_WEEK: return str_printf(arena, "%04d-W%02d", y, (int)(p.code % 100));
    case PERIOD_DAY: return day_print(arena, p.first_day);
    case PERIOD_RECORD: return str_printf(arena, "#%lld", (long long)(p.code - PERIOD_RECORD_BASE));
    case PERIOD_NONE: return STR("");
    case PERIOD_RANGE: break;
    }
    Str first = day_print(arena, p.first_day);
    Str last = day_print(arena, p.last_day);
    return str_printf(arena, "%.*s..%.*s", STR_ARG(first), STR_ARG(last));
}

static int month_count(PeriodKind kind)
{
    switch (kind) {
    case PERIOD_MONTH: return 1;
    case PERIOD_QUARTER: return 3;
    case PERIOD_HALF: return 6;
    case PERIOD_YEAR: return 12;
    case PERIOD_NONE:
    case PERIOD_DAY:
    case PERIOD_WEEK:
    case PERIOD_RECORD:
    case PERIOD_RANGE: break;
    }
    return 0;
}

/* A range that starts on the first of a month and ends on the last of one moves by months. */
static int whole_months(Period p)
{
    int y, m, d, y2, m2, d2;
    day_split(p.first_day, &y, &m, &d);
    day_split(p.last_day + 1, &y2, &m2, &d2);
    return d == 1 && d2 == 1 ? (y2 - y) * 12 + (m2 - m) : 0;
}

Period period_shift(Period p, int by)
{
    int by_months = month_count(p.kind);
    if (by_months)
        return period_of_day(p.kind, day_add_months(p.first_day, by * by_months));
    if (p.kind == PERIOD_DAY || p.kind == PERIOD_WEEK)
        return period_of_day(p.kind, p.first_day + by * (p.last_day - p.first_day + 1));
    CHECK(p.kind == PERIOD_RANGE);
    int range_months = whole_months(p);
    int32_t length = p.last_day - p.first_day + 1;
    if (!range_months)
        return (Period){ PERIOD_RANGE, p.first_day + by * length, p.last_day + by * length, 0 };
    return (Period){ PERIOD_RANGE, day_add_months(p.first_day, by * range_months),
                     day_add_months(p.last_day + 1, by * range_months) - 1, 0 };
}

Period period_shift_years(Period p, int by)
{
    if (p.kind == PERIOD_WEEK)
        return period_of_day(PERIOD_WEEK, p.first_day + by * 364);
    if (p.kind != PERIOD_RANGE)
        return period_of_day(p.kind, day_add_months(p.first_day, by * 12));
    return (Period){ PERIOD_RANGE, day_add_months(p.first_day, by * 12),
                     day_add_months(p.last_day + 1, by * 12) - 1, 0 };
}

bool period_inside(Period inner, Period outer)
{
    return inner.first_day >= outer.first_day && inner.last_day <= outer.last_day;
}
