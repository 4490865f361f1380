#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/driver.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(WITH_ASAN)
#include <sanitizer/asan_interface.h>
enum { GUARD = 16 };
#define HIDE(p, n) __asan_poison_memory_region((p), (n))
#define SHOW(p, n) __asan_unpoison_memory_region((p), (n))
#else
enum { GUARD = 0 };
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN = alignof(max_align_t), BLOCK_MIN = 16 * 1024, BLOCK_MAX = 4 * 1024 * 1024 };

typedef struct Block Block;
struct Block {
    Block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct Arena {
    Block *newest;
    size_t total; /* bytes given out, guards included */
    size_t soft;
    size_t hard;
};

Arena *arena_open(size_t soft_bytes, size_t hard_bytes)
{
    CHECK(soft_bytes > 0);
    CHECK(hard_bytes >= soft_bytes);
    Arena *arena = heap_zeroed(1, sizeof *arena);
    arena->soft = soft_bytes;
    arena->hard = hard_bytes;
    return arena;
}

bool arena_over(const Arena *arena)
{
    return arena->total > arena->soft;
}

size_t arena_total(const Arena *arena)
{
    return arena->total;
}

static void drop_newest(Arena *arena)
{
    Block *block = arena->newest;
    arena->newest = block->older;
    SHOW(block->bytes, block->size);
    free(block);
}

void arena_close(Arena *arena)
{
    if (!arena)
        return;
    while (arena->newest)
        drop_newest(arena);
    free(arena);
}

static void add_block(Arena *arena, size_t need)
{
    size_t size = need > BLOCK_MIN ? need : BLOCK_MIN;
    if (arena->newest && size < arena->newest->size)
        size = arena->newest->size * 2 < BLOCK_MAX ? arena->newest->size * 2 : size;
    Block *block = malloc(sizeof *block + size);
    CHECK(block);
    *block = (Block){ .older = arena->newest, .size = size };
    HIDE(block->bytes, size);
    arena->newest = block;
}

void *arena_zeroed(Arena *arena, size_t count, size_t size)
{
    size_t bytes;
    CHECK(!__builtin_mul_overflow(count, size, &bytes));
    CHECK(bytes <= arena->hard);
    size_t need = (bytes + ALIGN - 1) / ALIGN * ALIGN + GUARD;
    arena->total += need;
    CHECK(arena->total <= arena->hard);

    if (!arena->newest || arena->newest->size - arena->newest->used < need)
        add_block(arena, need);

    Block *block = arena->newest;
    void *piece = block->bytes + block->used;
    block->used += need;
    SHOW(piece, bytes);
    return memset(piece, 0, bytes);
}

void *arena_copy(Arena *arena, const void *bytes, size_t size)
{
    void *piece = arena_zeroed(arena, size ? size : 1, 1);
    if (size)
        memcpy(piece, bytes, size);
    return piece;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CHECK(length >= 0);
    char *text = arena_array(arena, char, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

ArenaMark arena_mark(Arena *arena)
{
    return (ArenaMark){ .arena = arena,
                        .block = arena->newest,
                        .used = arena->newest ? arena->newest->used : 0,
                        .total = arena->total };
}

void arena_release(ArenaMark *mark)
{
    Arena *arena = mark->arena;
    while (arena->newest != mark->block)
        drop_newest(arena);
    if (arena->newest) {
        CHECK(arena->newest->used >= mark->used);
        HIDE(arena->newest->bytes + mark->used, arena->newest->size - mark->used);
        arena->newest->used = mark->used;
    }
    arena->total = mark->total;
}

void *heap_zeroed(size_t count, size_t size)
{
    void *piece = calloc(count ? count : 1, size);
    CHECK(piece);
    return piece;
}

void *heap_grow(void *piece, size_t old_count, size_t new_count, size_t size)
{
    size_t bytes;
    CHECK(new_count >= old_count);
    CHECK(!__builtin_mul_overflow(new_count ? new_count : 1, size, &bytes));
    char *grown = realloc(piece, bytes);
    CHECK(grown);
    memset(grown + old_count * size, 0, bytes - old_count * size);
    return grown;
}

void heap_free(void *piece)
{
    free(piece);
}
