#include <stdlib.h>
#include <unistd.h>

#include "base/csv.h"
#include "book/import_int.h"
#include "book/import_steps_int.h"
#include "core/test_core.h"

/* ---- a world with a judge that knows plain arithmetic ---- */

static bool judge_truth(Work *w, void *self, const Book *book, const RecordRow *row,
                        const Expr *expr, Verdict *ret)
{
    (void)w, (void)self;
    Steps *steps = heap_zeroed(1, sizeof *steps);
    bool compiled = steps_compile(steps, expr, book);
    *ret = compiled && steps_refuse(steps, row->nums, row->known) ? VERDICT_FALSE : VERDICT_TRUE;
    heap_free(steps);
    return true;
}

static const Judge plain_judge = { .truth = judge_truth };

static const char wide_book[] = "book wide \"宽表\" per farm every month {\n"
                                "  a int \"甲\" min 0\n"
                                "  b money \"乙\" min 0 max 1000000元\n"
                                "  c percent \"丙\" optional\n"
                                "  d decimal(3) \"丁\" optional\n"
                                "  e int \"戊\" optional\n"
                                "  f area \"己\" optional\n"
                                "  sum money \"合计\" = b + b\n"
                                "  check e <= a \"戊不能大于甲\"\n"
                                "  check b + b <= 1000000元 or known(d) \"乙太大，请填丁\"\n"
                                "  read  anyone\n"
                                "  write keeper at farm\n"
                                "}\n"
                                "book tool \"工具\" of farm dated bought {\n"
                                "  bought date \"购买日\"\n"
                                "  kind choice(hoe \"锄\", cart \"车\") \"种类\"\n"
                                "  many many sort \"用于\" optional\n"
                                "  own bool \"自有\" optional\n"
                                "  photo image \"照片\" optional\n"
                                "  left text(30) \"放在\" optional\n"
                                "  read  anyone\n"
                                "  write keeper at farm\n"
                                "}\n"
                                "book shed \"棚\" of farm dated built {\n"
                                "  built date \"建成日\"\n"
                                "  name text(20) \"棚名\"\n"
                                "  area area \"面积\" optional\n"
                                "  key name\n"
                                "  read  anyone\n"
                                "  write keeper at farm\n"
                                "}\n"
                                "book loan_part";

typedef struct Trial {
    World t;
    char folder[64];
    ImportReport report;
} Trial;

static Trial trial_open(void)
{
    Trial x = { .t = world_open() };
    Problems problems = { 0 };
    if (!world_load(&x.t, 2, "book loan_part", wide_book, &problems)) {
        Buf out = buf_open(x.t.w->arena, 1 << 16);
        Source source = world_source(x.t.w, 2, "book loan_part", wide_book);
        problems_print(&out, &source, &problems, LANG_ZH);
        printf("%.*s", STR_ARG(buf_str(&out)));
        check_failed("the pack compiles", __FILE__, __LINE__);
    }
    snprintf(x.folder, sizeof x.folder, "/tmp/import_test_XXXXXX");
    CHECK(mkdtemp(x.folder));
    return x;
}

static char *path_of(Trial *x, const char *name)
{
    return arena_printf(x->t.w->arena, "%s/%s", x->folder, name);
}

static void trial_close(Trial *x)
{
    static const char *const names[] = { "a.csv", "a.xlsx", "b.csv", "t.xlsx", "t.csv" };
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        (void)unlink(path_of(x, names[n]));
    CHECK(rmdir(x->folder) == 0);
    world_close(&x->t);
}

static const Book *book_of(Trial *x, const char *name)
{
    const Book *book = set_book(x->t.set, str_of(name));
    CHECK(book);
    return book;
}

static bool import_file(Trial *x, const char *book, const char *file, const char *period, bool dry)
{
    ImportAsk ask = { .file = path_of(x, file), .book = book_of(x, book), .dry_run = dry };
    if (period)
        CHECK(period_parse(str_of(period), &ask.period));
    return book_import(x->t.w, x->t.core, &plain_judge, &ask, &x->report);
}

