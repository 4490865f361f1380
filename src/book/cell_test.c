#include "book/book_int.h"
#include "core/test_core.h"

typedef struct Case {
    TypeKind kind;
    int scale;
    const char *text;
    bool ok;
    int64_t value;
} Case;

static const Case cases[] = {
    { TYPE_INT, 0, "1,234", true, 1234 },
    { TYPE_INT, 0, "36万", true, 360000 },
    { TYPE_INT, 0, "１２", true, 12 },
    { TYPE_INT, 0, "1.5", false, 0 },
    { TYPE_INT, 0, "十", false, 0 },
    { TYPE_INT, 0, "-3", true, -3 },
    { TYPE_DECIMAL, 2, "3.15", true, 315 },
    { TYPE_DECIMAL, 2, "3.155", false, 0 },
    { TYPE_MONEY, 2, "1,234.50", true, 123450 },
    { TYPE_MONEY, 2, "5万元", true, 5000000 },
    { TYPE_MONEY, 2, "5 万元", true, 5000000 },
    { TYPE_MONEY, 2, "2.19亿元", true, 21900000000 },
    { TYPE_MONEY, 2, "0.123456万元", true, 123456 },
    { TYPE_MONEY, 2, "0.1234567万元", false, 0 },
    { TYPE_MONEY, 2, "12345678901234亿元", false, 0 },
    { TYPE_MONEY, 2, "五元", false, 0 },
    { TYPE_AREA, 4, "12.5亩", true, 125000 },
    { TYPE_RATIO, 6, "66.7%", true, 667000 },
    { TYPE_RATIO, 6, "66.7％", true, 667000 },
    { TYPE_RATIO, 6, "60", true, 600000 },
    { TYPE_RATIO, 6, "0.00001%", false, 0 },
    { TYPE_SCORE, 2, "3.5分", true, 350 },
    { TYPE_BOOL, 0, "是", true, 1 },
    { TYPE_BOOL, 0, "否", true, 0 },
    { TYPE_BOOL, 0, "也许", false, 0 },
    { TYPE_DATE, 0, "2021年9月30日", true, 18900 },
    { TYPE_DATE, 0, "2021-09-31", false, 0 },
    { TYPE_TIME, 0, "2021-09-30 14:05", true, INT64_C(1632981900000) },
    { TYPE_TIME, 0, "2021-09-30 25:05", false, 0 },
    { TYPE_MONTHDAY, 0, "9月30日", true, 930 },
    { TYPE_MONTHDAY, 0, "02-15", true, 215 },
    { TYPE_MONTHDAY, 0, "02-31", false, 0 },
    { TYPE_PERIOD, 0, "2021Q3", true, 20212300 },
    { TYPE_DURATION, 0, "3天", true, 3 * MS_PER_DAY },
    { TYPE_DURATION, 0, "5wd", false, 0 },
};

TEST(cells_are_read_as_clerks_write_them_or_not_at_all)
{
    World t = world_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        Field f = { .name = STR("f"), .type = { .kind = c->kind, .scale = (int8_t)c->scale } };
        f.type.low = 1; /* open */
        int64_t value = 0;
        Str text = { 0 };
        const char *what = NULL;
        bool ok = cell_parse(t.w, t.core, &f, str_of(c->text), 19000, &value, &text, &what);
        if (ok != c->ok || (ok && value != c->value) || (!ok && !what))
            printf("# %s: %s %lld\n", c->text, ok ? "read" : "not read", (long long)value);
        EXPECT(ok == c->ok && (!ok || value == c->value) && (ok || what));
        EXPECT(ok || str_is(fault_reason(what), "type"));
        EXPECT(ok ||
               word_find(str_sub(str_of(what), 0, str_find(str_of(what), STR(" "))), LANG_ZH));
    }
    world_close(&t);
}

TEST(signs_that_nobody_sees_are_left_out_of_texts)
{
    static const char *const texts[][2] = {
        { "路\x01坏\x0b了\x7f", "路坏了" },
        { "138\u200b0013\u20608000", "13800138000" },
        { "甲\u202e乙\u2066丙\u2028丁\ufeff", "甲乙丙丁" },
        { "一行\n二行\t三", "一行\n二行\t三" },
    };
    World t = world_open();
    const Field f = { .name = STR("f"), .type = { .kind = TYPE_TEXT, .low = 1 } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t value = 0;
        Str text = { 0 };
        const char *what = NULL;
        EXPECT(cell_parse(t.w, t.core, &f, str_of(texts[i][0]), 19000, &value, &text, &what));
        EXPECT(str_is(text, texts[i][1]));
    }
    world_close(&t);
}

TEST(what_is_printed_reads_back_as_the_same_value)
{
    World t = world_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        if (!c->ok)
            continue;
        ARENA_SCOPE(t.w->arena);
        Field f = { .type = { .kind = c->kind, .scale = (int8_t)c->scale, .low = 1 }, .group = 1 };
        uint64_t known = 1;
        Str none = { 0 }, text = { 0 };
        RecordRow row = { .nums = &c->value, .known = &known, .texts = &none };
        Str printed = cell_print(t.w, t.core, &f, &row, 19000);
        int64_t again = 0;
        const char *what = NULL;
        bool ok = cell_parse(t.w, t.core, &f, printed, 19000, &again, &text, &what);
        if (!ok || again != c->value)
            printf("# %s printed as %.*s\n", c->text, STR_ARG(printed));
        EXPECT(ok && again == c->value);
    }
    world_close(&t);
}

TEST(items_and_units_are_named_and_must_be_there)
{
    World t = world_open();
    const List *sort = set_list(t.set, STR("sort"));
    Field item = { .type = { .kind = TYPE_ITEM, .list = sort }, .group = 1 };
    Field set = { .type = { .kind = TYPE_SET, .list = sort }, .group = 1 };
    const Kind *kinds[] = { set_kind(t.set, STR("county")) };
    Field unit = { .type = { .kind = TYPE_UNIT, .kinds = kinds, .kind_count = 1 }, .group = 1 };
    int64_t n = 0;
    Str text = { 0 };
    const char *what = NULL;
    int32_t day = work_today(t.w);
    EXPECT(cell_parse(t.w, t.core, &item, STR("oats"), day, &n, &text, &what));
    EXPECT(n == list_item(sort, STR("oats"))->number);
    EXPECT(!cell_parse(t.w, t.core, &item, STR("rye"), day, &n, &text, &what));
    EXPECT(cell_parse(t.w, t.core, &set, STR("wheat、oats"), day, &n, &text, &what) && n == 3);
    EXPECT(cell_parse(t.w, t.core, &unit, STR("A"), day, &n, &text, &what) && n == t.county);
    EXPECT(!cell_parse(t.w, t.core, &unit, STR("F1"), day, &n, &text, &what));
    EXPECT(strcmp(what, "fault.type.unit_kind") == 0);
    EXPECT(!cell_parse(t.w, t.core, &unit, STR("Q"), day, &n, &text, &what));
    world_close(&t);
}
