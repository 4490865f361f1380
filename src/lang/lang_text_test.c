/* Texts around packs: sources, registry, words, tests, documents, format, manual. */
#include <dirent.h>

#include "base/test.h"
#include "lang/test_lang.h"

static PackSet *compiled(Work *w, const PackSet *base, const Source *source, Registry *registry)
{
    Problems problems = { 0 };
    PackSet *set = pack_compile(w, base, source, registry, &problems);
    Buf out = buf_open(w->arena, 1 << 20);
    problems_print(&out, source, &problems, 1);
    if (!set)
        printf("# %.*s", STR_ARG(buf_str(&out)));
    return set;
}

static Source one_file(Work *w, const char *name, Str text)
{
    SourceFile *file = arena_new(w->arena, SourceFile);
    *file = (SourceFile){ str_of(name), text };
    return (Source){ file, 1 };
}

#define HEAD_OF(name, needs)                                                                       \
    "tian 1\npack " name                                                                           \
    " \"样\" version 1 {\n  owner clerk at town\n  basis \"条例\", approval \"1号\"\n"         \
    "  from 2021-01-01 to 2022-12-31\n  needs " needs "\n}\n"

/* ---- several packs ---- */

TEST(a_second_pack_stands_on_the_first_and_replaces_its_older_self)
{
    PACKED(p, "figure hamlets \"屯数\" = count(hamlet)\n");
    Source second = one_file(w, "two.tian",
                             STR(HEAD_OF("two", "ground 1") "figure both \"两\" = hamlets * 2\n"));
    PackSet *set CLEANUP_SET = compiled(w, p.set, &second, p.registry);
    EXPECT(set && set->pack_count == 2 && str_is(set->packs[1]->name, "two"));
    Source newer = one_file(w, "two.tian",
                            STR(HEAD_OF("two", "ground 1") "figure three \"三\" = hamlets * 3\n"));
    PackSet *again CLEANUP_SET = compiled(w, set, &newer, p.registry);
    EXPECT(again && again->pack_count == 2);
    EXPECT(again && !set_figure(again, STR("both")) && set_figure(again, STR("two::three")));
}

TEST(one_name_in_two_needed_packs_asks_for_the_pack)
{
    PACKED(p, "figure n \"一\" = count(hamlet)\n");
    Source second = one_file(w, "two.tian",
                             STR(HEAD_OF("two", "ground 1") "figure n \"二\" = ground::n * 2\n"));
    PackSet *set CLEANUP_SET = compiled(w, p.set, &second, p.registry);
    EXPECT(set);
    if (!set)
        return;
    Source third = one_file(w, "three.tian",
                            STR(HEAD_OF("three", "ground 1, two 1") "figure m \"三\" = n + 1\n"));
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, set, &third, p.registry, &problems));
    EXPECT(problems.n == 1 &&
           str_starts(str_of(problems.at[0].what), STR("lang.ambiguous name=n")));
    Source told =
        one_file(w, "three.tian",
                 STR(HEAD_OF("three", "ground 1, two 1") "figure m \"三\" = two::n + ground::n\n"));
    PackSet *last CLEANUP_SET = compiled(w, set, &told, p.registry);
    EXPECT(last && set_figure(last, STR("m"))->expr->args[0]->figure->pack == last->packs[1]);
}

TEST(an_older_pack_than_needed_is_not_enough)
{
    PACKED(p, "");
    Source second = one_file(w, "two.tian", STR(HEAD_OF("two", "ground 2")));
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, p.set, &second, p.registry, &problems) && problems.n == 1);
    EXPECT(str_is(str_of(problems.at[0].what), "lang.pack_old name=ground want=2 got=1"));
}

TEST(a_figure_of_another_kind_is_not_asked_of_a_units_name)
{
    PACKED(p, "figure few of hamlet \"少\" = count(hamlet)\n");
    Str text = str_printf(
        w->arena,
        "%stest \"一\" {\n  unit county A; unit town T in A; unit hamlet V in T\n"
        "  expect few @ V [2022] = 1\n  expect few @ T [2022] = 1\n}\n",
        "tian 1\npack two \"样\" version 1 {\n  owner clerk at town\n  basis \"条例\", approval "
        "\"1号\"\n  from 2021-01-01\n  needs ground 1\n}\n");
    Source source = one_file(w, "two.tian", text);
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, p.set, &source, p.registry, &problems) && problems.n == 1);
    EXPECT(problems.n == 1 && problems.at[0].place.line == 11);
    EXPECT(str_is(str_of(problems.at[0].what), "lang.figure_kind name=few kind=hamlet"));
}

