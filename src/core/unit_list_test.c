/* The eight yearly lists of data/divisions, imported one after another: what stands afterwards, the
 * counts and single cases were looked up in the published package itself, apart from this code. */
#include <dirent.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/test.h"
#include "core/core.h"

enum { FIRST_YEAR = 2016, LAST_YEAR = 2023, KINDS = 4 };

static const char lists_pack[] =
    "tian 1\n\n"
    "kind city      \"市\"\n"
    "kind county    \"县（市、区）\" in city\n"
    "kind township  \"乡镇（街道）\" in county\n"
    "kind village   \"村\" in township\n"
    "kind community \"社区\" in township\n"
    "kind other     \"其他区域\" in township\n\n"
    "role keeper \"看护\" at city\n\n"
    "pack lists \"名单\" version 1 {\n  owner keeper at city\n"
    "  basis \"试验\", approval \"试〔2016〕1号\"\n  from 2016-01-01\n}\n";

typedef struct Year {
    int32_t day;
    Str csv, report;
} Year;

typedef struct City {
    Work *w;
    Core *core;
    Year years[LAST_YEAR - FIRST_YEAR + 1];
} City;

static int32_t list_day(int year)
{
    static const int days[][2] = { { 7, 31 }, { 10, 31 }, { 10, 31 }, { 10, 31 },
                                   { 6, 30 }, { 10, 31 }, { 10, 31 }, { 6, 30 } };
    return day_make(year, days[year - FIRST_YEAR][0], days[year - FIRST_YEAR][1]);
}

static bool load_pack(City *city)
{
    SourceFile file = { .name = STR("lists.tian"), .text = str_of(lists_pack) };
    Source source = { .files = &file, .n = 1 };
    Problems problems = { 0 };
    return core_begin(city->w, city->core, NULL) &&
           pack_load(city->w, city->core, &source, &problems) && core_commit(city->w, city->core);
}

static bool import_text(City *city, Str csv, int32_t day, Str source, Str *ret_report)
{
    Buf report = buf_open(city->w->arena, 1 << 20);
    bool ok = core_begin(city->w, city->core, NULL) &&
              units_import(city->w, city->core, csv, day, source, &report);
    *ret_report = buf_str(&report);
    if (ok)
        return core_commit(city->w, city->core);
    EXPECT(core_rollback(city->w, city->core));
    return false;
}

static bool import_year(City *city, int year)
{
    Year *y = &city->years[year - FIRST_YEAR];
    y->day = list_day(year);
    const Env *env = env_real();
    const char *path = arena_printf(city->w->arena, "%s/divisions/2202-%d.csv", DATA_DIR, year);
    Str source = str_printf(city->w->arena, "2202-%d.csv", year);
    return env->read_file(env->self, path, 1 << 20, city->w->arena, &y->csv) &&
           import_text(city, y->csv, y->day, source, &y->report);
}

static void open_city(City *city)
{
    *city = (City){ .w = work_open(env_real(), 512 << 20) };
    EXPECT(core_memory(city->w, &city->core));
    EXPECT(load_pack(city));
}

static void close_city(City *city)
{
    core_close(&city->core);
    work_close(&city->w);
}

/* All eight years, made once for the tests that only read. */
static City *whole_city(void)
{
    static City city;
    if (city.core)
        return &city;
    open_city(&city);
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        bool ok = import_year(&city, year);
        if (!ok)
            printf("# %d: %s\n", year, city.w->err.what);
        EXPECT(ok);
    }
    return &city;
}

