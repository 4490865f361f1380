/* Facts of records: what a filled row says, and what it does to the views.
 *
 * Open part of record.file and record.correct (canonical, so keys sort by byte):
 *   d  day from which `changes` fields hold        (left out: the day of the fact)
 *   h  numbers of the private fields that have a value, which stand in parts 2 and on
 *   m  ord of the parent row                       (detail rows)
 *   n  field, value, field, value …                open numbers
 *   o  ord as stored, p period
 *   t  {field: text}                               open texts
 * Return, confirm and void have o, p and w, the reason. A private part has n and t alone.
 * What the facts of cases have besides stands in case/fact.c; d, h, n, t and e of a record.move
 * are laid over the row, which else stays as it was.
 * private.show has f, the number of the field that was shown, o, p, and w, why. */
#include "core/core_int.h"

#include "base/limits.h"

static void set_bit(uint64_t *known, int32_t field)
{
    known[field / 64] |= UINT64_C(1) << (field % 64);
}

static bool edit_has(const RecordEdit *edit, const Field *f)
{
    return type_is_number(f->type) ? known_has(edit->known, f->number)
                                   : edit->texts[f->number].p != NULL;
}

/* ---- making an edit ---- */

RecordEdit record_edit_new(Arena *arena, const Book *book)
{
    return (RecordEdit){ .book = book,
                         .state = RECORD_FILED,
                         .nums = arena_array(arena, int64_t, (size_t)book->field_room + 1),
                         .known = arena_array(arena, uint64_t, (size_t)book_words(book) + 1),
                         .texts = arena_array(arena, Str, (size_t)book->field_room + 1) };
}

RecordEdit record_edit_of(Arena *arena, const Book *book, const RecordRow *row)
{
    RecordEdit edit = record_edit_new(arena, book);
    edit.unit = row->unit;
    edit.period = row->period;
    edit.ord = row->ord;
    edit.parent = row->parent;
    memcpy(edit.nums, row->nums, (size_t)book->field_room * sizeof *edit.nums);
    memcpy(edit.known, row->known, (size_t)book_words(book) * 8);
    memcpy(edit.texts, row->texts, (size_t)book->field_room * sizeof *edit.texts);
    for (size_t i = 0; i < book->field_count; i++) { /* private values are not in the row */
        const Field *f = book->fields[i];
        if (field_is_private(f))
            edit.known[f->number / 64] &= ~(UINT64_C(1) << (f->number % 64));
    }
    return edit;
}

/* ---- the open part ---- */

static bool in_group(const Field *f, int32_t group)
{
    return group == 1 ? !field_is_private(f) : field_is_private(f) && f->group == group;
}

/* only: the fields to tell, NULL = all. */
static void put_nums(Arena *arena, Canon *c, const RecordEdit *edit, int32_t group,
                     const uint64_t *only)
{
    const Book *book = edit->book;
    int64_t *pairs = arena_array(arena, int64_t, book->field_count * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!in_group(f, group) || !type_is_number(f->type) || !edit_has(edit, f) ||
            (only && !known_has(only, f->number)))
            continue;
        pairs[n++] = f->number;
        pairs[n++] = edit->nums[f->number];
    }
    if (n)
        canon_ints(c, "n", pairs, n);
}

static void put_texts(Arena *arena, Canon *c, const RecordEdit *edit, int32_t group,
                      const uint64_t *only)
{
    const Book *book = edit->book;
    Canon *texts = canon_open(arena);
    bool any = false;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!in_group(f, group) || type_is_number(f->type) || !edit_has(edit, f) ||
            (only && !known_has(only, f->number)))
            continue;
        canon_text(texts, arena_printf(arena, "%d", f->number), edit->texts[f->number]);
        any = true;
    }
    if (any)
        canon_part(c, "t", texts);
}

static void put_hidden_names(Arena *arena, Canon *c, const RecordEdit *edit)
{
    const Book *book = edit->book;
    int64_t *numbers = arena_array(arena, int64_t, book->field_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (field_is_private(f) && known_has(edit->known, f->number))
            numbers[n++] = f->number;
    }
    if (n)
        canon_ints(c, "h", numbers, n);
}

static bool has_changes(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->changes)
            return true;
    return false;
}

