/* Seats, who holds them, and what was given to them: all of it from facts, held in memory whole.
 *
 * A seat is a role at a unit ("clerk@220284101"); persons, random numbers, hold it in turn, each
 * from a day on, and somebody may stand in for days named beforehand. A grant gives a seat another
 * role at a unit, or lets it read one pack below a unit. Seat 0 is the system itself: the command
 * line without --as. */
#include "core/right/right_int.h"

Rights *rights_open(void)
{
    Rights *r = heap_zeroed(1, sizeof *r);
    r->arena = arena_open(CORE_SOFT_BYTES, CORE_SOFT_BYTES);
    return r;
}

void rights_close(Rights **r)
{
    if (!*r)
        return;
    arena_close((*r)->arena);
    heap_free(*r);
    *r = NULL;
}

/* ---- finding ---- */

const SeatRow *seat_row(const Rights *r, int32_t seat)
{
    return seat > 0 && (size_t)seat <= r->seats.n ? &r->seats.at[seat - 1] : NULL;
}

/* A post of a unit that has ended answers no more: those of its successor do. */
bool seat_answers(const Core *core, int32_t seat, int32_t day)
{
    const SeatRow *row = seat_row(core->rights, seat);
    return row && row->from_day <= day && day < row->to_day &&
           (PLANTED("ended_seat") || unit_alive(core->units, row->unit, day, KNOWN_NOW));
}

const GrantRow *grant_first(const Rights *r, int32_t seat)
{
    int32_t at = seat > 0 && (size_t)seat < r->first_grant.n ? r->first_grant.at[seat] : 0;
    return at ? &r->grants.at[at - 1] : NULL;
}

const GrantRow *grant_after(const Rights *r, const GrantRow *grant)
{
    int32_t at = r->next_grant.at[grant - r->grants.at];
    return at ? &r->grants.at[at - 1] : NULL;
}

const Role *role_numbered(const PackSet *set, int32_t number)
{
    for (size_t i = 0; set && i < set->role_count; i++)
        if (set->roles[i]->number == number)
            return set->roles[i];
    return NULL;
}

/* ---- memory ---- */

static bool add_seat(Work *w, Rights *r, const SeatRow *row)
{
    if (row->seat != (int32_t)r->seats.n + 1) /* numbers are given without gaps */
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)row->seq);
    *list_push(r->arena, &r->seats) = *row;
    return true;
}

static void add_grant(Rights *r, const GrantRow *row)
{
    while (r->first_grant.n <= (size_t)row->seat)
        *list_push(r->arena, &r->first_grant) = 0;
    *list_push(r->arena, &r->grants) = *row;
    *list_push(r->arena, &r->next_grant) = r->first_grant.at[row->seat];
    r->first_grant.at[row->seat] = (int32_t)r->grants.n;
}

static bool load_seats(Work *w, Core *core, Rights *r)
{
    Stmt *s = db_stmt(w, core_db(core), SQL_SEAT_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        const SeatRow one = { .unit = (int32_t)col_int(s, 0),
                              .seat = (int32_t)col_int(s, 1),
                              .from_day = (int32_t)col_int(s, 2),
                              .seq = col_int(s, 3),
                              .role = (int32_t)col_int(s, 4),
                              .to_day = (int32_t)col_int(s, 6) };
        TRY(add_seat(w, r, &one));
        TRY(stmt_next(w, s, &row));
    }
    return true;
}

static bool load_holders(Work *w, Core *core, Rights *r)
{
    Stmt *s = db_stmt(w, core_db(core), SQL_HOLDER_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        *list_push(r->arena, &r->holders) = (HolderRow){ .seat = (int32_t)col_int(s, 1),
                                                         .from_day = (int32_t)col_int(s, 2),
                                                         .seq = col_int(s, 3),
                                                         .stand_in = col_int(s, 4) != 0,
                                                         .person = (int32_t)col_int(s, 5),
                                                         .to_day = (int32_t)col_int(s, 6) };
        TRY(stmt_next(w, s, &row));
    }
    return true;
}