TEST(the_tree_of_each_list_day_is_that_list)
{
    City *city = whole_city();
    const Units *u = city->core->units;
    const PackSet *set = packs_set(city->w, city->core, KNOWN_NOW);
    for (int i = 0; i <= LAST_YEAR - FIRST_YEAR; i++) {
        const Year *y = &city->years[i];
        Csv csv;
        bool more = true;
        int32_t rows = 0, wrong = 0;
        EXPECT(csv_open(city->w, city->w->arena, y->csv, &csv) && csv_next(city->w, &csv, &more));
        while (csv_next(city->w, &csv, &more) && more) {
            int32_t unit = unit_find_code(u, csv.fields[0], y->day, KNOWN_NOW);
            rows++;
            if (unit == UNIT_NONE) {
                wrong++;
                continue;
            }
            int32_t parent = unit_parent(u, unit, 0, y->day, KNOWN_NOW);
            Str above = parent == UNIT_NONE ? STR("") : unit_code(u, parent, y->day, KNOWN_NOW);
            const Kind *kind = set_kind_number(set, unit_kind(u, unit, y->day, KNOWN_NOW));
            wrong += !str_eq(unit_name(u, unit, y->day, KNOWN_NOW), csv.fields[1]) || !kind ||
                     !str_eq(kind->name, csv.fields[2]) || !str_eq(above, csv.fields[3]);
        }
        const TreeVersion *t = units_tree(city->w, city->core->units, 0, y->day, KNOWN_NOW);
        EXPECT(wrong == 0);
        EXPECT(rows > 1800 && t->count == rows);
    }
}

typedef struct CountRow {
    int year;
    const char *code;
    int count[KINDS]; /* townships, villages, communities, other */
} CountRow;

static const CountRow count_rows[] = {
    { 2016, "220202", { 20, 84, 66, 3 } },  { 2016, "220203", { 21, 122, 42, 1 } },
    { 2016, "220204", { 16, 59, 53, 1 } },  { 2016, "220211", { 10, 52, 38, 0 } },
    { 2016, "220221", { 9, 126, 14, 0 } },  { 2016, "220281", { 17, 256, 29, 0 } },
    { 2016, "220282", { 14, 156, 19, 0 } }, { 2016, "220283", { 20, 210, 29, 0 } },
    { 2016, "220284", { 18, 268, 30, 0 } }, { 2017, "220202", { 20, 84, 67, 3 } },
    { 2017, "220203", { 21, 127, 42, 1 } }, { 2017, "220204", { 16, 59, 53, 1 } },
    { 2017, "220211", { 10, 52, 39, 0 } },  { 2017, "220221", { 9, 126, 14, 0 } },
    { 2017, "220271", { 2, 17, 22, 0 } },   { 2017, "220272", { 2, 17, 13, 0 } },
    { 2017, "220273", { 1, 15, 2, 0 } },    { 2017, "220281", { 17, 256, 29, 0 } },
    { 2017, "220282", { 14, 156, 19, 0 } }, { 2017, "220283", { 20, 210, 33, 0 } },
    { 2017, "220284", { 18, 268, 30, 0 } }, { 2018, "220202", { 20, 84, 67, 3 } },
    { 2018, "220203", { 21, 127, 42, 1 } }, { 2018, "220204", { 16, 59, 53, 1 } },
    { 2018, "220211", { 10, 52, 39, 0 } },  { 2018, "220221", { 9, 124, 14, 0 } },
    { 2018, "220271", { 2, 17, 22, 0 } },   { 2018, "220272", { 2, 17, 13, 0 } },
    { 2018, "220273", { 1, 17, 2, 0 } },    { 2018, "220281", { 17, 256, 30, 0 } },
    { 2018, "220282", { 14, 156, 19, 0 } }, { 2018, "220283", { 20, 210, 33, 0 } },
    { 2018, "220284", { 18, 268, 30, 0 } }, { 2019, "220202", { 20, 84, 68, 3 } },
    { 2019, "220203", { 21, 127, 43, 1 } }, { 2019, "220204", { 16, 59, 55, 1 } },
    { 2019, "220211", { 10, 52, 39, 0 } },  { 2019, "220221", { 9, 124, 15, 0 } },
    { 2019, "220271", { 2, 17, 22, 0 } },   { 2019, "220272", { 2, 17, 12, 0 } },
    { 2019, "220273", { 1, 17, 2, 0 } },    { 2019, "220281", { 17, 256, 30, 0 } },
    { 2019, "220282", { 14, 156, 19, 0 } }, { 2019, "220283", { 20, 210, 33, 0 } },
    { 2019, "220284", { 18, 268, 30, 0 } }, { 2020, "220202", { 20, 84, 68, 2 } },
    { 2020, "220203", { 21, 127, 43, 1 } }, { 2020, "220204", { 16, 59, 55, 1 } },
    { 2020, "220211", { 10, 52, 39, 0 } },  { 2020, "220221", { 9, 124, 15, 0 } },
    { 2020, "220271", { 2, 17, 7, 0 } },    { 2020, "220272", { 2, 17, 12, 0 } },
    { 2020, "220273", { 1, 17, 1, 0 } },    { 2020, "220281", { 17, 256, 30, 0 } },
    { 2020, "220282", { 14, 156, 19, 0 } }, { 2020, "220283", { 20, 210, 33, 0 } },
    { 2020, "220284", { 18, 268, 30, 0 } }, { 2021, "220202", { 20, 84, 68, 2 } },
    { 2021, "220203", { 21, 127, 43, 1 } }, { 2021, "220204", { 16, 59, 55, 1 } },
    { 2021, "220211", { 11, 48, 39, 0 } },  { 2021, "220221", { 9, 124, 15, 0 } },
    { 2021, "220271", { 2, 17, 7, 0 } },    { 2021, "220272", { 2, 17, 12, 0 } },
    { 2021, "220273", { 1, 17, 1, 0 } },    { 2021, "220281", { 17, 256, 30, 0 } },
    { 2021, "220282", { 14, 156, 19, 0 } }, { 2021, "220283", { 20, 210, 33, 0 } },
    { 2021, "220284", { 18, 268, 30, 0 } }, { 2022, "220202", { 19, 84, 71, 2 } },
    { 2022, "220203", { 21, 127, 43, 1 } }, { 2022, "220204", { 16, 59, 61, 1 } },
    { 2022, "220211", { 11, 48, 44, 0 } },  { 2022, "220221", { 9, 124, 15, 0 } },
    { 2022, "220271", { 2, 17, 7, 0 } },    { 2022, "220272", { 2, 17, 22, 0 } },
    { 2022, "220273", { 1, 17, 1, 0 } },    { 2022, "220281", { 17, 256, 30, 0 } },
    { 2022, "220282", { 14, 156, 26, 0 } }, { 2022, "220283", { 20, 211, 33, 0 } },
    { 2022, "220284", { 18, 268, 30, 0 } }, { 2023, "220202", { 19, 84, 73, 2 } },
    { 2023, "220203", { 21, 127, 43, 1 } }, { 2023, "220204", { 16, 59, 61, 1 } },
    { 2023, "220211", { 11, 48, 45, 0 } },  { 2023, "220221", { 9, 124, 15, 0 } },
    { 2023, "220271", { 2, 17, 7, 0 } },    { 2023, "220272", { 2, 17, 22, 0 } },
    { 2023, "220273", { 1, 17, 1, 0 } },    { 2023, "220281", { 17, 256, 30, 0 } },
    { 2023, "220282", { 14, 156, 26, 0 } }, { 2023, "220283", { 20, 211, 37, 0 } },
    { 2023, "220284", { 18, 268, 30, 0 } },
};

