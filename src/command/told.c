/* What is told of declarations again and again, the same for everyone: made once for a set of
 * packs. Whoever holds the live memory may use it. */
#include "base/map.h"
#include "command/command_int.h"

struct Told {
    Arena *arena;
    Map by_key;
};

typedef struct ToldKey {
    const void *of, *also;
    int64_t how;
} ToldKey;

enum { TOLD_SOFT = 16 << 20 };

static void told_forget(void *self)
{
    Told *t = self;
    arena_close(t->arena);
    t->arena = arena_open(TOLD_SOFT, 2 * TOLD_SOFT);
    t->by_key = map_open(t->arena);
}

Told *told_open(Core *core)
{
    Told *t = heap_zeroed(1, sizeof *t);
    t->arena = arena_open(TOLD_SOFT, 2 * TOLD_SOFT);
    t->by_key = map_open(t->arena);
    core_listen(core, (Listener){ .self = t, .pack = told_forget });
    return t;
}

void told_close(Told **told)
{
    arena_close((*told)->arena);
    heap_free(*told);
    *told = NULL;
}

bool told_find(const Told *t, const void *of, const void *also, int how, Str *ret)
{
    const ToldKey key = { of, also, how };
    const Str *found = !t ? NULL : map_find(&t->by_key, (Str){ (const char *)&key, sizeof key });
    if (found)
        *ret = *found;
    return found;
}

void told_put(Told *t, const void *of, const void *also, int how, Str text)
{
    if (!t)
        return;
    const ToldKey key = { of, also, how };
    Str *kept = arena_new(t->arena, Str);
    *kept = str_copy(t->arena, text);
    const char *bytes = arena_copy(t->arena, &key, sizeof key);
    map_put(&t->by_key, (Str){ bytes, sizeof key }, kept);
}
