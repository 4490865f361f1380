/* The parts of a workbook beside its sheets: what relates to what, which sheet is wanted, styles
 * of cells, shared strings. Elements are known by local name, so any prefix or edition will do. */
#include "base/limits.h"
#include "base/list.h"
#include "base/num.h"
#include "book/table/xlsx_int.h"

/* ---- xml ---- */

static Str local_name(const char *name)
{
    const char *cut = strrchr(name, '|');
    return str_of(cut ? cut + 1 : name);
}

static void stop(Xml *x, const char *what)
{
    fail(x->w, ERR_BAD_INPUT, "%s", what);
    XML_StopParser(x->parser, XML_FALSE);
}

static void on_open(void *self, const XML_Char *name, const XML_Char **attrs)
{
    Xml *x = self;
    if (++x->depth > XLSX_DEPTH) {
        stop(x, "xlsx.broken");
        return;
    }
    if (x->open)
        x->open(x, local_name(name), attrs);
    if (x->w->err.code != ERR_NONE)
        XML_StopParser(x->parser, XML_FALSE);
}

static void on_close(void *self, const XML_Char *name)
{
    Xml *x = self;
    x->depth--;
    if (x->close)
        x->close(x, local_name(name));
    if (x->w->err.code != ERR_NONE)
        XML_StopParser(x->parser, XML_FALSE);
}

static void on_text(void *self, const XML_Char *text, int n)
{
    Xml *x = self;
    if (x->text)
        x->text(x, (Str){ text, (size_t)n });
    if (x->w->err.code != ERR_NONE)
        XML_StopParser(x->parser, XML_FALSE);
}

/* No program that writes workbooks declares a document type; entity bombs do. */
static void on_doctype(void *self, const XML_Char *name, const XML_Char *system,
                       const XML_Char *public_id, int internal)
{
    (void)name, (void)system, (void)public_id, (void)internal;
    stop(self, "xlsx.doctype");
}

void xml_open(Xml *x)
{
    CHECK(x->w && !x->parser);
    x->parser = XML_ParserCreateNS(NULL, '|');
    CHECK(x->parser);
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_open, on_close);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
}

void xml_close(Xml *x)
{
    if (x->parser)
        XML_ParserFree(x->parser);
    x->parser = NULL;
}

bool xml_feed(Xml *x, Str bytes, bool last)
{
    CHECK(bytes.n <= INT32_MAX);
    if (XML_Parse(x->parser, bytes.p, (int)bytes.n, last) == XML_STATUS_OK)
        return true;
    return fail(x->w, ERR_BAD_INPUT, "xlsx.broken"); /* the first failure wins */
}

Str xml_attr(const char **attrs, const char *name)
{
    for (size_t i = 0; attrs[i]; i += 2)
        if (str_is(local_name(attrs[i]), name))
            return str_of(attrs[i + 1]);
    return (Str){ NULL, 0 };
}

/* ---- zip ---- */

/* Judged before a byte is inflated: what a member says of itself; member_read holds it to that. */
bool member_open(Work *w, Xlsx *x, Str name, Member *ret, bool *ret_found)
{
    zip_int64_t index = zip_name_locate(x->zip, str_z(x->arena, name), ZIP_FL_NOCASE);
    *ret_found = index >= 0;
    if (index < 0)
        return true;
    zip_stat_t st;
    const zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(x->zip, (zip_uint64_t)index, 0, &st) != 0 || (st.valid & needed) != needed)
        return fail(w, ERR_BAD_INPUT, "xlsx.broken");
    if (st.encryption_method != ZIP_EM_NONE)
        return fail(w, ERR_BAD_INPUT, "xlsx.encrypted");
    if (st.size > LIMIT_XLSX_UNPACKED - x->inflated)
        return fail(w, ERR_LIMIT, "xlsx.too_large limit=%d", LIMIT_XLSX_UNPACKED >> 20);
    if (st.size > XLSX_STEP && st.size / LIMIT_XLSX_RATIO > st.comp_size)
        return fail(w, ERR_LIMIT, "xlsx.bomb limit=%d", LIMIT_XLSX_RATIO);
    zip_file_t *file = zip_fopen_index(x->zip, (zip_uint64_t)index, 0);
    if (!file)
        return fail(w, ERR_BAD_INPUT, "xlsx.broken");
    *ret = (Member){ .file = file, .left = st.size };
    return true;
}

