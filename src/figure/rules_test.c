/* Rules 1-24 and 30 of the pack language, each by its number. */
#include "figure/test_figure.h"

/* city Z; counties A (townships T1 with V1 V2 V3, T2 with V4), B (T3 with V5) */
static World country(const char *text)
{
    World t = world_open(text);
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A B");
    world_units(&t, "township", "A", "T1 T2");
    world_units(&t, "township", "B", "T3");
    world_units(&t, "village", "T1", "V1 V2 V3");
    world_units(&t, "village", "T2", "V4");
    world_units(&t, "village", "T3", "V5");
    world_clock(&t, "2022-01-20");
    return t;
}

static const char monthly[] = "book b \"收\" per village every month {\n"
                              "  crop  int \"作物\" min 0\n"
                              "  pay   money \"钱\" min 0 optional\n"
                              "  store int \"库存\" stock optional\n"
                              "  total int \"合计\" = crop + crop\n"
                              "  read anyone\n  write office at city\n"
                              "}\n"
                              "figure crops \"作物\" = sum(b: crop)\n"
                              "figure pays \"钱\" = sum(b: pay)\n"
                              "figure stored \"库存\" = sum(b: store)\n"
                              "figure doubled \"两倍\" = sum(b: total)\n";

TEST(rule_1_the_moment_is_the_end_of_the_period_or_what_is_known)
{
    World t = country("book loan \"借\" of village lives lent to back {\n"
                      "  lent date \"借\"\n  back date \"还\" optional\n  read anyone\n  write "
                      "office at city\n}\n"
                      "figure out \"在借\" = count(loan)\n");
    (void)world_file(&t, "loan", "V1", NULL, "lent=2021-03-01 back=2021-06-30");
    (void)world_file(&t, "loan", "V2", NULL, "lent=2021-12-31");
    (void)world_file(&t, "loan", "V2", NULL, "lent=2022-01-25");
    SAYS("out @ \"Z\" [2021-02]", "0");
    SAYS("out @ \"Z\" [2021-03]", "1");
    SAYS("out @ \"Z\" [2021-06]", "0"); /* given back on the last day: not out at its end */
    SAYS("out @ \"Z\" [2021]", "1");
    SAYS("out @ \"Z\" [2022]", "1"); /* the year is not over: as of today, 20 January */
    world_close(&t);
}

TEST(rule_2_and_30_what_was_known_on_a_day_is_a_prefix_of_the_log)
{
    World t = country(monthly);
    world_clock(&t, "2021-02-10");
    (void)world_file(&t, "b", "V1", "2021-01", "crop=5");
    world_clock(&t, "2021-02-20");
    (void)world_file(&t, "b", "V2", "2021-01", "crop=7");
    world_clock(&t, "2022-01-20");
    SAYS("crops @ \"T1\" [2021-01]", "12 2/3");
    EXPECT(!strcmp(says_known(&t, "crops @ \"T1\" [2021-01]", "2021-02-15"), "5 1/3"));
    EXPECT(!strcmp(says_known(&t, "crops @ \"T1\" [2021-01]", "2021-02-09"), "missing 0/3"));
    EXPECT(!strcmp(says_known(&t, "crops @ \"T1\" [2021-01]", "2021-01-20"),
                   "0")); /* January was not over */
    SAYS("crops @ \"T1\" [2021-01, known 2021-02-15]", "5 1/3");
    world_close(&t);
}

TEST(rule_3_a_correction_replaces_and_a_change_holds_from_its_day)
{
    World t = country("book loan \"借\" of village lives lent to back {\n"
                      "  lent date \"借\"\n  back date \"还\" optional\n  size int \"数\" changes\n"
                      "  read anyone\n  write office at city\n}\n"
                      "figure out \"在借\" = sum(loan: size)\n");
    int64_t ord = world_file(&t, "loan", "V1", NULL, "lent=2021-01-01 size=3");
    SAYS("out @ \"A\" [2021-12]", "3");
    world_change(&t, "loan", ord, "2021-06-15", "size=8");
    SAYS("out @ \"A\" [2021-05]", "3");
    SAYS("out @ \"A\" [2021-06]", "8");
    SAYS("out @ \"A\" [2021-05, now]", "8");
    SAYS("out @ \"A\" [2021, at 2021-06-14]", "3");
    world_correct(&t, "loan", "V1", NULL, ord, "lent=2021-06-01 size=8");
    SAYS("out @ \"A\" [2021-05]", "0");
    world_close(&t);
}

TEST(rule_4_units_of_a_period_are_those_of_its_last_day)
{
    World t = country(monthly);
    (void)world_file(&t, "b", "V3", "2021-03", "crop=10");
    SAYS("crops @ \"T1\" [2021]", "10 1/36");
    world_move(&t, "V3", "T2", "2021-07-01");
    SAYS("crops @ \"T1\" [2021-03]", "10 1/3");
    SAYS("crops @ \"T1\" [2021]", "missing 0/24");
    SAYS("crops @ \"T2\" [2021]", "10 1/24");
    world_close(&t);
}

TEST(rule_4_merged_units_answer_for_their_successor)
{
    World t = country(monthly);
    (void)world_file(&t, "b", "V1", "2021-03", "crop=10");
    (void)world_file(&t, "b", "V2", "2021-03", "crop=4");
    SAYS("crops @ \"A\" [2021]", "14 2/48");
    world_born(&t, "village", "T2", "M", "2021-07-01");
    world_merge(&t, "V1 V2", "M", "2021-07-01");
    (void)world_file(&t, "b", "M", "2021-07", "crop=1");
    SAYS("crops @ \"A\" [2021]",
         "15 3/42"); /* 6 + 6 months of the old, 6 of the new, 24 of the others */
    SAYS("crops @ \"M\" [2021]", "15 3/18");
    SAYS("crops @ \"T1\" [2021]", "missing 0/12");
    SAYS("crops @ \"M\" [2021-03]", "14");
    SAYS("crops @ \"V1\" [2021]", "no such unit");
    SAYS("crops @ \"T1\" [2021-03]", "14 2/3");
    world_close(&t);
}

