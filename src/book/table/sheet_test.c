#include "base/limits.h"
#include "base/test.h"
#include "book/table/sheet_int.h"
#include "book/table/xlsx_int.h"

typedef struct Part {
    const char *name;
    Str text;
} Part;

static Work *open_work(void)
{
    return work_open(env_real(), 256u << 20);
}

/* A zip in memory. */
static Str zip_of(Arena *arena, const Part *parts, size_t n)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(out);
    zip_t *zip = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, &error);
    CHECK(zip);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *in = zip_source_buffer(zip, parts[i].text.p, parts[i].text.n, 0);
        CHECK(zip_file_add(zip, parts[i].name, in, 0) >= 0);
    }
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

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""

static const char *const plain_rels =
    HEAD "<Relationships " RELS "><Relationship Id=\"rId1\" Type=\"" REL
         "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" REL
         "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"rId3\" Type=\"" REL
         "/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId4\" Type=\"" REL
         "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
static const char *const plain_workbook =
    HEAD "<workbook " MAIN " xmlns:r=\"" REL "\"><workbookPr/><sheets>"
         "<sheet name=\"hidden\" sheetId=\"9\" state=\"hidden\" r:id=\"rId9\"/>"
         "<sheet name=\"first\" sheetId=\"1\" r:id=\"rId1\"/>"
         "<sheet name=\"第二\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>";
static const char *const plain_styles =
    HEAD "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" "
         "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
         "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00&quot;d&quot;\"/>"
         "<numFmt numFmtId=\"166\" formatCode=\"0.0%\"/></numFmts>"
         "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
         "<xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/><xf numFmtId=\"165\"/>"
         "<xf numFmtId=\"166\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>";
static const char *const plain_strings =
    HEAD "<sst " MAIN "><si><t>单位</t></si><si><r><t>丰</t></r><r><t>满</t></r>"
         "<rPh sb=\"0\" eb=\"1\"><t>feng</t></rPh></si><si><t>a_x000A_b</t></si></sst>";

static Str workbook_of(Arena *arena, const char *sheet, const char *workbook)
{
    Str body = str_of(sheet);
    Part parts[] = {
        { "xl/workbook.xml", str_of(workbook ? workbook : plain_workbook) },
        { "xl/_rels/workbook.xml.rels", str_of(plain_rels) },
        { "xl/styles.xml", str_of(plain_styles) },
        { "xl/sharedStrings.xml", str_of(plain_strings) },
        { "xl/worksheets/sheet1.xml", body },
        { "xl/worksheets/sheet2.xml",
          STR(HEAD "<worksheet " MAIN "><sheetData><row><c "
                   "t=\"inlineStr\"><is><t>two</t></is></c></row></sheetData></worksheet>") },
    };
    return zip_of(arena, parts, sizeof parts / sizeof *parts);
}

/* Rows as "line:cell|cell/line:…"; ! before a cell with a complaint; the message id on refusal. */
static Str dump(Work *w, Str bytes, Str wanted)
{
    Sheet *s CLEANUP(sheet_close) = sheet_of(w, bytes, wanted);
    Buf out = buf_open(w->arena, 1 << 20);
    SheetRow row;
    for (bool more = true; s && sheet_next(w, s, &row, &more);) {
        if (!more)
            return buf_str(&out);
        buf_printf(&out, "%s%lld:", out.n ? "/" : "", (long long)row.line);
        for (size_t i = 0; i < row.n; i++) {
            buf_putz(&out, i ? "|" : "");
            buf_putz(&out, row.complaints && row.complaints[i] ? "!" : "");
            buf_put(&out, row.cells[i]);
        }
    }
    return str_of(w->err.what);
}

static bool gives(const char *rows, const char *want)
{
    Work *w CLEANUP(work_close) = open_work();
    char *sheet = arena_printf(
        w->arena, HEAD "<worksheet " MAIN "><sheetData>%s</sheetData></worksheet>", rows);
    Str got = dump(w, workbook_of(w->arena, sheet, NULL), STR("none"));
    if (!str_is(got, want))
        printf("# got  %.*s\n# want %s\n", STR_ARG(got), want);
    return str_is(got, want);
}