TEST(each_county_counts_its_kinds_in_all_eight_years)
{
    City *city = whole_city();
    static const char *const names[KINDS] = { "township", "village", "community", "other" };
    const PackSet *set = packs_set(city->w, city->core, KNOWN_NOW);
    int counties[LAST_YEAR - FIRST_YEAR + 1] = { 0 };
    for (size_t i = 0; i < sizeof count_rows / sizeof *count_rows; i++) {
        const CountRow *row = &count_rows[i];
        counties[row->year - FIRST_YEAR]++;
        int32_t day = list_day(row->year);
        const TreeVersion *t = units_tree(city->w, city->core->units, 0, day, KNOWN_NOW);
        int32_t unit = unit_find_code(city->core->units, str_of(row->code), day, KNOWN_NOW);
        EXPECT(unit != UNIT_NONE);
        for (int k = 0; unit != UNIT_NONE && k < KINDS; k++) {
            int32_t kind = set_kind(set, str_of(names[k]))->number, n = 0;
            for (int32_t pre = t->pre_of[unit]; pre <= t->last[t->pre_of[unit]]; pre++)
                n += t->kind[pre] == kind;
            if (n != row->count[k])
                printf("# %d %s %s: %d, not %d\n", row->year, row->code, names[k], n,
                       row->count[k]);
            EXPECT(n == row->count[k]);
        }
    }
    EXPECT(counties[0] == 9 && counties[1] == 12 && counties[7] == 12);
}

