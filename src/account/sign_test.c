#include "account/account_int.h"

#include "base/test.h"

static const char rfc_secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; /* of RFC 6238, appendix B */

typedef struct Gate {
    Work *w;
    Store store;
    Accounts *a;
} Gate;

static bool commit(Gate *g, bool ok)
{
    CHECK(ok && db_commit(g->w, g->store.db));
    accounts_committed(g->a);
    return true;
}

static Gate gate_open(void)
{
    Gate g = { .w = work_open(env_real(), 64 << 20) };
    Str token, hash;
    CHECK(store_memory(g.w, &g.store) && accounts_open(g.w, g.store.db, &g.a));
    accounts_cost(g.a, 1, 8192);
    g.w->now_ms = INT64_C(1640995200000);
    CHECK(db_begin(g.w, g.store.db));
    commit(&g, account_put(g.w, g.a, g.store.db, STR("wang"), STR("王"), 7) &&
                   link_put(g.w, g.a, g.store.db, 7, &token));
    CHECK(password_hash(g.w, g.a, 7, STR("spring plough 42"), &hash));
    CHECK(db_begin(g.w, g.store.db));
    commit(&g, password_put(g.w, g.a, g.store.db, token, hash));
    return g;
}

static void gate_close(Gate *g)
{
    accounts_close(&g->a);
    store_close(&g->store);
    work_close(&g->w);
}

static SignDone try_once(Gate *g, const char *login, const char *password, const char *address)
{
    ARENA_SCOPE(g->w->arena);
    const SignAsk ask = { .login = str_of(login),
                          .password = str_of(password),
                          .address = str_of(address) };
    SignDone done = { 0 };
    CHECK(sign_judge(g->w, g->a, &ask, false, &done));
    return done;
}

static SignDone right(Gate *g, const char *address)
{
    return try_once(g, "wang", "spring plough 42", address);
}

static SignDone wrong(Gate *g, const char *login, const char *address)
{
    return try_once(g, login, "winter plough 42", address);
}

TEST(codes_are_those_of_rfc_6238)
{
    static const struct {
        int64_t second;
        const char *code;
    } rows[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" }, { INT64_C(20000000000), "353130" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Str secret = str_of(rfc_secret), code = str_of(rows[i].code);
        int64_t at = rows[i].second * 1000;
        EXPECT(totp_fits(secret, code, at));
        EXPECT(totp_fits(secret, code, at + 30000) && totp_fits(secret, code, at - 30000));
        EXPECT(!totp_fits(secret, code, at + 60000) &&
               (i == 0 || !totp_fits(secret, code, at - 60000)));
        EXPECT(!totp_fits(secret, str_sub(code, 0, 5), at));
    }
    EXPECT(!totp_fits(STR("GEZDGNBVGY3TQOJQ"), STR("287082"), 59000)); /* not a secret of ours */
}

