#include <sys/stat.h>

#include "base/test.h"
#include "store/schema.h"
#include "store/test_store.h"

static bool fill_views(Work *w, Db *db)
{
    static const char *const sql[] = {
        "insert into unit values (2, 0, 5), (1, 7, 4)",
        "insert into unit_span values (1, 0, 2, 18000, 5, 2932896, 4611686018427387904, null, "
        "'\xE7\x94\xB0', null)",
        "insert into unit_span values (1, 0, 2, 17000, 5, 2932896, 4611686018427387904, null, 'Z', "
        "3)",
        "insert into pack values ('b', 1, 9, 1, 0, 0), ('B', 1, 9, 1, 0, 0), ('\xC3\xA9', 2, 9, 1, "
        "0, 0)",
    };
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        if (!test_sql(db, sql[i]))
            return false;
    return work_ok(w);
}

TEST(the_digest_of_the_views_is_the_same_on_both_stores)
{
    char first[4096] = "";
    FOR_EACH_STORE(w, s)
    {
        Str empty = STR(""), text = STR(""), again = STR("");
        EXPECT(store_digest(w, s->db, &empty) && fill_views(w, s->db) &&
               store_digest(w, s->db, &text));
        EXPECT(!str_eq(empty, text) && text.n < sizeof first);
        EXPECT(str_find(text, STR("total")) != SIZE_MAX &&
               str_find(text, STR("unit_span")) != SIZE_MAX);
        if (test_store_it.turn == 0)
            memcpy(first, text.p, text.n);
        EXPECT(str_eq(text, str_of(first)));
        EXPECT(store_clear_views(w, s->db) && store_digest(w, s->db, &again) &&
               str_eq(empty, again));
        EXPECT(fill_views(w, s->db) && store_digest(w, s->db, &again) && str_eq(text, again));
        EXPECT(test_sql(s->db, "update unit set shard = 8 where unit = 1"));
        EXPECT(store_digest(w, s->db, &again) && !str_eq(text, again));
    }
}

TEST(a_backup_becomes_the_same_log_on_either_store)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(test_facts(w, s->log, 1, 400, 60));
        EXPECT(log_begin(w, s->log) && part_erase(w, s->log, 20, 2) && log_commit(w, s->log));
        EXPECT(test_sql(
            s->db,
            "insert into blob (name, \"by\", size, bytes, state) select salt0, 1, 2, salt0, 0 "
            "from fact where seq < 4"));
        EXPECT(store_save_head(w, s));
        ActId act = act_id_new(w);
        Hash digest = act_digest(s->log, 1, 1, STR("x"));
        EXPECT(log_begin(w, s->log) && act_add(w, s->log, act, 1, 1, 1, 0, digest) &&
               log_commit(w, s->log));
        Head head = log_head(s->log);
        const char *file = arena_printf(w->arena, "%s/copy.tian", test_store_it.dir);
        EXPECT(store_backup(w, s, file));
        for (int turn = 0; turn < 2; turn++) {
            const char *url = test_url(w, turn, "two");
            if (url && !*url)
                continue;
            const char *dir = test_new_folder(w);
            Store copy;
            EXPECT(store_restore(w, file, dir, url));
            EXPECT(store_open(w, dir, DB_WRITE, &copy) && copy.views_old);
            Head other = log_head(copy.log);
            EXPECT(other.size == head.size &&
                   memcmp(&other.root, &head.root, sizeof other.root) == 0);
            int64_t facts = 0, blobs = 0, first = 0;
            EXPECT(log_verify(w, copy.db, &facts) && facts == 399);
            Stmt *dump = db_stmt(w, copy.db, SQL_DUMP_BLOB);
            for (bool row; stmt_next(w, dump, &row) && row;)
                blobs++;
            EXPECT(blobs == 4);
            bool found = false;
            int32_t count = 0;
            EXPECT(act_find(w, copy.log, act, act_digest(copy.log, 1, 1, STR("x")), &found, &first,
                            &count));
            EXPECT(found);
            EXPECT(store_clear_views(w, copy.db) && test_facts(w, copy.log, 400, 410, 5));
            const char *second = arena_printf(w->arena, "%s/again.tian", dir);
            EXPECT(store_backup(w, &copy, second));
            store_close(&copy);
            EXPECT(store_open(w, dir, DB_READ, &copy) && !copy.views_old);
            store_close(&copy);
            EXPECT(!store_restore(w, second, dir, url) && w->err.code == ERR_CONFLICT);
            work_clear(w);
            test_drop_folder(dir);
        }
    }
}

/* Each byte of a small backup changed in turn, and each cut: never restored. */
TEST(a_damaged_backup_is_never_restored)
{
    Work *w = work_open(env_real(), 64 << 20);
    const char *dir = test_new_folder(w), *other = test_new_folder(w);
    Store s;
    Str bytes = STR("");
    EXPECT(store_init(w, dir, NULL) && store_open(w, dir, DB_WRITE, &s));
    EXPECT(test_facts(w, s.log, 1, 6, 5));
    const char *file = arena_printf(w->arena, "%s/copy.tian", dir);
    EXPECT(store_backup(w, &s, file) && w->env->read_file(NULL, file, 1 << 20, w->arena, &bytes));
    store_close(&s);
    for (size_t i = 0; i < bytes.n; i += 7) {
        ARENA_SCOPE(w->arena);
        Str bad = str_copy(w->arena, bytes);
        ((char *)(uintptr_t)bad.p)[i] ^= 0x10;
        if (i % 2)
            bad.n = i;
        FILE *out = fopen(file, "wb");
        EXPECT(out && fwrite(bad.p, 1, bad.n, out) == bad.n && fclose(out) == 0);
        bool restored = store_restore(w, file, other, NULL);
        EXPECT(!restored && w->err.code == ERR_STORE);
        struct stat st;
        EXPECT(stat(arena_printf(w->arena, "%s/tian.db", other), &st) != 0);
        work_clear(w);
    }
    test_drop_folder(dir);
    test_drop_folder(other);
    work_close(&w);
}

