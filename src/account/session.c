/* Sessions: a secret in a cookie, kept as its hash only. When it was last seen is known to memory
 * at once and to the table now and then, so that reading writes nothing. */
#include "account/account_int.h"

enum { SEEN_STEP_MS = 600000 };

static bool secret_hash(Str secret, Hash *ret)
{
    uint8_t bytes[32];
    if (!hex_parse(secret, bytes, sizeof bytes))
        return false;
    *ret = hash_of(bytes, sizeof bytes);
    return true;
}

bool session_alive(const SessionRow *row, int64_t now_ms)
{
    return now_ms - row->seen_ms < SESSION_IDLE_MS && now_ms - row->made_ms < SESSION_LIFE_MS;
}

static Session session_out(Work *w, const SessionRow *row)
{
    Session s = { .person = row->person, .made_ms = row->made_ms, .seen_ms = row->seen_ms };
    memcpy(s.id, row->id, sizeof s.id);
    memcpy(s.token, row->token, sizeof s.token);
    s.agent = str_copy(w->arena, str_of(row->agent));
    return s;
}

/* Signed out, unknown and too old are one answer. */
bool session_find(Work *w, Accounts *a, Str secret, Session *ret)
{
    Hash hash;
    bool found = false;
    if (secret_hash(secret, &hash)) {
        accounts_lock(a);
        SessionRow *row = session_row(a, hash);
        found = row && session_alive(row, w->now_ms);
        if (found) {
            row->seen_ms = w->now_ms > row->seen_ms ? w->now_ms : row->seen_ms;
            *ret = session_out(w, row);
        }
        accounts_unlock(a);
    }
    return found || fail(w, ERR_FORBIDDEN, "account.signed_out");
}

static int newest_first(const void *left, const void *right)
{
    const Session *a = left, *b = right;
    return (a->seen_ms < b->seen_ms) - (a->seen_ms > b->seen_ms);
}

bool sessions_of(Work *w, Accounts *a, int32_t person, Session **ret, size_t *ret_n)
{
    accounts_lock(a);
    size_t n = 0;
    for (size_t i = 0; i < a->session_n; i++)
        n += a->sessions[i].person == person;
    Session *list = arena_array(w->arena, Session, n + 1);
    n = 0;
    for (size_t i = 0; i < a->session_n; i++)
        if (a->sessions[i].person == person && session_alive(&a->sessions[i], w->now_ms))
            list[n++] = session_out(w, &a->sessions[i]);
    accounts_unlock(a);
    qsort(list, n, sizeof *list, newest_first);
    *ret = list;
    *ret_n = n;
    return true;
}

/* ---- writing ---- */

static bool drop_one(Work *w, Accounts *a, Db *db, Hash secret)
{
    Stmt *s = db_stmt(w, db, SQL_SESSION_DROP);
    TRY(s);
    stmt_bytes(s, 1, (Str){ (const char *)secret.byte, sizeof secret.byte });
    TRY(stmt_run(w, s));
    accounts_lock(a);
    pending_add(a, PENDING_SESSION_DROP)->session.secret = secret;
    accounts_unlock(a);
    return true;
}

static bool write_one(Work *w, Accounts *a, Db *db, SessionRow row)
{
    Stmt *s = db_stmt(w, db, SQL_SESSION_PUT);
    TRY(s);
    row.stored_ms = row.seen_ms;
    stmt_bytes(s, 1, (Str){ (const char *)row.secret.byte, sizeof row.secret.byte });
    stmt_text(s, 2, str_of(row.id));
    stmt_int(s, 3, row.person);
    stmt_int(s, 4, row.made_ms);
    stmt_int(s, 5, row.seen_ms);
    stmt_text(s, 6, str_of(row.agent));
    stmt_text(s, 7, str_of(row.token));
    TRY(stmt_run(w, s));
    accounts_lock(a);
    pending_add(a, PENDING_SESSION)->session = row;
    accounts_unlock(a);
    return true;
}

/* Copies of the sessions that fit, so that no lock is held while the store writes. */
typedef bool Fits(const SessionRow *row, int32_t person, Str id, int64_t now_ms);

static SessionRow *copies(Work *w, Accounts *a, Fits *fits, int32_t person, Str id, size_t *ret_n)
{
    accounts_lock(a);
    size_t n = 0;
    for (size_t i = 0; i < a->session_n; i++)
        n += fits(&a->sessions[i], person, id, w->now_ms);
    for (size_t i = 0; i < a->pending_n; i++)
        n += a->pending[i].kind == PENDING_SESSION;
    SessionRow *list = arena_array(w->arena, SessionRow, n + 1);
    n = 0;
    for (size_t i = 0; i < a->session_n; i++)
        if (fits(&a->sessions[i], person, id, w->now_ms))
            list[n++] = a->sessions[i];
    for (size_t i = 0; i < a->pending_n; i++)
        if (a->pending[i].kind == PENDING_SESSION &&
            fits(&a->pending[i].session, person, id, w->now_ms))
            list[n++] = a->pending[i].session;
    accounts_unlock(a);
    *ret_n = n;
    return list;
}

