/* A whole file becomes facts, all of it or nothing. Every row that would write passes book_judge in
 * the one act of the import, in order of its period, so that a check that looks at the month before
 * sees it. Only rows that change something become facts. A dry run does the same and takes it back;
 * where no row can depend on another it only judges. */
#include "book/import_int.h"

#include "base/limits.h"

enum { IMPORT_ARENA = 1 << 30, DIFFERENCE_MAX = 4 << 20 };

/* ---- faults ---- */

/* The unit's and the period's fault stand in the column that the file has for them. */
static Str column_head(const Import *i, Str column)
{
    size_t at = SIZE_MAX;
    if (str_is(column, "unit"))
        at = i->unit_at;
    if (str_is(column, "period"))
        at = i->period_at;
    if (at != SIZE_MAX)
        return i->columns[at].head;
    if (str_is(column, "period"))
        return STR("期间");
    return str_is(column, "unit") ? STR("单位代码") : column;
}

void import_fault(Import *i, Fault fault)
{
    ImportReport *r = i->report;
    size_t *count = fault.warning ? &i->warnings : &i->errors;
    if (++*count > LIMIT_PROBLEMS)
        return;
    fault.column = str_copy(i->arena, column_head(i, fault.column));
    fault.given = fault.given.p ? str_copy(i->arena, fault.given) : STR("");
    fault.own_words = fault.own_words.p ? str_copy(i->arena, fault.own_words) : STR("");
    fault.what = arena_printf(i->arena, "%s", fault.what);
    *list_push(i->arena, &r->faults) = fault;
}

static const Field *titled(const Book *book, Str title)
{
    for (size_t n = 0; n < book->field_count; n++)
        if (str_eq(book->fields[n]->title, title))
            return book->fields[n];
    return NULL;
}

/* A required field that the file has no column for is said once, not in every row. */
static bool said_before(Import *i, const Fault *fault)
{
    const Field *f = titled(i->book, fault->column);
    if (!f || strcmp(fault->what, "fault.required") != 0)
        return false;
    for (size_t n = 0; n < i->column_count; n++)
        if (i->columns[n].field == f && i->columns[n].role == COLUMN_FIELD)
            return false;
    uint64_t bit = UINT64_C(1) << (f->number % 64);
    bool said = i->said_absent[f->number / 64] & bit;
    i->said_absent[f->number / 64] |= bit;
    return said;
}

static void take_faults(Import *i, const Faults *faults)
{
    for (size_t n = 0; n < faults->n; n++)
        if (!said_before(i, &faults->at[n]))
            import_fault(i, faults->at[n]);
}

/* ---- what a row would do ---- */

static bool same_value(const Field *f, const uint64_t *a_known, const int64_t *a_nums,
                       const Str *a_texts, const RecordEdit *b)
{
    int32_t n = f->number;
    bool known = known_has(a_known, n);
    if (known != known_has(b->known, n))
        return false;
    if (!known)
        return true;
    return type_is_number(f->type) ? a_nums[n] == b->nums[n] : str_eq(a_texts[n], b->texts[n]);
}

static void take_hidden(Work *w, const CanonView *v, const RecordEdit *into)
{
    size_t n = canon_ints_size(v, "n");
    for (size_t k = 0; k + 1 < n; k += 2) {
        int64_t field = canon_ints_at(v, "n", k);
        if (field < into->book->field_room) {
            into->nums[field] = canon_ints_at(v, "n", k + 1);
            into->known[field / 64] |= UINT64_C(1) << (field % 64);
        }
    }
    const CanonView *texts = canon_get_part(v, "t");
    for (size_t k = 0; texts && k < canon_key_count(texts); k++) {
        char *key = str_z(w->arena, canon_key(texts, k));
        int64_t field;
        Str text;
        if (num_parse_int(str_of(key), &field) && field < into->book->field_room &&
            canon_get_text(texts, key, &text)) {
            into->texts[field] = str_copy(w->arena, text);
            into->known[field / 64] |= UINT64_C(1) << (field % 64);
        }
    }
}

/* Private values stand in the parts of the fact, never in the row. A field that the edit leaves
 * open is carried on by record_put and so is the same. */