TEST(the_head_of_a_source_tells_name_and_needs)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    Source source =
        one_file(w, "x.tian", STR(HEAD_OF("two", "ground 1, other 3") "figure broken\n"));
    Str name;
    Need *needs;
    size_t count;
    EXPECT(source_head(w, &source, &name, &needs, &count));
    EXPECT(str_is(name, "two") && count == 2 && str_is(needs[1].pack, "other") &&
           needs[1].version == 3);
}

TEST(a_pack_that_asks_what_another_asks_says_why)
{
    PACKED(p, "");
    Source source = one_file(
        w, "two.tian",
        STR(HEAD_OF("two",
                    "ground 1") "book more \"又\" per hamlet every month {\n"
                                "  maize money \"玉米\" again \"口径不同\"\n  minutes 1\n}\n"));
    PackSet *set CLEANUP_SET = compiled(w, p.set, &source, p.registry);
    EXPECT(set && str_is(set_book(set, STR("more"))->fields[0]->again, "口径不同"));
}

/* ---- sources and numbers ---- */

TEST(joined_sources_come_apart_as_they_were)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    SourceFile files[] = { { STR("pack.tian"), STR("tian 1\n== x 3\n") },
                           { STR("a b.tian"), STR("") },
                           { STR("words/en.txt"), STR("x = y") } };
    Source source = { files, 3 };
    Source back;
    EXPECT(source_split(w, source_join(w->arena, &source), &back) && back.n == 3);
    for (size_t i = 0; i < 3; i++)
        EXPECT(str_eq(back.files[i].name, files[i].name) &&
               str_eq(back.files[i].text, files[i].text));
    EXPECT(!source_split(w, STR("== x 99\nabc\n"), &back));
}

TEST(numbers_are_given_in_order_and_never_again)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    Registry *r = registry_open(w->arena);
    EXPECT(registry_need(r, STR("book"), STR("p.a")) == 1);
    EXPECT(registry_need(r, STR("book"), STR("p.b")) == 2);
    EXPECT(registry_need(r, STR("kind"), STR("p.a")) == 1);
    Str text = registry_save(w->arena, r);
    EXPECT(str_is(text, "book:p.a 1\nbook:p.b 2\nkind:p.a 1\n"));
    Registry *again = registry_open(w->arena);
    EXPECT(registry_load(w, again, text) && registry_find(again, STR("book:p.b")) == 2);
    EXPECT(registry_need(again, STR("book"), STR("p.c")) == 3);
    EXPECT(!registry_load(w, again, STR("nonsense\n")));
}

TEST(a_field_keeps_its_number_when_it_is_renamed)
{
    PACKED(p, "book b_ \"一\" per hamlet every year {\n  old int \"旧\"\n  other int \"他\"\n}\n");
    int32_t number = book_field(set_book(p.set, STR("b_")), STR("old"))->number;
    Str text = str_printf(w->arena,
                          "%sbook b_ \"一\" per hamlet every year {\n  fresh int \"新\" was old\n"
                          "  other int \"他\"\n  third int \"三\"\n}\n",
                          ground);
    Source source = one_file(w, "g.tian", text);
    PackSet *set CLEANUP_SET = compiled(w, p.set, &source, p.registry);
    EXPECT(set && book_field(set_book(set, STR("b_")), STR("fresh"))->number == number);
    EXPECT(set && book_field(set_book(set, STR("b_")), STR("third"))->number == 3);
}

TEST(a_refused_pack_leaves_no_number_behind)
{
    PACKED(p, "");
    Str before = registry_save(w->arena, p.registry);
    Source source = one_file(
        w, "two.tian",
        STR(HEAD_OF("two", "ground 1") "list x \"一\" { a \"甲\" }\nfigure f \"二\" = y\n"));
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, p.set, &source, p.registry, &problems) && problems.errors == 1);
    EXPECT(str_eq(before, registry_save(w->arena, p.registry)));
}

