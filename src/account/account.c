/* Accounts: the tables, read at opening, and what is written to them inside the writer's
 * transactions. Each *_put writes the row and lets memory know what follows at the commit. */
#include <sodium.h>

#include "account/account_int.h"

/* ---- opening ---- */

static void text_into(char *to, size_t room, Str text)
{
    size_t n = text.n < room ? text.n : room - 1;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--; /* no half character at the end */
    memset(to, 0, room);
    memcpy(to, text.p, n);
}

static bool hash_from(Str bytes, Hash *ret)
{
    if (bytes.n != sizeof ret->byte)
        return false;
    memcpy(ret->byte, bytes.p, sizeof ret->byte);
    return true;
}

static Str hash_str(const Hash *hash)
{
    return (Str){ (const char *)hash->byte, sizeof hash->byte };
}

static bool read_accounts(Work *w, Accounts *a, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_ACCOUNT_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        AccountRow one = { .person = (int32_t)col_int(s, 0),
                           .second_step = col_int(s, 5),
                           .closed = col_int(s, 6) != 0,
                           .made_ms = col_int(s, 7) };
        text_into(one.login, sizeof one.login, col_text(s, 1));
        text_into(one.name, sizeof one.name, col_text(s, 2));
        text_into(one.password, sizeof one.password, col_text(s, 3));
        Str second = col_bytes(s, 4);
        one.has_second = second.n == SECOND_BYTES;
        if (one.has_second)
            memcpy(one.second, second.p, SECOND_BYTES);
        memory_add_account(a, &one);
        TRY(stmt_next(w, s, &row));
    }
    return true;
}

static bool read_sessions(Work *w, Accounts *a, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_SESSION_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        SessionRow one = { .person = (int32_t)col_int(s, 2),
                           .made_ms = col_int(s, 3),
                           .seen_ms = col_int(s, 4),
                           .stored_ms = col_int(s, 4) };
        bool ok = hash_from(col_bytes(s, 0), &one.secret);
        text_into(one.id, sizeof one.id, col_text(s, 1));
        text_into(one.agent, sizeof one.agent, col_text(s, 5));
        text_into(one.token, sizeof one.token, col_text(s, 6));
        if (ok)
            memory_add_session(a, &one);
        TRY(stmt_next(w, s, &row));
    }
    return true;
}

static bool read_rest(Work *w, Accounts *a, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_LINK_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        LinkRow one = { .person = (int32_t)col_int(s, 1), .made_ms = col_int(s, 2) };
        if (hash_from(col_bytes(s, 0), &one.token))
            memory_add_link(a, &one);
        TRY(stmt_next(w, s, &row));
    }
    Stmt *key = db_stmt(w, db, SQL_SECRET_GET);
    TRY(key);
    stmt_text(key, 1, STR("person_key"));
    TRY(stmt_next(w, key, &row));
    a->has_key = row && hash_from(col_bytes(key, 0), &a->key);
    if (row)
        stmt_reset(key);
    return true;
}

bool accounts_open(Work *w, Db *db, Accounts **ret)
{
    CHECK(sodium_init() >= 0);
    Accounts *a = heap_zeroed(1, sizeof *a);
    CHECK(pthread_mutex_init(&a->lock, NULL) == 0);
    CHECK(pthread_cond_init(&a->hash_free, NULL) == 0);
    accounts_cost(a, 3, (size_t)64 << 20);
    ARENA_SCOPE(w->arena);
    if (read_accounts(w, a, db) && read_sessions(w, a, db) && read_rest(w, a, db)) {
        *ret = a;
        return true;
    }
    accounts_close(&a);
    return false;
}

void accounts_close(Accounts **ref)
{
    Accounts *a = *ref;
    *ref = NULL;
    if (!a)
        return;
    memory_free(a);
    pthread_cond_destroy(&a->hash_free);
    pthread_mutex_destroy(&a->lock);
    heap_free(a);
}

void accounts_cost(Accounts *a, int rounds, size_t bytes)
{
    a->rounds = rounds;
    a->hash_bytes = bytes;
}

/* ---- asking ---- */

static Account account_out(Work *w, const AccountRow *row)
{
    return (Account){ .person = row->person,
                      .login = str_copy(w->arena, str_of(row->login)),
                      .name = str_copy(w->arena, str_of(row->name)),
                      .closed = row->closed,
                      .has_password = row->password[0] != 0,
                      .has_second = row->has_second };
}

bool account_of(Work *w, Accounts *a, int32_t person, Account *ret)
{
    accounts_lock(a);
    const AccountRow *row = account_row(a, person);
    if (row)
        *ret = account_out(w, row);
    accounts_unlock(a);
    return row || fail(w, ERR_NOT_FOUND, "account.unknown");
}