TEST(a_store_that_lost_facts_behind_its_head_is_not_opened)
{
    Work *w = work_open(env_real(), 64 << 20);
    const char *dir = test_new_folder(w);
    const char *db = arena_printf(w->arena, "%s/tian.db", dir);
    Store s;
    Str old = STR("");
    EXPECT(store_init(w, dir, NULL) && store_open(w, dir, DB_WRITE, &s));
    EXPECT(test_facts(w, s.log, 1, 10, 5));
    store_close(&s);
    EXPECT(w->env->read_file(NULL, db, 1 << 24, w->arena, &old));
    EXPECT(store_open(w, dir, DB_WRITE, &s) && test_facts(w, s.log, 10, 20, 5));
    store_close(&s);
    EXPECT(w->env->write_file(NULL, db, old)); /* somebody copies an old file back */
    EXPECT(!store_open(w, dir, DB_WRITE, &s) && strstr(w->err.what, "store.behind_head"));
    test_drop_folder(dir);
    work_close(&w);
}

TEST(one_process_writes_and_newer_stores_are_refused)
{
    FOR_EACH_STORE(w, s)
    {
        Store second;
        EXPECT(!store_open(w, test_store_it.dir, DB_WRITE, &second) && w->err.code == ERR_CONFLICT);
        work_clear(w);
        EXPECT(!store_init(w, test_store_it.dir, NULL) && w->err.code == ERR_CONFLICT);
        work_clear(w);
        EXPECT(
            test_sql(s->db, "update store_version set version = version + 1 where part = 'view'"));
        EXPECT(!test_reopen(&test_store_it, DB_WRITE) && strstr(w->err.what, "store.newer"));
        work_clear(w);
    }
}

/* A fixture of an older store: this one before two later steps. */
TEST(an_older_store_is_carried_on_step_by_step)
{
    static const enum SqlId first[] = { SQL_DROP_COLUMN };
    static const enum SqlId second[] = { SQL_MAKE_COLUMN, SQL_TILE_COUNT };
    static const enum SqlId broken[] = { SQL_DROP_COLUMN, SQL_MAKE_TILE };
    const SchemaStep list[] = { { first, 1 }, { second, 1 }, { broken, 2 } };
    FOR_EACH_STORE(w, s)
    {
        int64_t version = 0;
        EXPECT(schema_carry(w, s->db, STR("log"), 1, list, 2));
        EXPECT(version_read(w, s->db, STR("log"), &version) && version == 3);
        EXPECT(test_sql(s->db, "select rows from \"column\""));
        EXPECT(!schema_carry(w, s->db, STR("log"), 1, list, 1) &&
               strstr(w->err.what, "store.newer"));
        work_clear(w);
        EXPECT(!schema_carry(w, s->db, STR("log"), 1, list, 3) &&
               w->err.code == ERR_STORE); /* tile is there already */
        work_clear(w);
        EXPECT(version_read(w, s->db, STR("log"), &version) && version == 3);
        EXPECT(test_sql(s->db, "select rows from \"column\"")); /* the failed step left nothing */
        s->db->mode = DB_READ;
        EXPECT(!schema_carry(w, s->db, STR("log"), 1, list, 3) &&
               strstr(w->err.what, "store.older"));
        s->db->mode = DB_WRITE;
        work_clear(w);
    }
}

static bool put_link(Work *w, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_LINK_PUT);
    TRY(s);
    stmt_bytes(s, 1, STR("x"));
    stmt_int(s, 2, 7);
    stmt_int(s, 3, 0);
    return stmt_run(w, s);
}

/* A fixture of a store from before there were accounts: account step 1 makes their tables. */
TEST(a_store_without_account_tables_gets_them)
{
    FOR_EACH_STORE(w, s)
    {
        int64_t version = -1;
        EXPECT(test_sql(s->db, "drop table account; drop table session; drop table link; "
                               "drop table account_secret; drop table sign; "
                               "delete from store_version where part = 'account'"));
        EXPECT(!test_reopen(&test_store_it, DB_READ) && strstr(w->err.what, "store.older"));
        work_clear(w);
        EXPECT(test_reopen(&test_store_it, DB_WRITE));
        EXPECT(version_read(w, s->db, STR("account"), &version) && version == 2);
        EXPECT(put_link(w, s->db));
    }
}

TEST(account_tables_are_no_views)
{
    FOR_EACH_STORE(w, s)
    {
        Str before, after;
        EXPECT(store_digest(w, s->db, &before));
        EXPECT(put_link(w, s->db));
        EXPECT(store_digest(w, s->db, &after) && str_eq(before, after));
        EXPECT(store_clear_views(w, s->db));
        bool row = false;
        Stmt *all = db_stmt(w, s->db, SQL_LINK_ALL);
        EXPECT(all && stmt_next(w, all, &row) && row);
        if (row)
            EXPECT(col_int(all, 1) == 7);
        stmt_reset(all);
    }
}

TEST(a_store_in_memory_needs_no_folder)
{
    Work *w = work_open(env_real(), 1 << 22);
    Store s;
    int64_t facts = 0;
    EXPECT(store_memory(w, &s) && test_facts(w, s.log, 1, 20, 5));
    EXPECT(log_verify(w, s.db, &facts) && facts == 19);
    store_close(&s);
    work_close(&w);
}
