#include "base/work.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"

enum { HARD_FACTOR = 4 };

Work *work_open(const Env *env, size_t soft_bytes)
{
    CHECK(env);
    Arena *arena = arena_open(soft_bytes, soft_bytes * HARD_FACTOR);
    Work *w = arena_new(arena, Work);
    *w = (Work){ .arena = arena, .env = env, .now_ms = env->now_ms(env->self) };
    return w;
}

void work_close(Work **w)
{
    if (!*w)
        return;
    arena_close((*w)->arena);
    *w = NULL;
}

bool work_ok(Work *w)
{
    if (w->err.code != ERR_NONE)
        return false;
    if (arena_over(w->arena))
        return fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", arena_total(w->arena));
    return true;
}

void work_clear(Work *w)
{
    w->err = (Err){ .code = ERR_NONE };
}

int32_t work_today(const Work *w)
{
    return day_of_ms(w->now_ms);
}

bool fail_at(Work *w, const char *where, ErrCode code, const char *format, ...)
{
    CHECK(code != ERR_NONE);
    if (w->err.code != ERR_NONE)
        return false; /* the first failure wins */
    va_list args;
    va_start(args, format);
    vsnprintf(w->err_what, sizeof w->err_what, format, args);
    va_end(args);
    w->err = (Err){ .code = code, .what = w->err_what, .where = where };
    return false;
}

void note(Work *w, const char *format, ...)
{
    CHECK(w->err.code != ERR_NONE);
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t used = w->err.notes ? strlen(w->err_notes) : 0;
    snprintf(w->err_notes + used, sizeof w->err_notes - used, "%s%s", used ? "; " : "", text);
    w->err.notes = w->err_notes;
}
