/* Judging a filled row completely: every fault at once, in the words of the clerk who reads them.
 *
 * The row is read (unit, period, cells), laid over what is there, completed (defaults, computed
 * fields) and then asked everything the book asks of it, as if it were accepted. */
#include "book/judge_int.h"

/* The identifier behind the title that a complaint shows. */
static Str name_of_column(const Book *book, Str column)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->title.p == column.p || str_eq(book->fields[i]->title, column))
            return book->fields[i]->name;
    for (size_t i = 0; i < book->key_count; i++)
        if (str_eq(book->keys[i]->title, column))
            return book->keys[i]->name;
    return book->parent && str_eq(book->parent->title, column) ? STR("parent") : column;
}

void judge_fault(Reading *r, Str column, Str given, const char *what)
{
    *list_push(r->w->arena, r->faults) = (Fault){ .row = r->filled->row,
                                                  .column = column,
                                                  .given = given,
                                                  .what = what,
                                                  .field = name_of_column(r->book, column) };
    r->errors++;
}

static void warning(Reading *r, Str column, Str given, const char *what)
{
    judge_fault(r, column, given, what);
    r->faults->at[r->faults->n - 1].warning = true;
    r->errors--;
}

static void put_bit(uint64_t *known, int32_t n, bool on)
{
    known[n / 64] &= ~(UINT64_C(1) << (n % 64));
    if (on)
        known[n / 64] |= UINT64_C(1) << (n % 64);
}

/* ---- where and when ---- */

static bool is_return(const Book *book)
{
    return book->form == BOOK_PER;
}

static bool has_period(const Book *book)
{
    return book->every != PERIOD_NONE || book->every_book;
}

/* A period of one's own ("#3") is a row of the book that gives the periods. */
static bool read_record_period(Reading *r, Str text)
{
    int64_t ord = 0;
    Str digits = str_starts(text, STR("#")) ? str_sub(text, 1, text.n) : text;
    const RecordRow *row = NULL;
    if (num_parse_int(digits, &ord) && ord > 0)
        row = record_find(r->w, r->core, r->book->every_book, 0, 0, ord, KNOWN_NOW);
    if (!row || row->state == RECORD_VOID)
        return false;
    const Field *from = r->book->every_book->lives_from, *to = r->book->every_book->lives_to;
    int32_t first =
        from && row_known(row, from->number) ? (int32_t)row->nums[from->number] : row->entered_day;
    int32_t last = to && row_known(row, to->number) ? (int32_t)row->nums[to->number] : DAY_FOREVER;
    r->period = (Period){ PERIOD_RECORD, first, last, PERIOD_RECORD_BASE + ord };
    return true;
}

static PeriodKind period_asked(const Reading *r)
{
    bool nil = !is_return(r->book) && r->book->nil_every != PERIOD_NONE && !r->filled->cell_count;
    return nil ? r->book->nil_every : r->book->every;
}

static void read_period(Reading *r, Period fallback)
{
    Str text = str_trim(r->filled->period);
    const Book *book = r->book;
    if (fallback.kind == PERIOD_RECORD && !text.n)
        text = str_printf(r->w->arena, "#%lld", (long long)(fallback.code - PERIOD_RECORD_BASE));
    if (book->every_book) {
        if (!read_record_period(r, text))
            judge_fault(r, STR("period"), text, "fault.period.record");
        return;
    }
    PeriodKind kind = period_asked(r);
    r->period = (Period){ .kind = PERIOD_NONE };
    if (kind == PERIOD_NONE)
        return;
    r->period = fallback;
    if (text.n && !period_parse(text, &r->period)) {
        r->period = (Period){ .kind = PERIOD_NONE };
        judge_fault(r, STR("period"), text, "fault.period.unreadable");
        return;
    }
    if (r->period.kind == kind)
        return;
    Str given = text.n ? text : period_print(r->w->arena, r->period);
    judge_fault(r, STR("period"), given,
                arena_printf(r->w->arena, "fault.period.%s", period_kind_name(kind)));
    r->period = (Period){ .kind = PERIOD_NONE };
}

/* What happened while the pack was in force may be entered late; what happened later is not asked.
 * A life may have begun long before the pack. */