static bool is_of(const SessionRow *row, int32_t person, Str id, int64_t now_ms)
{
    (void)now_ms;
    return row->person == person && (!id.n || str_is(id, row->id));
}

static bool is_over(const SessionRow *row, int32_t person, Str id, int64_t now_ms)
{
    (void)person, (void)id;
    return !session_alive(row, now_ms);
}

static bool is_unstored(const SessionRow *row, int32_t person, Str id, int64_t now_ms)
{
    (void)person, (void)id;
    return session_alive(row, now_ms) && row->seen_ms - row->stored_ms >= SEEN_STEP_MS;
}

bool session_end_put(Work *w, Accounts *a, Db *db, int32_t person, Str id)
{
    size_t n;
    SessionRow *list = copies(w, a, is_of, person, id, &n);
    if (id.n && !n)
        return fail(w, ERR_NOT_FOUND, "account.no_session");
    for (size_t i = 0; i < n; i++)
        TRY(drop_one(w, a, db, list[i].secret));
    return true;
}

bool sessions_seen_put(Work *w, Accounts *a, Db *db)
{
    size_t n;
    SessionRow *list = copies(w, a, is_over, 0, STR(""), &n);
    for (size_t i = 0; i < n; i++)
        TRY(drop_one(w, a, db, list[i].secret));
    list = copies(w, a, is_unstored, 0, STR(""), &n);
    for (size_t i = 0; i < n; i++)
        TRY(write_one(w, a, db, list[i]));
    return true;
}

/* No person has more sessions than anybody has devices: the one seen least lately makes room. */
static bool make_room(Work *w, Accounts *a, Db *db, int32_t person)
{
    size_t n;
    SessionRow *list = copies(w, a, is_of, person, STR(""), &n);
    for (; n >= SESSIONS_OF_PERSON; n--) {
        size_t oldest = 0;
        for (size_t i = 1; i < n; i++)
            if (list[i].seen_ms < list[oldest].seen_ms)
                oldest = i;
        TRY(drop_one(w, a, db, list[oldest].secret));
        list[oldest] = list[n - 1];
    }
    return true;
}

bool session_put(Work *w, Accounts *a, Db *db, const SignDone *done)
{
    AccountRow account;
    Hash old;
    CHECK(done->how == SIGN_OK);
    TRY(account_need(w, a, done->person, &account));
    Hash basis = hash_of(account.password, strlen(account.password));
    if (account.closed || memcmp(&basis, &done->basis, sizeof basis) != 0)
        return fail(w, ERR_CONFLICT, "account.signed_out");
    SessionRow row = { .person = done->person,
                       .made_ms = done->session.made_ms,
                       .seen_ms = done->session.seen_ms };
    CHECK(secret_hash(done->secret, &row.secret));
    memcpy(row.id, done->session.id, sizeof row.id);
    memcpy(row.token, done->session.token, sizeof row.token);
    snprintf(row.agent, sizeof row.agent, "%.*s", STR_ARG(done->session.agent));
    if (secret_hash(done->ends, &old))
        TRY(drop_one(w, a, db, old));
    if (done->second_step > 0) {
        account.second_step = done->second_step;
        TRY(account_save(w, a, db, &account));
    }
    return make_room(w, a, db, done->person) && write_one(w, a, db, row);
}

/* Its own session proves that it is still the person: it may have been ended meanwhile. */
static bool keep_one(Work *w, Accounts *a, Db *db, int32_t person, Str id)
{
    size_t n, kept = 0;
    SessionRow *list = copies(w, a, is_of, person, STR(""), &n);
    for (size_t i = 0; i < n; i++)
        kept += str_is(id, list[i].id);
    if (!kept)
        return fail(w, ERR_FORBIDDEN, "account.signed_out");
    for (size_t i = 0; i < n; i++)
        if (!str_is(id, list[i].id))
            TRY(drop_one(w, a, db, list[i].secret));
    return true;
}

bool own_put(Work *w, Accounts *a, Db *db, const OwnChange *change)
{
    AccountRow row;
    TRY(account_need(w, a, change->person, &row));
    Hash basis = hash_of(row.password, strlen(row.password));
    if (row.closed || memcmp(&basis, &change->basis, sizeof basis) != 0)
        return fail(w, ERR_CONFLICT, "account.signed_out");
    CHECK(change->hash.n < HASH_ROOM);
    if (change->hash.n) {
        memset(row.password, 0, sizeof row.password);
        memcpy(row.password, change->hash.p, change->hash.n);
    }
    if (change->secret.n) {
        row.has_second = base32_parse(change->secret, row.second);
        row.second_step = totp_step(row.second, change->code, w->now_ms); /* opens no session */
        if (!row.has_second || !row.second_step)
            return fail(w, ERR_BAD_INPUT, "account.second_form");
    }
    return account_save(w, a, db, &row) && links_drop(w, a, db, change->person) &&
           keep_one(w, a, db, change->person, change->session);
}
