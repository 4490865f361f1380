/* For the files of core/right only: seats, holders and grants in memory. */
#pragma once
#include "base/limits.h"
#include "core/core_int.h"

/* Grants given on from grants: longer chains nobody can follow, and rings end here. */
enum { GRANT_CHAIN = 8 };

struct Rights {
    Arena *arena;
    list_of(SeatRow) seats; /* seat n stands at n - 1 */
    list_of(HolderRow) holders;
    list_of(GrantRow) grants;
    list_of(int32_t) first_grant; /* by seat: index of its first grant + 1 */
    list_of(int32_t) next_grant;  /* by grant: the seat's next one + 1 */
};

const SeatRow *seat_row(const Rights *r, int32_t seat); /* NULL = there never was one */
/* FOR_EACH grant of a seat: grant_first, grant_after; NULL at the end. */
const GrantRow *grant_first(const Rights *r, int32_t seat);
const GrantRow *grant_after(const Rights *r, const GrantRow *grant);

static inline bool grant_runs(const GrantRow *g, int32_t day)
{
    return g->from_day <= day && day < g->to_day;
}

const Role *role_numbered(const PackSet *set, int32_t number); /* NULL = none */
/* ---- judge.c ---- */
/* The day up to which (itself not included) the seat holds the role at the unit or above it, as of
 * `day`; DAY_MIN = not at all. What was given counts while the giver holds it. */
int32_t held_until(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day, int chain);
/* Does the grant of a role count on the day? */
bool grant_counts(Core *core, const GrantRow *grant, int32_t day, int chain);
/* The seat holds the role at just this unit; *ret_grant = by which grant, NULL = it is its own. */
bool holds_at(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day,
              const GrantRow **ret_grant);
/* The grant that lets the seat read the pack of the book at the unit, or NULL. */
const GrantRow *reads_pack(Work *w, Core *core, const Book *book, int32_t seat, int32_t unit,
                           int32_t day);
const Book *rights_book(const Book *book); /* a detail row is its parent's */
/* Does this clause let the seat in at the unit; by its own role, or *ret_grant. */
bool access_lets(Core *core, const Book *book, const Access *access, int32_t seat, int32_t unit,
                 int32_t day, const GrantRow **ret_grant);
/* The role that owns the pack; 0 = none. */
int32_t pack_owner_role(const Pack *pack);
