/* View `audit`: for the audit's seat alone: who was appointed and given what, who asked for private
 * values, newest first. No value of any record, and no name of a field's content. */
#include "view/view_int.h"

enum { PAGE_LINES = 50, PAGE_MOST = 500 };

static bool is_audited(int32_t verb)
{
    Str name = verb_name(verb);
    static const char *const heads[] = { "seat.",    "person.", "grant.", "stand.", "account.",
                                         "private.", "pack.",   "param.", "part." };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (str_starts(name, str_of(heads[i])))
            return true;
    return false;
}

/* The seat that the fact is about, where it is about one; a book for private askings. */
static Str subject_text(Work *w, const Asking *a, const Fact *fact)
{
    const Book *book = fact->book ? set_book_number(a->set, fact->book) : NULL;
    if (book)
        return title_of(a, book->pack, "book", book->name, book->title);
    bool seat = str_starts(verb_name(fact->verb), STR("seat.")) ||
                str_starts(verb_name(fact->verb), STR("person.")) ||
                str_starts(verb_name(fact->verb), STR("grant.")) ||
                str_starts(verb_name(fact->verb), STR("stand."));
    if (seat)
        return seat_title_of(w, a, (int32_t)fact->subject);
    return STR("");
}

typedef struct Line {
    int64_t seq, at_ms;
    int32_t seat, verb, unit;
    Str text;
} Line;
typedef list_of(Line) Lines;

static bool gather(Work *w, const Asking *a, Lines *ret)
{
    FactWalk *walk = fact_walk(w, a->core->store.db, 0, core_known(a->core));
    TRY(walk);
    for (bool more = true; more;) {
        Fact fact = { 0 };
        bool wanted = false;
        {
            ARENA_SCOPE(w->arena);
            TRY(fact_next(w, walk, &fact, &more));
            wanted = more && is_audited(fact.verb);
            fact.open = (Str){ 0 };
            fact.hidden = NULL;
        }
        if (wanted)
            *list_push(w->arena, ret) = (Line){ fact.seq,  fact.at_ms, fact.seat,
                                                fact.verb, fact.unit,  subject_text(w, a, &fact) };
    }
    return true;
}

static void put_line(Work *w, const Asking *a, Buf *out, const Line *line)
{
    FactHead head = { .seq = line->seq, .at_ms = line->at_ms, .seat = line->seat };
    json_object(out, NULL);
    json_int(out, "seq", line->seq);
    json_by(w, a, out, "by", &head);
    json_text(out, "verb", verb_name(line->verb));
    json_text(out, "verb_title", verb_text(w, a, line->verb));
    bool placed = line->unit >= 0 && line->unit < units_count(a->core->units);
    if (placed)
        json_unit(w, a, out, "unit", line->unit, a->today);
    else
        json_null(out, "unit");
    json_text(out, "text", line->text);
    json_object_end(out);
}

bool view_audit(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    Lines lines = { 0 };
    int64_t from, limit;
    TRY(asking_open(w, reader, given, n, &a));
    if (reader->seat && seat_duty(w, a.core, reader->seat) != DUTY_AUDIT)
        return view_not_found(w);
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_LINES, 1, PAGE_MOST, &limit));
    TRY(gather(w, &a, &lines));
    int64_t total = (int64_t)lines.n;
    json_object(out, NULL);
    json_int(out, "total", total);
    json_int(out, "from", from);
    if (from + limit < total)
        json_int(out, "next", from + limit);
    else
        json_null(out, "next");
    json_array(out, "lines");
    for (int64_t i = from; i < total && i < from + limit; i++)
        put_line(w, &a, out, &lines.at[total - 1 - i]);
    json_array_end(out);
    json_array(out, "signs");
    json_array_end(out);
    json_object_end(out);
    return true;
}
