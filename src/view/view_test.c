/* Views over a small world in memory: two townships, three villages, a book that is confirmed and a
 * register with a private field. */
#include <stdio.h>

#include "figure/test_figure.h"
#include "view/api/api_int.h"
#include "view/view_int.h"

static const char text[] =
    "role keeper \"村管\" at village\n"
    "role desk \"办理\" at township\n"
    "role keys \"管钥匙\" at city duty system\n"
    "flow seen \"确认\" {\n"
    "  state filed     \"已报\"\n"
    "  state confirmed \"已确认\" final\n"
    "  new   -> filed     \"报送\" by author\n"
    "  filed -> confirmed \"确认\" by desk at township except author\n"
    "  filed -> filed     \"退回\" by desk at township { why text(200) \"原因\" }\n"
    "}\n"
    "book b \"簿\" per village every month {\n"
    "  tons int \"吨\" min 0 max 1000\n"
    "  kept int \"在存\" stock optional\n"
    "  both int \"合\" = tons + kept\n"
    "  warn tons <= 100 or known(kept) \"吨数偏大\"\n"
    "  due 5d after end\n"
    "  minutes 2\n"
    "  flow seen\n"
    "  read desk at township\n"
    "  write keeper at village\n"
    "}\n"
    "book loan \"借物\" of village lives lent to back {\n"
    "  lent date \"借出\"\n"
    "  back date \"归还\" optional\n"
    "  who contact \"联系人\" optional private(\"联系\", keep 1y after back)\n"
    "  minutes 1\n"
    "  read desk at township\n"
    "  write keeper at village\n"
    "}\n";

static World furnished(const char *other)
{
    World t = world_open(text);
    world_clock(&t, "2016-01-20");
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A");
    world_units(&t, "township", "A", "T1 T2");
    world_units(&t, "village", "T1", "V1 V2");
    world_units(&t, "village", "T2", "V3");
    static const char *const seats[][2] = {
        { "keeper", "V1" }, { "keeper", "V3" }, { "desk", "T1" }, { "desk", "T2" }, { "keys", "Z" }
    };
    for (size_t i = 0; i < sizeof seats / sizeof *seats; i++) {
        int32_t made;
        CHECK(core_begin(t.w, t.core, NULL));
        CHECK(seat_create(t.w, t.core, world_unit(&t, seats[i][1]),
                          set_role(t.set, str_of(seats[i][0]))->number, work_today(t.w), &made));
        CHECK(core_commit(t.w, t.core));
    }
    world_clock(&t, "2016-04-02");
    (void)world_file(&t, "b", "V1", "2016-01", "tons=5 kept=7");
    (void)world_file(&t, "b", "V1", "2016-02", "tons=6 kept=7");
    (void)world_file(&t, "b", "V3", "2016-01", other);
    (void)world_file(&t, "loan", "V1", NULL, "lent=2016-02-01 who=13900000001");
    (void)world_file(&t, "loan", "V3", NULL, "lent=2016-02-01 who=13900000002");
    return t;
}

/* The answer, or the refusal in words. "name k=v k=v". */
static Str ask(World *t, const char *seat, const char *asked)
{
    Kernel k = { .core = t->core, .figures = t->f };
    Reader r = { .k = &k };
    Seat s = { 0 };
    Cell cells[8];
    size_t n = 0;
    Str rest = str_copy(t->w->arena, str_of(asked)), name, word;
    CHECK(str_next(&rest, ' ', &name));
    while (rest.p && str_next(&rest, ' ', &word)) {
        Str value = word, key;
        CHECK(str_next(&value, '=', &key));
        cells[n++] = (Cell){ key, value };
    }
    if (seat)
        CHECK(seat_find(t->w, t->core, str_of(seat), &s));
    r.seat = s.seat;
    Buf out = buf_open(t->w->arena, 1 << 22);
    const ViewRow *view = view_find(name);
    CHECK(view);
    if (!view_run(t->w, &r, view, cells, n, &out)) {
        Err err = t->w->err;
        work_clear(t->w);
        error_json(t->w, &err, NULL, &out);
    }
    return buf_str(&out);
}

static bool has(Str answer, const char *piece)
{
    if (str_find(answer, str_of(piece)) != SIZE_MAX)
        return true;
    printf("# no %s in %.*s\n", piece, STR_ARG(answer));
    return false;
}

static bool lacks(Str answer, const char *piece)
{
    return str_find(answer, str_of(piece)) == SIZE_MAX;
}

