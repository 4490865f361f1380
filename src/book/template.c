/* A table to fill in by hand: the units of a book, what is known so far, and beside every title
 * what may stand below it. Read back by import: a hidden second row of identifiers says which
 * column is which, so that titles may be changed; values come back as they were.
 *
 * The sheet is for people, so numbers are numbers there, with the format of their type; a number
 * too long for a spreadsheet (15 digits) is written as text. */
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/utf8.h"
#include "book/import_int.h"
#include "book/import_steps_int.h"

enum {
    TITLE_ROW,
    NAME_ROW, /* hidden */
    DATA_ROW,
    SPARE_ROWS = 1000, /* rows below the known ones that still get lists and limits */
    WIDTH_MIN = 9,
    WIDTH_MAX = 42,
    SERIAL_1970 = 25569, /* 1970-01-01 in the 1900 system */
    SHOWN_LIMIT_DIGITS = 15,
    LIST_INLINE = 240,
};

typedef struct Line { /* one row to fill in */
    int32_t unit;
    Period period;
    int64_t ord;
    const RecordRow *row; /* what is known, or NULL */
} Line;

typedef struct Slot { /* one column */
    ColumnRole role;
    const Field *field;
    const List *key;
    size_t key_at;
    Str name, title;
    double width;
} Slot;

typedef struct Template {
    Work *w;
    Core *core;
    const Book *book;
    const TemplateSight *sight; /* NULL = all */
    int32_t day;
    list_of(Slot) slots;
    list_of(Line) lines;
} Template;

/* ---- what to ask ---- */

static bool is_kind(const Book *book, int32_t kind)
{
    for (size_t n = 0; n < book->kind_count; n++)
        if (book->kinds[n]->number == kind)
            return true;
    return false;
}

static bool is_asked(const Book *book, const Field *f)
{
    return !f->computed && !(f->until && book->pack->version >= f->until);
}

static void add_slot(Template *t, ColumnRole role, const char *name, const char *title)
{
    *list_push(t->w->arena, &t->slots) =
        (Slot){ .role = role, .name = str_of(name), .title = str_of(title) };
}

static void plan_slots(Template *t)
{
    const Book *b = t->book;
    Arena *arena = t->w->arena;
    add_slot(t, COLUMN_UNIT, "unit", "单位代码");
    add_slot(t, COLUMN_UNIT_NAME, "unit_name", "单位名称");
    if (b->every != PERIOD_NONE || b->every_book)
        add_slot(t, COLUMN_PERIOD, "period", b->every_book ? "轮次" : "期间");
    for (size_t n = 0; n < b->key_count; n++)
        *list_push(arena, &t->slots) = (Slot){ .role = COLUMN_KEY,
                                               .key = b->keys[n],
                                               .key_at = n,
                                               .name = b->keys[n]->name,
                                               .title = b->keys[n]->title };
    if (b->parent)
        *list_push(arena, &t->slots) =
            (Slot){ .role = COLUMN_PARENT, .name = b->parent->name, .title = b->parent->title };
    if (b->form != BOOK_PER)
        add_slot(t, COLUMN_NUMBER, "#", "编号");
    for (size_t n = 0; n < b->field_count; n++)
        if (is_asked(b, b->fields[n]))
            *list_push(arena, &t->slots) = (Slot){ .role = COLUMN_FIELD,
                                                   .field = b->fields[n],
                                                   .name = b->fields[n]->name,
                                                   .title = b->fields[n]->title };
}

/* ---- rows ---- */

static bool add_line(Template *t, Line line)
{
    if (t->lines.n * t->slots.n > LIMIT_TEMPLATE_CELLS)
        return fail(t->w, ERR_LIMIT, "template.too_large limit=%d", LIMIT_TEMPLATE_CELLS);
    *list_push(t->w->arena, &t->lines) = line;
    return true;
}