TEST(strings_shared_inline_and_of_formulas_are_read)
{
    EXPECT(
        gives("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c></row>",
              "2:单位||丰满"));
    EXPECT(gives(
        "<row><c "
        "t=\"inlineStr\"><is><r><t>x</t></r><r><t>y</t></r><rPh><t>no</t></rPh></is></c></row>",
        "1:xy"));
    EXPECT(
        gives("<row><c t=\"str\"><f>A1&amp;\"x\"</f><v>kept</v></c><c t=\"s\"><v>2</v></c></row>",
              "1:kept|a\nb"));
    EXPECT(gives("<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c></row>", "1:TRUE|FALSE"));
}

TEST(rows_and_cells_without_references_stand_in_order)
{
    EXPECT(gives("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c "
                 "r=\"B3\"><v>3</v></c><c><v>4</v></c></row>",
                 "1:1|2/3:|3|4"));
    EXPECT(gives("<row r=\"5\"><c r=\"AA5\"><v>7</v></c></row>", "5:||||||||||||||||||||||||||7"));
    EXPECT(gives("<row r=\"5\"><c r=\"B5\"><v>7</v></c><c r=\"A5\"><v>8</v></c></row>",
                 "xlsx.broken"));
    EXPECT(gives("<row r=\"5\"/><row r=\"4\"/>", "xlsx.broken"));
    EXPECT(gives("<row><c t=\"s\"><v>99</v></c></row>", "xlsx.broken"));
}

TEST(prefixed_elements_are_the_same_elements)
{
    Work *w CLEANUP(work_close) = open_work();
    const char *sheet =
        HEAD "<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData>"
             "<x:row r=\"1\"><x:c r=\"A1\"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    EXPECT(str_is(dump(w, workbook_of(w->arena, sheet, NULL), STR("")), "1:5"));
}

TEST(numbers_are_what_excel_shows)
{
    EXPECT(gives(
        "<row><c><v>66.700000000000003</v></c><c><v>1.2300000000000001E-2</v></c><c><v>1E+5</v></c>"
        "<c><v>-0.1</v></c><c><v>219000000</v></c><c><v>999999999999999.96</v></c></row>",
        "1:66.7|0.0123|100000|-0.1|219000000|1000000000000000"));
    EXPECT(gives("<row><c s=\"5\"><v>0.66700000000000004</v></c><c s=\"5\"><v>1</v></c><c "
                 "s=\"4\"><v>2.5</v></c></row>",
                 "1:66.7%|100%|2.5"));
}

TEST(days_come_from_any_date_style_of_either_epoch)
{
    EXPECT(gives(
        "<row><c s=\"1\"><v>44469</v></c><c s=\"2\"><v>44469</v></c><c s=\"3\"><v>44469.5</v></c>"
        "<c s=\"6\"><v>0.58333333333333337</v></c><c><v>44469</v></c></row>",
        "1:2021-09-30|2021-09-30|2021-09-30 12:00|14:00|44469"));
    EXPECT(gives("<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>60</v></c><c "
                 "s=\"1\"><v>61</v></c></row>",
                 "1:1900-01-01|1900-02-28|60|1900-03-01"));
    Work *w CLEANUP(work_close) = open_work();
    const char *mac =
        HEAD "<workbook " MAIN " xmlns:r=\"" REL "\"><workbookPr date1904=\"1\"/><sheets>"
             "<sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
    const char *sheet =
        HEAD "<worksheet " MAIN
             "><sheetData><row><c s=\"1\"><v>43007</v></c></row></sheetData></worksheet>";
    EXPECT(str_is(dump(w, workbook_of(w->arena, sheet, mac), STR("")), "1:2021-09-30"));
}

TEST(an_error_value_or_a_formula_never_computed_is_no_guess)
{
    EXPECT(
        gives("<row><c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c><f>A1+1</f></c><c><f>A1</f><v/></c>"
              "<c t=\"str\"><f>T(1)</f><v></v></c><c><f>1+1</f><v>2</v></c></row>",
              "1:!#DIV/0!|!|!||2"));
}

TEST(the_sheet_named_like_the_book_is_taken_else_the_first_shown)
{
    Work *w CLEANUP(work_close) = open_work();
    const char *sheet =
        HEAD "<worksheet " MAIN "><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    Str bytes = workbook_of(w->arena, sheet, NULL);
    EXPECT(str_is(dump(w, bytes, STR("第二")), "1:two"));
    EXPECT(str_is(dump(w, bytes, STR("第三")), "1:1"));
    Str name = sheet_name(w->arena,
                          STR("收入/支出[2021]：一二三四五六七八九十一二三四五六七八九十一二三四"));
    EXPECT(str_is(name, "收入支出2021：一二三四五六七八九十一二三四五六七八九十一二"));
}