static bool differs(const RecordEdit *edit, const RecordRow *before, const Field *f)
{
    int32_t n = f->number;
    if (type_is_number(f->type))
        return known_has(edit->known, n) != row_known(before, n) ||
               (row_known(before, n) && edit->nums[n] != before->nums[n]);
    return !edit->texts[n].p != !before->texts[n].p || !str_eq(edit->texts[n], before->texts[n]);
}

/* What a move tells: the fields that it asked, so that its own fact answers what was said, and
 * those that differ. */
static const uint64_t *told_fields(Arena *arena, const RecordEdit *edit, const RecordRow *before)
{
    const Book *book = edit->book;
    uint64_t *told = arena_array(arena, uint64_t, (size_t)book_words(book) + 1);
    for (size_t i = 0; i < edit->step->move->field_count; i++)
        set_bit(told, edit->step->move->fields[i]->number);
    for (size_t i = 0; i < book->field_count; i++)
        if (!field_is_private(book->fields[i]) && differs(edit, before, book->fields[i]))
            set_bit(told, book->fields[i]->number);
    return told;
}

static void put_emptied(Arena *arena, Canon *c, const RecordEdit *edit, const RecordRow *before)
{
    const Book *book = edit->book;
    int64_t *numbers = arena_array(arena, int64_t, book->field_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!field_is_private(f) && row_known(before, f->number) && !edit_has(edit, f))
            numbers[n++] = f->number;
    }
    if (n)
        canon_ints(c, "e", numbers, n);
}

static void put_row(Arena *arena, Canon *c, const RecordEdit *edit, const uint64_t *only)
{
    if (edit->from_day && has_changes(edit->book))
        canon_int(c, "d", edit->from_day);
    put_hidden_names(arena, c, edit);
    put_nums(arena, c, edit, 1, only);
    put_texts(arena, c, edit, 1, only);
}

static Str open_part(Work *w, const RecordEdit *edit, const RecordRow *before)
{
    const CaseStep *step = edit->step;
    Canon *c = canon_open(w->arena);
    canon_int(c, "o", ord_stored(edit->book, edit->ord));
    canon_int(c, "p", edit->period);
    if (step)
        case_say(w->arena, c, step, step->act == CASE_BEGUN ? NULL : before->cas);
    if (edit->state != RECORD_FILED) {
        if (edit->reason.n)
            canon_text(c, "w", edit->reason);
    } else if (!step || step->act == CASE_BEGUN) {
        if (edit->parent)
            canon_int(c, "m", edit->parent);
        put_row(w->arena, c, edit, NULL);
    } else if (step->act == CASE_MOVED) {
        put_emptied(w->arena, c, edit, before);
        put_row(w->arena, c, edit, told_fields(w->arena, edit, before));
    }
    return canon_bytes(w, c);
}

/* ---- private parts ---- */

/* Keeping ends `keep` days after the date the field names; without one it does not end by itself.
 */
static int32_t keep_until(const RecordEdit *edit, const Field *field)
{
    const Field *after = book_field(edit->book, field->keep_after);
    if (!after || after->type.kind != TYPE_DATE || !known_has(edit->known, after->number))
        return DAY_FOREVER;
    int64_t day = edit->nums[after->number] + field->keep_days;
    return day < DAY_FOREVER ? (int32_t)day : DAY_FOREVER;
}

static bool hidden_parts(Work *w, const RecordEdit *edit, Fact *fact)
{
    const Book *book = edit->book;
    list_of(PrivatePart) parts = { 0 };
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!field_is_private(f) || !known_has(edit->known, f->number))
            continue;
        bool done = false;
        for (size_t j = 0; j < parts.n; j++)
            done = done || parts.at[j].cls == f->group;
        if (done)
            continue;
        Canon *c = canon_open(w->arena);
        put_nums(w->arena, c, edit, f->group, NULL);
        put_texts(w->arena, c, edit, f->group, NULL);
        Str body = canon_bytes(w, c);
        TRY(body.n);
        *list_push(w->arena, &parts) = (PrivatePart){ f->group, keep_until(edit, f), body };
    }
    fact->hidden = parts.at;
    fact->hidden_count = parts.n;
    return true;
}