static bool load_grants(Work *w, Core *core, Rights *r)
{
    Stmt *s = db_stmt(w, core_db(core), SQL_GRANT_ALL);
    TRY(s);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    while (row) {
        const GrantRow one = { .unit = (int32_t)col_int(s, 0),
                               .seat = (int32_t)col_int(s, 1),
                               .from_day = (int32_t)col_int(s, 2),
                               .seq = col_int(s, 3),
                               .role = (int32_t)col_int(s, 4),
                               .giver = (int32_t)col_int(s, 5),
                               .to_day = (int32_t)col_int(s, 6),
                               .pack = str_copy(r->arena, col_text(s, 7)) };
        add_grant(r, &one);
        TRY(stmt_next(w, s, &row));
    }
    return true;
}

bool rights_load(Work *w, Core *core)
{
    rights_close(&core->rights);
    Rights *r = core->rights = rights_open();
    return load_seats(w, core, r) && load_holders(w, core, r) && load_grants(w, core, r);
}

/* ---- facts ---- */

typedef struct Said { /* what a fact of this kind holds; docs/facts.md */
    int64_t day, last, seat, role, person, stand_in;
    Str pack;
    bool has_last;
} Said;

static bool read_fact(Work *w, const Fact *fact, Said *ret)
{
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    Said s = { 0 };
    bool ok = canon_get_int(v, "day", &s.day) && canon_get_int(v, "seat", &s.seat);
    switch ((int)fact->verb) {
    case VERB_SEAT_CREATE:
    case VERB_GRANT_GIVE:
    case VERB_GRANT_END: ok = ok && canon_get_int(v, "role", &s.role); break;
    case VERB_PERSON_HOLD:
    case VERB_PERSON_LEAVE: ok = ok && canon_get_int(v, "person", &s.person); break;
    case VERB_GRANT_READ:
        ok = ok && canon_get_int(v, "role", &s.role) && canon_get_text(v, "pack", &s.pack);
        break;
    default: break;
    }
    (void)canon_get_int(v, "stand_in", &s.stand_in);
    if (fact->verb == VERB_GRANT_END)
        (void)canon_get_text(v, "pack", &s.pack);
    s.has_last = canon_get_int(v, "last", &s.last);
    *ret = s;
    return ok || fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
}

static int32_t end_of(const Said *said)
{
    return said->has_last ? (int32_t)said->last + 1 : DAY_FOREVER;
}

static bool put_row(Work *w, Core *core, enum SqlId id, const int64_t values[7], Str pack)
{
    Stmt *s = db_stmt(w, core_db(core), id);
    TRY(s);
    for (int i = 0; i < 7; i++)
        stmt_int(s, i + 1, values[i]);
    if (id == SQL_GRANT_PUT)
        stmt_text(s, 8, pack);
    return stmt_run(w, s);
}

/* The row (unit, seat, from_day, seq) now ends on another day. */
static bool end_row(Work *w, Core *core, enum SqlId id, int32_t unit, int32_t seat,
                    int32_t from_day, int64_t seq, int32_t to_day)
{
    Stmt *s = db_stmt(w, core_db(core), id);
    TRY(s);
    const int64_t values[] = { unit, seat, from_day, seq, to_day };
    for (int i = 0; i < 5; i++)
        stmt_int(s, i + 1, values[i]);
    return stmt_run(w, s);
}

static bool apply_create(Work *w, Core *core, const Fact *fact, const Said *said)
{
    const SeatRow row = { .unit = fact->unit,
                          .seat = (int32_t)said->seat,
                          .role = (int32_t)said->role,
                          .from_day = (int32_t)said->day,
                          .to_day = DAY_FOREVER,
                          .seq = fact->seq };
    const int64_t values[] = { row.unit, row.seat, row.from_day, row.seq, row.to_day, row.role, 0 };
    return put_row(w, core, SQL_SEAT_PUT, values, STR("")) && add_seat(w, core->rights, &row);
}

/* Ends what runs beyond the day: of one person, or with person 0 of all; stand-ins stay when a seat
 * only changes hands. */
