/* View `people`: posts at a unit and below it, who holds them, who stands in, what they were given.
 * Names are for those who name holders, for the audit, and for posts at the unit or above it;
 * logins and the state of accounts for the people's duty alone. */
#include "view/view_int.h"

enum { PAGE_POSTS = 50, PAGE_MOST = 500 };

typedef struct Post {
    int32_t pre;
    Seat seat;
} Post;
typedef struct Crowd {
    Work *w;
    const Asking *a;
    Duty duty;
    int32_t home; /* unit of the reader's seat */
    int32_t unit;
    Str find;
    list_of(Post) posts;
} Crowd;

static bool is_above(const Asking *a, int32_t upper, int32_t unit)
{
    return unit_is_under(a->core->units, unit, upper, 0, a->today);
}

static bool sees_name(const Crowd *c, const Seat *seat)
{
    if (!c->a->r->seat || PLANTED("names") || c->duty == DUTY_PEOPLE || c->duty == DUTY_AUDIT)
        return true;
    return c->duty == DUTY_NONE && is_above(c->a, c->home, seat->unit);
}

bool account_find(Work *w, const Asking *a, int32_t person, Account *ret)
{
    *ret = (Account){ .person = person };
    if (!a->r->k->accounts || account_of(w, a->r->k->accounts, person, ret))
        return true;
    if (w->err.code == ERR_STORE)
        return false;
    work_clear(w);
    return true;
}

static bool put_person(const Crowd *c, Buf *out, const char *key, int32_t person)
{
    Account account;
    TRY(account_find(c->w, c->a, person, &account));
    bool all = !c->a->r->seat || c->duty == DUTY_PEOPLE;
    json_object(out, key);
    json_int(out, "person", person);
    json_text(out, "name", account.name);
    json_text(out, "login", all ? account.login : (Str){ 0 });
    json_bool(out, "closed", all && account.closed);
    json_bool(out, "has_password", all && account.has_password);
    json_bool(out, "has_second", all && account.has_second);
    json_object_end(out);
    return true;
}

static bool contains(Str text, Str what)
{
    return text.n && str_find(text, what) != SIZE_MAX;
}

static bool post_fits(const Crowd *c, const Seat *seat, bool *ret)
{
    Account account;
    *ret = !c->find.n || contains(seat_title_of(c->w, c->a, seat->seat), c->find);
    if (*ret || !sees_name(c, seat))
        return true;
    int32_t person = seat_person(c->a->core, seat->seat, c->a->today);
    if (!person)
        return true;
    TRY(account_find(c->w, c->a, person, &account));
    *ret = contains(account.name, c->find);
    return true;
}

static int by_place(const void *x, const void *y)
{
    const Post *a = x, *b = y;
    if (a->pre != b->pre)
        return a->pre < b->pre ? -1 : 1;
    return (a->seat.seat > b->seat.seat) - (a->seat.seat < b->seat.seat);
}

static bool gather(Crowd *c)
{
    Seats seats;
    seats_open(c->w, c->a, &seats);
    const TreeVersion *t = units_tree(c->w, c->a->core->units, 0, c->a->today, KNOWN_NOW);
    TRY(t);
    for (size_t i = 0; i < seats.n; i++) {
        const Seat *s = &seats.at[i];
        bool fits = false;
        if (!is_above(c->a, c->unit, s->unit))
            continue;
        TRY(post_fits(c, s, &fits));
        int32_t pre = s->unit < t->slots ? t->pre_of[s->unit] : -1;
        if (fits)
            *list_push(c->w->arena, &c->posts) = (Post){ pre >= 0 ? pre : t->count, *s };
    }
    if (c->posts.n > 1)
        qsort(c->posts.at, c->posts.n, sizeof *c->posts.at, by_place);
    return true;
}

static bool put_post(const Crowd *c, Buf *out, const Seat *seat)
{
    const Asking *a = c->a;
    bool named = sees_name(c, seat);
    int32_t person = seat_person(a->core, seat->seat, a->today);
    json_object(out, NULL);
    json_seat(c->w, a, out, "seat", seat);
    json_bool(out, "held", person != 0);
    if (person && named)
        TRY(put_person(c, out, "holder", person));
    else
        json_null(out, "holder");
    TRY(put_post_given(c->w, a, out, seat, named));
    json_object_end(out);
    return true;
}

/* People with an account and no seat: whom the people's duty may name next. */
static bool put_unposted(const Crowd *c, Buf *out)
{
    Account *all = NULL;
    size_t n = 0;
    json_array(out, "unposted");
    if ((c->a->r->seat && c->duty != DUTY_PEOPLE) || !c->a->r->k->accounts) {
        json_array_end(out);
        return true;
    }
    TRY(accounts_list(c->w, c->a->r->k->accounts, &all, &n));
    size_t count;
    const HolderRow *holders = rights_holders(c->a->core, &count);
    Map held = map_open(c->w->arena);
    for (size_t i = 0; i < count; i++)
        if (c->a->today < holders[i].to_day)
            map_put_int(&held, holders[i].person, &held);
    for (size_t i = 0; i < n; i++)
        if (!all[i].closed && !map_find_int(&held, all[i].person))
            TRY(put_person(c, out, NULL, all[i].person));
    json_array_end(out);
    return true;
}

bool view_people(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int64_t from, limit;
    TRY(asking_open(w, reader, given, n, &a));
    Crowd c = { .w = w, .a = &a, .home = asking_home(w, &a), .find = asking_text(&a, "find") };
    c.duty = reader->seat ? seat_duty(w, a.core, reader->seat) : DUTY_NONE;
    TRY(asking_unit(w, &a, "unit", a.today, &c.unit));
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_POSTS, 1, PAGE_MOST, &limit));
    TRY(gather(&c));
    int64_t total = (int64_t)c.posts.n;
    json_object(out, NULL);
    json_unit(w, &a, out, "unit", c.unit, a.today);
    json_int(out, "total", total);
    json_int(out, "from", from);
    if (from + limit < total)
        json_int(out, "next", from + limit);
    else
        json_null(out, "next");
    json_array(out, "posts");
    for (int64_t i = from; i < total && i < from + limit; i++)
        TRY(put_post(&c, out, &c.posts.at[i].seat));
    json_array_end(out);
    TRY(put_unposted(&c, out));
    json_object_end(out);
    return true;
}
