#include "base/test.h"
#include "store/log_int.h"
#include "store/test_store.h"

static Hash root_of_leaves(Work *w, Db *db, int64_t size)
{
    Hash *leaves = arena_array(w->arena, Hash, (size_t)size);
    EXPECT(leaves_read(w, db, 0, size, leaves));
    return tree_root(leaves, (size_t)size);
}

static bool same(Hash a, Hash b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

TEST(facts_are_appended_walked_and_verified)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(log_head(s->log).size == 1);
        EXPECT(test_facts(w, s->log, 1, 41, 7));
        EXPECT(log_head(s->log).size == 41);
        EXPECT(same(log_head(s->log).root, root_of_leaves(w, s->db, 41)));
        int64_t facts = 0;
        EXPECT(log_verify(w, s->db, &facts) && facts == 40);
        FactWalk *walk = fact_walk(w, s->db, 0, 41);
        Fact fact;
        bool more = true;
        for (int n = 1; fact_next(w, walk, &fact, &more) && more; n++) {
            EXPECT(fact.seq == n && fact.unit == n && fact.verb == 5 && fact.prev == -1);
            EXPECT(str_eq(fact.open, str_printf(w->arena, "{\"n\":%d,\"t\":\"text %d\"}", n, n)));
            EXPECT(fact.hidden_count == (n % 5 == 0));
            if (fact.hidden_count)
                EXPECT(fact.hidden[0].cls == 3 && fact.hidden[0].keep_until_day == 20000 &&
                       str_eq(fact.hidden[0].body,
                              str_printf(w->arena, "{\"name\":\"secret %d\"}", n)));
        }
        EXPECT(work_ok(w) && !more);
    }
}

TEST(a_walk_spans_commits_and_slices)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 9001, 3000));
        FactWalk *walk = fact_walk(w, s->db, 0, 9001);
        Fact fact;
        bool more = true;
        int n = 0;
        for (; fact_next(w, walk, &fact, &more) && more; n++)
            if (n % 1000 == 0)
                EXPECT(test_facts(w, s->log, 9001 + n / 1000, 9002 + n / 1000, 1));
        EXPECT(n == 9000 && work_ok(w));
    }
}

TEST(a_store_is_closed_and_opened_again)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 300, 50));
        Head head = log_head(s->log);
        EXPECT(test_reopen(&test_store_it, DB_WRITE));
        EXPECT(log_head(s->log).size == 300 && same(log_head(s->log).root, head.root));
        EXPECT(test_facts(w, s->log, 300, 310, 3));
        EXPECT(test_reopen(&test_store_it, DB_READ));
        int64_t facts = 0;
        EXPECT(log_head(s->log).size == 310 && log_verify(w, s->db, &facts) && facts == 309);
    }
}

TEST(what_is_rolled_back_never_was)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 250, 100));
        Head before = log_head(s->log);
        EXPECT(log_begin(w, s->log));
        for (int i = 0; i < 20; i++) /* over the border of a subtree of 256 leaves */
            EXPECT(test_fact(w, s->log, 1000 + i));
        EXPECT(log_head(s->log).size == before.size + 20);
        log_rollback(s->log);
        EXPECT(log_head(s->log).size == before.size && same(log_head(s->log).root, before.root));
        EXPECT(test_facts(w, s->log, 250, 600, 100));
        int64_t facts = 0;
        EXPECT(log_verify(w, s->db, &facts) && facts == 599);
    }
}

TEST(the_clock_of_the_log_never_runs_back)
{
    FOR_EACH_STORE(w, s)
    {
        w->now_ms = 5000000000000;
        EXPECT(test_facts(w, s->log, 1, 2, 1));
        w->now_ms = 4000000000000;
        EXPECT(log_begin(w, s->log));
        Fact fact = { .made_ms = w->now_ms, .verb = 1 };
        EXPECT(log_append(w, s->log, &fact) && fact.at_ms == 5000000000000 && fact.seq == 2);
        EXPECT(log_commit(w, s->log));
    }
}

TEST(an_act_is_answered_again_or_refused)
{
    FOR_EACH_STORE(w, s)
    {
        ActId id = act_id_new(w);
        EXPECT(id.byte[6] >> 4 == 7 && id.byte[8] >> 6 == 2);
        Hash digest = act_digest(s->log, 3, 4, STR("request"));
        EXPECT(log_begin(w, s->log));
        bool found = true;
        int64_t first = 0;
        int32_t count = 0;
        EXPECT(act_find(w, s->log, id, digest, &found, &first, &count) && !found);
        EXPECT(act_add(w, s->log, id, 3, 4, 17, 2, digest));
        EXPECT(act_find(w, s->log, id, digest, &found, &first, &count) && found && first == 17 &&
               count == 2);
        Hash other = act_digest(s->log, 3, 5, STR("request"));
        EXPECT(!act_find(w, s->log, id, other, &found, &first, &count) &&
               w->err.code == ERR_CONFLICT);
        work_clear(w);
        log_rollback(s->log);
    }
}

