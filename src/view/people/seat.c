/* Seats as the views show them. */
#include "view/view_int.h"

static Str role_title(const Asking *a, const Role *role)
{
    return title_of(a, role->pack, "role", role->name, role->title);
}

const Role *role_by_number(const Asking *a, int32_t number)
{
    for (size_t i = 0; i < a->set->role_count; i++)
        if (a->set->roles[i]->number == number)
            return a->set->roles[i];
    return NULL;
}

static Seat plain(const SeatRow *row)
{
    return (Seat){ .seat = row->seat, .unit = row->unit, .role = row->role };
}

void seats_open(Work *w, const Asking *a, Seats *ret)
{
    size_t n;
    const SeatRow *rows = rights_seats(a->core, &n);
    *ret = (Seats){ 0 };
    for (size_t i = 0; i < n; i++)
        if (seat_answers(a->core, rows[i].seat, a->today))
            *list_push(w->arena, ret) = plain(&rows[i]);
}

/* Also one that is closed: it wrote what it wrote. */
bool seat_numbered(const Asking *a, int32_t seat, Seat *ret)
{
    size_t n;
    const SeatRow *rows = rights_seats(a->core, &n);
    for (size_t i = 0; seat && i < n; i++)
        if (rows[i].seat == seat) {
            *ret = plain(&rows[i]);
            return true;
        }
    return false;
}

static bool in_force(const GrantRow *g, int32_t day)
{
    return g->from_day <= day && day < g->to_day;
}

void seat_stands(Work *w, const Asking *a, Stands *ret)
{
    Seat own;
    size_t n;
    *ret = (Stands){ 0 };
    if (!a->r->seat) {
        int32_t root = asking_home(w, a);
        if (root != UNIT_NONE)
            *list_push(w->arena, ret) = root;
        return;
    }
    if (seat_numbered(a, a->r->seat, &own))
        *list_push(w->arena, ret) = own.unit;
    const GrantRow *grants = rights_grants(a->core, &n);
    for (size_t i = 0; i < n; i++)
        if (grants[i].seat == a->r->seat && in_force(&grants[i], a->today))
            *list_push(w->arena, ret) = grants[i].unit;
}

static Str title_of_seat(Work *w, const Asking *a, const Seat *s)
{
    const Role *role = role_by_number(a, s->role);
    Str unit = unit_name(a->core->units, s->unit, a->today, KNOWN_NOW);
    Str title = role ? role_title(a, role) : STR("");
    return str_printf(w->arena, a->r->lang == LANG_EN ? "%.*s, %.*s" : "%.*s%.*s", STR_ARG(unit),
                      STR_ARG(title));
}

Str seat_title_of(Work *w, const Asking *a, int32_t seat)
{
    Seat s;
    if (!seat)
        return zh_en(a, "系统", "the system");
    return seat_numbered(a, seat, &s) ? title_of_seat(w, a, &s) : STR("");
}

Str seat_name_of(Work *w, const Asking *a, const Seat *s)
{
    const Role *role = role_by_number(a, s->role);
    Str code = unit_code(a->core->units, s->unit, a->today, KNOWN_NOW);
    return str_printf(w->arena, "%.*s@%.*s", STR_ARG(role ? role->name : STR("")), STR_ARG(code));
}

void json_seat(Work *w, const Asking *a, Buf *out, const char *key, const Seat *s)
{
    const Role *role = role_by_number(a, s->role);
    json_object(out, key);
    json_text(out, "seat", seat_name_of(w, a, s));
    json_text(out, "title", title_of_seat(w, a, s));
    json_unit(w, a, out, "unit", s->unit, a->today);
    json_text(out, "role", role ? role->name : STR(""));
    json_text(out, "role_title", role ? role_title(a, role) : STR(""));
    json_z(out, "duty", duty_word(role ? role->duty : DUTY_NONE));
    json_object_end(out);
}

/* ---- what a post was given ---- */

static void put_day(Work *w, Buf *out, const char *key, int32_t first_day_without)
{
    bool open = first_day_without >= DAY_FOREVER;
    json_text(out, key, open ? (Str){ 0 } : day_print(w->arena, first_day_without - 1));
}

static void put_grant(Work *w, const Asking *a, Buf *out, const GrantRow *g)
{
    const Role *role = g->pack.n ? NULL : role_by_number(a, g->role);
    json_object(out, NULL);
    json_text(out, "role", role ? role->name : STR(""));
    json_text(out, "role_title", role ? role_title(a, role) : STR(""));
    json_text(out, "pack", g->pack.n ? g->pack : (Str){ 0 });
    json_unit(w, a, out, "unit", g->unit, a->today);
    json_text(out, "from", day_print(w->arena, g->from_day));
    put_day(w, out, "to", g->to_day);
    json_object_end(out);
}

static bool put_stand_in(Work *w, const Asking *a, Buf *out, const HolderRow *h)
{
    Account account;
    TRY(account_find(w, a, h->person, &account));
    json_object(out, NULL);
    json_int(out, "person", h->person);
    json_text(out, "name", account.name);
    json_text(out, "from", day_print(w->arena, h->from_day));
    put_day(w, out, "to", h->to_day);
    json_object_end(out);
    return true;
}

bool put_post_given(Work *w, const Asking *a, Buf *out, const Seat *seat, bool named)
{
    size_t n, k;
    Str from = { 0 };
    const HolderRow *holders = rights_holders(a->core, &n);
    for (size_t i = 0; i < n; i++)
        if (holders[i].seat == seat->seat && !holders[i].stand_in &&
            holders[i].from_day <= a->today && a->today < holders[i].to_day)
            from = day_print(w->arena, holders[i].from_day);
    json_text(out, "from", from);
    json_array(out, "stand_ins");
    for (size_t i = 0; named && i < n; i++)
        if (holders[i].seat == seat->seat && holders[i].stand_in && a->today < holders[i].to_day)
            TRY(put_stand_in(w, a, out, &holders[i]));
    json_array_end(out);
    const GrantRow *grants = rights_grants(a->core, &k);
    json_array(out, "grants");
    for (size_t i = 0; i < k; i++)
        if (grants[i].seat == seat->seat && a->today < grants[i].to_day)
            put_grant(w, a, out, &grants[i]);
    json_array_end(out);
    return true;
}
