/* A fixed table of buckets, four places for each hash: what was used longest ago makes room. When
 * an attacker fills the table with names of his own, old buckets are forgotten; the memory stays.
 */
#include "web/public/limit.h"

#include "base/hash.h"
#include "base/limits.h"

enum { WAYS = 4, ROWS = 4096 };

typedef struct Bucket {
    uint64_t name;   /* 0 = free */
    int64_t full_ms; /* when it will be full again: level = most - (full - now) / every */
} Bucket;

struct Limits {
    pthread_mutex_t lock;
    uint8_t key[32];
    Bucket rows[ROWS][WAYS];
};

static const struct Rate {
    int64_t most, every_ms;
} rates[LIMITS_OF] = {
    [LIMIT_OF_REPORT_ADDRESS] = { LIMIT_REPORTS_ADDRESS, LIMIT_REPORTS_ADDRESS_MS },
    [LIMIT_OF_REPORT_UNIT] = { LIMIT_REPORTS_UNIT, LIMIT_REPORTS_UNIT_MS },
    [LIMIT_OF_JOIN] = { LIMIT_JOINS_ADDRESS, LIMIT_JOINS_ADDRESS_MS },
    [LIMIT_OF_JOIN_ONCE] = { 1, LIMIT_JOIN_AGAIN_MS },
    [LIMIT_OF_SECRET_ADDRESS] = { LIMIT_SECRETS_ADDRESS, LIMIT_SECRETS_ADDRESS_MS },
    [LIMIT_OF_SECRET_NUMBER] = { LIMIT_SECRETS_NUMBER, LIMIT_SECRETS_NUMBER_MS },
    [LIMIT_OF_MOVE] = { LIMIT_REPORTER_MOVES, LIMIT_REPORTER_MOVES_MS },
    [LIMIT_OF_KEY] = { LIMIT_KEY_REQUESTS, LIMIT_KEY_REQUESTS_MS },
};

Limits *limits_open(const Env *env)
{
    Limits *l = heap_zeroed(1, sizeof *l);
    CHECK(pthread_mutex_init(&l->lock, NULL) == 0);
    env->random(env->self, l->key, sizeof l->key);
    return l;
}

void limits_close(Limits **ref)
{
    Limits *l = *ref;
    *ref = NULL;
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    heap_free(l);
}

/* Under lock: the bucket of the name, or the place of the one that is full soonest. */
static Bucket *find(Limits *l, LimitOf of, Str name)
{
    uint8_t bytes[256] = { (uint8_t)of };
    size_t n = name.n < sizeof bytes - 1 ? name.n : sizeof bytes - 1;
    memcpy(bytes + 1, name.p, n);
    Hash hash = hash_hmac(l->key, sizeof l->key, bytes, n + 1);
    uint64_t id, row;
    memcpy(&id, hash.byte, sizeof id);
    memcpy(&row, hash.byte + sizeof id, sizeof row);
    id |= 1;
    Bucket *ways = l->rows[row % ROWS], *oldest = &ways[0];
    for (int i = 0; i < WAYS; i++) {
        if (ways[i].name == id)
            return &ways[i];
        oldest = ways[i].full_ms < oldest->full_ms ? &ways[i] : oldest;
    }
    *oldest = (Bucket){ .name = id };
    return oldest;
}

static bool ask(Limits *l, LimitOf of, Str name, int64_t now_ms, bool take, int64_t *ret_wait_ms)
{
    const struct Rate *rate = &rates[of];
    pthread_mutex_lock(&l->lock);
    Bucket *b = find(l, of, name);
    int64_t full = b->full_ms > now_ms ? b->full_ms : now_ms;
    int64_t room = now_ms + (rate->most - 1) * rate->every_ms;
    bool has = full <= room;
    if (has && take)
        b->full_ms = full + rate->every_ms;
    pthread_mutex_unlock(&l->lock);
    *ret_wait_ms = has ? 0 : full - room;
    return has;
}

bool limit_take(Limits *l, LimitOf of, Str name, int64_t now_ms, int64_t *ret_wait_ms)
{
    return ask(l, of, name, now_ms, true, ret_wait_ms);
}

bool limit_has(Limits *l, LimitOf of, Str name, int64_t now_ms, int64_t *ret_wait_ms)
{
    return ask(l, of, name, now_ms, false, ret_wait_ms);
}
