/* For the files of view/case only, and for what shows cases elsewhere. */
#pragma once
#include "command/case.h"
#include "view/view_int.h"

/* What the seat sees of a case: as the book says for its unit; whoever holds it, held it, raised it
 * or moves it next sees every field (private ones as known or not). any = false: not theirs. */
bool case_sight(Work *w, const Asking *a, const Book *book, const RecordRow *row, Sight *ret);
/* Every field, private ones as known or not. */
Sight whole_sight(Work *w, const Book *book);
/* Are its rows cases, or details of one that have no rights of their own? */
bool of_cases(const Book *book);
/* May the seat correct the row's own fields now? */
bool case_row_writes(Work *w, const Asking *a, const Book *book, const RecordRow *row, bool *ret);
/* Could the seat ever be somebody to the flow: its roles are named there, or anyone is. */
bool case_names_seat(Work *w, const Asking *a, const Book *book, bool raising, bool *ret);
CaseActor case_reader(const Asking *a);
/* The case asked about by book, unit (may be left out) and number; NOT_FOUND also when not theirs.
 */
typedef struct CasePlace {
    const Book *book;
    const RecordRow *row;
    Sight sight;
} CasePlace;
bool case_place(Work *w, const Asking *a, CasePlace *ret);

bool json_case_line(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                    const RecordRow *row, const Sight *sight);
void json_case_state(const Asking *a, Buf *out, const char *key, const Book *book, int32_t state);
void json_case_unit(Work *w, const Asking *a, Buf *out, const char *key, int32_t unit);
Str case_head(Work *w, const Asking *a, const Book *book, const RecordRow *row,
              const Sight *sight); /* first text that may be seen */

/* A due moment and what is left of it. */
typedef struct CaseLeft {
    int64_t at_ms;
    bool late, soon;
    Str at, text;
} CaseLeft;
bool case_left(Work *w, const Asking *a, int32_t unit, int64_t due_ms, bool work, CaseLeft *ret);
bool json_case_due(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                   int32_t unit, const FlowClock *clock, int64_t due_ms);
/* The nearest due moment of the case; false in *ret: nothing runs. */
bool case_due_left(Work *w, const Asking *a, const Book *book, const RecordRow *row, CaseLeft *ret,
                   bool *ret_runs, const FlowClock **ret_clock);
Str duration_words(Work *w, const Asking *a, int64_t ms, bool work);

/* What record.move takes as `move`: a name, or the number where two would be meant. */
Str move_key(Work *w, const Book *book, const FlowMove *move);
Str move_title(Work *w, const Asking *a, const Book *book, const FlowMove *move);

/* Texts of it that residents would see and the guard keeps from them until they are released. */
int64_t case_guarded(Work *w, Core *core, const Book *book, const RecordRow *row);
/* One case, whole: views `case` and `cases_kept`. */
bool json_case(Work *w, const Asking *a, Buf *out, const char *key, const CasePlace *p);

/* ---- what is asked of all cases (list.c) ---- */
typedef struct CaseScope { /* may() of a page: the reader */
    const Asking *a;
    bool movable; /* only those that the seat can move now */
    struct {
        const Book *book;
        uint8_t *units; /* 0 not asked, 1 case by case, 2 all of the unit's */
    } read[8];          /* what was found out while looking */
} CaseScope;
CaseScope case_scope(Work *w, const Asking *a, bool movable);
bool case_scope_unit(Work *w, void *self, const Book *book, int32_t unit);
bool case_scope_may(Work *w, void *self, const Book *book, const RecordRow *row);
Cases *case_memory(const Asking *a);
typedef struct CaseDueRow {
    const Book *book;
    const RecordRow *row;
    int64_t due_ms; /* INT64_MAX = nothing runs */
} CaseDueRow;
typedef struct CaseMine {
    CaseDueRow *at; /* the most urgent first */
    size_t n;
    int64_t total, late;
} CaseMine;
/* Open cases held by the seat's unit that it can move: at most `most` of them, all counted. */
bool cases_mine(Work *w, const Asking *a, size_t most, CaseMine *ret);
/* Beside them the late ones below that a clock told this seat of: it is to see to them. */
bool cases_told(Work *w, const Asking *a, size_t most, CaseMine *mine);
const Field *case_item_field(const Book *book); /* its first item field; NULL = none */