static bool same_hidden(Import *i, const RecordRow *before, const RecordEdit *edit, bool *ret)
{
    bool any = false;
    for (size_t n = 0; n < i->book->field_count; n++) {
        const Field *f = i->book->fields[n];
        any = any || (field_is_private(f) && known_has(edit->known, f->number));
    }
    *ret = true;
    if (!any)
        return true;
    RecordEdit held = record_edit_new(i->w->arena, i->book);
    FactWalk *walk = fact_walk(i->w, i->core->store.db, before->seq, before->seq + 1);
    TRY(walk);
    Fact fact = { 0 };
    bool more = false;
    TRY(fact_next(i->w, walk, &fact, &more));
    for (size_t n = 0; more && n < fact.hidden_count; n++) {
        const CanonView *v = fact.hidden[n].body.n ? canon_read(i->w, fact.hidden[n].body) : NULL;
        if (v)
            take_hidden(i->w, v, &held);
    }
    Fact end = { 0 };
    TRY(!more || fact_next(i->w, walk, &end, &more));
    for (size_t n = 0; n < i->book->field_count; n++) {
        const Field *f = i->book->fields[n];
        if (field_is_private(f) && known_has(edit->known, f->number))
            *ret = *ret && same_value(f, held.known, held.nums, held.texts, edit);
    }
    return true;
}

static bool same_open(const RecordRow *before, const RecordEdit *edit)
{
    const Book *book = edit->book;
    for (size_t n = 0; n < book->field_count; n++) {
        const Field *f = book->fields[n];
        if (!f->computed && !field_is_private(f) &&
            !same_value(f, before->known, before->nums, before->texts, edit))
            return false;
    }
    return before->parent == edit->parent;
}

static bool effect_of(Import *i, const RecordRow *before, const RecordEdit *edit, RowEffect *ret)
{
    *ret = ROW_ADDED;
    if (!before || before->state == RECORD_VOID)
        return true;
    *ret = ROW_CHANGED;
    bool hidden = true;
    if (before->state == RECORD_RETURNED || !same_open(before, edit))
        return true;
    TRY(same_hidden(i, before, edit, &hidden));
    *ret = hidden ? ROW_SAME : ROW_CHANGED;
    return true;
}

/* ---- registers without a key: a row that says what another says is that row ---- */

typedef struct Twin {
    int64_t seq; /* its fact, where private values stand */
    struct Twin *next;
} Twin;

static Str content_key(Arena *arena, const Book *book, int32_t unit, int64_t parent,
                       const uint64_t *known, const int64_t *nums, const Str *texts)
{
    Buf out = buf_open(arena, 1 << 20);
    buf_put(&out, (Str){ (const char *)&unit, sizeof unit });
    buf_put(&out, (Str){ (const char *)&parent, sizeof parent });
    for (size_t n = 0; n < book->field_count; n++) {
        const Field *f = book->fields[n];
        if (f->computed || field_is_private(f))
            continue;
        bool has = known_has(known, f->number);
        buf_putc(&out, has ? '+' : '-');
        if (!has)
            continue;
        uint64_t length = type_is_number(f->type) ? 8 : texts[f->number].n;
        buf_put(&out, (Str){ (const char *)&length, 8 });
        buf_put(&out, type_is_number(f->type) ? (Str){ (const char *)&nums[f->number], 8 }
                                              : texts[f->number]);
    }
    return buf_str(&out);
}

static bool is_keyless(const Book *book)
{
    return book->form != BOOK_PER && !book->row_key_count;
}

static bool load_content(Import *i)
{
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    i->content = map_open(i->arena);
    if (!is_keyless(i->book))
        return true;
    TRY(records_rows(i->w, i->core, i->book, KNOWN_NOW, &rows, &n));
    for (size_t k = n; k-- > 0;) {
        const RecordRow *row = rows[k];
        Str key = content_key(i->arena, i->book, row->unit, row->parent, row->known, row->nums,
                              row->texts);
        Twin *twin = arena_new(i->arena, Twin);
        *twin = (Twin){ .seq = row->seq, .next = map_find(&i->content, key) };
        map_put(&i->content, key, twin);
    }
    return true;
}

