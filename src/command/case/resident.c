/* What residents ask: the three acts of case.h, each a row of a table that no seat can reach. */
#include "base/person.h"
#include "base/words.h"
#include "command/case/case_int.h"

/* ---- reading ---- */

static const Field *made_field(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->made.n && book->fields[i]->unique)
            return book->fields[i];
    return NULL;
}

static const RecordRow *case_numbered(Work *w, Kernel *k, const Book *book, int64_t ord)
{
    const RecordRow *row =
        book->cases && ord > 0 ? record_find(w, k->core, book, 0, 0, ord, KNOWN_NOW) : NULL;
    return row && row->state != RECORD_VOID && row->cas ? row : NULL;
}

const RecordRow *case_by_no(Work *w, Kernel *k, const Book *book, Str no, const Book **ret_book)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    int64_t ord = 0;
    *ret_book = book;
    for (size_t i = 0; set && i < set->book_count; i++) {
        const Book *b = set->books[i];
        const Field *made = b->cases && (!book || b == book) ? made_field(b) : NULL;
        if (!made)
            continue;
        if (!record_of_text(w, k->core, b, made, str_trim(no), &ord))
            return NULL;
        const RecordRow *row = ord ? case_numbered(w, k, b, ord) : NULL;
        *ret_book = b;
        if (row || w->err.code != ERR_NONE)
            return row;
    }
    *ret_book = book;
    if (!book || made_field(book) || !num_parse_int(str_trim(no), &ord))
        return NULL;
    return case_numbered(w, k, book, ord);
}

bool case_secret_fits(Kernel *k, const Book *book, const RecordRow *row, Str secret)
{
    uint8_t bytes[16];
    uint8_t differs = 0, any = 0;
    case_secret(log_number(k->core->store.log), book->number, row->ord, secret, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        differs |= bytes[i] ^ row->cas->secret[i];
        any |= row->cas->secret[i];
    }
    return any && !differs;
}

bool case_text_guarded(const RecordRow *row, const Field *field)
{
    size_t from, to;
    return field->is_public && !type_is_number(field->type) && !field_is_private(field) &&
           field->type.kind == TYPE_TEXT && row_known(row, field->number) &&
           find_person_number(row->texts[field->number], true, &from, &to) != TRACED_NONE;
}

bool case_text_released(Work *w, Core *core, const Book *book, const RecordRow *row,
                        const Field *field)
{
    if (!row->cas || row->cas->released <= 0 || !case_text_guarded(row, field))
        return false;
    const RecordRow *then = record_find(w, core, book, row->unit, 0, row->ord, row->cas->released);
    return then && row_known(then, field->number) &&
           str_eq(then->texts[field->number], row->texts[field->number]);
}

/* ---- the three acts ---- */

static bool not_there(Work *w)
{
    return fail(w, ERR_NOT_FOUND, "right.denied");
}

/* Residents name no rows, units or persons in a report: those are for who handles it. */
static bool fields_open(Work *w, const CommandAsk *ask, CommandDone *done, const Book *book)
{
    for (size_t i = 0; i < ask->n; i++) {
        Str column = ask->given[i].column;
        if (row_has_field(ask->row, column))
            continue;
        bool open = false;
        for (size_t f = 0; f < book->field_count; f++) {
            const Field *field = book->fields[f];
            TypeKind kind = field->type.kind;
            bool named = str_eq(field->name, column) || str_eq(field->title, column);
            open = open || (named && !field->computed && !field->made.n && !field->of_move &&
                            kind != TYPE_RECORD && kind != TYPE_UNIT && kind != TYPE_PERSON);
        }
        if (!open)
            return given_fault(w, ask, done, str_z(w->arena, column), "fault.column.unknown");
    }
    return true;
}

static bool run_report(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    const Book *book;
    TRY(given_book(w, k, ask, &book));
    if (!book->cases || !flow_resident_move(book->flow_type) || ask->secret.n != CASE_SECRET_SIGNS)
        return not_there(w);
    TRY(fields_open(w, ask, done, book));
    return case_file_in(w, k, ask, done, book);
}

static bool spot_of(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, CaseSpot *ret)
{
    int64_t number = 0;
    TRY(given_book(w, k, ask, &ret->book));
    TRY(given_int(w, ask, done, "number", &number));
    ret->row = case_numbered(w, k, ret->book, number);
    return ret->row || (w->err.code == ERR_NONE ? not_there(w) : false);
}