static void put_file(Trial *x, const char *name, Str bytes)
{
    const Env *env = x->t.w->env;
    CHECK(env->write_file(env->self, path_of(x, name), bytes));
}

static bool import_text(Trial *x, const char *book, const char *text, bool dry)
{
    put_file(x, "a.csv", str_of(text));
    return import_file(x, book, "a.csv", NULL, dry);
}

/* "added changed same refused" */
static bool counts(const Trial *x, int64_t added, int64_t changed, int64_t same, int64_t refused)
{
    const ImportReport *r = &x->report;
    bool ok =
        r->added == added && r->changed == changed && r->same == same && r->refused == refused;
    if (!ok)
        printf("# added %lld changed %lld same %lld refused %lld blank %lld\n", (long long)r->added,
               (long long)r->changed, (long long)r->same, (long long)r->refused,
               (long long)r->blank);
    return ok;
}

/* One line a fault: "line|column|given|message id". */
static Str faults_of(Trial *x)
{
    Buf out = buf_open(x->t.w->arena, 1 << 20);
    for (size_t n = 0; n < x->report.faults.n; n++) {
        const Fault *f = &x->report.faults.at[n];
        Str id = str_of(f->what);
        Str first = id;
        (void)str_next(&id, ' ', &first);
        buf_printf(&out, "%lld|%.*s|%.*s|%.*s%s\n", (long long)f->row, STR_ARG(f->column),
                   STR_ARG(f->given), STR_ARG(first), f->warning ? "!" : "");
    }
    return buf_str(&out);
}

static bool faults_are(Trial *x, const char *want)
{
    Str got = faults_of(x);
    if (!str_is(got, want))
        printf("# got\n%.*s# want\n%s", STR_ARG(got), want);
    return str_is(got, want);
}

static int64_t cell_of(Trial *x, const char *book, int32_t unit, const char *period,
                       const char *field)
{
    return world_num(&x->t, world_row(&x->t, book, unit, period, 0, KNOWN_NOW), book, field);
}

/* ---- files that are right ---- */

TEST(a_file_becomes_facts_once)
{
    Trial x = trial_open();
    const char *text =
        "单位代码,期间,吨,单价（元）,说明\nF1,2021-09,5,1234.50,好\nF2,2021-09,6,,\n";
    int64_t before = core_known(x.t.core);
    EXPECT(import_text(&x, "crop", text, false));
    EXPECT(counts(&x, 2, 0, 0, 0) && x.report.written && !x.report.errors);
    EXPECT(core_known(x.t.core) == before + 2);
    EXPECT(cell_of(&x, "crop", x.t.farm[0], "2021-09", "price") == 123450);
    EXPECT(import_text(&x, "crop", text, false));
    EXPECT(counts(&x, 0, 0, 2, 0) && !x.report.written);
    EXPECT(core_known(x.t.core) == before + 2);
    trial_close(&x);
}

TEST(only_changed_rows_become_facts_and_the_difference_is_told)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "wide",
                       "unit,period,a,b,c,d,e,f\nF1,2021-09,5,10,66.7%,,,\nF2,2021-09,6,20,,,,\n",
                       false));
    int64_t before = core_known(x.t.core);
    const char *text = "unit,period,a,b,c,d,e,f\nF1,2021-09,5,10,66.7%,,,\nF2,2021-09,6,21.5,,,3,"
                       "\nF3,2021-09,1,1,,,,\n";
    EXPECT(import_text(&x, "wide", text, true));
    EXPECT(counts(&x, 1, 1, 1, 0) && !x.report.written && core_known(x.t.core) == before);
    EXPECT(
        str_is(x.report.difference,
               "~ 3 F2 F2 2021-09  乙：20 → 21.5；戊：— → 3\n+ 4 F3 F3 2021-09  甲：1；乙：1\n"));
    EXPECT(import_text(&x, "wide", text, false) && x.report.written);
    EXPECT(core_known(x.t.core) == before + 2);
    EXPECT(cell_of(&x, "wide", x.t.farm[1], "2021-09", "b") == 2150);
    EXPECT(cell_of(&x, "wide", x.t.farm[0], "2021-09", "c") == 667000);
    trial_close(&x);
}

