#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include "book/import_int.h"
#include "core/test_core.h"

static const char books[] = "book house \"房屋（栋）\" per farm every month {\n"
                            "  a int \"层数\" min 1 max 9\n"
                            "  b money \"造价\" min 0 optional\n"
                            "  c percent \"完成\" min 0% max 100% optional\n"
                            "  d date \"开工日\" optional\n"
                            "  e choice(brick \"砖\", wood \"木\") \"结构\" optional\n"
                            "  f bool \"有人\" optional\n"
                            "  g text(30) \"备注\" optional\n"
                            "  h area \"面积\" optional\n"
                            "  i decimal(3) \"高\" optional\n"
                            "  l tall \"树种\" optional\n"
                            "  j many sort \"存放\" optional\n"
                            "  k contact \"电话\" optional private(\"联系\", keep 1y after d)\n"
                            "  sum money \"合计\" = b + b\n"
                            "  read  anyone\n"
                            "  write keeper at farm\n"
                            "}\n"
                            "book loan_part";

/* libxlsxwriter 1.1.4 does not free the formula of a list (a few bytes each). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:lxw_strdup";
}
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

typedef struct Desk {
    World t;
    char folder[64];
    ImportReport report;
} Desk;

static Desk desk_open(void)
{
    Desk d = { .t = world_open() };
    Problems problems = { 0 };
    Buf text = buf_open(d.t.w->arena, 1 << 16);
    buf_putz(&text, "list tall \"树种\" {\n");
    for (int n = 1; n <= 90; n++)
        buf_printf(&text, "  t%d \"第%d种树\"\n", n, n);
    buf_putz(&text, "}\n");
    buf_putz(&text, books);
    const char *pack = str_z(d.t.w->arena, buf_str(&text));
    if (!world_load(&d.t, 2, "book loan_part", pack, &problems)) {
        Buf out = buf_open(d.t.w->arena, 1 << 16);
        Source source = world_source(d.t.w, 2, "book loan_part", pack);
        problems_print(&out, &source, &problems, LANG_EN);
        printf("%.*s", STR_ARG(buf_str(&out)));
        check_failed("the pack compiles", __FILE__, __LINE__);
    }
    snprintf(d.folder, sizeof d.folder, "/tmp/template_test_XXXXXX");
    CHECK(mkdtemp(d.folder));
    return d;
}

static char *path_of(Desk *d, const char *name)
{
    return arena_printf(d->t.w->arena, "%s/%s", d->folder, name);
}

static void desk_close(Desk *d)
{
    (void)unlink(path_of(d, "t.xlsx"));
    (void)unlink(path_of(d, "t.csv"));
    CHECK(rmdir(d->folder) == 0);
    world_close(&d->t);
}

static bool make(Desk *d, const char *book, const char *file, const char *period)
{
    Period p = { .kind = PERIOD_NONE };
    CHECK(!period || period_parse(str_of(period), &p));
    return book_template(d->t.w, d->t.core, set_book(d->t.set, str_of(book)), d->t.city, p,
                         path_of(d, file));
}

static bool import(Desk *d, const char *book, const char *file)
{
    ImportAsk ask = { .file = path_of(d, file), .book = set_book(d->t.set, str_of(book)) };
    static const Judge judge = { 0 };
    bool ok = book_import(d->t.w, d->t.core, &judge, &ask, &d->report);
    for (size_t n = 0; ok && n < d->report.faults.n; n++)
        printf("# %.*s\n", STR_ARG(fault_text(d->t.w->arena, &d->report.faults.at[n], LANG_EN)));
    if (!ok)
        printf("# %s\n", d->t.w->err.what);
    return ok;
}

static const char filled[] =
    "unit,period,a,b,c,d,e,f,g,h,i,j,k\n"
    "F1,2021-09,3,1234567.89,66.7%,2021-03-05,砖,是,=1+1,12.3456,2.125,小麦、燕麦,13800000000\n"
    "F2,2021-09,1,0.1,33.3333%,1999-12-31,木,否,\"a\nb\",0.0001,0.3,,\n";

static void put_file(Desk *d, const char *name, Str bytes)
{
    const Env *env = d->t.w->env;
    CHECK(env->write_file(env->self, path_of(d, name), bytes));
}

static bool is_same(const Desk *d, int64_t same, int64_t blank)
{
    const ImportReport *r = &d->report;
    bool ok = r->same == same && r->blank == blank && !r->added && !r->changed && !r->errors;
    if (!ok)
        printf("# same %lld blank %lld added %lld changed %lld\n%.*s", (long long)r->same,
               (long long)r->blank, (long long)r->added, (long long)r->changed,
               STR_ARG(r->difference));
    return ok;
}

TEST(a_template_read_back_untouched_changes_nothing)
{
    Desk d = desk_open();
    put_file(&d, "t.csv", str_of(filled));
    EXPECT(import(&d, "house", "t.csv") && d.report.written && d.report.added == 2);
    EXPECT(make(&d, "house", "t.xlsx", "2021-09"));
    EXPECT(import(&d, "house", "t.xlsx") && is_same(&d, 2, 1));
    EXPECT(make(&d, "house", "t.csv", "2021-09"));
    EXPECT(import(&d, "house", "t.csv") && is_same(&d, 2, 1));
    desk_close(&d);
}

TEST(money_of_fifteen_digits_comes_back_to_the_fen)
{
    Desk d = desk_open();
    put_file(&d, "t.csv",
             STR("unit,period,a,b\nF1,2021-09,1,9999999999999.99\nF2,2021-09,1,0.07\nF3,2021-09,2,"
                 "90071992547409.93\n"));
    EXPECT(import(&d, "house", "t.csv") && d.report.written);
    EXPECT(make(&d, "house", "t.xlsx", "2021-09"));
    EXPECT(import(&d, "house", "t.xlsx") && is_same(&d, 3, 0));
    desk_close(&d);
}

/* ---- a clerk fills it ---- */