TEST(english_titles_are_found_by_noun_and_path)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    SourceFile files[] = {
        { STR("pack.tian"), STR("tian 1\npack p \"样\" version 1 {\n  owner anyone\n  basis "
                                "\"条例\", approval \"1号\"\n"
                                "  from 2021-01-01\n}\nkind k \"类\"\nlist x \"一\" { a \"甲\" }\n"
                                "figure x \"二\" = count(k)\n") },
        { STR("words/en.txt"),
          STR("# titles\npack = Sample\nk = Kind\nx = Both\nfigure x = Figure\nx.a = First\n") },
    };
    Source source = { files, 2 };
    PackSet *set CLEANUP_SET = compiled(w, NULL, &source, registry_open(w->arena));
    EXPECT(set);
    if (!set)
        return;
    EXPECT(str_is(pack_word(set->packs[0], "figure", STR("x")), "Figure"));
    EXPECT(str_is(pack_word(set->packs[0], "list", STR("x")), "Both"));
    EXPECT(str_is(pack_word(set->packs[0], "item", STR("x.a")), "First"));
    EXPECT(pack_word(set->packs[0], "book", STR("x")).n == 0);
}

/* ---- documents and tests ---- */

TEST(a_document_asks_figures_of_coded_units)
{
    PACKED(p, "figure hamlets \"屯数\" = count(hamlet)\n"
              "figure of_sort(k sort) every year \"类\" = sum(part where sort = k: n)\n");
    Problems problems = { 0 };
    const Expr *e = expr_compile(w, p.set, STR("of_sort(b) @ \"2202\" [2021]"), &problems);
    EXPECT(e && e->op == EXPR_SHIFT && e->shifts[0].expr->number == 20210000);
    EXPECT(e && e->args[0]->op == EXPR_AT && str_is(e->args[0]->text, "2202"));
    EXPECT(e && e->args[0]->args[0]->args[0]->number == 2);
    EXPECT(expr_compile(w, p.set, STR("hamlets / hamlets @ city"), &problems));
    EXPECT(problems.n == 0);
    EXPECT(!expr_compile(w, p.set, STR("hamlet / "), &problems) && problems.n == 1);
    Problems more = { 0 };
    EXPECT(!expr_compile(w, p.set, STR("hamlts"), &more) &&
           str_is(str_of(more.at[0].near), "hamlets"));
}

