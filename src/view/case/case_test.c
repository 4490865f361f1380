/* What a seat is told of cases: its own, those handed to it, and nothing of others'. */
#include "command/test_command.h"
#include "view/case/case_int.h"

static Str ask(Bench *b, int32_t seat, Lang lang, const char *view, const char *fields)
{
    Work *w = b->t.w;
    Cell cells[8];
    size_t n = 0;
    Str rest = str_of(fields), piece, name;
    work_clear(w);
    while (rest.n && str_next(&rest, ' ', &piece) && str_next(&piece, '=', &name))
        cells[n++] = (Cell){ name, piece };
    const Reader reader = { .k = &b->k,
                            .seat = seat,
                            .person = seat ? seat_person(b->t.core, seat, work_today(w)) : 0,
                            .lang = lang };
    Buf out = buf_open(w->arena, 4 << 20);
    const ViewRow *row = view_find(str_of(view));
    CHECK(row);
    if (!view_run(w, &reader, row, cells, n, &out))
        return str_printf(w->arena, "error %d %s", (int)w->err.code, w->err.what);
    return buf_str(&out);
}

static bool says(Str answer, const char *what)
{
    bool has = str_find(answer, str_of(what)) != SIZE_MAX;
    if (!has)
        printf("# no %s in %.*s\n", what, (int)(answer.n < 1800 ? answer.n : 1800), answer.p);
    return has;
}

static bool silent(Str answer, const char *what)
{
    return str_find(answer, str_of(what)) == SIZE_MAX;
}

static Bench bench_with_case(void)
{
    Bench b = bench_open();
    CHECK(bench_do(&b, b.keeper, NULL, "record.file",
                   "book=repair unit=F1 kind=roof what=屋顶漏水 caller=13800138000"));
    CHECK(bench_do(&b, b.keeper, NULL, "record.move", "book=repair unit=F1 number=1 move=taken"));
    return b;
}

static void hand_over(Bench *b)
{
    CHECK(bench_do(b, b->keeper, NULL, "record.move",
                   "book=repair unit=F1 number=1 move=hand dept=A"));
}

TEST(a_case_is_told_to_who_holds_it_and_to_nobody_else)
{
    Bench b = bench_with_case();
    Str own = ask(&b, b.keeper, LANG_ZH, "case", "book=repair unit=F1 number=1");
    EXPECT(says(own, "\"no\":\"A20220001\"") && says(own, "屋顶漏水"));
    EXPECT(says(own, "\"state\":{\"name\":\"taken\",\"title\":\"已接\"}"));
    EXPECT(says(own, "\"private\":true,\"known\":true") && silent(own, "13800138000"));
    EXPECT(says(own, "\"name\":\"done\",\"title\":\"修好\""));
    const int32_t others[] = { b.neighbour, b.office, b.boss };
    for (size_t i = 0; i < 3; i++) {
        Str none = ask(&b, others[i], LANG_ZH, "case", "book=repair unit=F1 number=1");
        Str absent = ask(&b, others[i], LANG_ZH, "case", "book=repair unit=F1 number=2");
        EXPECT(str_eq(none, absent) && says(none, "view.not_found"));
        EXPECT(silent(ask(&b, others[i], LANG_ZH, "cases", "which=all unit=C"), "屋顶"));
        EXPECT(says(ask(&b, others[i], LANG_ZH, "cases", "which=all unit=C"), "\"total\":0"));
        EXPECT(says(ask(&b, others[i], LANG_ZH, "form", "book=repair unit=F1 number=1"),
                    "view.not_found"));
        EXPECT(says(ask(&b, others[i], LANG_ZH, "record", "book=repair unit=F1 number=1"),
                    "view.not_found"));
        EXPECT(silent(ask(&b, others[i], LANG_ZH, "case_loads", "unit=C"), "\"open\":1"));
    }
    hand_over(&b);
    Str held = ask(&b, b.office, LANG_ZH, "case", "book=repair number=1");
    EXPECT(says(held, "屋顶漏水") && says(held, "\"name\":\"done\""));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "cases", "which=mine"), "\"total\":1"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=1"), "屋顶漏水"));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "case_loads", "unit=C"), "\"code\":\"A\""));
    EXPECT(silent(ask(&b, b.neighbour, LANG_ZH, "cases", "which=all unit=C"), "屋顶"));
    bench_close(&b);
}

