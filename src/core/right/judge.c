/* What a seat may do. What nothing allows is denied; a seat with a duty reads and writes no record.
 */
#include "core/right/right_int.h"

/* ---- holding ---- */

bool grant_counts(Core *core, const GrantRow *grant, int32_t day, int chain)
{
    if (!grant_runs(grant, day) || chain <= 0)
        return false;
    if (grant->giver == 0)
        return true;
    return held_until(core, grant->giver, grant->role, grant->unit, day, chain - 1) > day;
}

static int32_t held_here(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day,
                         int chain)
{
    const SeatRow *own = seat_row(core->rights, seat);
    int32_t best = own->role == role && own->unit == unit ? own->to_day : DAY_MIN;
    for (const GrantRow *g = grant_first(core->rights, seat); g; g = grant_after(core->rights, g)) {
        if (g->role != role || g->unit != unit || g->pack.n || !grant_counts(core, g, day, chain))
            continue;
        int32_t end = g->giver ? held_until(core, g->giver, role, unit, day, chain - 1) : g->to_day;
        end = end < g->to_day ? end : g->to_day;
        best = end > best ? end : best;
    }
    return best < own->to_day ? best : own->to_day;
}

int32_t held_until(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day, int chain)
{
    int32_t best = DAY_MIN;
    if (!seat_answers(core, seat, day))
        return best;
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        int32_t here = held_here(core, seat, role, unit, day, chain);
        best = here > best ? here : best;
        unit = unit_parent(core->units, unit, 0, day, KNOWN_NOW);
    }
    return best;
}

bool holds_at(Core *core, int32_t seat, int32_t role, int32_t unit, int32_t day,
              const GrantRow **ret_grant)
{
    const SeatRow *own = seat_row(core->rights, seat);
    if (!seat_answers(core, seat, day))
        return false;
    *ret_grant = NULL;
    if (own->role == role && own->unit == unit)
        return true;
    for (const GrantRow *g = grant_first(core->rights, seat); g; g = grant_after(core->rights, g))
        if (g->role == role && g->unit == unit && !g->pack.n &&
            grant_counts(core, g, day, GRANT_CHAIN)) {
            *ret_grant = g;
            return true;
        }
    return false;
}

void seat_roles(Work *w, Core *core, int32_t seat, int32_t day, RoleAt **ret, size_t *ret_n)
{
    const SeatRow *own = seat_row(core->rights, seat);
    list_of(RoleAt) list = { 0 };
    if (seat_answers(core, seat, day)) {
        *list_push(w->arena, &list) = (RoleAt){ own->role, own->unit };
        const GrantRow *g = grant_first(core->rights, seat);
        for (; g; g = grant_after(core->rights, g))
            if (!g->pack.n && grant_counts(core, g, day, GRANT_CHAIN))
                *list_push(w->arena, &list) = (RoleAt){ g->role, g->unit };
    }
    *ret = list.at;
    *ret_n = list.n;
}

int32_t pack_owner_role(const Pack *pack)
{
    for (size_t i = 0; i < pack->owned_by.n; i++)
        if (pack->owned_by.any[i].role && !pack->owned_by.any[i].role->duty)
            return pack->owned_by.any[i].role->number;
    return 0;
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
                      int32_t day, const GrantRow **ret_grant)
{
    const Kind *const *kinds = who->kinds;
    size_t n = who->kind_count;
    if (who->at == WHO_AT_OWNER)
        return holds_at(core, seat, who->role->number, unit, day, ret_grant);
    if (who->at != WHO_AT_KINDS)
        return false; /* hangs on the row of a case, which case_may_read() looks at */
    if (!n) {
        kinds = who->role->kinds;
        n = who->role->kind_count;
    }
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (kind_among(kinds, n, unit_kind(core->units, unit, day, KNOWN_NOW)))
            return holds_at(core, seat, who->role->number, unit, day, ret_grant);
        unit = unit_parent(core->units, unit, tree, day, KNOWN_NOW);
    }
    return false;
}

bool access_lets(Core *core, const Book *book, const Access *access, int32_t seat, int32_t unit,
                 int32_t day, const GrantRow **ret_grant)
{
    const Who *who = &access->who;
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    /* `write anyone` of cases says who raises one; it opens nobody else's. */
    bool opens = book->cases && access >= book->writes && access < book->writes + book->write_count;
    for (size_t i = 0; i < who->n; i++) {
        if (!who->any[i].role && str_is(who->any[i].word, "anyone") && !opens &&
            seat_answers(core, seat, day))
            return true;
        if (who->any[i].role && who_holds(core, &who->any[i], tree, seat, unit, day, ret_grant))
            return true;
    }
    return false;
}

