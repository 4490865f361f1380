/* The only place where a value becomes one that residents may read. */
#include "page/open.h"

#include "base/utf8.h"
#include "base/words.h"
#include "book/book.h"
#include "page/open_int.h"

Str title_in(Arena *arena, Lang lang, const Pack *pack, const char *noun, Str path, Str title)
{
    Str english = lang == LANG_EN && pack ? pack_word(pack, noun, path) : STR("");
    (void)arena;
    return english.n ? english : title;
}

Str open_words(const char *id, Lang lang)
{
    return str_of(word_find(str_of(id), lang));
}

/* Behind the number in English; the Chinese ones stand in the packs. */
static Str measure_in(Lang lang, Str measure)
{
    static const char *const english[][2] = {
        { "元", "yuan" },    { "万元", "×10,000 yuan" }, { "亿元", "×100m yuan" },
        { "亩", "mu" },      { "万亩", "×10,000 mu" },   { "个百分点", "points" },
        { "小时", "hours" }, { "天", "days" },           { "元/亩", "yuan/mu" },
    };
    for (size_t i = 0; lang == LANG_EN && i < sizeof english / sizeof *english; i++)
        if (str_is(measure, english[i][0]))
            return str_of(english[i][1]);
    return measure;
}

/* ---- figures ---- */
static OpenState state_of(const Value *v)
{
    switch (v->state) {
    case VALUE_OK: break;
    case VALUE_MISSING: return v->covered && v->expected == 0 ? OPEN_NOTHING : OPEN_SILENT;
    case VALUE_COVERAGE:
    case VALUE_LEAST:
    case VALUE_UNDEFINED: return OPEN_WITHHELD;
    case VALUE_NO_BASE:
    case VALUE_FORBIDDEN:
    case VALUE_NO_UNIT: return OPEN_NOTHING;
    }
    if (v->covered && v->expected == 0 && v->num == 0)
        return OPEN_NOTHING; /* nobody was asked */
    return v->partial ? OPEN_PART : OPEN_SHOWN;
}

static Int128 size_of(const Value *v)
{
    Int128 top;
    Int128 den = v->type.kind == TYPE_RATIO ? v->den : num_pow10(v->type.scale);
    if (v->state != VALUE_OK || v->num <= 0 || den <= 0)
        return 0;
    return num_mul(v->num, 1000000, &top) ? num_div(top, den, ROUND_HALF) : v->num / den * 1000000;
}

/* "2.19亿元" is the number and its unit; what ends in no unit is one piece. */
static void split_measure(Arena *arena, const Figure *figure, const Value *v, Lang lang, Open *o)
{
    int decimals;
    Str text = value_text(arena, figure, v, (int)lang);
    Str measure;
    (void)value_decimal(arena, figure, v, &measure, &decimals);
    if (v->type.kind == TYPE_ITEM) {
        const Item *item = v->type.list ? list_item_number(v->type.list, (int32_t)v->num) : NULL;
        const List *list = v->type.list;
        if (item)
            text =
                title_in(arena, lang, list->pack, "item",
                         str_printf(arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name)),
                         item->title);
    }
    o->number = text;
    if (!measure.n || text.n <= measure.n || !str_ends(text, measure))
        return;
    o->number = str_sub(text, 0, text.n - measure.n);
    o->measure = measure_in(lang, measure);
}

static const Open *open_of(Arena *arena, const OpenAsk *ask, const Value *v)
{
    Open *o = arena_new(arena, Open);
    o->state = state_of(v);
    o->covered = v->covered;
    o->expected = v->expected;
    o->reported = v->reported;
    if (o->state == OPEN_SHOWN || o->state == OPEN_PART)
        split_measure(arena, ask->figure, v, ask->lang, o);
    else if (o->state == OPEN_SILENT)
        o->words = open_words("page.silent", ask->lang);
    else
        o->words =
            v->state == VALUE_OK ? STR("—") : value_text(arena, ask->figure, v, (int)ask->lang);
    o->whole = v->state == VALUE_OK && (v->type.kind == TYPE_INT || v->type.kind == TYPE_ITEM);
    o->whole_n = o->whole ? (int64_t)v->num : 0;
    o->zero = o->state == OPEN_SHOWN && v->num == 0 && type_is_number(v->type);
    o->size = size_of(v);
    return o;
}

