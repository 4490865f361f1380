/* Seats made and closed, persons named, rights given: each judged by who acts (core->seat and
 * core->person), then put as one fact. The system itself may all of it, on the command line. */
#include "core/right/right_int.h"

/* ---- who acts ---- */

static bool denied(Work *w)
{
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

static bool acts_with(Work *w, Core *core, Duty duty)
{
    return core->seat == 0 || seat_duty(w, core, core->seat) == duty;
}

/* The seat is held by who acts, or is the one that acts. */
static bool is_own(const Core *core, int32_t seat, int32_t day)
{
    return core->seat != 0 &&
           (seat == core->seat || (core->person && seat_held_by(core, seat, core->person, day)));
}

static bool need_seat(Work *w, Core *core, int32_t seat, int32_t day, SeatRow *ret)
{
    const SeatRow *row = seat_row(core->rights, seat);
    if (!row)
        return fail(w, ERR_NOT_FOUND, "right.seat_unknown seat=%d", seat);
    if (day < row->from_day || day >= row->to_day)
        return fail(w, ERR_BAD_INPUT, "right.seat_closed");
    *ret = *row;
    return true;
}

static bool no_duty(Work *w, Core *core, int32_t seat)
{
    return seat_duty(w, core, seat) == DUTY_NONE || fail(w, ERR_BAD_INPUT, "right.duty_apart");
}

/* ---- facts ---- */

typedef struct Saying {
    int32_t verb, unit, seat, day;
    int32_t last_day; /* 0 = not said */
    int32_t role, person;
    bool stand_in;
    Str pack;
} Saying;

static bool say(Work *w, Core *core, const Saying *s)
{
    Canon *c = canon_open(w->arena);
    canon_int(c, "day", s->day);
    canon_int(c, "seat", s->seat);
    if (s->last_day)
        canon_int(c, "last", s->last_day);
    if (s->role)
        canon_int(c, "role", s->role);
    if (s->person)
        canon_int(c, "person", s->person);
    if (s->stand_in)
        canon_int(c, "stand_in", 1);
    if (s->pack.n)
        canon_text(c, "pack", s->pack);
    Fact fact = { .verb = s->verb,
                  .unit = s->unit,
                  .subject = s->seat,
                  .prev = PREV_NONE,
                  .open = canon_bytes(w, c) };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}

/* ---- seats ---- */

/* A role stands only at the kinds its pack names. */
static bool role_fits(Work *w, Core *core, const Role *role, int32_t unit, int32_t day)
{
    int32_t kind = unit_kind(core->units, unit, day, KNOWN_NOW);
    for (size_t i = 0; role && i < role->kind_count; i++)
        if (role->kinds[i]->number == kind)
            return true;
    Str name = role ? role->title : STR("?");
    Str where = unit_name(core->units, unit, day, KNOWN_NOW);
    return fail(w, ERR_BAD_INPUT, "right.role_not_here role=%.*s unit=%.*s", STR_ARG(name),
                STR_ARG(where));
}

static bool need_role(Work *w, Core *core, int32_t role, int32_t unit, int32_t day,
                      const Role **ret)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    *ret = role_numbered(set, role);
    return role_fits(w, core, *ret, unit, day);
}

bool seat_create(Work *w, Core *core, int32_t unit, int32_t role, int32_t day, int32_t *ret_seat)
{
    const Role *found;
    const Rights *r = core->rights;
    if (!acts_with(w, core, DUTY_SYSTEM))
        return denied(w);
    TRY(need_role(w, core, role, unit, day, &found));
    for (size_t i = 0; i < r->seats.n; i++)
        if (r->seats.at[i].unit == unit && r->seats.at[i].role == role &&
            r->seats.at[i].to_day > day)
            return fail(w, ERR_CONFLICT, "right.seat_exists");
    int32_t seat = (int32_t)r->seats.n + 1;
    const Saying s = {
        .verb = VERB_SEAT_CREATE, .unit = unit, .seat = seat, .day = day, .role = role
    };
    TRY(say(w, core, &s));
    *ret_seat = seat;
    return true;
}

