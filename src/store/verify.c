/* The whole log again: every part, leaf, tile and the root, in one pass over three tables. A long
 * log is read by several threads, each on a connection of its own, a chunk of 65,536 leaves at a
 * time; one place then puts the roots of their groups of 256 leaves together in order. */
#include <pthread.h>
#include <unistd.h>

#include "store/log_int.h"

enum {
    CHUNK = TILE_HASHES * TILE_HASHES,
    GROUPS = CHUNK / TILE_HASHES,
    THREADS_MAX = 4,
    WORKER_BYTES = 64 << 20
};

typedef struct Chunk { /* what a worker found in leaves from .. to - 1 */
    int64_t from, to;
    int64_t facts, first_at, last_at;
    Hash group[GROUPS]; /* roots of the full groups */
    size_t groups;
    Frontier rest; /* the leaves behind them */
    bool done, broken;
    ErrCode code;
    const char *where;
    char what[256];
} Chunk;

typedef struct Check {
    LogId id;
    const char *url;
    Chunk *chunks;
    size_t chunk_count;
    size_t next; /* chunk that nobody took yet */
    bool stop;
} Check;

/* ---- one chunk ---- */

static bool check_commits(Work *w, const RawFact *raw)
{
    for (size_t i = 0; i < raw->part_count; i++) {
        const RawPart *p = &raw->parts[i];
        if (p->wiped || !p->has_commit)
            continue;
        Hash commit = part_commit(p->part, &p->salt, p->body);
        if (memcmp(&commit, &p->commit, sizeof commit) != 0)
            return fail(w, ERR_STORE, "store.part_broken seq=%lld part=%d",
                        (long long)raw->fact.seq, p->part);
    }
    return true;
}

static bool check_fact(Work *w, LogId id, Chunk *c, const RawFact *raw, const Hash *stored)
{
    int64_t seq = raw->fact.seq;
    if (seq == c->from)
        c->first_at = raw->fact.at_ms;
    else if (raw->fact.at_ms < c->last_at)
        return fail(w, ERR_STORE, "store.time_runs_back seq=%lld", (long long)seq);
    c->last_at = raw->fact.at_ms;
    c->facts += raw->leafkind == LEAF_FACT;
    TRY(check_commits(w, raw));
    Hash leaf = raw_leaf(id, raw);
    return memcmp(&leaf, stored, sizeof leaf) == 0 ||
           fail(w, ERR_STORE, "store.leaf_broken seq=%lld", (long long)seq);
}

static bool check_group(Work *w, LogId id, Chunk *c, RawWalk *walk, const Hash *stored, size_t n)
{
    ARENA_SCOPE(w->arena);
    for (size_t i = 0; i < n; i++) {
        RawFact raw;
        bool more;
        TRY(raw_next(w, walk, w->arena, &raw, &more));
        CHECK(more);
        TRY(check_fact(w, id, c, &raw, &stored[i]));
    }
    return true;
}

static bool check_groups(Work *w, Db *db, LogId id, Chunk *c, RawWalk *walk)
{
    ARENA_SCOPE(w->arena);
    Hash *stored = arena_array(w->arena, Hash, (size_t)(c->to - c->from));
    TRY(leaves_read(w, db, c->from, c->to, stored));
    for (int64_t at = c->from; at < c->to; at += TILE_HASHES) {
        const Hash *leaves = stored + (at - c->from);
        size_t n = c->to - at < TILE_HASHES ? (size_t)(c->to - at) : TILE_HASHES;
        TRY(check_group(w, id, c, walk, leaves, n));
        if (n == TILE_HASHES)
            c->group[c->groups++] = tree_root(leaves, n);
        for (size_t i = 0; n < TILE_HASHES && i < n; i++)
            frontier_add(&c->rest, leaves[i]);
    }
    return true;
}

static bool check_chunk(Work *w, Db *db, LogId id, Chunk *c)
{
    ARENA_SCOPE(w->arena);
    RawWalk *walk = arena_new(w->arena, RawWalk);
    raw_walk_open(walk, db, c->from, c->to);
    bool ok = check_groups(w, db, id, c, walk);
    raw_walk_leave(walk);
    return ok;
}

/* ---- many chunks ---- */

static void run_chunks(Work *w, Db *db, Check *check)
{
    for (;;) {
        size_t i = __atomic_fetch_add(&check->next, 1, __ATOMIC_RELAXED);
        if (i >= check->chunk_count || __atomic_load_n(&check->stop, __ATOMIC_RELAXED))
            return;
        Chunk *c = &check->chunks[i];
        c->done = check_chunk(w, db, check->id, c);
        if (c->done)
            continue;
        c->broken = true;
        c->code = w->err.code;
        c->where = w->err.where;
        snprintf(c->what, sizeof c->what, "%s", w->err.what);
        __atomic_store_n(&check->stop, true, __ATOMIC_RELAXED);
    }
}

static void *run_worker(void *self)
{
    Check *check = self;
    Work *w = work_open(env_real(), WORKER_BYTES);
    Db *db = db_open(w, check->url, DB_READ);
    if (db)
        run_chunks(w, db, check); /* else the others take its chunks */
    db_close(&db);
    work_close(&w);
    return NULL;
}

/* Helpers read what is committed, so a running transaction is read on its own connection alone. */
static size_t helpers(const Db *db, size_t chunks)
{
    if (db->mode == DB_MEMORY || db->in_write || chunks < 2)
        return 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 2 ? 0 : cores > THREADS_MAX ? THREADS_MAX - 1 : (size_t)cores - 1;
}

