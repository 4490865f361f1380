/* Asking about seats and persons, and saying why somebody may. */
#include "core/right/right_int.h"

enum { REASONS_MAX = 24 };

const SeatRow *rights_seats(const Core *core, size_t *ret_n)
{
    *ret_n = core->rights->seats.n;
    return core->rights->seats.at;
}

const HolderRow *rights_holders(const Core *core, size_t *ret_n)
{
    *ret_n = core->rights->holders.n;
    return core->rights->holders.at;
}

const GrantRow *rights_grants(const Core *core, size_t *ret_n)
{
    *ret_n = core->rights->grants.n;
    return core->rights->grants.at;
}

/* ---- seats ---- */

bool seat_find(Work *w, Core *core, Str name, Seat *ret)
{
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    const Rights *r = core->rights;
    Str rest = name;
    Str role_name = { 0 };
    int32_t today = work_today(w);
    (void)str_next(&rest, '@', &role_name);
    const Role *role = rest.p ? set_role(set, role_name) : NULL;
    int32_t unit = role ? unit_find_code_ever(core->units, rest, today) : UNIT_NONE;
    for (size_t i = 0; unit != UNIT_NONE && i < r->seats.n; i++) {
        const SeatRow *s = &r->seats.at[i];
        if (s->unit != unit || s->role != role->number || s->to_day <= today)
            continue;
        Str where = unit_name(core->units, unit, today, KNOWN_NOW);
        Str title = str_printf(w->arena, "%.*s%.*s", STR_ARG(where), STR_ARG(role->title));
        *ret = (Seat){ s->seat, unit, role->number, title };
        return true;
    }
    return fail(w, ERR_NOT_FOUND, "right.no_such_seat name=%.*s", STR_ARG(name));
}

static const Role *role_of(Work *w, Core *core, int32_t seat)
{
    const SeatRow *row = seat_row(core->rights, seat);
    const PackSet *set = row ? packs_set(w, core, KNOWN_NOW) : NULL;
    return set ? role_numbered(set, row->role) : NULL;
}

Str seat_name(Work *w, Core *core, int32_t seat, int32_t day)
{
    const SeatRow *row = seat_row(core->rights, seat);
    const Role *role = role_of(w, core, seat);
    if (!row || !role)
        return STR("");
    Str code = unit_code(core->units, row->unit, day, KNOWN_NOW);
    return str_printf(w->arena, "%.*s@%.*s", STR_ARG(role->name), STR_ARG(code));
}

Duty seat_duty(Work *w, Core *core, int32_t seat)
{
    const Role *role = role_of(w, core, seat);
    return role ? role->duty : DUTY_NONE;
}

/* ---- persons ---- */

static bool holds_on(const HolderRow *h, int32_t day)
{
    return h->from_day <= day && day < h->to_day;
}

int32_t seat_person(const Core *core, int32_t seat, int32_t day)
{
    const Rights *r = core->rights;
    for (size_t i = r->holders.n; i-- > 0;)
        if (r->holders.at[i].seat == seat && !r->holders.at[i].stand_in &&
            holds_on(&r->holders.at[i], day))
            return r->holders.at[i].person;
    return 0;
}

bool seat_held_by(const Core *core, int32_t seat, int32_t person, int32_t day)
{
    const Rights *r = core->rights;
    for (size_t i = 0; i < r->holders.n; i++)
        if (r->holders.at[i].seat == seat && r->holders.at[i].person == person &&
            holds_on(&r->holders.at[i], day))
            return seat_answers(core, seat, day);
    return false;
}

bool seats_of(Work *w, Core *core, int32_t person, int32_t day, int32_t **ret, size_t *ret_n)
{
    const Rights *r = core->rights;
    list_of(int32_t) list = { 0 };
    for (int stand_in = 0; stand_in < 2 && person > 0; stand_in++)
        for (size_t i = 0; i < r->holders.n; i++) {
            const HolderRow *h = &r->holders.at[i];
            if (h->person != person || h->stand_in != stand_in || !holds_on(h, day) ||
                !seat_answers(core, h->seat, day))
                continue;
            bool there = false;
            for (size_t j = 0; j < list.n; j++)
                there = there || list.at[j] == h->seat;
            if (!there)
                *list_push(w->arena, &list) = h->seat;
        }
    *ret = list.at;
    *ret_n = list.n;
    return true;
}