bool open_figure(Work *w, Kernel *k, const OpenAsk *ask, const Open **ret)
{
    Value v;
    *ret = NULL;
    if (!ask->figure->is_public)
        return true;
    TRY(figure_ask(w, k->figures, ask->figure, ask->args, ask->figure->param_count, &ask->ask, &v));
    *ret = open_of(w->arena, ask, &v);
    return true;
}

bool open_each(Work *w, Kernel *k, const OpenAsk *ask, const Kind *kind, int32_t **ret_units,
               const Open ***ret, size_t *ret_n)
{
    Value *values;
    *ret_n = 0;
    if (!ask->figure->is_public)
        return true;
    TRY(figure_each(w, k->figures, ask->figure, ask->args, ask->figure->param_count, &ask->ask,
                    kind, ret_units, &values, ret_n));
    *ret = arena_array(w->arena, const Open *, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = open_of(w->arena, ask, &values[i]);
    return true;
}

OpenState open_state(const Open *o)
{
    return o->state;
}

void open_put(Buf *out, const Open *o)
{
    if (o->words.n) {
        buf_html(out, o->words);
        return;
    }
    buf_putz(out, "<b>");
    buf_html(out, o->number);
    buf_putz(out, "</b>");
    if (!o->measure.n)
        return;
    buf_putz(out, "<i>");
    buf_html(out, o->measure);
    buf_putz(out, "</i>");
}

Str open_text(Arena *arena, const Open *o)
{
    if (o->words.n)
        return o->words;
    return str_printf(arena, "%.*s%.*s", STR_ARG(o->number), STR_ARG(o->measure));
}

bool open_covered(const Open *o, int64_t *ret_expected, int64_t *ret_reported)
{
    *ret_expected = o->expected;
    *ret_reported = o->reported;
    return o->covered;
}

bool open_is_whole(const Open *o, int64_t *ret)
{
    *ret = o->whole_n;
    return o->whole && (o->state == OPEN_SHOWN || o->state == OPEN_PART);
}

bool open_is_zero(const Open *o)
{
    return o->zero;
}

int open_mille(const Open *o, const Open *most)
{
    if (!most || most->size <= 0 || o->size <= 0)
        return 0;
    Int128 mille = o->size > most->size ? 1000 : o->size * 1000 / most->size;
    return (int)mille;
}

const Open *open_larger(const Open *a, const Open *b)
{
    return !a || b->size > a->size ? b : a;
}

/* ---- rows ---- */
bool field_is_open(const Field *field)
{
    if (!field->is_public || field_is_private(field))
        return false;
    switch ((int)field->type.kind) { /* never, whatever a pack says */
    case TYPE_PERSON:
    case TYPE_CONTACT:
    case TYPE_CODE:
    case TYPE_IMAGE:
    case TYPE_FILE:
    case TYPE_POINT:
    case TYPE_RECORD: return false;
    }
    return true;
}

Str open_item(Arena *arena, Lang lang, const List *list, int32_t number)
{
    const Item *item = list_item_number(list, number);
    if (!item)
        return STR("");
    return title_in(arena, lang, list->pack, "item",
                    str_printf(arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name)),
                    item->title);
}

static Str set_titles(Arena *arena, Lang lang, const List *list, int64_t set)
{
    Buf out = buf_open(arena, 1 << 14);
    for (int32_t n = 1; n <= 63; n++)
        if (set >> (n - 1) & 1) {
            buf_putz(&out, out.n ? lang == LANG_ZH ? "、" : ", " : "");
            buf_put(&out, open_item(arena, lang, list, n));
        }
    return buf_str(&out);
}

static void open_money(Arena *arena, int64_t fen, Lang lang, Open *o)
{
    const int64_t wan = 1000000;
    bool large = fen >= wan || fen <= -wan;
    if (large && fen % (wan / 100) == 0) { /* exact in 万元 with two digits */
        o->number = num_print_as(arena, fen, 6, 2, ROUND_HALF, true);
        o->measure = measure_in(lang, STR("万元"));
        return;
    }
    o->number = num_print_as(arena, fen, 2, 2, ROUND_HALF, true);
    o->measure = measure_in(lang, STR("元"));
}