static void run_all(Work *w, Db *db, Check *check)
{
    pthread_t thread[THREADS_MAX];
    size_t started = 0;
    for (size_t want = helpers(db, check->chunk_count); started < want; started++)
        if (pthread_create(&thread[started], NULL, run_worker, check) != 0)
            break;
    run_chunks(w, db, check);
    while (started > 0)
        pthread_join(thread[--started], NULL);
}

/* ---- putting together ---- */

typedef struct Sum {
    Db *db;
    Frontier groups; /* over the roots of groups of 256 leaves */
    Frontier rest;
    Hash level[TILE_LEVELS][TILE_HASHES];
    size_t level_n[TILE_LEVELS];
    int64_t tiles, facts, last_at;
} Sum;

static bool check_tile(Work *w, Sum *sum, size_t i, int64_t n)
{
    Stmt *s = db_stmt(w, sum->db, SQL_TILE_RANGE);
    TRY(s);
    stmt_int(s, 1, (int64_t)i + 1);
    stmt_int(s, 2, n);
    stmt_int(s, 3, n + 1);
    bool row;
    TRY(stmt_next(w, s, &row));
    Str want = { (const char *)sum->level[i], sizeof sum->level[i] };
    bool same = row && str_eq(col_bytes(s, 1), want);
    if (row)
        stmt_reset(s);
    sum->tiles++;
    sum->level_n[i] = 0;
    return same || fail(w, ERR_STORE, "store.tile_broken level=%zu n=%lld", i + 1, (long long)n);
}

static bool add_group(Work *w, Sum *sum, Hash group)
{
    Hash levels[TILE_LEVELS + 2] = { group };
    size_t n = 1 + frontier_add_levels(&sum->groups, group, levels + 1);
    int64_t width = 1; /* groups under one hash of this level */
    for (size_t i = 0; i < n; i++) {
        width *= TILE_HASHES;
        sum->level[i][sum->level_n[i]++] = levels[i];
        if (sum->level_n[i] == TILE_HASHES)
            TRY(check_tile(w, sum, i, (int64_t)(sum->groups.size - 1) / width));
    }
    return true;
}

static bool add_chunk(Work *w, Sum *sum, const Chunk *c)
{
    if (!c->done)
        return fail_at(w, c->where ? c->where : __FILE__, c->code ? c->code : ERR_STORE, "%s",
                       c->broken ? c->what : "store.spoiled");
    if (c->first_at < sum->last_at)
        return fail(w, ERR_STORE, "store.time_runs_back seq=%lld", (long long)c->from);
    sum->last_at = c->last_at;
    sum->facts += c->facts;
    sum->rest = c->rest;
    for (size_t i = 0; i < c->groups; i++)
        TRY(add_group(w, sum, c->group[i]));
    return true;
}

static Hash whole_root(const Sum *sum)
{
    Frontier all = sum->groups;
    CHECK(all.n + sum->rest.n <= FRONTIER_MAX);
    memcpy(all.hash + all.n, sum->rest.hash, sum->rest.n * sizeof *sum->rest.hash);
    all.n += sum->rest.n;
    return frontier_root(&all);
}

/* Every fact belongs to an act: their counts may not tell of more facts than there are. */
static bool check_acts(Work *w, Sum *sum)
{
    int64_t count = 0;
    Stmt *s = db_stmt(w, sum->db, SQL_ACT_SUM);
    TRY(s);
    TRY(db_number(w, s, &count));
    return count <= sum->facts || fail(w, ERR_STORE, "store.acts_broken facts=%lld acts=%lld",
                                       (long long)sum->facts, (long long)count);
}

static bool check_end(Work *w, Sum *sum, const Log *state)
{
    Hash root = whole_root(sum), kept = frontier_root(&state->frontier);
    if (memcmp(&root, &kept, sizeof root) != 0)
        return fail(w, ERR_STORE, "store.root_broken size=%lld", (long long)state->frontier.size);
    if (sum->db->mode == DB_READ)
        return true; /* a writer may have gone on meanwhile */
    int64_t tiles = 0;
    TRY(db_number(w, db_stmt(w, sum->db, SQL_TILE_COUNT), &tiles));
    if (tiles != sum->tiles)
        return fail(w, ERR_STORE, "store.tile_broken level=%d n=%lld", 0, (long long)tiles);
    return check_acts(w, sum);
}

static bool put_together(Work *w, Db *db, const Check *check, const Log *state, int64_t *ret_facts)
{
    Sum *sum = arena_new(w->arena, Sum);
    sum->db = db;
    sum->last_at = INT64_MIN;
    for (size_t i = 0; i < check->chunk_count; i++)
        TRY(add_chunk(w, sum, &check->chunks[i]));
    TRY(check_end(w, sum, state));
    *ret_facts = sum->facts;
    return true;
}

bool log_verify(Work *w, Db *db, int64_t *ret_facts)
{
    ARENA_SCOPE(w->arena);
    Log *state = arena_new(w->arena, Log);
    TRY(log_state_read(w, db, state));
    int64_t size = (int64_t)state->frontier.size;
    Check check = { .id = state->id,
                    .url = db->url,
                    .chunk_count = (size_t)((size + CHUNK - 1) / CHUNK) };
    check.chunks = heap_zeroed(check.chunk_count, sizeof *check.chunks);
    for (size_t i = 0; i < check.chunk_count; i++) {
        Chunk *c = &check.chunks[i];
        c->from = (int64_t)i * CHUNK;
        c->to = size - c->from < CHUNK ? size : c->from + CHUNK;
    }
    run_all(w, db, &check);
    work_clear(w);
    bool ok = put_together(w, db, &check, state, ret_facts);
    heap_free(check.chunks);
    return ok;
}
