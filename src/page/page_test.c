/* Public pages of a small world: what is open stands there, what is not never does. */
#include <dirent.h>
#include <expat.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure/test_figure.h"
#include "page/case/open_case.h"
#include "page/open.h"
#include "page/page.h"

static const char text[] =
    "role clerk \"文书\" at village\n"
    "list ware \"物件\" { chair \"椅子\"; table \"桌子\" }\n"
    "book b \"月报\" per village every month {\n"
    "  tons   int \"吨数\" min 0\n"
    "  inner  int \"内部数\" min 0\n"
    "  due 5wd after end\n  minutes 3\n  read office at city\n  write clerk at village\n"
    "  public tons\n}\n"
    "book loan \"借物登记\" of village dated lent {\n"
    "  lent   date     \"借出日\"\n"
    "  what   ware     \"物件类\"\n"
    "  thing  text(60) \"物品\"\n"
    "  cost   money    \"价值\" min 0\n"
    "  note   text(60) \"备注\" optional\n"
    "  holder contact  \"联系人\" optional private(\"催还\", keep 1y after lent)\n"
    "  minutes 1\n  read office at city\n  write clerk at village\n"
    "  public lent, what, thing, cost\n}\n"
    "book grade \"评定\" per village every year {\n"
    "  mark int 1..3 \"等次\"\n  minutes 1\n  read office at city\n  write office at city\n"
    "  public mark\n}\n"
    "figure tons_all \"吨数合计\" = sum(b: tons) public\n"
    "figure inner_all \"内部合计\" = sum(b: inner)\n"
    "figure inner_months \"内部多的月数\" = count(b where inner > 5) public\n"
    "figure loans \"借出件数\" = count(loan) public\n"
    "figure loans_of(w ware) \"各类借出\" = count(loan where what = w) public\n"
    "figure loan_cost \"借出物品价值\" = sum(loan: cost) as 元(0) public\n"
    "figure noted \"另记的\" = count(loan where known(note)) public\n"
    "figure mark of village every year \"等次\" = most(grade: mark) public\n"
    "figure half \"一半\" = tons_all / loans public\n";

typedef struct Seen {
    Kernel k;
    World world;
    char dir[64];
} Seen;

static Seen seen_open(void)
{
    Seen t = { .world = world_open(text) };
    World *w = &t.world;
    world_units(w, "city", NULL, "Z");
    world_units(w, "county", "Z", "A B");
    world_units(w, "township", "A", "T");
    world_units(w, "township", "B", "U");
    world_units(w, "village", "T", "V1 V2 V3");
    world_units(w, "village", "U", "W1");
    world_clock(w, "2022-02-10");
    t.k = (Kernel){ .core = w->core, .figures = w->f };
    world_file_year(w, "b", "V1", 2021, "tons=7 inner=987654");
    world_file(w, "b", "V2", "2021-01", "tons=3 inner=2");
    (void)world_file(w, "loan", "V1", NULL,
                     "lent=2021-05-01 what=1 thing=<i>梯子</i>&\" cost=120050 note=暗语甲乙 "
                     "holder=张某某13800138000");
    (void)world_file(w, "loan", "V1", NULL, "lent=2021-06-02 what=2 thing=大桌 cost=5");
    (void)world_file(w, "grade", "V1", "2021", "mark=3");
    return t;
}

static void seen_close(Seen *t)
{
    world_close(&t->world);
}

static Str page_of(Seen *t, PageAsk ask)
{
    Work *w = t->world.w;
    Buf out = buf_open(w->arena, 4 << 20);
    ask.k = &t->k;
    ask.dir = t->dir[0] ? t->dir : NULL;
    if (!page_public(w, &ask, &out)) {
        printf("# %.*s: %s\n", STR_ARG(ask.path), w->err.what);
        test_failures++;
        work_clear(w);
    }
    return buf_str(&out);
}

static Str page_at(Seen *t, const char *path)
{
    return page_of(t, (PageAsk){ .path = str_of(path) });
}

static bool has(Str page, const char *part)
{
    return str_find(page, str_of(part)) != SIZE_MAX;
}

/* ---- the bytes ---- */
typedef struct Shape {
    int depth, scripts, styles, headings;
} Shape;

