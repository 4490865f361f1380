#include "base/map.h"

#include "base/check.h"
#include "base/list.h"

void *list_room(Arena *arena, void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return items;
    size_t more = *room ? *room * 2 : 8;
    char *grown = arena_zeroed(arena, more, size);
    if (n)
        memcpy(grown, items, n * size);
    *room = more;
    return grown;
}

Map map_open(Arena *arena)
{
    return (Map){ .arena = arena };
}

static uint64_t hash_bytes(Str key)
{
    uint64_t h = 1469598103934665603u;
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
    return h ^ (h >> 32);
}

static uint64_t hash_int(int64_t key)
{
    uint64_t h = (uint64_t)key * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

/* Slot of the key, or the free slot where it belongs. A NULL key.p means the number is the key. */
static size_t slot_of(const Map *m, Str key, int64_t number)
{
    uint64_t h = key.p ? hash_bytes(key) : hash_int(number);
    for (size_t i = h & (m->slot_count - 1);; i = (i + 1) & (m->slot_count - 1)) {
        if (!m->slots[i])
            return i;
        const MapItem *item = &m->items[m->slots[i] - 1];
        if (key.p ? item->key.p && str_eq(item->key, key) : !item->key.p && item->number == number)
            return i;
    }
}

static void grow(Map *m)
{
    size_t room = m->room;
    m->items = list_room(m->arena, m->items, m->n, &m->room, sizeof *m->items);
    if (m->room == room)
        return;
    m->slot_count = m->room * 2;
    m->slots = arena_array(m->arena, uint32_t, m->slot_count);
    for (size_t i = 0; i < m->n; i++)
        m->slots[slot_of(m, m->items[i].key, m->items[i].number)] = (uint32_t)i + 1;
}

static void *find(const Map *m, Str key, int64_t number)
{
    if (!m->n)
        return NULL;
    size_t slot = slot_of(m, key, number);
    return m->slots[slot] ? m->items[m->slots[slot] - 1].value : NULL;
}

static void put(Map *m, Str key, int64_t number, void *value)
{
    grow(m);
    size_t slot = slot_of(m, key, number);
    if (!m->slots[slot]) {
        m->items[m->n] = (MapItem){ .key = key, .number = number };
        m->slots[slot] = (uint32_t)++m->n;
    }
    m->items[m->slots[slot] - 1].value = value;
}

static Str solid(Str key)
{
    return key.p ? key : STR("");
}

void *map_find(const Map *m, Str key)
{
    return find(m, solid(key), 0);
}

void map_put(Map *m, Str key, void *value)
{
    CHECK(m->arena);
    put(m, solid(key), 0, value);
}

void *map_find_int(const Map *m, int64_t key)
{
    return find(m, (Str){ NULL, 0 }, key);
}

void map_put_int(Map *m, int64_t key, void *value)
{
    CHECK(m->arena);
    put(m, (Str){ NULL, 0 }, key, value);
}