void record_take_values(const CanonView *v, const RecordEdit *edit)
{
    size_t n = canon_ints_size(v, "n");
    for (size_t i = 0; i + 1 < n; i += 2) {
        int64_t field = canon_ints_at(v, "n", i);
        if (field < edit->book->field_room && !known_has(edit->known, (int32_t)field)) {
            edit->nums[field] = canon_ints_at(v, "n", i + 1);
            set_bit(edit->known, (int32_t)field);
        }
    }
}

bool record_take_texts(Work *w, const CanonView *v, const RecordEdit *edit)
{
    const CanonView *texts = canon_get_part(v, "t");
    for (size_t i = 0; texts && i < canon_key_count(texts); i++) {
        Str key = canon_key(texts, i);
        int64_t field = 0;
        Str text = { 0 };
        if (!num_parse_int(key, &field) || field < 0 || field >= edit->book->field_room ||
            edit->texts[field].p || !canon_get_text(texts, str_z(w->arena, key), &text))
            continue;
        edit->texts[field] = str_copy(w->arena, text);
        set_bit(edit->known, (int32_t)field);
    }
    return true;
}

/* ---- putting ---- */

static int32_t verb_of(const RecordEdit *edit, const RecordRow *before)
{
    if (edit->step)
        return case_verb(edit->step->act);
    switch (edit->state) {
    case RECORD_RETURNED: return VERB_RECORD_RETURN;
    case RECORD_CONFIRMED: return VERB_RECORD_CONFIRM;
    case RECORD_VOID: return VERB_RECORD_VOID;
    case RECORD_NONE:
    case RECORD_FILED: break;
    }
    return before && before->state != RECORD_VOID ? VERB_RECORD_CORRECT : VERB_RECORD_FILE;
}

bool record_number(Work *w, Core *core, RecordEdit *edit)
{
    if (edit->ord || edit->nil || book_is_return(edit->book))
        return true;
    edit->ord = record_next_ord(w, core, edit->book);
    return edit->ord > 0;
}

/* Is there what the edit follows? before = the row as it stands, NULL when there is none. */
static bool follows(Work *w, const RecordEdit *edit, const RecordRow *before)
{
    bool open = before && before->state != RECORD_VOID;
    bool begins = edit->state == RECORD_FILED && (!edit->step || edit->step->act == CASE_BEGUN);
    CHECK(!edit->step || edit->state == RECORD_FILED);
    if (open && edit->step && begins) /* a case begins once */
        return fail(w, ERR_CONFLICT, "record.cannot_move title=%.*s", STR_ARG(edit->book->title));
    if (begins || (open && (!edit->step || before->cas)))
        return true;
    return fail(w, ERR_NOT_FOUND, "record.none title=%.*s", STR_ARG(edit->book->title));
}

bool record_put(Work *w, Core *core, RecordEdit *edit, int64_t *ret_seq)
{
    const Book *book = edit->book;
    CHECK(edit->unit >= 0);
    if (edit->state == RECORD_NONE)
        edit->state = RECORD_FILED;
    bool fresh = !edit->ord && !edit->nil && !book_is_return(book);
    TRY(record_number(w, core, edit));
    const RecordRow *before = NULL;
    if (!fresh)
        before = record_find(w, core, book, edit->unit, edit->period, edit->ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    TRY(follows(w, edit, before));
    bool whole = edit->state == RECORD_FILED && !edit->step;
    if (whole && before && before->state != RECORD_VOID)
        TRY(record_carry_hidden(w, core, edit, before));
    Fact fact = { .verb = verb_of(edit, before),
                  .unit = edit->unit,
                  .book = book->number,
                  .pack = book->pack->version,
                  .subject = book_is_return(book) || edit->nil ? edit->period : edit->ord,
                  .prev = before ? before->seq : PREV_NONE,
                  .open = open_part(w, edit, before) };
    TRY(fact.open.n);
    bool values =
        whole || (edit->step && (edit->step->act == CASE_BEGUN || edit->step->act == CASE_MOVED));
    TRY(!values || hidden_parts(w, edit, &fact));
    TRY(core_put(w, core, &fact));
    *ret_seq = fact.seq;
    return true;
}

/* ---- unique keys ---- */

static Str index_key(Arena *arena, const Field *field, const RecordRow *row)
{
    if (!type_is_number(field->type))
        return row->texts[field->number];
    uint64_t n = (uint64_t)row->nums[field->number] ^ UINT64_C(1) << 63;
    char *key = arena_array(arena, char, 8);
    for (int i = 0; i < 8; i++)
        key[i] = (char)(n >> (56 - 8 * i) & 0xFF);
    return (Str){ key, 8 };
}

static bool is_indexed(const RecordRow *row, const Field *f)
{
    return row && row->state != RECORD_VOID && (f->unique || f->unique_in_unit) &&
           !field_is_private(f) && row_known(row, f->number);
}

/* Puts or drops the keys of `row`; those that `other` has as well stay as they are. */
static bool index_edit(Work *w, Core *core, enum SqlId id, const Book *book, const RecordRow *row,
                       const RecordRow *other)
{
    if (book_is_return(book))
        return true;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        /* a made number stands on somebody's receipt: it is not made again when its row is void */
        if (f->made.n && id == SQL_INDEX_DROP && other->state == RECORD_VOID)
            continue;
        if (!is_indexed(row, f) || (is_indexed(other, f) && str_eq(index_key(w->arena, f, row),
                                                                   index_key(w->arena, f, other))))
            continue;
        Stmt *s = db_stmt(w, core_db(core), id);
        TRY(s);
        stmt_int(s, 1, book->number);
        stmt_int(s, 2, f->number);
        stmt_bytes(s, 3, index_key(w->arena, f, row));
        stmt_int(s, 4, row->unit);
        stmt_int(s, 5, row->ord);
        TRY(stmt_run(w, s));
    }
    return true;
}

