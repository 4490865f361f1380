/* What a fault says: its sentence, and the short reason that tests and programs name. */
#include "book/book_int.h"

Str fault_reason(const char *what)
{
    Str id = str_of(what);
    id = str_sub(id, 0, str_find(id, STR(" ")));
    Str area = { 0 }, reason = { 0 };
    (void)str_next(&id, '.', &area);
    if (str_is(area, "right"))
        return area;
    if (!str_is(area, "fault") || !str_next(&id, '.', &reason))
        return STR("");
    return reason;
}

/* "第 3 行“金额”（abc）：不是金额…"; the pack's own words stand for themselves. */
Str fault_text(Arena *arena, const Fault *fault, Lang lang)
{
    Str body = fault->own_words.n ? fault->own_words : word_text(arena, fault->what, lang);
    const char *what = fault->what;
    if (fault->column.n && fault->given.n)
        what = arena_printf(arena, "fault.at_given row=%lld column=%.*s given=%.*s text=%.*s",
                            (long long)fault->row, STR_ARG(fault->column), STR_ARG(fault->given),
                            STR_ARG(body));
    else if (fault->column.n)
        what = arena_printf(arena, "fault.at_column row=%lld column=%.*s text=%.*s",
                            (long long)fault->row, STR_ARG(fault->column), STR_ARG(body));
    else
        what = arena_printf(arena, "fault.at_row row=%lld text=%.*s", (long long)fault->row,
                            STR_ARG(body));
    return word_text(arena, what, lang);
}