static bool offered(const Template *t, int64_t ord)
{
    int32_t *items = arena_array(t->w->arena, int32_t, t->book->key_count + 1);
    book_items(t->book, ord, items);
    for (size_t n = 0; n < t->book->key_count; n++) {
        const Item *item = list_item_number(t->book->keys[n], items[n]);
        if (!item || (item->until && t->book->pack->version >= item->until))
            return false;
    }
    return true;
}

/* The row of a cell; void ones are as if nothing stood there. */
static bool held(Template *t, int32_t unit, int64_t period, int64_t ord, const RecordRow **ret)
{
    const RecordRow *row = record_find(t->w, t->core, t->book, unit, period, ord, KNOWN_NOW);
    *ret = row && row->state != RECORD_VOID ? row : NULL;
    return t->w->err.code == ERR_NONE;
}

static bool in_sight(const Template *t, int32_t unit)
{
    return !t->sight || t->sight->may(t->w, t->sight->self, t->book, unit);
}

static bool return_lines(Template *t, const TreeVersion *tree, int32_t top, Period period)
{
    int64_t cells = book_cells(t->book);
    int64_t code = t->book->every == PERIOD_NONE && !t->book->every_book ? 0 : period.code;
    for (int32_t pre = top; pre <= tree->last[top]; pre++) {
        if (!is_kind(t->book, tree->kind[pre]) || !in_sight(t, tree->slot_of[pre]))
            continue;
        for (int64_t ord = 0; ord < cells; ord++) {
            Line line = { tree->slot_of[pre], period, ord, NULL };
            if (t->book->key_count && !offered(t, ord))
                continue;
            TRY(held(t, line.unit, code, ord, &line.row));
            TRY(add_line(t, line));
        }
    }
    return true;
}

static bool register_lines(Template *t, const TreeVersion *tree, int32_t top)
{
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    TRY(records_rows(t->w, t->core, t->book, KNOWN_NOW, &rows, &n));
    for (size_t k = 0; k < n; k++) {
        int32_t pre = rows[k]->unit < tree->slots ? tree->pre_of[rows[k]->unit] : -1;
        if (pre < top || pre > tree->last[top] || !in_sight(t, rows[k]->unit))
            continue;
        Period period = { .kind = PERIOD_RECORD, .code = rows[k]->period };
        (void)period_of_code(rows[k]->period, &period);
        TRY(add_line(t, (Line){ rows[k]->unit, period, rows[k]->ord, rows[k] }));
    }
    return true;
}

/* ---- what stands in a cell ---- */

static Str place_text(const Template *t, const Slot *s, const Line *line)
{
    int32_t *items;
    const Item *item;
    switch (s->role) {
    case COLUMN_UNIT: return unit_code(t->core->units, line->unit, t->day, KNOWN_NOW);
    case COLUMN_UNIT_NAME: return unit_name(t->core->units, line->unit, t->day, KNOWN_NOW);
    case COLUMN_PERIOD: return period_print(t->w->arena, line->period);
    case COLUMN_KEY:
        items = arena_array(t->w->arena, int32_t, t->book->key_count + 1);
        book_items(t->book, line->ord, items);
        item = list_item_number(s->key, items[s->key_at]);
        return item ? item->title.n ? item->title : item->name : STR("");
    case COLUMN_PARENT:
        return line->row ? str_printf(t->w->arena, "%lld", (long long)line->row->parent) : STR("");
    case COLUMN_NUMBER: return str_printf(t->w->arena, "%lld", (long long)line->ord);
    case COLUMN_SKIP:
    case COLUMN_FIELD: break;
    }
    return STR("");
}

/* Private values do not leave by a template; an empty cell leaves them as they are. */
static Str field_text(const Template *t, const Field *f, const Line *line)
{
    if (!line->row || field_is_private(f))
        return STR("");
    return cell_print(t->w, t->core, f, line->row, t->day);
}