TEST(rule_4_a_split_follows_its_shares_to_the_last_unit)
{
    World t = country(monthly);
    (void)world_file(&t, "b", "V1", "2021-03", "crop=10");
    world_born(&t, "village", "T1", "S1", "2021-07-01");
    world_born(&t, "village", "T2", "S2", "2021-07-01");
    world_born(&t, "village", "T2", "S3", "2021-07-01");
    world_split(&t, "V1", "S1 1 S2 1 S3 1", "2021-07-01");
    SAYS("crops @ \"S1\" [2021]", "4 1/12"); /* the remainder goes to the first by slot */
    SAYS("crops @ \"S2\" [2021]", "3 1/12");
    SAYS("crops @ \"T2\" [2021]", "6 1/30"); /* six months of V1 once, S2, S3 and V4 */
    SAYS("crops @ \"A\" [2021]", "10 1/60");
    SAYS("crops @ \"S3\" [2021-03]", "3");
    (void)world_file(&t, "b", "V1", "2021-04", "crop=2");
    SAYS("crops @ \"A\" [2021]", "12 2/60");
    world_close(&t);
}

TEST(rule_5_only_whole_periods_that_ended_are_expected)
{
    World t = country(monthly);
    SAYS("crops @ \"A\" [2022]", "0"); /* 20 January: no month of 2022 is over */
    world_clock(&t, "2022-02-28");
    SAYS("crops @ \"A\" [2022]", "missing 0/4");
    world_clock(&t, "2022-03-01");
    SAYS("crops @ \"A\" [2022]", "missing 0/8");
    SAYS("crops @ \"A\" [2022-01-15]", "0");
    SAYS("expected(b) @ \"A\" [2022]", "8");
    SAYS("reported(b) @ \"A\" [2022]", "0");
    world_close(&t);
}

TEST(rule_5_asked_only_where_a_condition_holds_at_some_moment)
{
    World t = country("book alarm \"警\" of village lives on_day to off_day {\n"
                      "  on_day date \"起\"\n  off_day date \"止\" optional\n  read anyone\n  "
                      "write office at city\n}\n"
                      "figure alarmed of village \"有警\" = count(alarm) > 0\n"
                      "book watch \"值守\" per village where alarmed every month {\n  men int "
                      "\"人\"\n  read anyone\n  write office at city\n}\n"
                      "figure men \"人\" = sum(watch: men)\n");
    SAYS("men @ \"A\" [2021]", "0");
    int64_t ord = world_file(&t, "alarm", "V1", NULL, "on_day=2021-02-10 off_day=2021-03-31");
    SAYS("men @ \"A\" [2021]", "missing 0/2"); /* on for part of March, though not at its end */
    (void)world_file(&t, "watch", "V1", "2021-03", "men=4");
    SAYS("men @ \"A\" [2021]", "4 1/2");
    world_correct(&t, "alarm", "V1", NULL, ord, "off_day=2021-04-02");
    SAYS("men @ \"A\" [2021]", "4 1/3");
    world_close(&t);
}

TEST(rule_5_keys_make_cells_and_the_pack_must_be_in_force)
{
    World t = world_open("list sort \"种\" {\n  wheat \"麦\"\n  oats \"燕麦\"\n}\n"
                         "book plot \"地\" per village, sort every year {\n  rows int \"行\"\n  "
                         "read anyone\n  write office at city\n}\n"
                         "figure rows \"行\" = sum(plot: rows)\n"
                         "figure oat_rows of village every year \"燕麦行\" = plot[oats].rows\n");
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A");
    world_units(&t, "township", "A", "T");
    world_units(&t, "village", "T", "V1 V2");
    world_clock(&t, "2022-01-20");
    (void)world_file(&t, "plot", "V1", "2021", "#sort=2 rows=5");
    SAYS("rows @ \"A\" [2021]", "5 1/4");
    SAYS("oat_rows @ \"V1\" [2021]", "5");
    SAYS("oat_rows @ \"V2\" [2021]", "missing 0/1");
    SAYS("rows @ \"A\" [2015]", "0"); /* before the pack */
    world_close(&t);
}

TEST(rule_6_returned_and_void_cells_are_not_reported)
{
    World t = country(monthly);
    (void)world_file(&t, "b", "V1", "2021-01", "crop=5");
    (void)world_file(&t, "b", "V2", "2021-01", "crop=6");
    SAYS("crops @ \"T1\" [2021-01]", "11 2/3");
    world_state(&t, "b", "V2", "2021-01", 0, RECORD_RETURNED);
    SAYS("crops @ \"T1\" [2021-01]", "5 1/3");
    world_state(&t, "b", "V2", "2021-01", 0, RECORD_FILED);
    world_state(&t, "b", "V2", "2021-01", 0, RECORD_CONFIRMED);
    SAYS("crops @ \"T1\" [2021-01]", "11 2/3");
    world_state(&t, "b", "V1", "2021-01", 0, RECORD_VOID);
    SAYS("crops @ \"T1\" [2021-01]", "6 1/3");
    SAYS("pays @ \"T1\" [2021-01]", "missing 0/3"); /* reported, but this field is empty */
    world_close(&t);
}

static const char rounds[] =
    "book round \"轮\" of county lives opens to closes {\n"
    "  opens date \"起\"\n  closes date \"止\"\n  read anyone\n  write office at city\n}\n"
    "book visit \"查\" per village every round {\n  score int \"分\"\n  read anyone\n  write "
    "office at city\n}\n"
    "figure scores \"分\" = sum(visit: score)\n"
    "figure scores_before \"上轮分\" = scores[prev]\n";

