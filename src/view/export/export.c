/* Tables that leave: rows of a book, a figure of many units, templates to fill in. What the reader
 * may not see is not in them, private fields never are. */
#include "base/limits.h"
#include "view/export/export_int.h"

/* ---- rows of a book ---- */

typedef struct Export {
    Work *w;
    const Asking *a;
    const Book *book;
    Table *table;
    int32_t day;
    int32_t judged; /* the unit whose sight stands */
    Sight sight;
    uint64_t *shown; /* by Field.number: seen at some unit, so that it has a column */
} Export;

static bool look_at(Export *x, int32_t unit)
{
    if (x->judged != unit && PLANTED("export_fields"))
        return right_fields(x->w, x->a->core, 0, x->book, unit, x->a->today, &x->sight);
    if (x->judged != unit)
        TRY(may_see(x->w, x->a, x->book, unit, &x->sight));
    x->judged = unit;
    return true;
}

/* Digits behind the point of a field that stands as a number; -1 for the others. */
static int number_of(const Field *f)
{
    switch ((int)f->type.kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_SCORE: return f->type.scale;
    case TYPE_RATIO: return f->type.scale - 2; /* shown in percent */
    }
    return -1;
}

static bool exported(const Export *x, const Field *f)
{
    return !field_is_private(f) && (x->shown[f->number / 64] >> (f->number % 64) & 1);
}

static Str with_measure(Export *x, const Field *f)
{
    Str title = field_title(x->a, x->book, f), measure = measure_of(x->a, &f->type);
    if (!measure.n)
        return title;
    return str_printf(x->w->arena, "%.*s（%.*s）", STR_ARG(title), STR_ARG(measure));
}

static void put_titles(Export *x)
{
    Work *w = x->w;
    const Book *b = x->book;
    table_column(w, x->table, zh_en(x->a, "单位代码", "Code"), -1, false);
    table_column(w, x->table, zh_en(x->a, "单位名称", "Unit"), -1, false);
    table_column(w, x->table, zh_en(x->a, "上级", "In"), -1, false);
    if (book_has_period(b))
        table_column(w, x->table, zh_en(x->a, "期间", "Period"), -1, false);
    for (size_t k = 0; k < b->key_count; k++)
        table_column(w, x->table,
                     title_of(x->a, b->keys[k]->pack, "list", b->keys[k]->name, b->keys[k]->title),
                     -1, false);
    if (b->parent)
        table_column(w, x->table,
                     title_of(x->a, b->parent->pack, "book", b->parent->name, b->parent->title), -1,
                     false);
    if (!book_is_return(b))
        table_column(w, x->table, zh_en(x->a, "编号", "No."), -1, false);
    for (size_t i = 0; i < b->field_count; i++)
        if (exported(x, b->fields[i]))
            table_column(w, x->table, with_measure(x, b->fields[i]), number_of(b->fields[i]),
                         false);
    table_column(w, x->table, zh_en(x->a, "状态", "State"), -1, false);
}

static Str state_text(const Export *x, RecordState state)
{
    switch (state) {
    case RECORD_FILED: return zh_en(x->a, "已报", "filed");
    case RECORD_RETURNED: return zh_en(x->a, "已退回", "returned");
    case RECORD_CONFIRMED: return zh_en(x->a, "已确认", "confirmed");
    case RECORD_NONE:
    case RECORD_VOID: break;
    }
    return STR("");
}

static void put_field(Export *x, const Field *f, const RecordRow *row)
{
    Work *w = x->w;
    int decimals = number_of(f);
    bool seen = sight_has(&x->sight, f);
    if (decimals >= 0 && seen && row_known(row, f->number))
        table_number(w, x->table, num_print(w->arena, row->nums[f->number], decimals));
    else if (decimals >= 0 || !seen)
        table_text(w, x->table, STR(""));
    else
        table_text(w, x->table, cell_print(w, x->a->core, f, row, x->day));
}