static void check_own_day(Reading *r)
{
    const Pack *pack = r->book->pack;
    int32_t day = r->own_day ? r->own_day : work_today(r->w);
    bool early = day < pack->first_day && !(r->own_day && r->book->lives_from);
    if (early || day > pack->last_day)
        judge_fault(r, STR(""), STR(""), "fault.expired");
}

static void check_period(Reading *r)
{
    const Pack *pack = r->book->pack;
    int32_t today = work_today(r->w);
    if (r->period.kind == PERIOD_NONE) {
        if (!has_period(r->book)) /* else it could not be read, which was said */
            check_own_day(r);
        return;
    }
    Str text = period_print(r->w->arena, r->period);
    if (r->period.last_day < pack->first_day || r->period.first_day > pack->last_day)
        judge_fault(r, STR("period"), text, "fault.expired");
    else if (r->period.first_day > today)
        judge_fault(r, STR("period"), text, "fault.closed.not_begun");
    else if (r->book->due.kind == DUE_AFTER_END && r->period.last_day >= today)
        judge_fault(r, STR("period"), text, "fault.closed.not_over");
}

/* The date that places a register's row, read ahead: its unit is looked up on that day. */
static void read_own_day(Reading *r)
{
    const Field *field = r->book->dated ? r->book->dated : r->book->lives_from;
    if (!field || field->type.kind != TYPE_DATE)
        return;
    for (size_t i = 0; i < r->filled->cell_count; i++) {
        const Cell *cell = &r->filled->cells[i];
        if (str_eq(cell->column, field->name) || str_eq(cell->column, field->title))
            (void)day_parse(cell->text, &r->own_day);
    }
}

bool book_number_column(const Book *book, Str column)
{
    bool named = str_is(column, "编号") && !judge_column(book, column);
    return named || str_is(column, "#") || str_is(column, "no_");
}

/* A row that a unit left behind is corrected as of the row's own day, which lies in the unit's
 * life: the seat of its successor answers for it. */
static bool read_left_row(Reading *r)
{
    const Book *book = r->book;
    const Field *field = book->dated ? book->dated : book->lives_from;
    int64_t ord = 0;
    for (size_t i = 0; i < r->filled->cell_count; i++)
        if (book_number_column(book, r->filled->cells[i].column))
            (void)num_parse_int(str_trim(r->filled->cells[i].text), &ord);
    const RecordRow *row =
        ord > 0 ? record_find(r->w, r->core, book, r->unit, 0, ord, KNOWN_NOW) : NULL;
    if (!row || row->unit != r->unit || row->state == RECORD_VOID)
        return r->w->err.code == ERR_NONE;
    int32_t day = row->entered_day;
    if (r->own_day)
        day = r->own_day;
    else if (field && row_known(row, field->number))
        day = (int32_t)row->nums[field->number];
    if (unit_alive(r->core->units, r->unit, day, KNOWN_NOW))
        r->day = day;
    return true;
}

static bool read_unit(Reading *r)
{
    const Units *units = r->core->units;
    int32_t today = work_today(r->w);
    bool timed = r->period.kind != PERIOD_NONE && r->period.last_day < today;
    read_own_day(r);
    bool past = r->own_day && r->own_day < today && !r->book->lives_from;
    r->day = timed ? r->period.last_day : past ? r->own_day : today;
    Str code = str_trim(r->filled->unit);
    r->unit = unit_find_code(units, code, r->day, KNOWN_NOW);
    if (r->unit == UNIT_NONE)
        r->unit = unit_find_code_ever(units, code, r->day);
    if (r->unit == UNIT_NONE) {
        judge_fault(r, STR("unit"), code, "fault.unit.unknown");
        return true;
    }
    if (!is_return(r->book) && !timed && !unit_alive(units, r->unit, r->day, KNOWN_NOW))
        TRY(read_left_row(r));
    int32_t first = timed ? r->period.first_day : r->day;
    if (!unit_alive_during(units, r->unit, first, r->day, KNOWN_NOW)) {
        judge_fault(r, STR("unit"), code, "fault.closed.unit");
        return true;
    }
    int32_t kind = unit_kind(units, r->unit, r->day, KNOWN_NOW);
    if (!kind) /* it ended within the period */
        kind = unit_kind(units, r->unit, first, KNOWN_NOW);
    bool fits = r->book->form == BOOK_UNDER;
    for (size_t i = 0; i < r->book->kind_count; i++)
        fits = fits || r->book->kinds[i]->number == kind;
    if (!fits)
        judge_fault(r, STR("unit"), code, "fault.unit.kind");
    return true;
}