typedef struct PairRow { /* a list against the one before */
    int year, fresh, renamed, recoded, moved, closed, restyled;
} PairRow;

/* Counted by a script apart, from the package's own tables. */
static const PairRow pair_rows[] = {
    { 2017, 108, 28, 0, 0, 3, 0 }, { 2018, 4, 21, 0, 0, 3, 0 }, { 2019, 5, 54, 2, 0, 1, 1433 },
    { 2020, 2, 12, 4, 4, 19, 0 },  { 2021, 4, 5, 4, 4, 7, 0 },  { 2022, 33, 11, 3, 2, 2, 0 },
    { 2023, 7, 9, 3, 3, 0, 0 },
};

TEST(each_pair_of_lists_reports_its_cases)
{
    City *city = whole_city();
    for (size_t i = 0; i < sizeof pair_rows / sizeof *pair_rows; i++) {
        const PairRow *p = &pair_rows[i];
        Str want = str_printf(city->w->arena,
                              "写法统一 %d，新设 %d，更名 %d，改码 %d，改属 %d，改类 0，撤销 %d，",
                              p->restyled, p->fresh, p->renamed, p->recoded, p->moved, p->closed);
        Str report = city->years[p->year - FIRST_YEAR].report;
        bool found = str_find(report, want) != SIZE_MAX;
        if (!found)
            printf("# %d: %.*s\n# want %.*s\n", p->year, 400, report.p, STR_ARG(want));
        EXPECT(found);
    }
}

TEST(reports_name_what_is_doubtful)
{
    City *city = whole_city();
    /* codes given round in 2020; a village handed to another county in 2018 */
    EXPECT(str_find(city->years[2020 - FIRST_YEAR].report,
                    STR("220221172300 由“口前村”更名为“洋草沟村”")) != SIZE_MAX);
    EXPECT(str_find(city->years[2018 - FIRST_YEAR].report,
                    STR("“土门子村委会”在 220221104224 消失、在 220273100215 新出现")) != SIZE_MAX);
    EXPECT(str_find(city->years[2019 - FIRST_YEAR].report, STR("全表去掉“委会”，1368 个")) !=
           SIZE_MAX);
    EXPECT(str_find(city->years[2019 - FIRST_YEAR].report, STR("全表去掉“办事处”，65 个")) !=
           SIZE_MAX);
}

typedef struct Case { /* the unit with `code` in year `from`, as it is in year `at` */
    int from;
    const char *code;
    int at;
    const char *now, *name, *parent; /* now "" = no longer there */
} Case;