static void put_place(Export *x, const RecordRow *row)
{
    Work *w = x->w;
    const Book *b = x->book;
    const Units *u = x->a->core->units;
    int32_t parent = unit_parent(u, row->unit, 0, x->day, KNOWN_NOW);
    Str code = unit_code(u, row->unit, x->day, KNOWN_NOW);
    table_text(w, x->table, code);
    table_text(w, x->table, unit_name(u, row->unit, x->day, KNOWN_NOW));
    table_text(w, x->table,
               parent == UNIT_NONE ? STR("") : unit_name(u, parent, x->day, KNOWN_NOW));
    if (book_has_period(b))
        table_text(w, x->table, period_code_text(w, row->period));
    int32_t *items = arena_array(w->arena, int32_t, b->key_count + 1);
    if (b->key_count)
        book_items(b, row->ord, items);
    for (size_t k = 0; k < b->key_count; k++) {
        const Item *item = list_item_number(b->keys[k], items[k]);
        table_text(w, x->table, item ? item_title(x->a, b->keys[k], b, item) : STR(""));
    }
    if (b->parent)
        table_text(w, x->table, str_printf(w->arena, "%lld", (long long)row->parent));
    if (!book_is_return(b))
        table_text(w, x->table, str_printf(w->arena, "%lld", (long long)row->ord));
}

static bool put_row(Export *x, const RecordRow *row)
{
    if (!row || row->state == RECORD_VOID || row->state == RECORD_NONE)
        return true;
    if (table_rows(x->table) * (x->book->field_count + 8) > LIMIT_TEMPLATE_CELLS)
        return fail(x->w, ERR_LIMIT, "template.too_large limit=%d", LIMIT_TEMPLATE_CELLS);
    table_row(x->w, x->table);
    put_place(x, row);
    for (size_t i = 0; i < x->book->field_count; i++)
        if (exported(x, x->book->fields[i]))
            put_field(x, x->book->fields[i], row);
    table_text(x->w, x->table, state_text(x, row->state));
    return true;
}

/* Fields that the reader sees at one of the units at least. */
static bool find_columns(Export *x, const RowPick *pick)
{
    x->shown = arena_array(x->w->arena, uint64_t, (size_t)x->book->field_room / 64 + 1);
    for (size_t i = 0; i < pick->rows.n; i++) {
        TRY(look_at(x, pick->rows.at[i].unit));
        for (size_t k = 0; k <= (size_t)x->book->field_room / 64; k++)
            x->shown[k] |= x->sight.mask[k];
    }
    return true;
}

static bool put_rows(Export *x, const RowPick *pick)
{
    for (size_t i = 0; i < pick->rows.n; i++) {
        const PickedRow *at = &pick->rows.at[i];
        TRY(look_at(x, at->unit));
        const RecordRow *row =
            record_find(x->w, x->a->core, x->book, at->unit, at->period, at->ord, KNOWN_NOW);
        TRY(row && put_row(x, row));
    }
    return true;
}

static void put_notes(Work *w, const Asking *a, Table *t, Str what, int32_t unit, int32_t day)
{
    Str name = unit_name(a->core->units, unit, day, KNOWN_NOW);
    table_note(w, t, what);
    table_note(
        w, t,
        str_printf(w->arena, "%.*s · %.*s", STR_ARG(name), STR_ARG(ms_print(w->arena, w->now_ms))));
    table_note(
        w, t,
        say(w, a,
            arena_printf(w->arena, "export.source seq=%lld", (long long)core_known(a->core))));
}

static bool export_book(Work *w, const Asking *a, Str *ret)
{
    Export x = { .w = w, .a = a, .judged = UNIT_NONE };
    RowPick pick = { .all = true };
    Reach reach;
    TRY(asking_book(w, a, &x.book));
    TRY(asking_period(w, a, x.book, &pick.period));
    bool past = pick.period.kind != PERIOD_NONE && pick.period.last_day < a->today;
    x.day = past ? pick.period.last_day : a->today;
    pick.book = x.book;
    TRY(asking_unit(w, a, "unit", x.day, &pick.unit));
    TRY(book_reach(w, a, x.book, &reach));
    if (!reach.reads)
        return view_not_found(w);
    TRY(rows_pick(w, a, &pick));
    TRY(find_columns(&x, &pick));
    Str title = title_of(a, x.book->pack, "book", x.book->name, x.book->title);
    x.table = table_new(w, title);
    put_titles(&x);
    TRY(put_rows(&x, &pick));
    put_notes(w, a, x.table, title, pick.unit, x.day);
    return table_bytes(w, x.table, ret);
}

