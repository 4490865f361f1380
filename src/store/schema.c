/* The schema: made once, carried on by numbered steps (log and account tables) or made again (view
 * tables). */
#include "store/schema.h"

/* Step i carries the log tables from version i + 1 to i + 2, in one transaction each. Never edit a
 * step that was released; the version of the newest store is one more than their number. */
static const SchemaStep steps[1] = { { NULL, 0 } };
enum { STEP_COUNT = 0, LOG_FIRST = 1, LOG_VERSION = STEP_COUNT + LOG_FIRST, VIEW_VERSION = 3 };

/* Account tables have versions of their own: they are in no backup, so that a store restored from
 * an older one has the newest of them. 0 = a store from before there were accounts. */
static const enum SqlId account_1[] = { SQL_MAKE_ACCOUNT,       SQL_MAKE_ACCOUNT_LOGIN,
                                        SQL_MAKE_SESSION,       SQL_MAKE_SESSION_PERSON,
                                        SQL_MAKE_LINK,          SQL_MAKE_LINK_PERSON,
                                        SQL_MAKE_ACCOUNT_SECRET };
static const enum SqlId account_2[] = { SQL_MAKE_SIGN };
static const SchemaStep account_steps[] = { { account_1, sizeof account_1 / sizeof *account_1 },
                                            { account_2, sizeof account_2 / sizeof *account_2 } };
enum { ACCOUNT_VERSION = sizeof account_steps / sizeof *account_steps };

bool version_read(Work *w, Db *db, Str part, int64_t *ret)
{
    Stmt *s = db_stmt(w, db, SQL_VERSION_GET);
    TRY(s);
    stmt_text(s, 1, part);
    *ret = 0;
    return db_number(w, s, ret);
}

static bool version_write(Work *w, Db *db, Str part, int64_t version)
{
    Stmt *s = db_stmt(w, db, SQL_VERSION_PUT);
    TRY(s);
    stmt_text(s, 1, part);
    stmt_int(s, 2, version);
    return stmt_run(w, s);
}

bool schema_there(Work *w, Db *db, bool *ret)
{
    int64_t tables = 0;
    TRY(db_number(w, db_stmt(w, db, SQL_DB_HAS_STORE), &tables));
    *ret = tables > 0;
    return true;
}

static bool make_group(Work *w, Db *db, TableGroup group)
{
    for (size_t i = 0; i < sql_make_count; i++)
        if (sql_makes[i].group == group)
            TRY(db_exec(w, db, sql_makes[i].id));
    return true;
}

bool schema_make(Work *w, Db *db)
{
    bool there = false;
    TRY(schema_there(w, db, &there));
    if (there)
        return fail(w, ERR_CONFLICT, "store.exists");
    TRY(make_group(w, db, TABLE_LOG));
    TRY(make_group(w, db, TABLE_VIEW));
    TRY(make_group(w, db, TABLE_CACHE));
    TRY(make_group(w, db, TABLE_ACCOUNT));
    TRY(version_write(w, db, STR("log"), LOG_VERSION));
    TRY(version_write(w, db, STR("account"), ACCOUNT_VERSION));
    return version_write(w, db, STR("view"), VIEW_VERSION);
}

static bool run_step(Work *w, Db *db, Str part, const SchemaStep *step, int64_t to)
{
    TRY(db_begin(w, db));
    bool ok = true;
    for (size_t i = 0; ok && i < step->n; i++)
        ok = db_exec(w, db, step->run[i]);
    ok = ok && version_write(w, db, part, to) && db_commit(w, db);
    if (!ok)
        db_rollback(db);
    return ok;
}

bool schema_carry(Work *w, Db *db, Str part, int64_t first, const SchemaStep *list, size_t n)
{
    int64_t found = 0;
    int64_t known = first + (int64_t)n;
    TRY(version_read(w, db, part, &found));
    if (found > known)
        return fail(w, ERR_STORE, "store.newer found=%lld known=%lld", (long long)found,
                    (long long)known);
    if (found < first)
        return fail(w, ERR_STORE, "store.unfinished");
    if (found < known && db->mode == DB_READ)
        return fail(w, ERR_STORE, "store.older found=%lld known=%lld", (long long)found,
                    (long long)known);
    for (; found < known; found++)
        TRY(run_step(w, db, part, &list[found - first], found + 1));
    return true;
}

