/* Attachments: bytes under a random name, which alone gives access to them. Nothing is decoded;
 * the head of a picture is read for its measure only. An attachment becomes part of the record when
 * a fact names it: a blob.put fact then binds its bytes by their hash, in the same act; what no
 * fact names is swept away later.
 *
 * Fact blob.put: subject = seq of the fact that names it; {d: SHA-256 in hex, n: name, s: size} in
 * part 1, or in the private part of the field that holds the name. */
#include "book/book_int.h"

#include "base/hash.h"
#include "base/limits.h"

enum { NAME_BYTES = 16 };

/* ---- what the head says ---- */

static uint32_t big_endian(const uint8_t *p, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | p[i];
    return value;
}

/* Walks the segments of a JPEG up to its frame, which says width and height. */
static bool jpeg_pixels(Str s, uint64_t *ret)
{
    const uint8_t *p = (const uint8_t *)s.p;
    for (size_t at = 2; at + 9 < s.n;) {
        if (p[at] != 0xFF)
            return false;
        uint8_t mark = p[at + 1];
        bool frame = mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC;
        if (frame) {
            *ret = (uint64_t)big_endian(p + at + 5, 2) * big_endian(p + at + 7, 2);
            return true;
        }
        bool alone = mark == 0xFF || (mark >= 0xD0 && mark <= 0xD8) || mark == 0x01;
        at += mark == 0xFF ? 1 : alone ? 2 : 2 + (size_t)big_endian(p + at + 2, 2);
    }
    return false;
}

/* Pixels of a picture; false for what is none, or does not say. */
static bool picture_pixels(Str s, uint64_t *ret)
{
    if (str_starts(s, STR("\x89PNG\r\n\x1A\n")) && s.n >= 24) {
        const uint8_t *p = (const uint8_t *)s.p;
        *ret = (uint64_t)big_endian(p + 16, 4) * big_endian(p + 20, 4);
        return true;
    }
    return str_starts(s, STR("\xFF\xD8\xFF")) && jpeg_pixels(s, ret);
}

static bool check_bytes(Work *w, Str bytes)
{
    if (!bytes.n)
        return fail(w, ERR_BAD_INPUT, "blob.empty");
    if (bytes.n > LIMIT_BLOB_BYTES)
        return fail(w, ERR_LIMIT, "blob.too_large limit=%d", LIMIT_BLOB_BYTES >> 20);
    uint64_t pixels;
    if (picture_pixels(bytes, &pixels) && pixels > LIMIT_PICTURE_PIXELS)
        return fail(w, ERR_LIMIT, "blob.too_many_pixels limit=%d", LIMIT_PICTURE_PIXELS / 1000000);
    return true;
}

/* ---- put, get, sweep ---- */

static Stmt *stmt_named(Work *w, Core *core, enum SqlId id, const uint8_t *name)
{
    Stmt *s = db_stmt(w, core->store.db, id);
    if (s)
        stmt_bytes(s, 1, (Str){ (const char *)name, NAME_BYTES });
    return s;
}

static bool insert(Work *w, Core *core, int32_t seat, const uint8_t *name, Str bytes)
{
    Stmt *s = stmt_named(w, core, SQL_BLOB_ADD, name);
    TRY(s);
    stmt_int(s, 2, seat);
    stmt_int(s, 3, (int64_t)bytes.n);
    stmt_bytes(s, 4, bytes);
    stmt_int(s, 5, core_known(core));
    return stmt_run(w, s);
}

/* Runs in the change that is open, or in one of its own. */
static bool alone(Work *w, Core *core, bool *ret_own)
{
    *ret_own = !core->changing;
    return core->changing || core_begin(w, core, NULL);
}

static bool finish(Work *w, Core *core, bool own, bool ok)
{
    if (own && ok)
        return core_commit(w, core);
    if (own)
        (void)core_rollback(w, core);
    return ok;
}

bool blob_put(Work *w, Core *core, int32_t seat, Str bytes, Str *ret_name)
{
    uint8_t name[NAME_BYTES];
    bool own;
    TRY(check_bytes(w, bytes));
    w->env->random(w->env->self, name, sizeof name);
    TRY(alone(w, core, &own));
    TRY(finish(w, core, own, insert(w, core, seat, name, bytes)));
    *ret_name = hex_print(w->arena, name, sizeof name);
    return true;
}

static bool same_blob(Work *w, Core *core, int32_t seat, const uint8_t *name, Str bytes,
                      bool *ret_there)
{
    Stmt *s = stmt_named(w, core, SQL_BLOB_HELD, name);
    TRY(s);
    TRY(stmt_next(w, s, ret_there));
    if (!*ret_there)
        return true;
    bool same = str_eq(col_bytes(s, 0), bytes) && col_int(s, 1) == seat;
    stmt_reset(s);
    return same || fail(w, ERR_CONFLICT, "blob.other");
}