static Str member(Arena *arena, const char *path, const char *name)
{
    int error = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &error);
    CHECK(zip);
    zip_stat_t st;
    CHECK(zip_stat(zip, name, 0, &st) == 0);
    char *bytes = arena_array(arena, char, st.size);
    zip_file_t *file = zip_fopen(zip, name, 0);
    CHECK(file && zip_fread(file, bytes, st.size) == (zip_int64_t)st.size);
    zip_fclose(file);
    zip_discard(zip);
    return (Str){ bytes, st.size };
}

static void replace_member(const char *path, const char *name, Str bytes)
{
    int error = 0;
    zip_t *zip = zip_open(path, 0, &error);
    CHECK(zip);
    zip_source_t *source = zip_source_buffer(zip, bytes.p, bytes.n, 0);
    CHECK(zip_file_replace(zip, (zip_uint64_t)zip_name_locate(zip, name, 0), source, 0) == 0);
    CHECK(zip_close(zip) == 0);
}

/* Puts a value into the cell, as an editor would: in place, the style kept. */
static Str with_cell(Arena *arena, Str sheet, const char *cell, const char *inner)
{
    Str mark = str_printf(arena, "<c r=\"%s\"", cell);
    size_t from = str_find(sheet, mark);
    CHECK(from != SIZE_MAX);
    Str rest = str_sub(sheet, from, sheet.n);
    size_t close = str_find(rest, STR(">"));
    bool empty = rest.p[close - 1] == '/';
    size_t end = empty ? close + 1 : str_find(rest, STR("</c>")) + 4;
    Str head = str_sub(rest, 0, empty ? close - 1 : close);
    size_t type = str_find(head, STR(" t=\""));
    if (type != SIZE_MAX)
        head = str_sub(head, 0, type);
    bool text = inner[1] == 'i';
    return str_printf(arena, "%.*s%.*s%s>%s</c>%.*s", (int)from, sheet.p, STR_ARG(head),
                      text ? " t=\"inlineStr\"" : "", inner, (int)(rest.n - end), rest.p + end);
}

TEST(what_a_clerk_fills_in_is_the_difference)
{
    Desk d = desk_open();
    Arena *arena = d.t.w->arena;
    put_file(&d, "t.csv", str_of(filled));
    EXPECT(import(&d, "house", "t.csv"));
    EXPECT(make(&d, "house", "t.xlsx", "2021-09"));
    const char *name = "xl/worksheets/sheet1.xml";
    Str sheet = member(arena, path_of(&d, "t.xlsx"), name);
    sheet = with_cell(arena, sheet, "D3", "<v>4</v>");
    sheet = with_cell(arena, sheet, "F4", "<v>0.5</v>");
    sheet = with_cell(arena, sheet, "J4", "<is><t>改</t></is>");
    sheet = with_cell(arena, sheet, "D5", "<v>2</v>");
    sheet = with_cell(arena, sheet, "E5", "<is><t>5万元</t></is>");
    sheet = with_cell(arena, sheet, "G5", "<v>44440</v>");
    sheet = with_cell(arena, sheet, "H5", "<is><t>木</t></is>");
    replace_member(path_of(&d, "t.xlsx"), name, sheet);
    EXPECT(import(&d, "house", "t.xlsx") && d.report.written);
    EXPECT(str_is(d.report.difference,
                  "~ 3 F1 F1 2021-09  层数：3 → 4\n"
                  "~ 4 F2 F2 2021-09  完成：33.3333% → 50%；备注：a\nb → 改\n"
                  "+ 5 F3 F3 2021-09  层数：2；造价：50000；开工日：2021-09-01；结构：木\n"));
    desk_close(&d);
}