/* Receipts are salted, so that two worlds never share one. */
static Str unsalted(World *t, Str answer)
{
    char *own = str_z(t->w->arena, answer);
    static const char key[] = "\"receipt\":\"";
    for (char *at = own; (at = strstr(at, key)); at += sizeof key)
        memset(at + sizeof key - 1, '0', 64);
    return str_of(own);
}

TEST(values_that_may_not_be_read_change_no_answer)
{
    static const char *const asked[][2] = {
        { "keeper@V1", "me" },
        { "keeper@V1", "todo" },
        { "keeper@V1", "books" },
        { "keeper@V1", "book book=b" },
        { "keeper@V1", "rows book=b unit=Z" },
        { "keeper@V1", "rows book=b unit=Z period=2016-01" },
        { "keeper@V1", "rows book=loan unit=Z" },
        { "keeper@V1", "form book=b unit=V1 period=2016-02" },
        { "keeper@V1", "form book=b unit=V3 period=2016-01" },
        { "keeper@V1", "form book=loan unit=V3 number=2" },
        { "keeper@V1", "record book=b unit=V3 period=2016-01" },
        { "keeper@V1", "record book=b unit=V1 period=2016-01" },
        { "keeper@V1", "review" },
        { "keeper@V1", "people" },
        { "keeper@V1", "unit unit=V3" },
        { "keeper@V1", "units unit=Z" },
        { "desk@T1", "review" },
        { "desk@T1", "todo" },
        { "desk@T1", "rows book=b unit=Z" },
        { "desk@T1", "form book=b unit=V3 period=2016-01" },
        { "keys@Z", "rows book=b unit=Z" },
        { "keys@Z", "todo" },
        { "keys@Z", "audit" },
    };
    World one = furnished("tons=11 kept=1"), two = furnished("tons=999");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        Str a = unsalted(&one, ask(&one, asked[i][0], asked[i][1]));
        Str b = unsalted(&two, ask(&two, asked[i][0], asked[i][1]));
        if (!str_eq(a, b)) {
            printf("# %s %s: %.*s\n# and %.*s\n", asked[i][0], asked[i][1], STR_ARG(a), STR_ARG(b));
            test_failures++;
        }
    }
    EXPECT(!str_eq(ask(&one, "desk@T2", "rows book=b unit=Z"),
                   ask(&two, "desk@T2", "rows book=b unit=Z"))); /* it can tell them apart */
    world_close(&one);
    world_close(&two);
}

TEST(what_is_not_there_and_what_is_not_yours_read_alike)
{
    World t = furnished("tons=11");
    Str absent = ask(&t, "keeper@V1", "form book=nothing unit=V3 period=2016-01");
    EXPECT(has(absent, "\"code\":\"not_found\""));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "form book=b unit=V3 period=2016-01")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "form book=b unit=nowhere period=2016-01")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "record book=b unit=V1 period=2016-03")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "form book=loan unit=V1 number=2")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "form book=loan unit=V1 number=99")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "health")));
    EXPECT(str_eq(absent, ask(&t, "keeper@V1", "audit")));
    world_close(&t);
}

TEST(a_duty_reads_no_record)
{
    World t = furnished("tons=11");
    Str absent = ask(&t, "keeper@V1", "audit");
    EXPECT(str_eq(absent, ask(&t, "keys@Z", "form book=b unit=V3 period=2016-01")));
    EXPECT(str_eq(absent, ask(&t, "keys@Z", "rows book=b unit=Z")));
    EXPECT(has(ask(&t, "keys@Z", "books"), "\"books\":[]"));
    EXPECT(has(ask(&t, "keys@Z", "health"), "\"facts\":"));
    world_close(&t);
}

static void seat_for(World *t, const char *role, const char *unit)
{
    int32_t made;
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(seat_create(t->w, t->core, world_unit(t, unit), set_role(t->set, str_of(role))->number,
                      work_today(t->w), &made));
    CHECK(core_commit(t->w, t->core));
}

/* A month without a row is asked about until somebody says that there was nothing. */
TEST(todo_asks_for_nil_returns)
{
    World t = world_open("role keeper \"村管\" at village\n"
                         "book sick \"病\" of village dated seen nil every month {\n"
                         "  seen date \"日\"\n"
                         "  write keeper at village\n"
                         "}\n");
    world_clock(&t, "2016-01-20");
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A");
    world_units(&t, "township", "A", "T");
    world_units(&t, "village", "T", "V1 V2");
    seat_for(&t, "keeper", "V1");
    world_clock(&t, "2016-04-02");
    (void)world_file(&t, "sick", "V1", NULL, "seen=2016-01-09");
    Str own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"counts\":{\"due\":2,\"late\":0,\"returned\":0,\"confirm\":0,"));
    EXPECT(lacks(own, "\"period\":\"2016-01\"") && lacks(own, "\"period\":\"2016-04\""));
    EXPECT(has(own, "\"period\":\"2016-02\"") && has(own, "\"period\":\"2016-03\""));
    EXPECT(lacks(own, "V2"));
    world_nil(&t, "sick", "V1", "2016-02");
    own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"counts\":{\"due\":1,\"late\":0,\"returned\":0,\"confirm\":0,"));
    EXPECT(lacks(own, "\"period\":\"2016-02\""));
    world_close(&t);
}