/* Takes an existing row that says the same out of the pool; a second such line is a second row. */
static bool find_twin(Import *i, const RecordEdit *edit, bool *ret)
{
    *ret = false;
    if (!is_keyless(i->book) || edit->ord || edit->nil)
        return true;
    Str key = content_key(i->w->arena, i->book, edit->unit, edit->parent, edit->known, edit->nums,
                          edit->texts);
    Twin *twin = map_find(&i->content, key);
    if (!twin)
        return true;
    RecordRow row = { .seq = twin->seq };
    TRY(same_hidden(i, &row, edit, ret));
    if (*ret)
        map_put(&i->content, str_copy(i->arena, key), twin->next);
    return true;
}

/* ---- the same place twice in one file ---- */

static Str place_key(Arena *arena, const RecordEdit *edit)
{
    const Book *book = edit->book;
    Buf out = buf_open(arena, 1 << 16);
    bool placed = book->form == BOOK_PER || (edit->ord && !book->row_key_count);
    if (!placed && !book->row_key_count)
        return STR("");
    const int64_t head[] = { edit->unit, edit->period, placed ? edit->ord : edit->parent, placed };
    buf_put(&out, (Str){ (const char *)head, sizeof head });
    for (size_t n = 0; !placed && n < book->row_key_count; n++) {
        const Field *f = book->row_key[n];
        if (type_is_number(f->type))
            buf_put(&out, (Str){ (const char *)&edit->nums[f->number], 8 });
        else
            buf_put(&out, edit->texts[f->number]);
        buf_putc(&out, '\0');
    }
    return buf_str(&out);
}

static bool seen_before(Import *i, const Filled *filled, const RecordEdit *edit)
{
    Str key = place_key(i->w->arena, edit);
    if (!key.n)
        return false;
    const int64_t *line = map_find(&i->seen, key);
    if (line) {
        Fault fault = { .row = filled->row, .column = STR("unit"), .given = filled->unit };
        fault.what = arena_printf(i->w->arena, "import.twice line=%lld", (long long)*line);
        import_fault(i, fault);
        return true;
    }
    map_put(&i->seen, str_copy(i->arena, key),
            arena_copy(i->arena, &filled->row, sizeof filled->row));
    return false;
}

/* ---- one row ---- */

static void compare_name(Import *i, const Filled *filled, Str name, int32_t unit, int64_t period)
{
    Period p;
    int32_t day = work_today(i->w);
    if (period_of_code(period, &p) && p.last_day < day)
        day = p.last_day;
    Str known = unit_name(i->core->units, unit, day, KNOWN_NOW);
    if (!name.n || str_eq(name, known))
        return;
    const char *what = arena_printf(i->w->arena, "import.other_name name=%.*s", STR_ARG(known));
    import_fault(i, (Fault){ .row = filled->row,
                             .column = i->columns[i->name_at].head,
                             .given = name,
                             .what = what,
                             .warning = true });
}

bool import_judge(Import *i, const Filled *filled, Str unit_name_given, RecordEdit *ret_edit,
                  RowEffect *ret)
{
    Faults faults = { 0 };
    bool ok = false;
    *ret = ROW_REFUSED;
    TRY(book_judge(i->w, i->core, i->judge, i->book, filled, i->ask->seat, i->ask->period, ret_edit,
                   &faults, &ok));
    take_faults(i, &faults);
    if (!ok || seen_before(i, filled, ret_edit))
        return true;
    compare_name(i, filled, unit_name_given, ret_edit->unit, ret_edit->period);
    const RecordRow *before = NULL;
    bool twin = false;
    if (i->book->form == BOOK_PER || ret_edit->ord)
        before = record_find(i->w, i->core, i->book, ret_edit->unit, ret_edit->period,
                             ret_edit->ord, KNOWN_NOW);
    else
        TRY(find_twin(i, ret_edit, &twin));
    if (i->w->err.code != ERR_NONE)
        return false;
    *ret = ROW_SAME;
    if (!twin)
        TRY(effect_of(i, before, ret_edit, ret));
    if (*ret == ROW_ADDED || *ret == ROW_CHANGED)
        import_differs(i, filled->row, *ret == ROW_CHANGED ? before : NULL, ret_edit);
    return true;
}

void import_count(Import *i, RowEffect effect)
{
    ImportReport *r = i->report;
    switch (effect) {
    case ROW_REFUSED: r->refused++; break;
    case ROW_SAME: r->same++; break;
    case ROW_ADDED: r->added++; break;
    case ROW_CHANGED: r->changed++; break;
    }
}

