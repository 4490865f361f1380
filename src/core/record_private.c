/* Private values: they stand in parts of the facts, never in a view. A row's newest fact need not
 * hold them: moves and returns leave them where they stand. */
#include "core/core_int.h"

static bool fact_of(Work *w, Core *core, int64_t seq, Fact *ret)
{
    Fact end = { 0 };
    bool more = false;
    FactWalk *walk = fact_walk(w, core_db(core), seq, seq + 1);
    TRY(walk);
    TRY(fact_next(w, walk, ret, &more));
    CHECK(more);
    return fact_next(w, walk, &end, &more);
}

/* A fact that states its row whole; the others leave what they do not name where it stands. */
bool record_states_all(const Fact *fact)
{
    return fact->verb == VERB_RECORD_FILE || fact->verb == VERB_RECORD_CORRECT;
}

/* A correction restates the private values that it does not change: each stands alone. They stand
 * in the fact before it, or in those that this one left in place; the newest comes first. */
bool record_carry_hidden(Work *w, Core *core, const RecordEdit *edit, const RecordRow *before)
{
    bool any = false;
    for (size_t i = 0; i < edit->book->field_count; i++)
        any = any || field_is_private(edit->book->fields[i]);
    for (int64_t seq = any ? before->seq : PREV_NONE; seq != PREV_NONE;) {
        Fact fact = { 0 };
        TRY(fact_of(w, core, seq, &fact));
        for (size_t i = 0; i < fact.hidden_count; i++) {
            if (!fact.hidden[i].body.n)
                continue; /* erased */
            const CanonView *v = canon_read(w, fact.hidden[i].body);
            TRY(v);
            record_take_values(v, edit);
            TRY(record_take_texts(w, v, edit));
        }
        seq = record_states_all(&fact) ? PREV_NONE : fact.prev;
    }
    return true;
}

static bool names_hidden(const CanonView *v, const Field *field)
{
    for (size_t i = 0; i < canon_ints_size(v, "h"); i++)
        if (canon_ints_at(v, "h", i) == field->number)
            return true;
    return false;
}

/* The fact from which the private value stands, from `seq` back; *ret_found false = there is none.
 */
static bool private_fact(Work *w, Core *core, const Field *field, int64_t seq, Fact *ret,
                         bool *ret_found)
{
    *ret_found = false;
    while (seq != PREV_NONE && !*ret_found) {
        TRY(fact_of(w, core, seq, ret));
        const CanonView *open = canon_read(w, ret->open);
        TRY(open);
        *ret_found = names_hidden(open, field);
        seq = record_states_all(ret) ? PREV_NONE : ret->prev;
    }
    return true;
}

bool record_private(Work *w, Core *core, const Book *book, const Field *field, int64_t seq,
                    RecordEdit *ret, bool *ret_erased)
{
    CHECK(field_is_private(field));
    Fact fact = { 0 };
    bool found = false;
    *ret = record_edit_new(w->arena, book);
    *ret_erased = false;
    TRY(private_fact(w, core, field, seq, &fact, &found));
    for (size_t i = 0; found && i < fact.hidden_count; i++) {
        if (fact.hidden[i].cls != field->group)
            continue;
        *ret_erased = !fact.hidden[i].body.n;
        const CanonView *v = *ret_erased ? NULL : canon_read(w, fact.hidden[i].body);
        if (*ret_erased)
            continue;
        TRY(v);
        record_take_values(v, ret);
        TRY(record_take_texts(w, v, ret));
    }
    return true;
}

bool record_show_put(Work *w, Core *core, const Book *book, const RecordRow *row,
                     const Field *field, Str why)
{
    Canon *c = canon_open(w->arena);
    canon_int(c, "f", field->number);
    canon_int(c, "o", ord_stored(book, row->ord));
    canon_int(c, "p", row->period);
    canon_text(c, "w", why);
    Fact fact = { .verb = VERB_PRIVATE_SHOW,
                  .unit = row->unit,
                  .book = book->number,
                  .pack = book->pack->version,
                  .subject = book_is_return(book) ? row->period : row->ord,
                  .prev = row->seq,
                  .open = canon_bytes(w, c) };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}

bool record_show_read(Work *w, const Fact *fact, int32_t *ret_field, Str *ret_why)
{
    int64_t field = 0;
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    if (fact->verb != VERB_PRIVATE_SHOW || !canon_get_int(v, "f", &field) ||
        !canon_get_text(v, "w", ret_why))
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    *ret_field = (int32_t)field;
    return true;
}