TEST(columns_are_found_by_title_identifier_or_bracketed_title)
{
    Trial x = trial_open();
    put_file(&x, "a.csv", STR("农场收成表,,,,\n\n 单位 ,序号,*吨,单价(元),说 明\nF1,1,5,2,x\n"));
    EXPECT(import_file(&x, "crop", "a.csv", "2021-09", false));
    EXPECT(counts(&x, 1, 0, 0, 0) && x.report.faults.n == 0);
    EXPECT(cell_of(&x, "crop", x.t.farm[0], "2021-09", "price") == 200);
    trial_close(&x);
}

TEST(a_period_that_excel_turned_into_a_day_is_the_period_beginning_there)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "crop", "unit,period,tons\nF1,2021/9/1,5\nF2,2021年9月,6\n", false));
    EXPECT(counts(&x, 2, 0, 0, 0));
    EXPECT(import_text(&x, "crop", "unit,period,tons\nF3,2021-09-02,5\n", false));
    EXPECT(faults_are(&x, "2|period|2021-09-02|fault.period.month\n"));
    trial_close(&x);
}

TEST(gbk_files_are_read_and_said)
{
    Trial x = trial_open();
    put_file(&x, "a.csv", STR("\xB5\xA5\xCE\xBB,\xB6\xD6\r\nF1,3\r\n")); /* 单位,吨 */
    EXPECT(import_file(&x, "crop", "a.csv", "2021-09", false));
    EXPECT(counts(&x, 1, 0, 0, 0) && x.report.converted);
    trial_close(&x);
}

TEST(rows_that_nobody_filled_are_left_alone)
{
    Trial x = trial_open();
    EXPECT(import_text(
        &x, "crop",
        "unit,unit_name,period,tons,price,note\nF1,F1,2021-09,1,,\nF2,F2,2021-09,,,\n,,,,,\n",
        false));
    EXPECT(counts(&x, 1, 0, 0, 0) && x.report.blank == 1);
    trial_close(&x);
}

TEST(columns_that_are_absent_keep_what_stands_there)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "crop", "unit,period,tons,price\nF1,2021-09,1,7\n", false));
    EXPECT(import_text(&x, "crop", "unit,period,price\nF1,2021-09,8\n", false));
    EXPECT(counts(&x, 0, 1, 0, 0));
    EXPECT(cell_of(&x, "crop", x.t.farm[0], "2021-09", "tons") == 1);
    trial_close(&x);
}

TEST(keys_of_a_return_are_columns)
{
    Trial x = trial_open();
    const char *text = "unit,period,种类,方位,rows\nF1,2021,小麦,北,5\nF1,2021,oats,south,7\n";
    EXPECT(import_text(&x, "plot", text, false));
    EXPECT(counts(&x, 2, 0, 0, 0));
    EXPECT(import_text(&x, "plot", text, false) && counts(&x, 0, 0, 2, 0));
    EXPECT(import_text(&x, "plot", "unit,period,种类,rows\nF1,2021,小麦,5\n", false));
    EXPECT(faults_are(&x, "1|方位||import.no_key\n"));
    EXPECT(import_text(
        &x, "plot",
        "unit,period,sort,field_side,rows\nF1,2021,大米,北,5\nF1,2021,小麦,北,\nF1,2021,,北,3\n",
        true));
    EXPECT(x.report.refused == 2 && x.report.blank == 1);
    trial_close(&x);
}

