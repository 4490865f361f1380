/* Seats, who holds them, and what they may do. All of it from facts; what nothing allows is denied.
 *
 * A seat is a role at a unit ("clerk@220284101"); a person, a random number, holds it from a day
 * on; a grant gives a seat another role or another unit. Seat 0 is the system itself: the command
 * line without --as. */
#include "core/core_int.h"

#include "base/limits.h"

typedef struct RightRow {
    int32_t unit, seat, from_day, role, person;
    int64_t seq;
} RightRow;

struct Rights {
    Arena *arena;
    list_of(RightRow) seats;
    list_of(RightRow) holders;
    list_of(RightRow) grants;
};

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

static RightRow read_row(Stmt *s)
{
    return (RightRow){ .unit = (int32_t)col_int(s, 0),
                       .seat = (int32_t)col_int(s, 1),
                       .from_day = (int32_t)col_int(s, 2),
                       .seq = col_int(s, 3),
                       .role = (int32_t)col_int(s, 4),
                       .person = (int32_t)col_int(s, 5) };
}

bool rights_load(Work *w, Core *core)
{
    rights_close(&core->rights);
    Rights *r = core->rights = rights_open();
    Stmt *seats = db_stmt(w, core_db(core), SQL_SEAT_ALL);
    TRY(seats);
    for (bool row = false; stmt_next(w, seats, &row) && row;)
        *list_push(r->arena, &r->seats) = read_row(seats);
    Stmt *holders = db_stmt(w, core_db(core), SQL_HOLDER_ALL);
    TRY(holders);
    for (bool row = false; stmt_next(w, holders, &row) && row;)
        *list_push(r->arena, &r->holders) = read_row(holders);
    Stmt *grants = db_stmt(w, core_db(core), SQL_GRANT_ALL);
    TRY(grants);
    for (bool row = false; stmt_next(w, grants, &row) && row;)
        *list_push(r->arena, &r->grants) = read_row(grants);
    return w->err.code == ERR_NONE;
}

/* ---- facts ---- */

static bool put_row(Work *w, Core *core, enum SqlId id, const RightRow *row)
{
    Stmt *s = db_stmt(w, core_db(core), id);
    TRY(s);
    const int64_t values[] = { row->unit,   row->seat, row->from_day, row->seq,
                               DAY_FOREVER, row->role, row->person };
    for (int i = 0; i < 7; i++)
        stmt_int(s, i + 1, values[i]);
    return stmt_run(w, s);
}

bool right_apply(Work *w, Core *core, const Fact *fact)
{
    Rights *r = core->rights;
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t day = 0, seat = 0, role = 0, person = 0;
    bool ok = canon_get_int(v, "day", &day) && canon_get_int(v, "seat", &seat);
    if (fact->verb == VERB_PERSON_HOLD)
        ok = ok && canon_get_int(v, "person", &person);
    else
        ok = ok && canon_get_int(v, "role", &role);
    if (!ok)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    RightRow row = { .unit = fact->unit,
                     .seat = (int32_t)seat,
                     .from_day = (int32_t)day,
                     .role = (int32_t)role,
                     .person = (int32_t)person,
                     .seq = fact->seq };
    if (fact->verb == VERB_SEAT_CREATE) {
        TRY(put_row(w, core, SQL_SEAT_PUT, &row));
        *list_push(r->arena, &r->seats) = row;
    } else if (fact->verb == VERB_PERSON_HOLD) {
        TRY(put_row(w, core, SQL_HOLDER_PUT, &row));
        *list_push(r->arena, &r->holders) = row;
    } else {
        TRY(put_row(w, core, SQL_GRANT_PUT, &row));
        *list_push(r->arena, &r->grants) = row;
    }
    return true;
}

static bool put_fact(Work *w, Core *core, int32_t verb, int32_t unit, int32_t seat, int32_t day,
                     const char *key, int64_t value)
{
    Canon *c = canon_open(w->arena);
    canon_int(c, "day", day);
    canon_int(c, key, value);
    canon_int(c, "seat", seat);
    Fact fact = {
        .verb = verb, .unit = unit, .subject = seat, .prev = PREV_NONE, .open = canon_bytes(w, c)
    };
    TRY(fact.open.n);
    return core_put(w, core, &fact);
}

static const RightRow *seat_row(const Rights *r, int32_t seat)
{
    for (size_t i = 0; i < r->seats.n; i++)
        if (r->seats.at[i].seat == seat)
            return &r->seats.at[i];
    return NULL;
}

static const Role *role_numbered(const PackSet *set, int32_t number)
{
    for (size_t i = 0; i < set->role_count; i++)
        if (set->roles[i]->number == number)
            return set->roles[i];
    return NULL;
}