static Str slot_text(const Template *t, const Slot *s, const Line *line)
{
    Str text = s->role == COLUMN_FIELD ? field_text(t, s->field, line) : place_text(t, s, line);
    return text.p ? text : STR("");
}

static const char *unit_word(TypeKind kind)
{
    switch (kind) {
    case TYPE_MONEY: return "（元）";
    case TYPE_AREA: return "（亩）";
    case TYPE_RATE: return "（元/亩）";
    case TYPE_RATIO: return "（%）";
    default: return "";
    }
}

/* "金额（元）*": with its measure, unless the title says one, and the mark of what must be filled.
 */
static Str head_of(const Template *t, const Slot *s)
{
    if (s->role != COLUMN_FIELD)
        return s->title;
    const char *unit = str_ends(s->title, STR("）")) ? "" : unit_word(s->field->type.kind);
    bool must = !s->field->optional && !s->field->required_when && !s->field->fallback;
    return str_printf(t->w->arena, "%.*s%s%s", STR_ARG(s->title), unit, must ? "*" : "");
}

/* ---- notes: what may stand below a title ---- */

static Str literal_text(const Template *t, const Field *f, const Expr *e)
{
    if (!e || e->op != EXPR_LITERAL || !type_is_number(f->type))
        return STR("");
    RecordEdit edit = record_edit_new(t->w->arena, t->book);
    Int128 value;
    if (!num_rescale(e->number, e->type.scale, f->type.scale, ROUND_HALF, &value))
        return STR("");
    edit.nums[f->number] = (int64_t)value;
    edit.known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
    RecordRow row = {
        .unit = UNIT_NONE, .nums = edit.nums, .known = edit.known, .texts = edit.texts
    };
    Field shown = *f;
    shown.type.hidden = false;
    shown.group = 1;
    return cell_print(t->w, t->core, &shown, &row, t->day);
}

static const char *type_note(const Field *f)
{
    switch (f->type.kind) {
    case TYPE_BOOL: return "template.bool";
    case TYPE_INT: return "template.int";
    case TYPE_MONEY: return "template.money";
    case TYPE_AREA: return "template.area";
    case TYPE_RATIO: return "template.percent";
    case TYPE_DATE: return "template.date";
    case TYPE_TIME: return "template.time";
    case TYPE_ITEM: return "template.item";
    case TYPE_SET: return "template.set";
    case TYPE_UNIT: return "template.unit_code";
    case TYPE_RECORD: return "template.record";
    case TYPE_PERIOD: return "template.period_cell";
    case TYPE_IMAGE:
    case TYPE_FILE: return "template.attachment";
    case TYPE_DECIMAL:
    case TYPE_RATE:
    case TYPE_SCORE: return "template.decimal";
    default: return "template.text";
    }
}

static void say(const Template *t, Buf *out, const char *what)
{
    buf_put(out, word_text(t->w->arena, what, LANG_ZH));
}

static Str note_of(const Template *t, const Field *f)
{
    Arena *arena = t->w->arena;
    Buf out = buf_open(arena, 4096);
    say(t, &out, arena_printf(arena, "%s digits=%d", type_note(f), f->type.scale));
    Str low = literal_text(t, f, f->low), high = literal_text(t, f, f->high);
    if (low.n)
        say(t, &out, arena_printf(arena, "template.low limit=%.*s", STR_ARG(low)));
    if (high.n)
        say(t, &out, arena_printf(arena, "template.high limit=%.*s", STR_ARG(high)));
    if (f->type.kind == TYPE_TEXT && f->type.high > 0)
        say(t, &out, arena_printf(arena, "template.length limit=%lld", (long long)f->type.high));
    if (f->type.kind == TYPE_SET && f->at_most)
        say(t, &out, arena_printf(arena, "template.most limit=%d", f->at_most));
    if (f->required_when)
        say(t, &out, "template.sometimes");
    else
        say(t, &out, f->optional || f->fallback ? "template.optional" : "template.required");
    if (field_is_private(f))
        say(t, &out, "template.hidden");
    return buf_str(&out);
}

