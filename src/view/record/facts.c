/* What views say about the facts behind rows: who, when, why, what changed; and what waits. */
#include "view/view_int.h"

static bool read_fact(Work *w, const Asking *a, int64_t seq, Fact *ret, bool *ret_found)
{
    FactWalk *walk = fact_walk(w, a->core->store.db, seq, seq + 1);
    TRY(walk);
    TRY(fact_next(w, walk, ret, ret_found));
    Fact end = { 0 };
    bool more = false;
    return !*ret_found || fact_next(w, walk, &end, &more);
}

bool fact_head(Work *w, const Asking *a, int64_t seq, FactHead *ret)
{
    Fact fact = { 0 };
    bool found = false;
    *ret = (FactHead){ .seq = seq };
    TRY(read_fact(w, a, seq, &fact, &found));
    if (!found)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)seq);
    const CanonView *v = canon_read(w, fact.open);
    TRY(v);
    ret->at_ms = fact.at_ms;
    ret->seat = fact.seat;
    ret->person = fact.person;
    ret->verb = fact.verb;
    (void)canon_get_text(v, "w", &ret->reason);
    return log_leaf(w, a->core->store.log, seq, &ret->receipt);
}

void json_by(Work *w, const Asking *a, Buf *out, const char *key, const FactHead *head)
{
    Seat seat;
    bool known = head->seat && seat_numbered(a, head->seat, &seat);
    json_object(out, key);
    json_text(out, "seat", known ? seat_name_of(w, a, &seat) : (Str){ 0 });
    json_text(out, "title", seat_title_of(w, a, head->seat));
    json_text(out, "at", ms_print(w->arena, head->at_ms));
    json_int(out, "at_ms", head->at_ms);
    json_object_end(out);
}

/* ---- what changed ---- */

static bool same_value(const Field *f, const RecordRow *x, const RecordRow *y)
{
    bool in_x = x && x->known && row_known(x, f->number);
    bool in_y = y && y->known && row_known(y, f->number);
    if (in_x != in_y)
        return false;
    if (!in_x || field_is_private(f))
        return true;
    if (type_is_number(f->type))
        return x->nums[f->number] == y->nums[f->number];
    return str_eq(x->texts[f->number], y->texts[f->number]);
}

static Str shown(Work *w, const Asking *a, const Field *f, const RecordRow *row)
{
    bool known = row && row->known && row_known(row, f->number);
    return known ? cell_print(w, a->core, f, row, a->today) : STR("");
}

int64_t json_changes(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                     const Sight *sight, const RecordRow *before, const RecordRow *after)
{
    int64_t same = 0;
    json_array(out, key);
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!sight_has(sight, f))
            continue;
        if (same_value(f, before, after)) {
            same++;
            continue;
        }
        json_object(out, NULL);
        json_text(out, "field", f->name);
        json_text(out, "title", field_title(a, book, f));
        json_value(w, a, out, "before", f, before);
        json_value(w, a, out, "after", f, after);
        json_text(out, "before_text", shown(w, a, f, before));
        json_text(out, "after_text", shown(w, a, f, after));
        json_object_end(out);
    }
    json_array_end(out);
    return same;
}

/* ---- what waits ---- */

/* May the seat confirm at the unit? *ret_own: it also writes there, or its person may in another
 * seat, so each author must be asked. */
static bool confirms_at(Work *w, const Asking *a, const Book *book, int32_t unit, bool *ret,
                        bool *ret_own)
{
    TRY(may_move(w, a, book, unit, SEAT_NOBODY, RECORD_CONFIRMED, ret));
    int32_t *mine;
    size_t n = 0;
    *ret_own = false;
    if (*ret && a->r->person)
        TRY(seats_of(w, a->core, a->r->person, a->today, &mine, &n));
    if (*ret && n < 2)
        return may_write(w, a, book, unit, ret_own);
    *ret_own = *ret;
    return true;
}

static bool waiting_add(Work *w, const Asking *a, const Book *book, WaitingCell cell, bool own,
                        Waiting *ret)
{
    bool may = true;
    if (own)
        TRY(may_move_row(w, a, book, cell.unit, cell.seq, RECORD_CONFIRMED, &may));
    if (may)
        *list_push(w->arena, ret) = cell;
    return true;
}

static bool waiting_in_block(Work *w, const Asking *a, const Block *block, const Stands *units,
                             const bool *own, Waiting *ret)
{
    for (size_t i = 0; i < units->n; i++) {
        int32_t unit = units->at[i];
        if (unit >= block->slots)
            continue;
        for (int32_t ord = 0; ord < block->keys; ord++) {
            int64_t cell = (int64_t)unit * block->keys + ord;
            WaitingCell c = { block->period, unit, ord, block->seq[cell] };
            if (block->state[cell] == RECORD_FILED)
                TRY(waiting_add(w, a, block->book, c, own[i], ret));
        }
    }
    return true;
}

static bool waiting_rows(Work *w, const Asking *a, const Book *book, const Stands *units,
                         const bool *own, Waiting *ret)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(records_rows(w, a->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const RecordRow *row = rows[i];
        WaitingCell c = { row->period, row->unit, row->ord, row->seq };
        for (size_t k = 0; k < units->n; k++)
            if (row->state == RECORD_FILED && units->at[k] == row->unit)
                TRY(waiting_add(w, a, book, c, own[k], ret));
    }
    return true;
}

bool waiting_of(Work *w, const Asking *a, const Book *book, Waiting *ret)
{
    Stands all, units = { 0 };
    *ret = (Waiting){ 0 };
    if (!book->confirms || !a->r->seat)
        return true;
    TRY(book_units(w, a, book, &all));
    bool *own = arena_array(w->arena, bool, all.n + 1);
    for (size_t i = 0; i < all.n; i++) {
        bool may = false, reads = false, writes = false;
        TRY(confirms_at(w, a, book, all.at[i], &may, &writes));
        if (may)
            TRY(may_read(w, a, book, all.at[i], &reads));
        if (!reads) /* who confirms what they may not read is shown nothing */
            continue;
        own[units.n] = writes;
        *list_push(w->arena, &units) = all.at[i];
    }
    if (!units.n)
        return true;
    if (!book_is_return(book) || !book_has_period(book))
        return waiting_rows(w, a, book, &units, own, ret);
    const int64_t *periods;
    size_t n;
    TRY(records_periods(w, a->core, book, &periods, &n));
    for (size_t i = 0; i < n; i++) {
        const Block *block = records_block(w, a->core, book, periods[i], KNOWN_NOW);
        TRY(block);
        TRY(waiting_in_block(w, a, block, &units, own, ret));
    }
    return true;
}
