/* Passwords: argon2id, and what is refused as one.
 *
 * Kept as "argon2id ROUNDS KIB SALT HASH" (salt and hash in hex), so that the cost can be raised
 * later and old ones still be judged. 3 rounds over 64 MiB is libsodium's MODERATE in time and a
 * quarter of it in memory: about 120 ms here, and two at once stay below the memory that a small
 * server has left. The salt comes from Env like every other random byte. */
#include <sodium.h>

#include "account/account_int.h"

enum { SALT_BYTES = 16, KEY_BYTES = 32, LEAST_CHARACTERS = 10, MOST_BYTES = 512, LEAST_KINDS = 5 };

typedef struct Stored {
    int64_t rounds, kib;
    uint8_t salt[SALT_BYTES], key[KEY_BYTES];
} Stored;

static const char *const common[] = {
#define COMMON(text) text,
#include "account/common.def"
#undef COMMON
};

/* ---- hashing ---- */

static void argon(Accounts *a, const Stored *how, Str password, uint8_t ret[KEY_BYTES])
{
    accounts_lock(a);
    while (a->hashing >= 2)
        pthread_cond_wait(&a->hash_free, &a->lock);
    a->hashing++;
    accounts_unlock(a);
    int failed = crypto_pwhash_argon2id(ret, KEY_BYTES, password.p, password.n, how->salt,
                                        (unsigned long long)how->rounds, (size_t)how->kib << 10,
                                        crypto_pwhash_argon2id_ALG_ARGON2ID13);
    CHECK(!failed); /* out of memory: the process ends rather than judging without it */
    accounts_lock(a);
    a->hashing--;
    pthread_cond_signal(&a->hash_free);
    accounts_unlock(a);
}

static bool stored_parse(Str text, Stored *ret)
{
    Str name, rounds, kib, salt, key;
    return str_next(&text, ' ', &name) && str_is(name, "argon2id") &&
           str_next(&text, ' ', &rounds) && str_next(&text, ' ', &kib) &&
           str_next(&text, ' ', &salt) && str_next(&text, ' ', &key) &&
           num_parse_int(rounds, &ret->rounds) && num_parse_int(kib, &ret->kib) &&
           hex_parse(salt, ret->salt, SALT_BYTES) && hex_parse(key, ret->key, KEY_BYTES);
}

bool password_fits(Work *w, Accounts *a, Str hash, Str password)
{
    (void)w;
    Stored stored = { .rounds = a->rounds, .kib = (int64_t)(a->hash_bytes >> 10) };
    bool there = stored_parse(hash, &stored);
    uint8_t key[KEY_BYTES];
    argon(a, &stored, str_sub(password, 0, MOST_BYTES), key);
    return sodium_memcmp(key, stored.key, KEY_BYTES) == 0 && there && password.n <= MOST_BYTES;
}

/* ---- what is refused ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static Str lower_copy(Arena *arena, Str text)
{
    char *to = arena_array(arena, char, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        to[i] = lower(text.p[i]);
    return (Str){ to, text.n };
}

bool login_clean(Str login, char ret[LOGIN_ROOM])
{
    login = str_trim(login);
    if (login.n < 2 || login.n > 32)
        return false;
    memset(ret, 0, LOGIN_ROOM);
    for (size_t i = 0; i < login.n; i++) {
        char c = lower(login.p[i]);
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    (i > 0 && (c == '.' || c == '_' || c == '-' || c == '@'));
        if (!fine)
            return false;
        ret[i] = c;
    }
    return true;
}

static size_t characters(Str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return n;
}

/* Fewer than five different characters, or each one the neighbour of the one before. */
static bool too_plain(Str text)
{
    bool seen[256] = { false };
    size_t kinds = 0, up = 0, down = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        kinds += !seen[c];
        seen[c] = true;
        up += i > 0 && c == (unsigned char)text.p[i - 1] + 1;
        down += i > 0 && c + 1 == (unsigned char)text.p[i - 1];
    }
    return kinds < LEAST_KINDS || up + 1 == text.n || down + 1 == text.n;
}

static bool is_common(Str text)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (str_is(text, common[i]))
            return true;
    return too_plain(text);
}

/* The login itself, or the login with a few characters around it. */
static bool is_login(Str text, Str login)
{
    return login.n > 0 && str_find(text, login) != SIZE_MAX && text.n - login.n <= 6;
}

static bool password_good(Work *w, Str password, Str login)
{
    Str text = lower_copy(w->arena, password);
    if (password.n > MOST_BYTES)
        return fail(w, ERR_BAD_INPUT, "account.password_long most=%d", MOST_BYTES);
    if (characters(password) < LEAST_CHARACTERS)
        return fail(w, ERR_BAD_INPUT, "account.password_short least=%d", LEAST_CHARACTERS);
    if (is_login(text, login))
        return fail(w, ERR_BAD_INPUT, "account.password_login");
    if (is_common(text))
        return fail(w, ERR_BAD_INPUT, "account.password_common");
    return true;
}

bool password_hash(Work *w, Accounts *a, int32_t person, Str password, Str *ret)
{
    accounts_lock(a);
    const AccountRow *row = account_row(a, person);
    Str login = row ? str_copy(w->arena, str_of(row->login)) : STR("");
    Stored stored = { .rounds = a->rounds, .kib = (int64_t)(a->hash_bytes >> 10) };
    accounts_unlock(a);
    TRY(password_good(w, password, login));
    w->env->random(w->env->self, stored.salt, SALT_BYTES);
    argon(a, &stored, password, stored.key);
    *ret = str_printf(w->arena, "argon2id %lld %lld %.*s %.*s", (long long)stored.rounds,
                      (long long)stored.kib, STR_ARG(hex_print(w->arena, stored.salt, SALT_BYTES)),
                      STR_ARG(hex_print(w->arena, stored.key, KEY_BYTES)));
    return true;
}
