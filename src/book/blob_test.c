#include "book/book_int.h"

#include "base/hash.h"
#include "base/limits.h"
#include "core/test_core.h"

static const char books[] = "book proof \"佐证\" of farm dated seen {\n"
                            "  seen date \"日期\"\n"
                            "  scan file \"扫描件\" optional\n"
                            "  face image \"照片\" optional private(\"核对\", keep 1y after seen)\n"
                            "  read  anyone\n"
                            "  write keeper at farm\n"
                            "}\n"
                            "book loan_part";

static World open_world(void)
{
    World t = world_open();
    Problems problems = { 0 };
    CHECK(world_load(&t, 2, "book loan_part", books, &problems));
    return t;
}

static bool file(World *t, const Cell *cells, size_t n, bool *ret_ok)
{
    static const Judge judge = { 0 };
    Filled filled = {
        .row = 1, .unit = STR("F1"), .period = STR(""), .cells = cells, .cell_count = n
    };
    Faults faults = { 0 };
    int64_t ord = 0;
    CHECK(core_begin(t->w, t->core, NULL));
    bool ok = book_file(t->w, t->core, &judge, set_book(t->set, STR("proof")), &filled, 0,
                        (Period){ .kind = PERIOD_NONE }, &faults, ret_ok, &ord);
    CHECK(ok ? core_commit(t->w, t->core) : core_rollback(t->w, t->core));
    return ok;
}

static Fact last_fact(World *t)
{
    FactWalk *walk =
        fact_walk(t->w, t->core->store.db, core_known(t->core) - 1, core_known(t->core));
    Fact fact = { 0 };
    bool more = false;
    CHECK(walk && fact_next(t->w, walk, &fact, &more) && more);
    fact.open = str_copy(t->w->arena, fact.open);
    for (size_t n = 0; n < fact.hidden_count; n++)
        fact.hidden[n].body = str_copy(t->w->arena, fact.hidden[n].body);
    Fact end = { 0 };
    CHECK(fact_next(t->w, walk, &end, &more) && !more);
    return fact;
}

TEST(an_attachment_has_a_random_name_and_its_bytes)
{
    World t = open_world();
    Str a, b, got;
    EXPECT(blob_put(t.w, t.core, 0, STR("one\0two"), &a) &&
           blob_put(t.w, t.core, 0, STR("one\0two"), &b));
    EXPECT(a.n == 32 && b.n == 32 && !str_eq(a, b));
    EXPECT(blob_get(t.w, t.core, a, &got) && str_eq(got, STR("one\0two")));
    EXPECT(!blob_get(t.w, t.core, STR("00000000000000000000000000000000"), &got));
    EXPECT(t.w->err.code == ERR_NOT_FOUND);
    work_clear(t.w);
    EXPECT(!blob_get(t.w, t.core, STR("../../etc/passwd"), &got) && t.w->err.code == ERR_NOT_FOUND);
    world_close(&t);
}

TEST(attachments_are_limited_in_bytes_and_pixels)
{
    World t = open_world();
    Str name;
    char *big = heap_zeroed(LIMIT_BLOB_BYTES + 1, 1);
    EXPECT(blob_put(t.w, t.core, 0, (Str){ big, LIMIT_BLOB_BYTES }, &name));
    EXPECT(!blob_put(t.w, t.core, 0, (Str){ big, LIMIT_BLOB_BYTES + 1 }, &name));
    EXPECT(t.w->err.code == ERR_LIMIT);
    work_clear(t.w);
    heap_free(big);
    EXPECT(!blob_put(t.w, t.core, 0, STR(""), &name) && t.w->err.code == ERR_BAD_INPUT);
    work_clear(t.w);
    Str png = STR("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\xFF\xFF\0\0\xFF\xFF\x08\x02\0\0\0");
    EXPECT(!blob_put(t.w, t.core, 0, png, &name) && t.w->err.code == ERR_LIMIT);
    work_clear(t.w);
    Str jpeg = STR("\xFF\xD8\xFF\xE0\0\x04XX\xFF\xC0\0\x0B\x08\xFF\xFF\xFF\xFF\x01\0\0\0\0\0\0");
    EXPECT(!blob_put(t.w, t.core, 0, jpeg, &name) && t.w->err.code == ERR_LIMIT);
    work_clear(t.w);
    for (size_t n = 3; n < jpeg.n; n++) { /* a cut head says nothing */
        char *cut = heap_zeroed(n, 1);
        memcpy(cut, jpeg.p, n);
        (void)blob_put(t.w, t.core, 0, (Str){ cut, n }, &name);
        heap_free(cut);
        work_clear(t.w);
    }
    world_close(&t);
}

