/* Asking for one private value. Who may read it is shown it, and that they saw it, and why, is a
 * fact. The answer is read from the row's private part each time it is given: once that is erased,
 * the same act is told so. */
#include "command/case/case_int.h"

enum { WHY_CHARS = 200 };

/* The system and the offices with a duty see no private value at all, whatever a pack says. */
static bool person_asks(Work *w, Kernel *k, const CommandAsk *ask)
{
    bool none = ask->seat == 0 || seat_duty(w, k->core, ask->seat) != DUTY_NONE;
    if (w->err.code != ERR_NONE)
        return false;
    return !none || fail(w, ERR_FORBIDDEN, "right.denied");
}

static bool named_in_lines(const Book *book, const Field *field)
{
    for (size_t i = 0; i < book->read_count; i++)
        for (size_t f = 0; f < book->reads[i].field_count; f++)
            if (book->reads[i].fields[f] == field)
                return true;
    return false;
}

/* Who handles a case calls back whoever raised it, unless the book leaves the field to others. */
static bool may_show(Work *w, Kernel *k, const CommandAsk *ask, const Spot *spot,
                     const Field *field)
{
    const CaseActor actor = { ACTOR_SEAT, ask->seat, ask->person };
    bool may = false;
    if (right_check_private(w, k->core, ask->seat, spot->book, field, spot->unit, work_today(w)))
        return true;
    if (w->err.code != ERR_FORBIDDEN || !spot->book->cases || named_in_lines(spot->book, field))
        return false;
    work_clear(w);
    const RecordRow *row = record_find(w, k->core, spot->book, spot->unit, 0, spot->ord, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    if (row && row->unit == spot->unit && row->cas && seat_duty(w, k->core, ask->seat) == DUTY_NONE)
        TRY(case_may_move(w, k, spot->book, row, &actor, &may));
    return may || fail(w, ERR_FORBIDDEN, "right.denied");
}

static bool may_read_spot(Work *w, Kernel *k, const CommandAsk *ask, const Spot *spot)
{
    bool reads = false;
    if (!spot->book->cases)
        return right_check_read(w, k->core, ask->seat, spot->book, spot->unit, work_today(w));
    const RecordRow *row = record_find(w, k->core, spot->book, spot->unit, 0, spot->ord, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    if (row && row->unit == spot->unit)
        TRY(case_may_read(w, k->core, ask->seat, spot->book, row, work_today(w), &reads));
    return reads || fail(w, ERR_FORBIDDEN, "right.denied");
}

/* The right comes first: which fields a row has, and which numbers, is told after it. */
static bool given_private(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                          const Spot *spot, const Field **ret)
{
    const Field *field = book_field(spot->book, given_text(ask, "field"));
    *ret = field;
    if (field && field_is_private(field))
        return may_show(w, k, ask, spot, field);
    return given_fault(w, ask, done, "field", field ? "fault.column.open" : "fault.column.unknown");
}

static size_t chars_of(Str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((uint8_t)text.p[i] & 0xC0) != 0x80;
    return n;
}

static bool run_private_show(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Spot spot;
    const Field *field;
    TRY(person_asks(w, k, ask));
    TRY(given_spot(w, k, ask, done, &spot));
    TRY(may_read_spot(w, k, ask, &spot));
    TRY(given_private(w, k, ask, done, &spot, &field));
    const RecordRow *row =
        record_find(w, k->core, spot.book, spot.unit, spot.period, spot.ord, KNOWN_NOW);
    if (w->err.code != ERR_NONE)
        return false;
    if (!row || row->unit != spot.unit || row->state == RECORD_VOID)
        return fail(w, ERR_NOT_FOUND, "record.none title=%.*s", STR_ARG(spot.book->title));
    size_t chars = chars_of(given_text(ask, "why"));
    if (chars > WHY_CHARS)
        return given_fault(
            w, ask, done, "why",
            arena_printf(w->arena, "fault.range.text most=%d have=%zu", WHY_CHARS, chars));
    return record_show_put(w, k->core, spot.book, row, field, given_text(ask, "why"));
}

static const Field *field_of_number(const Book *book, int32_t number)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->number == number)
            return book->fields[i];
    return NULL;
}

static bool tell_private(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact,
                         CommandDone *done)
{
    int32_t number = 0;
    Str why;
    bool erased = false;
    RecordEdit edit;
    TRY(record_show_read(w, fact, &number, &why));
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    TRY(set);
    const Book *book = set_book_number(set, fact->book);
    const Field *field = book ? field_of_number(book, number) : NULL;
    if (!field)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    Spot spot;
    TRY(given_spot(w, k, ask, done, &spot));
    TRY(may_show(w, k, ask, &spot, field));
    TRY(record_private(w, k->core, book, field, fact->prev, &edit, &erased));
    const RecordRow row = { .nums = edit.nums, .known = edit.known, .texts = edit.texts };
    Field open = *field; /* here, and nowhere else, it is printed as an open one would be */
    open.type.hidden = false;
    open.group = 1;
    buf_printf(&done->answer, "\"erased\":%s,\"value\":", erased ? "true" : "false");
    if (row_known(&row, field->number))
        buf_json(&done->answer, cell_print(w, k->core, &open, &row, day_of_ms(fact->at_ms)));
    else
        buf_putz(&done->answer, "null");
    return true;
}

static const CommandRow rows[] = {
    { "private.show",
      "查看私密信息",
      "show a private value",
      { { "book", "台账", "book", false, FORM_BOOK },
        { "unit", "单位代码", "code of the unit", false, FORM_UNIT },
        { "period", "期间", "period", true, FORM_PERIOD },
        { "number", "编号", "number", true, FORM_INT },
        { "field", "哪一项", "which field", false, FORM_TEXT },
        { "why", "为什么要看", "why it is needed", false, FORM_TEXT } },
      run_private_show,
      tell_private,
      DUTY_NONE,
      true },
};

CommandRows rows_private(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
