/* What each thread keeps from call to call: an arena with its first block, and a deflate state.
 * Both cost more to open than a small answer costs to make. */
#include "base/limits.h"
#include "net/net_int.h"

Tool *tool_of(Net *net)
{
    Tool *tool = pthread_getspecific(net->tool_key);
    if (tool)
        return tool;
    tool = heap_zeroed(1, sizeof *tool);
    CHECK(pthread_setspecific(net->tool_key, tool) == 0);
    pthread_mutex_lock(&net->lock);
    tool->next = net->tools;
    net->tools = tool;
    pthread_mutex_unlock(&net->lock);
    return tool;
}

ArenaMark tool_arena(Net *net)
{
    Tool *tool = tool_of(net);
    ArenaMark spare = tool->spare;
    tool->spare = (ArenaMark){ 0 };
    if (spare.arena)
        return spare;
    Arena *arena = arena_open(LIMIT_CALL_BYTES, (size_t)LIMIT_CALL_BYTES * 4);
    (void)arena_zeroed(arena, 1, 1); /* its first block stays behind the mark */
    return arena_mark(arena);
}

void tool_arena_back(Net *net, ArenaMark empty)
{
    Tool *tool = tool_of(net);
    if (tool->spare.arena) {
        arena_close(empty.arena);
        return;
    }
    arena_release(&empty);
    tool->spare = empty;
}

void count_up(Net *net, Count count, int64_t by)
{
    _Atomic int64_t *own = &tool_of(net)->counts[count]; /* nobody else writes it */
    int64_t now = atomic_load_explicit(own, memory_order_relaxed) + by;
    atomic_store_explicit(own, now, memory_order_relaxed);
}

int64_t count_sum(Net *net, Count count)
{
    int64_t sum = 0;
    pthread_mutex_lock(&net->lock);
    for (Tool *tool = net->tools; tool; tool = tool->next)
        sum += atomic_load_explicit(&tool->counts[count], memory_order_relaxed);
    pthread_mutex_unlock(&net->lock);
    return sum;
}

void tools_close(Net *net)
{
    for (Tool *tool = net->tools, *next; tool; tool = next) {
        next = tool->next;
        if (tool->zips)
            deflateEnd(&tool->stream);
        arena_close(tool->spare.arena);
        heap_free(tool);
    }
    net->tools = NULL;
    pthread_key_delete(net->tool_key);
}
