/* PostgreSQL by URL: writes of a transaction go in pipeline mode; numbers go as decimal text, bytes
 * as they are; all results come binary. A walk holds its whole result, so large tables are read in
 * slices (fact_walk) or one row at a time (stmt_stream, when nothing else is asked meanwhile). A
 * lost connection is DB_FATAL. */
#include <libpq-fe.h>

#include "base/num.h"
#include "store/store_int.h"

enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };

typedef struct PgStmt {
    char name[16];
    const char *value[STMT_PARAMS];
    int size[STMT_PARAMS];
    int format[STMT_PARAMS];
    char digits[STMT_PARAMS][24];
    void *copy[STMT_PARAMS];
    PGresult *result;
    int row;
    bool stream;
} PgStmt;

static DbTrouble trouble_of(PGconn *conn, const PGresult *result)
{
    if (PQstatus(conn) != CONNECTION_OK || !result)
        return DB_FATAL;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state)
        return DB_FATAL;
    if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0)
        return DB_CONSTRAINT;
    if (strncmp(state, "40", 2) == 0 || strncmp(state, "55", 2) == 0)
        return DB_BUSY;
    if (strncmp(state, "42", 2) == 0 || strncmp(state, "25", 2) == 0)
        return DB_REFUSED;
    return DB_FATAL; /* 08 connection, 53 resources, 57 shutdown, 58 I/O, XX corrupt … */
}

static bool broken(Work *w, Db *db, const char *what, PGresult *result)
{
    DbTrouble trouble = trouble_of(db->handle, result);
    if (trouble > db->trouble)
        db->trouble = trouble;
    const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    (void)fail(w, trouble == DB_BUSY ? ERR_CONFLICT : ERR_STORE,
               "store.database what=%s code=%s text=%s", what, state ? state : "-",
               text ? text : PQerrorMessage(db->handle));
    PQclear(result);
    return false;
}

static bool take_answer(Work *w, Db *db, enum SqlId id)
{
    bool ok = true;
    for (PGresult *result; (result = PQgetResult(db->handle));) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK)
            (void)num_parse_int(str_of(PQcmdTuples(result)), &db->changes);
        if (status == PGRES_FATAL_ERROR && ok) {
            ok = broken(w, db, sql_text[id].name, result);
            continue;
        }
        ok = ok && status != PGRES_PIPELINE_ABORTED; /* the error came before it */
        PQclear(result);
    }
    return ok;
}

static bool flush(Work *w, Db *db)
{
    if (db->pipe_n == 0)
        return true;
    bool ok = PQpipelineSync(db->handle) == 1;
    for (int i = 0; i < db->pipe_n; i++)
        ok = take_answer(w, db, db->pipe[i]) && ok;
    db->pipe_n = 0;
    PQclear(PQgetResult(db->handle)); /* the mark of the sync */
    ok = PQexitPipelineMode(db->handle) == 1 && ok;
    if (!ok && db->trouble == DB_FINE)
        return broken(w, db, "pipeline", NULL);
    return ok || fail(w, ERR_STORE, "store.spoiled");
}

static bool command(Work *w, Db *db, const char *what, const char *text)
{
    TRY(flush(w, db));
    PGresult *result = PQexec(db->handle, text);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return broken(w, db, what, result);
    PQclear(result);
    return true;
}

static bool exec(Work *w, Db *db, enum SqlId id)
{
    return command(w, db, sql_text[id].name, sql_text[id].text[DB_POSTGRES]);
}

static void hear_nothing(void *self, const char *text)
{
    (void)self;
    (void)text;
}

bool postgres_open(Work *w, Db *db, const char *url)
{
    db->handle = PQconnectdb(url);
    if (PQstatus(db->handle) != CONNECTION_OK)
        return fail(w, ERR_STORE, "store.not_opened path=%s text=%s", "postgresql",
                    PQerrorMessage(db->handle));
    (void)PQsetNoticeProcessor(db->handle, hear_nothing, NULL);
    TRY(command(w, db, "encoding", "set client_encoding = 'UTF8'"));
    TRY(command(w, db, "synchronous_commit", "set synchronous_commit = on"));
    if (db->mode == DB_READ)
        TRY(command(w, db, "read only", "set default_transaction_read_only = on"));
    return db->mode != DB_CREATE || exec(w, db, SQL_DB_MAKE_SCHEMA);
}