static void on_start(void *self, const XML_Char *name, const XML_Char **attrs)
{
    Shape *s = self;
    s->depth++;
    s->scripts += !strcmp(name, "script");
    s->headings += !strcmp(name, "h1");
    for (int i = 0; attrs[i]; i += 2) {
        s->styles += !strcmp(attrs[i], "style");
        s->scripts += !strncmp(attrs[i], "on", 2) || !strncmp(attrs[i + 1], "javascript:", 11);
    }
}

static void on_end(void *self, const XML_Char *name)
{
    (void)name;
    ((Shape *)self)->depth--;
}

/* Well-formed as XML, which HTML need not be: every tag closed, every text escaped. */
static void expect_sound(Str page, const char *path)
{
    Shape shape = { 0 };
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, &shape);
    XML_SetElementHandler(parser, on_start, on_end);
    bool ok = XML_Parse(parser, page.p, (int)page.n, 1) == XML_STATUS_OK;
    if (!ok)
        printf("# %s:%d: %s\n", path, (int)XML_GetCurrentLineNumber(parser),
               XML_ErrorString(XML_GetErrorCode(parser)));
    XML_ParserFree(parser);
    EXPECT(ok);
    EXPECT(shape.depth == 0 && shape.scripts == 0 && shape.styles == 0 && shape.headings == 1);
    EXPECT(page.n <= 15 * 1024);
}

static const char *const paths[] = {
    "/",        "/u/Z",         "/u/A",        "/u/T",     "/u/V1",
    "/u/V2",    "/u/V3",        "/f/tons_all", "/f/half",  "/f/inner_months",
    "/f/loans", "/f/loan_cost", "/f/mark",     "/f/noted", "/f/loans_of_chair"
};

TEST(every_page_is_sound_small_and_without_scripts)
{
    Seen t = seen_open();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        expect_sound(page_at(&t, paths[i]), paths[i]);
        expect_sound(page_of(&t, (PageAsk){ .path = str_of(paths[i]),
                                            .lang = LANG_EN,
                                            .size = STR("huge"),
                                            .period = STR("2022-01") }),
                     paths[i]);
        expect_sound(page_of(&t, (PageAsk){ .path = str_of(paths[i]), .unit = STR("V1") }),
                     paths[i]);
    }
    expect_sound(page_of(&t, (PageAsk){ .path = STR("/u/V1"), .pack = STR("trial") }), "pack");
    expect_sound(page_of(&t, (PageAsk){ .path = STR("/"), .find = STR("V") }), "find");
    seen_close(&t);
}

/* What no resident may read must not stand on any page, however it is asked for. */
TEST(what_is_not_public_is_on_no_page)
{
    static const char *const canaries[] = { "987654",   "暗语甲乙", "张某某", "13800138000",
                                            "11851848", /* the inner sum of a year */
                                            "内部数",   "备注",     "联系人", "内部合计" };
    Seen t = seen_open();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (int form = 0; form < 4; form++) {
            PageAsk ask = { .path = str_of(paths[i]) };
            ask.unit = form == 1 ? STR("V1") : form == 2 ? STR("T") : STR("");
            ask.pack = form == 3 ? STR("trial") : STR("");
            Str page = page_of(&t, ask);
            for (size_t c = 0; c < sizeof canaries / sizeof *canaries; c++) {
                /* the words of a public formula may name what it reads; its values may not */
                bool title =
                    c >= 5 && (str_is(ask.path, "/f/inner_months") || str_is(ask.path, "/f/noted"));
                if (has(page, canaries[c]) && !title) {
                    printf("# %s holds %s\n", paths[i], canaries[c]);
                    test_failures++;
                }
            }
        }
    seen_close(&t);
}

static ErrCode refusal(Seen *t, const char *path, Str unit)
{
    Work *w = t->world.w;
    Buf out = buf_open(w->arena, 1 << 20);
    PageAsk ask = { .k = &t->k, .path = str_of(path), .unit = unit, .dir = t->dir };
    bool ok = page_public(w, &ask, &out);
    ErrCode code = ok ? ERR_NONE : w->err.code;
    EXPECT(ok || out.n == 0);
    work_clear(w);
    return code;
}

TEST(what_is_not_there_and_what_is_not_public_are_one_answer)
{
    Seen t = seen_open();
    EXPECT(refusal(&t, "/f/inner_all", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/f/nothing", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/f/tons_all", STR("X")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/u/X", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/u/", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/b/none", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/b/../x", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/x", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/f/tons_all", STR("")) == ERR_NONE);
    seen_close(&t);
}

