/* For figure's tests of cases: moves by hand, with clocks worked out here in real time. */
#pragma once
#include "figure/test_figure.h"

void world_at(World *t, const char *moment); /* "2021-03-01 10:00" */
/* A new row by its first `new ->` move; fields as in world_file. */
int64_t world_raise(World *t, const char *book, const char *unit, int64_t parent,
                    const char *fields);
/* A move by its name, or out of the row's state to the state; holder: code, or NULL = the same. */
void world_step(World *t, const char *book, int64_t ord, const char *move, const char *holder,
                const char *fields);
void world_actor(World *t, Actor actor, const char *unit); /* who makes the next steps */

const char *case_text(void); /* a flow, a book of cases and one of details, and their figures */
World case_country(void);    /* city Z, counties A B, townships T1 T2 | T3, villages, depts D1 D2 */
