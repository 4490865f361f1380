/* Flow: cases: who may move a row of a book with a flow (Book.cases), what the move does, when its
 * clocks run out; and all open cases in memory, for lists and for the timer.
 *
 * Judging reads facts only; what is decided goes into RecordEdit.step, which record_put writes
 * down. Moves are atomic: guard, fields, holder, clocks, one fact. */
#pragma once
#include "core/judge.h"

/* ---- who acts ---- */
typedef struct CaseActor {
    Actor kind;
    int32_t seat, person; /* ACTOR_SEAT; a member of staff who reported acts in a seat too */
} CaseActor;
/* May the actor make this move of the row (row NULL: a new row of the unit; a row without a case:
 * what will be put, so that its fields and its parent may be asked)? *ret_as: as which
 * actor the fact will name it (a seat that raised the matter, moving `by reporter`, is
 * ACTOR_REPORTER). `except` compares persons. false only on a store error. */
bool flow_who(Work *w, Core *core, const FlowMove *move, const Book *book, int32_t unit,
              const RecordRow *row, const CaseActor *actor, int32_t day, bool *ret, Actor *ret_as);
/* Seats that a `who` names for the row today: who is told, who could move it. */
bool flow_seats(Work *w, Core *core, const Who *who, const Book *book, const RecordRow *row,
                int32_t day, int32_t **ret, size_t *ret_n);
/* Is this seat among them? Looks at its own roles only. */
bool flow_names(Work *w, Core *core, const Who *who, const Book *book, const RecordRow *row,
                int32_t seat, int32_t day, bool *ret);
/* May the seat read the case: as the book's read and write lines say, or because it holds or held
 * it, or moves it next (a department that was handed a village's matter). */
bool case_may_read(Work *w, Core *core, int32_t seat, const Book *book, const RecordRow *row,
                   int32_t day, bool *ret);

/* ---- moving ---- */
typedef struct MoveChoice { /* a move out of the row's state */
    const FlowMove *move;
    bool may;        /* open to the actor now */
    bool yours;      /* the actor is of those who make it, even where it is closed now */
    const char *why; /* closed: message id and values */
    Str own_words;   /* closed by the pack's own guard: its `says` */
} MoveChoice;
bool case_choices(Work *w, Core *core, const Judge *judge, const Book *book, const RecordRow *row,
                  const CaseActor *actor, MoveChoice **ret, size_t *ret_n);

/* A judged new row: its first `new ->` move that the actor may make fills edit->step. The row of
 * `edit` is what will stand. secret: 12 signs of a resident's report, or empty. False with
 * FORBIDDEN (nobody opens it for the actor) or BAD_INPUT and *ret_words (a guard's own). */
bool case_begin(Work *w, Core *core, const Judge *judge, const CaseActor *actor, Str secret,
                RecordEdit *edit, Str *ret_words);
/* A judged move: edit holds the row with what the move asked (record_edit_of, then the cells).
 * Fills edit->step. False: FORBIDDEN = not yours; BAD_INPUT = closed now (w->err.what says why,
 * *ret_words the guard's own words). at_ms 0 = now. */
bool case_move(Work *w, Core *core, const Judge *judge, const FlowMove *move, const RecordRow *row,
               const CaseActor *actor, int64_t at_ms, RecordEdit *edit, Str *ret_words);
/* Which move the name of a move or of the state it leads to means for the row, or its number (two
 * moves without a name may lead to one state); the actor's own first; NULL = none. */
const FlowMove *case_named(Work *w, Core *core, const Book *book, const RecordRow *row, Str name,
                           const CaseActor *actor);

/* ---- clocks ---- */
/* The next moment at which something is due for the row: a late step not yet done; also one that a
 * stop or the end of its clock overtook. false = none. */
bool case_next(Work *w, Core *core, const Book *book, const RecordRow *row, int64_t *ret_ms,
               const FlowClock **ret_clock, int32_t *ret_late);
/* The nearest due moment of its running clocks, which people see as "what is left". */
bool case_due(const Book *book, const RecordRow *row, int64_t *ret_ms, const FlowClock **ret);
/* Does what is due at `now_ms` for one row, one fact each, dated at the due moment: record.late for
 * `tell`, record.move by the system for `do`. Judged again here, so that it happens once whatever
 * was queued. *ret: facts. Inside a change. */
bool case_tick(Work *w, Core *core, const Judge *judge, const Book *book, int64_t ord,
               int64_t now_ms, size_t *ret);
/* Was the due moment of the clock missed: now, or when it was stopped or done? */
bool clock_late(const ClockRow *row, int64_t now_ms);
/* Due until then counts as soon: a working day of the unit from now. */
int64_t case_soon_ms(Work *w, Core *core, int32_t unit, int64_t now_ms);

