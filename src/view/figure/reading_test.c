/* Who reads which figure, traces, units, tables in and out, streams: over a small world in memory.
 */
#include <stdio.h>

#include "figure/test_figure.h"
#include "view/unit/unit_int.h"

static const char text[] =
    "role keeper \"村管\" at village\n"
    "role desk \"办理\" at township | county\n"
    "role other \"别的\" at township\n"
    "role keys \"管钥匙\" at city duty system\n"
    "book b \"簿\" per village every month {\n"
    "  tons int \"吨\" min 0\n"
    "  note text(40) \"说明\" optional\n"
    "  due 5d after end\n"
    "  minutes 2\n"
    "  read desk at township\n"
    "  write keeper at village\n"
    "}\n"
    "book loan \"借物\" of village lives lent to back {\n"
    "  lent date \"借出\"\n"
    "  back date \"归还\" optional\n"
    "  what text(40) \"何物\"\n"
    "  who contact \"联系人\" optional private(\"联系\", keep 1y after back)\n"
    "  read desk at township\n"
    "  write keeper at village\n"
    "}\n"
    "figure crop \"收成\" = sum(b: tons) public\n"
    "figure crop_in \"内部收成\" = sum(b: tons)\n"
    "figure crop_part of village \"占比\" = crop_in / crop_in @ county\n"
    "figure crop_twice \"两倍\" = crop * 2\n";

typedef struct Scene {
    World t;
    Kernel k;
} Scene;

static void seat_at(Scene *p, const char *role, const char *unit)
{
    World *t = &p->t;
    int32_t made;
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(seat_create(t->w, t->core, world_unit(t, unit), set_role(t->set, str_of(role))->number,
                      work_today(t->w), &made));
    CHECK(core_commit(t->w, t->core));
}

static Scene place_open(void)
{
    Scene p = { .t = world_open(text) };
    World *t = &p.t;
    world_clock(t, "2016-01-20");
    world_units(t, "city", NULL, "Z");
    world_units(t, "county", "Z", "A");
    world_units(t, "township", "A", "T1 T2");
    world_units(t, "village", "T1", "V1 V2");
    world_units(t, "village", "T2", "V3");
    seat_at(&p, "keeper", "V1");
    seat_at(&p, "desk", "T1");
    seat_at(&p, "desk", "A");
    seat_at(&p, "other", "T1");
    seat_at(&p, "keys", "Z");
    world_clock(t, "2016-03-10");
    (void)world_file(t, "b", "V1", "2016-01", "tons=5");
    (void)world_file(t, "b", "V1", "2016-02", "tons=6");
    (void)world_file(t, "b", "V2", "2016-01", "tons=7");
    (void)world_file(t, "b", "V3", "2016-01", "tons=8");
    p.k = (Kernel){ .core = t->core, .figures = t->f };
    return p;
}

static void place_close(Scene *p)
{
    world_close(&p->t);
}

static Reader reader_of(Scene *p, const char *seat)
{
    Reader r = { .k = &p->k };
    Seat s = { 0 };
    if (seat)
        CHECK(seat_find(p->t.w, p->t.core, str_of(seat), &s));
    r.seat = s.seat;
    return r;
}

static size_t cells_of(Scene *p, const char *asked, Cell *cells, Str *ret_name)
{
    size_t n = 0;
    Str rest = str_copy(p->t.w->arena, str_of(asked)), word;
    CHECK(str_next(&rest, ' ', ret_name));
    while (rest.p && str_next(&rest, ' ', &word)) {
        Str value = word, key;
        CHECK(str_next(&value, '=', &key));
        cells[n++] = (Cell){ key, value };
    }
    return n;
}