/* What a village owed when it ended is owed by the one it lives on in. */
TEST(todo_lists_what_ended_units_owe)
{
    World t = furnished("tons=11");
    EXPECT(lacks(ask(&t, "keeper@V1", "todo"), "\"V2\""));
    world_merge(&t, "V2", "V1", "2016-03-10");
    Str own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"counts\":{\"due\":1,\"late\":2,\"returned\":0,\"confirm\":0,"));
    EXPECT(has(own, "\"V2\"") && has(own, "\"period\":\"2016-01\""));
    EXPECT(lacks(ask(&t, "keeper@V3", "todo"), "\"V2\""));
    (void)world_file(&t, "b", "V2", "2016-01", "tons=1");
    own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"late\":1,") && lacks(own, "\"period\":\"2016-01\""));
    world_close(&t);
}

/* Beside a round stands the one before it of the same unit, and what lasts is carried over. */
TEST(a_form_of_a_round_shows_the_round_before)
{
    World t = world_open("role keeper \"村管\" at village\n"
                         "book round \"轮\" of county lives opens to closes {\n"
                         "  opens date \"起\"\n  closes date \"止\"\n  read anyone\n"
                         "  write office at city\n}\n"
                         "book visit \"查\" per village every round {\n"
                         "  score int \"分\" stock\n  read anyone\n  write keeper at village\n}\n");
    world_clock(&t, "2016-01-20");
    world_units(&t, "city", NULL, "Z");
    world_units(&t, "county", "Z", "A B");
    world_units(&t, "township", "A", "T");
    world_units(&t, "village", "T", "V1");
    seat_for(&t, "keeper", "V1");
    (void)world_file(&t, "round", "A", NULL, "opens=2016-01-01 closes=2016-01-10");
    (void)world_file(&t, "round", "B", NULL, "opens=2016-01-05 closes=2016-01-12");
    (void)world_file(&t, "round", "A", NULL, "opens=2016-01-11 closes=2016-02-20");
    EXPECT(has(ask(&t, "keeper@V1", "form book=visit unit=V1 period=#1"), "\"before\":[]"));
    (void)world_file(&t, "visit", "V1", "#1", "score=7");
    Str form = ask(&t, "keeper@V1", "form book=visit unit=V1 period=#3");
    EXPECT(has(form, "\"before\":[{\"sh\":\"prev\",\"k\":1,\"period\":\"#1\""));
    EXPECT(has(form, "\"carried\":{\"score\":\"7\"}"));
    world_close(&t);
}

TEST(todo_counts_what_is_late_and_what_came_back)
{
    World t = furnished("tons=11");
    Str own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"counts\":{\"due\":1,\"late\":0,\"returned\":0,\"confirm\":0,"));
    EXPECT(has(own, "\"period\":\"2016-03\""));
    EXPECT(lacks(own, "\"period\":\"2016-04\"")); /* it is not over */
    world_state(&t, "b", "V1", "2016-01", 0, RECORD_RETURNED);
    world_clock(&t, "2016-04-11");
    own = ask(&t, "keeper@V1", "todo");
    EXPECT(has(own, "\"counts\":{\"due\":0,\"late\":1,\"returned\":1,\"confirm\":0,"));
    EXPECT(has(own, "\"reason\":\"原因\""));
    EXPECT(has(ask(&t, "desk@T1", "todo"), "\"confirm\":1,"));
    EXPECT(has(ask(&t, "desk@T2", "todo"), "\"confirm\":1,"));
    EXPECT(has(ask(&t, "keeper@V1", "me"), "\"returned\":1"));
    world_close(&t);
}