TEST(rule_7_a_record_as_period_belongs_where_it_ends)
{
    World t = country(rounds);
    int64_t first = world_file(&t, "round", "A", NULL, "opens=2021-12-05 closes=2022-01-10");
    EXPECT(first == 1);
    (void)world_file(&t, "visit", "V1", "#1", "score=7");
    SAYS("scores @ \"A\" [2021]", "0");
    SAYS("scores @ \"A\" [2022-01]", "7 1/4");
    (void)world_file(&t, "round", "A", NULL, "opens=2022-01-11 closes=2022-02-20");
    SAYS("scores @ \"A\" [2022]", "7 1/4"); /* the second is not over */
    SAYS("scores @ \"B\" [2022]", "0");     /* a round asks below its owner */
    world_clock(&t, "2022-03-01");
    SAYS("scores @ \"A\" [2022]", "7 1/8");
    world_close(&t);
}

TEST(rule_8_complete_partial_missing_and_nothing_expected)
{
    World t = country(monthly);
    SAYS("crops @ \"V1\" [2021-01]", "missing 0/1");
    SAYS("crops @ \"A\" [2015-01]", "0");
    (void)world_file(&t, "b", "V1", "2021-01", "crop=5");
    SAYS("crops @ \"V1\" [2021-01]", "5");
    SAYS("crops @ \"T1\" [2021-01]", "5 1/3");
    world_close(&t);
}

TEST(rule_9_flows_add_up_and_stocks_are_those_of_the_last_period)
{
    World t = country(monthly);
    for (int month = 1; month <= 11; month++)
        (void)world_file(&t, "b", "V1", arena_printf(t.w->arena, "2021-%02d", month),
                         "crop=1 store=9 pay=150");
    SAYS("crops @ \"V1\" [2021]", "11 11/12");
    SAYS("doubled @ \"V1\" [2021]", "22 11/12");
    SAYS("pays @ \"V1\" [2021]", "16.50 11/12");
    SAYS("stored @ \"V1\" [2021]", "missing 0/1"); /* nothing is carried forward */
    SAYS("stored @ \"V1\" [2021-11]", "9");
    (void)world_file(&t, "b", "V1", "2021-12", "crop=1 store=4");
    SAYS("stored @ \"V1\" [2021]", "4");
    SAYS("stored @ \"T1\" [2021]", "4 1/3");
    world_close(&t);
}

TEST(rule_10_by_alive_during_and_ever)
{
    World t = country("book loan \"借\" of village lives lent to back {\n"
                      "  lent date \"借\"\n  back date \"还\" optional\n  read anyone\n  write "
                      "office at city\n}\n"
                      "book deal \"交易\" of village dated dealt {\n  dealt date \"日\" optional\n "
                      " paid date \"付\" optional\n"
                      "  amount money \"额\" optional\n  read anyone\n  write office at city\n}\n"
                      "figure alive_now \"存续\" = count(loan alive)\n"
                      "figure met \"期内\" = count(loan during)\n"
                      "figure ever_lent \"历来\" = count(loan ever)\n"
                      "figure came \"起于\" = count(loan by lent)\n"
                      "figure deals \"笔\" = count(deal)\n"
                      "figure paid_deals \"付\" = count(deal by paid)\n"
                      "figure entered_deals \"登记\" = count(deal by entered)\n"
                      "figure amounts \"额\" = sum(deal: amount)\n");
    (void)world_file(&t, "loan", "V1", NULL, "lent=2020-05-01 back=2021-03-10");
    (void)world_file(&t, "loan", "V2", NULL, "lent=2021-02-01");
    SAYS("alive_now @ \"A\" [2021-03]", "1");
    SAYS("met @ \"A\" [2021-03]", "2");
    SAYS("met @ \"A\" [2021-04]", "1");
    SAYS("ever_lent @ \"A\" [2021-04]", "2");
    SAYS("ever_lent @ \"A\" [2021-01]", "1");
    SAYS("came @ \"A\" [2021]", "1");
    (void)world_file(&t, "deal", "V1", NULL, "dealt=2021-03-05 paid=2021-05-01 amount=1000");
    (void)world_file(&t, "deal", "V1", NULL, "paid=2021-05-02"); /* no date: in no period */
    SAYS("deals @ \"A\" [2021]", "1");
    SAYS("paid_deals @ \"A\" [2021-05]", "2");
    SAYS("entered_deals @ \"A\" [2022-01]", "2");
    SAYS("amounts @ \"A\" [2021]", "10.00");
    (void)world_file(&t, "deal", "V2", NULL, "dealt=2021-03-06");
    SAYS("amounts @ \"A\" [2021]", "10.00 1/2"); /* a row without the amount is not a zero */
    SAYS("amounts @ \"B\" [2021]", "0.00");
    world_close(&t);
}

TEST(rule_10_a_register_may_ask_for_nil_returns)
{
    World t = country("book sick \"病\" of village dated seen nil every month {\n  seen date "
                      "\"日\"\n  read anyone\n  write office at city\n}\n"
                      "figure cases \"例\" = count(sick)\n");
    SAYS("cases @ \"T1\" [2021-01]", "missing 0/3");
    (void)world_file(&t, "sick", "V1", NULL, "seen=2021-01-04");
    (void)world_file(&t, "sick", "V1", NULL, "seen=2021-01-05");
    SAYS("cases @ \"T1\" [2021-01]", "2 1/3");
    world_nil(&t, "sick", "V2", "2021-01");
    SAYS("cases @ \"T1\" [2021-01]", "2 2/3");
    SAYS("cases @ \"V2\" [2021-01]", "0");
    world_close(&t);
}