Duty person_duty(Work *w, Core *core, int32_t person, int32_t day)
{
    int32_t *seats;
    size_t n;
    (void)seats_of(w, core, person, day, &seats, &n);
    for (size_t i = 0; i < n; i++) {
        Duty duty = seat_duty(w, core, seats[i]);
        if (duty != DUTY_NONE)
            return duty;
    }
    return DUTY_NONE;
}

/* ---- why ---- */

typedef struct Why {
    Work *w;
    Core *core;
    int32_t day;
    RightReason *at;
    size_t n;
} Why;

static void because(Why *y, int64_t seq, const char *what)
{
    if (y->n < REASONS_MAX)
        y->at[y->n++] = (RightReason){ seq, what };
}

static Str seat_title(Why *y, int32_t seat)
{
    const SeatRow *row = seat_row(y->core->rights, seat);
    const Role *role = role_of(y->w, y->core, seat);
    Str where = row ? unit_name(y->core->units, row->unit, y->day, KNOWN_NOW) : STR("");
    return role ? str_printf(y->w->arena, "%.*s%.*s", STR_ARG(where), STR_ARG(role->title)) : where;
}

static void why_seat(Why *y, int32_t seat)
{
    const Rights *r = y->core->rights;
    const SeatRow *row = seat_row(r, seat);
    Str title = seat_title(y, seat);
    Str since = day_print(y->w->arena, row->from_day);
    because(y, row->seq,
            arena_printf(y->w->arena, "right.why_seat seat=%.*s day=%.*s", STR_ARG(title),
                         STR_ARG(since)));
    for (size_t i = 0; i < r->holders.n; i++) {
        const HolderRow *h = &r->holders.at[i];
        if (h->seat != seat || !holds_on(h, y->day))
            continue;
        const char *id = h->stand_in ? "right.why_stand_in" : "right.why_holder";
        Str from = day_print(y->w->arena, h->from_day);
        because(y, h->seq, arena_printf(y->w->arena, "%s day=%.*s", id, STR_ARG(from)));
    }
}

/* The grant, and how its giver came to what was given, up to a seat's own role. */
static void why_grant(Why *y, const GrantRow *g, int chain)
{
    const Role *role = role_numbered(packs_set(y->w, y->core, KNOWN_NOW), g->role);
    Str unit = unit_name(y->core->units, g->unit, y->day, KNOWN_NOW);
    Str giver = g->giver ? seat_title(y, g->giver) : STR("");
    const char *id = g->pack.n ? (g->giver ? "right.why_read" : "right.why_read_system")
                               : (g->giver ? "right.why_grant" : "right.why_grant_system");
    because(y, g->seq,
            arena_printf(y->w->arena, "%s unit=%.*s role=%.*s pack=%.*s giver=%.*s", id,
                         STR_ARG(unit), STR_ARG(role ? role->title : STR("?")), STR_ARG(g->pack),
                         STR_ARG(giver)));
    int32_t at = g->unit;
    for (int depth = 0; g->giver && chain > 0 && at != UNIT_NONE && depth < LIMIT_TREE_DEPTH;
         depth++) {
        const GrantRow *by = NULL;
        if (holds_at(y->core, g->giver, g->role, at, y->day, &by)) {
            if (by)
                why_grant(y, by, chain - 1);
            else
                why_seat(y, g->giver);
            return;
        }
        at = unit_parent(y->core->units, at, 0, y->day, KNOWN_NOW);
    }
}

static int64_t pack_seq(Work *w, Core *core, const Pack *pack)
{
    const PackRow *rows;
    size_t n;
    if (!packs_list(w, core, &rows, &n))
        return -1;
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].name, pack->name))
            return rows[i].seq;
    return -1;
}

/* In English where the pack has a translation. */
static Str titled(const Pack *pack, const char *noun, Str name, Str title, Lang lang)
{
    Str word = lang == LANG_EN && pack ? pack_word(pack, noun, name) : STR("");
    return word.n ? word : title;
}

