/* Seats, who holds them, what was given to them, and what they may: judged from facts alone. */
#pragma once
#include "core/core.h"

enum { SEAT_NOBODY = -1 }; /* an author who is none of the seats */
typedef struct Seat {
    int32_t seat, unit, role;
    Str title;
} Seat;
typedef struct SeatRow { /* days from_day .. to_day - 1 */
    int32_t seat, unit, role, from_day, to_day;
    int64_t seq; /* of its fact */
} SeatRow;
typedef struct HolderRow {
    int32_t seat, person, from_day, to_day;
    bool stand_in; /* beside the holder */
    int64_t seq;
} HolderRow;
typedef struct GrantRow {
    int32_t seat, unit, from_day, to_day;
    int32_t role, giver; /* to read: the role by which the giver owns the pack; seat, 0 = system */
    Str pack;            /* not empty: reads this pack at the unit and below */
    int64_t seq;
} GrantRow;
/* All that ever were, by seq; good until the next fact. */
const SeatRow *rights_seats(const Core *core, size_t *ret_n);
const HolderRow *rights_holders(const Core *core, size_t *ret_n);
const GrantRow *rights_grants(const Core *core, size_t *ret_n);
bool seat_find(Work *w, Core *core, Str name, Seat *ret); /* "agriculture@220284", open today */
Str seat_name(Work *w, Core *core, int32_t seat, int32_t day); /* role@code; empty = none */
Duty seat_duty(Work *w, Core *core, int32_t seat); /* of its role; DUTY_NONE also on an error */
int32_t seat_person(const Core *core, int32_t seat, int32_t day); /* the holder; 0 = nobody */
/* Does it answer on the day: it is open, and its unit has not ended (then its successor's do). */
bool seat_answers(const Core *core, int32_t seat, int32_t day);
bool seat_held_by(const Core *core, int32_t seat, int32_t person, int32_t day); /* or stands in */
/* Seats that the person acts in on the day, open ones only: held first, then stood in for. */
bool seats_of(Work *w, Core *core, int32_t person, int32_t day, int32_t **ret, size_t *ret_n);
Duty person_duty(Work *w, Core *core, int32_t person, int32_t day); /* of a seat of theirs */
int32_t person_new(Work *w, const Core *core); /* a number that no fact about seats has */

/* What follows judges by core->seat and core->person, who act: the system itself (seat 0) may; else
 * seats are made and closed by a seat with the duty system, persons named by one with the duty
 * people, and grants given by who holds as much for as long. Nobody names or gives to themselves.
 */
bool seat_create(Work *w, Core *core, int32_t unit, int32_t role, int32_t day, int32_t *ret_seat);
bool seat_close(Work *w, Core *core, int32_t seat, int32_t day); /* first day without it */
typedef struct Hold {
    int32_t seat, person;
    int32_t from_day, last_day; /* last_day 0 = open */
    bool stand_in;              /* by the holder, or the duty people; has a last day */
} Hold;
bool person_put(Work *w, Core *core, const Hold *hold);
bool person_hold(Work *w, Core *core, int32_t seat, int32_t day,
                 int32_t *ret_person); /* a new person number holds it */
/* person.open, .link, .close: what was done to an account, for those who audit; no view tells it.
 */
bool person_told(Work *w, Core *core, int32_t verb, int32_t person);
bool person_leave(Work *w, Core *core, int32_t seat, int32_t person, int32_t day);
bool grant_give(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, int32_t day);
bool grant_give_until(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, int32_t day,
                      int32_t last_day /* 0 = open */);
bool grant_end(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, Str pack,
               int32_t day); /* pack empty = of a role */
bool grant_read(Work *w, Core *core, int32_t seat, int32_t unit, const Pack *pack, int32_t day,
                int32_t last_day); /* by the pack's owner at or above the unit */
/* Which facts let the seat read (or write) the book at the unit; none = it may not. */
typedef struct RightReason {
    int64_t seq;      /* -1 = no fact: a rule of the house */
    const char *what; /* message id with values */
} RightReason;
bool right_explain(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, bool write,
                   int32_t day, RightReason **ret, size_t *ret_n);
/* May the seat write (verb) the book at the unit on the day? The system seat (0) may not hold cases
 * but may import. */
bool right_check(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, int32_t day);
/* May the seat confirm, return (as the book's flow says) or void (as it writes) what `author`, a
 * seat, filed at the unit? */
bool right_check_move(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit,
                      int32_t author, RecordState to, int32_t day);
/* Does the flow keep authors from this move? Persons count, not seats alone. */
bool move_bars_author(const Book *book, RecordState to);
/* May the seat read? `anyone`, or a holder of a read or write right at the unit. True also where it
 * reads some fields only: what is given of a row is asked of right_fields. */
bool right_check_read(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit,
                      int32_t day);
/* May the seat be shown this private field? A grant to read a pack does not suffice. */
bool right_check_private(Work *w, Core *core, int32_t seat, const Book *book, const Field *field,
                         int32_t unit, int32_t day);
/* Which fields of the rows at a unit a seat reads, the only guard of values: writers and the system
 * all, readers what their lines name, those with a grant to read the pack all but private ones.
 * Reading a private field here means that it is known whether it is given; its value is
 * right_check_private's. */
typedef struct Sight {
    bool any;             /* the row itself; without it no field either */
    bool all;             /* every field that is not private: a figure of the rows may be had */
    const uint64_t *mask; /* by Field.number */
} Sight;
bool right_fields(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, int32_t day,
                  Sight *ret); /* false only on a store error */
static inline bool sight_has(const Sight *s, const Field *field)
{
    return s->any && (s->mask[field->number / 64] >> (field->number % 64) & 1);
}
/* Roles that the seat holds on the day, and where: its own first, then those given to it. Empty
 * when it does not answer. */
typedef struct RoleAt {
    int32_t role, unit;
} RoleAt;
void seat_roles(Work *w, Core *core, int32_t seat, int32_t day, RoleAt **ret, size_t *ret_n);