TEST(rule_11_own_above_via_and_details)
{
    World t = country("book stock_move \"物资\" of county | township | village dated moved {\n"
                      "  moved date \"日\"\n  qty int \"数\"\n  target unit village \"给\" "
                      "optional\n  read anyone\n  write office at city\n"
                      "  check sum(this.piece: weight) <= qty \"重了\"\n}\n"
                      "book piece \"明细\" under stock_move {\n  weight int \"重\"\n}\n"
                      "figure all_moves \"全部\" = sum(stock_move: qty)\n"
                      "figure own_moves \"本级\" = sum(stock_move own: qty)\n"
                      "figure above_moves \"以上\" = sum(stock_move above: qty)\n"
                      "figure to_moves \"受方\" = sum(stock_move via target: qty)\n"
                      "figure weights \"重\" = sum(piece: weight)\n");
    int64_t one = world_file(&t, "stock_move", "A", NULL, "moved=2021-03-01 qty=100 target=@V5");
    (void)world_file(&t, "stock_move", "T1", NULL, "moved=2021-03-01 qty=10 target=@V1");
    (void)world_file(&t, "stock_move", "V1", NULL, "moved=2021-03-01 qty=1");
    SAYS("all_moves @ \"A\" [2021]", "111");
    SAYS("own_moves @ \"A\" [2021]", "100");
    SAYS("above_moves @ \"V1\" [2021]", "111");
    SAYS("above_moves @ \"T2\" [2021]", "100");
    SAYS("to_moves @ \"A\" [2021]", "10");
    SAYS("to_moves @ \"B\" [2021]", "100");
    SAYS("to_moves @ \"Z\" [2021]", "110");
    (void)world_detail(&t, "piece", "A", one, "weight=94");
    const Book *book = set_book(t.set, STR("stock_move"));
    const RecordRow *row = record_find(t.w, t.core, book, UNIT_NONE, 0, one, KNOWN_NOW);
    Truth truth;
    EXPECT(row_truth(t.w, t.f, book, row, book->checks[0].expr, &truth) && truth == TRUTH_TRUE);
    (void)world_detail(&t, "piece", "A", one, "weight=7");
    EXPECT(row_truth(t.w, t.f, book, row, book->checks[0].expr, &truth) && truth == TRUTH_FALSE);
    SAYS("weights @ \"A\" [2021]", "101"); /* dated as their parent is */
    SAYS("weights @ \"A\" [2020]", "0");
    world_close(&t);
}

TEST(rule_12_counts_and_shares_of_units_and_rows)
{
    World t = country("book b \"收\" per village every year {\n  crop int \"作物\" optional\n  "
                      "read anyone\n  write office at city\n}\n"
                      "book deal \"交易\" of village dated dealt {\n  dealt date \"日\"\n  amount "
                      "money \"额\" optional\n  read anyone\n  write office at city\n}\n"
                      "figure crops \"作物\" = sum(b: crop)\n"
                      "figure villages \"村\" = count(village)\n"
                      "figure rich \"多的村\" = count(village where crops >= 10)\n"
                      "figure rich_share \"多的占比\" = share(village where crops >= 10)\n"
                      "figure filled \"填\" = count(b where crop >= 10)\n"
                      "figure filled_share \"填占比\" = share(b where crop >= 10)\n"
                      "figure big \"大笔\" = count(deal where amount >= 10元)\n"
                      "figure big_share \"大笔占比\" = share(deal where amount >= 10元)\n"
                      "figure with_deals \"有交易的村\" = count(village where count(deal) > 0)\n");
    SAYS("villages @ \"A\" [2021]", "4");
    SAYS("rich @ \"A\" [2021]", "missing 0/4");
    (void)world_file(&t, "b", "V1", "2021", "crop=10");
    (void)world_file(&t, "b", "V2", "2021", "crop=9");
    (void)world_file(&t, "b", "V3", "2021", "");
    SAYS("rich @ \"A\" [2021]", "1 2/4");
    SAYS("rich_share @ \"A\" [2021]", "1/2 2/4");
    SAYS("filled @ \"A\" [2021]", "1 2/4");
    SAYS("filled_share @ \"A\" [2021]", "1/2 2/4");
    world_correct(&t, "b", "V2", "2021", 0, "crop=12");
    SAYS("rich @ \"A\" [2021]", "2 2/4");
    world_correct(&t, "b", "V2", "2021", 0, "crop=");
    SAYS("rich @ \"A\" [2021]", "1 1/4");
    SAYS("big @ \"A\" [2021]", "0");
    SAYS("big_share @ \"A\" [2021]", "no base");
    (void)world_file(&t, "deal", "V1", NULL, "dealt=2021-03-05 amount=1000");
    (void)world_file(&t, "deal", "V1", NULL, "dealt=2021-03-05 amount=999");
    (void)world_file(&t, "deal", "V2", NULL, "dealt=2021-03-05");
    SAYS("big @ \"A\" [2021]", "1");
    SAYS("big_share @ \"A\" [2021]", "1/2 2/3");
    SAYS("with_deals @ \"A\" [2021]", "2");
    world_close(&t);
}

