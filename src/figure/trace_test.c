/* Traces, printed values and their JSON. */
#include "figure/test_figure.h"

static const char text[] =
    "list band \"档\" ordered {\n  low \"低\"\n  high \"高\"\n}\n"
    "book b \"收\" per village every month {\n  crop int \"作物\"\n  pay money \"钱\" optional\n  "
    "land area \"地\" optional\n"
    "  read anyone\n  write office at city\n}\n"
    "book c \"册\" per village every year {\n  grown int \"产\"\n  read anyone\n  write office at "
    "city\n}\n"
    "figure crops \"作物\" = sum(b: crop) # 粒\n"
    "figure pays \"钱\" = sum(b: pay) as 万元(2)\n"
    "figure pays_up \"钱\" = sum(b: pay) as 亿元(1, down)\n"
    "figure lands \"地\" = sum(b: land)\n"
    "figure rate \"率\" = sum(b: crop) / sum(c: grown) as percent(1)\n"
    "figure plain_rate \"率\" = sum(b: crop) / sum(c: grown) as percent(1, trim)\n"
    "figure change \"变\" = rate - 50% as points(1)\n"
    "figure needy \"作物\" = sum(b: crop) needs coverage 90%\n"
    "figure band_of of village \"档\" = step(crops, low, 5: high)\n"
    "figure busy \"多的村\" = count(village where crops > 2)\n"
    "figure over \"多\" = crops > 2\n";

static World country(void)
{
    World t = world_open(text);
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A");
    world_units(&t, "township", "A", "T");
    world_units(&t, "village", "T", "V1 V2 V3");
    world_clock(&t, "2022-01-20");
    (void)world_file(&t, "b", "V1", "2021-01", "crop=3 pay=123456789 land=15000");
    (void)world_file(&t, "b", "V2", "2021-01", "crop=4 pay=1");
    (void)world_file(&t, "c", "V1", "2021", "grown=9");
    (void)world_file(&t, "c", "V2", "2021", "grown=9");
    (void)world_file(&t, "c", "V3", "2021", "grown=3");
    return t;
}

static Ask ask_of(World *t, const char *unit, const char *period)
{
    Ask ask = { .unit = world_unit(t, unit) };
    CHECK(period_parse(str_of(period), &ask.period));
    return ask;
}

static Str text_of(World *t, const char *figure, const char *unit, const char *period, bool draft)
{
    const Figure *f = set_figure(t->set, str_of(figure));
    Ask ask = ask_of(t, unit, period);
    Value v;
    ask.draft = draft;
    CHECK(figure_ask(t->w, t->f, f, NULL, 0, &ask, &v));
    return value_text(t->w->arena, f, &v, 0);
}

#define PRINTS(figure, unit, period, wanted)                                                       \
    do {                                                                                           \
        Str is = text_of(&t, figure, unit, period, false);                                         \
        if (!str_is(is, wanted)) {                                                                 \
            printf("# %s prints %.*s, not %s\n", figure, STR_ARG(is), wanted);                     \
            test_failures++;                                                                       \
        }                                                                                          \
    } while (0)

TEST(values_print_in_their_declared_unit)
{
    World t = country();
    PRINTS("crops", "A", "2021-01", "7");
    PRINTS("pays", "A", "2021-01", "123.46万元");
    PRINTS("pays_up", "A", "2021-01", "0.0亿元");
    PRINTS("lands", "A", "2021-01", "1.50亩");
    PRINTS("rate", "A", "2021", "33.3%");
    PRINTS("rate", "V1", "2021", "33.3%");
    PRINTS("change", "A", "2021", "-16.7个百分点");
    PRINTS("band_of", "V1", "2021-01", "低");
    PRINTS("over", "V1", "2021-01", "是");
    PRINTS("crops", "V3", "2021-01", "缺报");
    PRINTS("crops", "A", "2022-01", "—");
    PRINTS("needy", "A", "2021-01", "报送不足，暂不出数");
    EXPECT(str_is(text_of(&t, "needy", "A", "2021-01", true), "7（草稿）"));
    PRINTS("plain_rate", "V2", "2021", "44.4%");
    world_close(&t);
}

static Str json_of(World *t, const char *figure, const char *unit, const char *period)
{
    const Figure *f = set_figure(t->set, str_of(figure));
    Ask ask = ask_of(t, unit, period);
    Value v;
    Buf out = buf_open(t->w->arena, 1 << 16);
    CHECK(figure_ask(t->w, t->f, f, NULL, 0, &ask, &v));
    CHECK(figure_json(t->w, t->f, f, NULL, 0, &ask, &v, &out));
    return buf_str(&out);
}

static bool holds(Str text_, const char *part)
{
    return str_find(text_, str_of(part)) != SIZE_MAX;
}