TEST(open_rows_show_their_public_fields_escaped)
{
    Seen t = seen_open();
    Str page = page_at(&t, "/u/V1");
    EXPECT(has(page, "&lt;i&gt;梯子&lt;/i&gt;&amp;&quot;") && !has(page, "<i>梯子"));
    EXPECT(has(page, "大桌") && has(page, "1200.5") && has(page, "2021-06-02"));
    size_t late = str_find(page, STR("大桌")), early = str_find(page, STR("梯子"));
    EXPECT(late < early); /* the newest first */
    page = page_at(&t, "/f/loan_cost");
    EXPECT(has(page, "大桌") && has(page, "1201"));
    page = page_at(&t, "/f/noted"); /* counts by a field that is not public: no rows */
    EXPECT(!has(page, "大桌") && has(page, "逐笔不公开"));
    page = page_of(&t, (PageAsk){ .path = STR("/"), .find = STR("\"><script>x</script>") });
    EXPECT(!has(page, "<script>"));
    seen_close(&t);
}

TEST(silence_is_never_zero)
{
    Seen t = seen_open();
    Str page = page_at(&t, "/u/V3");
    EXPECT(has(page, "尚未报送") && has(page, "class=\"no\""));
    page = page_of(&t, (PageAsk){ .path = STR("/f/tons_all"), .unit = STR("V3") });
    EXPECT(has(page, "尚未报送") && !has(page, "<b>0</b>"));
    page = page_of(&t, (PageAsk){ .path = STR("/f/tons_all"), .unit = STR("A") });
    EXPECT(has(page, "<b>87</b>") && has(page, "应报 36，已报 13")); /* 7 × 12 + 3 */
    EXPECT(has(page, "尚未报送的单位") && has(page, ">V3</a>"));
    seen_close(&t);
}

TEST(a_figure_is_what_was_known_on_a_day)
{
    Seen t = seen_open();
    world_clock(&t.world, "2022-02-12");
    (void)world_file(&t.world, "b", "V3", "2021-01", "tons=1000 inner=0");
    Str page = page_of(&t, (PageAsk){ .path = STR("/f/tons_all"), .known = STR("2022-02-11") });
    EXPECT(has(page, "<b>87</b>") && has(page, "2022 年 2 月 11 日"));
    page = page_at(&t, "/f/tons_all");
    EXPECT(has(page, "<b>1087</b>"));
    seen_close(&t);
}

TEST(units_that_ended_say_where_they_went)
{
    Seen t = seen_open();
    world_merge(&t.world, "V2", "V3", "2022-02-01");
    world_end(&t.world, "W1", "2022-02-01");
    Str page = page_at(&t, "/u/V2");
    EXPECT(has(page, "不再单设") && has(page, "href=\"/u/V3\"") && has(page, "并入V3"));
    EXPECT(has(page_at(&t, "/u/V3"), "V2并入"));
    EXPECT(has(page_at(&t, "/u/W1"), "没有单位承接"));
    page = page_of(&t, (PageAsk){ .path = STR("/"), .find = STR("V2") });
    EXPECT(has(page, "已撤销"));
    expect_sound(page_at(&t, "/u/V2"), "ended");
    seen_close(&t);
}

TEST(english_and_sizes_go_along_with_the_links)
{
    Seen t = seen_open();
    Str page = page_of(&t, (PageAsk){ .path = STR("/u/A"), .lang = LANG_EN, .size = STR("big") });
    EXPECT(has(page, "<html lang=\"en\" class=\"big\">") && has(page, "Front page"));
    EXPECT(has(page, "/u/T?lang=en&amp;size=big") && has(page, "&amp;lang=en&amp;size=big"));
    EXPECT(has(page, "not yet reported") || has(page, "reported"));
    page = page_of(&t, (PageAsk){ .path = STR("/u/A"), .size = STR("\"x") });
    EXPECT(!has(page, "\"x"));
    seen_close(&t);
}

/* ---- numbers of persons ---- */
static Traced traced(const char *s, bool loose)
{
    size_t from, to;
    return find_person_number(str_of(s), loose, &from, &to);
}

