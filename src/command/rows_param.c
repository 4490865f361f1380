/* Parameters: numbers that a pack leaves to be set. */
#include "command/command_int.h"

static bool run_param_set(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit = UNIT_NONE;
    int64_t value = 0;
    Str name = given_text(ask, "name");
    Str text = { 0 };
    const char *what = NULL;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const Param *param = set ? set_param(set, name) : NULL;
    if (!param)
        return fail(w, ERR_NOT_FOUND, "command.param name=%.*s", STR_ARG(name));
    TRY(given_day(w, ask, done, "day", &day));
    if (given_text(ask, "unit").n)
        TRY(given_unit(w, k, ask, "unit", day, &unit));
    Field field = { .name = param->name, .title = param->title, .type = param->type, .group = 1 };
    if (!cell_parse(w, k->core, &field, given_text(ask, "value"), day, &value, &text, &what))
        return given_fault(w, ask, done, "value", what);
    return param_set(w, k->core, param, unit, value, day);
}

static const CommandRow rows[] = {
    { "param.set",
      "设定参数",
      "set a parameter",
      { { "name", "参数", "parameter", false, FORM_TEXT },
        { "value", "取值", "value", false, FORM_TEXT },
        { "unit", "单位代码（不填为全部）", "code of the unit; left out = all", true, FORM_UNIT },
        { "day", "日期", "day", true, FORM_DAY } },
      run_param_set,
      NULL,
      DUTY_SYSTEM,
      false },
};

CommandRows rows_param(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