TEST(a_new_secret_is_read_back)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 1 << 20);
    uint8_t bytes[SECOND_BYTES];
    Str secret = totp_secret_new(w), other = totp_secret_new(w);
    EXPECT(secret.n == 32 && base32_parse(secret, bytes) && !str_eq(secret, other));
    EXPECT(base32_parse(str_of(rfc_secret), bytes) && !memcmp(bytes, "12345678901234567890", 20));
    EXPECT(!base32_parse(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"), bytes));
    Str uri = totp_uri(w->arena, str_of(rfc_secret), STR("wang@2"), STR("田"));
    EXPECT(str_starts(uri, STR("otpauth://totp/%E7%94%B0:wang%402?secret=GEZDGNBV")));
}

static SignDone with_code(Gate *g, const char *code, bool demanded)
{
    const SignAsk ask = { .login = STR("wang"),
                          .password = STR("spring plough 42"),
                          .code = str_of(code),
                          .address = STR("192.0.2.1") };
    SignDone done = { 0 };
    CHECK(sign_judge(g->w, g->a, &ask, demanded, &done));
    return done;
}

TEST(no_code_is_good_twice)
{
    Gate g = gate_open();
    EXPECT(with_code(&g, "", true).how == SIGN_NEEDS_SECOND);
    EXPECT(with_code(&g, "", false).how == SIGN_OK);
    CHECK(db_begin(g.w, g.store.db));
    commit(&g, second_put(g.w, g.a, g.store.db, 7, str_of(rfc_secret)));
    g.w->now_ms = INT64_C(2000000000000);
    EXPECT(with_code(&g, "", false).how == SIGN_NEEDS_CODE);
    EXPECT(wrong(&g, "wang", "192.0.2.9").how == SIGN_WRONG); /* no word of a code */
    EXPECT(with_code(&g, "279038", true).how == SIGN_WRONG);
    SignDone done = with_code(&g, "279037", true);
    EXPECT(done.how == SIGN_OK);
    EXPECT(with_code(&g, "279037", true).how == SIGN_WRONG);
    CHECK(db_begin(g.w, g.store.db));
    commit(&g, session_put(g.w, g.a, g.store.db, &done));
    accounts_close(&g.a);
    CHECK(accounts_open(g.w, g.store.db, &g.a));
    EXPECT(with_code(&g, "279037", true).how == SIGN_WRONG); /* nor after a restart */
    gate_close(&g);
}

TEST(guessing_one_login_costs_ever_more_time)
{
    Gate g = gate_open();
    for (int i = 0; i < 5; i++)
        EXPECT(wrong(&g, "wang", "192.0.2.1").how == SIGN_WRONG);
    int64_t want = 1000;
    for (int i = 0; i < 12; i++) {
        SignDone done = wrong(&g, "wang", "192.0.2.1");
        EXPECT(done.how == SIGN_WAIT && done.wait_ms == want);
        EXPECT(right(&g, "198.51.100.7").how == SIGN_WAIT); /* from anywhere, even when right */
        g.w->now_ms += want - 1;
        EXPECT(wrong(&g, "wang", "192.0.2.1").how == SIGN_WAIT);
        g.w->now_ms += 1;
        EXPECT(wrong(&g, "wang", "192.0.2.1").how == SIGN_WRONG);
        want = want * 2 < 300000 ? want * 2 : 300000;
    }
    g.w->now_ms += want;
    EXPECT(right(&g, "192.0.2.1").how == SIGN_OK); /* and begins anew */
    EXPECT(wrong(&g, "wang", "192.0.2.1").how == SIGN_WRONG);
    EXPECT(right(&g, "192.0.2.1").how == SIGN_OK);
    gate_close(&g);
}

TEST(a_login_that_nobody_has_is_slowed_alike)
{
    Gate g = gate_open();
    for (int i = 0; i < 5; i++) {
        SignDone there = wrong(&g, "wang", "192.0.2.1"),
                 not_there = wrong(&g, "nobody", "192.0.2.2");
        EXPECT(there.how == SIGN_WRONG && not_there.how == SIGN_WRONG);
    }
    SignDone there = wrong(&g, "wang", "192.0.2.1"), not_there = wrong(&g, "nobody", "192.0.2.2");
    EXPECT(there.how == SIGN_WAIT && not_there.how == SIGN_WAIT);
    EXPECT(there.wait_ms == not_there.wait_ms);
    gate_close(&g);
}

TEST(guessing_many_logins_from_one_address_is_slowed)
{
    Gate g = gate_open();
    char login[32];
    for (int i = 0; i < 30; i++) {
        snprintf(login, sizeof login, "user%d", i);
        EXPECT(wrong(&g, login, "192.0.2.1").how == SIGN_WRONG);
    }
    EXPECT(wrong(&g, "user99", "192.0.2.1").how == SIGN_WAIT);
    EXPECT(right(&g, "192.0.2.2").how == SIGN_OK); /* others are not slowed */
    g.w->now_ms += 1000;
    EXPECT(right(&g, "192.0.2.1").how == SIGN_OK);
    g.w->now_ms += 1; /* one right account takes back only its own try */
    EXPECT(wrong(&g, "user99", "192.0.2.1").how == SIGN_WAIT ||
           wrong(&g, "user98", "192.0.2.1").how == SIGN_WAIT);
    g.w->now_ms += 3600000;
    EXPECT(wrong(&g, "user99", "192.0.2.1").how == SIGN_WRONG); /* forgotten after an hour */
    gate_close(&g);
}

/* Made-up logins fill the table; the one that is being guessed stays in it. */
TEST(a_flood_of_logins_does_not_free_the_guessed_one)
{
    Gate g = gate_open();
    char login[32], address[32];
    for (int i = 0; i < 5; i++)
        (void)wrong(&g, "wang", "192.0.2.1");
    for (int i = 0; i < TRIES_ROOM + 100; i++) {
        snprintf(login, sizeof login, "user%d", i);
        snprintf(address, sizeof address, "10.0.%d.%d", i / 250, i % 250);
        (void)wrong(&g, login, address);
    }
    EXPECT(right(&g, "192.0.2.1").how == SIGN_WAIT);
    gate_close(&g);
}