static bool any_access(Core *core, const Book *book, const Access *access, size_t n, int32_t seat,
                       int32_t unit, int32_t day)
{
    const GrantRow *grant = NULL;
    for (size_t i = 0; i < n; i++)
        if (access_lets(core, book, &access[i], seat, unit, day, &grant))
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

const Book *rights_book(const Book *book)
{
    while (book->form == BOOK_UNDER && !book->write_count && book->parent)
        book = book->parent; /* a detail row is its parent's */
    return book;
}

/* Reading and writing begin here: the system itself may, a seat with a duty may not. */
static bool judged_by_seat(Work *w, Core *core, int32_t seat, bool *ret_refused)
{
    *ret_refused = seat != 0 && seat_duty(w, core, seat) != DUTY_NONE;
    return seat != 0 && !*ret_refused && w->err.code == ERR_NONE;
}

bool right_check(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, int32_t day)
{
    const Book *b = rights_book(book);
    bool refused;
    if (!judged_by_seat(w, core, seat, &refused) && !refused)
        return w->err.code == ERR_NONE;
    if (!refused && (PLANTED("write_right") ||
                     access_at(w, core, b, b->writes, b->write_count, seat, unit, day)))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

/* The pack was opened to the seat at the unit or above it. */
static const GrantRow *reads_pack_here(Core *core, const Book *book, int32_t seat, int32_t unit,
                                       int32_t day)
{
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        const GrantRow *g = grant_first(core->rights, seat);
        for (; g; g = grant_after(core->rights, g))
            if (g->unit == unit && str_eq(g->pack, book->pack->name) &&
                grant_counts(core, g, day, GRANT_CHAIN))
                return g;
        unit = unit_parent(core->units, unit, tree, day, KNOWN_NOW);
    }
    return NULL;
}

const GrantRow *reads_pack(Work *w, Core *core, const Book *book, int32_t seat, int32_t unit,
                           int32_t day)
{
    if (!seat_answers(core, seat, day) || !grant_first(core->rights, seat))
        return NULL;
    const GrantRow *found = reads_pack_here(core, book, seat, unit, day);
    if (found || unit_alive(core->units, unit, day, KNOWN_NOW))
        return found;
    Shares next = { 0 };
    unit_forward(w->arena, core->units, unit, day, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n && !found; i++)
        found = reads_pack_here(core, book, seat, next.at[i].unit, day);
    return found;
}

/* ---- reading, field by field ---- */

static void see_all(const Book *book, uint64_t *mask, Sight *ret, bool private_too)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (private_too || !field_is_private(book->fields[i]))
            mask[book->fields[i]->number / 64] |= UINT64_C(1) << (book->fields[i]->number % 64);
    ret->any = ret->all = true;
}

/* Lines that name fields name those of their own book: of a detail row they give nothing. */
static void see_lines(Work *w, Core *core, const Book *book, int32_t seat, int32_t unit,
                      int32_t day, uint64_t *mask, Sight *ret)
{
    const Book *b = rights_book(book);
    for (size_t i = 0; i < b->read_count && w->err.code == ERR_NONE; i++) {
        const Access *line = &b->reads[i];
        if ((line->field_count && book != b) || !access_at(w, core, b, line, 1, seat, unit, day))
            continue;
        if (!line->field_count || PLANTED("field_limits")) {
            see_all(book, mask, ret, true);
            continue;
        }
        ret->any = true;
        for (size_t k = 0; k < line->field_count; k++)
            mask[line->fields[k]->number / 64] |= UINT64_C(1) << (line->fields[k]->number % 64);
    }
}

bool right_fields(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, int32_t day,
                  Sight *ret)
{
    const Book *b = rights_book(book);
    uint64_t *mask = arena_array(w->arena, uint64_t, (size_t)book->field_room / 64 + 1);
    bool refused;
    *ret = (Sight){ .mask = mask };
    bool judged = judged_by_seat(w, core, seat, &refused);
    if (w->err.code != ERR_NONE || refused)
        return w->err.code == ERR_NONE;
    if (!judged || PLANTED("read_right") ||
        access_at(w, core, b, b->writes, b->write_count, seat, unit, day))
        see_all(book, mask, ret, true);
    else
        see_lines(w, core, book, seat, unit, day, mask, ret);
    if (!ret->all && reads_pack(w, core, b, seat, unit, day))
        see_all(book, mask, ret, false);
    return w->err.code == ERR_NONE;
}

bool right_check_read(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit,
                      int32_t day)
{
    Sight sight;
    TRY(right_fields(w, core, seat, book, unit, day, &sight));
    return sight.any || fail(w, ERR_FORBIDDEN, "right.denied");
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
    const FlowMove *move = seat_duty(w, core, seat) == DUTY_NONE ? move_of(book, to) : NULL;
    const Book *b = rights_book(book);
    bool own = seat == author;
    if (move && !(own && move->by.not_author)) {
        const Access by = { .who = move->by };
        if (PLANTED("move_right") ||
            (own && by_author(&move->by) && seat_answers(core, seat, day)) ||
            access_at(w, core, b, &by, 1, seat, unit, day))
            return true;
    }
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

static bool names_field(const Access *access, const Field *field)
{
    for (size_t i = 0; i < access->field_count; i++)
        if (access->fields[i] == field)
            return true;
    return false;
}

static bool says_anyone(const Who *who)
{
    for (size_t i = 0; i < who->n; i++)
        if (!who->any[i].role && str_is(who->any[i].word, "anyone"))
            return true;
    return false;
}

/* `read WHO : field` leaves the field to those alone. Where no line names it, whoever the book
 * names as a reader or a writer may ask; `anyone` is nobody here, nor is a grant to read a pack. */
bool right_check_private(Work *w, Core *core, int32_t seat, const Book *book, const Field *field,
                         int32_t unit, int32_t day)
{
    const Book *b = rights_book(book);
    Access *named = arena_array(w->arena, Access, b->read_count + b->write_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < b->read_count; i++)
        if (names_field(&b->reads[i], field))
            named[n++] = b->reads[i];
    bool listed = n > 0;
    for (size_t i = 0; !listed && i < b->read_count; i++)
        if (!b->reads[i].field_count && !says_anyone(&b->reads[i].who))
            named[n++] = b->reads[i];
    for (size_t i = 0; !listed && i < b->write_count; i++)
        if (!says_anyone(&b->writes[i].who))
            named[n++] = b->writes[i];
    bool none = seat == 0 || seat_duty(w, core, seat) != DUTY_NONE;
    if (w->err.code != ERR_NONE)
        return false;
    if (!none && (PLANTED("private_show") || access_at(w, core, b, named, n, seat, unit, day)))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.denied");
}