bool blob_put_as(Work *w, Core *core, int32_t seat, Str name, Str bytes)
{
    uint8_t key[NAME_BYTES];
    bool there = false;
    if (!hex_parse(name, key, sizeof key))
        return fail(w, ERR_BAD_INPUT, "blob.name");
    TRY(check_bytes(w, bytes));
    TRY(same_blob(w, core, seat, key, bytes, &there));
    return there || insert(w, core, seat, key, bytes);
}

/* A name that cannot be one is a name that is not there. */
bool blob_get(Work *w, Core *core, Str name, Str *ret)
{
    uint8_t key[NAME_BYTES];
    bool row = false;
    if (hex_parse(name, key, sizeof key)) {
        Stmt *s = stmt_named(w, core, SQL_BLOB_BYTES, key);
        TRY(s);
        TRY(stmt_next(w, s, &row));
        if (row) {
            *ret = str_copy(w->arena, col_bytes(s, 0));
            stmt_reset(s);
        }
    }
    return row || fail(w, ERR_NOT_FOUND, "blob.none");
}

bool blob_known(Work *w, Core *core, Str name, bool *ret)
{
    uint8_t key[NAME_BYTES];
    *ret = false;
    if (!hex_parse(name, key, sizeof key))
        return true;
    Stmt *s = stmt_named(w, core, SQL_BLOB_STATE, key);
    TRY(s);
    TRY(stmt_next(w, s, ret));
    if (*ret)
        stmt_reset(s);
    return true;
}

static bool count_loose(Work *w, Core *core, int64_t older_than_ms, int64_t *ret)
{
    bool row = false;
    Stmt *s = db_stmt(w, core->store.db, SQL_BLOB_LOOSE_BEFORE);
    TRY(s);
    stmt_int(s, 1, older_than_ms);
    TRY(stmt_next(w, s, &row));
    CHECK(row);
    *ret = col_int(s, 0);
    stmt_reset(s);
    return true;
}

static bool delete_loose(Work *w, Core *core, int64_t older_than_ms)
{
    Stmt *s = db_stmt(w, core->store.db, SQL_BLOB_SWEEP);
    TRY(s);
    stmt_int(s, 1, older_than_ms);
    return stmt_run(w, s);
}

/* Age is told by the log: one is older than a fact that came after it. While nothing came after,
 * nothing is swept. */
bool blob_sweep(Work *w, Core *core, int64_t older_than_ms, int64_t *ret_count)
{
    bool own;
    TRY(alone(w, core, &own));
    bool ok =
        count_loose(w, core, older_than_ms, ret_count) && delete_loose(w, core, older_than_ms);
    return finish(w, core, own, ok);
}

/* ---- becoming part of the record ---- */

static Str binding(Work *w, Str name, Str bytes)
{
    Hash hash = hash_of(bytes.p, bytes.n);
    Canon *c = canon_open(w->arena);
    canon_text(c, "d", hex_print(w->arena, hash.byte, sizeof hash.byte));
    canon_text(c, "n", name);
    canon_int(c, "s", (int64_t)bytes.n);
    return canon_bytes(w, c);
}

static bool claim(Work *w, Core *core, const RecordEdit *edit, const Field *field, int64_t seq)
{
    Str name = edit->texts[field->number];
    uint8_t key[NAME_BYTES];
    if (!hex_parse(name, key, sizeof key))
        return fail(w, ERR_BAD_INPUT, "blob.none");
    Stmt *s = stmt_named(w, core, SQL_BLOB_BYTES, key);
    bool row = false;
    TRY(s);
    TRY(stmt_next(w, s, &row));
    if (!row)
        return fail(w, ERR_NOT_FOUND, "blob.none");
    bool loose = col_int(s, 1) == 0;
    Str body = loose ? binding(w, name, col_bytes(s, 0)) : STR("");
    stmt_reset(s);
    if (!loose)
        return true; /* bound when it was named first */
    bool hidden = field_is_private(field);
    PrivatePart part = { .cls = field->group, .keep_until_day = DAY_FOREVER, .body = body };
    Fact fact = { .verb = VERB_BLOB_PUT,
                  .unit = edit->unit,
                  .book = edit->book->number,
                  .pack = edit->book->pack->version,
                  .subject = seq,
                  .prev = seq,
                  .open = hidden ? canon_bytes(w, canon_open(w->arena)) : body,
                  .hidden = hidden ? &part : NULL,
                  .hidden_count = hidden };
    TRY(body.n && core_put(w, core, &fact));
    s = stmt_named(w, core, SQL_BLOB_CLAIM, key);
    TRY(s);
    stmt_int(s, 2, seq);
    stmt_int(s, 3, hidden ? 2 : 1);
    return stmt_run(w, s);
}

bool blobs_claim(Work *w, Core *core, const RecordEdit *edit, int64_t seq)
{
    CHECK(core->changing);
    const Book *book = edit->book;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        bool names = f->type.kind == TYPE_IMAGE || f->type.kind == TYPE_FILE;
        if (names && edit->state == RECORD_FILED && edit->texts[f->number].p)
            TRY(claim(w, core, edit, f, seq));
    }
    return true;
}
