/* The titles of a table: which column is which. A title is known by identifier or by the title the
 * book shows, with or without a unit of measure in brackets and a mark for "must be filled"; a
 * second row of identifiers, as templates have it, decides when it is there. */
#include "book/import_int.h"

#include "base/limits.h"
#include "base/utf8.h"

enum { TITLE_ROWS = 6 }; /* a heading may stand above the titles */

static const struct {
    ColumnRole role;
    const char *names[8];
} fixed[] = {
    { COLUMN_UNIT, { "unit", "单位代码", "区划代码", "单位", "单位编码", "代码" } },
    { COLUMN_UNIT_NAME, { "unit_name", "单位名称", "名称" } },
    { COLUMN_PERIOD, { "period", "期间", "时期", "报告期", "期", "轮次" } },
    { COLUMN_NUMBER, { "#", "ord", "编号", "记录号" } },
    { COLUMN_SKIP, { "序号", "no", "No.", "NO" } },
};

/* Without blanks, line ends and a * anywhere in it. */
static Str squeeze(Arena *arena, Str text)
{
    Str nfc = text;
    (void)utf8_nfc(arena, text, &nfc);
    char *out = arena_array(arena, char, nfc.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < nfc.n;) {
        Str rest = str_sub(nfc, at, nfc.n);
        if (str_starts(rest, STR("\xE3\x80\x80"))) {
            at += 3;
            continue;
        }
        if (!strchr(" \t\r\n*", rest.p[0]) || rest.p[0] == '\0')
            out[n++] = rest.p[0];
        at++;
    }
    return (Str){ out, n };
}

/* "金额（元）" -> "金额"; the text itself when no bracket closes it. */
static Str without_bracket(Str s)
{
    bool wide = str_ends(s, STR("）"));
    if (!wide && !str_ends(s, STR(")")))
        return s;
    Str open = wide ? STR("（") : STR("(");
    for (size_t at = s.n; at-- > 0;)
        if (str_starts(str_sub(s, at, s.n), open))
            return at ? str_sub(s, 0, at) : s;
    return s;
}

static bool named(Arena *arena, Str given, Str name, Str title)
{
    return str_eq(given, name) || str_eq(given, squeeze(arena, title));
}

/* What the book itself calls so, before the fixed words. */
static bool book_column(const Import *i, Str given, Column *ret)
{
    const Book *b = i->book;
    Arena *arena = i->arena;
    for (size_t n = 0; n < b->field_count; n++)
        if (named(arena, given, b->fields[n]->name, b->fields[n]->title)) {
            ret->role = COLUMN_FIELD;
            ret->field = b->fields[n];
            ret->id = b->fields[n]->name;
            return true;
        }
    for (size_t n = 0; n < b->key_count; n++)
        if (named(arena, given, b->keys[n]->name, b->keys[n]->title)) {
            ret->role = COLUMN_KEY;
            ret->id = b->keys[n]->name;
            return true;
        }
    bool parent = b->parent && (named(arena, given, b->parent->name, b->parent->title) ||
                                str_is(given, "所属") || str_is(given, "parent"));
    if (parent) {
        ret->role = COLUMN_PARENT;
        ret->id = b->parent->name;
    }
    return parent;
}

static bool fixed_column(Str given, Column *ret)
{
    for (size_t r = 0; r < sizeof fixed / sizeof *fixed; r++)
        for (size_t n = 0; n < 8 && fixed[r].names[n]; n++)
            if (str_is(given, fixed[r].names[n])) {
                ret->role = fixed[r].role;
                ret->id = ret->role == COLUMN_NUMBER ? STR("#") : str_of(fixed[r].names[0]);
                return true;
            }
    return false;
}

/* What the clerk said about the title; NULL = nothing. */
static const Cell *mapped(const Import *i, Str given)
{
    for (size_t n = 0; n < i->ask->mapping_n; n++)
        if (str_eq(squeeze(i->arena, i->ask->mapping[n].column), given))
            return &i->ask->mapping[n];
    return NULL;
}

static bool find_column(const Import *i, Str head, Column *ret)
{
    Str given = squeeze(i->arena, head);
    *ret = (Column){ .role = COLUMN_SKIP, .head = str_copy(i->arena, str_trim(head)) };
    const Cell *said = given.n ? mapped(i, given) : NULL;
    if (said)
        given = squeeze(i->arena, said->text);
    if (!given.n || book_column(i, given, ret) || fixed_column(given, ret))
        return true;
    Str bare = without_bracket(given);
    return book_column(i, bare, ret) || fixed_column(bare, ret);
}

static bool retired(const Book *book, const Field *f)
{
    return f->until && book->pack->version >= f->until;
}

static void head_fault(Import *i, int64_t line, Str head, const char *what)
{
    import_fault(i, (Fault){ .row = line, .column = head, .given = STR(""), .what = what });
}

