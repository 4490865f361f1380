/* For the files of view about units only. */
#pragma once
#include "view/figure/reading_int.h"

/* ---- life.c: the biography ---- */
void say_spans(Work *w, const Asking *a, int32_t unit, Buf *out); /* names, codes, kinds, parents */
void say_events(Work *w, const Asking *a, int32_t unit, Buf *out);
void say_lineage(Work *w, const Asking *a, int32_t unit, Buf *out); /* before, after */
/* First day, and the day after the last one; false when it never lived. */
bool life_of(const Units *u, int32_t unit, int32_t *ret_from, int32_t *ret_to);
/* The last day on which the unit can be named: today, or the last of its life. */
int32_t named_day(const Asking *a, int32_t unit);

/* ---- now.c: what there is of it now ---- */
bool say_unit_figures(Work *w, const Asking *a, int32_t unit, Buf *out);
bool say_asked_of(Work *w, const Asking *a, int32_t unit, Buf *out); /* asked, minutes_year */
bool say_seats(Work *w, const Asking *a, int32_t unit, Buf *out);

/* ---- tree.c ---- */
/* From the top, without the unit itself. */
void say_path(Work *w, const Asking *a, int32_t unit, int32_t tree, int32_t day, Buf *out);
/* Units of each kind below pre, without itself. */
void say_counts(const Asking *a, const TreeVersion *t, int32_t pre, Buf *out);
void say_node(Work *w, const Asking *a, const TreeVersion *t, int32_t unit, int32_t day, Buf *out);

ViewFn view_units, view_unit;
