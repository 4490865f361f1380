/* Memory of rows: a row is one piece, and the piece of a superseded row is used again for the next
 * one of about its size, so that a book that is moved every day does not grow.
 *
 * Pieces given back wait until the act is over: who judged by a row may still look at it. */
#include "core/core_int.h"

#include "base/list.h"

/* Rounded up: steps of 64 bytes to 4 KB, then powers of two. */
enum { STEP = 64, FINE = 64, COARSE = 24, CLASSES = FINE + COARSE };
#define POOL_BYTES ((size_t)64 << 30) /* the machine's memory ends first */

typedef struct Piece Piece;
struct Piece {
    Piece *next; /* while it is free or waits */
    size_t cls;
};

struct RowPool {
    Arena *arena;
    Piece *free[CLASSES];
    Piece *waiting;
};

RowPool *pool_open(void)
{
    RowPool *p = heap_zeroed(1, sizeof *p);
    p->arena = arena_open(POOL_BYTES, POOL_BYTES);
    return p;
}

void pool_close(RowPool **p)
{
    if (!*p)
        return;
    arena_close((*p)->arena);
    heap_free(*p);
    *p = NULL;
}

static size_t class_of(size_t bytes, size_t *ret_room)
{
    if (bytes <= (size_t)STEP * FINE) {
        size_t cls = (bytes + STEP - 1) / STEP;
        *ret_room = cls * STEP;
        return cls ? cls - 1 : 0;
    }
    size_t cls = FINE, room = (size_t)STEP * FINE * 2;
    while (room < bytes) {
        room *= 2;
        cls++;
    }
    CHECK(cls < CLASSES);
    *ret_room = room;
    return cls;
}

void *pool_take(RowPool *p, size_t bytes)
{
    size_t room;
    size_t cls = class_of(bytes + sizeof(Piece), &room);
    Piece *piece = p->free[cls];
    if (piece)
        p->free[cls] = piece->next;
    else
        piece = arena_zeroed(p->arena, room, 1);
    piece->cls = cls;
    return piece + 1;
}

void pool_give(RowPool *p, void *piece)
{
    Piece *given = (Piece *)piece - 1;
    given->next = p->waiting;
    p->waiting = given;
}

void pool_settle(RowPool *p)
{
    while (p->waiting) {
        Piece *piece = p->waiting;
        p->waiting = piece->next;
        piece->next = p->free[piece->cls];
        p->free[piece->cls] = piece;
    }
}

size_t pool_bytes(const RowPool *p)
{
    return arena_total(p->arena);
}