/* ---- does a row stand alone? ---- */

bool import_row_only(const Expr *e, const Book *book)
{
    if (!e)
        return true;
    switch (e->op) {
    case EXPR_AGG:
    case EXPR_FIGURE:
    case EXPR_CELL:
    case EXPR_SHIFT:
    case EXPR_AT:
    case EXPR_ATTR:
    case EXPR_STATE:
    case EXPR_ROW_DATE: return false;
    case EXPR_FIELD:
        if (e->outer || e->book != book ||
            (e->field->computed && !import_row_only(e->field->computed, book)))
            return false;
        break;
    default: break;
    }
    bool plain = e->shift_count == 0 && (e->op != EXPR_CALL || e->call <= CALL_STEP);
    for (size_t n = 0; plain && n < e->arg_count; n++)
        plain = import_row_only(e->args[n], book);
    return plain;
}

static bool stands_alone(const Book *book)
{
    bool alone = import_row_only(book->where, book);
    for (size_t n = 0; alone && n < book->check_count; n++)
        alone = import_row_only(book->checks[n].expr, book);
    for (size_t n = 0; alone && n < book->field_count; n++) {
        const Field *f = book->fields[n];
        alone = import_row_only(f->computed, book) && import_row_only(f->low, book) &&
                import_row_only(f->high, book) && import_row_only(f->required_when, book) &&
                !f->unique && !f->unique_in_unit;
    }
    return alone;
}

/* ---- the trial ---- */

typedef struct TrialRow {
    Filled filled;
    Str name;
    int64_t order; /* last day of its period */
} TrialRow;
typedef list_of(TrialRow) TrialRows;

static Str copy_text(Arena *arena, Str s)
{
    return s.n ? str_copy(arena, s) : STR("");
}

static int64_t order_of(const Import *i, Str text)
{
    Period p = i->ask->period;
    if (!text.n || !period_parse(text, &p))
        return p.kind == PERIOD_NONE ? 0 : p.last_day;
    return p.last_day;
}

/* A cell that shows no value is a fault of the row; the row is not judged further. */
static bool complain(Import *i, const SheetRow *row)
{
    bool bad = false;
    for (size_t n = 0; row->complaints && n < i->column_count && n < row->n; n++) {
        if (!row->complaints[n] || i->columns[n].role == COLUMN_SKIP)
            continue;
        bad = true;
        import_fault(i, (Fault){ .row = row->line,
                                 .column = i->columns[n].head,
                                 .given = row->cells[n],
                                 .what = row->complaints[n] });
    }
    return bad;
}

/* Text to the right of the last titled column belongs to nothing. */
static bool overhangs(Import *i, const SheetRow *row)
{
    for (size_t n = i->column_count; n < row->n; n++)
        if (str_trim(row->cells[n]).n) {
            import_fault(i, (Fault){ .row = row->line,
                                     .column = STR(""),
                                     .given = row->cells[n],
                                     .what = "import.overhang" });
            return true;
        }
    return false;
}

static Str name_of(const Import *i, const SheetRow *row)
{
    return i->name_at < row->n ? str_trim(row->cells[i->name_at]) : STR("");
}

/* The cells of a .csv stay where they are; those of a workbook live for one step only. */
static bool keep_row(Import *i, const SheetRow *row, void *to)
{
    TrialRows *rows = to;
    bool blank, borrowed = sheet_csv(i->sheet) != NULL;
    Filled f = import_filled(i, row, i->w->arena, &blank);
    if (blank) {
        i->report->blank += f.unit.n > 0;
        return true;
    }
    Cell *cells = arena_array(i->arena, Cell, f.cell_count + 1);
    for (size_t n = 0; n < f.cell_count; n++) {
        Str text = f.cells[n].text;
        cells[n] = (Cell){ f.cells[n].column, borrowed ? text : copy_text(i->arena, text) };
    }
    f.cells = cells;
    f.unit = copy_text(i->arena, f.unit);
    f.period = copy_text(i->arena, f.period);
    *list_push(i->arena, rows) =
        (TrialRow){ f, copy_text(i->arena, name_of(i, row)), order_of(i, f.period) };
    if (arena_over(i->arena))
        return fail(i->w, ERR_LIMIT, "work.too_much_memory bytes=%zu", arena_total(i->arena));
    return true;
}