bool member_read(Work *w, Xlsx *x, Member *m, char *bytes, size_t room, size_t *ret_n)
{
    zip_int64_t got = zip_fread(m->file, bytes, room);
    if (got < 0 || (uint64_t)got > m->left || (got == 0 && m->left))
        return fail(w, ERR_BAD_INPUT, "xlsx.broken");
    m->left -= (uint64_t)got;
    x->inflated += (uint64_t)got;
    *ret_n = (size_t)got;
    return true;
}

void member_close(Member *m)
{
    if (m->file)
        zip_fclose(m->file);
    m->file = NULL;
}

bool part_read(Work *w, Xlsx *x, Str name, Xml *xml, bool *ret_found)
{
    Member m CLEANUP(member_close) = { 0 };
    TRY(member_open(w, x, name, &m, ret_found));
    if (!*ret_found)
        return true;
    xml->w = w;
    xml_open(xml);
    ARENA_SCOPE(w->arena);
    char *step = arena_array(w->arena, char, XLSX_STEP);
    size_t n = 1;
    bool ok = true;
    while (ok && n) {
        ok = member_read(w, x, &m, step, XLSX_STEP, &n);
        ok = ok && xml_feed(xml, (Str){ step, n }, n == 0);
    }
    xml_close(xml);
    return ok;
}

/* ---- relations ---- */

typedef struct Relations {
    Xlsx *x;
    Str base;   /* folder of the part whose relations these are, with its / */
    Str id;     /* the sheet's */
    Str office; /* target of the root's officeDocument */
} Relations;

static Str join_path(Arena *arena, Str base, Str target)
{
    if (str_starts(target, STR("/")))
        return str_copy(arena, str_sub(target, 1, target.n));
    return str_printf(arena, "%.*s%.*s", STR_ARG(base), STR_ARG(target));
}

static void relation(Xml *xml, Str name, const char **attrs)
{
    Relations *r = xml->self;
    Str type = xml_attr(attrs, "Type");
    Str target = xml_attr(attrs, "Target");
    if (!str_is(name, "Relationship") || !type.p || !target.p)
        return;
    Str path = join_path(r->x->arena, r->base, target);
    Str id = xml_attr(attrs, "Id");
    if (str_ends(type, STR("/officeDocument")))
        r->office = path;
    if (str_ends(type, STR("/sharedStrings")))
        r->x->strings_part = path;
    if (str_ends(type, STR("/styles")))
        r->x->styles_part = path;
    if (str_ends(type, STR("/worksheet")) && r->id.p && id.p && str_eq(id, r->id))
        r->x->sheet_part = path;
}

/* ---- workbook ---- */

typedef struct Sheets {
    Xlsx *x;
    Str wanted;
    Str first_id, wanted_id;
    size_t count;
} Sheets;

static bool is_true(Str value)
{
    return value.p && (str_is(value, "1") || str_is(value, "true"));
}

static void workbook_open(Xml *xml, Str name, const char **attrs)
{
    Sheets *s = xml->self;
    if (str_is(name, "workbookPr"))
        s->x->epoch_1904 = is_true(xml_attr(attrs, "date1904"));
    if (!str_is(name, "sheet"))
        return;
    if (++s->count > XLSX_SHEETS) {
        fail(xml->w, ERR_LIMIT, "xlsx.broken");
        return;
    }
    Str id = xml_attr(attrs, "id");
    Str title = xml_attr(attrs, "name");
    Str state = xml_attr(attrs, "state");
    if (!id.p || !title.p)
        return;
    id = str_copy(s->x->arena, id);
    bool shown = !state.p || str_is(state, "visible");
    if (shown && !s->first_id.p)
        s->first_id = id;
    if (s->wanted.n && str_eq(title, s->wanted))
        s->wanted_id = id;
}

static bool find_sheet(Work *w, Xlsx *x, Str wanted)
{
    bool found;
    Relations root = { .x = x, .base = STR("") };
    Xml xml = { .self = &root, .open = relation };
    TRY(part_read(w, x, STR("_rels/.rels"), &xml, &found));
    x->workbook = root.office.p ? root.office : STR("xl/workbook.xml");
    Sheets sheets = { .x = x, .wanted = sheet_name(x->arena, wanted) };
    xml = (Xml){ .self = &sheets, .open = workbook_open };
    TRY(part_read(w, x, x->workbook, &xml, &found));
    if (!found)
        return fail(w, ERR_BAD_INPUT, "xlsx.no_workbook");
    Relations own = { .x = x, .base = x->workbook };
    while (own.base.n && own.base.p[own.base.n - 1] != '/')
        own.base.n--;
    own.id = sheets.wanted_id.p ? sheets.wanted_id : sheets.first_id;
    Str file = str_sub(x->workbook, own.base.n, x->workbook.n);
    Str rels = str_printf(x->arena, "%.*s_rels/%.*s.rels", STR_ARG(own.base), STR_ARG(file));
    xml = (Xml){ .self = &own, .open = relation };
    TRY(part_read(w, x, rels, &xml, &found));
    return x->sheet_part.p || fail(w, ERR_BAD_INPUT, "xlsx.no_sheet");
}

