/* Map: from text or int64 to a pointer, in an arena. Walks in the order of insertion, so that no
 * result depends on hashing. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

typedef struct MapItem {
    Str key;
    int64_t number; /* key of map_*_int */
    void *value;
} MapItem;

typedef struct Map {
    Arena *arena;
    MapItem *items; /* items[0 .. n-1] in order of insertion */
    size_t n;
    size_t room;
    uint32_t *slots; /* index + 1, 0 = free */
    size_t slot_count;
} Map;

Map map_open(Arena *arena);
void *map_find(const Map *m, Str key);      /* NULL = absent */
void map_put(Map *m, Str key, void *value); /* replaces; the key is borrowed, not copied */
void *map_find_int(const Map *m, int64_t key);
void map_put_int(Map *m, int64_t key, void *value);
