/* Units: what an office with the duty for the system changes, on a decision it names. */
#include "command/command_int.h"

/* ---- units ---- */
static bool run_unit_create(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    NewUnit unit = { .code = given_text(ask, "code"),
                     .name = given_text(ask, "name"),
                     .parent = UNIT_NONE,
                     .basis = given_text(ask, "basis") };
    const Kind *kind;
    int32_t made;
    TRY(given_day(w, ask, done, "day", &unit.day));
    TRY(given_kind(w, k, ask, &kind));
    unit.kind = kind->number;
    if (given_text(ask, "parent").n)
        TRY(given_unit(w, k, ask, "parent", unit.day, &unit.parent));
    return unit_create(w, k->core, &unit, &made);
}

static bool run_unit_rename(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    return unit_rename(w, k->core, unit, given_text(ask, "name"), day, given_text(ask, "basis"));
}

static bool run_unit_recode(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    return unit_recode(w, k->core, unit, given_text(ask, "code"), day, given_text(ask, "basis"));
}

static bool run_unit_move(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit, parent;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    Str name = given_text(ask, "tree");
    const Tree *tree = !set ? NULL : name.n ? set_tree(set, name) : set->trees[0];
    if (!tree)
        return fail(w, ERR_NOT_FOUND, "main.tree name=%.*s", STR_ARG(name));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(given_unit(w, k, ask, "parent", day, &parent));
    return unit_move(w, k->core, unit, tree->number, parent, day, given_text(ask, "basis"));
}

static bool run_unit_merge(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    enum { FROM_MAX = 64 };
    int32_t from[FROM_MAX];
    size_t count = 0;
    int32_t day, into;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "into", day, &into));
    Str rest = given_text(ask, "from");
    Str code;
    while (count < FROM_MAX && str_next(&rest, ',', &code)) {
        from[count] = unit_find_code_ever(k->core->units, str_trim(code), day);
        if (from[count++] == UNIT_NONE)
            return fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(code));
    }
    return unit_merge(w, k->core, from, count, into, day, given_text(ask, "basis"));
}

/* into=CODE:3/5,CODE:2/5 */
static bool run_unit_split(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    enum { INTO_MAX = 64 };
    Share into[INTO_MAX];
    size_t count = 0;
    int32_t day, from;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "from", day, &from));
    Str rest = given_text(ask, "into");
    Str piece;
    while (count < INTO_MAX && str_next(&rest, ',', &piece)) {
        Str share = piece;
        Str code, top;
        Share s = { .den = 1 };
        bool ok = str_next(&share, ':', &code) && share.p && str_next(&share, '/', &top) &&
                  share.p && num_parse_int(top, &s.num) && num_parse_int(share, &s.den);
        s.unit = unit_find_code_ever(k->core->units, str_trim(code), day);
        if (!ok || s.unit == UNIT_NONE)
            return given_fault(w, ask, done, "into", "fault.type.share");
        into[count++] = s;
    }
    return unit_split(w, k->core, from, into, count, day, given_text(ask, "basis"));
}

static bool run_unit_close(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    return unit_close(w, k->core, unit, day, given_text(ask, "basis"));
}

#define DAY                                                                                        \
    {                                                                                              \
        "day", "日期", "day", true, FORM_DAY                                                       \
    }
#define BASIS                                                                                      \
    {                                                                                              \
        "basis", "依据", "basis", true, FORM_TEXT                                                  \
    }
#define CODE                                                                                       \
    {                                                                                              \
        "unit", "单位代码", "code of the unit", false, FORM_UNIT                                   \
    }

static const CommandRow rows[] = {
    { "unit.create",
      "新设单位",
      "create a unit",
      { { "code", "代码", "code", false, FORM_TEXT },
        { "name", "名称", "name", false, FORM_TEXT },
        { "kind", "类别", "kind", false, FORM_KIND },
        { "parent", "上级代码", "code of the parent", true, FORM_UNIT },
        DAY,
        BASIS },
      run_unit_create,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.rename",
      "单位改名",
      "rename a unit",
      { CODE, { "name", "新名称", "new name", false, FORM_TEXT }, DAY, BASIS },
      run_unit_rename,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.recode",
      "单位换代码",
      "recode a unit",
      { CODE, { "code", "新代码", "new code", false, FORM_TEXT }, DAY, BASIS },
      run_unit_recode,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.move",
      "单位换上级",
      "move a unit",
      { CODE,
        { "parent", "新上级代码", "code of the new parent", false, FORM_UNIT },
        { "tree", "哪棵树", "tree", true, FORM_TEXT },
        DAY,
        BASIS },
      run_unit_move,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.merge",
      "单位合并",
      "merge units",
      { { "from", "并出的代码，逗号隔开", "codes, with commas", false, FORM_TEXT },
        { "into", "并入的代码", "code", false, FORM_UNIT },
        DAY,
        BASIS },
      run_unit_merge,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.split",
      "单位拆分",
      "split a unit",
      { { "from", "拆出的代码", "code", false, FORM_UNIT },
        { "into", "代码:3/5,代码:2/5", "CODE:3/5,CODE:2/5", false, FORM_TEXT },
        DAY,
        BASIS },
      run_unit_split,
      NULL,
      DUTY_SYSTEM,
      false },
    { "unit.close",
      "撤销单位",
      "close a unit",
      { CODE, DAY, BASIS },
      run_unit_close,
      NULL,
      DUTY_SYSTEM,
      false },
};

CommandRows rows_unit(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}
