/* A plain table as an .xlsx file, made in memory.
 *
 * Strings are written as strings of the shared table, never through the library's guessing: a cell
 * that begins with = + - @ stays text. A number is written as one where a spreadsheet can hold it
 * exactly (15 digits), else as text. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "view/export/export_int.h"

enum { DIGITS_EXACT = 15, WIDTH_LEAST = 8, WIDTH_MOST = 48, WIDTH_ROWS = 300 };

typedef struct TableColumn {
    Str title;
    int decimals;
    bool percent;
    size_t width;
} TableColumn;
typedef struct TableValue {
    Str text;
    bool number;
} TableValue;

struct Table {
    Str title;
    list_of(TableColumn) columns;
    list_of(TableValue) cells;
    list_of(size_t) starts; /* of each row, in cells */
    list_of(Str) notes;
};

Table *table_new(Work *w, Str title)
{
    Table *t = arena_new(w->arena, Table);
    t->title = title;
    return t;
}

size_t table_rows(const Table *t)
{
    return t->starts.n;
}

void table_column(Work *w, Table *t, Str title, int decimals, bool percent)
{
    *list_push(w->arena, &t->columns) =
        (TableColumn){ title, decimals, percent, (size_t)utf8_width(title) };
}

void table_row(Work *w, Table *t)
{
    *list_push(w->arena, &t->starts) = t->cells.n;
}

/* Up to 15 digits make an exact integer, whose quotient by a power of ten is the nearest there is.
 */
static bool as_number(Str decimal, double *ret)
{
    size_t point = str_find(decimal, STR("."));
    int scale = point == SIZE_MAX ? 0 : (int)(decimal.n - point - 1);
    int64_t n;
    if (!decimal.n || scale > NUM_SCALE_MAX || !num_parse(decimal, scale, &n) ||
        n >= (int64_t)num_pow10(DIGITS_EXACT) || n <= -(int64_t)num_pow10(DIGITS_EXACT))
        return false;
    *ret = (double)n / (double)(int64_t)num_pow10(scale);
    return true;
}

static void put_cell(Work *w, Table *t, Str text, bool number)
{
    size_t at = t->cells.n - t->starts.at[t->starts.n - 1];
    CHECK(at < t->columns.n);
    *list_push(w->arena, &t->cells) = (TableValue){ text, number };
    size_t width = text.n && t->starts.n < WIDTH_ROWS ? (size_t)utf8_width(text) : 0;
    if (width > t->columns.at[at].width)
        t->columns.at[at].width = width;
}

void table_text(Work *w, Table *t, Str text)
{
    put_cell(w, t, text, false);
}

void table_number(Work *w, Table *t, Str decimal)
{
    double exact;
    put_cell(w, t, decimal, as_number(decimal, &exact));
}

void table_note(Work *w, Table *t, Str text)
{
    *list_push(w->arena, &t->notes) = text;
}

/* ---- writing ---- */

typedef struct Book1 {
    Work *w;
    const Table *t;
    lxw_workbook *book;
    lxw_worksheet *main, *about;
    lxw_format *head, *text;
    lxw_format **formats; /* by column */
} Book1;

/* At most 31 characters, none of []:*?/\' */
static char *sheet_title(Work *w, Str title)
{
    Buf out = buf_open(w->arena, title.n + 8);
    size_t count = 0;
    for (size_t at = 0; at < title.n && count < LXW_SHEETNAME_MAX;) {
        size_t from = at;
        int32_t point = utf8_next(title, &at);
        if (point < 0x20 || (point <= 0x7E && strchr("[]:*?/\\'", (char)point)))
            continue;
        count++;
        buf_put(&out, str_sub(title, from, at - from));
    }
    return str_z(w->arena, out.n ? buf_str(&out) : STR("1"));
}

