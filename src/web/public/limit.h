/* Limit: how often somebody may do something, in memory: token buckets by name. A bucket holds
 * `most` tokens and gets one back every `every_ms`. Names are addresses, units, numbers of matters;
 * they are kept as keyed hashes, never as they are. */
#pragma once
#include <pthread.h>

#include "base/work.h"

typedef struct Limits Limits;
typedef enum LimitOf {
    LIMIT_OF_REPORT_ADDRESS,
    LIMIT_OF_REPORT_UNIT,
    LIMIT_OF_JOIN,
    LIMIT_OF_JOIN_ONCE, /* one address, one matter */
    LIMIT_OF_SECRET_ADDRESS,
    LIMIT_OF_SECRET_NUMBER,
    LIMIT_OF_MOVE,
    LIMIT_OF_KEY, /* a key of Open311 */
    LIMITS_OF,
} LimitOf;

Limits *limits_open(const Env *env);
void limits_close(Limits **l);
/* Takes a token; false = none is there, *ret_wait_ms until the next. */
bool limit_take(Limits *l, LimitOf of, Str name, int64_t now_ms, int64_t *ret_wait_ms);
/* Is one there? Takes none: wrong tries are counted when they turn out to be wrong. */
bool limit_has(Limits *l, LimitOf of, Str name, int64_t now_ms, int64_t *ret_wait_ms);