/* ---- xlsx ---- */

typedef struct Sheets {
    const Template *t;
    lxw_workbook *book;
    lxw_worksheet *main, *options, *help;
    lxw_format *head, *place, *text, *plain;
    lxw_format **by_slot;
    lxw_col_t option_columns;
} Sheets;

static char *z(const Sheets *s, Str text)
{
    return str_z(s->t->w->arena, text);
}

static const char *number_format(const Template *t, const Field *f)
{
    char *zeros = str_z(t->w->arena, STR("0.000000000"));
    switch (f->type.kind) {
    case TYPE_MONEY: return "#,##0.00";
    case TYPE_INT: return "0";
    case TYPE_RATIO: return "0.00##%";
    case TYPE_DATE: return "yyyy-mm-dd";
    case TYPE_AREA: return "#,##0.####";
    case TYPE_DECIMAL:
    case TYPE_RATE:
    case TYPE_SCORE: zeros[f->type.scale ? f->type.scale + 2 : 1] = 0; return zeros;
    default: return "@";
    }
}

static lxw_format *format_of(const Sheets *s, const char *number)
{
    lxw_format *format = workbook_add_format(s->book);
    format_set_num_format(format, number);
    return format;
}

static void make_formats(Sheets *s)
{
    s->head = workbook_add_format(s->book);
    format_set_bold(s->head);
    format_set_text_wrap(s->head);
    format_set_align(s->head, LXW_ALIGN_CENTER);
    format_set_align(s->head, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(s->head, 0xE7EEF7);
    format_set_border(s->head, LXW_BORDER_THIN);
    s->place = format_of(s, "@");
    format_set_bg_color(s->place, 0xF3F3F3);
    s->text = format_of(s, "@");
    s->plain = workbook_add_format(s->book);
    format_set_text_wrap(s->plain);
    format_set_align(s->plain, LXW_ALIGN_VERTICAL_TOP);
    const Template *t = s->t;
    s->by_slot = arena_array(t->w->arena, lxw_format *, t->slots.n);
    for (size_t n = 0; n < t->slots.n; n++)
        s->by_slot[n] = t->slots.at[n].role == COLUMN_FIELD
                            ? format_of(s, number_format(t, t->slots.at[n].field))
                            : s->place;
}

/* Can the value stand as a number that reads back exactly? */
static bool as_number(const Field *f, const Line *line, double *ret)
{
    if (!line->row || field_is_private(f) || !row_known(line->row, f->number))
        return false;
    int64_t n = line->row->nums[f->number];
    if (f->type.kind == TYPE_DATE) {
        *ret = (double)(n + SERIAL_1970);
        return n + SERIAL_1970 > 60;
    }
    if (n >= (int64_t)num_pow10(SHOWN_LIMIT_DIGITS) || n <= -(int64_t)num_pow10(SHOWN_LIMIT_DIGITS))
        return false;
    *ret = (double)n / (double)(int64_t)num_pow10(f->type.scale);
    switch (f->type.kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE: return true;
    default: return false;
    }
}

static void write_cell(const Sheets *s, size_t at, size_t line_at)
{
    ARENA_SCOPE(s->t->w->arena);
    const Slot *slot = &s->t->slots.at[at];
    const Line *line = &s->t->lines.at[line_at];
    lxw_row_t row = (lxw_row_t)(DATA_ROW + line_at);
    lxw_col_t column = (lxw_col_t)at;
    double number;
    if (slot->role == COLUMN_FIELD && as_number(slot->field, line, &number)) {
        worksheet_write_number(s->main, row, column, number, s->by_slot[at]);
        return;
    }
    Str text = slot_text(s->t, slot, line);
    if (text.n)
        worksheet_write_string(s->main, row, column, z(s, text), s->by_slot[at]);
    else
        worksheet_write_blank(s->main, row, column, s->by_slot[at]);
}

typedef list_of(char *) Choices;

static Choices choices_of(const Sheets *s, const List *list)
{
    Choices all = { 0 };
    Arena *arena = s->t->w->arena;
    for (size_t n = 0; list && n < list->item_count; n++) {
        const Item *item = &list->items[n];
        if (!item->until || s->t->book->pack->version < item->until)
            *list_push(arena, &all) = z(s, item->title.n ? item->title : item->name);
    }
    if (!list) {
        *list_push(arena, &all) = z(s, STR("是"));
        *list_push(arena, &all) = z(s, STR("否"));
    }
    *list_push(arena, &all) = NULL;
    return all;
}

/* A list written into the cell's rule ends at 255 characters and cannot hold a comma. */
static bool fits_inline(const Choices *all)
{
    size_t length = 0;
    for (size_t n = 0; n + 1 < all->n; n++) {
        length += utf8_count(str_of(all->at[n])) + 1;
        if (strchr(all->at[n], ',') || strchr(all->at[n], '"'))
            return false;
    }
    return length <= LIST_INLINE && all->n > 1;
}

/* Longer ones stand on a hidden sheet. (libxlsxwriter 1.1.4 loses the few bytes of such a formula.)
 */
static char *options_of(Sheets *s, const Choices *all)
{
    lxw_col_t column = s->option_columns++;
    lxw_row_t row = 0;
    if (!s->options) {
        s->options = workbook_add_worksheet(s->book, "选项");
        worksheet_hide(s->options);
    }
    for (; all->at[row]; row++)
        worksheet_write_string(s->options, row, column, all->at[row], s->text);
    char letters[LXW_MAX_COL_NAME_LENGTH];
    lxw_col_to_name(letters, column, 1);
    return arena_printf(s->t->w->arena, "='选项'!%s$1:%s$%u", letters, letters, row ? row : 1);
}

static void offer(Sheets *s, const List *list, lxw_data_validation *v)
{
    Choices all = choices_of(s, list);
    bool short_list = fits_inline(&all);
    v->validate = short_list ? LXW_VALIDATION_TYPE_LIST : LXW_VALIDATION_TYPE_LIST_FORMULA;
    if (short_list)
        v->value_list = all.at;
    else
        v->value_formula = options_of(s, &all);
}

static bool bound_of(const Expr *e, double *ret)
{
    if (!e || e->op != EXPR_LITERAL)
        return false;
    *ret = (double)e->number / (double)(int64_t)num_pow10(e->type.scale);
    return true;
}

/* A limit of numbers that the sheet itself holds; lists and days too. */
static bool validation_of(Sheets *s, const Slot *slot, lxw_data_validation *v)
{
    const Field *f = slot->field;
    const List *list = slot->role == COLUMN_KEY ? slot->key : NULL;
    if (f && f->type.kind == TYPE_ITEM)
        list = f->type.list;
    if (list || (f && f->type.kind == TYPE_BOOL)) {
        offer(s, list, v);
        return true;
    }
    if (!f)
        return false;
    if (f->type.kind == TYPE_DATE) {
        v->validate = LXW_VALIDATION_TYPE_DATE_NUMBER;
        v->criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN;
        v->value_number = 61;
        return true;
    }
    double low = 0, high = 0;
    bool has_low = bound_of(f->low, &low), has_high = bound_of(f->high, &high);
    if (!type_is_number(f->type) || (!has_low && !has_high))
        return false;
    v->validate =
        f->type.kind == TYPE_INT ? LXW_VALIDATION_TYPE_INTEGER : LXW_VALIDATION_TYPE_DECIMAL;
    if (has_low && has_high) {
        v->criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
        v->minimum_number = low;
        v->maximum_number = high;
        return true;
    }
    v->criteria = has_low ? LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO
                          : LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO;
    v->value_number = has_low ? low : high;
    return true;
}

/* Wrong entries are warned of, not barred: clerks paste 5万元, which import reads. */
static void validate(Sheets *s, size_t at)
{
    lxw_data_validation v = { 0 };
    const Slot *slot = &s->t->slots.at[at];
    if (!validation_of(s, slot, &v))
        return;
    v.ignore_blank = LXW_VALIDATION_ON;
    v.show_error = LXW_VALIDATION_ON;
    v.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
    v.dropdown = LXW_VALIDATION_ON;
    v.error_title = z(s, STR("请核对"));
    if (slot->field)
        v.error_message = z(s, note_of(s->t, slot->field));
    lxw_row_t last = (lxw_row_t)(DATA_ROW + s->t->lines.n + SPARE_ROWS);
    worksheet_data_validation_range(s->main, DATA_ROW, (lxw_col_t)at, last, (lxw_col_t)at, &v);
}

static void write_column(Sheets *s, size_t at)
{
    Slot *slot = &s->t->slots.at[at];
    lxw_col_t column = (lxw_col_t)at;
    Str head = head_of(s->t, slot);
    double width = (double)utf8_width(head) + 2;
    for (size_t n = 0; n < s->t->lines.n; n++) {
        write_cell(s, at, n);
        ARENA_SCOPE(s->t->w->arena);
        double need =
            n < 200 ? (double)utf8_width(slot_text(s->t, slot, &s->t->lines.at[n])) + 2 : 0;
        width = need > width ? need : width;
    }
    width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
    worksheet_set_column(s->main, column, column, width, s->by_slot[at]);
    worksheet_write_string(s->main, TITLE_ROW, column, z(s, head), s->head);
    worksheet_write_string(s->main, NAME_ROW, column, z(s, slot->name), s->text);
    if (slot->field)
        worksheet_write_comment(s->main, TITLE_ROW, column, z(s, note_of(s->t, slot->field)));
    validate(s, at);
}

static void write_help(const Sheets *s)
{
    lxw_row_t row = 0;
    worksheet_set_column(s->help, 0, 0, 28, s->plain);
    worksheet_set_column(s->help, 1, 1, 80, s->plain);
    worksheet_write_string(s->help, row, 0, z(s, s->t->book->title), s->head);
    worksheet_write_string(s->help, row++, 1, word_find(STR("template.help"), LANG_ZH), s->plain);
    for (size_t n = 0; n < s->t->slots.n; n++) {
        const Slot *slot = &s->t->slots.at[n];
        if (slot->role != COLUMN_FIELD)
            continue;
        worksheet_write_string(s->help, row, 0, z(s, slot->title), s->plain);
        worksheet_write_string(s->help, row++, 1, z(s, note_of(s->t, slot->field)), s->plain);
    }
}

static void fill_workbook(Sheets *s)
{
    const Template *t = s->t;
    lxw_row_col_options hidden = { .hidden = LXW_TRUE };
    lxw_doc_properties about = { .title = z(s, t->book->title),
                                 .created = (time_t)(t->w->now_ms / 1000) };
    workbook_set_properties(s->book, &about);
    make_formats(s);
    s->main = workbook_add_worksheet(s->book, z(s, sheet_name(t->w->arena, t->book->title)));
    s->help = workbook_add_worksheet(s->book, "说明");
    for (size_t n = 0; n < t->slots.n; n++)
        write_column(s, n);
    worksheet_set_row(s->main, TITLE_ROW, 36, NULL);
    worksheet_set_row_opt(s->main, NAME_ROW, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
    worksheet_freeze_panes(s->main, DATA_ROW, 2);
    lxw_row_t last = (lxw_row_t)(DATA_ROW + t->lines.n + SPARE_ROWS);
    char range[64];
    lxw_rowcol_to_range(range, DATA_ROW, 0, last, (lxw_col_t)(t->slots.n - 1));
    worksheet_ignore_errors(s->main, LXW_IGNORE_NUMBER_STORED_AS_TEXT, range);
    write_help(s);
    worksheet_activate(s->main);
}

/* The library writes to a path; a file in memory has one, and its bytes go out in one piece. */
static bool make_xlsx(const Template *t, Str *ret)
{
    int fd = memfd_create("template", MFD_CLOEXEC);
    if (fd < 0)
        return fail(t->w, ERR_STORE, "template.write");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    Sheets s = { .t = t, .book = workbook_new(path) };
    bool ok = s.book != NULL;
    if (ok) {
        fill_workbook(&s);
        ok = workbook_close(s.book) == LXW_NO_ERROR;
    }
    off_t size = ok ? lseek(fd, 0, SEEK_END) : 0;
    char *bytes = arena_array(t->w->arena, char, (size_t)size + 1);
    ok = ok && size > 0 && pread(fd, bytes, (size_t)size, 0) == size;
    close(fd);
    *ret = (Str){ bytes, (size_t)size };
    return ok || fail(t->w, ERR_STORE, "template.write");
}

/* ---- csv ---- */

static bool make_csv(const Template *t, Str *ret)
{
    Buf out = buf_open(t->w->arena, LIMIT_IMPORT_BYTES);
    CsvOut o = { .out = &out };
    buf_putz(&out, "\xEF\xBB\xBF"); /* Excel takes it for GBK without */
    for (size_t n = 0; n < t->slots.n; n++)
        csv_put(&o, head_of(t, &t->slots.at[n]));
    csv_end(&o);
    for (size_t k = 0; k < t->lines.n; k++) {
        for (size_t n = 0; n < t->slots.n; n++) {
            const Slot *s = &t->slots.at[n];
            Str text = slot_text(t, s, &t->lines.at[k]);
            bool number = s->role == COLUMN_FIELD && type_is_plain(s->field->type);
            if (number)
                csv_put_number(&o, text);
            else
                csv_put(&o, text);
        }
        csv_end(&o);
    }
    *ret = buf_str(&out);
    return buf_ok(&out) ||
           fail(t->w, ERR_LIMIT, "template.too_large limit=%d", LIMIT_TEMPLATE_CELLS);
}

bool book_template_bytes(Work *w, Core *core, const Book *book, int32_t unit, Period period,
                         bool csv, const TemplateSight *sight, Str *ret)
{
    Template t = { .w = w, .core = core, .book = book, .sight = sight };
    bool timed = book->form == BOOK_PER && (book->every != PERIOD_NONE || book->every_book);
    t.day = timed && period.last_day < work_today(w) && period.kind != PERIOD_NONE ? period.last_day
                                                                                   : work_today(w);
    if (timed && book->every != PERIOD_NONE && period.kind != book->every)
        return fail(w, ERR_BAD_INPUT, "template.period");
    const TreeVersion *tree = units_tree(w, core->units, 0, t.day, KNOWN_NOW);
    TRY(tree);
    int32_t top = unit >= 0 && unit < tree->slots ? tree->pre_of[unit] : -1;
    if (top < 0)
        return fail(w, ERR_NOT_FOUND, "template.unit");
    plan_slots(&t);
    TRY(book->form == BOOK_PER ? return_lines(&t, tree, top, period)
                               : register_lines(&t, tree, top));
    if (w->err.code != ERR_NONE)
        return false;
    return csv ? make_csv(&t, ret) : make_xlsx(&t, ret);
}

bool book_template(Work *w, Core *core, const Book *book, int32_t unit, Period period,
                   const char *file)
{
    Str bytes;
    bool csv = str_ends(str_of(file), STR(".csv"));
    TRY(book_template_bytes(w, core, book, unit, period, csv, NULL, &bytes));
    return w->env->write_file(w->env->self, file, bytes) ||
           fail(w, ERR_STORE, "template.file file=%s", file);
}
