/* Judging a plain file at the speed of reading. A book is plain when each row can be judged by
 * itself with integers alone: a return of numbers by unit and period, bounds that are constants,
 * checks of sums and comparisons. A row is then read once, byte by byte into typed values, its unit
 * and period found, its bounds and checks held, and compared with what stands in the store.
 *
 * This path never refuses anything: a row in any doubt (a number in another spelling, an unknown
 * unit, a check that fails, the same place twice) is left to book_judge, whose words the clerk
 * sees. Two threads read the two halves; whatever is not plain arithmetic happens under the lock.
 */
#include <pthread.h>

#include "book/import_int.h"
#include "book/import_steps_int.h"

enum {
    THREADS = 2,
    PERIODS = 64,
    PROBES = 256,
    STACK = 32,
    OPS = 256,
    MARGIN = 16,
    ROW_FIELDS = 128
};

/* ---- the plan ---- */

typedef enum FastKind { FAST_SKIP, FAST_UNIT, FAST_NAME, FAST_PERIOD, FAST_NUMBER } FastKind;
typedef struct FastColumn {
    FastKind kind;
    bool required, percent;
    int8_t scale; /* digits after the point of the cell */
    int32_t field;
    int64_t low, high;
} FastColumn;

/* A period and the units that may fill the book in it. */
typedef struct FastPeriod {
    Str text;
    bool fast; /* a first row passed book_judge */
    Period period;
    int32_t day; /* on which codes and names are looked up */
    const Block *block;
    const TreeVersion *tree;
    uint8_t *barred; /* by slot, where the seat has no right; NULL = nowhere */
    int32_t *seen;   /* by slot: offset of the row + 1 */
} FastPeriod;

typedef struct Fast {
    Import *i;
    FastColumn *columns;
    size_t column_count;
    Steps *checks;
    size_t check_count;
    Str text; /* of the file */
    size_t words, room;
    uint64_t *compared; /* fields that decide whether a row changed */
    pthread_mutex_t lock;
    FastPeriod periods[PERIODS];
    size_t period_count; /* read without the lock: only grows */
    size_t probes;
    bool failed;
} Fast;

typedef struct Spot { /* a row: where it begins, its line counted from the first of the part */
    size_t offset;
    int64_t line;
} Spot;
typedef list_of(Spot) Spots;
typedef struct Part { /* what one thread reads */
    Fast *f;
    size_t from, to;
    Arena *arena;
    int64_t lines;
    Spots doubts; /* rows for book_judge */
    Spots shown;  /* first rows that change something, for the difference */
    int64_t rows, added, changed, same, blank;
} Part;

/* A bound that is a constant with no more digits than the field has. */
static bool constant_bound(const Expr *e, const Field *f, int64_t *ret)
{
    Int128 value, back;
    if (!e)
        return true;
    if (e->op != EXPR_LITERAL ||
        !num_rescale(e->number, e->type.scale, f->type.scale, ROUND_DOWN, &value) ||
        !num_rescale(value, f->type.scale, e->type.scale, ROUND_DOWN, &back) || back != e->number ||
        !num_fits(value))
        return false;
    *ret = (int64_t)value;
    return true;
}

static bool plan_field(const Field *f, FastColumn *ret)
{
    *ret = (FastColumn){ .kind = FAST_NUMBER, .field = f->number };
    ret->low = INT64_MIN;
    ret->high = INT64_MAX;
    ret->scale = (int8_t)(f->type.scale - (f->type.kind == TYPE_RATIO ? 2 : 0));
    ret->required = !f->optional;
    ret->percent = f->type.kind == TYPE_RATIO;
    bool ranged = f->type.kind == TYPE_INT && f->type.low <= f->type.high;
    if (ranged) {
        ret->low = f->type.low;
        ret->high = f->type.high;
    }
    bool plain = type_is_plain(f->type) && ret->scale >= 0 && !f->required_when && !f->fallback &&
                 !f->unique && !f->unique_in_unit && !f->type.hidden && f->group <= 1 &&
                 !(ranged && (f->low || f->high));
    return plain && constant_bound(f->low, f, &ret->low) && constant_bound(f->high, f, &ret->high);
}