/* ---- erasing ---- */

/* The row of the fact and what followed it, oldest first. */
typedef list_of(RecordRow *) Versions;

static bool versions_from(Work *w, Core *core, const Book *book, const Fact *said, Versions *ret)
{
    int64_t ord = 0, period = 0;
    const CanonView *v = canon_read(w, said->open);
    TRY(v);
    if (!canon_get_int(v, "o", &ord) || !canon_get_int(v, "p", &period))
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)said->seq);
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_FROM);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, period);
    stmt_int(s, 3, said->unit);
    stmt_int(s, 4, ord);
    stmt_int(s, 5, said->seq);
    for (bool more = false; stmt_next(w, s, &more) && more;)
        *list_push(w->arena, ret) = row_read(w->arena, book, s);
    return w->err.code == ERR_NONE;
}

/* Fields of the group, as a mask. */
static uint64_t *group_fields(Arena *arena, const Book *book, int32_t group)
{
    uint64_t *fields = arena_array(arena, uint64_t, (size_t)book_words(book) + 1);
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (field_is_private(f) && f->group == group)
            fields[f->number / 64] |= UINT64_C(1) << (f->number % 64);
    }
    return fields;
}

/* Does the later fact leave any of the fields where they stand? Those that it tells anew go out of
 * the mask. */
static bool leaves_fields(Work *w, Core *core, const Book *book, int64_t seq, uint64_t *fields,
                          bool *ret)
{
    Fact fact = { 0 };
    TRY(fact_of(w, core, seq, &fact));
    const CanonView *v = canon_read(w, fact.open);
    TRY(v);
    *ret = !record_states_all(&fact);
    for (size_t i = 0; i < canon_ints_size(v, "h"); i++) {
        int64_t n = canon_ints_at(v, "h", i);
        if (n >= 0 && n < book->field_room)
            fields[n / 64] &= ~(UINT64_C(1) << (n % 64));
    }
    return true;
}

static bool erase_fields(Work *w, Core *core, const Book *book, const uint64_t *fields,
                         RecordRow *row)
{
    size_t words = (size_t)book_words(book);
    uint64_t *known = arena_copy(w->arena, row->known, words * 8);
    for (size_t i = 0; i < words; i++)
        known[i] &= ~fields[i];
    row->known = known;
    Stmt *put = db_stmt(w, core_db(core), SQL_RECORD_MASK);
    TRY(put);
    const int64_t at[] = { book->number, row->period, row->unit, ord_stored(book, row->ord),
                           row->seq };
    for (int i = 0; i < 5; i++)
        stmt_int(put, i + 1, at[i]);
    stmt_bytes(put, 6, row_pack_nums(w->arena, book, row));
    stmt_bytes(put, 7, row_pack_mask(w->arena, book, row));
    TRY(stmt_run(w, put));
    if (row->gone != KNOWN_NOW || row->state == RECORD_VOID)
        return true;
    const RecordRow *live = record_find(w, core, book, row->unit, row->period, row->ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    records_edit(core, book, live, row);
    core_tell_record(core, &(RecordChange){ .book = book, .before = live, .after = row });
    return true;
}

/* Erasure of one private part: its fields are missing from then on, at every known position, in
 * all versions of the row that left them to that fact. */
bool part_erase_apply(Work *w, Core *core, const Fact *fact)
{
    const Book *book = record_book(w, core, fact);
    TRY(book);
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t seq = 0, part = 0;
    Fact said = { 0 };
    Versions rows = { 0 };
    if (!canon_get_int(v, "seq", &seq) || !canon_get_int(v, "part", &part) || seq >= fact->seq)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    TRY(fact_of(w, core, seq, &said));
    TRY(versions_from(w, core, book, &said, &rows));
    if (!rows.n || rows.at[0]->seq != seq || part < 2 || (size_t)part - 2 >= said.hidden_count)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    uint64_t *fields = group_fields(w->arena, book, said.hidden[part - 2].cls);
    for (size_t i = 0; i < rows.n; i++) {
        bool leaves = true;
        if (i)
            TRY(leaves_fields(w, core, book, rows.at[i]->seq, fields, &leaves));
        if (!leaves)
            break;
        TRY(erase_fields(w, core, book, fields, rows.at[i]));
    }
    if (book_is_return(book)) /* blocks as known earlier */
        records_forget(core->records);
    return true;
}
