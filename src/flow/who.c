/* Who may move a case, who is told of it, who reads it. Every `who` of a flow comes down to roles
 * at units; a seat fits when it holds one of them that day, its own or given to it. */
#include "base/limits.h"
#include "flow/flow_int.h"

typedef list_of(RoleAt) Targets;
typedef struct Spot { /* a row, or one about to be */
    Work *w;
    Core *core;
    const Book *book;
    const RecordRow *row; /* NULL = nothing known but the unit */
    int32_t unit, day;
} Spot;

/* ---- units that answer ---- */

int32_t unit_answering(Work *w, Core *core, int32_t unit, int32_t day)
{
    if (unit == UNIT_NONE || unit_alive(core->units, unit, day, KNOWN_NOW))
        return unit;
    Shares next = { 0 };
    const Share *best = NULL;
    unit_forward(w->arena, core->units, unit, day, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n; i++)
        if (!best || next.at[i].num * best->den > best->num * next.at[i].den)
            best = &next.at[i];
    return best ? best->unit : unit;
}

bool units_answering(Work *w, Core *core, int32_t unit, int32_t day, Shares *ret)
{
    *ret = (Shares){ 0 };
    if (unit == UNIT_NONE)
        return true;
    *list_push(w->arena, ret) = (Share){ unit, 1, 1 };
    if (unit_alive(core->units, unit, day, KNOWN_NOW))
        return true;
    Shares next = { 0 };
    unit_forward(w->arena, core->units, unit, day, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n; i++)
        *list_push(w->arena, ret) = next.at[i];
    return true;
}

int32_t seat_unit(const Core *core, int32_t seat)
{
    size_t n = 0;
    const SeatRow *rows = rights_seats(core, &n);
    return seat > 0 && (size_t)seat <= n ? rows[seat - 1].unit : UNIT_NONE;
}

bool field_unit(const RecordRow *row, const Field *field, int32_t *ret)
{
    *ret = UNIT_NONE;
    if (!row || !row->known || field->computed || !row_known(row, field->number))
        return false;
    *ret = (int32_t)row->nums[field->number];
    return true;
}

/* ---- roles at units ---- */

static void push_at(const Spot *s, int32_t role, int32_t unit, Targets *out)
{
    Shares units;
    (void)units_answering(s->w, s->core, unit, s->day, &units);
    for (size_t i = 0; i < units.n; i++)
        *list_push(s->w->arena, out) = (RoleAt){ role, units.at[i].unit };
}

static bool kind_among(const Kind *const *kinds, size_t n, int32_t kind)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i]->number == kind)
            return true;
    return false;
}

/* ROLE at KIND: at the nearest unit of that kind, from the row's owner upward. */
static void push_nearest(const Spot *s, const Who1 *one, Targets *out)
{
    const Kind *const *kinds = one->kind_count ? one->kinds : one->role->kinds;
    size_t n = one->kind_count ? one->kind_count : one->role->kind_count;
    int32_t tree = s->book->pack->tree ? s->book->pack->tree->number : 0;
    Shares from;
    (void)units_answering(s->w, s->core, s->unit, s->day, &from);
    for (size_t i = 0; i < from.n; i++) {
        int32_t unit = from.at[i].unit;
        for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
            if (kind_among(kinds, n, unit_kind(s->core->units, unit, s->day, KNOWN_NOW))) {
                *list_push(s->w->arena, out) = (RoleAt){ one->role->number, unit };
                break;
            }
            unit = unit_parent(s->core->units, unit, tree, s->day, KNOWN_NOW);
        }
    }
}

static void push_roles(const Who *who, Arena *arena, Targets *out)
{
    for (size_t i = 0; i < who->n; i++) {
        const Role *role = who->any[i].role;
        bool there = !role || role->duty;
        for (size_t k = 0; k < out->n && !there; k++)
            there = out->at[k].role == role->number;
        if (!there)
            *list_push(arena, out) = (RoleAt){ role->number, UNIT_NONE };
    }
}

/* The roles that a flow, or its book's lines of writing, name: those of them who sit at the holder
 * are the holder. */