/* A role stands only at the kinds its pack names. */
static bool role_fits(Work *w, Core *core, int32_t role, int32_t unit, int32_t day)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    const Role *r = role_numbered(set, role);
    int32_t kind = unit_kind(core->units, unit, day, KNOWN_NOW);
    for (size_t i = 0; r && i < r->kind_count; i++)
        if (r->kinds[i]->number == kind)
            return true;
    Str name = r ? r->title : STR("?");
    Str where = unit_name(core->units, unit, day, KNOWN_NOW);
    return fail(w, ERR_BAD_INPUT, "right.role_not_here role=%.*s unit=%.*s", STR_ARG(name),
                STR_ARG(where));
}

static bool holds(const Rights *r, int32_t seat, int32_t role, int32_t unit, int32_t day)
{
    const RightRow *own = seat_row(r, seat);
    if (own && own->role == role && own->unit == unit && own->from_day <= day)
        return true;
    for (size_t i = 0; i < r->grants.n; i++) {
        const RightRow *g = &r->grants.at[i];
        if (g->seat == seat && g->role == role && g->unit == unit && g->from_day <= day)
            return true;
    }
    return false;
}

/* Holds the role at the unit or at one above it. */
static bool holds_above(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day)
{
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (holds(core->rights, seat, role, unit, day))
            return true;
        unit = unit_parent(core->units, unit, 0, day, KNOWN_NOW);
    }
    return false;
}

/* Nobody gives more than they hold: the acting seat has the role there, or above. */
static bool may_give(Work *w, Core *core, int32_t role, int32_t unit, int32_t day)
{
    if (core->seat == 0 || holds_above(core, core->seat, role, unit, day))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.more_than_held");
}

bool seat_create(Work *w, Core *core, int32_t unit, int32_t role, int32_t day, int32_t *ret_seat)
{
    TRY(role_fits(w, core, role, unit, day));
    TRY(may_give(w, core, role, unit, day));
    int32_t seat = 1;
    for (size_t i = 0; i < core->rights->seats.n; i++) {
        const RightRow *r = &core->rights->seats.at[i];
        if (r->unit == unit && r->role == role)
            return fail(w, ERR_CONFLICT, "right.seat_exists");
        if (r->seat >= seat)
            seat = r->seat + 1;
    }
    TRY(put_fact(w, core, VERB_SEAT_CREATE, unit, seat, day, "role", role));
    *ret_seat = seat;
    return true;
}

static bool person_used(const Rights *r, int32_t person)
{
    for (size_t i = 0; i < r->holders.n; i++)
        if (r->holders.at[i].person == person)
            return true;
    return false;
}

bool person_hold(Work *w, Core *core, int32_t seat, int32_t day, int32_t *ret_person)
{
    const RightRow *row = seat_row(core->rights, seat);
    if (!row)
        return fail(w, ERR_NOT_FOUND, "right.seat_unknown seat=%d", seat);
    TRY(may_give(w, core, row->role, row->unit, day));
    int32_t person = 0;
    while (person <= 0 || person_used(core->rights, person)) {
        uint32_t bits = 0;
        w->env->random(w->env->self, &bits, sizeof bits);
        person = (int32_t)(bits & 0x7FFFFFFF);
    }
    TRY(put_fact(w, core, VERB_PERSON_HOLD, row->unit, seat, day, "person", person));
    *ret_person = person;
    return true;
}

bool grant_give(Work *w, Core *core, int32_t seat, int32_t unit, int32_t role, int32_t day)
{
    if (!seat_row(core->rights, seat))
        return fail(w, ERR_NOT_FOUND, "right.seat_unknown seat=%d", seat);
    TRY(role_fits(w, core, role, unit, day));
    TRY(may_give(w, core, role, unit, day));
    return put_fact(w, core, VERB_GRANT_GIVE, unit, seat, day, "role", role);
}

/* ---- finding ---- */

bool seat_find(Work *w, Core *core, Str name, Seat *ret)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    Str rest = name;
    Str role_name = { 0 };
    int32_t today = work_today(w);
    (void)str_next(&rest, '@', &role_name);
    const Role *role = rest.p ? set_role(set, role_name) : NULL;
    int32_t unit = role ? unit_find_code(core->units, rest, today, KNOWN_NOW) : UNIT_NONE;
    for (size_t i = 0; unit != UNIT_NONE && i < core->rights->seats.n; i++) {
        const RightRow *r = &core->rights->seats.at[i];
        if (r->unit != unit || r->role != role->number)
            continue;
        Str where = unit_name(core->units, unit, today, KNOWN_NOW);
        Str title = str_printf(w->arena, "%.*s%.*s", STR_ARG(where), STR_ARG(role->title));
        *ret = (Seat){ r->seat, unit, role->number, title };
        return true;
    }
    return fail(w, ERR_NOT_FOUND, "right.no_such_seat name=%.*s", STR_ARG(name));
}

Duty seat_duty(Work *w, Core *core, int32_t seat)
{
    const RightRow *row = seat_row(core->rights, seat);
    const PackSet *set = row ? packs_set(w, core, KNOWN_NOW) : NULL;
    for (size_t i = 0; set && i < set->role_count; i++)
        if (set->roles[i]->number == row->role)
            return set->roles[i]->duty;
    return DUTY_NONE;
}

