/* Cases: rows of books with a flow are moved, joined, let through to residents; and the hours that
 * their clocks count. */
#include "base/words.h"
#include "command/case/case_int.h"

static bool run_record_move(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    CaseSpot spot;
    TRY(given_case(w, k, ask, done, &spot));
    return case_move_in(w, k, ask, done, &spot);
}

static bool run_record_join(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    CaseSpot spot;
    bool before = false;
    TRY(given_case(w, k, ask, done, &spot));
    TRY(!ask->seat || case_joined(w, k, ask, &spot, &before));
    if (before)
        return fail(w, ERR_BAD_INPUT, "fault.joined");
    return case_join_in(w, k, &spot, ACTOR_SEAT) || case_refused(w, done, "", STR(""));
}

static bool run_record_release(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    CaseSpot spot;
    int64_t seq = 0;
    TRY(given_case(w, k, ask, done, &spot));
    TRY(given_int(w, ask, done, "seq", &seq));
    return case_release_in(w, k, ask, done, &spot, seq);
}

static bool run_unit_calendar(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t unit, day;
    Str name = given_text(ask, "calendar");
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const Calendar *calendar = set && name.n ? set_calendar(set, name) : NULL;
    TRY(set);
    if (name.n && !calendar)
        return given_fault(w, ask, done, "calendar", "fault.type.calendar");
    return unit_calendar_set(w, k->core, unit, calendar, day);
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
      tell_case,
      DUTY_NONE,
      true },
    { "record.join", "附议", "me too", { SPOT }, run_record_join, tell_case, DUTY_NONE, false },
    { "record.release",
      "放行公开文字",
      "let the texts of a fact through to residents",
      { SPOT, { "seq", "哪一条", "seq of the fact", false, FORM_INT } },
      run_record_release,
      tell_case,
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