bool seat_close(Work *w, Core *core, int32_t seat, int32_t day)
{
    SeatRow row;
    if (!acts_with(w, core, DUTY_SYSTEM))
        return denied(w);
    TRY(need_seat(w, core, seat, day, &row));
    if (seat == core->seat)
        return fail(w, ERR_BAD_INPUT, "right.not_oneself");
    const Saying s = { .verb = VERB_SEAT_CLOSE, .unit = row.unit, .seat = seat, .day = day };
    return say(w, core, &s);
}

/* ---- persons ---- */

static bool overlaps(const HolderRow *h, const Hold *hold)
{
    int32_t end = hold->last_day ? hold->last_day + 1 : DAY_FOREVER;
    return h->from_day < end && hold->from_day < h->to_day;
}

/* Whoever holds a seat with a duty holds nothing else, on any day of the two. */
static bool duties_apart(Work *w, Core *core, const Hold *hold)
{
    Duty here = seat_duty(w, core, hold->seat);
    const Rights *r = core->rights;
    for (size_t i = 0; i < r->holders.n; i++) {
        const HolderRow *h = &r->holders.at[i];
        if (h->person != hold->person || h->seat == hold->seat || !overlaps(h, hold))
            continue;
        if (here != DUTY_NONE || seat_duty(w, core, h->seat) != DUTY_NONE)
            return fail(w, ERR_BAD_INPUT, "right.duty_apart");
    }
    return w->err.code == ERR_NONE;
}

static bool may_name(Work *w, Core *core, const Hold *hold)
{
    bool people = acts_with(w, core, DUTY_PEOPLE);
    bool holder = hold->stand_in && core->seat == hold->seat && core->person &&
                  seat_person(core, hold->seat, work_today(w)) == core->person;
    if (!people && !holder)
        return denied(w);
    if (core->seat && (hold->person == core->person || (people && hold->seat == core->seat)))
        return fail(w, ERR_BAD_INPUT, "right.not_oneself");
    return true;
}

bool person_put(Work *w, Core *core, const Hold *hold)
{
    SeatRow row;
    CHECK(hold->person > 0);
    TRY(may_name(w, core, hold));
    TRY(need_seat(w, core, hold->seat, hold->from_day, &row));
    if (hold->last_day && hold->last_day < hold->from_day)
        return fail(w, ERR_BAD_INPUT, "right.days_fall");
    if (hold->stand_in && !hold->last_day)
        return fail(w, ERR_BAD_INPUT, "right.stand_in_until");
    const Rights *r = core->rights;
    for (size_t i = 0; i < r->holders.n && !hold->stand_in; i++)
        if (r->holders.at[i].seat == hold->seat && !r->holders.at[i].stand_in &&
            r->holders.at[i].from_day > hold->from_day)
            return fail(w, ERR_BAD_INPUT, "right.hold_before");
    TRY(duties_apart(w, core, hold));
    const Saying s = { .verb = VERB_PERSON_HOLD,
                       .unit = row.unit,
                       .seat = hold->seat,
                       .day = hold->from_day,
                       .last_day = hold->last_day,
                       .person = hold->person,
                       .stand_in = hold->stand_in };
    return say(w, core, &s);
}

int32_t person_new(Work *w, const Core *core)
{
    const Rights *r = core->rights;
    for (;;) {
        uint32_t bits = 0;
        w->env->random(w->env->self, &bits, sizeof bits);
        int32_t person = (int32_t)(bits & 0x7FFFFFFF);
        bool used = person == 0;
        for (size_t i = 0; i < r->holders.n && !used; i++)
            used = r->holders.at[i].person == person;
        if (!used)
            return person;
    }
}

bool person_hold(Work *w, Core *core, int32_t seat, int32_t day, int32_t *ret_person)
{
    const Hold hold = { .seat = seat, .person = person_new(w, core), .from_day = day };
    TRY(person_put(w, core, &hold));
    *ret_person = hold.person;
    return true;
}

bool person_leave(Work *w, Core *core, int32_t seat, int32_t person, int32_t day)
{
    const SeatRow *row = seat_row(core->rights, seat);
    const Rights *r = core->rights;
    bool holds = false, stands_in = true;
    for (size_t i = 0; i < r->holders.n; i++) {
        const HolderRow *h = &r->holders.at[i];
        if (h->seat != seat || h->person != person || h->to_day <= day)
            continue;
        holds = true;
        stands_in = stands_in && h->stand_in;
    }
    bool holder = stands_in && core->seat == seat && core->person &&
                  seat_person(core, seat, work_today(w)) == core->person;
    if (!holder && !acts_with(w, core, DUTY_PEOPLE))
        return denied(w);
    if (!row || !holds)
        return fail(w, ERR_NOT_FOUND, "right.not_held");
    const Saying s = {
        .verb = VERB_PERSON_LEAVE, .unit = row->unit, .seat = seat, .day = day, .person = person
    };
    return say(w, core, &s);
}

