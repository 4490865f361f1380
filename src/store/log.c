/* The log: facts in, leaves and the tree's frontier beside them, one row of state moved with every
 * batch. That row is the fence: a batch ends with an update that names the epoch and the size it
 * began at, so of two writers the older one cannot commit anything. */
#include "store/log_int.h"

ActId act_id_new(Work *w)
{
    ActId id;
    w->env->random(w->env->self, id.byte, sizeof id.byte);
    uint64_t ms = (uint64_t)w->now_ms;
    for (int i = 0; i < 6; i++)
        id.byte[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.byte[6] = (uint8_t)(0x70 | (id.byte[6] & 0x0f));
    id.byte[8] = (uint8_t)(0x80 | (id.byte[8] & 0x3f));
    return id;
}

static Str hash_str(const Hash *hash)
{
    return (Str){ (const char *)hash->byte, sizeof hash->byte };
}

static Str frontier_str(const Frontier *f)
{
    return (Str){ (const char *)f->hash, f->n * sizeof *f->hash };
}

Frontier frontier_read(Str bytes, int64_t size)
{
    Frontier f = { .size = (uint64_t)size };
    if (size < 0 || bytes.n != (size_t)__builtin_popcountll(f.size) * sizeof(Hash) ||
        bytes.n > sizeof f.hash)
        return f; /* n = 0 does not fit its size: log_state_read refuses it */
    f.n = bytes.n / sizeof(Hash);
    memcpy(f.hash, bytes.p, bytes.n);
    return f;
}

bool log_state_read(Work *w, Db *db, Log *ret)
{
    Stmt *s = db_stmt(w, db, SQL_LOG_STATE_GET);
    TRY(s);
    bool row;
    TRY(stmt_next(w, s, &row));
    if (!row)
        return fail(w, ERR_STORE, "store.unfinished");
    Frontier f = frontier_read(col_bytes(s, 6), col_int(s, 2));
    Hash root = frontier_root(&f);
    bool fits =
        f.n == (size_t)__builtin_popcountll(f.size) && str_eq(col_bytes(s, 5), hash_str(&root));
    int64_t format = col_int(s, 7), alg = col_int(s, 8);
    ret->db = db;
    ret->id = (LogId){ col_int(s, 0), col_int(s, 1) };
    ret->last_at = col_int(s, 3);
    ret->epoch = col_int(s, 4);
    ret->frontier = f;
    Str key = col_bytes(s, 9);
    if (key.n == sizeof ret->act_key)
        memcpy(ret->act_key.byte, key.p, key.n);
    fits = fits && key.n == sizeof ret->act_key;
    stmt_reset(s);
    if (format != LOG_FORMAT || alg != LOG_ALG)
        return fail(w, ERR_STORE, "store.newer found=%lld known=%d", (long long)format, LOG_FORMAT);
    return fits || fail(w, ERR_STORE, "store.state_broken");
}

bool log_create(Work *w, Db *db, LogId id, Hash act_key)
{
    const Hash empty = hash_of("", 0);
    Stmt *s = db_stmt(w, db, SQL_LOG_STATE_PUT);
    TRY(s);
    stmt_int(s, 1, id.log);
    stmt_int(s, 2, id.era);
    stmt_int(s, 3, 0);
    stmt_bytes(s, 4, hash_str(&empty));
    stmt_bytes(s, 5, STR(""));
    stmt_int(s, 6, LOG_FORMAT);
    stmt_int(s, 7, LOG_ALG);
    stmt_bytes(s, 8, hash_str(&act_key));
    return stmt_run(w, s);
}

/* ---- opening ---- */

static bool take_over(Work *w, Log *log)
{
    TRY(db_begin(w, log->db));
    Stmt *s = db_stmt(w, log->db, SQL_LOG_TAKE);
    if (s) {
        stmt_text(s, 1, STR(""));
        if (stmt_run(w, s) && db_commit(w, log->db)) {
            log->epoch++;
            return true;
        }
    }
    db_rollback(log->db);
    return false;
}

static bool check_leaf(Work *w, Log *log, RawWalk *walk, Hash stored, int64_t seq)
{
    ARENA_SCOPE(w->arena);
    RawFact raw;
    bool more;
    TRY(raw_next(w, walk, w->arena, &raw, &more));
    CHECK(more);
    Hash leaf = raw_leaf(log->id, &raw);
    return memcmp(&leaf, &stored, sizeof leaf) == 0 ||
           fail(w, ERR_STORE, "store.leaf_broken seq=%lld", (long long)seq);
}

/* The perfect subtrees that lie wholly in the leaves from `from` on: smallest first, from the
 * right. */
static bool frontier_fits(const Frontier *f, const Hash *leaves, int64_t from)
{
    int64_t last = (int64_t)f->size;
    for (size_t i = f->n; i-- > 0;) {
        int64_t width = last & -last;
        if (last - width < from)
            break;
        Hash root = tree_root(leaves + (last - width - from), (size_t)width);
        if (memcmp(&root, &f->hash[i], sizeof root) != 0)
            return false;
        last -= width;
    }
    return true;
}

/* The last leaves again from their facts, and against what the frontier says of them. */
static bool check_tail(Work *w, Log *log)
{
    ARENA_SCOPE(w->arena);
    int64_t size = (int64_t)log->frontier.size;
    int64_t from = size > TAIL_LEAVES ? size - TAIL_LEAVES : 0;
    Hash *leaves = arena_array(w->arena, Hash, (size_t)(size - from));
    RawWalk *walk = arena_new(w->arena, RawWalk);
    TRY(leaves_read(w, log->db, from, size, leaves));
    raw_walk_open(walk, log->db, from, size);
    for (int64_t seq = from; seq < size; seq++)
        TRY(check_leaf(w, log, walk, leaves[seq - from], seq));
    if (!frontier_fits(&log->frontier, leaves, from))
        return fail(w, ERR_STORE, "store.state_broken");
    if (log->db->mode == DB_READ)
        return true; /* a writer may have gone on meanwhile */
    Stmt *s = db_stmt(w, log->db, SQL_FACT_RANGE);
    TRY(s);
    stmt_int(s, 1, size);
    stmt_int(s, 2, INT64_MAX);
    bool row;
    TRY(stmt_next(w, s, &row));
    if (row)
        return fail(w, ERR_STORE, "store.fact_beyond seq=%lld", (long long)size);
    return true;
}

Log *log_open(Work *w, Db *db)
{
    Log *log = heap_zeroed(1, sizeof *log);
    log->db = db;
    bool writes = db->mode != DB_READ;
    if (log_state_read(w, db, log) && check_tail(w, log) && (!writes || take_over(w, log)))
        return log;
    log_close(&log);
    return NULL;
}

void log_close(Log **ref)
{
    heap_free(*ref);
    *ref = NULL;
}

Db *log_db(Log *log)
{
    return log->db;
}

int64_t log_number(const Log *log)
{
    return log->id.log;
}

Head log_head(const Log *log)
{
    return (Head){ .era = log->id.era,
                   .size = (int64_t)log->frontier.size,
                   .at_ms = log->last_at,
                   .root = frontier_root(&log->frontier) };
}

int64_t log_size(const Log *log)
{
    return (int64_t)log->frontier.size;
}

int64_t log_last_ms(const Log *log)
{
    return log->last_at;
}

/* ---- one batch ---- */

static bool fenced(Work *w)
{
    return fail(w, ERR_STORE, "store.taken_over");
}

static bool check_fence(Work *w, Log *log)
{
    Stmt *s = db_stmt(w, log->db, SQL_LOG_FENCE);
    TRY(s);
    bool row;
    TRY(stmt_next(w, s, &row));
    bool mine = row && col_int(s, 0) == log->epoch && col_int(s, 1) == (int64_t)log->frontier.size;
    if (row)
        stmt_reset(s);
    return mine || fenced(w);
}

bool log_begin(Work *w, Log *log)
{
    CHECK(!log->in_batch);
    TRY(db_begin(w, log->db));
    if (!check_fence(w, log)) {
        db_rollback(log->db);
        return false;
    }
    log->saved_frontier = log->frontier;
    log->saved_at = log->last_at;
    log->in_batch = true;
    return true;
}

static bool move_state(Work *w, Log *log)
{
    Hash root = frontier_root(&log->frontier);
    Stmt *s = db_stmt(w, log->db, SQL_LOG_STATE_MOVE);
    TRY(s);
    stmt_int(s, 1, (int64_t)log->frontier.size);
    stmt_int(s, 2, log->last_at);
    stmt_bytes(s, 3, hash_str(&root));
    stmt_bytes(s, 4, frontier_str(&log->frontier));
    stmt_int(s, 5, log->epoch);
    stmt_int(s, 6, (int64_t)log->saved_frontier.size);
    TRY(stmt_run(w, s) && db_flush(w, log->db));
    return db_changes(log->db) == 1 || fenced(w);
}

bool log_commit(Work *w, Log *log)
{
    CHECK(log->in_batch);
    TRY(move_state(w, log));
    TRY(db_commit(w, log->db));
    log->in_batch = false;
    bool whole = log->wiped;
    log->wiped = false;
    return sqlite_checkpoint(w, log->db, whole);
}

void log_rollback(Log *log)
{
    if (!log->in_batch) { /* committed, and then the checkpoint failed: the process is to end */
        CHECK(log->db->trouble == DB_FATAL);
        return;
    }
    if (log->db->in_write)
        db_rollback(log->db);
    log->frontier = log->saved_frontier;
    log->last_at = log->saved_at;
    log->levels_known = false;
    log->wiped = false;
    log->in_batch = false;
}

/* ---- acts ---- */

Hash act_digest(const Log *log, int32_t seat, int32_t person, Str request)
{
    Arena *arena = arena_open(request.n + 4096, request.n * 2 + (1 << 20));
    const int32_t actor[] = { seat, person };
    char *bytes = arena_array(arena, char, sizeof actor + request.n);
    memcpy(bytes, actor, sizeof actor);
    if (request.n)
        memcpy(bytes + sizeof actor, request.p, request.n);
    Hash digest =
        hash_hmac(log->act_key.byte, sizeof log->act_key.byte, bytes, sizeof actor + request.n);
    arena_close(arena);
    return digest;
}

bool act_find(Work *w, Log *log, ActId id, Hash digest, bool *ret_found, int64_t *ret_first,
              int32_t *ret_count)
{
    Stmt *s = db_stmt(w, log->db, SQL_ACT_GET);
    TRY(s);
    stmt_bytes(s, 1, (Str){ (const char *)id.byte, sizeof id.byte });
    bool row;
    TRY(stmt_next(w, s, &row));
    if (!row) {
        *ret_found = false;
        return true;
    }
    bool same = str_eq(col_bytes(s, 4), hash_str(&digest));
    int64_t first = col_int(s, 2);
    int32_t count = (int32_t)col_int(s, 3);
    stmt_reset(s);
    if (!same)
        return fail(w, ERR_CONFLICT, "store.act_taken");
    *ret_found = true;
    *ret_first = first;
    *ret_count = count;
    return true;
}

bool act_add(Work *w, Log *log, ActId id, int32_t seat, int32_t person, int64_t first_seq,
             int32_t count, Hash digest)
{
    CHECK(log->in_batch);
    Stmt *s = db_stmt(w, log->db, SQL_ACT_PUT);
    TRY(s);
    stmt_lend(s, 1, (Str){ (const char *)id.byte, sizeof id.byte });
    stmt_int(s, 2, seat);
    stmt_int(s, 3, person);
    stmt_int(s, 4, first_seq);
    stmt_int(s, 5, count);
    stmt_lend(s, 6, hash_str(&digest));
    return stmt_run(w, s);
}

/* ---- append ---- */

static Salt salt_new(Work *w, Log *log)
{
    if (log->salts_left == 0) {
        w->env->random(w->env->self, log->salts, sizeof log->salts);
        log->salts_left = EXTRA_SALTS;
    }
    Salt *next = &log->salts[--log->salts_left];
    Salt salt = *next;
    *next = (Salt){ { 0 } }; /* a salt stands in one place only: erasing that erases it */
    return salt;
}

static bool put_fact_row(Work *w, Log *log, const RawFact *raw)
{
    const Fact *f = &raw->fact;
    Stmt *s = db_stmt(w, log->db, SQL_FACT_PUT);
    TRY(s);
    const int64_t number[] = { f->seq,    f->act_n, f->at_ms,     f->made_ms, f->seat,
                               f->person, f->unit,  f->book,      f->verb,    f->subject,
                               f->prev,   f->pack,  raw->leafkind };
    for (int i = 0; i < (int)(sizeof number / sizeof *number); i++)
        stmt_int(s, i + 1, number[i]);
    stmt_lend(s, 14, (Str){ (const char *)raw->salt0.byte, SALT_BYTES });
    return stmt_run(w, s);
}

static bool put_part_row(Work *w, Log *log, int64_t seq, const RawPart *p)
{
    Stmt *s = db_stmt(w, log->db, SQL_PART_PUT);
    TRY(s);
    stmt_int(s, 1, seq);
    stmt_int(s, 2, p->part);
    stmt_int(s, 3, p->cls);
    stmt_int(s, 4, p->state);
    stmt_int(s, 5, p->keep_until_day);
    if (p->state == PART_ERASED) {
        stmt_null(s, 6);
        stmt_null(s, 7);
    } else {
        stmt_lend(s, 6, (Str){ (const char *)p->salt.byte, SALT_BYTES });
        stmt_lend(s, 7, p->body);
    }
    if (p->has_commit)
        stmt_lend(s, 8, hash_str(&p->commit));
    else
        stmt_null(s, 8);
    return stmt_run(w, s);
}

static bool put_leaf_row(Work *w, Log *log, int64_t seq, const Hash *leaf)
{
    Stmt *s = db_stmt(w, log->db, SQL_LEAF_PUT);
    TRY(s);
    stmt_int(s, 1, seq);
    stmt_lend(s, 2, hash_str(leaf));
    return stmt_run(w, s);
}

static bool put_tile(Work *w, Log *log, size_t level, int64_t n)
{
    Stmt *s = db_stmt(w, log->db, SQL_TILE_PUT);
    TRY(s);
    stmt_int(s, 1, (int64_t)level);
    stmt_int(s, 2, n);
    stmt_lend(s, 3, (Str){ (const char *)log->level[level - 1], sizeof log->level[level - 1] });
    return stmt_run(w, s);
}

static bool put_leaf(Work *w, Log *log, Hash leaf)
{
    Hash levels[TILE_LEVELS + 1];
    int64_t seq = (int64_t)log->frontier.size;
    TRY(put_leaf_row(w, log, seq, &leaf));
    size_t n = frontier_add_levels(&log->frontier, leaf, levels);
    if (n && !log->levels_known)
        TRY(levels_read(w, log, seq));
    int64_t width = 1;
    for (size_t i = 0; i < n; i++) {
        width *= TILE_HASHES; /* leaves under one hash of this level */
        CHECK(i < TILE_LEVELS && log->level_n[i] < TILE_HASHES);
        log->level[i][log->level_n[i]++] = levels[i];
        if (log->level_n[i] < TILE_HASHES)
            continue;
        TRY(put_tile(w, log, i + 1, seq / (width * TILE_HASHES)));
        log->level_n[i] = 0;
    }
    return true;
}

bool log_append_raw(Work *w, Log *log, const RawFact *raw)
{
    CHECK(log->in_batch);
    CHECK(raw->fact.seq == (int64_t)log->frontier.size);
    CHECK(raw->fact.at_ms >= log->last_at);
    TRY(put_fact_row(w, log, raw));
    for (size_t i = 0; i < raw->part_count; i++)
        TRY(put_part_row(w, log, raw->fact.seq, &raw->parts[i]));
    log->last_leaf = raw_leaf(log->id, raw);
    TRY(put_leaf(w, log, log->last_leaf));
    log->last_at = raw->fact.at_ms;
    return true;
}

static bool body_fits(Work *w, Str body)
{
    if (body.n > LIMIT_PART_BYTES)
        return fail(w, ERR_LIMIT, "store.part_too_long max=%d", LIMIT_PART_BYTES);
    return canon_fits(body) || fail(w, ERR_BAD_INPUT, "store.not_canonical at=%d", 0);
}

static bool append_kind(Work *w, Log *log, Fact *fact, int32_t leafkind)
{
    CHECK(log->in_batch);
    if (fact->hidden_count + 2 > LIMIT_FACT_PARTS)
        return fail(w, ERR_LIMIT, "store.too_many_parts max=%d", LIMIT_FACT_PARTS);
    RawPart parts[LIMIT_FACT_PARTS];
    parts[0] = (RawPart){ .part = 1, .body = fact->open.n ? fact->open : STR("{}") };
    for (size_t i = 0; i < fact->hidden_count; i++)
        parts[i + 1] = (RawPart){ .part = (int32_t)i + 2,
                                  .cls = fact->hidden[i].cls,
                                  .keep_until_day = fact->hidden[i].keep_until_day,
                                  .body = fact->hidden[i].body };
    for (size_t i = 0; i <= fact->hidden_count; i++) {
        TRY(body_fits(w, parts[i].body));
        parts[i].salt = salt_new(w, log);
    }
    fact->seq = (int64_t)log->frontier.size;
    fact->at_ms = w->now_ms > log->last_at ? w->now_ms : log->last_at;
    const RawFact raw = { .fact = *fact,
                          .leafkind = leafkind,
                          .salt0 = salt_new(w, log),
                          .parts = parts,
                          .part_count = fact->hidden_count + 1 };
    return log_append_raw(w, log, &raw);
}

bool log_append(Work *w, Log *log, Fact *fact)
{
    return append_kind(w, log, fact, LEAF_FACT);
}

bool log_control(Work *w, Log *log, Canon *what)
{
    Str open = canon_bytes(w, what);
    TRY(open.n);
    Fact fact = { .made_ms = w->now_ms, .open = open, .prev = -1 };
    return append_kind(w, log, &fact, LEAF_CONTROL);
}

Hash log_last_leaf(const Log *log)
{
    return log->last_leaf;
}

bool log_leaf(Work *w, Log *log, int64_t seq, Hash *ret)
{
    return leaves_read(w, log->db, seq, seq + 1, ret);
}

/* ---- erasure ---- */

static bool wipe_act(Work *w, Log *log, int64_t seq)
{
    const Hash none = { { 0 } };
    Stmt *s = db_stmt(w, log->db, SQL_ACT_WIPE);
    TRY(s);
    stmt_int(s, 1, seq);
    stmt_bytes(s, 2, hash_str(&none));
    return stmt_run(w, s);
}

bool part_erase(Work *w, Log *log, int64_t seq, int32_t part)
{
    CHECK(log->in_batch);
    Stmt *s = db_stmt(w, log->db, SQL_PART_GET);
    TRY(s);
    stmt_int(s, 1, seq);
    stmt_int(s, 2, part);
    bool row;
    TRY(stmt_next(w, s, &row));
    if (!row)
        return fail(w, ERR_NOT_FOUND, "store.part_unknown seq=%lld part=%d", (long long)seq, part);
    Str salt_bytes = col_bytes(s, 3);
    bool erased = col_int(s, 1) == PART_ERASED;
    Salt salt = { { 0 } };
    if (!erased && salt_bytes.n == sizeof salt)
        memcpy(&salt, salt_bytes.p, sizeof salt);
    Hash commit = erased ? (Hash){ { 0 } } : part_commit(part, &salt, col_bytes(s, 4));
    stmt_reset(s);
    if (erased)
        return true;
    s = db_stmt(w, log->db, SQL_PART_WIPE);
    TRY(s);
    stmt_int(s, 1, seq);
    stmt_int(s, 2, part);
    stmt_bytes(s, 3, hash_str(&commit));
    TRY(stmt_run(w, s));
    log->wiped = true;
    TRY(wipe_act(w, log, seq)); /* its digest could confirm a guess at what was erased */
    Canon *what = canon_open(w->arena);
    Canon *which = canon_open(w->arena);
    canon_int(which, "part", part);
    canon_int(which, "seq", seq);
    canon_part(what, "erased", which);
    return log_control(w, log, what);
}