/* ---- columns ---- */

const Field *judge_column(const Book *book, Str column)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->name.p == column.p) /* an import names fields by their own names */
            return book->fields[i];
    for (size_t i = 0; i < book->field_count; i++)
        if (str_eq(book->fields[i]->name, column) || str_eq(book->fields[i]->title, column))
            return book->fields[i];
    return NULL;
}

static const List *key_of_column(const Book *book, Str column, size_t *ret_at)
{
    for (size_t i = 0; i < book->key_count; i++)
        if (str_eq(book->keys[i]->name, column) || str_eq(book->keys[i]->title, column)) {
            *ret_at = i;
            return book->keys[i];
        }
    return NULL;
}

static bool is_parent_column(const Book *book, Str column)
{
    return book->parent &&
           (str_is(column, "parent") || str_is(column, "所属") ||
            str_eq(book->parent->name, column) || str_eq(book->parent->title, column));
}

/* `until N`: not to be chosen any more from version N on; what was filed before stays. */
static bool is_retired(const Reading *r, const Item *item)
{
    return item && item->until && r->book->pack->version >= item->until;
}

/* Keys of a return, the number of a register's row, the parent of a detail row. */
static void read_place(Reading *r)
{
    const Book *book = r->book;
    int32_t *items = arena_array(r->w->arena, int32_t, book->key_count + 1);
    size_t at = 0;
    for (size_t i = 0; i < r->filled->cell_count; i++) {
        const Cell *cell = &r->filled->cells[i];
        Str text = str_trim(cell->text);
        const List *list = key_of_column(book, cell->column, &at);
        int64_t ord = 0;
        if (list) {
            const Item *item = item_named(list, text);
            if (item)
                items[at] = item->number;
            if (is_retired(r, item))
                judge_fault(r, list->title, text, "fault.closed.item");
            if (!item)
                judge_fault(r, list->title, text, "fault.type.key");
        } else if (book_number_column(book, cell->column) && text.n && !is_return(book)) {
            Str digits = str_starts(text, STR("#")) ? str_sub(text, 1, text.n) : text;
            if (num_parse_int(digits, &ord) && ord > 0)
                r->edit.ord = ord;
            else
                judge_fault(r, cell->column, text, "fault.type.record");
        } else if (is_parent_column(book, cell->column)) {
            Str digits = str_starts(text, STR("#")) ? str_sub(text, 1, text.n) : text;
            const RecordRow *up = NULL;
            if (num_parse_int(digits, &ord) && ord > 0)
                up = record_find(r->w, r->core, book->parent, r->unit, 0, ord, KNOWN_NOW);
            if (up && up->unit == r->unit && up->state != RECORD_VOID)
                r->edit.parent = ord;
            else
                judge_fault(r, book->parent->title, text, "fault.type.record");
        }
    }
    for (size_t i = 0; i < book->key_count; i++)
        if (!items[i]) {
            judge_fault(r, book->keys[i]->title, STR(""), "fault.required.key");
            items[i] = 1;
        }
    if (is_return(book))
        r->edit.ord = book_ord(book, items);
    if (book->form == BOOK_UNDER && !r->edit.parent && !r->edit.ord)
        judge_fault(r, book->parent->title, STR(""), "fault.required.parent");
}

void judge_unknown(Reading *r, const Cell *cell)
{
    const Book *book = r->book;
    Str *titles = arena_array(r->w->arena, Str, book->field_count + 1);
    for (size_t i = 0; i < book->field_count; i++)
        titles[i] = book->fields[i]->title;
    Str near = nearest_name(titles, book->field_count, cell->column);
    const char *what = "fault.column.unknown";
    if (near.n)
        what = arena_printf(r->w->arena, "fault.column.near near=%.*s", STR_ARG(near));
    judge_fault(r, cell->column, cell->text, what);
}

