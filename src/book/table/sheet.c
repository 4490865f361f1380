#include "book/table/sheet_int.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "book/table/xlsx_read_int.h"

enum { SHEET_NAME_MAX = 31 };

struct Sheet {
    Arena *arena;
    const Env *env;
    Str mapped; /* to give back */
    Csv csv;
    XlsxRows *xlsx; /* NULL = csv */
};

Str sheet_name(Arena *arena, Str title)
{
    Buf out = buf_open(arena, title.n + 16);
    size_t units = 0; /* Excel counts UTF-16 */
    for (size_t at = 0; at < title.n;) {
        size_t from = at;
        int32_t point = utf8_next(title, &at);
        if (point < 0x20 || (point <= 0x7E && strchr("[]:*?/\\'", (char)point)))
            continue;
        units += point >= 0x10000 ? 2 : 1;
        if (units > SHEET_NAME_MAX)
            break;
        buf_put(&out, str_sub(title, from, at - from));
    }
    return buf_str(&out);
}

static bool begin(Work *w, Sheet *s, Str bytes, Str wanted)
{
    if (str_starts(bytes, STR("\xD0\xCF\x11\xE0")))
        return fail(w, ERR_BAD_INPUT, "sheet.old_xls");
    if (str_starts(bytes, STR("%PDF")))
        return fail(w, ERR_BAD_INPUT, "sheet.pdf");
    if (!str_starts(bytes, STR("PK")) || (bytes.n > 2 && bytes.p[2] > 8))
        return csv_open(w, s->arena, bytes, &s->csv);
    s->xlsx = xlsx_open(w, s->arena, bytes, wanted);
    return s->xlsx != NULL;
}

static Sheet *sheet_new(Work *w)
{
    Arena *arena = arena_open((size_t)LIMIT_IMPORT_BYTES * 2, (size_t)LIMIT_IMPORT_BYTES * 6);
    Sheet *s = arena_new(arena, Sheet);
    s->arena = arena;
    s->env = w->env;
    return s;
}

Sheet *sheet_of(Work *w, Str bytes, Str wanted)
{
    Sheet *s = sheet_new(w);
    if (!begin(w, s, bytes, wanted))
        sheet_close(&s);
    return s;
}

Sheet *sheet_open(Work *w, const char *path, Str wanted)
{
    Sheet *s = sheet_new(w);
    Str bytes;
    const Env *env = w->env;
    bool mapped = env->map_file && env->map_file(env->self, path, LIMIT_IMPORT_BYTES, &bytes);
    if (mapped)
        s->mapped = bytes;
    bool ok = mapped || env->read_file(env->self, path, LIMIT_IMPORT_BYTES, s->arena, &bytes);
    if (!ok)
        fail(w, ERR_BAD_INPUT, "sheet.unreadable limit=%d file=%s", LIMIT_IMPORT_BYTES >> 20, path);
    if (!ok || !begin(w, s, bytes, wanted))
        sheet_close(&s);
    return s;
}

void sheet_close(Sheet **s)
{
    if (!*s)
        return;
    if ((*s)->xlsx)
        xlsx_close((*s)->xlsx);
    if ((*s)->mapped.n)
        (*s)->env->unmap_file((*s)->env->self, (*s)->mapped);
    arena_close((*s)->arena);
    *s = NULL;
}

bool sheet_next(Work *w, Sheet *s, SheetRow *ret, bool *ret_more)
{
    if (s->xlsx)
        return xlsx_next(w, s->xlsx, ret, ret_more);
    TRY(csv_next(w, &s->csv, ret_more));
    *ret = (SheetRow){ .line = s->csv.line, .cells = s->csv.fields, .n = s->csv.n };
    return true;
}

bool sheet_rewind(Work *w, Sheet *s)
{
    if (s->xlsx)
        return xlsx_rewind(w, s->xlsx);
    csv_rewind(&s->csv);
    return true;
}

bool sheet_was_gbk(const Sheet *s)
{
    return s->csv.converted;
}

Csv *sheet_csv(Sheet *s)
{
    return s->xlsx ? NULL : &s->csv;
}
