/* Inner nodes of the tree, read back: from leaf rows near the end, from tiles where they are full.
 * Hash j of tile (level, n) is the root of the 256^level leaves from (n * 256 + j) * 256^level on.
 */
#include "store/log_int.h"

bool leaves_read(Work *w, Db *db, int64_t from, int64_t to, Hash *ret)
{
    CHECK(from <= to);
    Stmt *s = db_stmt(w, db, SQL_LEAF_RANGE);
    TRY(s);
    stmt_int(s, 1, from);
    stmt_int(s, 2, to);
    int64_t seq = from;
    bool row;
    TRY(stmt_next(w, s, &row));
    for (; row; seq++) {
        Str bytes = col_bytes(s, 0);
        if (seq >= to || bytes.n != sizeof *ret)
            return fail(w, ERR_STORE, "store.leaf_broken seq=%lld", (long long)seq);
        memcpy(&ret[seq - from], bytes.p, sizeof *ret);
        TRY(stmt_next(w, s, &row));
    }
    return seq == to || fail(w, ERR_STORE, "store.leaf_broken seq=%lld", (long long)seq);
}

static int64_t level_width(size_t level) /* leaves under one hash of a tile of this level */
{
    return INT64_C(1) << (8 * level);
}

static bool tile_read(Work *w, Db *db, size_t level, int64_t n, Hash *ret, bool *ret_there)
{
    Stmt *s = db_stmt(w, db, SQL_TILE_RANGE);
    TRY(s);
    stmt_int(s, 1, (int64_t)level);
    stmt_int(s, 2, n);
    stmt_int(s, 3, n + 1);
    bool row;
    TRY(stmt_next(w, s, &row));
    *ret_there = row;
    if (!row)
        return true;
    Str bytes = col_bytes(s, 1);
    bool whole = bytes.n == TILE_HASHES * sizeof *ret;
    if (whole)
        memcpy(ret, bytes.p, bytes.n);
    stmt_reset(s);
    return whole || fail(w, ERR_STORE, "store.tile_broken level=%zu n=%lld", level, (long long)n);
}

/* Root of the perfect subtree of 256^level leaves from `first` on. */
static bool subtree_256(Work *w, Db *db, size_t level, int64_t first, Hash *ret)
{
    ARENA_SCOPE(w->arena);
    Hash *hashes = arena_array(w->arena, Hash, TILE_HASHES);
    if (level == 1) {
        TRY(leaves_read(w, db, first, first + TILE_HASHES, hashes));
        *ret = tree_root(hashes, TILE_HASHES);
        return true;
    }
    bool there;
    TRY(tile_read(w, db, level - 1, first / level_width(level), hashes, &there));
    for (int64_t i = 0; !there && i < TILE_HASHES; i++)
        TRY(subtree_256(w, db, level - 1, first + i * level_width(level - 1), &hashes[i]));
    *ret = tree_root(hashes, TILE_HASHES);
    return true;
}

/* Root of the perfect subtree of `width` = 2^k leaves from `first` on. */
static bool subtree(Work *w, Db *db, int64_t first, int64_t width, Hash *ret)
{
    ARENA_SCOPE(w->arena);
    size_t level = 0;
    while (level_width(level + 1) <= width)
        level++;
    size_t n = (size_t)(width / level_width(level)); /* 1 .. 128 hashes of that level */
    Hash *hashes = arena_array(w->arena, Hash, TILE_HASHES);
    if (level == 0) {
        TRY(leaves_read(w, db, first, first + width, hashes));
        *ret = tree_root(hashes, n);
        return true;
    }
    int64_t place = first / level_width(level);
    bool there;
    TRY(tile_read(w, db, level, place / TILE_HASHES, hashes, &there));
    size_t from = there ? (size_t)(place % TILE_HASHES) : 0;
    for (size_t i = 0; !there && i < n; i++)
        TRY(subtree_256(w, db, level, first + (int64_t)i * level_width(level), &hashes[i]));
    *ret = tree_root(hashes + from, n);
    return true;
}

/* The open tile of each level of a tree of `size` leaves. */
bool levels_read(Work *w, Log *log, int64_t size)
{
    for (size_t i = 0; i < TILE_LEVELS; i++) {
        int64_t width = level_width(i + 1);
        int64_t n = size / width % TILE_HASHES;
        int64_t first = size / width - n;
        for (int64_t j = 0; j < n; j++)
            TRY(subtree_256(w, log->db, i + 1, (first + j) * width, &log->level[i][j]));
        log->level_n[i] = (size_t)n;
    }
    log->levels_known = true;
    return true;
}

/* Root of the leaves first .. first + size - 1, where `first` is a multiple of a power of two that
 * is at least `size`. */
static bool range_root(Work *w, Db *db, int64_t first, int64_t size, Hash *ret)
{
    Hash parts[FRONTIER_MAX];
    size_t n = 0;
    CHECK(size > 0);
    while (size) {
        int64_t width = INT64_C(1) << (63 - __builtin_clzll((uint64_t)size));
        TRY(subtree(w, db, first, width, &parts[n++]));
        first += width;
        size -= width;
    }
    Hash root = parts[n - 1];
    for (size_t i = n - 1; i-- > 0;)
        root = tree_node(&parts[i], &root);
    *ret = root;
    return true;
}

bool tree_root_at(Work *w, Db *db, int64_t size, Hash *ret)
{
    if (size > 0)
        return range_root(w, db, 0, size, ret);
    *ret = hash_of("", 0);
    return true;
}

bool log_proof(Work *w, Db *db, int64_t seq, int64_t size, Hash *ret_path, size_t *ret_n)
{
    if (seq < 0 || seq >= size)
        return fail(w, ERR_NOT_FOUND, "store.no_such_leaf seq=%lld size=%lld", (long long)seq,
                    (long long)size);
    Hash down[64]; /* siblings from the root down; the path is told from the leaf up */
    size_t n = 0;
    int64_t first = 0;
    while (size > 1) {
        int64_t left = INT64_C(1) << (63 - __builtin_clzll((uint64_t)size - 1));
        CHECK(n < 64);
        if (seq - first < left) {
            TRY(range_root(w, db, first + left, size - left, &down[n++]));
            size = left;
        } else {
            TRY(range_root(w, db, first, left, &down[n++]));
            first += left;
            size -= left;
        }
    }
    for (size_t i = 0; i < n; i++)
        ret_path[i] = down[n - 1 - i];
    *ret_n = n;
    return true;
}