TEST(facts_that_are_not_canonical_are_refused)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(log_begin(w, s->log));
        Fact fact = { .verb = 1, .open = STR("{\"a\": 1}") };
        EXPECT(!log_append(w, s->log, &fact) && w->err.code == ERR_BAD_INPUT);
        work_clear(w);
        PrivatePart part = { .body = STR("plain") };
        fact = (Fact){ .verb = 1, .hidden = &part, .hidden_count = 1 };
        EXPECT(!log_append(w, s->log, &fact) && w->err.code == ERR_BAD_INPUT);
        work_clear(w);
        log_rollback(s->log);
    }
}

TEST(every_leaf_is_proven_in_every_larger_tree)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 40, 40));
        Hash leaves[40];
        EXPECT(leaves_read(w, s->db, 0, 40, leaves));
        for (int64_t size = 1; size <= 40; size++) {
            Hash root = tree_root(leaves, (size_t)size), at;
            EXPECT(tree_root_at(w, s->db, size, &at) && same(root, at));
            for (int64_t seq = 0; seq < size; seq++) {
                Hash path[64];
                size_t n = 99;
                EXPECT(log_proof(w, s->db, seq, size, path, &n));
                EXPECT(tree_check(leaves[seq], seq, size, path, n, root));
                EXPECT(size == 1 ||
                       !tree_check(leaves[(seq + 1) % size], seq, size, path, n, root));
            }
        }
    }
}

TEST(tiles_stand_where_they_are_full_and_proofs_use_them)
{
    enum { SIZE = 256 * 256 + 700 };
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 65000, 5000));
        EXPECT(test_reopen(&test_store_it, DB_WRITE)); /* the open tile is read back from leaves */
        EXPECT(test_facts(w, s->log, 65000, SIZE, 500));
        int64_t tiles = 0, facts = 0;
        EXPECT(db_number(w, db_stmt(w, s->db, SQL_TILE_COUNT), &tiles) && tiles == 1);
        EXPECT(log_verify(w, s->db, &facts) && facts == SIZE - 1);
        Hash *leaves = arena_array(w->arena, Hash, SIZE);
        EXPECT(leaves_read(w, s->db, 0, SIZE, leaves));
        static const int64_t sizes[] = { 65535, 65536, 65537, 66000, SIZE };
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            Hash root = tree_root(leaves, (size_t)sizes[i]), at;
            EXPECT(tree_root_at(w, s->db, sizes[i], &at) && same(root, at));
            for (int64_t seq = 0; seq < sizes[i]; seq += 6553) {
                Hash path[64];
                size_t n = 0;
                EXPECT(log_proof(w, s->db, seq, sizes[i], path, &n));
                EXPECT(tree_check(leaves[seq], seq, sizes[i], path, n, root));
            }
        }
        /* found by whichever thread reads that chunk, and named */
        static const int64_t bad[] = { 300, 65700 };
        for (size_t i = 0; i < 2; i++) {
            char *sql = arena_printf(w->arena, "update fact set unit = unit + 1 where seq = %lld",
                                     (long long)bad[i]);
            EXPECT(test_sql(s->db, sql) && !log_verify(w, s->db, &facts));
            EXPECT(strstr(w->err.what, arena_printf(w->arena, "seq=%lld", (long long)bad[i])));
            work_clear(w);
            EXPECT(test_sql(s->db, arena_printf(w->arena,
                                                "update fact set unit = unit - 1 where seq = %lld",
                                                (long long)bad[i])));
        }
        EXPECT(log_verify(w, s->db, &facts) && facts == SIZE - 1);
    }
}