TEST(steps_of_a_test_are_read_with_their_names)
{
    PACKED(
        p,
        "figure hamlets \"屯数\" = count(hamlet)\n"
        "test \"一\" {\n"
        "  clock 2022-02-01\n"
        "  unit county A; unit town T in A; unit hamlet V1..V3 in T { homes 4 }; unit hamlet W in "
        "T on 2022-01-01\n"
        "  file crop V1 2021 each month { corn 1万元; beans 0元; note \"有\" }\n"
        "  refuse file crop V2 2022-01 { corn -1元; beans 0元 } because range\n"
        "  at 2022-01-03 08:30 add loan l1 V2 { lent 2022-01-03; kind_ a; from_ A; name \"甲\" }\n"
        "  add item i1 l1 { what \"锄\"; n 2 }\n"
        "  file part V1 a 2021 { n 5 }; file part V2 2021 each sort { n 1 }\n"
        "  confirm file crop V1 2021-03; void l1\n"
        "  set line 6万元\n"
        "  merge V1, V2 into W on 2022-01-15; close V3; rename W \"新屯\" on 2022-01-20\n"
        "  split W into V1 3/5, V2 2/5\n"
        "  expect hamlets @ T [2022-01] = 1\n"
        "  expect missing hamlets @ W [2022-01] because coverage\n"
        "  expect coverage hamlets @ A [2022-01] = 24 of 36\n"
        "}\n");
    const TestDecl *t = &p.set->packs[0]->tests[0];
    static const StepOp ops[] = {
        STEP_CLOCK,          STEP_UNIT,    STEP_UNIT,  STEP_UNIT,   STEP_UNIT,
        STEP_FILE,           STEP_FILE,    STEP_ADD,   STEP_ADD,    STEP_FILE,
        STEP_FILE,           STEP_CONFIRM, STEP_VOID,  STEP_SET,    STEP_MERGE,
        STEP_CLOSE,          STEP_RENAME,  STEP_SPLIT, STEP_EXPECT, STEP_EXPECT_MISSING,
        STEP_EXPECT_COVERAGE
    };
    EXPECT(t->step_count == sizeof ops / sizeof *ops);
    for (size_t i = 0; i < t->step_count; i++)
        EXPECT(t->steps[i].op == ops[i]);
    EXPECT(t->steps[3].name_count == 3 && str_is(t->steps[3].names[2], "V3"));
    EXPECT(t->steps[5].each && t->steps[5].each_kind == PERIOD_MONTH &&
           t->steps[5].period.code == 20210000);
    EXPECT(str_is(t->steps[5].values[0].text, "1万元") && str_is(t->steps[5].values[2].text, "有"));
    EXPECT(t->steps[6].refuse && str_is(t->steps[6].because, "range") &&
           !t->steps[6].because_quoted);
    EXPECT(t->steps[7].at_ms == day_first_ms(day_make(2022, 1, 3)) + 510 * 60000);
    EXPECT(t->steps[8].book == set_book(p.set, STR("item")) && str_is(t->steps[8].unit, "l1"));
    EXPECT(t->steps[9].key_count == 1 && str_is(t->steps[9].keys[0], "a"));
    EXPECT(t->steps[10].each && t->steps[10].each_kind == PERIOD_NONE &&
           t->steps[10].key_count == 0);
    EXPECT(t->steps[14].name_count == 2 && str_is(t->steps[14].unit, "W"));
    EXPECT(t->steps[15].day == day_make(2022, 2, 1) && str_is(t->steps[16].because, "新屯"));
    EXPECT(t->steps[17].shares[0] == 3 && t->steps[17].shares[3] == 5);
    EXPECT(t->steps[18].expr->op == EXPR_EQ && str_is(t->steps[19].because, "coverage"));
    EXPECT(t->steps[20].reported == 24 && t->steps[20].expected == 36);
}

/* ---- complaints ---- */

TEST(the_caret_stands_under_the_word_also_behind_wide_letters)
{
    PACKED(p, "");
    Source source =
        one_file(w, "x.tian", STR(HEAD_OF("two", "ground 1") "figure f \"甲乙丙\" = hamlts\n"));
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, p.set, &source, p.registry, &problems));
    Buf out = buf_open(w->arena, 1 << 16);
    problems_print(&out, &source, &problems, 1);
    EXPECT(str_find(buf_str(&out), STR("x.tian:8:18: ")) == 0);
    EXPECT(str_find(buf_str(&out),
                    STR("    figure f \"甲乙丙\" = hamlts\n                        ^^^^^^\n")) !=
           SIZE_MAX);
    EXPECT(str_find(buf_str(&out), STR("nearest name: hamlet")) != SIZE_MAX);
}

TEST(problems_stop_at_their_limit)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Buf text = buf_open(w->arena, 1 << 20);
    buf_putz(&text, ground);
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "figure f%d \"一\" = nothing%d\n", i, i);
    Source source = one_file(w, "x.tian", buf_str(&text));
    Problems problems = { 0 };
    EXPECT(!pack_compile(w, NULL, &source, registry_open(w->arena), &problems));
    EXPECT(problems.errors >= 300 && problems.n == 201);
}

/* ---- format ---- */

static Str formatted(Work *w, Str text, int to)
{
    Problems problems = { 0 };
    Str out = STR("");
    EXPECT(pack_format(w, STR("x.tian"), text, to, &problems, &out));
    return out;
}

TEST(format_keeps_lines_comments_and_meaning)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 8u << 20);
    Str text = STR("tian 1\n\n\n\n# 头\nlist  x \"一\"{\n\n a \"甲\"   # 尾\n   long_one   \"乙\" "
                   "until 2\n # 中\n}\n"
                   "figure f \"二\"=sum( x :-1 )+x[ year - 1 ]\n  *2\n");
    Str want = STR("tian 1\n\n# 头\nlist x \"一\" {\n  a        \"甲\"  # 尾\n  long_one \"乙\" "
                   "until 2\n  # 中\n}\n"
                   "figure f \"二\" = sum(x: -1) + x[year-1]\n");
    Str out = formatted(w, str_sub(text, 0, text.n - 5), 0);
    EXPECT(str_eq(out, want));
    if (!str_eq(out, want))
        printf("# %.*s", STR_ARG(out));
}