static Str nearest_title(const Import *i, Str head)
{
    const Book *b = i->book;
    Str *titles = arena_array(i->arena, Str, b->field_count + b->key_count + 1);
    size_t n = 0;
    for (size_t f = 0; f < b->field_count; f++)
        titles[n++] = b->fields[f]->title;
    for (size_t k = 0; k < b->key_count; k++)
        titles[n++] = b->keys[k]->title;
    return nearest_name(titles, n, squeeze(i->arena, head));
}

static void unknown_column(Import *i, int64_t line, Column *c)
{
    c->unknown = true;
    c->near = nearest_title(i, c->head);
    head_fault(i, line, c->head,
               c->near.n ? arena_printf(i->arena, "import.column_near near=%.*s", STR_ARG(c->near))
                         : "import.column_unknown");
}

static size_t *place_of(Import *i, ColumnRole role)
{
    switch (role) {
    case COLUMN_UNIT: return &i->unit_at;
    case COLUMN_UNIT_NAME: return &i->name_at;
    case COLUMN_PERIOD: return &i->period_at;
    case COLUMN_SKIP:
    case COLUMN_KEY:
    case COLUMN_PARENT:
    case COLUMN_NUMBER:
    case COLUMN_FIELD: break;
    }
    return NULL;
}

/* Each thing once; fields that are no longer asked or never asked are said, not read. */
static void judge_column(Import *i, int64_t line, size_t at)
{
    Column *c = &i->columns[at];
    for (size_t n = 0; n < at && c->role != COLUMN_SKIP; n++)
        if (i->columns[n].role == c->role && str_eq(i->columns[n].id, c->id)) {
            head_fault(i, line, c->head, "import.column_twice");
            return;
        }
    size_t *place = place_of(i, c->role);
    if (place)
        *place = at;
    if (c->role == COLUMN_FIELD && (c->field->computed || retired(i->book, c->field))) {
        Fault fault = { .row = line, .column = c->head, .warning = true };
        fault.what = c->field->computed ? "import.column_computed" : "import.column_retired";
        import_fault(i, fault);
        c->role = COLUMN_SKIP;
    }
}

/* The row of titles is the first one that names the unit. */
static bool names_unit(const Import *i, const SheetRow *row)
{
    for (size_t n = 0; n < row->n; n++) {
        Column c;
        if (find_column(i, row->cells[n], &c) && c.role == COLUMN_UNIT)
            return true;
    }
    return false;
}

/* A row whose every cell is an identifier, the unit's among them. */
static bool is_identifiers(const Import *i, const SheetRow *row)
{
    bool unit = false;
    for (size_t n = 0; n < row->n; n++) {
        Column c;
        Str given = str_trim(row->cells[n]);
        if (!given.n)
            continue;
        if (!find_column(i, given, &c) || !str_eq(c.id, given))
            return false;
        unit = unit || c.role == COLUMN_UNIT;
    }
    return unit;
}

static void take_titles(Import *i, const SheetRow *row)
{
    i->columns = arena_array(i->arena, Column, row->n + 1);
    i->column_count = row->n;
    for (size_t n = 0; n < row->n; n++)
        if (!find_column(i, row->cells[n], &i->columns[n]))
            unknown_column(i, row->line, &i->columns[n]);
    for (size_t n = 0; n < row->n; n++)
        judge_column(i, row->line, n);
}

/* The identifiers below the titles decide; the titles stay as what the clerk sees. */
static void take_identifiers(Import *i, const SheetRow *row)
{
    Column *titles = i->columns;
    size_t n_titles = i->column_count;
    i->unit_at = i->name_at = i->period_at = SIZE_MAX;
    i->columns = arena_array(i->arena, Column, row->n + 1);
    i->column_count = row->n;
    for (size_t n = 0; n < row->n; n++) {
        (void)find_column(i, row->cells[n], &i->columns[n]);
        if (n < n_titles && titles[n].head.n)
            i->columns[n].head = titles[n].head;
        judge_column(i, row->line, n);
    }
}

static bool asks_nothing(const Import *i)
{
    for (size_t n = 0; n < i->column_count; n++)
        if (i->columns[n].role == COLUMN_FIELD)
            return false;
    return i->book->field_count > 0;
}

static void missing_columns(Import *i, int64_t line)
{
    if (!i->errors && asks_nothing(i))
        head_fault(i, line, STR(""), "import.no_fields");
    bool timed = i->book->every != PERIOD_NONE || i->book->every_book;
    if (timed && i->period_at == SIZE_MAX && i->ask->period.kind == PERIOD_NONE)
        head_fault(i, line, STR(""), "import.no_period");
    for (size_t k = 0; k < i->book->key_count; k++) {
        bool there = false;
        for (size_t n = 0; n < i->column_count; n++)
            there = there || (i->columns[n].role == COLUMN_KEY &&
                              str_eq(i->columns[n].id, i->book->keys[k]->name));
        if (!there)
            head_fault(i, line, i->book->keys[k]->title, "import.no_key");
    }
}

static void mark_data(Import *i, int64_t line)
{
    Csv *csv = sheet_csv(i->sheet);
    i->data_line = line;
    if (csv)
        i->data_at = csv->at;
}

