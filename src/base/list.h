/* list_of(T): a growing array in an arena. Items move when it grows: keep indexes, not pointers,
 * while pushing.   list_of(int) days = { 0 };  *list_push(arena, &days) = 7;  days.at[0], days.n */
#pragma once
#include "base/arena.h"

#define list_of(T)                                                                                 \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t n;                                                                                  \
        size_t room;                                                                               \
    }

void *list_room(Arena *arena, void *items, size_t n, size_t *room, size_t size);

#define list_push(arena, list)                                                                     \
    ((list)->at = list_room((arena), (list)->at, (list)->n, &(list)->room, sizeof *(list)->at),    \
     &(list)->at[(list)->n++])