TEST(a_record_that_names_an_attachment_binds_its_bytes)
{
    World t = open_world();
    Str name;
    bool ok = false;
    EXPECT(blob_put(t.w, t.core, 0, STR("scan"), &name));
    const Cell cells[] = { { STR("seen"), STR("2021-05-01") }, { STR("scan"), name } };
    int64_t before = core_known(t.core);
    EXPECT(file(&t, cells, 2, &ok) && ok);
    EXPECT(core_known(t.core) == before + 2);
    Fact fact = last_fact(&t);
    Hash hash = hash_of("scan", 4);
    Str hex = hex_print(t.w->arena, hash.byte, sizeof hash.byte);
    EXPECT(fact.verb == VERB_BLOB_PUT && fact.subject == before);
    EXPECT(str_find(fact.open, hex) != SIZE_MAX && str_find(fact.open, name) != SIZE_MAX);
    EXPECT(file(&t, cells, 2, &ok) && core_known(t.core) == before + 3); /* bound once */
    EXPECT(core_rebuild(t.w, t.core));
    int64_t facts = 0;
    EXPECT(log_verify(t.w, t.core->store.db, &facts) && facts > 0);
    world_close(&t);
}

TEST(the_binding_of_a_private_picture_is_private)
{
    World t = open_world();
    Str name;
    bool ok = false;
    EXPECT(blob_put(t.w, t.core, 0, STR("face"), &name));
    const Cell cells[] = { { STR("seen"), STR("2021-05-01") }, { STR("face"), name } };
    EXPECT(file(&t, cells, 2, &ok) && ok);
    Fact fact = last_fact(&t);
    EXPECT(fact.verb == VERB_BLOB_PUT && str_find(fact.open, name) == SIZE_MAX);
    EXPECT(fact.hidden_count == 1 && str_find(fact.hidden[0].body, name) != SIZE_MAX);
    world_close(&t);
}

TEST(a_name_without_an_attachment_is_refused)
{
    World t = open_world();
    bool ok = true;
    const Cell cells[] = { { STR("seen"), STR("2021-05-01") },
                           { STR("scan"), STR("00000000000000000000000000000000") } };
    EXPECT(file(&t, cells, 2, &ok) && !ok);
    world_close(&t);
}

TEST(what_no_fact_names_is_swept_when_it_is_old)
{
    World t = open_world();
    Str loose = { 0 }, kept = { 0 }, got = { 0 };
    bool ok = false;
    int64_t count = -1;
    EXPECT(blob_put(t.w, t.core, 0, STR("loose"), &loose) &&
           blob_put(t.w, t.core, 0, STR("kept"), &kept));
    EXPECT(blob_sweep(t.w, t.core, t.w->now_ms + MS_PER_DAY, &count) && count == 0);
    const Cell cells[] = { { STR("seen"), STR("2021-05-01") }, { STR("scan"), kept } };
    EXPECT(file(&t, cells, 2, &ok) && ok);
    EXPECT(blob_sweep(t.w, t.core, t.w->now_ms - MS_PER_DAY, &count) && count == 0);
    EXPECT(blob_sweep(t.w, t.core, t.w->now_ms + MS_PER_DAY, &count) && count == 1);
    EXPECT(!blob_get(t.w, t.core, loose, &got));
    work_clear(t.w);
    EXPECT(blob_get(t.w, t.core, kept, &got) && str_is(got, "kept"));
    world_close(&t);
}
