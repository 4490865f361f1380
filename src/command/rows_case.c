/* Cases: rows of books with a flow are moved, joined, let through to residents; and the hours that
 * their clocks count. */
#include "base/words.h"
#include "command/command_int.h"

static bool run_record_move(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    const Book *book;
    (void)done;
    TRY(given_book(w, k, ask, &book));
    return fail(w, ERR_NOT_FOUND, "record.none title=%.*s", STR_ARG(book->title));
}

static bool run_unit_calendar(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t unit;
    (void)done;
    TRY(given_unit(w, k, ask, "unit", work_today(w), &unit));
    return fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(given_text(ask, "unit")));
}

#define SPOT                                                                                       \
    { "book", "台账", "book", false, FORM_BOOK },                                                  \
        { "unit", "单位代码", "code of the unit", false, FORM_UNIT },                              \
    {                                                                                              \
        "number", "序号", "number of the row", false, FORM_INT                                     \
    }
#define EXPECT                                                                                     \
    {                                                                                              \
        "expect", "看到的是第几条", "seq of the row as it was seen", true, FORM_INT                \
    }

static const CommandRow rows[] = {
    { "record.move",
      "办理",
      "move a case",
      { SPOT, { "move", "办理动作", "the move", false, FORM_TEXT }, EXPECT },
      run_record_move,
      NULL,
      DUTY_NONE,
      true },
    { "record.join", "附议", "me too", { SPOT }, run_record_move, NULL, DUTY_NONE, false },
    { "record.release",
      "放行公开文字",
      "let the texts of a fact through to residents",
      { SPOT, { "seq", "哪一条", "seq of the fact", false, FORM_INT } },
      run_record_move,
      NULL,
      DUTY_NONE,
      false },
    { "unit.calendar",
      "定作息",
      "the hours that a unit keeps",
      { { "unit", "单位代码", "code of the unit", false, FORM_UNIT },
        { "calendar", "作息（空为随上级）", "calendar; empty = as the unit above", true,
          FORM_TEXT },
        { "day", "从哪天起", "from the day on", true, FORM_DAY } },
      run_unit_calendar,
      NULL,
      DUTY_SYSTEM,
      false },
};

CommandRows rows_case(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