static bool end_holders(Work *w, Core *core, int32_t seat, int32_t person, bool stand_ins,
                        int32_t day)
{
    Rights *r = core->rights;
    int32_t unit = seat_row(r, seat)->unit;
    for (size_t i = 0; i < r->holders.n; i++) {
        HolderRow *h = &r->holders.at[i];
        if (h->seat != seat || h->to_day <= day || (person && h->person != person) ||
            (h->stand_in && !stand_ins))
            continue;
        h->to_day = day > h->from_day ? day : h->from_day;
        TRY(end_row(w, core, SQL_HOLDER_END, unit, seat, h->from_day, h->seq, h->to_day));
    }
    return true;
}

static bool apply_hold(Work *w, Core *core, const Fact *fact, const Said *said)
{
    const HolderRow row = { .seat = (int32_t)said->seat,
                            .person = (int32_t)said->person,
                            .stand_in = said->stand_in != 0,
                            .from_day = (int32_t)said->day,
                            .to_day = end_of(said),
                            .seq = fact->seq };
    const int64_t values[] = { fact->unit, row.seat,     row.from_day, row.seq,
                               row.to_day, row.stand_in, row.person };
    if (!row.stand_in)
        TRY(end_holders(w, core, row.seat, 0, false, row.from_day));
    TRY(put_row(w, core, SQL_HOLDER_PUT, values, STR("")));
    *list_push(core->rights->arena, &core->rights->holders) = row;
    return true;
}

static bool apply_grant(Work *w, Core *core, const Fact *fact, const Said *said)
{
    const GrantRow row = { .unit = fact->unit,
                           .seat = (int32_t)said->seat,
                           .role = (int32_t)said->role,
                           .pack = str_copy(core->rights->arena, said->pack),
                           .giver = fact->seat,
                           .from_day = (int32_t)said->day,
                           .to_day = end_of(said),
                           .seq = fact->seq };
    const int64_t values[] = { row.unit,   row.seat, row.from_day, row.seq,
                               row.to_day, row.role, row.giver };
    TRY(put_row(w, core, SQL_GRANT_PUT, values, row.pack));
    add_grant(core->rights, &row);
    return true;
}

static bool end_grants(Work *w, Core *core, int32_t seat, const Fact *fact, const Said *said)
{
    Rights *r = core->rights;
    int32_t day = (int32_t)said->day;
    bool all = fact->verb == VERB_SEAT_CLOSE;
    for (size_t i = 0; i < r->grants.n; i++) {
        GrantRow *g = &r->grants.at[i];
        bool this = g->unit == fact->unit && g->role == said->role && str_eq(g->pack, said->pack);
        if (g->seat != seat || g->to_day <= day || !(all || this))
            continue;
        g->to_day = day > g->from_day ? day : g->from_day;
        TRY(end_row(w, core, SQL_GRANT_END, g->unit, g->seat, g->from_day, g->seq, g->to_day));
    }
    return true;
}

static bool apply_close(Work *w, Core *core, const Fact *fact, const Said *said)
{
    SeatRow *row = &core->rights->seats.at[said->seat - 1];
    row->to_day = (int32_t)said->day;
    return end_row(w, core, SQL_SEAT_END, row->unit, row->seat, row->from_day, row->seq,
                   row->to_day) &&
           end_holders(w, core, row->seat, 0, true, row->to_day) &&
           end_grants(w, core, row->seat, fact, said);
}

bool right_apply(Work *w, Core *core, const Fact *fact)
{
    Said said;
    TRY(read_fact(w, fact, &said));
    if (fact->verb != VERB_SEAT_CREATE && !seat_row(core->rights, (int32_t)said.seat))
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    switch ((int)fact->verb) {
    case VERB_SEAT_CREATE: return apply_create(w, core, fact, &said);
    case VERB_SEAT_CLOSE: return apply_close(w, core, fact, &said);
    case VERB_PERSON_HOLD: return apply_hold(w, core, fact, &said);
    case VERB_PERSON_LEAVE:
        return end_holders(w, core, (int32_t)said.seat, (int32_t)said.person, true,
                           (int32_t)said.day);
    case VERB_GRANT_END: return end_grants(w, core, (int32_t)said.seat, fact, &said);
    default: return apply_grant(w, core, fact, &said);
    }
}
