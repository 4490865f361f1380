/* Reading workbooks: no bytes may crash it, hang it or take memory without measure. Bytes that are
 * no zip are taken as the XML of the only sheet, so that mutations reach the reader of rows. */
#include <zip.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "book/table/sheet_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rels[] =
    "<Relationships xmlns=\"r\"><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
    "<Relationship Id=\"b\" Type=\"x/styles\" Target=\"y.xml\"/>"
    "<Relationship Id=\"c\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>";
static const char workbook[] = "<workbook><sheets><sheet name=\"a\" id=\"a\"/></sheets></workbook>";
static const char styles[] = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                             "<xf numFmtId=\"22\"/><xf numFmtId=\"10\"/></cellXfs></styleSheet>";
static const char strings[] = "<sst><si><t>one</t></si><si><t>_x4E2D_</t></si></sst>";

static void add(zip_t *zip, const char *name, const void *bytes, size_t n)
{
    zip_source_t *in = zip_source_buffer(zip, bytes, n, 0);
    zip_int64_t index = zip_file_add(zip, name, in, 0);
    CHECK(index >= 0);
    CHECK(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0);
}

static Str wrap(Arena *arena, Str sheet)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(out);
    zip_t *zip = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, &error);
    CHECK(zip);
    add(zip, "xl/workbook.xml", workbook, sizeof workbook - 1);
    add(zip, "xl/_rels/workbook.xml.rels", rels, sizeof rels - 1);
    add(zip, "xl/y.xml", styles, sizeof styles - 1);
    add(zip, "xl/t.xml", strings, sizeof strings - 1);
    add(zip, "xl/s.xml", sheet.p, sheet.n);
    CHECK(zip_close(zip) == 0);
    zip_stat_t st;
    CHECK(zip_source_stat(out, &st) == 0 && zip_source_open(out) == 0);
    char *bytes = arena_array(arena, char, st.size);
    CHECK(zip_source_read(out, bytes, st.size) == (zip_int64_t)st.size);
    zip_source_close(out);
    zip_source_free(out);
    zip_error_fini(&error);
    return (Str){ bytes, st.size };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Str bytes = { (const char *)data, size };
    if (size && data[0] == '<')
        bytes = wrap(w->arena, bytes);
    Sheet *s CLEANUP(sheet_close) = sheet_of(w, bytes, STR("a"));
    SheetRow row;
    int64_t before = 0;
    for (bool more = true; s && sheet_next(w, s, &row, &more) && more;) {
        CHECK(row.line > before);
        CHECK(row.n <= LIMIT_IMPORT_COLUMNS);
        before = row.line;
        for (size_t i = 0; i < row.n; i++)
            CHECK(utf8_valid(row.cells[i]));
    }
    CHECK(s || w->err.code != ERR_NONE);
    return 0;
}