TEST(bombs_cut_files_and_old_formats_are_refused_with_words)
{
    Work *w CLEANUP(work_close) = open_work();
    size_t blank = 4u << 20;
    Buf big = buf_open(w->arena, blank + 4096);
    buf_putz(&big, HEAD "<worksheet " MAIN "><sheetData>");
    char *spaces = arena_array(w->arena, char, blank);
    memset(spaces, ' ', blank);
    buf_put(&big, (Str){ spaces, blank });
    buf_putz(&big, "</sheetData></worksheet>");
    Str bomb = workbook_of(w->arena, str_z(w->arena, buf_str(&big)), NULL);
    EXPECT(str_starts(dump(w, bomb, STR("")), STR("xlsx.bomb")) && w->err.code == ERR_LIMIT);
    work_clear(w);
    Str entities = workbook_of(
        w->arena, HEAD "<!DOCTYPE w [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><w>&b;</w>", NULL);
    EXPECT(str_is(dump(w, entities, STR("")), "xlsx.doctype"));
    work_clear(w);
    Str good = workbook_of(w->arena, HEAD "<worksheet " MAIN "><sheetData/></worksheet>", NULL);
    for (size_t n = 4; n < good.n; n += 97) {
        Str cut = dump(w, str_sub(good, 0, n), STR(""));
        EXPECT(str_is(cut, "xlsx.broken"));
        work_clear(w);
    }
    EXPECT(str_is(dump(w, workbook_of(w->arena, HEAD "<worksheet><sheetData>", NULL), STR("")),
                  "xlsx.broken"));
    work_clear(w);
    EXPECT(str_is(dump(w, STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), STR("")), "sheet.old_xls"));
    work_clear(w);
    Part other = { "mimetype", STR("application/vnd.oasis.opendocument.spreadsheet") };
    EXPECT(str_is(dump(w, zip_of(w->arena, &other, 1), STR("")), "xlsx.no_workbook"));
}

TEST(deep_xml_is_refused)
{
    Work *w CLEANUP(work_close) = open_work();
    Buf deep = buf_open(w->arena, 1 << 20);
    for (int i = 0; i < 1000; i++)
        buf_putz(&deep, "<a>");
    EXPECT(str_is(dump(w, workbook_of(w->arena, str_z(w->arena, buf_str(&deep)), NULL), STR("")),
                  "xlsx.broken"));
}

TEST(a_long_sheet_is_read_in_steps_twice_the_same)
{
    Work *w CLEANUP(work_close) = open_work();
    Buf rows = buf_open(w->arena, 16 << 20);
    buf_putz(&rows, HEAD "<worksheet " MAIN "><sheetData>");
    enum { ROWS = 20000 };
    for (int i = 1; i <= ROWS; i++)
        buf_printf(&rows,
                   "<row r=\"%d\"><c r=\"A%d\" t=\"s\"><v>1</v></c><c r=\"B%d\" "
                   "t=\"inlineStr\"><is><t>t%d</t></is></c><c r=\"C%d\"><v>%d.5</v></c></row>",
                   i, i, i, i, i, (i * 7919) % 100003);
    buf_putz(&rows, "</sheetData></worksheet>");
    Sheet *s CLEANUP(sheet_close) =
        sheet_of(w, workbook_of(w->arena, str_z(w->arena, buf_str(&rows)), NULL), STR(""));
    EXPECT(s);
    for (int round = 0; round < 2; round++) {
        SheetRow row;
        bool more = false;
        int good = 0;
        for (int i = 1; s && sheet_next(w, s, &row, &more) && more; i++) {
            char want[2][32];
            snprintf(want[0], 32, "t%d", i);
            snprintf(want[1], 32, "%d.5", (i * 7919) % 100003);
            good += row.line == i && row.n == 3 && str_is(row.cells[0], "丰满") &&
                    str_is(row.cells[1], want[0]) && str_is(row.cells[2], want[1]);
        }
        EXPECT(good == ROWS);
        EXPECT(s && sheet_rewind(w, s));
    }
}
