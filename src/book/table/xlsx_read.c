/* Rows of one sheet of a workbook, pulled in steps: a step of XML is inflated and parsed, the rows
 * it completes wait in a queue. A sheet of any size needs the memory of one step. */
#include "book/table/xlsx_read_int.h"

#include "base/limits.h"
#include "base/list.h"
#include "base/num.h"
#include "book/table/xlsx_int.h"

typedef enum CellKind {
    CELL_NUMBER,
    CELL_SHARED, /* index of a shared string */
    CELL_TEXT,   /* inline, text of a formula, ISO date */
    CELL_BOOL,
    CELL_ERROR,
} CellKind;

struct XlsxRows {
    Xlsx x;
    Xml xml;
    Member member;
    bool open, ended;
    char *step;
    Arena *rows; /* the queue's */
    list_of(SheetRow) queue;
    size_t taken;
    /* the row being read */
    int64_t line, last_line;
    Str *cells;
    const char **complaints;
    size_t n;
    bool complained;
    /* the cell being read */
    size_t column;
    CellKind kind;
    CellStyle style;
    Buf text;
    bool in_value, in_formula, has_value;
    int phonetic;
};

static bool broken(Xml *xml)
{
    return fail(xml->w, ERR_BAD_INPUT, "xlsx.broken");
}

static void row_open(Xml *xml, XlsxRows *r, const char **attrs)
{
    Str number = xml_attr(attrs, "r");
    int64_t line = r->last_line + 1;
    if (number.p && !num_parse_int(number, &line))
        broken(xml);
    if (line <= r->last_line)
        broken(xml);
    if (line > LIMIT_IMPORT_ROWS)
        fail(xml->w, ERR_LIMIT, "csv.too_many_rows limit=%d", LIMIT_IMPORT_ROWS);
    r->line = line;
    r->n = 0;
    r->column = SIZE_MAX;
    r->complained = false;
}

static CellKind kind_of(Str t)
{
    if (!t.p || str_is(t, "n"))
        return CELL_NUMBER;
    if (str_is(t, "s"))
        return CELL_SHARED;
    if (str_is(t, "b"))
        return CELL_BOOL;
    return str_is(t, "e") ? CELL_ERROR : CELL_TEXT;
}

static void cell_open(Xml *xml, XlsxRows *r, const char **attrs)
{
    Str reference = xml_attr(attrs, "r");
    size_t column = r->column + 1; /* SIZE_MAX + 1 = 0: the first */
    if (reference.p) {
        size_t named = xlsx_column(reference);
        if (named == SIZE_MAX || named < column)
            broken(xml);
        column = named;
    }
    int64_t style = 0;
    Str style_text = xml_attr(attrs, "s");
    if (style_text.p && !num_parse_int(style_text, &style))
        style = 0;
    bool known = style >= 0 && (uint64_t)style < r->x.style_count;
    r->column = column;
    r->kind = kind_of(xml_attr(attrs, "t"));
    r->style = known ? (CellStyle)r->x.styles[style] : STYLE_PLAIN;
    r->text.n = 0;
    r->has_value = false;
    r->in_formula = false;
}

static void sheet_open_tag(Xml *xml, Str name, const char **attrs)
{
    XlsxRows *r = xml->self;
    if (str_is(name, "row"))
        row_open(xml, r, attrs);
    else if (str_is(name, "c"))
        cell_open(xml, r, attrs);
    else if (str_is(name, "f"))
        r->in_formula = true;
    else if (str_is(name, "rPh"))
        r->phonetic++;
    bool value = str_is(name, "v") || (str_is(name, "t") && !r->phonetic);
    r->in_value = value;
    r->has_value |= value;
}

static void sheet_text(Xml *xml, Str text)
{
    XlsxRows *r = xml->self;
    if (!r->in_value)
        return;
    buf_put(&r->text, text);
    if (!buf_ok(&r->text))
        fail(xml->w, ERR_LIMIT, "xlsx.long_text limit=%d", LIMIT_TEXT_BYTES);
}

static Str cell_text(Xml *xml, XlsxRows *r, const char **complaint)
{
    Str raw = buf_str(&r->text);
    int64_t index;
    switch (r->kind) {
    case CELL_NUMBER: return xlsx_value(r->rows, raw, r->style, r->x.epoch_1904);
    case CELL_TEXT: return str_copy(r->rows, xlsx_unescape(r->rows, raw));
    case CELL_BOOL: return str_is(str_trim(raw), "1") ? STR("TRUE") : STR("FALSE");
    case CELL_ERROR: *complaint = "xlsx.error_value"; return str_copy(r->rows, raw);
    case CELL_SHARED: break;
    }
    if (!num_parse_int(raw, &index) || index < 0 || (uint64_t)index >= r->x.string_count) {
        broken(xml);
        return STR("");
    }
    return r->x.strings[index];
}