/* "name k=v k=v"; empty = not there or not yours. */
static Str ask(Scene *p, const char *seat, const char *asked)
{
    Reader r = reader_of(p, seat);
    Cell cells[8];
    Str name;
    size_t n = cells_of(p, asked, cells, &name);
    Buf out = buf_open(p->t.w->arena, 1 << 22);
    CHECK(view_find(name));
    if (view_run(p->t.w, &r, view_find(name), cells, n, &out))
        return buf_str(&out);
    if (p->t.w->err.code != ERR_NOT_FOUND)
        printf("# %s: %s\n", asked, p->t.w->err.what);
    EXPECT(p->t.w->err.code == ERR_NOT_FOUND);
    work_clear(p->t.w);
    return STR("");
}

static bool has(Str answer, const char *piece)
{
    if (str_find(answer, str_of(piece)) != SIZE_MAX)
        return true;
    printf("# no %s in %.*s\n", piece, STR_ARG(answer));
    return false;
}

TEST(a_figure_is_read_by_all_when_public_else_by_those_who_read_its_books_and_the_office_above)
{
    Scene p = place_open();
    static const struct {
        const char *seat, *asked;
        bool may;
    } cases[] = {
        { NULL, "figure name=crop_in unit=Z period=2016-01", true },
        { "keeper@V1", "figure name=crop unit=Z period=2016-01", true },
        { "keys@Z", "figure name=crop unit=Z period=2016-01", true },
        { "keys@Z", "figure name=crop_in unit=Z period=2016-01", false },
        { "keeper@V1", "figure name=crop_in unit=V1 period=2016-01", true },
        { "keeper@V1", "figure name=crop_in unit=V2 period=2016-01", false },
        { "keeper@V1", "figure name=crop_in unit=T1 period=2016-01", false },
        { "desk@T1", "figure name=crop_in unit=T1 period=2016-01", true },
        { "desk@T1", "figure name=crop_in unit=V2 period=2016-01", true },
        { "desk@T1", "figure name=crop_in unit=T2 period=2016-01", false },
        { "desk@T1", "figure name=crop_in unit=V3 period=2016-01", false },
        { "desk@T1", "figure name=crop_in unit=A period=2016-01", false },
        { "desk@A", "figure name=crop_in unit=A period=2016-01", true },
        { "desk@A", "figure name=crop_in unit=V3 period=2016-01", true },
        { "desk@A", "figure name=crop_in unit=Z period=2016-01", false },
        { "other@T1", "figure name=crop_in unit=T1 period=2016-01", false },
        { "other@T1", "figure name=crop_twice unit=T2 period=2016-01", true },
        { "keeper@V1", "figure name=crop_part unit=V1 period=2016-01", false },
        { "desk@A", "figure name=crop_part unit=V1 period=2016-01", true },
        { "desk@T1", "figure_each name=crop_in unit=T2 kind=village period=2016-01", false },
        { "desk@T1", "trace name=crop_in unit=V3 period=2016-01", false },
        { "desk@T1", "figure_series name=crop_in unit=A from=2016-01 to=2016-02", false },
        { "desk@T1", "figure name=no_such unit=T1 period=2016-01", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool may = ask(&p, cases[i].seat, cases[i].asked).n > 0;
        if (may != cases[i].may)
            printf("# %s: %s\n", cases[i].seat ? cases[i].seat : "system", cases[i].asked);
        EXPECT(may == cases[i].may);
    }
    Str list = ask(&p, "keeper@V1", "figures unit=T1");
    EXPECT(has(list, "\"crop\"") && str_find(list, STR("\"crop_in\"")) == SIZE_MAX);
    place_close(&p);
}

TEST(a_person_without_a_seat_reads_nothing)
{
    Scene p = place_open();
    Reader r = { .k = &p.k, .person = 7 };
    EXPECT(!figure_may(p.t.w, &r, set_figure(p.t.set, STR("crop")), 0));
    EXPECT(!row_may(p.t.w, &r, set_book(p.t.set, STR("b")), 0));
    place_close(&p);
}

TEST(a_figure_says_its_value_who_is_silent_and_what_was_before)
{
    Scene p = place_open();
    Str a = ask(&p, NULL, "figure name=crop unit=A period=2016-02");
    EXPECT(has(a, "\"value\":\"6\"") && has(a, "\"partial\":true"));
    EXPECT(has(a, "\"coverage\":{\"expected\":3,\"reported\":1,\"confirmed\":0}"));
    EXPECT(has(a, "\"missing\":{\"count\":2,\"reports\":2,\"units\":[{\"code\":\"V2\""));
    EXPECT(has(a, "\"formula\":\"sum(b: tons)\",\"said\":\"sum(簿: 吨)\""));
    EXPECT(has(a, "\"previous\":{\"state\":\"ok\",\"reasons\":[],\"value\":\"20\""));
    a = ask(&p, NULL, "figure_each name=crop unit=A period=2016-01 kind=village");
    EXPECT(has(a, "\"share\":625") && has(a, "\"share\":875") && has(a, "\"share\":1000"));
    a = ask(&p, NULL, "figure_series name=crop unit=T1 from=2016-01 to=2016-02");
    EXPECT(has(
        a, "{\"period\":\"2016-01\",\"value\":{\"state\":\"ok\",\"reasons\":[],\"value\":\"12\""));
    world_clock(&p.t, "2016-03-12");
    world_correct(&p.t, "b", "V1", "2016-01", 0, "tons=1");
    a = ask(&p, NULL, "figure name=crop unit=A period=2016-01");
    EXPECT(has(a, "\"value\":\"16\""));
    a = ask(&p, NULL, "figure name=crop unit=A period=2016-01 known=2016-03-11");
    EXPECT(has(a, "\"value\":\"20\"") && has(a, "\"known_day\":\"2016-03-11\""));
    place_close(&p);
}

TEST(a_trace_shows_the_rows_that_the_seat_reads_and_counts_the_others)
{
    Scene p = place_open();
    Str a = ask(&p, "desk@T1", "trace name=crop unit=A period=2016-01");
    EXPECT(has(a, "\"value\":\"20\"") && has(a, "\"fact_total\":2,\"hidden\":1"));
    EXPECT(str_find(a, STR("\"value\":\"8\"")) == SIZE_MAX);
    a = ask(&p, "other@T1", "trace name=crop unit=A period=2016-01");
    EXPECT(has(a, "\"facts\":[],\"fact_total\":0,\"hidden\":3"));
    a = ask(&p, NULL, "trace name=crop unit=A period=2016-01 from=1 limit=1");
    EXPECT(has(a, "\"fact_total\":3,\"hidden\":0") && has(a, "\"next\":2"));
    EXPECT(has(a, "\"code\":\"V2\"") && str_find(a, STR("\"code\":\"V3\"")) == SIZE_MAX);
    place_close(&p);
}

TEST(a_unit_is_found_by_what_it_was_called_and_tells_its_life)
{
    Scene p = place_open();
    world_move(&p.t, "V2", "T2", "2016-03-01");
    world_merge(&p.t, "V3", "V2", "2016-03-05");
    Str a = ask(&p, "keys@Z", "units unit=A find=V3");
    EXPECT(has(a, "\"ended\":\"2016-03-05\"") && has(a, "\"total\":1"));
    a = ask(&p, "keys@Z", "units unit=T2");
    EXPECT(has(a, "\"units\":[{\"unit\":{\"code\":\"V2\"") && has(a, "\"total\":1"));
    a = ask(&p, "keys@Z", "units unit=T2 day=2016-02-01");
    EXPECT(has(a, "\"units\":[{\"unit\":{\"code\":\"V3\""));
    a = ask(&p, "desk@T1", "unit unit=V2");
    EXPECT(has(a, "\"kind\":\"moved\",\"text\":\"改属：T1 → T2\""));
    EXPECT(has(a, "\"kind\":\"merged_from\",\"text\":\"并来：V3\""));
    EXPECT(has(a, "\"asked\":[]")); /* it is another's now */
    a = ask(&p, "keeper@V1", "unit unit=V1");
    EXPECT(has(a, "\"book\":\"b\"") && has(a, "\"period\":\"2016-02\",\"state\":\"filed\""));
    EXPECT(has(a, "\"seat\":\"keeper@V1\"") && has(a, "\"minutes_year\":24"));
    a = ask(&p, "keys@Z", "unit unit=V1");
    EXPECT(has(a, "\"asked\":[]"));
    a = ask(&p, "keys@Z", "unit unit=V3");
    EXPECT(has(a, "\"alive\":false") && has(a, "\"after\":[{\"unit\":{\"code\":\"V2\""));
    place_close(&p);
}

/* ---- streams ---- */

static bool told(Scene *p, const char *seat, const char *watch, const char *book, const char *unit)
{
    Reader r = reader_of(p, seat);
    bool touched = true;
    Str kept;
    CHECK(watch_judge(p->t.w, &r, str_of(watch), &kept));
    CHECK(watch_touched(p->t.w, &r, kept, book ? set_book(p->t.set, str_of(book)) : NULL,
                        book ? world_unit(&p->t, unit) : 0, &touched));
    return touched;
}

static bool opens(Scene *p, const char *seat, const char *watch)
{
    Reader r = reader_of(p, seat);
    Str kept;
    bool ok = watch_judge(p->t.w, &r, str_of(watch), &kept);
    EXPECT(ok || p->t.w->err.code == ERR_NOT_FOUND);
    work_clear(p->t.w);
    return ok;
}

TEST(a_stream_tells_of_what_is_open_and_may_be_seen_and_of_nothing_else)
{
    Scene p = place_open();
    EXPECT(opens(&p, "desk@T1", "todo") && opens(&p, "desk@T1", "figure:crop_in:T1"));
    EXPECT(!opens(&p, "desk@T1", "figure:crop_in:T2") && !opens(&p, "desk@T1", "figure:none:T1"));
    EXPECT(!opens(&p, "desk@T1", "form:b:V3:2016-01") && opens(&p, "desk@T1", "form:b:V2:2016-01"));
    EXPECT(!opens(&p, "desk@T1", "figure:crop") && !opens(&p, "desk@T1", "unit:V9"));
    EXPECT(told(&p, "desk@T1", "figure:crop:A", "b", "V3"));
    EXPECT(!told(&p, "desk@T1", "figure:crop:T1", "b", "V3"));
    EXPECT(!told(&p, "desk@T1", "figure:crop:A", "loan", "V1"));
    EXPECT(told(&p, "desk@A", "figure:crop_part:V1", "b", "V3"));
    EXPECT(told(&p, "desk@T1", "rows:b:A", "b", "V1") &&
           !told(&p, "desk@T1", "rows:b:A", "b", "V3"));
    EXPECT(told(&p, "keeper@V1", "todo", "b", "V1") && !told(&p, "keeper@V1", "todo", "b", "V2"));
    EXPECT(told(&p, "keeper@V1", "unit:V1", "b", "V1") &&
           !told(&p, "keys@Z", "unit:V1", "b", "V1"));
    EXPECT(told(&p, "keys@Z", "unit:V1", NULL, NULL));
    place_close(&p);
}

/* ---- tables ---- */

static bool takes_in(Scene *p, const char *seat, const ActId *act, const char *bytes, bool dry,
                     Buf *out)
{
    Reader r = reader_of(p, seat);
    ImportFile file = { .act = act,
                        .seat = r.seat,
                        .book = STR("b"),
                        .name = STR("a.csv"),
                        .map = STR("吨数=tons"),
                        .bytes = str_of(bytes),
                        .dry_run = dry };
    return import_run(p->t.w, &p->k, &file, out);
}

TEST(a_file_is_taken_in_once_whole_or_not_at_all)
{
    Scene p = place_open();
    Buf out = buf_open(p.t.w->arena, 1 << 20);
    ActId act = act_id_new(p.t.w), next = act_id_new(p.t.w);
    int64_t size = core_known(p.t.core);
    const char *good = "unit,period,吨数\nV1,2016-01,9\n";
    EXPECT(takes_in(&p, "keeper@V1", NULL, good, true, &out));
    EXPECT(has(buf_str(&out), "\"changed\":1") && has(buf_str(&out), "\"written\":false"));
    EXPECT(has(buf_str(&out), "{\"head\":\"吨数\",\"role\":\"field\",\"field\":\"tons\""));
    EXPECT(core_known(p.t.core) == size);
    EXPECT(takes_in(&p, "keeper@V1", &act, good, false, &out));
    EXPECT(has(buf_str(&out), "\"written\":true") && core_known(p.t.core) == size + 1);
    EXPECT(takes_in(&p, "keeper@V1", &act, good, false, &out));
    EXPECT(has(buf_str(&out), "\"again\":true") && core_known(p.t.core) == size + 1);
    EXPECT(!takes_in(&p, "keeper@V1", &act, "unit,period,吨数\nV1,2016-01,8\n", false, &out));
    EXPECT(p.t.w->err.code == ERR_CONFLICT);
    work_clear(p.t.w);
    EXPECT(takes_in(&p, "keeper@V1", &next, "unit,period,吨数\nV1,2016-01,3\nV2,2016-01,3\n", false,
                    &out));
    EXPECT(has(buf_str(&out), "\"reason\":\"right\"") && has(buf_str(&out), "\"written\":false"));
    EXPECT(core_known(p.t.core) == size + 1);
    place_close(&p);
}

TEST(a_table_that_leaves_holds_what_the_seat_reads_and_no_private_field)
{
    Scene p = place_open();
    Reader desk = reader_of(&p, "desk@T1"), keys = reader_of(&p, "keys@Z");
    (void)world_file(&p.t, "loan", "V1", NULL, "lent=2016-02-01");
    const Cell b[] = { { STR("book"), STR("b") }, { STR("unit"), STR("A") } };
    const Cell f[] = { { STR("name"), STR("crop") }, { STR("unit"), STR("A") } };
    Str bytes, empty;
    EXPECT(export_xlsx(p.t.w, &desk, b, 2, &bytes) && str_starts(bytes, STR("PK")));
    EXPECT(!export_xlsx(p.t.w, &keys, b, 2, &empty) && p.t.w->err.code == ERR_NOT_FOUND);
    work_clear(p.t.w);
    EXPECT(export_xlsx(p.t.w, &desk, f, 2, &bytes) && str_starts(bytes, STR("PK")));
    const Cell no[] = { { STR("name"), STR("crop_in") }, { STR("unit"), STR("A") } };
    EXPECT(!export_xlsx(p.t.w, &desk, no, 2, &bytes) && p.t.w->err.code == ERR_NOT_FOUND);
    work_clear(p.t.w);
    place_close(&p);
}

/* What begins like a formula comes back as the text it is; numbers come back as numbers. */
TEST(a_table_that_left_comes_back_unchanged)
{
    Scene p = place_open();
    Buf out = buf_open(p.t.w->arena, 1 << 20);
    ActId act = act_id_new(p.t.w);
    Reader keeper = reader_of(&p, "keeper@V1");
    const Cell asked[] = { { STR("book"), STR("b") }, { STR("unit"), STR("V1") } };
    ImportFile back = { .seat = keeper.seat,
                        .book = STR("b"),
                        .name = STR("b.xlsx"),
                        .map = STR("上级=\n状态=\n"),
                        .dry_run = true };
    EXPECT(takes_in(&p, "keeper@V1", &act,
                    "unit,period,tons,note\nV1,2016-01,12345,=1+1\nV1,2016-02,6,@sum\n", false,
                    &out));
    EXPECT(has(buf_str(&out), "\"written\":true"));
    EXPECT(export_xlsx(p.t.w, &keeper, asked, 2, &back.bytes));
    EXPECT(import_run(p.t.w, &p.k, &back, &out));
    EXPECT(has(buf_str(&out), "\"rows\":2,\"added\":0,\"changed\":0,\"same\":2"));
    EXPECT(has(buf_str(&out), "\"errors\":0"));
    place_close(&p);
}