TEST(rule_13_comparisons_with_what_is_missing_are_unknown)
{
    World t = country("book b \"收\" per village every month {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n}\n"
                      "figure crops \"作物\" = sum(b: crop)\n"
                      "figure over \"多\" = crops > 5\n"
                      "figure either \"或\" = crops > 5 or 1 < 2\n"
                      "figure both \"且\" = crops > 5 and 1 > 2\n"
                      "figure told \"已知\" = known(crops)\n"
                      "figure some \"有\" = any(village where crops > 5)\n"
                      "figure every_one \"都\" = all(village: crops > 5)\n"
                      "figure in_list \"之一\" = crops in (3, 6)\n");
    SAYS("over @ \"V1\" [2021-01]", "missing 0/1");
    SAYS("either @ \"V1\" [2021-01]", "true 0/1");
    SAYS("both @ \"V1\" [2021-01]", "false 0/1");
    SAYS("told @ \"V1\" [2021-01]", "false 0/1");
    (void)world_file(&t, "b", "V1", "2021-01", "crop=6");
    SAYS("over @ \"V1\" [2021-01]", "true");
    SAYS("in_list @ \"V1\" [2021-01]", "true");
    SAYS("over @ \"T1\" [2021-01]", "missing 1/3"); /* partial: unknown */
    SAYS("told @ \"T1\" [2021-01]", "true 1/3");
    SAYS("some @ \"T1\" [2021-01]", "true 1/3");
    SAYS("every_one @ \"T1\" [2021-01]", "missing 1/3");
    (void)world_file(&t, "b", "V2", "2021-01", "crop=1");
    SAYS("every_one @ \"T1\" [2021-01]", "false 2/3");
    SAYS("some @ \"T2\" [2021-01]", "missing 0/1");
    world_close(&t);
}

TEST(rule_14_coverage_is_that_of_the_weakest_atom)
{
    World t = country("book b \"收\" per village every month {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n}\n"
                      "book c \"费\" per village every year {\n  cost int \"费\"\n  read anyone\n  "
                      "write office at city\n}\n"
                      "figure net \"净\" = sum(b: crop) - sum(c: cost)\n"
                      "figure safe \"默认\" = default(sum(b: crop), 0)\n"
                      "figure safe_over \"默认多\" = default(sum(b: crop), 0) < 5\n");
    SAYS("net @ \"V1\" [2021]", "missing 0/12");
    world_file_year(&t, "b", "V1", 2021, "crop=2");
    SAYS("net @ \"V1\" [2021]", "missing 0/1");
    (void)world_file(&t, "c", "V1", "2021", "cost=4");
    SAYS("net @ \"V1\" [2021]", "20");
    SAYS("net @ \"T1\" [2021]", "20 12/36"); /* both a third: the first on ties */
    (void)world_file(&t, "c", "V2", "2021", "cost=1");
    SAYS("net @ \"T1\" [2021]", "19 12/36");
    SAYS("safe @ \"V2\" [2021]", "0 0/12");
    SAYS("safe_over @ \"V2\" [2021]", "true 0/12");
    world_close(&t);
}

TEST(rule_15_units_with_a_partial_value_count_as_silent)
{
    World t = country("book b \"收\" per village every month {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n}\n"
                      "figure crops \"作物\" = sum(b: crop)\n"
                      "figure by_village \"逐村\" = sum(village: crops)\n"
                      "figure mean \"均\" = avg(village: crops)\n"
                      "figure low \"小\" = least(village: crops)\n"
                      "figure high \"大\" = most(village: crops)\n"
                      "figure mid \"中\" = median(village: crops)\n"
                      "figure ninety \"九分\" = p90(village: crops)\n"
                      "figure big_sum \"多的合计\" = sum(village where crops > 24: crops)\n");
    world_file_year(&t, "b", "V1", 2021, "crop=2");
    world_file_year(&t, "b", "V2", 2021, "crop=3");
    (void)world_file(&t, "b", "V3", "2021-01", "crop=100");
    SAYS("crops @ \"T1\" [2021]", "160 25/36");
    SAYS("by_village @ \"T1\" [2021]", "60 2/3");
    SAYS("big_sum @ \"T1\" [2021]", "36 2/3");
    SAYS("mean @ \"T1\" [2021]", "30.0000 2/3");
    SAYS("low @ \"T1\" [2021]", "24 2/3");
    SAYS("high @ \"T1\" [2021]", "36 2/3");
    SAYS("mid @ \"T1\" [2021]", "30.0000 2/3");
    SAYS("ninety @ \"T1\" [2021]", "36 2/3");
    SAYS("low @ \"T2\" [2021]", "missing 0/1");
    world_close(&t);
}

static const char growing[] =
    "book b \"收\" per village every year {\n  crop int \"作物\"\n  read anyone\n  write office at "
    "city\n}\n"
    "figure crops \"作物\" = sum(b: crop)\n"
    "figure growth \"增长\" = crops / crops[year-1] - 1\n"
    "figure growth_same \"同村增长\" = crops / crops[year-1] - 1 same village\n"
    "figure added \"增加\" = crops - crops[year-1] same village\n";

TEST(rule_16_same_runs_over_the_units_that_are_whole_in_both)
{
    World t = country(growing);
    (void)world_file(&t, "b", "V1", "2020", "crop=10");
    (void)world_file(&t, "b", "V2", "2020", "crop=20");
    (void)world_file(&t, "b", "V3", "2020", "crop=30");
    (void)world_file(&t, "b", "V1", "2021", "crop=15");
    (void)world_file(&t, "b", "V2", "2021", "crop=25");
    SAYS("added @ \"T1\" [2021]", "10 2/3");
    SAYS("growth_same @ \"T1\" [2021]", "333333333/1000000000 2/3");
    (void)world_file(&t, "b", "V3", "2021", "crop=30"); /* enters, and drags its last year in */
    SAYS("growth_same @ \"T1\" [2021]", "166666667/1000000000");
    SAYS("growth_same @ \"T2\" [2021]", "missing 0/1");
    world_close(&t);
}

