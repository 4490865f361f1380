/* What the two halves of the steps of a test share. */
#pragma once
#include "lang/compile_int.h"

typedef struct TestRun {
    Compiler *c;
    Load *load;
    list_of(Local) locals;
    list_of(Step) steps;
    int64_t at_ms;
    int32_t day;  /* of the clock */
    size_t roots; /* units without one above */
} TestRun;

const Local *local_find(const TestRun *r, Str name, bool record);
const char *nearest_local(const TestRun *r, Str name, bool record);
Str step_unit_name(TestRun *r, const Node *n);
void step_values(TestRun *r, Step *step, const Node *n, Field *const *fields, size_t count);
/* Steps of cases: move, by, expect of a case. */
void step_by(TestRun *r, Step *step, const Node *n);
void step_move(TestRun *r, Step *step, const Node *n);
void step_expect_case(TestRun *r, Step *step, const Node *n);
