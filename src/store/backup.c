/* A store as one file, the same from both kinds of store: the log with its salts, acts, heads and
 * attachments. It needs no snapshot: the log up to one size never changes, but for erasure, which
 * keeps every hash. What is read is hashed again; a backup whose root is not the log's is not kept.
 */
#include "store/frame.h"
#include "store/schema.h"

static void put_part(FrameOut *out, const RawPart *p)
{
    frame_4(out, p->cls);
    frame_4(out, p->keep_until_day);
    frame_1(out, p->state);
    frame_1(out, p->has_commit);
    if (p->state != PART_ERASED) {
        frame_put(out, p->salt.byte, SALT_BYTES);
        frame_4(out, (int64_t)p->body.n);
        frame_put(out, p->body.p, p->body.n);
    }
    if (p->has_commit)
        frame_put(out, p->commit.byte, sizeof p->commit);
}

static bool put_fact(Work *w, FrameOut *out, RawWalk *walk, LogId id, Frontier *tree)
{
    ARENA_SCOPE(w->arena);
    RawFact raw;
    bool more;
    uint8_t envelope[ENVELOPE_BYTES];
    TRY(raw_next(w, walk, w->arena, &raw, &more));
    CHECK(more);
    frontier_add(tree, raw_leaf(id, &raw));
    frame_begin(out, w->arena);
    envelope_put(&raw.fact, raw.leafkind, envelope);
    frame_put(out, envelope, sizeof envelope);
    frame_put(out, raw.salt0.byte, SALT_BYTES);
    frame_1(out, (int)raw.part_count);
    for (size_t i = 0; i < raw.part_count; i++)
        put_part(out, &raw.parts[i]);
    return frame_end(w, out, FRAME_FACT);
}

static bool put_facts(Work *w, FrameOut *out, Store *s, Head head)
{
    RawWalk *walk = arena_new(w->arena, RawWalk);
    Frontier tree = { 0 };
    raw_walk_open(walk, s->db, 0, head.size);
    for (int64_t seq = 0; seq < head.size; seq++)
        TRY(put_fact(w, out, walk, s->log->id, &tree));
    Hash root = frontier_root(&tree);
    return memcmp(&root, &head.root, sizeof root) == 0 ||
           fail(w, ERR_STORE, "store.root_broken size=%lld", (long long)head.size);
}

static bool put_act(Work *w, FrameOut *out, Stmt *s, ActId *ret_last)
{
    ARENA_SCOPE(w->arena);
    Str id = col_bytes(s, 0), digest = col_bytes(s, 5);
    if (id.n != sizeof ret_last->byte || digest.n != sizeof(Hash))
        return fail(w, ERR_STORE, "store.acts_broken facts=%d acts=%lld", 0,
                    (long long)col_int(s, 3));
    frame_begin(out, w->arena);
    frame_put(out, id.p, id.n);
    frame_4(out, col_int(s, 1));
    frame_4(out, col_int(s, 2));
    frame_8(out, col_int(s, 3));
    frame_4(out, col_int(s, 4));
    frame_put(out, digest.p, digest.n);
    memcpy(ret_last->byte, id.p, id.n);
    return frame_end(w, out, FRAME_ACT);
}

static bool put_acts(Work *w, FrameOut *out, Store *store, int64_t size)
{
    ActId last = { { 0 } };
    for (bool any = true, first = true; any; first = false) {
        Stmt *s = db_stmt(w, store->db, SQL_ACT_AFTER);
        TRY(s);
        stmt_bytes(s, 1, (Str){ (const char *)last.byte, first ? 0 : sizeof last.byte });
        stmt_int(s, 2, size);
        bool row;
        TRY(stmt_next(w, s, &row));
        for (any = row; row;) {
            TRY(put_act(w, out, s, &last));
            TRY(stmt_next(w, s, &row));
        }
    }
    return true;
}

static bool put_heads(Work *w, FrameOut *out, Store *store, int64_t size)
{
    Stmt *s = db_stmt(w, store->db, SQL_HEAD_ALL);
    TRY(s);
    for (;;) {
        ARENA_SCOPE(w->arena);
        bool row;
        TRY(stmt_next(w, s, &row));
        if (!row)
            return true;
        if (col_int(s, 1) > size)
            continue;
        frame_begin(out, w->arena);
        frame_8(out, col_int(s, 0));
        frame_8(out, col_int(s, 1));
        frame_8(out, col_int(s, 2));
        frame_opt(out, true, col_bytes(s, 3));
        frame_4(out, col_int(s, 4));
        for (int at = 5; at < 8; at++)
            frame_opt(out, !col_null(s, at), col_null(s, at) ? STR("") : col_bytes(s, at));
        TRY(frame_end(w, out, FRAME_HEAD));
    }
}

static bool put_blob(Work *w, FrameOut *out, Stmt *s, Str *ret_name)
{
    frame_begin(out, w->arena);
    frame_opt(out, true, col_bytes(s, 0));
    frame_8(out, col_int(s, 1));
    frame_8(out, col_int(s, 2));
    frame_opt(out, true, col_bytes(s, 3));
    frame_8(out, col_int(s, 4));
    for (int at = 5; at < 7; at++) {
        frame_1(out, !col_null(s, at));
        frame_8(out, col_null(s, at) ? 0 : col_int(s, at));
    }
    CHECK(col_bytes(s, 0).n <= ret_name->n);
    ret_name->n = col_bytes(s, 0).n;
    memcpy((char *)(uintptr_t)ret_name->p, col_bytes(s, 0).p, ret_name->n);
    return frame_end(w, out, FRAME_BLOB);
}

static bool put_blobs(Work *w, FrameOut *out, Store *store)
{
    char name[64];
    Str last = { name, 0 };
    for (;;) {
        ARENA_SCOPE(w->arena);
        Stmt *s = db_stmt(w, store->db, SQL_BLOB_ALL);
        TRY(s);
        stmt_bytes(s, 1, last);
        bool row;
        TRY(stmt_next(w, s, &row));
        if (!row)
            return true;
        last.n = sizeof name;
        bool ok = put_blob(w, out, s, &last);
        stmt_reset(s);
        TRY(ok);
    }
}

static bool put_header(Work *w, FrameOut *out, Store *s, int64_t size)
{
    int64_t version = 0;
    TRY(version_read(w, s->db, STR("log"), &version));
    frame_begin(out, w->arena);
    frame_8(out, s->log->id.log);
    frame_8(out, s->log->id.era);
    frame_4(out, LOG_FORMAT);
    frame_4(out, LOG_ALG);
    frame_8(out, version);
    frame_8(out, size);
    frame_put(out, s->log->act_key.byte, sizeof s->log->act_key);
    return frame_end(w, out, FRAME_HEADER);
}

static bool put_all(Work *w, FrameOut *out, Store *s)
{
    Head head = log_head(s->log);
    TRY(put_header(w, out, s, head.size) && put_facts(w, out, s, head) &&
        put_acts(w, out, s, head.size) && put_heads(w, out, s, head.size) && put_blobs(w, out, s));
    frame_begin(out, w->arena);
    frame_8(out, head.size);
    frame_put(out, head.root.byte, sizeof head.root);
    return frame_end(w, out, FRAME_END) && frame_close_file(w, out);
}

bool store_backup(Work *w, Store *s, const char *file)
{
    ARENA_SCOPE(w->arena);
    FrameOut out;
    bool ok = frame_create(w, file, &out) && put_all(w, &out, s);
    if (!ok)
        frame_abandon(&out);
    return ok;
}
