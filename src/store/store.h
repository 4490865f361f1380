/* Store: databases behind one face, and the log of facts that is kept for ever.
 *
 * Db: SQLite (default) or PostgreSQL by URL; all SQL stands in store/sql as named statements in a
 * subset that both understand ("?1" placeholders), numbered at build time (SQL_NAME).
 * Log: facts with salted commitments per part, an RFC 6962 tree over their leaves, written by one
 * writer in batches, acknowledged after a durable commit only. Format: docs/facts.md. */
#pragma once
#include "base/hash.h"
#include "base/limits.h"
#include "base/work.h"
#include "store/sql_ids.h" /* made at build time: enum SqlId { SQL_… } */

typedef struct Db Db;
typedef struct Stmt Stmt;

typedef enum DbKind { DB_SQLITE, DB_POSTGRES } DbKind;
typedef enum DbMode {
    DB_READ,
    DB_WRITE,
    DB_CREATE,
    DB_MEMORY /* SQLite in memory, for tests */
} DbMode;

/* What went wrong last in the database, worst kept until the transaction is rolled back. */
typedef enum DbTrouble {
    DB_FINE,
    DB_BUSY,       /* another writer held it too long; may be tried again */
    DB_REFUSED,    /* a statement that this store cannot run: a bug */
    DB_CONSTRAINT, /* a key stood already, a type did not fit: a bug of the command */
    DB_FATAL,      /* I/O, full disk, corrupt, connection lost: the process must end */
} DbTrouble;

/* url: a path of an SQLite file (or file:…?vfs=…), or postgresql://…  Caller closes. A Db and its
 * statements belong to one thread at a time. */
Db *db_open(Work *w, const char *url, DbMode mode);
void db_close(Db **db);
DbKind db_kind(const Db *db);
DbTrouble db_trouble(const Db *db);

bool db_begin(Work *w, Db *db); /* write transaction */
/* A reader's one view of the store until it is closed; each reading outside of one takes and gives
 * back the file's lock. For short work: a long one keeps the log from being checkpointed. */
bool db_snapshot(Work *w, Db *db);
bool db_commit(Work *w, Db *db);
void db_rollback(Db *db);
int64_t db_changes(Db *db);      /* rows that the last stmt_run touched */
int64_t db_writes(const Db *db); /* stmt_run calls that touched rows, since the opening */

/* A named statement, prepared once and reset. Parameters count from 1, columns from 0. Values are
 * copied when bound. A statement asked for while it is being walked is another copy of it, so that
 * walks nest. A walk that is left early is reset by stmt_reset(), or by the end of the transaction;
 * going on with it after that fails a CHECK. PostgreSQL holds the whole result of a walk: read
 * large tables in slices of their key. */
Stmt *db_stmt(Work *w, Db *db, enum SqlId id);
void stmt_int(Stmt *s, int at, int64_t value);
void stmt_text(Stmt *s, int at, Str value);
void stmt_bytes(Stmt *s, int at, Str value);
void stmt_null(Stmt *s, int at);
/* PostgreSQL may tell an error of a write late: at the next read, db_changes or the commit. */
bool stmt_run(Work *w, Stmt *s); /* insert, update, delete; resets */
bool stmt_next(Work *w, Stmt *s,
               bool *ret_row); /* false = error; *ret_row = false at the end (resets) */
int64_t col_int(Stmt *s, int at);
Str col_text(Stmt *s, int at); /* borrowed until the next stmt_next */
Str col_bytes(Stmt *s, int at);
bool col_null(Stmt *s, int at);
void stmt_reset(Stmt *s); /* leaves a walk early */
/* A walk over a whole large table in little memory; no other statement until it ends. */
void stmt_stream(Stmt *s);

/* ---- canonical bytes ---- */
/* One JSON-like text: keys sorted by byte, integers only, NFC, no white space, no duplicate keys.
 * Keys are of [A-Za-z0-9_.-], 1 to 64 long. canon_bytes() brings text to NFC. */