TEST(what_is_left_is_said_in_words_of_one_and_of_many)
{
    Bench b = bench_with_case(); /* taken on 1 March, 2 working days: 3 March 24:00 */
    static const struct {
        const char *day, *zh, *en;
    } rows[] = { { "2022-03-01", "剩 2 个工作日", "2 working days left" },
                 { "2022-03-02", "剩 1 个工作日", "1 working day left" },
                 { "2022-03-03", "今天 24:00 前", "by 24:00 today" },
                 { "2022-03-07", "超 1 个工作日", "1 working day late" },
                 { "2022-03-09", "超 3 个工作日", "3 working days late" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        world_clock(&b.t, rows[i].day);
        EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "which=mine"), rows[i].zh));
        EXPECT(says(ask(&b, b.keeper, LANG_EN, "cases", "which=mine"), rows[i].en));
        EXPECT(says(ask(&b, b.keeper, LANG_ZH, "todo", ""), rows[i].zh));
    }
    bench_close(&b);
}

TEST(what_waits_is_counted_for_who_can_move_it)
{
    Bench b = bench_with_case();
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "me", ""), "\"cases\":1,\"cases_late\":0"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "todo", ""), "\"kind\":\"case\""));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "me", ""), "\"cases\":0,\"cases_late\":0"));
    hand_over(&b);
    world_clock(&b.t, "2022-03-08");
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "me", ""), "\"cases\":0,\"cases_late\":0"));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "me", ""), "\"cases\":1,\"cases_late\":1"));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "cases_kept", ""), "屋顶漏水"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases_kept", ""), "\"cases\":[]"));
    bench_close(&b);
}

TEST(who_is_told_that_a_case_is_late_has_it_to_see_to)
{
    Bench b = bench_with_case();
    Work *w = b.t.w;
    const Judge judge = judge_of(b.k.figures);
    size_t n = 0;
    hand_over(&b);
    world_clock(&b.t, "2022-03-08");
    EXPECT(silent(ask(&b, b.keeper, LANG_ZH, "todo", ""), "屋顶漏水"));
    work_clear(w);
    CHECK(core_begin(w, b.t.core, NULL));
    CHECK(cases_tick(w, b.k.cases, &judge, w->now_ms, 10, &n) && n == 1);
    CHECK(core_commit(w, b.t.core));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "todo", ""), "屋顶漏水"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "me", ""), "\"cases\":1,\"cases_late\":1"));
    EXPECT(says(ask(&b, b.office, LANG_ZH, "me", ""), "\"cases\":1,\"cases_late\":1"));
    EXPECT(silent(ask(&b, b.neighbour, LANG_ZH, "todo", ""), "屋顶漏水"));
    CHECK(bench_do(&b, b.office, NULL, "record.move",
                   "book=repair unit=F1 number=1 move=done how=补瓦"));
    EXPECT(silent(ask(&b, b.keeper, LANG_ZH, "todo", ""), "屋顶漏水"));
    bench_close(&b);
}

TEST(what_a_move_asks_is_offered_and_what_it_said_is_kept)
{
    Bench b = bench_with_case();
    hand_over(&b);
    CHECK(bench_do(&b, b.office, NULL, "record.move",
                   "book=repair unit=F1 number=1 move=done how=补瓦"));
    Str asked = ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=1");
    EXPECT(says(asked, "\"name\":\"unsolved\",\"title\":\"没修好\""));
    EXPECT(says(asked, "\"name\":\"complaint\",\"title\":\"哪里不好\""));
    CHECK(bench_do(&b, b.keeper, NULL, "record.move",
                   "book=repair unit=F1 number=1 move=unsolved complaint=还漏"));
    CHECK(bench_do(&b, b.office, NULL, "record.move",
                   "book=repair unit=F1 number=1 move=done how=换梁"));
    Str told = ask(&b, b.office, LANG_ZH, "case", "book=repair number=1");
    EXPECT(says(told, "\"how\":\"补瓦\"") && says(told, "\"how\":\"换梁\""));
    EXPECT(says(told, "\"complaint\":\"还漏\""));
    Str form = ask(&b, b.keeper, LANG_ZH, "book", "book=repair");
    EXPECT(says(form, "\"of_move\":true,\"made\":false") && says(form, "\"cases\":true"));
    bench_close(&b);
}

