/* View `audit`: for the audit's seat alone: who was appointed and given what, who asked for private
 * values, who signed in, newest first. No value of any record, and no name of a field's content. */
#include "view/view_int.h"

enum { PAGE_LINES = 50, PAGE_MOST = 500, WALK_MOST = 200000 };

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

/* Whose account it is; of an appointment, who came into the seat. */
static int32_t person_of(const Asking *a, const Fact *fact)
{
    if (fact->verb == VERB_PERSON_OPEN || fact->verb == VERB_PERSON_LINK ||
        fact->verb == VERB_PERSON_CLOSE)
        return (int32_t)fact->subject;
    size_t n;
    const HolderRow *holders = rights_holders(a->core, &n);
    for (size_t i = 0; fact->verb == VERB_PERSON_HOLD && i < n; i++)
        if (holders[i].seq == fact->seq)
            return holders[i].person;
    return 0;
}

static bool line_text(Work *w, const Asking *a, const Fact *fact, Str *ret)
{
    Account account = { .name = STR("") };
    int32_t person = person_of(a, fact);
    TRY(!person || account_find(w, a, person, &account));
    Str subject = person == (int32_t)fact->subject ? STR("") : subject_text(w, a, fact);
    const char *between = subject.n && account.name.n ? " · " : "";
    *ret = str_printf(w->arena, "%.*s%s%.*s", STR_ARG(subject), between, STR_ARG(account.name));
    return true;
}

typedef struct Line {
    int64_t seq, at_ms;
    int32_t seat, verb, unit;
    Str text;
} Line;
typedef list_of(Line) Lines;

/* The newest lines before a fact, found in no more than WALK_MOST facts: *ret_next is where to go
 * on, 0 = at the first fact. */
static bool gather(Work *w, const Asking *a, int64_t before, int64_t limit, Lines *ret,
                   int64_t *ret_next)
{
    int64_t read = 0, lowest = before > WALK_MOST ? before - WALK_MOST : 0;
    Stmt *s = db_stmt(w, a->core->store.db, SQL_FACT_AUDITED);
    TRY(s);
    stmt_int(s, 1, lowest);
    stmt_int(s, 2, before);
    stmt_int(s, 3, limit);
    bool row = false;
    TRY(stmt_next(w, s, &row));
    for (; row; read++) {
        Fact fact = { .seq = col_int(s, 0),
                      .at_ms = col_int(s, 1),
                      .seat = (int32_t)col_int(s, 2),
                      .verb = (int32_t)col_int(s, 3),
                      .unit = (int32_t)col_int(s, 4),
                      .book = (int32_t)col_int(s, 5),
                      .subject = col_int(s, 6) };
        Str text = { 0 };
        TRY(!is_audited(fact.verb) || line_text(w, a, &fact, &text));
        if (is_audited(fact.verb))
            *list_push(w->arena, ret) =
                (Line){ fact.seq, fact.at_ms, fact.seat, fact.verb, fact.unit, text };
        lowest = fact.seq; /* of the last row read, when the page is full */
        TRY(stmt_next(w, s, &row));
    }
    *ret_next = read == limit ? lowest : before > WALK_MOST ? before - WALK_MOST : 0;
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

static bool put_signs(Work *w, const Asking *a, int64_t from, int64_t limit, Buf *out)
{
    SignRow *rows = NULL;
    size_t n = 0;
    int64_t total = 0;
    Account account;
    TRY(signs_list(w, a->core->store.db, from, limit, &rows, &n, &total));
    json_array(out, "signs");
    for (size_t i = 0; i < n; i++) {
        const SignRow *row = &rows[i];
        TRY(account_find(w, a, row->person, &account));
        json_object(out, NULL);
        json_text(out, "at", day_print(w->arena, day_of_ms(row->at_ms)));
        json_int(out, "at_ms", row->at_ms);
        json_int(out, "last_ms", row->last_ms);
        json_int(out, "times", row->times);
        json_int(out, "person", row->person);
        json_text(out, "name", account.name);
        json_text(out, "how", row->how);
        json_text(out, "address", row->address);
        json_object_end(out);
    }
    json_array_end(out);
    json_int(out, "signs_total", total);
    if (from + (int64_t)n < total)
        json_int(out, "signs_next", from + (int64_t)n);
    else
        json_null(out, "signs_next");
    return true;
}

bool view_audit(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    Lines lines = { 0 };
    int64_t from, limit, before, next;
    TRY(asking_open(w, reader, given, n, &a));
    if (reader->seat && seat_duty(w, a.core, reader->seat) != DUTY_AUDIT)
        return view_not_found(w);
    int64_t known = core_known(a.core);
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_LINES, 1, PAGE_MOST, &limit));
    TRY(asking_int(w, &a, "before", known, 0, INT64_MAX, &before));
    TRY(gather(w, &a, before < known ? before : known, limit, &lines, &next));
    json_object(out, NULL);
    if (next > 0)
        json_int(out, "next", next);
    else
        json_null(out, "next");
    json_array(out, "lines");
    for (size_t i = 0; i < lines.n; i++)
        put_line(w, &a, out, &lines.at[i]);
    json_array_end(out);
    TRY(put_signs(w, &a, from, limit, out));
    json_object_end(out);
    return true;
}
