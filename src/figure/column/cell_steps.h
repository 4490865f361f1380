/* CellSteps: `where` and value of an aggregate over a return, compiled once to a flat list that
 * runs over up to 256 cells at a time, each register a column of numbers with a mask of what is
 * known. What the list cannot say (ratios, division, text, order of items) is left to the walk over
 * the tree; so is a run in which a number passes 64 bits. */
#pragma once
#include "core/core.h"

enum { STEP_ROWS = 256, STEPS_MAX = 48 };

typedef struct CellSteps CellSteps;
typedef struct StepRun { /* what a run gives: registers of where and value, NULL = none */
    const int64_t *where, *value;
    const uint8_t *where_known, *value_known;
} StepRun;

/* NULL = not all of it can be said in steps. Lives in the arena. */
CellSteps *cell_steps_compile(Arena *arena, const Agg *agg);
int cell_steps_scale(const CellSteps *s); /* of the value */
/* false = a number passed 64 bits: walk the tree for these cells. */
bool cell_steps_run(CellSteps *s, const Block *block, const int64_t *cells, int n, StepRun *ret);