bool record_taken(Work *w, Core *core, const Book *book, const Field *field, const RecordRow *row,
                  bool *ret)
{
    *ret = false;
    Stmt *s = db_stmt(w, core_db(core), SQL_INDEX_FIND);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, field->number);
    stmt_bytes(s, 3, index_key(w->arena, field, row));
    for (bool more = false; stmt_next(w, s, &more) && more;) {
        bool other = col_int(s, 1) != row->ord;
        if (other && (!field->unique_in_unit || col_int(s, 0) == row->unit))
            *ret = true;
    }
    return w->err.code == ERR_NONE;
}

bool record_of_text(Work *w, Core *core, const Book *book, const Field *field, Str text,
                    int64_t *ret_ord)
{
    bool row = false;
    *ret_ord = 0;
    Stmt *s = db_stmt(w, core_db(core), SQL_INDEX_FIND);
    TRY(s);
    stmt_int(s, 1, book->number);
    stmt_int(s, 2, field->number);
    stmt_bytes(s, 3, text);
    TRY(stmt_next(w, s, &row));
    if (row)
        *ret_ord = col_int(s, 1);
    stmt_reset(s);
    return true;
}

/* ---- apply ---- */

static int past_order(const void *a, const void *b)
{
    const Past *x = a;
    const Past *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    return (x->from_day > y->from_day) - (x->from_day < y->from_day);
}

/* What held on the day, among the entries of one field. */
static const Past *past_on(const RecordRow *row, int32_t field, int32_t day)
{
    const Past *best = NULL;
    for (size_t i = 0; i < row->past_n; i++) {
        const Past *p = &row->past[i];
        if (p->field == field && p->from_day <= day && (!best || p->from_day >= best->from_day))
            best = p;
    }
    return best;
}

/* Adds this fact's `changes` values to the history; the row then shows the latest of them. told:
 * the fields that it tells, NULL = all. */
static void grow_past(Arena *arena, const Book *book, const RecordRow *before, int32_t from_day,
                      RecordRow *row, const RecordEdit *edit, const uint64_t *told)
{
    int64_t *nums = edit->nums;
    uint64_t *known = edit->known;
    Str *texts = edit->texts;
    list_of(Past) past = { 0 };
    for (size_t i = 0; before && i < before->past_n; i++)
        *list_push(arena, &past) = before->past[i];
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!f->changes || field_is_private(f) || (told && !known_has(told, f->number)))
            continue;
        int32_t n = f->number;
        Past now = { n, before ? from_day : DAY_MIN, known_has(known, n), nums[n], texts[n] };
        const Past *held = before ? past_on(before, n, from_day) : NULL;
        bool same = held && held->known == now.known && held->value == now.value &&
                    str_eq(held->text, now.text);
        size_t at = 0;
        while (at < past.n && (past.at[at].field != n || past.at[at].from_day != now.from_day))
            at++;
        if (!same && at < past.n)
            past.at[at] = now;
        else if (!same)
            *list_push(arena, &past) = now;
    }
    if (past.n)
        qsort(past.at, past.n, sizeof *past.at, past_order);
    row->past = past.at;
    row->past_n = past.n;
    for (size_t i = 0; i < past.n; i++) {
        const Past *p = &past.at[i]; /* the last of each field stands */
        nums[p->field] = p->value;
        texts[p->field] = p->text.n ? p->text : (Str){ NULL, 0 }; /* a number has none */
        known[p->field / 64] &= ~(UINT64_C(1) << (p->field % 64));
        if (p->known)
            set_bit(known, p->field);
    }
}

