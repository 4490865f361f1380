/* For core's own tests: a small world of made-up units and books. */
#pragma once
#include "base/test.h"
#include "core/core.h"

typedef struct World {
    Work *w;
    Core *core;
    const PackSet *set;
    int32_t city, county, farm[3];
} World;

/* One city, one county, three farms (codes C, A, F1 F2 F3) born 2016; the pack of test_core.c. */
World world_open(void);
World world_open_on(const char *dir, const char *url); /* a new store on disk or a server */
void world_close(World *t);
void world_clock(World *t, const char *day); /* noon of the day */
/* The pack again under another version, with one piece of its text replaced. */
Source world_source(Work *w, int version, const char *from, const char *to);
bool world_load(World *t, int version, const char *from, const char *to, Problems *problems);

/* An edit with fields by name: world_file(t, "crop", farm, "2021-01", "tons", 5, "area", 3, NULL).
 */
int64_t world_file(World *t, const char *book, int32_t unit, const char *period, ...)
    __attribute__((sentinel));
const RecordRow *world_row(World *t, const char *book, int32_t unit, const char *period,
                           int64_t ord, int64_t known);
int64_t world_num(World *t, const RecordRow *row, const char *book, const char *field);
int64_t period_code(const char *text);