/* Every row below the titles, but for those that are no row of this table. */
static bool walk_rows(Import *i, bool (*take)(Import *i, const SheetRow *row, void *to), void *to)
{
    SheetRow row;
    bool more = true;
    TRY(sheet_rewind(i->w, i->sheet));
    while (!import_full(i)) {
        ARENA_SCOPE(i->w->arena);
        TRY(sheet_next(i->w, i->sheet, &row, &more));
        if (!more)
            break;
        if (row.line <= i->data_line)
            continue;
        bool bad = complain(i, &row);
        bad = overhangs(i, &row) || bad;
        i->report->rows += bad;
        i->report->refused += bad;
        TRY(bad || take(i, &row, to));
    }
    return true;
}

static int by_order(const void *a, const void *b)
{
    const TrialRow *x = a;
    const TrialRow *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->filled.row > y->filled.row) - (x->filled.row < y->filled.row);
}

/* A new case begins with the move that its flow lets the importing seat make. */
static bool begin_case(Import *i, const TrialRow *row, RecordEdit *edit, RowEffect *effect)
{
    Work *w = i->w;
    Str words = { 0 };
    if (*effect != ROW_ADDED || !i->book->cases)
        return true;
    bool ok = i->ask->begin ? i->ask->begin(w, i->ask->self, i->ask->seat, edit, &words)
                            : fail(w, ERR_FORBIDDEN, "fault.right");
    if (ok)
        return true;
    if (w->err.code != ERR_BAD_INPUT && w->err.code != ERR_FORBIDDEN)
        return false;
    bool denied = w->err.code == ERR_FORBIDDEN;
    const char *what = denied ? "fault.right" : arena_printf(w->arena, "%s", w->err.what);
    work_clear(w);
    import_fault(i, (Fault){ .row = row->filled.row, .what = what, .own_words = words });
    *effect = ROW_REFUSED;
    return true;
}

static bool try_row(Import *i, const TrialRow *row, bool puts)
{
    ARENA_SCOPE(i->w->arena);
    RecordEdit edit = { 0 };
    RowEffect effect;
    TRY(import_judge(i, &row->filled, row->name, &edit, &effect));
    TRY(begin_case(i, row, &edit, &effect));
    i->report->rows++;
    import_count(i, effect);
    if (!puts || (effect != ROW_ADDED && effect != ROW_CHANGED))
        return true;
    int64_t seq = 0;
    TRY(record_put(i->w, i->core, &edit, &seq));
    return blobs_claim(i->w, i->core, &edit, seq);
}

/* A row that stands alone needs no order: it is judged as it is read. */
static bool try_read(Import *i, const SheetRow *row, void *puts)
{
    bool blank;
    TrialRow r = { .filled = import_filled(i, row, i->w->arena, &blank), .name = name_of(i, row) };
    if (!blank)
        return try_row(i, &r, *(const bool *)puts);
    i->report->blank += r.filled.unit.n > 0;
    return true;
}

static bool try_rows(Import *i, bool puts)
{
    TrialRows rows = { 0 };
    TRY(load_content(i));
    if (stands_alone(i->book))
        return walk_rows(i, try_read, &puts);
    TRY(walk_rows(i, keep_row, &rows));
    if (rows.n > 1)
        qsort(rows.at, rows.n, sizeof *rows.at, by_order);
    for (size_t n = 0; n < rows.n && !import_full(i); n++)
        TRY(try_row(i, &rows.at[n], puts));
    return true;
}

static void forget_counts(Import *i, size_t titles)
{
    ImportReport *r = i->report;
    r->rows = r->added = r->changed = r->same = r->refused = r->blank = 0;
    r->faults.n = titles;
    i->errors = i->warnings = 0;
    i->differences.n = 0;
    i->seen = map_open(i->arena);
}

/* In a batch what was put cannot be taken back alone: so it is judged first where that can be done
 * without writing, and only else is the caller's act spoiled by a fault. */
static bool trial_within(Import *i)
{
    ImportReport *r = i->report;
    size_t titles = r->faults.n;
    if (stands_alone(i->book) && !i->judged) {
        TRY(try_rows(i, false));
        if (i->ask->dry_run || i->errors || r->added + r->changed == 0)
            return true;
        forget_counts(i, titles);
    }
    TRY(try_rows(i, true));
    r->written = !i->ask->dry_run && !i->errors && r->added + r->changed > 0;
    return true;
}

