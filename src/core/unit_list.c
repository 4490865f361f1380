/* A yearly list of units as CSV: read, resolved, and judged as a whole before anything changes. */
#include "core/unit_list_int.h"

#include "base/csv.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/words.h"

enum { COLUMN_CODE, COLUMN_NAME, COLUMN_KIND, COLUMN_PARENT, COLUMNS };

static const char *const column_names[COLUMNS][2] = {
    { "code", "代码" },
    { "name", "名称" },
    { "kind", "类别" },
    { "parent", "上级" },
};

typedef struct Reading {
    UnitList *list;
    Buf *report;
    int32_t problems;
    int32_t column[COLUMNS];
    size_t width;
    list_of(ListRow) rows;
} Reading;

static void problem(Reading *r, const char *what)
{
    if (r->problems++ < LIMIT_PROBLEMS) {
        buf_put(r->report, word_text(r->list->w->arena, what, LANG_ZH));
        buf_putc(r->report, '\n');
    }
}

static bool read_header(Reading *r, const Csv *csv)
{
    Work *w = r->list->w;
    for (int32_t c = 0; c < COLUMNS; c++) {
        r->column[c] = -1;
        for (size_t i = 0; i < csv->n; i++) {
            Str title = str_trim(csv->fields[i]);
            if (str_is(title, column_names[c][0]) || str_is(title, column_names[c][1]))
                r->column[c] = (int32_t)i;
        }
        if (r->column[c] < 0)
            return fail(w, ERR_BAD_INPUT, "unit.list_columns");
    }
    r->width = csv->n;
    return true;
}

static const Kind *kind_of(const PackSet *set, Str text)
{
    for (size_t i = 0; i < set->kind_count; i++)
        if (str_eq(set->kinds[i]->name, text) || str_eq(set->kinds[i]->title, text))
            return set->kinds[i];
    return NULL;
}

static bool text_fits(Work *w, Str text, size_t limit, Str *ret)
{
    return utf8_nfc(w->arena, str_trim(text), ret) && ret->n > 0 && ret->n <= limit;
}

static void read_row(Reading *r, const Csv *csv)
{
    UnitList *list = r->list;
    Arena *arena = list->w->arena;
    if (csv->n != r->width) {
        problem(r, arena_printf(arena, "unit.list_fields line=%lld want=%zu have=%zu",
                                (long long)csv->line, r->width, csv->n));
        return;
    }
    ListRow row = { .line = csv->line, .parent = -1, .depth = -1, .top = -1, .unit = UNIT_NONE };
    row.fate = ROW_NEW;
    Str kind = str_trim(csv->fields[r->column[COLUMN_KIND]]);
    if (!text_fits(list->w, csv->fields[r->column[COLUMN_CODE]], LIMIT_CODE_BYTES, &row.code))
        problem(r, arena_printf(arena, "unit.list_no_code line=%lld", (long long)row.line));
    if (!text_fits(list->w, csv->fields[r->column[COLUMN_NAME]], LIMIT_NAME_BYTES, &row.name))
        problem(r, arena_printf(arena, "unit.list_no_name line=%lld", (long long)row.line));
    row.kind = kind_of(list->set, kind);
    if (!row.kind)
        problem(r, arena_printf(arena, "unit.list_kind line=%lld kind=%.*s", (long long)row.line,
                                STR_ARG(kind)));
    row.parent_code = str_copy(arena, str_trim(csv->fields[r->column[COLUMN_PARENT]]));
    row.code = str_copy(arena, row.code);
    row.name = str_copy(arena, row.name);
    *list_push(arena, &r->rows) = row;
}

static void link_rows(Reading *r)
{
    UnitList *list = r->list;
    Arena *arena = list->w->arena;
    list->row_of = map_open(arena);
    for (int32_t i = 0; i < list->row_count; i++) {
        ListRow *row = &list->rows[i];
        const ListRow *other = map_find(&list->row_of, row->code);
        if (other)
            problem(r,
                    arena_printf(arena, "unit.list_code_twice line=%lld code=%.*s other=%lld",
                                 (long long)row->line, STR_ARG(row->code), (long long)other->line));
        else
            map_put(&list->row_of, row->code, row);
    }
    for (int32_t i = 0; i < list->row_count; i++) {
        ListRow *row = &list->rows[i];
        if (row->parent_code.n == 0)
            continue;
        const ListRow *parent = map_find(&list->row_of, row->parent_code);
        if (!parent)
            problem(r, arena_printf(arena, "unit.list_parent line=%lld code=%.*s",
                                    (long long)row->line, STR_ARG(row->parent_code)));
        else
            row->parent = (int32_t)(parent - list->rows);
    }
}

/* Depth and the row at depth 1, going up from each row. */
static void place_rows(Reading *r)
{
    UnitList *list = r->list;
    for (int32_t i = 0; i < list->row_count; i++) {
        ListRow *row = &list->rows[i];
        int32_t up = i, below = -1, depth = 0;
        while (list->rows[up].parent >= 0 && depth <= LIMIT_TREE_DEPTH) {
            below = up;
            up = list->rows[up].parent;
            depth++;
        }
        if (depth > LIMIT_TREE_DEPTH) {
            problem(
                r, arena_printf(list->w->arena, "unit.list_cycle line=%lld", (long long)row->line));
            continue;
        }
        row->depth = depth;
        row->top = below;
    }
}

bool list_read(UnitList *list, Str csv_text, Buf *report)
{
    Work *w = list->w;
    Reading r = { .list = list, .report = report };
    Csv csv;
    bool more = false;
    TRY(csv_open(w, w->arena, csv_text, &csv));
    TRY(csv_next(w, &csv, &more));
    if (!more)
        return fail(w, ERR_BAD_INPUT, "unit.list_empty");
    TRY(read_header(&r, &csv));
    for (;;) {
        TRY(csv_next(w, &csv, &more));
        if (!more)
            break;
        read_row(&r, &csv);
        TRY(work_ok(w));
    }
    if (r.rows.n == 0 && r.problems == 0)
        return fail(w, ERR_BAD_INPUT, "unit.list_empty");
    if (r.rows.n > LIMIT_UNITS)
        return fail(w, ERR_LIMIT, "unit.too_many limit=%d", LIMIT_UNITS);
    list->rows = r.rows.at;
    list->row_count = (int32_t)r.rows.n;
    link_rows(&r);
    place_rows(&r);
    return r.problems == 0 || fail(w, ERR_BAD_INPUT, "unit.list_bad problems=%d", r.problems);
}