static void roles_of(const Book *book, Arena *arena, Targets *out)
{
    const Flow *flow = book->flow_type;
    for (size_t i = 0; flow && i < flow->move_count; i++)
        push_roles(&flow->moves[i].by, arena, out);
    for (size_t i = 0; flow && i < flow->clock_count; i++)
        for (size_t k = 0; k < flow->clocks[i].late_count; k++)
            push_roles(&flow->clocks[i].late[k].tell, arena, out);
    while (book->form == BOOK_UNDER && !book->write_count && book->parent)
        book = book->parent; /* a detail row is its parent's */
    for (size_t i = 0; i < book->write_count; i++)
        push_roles(&book->writes[i].who, arena, out);
}

static void push_holder(const Spot *s, int32_t holder, Targets *out)
{
    Targets roles = { 0 };
    roles_of(s->book, s->w->arena, &roles);
    for (size_t i = 0; i < roles.n; i++)
        push_at(s, roles.at[i].role, holder, out);
}

/* The post that raised it, whoever sits there now. */
static void push_reporter(const Spot *s, Targets *out)
{
    const MoveRow *first = s->row && s->row->cas ? &s->row->cas->moves[0] : NULL;
    size_t n = 0;
    const SeatRow *seats = rights_seats(s->core, &n);
    if (first && first->seat > 0 && (size_t)first->seat <= n)
        push_at(s, seats[first->seat - 1].role, seats[first->seat - 1].unit, out);
}

static bool parent_of(const Spot *s, Spot *ret)
{
    *ret = *s;
    if (!s->row || !s->row->parent || !s->book->parent)
        return false;
    ret->book = s->book->parent;
    ret->row = record_find(s->w, s->core, ret->book, s->unit, 0, s->row->parent, KNOWN_NOW);
    if (ret->row)
        ret->unit = ret->row->unit;
    return ret->row != NULL;
}

static bool is_word(const Who1 *one, const char *word)
{
    return !one->role && str_is(one->word, word);
}

/* Roles at units that this clause names; `anyone`, `resident`, `system` name none. */
static void targets_of(const Spot *given, const Who1 *one, Targets *out)
{
    Spot s = *given;
    int32_t unit;
    if (one->of_parent && !parent_of(given, &s))
        return;
    const CaseRow *cas = s.row ? s.row->cas : NULL;
    if (is_word(one, "holder") && cas)
        push_holder(&s, cas->holder, out);
    else if (is_word(one, "reporter") || is_word(one, "author"))
        push_reporter(&s, out);
    if (!one->role)
        return;
    switch (one->at) {
    case WHO_AT_KINDS: push_nearest(&s, one, out); return;
    case WHO_AT_OWNER: push_at(&s, one->role->number, s.unit, out); return;
    case WHO_AT_HOLDER:
        if (cas)
            push_at(&s, one->role->number, cas->holder, out);
        return;
    case WHO_AT_FIELD:
        if (field_unit(s.row, one->at_field, &unit))
            push_at(&s, one->role->number, unit, out);
        return;
    }
}

static bool holds_any(const RoleAt *roles, size_t n, const Targets *targets)
{
    for (size_t i = 0; i < targets->n; i++)
        for (size_t k = 0; k < n; k++)
            if (roles[k].role == targets->at[i].role && roles[k].unit == targets->at[i].unit)
                return true;
    return false;
}

/* ---- except ---- */

/* Persons count, in whatever seat they act; where no person is known, seats. */
static bool same_actor(const MoveRow *m, const CaseActor *actor)
{
    if (actor->kind == ACTOR_SYSTEM || m->actor == ACTOR_SYSTEM)
        return false;
    if (!actor->seat || !m->seat)
        return actor->seat == m->seat; /* the resident who has the secret */
    return m->person && actor->person ? m->person == actor->person : m->seat == actor->seat;
}

