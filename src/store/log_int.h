/* Inside store: how facts become bytes and hashes. docs/facts.md freezes all of it. */
#pragma once
#include "store/store_int.h"

enum {
    LOG_FORMAT = 1,
    LOG_ALG = 1, /* SHA-256 */
    LEAF_VERSION = 1,
    LEAF_FACT = 0,
    LEAF_CONTROL = 1,
    SALT_BYTES = 16,
    ENVELOPE_BYTES = 70,
    FRONTIER_MAX = 63,
    TILE_HASHES = 256,
    TILE_LEVELS = 7,    /* 256^7 leaves are more than a seq can count */
    TAIL_LEAVES = 1024, /* re-hashed at each opening */
    PART_LIVE = 0,
    PART_FROZEN = 1,
    PART_ERASED = 2,
    EXTRA_SALTS = 256 /* salts taken from the system at once */
};

/* ---- tree.c ---- */
typedef struct Frontier {
    uint64_t size;
    size_t n;
    Hash hash[FRONTIER_MAX];
} Frontier;
Hash tree_node(const Hash *left, const Hash *right);
void frontier_add(Frontier *f, Hash leaf);
/* Also the roots of the subtrees of 256, 256², … leaves that this leaf completes; returns how many.
 */
size_t frontier_add_levels(Frontier *f, Hash leaf, Hash *ret_levels);
Hash frontier_root(const Frontier *f);

/* ---- fact.c: a stored fact as its rows tell it ---- */
typedef struct Salt {
    uint8_t byte[SALT_BYTES];
} Salt;

typedef struct LogId { /* what every leaf is bound to */
    int64_t log, era;
} LogId;

typedef struct RawPart {
    int32_t part, cls, state, keep_until_day;
    bool wiped;
    Salt salt;
    Str body;
    bool has_commit;
    Hash commit;
} RawPart;

typedef struct RawFact {
    Fact fact; /* act, open and hidden are unused here */
    int32_t leafkind;
    Salt salt0;
    RawPart *parts; /* parts 1 .. part_count */
    size_t part_count;
} RawFact;

void envelope_put(const Fact *fact, int32_t leafkind, uint8_t *ret); /* ENVELOPE_BYTES */
Hash part_commit(int32_t part, const Salt *salt, Str body);
Hash leaf_hash(LogId id, int32_t leafkind, const Hash *commits, size_t n);
Hash raw_leaf(LogId id, const RawFact *raw); /* every part hashed again unless it is erased */

/* Rows of fact and part in step, from..to-1, in slices. Strs are borrowed until the next call. */
typedef struct RawWalk {
    Db *db;
    int64_t next, slice_end, to;
    int64_t ends; /* db->ends when the statements were begun */
    Stmt *facts, *parts;
    bool part_waits; /* parts stands on a row of a later fact */
    RawPart room[LIMIT_FACT_PARTS];
} RawWalk;
void raw_walk_open(RawWalk *walk, Db *db, int64_t from, int64_t to);
/* Bodies are copied into `arena`. */
bool raw_next(Work *w, RawWalk *walk, Arena *arena, RawFact *ret, bool *ret_more);
void raw_walk_leave(RawWalk *walk);

/* ---- log.c ---- */
struct Log {
    Db *db;
    LogId id;
    int64_t epoch;
    int64_t last_at;
    Frontier frontier;
    Hash act_key;
    Hash level[TILE_LEVELS][TILE_HASHES]; /* hashes of the open tile of each level, from level 1 */
    size_t level_n[TILE_LEVELS];
    Hash last_leaf;
    bool in_batch;
    bool levels_known; /* else read when next needed */
    bool wiped;        /* this batch erased: its old bytes must leave the write-ahead log as well */
    Frontier saved_frontier; /* as of log_begin */
    int64_t saved_at;
    Salt salts[EXTRA_SALTS];
    size_t salts_left;
};
bool log_create(Work *w, Db *db, LogId id, Hash act_key); /* in a transaction */
/* As log_append, with everything given: for restore. */
bool log_append_raw(Work *w, Log *log, const RawFact *raw);
/* A leaf of kind 1: public, made by the log itself. */
bool log_control(Work *w, Log *log, Canon *what);
Frontier frontier_read(Str bytes, int64_t size);
bool log_state_read(Work *w, Db *db, Log *ret);

/* ---- proof.c ---- */
bool leaves_read(Work *w, Db *db, int64_t from, int64_t to, Hash *ret); /* to - from hashes */
bool levels_read(Work *w, Log *log, int64_t size);
bool tree_root_at(Work *w, Db *db, int64_t size, Hash *ret);