static bool plan_columns(const Import *i, FastColumn *columns)
{
    size_t fields = 0, asked = 0;
    for (size_t n = 0; n < i->column_count; n++) {
        const Column *c = &i->columns[n];
        switch (c->role) {
        case COLUMN_SKIP: columns[n] = (FastColumn){ .kind = FAST_SKIP }; break;
        case COLUMN_UNIT: columns[n] = (FastColumn){ .kind = FAST_UNIT }; break;
        case COLUMN_UNIT_NAME: columns[n] = (FastColumn){ .kind = FAST_NAME }; break;
        case COLUMN_PERIOD: columns[n] = (FastColumn){ .kind = FAST_PERIOD }; break;
        case COLUMN_FIELD:
            fields++;
            if (!plan_field(c->field, &columns[n]))
                return false;
            break;
        case COLUMN_KEY:
        case COLUMN_PARENT:
        case COLUMN_NUMBER: return false;
        }
    }
    for (size_t n = 0; n < i->book->field_count; n++)
        asked += !i->book->fields[n]->computed;
    return fields == asked;
}

static bool plan_checks(const Book *book, Steps *checks)
{
    for (size_t n = 0; n < book->check_count; n++) {
        if (!steps_compile(&checks[n], book->checks[n].expr, book))
            return false;
    }
    return true;
}

bool import_is_fast(const Import *i)
{
    const Book *b = i->book;
    Csv *csv = sheet_csv(i->sheet);
    bool form = b->form == BOOK_PER && !b->key_count && !b->where && b->every != PERIOD_NONE &&
                !b->every_book;
    if (!csv || csv->quotes || csv->text.n >= INT32_MAX || !form || b->field_room > ROW_FIELDS)
        return false;
    ARENA_SCOPE(i->w->arena);
    FastColumn *columns = arena_array(i->w->arena, FastColumn, i->column_count + 1);
    Steps *checks = arena_array(i->w->arena, Steps, b->check_count + 1);
    return plan_columns(i, columns) && plan_checks(b, checks);
}

/* ---- periods and their units ---- */

/* Rights are asked once a unit, here, not in the threads. The system's seat may import anywhere. */
static bool load_rights(Import *i, FastPeriod *p)
{
    if (!i->ask->seat)
        return true;
    p->barred = arena_array(i->arena, uint8_t, (size_t)p->tree->slots);
    for (int32_t pre = 0; pre < p->tree->count; pre++) {
        int32_t unit = p->tree->slot_of[pre];
        if (right_check(i->w, i->core, i->ask->seat, i->book, unit, work_today(i->w)))
            continue;
        if (i->w->err.code != ERR_FORBIDDEN)
            return false;
        work_clear(i->w);
        p->barred[unit] = 1;
    }
    return true;
}

static bool load_units(Import *i, FastPeriod *p)
{
    int32_t today = work_today(i->w);
    p->day = p->period.last_day < today ? p->period.last_day : today;
    p->tree = units_tree(i->w, i->core->units, 0, p->day, KNOWN_NOW);
    TRY(p->tree);
    p->seen = arena_array(i->arena, int32_t, (size_t)p->tree->slots + 1);
    return load_rights(i, p);
}

/* The rows of one place in the file as the ordinary path sees them. */
static bool read_row(Import *i, Spot at, SheetRow *ret)
{
    Csv *csv = sheet_csv(i->sheet);
    bool more;
    csv->at = at.offset;
    csv->next_line = at.line;
    csv->rows = 0;
    TRY(csv_next(i->w, csv, &more));
    CHECK(more);
    *ret = (SheetRow){ .line = csv->line, .cells = csv->fields, .n = csv->n };
    return true;
}

static const FastPeriod *period_coded(const Fast *f, int64_t code)
{
    for (size_t n = 0; n < f->period_count; n++)
        if (f->periods[n].period.code == code)
            return &f->periods[n];
    return NULL;
}

/* A period is fast once book_judge has passed a row of it: what a period alone can be refused for
 * is then out of the question. */