typedef struct Canon Canon;
Canon *canon_open(Arena *arena);
void canon_int(Canon *c, const char *key, int64_t value);
void canon_text(Canon *c, const char *key, Str value);
void canon_ints(Canon *c, const char *key, const int64_t *values, size_t n);
void canon_part(Canon *c, const char *key, Canon *inner); /* an object inside */
void canon_list(Canon *c, const char *key, Canon **inner, size_t n);
Str canon_bytes(Work *w, Canon *c); /* empty + fail() on text that is not UTF-8 */
bool canon_fits(Str bytes);         /* are these canonical bytes? */

/* Reading it back: strict; false + BAD bytes on anything not canonical. */
typedef struct CanonView CanonView;
const CanonView *canon_read(Work *w, Str bytes);
bool canon_get_int(const CanonView *v, const char *key, int64_t *ret);
bool canon_get_text(const CanonView *v, const char *key, Str *ret);
const CanonView *canon_get_part(const CanonView *v, const char *key);
size_t canon_list_size(const CanonView *v, const char *key);
const CanonView *canon_list_at(const CanonView *v, const char *key, size_t i);
size_t canon_ints_size(const CanonView *v, const char *key);
int64_t canon_ints_at(const CanonView *v, const char *key, size_t i);
size_t canon_key_count(const CanonView *v); /* walk: keys in byte order */
Str canon_key(const CanonView *v, size_t i);

/* ---- facts ---- */
typedef struct PrivatePart {
    int32_t cls;
    int32_t keep_until_day;
    Str body;
} PrivatePart;

typedef struct ActId {
    uint8_t byte[16];
} ActId; /* UUIDv7 */
ActId act_id_new(Work *w);

/* Leaf 0 of every log is a control leaf, so that the first fact has seq 1. */
typedef struct Fact {
    int64_t seq; /* given by log_append */
    ActId act;   /* not stored with the fact: act_n and seq name the act's first fact */
    int32_t act_n;
    int64_t at_ms, made_ms;
    int32_t seat, person, unit, book, verb, pack;
    int64_t subject, prev;
    Str open;            /* part 1: canonical bytes; empty = {} */
    PrivatePart *hidden; /* parts 2 and on; an erased one has an empty body */
    size_t hidden_count;
} Fact;

typedef struct Head {
    int64_t era, size, at_ms;
    Hash root;
} Head;

typedef struct Log Log;
/* Opens the log of a store whose schema is there; re-hashes the tail. A Db opened for writing takes
 * the store over: any older writer fails at its next batch. Caller closes. */
Log *log_open(Work *w, Db *db);
void log_close(Log **log);
Db *log_db(Log *log);
Head log_head(const Log *log);
/* Its size, and the moment of its newest fact: log_head() hashes for the root. */
int64_t log_size(const Log *log);
int64_t log_last_ms(const Log *log);
int64_t log_number(const Log *log); /* given when it was made; every leaf is bound to it */

/* One batch = one transaction: begin (fence), act_find/append…, commit (durable). */
bool log_begin(Work *w, Log *log);
/* Keyed digest of a request and its actor, for act_find and act_add. */
Hash act_digest(const Log *log, int32_t seat, int32_t person, Str request);
/* The earlier reply of an act: *ret_found with first seq and count; CONFLICT when id is known with
 * another digest. */
bool act_find(Work *w, Log *log, ActId id, Hash digest, bool *ret_found, int64_t *ret_first,
              int32_t *ret_count);
bool act_add(Work *w, Log *log, ActId id, int32_t seat, int32_t person, int64_t first_seq,
             int32_t count, Hash digest);
bool log_append(Work *w, Log *log,
                Fact *fact); /* sets seq, at_ms (never decreases); writes fact, parts, leaf */
Hash log_last_leaf(const Log *log); /* of the fact appended last: its receipt */
bool log_leaf(Work *w, Log *log, int64_t seq, Hash *ret);
bool log_commit(Work *w, Log *log);
void log_rollback(Log *log);

/* Facts from..to-1 in order; control leaves are passed over. The walk lives in w->arena as of
 * fact_walk(); the bytes of a fact live in w->arena as of fact_next(), so a scope around each turn
 * of the loop keeps memory small. It may span commits. */