/* ---- what the clerk is told of the columns ---- */

static const char *role_name(const Column *c)
{
    switch (c->role) {
    case COLUMN_SKIP: return c->unknown ? "unknown" : "skip";
    case COLUMN_UNIT: return "unit";
    case COLUMN_UNIT_NAME: return "name";
    case COLUMN_PERIOD: return "period";
    case COLUMN_KEY: return "key";
    case COLUMN_PARENT: return "parent";
    case COLUMN_NUMBER: return "number";
    case COLUMN_FIELD: break;
    }
    return "field";
}

static Str title_in_book(const Import *i, const Column *c)
{
    if (c->field)
        return c->field->title;
    for (size_t k = 0; c->role == COLUMN_KEY && k < i->book->key_count; k++)
        if (str_eq(i->book->keys[k]->name, c->id))
            return i->book->keys[k]->title;
    return STR("");
}

/* They outlive the import. */
static void tell_columns(Import *i)
{
    Arena *arena = i->w->arena;
    ImportReport *r = i->report;
    r->columns = arena_array(arena, ImportColumn, i->column_count + 1);
    r->column_n = 0;
    for (size_t n = 0; n < i->column_count; n++) {
        const Column *c = &i->columns[n];
        if (!c->head.n)
            continue;
        r->columns[r->column_n++] =
            (ImportColumn){ .head = str_copy(arena, c->head),
                            .role = role_name(c),
                            .field = c->id.n ? str_copy(arena, c->id) : STR(""),
                            .title = title_in_book(i, c),
                            .near = c->near.n ? str_copy(arena, c->near) : STR("") };
    }
}

/* No row names the unit: the clerk is shown the first one, to say what is what. */
static void guess_columns(Import *i, const SheetRow *row)
{
    i->columns = arena_array(i->arena, Column, row->n + 1);
    i->column_count = row->n;
    for (size_t n = 0; n < row->n; n++)
        if (!find_column(i, row->cells[n], &i->columns[n])) {
            i->columns[n].unknown = true;
            i->columns[n].near = nearest_title(i, i->columns[n].head);
        }
    tell_columns(i);
}

bool import_columns(Import *i)
{
    SheetRow row;
    bool more = true, found = false;
    i->unit_at = i->name_at = i->period_at = SIZE_MAX;
    for (int n = 0; n < TITLE_ROWS && more && !found; n++) {
        TRY(sheet_next(i->w, i->sheet, &row, &more));
        found = more && names_unit(i, &row);
        if (n == 0 && more && !found)
            guess_columns(i, &row);
    }
    if (!found) {
        head_fault(i, 1, STR(""), "import.no_unit");
        return true;
    }
    /* a fault of the titles is no fault when identifiers follow */
    size_t faults = i->report->faults.n;
    size_t errors = i->errors;
    int64_t line = row.line;
    take_titles(i, &row);
    mark_data(i, line);
    TRY(sheet_next(i->w, i->sheet, &row, &more));
    if (more && is_identifiers(i, &row)) {
        i->report->faults.n = faults;
        i->errors = errors;
        line = row.line;
        take_identifiers(i, &row);
        mark_data(i, line);
    }
    tell_columns(i);
    missing_columns(i, line);
    return true;
}

/* Excel turns 2021-09 into the first of September: the period that begins on that day is meant. */
static Str period_text(const Import *i, Str given, Arena *arena)
{
    int32_t day;
    if (i->book->every == PERIOD_NONE || i->book->every == PERIOD_DAY || !day_parse(given, &day))
        return given;
    Period p = period_of_day(i->book->every, day);
    return p.first_day == day ? period_print(arena, p) : given;
}

/* Only what csv_put wrote carries its guard. */
static Str given_text(const Import *i, Str text)
{
    Str s = str_trim(text);
    if (!s.p)
        return STR("");
    return sheet_csv(i->sheet) ? csv_unguard(s) : s;
}

Filled import_filled(Import *i, const SheetRow *row, Arena *arena, bool *ret_blank)
{
    Cell *cells = arena_array(arena, Cell, i->column_count + 1);
    Filled filled = { .row = row->line, .cells = cells };
    *ret_blank = true;
    for (size_t n = 0; n < i->column_count; n++) {
        const Column *c = &i->columns[n];
        Str text = given_text(i, n < row->n ? row->cells[n] : STR(""));
        if (c->role == COLUMN_UNIT)
            filled.unit = text;
        else if (c->role == COLUMN_PERIOD)
            filled.period = period_text(i, text, arena);
        else if (c->role == COLUMN_KEY || c->role == COLUMN_PARENT || c->role == COLUMN_NUMBER)
            cells[filled.cell_count++] = (Cell){ c->id, text };
        if (c->role != COLUMN_FIELD)
            continue;
        cells[filled.cell_count++] = (Cell){ c->id, text };
        *ret_blank = *ret_blank && !text.n;
    }
    return filled;
}
