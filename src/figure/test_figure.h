/* For figure's own tests: a small world with packs, units, rows and a clock. */
#pragma once
#include "base/test.h"
#include "figure/figure.h"

typedef struct World {
    Work *w;
    Core *core;
    Figures *f;
    const PackSet *set;
    Actor acting; /* who moves cases */
} World;

/* A pack with the kinds city > county > township > village of 2016, and then `text`. The clock
 * stands at noon of 2016-01-01, so that packs and units are known early. */
World world_open(const char *text);
void world_close(World *t);
/* Loads another pack, or the same under a new version; head and all. */
void world_pack(World *t, const char *text);
/* The pack of world_open again, as version `version`. */
void world_again(World *t, int version, const char *text);
void world_clock(World *t, const char *day);
/* world_units(t, "village", "T", "V1 V2"): born 2016-01-01, or on the day. */
void world_units(World *t, const char *kind, const char *parent, const char *codes);
void world_born(World *t, const char *kind, const char *parent, const char *code, const char *day);
int32_t world_unit(World *t, const char *code);
void world_move(World *t, const char *code, const char *parent, const char *day);
void world_merge(World *t, const char *from, const char *into, const char *day); /* from: several */
void world_split(World *t, const char *from, const char *into,
                 const char *day); /* "S1 3 S2 2": shares of 5 */
void world_end(World *t, const char *code, const char *day);

/* world_file(t, "b", "V1", "2021-01", "a=5 sort=2"): numbers as stored. Returns the row's ord.
 * Fields: NAME=NUMBER, NAME=DAY, NAME=@UNIT; key items: #LIST=NUMBER. */
int64_t world_file(World *t, const char *book, const char *unit, const char *period,
                   const char *fields);
void world_file_year(World *t, const char *book, const char *unit, int year,
                     const char *fields); /* each month */
int64_t world_detail(World *t, const char *book, const char *unit, int64_t parent,
                     const char *fields);
void world_correct(World *t, const char *book, const char *unit, const char *period, int64_t ord,
                   const char *fields);
void world_state(World *t, const char *book, const char *unit, const char *period, int64_t ord,
                 RecordState state);
void world_change(World *t, const char *book, int64_t ord, const char *day, const char *fields);
void world_nil(World *t, const char *book, const char *unit, const char *period);

/* Rows that are not put yet, with their fields. */
RecordEdit world_edit(World *t, const char *book, const char *unit, const char *fields);
RecordEdit world_edit_again(World *t, const char *book, int64_t ord, const char *fields,
                            const RecordRow **ret);

/* What the expression says: "5", "12.50", "1/3", "true", "b10", or the reason why there is no
 * value; with " 24/36" behind it where the coverage is not whole. Live and computed again must
 * agree. */
const char *says(World *t, const char *expr);
const char *says_known(World *t, const char *expr, const char *day);

#define SAYS(expr, text)                                                                           \
    do {                                                                                           \
        const char *said = says(&t, expr);                                                         \
        if (strcmp(said, text) != 0) {                                                             \
            printf("# %s:%d: %s says %s, not %s\n", __FILE__, __LINE__, expr, said, text);         \
            test_failures++;                                                                       \
        }                                                                                          \
    } while (0)
