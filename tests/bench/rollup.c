/* Roll-up of all columns for all units: the kernel against one read of its inputs and against
 * SQLite; answers of all must give the same check. Also one fact to all its ancestors. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "figure/kernel.h"

enum { ROUNDS = 9 };

typedef struct Flat { /* the world as the kernel sees it: units in pre-order */
    KernelTree tree;
    int32_t inner_count;
    int32_t *level, *index; /* of inner unit i: its level and number in the world */
    int32_t *parent;        /* by pre-order */
} Flat;

typedef struct Filler {
    const World *world;
    Flat *flat;
    int32_t *last, *row_of, *inner_of;
    int32_t at;
    int32_t next[WORLD_LEVELS]; /* next child of each level not yet placed */
} Filler;

static void place(Filler *f, int level, int32_t number, int32_t parent)
{
    int32_t me = f->at++;
    bool leaf = level == WORLD_LEVELS - 1;
    f->flat->parent[me] = parent;
    f->row_of[me] = leaf ? number : -1;
    f->inner_of[me] = leaf ? -1 : f->flat->inner_count;
    if (!leaf) {
        f->flat->level[f->flat->inner_count] = level;
        f->flat->index[f->flat->inner_count++] = number;
        int32_t *next = &f->next[level + 1];
        while (*next < f->world->count[level + 1] && f->world->parent[level + 1][*next] == number)
            place(f, level + 1, (*next)++, me);
    }
    f->last[me] = f->at - 1;
}

static Flat *flatten(Arena *arena, const World *world)
{
    Flat *flat = arena_new(arena, Flat);
    int32_t total = 0;
    for (int level = 0; level < WORLD_LEVELS; level++)
        total += world->count[level];
    size_t n = (size_t)total;
    flat->level = arena_array(arena, int32_t, n);
    flat->index = arena_array(arena, int32_t, n);
    flat->parent = arena_array(arena, int32_t, n);
    Filler f = { .world = world,
                 .flat = flat,
                 .last = arena_array(arena, int32_t, n),
                 .row_of = arena_array(arena, int32_t, n),
                 .inner_of = arena_array(arena, int32_t, n) };
    for (int32_t p = 0; p < world->count[0]; p++)
        place(&f, 0, p, -1);
    CHECK(f.at == total);
    flat->tree =
        (KernelTree){ .count = total, .last = f.last, .row_of = f.row_of, .inner_of = f.inner_of };
    return flat;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

static void print_check(__int128 check)
{
    char text[48];
    size_t at = sizeof text - 1;
    text[at] = 0;
    do {
        text[--at] = (char)('0' + (int)(check % 10));
        check /= 10;
    } while (check);
    printf("%s", text + at);
}

static double delta_us(const Flat *flat, const World *world, Arena *arena, uint64_t seed)
{
    enum { FACTS = 200000 };
    size_t n = (size_t)flat->tree.count;
    int64_t *amounts = arena_array(arena, int64_t, n);
    int32_t(*counts)[COUNT_LANES] = arena_zeroed(arena, n, sizeof *counts);
    int32_t *leaf = arena_array(arena, int32_t, (size_t)world->count[4]);
    int32_t leaves = 0;
    for (int32_t i = 0; i < flat->tree.count; i++)
        if (flat->tree.row_of[i] >= 0)
            leaf[leaves++] = i;
    const int32_t one[COUNT_LANES] = { 1, 0, 1, 0 };
    uint64_t state = seed + 99;
    double from = clock_ms();
    for (int i = 0; i < FACTS; i++) {
        uint64_t r = world_random(&state);
        kernel_delta(flat->parent, leaf[r % (uint64_t)leaves], (int64_t)(r >> 40), one, amounts,
                     counts);
    }
    double took = clock_ms() - from;
    CHECK(counts[0][LANE_N] > 0);
    return took * 1000 / FACTS;
}

void bench_rollup(int32_t villages, uint64_t seed, bool with_sqlite)
{
    Arena *arena = arena_open((size_t)8 << 30, (size_t)16 << 30);
    World *world = world_make(arena, villages, seed);
    Flat *flat = flatten(arena, world);
    size_t cells = (size_t)flat->inner_count * WORLD_COLUMNS;
    int64_t *sums = arena_array(arena, int64_t, cells);
    int32_t *known = arena_array(arena, int32_t, cells);
    double ratio[ROUNDS], roll[ROUNDS], read[ROUNDS];
    volatile int64_t sink = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double t0 = clock_ms();
        sink += kernel_read(world->rows, (int64_t)villages * WORLD_COLUMNS);
        double t1 = clock_ms();
        kernel_roll_rows(&flat->tree, world->rows, WORLD_COLUMNS, sums, known);
        double t2 = clock_ms();
        read[i] = t1 - t0;
        roll[i] = t2 - t1;
        ratio[i] = roll[i] / read[i];
    }
    __int128 check = 0;
    for (int32_t u = 0; u < flat->inner_count; u++)
        for (int k = 0; k < WORLD_COLUMNS; k++)
            check += world_check(sums[(size_t)u * WORLD_COLUMNS + (size_t)k],
                                 known[(size_t)u * WORLD_COLUMNS + (size_t)k], flat->index[u], k);
    double roll_ms = median(roll, ROUNDS);
    printf("{\"bench\":\"rollup\",\"villages\":%d,\"columns\":%d,\"read_ms\":%.3f,\"roll_ms\":%.3f,"
           "\"ratio\":%.2f,\"check\":\"",
           villages, WORLD_COLUMNS, median(read, ROUNDS), roll_ms, median(ratio, ROUNDS));
    print_check(check);
    printf("\",\"delta_us\":%.3f", delta_us(flat, world, arena, seed));
    if (with_sqlite) {
        __int128 theirs = 0;
        double took = peer_sqlite(arena, world, &theirs);
        printf(",\"sqlite_ms\":%.1f,\"sqlite_times\":%.0f,\"sqlite_same\":%s", took, took / roll_ms,
               theirs == check ? "true" : "false");
    }
    printf("}\n");
    fflush(stdout);
    arena_close(arena);
}
