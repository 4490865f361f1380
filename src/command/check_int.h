/* Inside of checking packs: one test as it runs. */
#pragma once
#include "command/command.h"

typedef struct Named { /* a record that a test called by name */
    Str name;
    const Book *book;
    int32_t unit;
    int64_t ord;
} Named;

typedef struct TestRun {
    Kernel k;
    Env env; /* the machine's, with the clock of the test */
    int64_t now_ms;
    const PackSet *set;
    const Source *source; /* of the pack under test */
    list_of(Named) named;
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
const Named *named_find(const TestRun *t, Str name); /* NULL = no such record in the test */
bool step_expect(Work *w, TestRun *t, const Step *step);
