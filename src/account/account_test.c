#include "account/account_int.h"

#include "base/test.h"

typedef struct Desk { /* a store in memory with a clock of its own */
    Work *w;
    Store store;
    Accounts *a;
} Desk;

static Desk desk_open(void)
{
    Desk d = { .w = work_open(env_real(), 64 << 20) };
    CHECK(store_memory(d.w, &d.store));
    CHECK(accounts_open(d.w, d.store.db, &d.a));
    accounts_cost(d.a, 1, 8192); /* the least that argon2id takes: the tests are about the rest */
    d.w->now_ms = INT64_C(1640995200000);
    return d;
}

static void desk_close(Desk *d)
{
    accounts_close(&d->a);
    store_close(&d->store);
    work_close(&d->w);
}

static bool end_batch(Desk *d, bool ok)
{
    if (ok && db_commit(d->w, d->store.db)) {
        accounts_committed(d->a);
        return true;
    }
    db_rollback(d->store.db);
    accounts_rolled_back(d->a);
    return false;
}

static void reopen(Desk *d)
{
    accounts_close(&d->a);
    CHECK(accounts_open(d->w, d->store.db, &d->a));
    accounts_cost(d->a, 1, 8192);
}

static bool open_account(Desk *d, const char *login, int32_t person)
{
    CHECK(db_begin(d->w, d->store.db));
    return end_batch(d, account_put(d->w, d->a, d->store.db, str_of(login), STR("某人"), person));
}

static Str new_link(Desk *d, int32_t person)
{
    Str token = STR("");
    CHECK(db_begin(d->w, d->store.db));
    CHECK(end_batch(d, link_put(d->w, d->a, d->store.db, person, &token)));
    return token;
}

static bool set_password(Desk *d, Str token, const char *password)
{
    int32_t person;
    Str hash;
    if (!link_find(d->w, d->a, token, &person) ||
        !password_hash(d->w, d->a, person, str_of(password), &hash))
        return false;
    CHECK(db_begin(d->w, d->store.db));
    return end_batch(d, password_put(d->w, d->a, d->store.db, token, hash));
}

static const char good[] = "春天 plough 42";

static SignDone sign(Desk *d, const char *login, const char *password, const char *code)
{
    const SignAsk ask = { .login = str_of(login),
                          .password = str_of(password),
                          .code = str_of(code),
                          .address = STR("192.0.2.1"),
                          .agent = STR("a browser") };
    SignDone done = { 0 };
    CHECK(sign_judge(d->w, d->a, &ask, false, &done));
    return done;
}

static bool keep(Desk *d, const SignDone *done)
{
    CHECK(db_begin(d->w, d->store.db));
    return end_batch(d, session_put(d->w, d->a, d->store.db, done));
}

static bool signed_in(Desk *d, Str secret)
{
    Session session;
    bool ok = session_find(d->w, d->a, secret, &session);
    work_clear(d->w);
    return ok;
}

static Desk desk_with_one(void)
{
    Desk d = desk_open();
    CHECK(open_account(&d, "wang", 7));
    CHECK(set_password(&d, new_link(&d, 7), good));
    return d;
}

TEST(who_sets_a_password_by_link_signs_in_with_it)
{
    Desk d = desk_with_one();
    SignDone done = sign(&d, " WANG ", good, "");
    EXPECT(done.how == SIGN_OK && done.person == 7 && done.secret.n == 64);
    EXPECT(!signed_in(&d, done.secret)); /* not before it is kept */
    EXPECT(keep(&d, &done) && signed_in(&d, done.secret));
    reopen(&d); /* and it is there after a restart, as a hash */
    EXPECT(signed_in(&d, done.secret));
    EXPECT(sign(&d, "wang", "春天 plough 43", "").how == SIGN_WRONG);
    EXPECT(sign(&d, "nobody", good, "").how == SIGN_WRONG);
    desk_close(&d);
}
