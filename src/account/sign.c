/* Signing in: judged on the heavy thread, written by the writer.
 *
 * Guessing is slowed by login and by address. A try is counted before it is judged and taken back
 * when it was right, so that tries at once gain nothing. The first FREE ones cost nothing, then the
 * wait doubles with each up to its longest. It is the login that is counted, not the account, so a
 * login that nobody has is slowed alike. The tables are bounded; the one with the fewest failures
 * makes room, so that made-up logins do not push out the one that is being guessed. They stand in
 * memory alone: a restart forgets them, which takes longer than the waits. */
#include <sodium.h>

#include "account/account_int.h"

enum {
    FREE_LOGIN = 5,
    FREE_ADDRESS = 30,
    FIRST_WAIT_MS = 1000,
    LONGEST_MS = 300000,
    TELL_EACH_MS = 60000
};
#define FORGET_MS INT64_C(3600000) /* an hour without a failure: as if there had been none */

/* ---- throttling; under the lock ---- */

static Try *try_find(Try *table, uint64_t key, int64_t now_ms)
{
    Try *worst = &table[0];
    for (size_t i = 0; i < TRIES_ROOM; i++) {
        Try *t = &table[i];
        if (t->key && now_ms - t->last_ms >= FORGET_MS)
            *t = (Try){ 0 };
        if (t->key == key)
            return t;
        if (t->failures < worst->failures ||
            (t->failures == worst->failures && t->last_ms < worst->last_ms))
            worst = t;
    }
    *worst = (Try){ .key = key };
    return worst;
}

static int64_t wait_of(const Try *t, int free, int64_t now_ms)
{
    if (t->failures < free)
        return 0;
    int64_t wait = FIRST_WAIT_MS;
    for (int i = free; i < t->failures && wait < LONGEST_MS; i++)
        wait *= 2;
    wait = wait < LONGEST_MS ? wait : LONGEST_MS;
    int64_t left = t->last_ms + wait - now_ms;
    return left > 0 ? left : 0;
}

/* Whoever hammers the door does not fill the store: one row a minute tells of it. */
static bool told_lately(Try *by_login, Try *by_address, int64_t now_ms)
{
    bool lately =
        now_ms - by_login->told_ms < TELL_EACH_MS || now_ms - by_address->told_ms < TELL_EACH_MS;
    if (!lately)
        by_login->told_ms = by_address->told_ms = now_ms;
    return lately;
}

static int64_t count_try(Accounts *a, uint64_t login, uint64_t address, int64_t now_ms,
                         bool *ret_told)
{
    Try *by_login = try_find(a->logins, login, now_ms);
    Try *by_address = try_find(a->addresses, address, now_ms);
    int64_t wait = wait_of(by_login, FREE_LOGIN, now_ms);
    int64_t other = wait_of(by_address, FREE_ADDRESS, now_ms);
    wait = wait > other ? wait : other;
    if (wait > 0) {
        *ret_told = told_lately(by_login, by_address, now_ms);
        return wait;
    }
    by_login->failures++;
    by_address->failures++;
    by_login->last_ms = by_address->last_ms = now_ms;
    return 0;
}

/* Right: the login starts anew. The address only takes this one back: who has one account must not
 * be able to go on guessing others. */
static void take_back(Accounts *a, uint64_t login, uint64_t address, bool all, int64_t now_ms)
{
    Try *by_login = try_find(a->logins, login, now_ms);
    Try *by_address = try_find(a->addresses, address, now_ms);
    by_login->failures = all || by_login->failures < 1 ? 0 : by_login->failures - 1;
    by_address->failures -= by_address->failures > 0;
}

/* ---- judging ---- */

static void hex_random(Work *w, char *to, size_t bytes)
{
    uint8_t random[32];
    CHECK(bytes <= sizeof random);
    w->env->random(w->env->self, random, bytes);
    Str text = hex_print(w->arena, random, bytes);
    memcpy(to, text.p, text.n);
    to[text.n] = 0;
}

static void make_session(Work *w, const SignAsk *ask, const AccountRow *row, SignDone *ret)
{
    char secret[65];
    hex_random(w, secret, 32);
    hex_random(w, ret->session.id, 16);
    hex_random(w, ret->session.token, 16);
    ret->how = SIGN_OK;
    ret->person = ret->session.person = row->person;
    ret->secret = str_copy(w->arena, str_of(secret));
    ret->session.made_ms = ret->session.seen_ms = w->now_ms;
    size_t n = ask->agent.n < AGENT_ROOM ? ask->agent.n : AGENT_ROOM - 1;
    while (n > 0 && n < ask->agent.n && ((unsigned char)ask->agent.p[n] & 0xC0) == 0x80)
        n--;
    ret->session.agent = str_copy(w->arena, str_sub(ask->agent, 0, n));
    ret->ends = str_copy(w->arena, ask->old_secret);
}

/* A step is used up here, in memory, and stored with the session: no code opens two of them. */
static bool use_step(Accounts *a, int32_t person, int64_t step)
{
    accounts_lock(a);
    size_t at = SIZE_MAX;
    size_t i = index_next(&a->by_person, (uint64_t)(uint32_t)person, &at);
    bool fresh = step > 0 && i != NO_ROW && step > a->accounts[i].second_step;
    if (fresh)
        a->accounts[i].second_step = step;
    accounts_unlock(a);
    return fresh;
}

/* The password was right. */
static SignIn judge_second(Accounts *a, const AccountRow *row, Str code, bool demanded,
                           int64_t now_ms, int64_t *ret_step)
{
    if (!row->has_second)
        return demanded ? SIGN_NEEDS_SECOND : SIGN_OK;
    if (!code.n)
        return SIGN_NEEDS_CODE;
    *ret_step = totp_step(row->second, str_trim(code), now_ms);
    return use_step(a, row->person, *ret_step) ? SIGN_OK : SIGN_WRONG;
}

bool sign_judge(Work *w, Accounts *a, const SignAsk *ask, bool demands_second, SignDone *ret)
{
    char login[LOGIN_ROOM];
    AccountRow row = { 0 };
    SignDone done = { .how = SIGN_WRONG };
    bool clean = login_clean(ask->login, login);
    uint64_t by_login = key_of_text(clean ? str_of(login) : ask->login);
    uint64_t by_address = key_of_text(ask->address);
    accounts_lock(a);
    done.wait_ms = count_try(a, by_login, by_address, w->now_ms, &done.told);
    const AccountRow *found = clean ? login_row(a, str_of(login)) : NULL;
    done.person = found ? found->person : 0;
    if (found && !found->closed && !done.wait_ms)
        row = *found;
    accounts_unlock(a);
    if (done.wait_ms > 0) {
        done.how = SIGN_WAIT;
        *ret = done;
        return true;
    }
    if (password_fits(w, a, str_of(row.password), ask->password)) {
        done.how = judge_second(a, &row, ask->code, demands_second, w->now_ms, &done.second_step);
        done.half = done.how != SIGN_OK;
        done.basis = hash_of(row.password, strlen(row.password));
    }
    if (done.how != SIGN_WRONG) {
        accounts_lock(a);
        take_back(a, by_login, by_address, done.how == SIGN_OK, w->now_ms);
        accounts_unlock(a);
    }
    if (done.how == SIGN_OK)
        make_session(w, ask, &row, &done);
    sodium_memzero(&row, sizeof row);
    *ret = done;
    return true;
}
