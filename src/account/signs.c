/* Signs: what happened at the door. One row a sign-in; tries that fail are counted by the hour, so
 * that guessing does not fill the store. No address and no login that nobody has (people type
 * passwords there) is kept. */
#include "account/account_int.h"

enum { HOUR_MS = 3600000, CROWD_MOST = 200, ADDRESS_BYTES = 8 };

static const char *const how_names[HOW_COUNT] = {
    [HOW_OK] = "ok",         [HOW_WRONG] = "wrong", [HOW_THROTTLED] = "throttled",
    [HOW_CODE] = "code",     [HOW_ENDED] = "ended", [HOW_PASSWORD] = "password",
    [HOW_SECOND] = "second",
};

/* The key is made from that of the store, which comes with its first account. */
static Str address_mark(Work *w, Accounts *a, Str address)
{
    accounts_lock(a);
    bool there = a->has_key;
    Hash key = a->key;
    accounts_unlock(a);
    if (!there || !address.n)
        return STR("");
    static const char use[] = "addresses of signs";
    Hash own = hash_hmac(key.byte, sizeof key.byte, use, sizeof use - 1);
    Hash mark = hash_hmac(own.byte, sizeof own.byte, address.p, address.n);
    return str_copy(w->arena, (Str){ (const char *)mark.byte, ADDRESS_BYTES });
}

static bool read_count(Work *w, Stmt *s, int64_t *ret)
{
    bool row = false;
    TRY(stmt_next(w, s, &row));
    CHECK(row);
    *ret = col_int(s, 0);
    stmt_reset(s);
    return true;
}

static bool is_failure(SignHow how)
{
    return how == HOW_WRONG || how == HOW_THROTTLED || how == HOW_CODE;
}

bool sign_note(Work *w, Accounts *a, Db *db, int32_t person, SignHow how, Str address)
{
    int64_t at = is_failure(how) ? w->now_ms - w->now_ms % HOUR_MS : w->now_ms;
    int64_t crowd = 0;
    Str mark = address_mark(w, a, address);
    if (is_failure(how)) { /* tried from everywhere: told as one */
        Stmt *count = db_stmt(w, db, SQL_SIGN_CROWD);
        TRY(count);
        stmt_int(count, 1, at);
        TRY(read_count(w, count, &crowd));
    }
    Stmt *s = db_stmt(w, db, SQL_SIGN_PUT);
    TRY(s);
    stmt_int(s, 1, at);
    stmt_int(s, 2, person);
    stmt_text(s, 3, str_of(how_names[how]));
    stmt_bytes(s, 4, crowd < CROWD_MOST ? mark : STR(""));
    stmt_int(s, 5, w->now_ms);
    return stmt_run(w, s);
}

bool signs_trim(Work *w, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_SIGN_TRIM);
    TRY(s);
    stmt_int(s, 1, w->now_ms - SIGN_LIFE_MS);
    return stmt_run(w, s);
}

bool signs_list(Work *w, Db *db, int64_t from, int64_t limit, SignRow **ret, size_t *ret_n,
                int64_t *ret_total)
{
    Stmt *count = db_stmt(w, db, SQL_SIGN_COUNT_ALL);
    TRY(count && read_count(w, count, ret_total));
    Stmt *s = db_stmt(w, db, SQL_SIGN_PAGE);
    TRY(s);
    stmt_int(s, 1, INT64_MAX);
    stmt_int(s, 2, limit);
    stmt_int(s, 3, from);
    SignRow *list = arena_array(w->arena, SignRow, (size_t)limit + 1);
    size_t n = 0;
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        Str mark = col_bytes(s, 3);
        list[n++] = (SignRow){ .at_ms = col_int(s, 0),
                               .person = (int32_t)col_int(s, 1),
                               .how = str_copy(w->arena, col_text(s, 2)),
                               .address = hex_print(w->arena, mark.p, mark.n),
                               .last_ms = col_int(s, 4),
                               .times = col_int(s, 5) };
        TRY(stmt_next(w, s, &row));
    }
    *ret = list;
    *ret_n = n;
    return true;
}
