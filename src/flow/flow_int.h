/* For the files of flow only. */
#pragma once
#include "flow/flow.h"

/* ---- clock.c: clocks as pure functions of moves, so that a replay runs the same ones ---- */
/* ClockRow.left of a clock that was late already when it was stopped or done: its due moment
 * stands, also when it goes on. */
#define LEFT_LATE INT64_C(-1)
/* A stopped clock keeps the moment of its stop in since_ms. */

typedef struct Limit { /* of a clock that starts */
    int64_t ms;
    bool work, known;
} Limit;
typedef struct ClockMove { /* the state was entered */
    const Flow *flow;
    const Calendar *calendar;
    const FlowMove *move; /* its keeps, its extends */
    const FlowState *to;
    int64_t at_ms;
    bool (*limit)(Work *w, void *self, const FlowClock *clock, Limit *ret);
    void *self;
} ClockMove;
/* ret: room for flow->clock_count rows. *ret_unknown: a clock whose limit is not known. */
bool clocks_move(Work *w, const ClockMove *m, const ClockRow *before, size_t n, ClockRow *ret,
                 size_t *ret_n, const FlowClock **ret_unknown);
/* The next late step of one clock that was not done. */
bool clock_next(const Calendar *calendar, const FlowClock *clock, const ClockRow *row,
                int64_t *ret_ms, int32_t *ret_step);
/* When a limit that runs from a moment ends; 0:00 counts to the day that it ends. */
int64_t due_add(const Calendar *calendar, int64_t from_ms, int64_t by, bool work);
/* A limit with an extension added (or, negative, taken off). */
int64_t limit_added(int64_t limit, bool limit_work, int64_t by, bool work);
const Calendar *case_calendar(Work *w, Core *core, int32_t unit, int64_t at_ms);

static inline bool state_among(const FlowState *const *states, size_t n, const FlowState *state)
{
    for (size_t i = 0; i < n; i++)
        if (states[i] == state)
            return true;
    return false;
}

/* ---- who.c ---- */
/* The unit that answers for it on the day: itself, or the successor with the largest share. */
int32_t unit_answering(Work *w, Core *core, int32_t unit, int32_t day);
/* Units that answer for it: itself, and when it has ended its successors. */
bool units_answering(Work *w, Core *core, int32_t unit, int32_t day, Shares *ret);
int32_t seat_unit(const Core *core, int32_t seat); /* UNIT_NONE = no such seat */
bool field_unit(const RecordRow *row, const Field *field, int32_t *ret);
/* Did the actor bring it into one of the states that the move bars? */
bool who_barred(const FlowMove *move, const RecordRow *row, const CaseActor *actor);

/* ---- move.c ---- */
/* The system's move of a late step, whatever its `by` says. clocks: the row's, with the step done.
 * *ret false = the case does not let it be made. */
bool case_act(Work *w, Core *core, const Judge *judge, const FlowMove *move, const RecordRow *row,
              const ClockRow *clocks, int64_t at_ms, RecordEdit *edit, bool *ret);

/* ---- cases.c: columns, one row an ord ---- */
enum { CASE_ITEMS = 4, CASE_NO_STATE = 255 };
enum { CASE_THERE = 1, CASE_FINAL = 2, CASE_SHOWN = 4, CASE_TOUCHED = 8 };
#define NEVER_MS INT64_MAX

typedef struct CaseBook {
    const Book *book;
    size_t n, room; /* ords 1 .. n stand at 0 .. n - 1 */
    uint8_t *flags;
    uint8_t *state; /* index in Flow.states */
    int32_t *unit, *holder;
    int64_t *begun, *due, *next; /* next: what the queue holds of it */
    const Field *fields[CASE_ITEMS];
    int32_t *items[CASE_ITEMS]; /* item number, 0 = missing */
    size_t item_n;
} CaseBook;

/* ---- queue.c: moments at which something is due; what has changed since is skipped ---- */
typedef struct QueueItem {
    int64_t ms, ord;
    int32_t book;
} QueueItem;
typedef struct Queue {
    QueueItem *at;
    size_t n, room;
} Queue;
void queue_push(Queue *q, QueueItem item);
QueueItem queue_pop(Queue *q); /* n > 0 */
void queue_close(Queue *q);

typedef struct Touched {
    int32_t book;
    int64_t ord;
} Touched;

typedef struct Hours {
    const Calendar *now, *later;
} Hours;

struct Cases {
    Core *core;
    CaseBook *books;
    size_t book_n;
    bool filled, units_old;
    Queue queue;
    size_t waiting;   /* cases whose `next` is some moment */
    Touched *touched; /* their `next` is to be asked anew */
    size_t touched_n, touched_room;
    /* by slot, on the days first_day .. last_day */
    int32_t *answers; /* the unit that answers for it */
    Hours *hours;     /* what `next` was computed with */
    int32_t slots, first_day, last_day;
};
Core *cases_core(const Cases *c);
/* Brings all of it up to now. */
bool cases_settle(Work *w, Cases *c);