/* 书记（村）、办公室（市、县）, as people call them. */
static Str who_said(Why *y, const Who *who, Lang lang)
{
    bool en = lang == LANG_EN;
    Buf out = buf_open(y->w->arena, 4096);
    for (size_t i = 0; i < who->n; i++) {
        const Who1 *one = &who->any[i];
        const Role *role = one->role;
        buf_putz(&out, !i ? "" : en ? ", " : "、");
        if (!role) {
            bool anyone = str_is(one->word, "anyone");
            buf_put(&out, anyone ? word_text(y->w->arena, "right.who_anyone", lang) : one->word);
            continue;
        }
        buf_put(&out, titled(role->pack, "role", role->name, role->title, lang));
        for (size_t k = 0; k < one->kind_count; k++) {
            const Kind *kind = one->kinds[k];
            buf_putz(&out, k ? (en ? ", " : "、") : (en ? " (" : "（"));
            buf_put(&out, titled(kind->pack, "kind", kind->name, kind->title, lang));
        }
        buf_putz(&out, !one->kind_count ? "" : en ? ")" : "）");
    }
    return buf_str(&out);
}

static const char *access_said(Why *y, const char *id, const Book *book, const Who *who)
{
    const Pack *pack = book->pack;
    Str pack_en = titled(pack, "pack", STR("pack"), pack->title, LANG_EN);
    Str book_en = titled(pack, "book", book->name, book->title, LANG_EN);
    return arena_printf(y->w->arena,
                        "%s pack=%.*s version=%d book=%.*s who=%.*s pack_en=%.*s book_en=%.*s "
                        "who_en=%.*s",
                        id, STR_ARG(pack->title), pack->version, STR_ARG(book->title),
                        STR_ARG(who_said(y, who, LANG_ZH)), STR_ARG(pack_en), STR_ARG(book_en),
                        STR_ARG(who_said(y, who, LANG_EN)));
}

/* The clause that lets the seat in at the unit. */
static bool why_access(Why *y, const Book *book, const Access *access, size_t n, int32_t seat,
                       int32_t unit, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        const GrantRow *grant = NULL;
        if (!access_lets(y->core, book, &access[i], seat, unit, y->day, &grant))
            continue;
        because(y, pack_seq(y->w, y->core, book->pack), access_said(y, id, book, &access[i].who));
        if (grant)
            why_grant(y, grant, GRANT_CHAIN);
        why_seat(y, seat);
        return true;
    }
    return false;
}

static bool why_at(Why *y, const Book *book, int32_t seat, int32_t unit, bool write)
{
    if (why_access(y, book, book->writes, book->write_count, seat, unit, "right.why_write"))
        return true;
    return !write &&
           why_access(y, book, book->reads, book->read_count, seat, unit, "right.why_reads");
}

bool right_explain(Work *w, Core *core, int32_t seat, const Book *book, int32_t unit, bool write,
                   int32_t day, RightReason **ret, size_t *ret_n)
{
    Why y = { .w = w, .core = core, .day = day };
    y.at = arena_array(w->arena, RightReason, REASONS_MAX);
    const Book *b = rights_book(book);
    *ret = y.at;
    *ret_n = 0;
    if (seat == 0) {
        because(&y, -1, "right.why_system");
        *ret_n = y.n;
        return true;
    }
    if (!seat_answers(core, seat, day) || seat_duty(w, core, seat) != DUTY_NONE)
        return w->err.code == ERR_NONE;
    bool found = why_at(&y, b, seat, unit, write);
    if (!found && !unit_alive(core->units, unit, day, KNOWN_NOW)) {
        Shares next = { 0 };
        unit_forward(w->arena, core->units, unit, day, KNOWN_NOW, &next);
        for (size_t i = 0; i < next.n && !found; i++) {
            Str name = unit_name(core->units, next.at[i].unit, day, KNOWN_NOW);
            found = why_at(&y, b, seat, next.at[i].unit, write);
            if (found)
                because(&y, -1,
                        arena_printf(w->arena, "right.why_successor unit=%.*s", STR_ARG(name)));
        }
    }
    const GrantRow *read = found || write ? NULL : reads_pack(w, core, b, seat, unit, day);
    if (read) {
        why_grant(&y, read, GRANT_CHAIN);
        why_seat(&y, seat);
    }
    *ret_n = y.n;
    return w->err.code == ERR_NONE;
}