static bool trial(Import *i)
{
    bool dry = i->ask->dry_run;
    if (i->ask->within)
        return trial_within(i);
    if (dry && stands_alone(i->book))
        return try_rows(i, false);
    TRY(core_begin(i->w, i->core, NULL));
    int32_t seat = i->core->seat, person = i->core->person;
    i->core->seat = i->ask->seat;
    i->core->person = i->ask->seat ? seat_person(i->core, i->ask->seat, work_today(i->w)) : 0;
    bool ok = try_rows(i, true);
    bool keep = ok && !dry && !i->errors && i->report->added + i->report->changed > 0;
    if (keep)
        keep = ok = core_commit(i->w, i->core);
    i->core->seat = seat;
    i->core->person = person;
    i->report->written = keep;
    if (!keep && !core_rollback(i->w, i->core))
        return false;
    return ok;
}

/* ---- the whole ---- */

static bool run(Import *i)
{
    TRY(import_columns(i));
    if (i->errors)
        return true;
    if (import_is_fast(i)) {
        size_t titles = i->report->faults.n;
        TRY(import_fast(i));
        bool idle = i->report->added + i->report->changed == 0;
        if (i->errors || i->ask->dry_run || idle)
            return true;
        forget_counts(i, titles);
        i->judged = true;
    }
    return trial(i);
}

static int by_difference(const void *a, const void *b)
{
    const Difference *x = a;
    const Difference *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

static Str difference_text(Import *i)
{
    Buf out = buf_open(i->w->arena, DIFFERENCE_MAX);
    if (i->differences.n > 1)
        qsort(i->differences.at, i->differences.n, sizeof *i->differences.at, by_difference);
    for (size_t n = 0; n < i->differences.n && n < DIFFERENCES; n++)
        buf_put(&out, i->differences.at[n].text);
    return buf_str(&out);
}

static int by_line(const void *a, const void *b)
{
    const Fault *x = *(const Fault *const *)a;
    const Fault *y = *(const Fault *const *)b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x > y) - (x < y);
}

/* The report outlives the import; it goes by the lines of the file. */
static void hand_over(Import *i)
{
    ImportReport *r = i->report;
    Arena *arena = i->w->arena;
    Faults faults = { 0 };
    const Fault **order = arena_array(arena, const Fault *, r->faults.n + 1);
    for (size_t n = 0; n < r->faults.n; n++)
        order[n] = &r->faults.at[n];
    qsort(order, r->faults.n, sizeof *order, by_line);
    for (size_t n = 0; n < r->faults.n; n++) {
        Fault f = *order[n];
        f.column = str_copy(arena, f.column);
        f.given = str_copy(arena, f.given);
        f.own_words = str_copy(arena, f.own_words);
        f.what = arena_printf(arena, "%s", f.what);
        *list_push(arena, &faults) = f;
    }
    r->faults = faults;
    r->difference = difference_text(i);
    r->errors = (int64_t)i->errors;
}

static void close_arena(Arena **arena)
{
    arena_close(*arena);
}

bool book_import(Work *w, Core *core, const Judge *judge, const ImportAsk *ask, ImportReport *ret)
{
    CHECK(core->changing == ask->within);
    *ret = (ImportReport){ .dry_run = ask->dry_run };
    Arena *arena CLEANUP(close_arena) = arena_open(IMPORT_ARENA, (size_t)IMPORT_ARENA * 4);
    Sheet *sheet CLEANUP(sheet_close) = ask->bytes.p ? sheet_of(w, ask->bytes, ask->book->title)
                                                     : sheet_open(w, ask->file, ask->book->title);
    TRY(sheet);
    Import i = { .w = w, .core = core, .judge = judge, .ask = ask, .book = ask->book };
    i.report = ret;
    i.arena = arena;
    i.sheet = sheet;
    i.said_absent = arena_array(arena, uint64_t, (size_t)ask->book->field_room / 64 + 1);
    i.seen = map_open(arena);
    bool ok = run(&i);
    ret->converted = sheet_was_gbk(sheet);
    if (ok)
        hand_over(&i);
    return ok;
}