/* ---- styles ---- */

typedef struct Styles {
    Xlsx *x;
    list_of(struct {
        int64_t id;
        Str code;
    }) formats;
    list_of(uint8_t) cells;
    bool in_cells;
} Styles;

static void styles_open(Xml *xml, Str name, const char **attrs)
{
    Styles *s = xml->self;
    Str id_text = xml_attr(attrs, "numFmtId");
    int64_t id = 0;
    if (id_text.p && !num_parse_int(id_text, &id))
        id = 0;
    if (s->formats.n + s->cells.n > XLSX_STYLES) {
        fail(xml->w, ERR_LIMIT, "xlsx.broken");
        return;
    }
    if (str_is(name, "cellXfs"))
        s->in_cells = true;
    Str code = xml_attr(attrs, "formatCode");
    if (str_is(name, "numFmt") && code.p) {
        typeof(s->formats.at) row = list_push(s->x->arena, &s->formats);
        row->id = id;
        row->code = str_copy(s->x->arena, code);
    }
    if (!str_is(name, "xf") || !s->in_cells)
        return;
    Str custom = { NULL, 0 };
    for (size_t i = 0; i < s->formats.n; i++)
        if (s->formats.at[i].id == id)
            custom = s->formats.at[i].code;
    *list_push(s->x->arena, &s->cells) = (uint8_t)style_of_format(id, custom);
}

static void styles_close(Xml *xml, Str name)
{
    Styles *s = xml->self;
    if (str_is(name, "cellXfs"))
        s->in_cells = false;
}

static bool read_styles(Work *w, Xlsx *x)
{
    bool found;
    Styles styles = { .x = x };
    Xml xml = { .self = &styles, .open = styles_open, .close = styles_close };
    if (x->styles_part.p)
        TRY(part_read(w, x, x->styles_part, &xml, &found));
    x->styles = styles.cells.at;
    x->style_count = styles.cells.n;
    return true;
}

/* ---- shared strings ---- */

typedef struct Strings {
    Xlsx *x;
    list_of(Str) all;
    Buf now;
    bool in_item, in_text;
    int phonetic; /* depth inside rPh: how to read it aloud is not what it says */
} Strings;

static void strings_open(Xml *xml, Str name, const char **attrs)
{
    (void)attrs;
    Strings *s = xml->self;
    if (str_is(name, "si")) {
        s->in_item = true;
        s->now.n = 0;
    }
    s->phonetic += str_is(name, "rPh");
    s->in_text = s->in_item && !s->phonetic && str_is(name, "t");
}

static void strings_text(Xml *xml, Str text)
{
    Strings *s = xml->self;
    if (!s->in_text)
        return;
    buf_put(&s->now, text);
    if (!buf_ok(&s->now))
        fail(xml->w, ERR_LIMIT, "xlsx.long_text limit=%d", LIMIT_TEXT_BYTES);
}

static void strings_close(Xml *xml, Str name)
{
    Strings *s = xml->self;
    s->in_text = false;
    s->phonetic -= str_is(name, "rPh");
    if (!str_is(name, "si"))
        return;
    s->in_item = false;
    Str text = str_copy(s->x->arena, buf_str(&s->now));
    *list_push(s->x->arena, &s->all) = xlsx_unescape(s->x->arena, text);
    if (arena_over(s->x->arena))
        fail(xml->w, ERR_LIMIT, "xlsx.too_large limit=%d", LIMIT_XLSX_UNPACKED >> 20);
}

static bool read_strings(Work *w, Xlsx *x)
{
    bool found;
    Strings strings = { .x = x, .now = buf_open(x->arena, LIMIT_TEXT_BYTES) };
    Xml xml = {
        .self = &strings, .open = strings_open, .close = strings_close, .text = strings_text
    };
    if (x->strings_part.p)
        TRY(part_read(w, x, x->strings_part, &xml, &found));
    x->strings = strings.all.at;
    x->string_count = strings.all.n;
    return true;
}

bool xlsx_parts(Work *w, Xlsx *x, Str wanted)
{
    TRY(find_sheet(w, x, wanted));
    TRY(read_styles(w, x));
    return read_strings(w, x);
}