TEST(registers_keep_a_row_that_says_the_same)
{
    Trial x = trial_open();
    const char *two = "unit,购买日,种类,用于,自有,放在\nF1,2021-01-05,锄,小麦、燕麦,是,屋里\nF1,"
                      "2021-01-05,锄,小麦、燕麦,是,屋里\nF2,2021年2月1日,cart,,,\n";
    EXPECT(import_text(&x, "tool", two, false) && counts(&x, 3, 0, 0, 0));
    EXPECT(import_text(&x, "tool", two, false) && counts(&x, 0, 0, 3, 0));
    EXPECT(import_text(&x, "tool", "unit,#,购买日,种类,用于,自有,放在\nF2,3,2021-02-01,车,,否,\n",
                       false));
    EXPECT(counts(&x, 0, 1, 0, 0));
    EXPECT(import_text(&x, "shed", "unit,建成日,棚名,面积\nF1,2020-01-01,东棚,5亩\n", false) &&
           counts(&x, 1, 0, 0, 0));
    EXPECT(import_text(&x, "shed", "unit,建成日,棚名,面积\nF1,2020-01-01,东棚,6.5\n", false) &&
           counts(&x, 0, 1, 0, 0));
    EXPECT(import_text(
        &x, "shed", "unit,建成日,棚名,面积\nF1,2020-01-01,西棚,6\nF1,2020-02-01,西棚,7\n", false));
    EXPECT(faults_are(&x, "3|unit|F1|import.twice\n"));
    trial_close(&x);
}

TEST(private_values_are_compared_but_never_told)
{
    Trial x = trial_open();
    const char *one = "unit,号,借出,联系人\nF1,k1,2021-01-01,13800000000\n";
    EXPECT(import_text(&x, "loan", one, false) && counts(&x, 1, 0, 0, 0));
    EXPECT(str_find(x.report.difference, STR("138")) == SIZE_MAX);
    const char *same = "unit,#,号,借出,联系人\nF1,1,k1,2021-01-01,13800000000\n";
    EXPECT(import_text(&x, "loan", same, false) && counts(&x, 0, 0, 1, 0));
    const char *other = "unit,#,号,借出,联系人\nF1,1,k1,2021-01-01,13900000000\n";
    EXPECT(import_text(&x, "loan", other, false) && counts(&x, 0, 1, 0, 0));
    EXPECT(str_find(x.report.difference, STR("139")) == SIZE_MAX);
    EXPECT(import_text(&x, "loan", "unit,#,号,借出,联系人\nF1,1,k1,2021-01-01,\n", false) &&
           counts(&x, 0, 0, 1, 0));
    trial_close(&x);
}

/* ---- files that are not ---- */

TEST(every_fault_is_told_at_once_and_nothing_is_written)
{
    Trial x = trial_open();
    int64_t before = core_known(x.t.core);
    EXPECT(import_text(&x, "crop",
                       "单位,期间,吨,单价,说明\n"
                       "F1,2021-09,5,,\n"
                       "F9,2021-09,5,,\n"
                       "F2,2021-09,abc,1.234,\n"
                       "A,2021-09,5,,\n"
                       "F3,2021Q3,5,,\n"
                       "F3,2021-09,-5,,\n"
                       "F2,2021-08,,3,\n"
                       "F1,2021-09,6,,\n",
                       false));
    EXPECT(!x.report.written && core_known(x.t.core) == before);
    EXPECT(faults_are(&x, "3|单位|F9|fault.unit.unknown\n"
                          "4|吨|abc|fault.type.int\n"
                          "4|单价|1.234|fault.type.too_fine\n"
                          "5|单位|A|fault.unit.kind\n"
                          "6|期间|2021Q3|fault.period.month\n"
                          "7|吨|-5|fault.range.low\n"
                          "8|吨||fault.required\n"
                          "9|单位|F1|import.twice\n"));
    EXPECT(x.report.errors == 8 && x.report.refused == 7 && x.report.added == 1);
    EXPECT(!world_row(&x.t, "crop", x.t.farm[0], "2021-09", 0, KNOWN_NOW));
    trial_close(&x);
}

TEST(titles_that_are_wrong_are_told_with_the_nearest)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "crop", "单位,期间,吨,单价格,说明,说明\nF1,2021-09,1,2,3,4\n", false));
    EXPECT(faults_are(&x, "1|单价格||import.column_near\n1|说明||import.column_twice\n"));
    EXPECT(import_text(&x, "crop", "吨,单价\n1,2\n", false));
    EXPECT(faults_are(&x, "1|||import.no_unit\n"));
    EXPECT(import_text(&x, "crop", "单位,吨\nF1,2\n", false));
    EXPECT(faults_are(&x, "1|||import.no_period\n"));
    EXPECT(import_text(&x, "wide", "单位,期间,甲,乙,合计\nF1,2021-09,1,2,4\n", false));
    EXPECT(faults_are(&x, "1|合计||import.column_computed!\n") && counts(&x, 1, 0, 0, 0));
    trial_close(&x);
}

