/* The whole log again: every part, leaf, tile and the root, in one pass over three tables. */
#include "store/log_int.h"

typedef struct Check {
    Db *db;
    Log state; /* as log_state tells it */
    Frontier tree;
    Hash level[TILE_LEVELS][TILE_HASHES];
    size_t level_n[TILE_LEVELS];
    int64_t tiles, facts, last_at;
    RawWalk walk;
} Check;

enum { TURN = 4096 };

static bool broken_tile(Work *w, size_t level, int64_t n)
{
    return fail(w, ERR_STORE, "store.tile_broken level=%zu n=%lld", level, (long long)n);
}

static bool check_tile(Work *w, Check *c, size_t i, int64_t n)
{
    Stmt *s = db_stmt(w, c->db, SQL_TILE_RANGE);
    TRY(s);
    stmt_int(s, 1, (int64_t)i + 1);
    stmt_int(s, 2, n);
    stmt_int(s, 3, n + 1);
    bool row;
    TRY(stmt_next(w, s, &row));
    if (!row)
        return broken_tile(w, i + 1, n);
    Str want = { (const char *)c->level[i], sizeof c->level[i] };
    bool same = str_eq(col_bytes(s, 1), want);
    stmt_reset(s);
    c->tiles++;
    c->level_n[i] = 0;
    return same || broken_tile(w, i + 1, n);
}

static bool add_leaf(Work *w, Check *c, Hash leaf, int64_t seq)
{
    Hash levels[TILE_LEVELS + 1];
    size_t n = frontier_add_levels(&c->tree, leaf, levels);
    int64_t width = TILE_HASHES;
    for (size_t i = 0; i < n; i++) {
        width *= TILE_HASHES;
        c->level[i][c->level_n[i]++] = levels[i];
        if (c->level_n[i] == TILE_HASHES)
            TRY(check_tile(w, c, i, seq / width));
    }
    return true;
}

static bool check_fact(Work *w, Check *c, const RawFact *raw, Hash stored)
{
    int64_t seq = raw->fact.seq;
    if (raw->fact.at_ms < c->last_at)
        return fail(w, ERR_STORE, "store.time_runs_back seq=%lld", (long long)seq);
    c->last_at = raw->fact.at_ms;
    for (size_t i = 0; i < raw->part_count; i++) {
        const RawPart *p = &raw->parts[i];
        if (!p->wiped && p->has_commit) {
            Hash commit = part_commit(p->part, &p->salt, p->body);
            if (memcmp(&commit, &p->commit, sizeof commit) != 0)
                return fail(w, ERR_STORE, "store.part_broken seq=%lld part=%d", (long long)seq,
                            p->part);
        }
    }
    Hash leaf = raw_leaf(c->state.id, raw);
    if (memcmp(&leaf, &stored, sizeof leaf) != 0)
        return fail(w, ERR_STORE, "store.leaf_broken seq=%lld", (long long)seq);
    if (raw->leafkind == LEAF_FACT)
        c->facts++;
    return add_leaf(w, c, leaf, seq);
}

static bool check_next(Work *w, Check *c, int64_t seq, Hash stored)
{
    ARENA_SCOPE(w->arena);
    RawFact raw;
    bool more;
    TRY(raw_next(w, &c->walk, w->arena, &raw, &more));
    CHECK(more && raw.fact.seq == seq);
    return check_fact(w, c, &raw, stored);
}

static bool check_turn(Work *w, Check *c, int64_t from, int64_t to)
{
    ARENA_SCOPE(w->arena);
    Hash *stored = arena_array(w->arena, Hash, TURN);
    TRY(leaves_read(w, c->db, from, to, stored));
    for (int64_t seq = from; seq < to; seq++)
        TRY(check_next(w, c, seq, stored[seq - from]));
    return true;
}

/* Every fact belongs to exactly one act: their counts add up and no two acts overlap. */
static bool check_acts(Work *w, Check *c)
{
    Stmt *s = db_stmt(w, c->db, SQL_ACT_SUM);
    TRY(s);
    bool row;
    TRY(stmt_next(w, s, &row));
    int64_t count = col_int(s, 1);
    stmt_reset(s);
    if (count > c->facts)
        return fail(w, ERR_STORE, "store.acts_broken facts=%lld acts=%lld", (long long)c->facts,
                    (long long)count);
    return true;
}

static bool check_end(Work *w, Check *c, int64_t size)
{
    Hash root = frontier_root(&c->tree);
    Hash kept = frontier_root(&c->state.frontier);
    if (memcmp(&root, &kept, sizeof root) != 0)
        return fail(w, ERR_STORE, "store.root_broken size=%lld", (long long)size);
    int64_t tiles = 0;
    TRY(db_number(w, db_stmt(w, c->db, SQL_TILE_COUNT), &tiles));
    if (c->db->mode != DB_READ && tiles != c->tiles)
        return fail(w, ERR_STORE, "store.tile_broken level=%d n=%lld", 0, (long long)tiles);
    return c->db->mode == DB_READ || check_acts(w, c);
}

bool log_verify(Work *w, Db *db, int64_t *ret_facts)
{
    ARENA_SCOPE(w->arena);
    Check *c = arena_new(w->arena, Check);
    c->db = db;
    TRY(log_state_read(w, db, &c->state));
    int64_t size = (int64_t)c->state.frontier.size;
    raw_walk_open(&c->walk, db, 0, size);
    for (int64_t from = 0; from < size; from += TURN) {
        int64_t to = size - from < TURN ? size : from + TURN;
        if (!check_turn(w, c, from, to)) {
            raw_walk_leave(&c->walk);
            return false;
        }
    }
    TRY(check_end(w, c, size));
    *ret_facts = c->facts;
    return true;
}
