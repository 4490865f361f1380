#include <dirent.h>
#include <unistd.h>

#include "core/test_core.h"

static const char *new_folder(Work *w)
{
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(w->arena, "%s/tian_core_XXXXXX", base ? base : "/tmp");
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

static void act(World *t, bool ok)
{
    CHECK(ok && core_commit(t->w, t->core));
}

/* A row that is a case: it begins, goes late and is moved. */
static void live_case(World *t)
{
    static const FlowState open = { .number = 1 }, done = { .number = 2 };
    const Book *loan = set_book(t->set, STR("loan"));
    const FlowMove begin = { .number = 1, .state = &open }, end = { .number = 2, .state = &done };
    ClockRow clock = { .clock = 4, .work = true, .limit = 28800001, .due_ms = 1700000000000 };
    CaseStep steps[] = {
        { .act = CASE_BEGUN, .move = &begin, .holder = t->farm[2], .secret = (uint8_t[16]){ 7 } },
        { .act = CASE_GONE_LATE, .actor = ACTOR_SYSTEM, .clock = 4, .late = 1, .at_ms = 1 },
        { .act = CASE_MOVED, .move = &end, .holder = t->county },
    };
    RecordEdit edit = record_edit_new(t->w->arena, loan);
    const Field *no = book_field(loan, STR("no"));
    edit.unit = t->farm[2];
    edit.texts[no->number] = STR("c1");
    edit.known[0] |= UINT64_C(1) << no->number;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int64_t seq = 0, ord = edit.ord;
        if (ord)
            edit = record_edit_of(t->w->arena, loan, world_row(t, "loan", 0, NULL, ord, KNOWN_NOW));
        clock.steps = (uint32_t)i;
        steps[i].clocks = &clock;
        steps[i].clock_n = 1;
        edit.step = &steps[i];
        CHECK(core_begin(t->w, t->core, NULL));
        act(t, record_put(t->w, t->core, &edit, &seq));
    }
}

/* Something of every kind: returns with keys, a register with private and changing fields, a case,
 * moves, seats, hours of work, a parameter, a second version of the pack. */
static void live(World *t)
{
    Work *w = t->w;
    int32_t seat = 0, person = 0;
    int64_t seq = 0;
    for (int m = 1; m <= 12; m++)
        world_file(t, "crop", t->farm[m % 3], arena_printf(w->arena, "2021-%02d", m), "tons", m,
                   "note", "某", NULL);
    world_file(t, "plot", t->farm[1], "2021", "rows", 3, NULL);
    world_file(t, "loan", t->farm[0], NULL, "no", "x1", "lent", 18000, "grade", 1, "who", "139",
               NULL);
    world_clock(t, "2022-03-04");
    const RecordRow *row = world_row(t, "loan", 0, NULL, 1, KNOWN_NOW);
    RecordEdit edit = record_edit_of(w->arena, set_book(t->set, STR("loan")), row);
    edit.nums[book_field(edit.book, STR("grade"))->number] = 2;
    CHECK(core_begin(w, t->core, NULL));
    act(t, record_put(w, t->core, &edit, &seq));
    row = world_row(t, "crop", t->farm[1], "2021-04", 0, KNOWN_NOW);
    edit = record_edit_of(w->arena, set_book(t->set, STR("crop")), row);
    edit.state = RECORD_VOID;
    edit.reason = STR("重复");
    CHECK(core_begin(w, t->core, NULL));
    act(t, record_put(w, t->core, &edit, &seq));
    CHECK(core_begin(w, t->core, NULL));
    int32_t role = set_role(t->set, STR("keeper"))->number;
    CHECK(seat_create(w, t->core, t->farm[0], role, 18000, &seat));
    CHECK(person_hold(w, t->core, seat, 18000, &person));
    act(t, param_set(w, t->core, set_param(t->set, STR("least")), t->county, 8, 18000));
    live_case(t);
    static const Calendar night = { .name = { "night", 5 } };
    CHECK(core_begin(w, t->core, NULL));
    act(t, unit_calendar_set(w, t->core, t->county, &night, 18500));
    Problems problems = { 0 };
    CHECK(world_load(t, 2, "text(40)", "text(50)", &problems));
}