bool account_login(Work *w, Accounts *a, Str login, Account *ret)
{
    char clean[LOGIN_ROOM];
    bool fine = login_clean(login, clean);
    accounts_lock(a);
    const AccountRow *row = fine ? login_row(a, str_of(clean)) : NULL;
    if (row)
        *ret = account_out(w, row);
    accounts_unlock(a);
    return row || fail(w, ERR_NOT_FOUND, "account.unknown");
}

static int by_login(const void *left, const void *right)
{
    const Account *a = left, *b = right;
    return str_cmp(a->login, b->login);
}

bool accounts_list(Work *w, Accounts *a, Account **ret, size_t *ret_n)
{
    accounts_lock(a);
    size_t n = a->account_n;
    Account *list = arena_array(w->arena, Account, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = account_out(w, &a->accounts[i]);
    accounts_unlock(a);
    qsort(list, n, sizeof *list, by_login);
    *ret = list;
    *ret_n = n;
    return true;
}

bool person_key(Work *w, Accounts *a, int32_t person, uint8_t ret[32])
{
    uint8_t said[] = { 'o', 'u', 't', 'b', 'o', 'x', 0, 0, 0, 0 };
    for (int i = 0; i < 4; i++)
        said[6 + i] = (uint8_t)((uint32_t)person >> (24 - 8 * i));
    accounts_lock(a);
    bool there = a->has_key && account_row(a, person);
    Hash key = a->key;
    accounts_unlock(a);
    if (!there)
        return fail(w, ERR_NOT_FOUND, "account.unknown");
    Hash made = hash_hmac(key.byte, sizeof key.byte, said, sizeof said);
    memcpy(ret, made.byte, sizeof made.byte);
    return true;
}

/* ---- writing ---- */

static bool write_account(Work *w, Db *db, const AccountRow *row)
{
    Stmt *s = db_stmt(w, db, SQL_ACCOUNT_PUT);
    TRY(s);
    stmt_int(s, 1, row->person);
    stmt_text(s, 2, str_of(row->login));
    stmt_text(s, 3, str_of(row->name));
    stmt_text(s, 4, str_of(row->password));
    stmt_bytes(s, 5, (Str){ (const char *)row->second, row->has_second ? SECOND_BYTES : 0 });
    stmt_int(s, 6, row->second_step);
    stmt_int(s, 7, row->closed);
    stmt_int(s, 8, row->made_ms);
    return stmt_run(w, s);
}

bool account_save(Work *w, Accounts *a, Db *db, const AccountRow *row)
{
    TRY(write_account(w, db, row));
    accounts_lock(a);
    pending_add(a, PENDING_ACCOUNT)->account = *row;
    accounts_unlock(a);
    return true;
}

bool account_need(Work *w, Accounts *a, int32_t person, AccountRow *ret)
{
    accounts_lock(a);
    const AccountRow *row = account_row_now(a, person);
    if (row)
        *ret = *row;
    accounts_unlock(a);
    return row || fail(w, ERR_NOT_FOUND, "account.unknown");
}

/* The secret that persons' keys are made from comes with the first account of the store. */
static bool make_key(Work *w, Accounts *a, Db *db)
{
    accounts_lock(a);
    bool there = a->has_key;
    for (size_t i = 0; i < a->pending_n; i++)
        there = there || a->pending[i].kind == PENDING_KEY;
    accounts_unlock(a);
    if (there)
        return true;
    Hash key;
    w->env->random(w->env->self, key.byte, sizeof key.byte);
    Stmt *s = db_stmt(w, db, SQL_SECRET_PUT);
    TRY(s);
    stmt_text(s, 1, STR("person_key"));
    stmt_bytes(s, 2, hash_str(&key));
    TRY(stmt_run(w, s));
    accounts_lock(a);
    pending_add(a, PENDING_KEY)->key = key;
    accounts_unlock(a);
    return true;
}

bool account_put(Work *w, Accounts *a, Db *db, Str login, Str name, int32_t person)
{
    AccountRow row = { .person = person, .made_ms = w->now_ms };
    name = str_trim(name);
    if (!login_clean(login, row.login))
        return fail(w, ERR_BAD_INPUT, "account.login_form");
    if (!name.n || name.n >= NAME_ROOM)
        return fail(w, ERR_BAD_INPUT, "account.name_form");
    CHECK(person > 0);
    text_into(row.name, sizeof row.name, name);
    accounts_lock(a);
    bool taken = login_row_now(a, str_of(row.login)) != NULL;
    bool known = account_row_now(a, person) != NULL;
    accounts_unlock(a);
    if (taken)
        return fail(w, ERR_CONFLICT, "account.login_taken login=%s", row.login);
    if (known)
        return fail(w, ERR_CONFLICT, "account.person_taken");
    return make_key(w, a, db) && account_save(w, a, db, &row);
}

/* The name stays, for those who read later who held what; all that lets in is wiped. */
bool account_close_put(Work *w, Accounts *a, Db *db, int32_t person)
{
    AccountRow row;
    TRY(account_need(w, a, person, &row));
    row.closed = true;
    row.has_second = false;
    memset(row.password, 0, sizeof row.password);
    memset(row.second, 0, sizeof row.second);
    return account_save(w, a, db, &row) && links_drop(w, a, db, person) &&
           session_end_put(w, a, db, person, STR(""));
}

bool second_put(Work *w, Accounts *a, Db *db, int32_t person, Str secret)
{
    AccountRow row;
    TRY(account_need(w, a, person, &row));
    memset(row.second, 0, sizeof row.second);
    row.second_step = 0;
    row.has_second = secret.n > 0;
    if (row.has_second && !base32_parse(secret, row.second))
        return fail(w, ERR_BAD_INPUT, "account.second_form");
    return account_save(w, a, db, &row);
}

/* ---- links ---- */

static bool link_token(Str token, Hash *ret)
{
    uint8_t bytes[32];
    if (!hex_parse(token, bytes, sizeof bytes))
        return false;
    *ret = hash_of(bytes, sizeof bytes);
    return true;
}

bool links_drop(Work *w, Accounts *a, Db *db, int32_t person)
{
    Stmt *s = db_stmt(w, db, SQL_LINK_DROP);
    TRY(s);
    stmt_int(s, 1, person);
    TRY(stmt_run(w, s));
    accounts_lock(a);
    pending_add(a, PENDING_LINK_DROP)->link.person = person;
    accounts_unlock(a);
    return true;
}

bool link_put(Work *w, Accounts *a, Db *db, int32_t person, Str *ret_token)
{
    AccountRow row;
    TRY(account_need(w, a, person, &row));
    if (row.closed)
        return fail(w, ERR_BAD_INPUT, "account.closed name=%s", row.name);
    TRY(links_drop(w, a, db, person)); /* only the newest link of a person is good */
    uint8_t bytes[32];
    w->env->random(w->env->self, bytes, sizeof bytes);
    LinkRow link = { .token = hash_of(bytes, sizeof bytes),
                     .person = person,
                     .made_ms = w->now_ms };
    Stmt *s = db_stmt(w, db, SQL_LINK_PUT);
    TRY(s);
    stmt_bytes(s, 1, hash_str(&link.token));
    stmt_int(s, 2, person);
    stmt_int(s, 3, link.made_ms);
    TRY(stmt_run(w, s));
    accounts_lock(a);
    pending_add(a, PENDING_LINK)->link = link;
    accounts_unlock(a);
    *ret_token = hex_print(w->arena, bytes, sizeof bytes);
    return true;
}

/* Under the lock; what waits for the commit counts: a link is good once, even within one batch. */
static int32_t link_person(const Accounts *a, Hash token, int64_t now_ms)
{
    const LinkRow *found = NULL;
    for (size_t i = 0; i < a->link_n; i++)
        if (memcmp(&a->links[i].token, &token, sizeof token) == 0)
            found = &a->links[i];
    for (size_t i = 0; i < a->pending_n; i++) {
        const Pending *p = &a->pending[i];
        if (p->kind == PENDING_LINK && memcmp(&p->link.token, &token, sizeof token) == 0)
            found = &p->link;
        if (p->kind == PENDING_LINK_DROP && found && found->person == p->link.person)
            found = NULL;
    }
    return found && now_ms - found->made_ms < LINK_LIFE_MS ? found->person : 0;
}

/* Unknown, used and too old are one answer. */
bool link_find(Work *w, Accounts *a, Str token, int32_t *ret_person)
{
    Hash hash;
    int32_t person = 0;
    if (link_token(token, &hash)) {
        accounts_lock(a);
        person = link_person(a, hash, w->now_ms);
        accounts_unlock(a);
    }
    if (!person)
        return fail(w, ERR_NOT_FOUND, "account.link_gone");
    *ret_person = person;
    return true;
}

bool password_put(Work *w, Accounts *a, Db *db, Str token, Str hash)
{
    int32_t person;
    AccountRow row;
    TRY(link_find(w, a, token, &person));
    TRY(account_need(w, a, person, &row));
    CHECK(hash.n > 0 && hash.n < HASH_ROOM);
    text_into(row.password, sizeof row.password, hash);
    return account_save(w, a, db, &row) && links_drop(w, a, db, person) &&
           session_end_put(w, a, db, person, STR(""));
}