TEST(review_lays_a_row_beside_what_stood_before)
{
    World t = furnished("tons=11");
    Str first = ask(&t, "desk@T1", "review period=2016-02");
    EXPECT(has(first, "\"against\":\"prev\",\"against_period\":\"2016-01\""));
    EXPECT(has(first, "\"changed\":[{\"field\":\"tons\",\"title\":\"吨\",\"before\":\"5\","
                      "\"after\":\"6\""));
    EXPECT(has(first, "\"same\":1")); /* kept; both is another */
    world_correct(&t, "b", "V1", "2016-02", 0, "tons=200 kept=");
    Str again = ask(&t, "desk@T1", "review period=2016-02");
    EXPECT(has(again, "\"against\":\"own\""));
    EXPECT(has(again, "吨数偏大"));
    EXPECT(has(ask(&t, "desk@T1", "review limit=1"), "\"next\":1"));
    EXPECT(lacks(ask(&t, "desk@T1", "review"), "V3"));
    world_close(&t);
}

TEST(a_form_brings_earlier_rows_and_what_may_be_done)
{
    World t = furnished("tons=11");
    Str form = ask(&t, "keeper@V1", "form book=b unit=V1 period=2016-03");
    EXPECT(has(form, "\"state\":\"none\",\"seq\":0"));
    EXPECT(has(form, "\"sh\":\"prev\",\"k\":1,\"period\":\"2016-02\",\"state\":\"filed\""));
    EXPECT(has(form, "\"carried\":{\"kept\":\"7\"}"));
    EXPECT(has(form, "\"expected\":true,\"may_write\":true"));
    EXPECT(has(form, "\"due\":{\"day\":\"2016-04-05\""));
    Str early = ask(&t, "keeper@V1", "form book=b unit=V1 period=2016-04");
    EXPECT(has(early, "\"may_write\":false"));
    Str seen = ask(&t, "desk@T1", "form book=b unit=V1 period=2016-02");
    EXPECT(has(seen, "\"may_write\":false"));
    EXPECT(has(seen, "\"may_confirm\":true,\"may_return\":true,\"may_void\":false"));
    world_close(&t);
}

TEST(private_values_are_masked_everywhere)
{
    World t = furnished("tons=11");
    static const char *const asked[] = { "rows book=loan unit=V1",
                                         "form book=loan unit=V1 number=1",
                                         "record book=loan unit=V1 number=1" };
    for (size_t i = 0; i < 3; i++) {
        Str answer = ask(&t, "keeper@V1", asked[i]);
        EXPECT(has(answer, "\"who\":{\"private\":true,\"known\":true}"));
        EXPECT(lacks(answer, "13900000001"));
    }
    world_close(&t);
}

TEST(pages_follow_each_other_without_gap)
{
    World t = furnished("tons=11");
    EXPECT(has(ask(&t, NULL, "rows book=b unit=Z period=2016-01 limit=1"), "\"total\":2,\"from\":0,"
                                                                           "\"next\":1"));
    Str last = ask(&t, NULL, "rows book=b unit=Z period=2016-01 limit=1 from=1");
    EXPECT(has(last, "\"next\":null") && has(last, "\"code\":\"V3\"") && lacks(last, "\"V1\""));
    EXPECT(has(ask(&t, NULL, "rows book=b limit=0"), "bad_request"));
    EXPECT(has(ask(&t, NULL, "rows book=b colour=red"), "bad_request"));
    EXPECT(has(ask(&t, NULL, "rows unit=Z"), "bad_request"));
    world_close(&t);
}

/* ---- shapes ---- */

static bool known_type(Str type)
{
    Str one, inner;
    size_t n;
    const ShapeRow *shapes = shape_table(&n);
    while (type_next(&type, &one)) {
        bool found = true;
        switch (type_form(one, &inner)) {
        case SHAPE_PLAIN:
        case SHAPE_WORD: break;
        case SHAPE_ARRAY:
        case SHAPE_MAP: found = known_type(inner); break;
        case SHAPE_NAMED:
            found = false;
            for (size_t i = 0; i < n; i++)
                found = found || str_is(inner, shapes[i].name);
        }
        if (!found) {
            printf("# no shape %.*s\n", STR_ARG(inner));
            return false;
        }
    }
    return true;
}

TEST(shapes_name_only_shapes_that_are_there)
{
    size_t n;
    const ShapeRow *shapes = shape_table(&n);
    for (size_t i = 0; i < n; i++) {
        Str rest = str_of(shapes[i].spec);
        ShapeMember m;
        if (shapes[i].is_union) {
            EXPECT(known_type(rest));
            continue;
        }
        while (shape_next(&rest, &m))
            EXPECT(known_type(m.type));
    }
    const ViewRow *views = view_table(&n);
    for (size_t i = 0; i < n; i++)
        EXPECT(known_type(str_of(views[i].shape)));
}
