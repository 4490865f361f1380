/* Rows of books: filed or corrected, returned, confirmed, voided. */
#include "base/words.h"
#include "command/case/case_int.h"

/* Who may not write here is told nothing of what stands here, nor of what is wrong with the row. */
static bool may_file(Work *w, Kernel *k, const CommandAsk *ask, const Book *book)
{
    int32_t unit;
    TRY(given_unit(w, k, ask, "unit", work_today(w), &unit));
    return right_check(w, k->core, ask->seat, book, unit, work_today(w));
}

static Filled filled_of(Work *w, const CommandAsk *ask)
{
    Cell *cells = arena_array(w->arena, Cell, ask->n + 1);
    Filled filled = { .unit = given_text(ask, "unit"),
                      .period = given_text(ask, "period"),
                      .cells = cells };
    for (size_t i = 0; i < ask->n; i++)
        if (!row_has_field(ask->row, ask->given[i].column))
            cells[filled.cell_count++] = ask->given[i];
    return filled;
}

static bool run_record_file(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    const Book *book;
    bool ok = false;
    int64_t seq = 0;
    Judge judge = judge_of(k->figures);
    RecordEdit edit = { .unit = UNIT_NONE };
    TRY(given_book(w, k, ask, &book));
    if (book->cases || (book->parent && book->parent->cases && !book->write_count))
        return case_file_in(w, k, ask, done, book);
    TRY(may_file(w, k, ask, book));
    Filled filled = filled_of(w, ask);
    TRY(book_judge(w, k->core, &judge, book, &filled, ask->seat, (Period){ .kind = PERIOD_NONE },
                   &edit, &done->faults, &ok));
    if (edit.unit != UNIT_NONE) {
        const Spot spot = { book, edit.unit, edit.period, edit.ord };
        TRY(expect_check(w, k, ask, done, &spot, &edit));
    }
    if (!ok)
        return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
    TRY(case_make_numbers(w, k, &edit));
    return book_put(w, k->core, &edit, &seq);
}

/* The number of a register's row; a return has none, and a nil return neither. */
static bool tell_number(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact,
                        CommandDone *done)
{
    const Book *book;
    TRY(given_book(w, k, ask, &book));
    const CanonView *v = canon_read(w, fact->open);
    int64_t stored = 0;
    TRY(v);
    if (book->cases)
        return tell_case(w, k, ask, fact, done);
    if (book->form != BOOK_PER && canon_get_int(v, "o", &stored) && stored > 0)
        buf_printf(&done->answer, "\"number\":%lld", (long long)stored);
    return true;
}

static bool move_record(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                        RecordState to)
{
    Spot spot;
    TRY(given_spot(w, k, ask, done, &spot));
    TRY(right_check_read(w, k->core, ask->seat, spot.book, spot.unit, work_today(w)));
    TRY(PLANTED("order") ||
        book_may_move(w, k->core, spot.book, spot.unit, spot.period, spot.ord, to));
    TRY(expect_check(w, k, ask, done, &spot, NULL));
    return book_move(w, k->core, spot.book, spot.unit, spot.period, spot.ord, to,
                     given_text(ask, "reason"));
}

static bool run_record_return(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    return move_record(w, k, ask, done, RECORD_RETURNED);
}

static bool run_record_confirm(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    return move_record(w, k, ask, done, RECORD_CONFIRMED);
}

/* What residents see, and what is over, does not vanish by one hand. */
static bool case_may_go(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Spot spot;
    TRY(given_spot(w, k, ask, done, &spot));
    const RecordRow *row = spot.book->cases ? record_find(w, k->core, spot.book, spot.unit,
                                                          spot.period, spot.ord, KNOWN_NOW)
                                            : NULL;
    TRY(row || w->err.code == ERR_NONE);
    if (!row || row->unit != spot.unit || row->state == RECORD_VOID || !row->cas)
        return true;
    TRY(right_check_read(w, k->core, ask->seat, spot.book, spot.unit, work_today(w)));
    TRY(book_may_move(w, k->core, spot.book, spot.unit, spot.period, spot.ord, RECORD_VOID));
    const FlowState *state = flow_state_number(spot.book->flow_type, row->cas->state);
    if (row->cas->shown)
        return fail(w, ERR_BAD_INPUT, "fault.closed.shown");
    return !state || !state->final || fail(w, ERR_BAD_INPUT, "fault.closed.over");
}

static bool run_record_void(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    TRY(case_may_go(w, k, ask, done));
    return move_record(w, k, ask, done, RECORD_VOID);
}

#define BOOK                                                                                       \
    {                                                                                              \
        "book", "台账", "book", false, FORM_BOOK                                                   \
    }
#define UNIT                                                                                       \
    {                                                                                              \
        "unit", "单位代码", "code of the unit", false, FORM_UNIT                                   \
    }
#define PERIOD                                                                                     \
    {                                                                                              \
        "period", "期间", "period", true, FORM_PERIOD                                              \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        "number", "编号", "number", true, FORM_INT                                                 \
    }
#define REASON                                                                                     \
    {                                                                                              \
        "reason", "原因", "reason", false, FORM_TEXT                                               \
    }
#define EXPECT                                                                                     \
    {                                                                                              \
        "expect", "看到的是第几条", "seq of the row as it was seen", true, FORM_INT                \
    }

static const CommandRow rows[] = {
    { "record.file",
      "填报或更正一行",
      "file or correct one row",
      { BOOK, UNIT, PERIOD, EXPECT },
      run_record_file,
      tell_number,
      DUTY_NONE,
      true },
    { "record.return",
      "退回重报",
      "return a row",
      { BOOK, UNIT, PERIOD, NUMBER, REASON, EXPECT },
      run_record_return,
      NULL,
      DUTY_NONE,
      true },
    { "record.confirm",
      "确认",
      "confirm a row",
      { BOOK, UNIT, PERIOD, NUMBER, EXPECT },
      run_record_confirm,
      NULL,
      DUTY_NONE,
      true },
    { "record.void",
      "作废",
      "void a row",
      { BOOK, UNIT, PERIOD, NUMBER, REASON, EXPECT },
      run_record_void,
      NULL,
      DUTY_NONE,
      true },
};

CommandRows rows_record(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
