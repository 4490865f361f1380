/* Live columns: exact after every change, proven against the records, given back under a limit. */
#include "figure/column/column_int.h"
#include "figure/test_figure.h"

static const char text[] =
    "book b \"收\" per village every month {\n  crop int \"作物\" optional\n  pay money \"钱\" "
    "optional\n"
    "  read anyone\n  write office at city\n}\n"
    "book deal \"交易\" of village dated dealt {\n  dealt date \"日\"\n  qty int \"数\" optional\n"
    "  target unit village \"给\" optional\n  read anyone\n  write office at city\n}\n"
    "figure crops \"作物\" = sum(b: crop)\n"
    "figure pays \"钱\" = sum(b: pay)\n"
    "figure deals \"笔\" = sum(deal: qty)\n"
    "figure via_deals \"受方\" = sum(deal via target: qty)\n"
    "figure busy \"忙的村\" = count(village where crops > 10)\n"
    "figure busy_towns \"忙的乡镇\" = count(township where busy > 0)\n"
    "figure mid \"中位\" = median(deal: qty)\n"
    "figure gained \"增加\" = crops - crops[prev] same village\n";

static World country(void)
{
    World t = world_open(text);
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A B");
    world_units(&t, "township", "A", "T1 T2");
    world_units(&t, "township", "B", "T3");
    world_units(&t, "village", "T1", "V1 V2");
    world_units(&t, "village", "T2", "V3");
    world_units(&t, "village", "T3", "V4");
    world_clock(&t, "2022-01-20");
    return t;
}

/* The answer of what is there, without computing anew. */
static Value ask(World *t, const char *figure, const char *unit, const char *period)
{
    Value v = { .state = VALUE_UNDEFINED };
    Ask a = { .unit = world_unit(t, unit) };
    CHECK(period_parse(str_of(period), &a.period));
    CHECK(figure_ask(t->w, t->f, set_figure(t->set, str_of(figure)), NULL, 0, &a, &v));
    return v;
}

static int32_t live_columns(const World *t)
{
    int32_t n = 0;
    for (int32_t i = 0; i < t->f->column_n; i++)
        n += !t->f->columns[i]->stale;
    return n;
}

TEST(a_filed_return_reaches_every_ancestor_without_a_new_column)
{
    World t = country();
    EXPECT(ask(&t, "crops", "Z", "2021").reported == 0);
    int32_t columns = live_columns(&t);
    EXPECT(columns == 1);
    (void)world_file(&t, "b", "V1", "2021-03", "crop=7");
    EXPECT(live_columns(&t) == columns);
    EXPECT(ask(&t, "crops", "Z", "2021").num == 7);
    EXPECT(ask(&t, "crops", "T1", "2021").num == 7);
    EXPECT(ask(&t, "crops", "T2", "2021").state == VALUE_MISSING);
    world_correct(&t, "b", "V1", "2021-03", 0, "crop=5");
    EXPECT(ask(&t, "crops", "A", "2021").num == 5);
    world_state(&t, "b", "V1", "2021-03", 0, RECORD_VOID);
    EXPECT(ask(&t, "crops", "A", "2021").state == VALUE_MISSING);
    EXPECT(live_columns(&t) == columns);
    world_close(&t);
}

TEST(counts_over_units_flip_where_the_fact_fell)
{
    World t = country();
    world_file_year(&t, "b", "V1", 2021, "crop=1");
    world_file_year(&t, "b", "V2", 2021, "crop=0");
    world_file_year(&t, "b", "V3", 2021, "crop=1");
    world_file_year(&t, "b", "V4", 2021, "crop=0");
    EXPECT(ask(&t, "busy_towns", "Z", "2021").num == 2);
    EXPECT(ask(&t, "busy", "A", "2021").num == 2);
    int32_t columns = live_columns(&t);
    world_correct(&t, "b", "V1", "2021-12", 0, "crop=0");
    world_correct(&t, "b", "V1", "2021-11", 0, "crop=0");
    EXPECT(ask(&t, "busy", "A", "2021").num == 1);
    EXPECT(ask(&t, "busy_towns", "Z", "2021").num == 1);
    EXPECT(live_columns(&t) == columns);
    world_close(&t);
}

