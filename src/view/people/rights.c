/* View `rights`: what a seat may read, write and confirm at a unit, and why: `see as`. It tells of
 * packs and posts, never of a record. */
#include "view/view_int.h"

/* Who is meant by a clause of a book: 村书记、乡镇科员, or everyone with a post. */
static Str who_text(Work *w, const Asking *a, const Who *who)
{
    Buf out = buf_open(w->arena, 4096);
    for (size_t i = 0; i < who->n; i++) {
        const Who1 *one = &who->any[i];
        buf_putz(&out, i ? (a->r->lang == LANG_EN ? ", " : "、") : "");
        if (!one->role) {
            bool anyone = str_is(one->word, "anyone");
            buf_put(&out, anyone ? say(w, a, "view.why.anyone") : one->word);
            continue;
        }
        for (size_t k = 0; k < one->kind_count; k++) {
            const Kind *kind = one->kinds[k];
            buf_putz(&out, k ? "/" : "");
            buf_put(&out, title_of(a, kind->pack, "kind", kind->name, kind->title));
        }
        buf_putz(&out, a->r->lang == LANG_EN ? " " : "");
        buf_put(&out, title_of(a, one->role->pack, "role", one->role->name, one->role->title));
    }
    return buf_str(&out);
}

static Str access_text(Work *w, const Asking *a, const Access *access, size_t n)
{
    Buf out = buf_open(w->arena, 8192);
    for (size_t i = 0; i < n; i++) {
        buf_putz(&out, i ? (a->r->lang == LANG_EN ? "; " : "；") : "");
        buf_put(&out, who_text(w, a, &access[i].who));
    }
    return buf_str(&out);
}

typedef enum What { WHAT_READ, WHAT_WRITE, WHAT_CONFIRM } What;

static Str why_text(Work *w, const Asking *a, const Book *book, What what, bool may, Duty duty)
{
    while (book->form == BOOK_UNDER && !book->write_count && book->parent)
        book = book->parent;
    if (duty != DUTY_NONE)
        return say(w, a, "view.why.duty");
    Str read = access_text(w, a, book->reads, book->read_count);
    Str write = access_text(w, a, book->writes, book->write_count);
    if (what == WHAT_CONFIRM)
        return say(w, a,
                   book->confirms ? may ? "view.why.confirms" : "view.why.no_confirm"
                                  : "view.why.unconfirmed");
    const char *id = what == WHAT_READ ? "view.why.read" : "view.why.write";
    Str who = what == WHAT_WRITE || !read.n ? write : read;
    return say(w, a, arena_printf(w->arena, "%s who=%.*s", id, STR_ARG(who)));
}

/* What the facts say, where it may; else who may. */
static bool why_line(Work *w, const Asking *a, const Book *book, int32_t unit, What what, bool may,
                     Duty duty, Str *ret)
{
    RightReason *why = NULL;
    size_t n = 0;
    *ret = why_text(w, a, book, what, may, duty);
    if (!may || what == WHAT_CONFIRM)
        return true;
    TRY(right_explain(w, a->core, a->r->seat, book, unit, what == WHAT_WRITE, a->today, &why, &n));
    Buf out = buf_open(w->arena, 8192);
    for (size_t i = 0; i < n; i++) {
        buf_putz(&out, i && a->r->lang == LANG_EN ? " " : "");
        buf_put(&out, say(w, a, why[i].what));
    }
    if (n)
        *ret = buf_str(&out);
    return true;
}

static bool line(Work *w, const Asking *a, Buf *out, const Book *book, int32_t unit, What what,
                 Duty duty)
{
    bool may = false;
    switch (what) {
    case WHAT_READ: TRY(may_read(w, a, book, unit, &may)); break;
    case WHAT_WRITE: TRY(may_write(w, a, book, unit, &may)); break;
    case WHAT_CONFIRM:
        if (book->confirms)
            TRY(may_move(w, a, book, unit, SEAT_NOBODY, RECORD_CONFIRMED, &may));
        break;
    }
    Str why;
    TRY(why_line(w, a, book, unit, what, may, duty, &why));
    json_object(out, NULL);
    json_text(out, "book", book->name);
    json_text(out, "title", title_of(a, book->pack, "book", book->name, book->title));
    json_text(out, "pack", pack_title(a, book->pack));
    json_bool(out, "may", may);
    json_text(out, "why", why);
    json_object_end(out);
    return true;
}

/* Nearest unit of the book's kinds that the seat can be asked about: the unit itself, or the first
 * below it. */
static bool place_of(Work *w, const Asking *a, const Book *book, int32_t unit, int32_t *ret)
{
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    const TreeVersion *t = units_tree(w, a->core->units, tree, a->today, KNOWN_NOW);
    TRY(t);
    int32_t pre = unit >= 0 && unit < t->slots ? t->pre_of[unit] : -1;
    *ret = UNIT_NONE;
    for (int32_t at = pre; pre >= 0 && at <= t->last[pre] && *ret == UNIT_NONE; at++)
        for (size_t i = 0; i < book->kind_count; i++)
            if (book->kinds[i]->number == t->kind[at])
                *ret = t->slot_of[at];
    return true;
}

static bool put_lines(Work *w, const Asking *a, Buf *out, const char *key, int32_t unit, What what,
                      Duty duty)
{
    json_array(out, key);
    for (size_t i = 0; i < a->set->book_count; i++) {
        int32_t at;
        TRY(place_of(w, a, a->set->books[i], unit, &at));
        if (at != UNIT_NONE)
            TRY(line(w, a, out, a->set->books[i], at, what, duty));
    }
    json_array_end(out);
    return true;
}

bool view_rights(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    Seat seat;
    int32_t unit;
    TRY(asking_open(w, reader, given, n, &a));
    Str name = asking_text(&a, "seat_of");
    Duty own = reader->seat ? seat_duty(w, a.core, reader->seat) : DUTY_SYSTEM;
    bool found =
        name.n ? seat_find(w, a.core, name, &seat) : seat_numbered(&a, reader->seat, &seat);
    if (!found && w->err.code == ERR_NOT_FOUND)
        work_clear(w);
    if (!found)
        return w->err.code == ERR_NONE ? view_not_found(w) : false;
    if (seat.seat != reader->seat && own == DUTY_NONE) /* of others: for those who set them */
        return view_not_found(w);
    Reader other = *reader;
    other.seat = seat.seat;
    a.r = &other;
    unit = seat.unit;
    if (asking_text(&a, "unit").n)
        TRY(asking_unit(w, &a, "unit", a.today, &unit));
    Duty duty = seat_duty(w, a.core, seat.seat);
    json_object(out, NULL);
    json_seat(w, &a, out, "seat", &seat);
    json_unit(w, &a, out, "unit", unit, a.today);
    TRY(put_lines(w, &a, out, "read", unit, WHAT_READ, duty));
    TRY(put_lines(w, &a, out, "write", unit, WHAT_WRITE, duty));
    TRY(put_lines(w, &a, out, "confirm", unit, WHAT_CONFIRM, duty));
    json_object_end(out);
    return true;
}
