/* A backup becomes a store again. The file's digest is proven before anything is made; while it is
 * loaded the store's version is 0, so that a restore that was cut off never looks like a store; at
 * the end its root must be the backup's. Views stay empty and old: the caller rebuilds them. */
#include <unistd.h>

#include "store/frame.h"
#include "store/schema.h"

enum { TURN_FACTS = 4000, TURN_BYTES = 16 << 20 };

typedef struct Load {
    FrameIn in;
    Db *db;
    Log *log;
    int lock;
    int64_t version, size;
    LogId id;
    Hash act_key, root;
    int64_t turn_facts;
    size_t turn_bytes;
} Load;

static bool take_hash(FrameIn *in, Hash *ret)
{
    Str bytes = frame_get(in, sizeof *ret);
    if (bytes.n == sizeof *ret)
        memcpy(ret, bytes.p, sizeof *ret);
    return bytes.n == sizeof *ret;
}

/* First pass: the whole file and its digest. */
static bool prove_file(Work *w, const char *file)
{
    FrameIn in;
    bool ok = frame_open(w, file, &in);
    for (int letter = 0; ok && letter != FRAME_END;) {
        ARENA_SCOPE(w->arena);
        ok = frame_next(w, &in, w->arena, &letter);
    }
    ok = ok && frame_check_end(w, &in);
    frame_close(&in);
    return ok;
}

static bool load_header(Work *w, Load *l)
{
    int letter;
    TRY(frame_next(w, &l->in, w->arena, &letter));
    l->id = (LogId){ frame_get_8(&l->in), frame_get_8(&l->in) };
    int64_t format = frame_get_4(&l->in), alg = frame_get_4(&l->in);
    l->version = frame_get_8(&l->in);
    l->size = frame_get_8(&l->in);
    if (letter != FRAME_HEADER || !take_hash(&l->in, &l->act_key))
        l->in.cut = true;
    TRY(frame_done(w, &l->in));
    if (format != LOG_FORMAT || alg != LOG_ALG)
        return fail(w, ERR_STORE, "store.newer found=%lld known=%d", (long long)format, LOG_FORMAT);
    return schema_known(w, l->version);
}

static void get_envelope(FrameIn *in, RawFact *ret)
{
    Fact *f = &ret->fact;
    in->cut |= frame_get_1(in) != LEAF_VERSION;
    ret->leafkind = frame_get_1(in);
    f->seq = frame_get_8(in);
    f->act_n = (int32_t)frame_get_4(in);
    f->at_ms = frame_get_8(in);
    f->made_ms = frame_get_8(in);
    f->seat = (int32_t)frame_get_4(in);
    f->person = (int32_t)frame_get_4(in);
    f->unit = (int32_t)frame_get_4(in);
    f->book = (int32_t)frame_get_4(in);
    f->verb = (int32_t)frame_get_4(in);
    f->subject = frame_get_8(in);
    f->prev = frame_get_8(in);
    f->pack = (int32_t)frame_get_4(in);
}

static void get_salt(FrameIn *in, Salt *ret)
{
    Str bytes = frame_get(in, SALT_BYTES);
    if (bytes.n == SALT_BYTES)
        memcpy(ret->byte, bytes.p, SALT_BYTES);
}

static void get_part(FrameIn *in, int32_t part, RawPart *ret)
{
    *ret = (RawPart){ .part = part };
    ret->cls = (int32_t)frame_get_4(in);
    ret->keep_until_day = (int32_t)frame_get_4(in);
    ret->state = frame_get_1(in);
    ret->has_commit = frame_get_1(in) != 0;
    ret->wiped = ret->state == PART_ERASED;
    in->cut |= ret->state > PART_ERASED;
    if (!ret->wiped) {
        get_salt(in, &ret->salt);
        ret->body = frame_get(in, (size_t)frame_get_4(in));
    }
    if (ret->has_commit)
        in->cut |= !take_hash(in, &ret->commit);
    in->cut |= ret->wiped && !ret->has_commit;
}

static bool next_turn(Work *w, Load *l, bool last)
{
    bool full = l->turn_facts >= TURN_FACTS || l->turn_bytes >= TURN_BYTES;
    if (!full && !last)
        return true;
    l->turn_facts = 0;
    l->turn_bytes = 0;
    TRY(log_commit(w, l->log));
    return last || log_begin(w, l->log);
}

static bool load_fact(Work *w, Load *l)
{
    RawPart parts[LIMIT_FACT_PARTS];
    RawFact raw = { .parts = parts };
    size_t bytes = l->in.left.n;
    get_envelope(&l->in, &raw);
    get_salt(&l->in, &raw.salt0);
    raw.part_count = (size_t)frame_get_1(&l->in);
    l->in.cut |= raw.part_count < 1 || raw.part_count >= LIMIT_FACT_PARTS;
    for (size_t i = 0; i < raw.part_count && !l->in.cut; i++)
        get_part(&l->in, (int32_t)i + 1, &parts[i]);
    l->in.cut |= raw.leafkind != LEAF_FACT && raw.leafkind != LEAF_CONTROL;
    l->in.cut |= raw.fact.seq != (int64_t)l->log->frontier.size || raw.fact.at_ms < l->log->last_at;
    TRY(frame_done(w, &l->in));
    TRY(log_append_raw(w, l->log, &raw));
    l->turn_facts++;
    l->turn_bytes += bytes;
    return next_turn(w, l, false);
}

