/* Who asks, and what for: arguments, and rights as plain answers. */
#include "view/view_int.h"

bool view_not_found(Work *w)
{
    return fail(w, ERR_NOT_FOUND, "view.not_found");
}

bool asking_open(Work *w, const Reader *reader, const Cell *given, size_t n, Asking *ret)
{
    const PackSet *set = packs_set(w, reader->k->core, KNOWN_NOW);
    if (!set)
        return false;
    *ret = (Asking){ .r = reader,
                     .core = reader->k->core,
                     .set = set,
                     .given = given,
                     .n = n,
                     .today = work_today(w) };
    return true;
}

Str asking_text(const Asking *a, const char *name)
{
    for (size_t i = 0; i < a->n; i++)
        if (str_is(a->given[i].column, name))
            return str_trim(a->given[i].text);
    return STR("");
}

bool asking_book(Work *w, const Asking *a, const Book **ret)
{
    const Book *book = set_book(a->set, asking_text(a, "book"));
    if (!book)
        return view_not_found(w);
    *ret = book;
    return true;
}

int32_t asking_home(Work *w, const Asking *a)
{
    Seat seat;
    if (a->r->seat && seat_numbered(a, a->r->seat, &seat))
        return seat.unit;
    const TreeVersion *tree = units_tree(w, a->core->units, 0, a->today, KNOWN_NOW);
    return tree && tree->count ? tree->slot_of[0] : UNIT_NONE;
}

bool asking_unit(Work *w, const Asking *a, const char *name, int32_t day, int32_t *ret)
{
    Str code = asking_text(a, name);
    *ret = code.n ? unit_find_code_ever(a->core->units, code, day) : asking_home(w, a);
    return *ret != UNIT_NONE || view_not_found(w);
}

bool asking_period(Work *w, const Asking *a, const Book *book, Period *ret)
{
    Str text = asking_text(a, "period");
    *ret = (Period){ .kind = PERIOD_NONE };
    if (!text.n)
        return true;
    int64_t ord = 0;
    if (book && book->every_book && text.p[0] == '#' &&
        num_parse_int(str_sub(text, 1, text.n), &ord) && ord > 0)
        return round_period(w, a, book->every_book, ord, ret);
    if (!period_parse(text, ret))
        return fail(w, ERR_BAD_INPUT, "main.period given=%.*s", STR_ARG(text));
    return true;
}

bool round_period(Work *w, const Asking *a, const Book *rounds, int64_t ord, Period *ret)
{
    const RecordRow *row = record_find(w, a->core, rounds, 0, 0, ord, KNOWN_NOW);
    if (!row || row->state == RECORD_VOID)
        return w->err.code == ERR_NONE ? view_not_found(w) : false;
    const Field *from = rounds->lives_from, *to = rounds->lives_to;
    bool begun = from && row_known(row, from->number);
    bool ended = to && row_known(row, to->number);
    *ret =
        (Period){ PERIOD_RECORD, begun ? (int32_t)row->nums[from->number] : row->entered_day,
                  ended ? (int32_t)row->nums[to->number] : DAY_FOREVER, PERIOD_RECORD_BASE + ord };
    return true;
}

bool asking_int(Work *w, const Asking *a, const char *name, int64_t fallback, int64_t low,
                int64_t high, int64_t *ret)
{
    Str text = asking_text(a, name);
    *ret = fallback;
    if (!text.n)
        return true;
    if (!num_parse_int(text, ret) || *ret < low || *ret > high)
        return fail(w, ERR_BAD_INPUT, "view.number name=%s given=%.*s low=%lld high=%lld", name,
                    STR_ARG(text), (long long)low, (long long)high);
    return true;
}

bool asking_day(Work *w, const Asking *a, const char *name, int32_t fallback, int32_t *ret)
{
    Str text = asking_text(a, name);
    *ret = fallback;
    if (text.n && !day_parse(text, ret))
        return fail(w, ERR_BAD_INPUT, "main.day given=%.*s", STR_ARG(text));
    return true;
}

/* ---- rights ---- */

/* A denial is an answer here; any other failure stays one. */
static bool answered(Work *w, bool allowed, bool *ret)
{
    *ret = allowed;
    if (allowed)
        return true;
    if (w->err.code != ERR_FORBIDDEN)
        return false;
    work_clear(w);
    return true;
}

bool may_read(Work *w, const Asking *a, const Book *book, int32_t unit, bool *ret)
{
    return answered(w, right_check_read(w, a->core, a->r->seat, book, unit, a->today), ret);
}

bool may_see(Work *w, const Asking *a, const Book *book, int32_t unit, Sight *ret)
{
    return right_fields(w, a->core, a->r->seat, book, unit, a->today, ret);
}

bool may_write(Work *w, const Asking *a, const Book *book, int32_t unit, bool *ret)
{
    return answered(w, right_check(w, a->core, a->r->seat, book, unit, a->today), ret);
}

bool may_move(Work *w, const Asking *a, const Book *book, int32_t unit, int32_t author,
              RecordState to, bool *ret)
{
    return answered(w, right_check_move(w, a->core, a->r->seat, book, unit, author, to, a->today),
                    ret);
}

bool may_move_row(Work *w, const Asking *a, const Book *book, int32_t unit, int64_t seq,
                  RecordState to, bool *ret)
{
    int32_t author, person;
    *ret = false;
    TRY(book_author(w, a->core, seq, &author, &person));
    if (person && person == a->r->person && move_bars_author(book, to))
        return true;
    return may_move(w, a, book, unit, author, to, ret);
}
