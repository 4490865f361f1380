/* Flow: who moves a record of a book, by when. A flow is a type; each book that attaches one has an
 * instance of its own (Book.flow_type), with its parameters replaced by the book's arguments and
 * its names resolved in the book.
 *
 * States, moves and clocks have numbers of the registry (spaces "state.PACK.BOOK",
 * "move.PACK.BOOK", "clock.PACK.BOOK"; a move's path is its name, else "FROM>TO", FROM = "new" or
 * its states joined with "+"), which facts carry. What a move asks are fields of the book
 * (Field.of_move): not asked when the row is filed; the same name in two moves of one book is the
 * same field and must have the same type.
 *
 * A flow that only confirms (Book.confirms: a state named `confirmed`, no clock, no holder) keeps
 * the life of returns: filed, returned, confirmed. Everything here about cases is of the others
 * (Book.cases). */
#pragma once
#include "lang/model.h"

struct FlowState {
    Str name, title;
    int32_t number;
    bool final;
};

/* late 1wd: tell holder, desk at county · late 3wd: do raise */
typedef struct LateStep {
    int64_t after; /* a duration as Type says; 0 = at the moment itself */
    bool work;
    Who tell;            /* .n = 0: */
    const FlowMove *act; /* made by the system at that moment, where its state allows it */
} LateStep;

enum { LATE_STEPS_MOST = 30, FLOW_STATES_MOST = 64 };
struct FlowClock {
    Str name, title;
    int32_t number;
    const FlowState **from; /* the `within` of a move makes a clock of several */
    size_t from_count;
    bool from_first; /* from S.first: re-entry never starts it again */
    const FlowState **until;
    size_t until_count;
    Expr *limit;             /* a duration, level row: evaluated once, when the clock starts */
    const FlowState **stops; /* time in these states does not count */
    size_t stop_count;
    LateStep *late;
    size_t late_count;
    const FlowMove *of_move; /* made by its `within` */
};

typedef enum HoldTo { /* whom a move hands the record to */
                      HOLD_SAME,
                      HOLD_OWNER,
                      HOLD_UP,    /* the holder's parent in the pack's tree */
                      HOLD_BACK,  /* who held it before the last hand-over */
                      HOLD_FIELD, /* the unit in `to_field` */
} HoldTo;

/* What one move asks of a field: its own title and default, and whether it may be left empty. The
 * Field itself is always optional and without a default, so that filing asks nothing of it. */
typedef struct MoveAsk {
    const Field *field;
    Str title;
    bool optional;
    Expr *fallback; /* level row; NULL = none */
} MoveAsk;

struct FlowMove {
    Str name;     /* of a named move, or empty */
    Str to, from; /* as written: "new", "a, b" */
    Str title;
    Who by;
    Str text; /* the whole move as written */
    int32_t number;
    bool is_new; /* new -> */
    const FlowState **froms;
    size_t from_count;
    const FlowState *state; /* -> */
    HoldTo hold;
    const Field *to_field;
    Expr *when; /* a guard: values as filled in, the case as it stands; opens on true */
    Str says;   /* its words when closed */
    bool has_for, has_after; /* `for D`: possible only so long after the state was entered;
                                `after D`: only from then on */
    int64_t open_for, open_after;
    bool for_work, after_work;
    const FlowClock **keeps; /* clocks that go on where they stood instead of starting again */
    size_t keep_count;
    const Field **needs; /* must be known after the move */
    size_t need_count;
    int32_t at_most; /* 0 = any number of times */
    const FlowClock *extends;
    int64_t extend_by;
    bool extend_work;
    Str does;   /* `do seal`: what the kernel is asked to do besides; later, empty until then */
    bool shows; /* `public`: from this move on residents see the row's public fields */
    const Field **fields; /* what it asks */
    const MoveAsk *asks;  /* the same, with this move's words; field_count of them */
    size_t field_count;
};

struct Flow {
    Str name, title;
    const Book *book; /* of an instance; NULL in the declared type */
    FlowState *states;
    size_t state_count;
    FlowMove *moves;
    size_t move_count;
    FlowClock *clocks;
    size_t clock_count;
    const Pack *pack;
};

const FlowState *flow_state_number(const Flow *flow,
                                   int32_t number); /* NULL = absent; so for all */
const FlowMove *flow_move_number(const Flow *flow, int32_t number);
const FlowClock *flow_clock_number(const Flow *flow, int32_t number);
const FlowState *flow_state(const Flow *flow, Str name);
const FlowMove *flow_move(const Flow *flow, Str name); /* by its name */
const FlowClock *flow_clock(const Flow *flow, Str name);
/* Its path in words/en.txt behind `FLOW.`: the name, else "from->to". English titles of a flow
 * stand with the pack that declares it: pack_word(flow->pack, "move", "handle.raise"), "state",
 * "clock" and "field" of what moves ask likewise, also with the pack of the book
 * and as "field BOOK.note"; of calendars: pack_word(pack, "calendar", name).
 */
Str flow_move_words(Arena *arena, const FlowMove *move);
/* May residents without an account start it: some `new ->` move is `by resident`. */
const FlowMove *flow_resident_move(const Flow *flow);

/* Is it possible from this state; does it ask this field? */
static inline bool flow_move_leaves(const FlowMove *move, int32_t state)
{
    for (size_t i = 0; i < move->from_count; i++)
        if (move->froms[i]->number == state)
            return true;
    return false;
}
static inline bool flow_move_asks(const FlowMove *move, const Field *field)
{
    for (size_t i = 0; i < move->field_count; i++)
        if (move->fields[i] == field)
            return true;
    return false;
}

/* Hours of work. The first one declared by the packs holds where a unit has none of its own (nor
 * one above it); without any, 8:30-12:00 and 13:00-17:00 on the state's working days. */
enum { CALENDAR_SPANS = 4 };
typedef enum Rest { REST_STATE, REST_WEEKEND, REST_NONE } Rest;
struct Calendar {
    Str name, title;
    Rest rest; /* rest state | weekend | none */
    struct {
        int32_t from, to; /* minutes of the day, ascending, apart */
    } hours[CALENDAR_SPANS];
    int32_t hour_count; /* 0 = round the clock */
    const Pack *pack;
};