static void make_formats(Book1 *b)
{
    Arena *arena = b->w->arena;
    b->head = workbook_add_format(b->book);
    format_set_bold(b->head);
    format_set_text_wrap(b->head);
    format_set_bg_color(b->head, 0xE9F2EE);
    format_set_border(b->head, LXW_BORDER_THIN);
    b->text = workbook_add_format(b->book);
    format_set_num_format(b->text, "@");
    b->formats = arena_array(arena, lxw_format *, b->t->columns.n + 1);
    for (size_t i = 0; i < b->t->columns.n; i++) {
        const TableColumn *c = &b->t->columns.at[i];
        b->formats[i] = b->text;
        if (c->decimals < 0)
            continue;
        char *zeros = str_z(arena, STR("0.000000000"));
        zeros[c->decimals > 0 ? c->decimals + 2 : 1] = '\0';
        b->formats[i] = workbook_add_format(b->book);
        format_set_num_format(b->formats[i],
                              arena_printf(arena, "%s%s", zeros, c->percent ? "\"%\"" : ""));
    }
}

static void write_head(const Book1 *b)
{
    for (size_t i = 0; i < b->t->columns.n; i++) {
        const TableColumn *c = &b->t->columns.at[i];
        size_t width = c->width + 2;
        width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
        worksheet_set_column(b->main, (lxw_col_t)i, (lxw_col_t)i, (double)width, NULL);
        worksheet_write_string(b->main, 0, (lxw_col_t)i, str_z(b->w->arena, c->title), b->head);
    }
    worksheet_freeze_panes(b->main, 1, 2);
}

static void write_row(const Book1 *b, size_t row)
{
    ARENA_SCOPE(b->w->arena);
    const Table *t = b->t;
    size_t from = t->starts.at[row];
    size_t to = row + 1 < t->starts.n ? t->starts.at[row + 1] : t->cells.n;
    for (size_t i = from; i < to; i++) {
        const TableValue *v = &t->cells.at[i];
        lxw_col_t column = (lxw_col_t)(i - from);
        if (!v->text.n)
            continue;
        char *text = str_z(b->w->arena, v->text);
        double number;
        if (v->number && as_number(v->text, &number))
            worksheet_write_number(b->main, (lxw_row_t)(row + 1), column, number,
                                   b->formats[column]);
        else
            worksheet_write_string(b->main, (lxw_row_t)(row + 1), column, text, b->text);
    }
}

static void fill(Book1 *b)
{
    make_formats(b);
    b->main = workbook_add_worksheet(b->book, sheet_title(b->w, b->t->title));
    b->about = workbook_add_worksheet(b->book, "说明");
    write_head(b);
    for (size_t row = 0; row < b->t->starts.n; row++)
        write_row(b, row);
    worksheet_set_column(b->about, 0, 0, 100, NULL);
    for (size_t i = 0; i < b->t->notes.n; i++)
        worksheet_write_string(b->about, (lxw_row_t)i, 0, str_z(b->w->arena, b->t->notes.at[i]),
                               b->text);
    worksheet_activate(b->main);
}

/* The library writes to a path: one of a file in memory. */
bool table_bytes(Work *w, Table *t, Str *ret)
{
    int fd = memfd_create("table", MFD_CLOEXEC);
    if (fd < 0)
        return fail(w, ERR_STORE, "template.write");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    Book1 b = { .w = w, .t = t, .book = workbook_new(path) };
    lxw_doc_properties about = { .title = str_z(w->arena, t->title),
                                 .created = (time_t)(w->now_ms / 1000) };
    bool ok = b.book != NULL;
    if (ok) {
        workbook_set_properties(b.book, &about);
        fill(&b);
        ok = workbook_close(b.book) == LXW_NO_ERROR;
    }
    off_t size = ok ? lseek(fd, 0, SEEK_END) : 0;
    char *bytes = arena_array(w->arena, char, (size_t)size + 1);
    ok = ok && size > 0 && pread(fd, bytes, (size_t)size, 0) == size;
    close(fd);
    *ret = (Str){ bytes, (size_t)size };
    return ok || fail(w, ERR_STORE, "template.write");
}
