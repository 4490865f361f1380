/* Seats as the views show them. */
#include "view/view_int.h"

static Str role_title(const Asking *a, const Role *role)
{
    return title_of(a, role->pack, "role", role->name, role->title);
}

const Role *role_numbered(const Asking *a, int32_t number)
{
    for (size_t i = 0; i < a->set->role_count; i++)
        if (a->set->roles[i]->number == number)
            return a->set->roles[i];
    return NULL;
}

static bool read_seats(Work *w, const Asking *a, enum SqlId id, SeatRows *ret)
{
    Stmt *s = db_stmt(w, a->core->store.db, id);
    TRY(s);
    for (bool row = false; stmt_next(w, s, &row) && row;)
        *list_push(w->arena, ret) = (Seat){ .unit = (int32_t)col_int(s, 0),
                                            .seat = (int32_t)col_int(s, 1),
                                            .role = (int32_t)col_int(s, 4) };
    return w->err.code == ERR_NONE;
}

bool seats_all(Work *w, const Asking *a, SeatRows *ret)
{
    *ret = (SeatRows){ 0 };
    return read_seats(w, a, SQL_SEAT_ALL, ret);
}

bool seat_numbered(Work *w, const Asking *a, int32_t seat, Seat *ret)
{
    SeatRows seats;
    if (!seats_all(w, a, &seats))
        return false;
    for (size_t i = 0; i < seats.n; i++)
        if (seats.at[i].seat == seat) {
            *ret = seats.at[i];
            return true;
        }
    return false;
}

/* Units below which the seat may be given something: its own, and those of its grants. */
bool seat_stands(Work *w, const Asking *a, Stands *ret)
{
    Seat own;
    SeatRows grants = { 0 };
    *ret = (Stands){ 0 };
    if (!a->r->seat || !seat_numbered(w, a, a->r->seat, &own)) {
        int32_t home = a->r->seat ? UNIT_NONE : asking_home(w, a);
        if (home != UNIT_NONE)
            *list_push(w->arena, ret) = home;
        return w->err.code == ERR_NONE;
    }
    *list_push(w->arena, ret) = own.unit;
    TRY(read_seats(w, a, SQL_GRANT_ALL, &grants));
    for (size_t i = 0; i < grants.n; i++)
        if (grants.at[i].seat == a->r->seat)
            *list_push(w->arena, ret) = grants.at[i].unit;
    return true;
}

Str seat_title_of(Work *w, const Asking *a, int32_t seat)
{
    Seat s;
    if (!seat)
        return zh_en(a, "系统", "the system");
    if (!seat_numbered(w, a, seat, &s))
        return STR("");
    const Role *role = role_numbered(a, s.role);
    Str unit = unit_name(a->core->units, s.unit, a->today, KNOWN_NOW);
    Str title = role ? role_title(a, role) : STR("");
    return str_printf(w->arena, a->r->lang == LANG_EN ? "%.*s, %.*s" : "%.*s%.*s", STR_ARG(unit),
                      STR_ARG(title));
}

Str seat_name_of(Work *w, const Asking *a, const Seat *s)
{
    const Role *role = role_numbered(a, s->role);
    Str code = unit_code(a->core->units, s->unit, a->today, KNOWN_NOW);
    return str_printf(w->arena, "%.*s@%.*s", STR_ARG(role ? role->name : STR("")), STR_ARG(code));
}

static const char *duty_word(Duty duty)
{
    switch (duty) {
    case DUTY_NONE: return "none";
    case DUTY_SYSTEM: return "system";
    case DUTY_PEOPLE: return "people";
    case DUTY_AUDIT: return "audit";
    }
    return "none";
}

void json_seat(Work *w, const Asking *a, Buf *out, const char *key, const Seat *s)
{
    const Role *role = role_numbered(a, s->role);
    json_object(out, key);
    json_text(out, "seat", seat_name_of(w, a, s));
    json_text(out, "title", seat_title_of(w, a, s->seat));
    json_unit(w, a, out, "unit", s->unit, a->today);
    json_text(out, "role", role ? role->name : STR(""));
    json_text(out, "role_title", role ? role_title(a, role) : STR(""));
    json_z(out, "duty", duty_word(role ? role->duty : DUTY_NONE));
    json_object_end(out);
}
