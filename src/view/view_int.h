/* For the files of view only: what the views share. */
#pragma once
#include "view/json_int.h"

typedef bool ViewFn(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out);

/* ---- arguments (reader.c) ---- */
typedef struct Asking { /* what most views are asked about */
    const Reader *r;
    Core *core;
    const PackSet *set;
    const Cell *given;
    size_t n;
    int32_t today;
} Asking;
bool asking_open(Work *w, const Reader *reader, const Cell *given, size_t n, Asking *ret);
Str asking_text(const Asking *a, const char *name); /* empty = not given */
bool asking_book(Work *w, const Asking *a, const Book **ret);
/* The unit of the argument, by any code it ever had; the seat's own one, or the root, when left
 * out and `lacks` says so. */
bool asking_unit(Work *w, const Asking *a, const char *name, int32_t day, int32_t *ret);
int32_t asking_home(Work *w, const Asking *a); /* unit of the seat; the root for the system */
/* kind NONE when left out; "#3" is a round of the book. */
bool asking_period(Work *w, const Asking *a, const Book *book, Period *ret);
bool round_period(Work *w, const Asking *a, const Book *rounds, int64_t ord, Period *ret);
bool asking_int(Work *w, const Asking *a, const char *name, int64_t fallback, int64_t low,
                int64_t high, int64_t *ret);
bool asking_day(Work *w, const Asking *a, const char *name, int32_t fallback, int32_t *ret);
bool view_not_found(Work *w); /* the one answer for "not there" and "not yours"; false */

typedef list_of(Seat) Seats;
typedef list_of(int32_t) Stands;

/* ---- rights: false only on a store error ---- */
bool may_read(Work *w, const Asking *a, const Book *book, int32_t unit, bool *ret);
/* Which fields: what every value goes through. */
bool may_see(Work *w, const Asking *a, const Book *book, int32_t unit, Sight *ret);
bool may_write(Work *w, const Asking *a, const Book *book, int32_t unit, bool *ret);
bool may_move(Work *w, const Asking *a, const Book *book, int32_t unit, int32_t author,
              RecordState to, bool *ret);
/* The row that stands as `seq`: persons who filed it in another seat are its authors too. */
bool may_move_row(Work *w, const Asking *a, const Book *book, int32_t unit, int64_t seq,
                  RecordState to, bool *ret);

/* ---- names and values ---- */
/* The title of something of a pack in the reader's language. */
Str title_of(const Asking *a, const Pack *pack, const char *noun, Str path, Str title);
Str field_title(const Asking *a, const Book *book, const Field *field);
Str item_title(const Asking *a, const List *list, const Book *book, const Item *item);
/* Of a state, move or clock: noun "state" …, words of the pack by "FLOW.NAME". */
Str flow_title(const Asking *a, const Book *book, const char *noun, Str name, Str title);
Str say(Work *w, const Asking *a, const char *what); /* word_text in the reader's language */
Str zh_en(const Asking *a, const char *zh, const char *en);
Str period_text(Work *w, const Book *book, Period p); /* "#3" for rounds */
Str period_code_text(Work *w, int64_t code);          /* .p NULL for 0 */

Str pack_title(const Asking *a, const Pack *pack);
const char *type_word(TypeKind kind); /* money int ratio … as in the trees of expressions */

void json_unit(Work *w, const Asking *a, Buf *out, const char *key, int32_t unit, int32_t day);
void json_name(Buf *out, const char *key, Str name, Str title);
void json_kinds(const Asking *a, Buf *out, const char *key, const Kind *const *kinds, size_t n);
void json_pack(Work *w, const Asking *a, Buf *out, const char *key, const Pack *pack);
/* One field of a row: exact text, array of names, null, or a masked private value. */
void json_value(Work *w, const Asking *a, Buf *out, const char *key, const Field *field,
                const RecordRow *row);
void json_number(Work *w, const Asking *a, Buf *out, const char *key, const Type *type,
                 int64_t num);
/* What the sight has of the row; all else is not there. The row may be NULL: {}. */
void json_values(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                 const Sight *sight, const RecordRow *row);
void json_items(Buf *out, const char *key, const Book *book, int64_t ord);
Str measure_of(const Asking *a, const Type *type); /* 元 亩 % … */
const char *state_name(RecordState state);
static inline bool book_is_return(const Book *book)
{
    return book->form == BOOK_PER;
}
static inline bool book_has_period(const Book *book)
{
    return book->every != PERIOD_NONE || book->every_book;
}

/* A field as forms draw it; in the words of a move where it is asked by one (ask may be NULL). */
void json_field(Work *w, const Asking *a, Buf *out, const Book *book, const Field *f,
                const MoveAsk *ask, int32_t unit);