static const Case cases[] = {
    /* born, closed */
    { 2017, "220271", 2023, "220271", "吉林经济开发区", "2202" },
    { 2016, "220203102206", 2017, "", "", "" },
    { 2017, "220203102230", 2018, "220203102230", "蛤蟆河子村委会", "220203102" },
    { 2016, "220281100002", 2018, "", "", "" },
    { 2017, "220272001010", 2019, "", "", "" },
    { 2016, "220202071498", 2020, "", "", "" },
    { 2016, "220202071", 2022, "", "", "" },
    { 2020, "220211100202", 2021, "", "", "" },
    { 2021, "220202011001", 2022, "", "", "" },
    { 2022, "220283105210", 2023, "220283105210", "二合村", "220283105" },
    /* renamed */
    { 2016, "220202010007", 2017, "220202010007", "绿地筑石红社区", "220202010" },
    { 2016, "220284110215", 2018, "220284110215", "陆大院村委会", "220284110" },
    { 2018, "220202100001", 2019, "220202100001", "稻香温泉社区", "220202100" },
    { 2018, "220202100207", 2019, "220202100207", "小巴虎村", "220202100" },
    { 2021, "220211100216", 2022, "220211100216", "大石村", "220211100" },
    { 2022, "220281106211", 2023, "220281106211", "龙王庙村", "220281106" },
    /* written otherwise in the whole list */
    { 2016, "220202100200", 2019, "220202100200", "孤店子村", "220202100" },
    { 2018, "220221172306", 2019, "220221172306", "巴虎村", "220221172" },
    /* recoded: a street, and the community below it without a move */
    { 2016, "220203072", 2019, "220203014", "靠山街道", "220203" },
    { 2018, "220203072001", 2019, "220203014001", "新源社区", "220203014" },
    /* moved there and back with two new codes */
    { 2016, "220202002003", 2021, "220202071001", "上海路社区", "220202071" },
    { 2016, "220202002003", 2023, "220202002005", "上海路社区", "220202002" },
    { 2016, "220202006003", 2022, "220202002007", "东市社区", "220202002" },
    /* moved and recoded to another town, to a new street, three codes in three years */
    { 2019, "220221172304", 2020, "220221100217", "镇东村", "220221100" },
    { 2020, "220211002011", 2021, "220211008002", "正大社区", "220211008" },
    { 2021, "220202402001", 2022, "220202402004", "万利社区", "220202402" },
    { 2021, "220202402001", 2023, "220202011006", "万利社区", "220202011" },
    /* the same name in another county is another unit: never guessed */
    { 2017, "220221104224", 2018, "", "", "" },
    { 2018, "220273100215", 2019, "220273100215", "土门子村", "220273100" },
};

TEST(cases_looked_up_by_hand_hold)
{
    City *city = whole_city();
    const Units *u = city->core->units;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        int32_t day = list_day(c->at);
        int32_t unit = unit_find_code(u, str_of(c->code), list_day(c->from), KNOWN_NOW);
        bool ok = unit != UNIT_NONE;
        bool there = ok && unit_alive(u, unit, day, KNOWN_NOW);
        if (!*c->now) {
            ok = ok && !there && unit_alive(u, unit, list_day(c->at - 1), KNOWN_NOW);
        } else {
            int32_t parent = there ? unit_parent(u, unit, 0, day, KNOWN_NOW) : UNIT_NONE;
            ok = there && str_is(unit_code(u, unit, day, KNOWN_NOW), c->now) &&
                 str_is(unit_name(u, unit, day, KNOWN_NOW), c->name) && parent != UNIT_NONE &&
                 str_is(unit_code(u, parent, day, KNOWN_NOW), c->parent);
        }
        if (!ok)
            printf("# case %zu: %s of %d in %d\n", i, c->code, c->from, c->at);
        EXPECT(ok);
    }
}

TEST(a_style_of_the_list_is_no_rename)
{
    City *city = whole_city();
    int32_t unit =
        unit_find_code(city->core->units, STR("220202100200"), list_day(2023), KNOWN_NOW);
    size_t n, spellings = 0, names = 0;
    const Span *spans = unit_spans(city->core->units, unit, &n);
    for (size_t i = 0; i < n; i++) {
        names += spans[i].aspect == ASPECT_NAME && spans[i].gone == KNOWN_NOW;
        spellings += spans[i].aspect == ASPECT_NAME && spans[i].value == 1;
        if (spans[i].aspect == ASPECT_NAME && spans[i].value == 1)
            EXPECT(str_starts(spans[i].basis, STR("2202-2019.csv：")));
    }
    EXPECT(names == 2 && spellings == 1);
    Buf out = buf_open(city->w->arena, 1 << 16);
    EXPECT(units_lineage(city->w, city->core, unit, &out));
    EXPECT(str_find(buf_str(&out), STR("写法统一（不算更名）：孤店子村委会 → 孤店子村")) !=
           SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("  更名")) == SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("〔2202-2016.csv：首次列出〕")) != SIZE_MAX);
}

TEST(what_was_known_before_a_list_stays_to_be_asked)
{
    City *city = whole_city();
    const Units *u = city->core->units;
    int32_t unit = unit_find_code(u, STR("220202002005"), list_day(2023), KNOWN_NOW);
    const Span *life = unit_spans(u, unit, &(size_t){ 0 });
    int64_t at_birth = life->seq;
    EXPECT(str_is(unit_code(u, unit, list_day(2023), at_birth), "220202002003"));
    EXPECT(unit_find_code(u, STR("220202002005"), list_day(2023), at_birth) == UNIT_NONE);
    EXPECT(unit_find_code_ever(u, STR("220202071001"), list_day(2023)) == unit);
}