static void close_handle(Db *db)
{
    PQfinish(db->handle);
}

static bool prepare(Work *w, Stmt *s)
{
    Db *db = s->db;
    const SqlText *text = &sql_text[s->id];
    CHECK(text->params <= STMT_PARAMS);
    TRY(flush(w, db));
    PgStmt *own = heap_zeroed(1, sizeof *own);
    snprintf(own->name, sizeof own->name, "s%d", (int)s->id);
    if (!db->prepared[s->id]) {
        PGresult *result = PQprepare(db->handle, own->name, text->text[DB_POSTGRES], 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            heap_free(own);
            return broken(w, db, text->name, result);
        }
        PQclear(result);
        db->prepared[s->id] = true;
    }
    s->own = own;
    return true;
}

static void forget_value(PgStmt *own, int i)
{
    heap_free(own->copy[i]);
    own->copy[i] = NULL;
}

static void bind_int(Stmt *s, int at, int64_t value)
{
    PgStmt *own = s->own;
    int i = at - 1;
    forget_value(own, i);
    snprintf(own->digits[i], sizeof own->digits[i], "%lld", (long long)value);
    own->value[i] = own->digits[i];
    own->format[i] = 0;
}

static void bind_bytes(Stmt *s, int at, Str value, bool is_text, bool lent)
{
    PgStmt *own = s->own;
    int i = at - 1;
    CHECK(value.n <= TEXT_MAX);
    (void)is_text; /* binary text is its bytes */
    forget_value(own, i);
    if (!lent && value.n) {
        own->copy[i] = heap_zeroed(1, value.n);
        memcpy(own->copy[i], value.p, value.n);
    }
    own->value[i] = value.n == 0 ? "" : lent ? value.p : own->copy[i];
    own->size[i] = (int)value.n;
    own->format[i] = 1;
}

static void bind_null(Stmt *s, int at)
{
    PgStmt *own = s->own;
    forget_value(own, at - 1);
    own->value[at - 1] = NULL;
}

static bool answer(Work *w, Stmt *s, bool *ret_row)
{
    PgStmt *own = s->own;
    Db *db = s->db;
    const char *count;
    switch (PQresultStatus(own->result)) {
    case PGRES_COMMAND_OK:
        count = PQcmdTuples(own->result);
        (void)num_parse_int(str_of(*count ? count : "0"), &db->changes);
        *ret_row = false;
        return true;
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK: *ret_row = PQntuples(own->result) > 0; return true;
    default: break;
    }
    PGresult *bad = own->result;
    own->result = NULL;
    return broken(w, db, sql_text[s->id].name, bad);
}

static bool step_stream(Work *w, Stmt *s, bool *ret_row)
{
    PgStmt *own = s->own;
    Db *db = s->db;
    if (!own->result) {
        if (!PQsendQueryPrepared(db->handle, own->name, sql_text[s->id].params, own->value,
                                 own->size, own->format, 1) ||
            !PQsetSingleRowMode(db->handle))
            return broken(w, db, sql_text[s->id].name, NULL);
    } else {
        PQclear(own->result);
    }
    own->result = PQgetResult(db->handle);
    own->row = 0;
    return answer(w, s, ret_row);
}

static bool step(Work *w, Stmt *s, bool *ret_row)
{
    PgStmt *own = s->own;
    TRY(flush(w, s->db));
    if (own->stream)
        return step_stream(w, s, ret_row);
    if (own->result) {
        own->row++;
        *ret_row = own->row < PQntuples(own->result);
        return true;
    }
    own->result = PQexecPrepared(s->db->handle, own->name, sql_text[s->id].params, own->value,
                                 own->size, own->format, 1);
    own->row = 0;
    return answer(w, s, ret_row);
}