/* Source of a folder of packs/, turned into one of the languages. */
static bool turned(Work *w, const char *path, int to, Source *ret)
{
    Source source;
    if (!source_read(w, path, &source))
        return false;
    ret->files = arena_array(w->arena, SourceFile, source.n);
    ret->n = source.n;
    for (size_t i = 0; i < source.n; i++) {
        ret->files[i] = source.files[i];
        if (!str_ends(source.files[i].name, STR(".tian")))
            continue;
        ret->files[i].text = formatted(w, source.files[i].text, to);
        EXPECT(str_eq(formatted(w, ret->files[i].text, to), ret->files[i].text));
    }
    return true;
}

static void check_turned(const char *name, int to, const char *from)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 256u << 20);
    Registry *registry = registry_open(w->arena);
    Source base_source;
    Source source;
    Source other;
    char *path = arena_printf(w->arena, "%s/%s", from, name);
    EXPECT(source_read(w, REPO_DIR "/packs/base", &base_source));
    EXPECT(source_read(w, path, &source) && turned(w, path, to, &other));
    PackSet *base CLEANUP_SET = compiled(w, NULL, &base_source, registry);
    PackSet *first CLEANUP_SET = compiled(w, base, &source, registry);
    PackSet *second CLEANUP_SET = compiled(w, base, &other, registry);
    EXPECT(first && second);
    if (!first || !second)
        return;
    Str a = dump_set(w->arena, first);
    Str b = dump_set(w->arena, second);
    EXPECT(a.n > 1000 && str_eq(a, b));
    if (!str_eq(a, b))
        printf("# %s differs when formatted to %d\n", name, to);
}

TEST(packs_mean_the_same_after_formatting_and_in_the_other_language)
{
    DIR *folder = opendir(REPO_DIR "/packs");
    int count = 0;
    EXPECT(folder);
    for (const struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder)) {
        if (e->d_name[0] == '.')
            continue;
        for (int to = 0; to <= 2; to++)
            check_turned(e->d_name, to, REPO_DIR "/packs");
        count++;
    }
    if (folder)
        closedir(folder);
    EXPECT(count > 0);
}

/* ---- manual ---- */

/* The n-th block of the text behind ``` and the mark. */
static Str block_of(Str text, const char *mark, int n)
{
    Str fence = str_of(mark);
    for (;;) {
        size_t at = str_find(text, fence);
        EXPECT(at != SIZE_MAX);
        if (at == SIZE_MAX)
            return STR("");
        text = str_sub(text, at + fence.n, text.n);
        if (n-- == 0)
            return str_sub(text, 0, str_find(text, STR("```")));
    }
}

TEST(the_packs_of_the_manual_compile_as_printed)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Registry *registry = registry_open(w->arena);
    Str manual = lang_manual(w->arena);
    const char *tian = "```tian\n";
    SourceFile below[] = { { STR("pack.tian"), block_of(manual, tian, 0) },
                           { STR("words/en.txt"), block_of(manual, "```words/en.txt\n", 0) } };
    SourceFile files[] = { { STR("pack.tian"), block_of(manual, tian, 1) },
                           { STR("tests.tian"), block_of(manual, tian, 2) } };
    Source base_source = { below, 2 };
    Source source = { files, 2 };
    PackSet *base CLEANUP_SET = compiled(w, NULL, &base_source, registry);
    PackSet *set CLEANUP_SET = compiled(w, base, &source, registry);
    EXPECT(set && set->packs[1]->test_count == 1);
    EXPECT(base && str_is(pack_word(base->packs[0], "field", STR("confirm_return.why")), "Reason"));
    EXPECT(str_eq(formatted(w, below[0].text, 0), below[0].text));
    for (size_t i = 0; i < 2; i++)
        EXPECT(str_eq(formatted(w, files[i].text, 0), files[i].text));
}

TEST(the_page_of_the_language_is_the_manual)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 64u << 20);
    Str page;
    EXPECT(w->env->read_file(w->env->self, REPO_DIR "/docs/pack-language.md", 1 << 20, w->arena,
                             &page));
    EXPECT(str_eq(page, lang_manual(w->arena)));
}