TEST(an_erased_part_is_gone_and_the_log_still_holds)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 30, 10));
        Head before = log_head(s->log);
        EXPECT(log_begin(w, s->log) && part_erase(w, s->log, 10, 2) && log_commit(w, s->log));
        EXPECT(log_head(s->log).size == before.size + 1); /* the control leaf that says so */
        Hash root;
        EXPECT(tree_root_at(w, s->db, before.size, &root) && same(root, before.root));
        int64_t facts = 0;
        EXPECT(log_verify(w, s->db, &facts) && facts == 29);
        FactWalk *walk = fact_walk(w, s->db, 10, 11);
        Fact fact = { 0 };
        bool more = false;
        EXPECT(fact_next(w, walk, &fact, &more) && more && fact.hidden_count == 1);
        EXPECT(fact.hidden[0].body.n == 0 && fact.open.n > 0);
        EXPECT(log_begin(w, s->log) && !part_erase(w, s->log, 11, 2) &&
               w->err.code == ERR_NOT_FOUND);
        work_clear(w);
        log_rollback(s->log);
        if (s->db->kind == DB_POSTGRES)
            continue;
        static const char *const files[] = { "tian.db", "tian.db-wal" };
        for (size_t i = 0; i < 2; i++) {
            Str bytes = STR("");
            (void)w->env->read_file(w->env->self,
                                    arena_printf(w->arena, "%s/%s", test_store_it.dir, files[i]),
                                    32 << 20, w->arena, &bytes);
            EXPECT(str_find(bytes, STR("secret 10")) == SIZE_MAX);
            EXPECT(i == 1 || str_find(bytes, STR("secret 15")) != SIZE_MAX);
        }
    }
}

TEST(any_change_to_the_log_is_found)
{
    static const char *const harm[] = {
        "update fact set unit = unit + 1 where seq = 7",
        "update fact set at = at - 100000 where seq = 7",
        "update fact set leafkind = 1 where seq = 7",
        "update part set body = (select body from part where seq = 8 and part = 1) where seq = 7 "
        "and part = 1",
        "update part set salt = (select salt from part where seq = 8 and part = 1) where seq = 7 "
        "and part = 1",
        "update leaf set hash = (select hash from leaf where seq = 8) where seq = 7",
        "delete from fact where seq = 7",
        "delete from part where seq = 7",
        "delete from part where seq = 10 and part = 2",
        "delete from leaf where seq = 7",
        "delete from leaf where seq = 49",
        "delete from fact where seq = 49",
        "insert into part select 7, 2, 0, 0, 0, salt, body, null from part where seq = 8 and part "
        "= 1",
        "update log_state set root = frontier",
        "update log_state set next_seq = next_seq - 1",
        "update log_state set log = log + 1",
        "insert into tile select 1, 0, root from log_state",
        "update act set count = count + 1",
    };
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 50, 10));
        int64_t facts = 0;
        for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
            EXPECT(log_verify(w, s->db, &facts) && facts == 49);
            EXPECT(test_sql(s->db, "begin") && test_sql(s->db, harm[i]));
            bool found = !log_verify(w, s->db, &facts);
            if (!found)
                printf("# not found: %s\n", harm[i]);
            EXPECT(found);
            s->db->ends++;
            work_clear(w);
            EXPECT(test_sql(s->db, "rollback"));
        }
    }
}

TEST(an_older_writer_is_fenced_out)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 5, 5));
        Db *other = db_open(w, s->url, DB_WRITE);
        EXPECT(other);
        Log *newer = log_open(w, other);
        EXPECT(newer);
        EXPECT(!log_begin(w, s->log) && w->err.code == ERR_STORE &&
               strstr(w->err.what, "taken_over"));
        work_clear(w);
        EXPECT(test_facts(w, newer, 5, 6, 1));
        log_close(&newer);
        db_close(&other);
        s->db->mode = DB_READ; /* this one lost it: it saves no head */
    }
}

/* A reader keeps the old pages in use: they go as soon as it has let go. */
TEST(erased_bytes_leave_the_write_ahead_log_once_readers_let_go)
{
    FOR_EACH_STORE(w, s)
    {
        if (s->db->kind == DB_POSTGRES)
            continue;
        const char *wal = arena_printf(w->arena, "%s/tian.db-wal", test_store_it.dir);
        EXPECT(test_facts(w, s->log, 1, 30, 10));
        EXPECT(sqlite_checkpoint(w, s->db, true) && test_facts(w, s->log, 30, 31, 1));
        Db *reader = db_open(w, s->url, DB_READ);
        EXPECT(reader && test_sql(reader, "begin") &&
               test_sql(reader, "select count(*) from part"));
        EXPECT(test_sql(s->db, "pragma busy_timeout = 50"));
        EXPECT(log_begin(w, s->log) && part_erase(w, s->log, 30, 2) && log_commit(w, s->log));
        Str bytes = STR("");
        EXPECT(w->env->read_file(NULL, wal, 32 << 20, w->arena, &bytes));
        EXPECT(str_find(bytes, STR("secret 30")) != SIZE_MAX);
        EXPECT(test_sql(reader, "commit"));
        EXPECT(test_facts(w, s->log, 31, 32, 1));
        EXPECT(w->env->read_file(NULL, wal, 32 << 20, w->arena, &bytes));
        EXPECT(str_find(bytes, STR("secret 30")) == SIZE_MAX);
        db_close(&reader);
    }
}
