#include "store/store_int.h"

Db *db_open(Work *w, const char *url, DbMode mode)
{
    Str name = str_of(url);
    Db *db = heap_zeroed(1, sizeof *db);
    db->mode = mode;
    db->url = heap_zeroed(1, name.n + 1);
    memcpy(db->url, name.p, name.n);
    bool remote = str_starts(name, STR("postgresql://")) || str_starts(name, STR("postgres://"));
    db->kind = remote ? DB_POSTGRES : DB_SQLITE;
    db->driver = remote ? &driver_postgres : &driver_sqlite;
    if (remote ? postgres_open(w, db, url) : sqlite_open(w, db, url))
        return db;
    db_close(&db);
    return NULL;
}

void db_close(Db **ref)
{
    Db *db = *ref;
    if (!db)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        for (Stmt *s = db->made[i], *next; s; s = next) {
            next = s->next;
            db->driver->drop(s);
            heap_free(s);
        }
    }
    if (db->handle)
        db->driver->close(db);
    heap_free(db->url);
    heap_free(db);
    *ref = NULL;
}

DbKind db_kind(const Db *db)
{
    return db->kind;
}

DbTrouble db_trouble(const Db *db)
{
    return db->trouble;
}

bool db_flush(Work *w, Db *db)
{
    return !db->driver->flush || db->driver->flush(w, db);
}

/* For callers that cannot fail: what goes wrong is kept as the trouble of the transaction. */
static void flush_apart(Db *db)
{
    Work *apart = work_open(env_real(), 1 << 16);
    (void)db_flush(apart, db);
    work_close(&apart);
}

int64_t db_changes(Db *db)
{
    if (db->pipe_n)
        flush_apart(db);
    return db->changes;
}

int64_t db_writes(const Db *db)
{
    return db->writes;
}

bool db_exec(Work *w, Db *db, enum SqlId id)
{
    CHECK(sql_text[id].params == 0);
    return db->driver->exec(w, db, id);
}

/* Walks that were left open end with their transaction; going on with one fails a CHECK. */
static void reset_all(Db *db)
{
    db->ends++;
    for (size_t i = 0; i < SQL_COUNT; i++)
        for (Stmt *s = db->made[i]; s; s = s->next)
            if (s->busy)
                stmt_reset(s);
}

bool db_begin(Work *w, Db *db)
{
    CHECK(!db->in_write);
    TRY(db_exec(w, db, SQL_DB_BEGIN));
    db->in_write = true;
    return true;
}

bool db_snapshot(Work *w, Db *db)
{
    CHECK(!db->in_write);
    return db_exec(w, db, SQL_DB_SNAPSHOT);
}

bool db_commit(Work *w, Db *db)
{
    CHECK(db->in_write);
    reset_all(db);
    TRY(db_flush(w, db));
    if (db->trouble != DB_FINE)
        return fail(w, ERR_STORE, "store.spoiled");
    TRY(db_exec(w, db, SQL_DB_COMMIT));
    db->in_write = false;
    return true;
}

void db_rollback(Db *db)
{
    CHECK(db->in_write);
    reset_all(db);
    flush_apart(db);
    Work *apart = work_open(env_real(), 1 << 16); /* keeps the error that led here */
    (void)db_exec(apart, db, SQL_DB_ROLLBACK);
    work_close(&apart);
    db->in_write = false;
    if (db->trouble != DB_FATAL)
        db->trouble = DB_FINE;
}

static Stmt *stmt_add(Work *w, Db *db, enum SqlId id)
{
    Stmt *s = heap_zeroed(1, sizeof *s);
    s->db = db;
    s->id = id;
    if (!db->driver->prepare(w, s)) {
        heap_free(s);
        return NULL;
    }
    s->next = db->made[id];
    db->made[id] = s;
    return s;
}

Stmt *db_stmt(Work *w, Db *db, enum SqlId id)
{
    CHECK(id < SQL_COUNT);
    Stmt *s = db->made[id];
    int copies = 0;
    for (; s && s->busy; s = s->next)
        copies++;
    CHECK(copies < STMT_COPIES); /* somebody leaves walks without stmt_reset */
    if (!s)
        s = stmt_add(w, db, id);
    if (s)
        s->busy = true;
    return s;
}

static void check_place(const Stmt *s, int at)
{
    CHECK(s->busy);
    CHECK(at >= 1 && at <= sql_text[s->id].params);
}

void stmt_int(Stmt *s, int at, int64_t value)
{
    check_place(s, at);
    s->db->driver->bind_int(s, at, value);
}

void stmt_text(Stmt *s, int at, Str value)
{
    check_place(s, at);
    s->db->driver->bind_bytes(s, at, value, true, false);
}

void stmt_bytes(Stmt *s, int at, Str value)
{
    check_place(s, at);
    s->db->driver->bind_bytes(s, at, value, false, false);
}

void stmt_lend(Stmt *s, int at, Str value)
{
    check_place(s, at);
    s->db->driver->bind_bytes(s, at, value, false, true);
}

void stmt_null(Stmt *s, int at)
{
    check_place(s, at);
    s->db->driver->bind_null(s, at);
}

bool stmt_run(Work *w, Stmt *s)
{
    CHECK(s->busy);
    bool row = false;
    s->db->changes = 0;
    bool ok = s->db->driver->run ? s->db->driver->run(w, s) : s->db->driver->step(w, s, &row);
    stmt_reset(s);
    if (ok && s->db->changes)
        s->db->writes++;
    return ok;
}

bool stmt_next(Work *w, Stmt *s, bool *ret_row)
{
    CHECK(s->busy); /* else: the walk ended, or its transaction did */
    bool row = false;
    bool ok = s->db->driver->step(w, s, &row);
    if (!ok || !row)
        stmt_reset(s);
    if (ok)
        *ret_row = row;
    return ok;
}

void stmt_reset(Stmt *s)
{
    s->db->driver->reset(s);
    s->busy = false;
}

bool db_number(Work *w, Stmt *s, int64_t *ret)
{
    bool row;
    TRY(s);
    TRY(stmt_next(w, s, &row));
    if (!row)
        return true;
    if (!col_null(s, 0))
        *ret = col_int(s, 0);
    stmt_reset(s);
    return true;
}

int64_t col_int(Stmt *s, int at)
{
    return s->db->driver->get_int(s, at);
}

Str col_text(Stmt *s, int at)
{
    return s->db->driver->get_bytes(s, at);
}

Str col_bytes(Stmt *s, int at)
{
    return s->db->driver->get_bytes(s, at);
}

bool col_null(Stmt *s, int at)
{
    return s->db->driver->is_null(s, at);
}