TEST(rule_16_same_follows_lineage_to_the_later_tree)
{
    World t = country(growing);
    (void)world_file(&t, "b", "V1", "2020", "crop=10");
    (void)world_file(&t, "b", "V2", "2020", "crop=20");
    (void)world_file(&t, "b", "V3", "2020", "crop=30");
    world_born(&t, "village", "T1", "M", "2021-03-01");
    world_merge(&t, "V1 V2", "M", "2021-03-01");
    (void)world_file(&t, "b", "M", "2021", "crop=33");
    (void)world_file(&t, "b", "V3", "2021", "crop=30");
    world_born(&t, "village", "T1", "N", "2021-03-01"); /* new: nothing was asked of it in 2020 */
    (void)world_file(&t, "b", "N", "2021", "crop=5");
    SAYS("added @ \"T1\" [2021]", "3 2/3");
    SAYS("added @ \"M\" [2021]", "3");
    SAYS("added @ \"A\" [2021]", "3 2/4");
    world_close(&t);
}

TEST(rule_17_a_ratio_of_sums_is_kept_as_a_pair)
{
    World t = country("book b \"收\" per village every year {\n  sold int \"售\"\n  grown int "
                      "\"产\"\n  read anyone\n  write office at city\n}\n"
                      "figure rate \"率\" = sum(b: sold) / sum(b: grown)\n"
                      "figure third \"三分之一\" = rate = 1 / 3\n"
                      "figure best \"最高\" = most(village: rate)\n"
                      "figure above_half \"过半\" = count(village where rate > 50%)\n");
    (void)world_file(&t, "b", "V1", "2021", "sold=1 grown=2");
    (void)world_file(&t, "b", "V2", "2021", "sold=1 grown=4");
    (void)world_file(&t, "b", "V3", "2021", "sold=0 grown=0");
    SAYS("rate @ \"T1\" [2021]", "1/3");
    SAYS("rate @ \"V3\" [2021]", "no base");
    SAYS("best @ \"T1\" [2021]", "1/2 2/3");
    SAYS("above_half @ \"T1\" [2021]", "0 2/3");
    world_close(&t);
}

TEST(rule_18_brackets_shift_and_widen_the_period)
{
    World t = country(monthly);
    world_file_year(&t, "b", "V1", 2020, "crop=1");
    world_file_year(&t, "b", "V1", 2021, "crop=2");
    SAYS("crops[prev] @ \"V1\" [2021-03]", "2");
    SAYS("crops[prev] @ \"V1\" [2021-01]", "1");
    SAYS("crops[prev] @ \"V1\" [2021]", "12");
    SAYS("crops[year-1] @ \"V1\" [2021-03]", "1");
    SAYS("crops[ytd] @ \"V1\" [2021-03]", "6");
    SAYS("crops[ytd][year-1] @ \"V1\" [2021-03]", "3");
    SAYS("crops[last 12 months] @ \"V1\" [2021-03]", "15");
    SAYS("crops[last 2 quarters] @ \"V1\" [2021-06]", "12");
    SAYS("crops[2020-05] @ \"V1\" [2021]", "1");
    world_close(&t);
}

TEST(rule_18_a_round_before_is_the_one_of_the_same_owner)
{
    World t = country(rounds);
    world_clock(&t, "2022-06-01");
    (void)world_file(&t, "round", "A", NULL, "opens=2021-01-05 closes=2021-02-10");
    (void)world_file(&t, "round", "B", NULL, "opens=2021-03-05 closes=2021-04-10");
    (void)world_file(&t, "round", "A", NULL, "opens=2022-01-05 closes=2022-02-10");
    (void)world_file(&t, "visit", "V1", "#1", "score=7");
    (void)world_file(&t, "visit", "V1", "#3", "score=9");
    Value v;
    Ask ask = { .unit = world_unit(&t, "V1") };
    ask.period = (Period){ PERIOD_RECORD, 0, 0, PERIOD_RECORD_BASE + 3 };
    (void)day_parse(STR("2022-01-05"), &ask.period.first_day);
    (void)day_parse(STR("2022-02-10"), &ask.period.last_day);
    ask.rounds = set_book(t.set, STR("round"));
    EXPECT(figure_ask(t.w, t.f, set_figure(t.set, STR("scores")), NULL, 0, &ask, &v) && v.num == 9);
    EXPECT(figure_ask(t.w, t.f, set_figure(t.set, STR("scores_before")), NULL, 0, &ask, &v) &&
           v.num == 7);
    ask.period.code = PERIOD_RECORD_BASE + 1;
    EXPECT(figure_ask(t.w, t.f, set_figure(t.set, STR("scores_before")), NULL, 0, &ask, &v) &&
           v.state == VALUE_MISSING);
    world_close(&t);
}

TEST(rule_19_at_a_kind_is_the_unit_above)
{
    World t = country("book b \"收\" per village every year {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n}\n"
                      "figure crops \"作物\" = sum(b: crop)\n"
                      "figure part \"占全市\" = crops / crops @ city\n"
                      "figure of_township \"乡镇\" = crops @ township\n");
    (void)world_file(&t, "b", "V1", "2021", "crop=1");
    (void)world_file(&t, "b", "V5", "2021", "crop=3");
    SAYS("part @ \"A\" [2021]", "1/4 1/4");
    SAYS("part @ \"V1\" [2021]", "1/4 2/5");
    SAYS("of_township @ \"V1\" [2021]", "1 1/3");
    SAYS("of_township @ \"A\" [2021]", "no such unit");
    world_close(&t);
}

