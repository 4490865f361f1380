/* Made numbers: made "{county}{year}{seq:6}". {KIND} is the code of the unit's nearest ancestor of
 * that kind, {unit} its own, {year} and {month} the day's, {seq:N} counts up within what the rest
 * of the pattern says. The number stands in the fact; where the count goes on is a hint that is
 * tried against the index of unique values, and forgotten with every roll-back. */
#include "base/limits.h"
#include "command/case/case_int.h"

enum { HINTS_BYTES = 4 << 20 }; /* past them the counts are searched anew */

struct Numbers {
    Arena *arena;
    Map last; /* "BOOK FIELD TEXT" -> int64_t: a seq that is taken */
};

Numbers *numbers_open(void)
{
    Numbers *n = heap_zeroed(1, sizeof *n);
    n->arena = arena_open(HINTS_BYTES, HINTS_BYTES * 2);
    n->last = map_open(n->arena);
    return n;
}

void numbers_close(Numbers **n)
{
    if (!*n)
        return;
    arena_close((*n)->arena);
    heap_free(*n);
    *n = NULL;
}

void numbers_forget(Numbers *n)
{
    if (!n)
        return;
    arena_close(n->arena);
    n->arena = arena_open(HINTS_BYTES, HINTS_BYTES * 2);
    n->last = map_open(n->arena);
}

typedef struct Made { /* one number being made */
    Work *w;
    Kernel *k;
    const RecordEdit *edit;
    const Field *field;
    int32_t day;
    Str head, tail; /* around the seq */
    int digits;
    bool counts;
} Made;

/* ---- the pattern ---- */

static Str code_above(const Made *m, Str kind)
{
    const Units *units = m->k->core->units;
    const PackSet *set = packs_set(m->w, m->k->core, KNOWN_NOW);
    const Kind *wanted = set ? set_kind(set, kind) : NULL;
    int32_t tree = m->edit->book->pack->tree ? m->edit->book->pack->tree->number : 0;
    int32_t unit = m->edit->unit;
    for (int depth = 0; wanted && unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (unit_kind(units, unit, m->day, KNOWN_NOW) == wanted->number)
            return unit_code(units, unit, m->day, KNOWN_NOW);
        unit = unit_parent(units, unit, tree, m->day, KNOWN_NOW);
    }
    return unit_code(units, m->edit->unit, m->day, KNOWN_NOW);
}

static Str piece_of(Made *m, Str name)
{
    int year, month, day;
    day_split(m->day, &year, &month, &day);
    if (str_is(name, "year"))
        return str_printf(m->w->arena, "%04d", year);
    if (str_is(name, "month"))
        return str_printf(m->w->arena, "%02d", month);
    if (str_is(name, "unit"))
        return unit_code(m->k->core->units, m->edit->unit, m->day, KNOWN_NOW);
    return code_above(m, name);
}

static bool read_seq(Made *m, Str name)
{
    int64_t digits = 0;
    if (!str_is(name, "seq") && !str_starts(name, STR("seq:")))
        return false;
    if (name.n > 4)
        (void)num_parse_int(str_sub(name, 4, name.n), &digits);
    m->digits = digits > 0 && digits < 16 ? (int)digits : 1;
    m->counts = true;
    return true;
}

static void read_pattern(Made *m)
{
    Buf head = buf_open(m->w->arena, 256), tail = buf_open(m->w->arena, 256);
    Str rest = m->field->made;
    while (rest.n) {
        Buf *out = m->counts ? &tail : &head;
        size_t open = str_find(rest, STR("{"));
        buf_put(out, str_sub(rest, 0, open < rest.n ? open : rest.n));
        rest = open < rest.n ? str_sub(rest, open + 1, rest.n) : STR("");
        size_t close = str_find(rest, STR("}"));
        if (close >= rest.n)
            break;
        Str name = str_sub(rest, 0, close);
        rest = str_sub(rest, close + 1, rest.n);
        if (m->counts || !read_seq(m, name)) /* one count a number */
            buf_put(out, piece_of(m, name));
    }
    m->head = buf_str(&head);
    m->tail = buf_str(&tail);
}

/* ---- the count ---- */

static Str number_text(const Made *m, int64_t seq)
{
    return str_printf(m->w->arena, "%.*s%0*lld%.*s", STR_ARG(m->head), m->digits, (long long)seq,
                      STR_ARG(m->tail));
}

static bool taken(const Made *m, int64_t seq, bool *ret)
{
    Str *texts = arena_array(m->w->arena, Str, (size_t)m->edit->book->field_room);
    texts[m->field->number] = number_text(m, seq);
    const RecordRow row = { .unit = m->edit->unit, .texts = texts };
    return record_taken(m->w, m->k->core, m->edit->book, m->field, &row, ret);
}

/* The first free one after `low`, which is taken or 0: what is between two taken ones is taken. */
static bool first_free(const Made *m, int64_t low, int64_t *ret)
{
    int64_t step = 1;
    bool is = true;
    while (is) {
        TRY(taken(m, low + step, &is));
        if (is) {
            low += step;
            step *= 2;
        }
    }
    int64_t free_one = low + step;
    while (free_one - low > 1) {
        int64_t middle = low + (free_one - low) / 2;
        TRY(taken(m, middle, &is));
        if (is)
            low = middle;
        else
            free_one = middle;
    }
    *ret = free_one;
    return true;
}

static bool next_seq(const Made *m, int64_t *ret)
{
    Numbers *hints = m->k->numbers;
    Str key = str_printf(m->w->arena, "%d %d %.*s %.*s", m->edit->book->number, m->field->number,
                         STR_ARG(m->head), STR_ARG(m->tail));
    int64_t *last = hints ? map_find(&hints->last, key) : NULL;
    TRY(first_free(m, last ? *last : 0, ret));
    if (last)
        *last = *ret - 1;
    else if (hints && arena_total(hints->arena) < HINTS_BYTES) {
        last = arena_new(hints->arena, int64_t);
        *last = *ret - 1;
        map_put(&hints->last, str_copy(hints->arena, key), last);
    }
    return true;
}

static bool make(Work *w, Kernel *k, RecordEdit *edit, const Field *field)
{
    Made m = { .w = w, .k = k, .edit = edit, .field = field, .day = work_today(w) };
    int64_t seq = 0;
    read_pattern(&m);
    if (field->unique && m.counts) {
        TRY(next_seq(&m, &seq));
    } else {
        TRY(record_number(w, k->core, edit));
        seq = edit->ord;
    }
    edit->texts[field->number] =
        m.counts ? number_text(&m, seq)
                 : str_printf(w->arena, "%.*s%.*s", STR_ARG(m.head), STR_ARG(m.tail));
    edit->known[field->number / 64] |= UINT64_C(1) << (field->number % 64);
    return true;
}

bool case_make_numbers(Work *w, Kernel *k, RecordEdit *edit)
{
    for (size_t i = 0; i < edit->book->field_count; i++) {
        const Field *f = edit->book->fields[i];
        if (f->made.n && !type_is_number(f->type) && !known_has(edit->known, f->number))
            TRY(make(w, k, edit, f));
    }
    return true;
}

Str case_no(Work *w, const Book *book, const RecordRow *row)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (f->made.n && !type_is_number(f->type) && row->known && row_known(row, f->number))
            return row->texts[f->number];
    }
    return str_printf(w->arena, "%lld", (long long)row->ord);
}