static void take_hidden_names(const CanonView *v, const RecordEdit *edit)
{
    size_t hidden = canon_ints_size(v, "h");
    for (size_t i = 0; i < hidden; i++)
        set_bit(edit->known, (int32_t)canon_ints_at(v, "h", i));
}

static void keep_values(RecordRow *row, const RecordEdit *edit)
{
    row->nums = edit->nums;
    row->known = edit->known;
    row->texts = edit->texts;
}

static bool read_values(Work *w, const Book *book, const Fact *fact, const CanonView *v,
                        const RecordRow *before, RecordRow *row)
{
    RecordEdit edit = record_edit_new(w->arena, book);
    record_take_values(v, &edit);
    TRY(record_take_texts(w, v, &edit));
    take_hidden_names(v, &edit);
    int64_t from_day = day_of_ms(fact->at_ms);
    (void)canon_get_int(v, "d", &from_day);
    (void)canon_get_int(v, "m", &row->parent);
    grow_past(w->arena, book, before && before->state != RECORD_VOID ? before : NULL,
              (int32_t)from_day, row, &edit, NULL);
    keep_values(row, &edit);
    return true;
}

/* The row as it was, and over it what the move tells. */
static bool lay_over(Work *w, const Book *book, const Fact *fact, const CanonView *v,
                     const RecordRow *before, RecordRow *row)
{
    RecordEdit told = record_edit_new(w->arena, book);
    record_take_values(v, &told);
    TRY(record_take_texts(w, v, &told));
    RecordEdit edit = record_edit_of(w->arena, book, before);
    memcpy(edit.known, before->known, (size_t)book_words(book) * 8); /* private ones too */
    for (int32_t n = 0; n < book->field_room; n++) {
        if (!known_has(told.known, n))
            continue;
        set_bit(edit.known, n);
        edit.nums[n] = told.nums[n];
        edit.texts[n] = told.texts[n];
    }
    for (size_t i = 0; i < canon_ints_size(v, "e"); i++) {
        int64_t n = canon_ints_at(v, "e", i);
        if (n < 0 || n >= book->field_room)
            continue;
        set_bit(told.known, (int32_t)n);
        edit.known[n / 64] &= ~(UINT64_C(1) << (n % 64));
        edit.nums[n] = 0;
        edit.texts[n] = (Str){ NULL, 0 };
    }
    take_hidden_names(v, &edit);
    int64_t from_day = 0, at = fact->at_ms;
    (void)canon_get_int(v, "x", &at);
    if (!canon_get_int(v, "d", &from_day))
        from_day = day_of_ms(at);
    grow_past(w->arena, book, before, (int32_t)from_day, row, &edit, told.known);
    keep_values(row, &edit);
    return true;
}

static void stay_as(RecordRow *row, const RecordRow *before)
{
    row->nums = before->nums;
    row->known = before->known;
    row->texts = before->texts;
    row->past = before->past;
    row->past_n = before->past_n;
}

static bool is_case_fact(const Fact *fact, const CanonView *v)
{
    int64_t state = 0;
    switch ((Verb)fact->verb) {
    case VERB_RECORD_FILE: return canon_get_int(v, "s", &state);
    case VERB_RECORD_MOVE:
    case VERB_RECORD_LATE:
    case VERB_RECORD_JOIN:
    case VERB_RECORD_RELEASE: return true;
    default: return false;
    }
}

