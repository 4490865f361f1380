/* Who asks: the session of the cookie, the site that the request comes from, the seat that it
 * names. Nothing of it is kept from one request to the next. */
#include <openssl/crypto.h>

#include "web/web_int.h"

void who_find(Call *call)
{
    Str secret = net_cookie(call->net, "tian");
    if (!secret.p || secret.n != 64)
        return;
    call->signed_in = session_find(call->w, call->s->k.accounts, secret, &call->session);
    work_clear(call->w);
}

/* A browser says where a change comes from; without that word it is not taken. */
bool who_origin(const Call *call)
{
    Str origin = net_header(call->net, "Origin");
    if (!origin.p || !origin.n)
        return false;
    if (call->s->origin.n)
        return str_eq(origin, call->s->origin);
    if (PLANTED("origin"))
        return true;
    Str host = net_header(call->net, "Host");
    size_t at = str_find(origin, STR("://"));
    bool web = str_starts(origin, STR("http://")) || str_starts(origin, STR("https://"));
    return web && host.p && host.n && str_eq(str_sub(origin, at + 3, origin.n), host);
}

bool who_token(const Call *call)
{
    Str given = net_header(call->net, "X-Tian-Token");
    Str token = str_of(call->session.token);
    if (PLANTED("token"))
        return true;
    return given.p && token.n && given.n == token.n &&
           CRYPTO_memcmp(given.p, token.p, token.n) == 0;
}

bool who_seat(Work *w, const Server *s, int32_t person, Str name, int32_t *ret)
{
    Core *core = s->k.core;
    int32_t today = work_today(w);
    CHECK(person > 0);
    if (name.n) {
        Seat seat = { 0 };
        TRY(seat_find(w, core, name, &seat));
        *ret = seat.seat;
        return (seat.seat > 0 &&
                (PLANTED("held_by") || seat_held_by(core, seat.seat, person, today))) ||
               fail(w, ERR_NOT_FOUND, "web.not_found");
    }
    int32_t *seats;
    size_t n;
    TRY(seats_of(w, core, person, today, &seats, &n));
    *ret = n ? seats[0] : 0;
    return n > 0 || fail(w, ERR_NOT_FOUND, "web.not_found");
}

bool who_demands_second(Work *w, const Server *s, int32_t person)
{
    bool second = person_duty(w, s->k.core, person, work_today(w)) != DUTY_NONE;
    work_clear(w);
    return second;
}

bool who_reader(Call *call, Reader *ret)
{
    Str name = net_query(call->net, "seat");
    *ret = (Reader){ .k = &call->s->k,
                     .accounts = call->s->k.accounts,
                     .health = &call->s->health,
                     .person = call->session.person,
                     .session = str_of(call->session.id),
                     .lang = call->lang };
    return who_seat(call->w, call->s, ret->person, name.p ? name : STR(""), &ret->seat);
}

/* The cookie goes to this site only, and to no script. */
void who_cookie(Call *call, Str secret)
{
    net_head(call->net, "Set-Cookie",
             str_printf(call->w->arena, "tian=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s",
                        STR_ARG(secret), call->s->secure ? "; Secure" : "",
                        secret.n ? "; Max-Age=1209600" : "; Max-Age=0"));
}