TEST(rule_20_a_cell_exists_where_its_book_is_asked)
{
    World t =
        country("book goal \"目标\" per county every year {\n  part percent \"占比\"\n  left int "
                "\"剩\" optional\n  read anyone\n  write office at city\n}\n"
                "book b \"收\" per village every year {\n  crop int \"作物\"\n  read anyone\n  "
                "write office at city\n}\n"
                "figure grown every year \"达标占比\" = share(village where sum(b: crop) > 5)\n"
                "figure target of county every year \"目标\" = goal.part\n"
                "figure gap of county every year \"差\" = grown - goal.part\n");
    (void)world_file(&t, "b", "V1", "2021", "crop=6");
    (void)world_file(&t, "b", "V2", "2021", "crop=1");
    SAYS("target @ \"A\" [2021]", "missing 0/1");
    (void)world_file(&t, "goal", "A", "2021", "part=600000");
    SAYS("target @ \"A\" [2021]", "3/5");
    SAYS("gap @ \"A\" [2021]", "-1/10 2/4");
    SAYS("target @ \"V1\" [2021]", "forbidden");
    Ask month = { .unit = world_unit(&t, "A") };
    Value v;
    EXPECT(period_parse(STR("2021-03"), &month.period));
    EXPECT(figure_ask(t.w, t.f, set_figure(t.set, STR("target")), NULL, 0, &month, &v));
    EXPECT(v.state == VALUE_FORBIDDEN);
    world_close(&t);
}

TEST(rule_21_numbers_are_rounded_once_when_stored)
{
    World t = country(
        "book plot \"地\" per village every year {\n  land area \"面积\"\n  price money per area "
        "\"价\"\n  rent money \"租\" = land * price\n  read anyone\n  write office at city\n}\n"
        "figure rents \"租\" = sum(plot: rent)\n"
        "figure rents_at_once \"租\" = sum(plot: land * price)\n"
        "figure thirds \"三分\" = sum(plot: rent) / 3\n"
        "figure cut \"取整\" = round(sum(plot: rent), 1元)\n");
    /* 0.0050 mu at 1.00 a mu = half a fen each */
    (void)world_file(&t, "plot", "V1", "2021", "land=50 price=10000");
    (void)world_file(&t, "plot", "V2", "2021", "land=50 price=10000");
    (void)world_file(&t, "plot", "V3", "2021", "land=10000 price=14950");
    SAYS("rents @ \"V1\" [2021]", "0.01");
    SAYS("rents @ \"T1\" [2021]", "1.52");
    SAYS("rents_at_once @ \"T1\" [2021]", "1.51");
    SAYS("thirds @ \"T1\" [2021]", "0.51");
    SAYS("cut @ \"T1\" [2021]", "2.00");
    world_close(&t);
}

TEST(rule_22_a_value_below_the_needed_coverage_is_withheld)
{
    World t = country("book b \"收\" per village every year {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n}\n"
                      "figure crops \"作物\" = sum(b: crop) needs coverage 60%\n"
                      "figure twice \"两倍\" = crops * 2\n"
                      "figure safe \"默认\" = default(crops, 0)\n");
    (void)world_file(&t, "b", "V1", "2021", "crop=5");
    SAYS("crops @ \"T1\" [2021]", "coverage 1/3");
    SAYS("twice @ \"T1\" [2021]", "coverage 1/3");
    SAYS("safe @ \"T1\" [2021]", "0 1/3");
    SAYS("crops @ \"T1\" [2021, draft]", "5 1/3");
    SAYS("twice @ \"T1\" [2021, draft]", "10 1/3");
    (void)world_file(&t, "b", "V2", "2021", "crop=5");
    SAYS("crops @ \"T1\" [2021]", "10 2/3");
    world_close(&t);
}

TEST(rule_23_small_groups_and_what_tells_them_are_withheld)
{
    World t = country("book sheet \"问卷\" of village dated seen {\n  seen date \"日\"\n  yes bool "
                      "\"是\" optional\n  read anyone\n  write office at city\n}\n"
                      "figure sheets \"份\" = count(sheet) least 3\n"
                      "figure agree \"同意\" = share(sheet where yes) least 3\n"
                      "figure plain \"份\" = count(sheet)\n");
    for (int i = 0; i < 4; i++)
        (void)world_file(&t, "sheet", "V1", NULL, "seen=2021-03-01 yes=1");
    (void)world_file(&t, "sheet", "V5", NULL, "seen=2021-03-01 yes=0");
    SAYS("sheets @ \"Z\" [2021]", "5");
    SAYS("sheets @ \"B\" [2021]", "least");
    SAYS("sheets @ \"A\" [2021]", "least"); /* city less county A would tell county B */
    SAYS("plain @ \"A\" [2021]", "4");
    SAYS("agree @ \"Z\" [2021]", "4/5");
    SAYS("agree @ \"A\" [2021]", "least");
    for (int i = 0; i < 2; i++)
        (void)world_file(&t, "sheet", "V5", NULL, "seen=2021-03-01");
    SAYS("sheets @ \"B\" [2021]", "3");
    SAYS("sheets @ \"A\" [2021]", "4");
    SAYS("agree @ \"B\" [2021]", "least 1/3"); /* the base of this figure, not the sheets */
    world_close(&t);
}

TEST(rule_23_members_of_a_family_do_not_tell_each_other)
{
    World t = country("list answer \"答\" {\n  good \"好\"\n  fair \"中\"\n  bad \"差\"\n}\n"
                      "book sheet \"问卷\" of village dated seen {\n  seen date \"日\"\n  says "
                      "answer \"答\"\n  read anyone\n  write office at city\n}\n"
                      "figure sheets_of(a answer) \"份\" = count(sheet where says = a) least 3\n");
    for (int i = 0; i < 9; i++)
        (void)world_file(&t, "sheet", "V1", NULL,
                         i < 5   ? "seen=2021-03-01 says=1"
                         : i < 8 ? "seen=2021-03-01 says=2"
                                 : "seen=2021-03-01 says=3");
    SAYS("sheets_of(bad) @ \"V1\" [2021]", "least");
    SAYS("sheets_of(fair) @ \"V1\" [2021]", "least");
    SAYS("sheets_of(good) @ \"V1\" [2021]", "5"); /* 9 - 5 rests on four */
    world_close(&t);
}