static void open_number(Work *w, Core *core, const Field *field, int64_t n, Lang lang, Open *o)
{
    Arena *arena = w->arena;
    const Type *type = &field->type;
    switch ((int)type->kind) {
    case TYPE_MONEY: open_money(arena, n, lang, o); break;
    case TYPE_AREA:
        o->number = num_print_as(arena, n, type->scale, type->scale, ROUND_HALF, true);
        o->measure = measure_in(lang, STR("亩"));
        break;
    case TYPE_RATE:
        o->number = num_print_as(arena, n, type->scale, type->scale, ROUND_HALF, true);
        o->measure = measure_in(lang, STR("元/亩"));
        break;
    case TYPE_RATIO:
        o->number = num_print_as(arena, n, type->scale - 2, type->scale - 2, ROUND_HALF, true);
        o->measure = STR("%");
        break;
    case TYPE_DATE: o->number = day_print(arena, (int32_t)n); break;
    case TYPE_TIME: o->number = ms_print(arena, n); break;
    case TYPE_ITEM: o->number = open_item(arena, lang, type->list, (int32_t)n); break;
    case TYPE_SET: o->number = set_titles(arena, lang, type->list, n); break;
    case TYPE_UNIT: o->number = unit_name(core->units, (int32_t)n, work_today(w), KNOWN_NOW); break;
    case TYPE_BOOL: o->number = open_words(n ? "figure.yes" : "figure.no", lang); break;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_SCORE:
        o->number = num_print_as(arena, n, type->scale, type->scale, ROUND_HALF, true);
        break;
    default: { /* as a clerk writes it */
        int64_t nums[1] = { n };
        uint64_t known[1] = { 1 };
        Field first = *field;
        first.number = 0;
        RecordRow row = { .nums = nums, .known = known };
        o->number = cell_print(w, core, &first, &row, work_today(w));
    }
    }
}

/* A number that a second person let through is printed in fours, as people say it: the last look at
 * a page's bytes blots out numbers that stand in one piece. */
static Str in_fours(Arena *arena, Str text)
{
    enum { TOGETHER = 4 };
    size_t from, to;
    if (find_person_number(text, false, &from, &to) == TRACED_NONE)
        return text;
    Buf out = buf_open(arena, text.n * 2 + 64);
    while (find_person_number(text, false, &from, &to) != TRACED_NONE) {
        Str number = str_sub(text, from, to);
        size_t at = 0;
        buf_put(&out, str_sub(text, 0, from));
        for (size_t n = 0; at < number.n; n++) {
            if (n && n % TOGETHER == 0)
                buf_putc(&out, ' ');
            utf8_put(&out, utf8_next(number, &at));
        }
        text = str_sub(text, to, text.n);
    }
    buf_put(&out, text);
    return buf_str(&out);
}

const Open *open_cell(Work *w, Core *core, const Field *field, const RecordRow *row, Lang lang,
                      bool released)
{
    size_t from, to;
    if (!field_is_open(field) || !row_known(row, field->number))
        return NULL;
    Open *o = arena_new(w->arena, Open);
    if (type_is_number(field->type)) {
        open_number(w, core, field, row->nums[field->number], lang, o);
        return o;
    }
    o->number = row->texts[field->number];
    if (!released && find_person_number(o->number, true, &from, &to) != TRACED_NONE) {
        o->state = OPEN_WITHHELD;
        o->number = STR("");
        o->words = open_words("page.number_withheld", lang);
    } else if (released) {
        o->number = in_fours(w->arena, o->number);
    }
    return o;
}

bool book_is_open(const Book *book)
{
    if (book->least > 0 || book->form == BOOK_UNDER)
        return false;
    for (size_t i = 0; i < book->field_count; i++)
        if (field_is_open(book->fields[i]))
            return true;
    return false;
}

static void table_open(Arena *arena, const Book *book, OpenTable *t)
{
    *t = (OpenTable){ .book = book };
    t->fields = arena_array(arena, const Field *, book->field_count + 1);
    for (size_t i = 0; i < book->field_count; i++)
        if (field_is_open(book->fields[i]))
            t->fields[t->field_n++] = book->fields[i];
}

static Str row_items(Arena *arena, const Book *book, int64_t ord, Lang lang)
{
    int32_t items[16] = { 0 };
    if (!book->key_count || book->key_count > 16)
        return STR("");
    book_items(book, ord, items);
    Buf out = buf_open(arena, 4096);
    for (size_t i = 0; i < book->key_count; i++) {
        buf_putz(&out, i ? " · " : "");
        buf_put(&out, open_item(arena, lang, book->keys[i], items[i]));
    }
    return buf_str(&out);
}