typedef struct FactWalk FactWalk;
FactWalk *fact_walk(Work *w, Db *db, int64_t from, int64_t to);
bool fact_next(Work *w, FactWalk *walk, Fact *ret, bool *ret_more);
void fact_leave(FactWalk *walk); /* only when a walk is not read to its end */

bool log_verify(
    Work *w, Db *db,
    int64_t *ret_facts); /* every leaf, tile, root, gapless seq; names the first bad place */
bool log_proof(Work *w, Db *db, int64_t seq, int64_t size, Hash *ret_path,
               size_t *ret_n); /* ≤ 64 */
/* RFC 6962 over given leaf hashes (tests, small worlds). */
Hash tree_root(const Hash *leaves, size_t n);
bool tree_check(Hash leaf, int64_t index, int64_t size, const Hash *path, size_t n, Hash root);
/* Within a batch: keeps the commitment, wipes salt and body, adds a control leaf that says so. */
bool part_erase(Work *w, Log *log, int64_t seq, int32_t part);

/* ---- the writer: one thread owns the only writing connection ---- */
typedef struct Writer Writer;
/* A command: judges fully, then writes. false after fail() = refused: nothing may have been written
 * (else the whole batch is rolled back and its commands are run again one by one). It may run
 * twice, so its payload must not be changed before it decides. */
typedef struct Command {
    bool (*run)(Work *w, Log *log, void *payload);
    /* On the writer thread, after the durable commit or the refusal; err is NULL when it is done.
     */
    void (*reply)(void *payload, const Err *err, Head head);
    void *payload;
    size_t bytes; /* about what it will store: bounds the batch */
} Command;
typedef struct WriterOptions {
    const Env *env;
    void *self;
    /* Around each transaction, on the writer's thread: enter before it begins, leave after COMMIT
     * or roll-back and before the replies (docs/decisions/0012). spoiled: commands had written and
     * it came to nothing, so what they put into memory must be read again; false = that failed, and
     * the process ends. Both may be NULL. */
    void (*enter)(void *self);
    bool (*leave)(Work *w, void *self, Head head, bool spoiled);
    void (*committed)(void *self, Head head); /* once a batch, before the replies; may be NULL */
    void (*die)(const Err *err);              /* NULL = a line on stderr and _exit(3) */
} WriterOptions;
Writer *writer_open(Work *w, Log *log, const WriterOptions *options); /* caller closes */
bool writer_send(Writer *writer,
                 const Command *command); /* any thread; false = queue full or closing */
/* Sends and waits for the reply; the error, if any, is put into w. */
bool writer_do(Work *w, Writer *writer, bool (*run)(Work *w, Log *log, void *payload),
               void *payload, size_t bytes, Head *ret_head);
void writer_close(Writer **writer); /* after all that is queued is done */

/* ---- whole stores ---- */
typedef struct Store { /* DIR: tian.db or url file, head, lock */
    const char *dir;
    const char *url;
    Db *db;
    Log *log;
    int lock;          /* file of DIR/lock while open for writing, else -1 */
    int64_t head_size; /* of DIR/head, 0 = there is none */
    bool views_old;    /* written by an older program: rebuild before use */
} Store;
bool store_init(Work *w, const char *dir, const char *url /* NULL = SQLite in DIR */);
bool store_open(Work *w, const char *dir, DbMode mode,
                Store *ret); /* takes DIR/lock for writing; newer schema refused */
void store_close(Store *s);  /* for writing: writes DIR/head first */
bool store_save_head(Work *w,
                     Store *s);         /* table head and DIR/head; no fact may be lost behind it */
bool store_memory(Work *w, Store *ret); /* a whole schema in memory, for tests and `tian check` */
bool store_backup(Work *w, Store *s, const char *file);
/* The log only: the caller rebuilds the views (views_old is set on the next opening). */
bool store_restore(Work *w, const char *file, const char *dir, const char *url);
bool store_clear_views(Work *w, Db *db); /* rebuild: views only */
bool store_digest(Work *w, Db *db,
                  Str *ret_text); /* one line a view table + total, key order, canonical */
