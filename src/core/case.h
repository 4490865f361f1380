/* Case: what a row of a book with a flow (Book.cases) is beside its values: its state, who holds
 * it, the moves it made and its clocks. All of it is told by the facts record.file, record.move and
 * record.late; the flow decides (flow/flow.h), apply only writes down what the fact says. */
#pragma once
#include "lang/lang.h"

/* One move, oldest first; the first one is the `new ->`. */
typedef struct MoveRow {
    int32_t move, from, to; /* numbers of FlowMove and FlowState; from 0 = new */
    Actor actor;
    int32_t seat, person; /* who acted; 0 = none (the system, a resident) */
    int32_t unit;         /* of the seat that day; UNIT_NONE = none */
    int32_t holder;       /* from this move on */
    int64_t at_ms;        /* when it holds from: for the system's moves the due moment */
    int64_t seq;          /* its fact, whose fields say what was asked */
} MoveRow;

typedef enum ClockState { CLOCK_RUNNING, CLOCK_STOPPED, CLOCK_DONE } ClockState;
typedef struct ClockRow {
    int32_t clock; /* FlowClock.number */
    ClockState state;
    bool work;          /* of working time; n wd as TYPE_DURATION says */
    int64_t limit;      /* as fixed when it started, extensions added */
    int64_t started_ms; /* first start */
    int64_t since_ms;   /* running: `used` does not count from here on */
    int64_t used;       /* real or working milliseconds, without the stops */
    int64_t due_ms;     /* stopped or done: as it stood then */
    int64_t left;       /* stopped: limit_left */
    int64_t done_ms;
    uint32_t steps; /* bit i: late step i was done for this due moment */
} ClockRow;

typedef struct CaseRow {
    int32_t state;  /* FlowState.number */
    int32_t holder; /* unit */
    const MoveRow *moves;
    size_t move_n;
    const ClockRow *clocks; /* at most one a FlowClock, in the order of their numbers */
    size_t clock_n;
    bool shown;         /* a move marked `public` was made */
    int32_t joined;     /* how many others raised the same: "me too" */
    int64_t released;   /* seq of the newest fact about values that a second person let through the
                           guard of public texts; 0 = none */
    uint8_t secret[16]; /* of a resident's report: case_secret(); zeros = none */
} CaseRow;

/* What one fact does to a case. */
typedef enum CaseAct { CASE_BEGUN, CASE_MOVED, CASE_GONE_LATE, CASE_JOINED, CASE_RELEASED } CaseAct;
typedef struct CaseStep {
    CaseAct act;
    const FlowMove *move; /* BEGUN, MOVED */
    Actor actor;
    int32_t holder;         /* after it */
    int64_t at_ms;          /* 0 = the fact's own moment */
    const ClockRow *clocks; /* all of them as they stand after it */
    size_t clock_n;
    int32_t clock, late;   /* GONE_LATE: number of the clock, step; the clocks say it is done */
    int64_t release;       /* RELEASED: seq of the fact whose values are let through */
    const uint8_t *secret; /* BEGUN: 16 bytes, or NULL */
} CaseStep;
/* The first 16 bytes of SHA-256 over the log's number, the book's, the ord and the secret: what the
 * log keeps of a resident's secret of 12 signs. */
void case_secret(int64_t log, int32_t book, int64_t ord, Str secret, uint8_t ret[16]);

static inline const MoveRow *case_last(const CaseRow *c)
{
    return &c->moves[c->move_n - 1];
}
