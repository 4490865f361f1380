/* Seats, who holds them, and what is given to them. */
#include "command/command_int.h"

static bool run_seat_create(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit, made, person;
    const Role *role;
    TRY(given_role(w, k, ask, &role));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(seat_create(w, k->core, unit, role->number, day, &made));
    TRY(person_hold(w, k->core, made, day, &person));
    buf_putz(&done->answer, "\"seat\":");
    buf_json(&done->answer, str_printf(w->arena, "%.*s@%.*s", STR_ARG(role->name),
                                       STR_ARG(given_text(ask, "unit"))));
    return true;
}

static bool run_grant_give(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit;
    Seat to;
    const Role *role;
    TRY(given_role(w, k, ask, &role));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(seat_find(w, k->core, given_text(ask, "seat"), &to));
    return grant_give(w, k->core, to.seat, unit, role->number, day);
}

CommandRows rows_people(void)
{
    static const CommandRow rows[] = {
        { "seat.create",
          "设岗位并定人",
          "create a seat with a holder",
          { { "role", "岗位角色", "role", false, FORM_ROLE },
            { "unit", "单位代码", "code of the unit", false, FORM_UNIT },
            { "day", "日期", "day", true, FORM_DAY } },
          run_seat_create,
          NULL,
          DUTY_NONE,
          false },
        { "grant.give",
          "授权",
          "give a grant",
          { { "seat", "岗位（角色@代码）", "seat (role@code)", false, FORM_SEAT },
            { "role", "角色", "role", false, FORM_ROLE },
            { "unit", "单位代码", "code of the unit", false, FORM_UNIT },
            { "day", "日期", "day", true, FORM_DAY } },
          run_grant_give,
          NULL,
          DUTY_NONE,
          false },
    };
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
