/* A fact as bytes and hashes, and the walk over its rows. Every byte here is frozen by
 * docs/facts.md: a change is a new LEAF_VERSION beside the old one, never an edit. */
#include "store/log_int.h"

enum { SLICE = 4096 };

static uint8_t *put_8(uint8_t *to, int64_t value)
{
    uint64_t bits = __builtin_bswap64((uint64_t)value);
    memcpy(to, &bits, sizeof bits);
    return to + sizeof bits;
}

static uint8_t *put_4(uint8_t *to, int32_t value)
{
    uint32_t bits = __builtin_bswap32((uint32_t)value);
    memcpy(to, &bits, sizeof bits);
    return to + sizeof bits;
}

void envelope_put(const Fact *f, int32_t leafkind, uint8_t *ret)
{
    uint8_t *to = ret;
    *to++ = LEAF_VERSION;
    *to++ = (uint8_t)leafkind;
    to = put_8(to, f->seq);
    to = put_4(to, f->act_n);
    to = put_8(to, f->at_ms);
    to = put_8(to, f->made_ms);
    to = put_4(to, f->seat);
    to = put_4(to, f->person);
    to = put_4(to, f->unit);
    to = put_4(to, f->book);
    to = put_4(to, f->verb);
    to = put_8(to, f->subject);
    to = put_8(to, f->prev);
    to = put_4(to, f->pack);
    CHECK(to == ret + ENVELOPE_BYTES);
}

Hash part_commit(int32_t part, const Salt *salt, Str body)
{
    uint8_t head[3 + SALT_BYTES] = { 2, LOG_ALG, (uint8_t)part };
    CHECK(part >= 0 && part < LIMIT_FACT_PARTS);
    memcpy(head + 3, salt->byte, SALT_BYTES);
    const Str pieces[] = { { (const char *)head, sizeof head }, body };
    return hash_pieces(pieces, 2);
}

Hash leaf_hash(LogId id, int32_t leafkind, const Hash *commits, size_t n)
{
    uint8_t head[20] = { 0, LEAF_VERSION, (uint8_t)leafkind };
    CHECK(n >= 2 && n <= LIMIT_FACT_PARTS);
    (void)put_8(put_8(head + 3, id.log), id.era);
    head[19] = (uint8_t)n;
    const Str pieces[] = {
        { (const char *)head, sizeof head },
        { (const char *)commits, n * sizeof *commits },
    };
    return hash_pieces(pieces, 2);
}

Hash raw_leaf(LogId id, const RawFact *raw)
{
    uint8_t envelope[ENVELOPE_BYTES];
    Hash commits[LIMIT_FACT_PARTS];
    CHECK(raw->part_count < LIMIT_FACT_PARTS);
    envelope_put(&raw->fact, raw->leafkind, envelope);
    commits[0] = part_commit(0, &raw->salt0, (Str){ (const char *)envelope, sizeof envelope });
    for (size_t i = 0; i < raw->part_count; i++) {
        const RawPart *p = &raw->parts[i];
        commits[i + 1] =
            p->state == PART_ERASED ? p->commit : part_commit(p->part, &p->salt, p->body);
    }
    return leaf_hash(id, raw->leafkind, commits, raw->part_count + 1);
}

/* ---- rows ---- */

void raw_walk_open(RawWalk *walk, Db *db, int64_t from, int64_t to)
{
    *walk = (RawWalk){ .db = db, .next = from < 0 ? 0 : from, .to = to };
}

static bool open_slice(Work *w, RawWalk *walk)
{
    Stmt *facts = db_stmt(w, walk->db, SQL_FACT_RANGE);
    TRY(facts);
    Stmt *parts = db_stmt(w, walk->db, SQL_PART_RANGE);
    TRY(parts);
    walk->slice_end = walk->to - walk->next < SLICE ? walk->to : walk->next + SLICE;
    stmt_int(facts, 1, walk->next);
    stmt_int(facts, 2, walk->slice_end);
    stmt_int(parts, 1, walk->next);
    stmt_int(parts, 2, walk->slice_end);
    walk->facts = facts;
    walk->parts = parts;
    walk->part_waits = false;
    walk->ends = walk->db->ends;
    return true;
}

void raw_walk_leave(RawWalk *walk)
{
    bool mine = walk->ends == walk->db->ends;
    if (walk->facts && mine)
        stmt_reset(walk->facts);
    if (walk->parts && mine)
        stmt_reset(walk->parts);
    walk->facts = walk->parts = NULL;
}

static bool col_salt(Stmt *s, int at, Salt *ret)
{
    Str bytes = col_bytes(s, at);
    if (bytes.n != sizeof *ret)
        return false;
    memcpy(ret, bytes.p, sizeof *ret);
    return true;
}