static bool load_act(Work *w, Load *l)
{
    ActId id = { { 0 } };
    Hash digest;
    Str bytes = frame_get(&l->in, sizeof id.byte);
    if (bytes.n == sizeof id.byte)
        memcpy(id.byte, bytes.p, bytes.n);
    int32_t seat = (int32_t)frame_get_4(&l->in), person = (int32_t)frame_get_4(&l->in);
    int64_t first = frame_get_8(&l->in);
    int32_t count = (int32_t)frame_get_4(&l->in);
    l->in.cut |= !take_hash(&l->in, &digest);
    TRY(frame_done(w, &l->in));
    l->turn_facts++;
    return act_add(w, l->log, id, seat, person, first, count, digest) && next_turn(w, l, false);
}

static bool load_head(Work *w, Load *l)
{
    Stmt *s = db_stmt(w, l->db, SQL_HEAD_PUT_ALL);
    TRY(s);
    Head head = { .era = frame_get_8(&l->in),
                  .size = frame_get_8(&l->in),
                  .at_ms = frame_get_8(&l->in) };
    Str bytes;
    l->in.cut |= !frame_get_opt(&l->in, &bytes) || bytes.n != sizeof head.root;
    stmt_int(s, 1, head.era);
    stmt_int(s, 2, head.size);
    stmt_int(s, 3, head.at_ms);
    stmt_bytes(s, 4, bytes);
    stmt_int(s, 5, frame_get_4(&l->in));
    for (int at = 6; at <= 8; at++) {
        if (frame_get_opt(&l->in, &bytes))
            stmt_bytes(s, at, bytes);
        else
            stmt_null(s, at);
    }
    TRY(frame_done(w, &l->in));
    return stmt_run(w, s);
}

static bool load_blob(Work *w, Load *l)
{
    Stmt *s = db_stmt(w, l->db, SQL_BLOB_PUT_ALL);
    TRY(s);
    Str bytes;
    l->in.cut |= !frame_get_opt(&l->in, &bytes);
    stmt_bytes(s, 1, bytes);
    stmt_int(s, 2, frame_get_8(&l->in));
    stmt_int(s, 3, frame_get_8(&l->in));
    l->in.cut |= !frame_get_opt(&l->in, &bytes);
    stmt_bytes(s, 4, bytes);
    l->turn_bytes += bytes.n;
    stmt_int(s, 5, frame_get_8(&l->in));
    for (int at = 6; at <= 7; at++) {
        bool there = frame_get_1(&l->in) != 0;
        int64_t value = frame_get_8(&l->in);
        if (there)
            stmt_int(s, at, value);
        else
            stmt_null(s, at);
    }
    TRY(frame_done(w, &l->in));
    return stmt_run(w, s) && next_turn(w, l, false);
}

static bool load_frame(Work *w, Load *l, int *ret_letter)
{
    ARENA_SCOPE(w->arena);
    int letter;
    TRY(frame_next(w, &l->in, w->arena, &letter));
    *ret_letter = letter;
    switch (letter) {
    case FRAME_FACT: return load_fact(w, l);
    case FRAME_ACT: return load_act(w, l);
    case FRAME_HEAD: return load_head(w, l);
    case FRAME_BLOB: return load_blob(w, l);
    case FRAME_END: break;
    default: l->in.cut = true; return frame_done(w, &l->in);
    }
    l->in.cut |= frame_get_8(&l->in) != l->size || !take_hash(&l->in, &l->root);
    return frame_done(w, &l->in);
}

static bool load_all(Work *w, Load *l)
{
    l->log = log_open(w, l->db);
    TRY(l->log);
    TRY(log_begin(w, l->log));
    for (int letter = 0; letter != FRAME_END;)
        TRY(load_frame(w, l, &letter));
    TRY(next_turn(w, l, true));
    Head head = log_head(l->log);
    return (head.size == l->size && memcmp(&head.root, &l->root, sizeof l->root) == 0) ||
           fail(w, ERR_STORE, "store.backup_differs");
}

/* Takes back what was begun, so that the restore can be tried again. */
static void undo(Work *w, Load *l, const char *dir)
{
    static const char *const names[] = { "tian.db", "tian.db-wal", "tian.db-shm", "url" };
    if (l->log && l->log->in_batch)
        log_rollback(l->log);
    Work *apart = work_open(w->env, 1 << 20);
    for (size_t i = 0; l->db && l->db->kind == DB_POSTGRES && i < sql_table_count; i++)
        (void)db_exec(apart, l->db, sql_tables[i].drop);
    work_close(&apart);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(arena_printf(w->arena, "%s/%s", dir, names[i]));
}

static bool restore_into(Work *w, Load *l, const char *dir, const char *url, bool *ret_begun)
{
    TRY(load_header(w, l));
    TRY(store_prepare(w, dir, url, &l->lock, &l->db));
    bool there = false;
    TRY(schema_there(w, l->db, &there));
    if (there)
        return fail(w, ERR_CONFLICT, "store.exists");
    *ret_begun = true;
    TRY(store_make(w, l->db, l->id, l->act_key));
    TRY(schema_mark(w, l->db, 0));
    TRY(load_all(w, l));
    return schema_mark(w, l->db, l->version);
}

bool store_restore(Work *w, const char *file, const char *dir, const char *url)
{
    ARENA_SCOPE(w->arena);
    Load l = { .lock = -1 };
    bool begun = false;
    TRY(prove_file(w, file));
    bool ok = frame_open(w, file, &l.in) && restore_into(w, &l, dir, url, &begun);
    if (!ok && begun)
        undo(w, &l, dir);
    log_close(&l.log);
    db_close(&l.db);
    frame_close(&l.in);
    if (l.lock >= 0)
        close(l.lock);
    return ok && store_first_head(w, dir);
}
