/* Filing a judged row, and moving a row between its states. */
#include "book/book_int.h"

bool book_put(Work *w, Core *core, RecordEdit *edit, int64_t *ret_seq)
{
    return record_put(w, core, edit, ret_seq) && blobs_claim(w, core, edit, *ret_seq);
}

bool book_file(Work *w, Core *core, const Judge *judge, const Book *book, const Filled *filled,
               int32_t seat, Period period, Faults *faults, bool *ret_ok, int64_t *ret_ord)
{
    CHECK(core->changing);
    RecordEdit edit = { 0 };
    TRY(book_judge(w, core, judge, book, filled, seat, period, &edit, faults, ret_ok));
    if (!*ret_ok)
        return true;
    int64_t seq = 0;
    TRY(book_put(w, core, &edit, &seq));
    *ret_ord = edit.ord;
    return true;
}

bool book_author(Work *w, Core *core, int64_t seq, int32_t *ret_seat, int32_t *ret_person)
{
    for (bool filed = false; !filed;) {
        FactWalk *walk = fact_walk(w, core->store.db, seq, seq + 1);
        TRY(walk);
        Fact fact = { 0 }, end = { 0 };
        bool more = false;
        TRY(fact_next(w, walk, &fact, &more));
        CHECK(more);
        *ret_seat = fact.seat;
        *ret_person = fact.person;
        filed = (fact.verb != VERB_RECORD_CONFIRM && fact.verb != VERB_RECORD_RETURN) ||
                fact.prev < 0 || fact.prev >= seq;
        seq = fact.prev;
        TRY(fact_next(w, walk, &end, &more));
    }
    return true;
}

static bool may_go(const Book *book, RecordState from, RecordState to)
{
    switch (to) {
    case RECORD_CONFIRMED: return book->confirms && from == RECORD_FILED;
    case RECORD_RETURNED:
        return book->confirms && (from == RECORD_FILED || from == RECORD_CONFIRMED);
    case RECORD_VOID: return from != RECORD_VOID;
    case RECORD_NONE:
    case RECORD_FILED: break;
    }
    return false;
}

/* Who may not move it is told nothing of it: neither what stands there nor that another wrote it.
 */
static bool may_move(Work *w, Core *core, const Book *book, const RecordRow *row, RecordState to)
{
    int32_t author = 0, person = 0, today = work_today(w);
    TRY(book_author(w, core, row->seq, &author, &person));
    bool own = core->seat && (core->seat == author || (person && core->person == person));
    if (!own || !move_bars_author(book, to))
        return right_check_move(w, core, core->seat, book, row->unit, author, to, today);
    TRY(right_check_move(w, core, core->seat, book, row->unit, SEAT_NOBODY, to, today));
    return fail(w, ERR_BAD_INPUT, "right.own");
}

bool book_may_move(Work *w, Core *core, const Book *book, int32_t unit, int64_t period, int64_t ord,
                   RecordState to)
{
    const RecordRow *row = record_find(w, core, book, unit, period, ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    if (row && row->unit == unit && row->state != RECORD_VOID)
        return may_move(w, core, book, row, to);
    return right_check_move(w, core, core->seat, book, unit, SEAT_NOBODY, to, work_today(w));
}

bool book_move(Work *w, Core *core, const Book *book, int32_t unit, int64_t period, int64_t ord,
               RecordState to, Str reason)
{
    CHECK(core->changing);
    const RecordRow *row = record_find(w, core, book, unit, period, ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    if (!row || row->unit != unit || row->state == RECORD_VOID)
        return fail(w, ERR_NOT_FOUND, "record.none title=%.*s", STR_ARG(book->title));
    TRY(may_move(w, core, book, row, to));
    if (!may_go(book, row->state, to))
        return fail(w, ERR_BAD_INPUT, "record.cannot_move title=%.*s", STR_ARG(book->title));
    bool needs_reason = to == RECORD_VOID || to == RECORD_RETURNED;
    if (needs_reason && !str_trim(reason).n)
        return fail(w, ERR_BAD_INPUT, "record.needs_reason");
    RecordEdit edit = record_edit_of(w->arena, book, row);
    edit.state = to;
    edit.reason = str_trim(reason);
    edit.nil = book->form != BOOK_PER && row->ord == 0;
    int64_t seq = 0;
    return record_put(w, core, &edit, &seq);
}