TEST(a_required_column_that_is_absent_is_told_once)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "crop", "单位,期间,单价\nF1,2021-09,1\nF2,2021-09,1\nF3,2021-09,1\n",
                       false));
    EXPECT(faults_are(&x, "2|吨||fault.required\n") && x.report.refused == 3);
    trial_close(&x);
}

TEST(another_name_beside_the_code_is_a_warning)
{
    Trial x = trial_open();
    EXPECT(import_text(
        &x, "wide",
        "单位,单位名称,期间,甲,乙,丙,丁,戊,己\nF1,F1,2021-09,1,1,,,,\nF2,东场,2021-09,1,1,,,,\n",
        false));
    EXPECT(faults_are(&x, "3|单位名称|东场|import.other_name!\n") && x.report.written &&
           counts(&x, 2, 0, 0, 0));
    trial_close(&x);
}

TEST(faults_end_at_two_hundred)
{
    Trial x = trial_open();
    Buf text = buf_open(x.t.w->arena, 1 << 20);
    buf_putz(&text, "unit,period,a,b,c,d,e,f\n");
    for (int n = 0; n < 1000; n++)
        buf_printf(&text, "X%d,2021-09,1,1,,,,\n", n);
    put_file(&x, "a.csv", buf_str(&text));
    EXPECT(import_file(&x, "wide", "a.csv", NULL, true));
    EXPECT(x.report.faults.n == LIMIT_PROBLEMS && x.report.errors == LIMIT_PROBLEMS);
    trial_close(&x);
}

TEST(a_report_prints_for_people_and_for_programs)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "crop", "单位,期间,吨\nF1,2021-09,\"a\"\"b\"\n", true));
    Buf zh = buf_open(x.t.w->arena, 1 << 16), json = buf_open(x.t.w->arena, 1 << 16);
    EXPECT(import_print(x.t.w, &x.report, false, LANG_ZH, &zh));
    EXPECT(str_find(buf_str(&zh), STR("第 2 行")) != SIZE_MAX &&
           str_find(buf_str(&zh), STR("没有写入")) != SIZE_MAX);
    EXPECT(import_print(x.t.w, &x.report, true, LANG_EN, &json));
    EXPECT(str_starts(buf_str(&json),
                      STR("{\"rows\":1,\"added\":0,\"changed\":0,\"same\":0,\"blank\":0,"
                          "\"refused\":1,\"errors\":1,"
                          "\"dry_run\":true,\"written\":false,\"faults\":[{\"row\":2,\"column\":"
                          "\"吨\",\"given\":\"a\\\"b\",\"reason\":\"type\"")));
    trial_close(&x);
}

TEST(a_seat_imports_where_it_may_write_and_nowhere_else)
{
    Trial x = trial_open();
    World *t = &x.t;
    int32_t seat = 0;
    int32_t role = set_role(t->set, STR("keeper"))->number;
    CHECK(core_begin(t->w, t->core, NULL) &&
          seat_create(t->w, t->core, t->farm[0], role, day_make(2020, 1, 1), &seat) &&
          core_commit(t->w, t->core));
    const char *const texts[] = {
        "unit,period,a,b,c,d,e,f\nF1,2021-09,1,1,,,,\nF2,2021-09,1,1,,,,\nF1,2021-10,1,1,,,,\n",
        "\"unit\",period,a,b,c,d,e,f\nF1,2021-09,1,1,,,,\nF2,2021-09,1,1,,,,\nF1,2021-10,1,1,,,,\n"
    };
    for (int n = 0; n < 2; n++) {
        put_file(&x, "a.csv", str_of(texts[n]));
        ImportAsk ask = { .file = path_of(&x, "a.csv"), .book = book_of(&x, "wide"), .seat = seat };
        EXPECT(book_import(t->w, t->core, &plain_judge, &ask, &x.report));
        EXPECT(faults_are(&x, "3|unit|F2|fault.right\n") && counts(&x, 2, 0, 0, 1));
    }
    put_file(&x, "a.csv", STR("unit,period,a,b,c,d,e,f\nF1,2021-09,1,1,,,,\n"));
    ImportAsk ask = { .file = path_of(&x, "a.csv"), .book = book_of(&x, "wide"), .seat = seat };
    EXPECT(book_import(t->w, t->core, &plain_judge, &ask, &x.report) && x.report.written);
    FactWalk *walk =
        fact_walk(t->w, t->core->store.db, core_known(t->core) - 1, core_known(t->core));
    Fact fact = { 0 };
    bool more = false;
    EXPECT(walk && fact_next(t->w, walk, &fact, &more) && more && fact.seat == seat);
    EXPECT(fact_next(t->w, walk, &fact, &more) && !more && t->core->seat == 0);
    trial_close(&x);
}