static void cell_close(Xml *xml, XlsxRows *r)
{
    const char *complaint = NULL;
    Str text = STR("");
    bool blank = r->text.n == 0;
    if (!blank)
        text = cell_text(xml, r, &complaint);
    else if (r->in_formula && !(r->has_value && r->kind == CELL_TEXT))
        complaint = "xlsx.formula_without_value";
    if (!text.n && !complaint)
        return;
    if (r->column >= LIMIT_IMPORT_COLUMNS) {
        fail(xml->w, ERR_LIMIT, "csv.too_many_columns line=%lld limit=%d", (long long)r->line,
             LIMIT_IMPORT_COLUMNS);
        return;
    }
    for (; r->n <= r->column; r->n++) {
        r->cells[r->n] = STR("");
        r->complaints[r->n] = NULL;
    }
    r->cells[r->column] = text;
    r->complaints[r->column] = complaint;
    r->complained |= complaint != NULL;
}

static void row_close(XlsxRows *r)
{
    r->last_line = r->line;
    if (!r->n)
        return;
    SheetRow *row = list_push(r->rows, &r->queue);
    *row = (SheetRow){ .line = r->line, .n = r->n };
    row->cells = arena_copy(r->rows, r->cells, r->n * sizeof *r->cells);
    if (r->complained)
        row->complaints = arena_copy(r->rows, r->complaints, r->n * sizeof *r->complaints);
}

static void sheet_close_tag(Xml *xml, Str name)
{
    XlsxRows *r = xml->self;
    r->in_value = false;
    r->phonetic -= str_is(name, "rPh");
    if (str_is(name, "c"))
        cell_close(xml, r);
    else if (str_is(name, "row"))
        row_close(r);
}

static bool start(Work *w, XlsxRows *r)
{
    bool found;
    TRY(member_open(w, &r->x, r->x.sheet_part, &r->member, &found));
    if (!found)
        return fail(w, ERR_BAD_INPUT, "xlsx.no_sheet");
    r->xml = (Xml){
        .w = w, .self = r, .open = sheet_open_tag, .close = sheet_close_tag, .text = sheet_text
    };
    xml_open(&r->xml);
    r->open = true;
    r->ended = false;
    r->last_line = 0;
    r->taken = 0;
    r->queue.n = 0;
    return true;
}

XlsxRows *xlsx_open(Work *w, Arena *arena, Str bytes, Str wanted)
{
    XlsxRows *r = arena_new(arena, XlsxRows);
    r->x.arena = arena;
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    r->x.zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (source && !r->x.zip)
        zip_source_free(source);
    zip_error_fini(&error);
    if (!r->x.zip) {
        fail(w, ERR_BAD_INPUT, "xlsx.broken");
        return NULL;
    }
    r->rows = arena_open(LIMIT_XLSX_UNPACKED, (size_t)LIMIT_XLSX_UNPACKED * 2);
    r->text = buf_open(arena, LIMIT_TEXT_BYTES);
    r->cells = arena_array(arena, Str, LIMIT_IMPORT_COLUMNS);
    r->complaints = arena_array(arena, const char *, LIMIT_IMPORT_COLUMNS);
    r->step = arena_array(arena, char, XLSX_STEP);
    if (xlsx_parts(w, &r->x, wanted) && start(w, r))
        return r;
    xlsx_close(r);
    return NULL;
}

static void end(XlsxRows *r)
{
    if (r->open) {
        xml_close(&r->xml);
        member_close(&r->member);
    }
    r->open = false;
}

void xlsx_close(XlsxRows *r)
{
    end(r);
    if (r->x.zip)
        zip_discard(r->x.zip);
    arena_close(r->rows);
}

/* Rows handed out so far are forgotten: they live in the queue's arena. */
static bool feed(Work *w, XlsxRows *r)
{
    r->xml.w = w;
    r->taken = 0;
    r->queue = (typeof(r->queue)){ 0 };
    /* A row may be open across steps: its texts move to the new life of the arena. */
    Arena *fresh = arena_open(LIMIT_XLSX_UNPACKED, (size_t)LIMIT_XLSX_UNPACKED * 2);
    for (size_t i = 0; i < r->n; i++)
        r->cells[i] = str_copy(fresh, r->cells[i]);
    arena_close(r->rows);
    r->rows = fresh;
    size_t n;
    TRY(member_read(w, &r->x, &r->member, r->step, XLSX_STEP, &n));
    r->ended = n == 0;
    return xml_feed(&r->xml, (Str){ r->step, n }, r->ended);
}

bool xlsx_next(Work *w, XlsxRows *r, SheetRow *ret, bool *ret_more)
{
    while (r->taken == r->queue.n && !r->ended)
        TRY(feed(w, r));
    *ret_more = r->taken < r->queue.n;
    if (*ret_more)
        *ret = r->queue.at[r->taken++];
    return true;
}

bool xlsx_rewind(Work *w, XlsxRows *r)
{
    end(r);
    r->x.inflated = 0;
    return start(w, r);
}