TEST(json_says_what_the_command_line_promises)
{
    World t = country();
    Str rate = json_of(&t, "rate", "A", "2021");
    EXPECT(str_starts(
        rate, STR("{\"figure\":\"rate\",\"unit\":\"A\",\"period\":\"2021\",\"state\":\"ok\","
                  "\"value\":\"33.3\",\"unit_of_measure\":\"%\",\"decimals\":1,\"text\":\"33.3%\","
                  "\"coverage\":{\"expected\":36,\"reported\":2,\"confirmed\":0},\"known_seq\":")));
    EXPECT(holds(rate, "\"tree_day\":\"2021-12-31\",\"head\":{\"size\":"));
    EXPECT(holds(json_of(&t, "pays", "A", "2021-01"),
                 "\"value\":\"123.45679\",\"unit_of_measure\":\"万元\",\"decimals\":2"));
    Str withheld = json_of(&t, "needy", "A", "2021-01");
    EXPECT(holds(withheld, "\"state\":\"coverage\",\"reason\":\"coverage\",\"value\":null"));
    EXPECT(holds(json_of(&t, "crops", "V3", "2021-01"),
                 "\"state\":\"missing\",\"reason\":\"missing\",\"value\":null"));
    world_close(&t);
}

TEST(a_trace_adds_up_and_names_who_is_silent)
{
    World t = country();
    const Figure *f = set_figure(t.set, STR("crops"));
    Ask ask = ask_of(&t, "A", "2021-01");
    Trace trace;
    EXPECT(figure_trace(t.w, t.f, f, NULL, 0, &ask, 10, &trace));
    EXPECT(str_is(trace.formula, "sum(b: crop)"));
    EXPECT(trace.atom_n == 1 && str_is(trace.atoms[0].formula, "sum(b: crop)"));
    const TraceAtom *atom = &trace.atoms[0];
    EXPECT(atom->missing_n == 1 && atom->missing[0] == world_unit(&t, "V3"));
    EXPECT(atom->fact_n == 2 && str_is(atom->facts[0].value, "3") &&
           str_is(atom->facts[1].value, "4"));
    EXPECT(str_is(atom->facts[0].field, "作物") && str_is(atom->facts[0].period, "2021-01"));
    EXPECT(atom->facts[0].seq > 0 && atom->facts[0].at_ms > 0);
    Buf out = buf_open(t.w->arena, 1 << 16);
    EXPECT(trace_json(t.w, t.f, f, &ask, &trace, &out));
    EXPECT(holds(buf_str(&out), "\"missing\":[\"V3\"]"));
    world_close(&t);
}

TEST(a_trace_goes_through_figures_and_counts_to_the_facts)
{
    World t = country();
    Ask ask = ask_of(&t, "A", "2021");
    Trace trace;
    EXPECT(figure_trace(t.w, t.f, set_figure(t.set, STR("rate")), NULL, 0, &ask, 10, &trace));
    EXPECT(trace.atom_n == 2 && trace.atoms[1].fact_n == 3);
    ask = ask_of(&t, "A", "2021-01");
    EXPECT(figure_trace(t.w, t.f, set_figure(t.set, STR("busy")), NULL, 0, &ask, 10, &trace));
    EXPECT(trace.value.num == 2 && trace.atom_n == 1);
    EXPECT(trace.atoms[0].fact_n == 2 && trace.atoms[0].missing_n == 1);
    world_close(&t);
}

TEST(one_value_for_each_unit_of_a_kind_in_tree_order)
{
    World t = country();
    Ask ask = ask_of(&t, "Z", "2021-01");
    int32_t *units;
    Value *values;
    size_t n;
    EXPECT(figure_each(t.w, t.f, set_figure(t.set, STR("crops")), NULL, 0, &ask,
                       set_kind(t.set, STR("village")), &units, &values, &n));
    EXPECT(n == 3 && units[0] == world_unit(&t, "V1") && values[1].num == 4 &&
           values[2].state == VALUE_MISSING);
    world_close(&t);
}

static bool not_v1(Work *w, void *self, const Book *book, int32_t unit)
{
    (void)w, (void)book;
    return unit != *(const int32_t *)self;
}

/* A page holds what comes behind `from`; what its reader may not see is counted and not in it. */
TEST(a_trace_is_read_page_by_page)
{
    World t = country();
    Ask ask = ask_of(&t, "A", "2021");
    const Figure *f = set_figure(t.set, STR("rate"));
    Trace all, part;
    int32_t v1 = world_unit(&t, "V1");
    EXPECT(figure_trace(t.w, t.f, f, NULL, 0, &ask, 10, &all));
    TracePage page = { .from = 1, .limit = 1, .missing = 1 };
    EXPECT(figure_trace_page(t.w, t.f, f, NULL, 0, &ask, &page, &part));
    EXPECT(part.atom_n == 2 && part.atoms[0].fact_n == 1 && part.atoms[1].fact_n == 1);
    EXPECT(part.atoms[1].facts[0].seq == all.atoms[1].facts[1].seq);
    EXPECT(part.atoms[0].fact_total == 2 && part.atoms[1].fact_total == 3);
    EXPECT(part.atoms[0].missing_n >= 1 && part.atoms[1].missing_n == 0);
    EXPECT(str_is(part.atoms[1].facts[0].source->name, "c"));
    page = (TracePage){ .limit = 9, .may = not_v1, .self = &v1 };
    EXPECT(figure_trace_page(t.w, t.f, f, NULL, 0, &ask, &page, &part));
    EXPECT(part.atoms[1].fact_n == 2 && part.atoms[1].unseen == 1 && part.atoms[1].fact_total == 2);
    EXPECT(part.atoms[1].facts[0].unit != v1 && part.atoms[1].facts[1].unit != v1);
    world_close(&t);
}