TEST(a_row_that_points_elsewhere_moves_its_sum)
{
    World t = country();
    int64_t ord = world_file(&t, "deal", "V1", NULL, "dealt=2021-03-01 qty=5 target=@V3");
    EXPECT(ask(&t, "via_deals", "T2", "2021").num == 5);
    EXPECT(ask(&t, "deals", "T1", "2021").num == 5);
    world_correct(&t, "deal", "V1", NULL, ord, "target=@V4");
    EXPECT(ask(&t, "via_deals", "T2", "2021").num == 0);
    EXPECT(ask(&t, "via_deals", "B", "2021").num == 5);
    world_correct(&t, "deal", "V1", NULL, ord, "dealt=2020-03-01");
    EXPECT(ask(&t, "via_deals", "B", "2021").num == 0);
    EXPECT(ask(&t, "deals", "T1", "2021").num == 0);
    world_close(&t);
}

TEST(what_is_not_additive_is_computed_again)
{
    World t = country();
    (void)world_file(&t, "deal", "V1", NULL, "dealt=2021-03-01 qty=5");
    EXPECT(ask(&t, "mid", "A", "2021").num == 50000); /* four digits */
    (void)world_file(&t, "deal", "V2", NULL, "dealt=2021-03-01 qty=9");
    EXPECT(ask(&t, "mid", "A", "2021").num == 70000);
    world_file_year(&t, "b", "V1", 2020, "crop=1");
    world_file_year(&t, "b", "V1", 2021, "crop=2");
    EXPECT(ask(&t, "gained", "A", "2021").num == 12);
    world_file_year(&t, "b", "V2", 2020, "crop=1");
    EXPECT(ask(&t, "gained", "A", "2021").num == 12);
    world_file_year(&t, "b", "V2", 2021, "crop=4"); /* enters, and its last year with it */
    EXPECT(ask(&t, "gained", "A", "2021").num == 48);
    world_close(&t);
}

TEST(a_change_of_the_tree_moves_what_was_summed)
{
    World t = country();
    (void)world_file(&t, "b", "V1", "2021-03", "crop=7");
    EXPECT(ask(&t, "crops", "T1", "2021").num == 7);
    world_move(&t, "V1", "T3", "2021-06-01");
    EXPECT(ask(&t, "crops", "T1", "2021").state == VALUE_MISSING);
    EXPECT(ask(&t, "crops", "B", "2021").num == 7);
    EXPECT(ask(&t, "crops", "T1", "2021-03").num == 7);
    world_close(&t);
}

TEST(the_proof_names_a_sum_that_the_records_do_not_say)
{
    World t = country();
    (void)world_file(&t, "b", "V1", "2021-03", "crop=7");
    EXPECT(ask(&t, "crops", "Z", "2021").num == 7);
    EXPECT(figures_prove(t.w, t.f));
    CHECK(t.f->column_n == 1);
    t.f->columns[0]->amount[0] += 1;
    EXPECT(!figures_prove(t.w, t.f));
    EXPECT(t.w->err.what && !strncmp(t.w->err.what, "figure.proof", 12));
    work_clear(t.w);
    figures_forget(t.f);
    EXPECT(ask(&t, "crops", "Z", "2021").num == 7);
    world_close(&t);
}

TEST(large_sums_take_the_wide_road_and_stay_exact)
{
    World t = country();
    for (int month = 1; month <= 12; month++)
        (void)world_file(&t, "b", "V1", arena_printf(t.w->arena, "2021-%02d", month),
                         "crop=1 pay=9000000000000000000");
    SAYS("pays @ \"V1\" [2021-03]", "90000000000000000.00");
    Value v = ask(&t, "pays", "Z", "2021");
    EXPECT(v.state == VALUE_UNDEFINED); /* 1.08e20 fen do not fit a stored number: never a wrap */
    Value quarter = ask(&t, "pays", "Z", "2021-01");
    EXPECT(quarter.state == VALUE_OK && quarter.num == INT64_C(9000000000000000000));
    world_close(&t);
}

TEST(columns_are_given_back_under_their_limit)
{
    World t = country();
    (void)world_file(&t, "b", "V1", "2021-03", "crop=7");
    for (int year = 2017; year <= 2021; year++)
        for (int month = 1; month <= 12; month++) {
            const char *period = arena_printf(t.w->arena, "%04d-%02d", year, month);
            (void)ask(&t, "crops", "Z", period);
            (void)ask(&t, "busy_towns", "Z", period);
        }
    EXPECT(figures_bytes(t.f) > 0 && figures_bytes(t.f) <= COLUMN_BYTES_MAX);
    figures_forget(t.f);
    EXPECT(figures_bytes(t.f) == 0);
    EXPECT(ask(&t, "crops", "Z", "2021-03").num == 7);
    world_close(&t);
}
