/* Work: one request, timer tick or command, from start to reply.
 *
 * Every function that can fail takes `Work *w` first and returns false (or NULL) exactly when it
 * has called fail(). The first failure wins; callers only add notes. Clock, random bytes, files and
 * sleep go through Env, so that a seeded simulation can drive the whole kernel. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"

typedef enum ErrCode {
    ERR_NONE,
    ERR_BAD_INPUT, /* the person can correct it */
    ERR_FORBIDDEN, /* also "not found" where existence must not be told */
    ERR_NOT_FOUND,
    ERR_CONFLICT, /* someone else was first; reload and retry */
    ERR_LIMIT,    /* a named limit of base/limits.h was reached */
    ERR_STORE,    /* database or disk */
} ErrCode;

typedef struct Err {
    ErrCode code;
    const char *what;  /* message id and values: "unit.unknown code=2202"; word_text() renders it */
    const char *where; /* file:line of fail() */
    const char *notes; /* what the callers were doing, newest first, or NULL */
} Err;

/* The outside world. env_real() talks to the machine; tests and the simulation bring their own. */
typedef struct Env {
    void *self;
    int64_t (*now_ms)(void *self); /* UTC */
    void (*random)(void *self, void *bytes, size_t count);
    bool (*read_file)(void *self, const char *path, size_t limit, Arena *arena, Str *ret);
    bool (*write_file)(void *self, const char *path,
                       Str bytes); /* whole: temp file, fsync, rename */
    void (*sleep_ms)(void *self, int64_t ms);
    /* Reads a large file in place (a file cut short by another process meanwhile ends this one);
     * NULL where only read_file is given. */
    bool (*map_file)(void *self, const char *path, size_t limit, Str *ret);
    void (*unmap_file)(void *self, Str bytes);
} Env;

const Env *env_real(void);
/* "2022-02-10T09:20" (UTC+8): the clock of env_real() says so now and goes on from there. For demo
 * and tests (variable TIAN_CLOCK); before threads are there. false = not of that form. */
bool env_set_clock(Str text);

typedef struct Work {
    Arena *arena; /* everything until the reply is sent */
    const Env *env;
    int64_t now_ms; /* the clock of this work, read once */
    Err err;
    char err_what[2048]; /* the texts of err: not in the arena, so that they outlive a scope */
    char err_notes[1024];
} Work;

/* Opens a work with an arena of its own; close with work_close(). */
Work *work_open(const Env *env, size_t soft_bytes);
void work_close(Work **w); /* takes CLEANUP(); *w may be NULL */
bool work_ok(Work *w);     /* false after fail(), or LIMIT when the arena passed its soft limit */
void work_clear(Work *w);  /* forgets the error (after it was reported) */
int32_t work_today(const Work *w); /* day number of now_ms in UTC+8 */

bool fail_at(Work *w, const char *where, ErrCode code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void note(Work *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define WORK_STR2(x)       #x
#define WORK_STR(x)        WORK_STR2(x)
#define fail(w, code, ...) fail_at((w), __FILE__ ":" WORK_STR(__LINE__), (code), __VA_ARGS__)

#define TRY(call)                                                                                  \
    do {                                                                                           \
        if (!(call))                                                                               \
            return false;                                                                          \
    } while (0)