TEST(lists_are_narrowed_found_and_paged)
{
    Bench b = bench_with_case();
    CHECK(bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 kind=road what=路坑"));
    CHECK(bench_do(&b, b.neighbour, NULL, "record.file", "book=repair unit=F2 kind=road what=桥"));
    EXPECT(says(ask(&b, 0, LANG_ZH, "cases", "which=all unit=C"), "\"total\":3"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "which=all"), "\"total\":2"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "book=repair item=road"), "\"total\":1"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "book=repair state=taken"), "\"total\":1"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "find=A20220002"), "路坑"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "find=坑"), "A20220002"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "find=桥"), "\"lines\":[]"));
    EXPECT(says(ask(&b, 0, LANG_ZH, "cases", "which=all unit=C limit=2"), "\"next\":2"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "cases", "which=odd"), "view.choice"));
    Str board = ask(&b, 0, LANG_ZH, "case_board", "book=repair unit=A by=item");
    EXPECT(says(board, "\"name\":\"roof\",\"title\":\"漏雨\""));
    EXPECT(says(board, "\"all\":[1,1],\"open\":[1,1]"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "rows", "book=repair unit=F1"), "\"total\":2"));
    bench_close(&b);
}

TEST(what_is_the_same_is_shown_from_both_sides)
{
    Bench b = bench_with_case();
    CHECK(bench_do(&b, b.keeper, NULL, "record.file",
                   "book=repair unit=F1 kind=roof what=同一处 same=1"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=1"), "同一处"));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=2"), "屋顶漏水"));
    CHECK(bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=2 same="));
    EXPECT(silent(ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=1"), "同一处"));
    CHECK(bench_do(&b, b.keeper, NULL, "record.file", "book=repair unit=F1 no_=2 same=1"));
    CHECK(core_reload(b.t.w, b.t.core));
    EXPECT(says(ask(&b, b.keeper, LANG_ZH, "case", "book=repair number=1"), "同一处"));
    bench_close(&b);
}

static bool import(Bench *b, int32_t seat, const char *csv, Str *ret)
{
    static const ActId act = { { 9 } };
    Buf out = buf_open(b->t.w->arena, 1 << 20);
    work_clear(b->t.w);
    const ImportFile file = { .act = &act,
                              .seat = seat,
                              .person = seat_person(b->t.core, seat, work_today(b->t.w)),
                              .book = STR("repair"),
                              .name = STR("a.csv"),
                              .bytes = str_of(csv) };
    bool ok = import_run(b->t.w, &b->k, &file, &out);
    *ret = buf_str(&out);
    return ok;
}

TEST(cases_come_in_by_file_as_their_flow_begins)
{
    static const char csv[] = "unit,类别,事由\nF1,漏雨,旧账一\nF1,路坏,旧账二\n";
    Bench b = bench_open();
    Str said;
    int64_t facts = bench_facts(&b);
    EXPECT(import(&b, b.keeper, csv, &said)); /* `write anyone` lets nobody bring in others' */
    EXPECT(bench_facts(&b) == facts && says(said, "\"written\":false"));
    EXPECT(import(&b, 0, csv, &said) && says(said, "\"written\":true"));
    Str list = ask(&b, b.keeper, LANG_ZH, "cases", "which=all");
    EXPECT(says(list, "\"total\":2") && says(list, "A20220002") && says(list, "旧账一"));
    EXPECT(bench_do(&b, b.keeper, NULL, "record.move", "book=repair unit=F1 number=2 move=taken"));
    bench_close(&b);
}
