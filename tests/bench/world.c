#include "world.h"

#include <stdio.h>
#include <time.h>

#include "base/driver.h"

uint64_t world_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Children are spread unevenly but in order, as townships are over counties. */
static int32_t *spread(Arena *arena, int32_t children, int32_t parents, uint64_t *state)
{
    int32_t *parent = arena_array(arena, int32_t, (size_t)children);
    int32_t *border = arena_array(arena, int32_t, (size_t)parents + 1);
    border[parents] = children;
    for (int32_t p = 1; p < parents; p++) {
        int64_t fair = (int64_t)children * p / parents;
        int32_t room = children / parents / 2;
        int32_t shift = room > 0 ? (int32_t)(world_random(state) % (uint64_t)room) : 0;
        border[p] = (int32_t)fair + shift - room / 2;
    }
    for (int32_t p = 0; p < parents; p++)
        for (int32_t i = border[p]; i < border[p + 1]; i++)
            parent[i] = p;
    return parent;
}

World *world_make(Arena *arena, int32_t villages, uint64_t seed)
{
    World *world = arena_new(arena, World);
    uint64_t state = seed * 2654435761u + 88172645463325252u;
    int32_t township = villages / 16 + 1;
    int32_t county = township / 14 + 1;
    int32_t city = county / 9 + 1;
    int32_t province = city / 11 + 1;
    const int32_t count[WORLD_LEVELS] = { province, city, county, township, villages };
    for (int level = 0; level < WORLD_LEVELS; level++) {
        world->count[level] = count[level];
        if (level > 0)
            world->parent[level] = spread(arena, count[level], count[level - 1], &state);
    }
    size_t cells = (size_t)villages * WORLD_COLUMNS;
    world->rows = arena_array(arena, int32_t, cells);
    for (size_t i = 0; i < cells; i++) {
        uint64_t r = world_random(&state);
        world->rows[i] = (r & 31) == 0 ? WORLD_MISSING : (int32_t)((r >> 8) % 100000);
    }
    return world;
}

__int128 world_check(__int128 sum, int64_t known, int32_t unit, int32_t column)
{
    return (sum + (__int128)known * 7) * (column + 1) * (unit % 101 + 1);
}

bool world_csv(const World *world, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return false;
    static char room[1 << 20];
    setvbuf(out, room, _IOFBF, sizeof room);
    fputs("u,t,c,i,p", out);
    for (int c = 0; c < WORLD_COLUMNS; c++)
        fprintf(out, ",v%d", c);
    fputc('\n', out);
    for (int32_t u = 0; u < world->count[4]; u++) {
        int32_t t = world->parent[4][u];
        int32_t c = world->parent[3][t];
        int32_t i = world->parent[2][c];
        fprintf(out, "%d,%d,%d,%d,%d", u, t, c, i, world->parent[1][i]);
        const int32_t *row = world->rows + (size_t)u * WORLD_COLUMNS;
        for (int k = 0; k < WORLD_COLUMNS; k++)
            if (row[k] == WORLD_MISSING)
                fputc(',', out);
            else
                fprintf(out, ",%d", row[k]);
        fputc('\n', out);
    }
    return fclose(out) == 0;
}

double clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}
