/* For the tests of command: a small world of core, with its figures, asked in words. */
#pragma once
#include "command/command_int.h"
#include "core/test_core.h"

typedef struct Bench {
    World t;
    Kernel k;
    int32_t keeper, neighbour, office,
        boss;       /* seats: of farm F1 and F2, at the county, duty system */
    int32_t person; /* who acts; -1 = who holds the seat */
    CommandDone done;
} Bench;

/* With a role of duty system, a figure, and `who` of loans left to the office of the county. */
Bench bench_open(void);
Bench bench_open_on(const char *dir, const char *url);
void bench_close(Bench *b);
/* "book=crop unit=F1 tons=5" as fields; act: 32 hex digits or NULL. */
bool bench_do(Bench *b, int32_t seat, const char *act, const char *command, const char *fields);
CommandAsk bench_ask(Work *w, const char *command, const char *fields);
Str bench_answer(const Bench *b);
int64_t bench_facts(const Bench *b);
/* Has the fault of this field been told? */
bool bench_fault(const Bench *b, const char *field, const char *what);
Str bench_digest(Bench *b); /* of the views, without the holders, whose numbers are random */
const char *bench_folder(Work *w);
void bench_drop(const char *dir);