/* ---- all cases in memory ---- */
typedef struct Cases Cases; /* listens to core; filled from the records when first asked */
Cases *cases_open(Core *core);
void cases_close(Cases **c);
/* The earliest case_next of all; false = nothing waits. */
bool cases_next(Work *w, Cases *c, int64_t *ret_ms);
size_t cases_waiting(const Cases *c); /* cases with something due to come, as last asked */
typedef struct CaseRef {
    const Book *book;
    int64_t ord;
    int64_t due_ms;
} CaseRef;
/* At most `most` cases with something due by then, the earliest first. */
bool cases_ripe(Work *w, Cases *c, int64_t now_ms, size_t most, CaseRef **ret, size_t *ret_n);
/* Does what is due by then for at most `most` cases; *ret: facts, 0 = nothing was left. Inside a
 * change. */
bool cases_tick(Work *w, Cases *c, const Judge *judge, int64_t now_ms, size_t most, size_t *ret);
/* The same but for the first `from`, which failed before: they hold up nobody behind them. */
bool cases_tick_from(Work *w, Cases *c, const Judge *judge, int64_t now_ms, size_t from,
                     size_t most, size_t *ret);

typedef enum CaseSort { CASE_BY_DUE, CASE_NEWEST, CASE_OLDEST, CASE_BY_UNIT } CaseSort;
typedef struct CaseAsk { /* what is left open does not narrow */
    const Book *book;    /* NULL = all books of cases */
    int32_t below;       /* owner in this unit's subtree (area tree, today); UNIT_NONE */
    bool or_held;        /* below: or a holder in it, wherever it was raised */
    int32_t holder;      /* UNIT_NONE */
    const FlowState *state;
    const Field *field;      /* an item field of the book … */
    int64_t item;            /* … and its item */
    bool open, closed, late; /* open = not final; late = a running clock is past due */
    bool soon;               /* due within a working day, and not late */
    bool shown;              /* what residents see */
    int64_t from_ms, to_ms;  /* begun in it; to_ms 0 = open */
    bool (*may)(Work *w, void *self, const Book *book, const RecordRow *row); /* NULL = all */
    /* May all cases raised at the unit be counted and shown? Else `may` is asked of each, of a few
     * thousand at most. NULL = of each. */
    bool (*may_unit)(Work *w, void *self, const Book *book, int32_t unit);
    void *self;
    CaseSort sort;
    size_t from, limit;
} CaseAsk;
typedef struct CasePage {
    const Book **books;
    const RecordRow **rows;
    size_t n;
    int64_t total; /* all that match; exact where `may` is NULL, else counted as far as looked */
    bool more;
} CasePage;
bool cases_page(Work *w, Cases *c, const CaseAsk *ask, CasePage *ret);
/* One line for each holder with open cases that match: how many, late ones. */
typedef struct CaseLoad {
    int32_t holder;
    int64_t open, late, soon; /* soon: due within a working day */
} CaseLoad;
bool cases_loads(Work *w, Cases *c, const CaseAsk *ask, CaseLoad **ret, size_t *ret_n);
/* Counts by (child unit below ask->below, state or item): cells[unit * columns + column]. What
 * stands at ask->below itself has a line of its own, the first, if there is any. */
typedef struct CaseBoard {
    int32_t *units;
    size_t unit_n;
    size_t columns; /* of Flow.states, or of the items of ask->field, in their order */
    int64_t *all, *open, *late;
} CaseBoard;
bool cases_board(Work *w, Cases *c, const CaseAsk *ask, bool by_item, CaseBoard *ret);
size_t cases_bytes(const Cases *c);

/* ---- the deadline time machine ---- */
typedef struct ReplayChange { /* NULL or 0 = as it is */
    const FlowClock *clock;   /* NULL = all whose limit rests on the row */
    bool has_limit, work;
    int64_t limit;      /* as TYPE_DURATION says */
    const Field *field; /* limit only for rows whose item field … */
    int64_t item;       /* … has this item */
    const Calendar *calendar;
    int32_t route_to; /* rows of that item go to this unit instead */
    bool has_route;
} ReplayChange;
typedef struct ReplayLine { /* before and after, of one holder or of all (unit UNIT_NONE) */
    int32_t unit;
    int64_t cases[2], late[2];
    int64_t peak[2]; /* most open at one time */
} ReplayLine;
typedef struct Replay {
    int64_t cases, changed; /* changed: late before and not after, or the other way */
    ReplayLine total;
    ReplayLine *lines; /* by holder, those with the most late after it first */
    size_t n;
} Replay;
typedef struct ReplayAsk {
    const Book *book;
    int32_t below; /* owner in this unit's subtree (area tree, today); UNIT_NONE */
    int32_t first_day, last_day;
    const ReplayChange *changes;
    size_t n;
} ReplayAsk;
/* Runs the moves of all cases of the book begun between the days through its clocks again, as they
 * were and with the changes: people's moves at their moments, and those that the system made too. A
 * case is late when one of the clocks asked about was, and counts for who held it then; what runs
 * is late as of now. Without a clock named those are all whose limit rests on the row, or all.
 * Writes nothing. */
bool flow_replay(Work *w, Core *core, const ReplayAsk *ask, Replay *ret);
