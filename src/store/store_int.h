/* Inside store: the shape of Db and Stmt, and what a driver gives. Other folders use store.h. */
#pragma once
#include <limits.h>

#include "store/sql_text.h"
#include "store/store.h"

enum {
    STMT_COPIES = 48,  /* open walks of one statement: LIMIT_TREE_DEPTH and some */
    STMT_PARAMS = 24,  /* placeholders of one statement */
    PIPE_MAX = 256,    /* writes on their way to PostgreSQL; their replies fit any socket buffer */
    TEXT_MAX = 1 << 30 /* no column is longer; keeps sizes within int */
};

typedef struct Driver {
    bool (*exec)(Work *w, Db *db, enum SqlId id); /* no parameters, no rows */
    bool (*prepare)(Work *w, Stmt *s);
    void (*bind_int)(Stmt *s, int at, int64_t value);
    void (*bind_bytes)(Stmt *s, int at, Str value, bool is_text, bool lent);
    void (*bind_null)(Stmt *s, int at);
    bool (*step)(Work *w, Stmt *s, bool *ret_row);
    /* A statement without rows; may be left on its way until flush (PostgreSQL). NULL = by step. */
    bool (*run)(Work *w, Stmt *s);
    bool (*flush)(Work *w, Db *db); /* waits for what is on its way; NULL = nothing ever is */
    void (*reset)(Stmt *s);
    void (*drop)(Stmt *s); /* frees what prepare made */
    int64_t (*get_int)(Stmt *s, int at);
    Str (*get_bytes)(Stmt *s, int at);
    bool (*is_null)(Stmt *s, int at);
    void (*close)(Db *db);
} Driver;

struct Db {
    const Driver *driver;
    DbKind kind;
    DbMode mode;
    void *handle; /* sqlite3 * or PGconn * */
    char *url;
    bool in_write;
    DbTrouble trouble;
    int64_t changes;           /* rows touched by the last stmt_run */
    int64_t writes;            /* stmt_run calls that touched rows, since the opening */
    int64_t ends;              /* transactions ended: walks that were open then are closed */
    int64_t wal_pages;         /* in the write-ahead log after the last commit */
    bool whole_due;            /* a whole checkpoint was asked for and a reader was in its way */
    int64_t checkpoint_pages;  /* how many are let come together */
    bool prepared[SQL_COUNT];  /* PostgreSQL: the server knows the statement */
    Stmt *made[SQL_COUNT];     /* all copies of each statement */
    enum SqlId pipe[PIPE_MAX]; /* PostgreSQL: writes that were sent and not yet answered */
    int pipe_n;
};

struct Stmt {
    Db *db;
    enum SqlId id;
    Stmt *next; /* another copy of the same statement */
    bool busy;  /* handed out and neither run, walked to its end nor reset */
    void *own;  /* the driver's */
};

extern const Driver driver_sqlite, driver_postgres;
bool sqlite_open(Work *w, Db *db, const char *path);
bool postgres_open(Work *w, Db *db, const char *url);
/* Moves pages of the write-ahead log into the database file; SQLite only, the writer between
 * batches. */
bool sqlite_checkpoint(Work *w, Db *db, bool whole);

bool db_exec(Work *w, Db *db, enum SqlId id);
/* Errors of the writes so far, which PostgreSQL may tell late. Asked before a command is accepted;
 * a commit asks by itself. */
bool db_flush(Work *w, Db *db);
/* Binds bytes without a copy: they must live until the statement ran or was reset. */
void stmt_lend(Stmt *s, int at, Str value);
/* One row with one number; *ret keeps its value when there is none. */
bool db_number(Work *w, Stmt *s, int64_t *ret);