int32_t seat_person(const Core *core, int32_t seat, int32_t day)
{
    const RightRow *best = NULL;
    for (size_t i = 0; i < core->rights->holders.n; i++) {
        const RightRow *r = &core->rights->holders.at[i];
        if (r->seat == seat && r->from_day <= day && (!best || r->from_day >= best->from_day))
            best = r;
    }
    return best ? best->person : 0;
}

/* ---- judging ---- */

static bool kind_among(const Kind *const *kinds, size_t n, int32_t kind)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i]->number == kind)
            return true;
    return false;
}

/* ROLE at KIND: whoever holds it at the nearest unit of that kind, from the row's unit upward. */
static bool who_holds(Core *core, const Who1 *who, int32_t tree, int32_t seat, int32_t unit,
                      int32_t day)
{
    const Kind *const *kinds = who->kinds;
    size_t n = who->kind_count;
    if (!n) {
        kinds = who->role->kinds;
        n = who->role->kind_count;
    }
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (kind_among(kinds, n, unit_kind(core->units, unit, day, KNOWN_NOW)))
            return holds(core->rights, seat, who->role->number, unit, day);
        unit = unit_parent(core->units, unit, tree, day, KNOWN_NOW);
    }
    return false;
}

static bool who_is(Core *core, const Book *book, const Who *who, int32_t seat, int32_t unit,
                   int32_t day)
{
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    for (size_t i = 0; i < who->n; i++) {
        if (!who->any[i].role && str_is(who->any[i].word, "anyone"))
            return true;
        if (who->any[i].role && who_holds(core, &who->any[i], tree, seat, unit, day))
            return true;
    }
    return false;
}

static bool any_access(Core *core, const Book *book, const Access *access, size_t n, int32_t seat,
                       int32_t unit, int32_t day)
{
    for (size_t i = 0; i < n; i++)
        if (who_is(core, book, &access[i].who, seat, unit, day))
            return true;
    return false;
}

/* A unit that ended is answered for by those who hold its successors. */
static bool access_at(Work *w, Core *core, const Book *book, const Access *access, size_t n,
                      int32_t seat, int32_t unit, int32_t day)
{
    if (any_access(core, book, access, n, seat, unit, day))
        return true;
    if (unit_alive(core->units, unit, day, KNOWN_NOW))
        return false;
    Shares next = { 0 };
    unit_forward(w->arena, core->units, unit, day, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n; i++)
        if (any_access(core, book, access, n, seat, next.at[i].unit, day))
            return true;
    return false;
}

static const Book *rights_book(const Book *book)
{
    while (book->form == BOOK_UNDER && !book->write_count && book->parent)
        book = book->parent; /* a detail row is its parent's */
    return book;
}

bool right_check(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, int32_t day)
{
    const Book *b = rights_book(book);
    if (seat == 0 || access_at(w, core, b, b->writes, b->write_count, seat, unit, day))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

bool right_check_read(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit,
                      int32_t day)
{
    const Book *b = rights_book(book);
    if (seat == 0 || access_at(w, core, b, b->reads, b->read_count, seat, unit, day) ||
        access_at(w, core, b, b->writes, b->write_count, seat, unit, day))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

/* The move of the book's flow that confirms, or that gives back: `-> filed` of what is there. A
 * flow that says nothing of giving back leaves it to who confirms. */
static const FlowMove *move_of(const Book *book, RecordState to)
{
    const Flow *flow = rights_book(book)->flow_type;
    const FlowMove *confirm = NULL;
    for (size_t i = 0; flow && i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        bool back =
            str_is(m->to, "returned") || (str_is(m->to, "filed") && !str_is(m->from, "new"));
        if (to == RECORD_RETURNED && back)
            return m;
        if (str_is(m->to, "confirmed") && !confirm)
            confirm = m;
    }
    return confirm;
}

bool move_bars_author(const Book *book, RecordState to)
{
    const FlowMove *move = to == RECORD_VOID ? NULL : move_of(book, to);
    return move && move->by.not_author;
}

static bool by_author(const Who *by)
{
    for (size_t i = 0; i < by->n; i++)
        if (!by->any[i].role && str_is(by->any[i].word, "author"))
            return true;
    return false;
}

bool right_check_move(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit,
                      int32_t author, RecordState to, int32_t day)
{
    if (seat == 0)
        return true;
    if (to == RECORD_VOID)
        return right_check(w, core, seat, book, unit, day);
    const FlowMove *move = move_of(book, to);
    const Book *b = rights_book(book);
    bool own = seat == author;
    if (move && !(own && move->by.not_author)) {
        const Access by = { .who = move->by };
        if ((own && by_author(&move->by)) || access_at(w, core, b, &by, 1, seat, unit, day))
            return true;
    }
    return fail(w, ERR_FORBIDDEN, "right.denied");
}