bool who_barred(const FlowMove *move, const RecordRow *row, const CaseActor *actor)
{
    const CaseRow *cas = row ? row->cas : NULL;
    for (size_t i = 0; cas && i < cas->move_n; i++) {
        bool barred = i == 0 && move->by.not_author;
        for (size_t k = 0; k < move->by.except_count; k++)
            barred = barred || move->by.except[k]->number == cas->moves[i].to;
        if (barred && same_actor(&cas->moves[i], actor))
            return !PLANTED("case_own_answer");
    }
    return false;
}

/* ---- may ---- */

static bool raised_by(const RecordRow *row, const CaseActor *actor)
{
    const MoveRow *first = row && row->cas ? &row->cas->moves[0] : NULL;
    if (!first)
        return false;
    if (actor->kind == ACTOR_REPORTER && !actor->seat)
        return first->actor == ACTOR_REPORTER && !first->seat;
    return first->seat && first->person && first->person == actor->person;
}

static bool resident_may(const FlowMove *move, const Spot *s, const CaseActor *actor)
{
    for (size_t i = 0; i < move->by.n; i++) {
        const Who1 *one = &move->by.any[i];
        if (is_word(one, "resident") && (move->is_new || raised_by(s->row, actor)))
            return true;
        if (is_word(one, "reporter") && !one->of_parent && raised_by(s->row, actor))
            return true;
    }
    return false;
}

static bool system_may(const FlowMove *move)
{
    for (size_t i = 0; i < move->by.n; i++)
        if (is_word(&move->by.any[i], "system"))
            return true;
    return move->is_new; /* it brings in what was kept elsewhere before */
}

static bool seat_may(const FlowMove *move, const Spot *s, const CaseActor *actor, Actor *ret_as)
{
    RoleAt *roles = NULL;
    size_t n = 0;
    if (seat_duty(s->w, s->core, actor->seat) != DUTY_NONE)
        return false;
    seat_roles(s->w, s->core, actor->seat, s->day, &roles, &n);
    for (size_t i = 0; n && i < move->by.n; i++) {
        const Who1 *one = &move->by.any[i];
        Targets targets = { 0 };
        targets_of(s, one, &targets);
        bool reporter = is_word(one, "reporter") && !one->of_parent;
        bool may = is_word(one, "anyone") || holds_any(roles, n, &targets) ||
                   ((reporter || is_word(one, "author")) && raised_by(s->row, actor)) ||
                   PLANTED("case_right");
        if (!may)
            continue;
        *ret_as = reporter ? ACTOR_REPORTER : ACTOR_SEAT;
        return true;
    }
    return false;
}

bool flow_who(Work *w, Core *core, const FlowMove *move, const Book *book, int32_t unit,
              const RecordRow *row, const CaseActor *actor, int32_t day, bool *ret, Actor *ret_as)
{
    ARENA_SCOPE(w->arena);
    const Spot s = { w, core, book, row, unit, day };
    *ret = false;
    if (actor->kind == ACTOR_SYSTEM || (actor->kind == ACTOR_SEAT && !actor->seat)) {
        *ret = system_may(move);
        *ret_as = ACTOR_SYSTEM;
    } else if (actor->kind == ACTOR_REPORTER && !actor->seat) {
        *ret = resident_may(move, &s, actor);
        *ret_as = ACTOR_REPORTER;
    } else {
        *ret = seat_may(move, &s, actor, ret_as);
    }
    *ret = *ret && !who_barred(move, row, actor);
    return w->err.code == ERR_NONE;
}

/* ---- seats named ---- */

static bool among_targets(const Targets *targets, int32_t role, int32_t unit)
{
    for (size_t i = 0; i < targets->n; i++)
        if (targets->at[i].role == role && targets->at[i].unit == unit)
            return true;
    return false;
}

typedef list_of(int32_t) Seats;

static void add_seat(const Spot *s, const Targets *targets, int32_t seat, Seats *out)
{
    RoleAt *roles = NULL;
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i] == seat)
            return;
    seat_roles(s->w, s->core, seat, s->day, &roles, &n);
    if (holds_any(roles, n, targets))
        *list_push(s->w->arena, out) = seat;
}