static OpenRow open_row(Work *w, Core *core, const OpenTable *t, const RecordRow *row, Lang lang)
{
    Period p;
    bool timed = row->period && period_of_code(row->period, &p);
    OpenRow ret = { .unit = row->unit,
                    .number = timed ? 0 : row->ord,
                    .seq = row->seq,
                    .period = timed ? period_print(w->arena, p) : STR("") };
    if (t->book->form == BOOK_PER) {
        ret.items = row_items(w->arena, t->book, row->ord, lang);
        ret.number = 0;
    }
    ret.cells = arena_array(w->arena, const Open *, t->field_n + 1);
    for (size_t i = 0; i < t->field_n; i++)
        ret.cells[i] = open_cell(w, core, t->fields[i], row, lang, false);
    return ret;
}

static bool row_stands(const RecordRow *row)
{
    return row->state == RECORD_FILED || row->state == RECORD_CONFIRMED;
}

/* The day that a row of a register tells, where that may be told; else it was entered last. */
typedef struct Dated {
    const RecordRow *row;
    int32_t day;
} Dated;
typedef list_of(Dated) RowList;

static int32_t open_day(const Book *book, const RecordRow *row)
{
    const Field *field = book->dated ? book->dated : book->lives_from;
    bool known = field && field_is_open(field) && row_known(row, field->number);
    return known ? (int32_t)row->nums[field->number] : DAY_MIN;
}

static int by_newest(const void *a, const void *b)
{
    const Dated *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? 1 : -1;
    return (x->row->seq < y->row->seq) - (x->row->seq > y->row->seq);
}

static bool is_return(const Book *book)
{
    return book->form == BOOK_PER && (book->every != PERIOD_NONE || book->every_book);
}

/* Returns of the unit itself, from the newest period back; enough of them to know what is more. */
static bool gather_returns(Work *w, Core *core, const Book *book, int32_t unit, size_t most,
                           RowList *ret)
{
    const int64_t *periods;
    size_t n;
    TRY(records_periods(w, core, book, &periods, &n));
    for (size_t i = n; i-- > 0 && ret->n <= most;)
        for (int64_t ord = 0; ord < book_cells(book) && ret->n <= most; ord++) {
            const RecordRow *row = record_find(w, core, book, unit, periods[i], ord, KNOWN_NOW);
            TRY(w->err.code == ERR_NONE);
            if (row && row_stands(row))
                *list_push(w->arena, ret) = (Dated){ row, 0 };
        }
    return true;
}

static bool gather_register(Work *w, Core *core, const Book *book, int32_t unit, RowList *ret)
{
    const RecordRow *const *rows;
    size_t n;
    const TreeVersion *tree = units_tree(w, core->units, 0, work_today(w), KNOWN_NOW);
    TRY(tree && records_rows(w, core, book, KNOWN_NOW, &rows, &n));
    int32_t top = unit < tree->slots ? tree->pre_of[unit] : -1;
    for (size_t i = 0; i < n; i++) {
        int32_t pre = rows[i]->unit < tree->slots ? tree->pre_of[rows[i]->unit] : -1;
        bool below = top >= 0 && pre >= top && pre <= tree->last[top];
        if ((below || rows[i]->unit == unit) && row_stands(rows[i]) && rows[i]->ord > 0)
            *list_push(w->arena, ret) = (Dated){ rows[i], open_day(book, rows[i]) };
    }
    if (ret->n)
        qsort(ret->at, ret->n, sizeof *ret->at, by_newest);
    return true;
}

bool open_rows(Work *w, Kernel *k, const Book *book, int32_t unit, Lang lang, size_t from,
               size_t most, OpenTable *ret)
{
    RowList rows = { 0 };
    table_open(w->arena, book, ret);
    if (!book_is_open(book))
        return true;
    if (is_return(book))
        TRY(gather_returns(w, k->core, book, unit, from + most, &rows));
    else
        TRY(gather_register(w, k->core, book, unit, &rows));
    ret->rows = arena_array(w->arena, OpenRow, most + 1);
    for (size_t i = from; i < rows.n && ret->row_n < most; i++)
        ret->rows[ret->row_n++] = open_row(w, k->core, ret, rows.at[i].row, lang);
    ret->more = rows.n > from + most;
    return true;
}

/* ---- trace ---- */
typedef struct Shut { /* books that a figure reads by a field that is not public */
    Arena *arena;
    list_of(const Book *) books;
    int depth;
} Shut;

static bool is_shut(const Shut *s, const Book *book)
{
    for (size_t i = 0; i < s->books.n; i++)
        if (s->books.at[i] == book)
            return true;
    return false;
}

