/* For the files of figure/cases only. */
#pragma once
#include "figure/figure_int.h"

typedef struct CaseView { /* a case as the context sees it */
    const Book *book;
    const RecordRow *row;
    const CaseRow *cas;
    int64_t end_ms; /* moves up to here count */
} CaseView;

/* ---- value.c ---- */
const MoveRow *case_move_at(const CaseRow *cas, int64_t end_ms); /* the last one, or NULL */

/* ---- clock.c ---- */
typedef struct ClockView { /* a clock as the moves up to the moment left it */
    bool started;
    ClockRow row;
    int32_t unit; /* whose calendar it keeps */
} ClockView;
bool case_clock(Figures *f, const Ctx *c, const CaseView *v, const FlowClock *clock,
                ClockView *ret);
/* At now or at the end of the moment, whichever is earlier; both bound f->until_ms. */
bool case_late(Figures *f, const Ctx *c, const ClockView *k);
int64_t case_used(Figures *f, const Ctx *c, const ClockView *k);
