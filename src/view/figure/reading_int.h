/* For the files of view about numbers and units only: what is asked, who may have it, and the parts
 * that several answers share. */
#pragma once
#include "view/view_int.h"

enum { READING_ARGS = 4, MISSING_SHOWN = 50 };

/* ---- may.c ---- */
/* May the reader have the number of the figure at the unit? docs/decisions/0015. False without an
 * error when not. */
bool figure_may(Work *w, const Reader *reader, const Figure *figure, int32_t unit);
/* May the reader see a row of the book at the unit? False without an error when not. */
bool row_may(Work *w, const Reader *reader, const Book *book, int32_t unit);
/* And every field of it that is not private? */
bool row_may_all(Work *w, const Reader *reader, const Book *book, int32_t unit);
/* Is the book among those that the figure reads? */
bool figure_reads(const Figure *figure, const Book *book);
/* Does it read more than the unit and what stands below it? */
bool figure_looks_out(const Figure *figure);

/* ---- asked.c: a question as it came ---- */
typedef struct Asked {
    Asking a;
    const Figure *figure;
    int64_t args[READING_ARGS];
    Ask ask;
    int32_t day; /* that units are named on */
} Asked;
/* Of the arguments name, unit, period, known, tree_day; not there and not yours is NOT_FOUND. */
bool asked_open(Work *w, const Reader *reader, const Cell *given, size_t n, Asked *ret);
/* The same with another period. */
void asked_period(Work *w, Asked *q, Period period);
/* Of the argument kind; without it that of the units right below. */
bool asked_kind(Work *w, const Asked *q, const Kind **ret);
bool asked_value(Work *w, const Asked *q, Value *ret);

Str member_name(Work *w, const Asked *q);
Str member_title(Work *w, const Asked *q);
/* A FigureValue. */
void say_value(Work *w, const Asking *a, const Figure *figure, const Value *v, Buf *out,
               const char *key);
void say_head(Work *w, const Asked *q, Buf *out); /* name, title, unit */
void say_days(Work *w, const Asked *q, Buf *out); /* period, known_day, tree_day */

/* ---- formula.c ---- */
/* Members formula (as written), said (with titles) and terms. */
bool say_formula(Work *w, const Asked *q, Buf *out);

ViewFn view_figures, view_figure, view_figure_each, view_figure_series, view_trace;