static void shut_field(Shut *s, const Field *field)
{
    if (field && field->book && !field_is_open(field) && !is_shut(s, field->book))
        *list_push(s->arena, &s->books) = field->book;
}

static void shut_walk(Shut *s, const Expr *e);

static void shut_agg(Shut *s, const Agg *agg)
{
    shut_walk(s, agg->where);
    shut_walk(s, agg->value);
    shut_field(s, agg->by);
    shut_field(s, agg->via);
    if (!agg->book)
        return;
    if (!book_is_open(agg->book) && !is_shut(s, agg->book))
        *list_push(s->arena, &s->books) = agg->book;
    if (agg->when != WHEN_DEFAULT && agg->when != WHEN_ALIVE && agg->when != WHEN_DURING)
        return;
    shut_field(s, agg->book->dated); /* to be counted in a period tells the day */
    shut_field(s, agg->book->lives_from);
    shut_field(s, agg->book->lives_to);
}

static void shut_walk(Shut *s, const Expr *e)
{
    if (!e || s->depth > 64)
        return;
    s->depth++;
    shut_field(s, e->field);
    if (e->agg)
        shut_agg(s, e->agg);
    if (e->figure)
        shut_walk(s, e->figure->expr);
    for (size_t i = 0; i < e->arg_count; i++)
        shut_walk(s, e->args[i]);
    s->depth--;
}

static const RecordRow *row_of_fact(Work *w, Core *core, const TraceFact *fact)
{
    Period p = { .code = 0 };
    if (fact->period.n && !period_parse(fact->period, &p))
        return NULL;
    return record_find(w, core, fact->source, fact->unit, p.code, fact->ord, KNOWN_NOW);
}

static OpenTable *table_of(Work *w, OpenTrace *trace, const Book *book, size_t most)
{
    for (size_t i = 0; i < trace->table_n; i++)
        if (trace->tables[i].book == book)
            return &trace->tables[i];
    if (trace->table_n == 8)
        return NULL;
    OpenTable *t = &trace->tables[trace->table_n++];
    table_open(w->arena, book, t);
    t->rows = arena_array(w->arena, OpenRow, most + 1);
    return t;
}

static void trace_rows(Work *w, Core *core, const Shut *shut, const TraceAtom *atom, Lang lang,
                       size_t most, OpenTrace *ret)
{
    for (size_t i = 0; i < atom->fact_n; i++) {
        const TraceFact *fact = &atom->facts[i];
        bool shown = fact->source && !is_shut(shut, fact->source);
        OpenTable *t = shown ? table_of(w, ret, fact->source, most) : NULL;
        if (!t)
            continue;
        bool there = t->row_n == most;
        t->more = t->more || there;
        for (size_t k = 0; k < t->row_n && !there; k++)
            there = t->rows[k].seq == fact->seq;
        const RecordRow *row = there ? NULL : row_of_fact(w, core, fact);
        if (row)
            t->rows[t->row_n++] = open_row(w, core, t, row, lang);
    }
}

bool open_trace(Work *w, Kernel *k, const OpenAsk *ask, size_t most, OpenTrace *ret)
{
    *ret = (OpenTrace){ 0 };
    if (!ask->figure->is_public)
        return true;
    Shut shut = { .arena = w->arena };
    shut_walk(&shut, ask->figure->expr);
    Trace trace;
    TRY(figure_trace_brief(w, k->figures, ask->figure, ask->args, ask->figure->param_count,
                           &ask->ask, OPEN_SILENT_MOST, &trace));
    ret->value = open_of(w->arena, ask, &trace.value);
    ret->formula = trace.formula;
    ret->closed = shut.books.n > 0;
    ret->atoms = arena_array(w->arena, OpenAtom, trace.atom_n + 1);
    ret->tables = arena_array(w->arena, OpenTable, 8);
    for (size_t i = 0; i < trace.atom_n; i++) {
        const TraceAtom *atom = &trace.atoms[i];
        ret->atoms[ret->atom_n++] = (OpenAtom){ .formula = atom->formula,
                                                .expected = atom->value.expected,
                                                .reported = atom->value.reported,
                                                .silent = atom->missing,
                                                .silent_n = atom->missing_n };
        if (most && ask->figure->least <= 0)
            trace_rows(w, k->core, &shut, atom, ask->lang, most, ret);
    }
    return true;
}