static bool probe(Fast *f, size_t offset, Str text, FastPeriod *p)
{
    Import *i = f->i;
    ARENA_SCOPE(i->w->arena);
    SheetRow row;
    bool blank, ok = false;
    TRY(read_row(i, (Spot){ offset, 1 }, &row));
    Filled filled = import_filled(i, &row, i->w->arena, &blank);
    Faults faults = { 0 };
    RecordEdit edit = { 0 };
    if (!blank)
        TRY(book_judge(i->w, i->core, i->judge, i->book, &filled, i->ask->seat, i->ask->period,
                       &edit, &faults, &ok));
    if (!ok)
        return true;
    const FastPeriod *known = period_coded(f, edit.period);
    if (known) { /* the same under another spelling: one set of places */
        *p = *known;
        p->text = text;
        return true;
    }
    *p = (FastPeriod){ .text = text, .fast = true };
    CHECK(period_of_code(edit.period, &p->period));
    p->block = records_block(i->w, i->core, i->book, edit.period, KNOWN_NOW);
    TRY(p->block);
    return load_units(i, p);
}

static FastPeriod *find_period(Fast *f, Str text)
{
    size_t n = __atomic_load_n(&f->period_count, __ATOMIC_ACQUIRE);
    for (size_t k = 0; k < n; k++)
        if (str_eq(f->periods[k].text, text))
            return &f->periods[k];
    return NULL;
}

/* Under the lock: the work, the judge and the store belong to one thread at a time. */
static FastPeriod *need_period(Fast *f, size_t offset, Str text)
{
    FastPeriod *p = find_period(f, text);
    if (p)
        return p;
    pthread_mutex_lock(&f->lock);
    p = find_period(f, text);
    if (!p && !f->failed && f->period_count < PERIODS && f->probes++ < PROBES) {
        FastPeriod made = { 0 };
        f->failed = !probe(f, offset, text, &made);
        if (made.fast && !f->failed) {
            f->periods[f->period_count] = made;
            p = &f->periods[f->period_count];
            __atomic_store_n(&f->period_count, f->period_count + 1, __ATOMIC_RELEASE);
        }
    }
    pthread_mutex_unlock(&f->lock);
    return p;
}

static bool is_kind(const Book *book, int32_t kind)
{
    for (size_t n = 0; n < book->kind_count; n++)
        if (book->kinds[n]->number == kind)
            return true;
    return false;
}

/* The unit of a code: mostly the one after the last in the order of the tree, which is the order of
 * files; else looked up. *pre is where the last one stood. UNIT_NONE = none that may fill the book.
 */
static int32_t find_unit(const Fast *f, const FastPeriod *p, Str code, int32_t *pre)
{
    const TreeVersion *tree = p->tree;
    const Units *units = f->i->core->units;
    int32_t next = *pre + 1;
    while (next < tree->count && !is_kind(f->i->book, tree->kind[next]))
        next++;
    int32_t unit = next < tree->count ? tree->slot_of[next] : UNIT_NONE;
    if (unit == UNIT_NONE || !str_eq(unit_code(units, unit, p->day, KNOWN_NOW), code)) {
        unit = unit_find_code(units, code, p->day, KNOWN_NOW);
        next = unit >= 0 && unit < tree->slots ? tree->pre_of[unit] : -1;
    }
    if (next < 0 || !is_kind(f->i->book, tree->kind[next]) || (p->barred && p->barred[unit]))
        return UNIT_NONE;
    *pre = next;
    return unit;
}

/* ---- one row ---- */

static const int64_t pow10_of[] = { 1,      10,      100,      1000,      10000,
                                    100000, 1000000, 10000000, 100000000, 1000000000 };