TEST(the_same_list_again_changes_nothing)
{
    City *city = whole_city();
    int64_t before = core_known(city->core);
    const Year *last = &city->years[LAST_YEAR - FIRST_YEAR];
    Str report;
    EXPECT(import_text(city, last->csv, last->day, STR("again"), &report));
    EXPECT(core_known(city->core) == before);
    EXPECT(str_find(report, STR("新设 0，更名 0，改码 0，改属 0，改类 0，撤销 0")) != SIZE_MAX);
}

TEST(a_unit_is_shown_with_what_stands_below)
{
    City *city = whole_city();
    Buf out = buf_open(city->w->arena, 1 << 20);
    EXPECT(units_show(city->w, city->core, UNIT_NONE, list_day(2021), &out));
    Str text = buf_str(&out);
    EXPECT(str_starts(text, STR("2021-10-31 共 1903 个单位\n")));
    EXPECT(str_find(text, STR("220284        磐石市                  县（市、区）                 "
                              "0            18     268      30         0\n")) != SIZE_MAX);
    Buf one = buf_open(city->w->arena, 1 << 20);
    int32_t unit = unit_find_code(city->core->units, STR("220202002"), list_day(2021), KNOWN_NOW);
    EXPECT(units_show(city->w, city->core, unit, list_day(2021), &one));
    EXPECT(str_find(buf_str(&one), STR("上级：吉林市 › 昌邑区\n")) != SIZE_MAX);
    EXPECT(str_find(buf_str(&one), STR("220202002001")) != SIZE_MAX);
}

TEST(a_bad_list_is_refused_with_every_problem_and_changes_nothing)
{
    City city;
    open_city(&city);
    static const char text[] = "code,name,kind,parent\n"
                               "1,甲市,city,\n"
                               "11,乙县,county,1\n"
                               "11,丙县,county,1\n"
                               "12,,county,1\n"
                               "13,丁县,shire,1\n"
                               "14,戊县,county,9\n"
                               "15,己镇,township,16\n"
                               "16,庚镇,township,15\n"
                               "17,辛县,county\n";
    Str report;
    EXPECT(!import_text(&city, str_of(text), list_day(2016), STR("坏表"), &report));
    EXPECT(str_starts(str_of(city.w->err.what), STR("unit.list_bad problems=7")));
    EXPECT(str_find(report, STR("第 4 行：代码“11”重复，第 3 行已有")) != SIZE_MAX);
    EXPECT(str_find(report, STR("第 5 行：没有名称")) != SIZE_MAX);
    EXPECT(str_find(report, STR("第 6 行：没有名为“shire”的单位类别")) != SIZE_MAX);
    EXPECT(str_find(report, STR("第 7 行：上级代码“9”不在名单里")) != SIZE_MAX);
    EXPECT(str_find(report, STR("第 8 行：上级关系绕成了圈")) != SIZE_MAX);
    EXPECT(str_find(report, STR("第 10 行：应有 4 列，实有 3 列")) != SIZE_MAX);
    EXPECT(units_count(city.core->units) == 0);
    close_city(&city);
}

TEST(names_that_cannot_be_paired_one_to_one_are_closed_and_created)
{
    City city;
    open_city(&city);
    Str report;
    EXPECT(import_text(&city,
                       STR("code,name,kind,parent\n1,甲市,city,\n11,乙县,county,1\n"
                           "111,丙镇,township,11\n1111,丁村,village,111\n1112,丁村,village,111\n"),
                       list_day(2016), STR("一"), &report));
    EXPECT(import_text(&city,
                       STR("code,name,kind,parent\n1,甲市,city,\n11,乙县,county,1\n"
                           "111,丙镇,township,11\n1113,丁村,village,111\n"),
                       list_day(2017), STR("二"), &report));
    EXPECT(str_find(report, STR("新设 1，更名 0，改码 0，改属 0，改类 0，撤销 2，存疑 1")) !=
           SIZE_MAX);
    EXPECT(str_find(report, STR("“丁村”：消失 2 个、新出现 1 个")) != SIZE_MAX);
    EXPECT(units_count(city.core->units) == 6);
    close_city(&city);
}

