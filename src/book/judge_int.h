/* For judge.c and move.c only: one filled row, or one move's values, on the way to an edit. */
#pragma once
#include "book/book_int.h"

typedef struct Reading { /* one filled row on its way to an edit */
    Work *w;
    Core *core;
    const Judge *judge;
    const Book *book;
    const Filled *filled;
    int32_t seat;
    Faults *faults;
    size_t errors;
    int32_t unit;
    Period period;
    int32_t day;     /* on which codes and kinds are looked up */
    int32_t own_day; /* a register's row: its date or the first day of its life, 0 = none */
    RecordEdit edit;
    const RecordRow *before;
    RecordRow after; /* the row as if accepted */
    bool unreadable; /* some cell, unit or period could not be read */
    uint64_t *bad;   /* fields whose cell could not be read: said once */
    bool denied;     /* by right: nothing of what stands there is told */
} Reading;

void judge_fault(Reading *r, Str column, Str given, const char *what);
const Field *judge_column(const Book *book, Str column); /* by name or title; NULL = none */
void judge_unknown(Reading *r, const Cell *cell);
void judge_cell(Reading *r, const Field *f, Str text); /* parsed into the edit; empty clears */
void judge_after(Reading *r);                          /* the row as if accepted */
bool judge_computed(Reading *r);
bool judge_ask(Reading *r, const Expr *expr, Verdict *ret);
bool judge_field(Reading *r, const Field *f); /* required, bounds, uniqueness */
bool judge_check(Reading *r, const Check *check);