TEST(rule_24_a_check_sees_the_row_as_if_accepted)
{
    World t = country("book issue \"发放\" of village dated given {\n  given date \"日\"\n  qty "
                      "int \"数\"\n  read anyone\n  write office at city\n"
                      "  check given_out <= 10 \"发多了\"\n}\n"
                      "figure given_out every year \"已发\" = sum(issue ever: qty)\n"
                      "book b \"收\" per village every month {\n  crop int \"作物\"\n  read "
                      "anyone\n  write office at city\n"
                      "  check crop <= 5 * crop[prev] \"涨\"\n}\n");
    const Book *issue = set_book(t.set, STR("issue"));
    const Book *b = set_book(t.set, STR("b"));
    (void)world_file(&t, "issue", "V1", NULL, "given=2022-01-05 qty=8");
    int64_t nums[8] = { 0 };
    uint64_t known[2] = { 0 };
    Str texts[8] = { 0 };
    RecordRow row = { .unit = world_unit(&t, "V1"),
                      .state = RECORD_FILED,
                      .nums = nums,
                      .known = known,
                      .texts = texts,
                      .pack = 1 };
    const Field *given = book_field(issue, STR("given"));
    const Field *qty = book_field(issue, STR("qty"));
    nums[given->number] = work_today(t.w);
    nums[qty->number] = 2;
    known[0] = UINT64_C(1) << given->number | UINT64_C(1) << qty->number;
    Truth truth;
    EXPECT(row_truth(t.w, t.f, issue, &row, issue->checks[0].expr, &truth) && truth == TRUTH_TRUE);
    nums[qty->number] = 3;
    EXPECT(row_truth(t.w, t.f, issue, &row, issue->checks[0].expr, &truth) && truth == TRUTH_FALSE);
    SAYS("given_out @ \"V1\" [2022]", "8");
    (void)world_file(&t, "b", "V1", "2021-01", "crop=4");
    RecordRow next = { .unit = row.unit,
                       .state = RECORD_FILED,
                       .nums = nums,
                       .known = known,
                       .texts = texts,
                       .pack = 1,
                       .period = 20210200 };
    const Field *crop = book_field(b, STR("crop"));
    known[0] = UINT64_C(1) << crop->number;
    nums[crop->number] = 20;
    EXPECT(row_truth(t.w, t.f, b, &next, b->checks[0].expr, &truth) && truth == TRUTH_TRUE);
    nums[crop->number] = 21;
    EXPECT(row_truth(t.w, t.f, b, &next, b->checks[0].expr, &truth) && truth == TRUTH_FALSE);
    next.period = 20210300;
    EXPECT(row_truth(t.w, t.f, b, &next, b->checks[0].expr, &truth) && truth == TRUTH_UNKNOWN);
    world_close(&t);
}

TEST(rule_30_a_figure_is_that_of_the_pack_in_force_when_known)
{
    static const char first[] = "book b \"收\" per village every year {\n  crop int \"作物\"\n  "
                                "read anyone\n  write office at city\n}\n"
                                "figure crops \"作物\" = sum(b: crop)\n";
    static const char second[] = "book b \"收\" per village every year {\n  crop int \"作物\"\n  "
                                 "read anyone\n  write office at city\n}\n"
                                 "figure crops \"作物\" = sum(b: crop) * 2\n";
    World t = country(first);
    (void)world_file(&t, "b", "V1", "2021", "crop=5");
    world_clock(&t, "2022-03-01");
    world_again(&t, 2, second);
    SAYS("crops @ \"V1\" [2021]", "10");
    EXPECT(!strcmp(says_known(&t, "crops @ \"V1\" [2021]", "2022-02-01"), "5"));
    world_close(&t);
}

TEST(scalar_functions_say_what_their_names_say)
{
    World t =
        country("list band \"档\" ordered {\n  low \"低\"\n  mid \"中\"\n  high \"高\"\n}\n"
                "book b \"收\" per village every year {\n  crop int \"作物\"\n  pay money \"钱\"\n "
                " read anyone\n  write office at city\n}\n"
                "figure crops \"作物\" = sum(b: crop)\n"
                "figure place \"名次\" = rank(crops)\n"
                "figure band_of of village every year \"档\" = step(crops, low, 5: mid, 10: high)\n"
                "figure in_band(x band) every year \"档数\" = count(village where band_of = x)\n"
                "figure kept \"限\" = clamp(crops, 3, 8)\n"
                "figure smaller \"小\" = min(crops, 7)\n"
                "figure larger \"大\" = max(crops, 7)\n"
                "figure chosen \"择\" = if crops > 6 then crops else 0 - crops\n"
                "figure cover \"覆盖\" = coverage(crops)\n");
    (void)world_file(&t, "b", "V1", "2021", "crop=5 pay=1");
    (void)world_file(&t, "b", "V2", "2021", "crop=10 pay=1");
    (void)world_file(&t, "b", "V3", "2021", "crop=5 pay=1");
    (void)world_file(&t, "b", "V5", "2021", "crop=2 pay=1");
    SAYS("place @ \"V1\" [2021]", "2 4/5");
    SAYS("place @ \"V5\" [2021]", "4 4/5");
    SAYS("place @ \"V4\" [2021]", "missing 0/1");
    SAYS("band_of @ \"V1\" [2021]", "mid");
    SAYS("band_of @ \"V2\" [2021]", "high");
    SAYS("band_of @ \"V4\" [2021]", "missing 0/1");
    SAYS("in_band(mid) @ \"A\" [2021]", "2 3/4");
    SAYS("kept @ \"V2\" [2021]", "8");
    SAYS("smaller @ \"V2\" [2021]", "7");
    SAYS("larger @ \"V2\" [2021]", "10");
    SAYS("chosen @ \"V1\" [2021]", "-5");
    SAYS("cover @ \"A\" [2021]", "3/4");
    world_close(&t);
}
