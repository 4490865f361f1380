/* A binary heap of moments, the earliest on top. */
#include "flow/flow_int.h"

static bool before(const QueueItem *a, const QueueItem *b)
{
    if (a->ms != b->ms)
        return a->ms < b->ms;
    return a->book != b->book ? a->book < b->book : a->ord < b->ord;
}

void queue_push(Queue *q, QueueItem item)
{
    if (q->n == q->room) {
        size_t room = q->room ? q->room * 2 : 64;
        q->at = heap_grow(q->at, q->room, room, sizeof *q->at);
        q->room = room;
    }
    size_t at = q->n++;
    while (at > 0 && before(&item, &q->at[(at - 1) / 2])) {
        q->at[at] = q->at[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    q->at[at] = item;
}

QueueItem queue_pop(Queue *q)
{
    CHECK(q->n > 0);
    QueueItem top = q->at[0], last = q->at[--q->n];
    size_t at = 0;
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= q->n)
            break;
        if (child + 1 < q->n && before(&q->at[child + 1], &q->at[child]))
            child++;
        if (!before(&q->at[child], &last))
            break;
        q->at[at] = q->at[child];
        at = child;
    }
    q->at[at] = last;
    return top;
}

void queue_close(Queue *q)
{
    heap_free(q->at);
    *q = (Queue){ 0 };
}