/* Within a transaction writes are sent one behind the other and answered together: a batch then
 * costs a few turns over the wire and not one for each row. */
static bool run(Work *w, Stmt *s)
{
    PgStmt *own = s->own;
    Db *db = s->db;
    bool row;
    if (!db->in_write)
        return step(w, s, &row);
    if (db->pipe_n == 0 && PQenterPipelineMode(db->handle) != 1)
        return broken(w, db, "pipeline", NULL);
    if (PQsendQueryPrepared(db->handle, own->name, sql_text[s->id].params, own->value, own->size,
                            own->format, 1) != 1)
        return broken(w, db, sql_text[s->id].name, NULL);
    db->pipe[db->pipe_n++] = s->id;
    db->changes = 1; /* until it is known */
    return db->pipe_n < PIPE_MAX || flush(w, db);
}

static void reset(Stmt *s)
{
    PgStmt *own = s->own;
    PQclear(own->result);
    own->result = NULL;
    while (own->stream) { /* rows that nobody wanted any more */
        PGresult *rest = PQgetResult(s->db->handle);
        own->stream = rest != NULL;
        PQclear(rest);
    }
    for (int i = 0; i < sql_text[s->id].params; i++) {
        forget_value(own, i);
        own->value[i] = NULL;
    }
}

static void drop(Stmt *s)
{
    reset(s);
    heap_free(s->own);
}

void stmt_stream(Stmt *s)
{
    if (s->db->kind == DB_POSTGRES)
        ((PgStmt *)s->own)->stream = true;
}

static uint64_t big_endian(const char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | (uint8_t)p[i];
    return value;
}

/* sum(bigint) is numeric: digits of base 10,000, the first one times 10,000^weight. */
static int64_t numeric_int(const char *p)
{
    int count = (int)big_endian(p, 2);
    int weight = (int16_t)big_endian(p + 2, 2);
    bool minus = big_endian(p + 4, 2) == 0x4000;
    int64_t value = 0;
    for (int i = 0; i <= weight; i++) {
        int64_t digit = i < count ? (int64_t)big_endian(p + 8 + 2 * i, 2) : 0;
        CHECK(!__builtin_mul_overflow(value, 10000, &value));
        CHECK(!__builtin_add_overflow(value, digit, &value));
    }
    return minus ? -value : value;
}

static int64_t get_int(Stmt *s, int at)
{
    PgStmt *own = s->own;
    CHECK(own->result && at < PQnfields(own->result));
    if (PQgetisnull(own->result, own->row, at))
        return 0;
    const char *p = PQgetvalue(own->result, own->row, at);
    switch (PQftype(own->result, at)) {
    case OID_INT8: return (int64_t)big_endian(p, 8);
    case OID_INT4: return (int32_t)big_endian(p, 4);
    case OID_INT2: return (int16_t)big_endian(p, 2);
    case OID_BOOL: return *p != 0;
    case OID_NUMERIC: return numeric_int(p);
    default: break;
    }
    const bool column_is_a_number = false;
    CHECK(column_is_a_number);
    return 0;
}

static Str get_bytes(Stmt *s, int at)
{
    PgStmt *own = s->own;
    CHECK(own->result && at < PQnfields(own->result));
    return (Str){ PQgetvalue(own->result, own->row, at),
                  (size_t)PQgetlength(own->result, own->row, at) };
}

static bool is_null(Stmt *s, int at)
{
    PgStmt *own = s->own;
    CHECK(own->result && at < PQnfields(own->result));
    return PQgetisnull(own->result, own->row, at);
}

const Driver driver_postgres = {
    .exec = exec,
    .prepare = prepare,
    .bind_int = bind_int,
    .bind_bytes = bind_bytes,
    .bind_null = bind_null,
    .step = step,
    .run = run,
    .flush = flush,
    .reset = reset,
    .drop = drop,
    .get_int = get_int,
    .get_bytes = get_bytes,
    .is_null = is_null,
    .close = close_handle,
};