TEST(a_suffix_that_two_names_lose_is_no_style)
{
    static const char *const tails[] = { "村", "村甲组" };
    for (int bearers = 2; bearers <= 3; bearers++) {
        City city;
        open_city(&city);
        Str report = STR("");
        for (int year = 0; year < 2; year++) {
            Buf csv = buf_open(city.w->arena, 4096);
            buf_putz(&csv, "code,name,kind,parent\n1,甲市,city,\n11,乙县,county,1\n"
                           "111,丙镇,township,11\n");
            for (int i = 1; i <= bearers; i++)
                buf_printf(&csv, "111%d,丁%d%s,village,111\n", i, i, tails[1 - year]);
            EXPECT(import_text(&city, buf_str(&csv), list_day(2016 + year), STR("表"), &report));
        }
        EXPECT(str_find(report, bearers == 2 ? STR("写法统一 0，新设 0，更名 2")
                                             : STR("写法统一 3，新设 0，更名 0")) != SIZE_MAX);
        close_city(&city);
    }
}

/* ---- real stores on disk ---- */

static const char *new_folder(Work *w)
{
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(w->arena, "%s/tian_units_XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(dir));
    return dir;
}

static void drop_folder(const char *dir)
{
    DIR *open = opendir(dir);
    CHECK(open);
    for (struct dirent *entry; (entry = readdir(open));)
        (void)unlinkat(dirfd(open), entry->d_name, 0);
    closedir(open);
    (void)rmdir(dir);
}

/* The URL of a schema of one's own on the tests' PostgreSQL; NULL where there is none. */
static const char *remote_url(Work *w)
{
    const char *base = getenv("TIAN_TEST_PG");
    base = base ? base : getenv("TIAN_PG_URL");
    if (!base)
        return NULL;
    return arena_printf(w->arena, "%s%soptions=-csearch_path%%3Dunits_%d", base,
                        strchr(base, '?') ? "&" : "?", (int)getpid());
}

/* All lists into a new store; closed, opened and rebuilt it is the same. Its digest. */
static Str digest_of_store(Work *keep, const char *url)
{
    City city = { .w = work_open(env_real(), 512 << 20) };
    Work *w = city.w;
    const char *dir = new_folder(w);
    EXPECT(store_init(w, dir, url) && core_open(w, dir, DB_WRITE, &city.core));
    EXPECT(city.core && load_pack(&city));
    for (int year = FIRST_YEAR; city.core && year <= LAST_YEAR; year++)
        EXPECT(import_year(&city, year));
    core_close(&city.core);
    EXPECT(core_open(w, dir, DB_WRITE, &city.core));
    Str read = STR(""), again = STR("?");
    EXPECT(unit_digest_ok(w, city.core->units, city.core->store.db));
    EXPECT(store_digest(w, city.core->store.db, &read));
    EXPECT(core_rebuild(w, city.core));
    EXPECT(store_digest(w, city.core->store.db, &again));
    EXPECT(str_eq(read, again));
    EXPECT(unit_digest_ok(w, city.core->units, city.core->store.db));
    EXPECT(log_verify(w, city.core->store.db, &(int64_t){ 0 }));
    if (w->err.code != ERR_NONE)
        printf("# %s at %s\n", w->err.what, w->err.where);
    Str kept = str_copy(keep->arena, read);
    drop_folder(dir);
    close_city(&city);
    return kept;
}

TEST(both_stores_hold_the_same_units_and_rebuild_them)
{
    Work *w = work_open(env_real(), 16 << 20);
    Str local = digest_of_store(w, NULL);
    EXPECT(str_find(local, STR("unit_span")) != SIZE_MAX);
    const char *url = remote_url(w);
    if (url)
        EXPECT(str_eq(digest_of_store(w, url), local));
    work_close(&w);
}