static bool run_reply(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    CaseSpot spot;
    TRY(spot_of(w, k, ask, done, &spot));
    if (!case_secret_fits(k, spot.book, spot.row, ask->secret) && !PLANTED("case_secret"))
        return not_there(w);
    return case_move_in(w, k, ask, done, &spot);
}

static bool run_join(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    CaseSpot spot;
    TRY(spot_of(w, k, ask, done, &spot));
    if (!spot.row->cas->shown)
        return not_there(w);
    return case_join_in(w, k, &spot, ACTOR_REPORTER) || case_refused(w, done, "", STR(""));
}

#define BOOK                                                                                       \
    {                                                                                              \
        "book", "台账", "book", false, FORM_BOOK                                                   \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        "number", "序号", "number", false, FORM_INT                                                \
    }
static const CommandRow report_row = {
    "resident.report",
    "居民上报",
    "a resident reports",
    { BOOK, { "unit", "单位代码", "code of the unit", false, FORM_UNIT } },
    run_report,
    tell_case,
    DUTY_NONE,
    true
};
static const CommandRow reply_row = {
    "resident.reply",
    "反映人表态",
    "the reporter answers",
    { BOOK, NUMBER, { "move", "办理动作", "the move", false, FORM_TEXT } },
    run_reply,
    tell_case,
    DUTY_NONE,
    true
};
static const CommandRow join_row = { "resident.join", "我也反映", "me too",  { BOOK, NUMBER },
                                     run_join,        tell_case,  DUTY_NONE, false };

/* The secret is part of what was asked: its hash, so that the act does not keep it. */
static bool run_resident(Work *w, Kernel *k, CommandAsk *ask, CaseTold *ret, CommandDone *done)
{
    Fact fact = { 0 };
    bool found = false;
    ask->actor = ACTOR_REPORTER;
    TRY(command_run_in(w, k, ask, done));
    if (!ret || done->seq < 0)
        return true;
    TRY(case_fact_at(w, k, done->seq, &fact, &found));
    return found && told_case(w, k, &fact, ret);
}

static Cell *cells_with(Work *w, const Cell *cells, size_t n, size_t more)
{
    Cell *all = arena_array(w->arena, Cell, n + more);
    for (size_t i = 0; i < n; i++)
        all[more + i] = cells[i];
    return all;
}

bool case_report(Work *w, Kernel *k, const CaseReport *r, CaseTold *ret, CommandDone *done)
{
    Cell *given = cells_with(w, r->cells, r->n, 2);
    given[0] = (Cell){ STR("book"), r->book };
    given[1] = (Cell){ STR("unit"), r->unit };
    CommandAsk ask = { .act = r->act,
                       .made_ms = r->made_ms,
                       .row = &report_row,
                       .given = given,
                       .n = r->n + 2,
                       .secret = r->secret };
    return run_resident(w, k, &ask, ret, done);
}

bool case_reporter_move(Work *w, Kernel *k, const CaseReply *r, CaseTold *ret, CommandDone *done)
{
    Cell *given = cells_with(w, r->cells, r->n, 3);
    given[0] = (Cell){ STR("book"), r->book };
    given[1] = (Cell){ STR("number"), str_printf(w->arena, "%lld", (long long)r->number) };
    given[2] = (Cell){ STR("move"), r->move };
    CommandAsk ask = { .act = r->act,
                       .made_ms = r->made_ms,
                       .row = &reply_row,
                       .given = given,
                       .n = r->n + 3,
                       .secret = r->secret };
    return run_resident(w, k, &ask, ret, done);
}

bool case_join_public(Work *w, Kernel *k, const CaseJoin *j, CommandDone *done)
{
    Cell *given = cells_with(w, NULL, 0, 2);
    given[0] = (Cell){ STR("book"), j->book };
    given[1] = (Cell){ STR("number"), str_printf(w->arena, "%lld", (long long)j->number) };
    CommandAsk ask = {
        .act = j->act, .made_ms = j->made_ms, .row = &join_row, .given = given, .n = 2
    };
    return run_resident(w, k, &ask, NULL, done);
}