static const ImportColumn *column_of(const Trial *x, const char *head)
{
    for (size_t n = 0; n < x->report.column_n; n++)
        if (str_is(x->report.columns[n].head, head))
            return &x->report.columns[n];
    return NULL;
}

TEST(a_file_in_memory_is_told_column_by_column_and_read_as_the_clerk_says)
{
    Trial x = trial_open();
    Str bytes = STR("场,月,甲数,b,c,d,e,f,备注\nF1,2021-09,1,1,,,,,记\n");
    const Cell mapping[] = { { STR("场"), STR("unit") },
                             { STR("月"), STR("period") },
                             { STR("甲数"), STR("a") },
                             { STR("备注"), STR("") } };
    ImportAsk ask = { .bytes = bytes, .book = book_of(&x, "wide"), .dry_run = true };
    EXPECT(book_import(x.t.w, x.t.core, &plain_judge, &ask, &x.report));
    EXPECT(faults_are(&x, "1|||import.no_unit\n") && x.report.column_n == 9);
    EXPECT(column_of(&x, "甲数") && !strcmp(column_of(&x, "甲数")->role, "unknown"));
    EXPECT(column_of(&x, "b") && !strcmp(column_of(&x, "b")->role, "field"));
    ask.mapping = mapping;
    ask.mapping_n = 4;
    EXPECT(book_import(x.t.w, x.t.core, &plain_judge, &ask, &x.report) && counts(&x, 1, 0, 0, 0));
    EXPECT(str_is(column_of(&x, "甲数")->field, "a"));
    EXPECT(!strcmp(column_of(&x, "备注")->role, "skip"));
    trial_close(&x);
}

TEST(an_import_in_a_batch_begins_and_ends_nothing)
{
    Trial x = trial_open();
    Core *core = x.t.core;
    ImportAsk ask = { .bytes = STR("unit,period,a,b,c,d,e,f\nF1,2021-09,1,1,,,,\n"),
                      .book = book_of(&x, "wide"),
                      .within = true };
    int64_t size = core_known(core);
    CHECK(core_begin(x.t.w, core, NULL));
    EXPECT(book_import(x.t.w, core, &plain_judge, &ask, &x.report) && x.report.written);
    EXPECT(core->changing && core->act_n == 1);
    CHECK(core_commit(x.t.w, core));
    EXPECT(core_known(core) == size + 1);
    CHECK(core_begin(x.t.w, core, NULL));
    ask.bytes = STR("unit,period,a,b,c,d,e,f\nF2,2021-09,1,1,,,,\nF9,2021-09,1,1,,,,\n");
    EXPECT(book_import(x.t.w, core, &plain_judge, &ask, &x.report) && !x.report.written);
    EXPECT(x.report.errors == 1 && core->act_n == 0);
    CHECK(core_rollback(x.t.w, core));
    trial_close(&x);
}

/* ---- both ways of judging ---- */

