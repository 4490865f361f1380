/* Inside of checking packs: one test as it runs. */
#pragma once
#include "command/command.h"

typedef struct Named { /* a record that a test called by name */
    Str name;
    const Book *book;
    int32_t unit;
    int64_t ord;
} Named;

typedef struct TestSeat { /* made when a step first acts in it; each has a person of its own */
    int32_t unit, role, seat, person;
} TestSeat;

typedef struct TestRun {
    Kernel k;
    Env env; /* the machine's, with the clock of the test */
    int64_t now_ms;
    int64_t seen_ms; /* of the latest step so far: `at` moves the clock for its own step alone */
    const PackSet *set;
    const Source *source; /* of the pack under test */
    list_of(Named) named;
    list_of(TestSeat) seats;
    Lang lang;
    Buf *out;
    Str file; /* file of the pack: for messages */
    bool failed;
    int faults; /* said so far */
} TestRun;

/* The line of the pack's text where something stands. */
Str test_line(const TestRun *t, Place place);

/* Carries out one step; what does not hold is printed and marks the test failed. */
bool step_run(Work *w, TestRun *t, const Step *step);
/* Prints file:line, the step's fault; the test goes on. */
void step_fail(Work *w, TestRun *t, const Step *step, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
enum { CELLS_MAX = 160 };
typedef struct StepRow { /* values as written, as a clerk's row */
    Cell cells[CELLS_MAX];
    Filled filled;
} StepRow;
bool step_row(Work *w, TestRun *t, const Step *s, StepRow *row);
/* Says whether a refusal was expected, and for this reason; `what` NULL: accepted or by faults. */
void step_judge(Work *w, TestRun *t, const Step *s, const Faults *faults, const char *what,
                bool accepted);
bool step_unit_need(Work *w, TestRun *t, Str name, int32_t *ret);
/* check_case.c: cases, through the commands that people use */
bool run_case_add(Work *w, TestRun *t, const Step *s);
bool run_case_move(Work *w, TestRun *t, const Step *s);
bool run_tick(Work *w, TestRun *t);
bool run_expect_case(Work *w, TestRun *t, const Step *s);
const Named *named_find(const TestRun *t, Str name); /* NULL = no such record in the test */
bool step_expect(Work *w, TestRun *t, const Step *step);
