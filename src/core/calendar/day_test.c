#include "base/test.h"
#include "core/core.h"

static int32_t after(int year, int month, int day, int32_t n)
{
    Work *w = work_open(env_real(), 1 << 16);
    int32_t end = 0;
    EXPECT(day_add_working(w, day_make(year, month, day), n, &end));
    work_close(&w);
    return end;
}

TEST(five_working_days_pass_over_a_holiday)
{
    EXPECT(after(2021, 6, 10, 5) == day_make(2021, 6, 18)); /* 14 June was a holiday */
    EXPECT(after(2021, 6, 11, 1) == day_make(2021, 6, 15));
    EXPECT(after(2021, 6, 11, 0) == day_make(2021, 6, 11));
}

TEST(swapped_weekend_days_are_worked)
{
    bool known;
    EXPECT(day_is_working(day_make(2021, 2, 7), &known) &&
           known); /* a Sunday before the festival */
    EXPECT(!day_is_working(day_make(2021, 2, 17), &known) && known); /* a Wednesday inside it */
    EXPECT(day_is_working(day_make(2022, 10, 8), &known));
    EXPECT(!day_is_working(day_make(2016, 1, 1), &known) && known);
    EXPECT(!day_is_working(day_make(2026, 10, 1), &known) && known);
}

TEST(every_year_has_about_250_working_days)
{
    for (int year = 2004; year <= 2026; year++) {
        int count = 0;
        bool known;
        for (int32_t day = day_make(year, 1, 1); day < day_make(year + 1, 1, 1); day++)
            count += day_is_working(day, &known);
        EXPECT(count >= 247 && count <= 252);
    }
}

TEST(past_the_calendar_is_refused_with_the_day)
{
    Work *w = work_open(env_real(), 1 << 16);
    int32_t end = -1;
    EXPECT(!day_add_working(w, day_make(2026, 12, 30), 5, &end));
    EXPECT(end == -1 && w->err.code == ERR_BAD_INPUT);
    EXPECT(!strcmp(w->err.what, "calendar.unknown day=2027-01-01"));
    work_close(&w);
}

static int32_t due(const Book *book, PeriodKind kind, int32_t within, DueSaid want)
{
    int32_t day = -1;
    EXPECT(book_due_day(book, period_of_day(kind, within), &day) == want);
    return day;
}

TEST(a_return_is_due_by_one_rule)
{
    int32_t june = day_make(2021, 6, 15), late = day_make(2026, 12, 15);
    Book book = { .due = { .kind = DUE_NONE } };
    EXPECT(due(&book, PERIOD_MONTH, june, DUE_SAID_NEVER) == -1);
    book.due = (Due){ .kind = DUE_DATE, .n = 18000 };
    EXPECT(due(&book, PERIOD_MONTH, june, DUE_SAID_DAY) == 18000);
    book.due = (Due){ .kind = DUE_AFTER_END, .n = 5 };
    EXPECT(due(&book, PERIOD_MONTH, june, DUE_SAID_DAY) == day_make(2021, 7, 5));
    EXPECT(due(&book, PERIOD_NONE, june, DUE_SAID_NEVER) == -1);
    book.due.work = true;
    EXPECT(due(&book, PERIOD_MONTH, june, DUE_SAID_DAY) == day_make(2021, 7, 7));
    EXPECT(due(&book, PERIOD_MONTH, late, DUE_SAID_ABOUT) == day_make(2027, 1, 7));
    book.due = (Due){ .kind = DUE_MONTHDAY, .n = 115 };
    EXPECT(due(&book, PERIOD_YEAR, june, DUE_SAID_DAY) == day_make(2022, 1, 15));
    book.due.n = 1231;
    EXPECT(due(&book, PERIOD_YEAR, june, DUE_SAID_DAY) == day_make(2021, 12, 31));
    book.due.n = 229; /* there is none in 2022 */
    EXPECT(due(&book, PERIOD_YEAR, june, DUE_SAID_NEVER) == -1);
}