static uint32_t pick(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static const char *cell_for(uint64_t *seed, bool clean)
{
    static const char *const good[] = { "0", "7", "12", "", "5.00", "123" };
    if (clean)
        return good[pick(seed, 6)];
    static const char *const cells[] = { "",
                                         "0",
                                         "7",
                                         "12",
                                         "123456",
                                         "12345678",
                                         "123456789012",
                                         "1.5",
                                         "0.25",
                                         "1.",
                                         ".5",
                                         "-3",
                                         "-0",
                                         "5%",
                                         "5万",
                                         "1,5",
                                         " 4 ",
                                         "4.00",
                                         "x",
                                         "００",
                                         "1e3",
                                         "+1",
                                         "99999999999999999999",
                                         "3.1415",
                                         "500000.01",
                                         "1000000",
                                         "1000000.01",
                                         "2.0000" };
    return cells[pick(seed, pick(seed, 3) ? 5 : sizeof cells / sizeof *cells)];
}

static void random_file(uint64_t *seed, Buf *out, bool quoted)
{
    bool clean = pick(seed, 3) == 0;
    static const char *const units[] = { "F1", "F2", "F3", "F1", "F2", "F3", "A", "F4", "" };
    static const char *const periods[] = { "2021-09", "2021-10", "2021-09", "2021-10",
                                           "2021-9",  "2021",    "2029-01", "" };
    buf_putz(out, quoted ? "\"unit\",period,a,b,c,d,e,f\n" : "unit,period,a,b,c,d,e,f\n");
    uint32_t rows = pick(seed, clean ? 7 : 12);
    for (uint32_t n = 0; n < rows; n++) {
        buf_putz(out, units[clean ? n % 3 : pick(seed, pick(seed, 4) ? 3 : 9)]);
        buf_putc(out, ',');
        buf_putz(out, periods[clean ? n / 3 % 2 : pick(seed, pick(seed, 4) ? 2 : 8)]);
        for (int c = 0; c < 6; c++) {
            buf_putc(out, ',');
            const char *cell = clean && c < 2 ? "7" : cell_for(seed, clean);
            if (strchr(cell, ','))
                cell = "8";
            buf_putz(out, cell);
        }
        buf_putz(out, clean || pick(seed, 30) ? "\n" : ",9\r\n");
    }
    for (uint32_t n = pick(seed, 3); n > 0; n--)
        buf_putz(out, ",,,,,,,\n"); /* what Excel leaves behind */
}

/* The same text, read fast and, because of a quote, slowly: the same report, in the same words. */
TEST(the_fast_reader_agrees_with_the_judge_on_every_file)
{
    Trial x = trial_open();
    EXPECT(import_text(&x, "wide",
                       "unit,period,a,b,c,d,e,f\nF1,2021-09,7,0,,,,\nF2,2021-10,12,7,7%,,7,\n",
                       false) &&
           x.report.written);
    int fast = 0;
    for (uint64_t round = 1; round <= 600; round++) {
        ARENA_SCOPE(x.t.w->arena);
        Str got[2];
        int64_t sums[2][6];
        for (int quoted = 0; quoted < 2; quoted++) {
            uint64_t seed = round * 977;
            Buf text = buf_open(x.t.w->arena, 1 << 16);
            random_file(&seed, &text, quoted);
            put_file(&x, "b.csv", buf_str(&text));
            CHECK(import_file(&x, "wide", "b.csv", "2021-09", true));
            const ImportReport *r = &x.report;
            const int64_t all[] = { r->rows, r->added, r->changed, r->same, r->refused, r->blank };
            memcpy(sums[quoted], all, sizeof all);
            got[quoted] = faults_of(&x);
            fast += !quoted && r->errors == 0 && r->rows > 0;
        }
        /* of two rows for one place either may be the one that counts: what it does may differ */
        bool twice = str_find(got[0], STR("twice")) != SIZE_MAX;
        bool agree =
            str_eq(got[0], got[1]) && (twice || memcmp(sums[0], sums[1], sizeof sums[0]) == 0);
        if (!agree) {
            printf("# round %d\n# fast\n%.*s# slow\n%.*s", (int)round, STR_ARG(got[0]),
                   STR_ARG(got[1]));
            for (int n = 0; n < 6; n++)
                printf("# %lld %lld\n", (long long)sums[0][n], (long long)sums[1][n]);
        }
        EXPECT(agree);
        if (!agree)
            break;
    }
    EXPECT(fast > 20);
    trial_close(&x);
}