bool flow_seats(Work *w, Core *core, const Who *who, const Book *book, const RecordRow *row,
                int32_t day, int32_t **ret, size_t *ret_n)
{
    const Spot s = { w, core, book, row, row->unit, day };
    const FlowMove exceptions = { .by = *who };
    Targets targets = { 0 };
    Seats found = { 0 };
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < who->n; i++)
        targets_of(&s, &who->any[i], &targets);
    const SeatRow *seats = rights_seats(core, &n);
    for (size_t i = 0; targets.n && i < n; i++)
        if (among_targets(&targets, seats[i].role, seats[i].unit))
            add_seat(&s, &targets, seats[i].seat, &found);
    const GrantRow *grants = rights_grants(core, &n);
    for (size_t i = 0; targets.n && i < n; i++)
        if (!grants[i].pack.n && among_targets(&targets, grants[i].role, grants[i].unit))
            add_seat(&s, &targets, grants[i].seat, &found);
    for (size_t i = 0; i < found.n; i++) {
        const CaseActor actor = { ACTOR_SEAT, found.at[i], seat_person(core, found.at[i], day) };
        if (!who_barred(&exceptions, row, &actor))
            found.at[kept++] = found.at[i];
    }
    *ret = found.at;
    *ret_n = kept;
    return w->err.code == ERR_NONE;
}

bool flow_names(Work *w, Core *core, const Who *who, const Book *book, const RecordRow *row,
                int32_t seat, int32_t day, bool *ret)
{
    ARENA_SCOPE(w->arena);
    const Spot s = { w, core, book, row, row->unit, day };
    const FlowMove exceptions = { .by = *who };
    const CaseActor actor = { ACTOR_SEAT, seat, seat_person(core, seat, day) };
    Targets targets = { 0 };
    Seats found = { 0 };
    for (size_t i = 0; i < who->n; i++)
        targets_of(&s, &who->any[i], &targets);
    add_seat(&s, &targets, seat, &found);
    *ret = found.n > 0 && !who_barred(&exceptions, row, &actor);
    return w->err.code == ERR_NONE;
}

/* ---- reading ---- */

/* Holds it, held it, or raised it: whoever answered for it may look it up again. */
static bool had_it(const Spot *s, const RoleAt *roles, size_t n)
{
    const CaseRow *cas = s->row->cas;
    Targets targets = { 0 };
    for (size_t i = 0; i < cas->move_n; i++)
        if (i == 0 || cas->moves[i].holder != cas->moves[i - 1].holder)
            push_holder(s, cas->moves[i].holder, &targets);
    push_reporter(s, &targets);
    return holds_any(roles, n, &targets);
}

static bool moves_it(const Spot *s, const RoleAt *roles, size_t n)
{
    const Flow *flow = s->book->flow_type;
    const FlowState *state = flow_state_number(flow, s->row->cas->state);
    for (size_t i = 0; state && i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        Targets targets = { 0 };
        if (m->is_new || !state_among(m->froms, m->from_count, state))
            continue;
        for (size_t k = 0; k < m->by.n; k++)
            targets_of(s, &m->by.any[k], &targets);
        if (holds_any(roles, n, &targets))
            return true;
    }
    return false;
}

bool case_may_read(Work *w, Core *core, int32_t seat, const Book *book, const RecordRow *row,
                   int32_t day, bool *ret)
{
    ARENA_SCOPE(w->arena);
    Sight sight;
    RoleAt *roles = NULL;
    size_t n = 0;
    TRY(right_fields(w, core, seat, book, row->unit, day, &sight));
    *ret = sight.any;
    if (sight.any || !seat || seat_duty(w, core, seat) != DUTY_NONE)
        return w->err.code == ERR_NONE;
    Spot s = { w, core, book, row, row->unit, day };
    seat_roles(w, core, seat, day, &roles, &n);
    *ret = n && row->cas && (had_it(&s, roles, n) || moves_it(&s, roles, n));
    while (!*ret && n && parent_of(&s, &s)) /* a detail row is its parent's */
        *ret = s.row->cas && (had_it(&s, roles, n) || moves_it(&s, roles, n));
    return w->err.code == ERR_NONE;
}