/* A row of the same `key` in the unit is the one that is meant. */
static bool same_key(const Book *book, const RecordEdit *edit, const RecordRow *row)
{
    for (size_t i = 0; i < book->row_key_count; i++) {
        const Field *f = book->row_key[i];
        bool known = known_has(edit->known, f->number);
        if (!known || !row_known(row, f->number))
            return false;
        if (type_is_number(f->type) ? edit->nums[f->number] != row->nums[f->number]
                                    : !str_eq(edit->texts[f->number], row->texts[f->number]))
            return false;
    }
    return row->unit == edit->unit && row->parent == edit->parent;
}

static bool find_by_key(Reading *r)
{
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    if (is_return(r->book) || r->edit.ord || !r->book->row_key_count || r->errors)
        return true;
    TRY(records_rows(r->w, r->core, r->book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (same_key(r->book, &r->edit, rows[i])) {
            r->edit.ord = rows[i]->ord;
            r->before = rows[i];
        }
    return true;
}

void judge_cell(Reading *r, const Field *f, Str text)
{
    RecordEdit *e = &r->edit;
    int64_t num = 0;
    Str parsed = { 0 };
    const char *what = NULL;
    if (!text.n) {
        put_bit(e->known, f->number, false);
        e->nums[f->number] = 0;
        e->texts[f->number] = (Str){ NULL, 0 };
        return;
    }
    if (!cell_parse(r->w, r->core, f, text, r->day, &num, &parsed, &what)) {
        judge_fault(r, f->title, text, what);
        put_bit(r->bad, f->number, true);
        return;
    }
    bool same = known_has(e->known, f->number) && e->nums[f->number] == num;
    if (!same && f->type.kind == TYPE_ITEM &&
        is_retired(r, list_item_number(f->type.list, (int32_t)num)))
        judge_fault(r, f->title, text, "fault.closed.item");
    put_bit(e->known, f->number, true);
    e->nums[f->number] = num;
    e->texts[f->number] = parsed;
}

/* What a move asks is told by a move; a made number is given by the kernel, but for what the system
 * itself brings in from elsewhere. A table that came out may be laid in again as it is. */
static bool keeps_out(Reading *r, const Field *f, Str text)
{
    if (!f->of_move && !(f->made.n && (r->seat || r->filled->granted)))
        return false;
    bool stands = r->before && r->before->state != RECORD_VOID && row_known(r->before, f->number);
    Str now = stands ? cell_print(r->w, r->core, f, r->before, r->day) : STR("");
    if (!str_eq(text, now))
        judge_fault(r, f->title, text, f->of_move ? "fault.closed.of_move" : "fault.closed.made");
    return true;
}

static void read_cells(Reading *r)
{
    const Book *book = r->book;
    size_t at;
    for (size_t i = 0; i < r->filled->cell_count; i++) {
        const Cell *cell = &r->filled->cells[i];
        const Field *f = judge_column(book, cell->column);
        Str text = str_trim(cell->text);
        if (!f && !key_of_column(book, cell->column, &at) &&
            !book_number_column(book, cell->column) && !is_parent_column(book, cell->column))
            judge_unknown(r, cell);
        if (!f)
            continue;
        if (f->computed && text.n)
            warning(r, f->title, text, "fault.computed");
        else if (!f->computed && !keeps_out(r, f, text))
            judge_cell(r, f, text);
    }
}

/* The number is a row of another unit: nothing of it is laid under, and whoever does not write
 * there is told what they would be told of a number that nothing has. */
static bool another_units(Reading *r)
{
    int32_t unit = r->before->unit;
    r->before = NULL;
    bool writes = right_check(r->w, r->core, r->seat, r->book, unit, work_today(r->w));
    if (!writes && r->w->err.code != ERR_FORBIDDEN)
        return false;
    work_clear(r->w);
    if (writes)
        judge_fault(r, STR("unit"), r->filled->unit, "fault.unit.other");
    else
        judge_fault(r, STR("#"), STR(""), "fault.type.record");
    r->denied = writes; /* nothing more is to be said of it */
    return true;
}

/* A case in a final state is corrected no more. */
static bool is_over(const Book *book, const RecordRow *row)
{
    if (!book->cases || !row->cas)
        return false;
    const Flow *flow = book->flow_type;
    for (size_t i = 0; i < flow->state_count; i++)
        if (flow->states[i].number == row->cas->state)
            return flow->states[i].final;
    return false;
}

/* What stands there already is kept where the filled row has no column for it. */
static bool lay_over(Reading *r)
{
    const Book *book = r->book;
    if (is_return(book) || r->edit.ord || r->edit.nil)
        r->before =
            record_find(r->w, r->core, book, r->unit, r->edit.period, r->edit.ord, KNOWN_NOW);
    if (r->w->err.code != ERR_NONE)
        return false;
    if (r->before && !is_return(book) && r->before->unit != r->unit && !PLANTED("other_row"))
        return another_units(r);
    if (!is_return(book) && r->edit.ord && !r->before)
        judge_fault(r, STR("#"), STR(""), "fault.type.record");
    if (!r->before || r->before->state == RECORD_VOID)
        return true;
    if (is_over(book, r->before)) {
        judge_fault(r, STR(""), STR(""), "fault.closed.over");
        r->denied = true;
        return true;
    }
    int64_t parent = r->edit.parent ? r->edit.parent : r->before->parent;
    r->edit = record_edit_of(r->w->arena, book, r->before);
    r->edit.parent = parent;
    return true;
}

/* ---- completing ---- */

static void fill_defaults(Reading *r)
{
    for (size_t i = 0; i < r->book->field_count; i++) {
        const Field *f = r->book->fields[i];
        const Expr *e = f->fallback;
        if (!e || e->op != EXPR_LITERAL || f->computed || known_has(r->edit.known, f->number))
            continue;
        Int128 value = e->number;
        if (type_is_number(f->type) &&
            !num_rescale(e->number, e->type.scale, f->type.scale, ROUND_HALF, &value))
            continue;
        put_bit(r->edit.known, f->number, true);
        r->edit.nums[f->number] = (int64_t)value;
        if (!type_is_number(f->type))
            r->edit.texts[f->number] = e->text;
    }
}

/* The row as checks see it: private values only as there or not there. */
void judge_after(Reading *r)
{
    const Book *book = r->book;
    const RecordEdit *e = &r->edit;
    bool open = r->before && r->before->state != RECORD_VOID;
    int64_t *nums = arena_copy(r->w->arena, e->nums, (size_t)book->field_room * sizeof *nums);
    Str *texts = arena_copy(r->w->arena, e->texts, (size_t)book->field_room * sizeof *texts);
    size_t words = ((size_t)book->field_room + 63) / 64;
    uint64_t *known = arena_copy(r->w->arena, e->known, words * 8);
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (!field_is_private(f))
            continue;
        nums[f->number] = 0;
        texts[f->number] = (Str){ NULL, 0 };
        if (open && row_known(r->before, f->number))
            put_bit(known, f->number, true);
    }
    r->after = (RecordRow){ .unit = r->unit,
                            .ord = e->ord,
                            .period = e->period,
                            .state = RECORD_FILED,
                            .pack = book->pack->version,
                            .seq = open ? r->before->seq : 0,
                            .gone = KNOWN_NOW,
                            .entered_day = open ? r->before->entered_day : work_today(r->w),
                            .parent = e->parent,
                            .nums = nums,
                            .known = known,
                            .texts = texts,
                            .past = open ? r->before->past : NULL,
                            .past_n = open ? r->before->past_n : 0,
                            .cas = open ? r->before->cas : NULL };
}

bool judge_computed(Reading *r)
{
    if (!r->judge || !r->judge->compute)
        return true;
    int64_t *nums =
        arena_copy(r->w->arena, r->after.nums, (size_t)r->book->field_room * sizeof *nums);
    size_t words = ((size_t)r->book->field_room + 63) / 64;
    uint64_t *known = arena_copy(r->w->arena, r->after.known, words * 8);
    TRY(r->judge->compute(r->w, r->judge->self, r->book, &r->after, nums, known));
    for (size_t i = 0; i < r->book->field_count; i++) {
        const Field *f = r->book->fields[i];
        if (!f->computed)
            continue;
        r->edit.nums[f->number] = nums[f->number];
        put_bit(r->edit.known, f->number, known_has(known, f->number));
    }
    r->after.nums = nums;
    r->after.known = known;
    return true;
}

/* ---- what the book asks of a row ---- */

bool judge_ask(Reading *r, const Expr *expr, Verdict *ret)
{
    *ret = VERDICT_UNKNOWN;
    if (!r->judge || !r->judge->truth)
        return true;
    return r->judge->truth(r->w, r->judge->self, r->book, &r->after, expr, ret);
}

static bool check_required(Reading *r, const Field *f)
{
    bool given = known_has(r->after.known, f->number);
    bool retired = f->until && r->book->pack->version >= f->until;
    if (given || f->computed || retired || f->made.n || f->of_move)
        return true;
    Verdict must = f->optional ? VERDICT_FALSE : VERDICT_TRUE;
    if (f->required_when)
        TRY(judge_ask(r, f->required_when, &must));
    if (must == VERDICT_TRUE)
        judge_fault(r, f->title, STR(""), "fault.required");
    return true;
}

/* `min` and `max`: a comparison made here and judged like a check; missing passes. */
static bool check_bound(Reading *r, const Field *f, Expr *bound, ExprOp op)
{
    if (!bound || !known_has(r->after.known, f->number) || field_is_private(f))
        return true;
    if (r->unreadable && bound->op != EXPR_LITERAL)
        return true; /* it may look at a cell that could not be read */
    Verdict verdict = VERDICT_UNKNOWN;
    if (bound->op == EXPR_LITERAL) {
        Int128 a = (Int128)r->after.nums[f->number] * num_pow10(bound->type.scale);
        Int128 b = (Int128)bound->number * num_pow10(f->type.scale);
        bool ok = op == EXPR_GE ? a >= b : a <= b;
        verdict = ok ? VERDICT_TRUE : VERDICT_FALSE;
    } else {
        Expr field = { .op = EXPR_FIELD,
                       .type = f->type,
                       .level = LEVEL_ROW,
                       .place = bound->place,
                       .book = r->book,
                       .field = f };
        Expr *args[] = { &field, bound };
        Expr compare = { .op = op,
                         .type = { .kind = TYPE_BOOL },
                         .level = LEVEL_ROW,
                         .place = bound->place,
                         .args = args,
                         .arg_count = 2 };
        TRY(judge_ask(r, &compare, &verdict));
    }
    if (verdict == VERDICT_FALSE)
        judge_fault(r, f->title, cell_print(r->w, r->core, f, &r->after, r->day),
                    op == EXPR_GE ? "fault.range.low" : "fault.range.high");
    return true;
}

enum { SAME_DEEP = 64 };

/* Does the row point at itself, or at one that points at it? A matter that was merged so would be
 * answered nowhere. */
static bool leads_back(Reading *r, const Field *f, bool *ret)
{
    int64_t at = r->after.nums[f->number];
    *ret = at == r->edit.ord;
    for (int i = 0; i < SAME_DEEP && at && !*ret; i++) {
        const RecordRow *row = record_find(r->w, r->core, r->book, 0, 0, at, KNOWN_NOW);
        TRY(row || r->w->err.code == ERR_NONE);
        at = row && row->known && row_known(row, f->number) ? row->nums[f->number] : 0;
        *ret = at == r->edit.ord;
    }
    return true;
}

bool judge_field(Reading *r, const Field *f)
{
    if (known_has(r->bad, f->number))
        return true;
    TRY(check_required(r, f));
    TRY(check_bound(r, f, f->low, EXPR_GE));
    TRY(check_bound(r, f, f->high, EXPR_LE));
    bool given = known_has(r->after.known, f->number) && !field_is_private(f);
    if (given && f->type.kind == TYPE_SET && f->at_most &&
        __builtin_popcountll((unsigned long long)r->after.nums[f->number]) > f->at_most)
        judge_fault(r, f->title, cell_print(r->w, r->core, f, &r->after, r->day),
                    arena_printf(r->w->arena, "fault.most most=%d", f->at_most));
    bool back = false;
    if (given && f->type.kind == TYPE_RECORD && f->type.book == r->book && r->edit.ord)
        TRY(leads_back(r, f, &back));
    if (back)
        judge_fault(r, f->title, cell_print(r->w, r->core, f, &r->after, r->day),
                    "fault.same.back");
    bool taken = false;
    if (given && (f->unique || f->unique_in_unit))
        TRY(record_taken(r->w, r->core, r->book, f, &r->after, &taken));
    if (taken)
        judge_fault(r, f->title, cell_print(r->w, r->core, f, &r->after, r->day), "fault.unique");
    return true;
}

bool judge_check(Reading *r, const Check *check)
{
    Verdict verdict = VERDICT_UNKNOWN;
    TRY(judge_ask(r, check->expr, &verdict));
    if (verdict != VERDICT_FALSE)
        return true;
    if (check->warn)
        warning(r, STR(""), STR(""), "fault.guard");
    else
        judge_fault(r, STR(""), STR(""), "fault.guard");
    r->faults->at[r->faults->n - 1].own_words = check->text;
    return true;
}

static bool check_asked(Reading *r)
{
    bool over = r->period.kind == PERIOD_NONE || r->period.last_day < work_today(r->w);
    bool asked = true;
    if (!r->book->where || !over || !r->judge || !r->judge->expected)
        return true;
    TRY(r->judge->expected(r->w, r->judge->self, r->book, r->unit, r->period, r->edit.ord, &asked));
    if (!asked)
        judge_fault(r, STR(""), STR(""), "fault.asked");
    return true;
}

/* A refusal by right is a fault of the row, not the end of the work. */
static bool check_right(Reading *r)
{
    if (r->filled->granted ||
        right_check(r->w, r->core, r->seat, r->book, r->unit, work_today(r->w)))
        return true;
    if (r->w->err.code != ERR_FORBIDDEN)
        return false;
    work_clear(r->w);
    judge_fault(r, STR("unit"), r->filled->unit, "fault.right");
    r->denied = true;
    return true;
}

/* What needs the whole row is asked only of a row that could be read whole. */
static bool check_row(Reading *r)
{
    r->unreadable = r->errors > 0;
    TRY(r->unreadable || judge_computed(r));
    for (size_t i = 0; i < r->book->field_count; i++)
        TRY(judge_field(r, r->book->fields[i]));
    if (r->unreadable)
        return true;
    TRY(check_asked(r));
    for (size_t i = 0; i < r->book->check_count; i++)
        TRY(judge_check(r, &r->book->checks[i]));
    return true;
}

bool book_judge(Work *w, Core *core, const Judge *judge, const Book *book, const Filled *filled,
                int32_t seat, Period period, RecordEdit *ret_edit, Faults *faults, bool *ret_ok)
{
    Reading r = { .w = w,
                  .core = core,
                  .judge = judge,
                  .book = book,
                  .filled = filled,
                  .seat = seat,
                  .faults = faults,
                  .edit = record_edit_new(w->arena, book),
                  .bad = arena_array(w->arena, uint64_t, (size_t)book->field_room / 64 + 1) };
    *ret_ok = false;
    read_period(&r, period);
    TRY(read_unit(&r));
    if (r.unit == UNIT_NONE)
        return true;
    check_period(&r);
    TRY(check_right(&r));
    if (r.denied)
        return true;
    r.edit.unit = r.unit;
    r.edit.period = has_period(book) || r.period.kind != PERIOD_NONE ? r.period.code : 0;
    r.edit.nil = !is_return(book) && r.period.kind != PERIOD_NONE && !has_period(book);
    if (!r.edit.nil)
        read_place(&r);
    TRY(lay_over(&r));
    *ret_edit = r.edit;
    if (r.denied)
        return true;
    read_cells(&r);
    TRY(find_by_key(&r));
    if (!r.edit.nil)
        fill_defaults(&r);
    judge_after(&r);
    TRY(r.edit.nil || check_row(&r));
    *ret_edit = r.edit;
    *ret_ok = r.errors == 0;
    return true;
}