/* Up to eight digits at once: where they end, and what they are worth. */
static inline unsigned eight_digits(const char *p, uint64_t *value)
{
    uint64_t bytes;
    memcpy(&bytes, p, 8);
    uint64_t digits = bytes ^ UINT64_C(0x3030303030303030);
    uint64_t other =
        ((digits + UINT64_C(0x7676767676767676)) | digits) & UINT64_C(0x8080808080808080);
    unsigned n = other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
    if (n == 0) {
        *value = 0;
        return 0;
    }
    digits <<= (8 - n) * 8;
    digits = digits * 10 + (digits >> 8);
    *value = (((digits & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064)) +
              (((digits >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001))) >>
             32;
    return n;
}

typedef enum Taken { TAKEN_BLANK, TAKEN_NUMBER, TAKEN_DOUBT } Taken;

/* A plain decimal of at most 16 digits before and 8 after the point; anything else is in doubt. */
static inline Taken take_number(const char **at, int scale, int64_t *ret)
{
    const char *p = *at;
    bool negative = *p == '-';
    p += negative;
    uint64_t value, low;
    unsigned n = eight_digits(p, &value);
    p += n;
    if (n == 0) {
        *at = p;
        return negative ? TAKEN_DOUBT : TAKEN_BLANK;
    }
    if (n == 8) {
        n = eight_digits(p, &low);
        p += n;
        if (n == 8 || n + (unsigned)scale > 9)
            return TAKEN_DOUBT;
        value = value * (uint64_t)pow10_of[n] + low;
    }
    if (*p == '.') {
        n = eight_digits(p + 1, &low);
        p += n + 1;
        if (n == 0 || n == 8 || (int)n > scale)
            return TAKEN_DOUBT;
        value = value * (uint64_t)pow10_of[n] + low;
        scale -= (int)n;
    }
    value *= (uint64_t)pow10_of[scale];
    *ret = negative ? -(int64_t)value : (int64_t)value;
    *at = p;
    return TAKEN_NUMBER;
}

static inline Str take_text(const char **at)
{
    const char *p = *at;
    while (*p != ',' && *p != '\n' && *p != '\r')
        p++;
    Str text = { *at, (size_t)(p - *at) };
    *at = p;
    return text;
}

typedef struct Row {
    Str unit, name, period;
    int64_t nums[ROW_FIELDS];
    uint64_t known[ROW_FIELDS / 64];
    bool blank;
} Row;

/* false = in doubt. *at ends behind the line end only when the row was plain. */
static inline bool take_fields(const Fast *f, const char **at, Row *row)
{
    const char *p = *at;
    bool holes = false;
    row->blank = true;
    for (size_t n = 0; n < f->column_count; n++) {
        const FastColumn *c = &f->columns[n];
        if (c->kind == FAST_NUMBER) {
            int64_t value = 0;
            Taken taken = take_number(&p, c->scale, &value);
            bool known = taken == TAKEN_NUMBER;
            if (taken == TAKEN_DOUBT || (known && (value < c->low || value > c->high)))
                return false;
            p += c->percent && known && *p == '%';
            row->blank = row->blank && !known;
            holes = holes || (c->required && !known);
            row->nums[c->field] = value;
            row->known[c->field / 64] |= (uint64_t)known << (c->field % 64);
        } else {
            Str text = take_text(&p);
            if (c->kind == FAST_UNIT)
                row->unit = text;
            else if (c->kind == FAST_PERIOD)
                row->period = text;
            else if (c->kind == FAST_NAME)
                row->name = text;
        }
        bool last = n + 1 == f->column_count;
        p += last && *p == '\r';
        if (*p++ != (last ? '\n' : ','))
            return false;
    }
    *at = p;
    return row->blank || !holes;
}

static bool same_row(const Fast *f, const Block *b, size_t cell, const Row *row)
{
    const uint64_t *known = &b->known[cell * (size_t)b->known_words];
    const int64_t *nums = &b->nums[cell * (size_t)b->columns];
    if (b->state[cell] == RECORD_RETURNED)
        return false;
    for (size_t w = 0; w < f->words; w++)
        if ((known[w] ^ row->known[w]) & f->compared[w])
            return false;
    for (size_t n = 0; n < f->column_count; n++) {
        const FastColumn *c = &f->columns[n];
        if (c->kind == FAST_NUMBER && nums[c->field] != row->nums[c->field] &&
            known_bit(row->known, c->field))
            return false;
    }
    return true;
}

static void weigh(Part *part, const FastPeriod *p, int32_t unit, const Row *row, Spot at)
{
    const Block *b = p->block;
    bool there = unit < b->slots && b->state[unit] != RECORD_NONE && b->state[unit] != RECORD_VOID;
    bool same = there && same_row(part->f, b, (size_t)unit, row);
    part->same += same;
    part->changed += there && !same;
    part->added += !there;
    if (!same && part->shown.n < DIFFERENCES)
        *list_push(part->arena, &part->shown) = at;
}

/* Judges the row at *at; false = in doubt. */
static bool judge_row(Part *part, const char **at, int32_t *last)
{
    Fast *f = part->f;
    size_t offset = (size_t)(*at - f->text.p);
    Row row;
    memset(row.known, 0, sizeof row.known);
    row.period = STR("");
    row.name = STR("");
    if (!take_fields(f, at, &row))
        return false;
    if (row.blank) {
        part->blank += row.unit.n > 0;
        return true;
    }
    const FastPeriod *p = need_period(f, offset, row.period);
    int32_t unit = p ? find_unit(f, p, row.unit, last) : UNIT_NONE;
    if (unit == UNIT_NONE)
        return false;
    if (row.name.n && !str_eq(row.name, unit_name(f->i->core->units, unit, p->day, KNOWN_NOW)))
        return false;
    for (size_t n = 0; n < f->check_count; n++)
        if (steps_refuse(&f->checks[n], row.nums, row.known))
            return false;
    int32_t nobody = 0;
    if (!__atomic_compare_exchange_n(&p->seen[unit], &nobody, (int32_t)offset + 1, false,
                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        return false; /* the same place twice */
    part->rows++;
    weigh(part, p, unit, &row, (Spot){ offset, part->lines });
    return true;
}

static void *judge_part(void *self)
{
    Part *part = self;
    const char *end = part->f->text.p + part->to;
    int32_t last = -1;
    for (const char *at = part->f->text.p + part->from; at < end; part->lines++) {
        const char *row = at;
        if (judge_row(part, &at, &last))
            continue;
        size_t offset = (size_t)(row - part->f->text.p);
        *list_push(part->arena, &part->doubts) = (Spot){ offset, part->lines };
        const char *cut = memchr(row, '\n', (size_t)(end - row));
        at = cut ? cut + 1 : end;
    }
    return NULL;
}

/* ---- the whole ---- */

static size_t line_start(Str text, size_t at, size_t from)
{
    while (at > from && text.p[at - 1] != '\n')
        at--;
    return at;
}

/* The halves, and what is left near the end, where eight bytes cannot be read ahead. */
static size_t cut_parts(Fast *f, size_t from, Part *parts)
{
    size_t end = f->text.n > from + MARGIN ? line_start(f->text, f->text.n - MARGIN, from) : from;
    size_t middle = line_start(f->text, from + (end - from) / 2, from);
    const size_t cuts[THREADS + 1] = { from, middle, end };
    for (int n = 0; n < THREADS; n++) {
        parts[n] = (Part){ .f = f, .from = cuts[n], .to = cuts[n + 1] };
        parts[n].arena = arena_open(1u << 30, 1u << 30);
    }
    return end;
}

/* The rows behind `end` are all in doubt: they come last. */
static void doubt_rest(Fast *f, size_t end, Part *last)
{
    for (size_t at = end; at < f->text.n;) {
        *list_push(last->arena, &last->doubts) = (Spot){ at, last->lines++ };
        const char *cut = memchr(f->text.p + at, '\n', f->text.n - at);
        at = cut ? (size_t)(cut - f->text.p) + 1 : f->text.n;
    }
}

static int64_t line_of(const Fast *f, size_t offset)
{
    int64_t line = 1;
    for (size_t n = 0; n < offset; n++)
        line += f->text.p[n] == '\n';
    return line;
}

/* Another row of the file for the same place, among those judged here. */
static bool twice(Fast *f, const Filled *filled, const RecordEdit *edit, size_t offset)
{
    Import *i = f->i;
    const FastPeriod *p = period_coded(f, edit->period);
    int32_t other = p ? p->seen[edit->unit] : 0;
    if (!other || (size_t)other - 1 == offset)
        return false;
    int64_t line = line_of(f, (size_t)other - 1);
    int64_t first = line < filled->row ? line : filled->row;
    import_fault(i, (Fault){ .row = first == line ? filled->row : line,
                             .column = STR("unit"),
                             .given = filled->unit,
                             .what = arena_printf(i->w->arena, "import.twice line=%lld",
                                                  (long long)first) });
    return true;
}

static bool refuse_overhang(Import *i, const SheetRow *row)
{
    for (size_t n = i->column_count; n < row->n; n++)
        if (str_trim(row->cells[n]).n) {
            i->report->rows++;
            i->report->refused++;
            import_fault(i, (Fault){ .row = row->line,
                                     .column = STR(""),
                                     .given = row->cells[n],
                                     .what = "import.overhang" });
            return true;
        }
    return false;
}

/* counts = false: the row was counted already and only its difference is wanted. */
static bool judge_slowly(Fast *f, Spot at, bool counts)
{
    Import *i = f->i;
    ARENA_SCOPE(i->w->arena);
    SheetRow row;
    bool blank;
    TRY(read_row(i, at, &row));
    if (refuse_overhang(i, &row))
        return true;
    Filled filled = import_filled(i, &row, i->w->arena, &blank);
    if (blank) {
        i->report->blank += filled.unit.n > 0;
        return true;
    }
    Str name = i->name_at < row.n ? str_trim(row.cells[i->name_at]) : STR("");
    RecordEdit edit = { 0 };
    RowEffect effect;
    TRY(import_judge(i, &filled, name, &edit, &effect));
    if (!counts)
        return true;
    if (effect != ROW_REFUSED && twice(f, &filled, &edit, at.offset))
        effect = ROW_REFUSED;
    i->report->rows++;
    import_count(i, effect);
    return true;
}

static bool judge_doubts(Fast *f, const Part *parts)
{
    int64_t first = f->i->data_line + 1;
    for (int n = 0; n < THREADS; n++) {
        const Spots *d = &parts[n].doubts;
        for (size_t k = 0; k < d->n && !import_full(f->i); k++)
            TRY(judge_slowly(f, (Spot){ d->at[k].offset, first + d->at[k].line }, true));
        first += parts[n].lines;
    }
    return true;
}

/* The first rows that change something, once more by the ordinary path, which says what. */
static bool show_changes(Fast *f, const Part *parts)
{
    int64_t first = f->i->data_line + 1;
    size_t shown = 0;
    f->i->seen = map_open(f->i->arena);
    for (int n = 0; n < THREADS; n++) {
        const Spots *s = &parts[n].shown;
        for (size_t k = 0; k < s->n && shown++ < DIFFERENCES; k++)
            TRY(judge_slowly(f, (Spot){ s->at[k].offset, first + s->at[k].line }, false));
        first += parts[n].lines;
    }
    return true;
}

static void add_up(Import *i, const Part *parts)
{
    for (int n = 0; n < THREADS; n++) {
        i->report->rows += parts[n].rows;
        i->report->added += parts[n].added;
        i->report->changed += parts[n].changed;
        i->report->same += parts[n].same;
        i->report->blank += parts[n].blank;
    }
}

static void run_parts(Part *parts)
{
    pthread_t threads[THREADS];
    bool started[THREADS] = { false };
    for (int n = 1; n < THREADS; n++)
        started[n] = pthread_create(&threads[n], NULL, judge_part, &parts[n]) == 0;
    (void)judge_part(&parts[0]);
    for (int n = 1; n < THREADS; n++) {
        if (started[n])
            CHECK(pthread_join(threads[n], NULL) == 0);
        else
            (void)judge_part(&parts[n]);
    }
}

static void plan(Fast *f)
{
    Import *i = f->i;
    f->columns = arena_array(i->arena, FastColumn, i->column_count + 1);
    f->checks = arena_array(i->arena, Steps, i->book->check_count + 1);
    f->column_count = i->column_count;
    f->check_count = i->book->check_count;
    f->text = sheet_csv(i->sheet)->text;
    f->words = ((size_t)i->book->field_room + 63) / 64;
    f->compared = arena_array(i->arena, uint64_t, f->words + 1);
    CHECK(plan_columns(i, f->columns) && plan_checks(i->book, f->checks));
    for (size_t n = 0; n < f->column_count; n++)
        if (f->columns[n].kind == FAST_NUMBER)
            f->compared[f->columns[n].field / 64] |= UINT64_C(1) << (f->columns[n].field % 64);
}

bool import_fast(Import *i)
{
    Fast *f = arena_new(i->arena, Fast);
    Part parts[THREADS];
    f->i = i;
    CHECK(pthread_mutex_init(&f->lock, NULL) == 0);
    plan(f);
    size_t end = cut_parts(f, i->data_at, parts);
    run_parts(parts);
    doubt_rest(f, end, &parts[THREADS - 1]);
    add_up(i, parts);
    bool ok = !f->failed && judge_doubts(f, parts) && (i->errors || show_changes(f, parts));
    for (int n = 0; n < THREADS; n++)
        arena_close(parts[n].arena);
    pthread_mutex_destroy(&f->lock);
    return ok;
}