TEST(numbers_of_persons_are_found)
{
    EXPECT(traced("证号11010519491231002X。", true) == TRACED_IDENTITY);
    EXPECT(traced("１１０１０５１９４９１２３１００２Ｘ", true) == TRACED_IDENTITY);
    EXPECT(traced("110105 19491231 002x", true) == TRACED_IDENTITY);
    EXPECT(traced("110105194912310021", true) != TRACED_IDENTITY); /* its check sign is wrong */
    EXPECT(traced("4111111111111111", true) == TRACED_CARD);
    EXPECT(traced("4111 1111 1111 1111", true) == TRACED_CARD);
    EXPECT(traced("4111111111111112", true) == TRACED_NONE);
    EXPECT(traced("电话13800138000转", true) == TRACED_MOBILE);
    EXPECT(traced("138-0013-8000", true) == TRACED_MOBILE);
    EXPECT(traced("+86 13800138000", true) == TRACED_MOBILE);
    EXPECT(traced("１３８００１３８０００", false) == TRACED_MOBILE);
    EXPECT(traced("3 13800138000", true) == TRACED_MOBILE);
    EXPECT(traced("138.0013.8000", true) == TRACED_MOBILE);
    EXPECT(traced("138 - 0013 — 8000", true) == TRACED_MOBILE);
    EXPECT(traced("138\r\n0013\n8000", true) == TRACED_MOBILE);
    EXPECT(traced("138\u200d0013\u200c8000", true) == TRACED_MOBILE);
    EXPECT(traced("一三八零零一三八〇〇〇", true) == TRACED_MOBILE);
    EXPECT(traced("①③⑧⓪⓪①③⑧⓪⓪⓪", true) == TRACED_MOBILE);
    EXPECT(traced("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", true) == TRACED_MOBILE);
    EXPECT(traced("张三13800138000李四", true) == TRACED_MOBILE);
    EXPECT(traced("①13800138000②", true) == TRACED_MOBILE);
    EXPECT(traced("二〇二一年三月十二日", true) == TRACED_NONE);
    EXPECT(traced("1. 38 米；2. 0013", true) == TRACED_NONE);
    EXPECT(traced("220202001001", true) == TRACED_NONE); /* the code of a village */
    EXPECT(traced("12345678901", true) == TRACED_NONE);
    EXPECT(traced("2021-09-30 14:05", true) == TRACED_NONE);
    EXPECT(traced("a13800138000f", false) == TRACED_NONE); /* of a hash */
}

TEST(a_case_is_named_by_one_tag_alone)
{
    static const char *const odd[] = { "7-012", "07-12", "7-12.0", "7-１２", "7-1,200", " 7-12",
                                       "7-12 ", "7--12", "-7-12",  "7-0",    "7-",      "" };
    int32_t book = 0;
    int64_t ord = 0;
    EXPECT(tag_parse(STR("7-12"), &book, &ord) && book == 7 && ord == 12);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        EXPECT(!tag_parse(str_of(odd[i]), &book, &ord));
}

TEST(cells_with_numbers_of_persons_are_withheld)
{
    Seen t = seen_open();
    (void)world_file(&t.world, "loan", "V2", NULL,
                     "lent=2021-07-01 what=1 thing=李某某１３９００１３９０００的梯 cost=100");
    Str page = page_at(&t, "/u/V2");
    EXPECT(has(page, "个人号码，已隐去") && !has(page, "李某某") && !has(page, "１３９"));
    EXPECT(has(page, "2021-07-01"));
    /* the second net: a name that is no cell */
    CHECK(core_begin(t.world.w, t.world.core, NULL));
    EXPECT(unit_rename(t.world.w, t.world.core, world_unit(&t.world, "V3"), STR("村13700137000"),
                       work_today(t.world.w) - 1, STR("")));
    CHECK(core_commit(t.world.w, t.world.core));
    world_clock(&t.world, "2022-02-11");
    page = page_of(&t, (PageAsk){ .path = STR("/u/V3"), .period = STR("2022") });
    EXPECT(!has(page, "13700137000") && has(page, "■■■"));
    seen_close(&t);
}

/* ---- the bulletin ---- */
static void put_issue(Seen *t, const char *name, const char *head)
{
    const Env *env = t->world.w->env;
    char path[160];
    snprintf(path, sizeof path, "%s/issues", t->dir);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/issues/%s", t->dir, name);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/issues/%s/issue.md", t->dir, name);
    Str body =
        str_printf(t->world.w->arena,
                   "---\nmasthead: 通报\ntitle: %s\nissue: %s\nunit: Z\nperiod: 2021\n%s---\n"
                   "# 甲\n\n共 {{ tons_all }} 吨，内部 {{ inner_all }}。\n\n# 乙\n\n另一页。\n",
                   name, name, head);
    CHECK(env->write_file(env->self, path, body));
}