/* ---- a figure of each unit of a kind ---- */

static bool export_figure(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret)
{
    Asked q;
    const Kind *kind;
    int32_t *units;
    Value *values;
    size_t count;
    TRY(asked_open(w, reader, given, n, &q));
    TRY(asked_kind(w, &q, &kind));
    TRY(figure_each(w, reader->k->figures, q.figure, q.args, q.figure->param_count, &q.ask, kind,
                    &units, &values, &count));
    Str measure, title = member_title(w, &q);
    int decimals;
    Value none = { .state = VALUE_MISSING, .type = q.figure->expr->type, .den = 1 };
    (void)value_decimal(w->arena, q.figure, &none, &measure, &decimals);
    Table *t = table_new(w, title);
    table_column(w, t, zh_en(&q.a, "单位代码", "Code"), -1, false);
    table_column(w, t, zh_en(&q.a, "单位名称", "Unit"), -1, false);
    table_column(w, t,
                 measure.n ? str_printf(w->arena, "%.*s（%.*s）", STR_ARG(title), STR_ARG(measure))
                           : title,
                 decimals, false);
    table_column(w, t, zh_en(&q.a, "怎么写", "As printed"), -1, false);
    table_column(w, t, zh_en(&q.a, "应报", "Expected"), 0, false);
    table_column(w, t, zh_en(&q.a, "已报", "Reported"), 0, false);
    for (size_t i = 0; i < count; i++) {
        const Value *v = &values[i];
        Str number = value_decimal(w->arena, q.figure, v, &measure, &decimals);
        int64_t parsed;
        bool amount = v->state == VALUE_OK && num_parse(number, NUM_SCALE_MAX, &parsed);
        table_row(w, t);
        table_text(w, t, unit_code(q.a.core->units, units[i], q.day, KNOWN_NOW));
        table_text(w, t, unit_name(q.a.core->units, units[i], q.day, KNOWN_NOW));
        if (amount)
            table_number(w, t, number);
        else
            table_text(w, t, v->state == VALUE_OK ? number : STR(""));
        table_text(w, t, value_text(w->arena, q.figure, v, (int)reader->lang));
        table_number(w, t, str_printf(w->arena, "%lld", (long long)(v->covered ? v->expected : 0)));
        table_number(w, t, str_printf(w->arena, "%lld", (long long)(v->covered ? v->reported : 0)));
    }
    put_notes(w, &q.a, t, title, q.ask.unit, q.day);
    table_note(w, t, period_code_text(w, q.ask.period.code));
    Str formula;
    TRY(figure_formula(w, q.figure, &formula));
    table_note(w, t, formula);
    return table_bytes(w, t, ret);
}

bool export_xlsx(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret)
{
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    if (asking_text(&a, "name").n)
        return export_figure(w, reader, given, n, ret);
    return export_book(w, &a, ret);
}

/* ---- templates ---- */

static bool may_fill(Work *w, void *self, const Book *book, int32_t unit)
{
    bool may = false;
    return may_write(w, self, book, unit, &may) && may;
}

/* The units that the seat writes for, below the asked one. */
bool template_xlsx(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret)
{
    Asking a;
    const Book *book;
    Period period;
    int32_t unit;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_book(w, &a, &book));
    TRY(asking_period(w, &a, book, &period));
    int32_t day =
        period.kind != PERIOD_NONE && period.last_day < a.today ? period.last_day : a.today;
    TRY(asking_unit(w, &a, "unit", day, &unit));
    TemplateSight sight = { .may = may_fill, .self = &a };
    return book_template_bytes(w, a.core, book, unit, period, false, &sight, ret);
}