/* ---- shared by several views of records ---- */
typedef struct Reach { /* where a seat may do something with a book */
    bool reads, writes;
    int32_t unit; /* one that it writes for, or UNIT_NONE */
} Reach;
/* Units of the book's kinds, alive today, that the seat's rights may reach. */
bool book_units(Work *w, const Asking *a, const Book *book, Stands *ret);
bool book_reach(Work *w, const Asking *a, const Book *book, Reach *ret);
typedef struct FactHead { /* who said it and when */
    int64_t seq, at_ms;
    int32_t seat, person, verb;
    Str reason;
    Hash receipt;
} FactHead;
bool fact_head(Work *w, const Asking *a, int64_t seq, FactHead *ret);
void json_by(Work *w, const Asking *a, Buf *out, const char *key, const FactHead *head);
typedef struct DueDay {
    bool known;
    int32_t day;
    int32_t minute; /* of the day; 0 = the whole day */
    int32_t left;   /* working days; below 0 = late by */
    bool late, soon;
} DueDay;
/* Working days from one day to the other (the first not counted); real days where the calendar is
 * not known. */
int32_t working_between(int32_t from, int32_t to);
bool due_of(Work *w, const Asking *a, const Book *book, Period p, DueDay *ret);
void json_due(Work *w, const Asking *a, Buf *out, const char *key, const DueDay *due);
Str due_text(Work *w, const Asking *a, const Book *book);
void json_expr(Work *w, const Asking *a, Buf *out, const char *key, const Expr *expr, int32_t unit,
               int32_t day);
/* Fields in sight that are not the same in the two rows, with their titles; returns how many are.
 */
int64_t json_changes(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                     const Sight *sight, const RecordRow *before, const RecordRow *after);
typedef struct TodoCounts {
    int64_t due, late, returned, confirm, cases, cases_late;
} TodoCounts;
bool todo_counts(Work *w, const Asking *a, TodoCounts *ret);
void json_counts(Buf *out, const char *key, const TodoCounts *c);

typedef struct RowPlace { /* the row that is asked about by book, unit, period, items, number */
    const Book *book;
    Period period;
    int32_t unit;
    int32_t day; /* on which the unit is named */
    int64_t ord;
    bool writes;
    Sight sight;
    const RecordRow *row; /* NULL = nothing stands there */
} RowPlace;
/* NOT_FOUND also for what the seat may not read. */
bool row_place(Work *w, const Asking *a, RowPlace *ret);
bool asking_ord(Work *w, const Asking *a, const Book *book, int64_t *ret);
/* Rows of a book at a unit and below it that the reader may see, in the order of the tree: what a
 * page shows, what is counted, and what leaves as a table. Rows of units that have ended stand
 * behind, where those once were. */
typedef struct PickedRow {
    int32_t pre; /* of its unit in the tree: order */
    int32_t unit;
    int64_t period, ord;
} PickedRow;
typedef struct RowPick {
    const Book *book;
    int32_t unit;
    Period period;  /* kind NONE: all, or the last one with a row, which is set then */
    bool all;       /* periods */
    Str state;      /* empty = what is not void */
    int64_t parent; /* 0 = any */
    const TreeVersion *t;
    uint8_t *readable; /* by slot: 0 not asked, 1 no, 2 yes */
    list_of(PickedRow) rows;
} RowPick;
bool rows_pick(Work *w, const Asking *a, RowPick *pick);
/* Filed rows that this seat may confirm, by period, unit, ord. */
typedef struct WaitingCell {
    int64_t period;
    int32_t unit;
    int64_t ord, seq;
} WaitingCell;
typedef list_of(WaitingCell) Waiting;
bool waiting_of(Work *w, const Asking *a, const Book *book, Waiting *ret);
typedef list_of(Period) Periods;

/* ---- people ---- */
const char *duty_word(Duty duty);
Str verb_name(int32_t verb);                                  /* record.file …; empty = unknown */
Str verb_text(Work *w, const Asking *a, int32_t verb);        /* what it says, in words */
bool seat_numbered(const Asking *a, int32_t seat, Seat *ret); /* false = none; closed ones too */
/* Without an account: the person's number alone. */
bool account_find(Work *w, const Asking *a, int32_t person, Account *ret);
void seats_open(Work *w, const Asking *a, Seats *ret);   /* those that stand today */
void seat_stands(Work *w, const Asking *a, Stands *ret); /* units its rights reach down from */
const Role *role_by_number(const Asking *a, int32_t number);
Str seat_name_of(Work *w, const Asking *a, const Seat *seat); /* role@code */
void json_seat(Work *w, const Asking *a, Buf *out, const char *key, const Seat *seat);
Str seat_title_of(Work *w, const Asking *a, int32_t seat); /* 系统 for 0 */

/* from, stand_ins, grants of a post; names only where they may be seen. */
bool put_post_given(Work *w, const Asking *a, Buf *out, const Seat *seat, bool named);

/* ---- the views ---- */
ViewFn view_me, view_books, view_book, view_form, view_rows, view_review, view_todo, view_record,
    view_sessions, view_commands, view_people, view_rights, view_audit, view_health, view_cases,
    view_case, view_cases_kept, view_case_loads, view_case_board;