static void remove_issues(Seen *t, const char *const *names, size_t n)
{
    char path[160];
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/issues/%s/issue.md", t->dir, names[i]);
        (void)unlink(path);
        snprintf(path, sizeof path, "%s/issues/%s", t->dir, names[i]);
        (void)rmdir(path);
    }
    snprintf(path, sizeof path, "%s/issues", t->dir);
    (void)rmdir(path);
    (void)rmdir(t->dir);
}

TEST(only_issues_that_are_public_are_there)
{
    static const char *const names[] = { "one", "two", "soon", "inside" };
    Seen t = seen_open();
    snprintf(t.dir, sizeof t.dir, "%s/pageXXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    CHECK(mkdtemp(t.dir));
    put_issue(&t, "one", "public: 2022-02-01\n");
    put_issue(&t, "two", "public: 2022-02-09\n");
    put_issue(&t, "soon", "public: 2022-02-11\n");
    put_issue(&t, "inside", "");
    EXPECT(has(page_at(&t, "/"), "href=\"/b/two\""));
    EXPECT(refusal(&t, "/b/soon", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/b/inside", STR("")) == ERR_NOT_FOUND);
    EXPECT(refusal(&t, "/b/one/3", STR("")) == ERR_NOT_FOUND);
    Str page = page_at(&t, "/b/one");
    EXPECT(has(page, "href=\"/f/tons_all?unit=Z&amp;period=2021\">87</a>"));
    EXPECT(!has(page, "/f/inner_all") && !has(page, "<small>#") && has(page, "/b/one/2"));
    expect_sound(page, "/b/one");
    EXPECT(has(page_at(&t, "/b/one/2"), "另一页"));
    remove_issues(&t, names, 4);
    seen_close(&t);
}

/* ---- forms, errors, the style ---- */
TEST(forms_work_without_scripts)
{
    Work *w = work_open(env_real(), 32 << 20);
    const PageForm forms[] = {
        { .path = STR("/login"), .login = STR("a\"<b"), .word = STR("page.none") },
        { .path = STR("/login"), .wants_code = true, .lang = LANG_EN, .size = STR("big") },
        { .path = STR("/invite/abc"), .login = STR("a") },
        { .path = STR("/invite/abc"),
          .totp_secret = STR("ABCDEFGH"),
          .totp_uri = STR("otpauth://totp/a?x=1&y=2") },
        { .path = STR("/signed-out") },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        Buf out = buf_open(w->arena, 1 << 20);
        EXPECT(page_form(w, &forms[i], &out));
        Str page = buf_str(&out);
        expect_sound(page, "form");
        EXPECT(has(page, "method=\"post\"") == (i != 4));
        EXPECT(has(page, "name=\"code\"") == (i == 1 || i == 3));
        EXPECT(has(page, "name=\"again\"") == (i == 2 || i == 3));
        EXPECT(has(page, "role=\"alert\"") == (i == 0) && !has(page, "a\"<b"));
        EXPECT(has(page, "ABCD EFGH") == (i == 3));
    }
    static const int statuses[] = { 400, 401, 403, 404, 405, 413, 429, 500, 503, 418 };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        for (int lang = 0; lang < 2; lang++) {
            Buf out = buf_open(w->arena, 1 << 20);
            EXPECT(page_error(w, (Lang)lang, statuses[i], STR(""), &out));
            expect_sound(buf_str(&out), "error");
            EXPECT(!has(buf_str(&out), "page.error") && !has(buf_str(&out), "系统繁忙"));
        }
    Str etag, again;
    Str css = page_style(w->arena, &etag);
    (void)page_style(w->arena, &again);
    EXPECT(css.n > 4000 && css.n < 24 * 1024 && etag.n == 18 && str_eq(etag, again));
    EXPECT(!has(css, "http:") && !has(css, "https:") && !has(css, "@import"));
    work_close(&w);
}

/* ---- deadlines ---- */
typedef struct Event {
    char uid[64], start[40], summary[160];
} Event;

static void keep(char *to, size_t room, Str line, const char *name)
{
    Str head = str_of(name);
    if (!str_starts(line, head))
        return;
    Str value = str_sub(line, head.n, line.n);
    snprintf(to, room, "%.*s", STR_ARG(value));
}

/* A strict reader: CRLF, lines of at most 75 bytes, folds undone, begins and ends in pairs. */
static size_t read_calendar(Work *w, Str ics, Event *events, size_t most)
{
    Buf plain = buf_open(w->arena, 1 << 20);
    size_t n = 0;
    int depth = 0;
    for (Str rest = ics; rest.n;) {
        size_t end = str_find(rest, STR("\r\n"));
        EXPECT(end != SIZE_MAX && end <= 75);
        if (end == SIZE_MAX)
            return 0;
        bool folded = rest.p[0] == ' ';
        if (!folded && plain.n)
            buf_putc(&plain, '\n');
        buf_put(&plain, str_sub(rest, folded, end - folded));
        rest = str_sub(rest, end + 2, rest.n);
    }
    Str rest = buf_str(&plain), line;
    while (str_next(&rest, '\n', &line) && n < most) {
        depth += str_starts(line, STR("BEGIN:"));
        depth -= str_starts(line, STR("END:"));
        EXPECT(depth >= 0 && str_find(line, STR(":")) != SIZE_MAX);
        keep(events[n].uid, sizeof events[n].uid, line, "UID:");
        keep(events[n].start, sizeof events[n].start, line, "DTSTART;VALUE=DATE:");
        keep(events[n].summary, sizeof events[n].summary, line, "SUMMARY:");
        n += str_is(line, "END:VEVENT");
    }
    EXPECT(depth == 0);
    return n;
}

static int32_t make_seat(World *w, const char *code, const char *role)
{
    int32_t seat = 0;
    CHECK(core_begin(w->w, w->core, NULL));
    EXPECT(seat_create(w->w, w->core, world_unit(w, code), set_role(w->set, str_of(role))->number,
                       work_today(w->w), &seat));
    CHECK(core_commit(w->w, w->core));
    return seat;
}

TEST(deadlines_of_a_seat_are_a_calendar)
{
    enum { MOST = 100 };
    Seen t = seen_open();
    Work *w = t.world.w;
    Event events[MOST + 1] = { 0 };
    int32_t seat = make_seat(&t.world, "V1", "clerk");
    Buf out = buf_open(w->arena, 1 << 20);
    EXPECT(page_ics(w, &t.k, seat, &out));
    EXPECT(has(buf_str(&out), "TZID:Asia/Shanghai\r\n") && has(buf_str(&out), "VERSION:2.0\r\n"));
    size_t n = read_calendar(w, buf_str(&out), events, MOST);
    EXPECT(n >= 11 && n <= 14);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            EXPECT(strcmp(events[i].uid, events[k].uid) != 0);
        /* five working days after January 2022: the spring holiday ends on the 6th */
        bool january = strstr(events[i].summary, "2022 年 1 月") != NULL;
        found = found || january;
        EXPECT(!january || !strcmp(events[i].start, "20220211"));
    }
    EXPECT(found);
    Buf again = buf_open(w->arena, 1 << 20);
    EXPECT(page_ics(w, &t.k, seat, &again) && str_eq(buf_str(&again), buf_str(&out)));
    Buf office = buf_open(w->arena, 1 << 20); /* files no book with a deadline */
    EXPECT(page_ics(w, &t.k, make_seat(&t.world, "Z", "office"), &office));
    EXPECT(read_calendar(w, buf_str(&office), events, MOST) == 0);
    EXPECT(!page_ics(w, &t.k, 9999, &office));
    work_clear(w);
    seen_close(&t);
}

/* ---- the guard: whoever writes pages cannot name a row or a value ---- */
TEST(pages_reach_values_through_open_alone)
{
    Work *w = work_open(env_real(), 32 << 20);
    DIR *folder = opendir(PAGE_SOURCE);
    int files = 0;
    CHECK(folder);
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        Str name = str_of(e->d_name), source;
        if (!str_ends(name, STR(".c")) || str_ends(name, STR("_test.c")))
            continue;
        const char *path = arena_printf(w->arena, "%s/%s", PAGE_SOURCE, e->d_name);
        CHECK(w->env->read_file(w->env->self, path, 1 << 20, w->arena, &source));
        bool free_one = str_is(name, "open.c") || str_is(name, "person.c");
        EXPECT(has(source, "#include \"page/page_int.h\"") != free_one);
        EXPECT(free_one || !has(source, "RecordRow"));
        files++;
    }
    closedir(folder);
    EXPECT(files >= 10);
    Str guard;
    CHECK(w->env->read_file(w->env->self, PAGE_SOURCE "/page_int.h", 1 << 20, w->arena, &guard));
    EXPECT(has(guard, "#pragma GCC poison RecordRow"));
    work_close(&w);
}
