/* A seeded country for benchmarks: provinces, cities, counties, townships and villages in official
 * order, 72 whole-number columns a village, about one cell in 32 missing. The same seed gives the
 * same bytes everywhere. */
#pragma once
#include "base/work.h"

enum { WORLD_LEVELS = 5, WORLD_COLUMNS = 72 };
#define WORLD_MISSING INT32_MIN

typedef struct World {
    int32_t count[WORLD_LEVELS];   /* 0 province .. 4 village */
    int32_t *parent[WORLD_LEVELS]; /* index in the level above; parent[0] = NULL */
    int32_t *rows;                 /* [village * WORLD_COLUMNS + column] */
} World;

World *world_make(Arena *arena, int32_t villages, uint64_t seed);
uint64_t world_random(uint64_t *state); /* xorshift: the next of the sequence */
/* Weighted sum of all cells of a level's result (sum and known count a unit and column): equal
 * answers give equal numbers, whoever computed them. */
__int128 world_check(__int128 sum, int64_t known, int32_t unit, int32_t column);
/* u,t,c,i,p (village, township, county, city, province) and v0..v71; missing is empty. */
bool world_csv(const World *world, const char *path);
double clock_ms(void);
