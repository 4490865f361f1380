/* Judge: what books and flows ask about a row, answered by the figures (command/command.h). */
#pragma once
#include "core/core.h"

typedef enum Verdict { VERDICT_FALSE, VERDICT_TRUE, VERDICT_UNKNOWN } Verdict;
typedef struct Judge {
    void *self;
    bool (*truth)(Work *w, void *self, const Book *book, const RecordRow *row, const Expr *expr,
                  Verdict *ret);
    bool (*compute)(Work *w, void *self, const Book *book, RecordRow *row, int64_t *nums,
                    uint64_t *known);
    bool (*expected)(Work *w, void *self, const Book *book, int32_t unit, Period period,
                     int64_t ord, bool *ret);
    /* A number of the row at its type's scale (a limit, a default). */
    bool (*value)(Work *w, void *self, const Book *book, const RecordRow *row, const Expr *expr,
                  int64_t *ret, bool *ret_known);
} Judge;