static bool fact_columns(Work *w, Stmt *s, RawFact *ret)
{
    *ret = (RawFact){
        .fact = {
            .seq = col_int(s, 0),
            .act_n = (int32_t)col_int(s, 1),
            .at_ms = col_int(s, 2),
            .made_ms = col_int(s, 3),
            .seat = (int32_t)col_int(s, 4),
            .person = (int32_t)col_int(s, 5),
            .unit = (int32_t)col_int(s, 6),
            .book = (int32_t)col_int(s, 7),
            .verb = (int32_t)col_int(s, 8),
            .subject = col_int(s, 9),
            .prev = col_int(s, 10),
            .pack = (int32_t)col_int(s, 11),
        },
        .leafkind = (int32_t)col_int(s, 12),
    };
    if (!col_salt(s, 13, &ret->salt0))
        return fail(w, ERR_STORE, "store.fact_broken seq=%lld", (long long)ret->fact.seq);
    return true;
}

static bool part_columns(Work *w, Stmt *s, Arena *arena, int64_t seq, size_t want, RawPart *ret)
{
    *ret = (RawPart){
        .part = (int32_t)col_int(s, 1),
        .cls = (int32_t)col_int(s, 2),
        .state = (int32_t)col_int(s, 3),
        .keep_until_day = (int32_t)col_int(s, 4),
    };
    ret->wiped = ret->state == PART_ERASED;
    Str commit = col_bytes(s, 7);
    ret->has_commit = commit.n == sizeof ret->commit;
    bool ok = ret->part == (int32_t)want && (ret->has_commit || commit.n == 0);
    if (ret->has_commit)
        memcpy(&ret->commit, commit.p, sizeof ret->commit);
    if (ret->wiped) {
        ok = ok && ret->has_commit && col_null(s, 5) && col_null(s, 6);
    } else {
        ok = ok && col_salt(s, 5, &ret->salt);
        ret->body = str_copy(arena, col_bytes(s, 6));
    }
    return ok || fail(w, ERR_STORE, "store.part_broken seq=%lld part=%zu", (long long)seq, want);
}

static bool read_parts(Work *w, RawWalk *walk, Arena *arena, RawFact *raw)
{
    int64_t seq = raw->fact.seq;
    raw->parts = walk->room;
    for (;;) {
        bool row = walk->parts != NULL;
        if (row && !walk->part_waits)
            TRY(stmt_next(w, walk->parts, &row));
        if (!row)
            walk->parts = NULL;
        walk->part_waits = row;
        if (!row || col_int(walk->parts, 0) != seq)
            break;
        if (raw->part_count + 1 >= LIMIT_FACT_PARTS)
            return fail(w, ERR_STORE, "store.part_broken seq=%lld part=%zu", (long long)seq,
                        raw->part_count + 1);
        TRY(part_columns(w, walk->parts, arena, seq, raw->part_count + 1,
                         &walk->room[raw->part_count]));
        raw->part_count++;
        walk->part_waits = false;
    }
    if (raw->part_count == 0)
        return fail(w, ERR_STORE, "store.part_broken seq=%lld part=1", (long long)seq);
    return true;
}

bool raw_next(Work *w, RawWalk *walk, Arena *arena, RawFact *ret, bool *ret_more)
{
    if (walk->next >= walk->to) {
        *ret_more = false;
        return true;
    }
    if (walk->ends != walk->db->ends) /* the caller committed: those statements are closed */
        walk->facts = walk->parts = NULL;
    if (!walk->facts)
        TRY(open_slice(w, walk));
    bool row;
    TRY(stmt_next(w, walk->facts, &row));
    if (!row) {
        walk->facts = NULL;
        return fail(w, ERR_STORE, "store.fact_missing seq=%lld", (long long)walk->next);
    }
    TRY(fact_columns(w, walk->facts, ret));
    if (ret->fact.seq != walk->next)
        return fail(w, ERR_STORE, "store.fact_missing seq=%lld", (long long)walk->next);
    TRY(read_parts(w, walk, arena, ret));
    walk->next++;
    if (walk->next == walk->slice_end)
        raw_walk_leave(walk);
    *ret_more = true;
    return true;
}

/* ---- the walk of other folders ---- */

struct FactWalk {
    RawWalk raw;
};

FactWalk *fact_walk(Work *w, Db *db, int64_t from, int64_t to)
{
    FactWalk *walk = arena_new(w->arena, FactWalk);
    raw_walk_open(&walk->raw, db, from, to);
    return walk;
}

static void fact_parts(Work *w, const RawFact *raw, Fact *ret)
{
    *ret = raw->fact;
    ret->open = raw->parts[0].body;
    ret->hidden_count = raw->part_count - 1;
    ret->hidden = arena_array(w->arena, PrivatePart, ret->hidden_count);
    for (size_t i = 0; i < ret->hidden_count; i++) {
        const RawPart *p = &raw->parts[i + 1];
        ret->hidden[i] = (PrivatePart){ p->cls, p->keep_until_day, p->body };
    }
}

bool fact_next(Work *w, FactWalk *walk, Fact *ret, bool *ret_more)
{
    RawFact raw;
    bool more;
    do {
        TRY(raw_next(w, &walk->raw, w->arena, &raw, &more));
    } while (more && raw.leafkind != LEAF_FACT);
    if (more)
        fact_parts(w, &raw, ret);
    *ret_more = more;
    return true;
}

void fact_leave(FactWalk *walk)
{
    raw_walk_leave(&walk->raw);
}
