/* Command: what joins the nouns. Books ask figures through a judge made here; packs are checked
 * with their tests on a store in memory; every change has a row in the command table. */
#pragma once
#include "book/book.h"
#include "bulletin/bulletin.h"
#include "figure/figure.h"

/* One open store with its figures. */
typedef struct Kernel {
    Core *core;
    Figures *figures;
} Kernel;
bool kernel_open(Work *w, const char *dir, DbMode mode, Kernel *ret);
bool kernel_memory(Work *w, Kernel *ret);
void kernel_close(Kernel *k); /* takes CLEANUP() */

/* The judge of books, answered by the figures. */
Judge judge_of(Figures *figures);

/* ---- the command table: every change, one row ---- */
typedef struct CommandField {
    const char *name, *zh, *en;
    bool optional;
} CommandField;
typedef struct CommandRow {
    const char *name, *zh, *en;
    CommandField fields[8];
    bool (*run)(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n, Faults *faults,
                Buf *out);
    bool system; /* no pack says who may: only the system itself (the command line without --as) */
} CommandRow;
const CommandRow *command_find(Str name); /* NULL = absent */
const CommandRow *command_table(size_t *ret_n);
/* Judges the given fields against the row, runs it in one act, prints what was done. */
bool command_run(Work *w, Kernel *k, int32_t seat, const CommandRow *command, const Cell *given,
                 size_t n, Faults *faults, Buf *out, bool *ret_ok);

/* ---- checking packs ---- */
typedef struct CheckCount {
    int problems, passed, failed;
} CheckCount;
/* Reads the packs named by path and those they need (beside them), compiles all, runs the tests of
 * the named ones: every expectation live and computed again. Writes problems and results. */
bool packs_check(Work *w, const char *const *paths, size_t n, int lang, Buf *out, CheckCount *ret);
