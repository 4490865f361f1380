/* What a fault says: its sentence, and the short reason that tests and programs name. */
#include "book/book_int.h"

enum { GIVEN_MOST = 90 }; /* bytes: thirty Chinese characters */

Str fault_reason(const char *what)
{
    Str id = str_of(what);
    id = str_sub(id, 0, str_find(id, STR(" ")));
    Str area = { 0 }, reason = { 0 };
    (void)str_next(&id, '.', &area);
    if (str_is(area, "right"))
        return area;
    if (str_is(area, "flow")) { /* what closes a move */
        bool lacks = str_is(id, "needs") || str_is(id, "no_field");
        if (str_is(id, "at_most"))
            return STR("most");
        return str_is(id, "guard") ? id : lacks ? STR("required") : STR("closed");
    }
    if (!str_is(area, "fault") || !str_next(&id, '.', &reason))
        return STR("");
    return reason;
}

/* A page of text is not said again: the sentence would drown in it. */
static Str given_short(Arena *arena, Str given)
{
    size_t n = GIVEN_MOST;
    if (given.n <= n)
        return given;
    while (n > 0 && ((unsigned char)given.p[n] & 0xC0) == 0x80)
        n--;
    return str_printf(arena, "%.*s…", (int)n, given.p);
}

/* "第 3 行“金额”（abc）：不是金额…"; the pack's own words stand for themselves. */
Str fault_text(Arena *arena, const Fault *fault, Lang lang)
{
    static const char *const ids[2][3] = { { "fault.at", "fault.at_cell", "fault.at_cell_given" },
                                           { "fault.at_row", "fault.at_column",
                                             "fault.at_given" } };
    Str body = fault->own_words.n ? fault->own_words : word_text(arena, fault->what, lang);
    int detail = !fault->column.n ? 0 : !fault->given.n ? 1 : 2;
    const char *id = ids[fault->row > 0][detail];
    long long row = (long long)fault->row;
    Str column = str_is(fault->column, "period") ? word_text(arena, "fault.column_period", lang)
                                                 : fault->column;
    Str given = given_short(arena, fault->given);
    char *what;
    if (detail == 0)
        what = arena_printf(arena, "%s row=%lld text=%.*s", id, row, STR_ARG(body));
    else if (detail == 1)
        what = arena_printf(arena, "%s row=%lld column=%.*s text=%.*s", id, row, STR_ARG(column),
                            STR_ARG(body));
    else
        what = arena_printf(arena, "%s row=%lld column=%.*s given=%.*s text=%.*s", id, row,
                            STR_ARG(column), STR_ARG(given), STR_ARG(body));
    return word_text(arena, what, lang);
}
