/* View `me`: the person, the seats held today, the session and what waits. */
#include "view/view_int.h"

static void put_account(Work *w, const Asking *a, Buf *out)
{
    Account account = { 0 };
    Session session = { 0 };
    const Reader *r = a->r;
    if (r->accounts && r->person && !account_of(w, r->accounts, r->person, &account))
        work_clear(w);
    Session *all = NULL;
    size_t n = 0;
    if (r->accounts && r->person && r->session.n &&
        !sessions_of(w, r->accounts, r->person, &all, &n))
        work_clear(w);
    for (size_t i = 0; i < n; i++)
        if (str_is(r->session, all[i].id))
            session = all[i];
    json_int(out, "person", r->person);
    json_text(out, "name", account.name.p ? account.name : zh_en(a, "本机", "this machine"));
    json_text(out, "login", account.login.p ? account.login : STR(""));
    json_text(out, "session", r->session.p ? r->session : STR(""));
    json_z(out, "token", session.token);
    json_bool(out, "has_second", account.has_second);
    uint8_t key[32];
    bool sealed = r->accounts && r->person && person_key(w, r->accounts, r->person, key);
    if (!sealed)
        work_clear(w);
    json_text(out, "key", sealed ? hex_print(w->arena, key, sizeof key) : (Str){ 0 });
}

/* Held, or stood in for; on the command line the one that is named. */
static bool put_seats(Work *w, const Asking *a, Buf *out)
{
    int32_t *mine = NULL;
    size_t n = 0;
    Seat own, one;
    int32_t named = a->r->seat;
    if (a->r->person) {
        TRY(seats_of(w, a->core, a->r->person, a->today, &mine, &n));
    } else if (named) {
        mine = &named;
        n = 1;
    }
    json_array(out, "seats");
    for (size_t i = 0; i < n; i++)
        if (seat_numbered(a, mine[i], &one))
            json_seat(w, a, out, NULL, &one);
    json_array_end(out);
    if (seat_numbered(a, a->r->seat, &own))
        json_seat(w, a, out, "seat", &own);
    else
        json_null(out, "seat");
    return true;
}

bool view_me(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    TodoCounts counts = { 0 };
    TRY(asking_open(w, reader, given, n, &a));
    if (reader->seat || !reader->person) /* without a seat nothing waits */
        TRY(todo_counts(w, &a, &counts));
    json_object(out, NULL);
    put_account(w, &a, out);
    json_text(out, "today", day_print(w->arena, a.today));
    json_int(out, "at", w->now_ms);
    json_z(out, "lang", reader->lang == LANG_EN ? "en" : "zh");
    TRY(put_seats(w, &a, out));
    json_counts(out, "counts", &counts);
    json_object_end(out);
    return true;
}