bool person_told(Work *w, Core *core, int32_t verb, int32_t person)
{
    CHECK(verb == VERB_PERSON_OPEN || verb == VERB_PERSON_LINK || verb == VERB_PERSON_CLOSE);
    if (!acts_with(w, core, DUTY_PEOPLE))
        return denied(w);
    Canon *c = canon_open(w->arena);
    canon_int(c, "person", person);
    Fact fact = { .verb = verb,
                  .unit = UNIT_NONE,
                  .subject = person,
                  .prev = PREV_NONE,
                  .open = canon_bytes(w, c) };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}

/* ---- grants ---- */

/* Nobody gives more than they hold, nor for longer, nor to themselves. */
static bool may_give(Work *w, Core *core, int32_t role, int32_t unit, int32_t day, int32_t last_day)
{
    int32_t end = last_day ? last_day + 1 : DAY_FOREVER;
    if (core->seat == 0 || held_until(core, core->seat, role, unit, day, GRANT_CHAIN - 1) >= end)
        return true;
    return fail(w, ERR_FORBIDDEN, "right.more_than_held");
}

static bool may_get(Work *w, Core *core, int32_t seat, int32_t day, int32_t last_day)
{
    SeatRow row;
    TRY(need_seat(w, core, seat, day, &row));
    if (is_own(core, seat, work_today(w)))
        return fail(w, ERR_BAD_INPUT, "right.not_oneself");
    if (last_day && last_day < day)
        return fail(w, ERR_BAD_INPUT, "right.days_fall");
    return no_duty(w, core, seat);
}

bool grant_give_until(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, int32_t day,
                      int32_t last_day)
{
    const Role *found;
    TRY(may_give(w, core, role, unit, day, last_day));
    TRY(may_get(w, core, seat, day, last_day));
    TRY(need_role(w, core, role, unit, day, &found));
    if (found->duty)
        return fail(w, ERR_BAD_INPUT, "right.duty_apart");
    const Saying s = { .verb = VERB_GRANT_GIVE,
                       .unit = unit,
                       .seat = seat,
                       .day = day,
                       .last_day = last_day,
                       .role = role };
    return say(w, core, &s);
}

bool grant_give(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, int32_t day)
{
    return grant_give_until(w, core, seat, unit, role, day, 0);
}

bool grant_read(Work *w, Core *core, int32_t seat, int32_t unit, const Pack *pack, int32_t day,
                int32_t last_day)
{
    int32_t owner = pack_owner_role(pack);
    if (!last_day)
        return fail(w, ERR_BAD_INPUT, "right.read_until");
    if (!owner)
        return denied(w);
    TRY(may_give(w, core, owner, unit, day, last_day));
    TRY(may_get(w, core, seat, day, last_day));
    const Saying s = { .verb = VERB_GRANT_READ,
                       .unit = unit,
                       .seat = seat,
                       .day = day,
                       .last_day = last_day,
                       .role = owner,
                       .pack = pack->name };
    return say(w, core, &s);
}

bool grant_end(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, Str pack, int32_t day)
{
    const GrantRow *found = NULL;
    for (const GrantRow *g = grant_first(core->rights, seat); g; g = grant_after(core->rights, g))
        if (g->unit == unit && str_eq(g->pack, pack) && (pack.n || g->role == role) &&
            g->to_day > day)
            found = g;
    /* Who gave it, or whose own post it is to give (chain 0: nothing that was given counts). */
    bool mine = core->seat == 0 ||
                (found && (found->giver == core->seat ||
                           held_until(core, core->seat, found->role, unit, day, 0) > day));
    if (!mine)
        return denied(w);
    if (!found)
        return fail(w, ERR_NOT_FOUND, "right.no_grant");
    const Saying s = { .verb = VERB_GRANT_END,
                       .unit = unit,
                       .seat = seat,
                       .day = day,
                       .role = found->role,
                       .pack = pack };
    return say(w, core, &s);
}
