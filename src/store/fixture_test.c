#include "store/test_store.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/test.h"

const char *test_new_folder(Work *w)
{
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(w->arena, "%s/tian_store_XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(dir));
    return dir;
}

void test_drop_folder(const char *dir)
{
    DIR *open = opendir(dir);
    CHECK(open);
    for (struct dirent *entry; (entry = readdir(open));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        (void)unlink(path);
    }
    closedir(open);
    (void)rmdir(dir);
}

bool test_sql(Db *db, const char *text)
{
    if (db->kind == DB_SQLITE)
        return sqlite3_exec(db->handle, text, NULL, NULL, NULL) == SQLITE_OK;
    PGresult *result = PQexec(db->handle, text);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

const char *test_url(Work *w, int turn, const char *name)
{
    if (turn == 0)
        return NULL;
    const char *base = getenv("TIAN_TEST_PG");
    base = base ? base : getenv("TIAN_PG_URL");
    if (!base || turn > 1)
        return "";
    char *schema = arena_printf(w->arena, "store_%s_%d", name, (int)getpid());
    PGconn *conn = PQconnectdb(base);
    PQclear(PQexec(conn, arena_printf(w->arena,
                                      "set client_min_messages = error; "
                                      "drop schema if exists %s cascade",
                                      schema)));
    PQfinish(conn);
    return arena_printf(w->arena, "%s%soptions=-csearch_path%%3D%s", base,
                        strchr(base, '?') ? "&" : "?", schema);
}

static void drop_remote(Store *s)
{
    if (s->db && s->db->kind == DB_POSTGRES)
        (void)test_sql(
            s->db, "set client_min_messages = error; do $$ begin execute format("
                   "'drop schema if exists %I cascade', current_setting('search_path')); end $$");
}

bool test_reopen(TestStore *t, DbMode mode)
{
    store_close(&t->store);
    return store_open(t->w, t->dir, mode, &t->store);
}

bool test_store_next(TestStore *t)
{
    if (t->w) {
        if (t->store.db && t->store.db->mode == DB_READ)
            EXPECT(test_reopen(t, DB_WRITE));
        drop_remote(&t->store);
        if (t->store.db)
            t->store.db->trouble = DB_FATAL; /* no head is saved into what was just dropped */
        store_close(&t->store);
        test_drop_folder(t->dir);
        if (t->w->err.code != ERR_NONE)
            printf("# %s at %s\n", t->w->err.what, t->w->err.where);
        work_close(&t->w);
    }
    t->turn++;
    t->w = work_open(env_real(), 64 << 20);
    const char *url = test_url(t->w, t->turn, "one");
    if (url && !*url) {
        work_close(&t->w);
        return false;
    }
    snprintf(t->dir, sizeof t->dir, "%s", test_new_folder(t->w));
    bool ok = store_init(t->w, t->dir, url) && store_open(t->w, t->dir, DB_WRITE, &t->store);
    EXPECT(ok);
    if (!ok)
        printf("# %s at %s\n", t->w->err.what, t->w->err.where);
    return ok;
}

bool test_fact(Work *w, Log *log, int number)
{
    Canon *open = canon_open(w->arena);
    canon_int(open, "n", number);
    canon_text(open, "t", str_printf(w->arena, "text %d", number));
    Canon *hidden = canon_open(w->arena);
    canon_text(hidden, "name", str_printf(w->arena, "secret %d", number));
    PrivatePart part = { .cls = 3, .keep_until_day = 20000 };
    Fact fact = { .act_n = 0,
                  .made_ms = w->now_ms,
                  .seat = 1,
                  .unit = number,
                  .book = 2,
                  .verb = 5,
                  .subject = number,
                  .prev = -1,
                  .open = canon_bytes(w, open) };
    if (number % 5 == 0) {
        part.body = canon_bytes(w, hidden);
        fact.hidden = &part;
        fact.hidden_count = 1;
    }
    TRY(log_append(w, log, &fact));
    return act_add(w, log, act_id_new(w), 1, 0, fact.seq, 1, hash_of("x", 1));
}

bool test_facts(Work *w, Log *log, int from, int to, int batch)
{
    for (int i = from; i < to;) {
        ARENA_SCOPE(w->arena);
        TRY(log_begin(w, log));
        for (int end = i + batch < to ? i + batch : to; i < end; i++)
            TRY(test_fact(w, log, i));
        TRY(log_commit(w, log));
    }
    return true;
}

bool sqlite_plan(Db *db, enum SqlId id, char *ret, size_t room)
{
    char text[8192];
    sqlite3_stmt *own;
    snprintf(text, sizeof text, "explain query plan %s", sql_text[id].text[DB_SQLITE]);
    if (sqlite3_prepare_v2(db->handle, text, -1, &own, NULL) != SQLITE_OK)
        return false;
    size_t n = 0;
    ret[0] = 0;
    while (sqlite3_step(own) == SQLITE_ROW && n < room)
        n += (size_t)snprintf(ret + n, room - n, "%s; ", sqlite3_column_text(own, 3));
    (void)sqlite3_finalize(own);
    return true;
}
