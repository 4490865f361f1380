/* SQLite: one file, write-ahead log, every commit synced before it returns. The connection in
 * write mode is the only one that checkpoints; nothing is mapped into memory, so that an I/O error
 * is an error code and never a signal. */
#include <sqlite3.h>

#include "store/store_int.h"

enum {
    BUSY_MS = 10000,
    CHECKPOINT_PAGES = 4000 /* 16 MB of log between two checkpoints */
};

static DbTrouble trouble_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return DB_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT: return DB_BUSY;
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_READONLY: return DB_REFUSED;
    default: return DB_FATAL; /* IOERR FULL CORRUPT NOTADB CANTOPEN NOMEM PROTOCOL … */
    }
}

static bool broken(Work *w, Db *db, const char *what)
{
    int code = sqlite3_extended_errcode(db->handle);
    DbTrouble trouble = trouble_of(code);
    if (trouble > db->trouble)
        db->trouble = trouble;
    return fail(w, trouble == DB_BUSY ? ERR_CONFLICT : ERR_STORE,
                "store.database what=%s code=%d text=%s", what, code, sqlite3_errmsg(db->handle));
}

static bool pragma(Work *w, Db *db, const char *text)
{
    if (sqlite3_exec(db->handle, text, NULL, NULL, NULL) != SQLITE_OK)
        return broken(w, db, text);
    return true;
}

static int note_wal(void *self, sqlite3 *handle, const char *name, int pages)
{
    (void)handle;
    (void)name;
    Db *db = self;
    db->wal_pages = pages;
    return SQLITE_OK;
}

static bool set_up(Work *w, Db *db)
{
    TRY(pragma(w, db, "pragma mmap_size = 0"));
    TRY(pragma(w, db, "pragma trusted_schema = off"));
    TRY(pragma(w, db, "pragma temp_store = memory"));
    if (db->mode == DB_READ)
        return true;
    TRY(pragma(w, db, "pragma cache_size = -16384"));
    TRY(pragma(w, db,
               "pragma secure_delete = on")); /* an erased part leaves no bytes in free pages */
    if (db->mode != DB_MEMORY)
        TRY(pragma(w, db, "pragma journal_mode = wal"));
#ifdef TIAN_PLANT_NORMAL /* the fault that tests/crash must find */
    TRY(pragma(w, db, "pragma synchronous = normal"));
#else
    TRY(pragma(w, db, "pragma synchronous = full"));
#endif
    TRY(pragma(w, db, "pragma wal_autocheckpoint = 0"));
    sqlite3_wal_hook(db->handle, note_wal, db);
    return true;
}

bool sqlite_open(Work *w, Db *db, const char *path)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE;
    switch (db->mode) {
    case DB_READ: flags |= SQLITE_OPEN_READONLY; break;
    case DB_WRITE: flags |= SQLITE_OPEN_READWRITE; break;
    case DB_CREATE: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
    case DB_MEMORY:
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
        path = ":memory:";
        break;
    }
    sqlite3 *handle = NULL;
    int code = sqlite3_open_v2(path, &handle, flags, NULL);
    db->handle = handle;
    db->checkpoint_pages = CHECKPOINT_PAGES;
    if (code != SQLITE_OK)
        return fail(w, ERR_STORE, "store.not_opened path=%s text=%s", path, sqlite3_errstr(code));
    sqlite3_busy_timeout(handle, BUSY_MS);
    return set_up(w, db);
}

static void close_handle(Db *db)
{
    /* The last connection to close would checkpoint without being asked and without being heard. */
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_close_v2(db->handle);
}

bool sqlite_checkpoint(Work *w, Db *db, bool whole)
{
    whole = whole || db->whole_due;
    if (db->kind != DB_SQLITE || (!whole && db->wal_pages < db->checkpoint_pages))
        return true;
    int mode = whole ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, NULL, NULL);
    bool busy = (code & 0xff) == SQLITE_BUSY; /* a reader stands in the way */
    if (code != SQLITE_OK && !busy)
        return broken(w, db, "checkpoint");
    db->whole_due =
        whole && busy; /* erased bytes may still stand in the log: again after the next batch */
    db->wal_pages = 0;
    return true;
}

static bool exec(Work *w, Db *db, enum SqlId id)
{
    if (sqlite3_exec(db->handle, sql_text[id].text[DB_SQLITE], NULL, NULL, NULL) != SQLITE_OK)
        return broken(w, db, sql_text[id].name);
    return true;
}

static bool prepare(Work *w, Stmt *s)
{
    sqlite3_stmt *own = NULL;
    const SqlText *text = &sql_text[s->id];
    if (sqlite3_prepare_v3(s->db->handle, text->text[DB_SQLITE], -1, SQLITE_PREPARE_PERSISTENT,
                           &own, NULL) != SQLITE_OK)
        return broken(w, s->db, text->name);
    CHECK(sqlite3_bind_parameter_count(own) == text->params);
    s->own = own;
    return true;
}

static void bind_int(Stmt *s, int at, int64_t value)
{
    CHECK(sqlite3_bind_int64(s->own, at, value) == SQLITE_OK);
}

static void bind_bytes(Stmt *s, int at, Str value, bool is_text, bool lent)
{
    CHECK(value.n <= TEXT_MAX);
    sqlite3_destructor_type keep = lent ? SQLITE_STATIC : SQLITE_TRANSIENT;
    const char *p = value.p ? value.p : ""; /* NULL would bind NULL */
    int code = is_text ? sqlite3_bind_text(s->own, at, p, (int)value.n, keep)
                       : sqlite3_bind_blob(s->own, at, p, (int)value.n, keep);
    CHECK(code == SQLITE_OK);
}

static void bind_null(Stmt *s, int at)
{
    CHECK(sqlite3_bind_null(s->own, at) == SQLITE_OK);
}

static bool step(Work *w, Stmt *s, bool *ret_row)
{
    int code = sqlite3_step(s->own);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return broken(w, s->db, sql_text[s->id].name);
    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_DONE && !sqlite3_stmt_readonly(s->own))
        s->db->changes = sqlite3_changes64(s->db->handle);
    return true;
}

static void reset(Stmt *s)
{
    (void)sqlite3_reset(s->own); /* repeats the error that step told */
    (void)sqlite3_clear_bindings(s->own);
}

static void drop(Stmt *s)
{
    (void)sqlite3_finalize(s->own);
}

static int64_t get_int(Stmt *s, int at)
{
    return sqlite3_column_int64(s->own, at);
}

static Str get_bytes(Stmt *s, int at)
{
    const char *p = sqlite3_column_blob(s->own, at);
    int n = sqlite3_column_bytes(s->own, at);
    return (Str){ p ? p : "", (size_t)n };
}

static bool is_null(Stmt *s, int at)
{
    return sqlite3_column_type(s->own, at) == SQLITE_NULL;
}

const Driver driver_sqlite = {
    .exec = exec,
    .prepare = prepare,
    .bind_int = bind_int,
    .bind_bytes = bind_bytes,
    .bind_null = bind_null,
    .step = step,
    .reset = reset,
    .drop = drop,
    .get_int = get_int,
    .get_bytes = get_bytes,
    .is_null = is_null,
    .close = close_handle,
};