static bool make_row(Work *w, Core *core, const Book *book, const Fact *fact, const CanonView *v,
                     const RecordRow *before, RecordRow *row)
{
    bool again = before && before->state != RECORD_VOID;
    bool files = record_states_all(fact);
    switch ((Verb)fact->verb) {
    case VERB_RECORD_RETURN: row->state = RECORD_RETURNED; break;
    case VERB_RECORD_CONFIRM: row->state = RECORD_CONFIRMED; break;
    case VERB_RECORD_VOID: row->state = RECORD_VOID; break;
    default: row->state = RECORD_FILED;
    }
    if (!again && !files)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    row->entered_day = again ? before->entered_day : day_of_ms(fact->at_ms);
    row->cas = again ? before->cas : NULL;
    if (is_case_fact(fact, v))
        TRY(case_apply(w, core, fact, v, row->cas, &row->cas));
    if (files)
        return read_values(w, book, fact, v, before, row);
    row->parent = before->parent;
    if (fact->verb == VERB_RECORD_MOVE)
        return lay_over(w, book, fact, v, before, row);
    if (row->state != RECORD_VOID)
        stay_as(row, before);
    return true;
}

static bool write_row(Work *w, Core *core, const Book *book, const RecordRow *before,
                      const RecordRow *row)
{
    int64_t ord = ord_stored(book, row->ord);
    if (before) {
        Stmt *end = db_stmt(w, core_db(core), SQL_RECORD_END);
        TRY(end);
        const int64_t at[] = { book->number, row->period, row->unit, ord, before->seq, row->seq };
        for (int i = 0; i < 6; i++)
            stmt_int(end, i + 1, at[i]);
        TRY(stmt_run(w, end));
    }
    Stmt *s = db_stmt(w, core_db(core), SQL_RECORD_PUT);
    TRY(s);
    const int64_t values[] = { book->number, row->period, row->unit, ord,
                               row->seq,     row->state,  row->pack };
    for (int i = 0; i < 7; i++)
        stmt_int(s, i + 1, values[i]);
    stmt_bytes(s, 8, row_pack_nums(w->arena, book, row));
    stmt_bytes(s, 9, row_pack_mask(w->arena, book, row));
    stmt_bytes(s, 10, row_pack_texts(w->arena, book, row));
    stmt_bytes(s, 11, case_pack(w->arena, row->cas));
    return stmt_run(w, s);
}

const Book *record_book(Work *w, Core *core, const Fact *fact)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    const Book *book = set ? set_book_number(set, fact->book) : NULL;
    if (set && !book)
        fail(w, ERR_STORE, "core.book_unknown book=%d seq=%lld", fact->book, (long long)fact->seq);
    return book;
}

bool record_apply(Work *w, Core *core, const Fact *fact)
{
    const Book *book = record_book(w, core, fact);
    TRY(book);
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t stored = 0;
    RecordRow *row = row_new(w->arena, book);
    row->unit = fact->unit;
    row->seq = fact->seq;
    row->gone = KNOWN_NOW;
    row->pack = fact->pack;
    if (!canon_get_int(v, "o", &stored) || !canon_get_int(v, "p", &row->period))
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    row->ord = ord_live(book, stored);
    const RecordRow *before = NULL;
    if (fact->prev != PREV_NONE)
        before = record_find(w, core, book, row->unit, row->period, row->ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    TRY(make_row(w, core, book, fact, v, before, row));
    TRY(index_edit(w, core, SQL_INDEX_DROP, book, before, row));
    TRY(write_row(w, core, book, before, row));
    TRY(index_edit(w, core, SQL_INDEX_PUT, book, row, before));
    records_edit(core, book, before, row); /* before stays as it is until the act is over */
    RecordChange change = { .book = book,
                            .before = before && before->state != RECORD_VOID ? before : NULL,
                            .after = row->state != RECORD_VOID ? row : NULL };
    core_tell_record(core, &change);
    return true;
}

/* ---- reading ---- */

bool record_at(Work *w, Core *core, const RecordRow *row, const Field *field, int32_t day,
               int64_t *ret, bool *ret_known)
{
    (void)w;
    (void)core;
    const Past *held = field->changes ? past_on(row, field->number, day) : NULL;
    *ret_known = held ? held->known : row_known(row, field->number);
    *ret = held ? held->value : row->nums[field->number];
    return true;
}
