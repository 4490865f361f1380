/* Arena: memory that is given out piece by piece and taken back all at once.
 *
 * Owner: whoever called arena_open(). Nothing taken from an arena is ever freed on its own; it
 * lives until arena_release() to an earlier mark, or arena_close(). Pieces are zeroed, aligned for
 * any type, and never NULL. Two limits: past the soft one arena_over() turns true and loops that
 * test work_ok() stop with LIMIT; past the hard one the process aborts (a bug or an attack).
 * Under AddressSanitizer every byte not given out is poisoned, so a read after release and a
 * write past the end are both caught. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;
typedef struct ArenaMark {
    Arena *arena;
    void *block;
    size_t used;
    size_t total;
} ArenaMark;

Arena *arena_open(size_t soft_bytes, size_t hard_bytes);
void arena_close(Arena *arena); /* takes NULL */
bool arena_over(const Arena *arena);
size_t arena_total(const Arena *arena); /* bytes given out */

void *arena_zeroed(Arena *arena, size_t count, size_t size); /* count * size is checked */
void *arena_copy(Arena *arena, const void *bytes, size_t size);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define arena_new(arena, T)          ((T *)arena_zeroed((arena), 1, sizeof(T)))
#define arena_array(arena, T, count) ((T *)arena_zeroed((arena), (count), sizeof(T)))

ArenaMark arena_mark(Arena *arena);
void arena_release(ArenaMark *mark); /* takes a pointer so that CLEANUP() can call it */

/* Memory outside arenas, for structures edited in place by one owner (Live columns, drivers). */
void *heap_zeroed(size_t count, size_t size);
void *heap_grow(void *piece, size_t old_count, size_t new_count, size_t size);
void heap_free(void *piece);

#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define ARENA_SCOPE(arena)                                                                         \
    CLEANUP(arena_release) __attribute__((unused)) ArenaMark arena_scope_mark = arena_mark(arena)