TEST(a_template_holds_identifiers_lists_limits_and_notes)
{
    Desk d = desk_open();
    Arena *arena = d.t.w->arena;
    EXPECT(make(&d, "house", "t.xlsx", "2021-09"));
    const char *path = path_of(&d, "t.xlsx");
    Str sheet = member(arena, path, "xl/worksheets/sheet1.xml");
    EXPECT(str_find(sheet, STR("hidden=\"1\"")) != SIZE_MAX);
    EXPECT(str_find(sheet, STR("state=\"frozen\"")) != SIZE_MAX);
    EXPECT(str_find(sheet, STR("<dataValidation type=\"whole\"")) != SIZE_MAX);
    EXPECT(str_find(sheet, STR("\"砖,木\"")) != SIZE_MAX);
    EXPECT(str_find(sheet, STR("'选项'!$A$1:$A$90")) != SIZE_MAX);
    Str workbook = member(arena, path, "xl/workbook.xml");
    EXPECT(str_find(workbook, STR("name=\"房屋（栋）\"")) != SIZE_MAX);
    EXPECT(str_find(workbook, STR("state=\"hidden\"")) != SIZE_MAX);
    Str notes = member(arena, path, "xl/comments1.xml");
    EXPECT(str_find(notes, STR("不大于 9")) != SIZE_MAX &&
           str_find(notes, STR("66.7%")) != SIZE_MAX);
    Str strings = member(arena, path, "xl/sharedStrings.xml");
    EXPECT(str_find(strings, STR("造价（元）")) != SIZE_MAX &&
           str_find(strings, STR("层数*")) != SIZE_MAX);
    EXPECT(str_find(strings, STR("合计")) == SIZE_MAX);
    desk_close(&d);
}

TEST(private_values_do_not_leave_by_a_template)
{
    Desk d = desk_open();
    put_file(&d, "t.csv", str_of(filled));
    EXPECT(import(&d, "house", "t.csv"));
    EXPECT(make(&d, "house", "t.csv", "2021-09"));
    Str bytes;
    const Env *env = d.t.w->env;
    CHECK(env->read_file(env->self, path_of(&d, "t.csv"), 1 << 20, d.t.w->arena, &bytes));
    EXPECT(str_find(bytes, STR("138")) == SIZE_MAX && str_find(bytes, STR("'=1+1")) != SIZE_MAX);
    desk_close(&d);
}

TEST(templates_of_keyed_returns_and_registers_read_back)
{
    Desk d = desk_open();
    put_file(&d, "t.csv",
             STR("unit,period,种类,方位,rows\nF1,2021,小麦,北,5\nF2,2021,oats,south,7\n"));
    EXPECT(import(&d, "plot", "t.csv") && d.report.added == 2);
    EXPECT(make(&d, "plot", "t.xlsx", "2021"));
    EXPECT(import(&d, "plot", "t.xlsx") && is_same(&d, 2, 10));
    put_file(&d, "t.csv",
             STR("unit,号,借出,联系人\nF1,k1,2021-01-01,13800000000\nF2,k2,2021-02-01,\n"));
    EXPECT(import(&d, "loan", "t.csv") && d.report.added == 2);
    EXPECT(make(&d, "loan", "t.xlsx", NULL));
    EXPECT(import(&d, "loan", "t.xlsx") && is_same(&d, 2, 0));
    desk_close(&d);
}

TEST(a_template_of_the_wrong_period_or_place_is_refused)
{
    Desk d = desk_open();
    EXPECT(!make(&d, "house", "t.xlsx", "2021") && d.t.w->err.code == ERR_BAD_INPUT);
    work_clear(d.t.w);
    const Book *book = set_book(d.t.set, STR("loan"));
    EXPECT(!book_template(d.t.w, d.t.core, book, 99, (Period){ .kind = PERIOD_NONE },
                          path_of(&d, "t.xlsx")));
    EXPECT(d.t.w->err.code == ERR_NOT_FOUND);
    work_clear(d.t.w);
    EXPECT(!make(&d, "house", "none/t.xlsx", "2021-09") && d.t.w->err.code == ERR_STORE);
    desk_close(&d);
}