/* Views without the holders, whose person is a random number. */
static Str digest(World *t)
{
    Str all = { 0 }, line = { 0 };
    CHECK(store_digest(t->w, t->core->store.db, &all));
    Buf out = buf_open(t->w->arena, 1 << 16);
    while (str_next(&all, '\n', &line))
        if (!str_starts(line, STR("holder")) && !str_starts(line, STR("total"))) {
            buf_put(&out, line);
            buf_putc(&out, '\n');
        }
    return buf_str(&out);
}

/* A backup's log alone makes the same views again. */
static void restored(World *t, Str want)
{
    const char *dir = new_folder(t->w), *other = new_folder(t->w);
    const char *file = arena_printf(t->w->arena, "%s/all.backup", dir);
    CHECK(rmdir(other) == 0);
    EXPECT(store_backup(t->w, &t->core->store, file));
    EXPECT(store_restore(t->w, file, other, NULL));
    World second = { .w = t->w };
    EXPECT(core_open(t->w, other, DB_WRITE, &second.core));
    if (second.core)
        EXPECT(str_eq(digest(&second), want));
    core_close(&second.core);
    drop_folder(dir);
    drop_folder(other);
}

/* Lives in a new store, closes, opens and rebuilds it. */
static Str digest_on(Work *keep, const char *url)
{
    const char *dir = new_folder(keep);
    World t = world_open_on(dir, url);
    live(&t);
    Str before = digest(&t);
    core_close(&t.core);
    CHECK(core_open(t.w, dir, DB_WRITE, &t.core));
    EXPECT(str_eq(digest(&t), before));
    t.set = packs_set(t.w, t.core, KNOWN_NOW);
    const RecordRow *row = world_row(&t, "crop", t.farm[2], "2021-05", 0, KNOWN_NOW);
    EXPECT(row && world_num(&t, row, "crop", "tons") == 5);
    const Block *b =
        records_block(t.w, t.core, set_book(t.set, STR("crop")), period_code("2021-04"), KNOWN_NOW);
    EXPECT(b && b->state[t.farm[1]] == RECORD_VOID);
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    EXPECT(records_rows(t.w, t.core, set_book(t.set, STR("loan")), KNOWN_NOW, &rows, &n));
    EXPECT(n == 2 && rows[0]->past_n == 2 && !rows[0]->cas);
    const CaseRow *c = rows[1]->cas;
    EXPECT(c && c->state == 2 && c->move_n == 2 && c->clocks[0].steps == 2 && c->secret[0] == 7);
    EXPECT(core_rebuild(t.w, t.core));
    EXPECT(str_eq(digest(&t), before));
    EXPECT(log_verify(t.w, t.core->store.db, &(int64_t){ 0 }));
    Str kept = str_copy(keep->arena, before);
    if (!url)
        restored(&t, before);
    world_close(&t);
    drop_folder(dir);
    return kept;
}

TEST(the_same_facts_give_the_same_views_on_every_store)
{
    World t = world_open();
    live(&t);
    Str memory = digest(&t);
    EXPECT(str_find(memory, STR("record")) != SIZE_MAX);
    Work *w = t.w;
    EXPECT(str_eq(digest_on(w, NULL), memory));
    const char *base = getenv("TIAN_TEST_PG");
    base = base ? base : getenv("TIAN_PG_URL");
    if (base) {
        char *url = arena_printf(w->arena, "%s%soptions=-csearch_path%%3Dcore_%d", base,
                                 strchr(base, '?') ? "&" : "?", (int)getpid());
        EXPECT(str_eq(digest_on(w, url), memory));
    }
    world_close(&t);
}