bool schema_check(Work *w, Db *db, bool *ret_views_old)
{
    bool there = false;
    int64_t view = 0;
    TRY(schema_there(w, db, &there));
    if (!there)
        return fail(w, ERR_STORE, "store.unfinished");
    TRY(schema_carry(w, db, STR("log"), LOG_FIRST, steps, STEP_COUNT));
    TRY(schema_carry(w, db, STR("account"), 0, account_steps, ACCOUNT_VERSION));
    TRY(version_read(w, db, STR("view"), &view));
    if (view > VIEW_VERSION)
        return fail(w, ERR_STORE, "store.newer found=%lld known=%d", (long long)view, VIEW_VERSION);
    *ret_views_old = view != VIEW_VERSION;
    return true;
}

bool schema_known(Work *w, int64_t version)
{
    if (version >= 1 && version <= LOG_VERSION)
        return true;
    return fail(w, ERR_STORE, "store.newer found=%lld known=%d", (long long)version, LOG_VERSION);
}

bool schema_mark(Work *w, Db *db, int64_t version)
{
    TRY(db_begin(w, db));
    if (version_write(w, db, STR("log"), version) && version_write(w, db, STR("view"), 0) &&
        db_commit(w, db))
        return true;
    db_rollback(db);
    return false;
}

static bool clear_all(Work *w, Db *db)
{
    for (size_t i = 0; i < sql_table_count; i++)
        if (sql_tables[i].group == TABLE_VIEW || sql_tables[i].group == TABLE_CACHE)
            TRY(db_exec(w, db, sql_tables[i].drop));
    TRY(make_group(w, db, TABLE_VIEW));
    TRY(make_group(w, db, TABLE_CACHE));
    return version_write(w, db, STR("view"), VIEW_VERSION);
}

bool store_clear_views(Work *w, Db *db)
{
    if (db->in_write)
        return clear_all(w, db);
    TRY(db_begin(w, db));
    if (clear_all(w, db) && db_commit(w, db))
        return true;
    db_rollback(db);
    return false;
}

/* ---- digest ---- */

/* A value: 0 null · 1 and 8 bytes, the number · 2 and 8 bytes of length and the bytes. */
static void digest_column(Hasher *h, Stmt *s, int at, bool number)
{
    char head[9] = { 0 };
    uint64_t bits = 0;
    Str bytes = STR("");
    if (!col_null(s, at)) {
        bytes = number ? bytes : col_bytes(s, at);
        head[0] = number ? 1 : 2;
        bits = number ? (uint64_t)col_int(s, at) : bytes.n;
    }
    bits = __builtin_bswap64(bits);
    memcpy(head + 1, &bits, sizeof bits);
    hasher_put(h, head, head[0] ? sizeof head : 1);
    hasher_put(h, bytes.p, bytes.n);
}

static bool digest_table(Work *w, Db *db, const SqlTable *table, Hash *ret, int64_t *ret_rows)
{
    ARENA_SCOPE(w->arena);
    Stmt *s = db_stmt(w, db, table->dump);
    TRY(s);
    stmt_stream(s);
    Hasher *h = hasher_open(w->arena);
    int64_t rows = 0;
    bool row;
    TRY(stmt_next(w, s, &row));
    for (; row; rows++) {
        for (int i = 0; i < table->columns; i++)
            digest_column(h, s, i, table->numbers[i] == 'i');
        TRY(stmt_next(w, s, &row));
    }
    *ret = hasher_close(h);
    *ret_rows = rows;
    return true;
}

bool store_digest(Work *w, Db *db, Str *ret_text)
{
    Buf text = buf_open(w->arena, 1 << 16);
    Hasher *all = hasher_open(w->arena);
    for (size_t i = 0; i < sql_table_count; i++) {
        const SqlTable *table = &sql_tables[i];
        if (table->group != TABLE_VIEW)
            continue;
        Hash hash;
        int64_t rows;
        TRY(digest_table(w, db, table, &hash, &rows));
        buf_printf(&text, "%-12s %9lld  ", table->name, (long long)rows);
        buf_put(&text, hex_print(w->arena, hash.byte, sizeof hash.byte));
        buf_putc(&text, '\n');
        hasher_put(all, table->name, strlen(table->name) + 1);
        hasher_put(all, hash.byte, sizeof hash.byte);
    }
    Hash total = hasher_close(all);
    buf_printf(&text, "%-12s %9s  ", "total", "");
    buf_put(&text, hex_print(w->arena, total.byte, sizeof total.byte));
    buf_putc(&text, '\n');
    *ret_text = buf_str(&text);
    return true;
}
