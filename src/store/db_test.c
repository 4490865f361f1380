#include "base/test.h"
#include "store/test_store.h"

#include "store/log_int.h"

/* Statements may walk a whole table only where the table is small or the walk is the purpose. */
static bool may_scan(const char *name)
{
    static const char *const all[] = { "dump_",     "act_sum",  "tile_count", "head_all",   "log_",
                                       "fact_last", "act_wipe", "blob_loose", "blob_sweep", "db_",
                                       "make_",     "drop_",    "all_" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strncmp(name, all[i], strlen(all[i])) == 0)
            return true;
    return strstr(name, "_all") != NULL;
}

TEST(every_statement_is_understood_by_both_stores)
{
    FOR_EACH_STORE(w, s)
    {
        for (int id = 0; id < SQL_COUNT; id++) {
            const char *name = sql_text[id].name;
            if (strncmp(name, "make_", 5) == 0 || strncmp(name, "db_", 3) == 0)
                continue; /* the store is there: they ran */
            Stmt *stmt = db_stmt(w, s->db, (enum SqlId)id);
            if (!stmt)
                printf("# %s: %s\n", name, w->err.what);
            EXPECT(stmt);
            if (stmt)
                stmt_reset(stmt);
            work_clear(w);
        }
    }
}

TEST(no_statement_scans_without_need)
{
    Work *w = work_open(env_real(), 1 << 22);
    Store s;
    EXPECT(store_memory(w, &s));
    for (int id = 0; id < SQL_COUNT; id++) {
        char plan[400] = "";
        if (!may_scan(sql_text[id].name))
            EXPECT(sqlite_plan(s.db, (enum SqlId)id, plan, sizeof plan));
        if (strstr(plan, "SCAN") && !strstr(plan, "SCAN CONSTANT"))
            printf("# %s scans: %s\n", sql_text[id].name, plan);
        EXPECT(!strstr(plan, "SCAN") || strstr(plan, "SCAN CONSTANT"));
    }
    store_close(&s);
    work_close(&w);
}

TEST(walks_of_one_statement_nest)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(db_begin(w, s->db));
        for (int i = 0; i < 3; i++) {
            Stmt *put = db_stmt(w, s->db, SQL_VERSION_PUT);
            stmt_text(put, 1, str_printf(w->arena, "x%d", i));
            stmt_int(put, 2, i);
            EXPECT(stmt_run(w, put) && db_changes(s->db) == 1);
        }
        EXPECT(db_commit(w, s->db));
        int pairs = 0;
        bool outer, inner;
        Stmt *a = db_stmt(w, s->db, SQL_DUMP_STORE_VERSION);
        while (stmt_next(w, a, &outer) && outer) {
            Stmt *b = db_stmt(w, s->db, SQL_DUMP_STORE_VERSION);
            EXPECT(a != b);
            while (stmt_next(w, b, &inner) && inner)
                pairs += str_cmp(col_text(a, 0), col_text(b, 0)) < 0;
        }
        EXPECT(pairs == 15); /* account, log, view, x0, x1, x2 in order of bytes */
    }
}

TEST(a_value_goes_in_and_comes_out_as_it_was)
{
    FOR_EACH_STORE(w, s)
    {
        char every[256];
        for (int i = 0; i < 256; i++)
            every[i] = (char)i;
        EXPECT(db_begin(w, s->db));
        Stmt *put = db_stmt(w, s->db, SQL_BLOB_PUT_ALL);
        stmt_bytes(put, 1, STR("0123456789abcdef"));
        stmt_int(put, 2, INT64_MIN);
        stmt_int(put, 3, INT64_MAX);
        stmt_bytes(put, 4, (Str){ every, sizeof every });
        stmt_int(put, 5, -1);
        stmt_null(put, 6);
        stmt_int(put, 7, 0);
        EXPECT(stmt_run(w, put) && db_commit(w, s->db));
        Stmt *get = db_stmt(w, s->db, SQL_BLOB_ALL);
        stmt_bytes(get, 1, STR(""));
        bool row = false;
        EXPECT(stmt_next(w, get, &row) && row);
        EXPECT(col_int(get, 1) == INT64_MIN && col_int(get, 2) == INT64_MAX &&
               col_int(get, 4) == -1);
        EXPECT(str_eq(col_bytes(get, 3), (Str){ every, sizeof every }));
        EXPECT(col_null(get, 5) && !col_null(get, 6));
        stmt_reset(get);
    }
}

TEST(a_broken_rule_spoils_the_transaction_and_no_more)
{
    FOR_EACH_STORE(w, s)
    {
        EXPECT(db_begin(w, s->db));
        for (int i = 0; i < 2; i++) {
            Stmt *put = db_stmt(w, s->db, SQL_LEAF_PUT);
            stmt_int(put, 1, 77);
            stmt_bytes(put, 2, STR("x"));
            EXPECT((stmt_run(w, put) && db_flush(w, s->db)) == (i == 0));
        }
        EXPECT(db_trouble(s->db) == DB_CONSTRAINT && w->err.code == ERR_STORE);
        work_clear(w);
        EXPECT(!db_commit(w, s->db));
        db_rollback(s->db);
        work_clear(w);
        EXPECT(db_trouble(s->db) == DB_FINE);
        int64_t leaves = 0;
        Hash none;
        EXPECT(leaves_read(w, s->db, 77, 77, &none) &&
               db_number(w, db_stmt(w, s->db, SQL_TILE_COUNT), &leaves));
        EXPECT(leaves == 0 && db_begin(w, s->db));
        db_rollback(s->db);
    }
}
