/* The command table: every change that a person can make, one row each. Fields of the row are
 * judged here; record commands take the fields of their book beside them. */
#include "base/words.h"
#include "command/command.h"

static Str given_text(const Cell *given, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(given[i].column, name))
            return given[i].text;
    return STR("");
}

static bool given_day(Work *w, const Cell *given, size_t n, int32_t *ret)
{
    Str text = given_text(given, n, "day");
    *ret = work_today(w);
    if (text.n && !day_parse(text, ret))
        return fail(w, ERR_BAD_INPUT, "main.day given=%.*s", STR_ARG(text));
    return true;
}

static bool given_unit(Work *w, Kernel *k, const Cell *given, size_t n, const char *name,
                       int32_t day, int32_t *ret)
{
    Str code = given_text(given, n, name);
    *ret = unit_find_code_ever(k->core->units, code, day);
    return *ret != UNIT_NONE ? true : fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(code));
}

static bool given_kind(Work *w, Kernel *k, const Cell *given, size_t n, const Kind **ret)
{
    Str name = given_text(given, n, "kind");
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_kind(set, name) : NULL;
    return *ret ? true : fail(w, ERR_NOT_FOUND, "main.kind name=%.*s", STR_ARG(name));
}

static bool given_book(Work *w, Kernel *k, const Cell *given, size_t n, const Book **ret)
{
    Str name = given_text(given, n, "book");
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_book(set, name) : NULL;
    return *ret ? true : fail(w, ERR_NOT_FOUND, "main.no_book name=%.*s", STR_ARG(name));
}

static bool given_period(Work *w, const Cell *given, size_t n, Period *ret)
{
    Str text = given_text(given, n, "period");
    *ret = (Period){ .kind = PERIOD_NONE };
    if (text.n && !period_parse(text, ret))
        return fail(w, ERR_BAD_INPUT, "main.period given=%.*s", STR_ARG(text));
    return true;
}

/* ---- units ---- */
static bool run_unit_create(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    (void)seat, (void)faults;
    NewUnit unit = { .code = given_text(given, n, "code"),
                     .name = given_text(given, n, "name"),
                     .parent = UNIT_NONE,
                     .basis = given_text(given, n, "basis") };
    const Kind *kind;
    int32_t made;
    TRY(given_day(w, given, n, &unit.day));
    TRY(given_kind(w, k, given, n, &kind));
    unit.kind = kind->number;
    if (given_text(given, n, "parent").n)
        TRY(given_unit(w, k, given, n, "parent", unit.day, &unit.parent));
    TRY(unit_create(w, k->core, &unit, &made));
    buf_printf(out, "%d\n", made);
    return true;
}

static bool run_unit_rename(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit;
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    return unit_rename(w, k->core, unit, given_text(given, n, "name"), day,
                       given_text(given, n, "basis"));
}

static bool run_unit_recode(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit;
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    return unit_recode(w, k->core, unit, given_text(given, n, "code"), day,
                       given_text(given, n, "basis"));
}

static bool run_unit_move(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                          Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit, parent;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    Str name = given_text(given, n, "tree");
    const Tree *tree = !set ? NULL : name.n ? set_tree(set, name) : set->trees[0];
    if (!tree)
        return fail(w, ERR_NOT_FOUND, "main.tree name=%.*s", STR_ARG(name));
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    TRY(given_unit(w, k, given, n, "parent", day, &parent));
    return unit_move(w, k->core, unit, tree->number, parent, day, given_text(given, n, "basis"));
}

static bool run_unit_merge(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                           Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    enum { FROM_MAX = 64 };
    int32_t from[FROM_MAX];
    size_t count = 0;
    int32_t day, into;
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "into", day, &into));
    Str rest = given_text(given, n, "from");
    Str code;
    while (count < FROM_MAX && str_next(&rest, ',', &code)) {
        from[count] = unit_find_code_ever(k->core->units, str_trim(code), day);
        if (from[count++] == UNIT_NONE)
            return fail(w, ERR_NOT_FOUND, "main.unit code=%.*s", STR_ARG(code));
    }
    return unit_merge(w, k->core, from, count, into, day, given_text(given, n, "basis"));
}

/* into=CODE:3/5,CODE:2/5 */
static bool run_unit_split(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                           Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    enum { INTO_MAX = 64 };
    Share into[INTO_MAX];
    size_t count = 0;
    int32_t day, from;
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "from", day, &from));
    Str rest = given_text(given, n, "into");
    Str piece;
    while (count < INTO_MAX && str_next(&rest, ',', &piece)) {
        Str share = piece;
        Str code, top;
        Share s = { .den = 1 };
        bool ok = str_next(&share, ':', &code) && share.p && str_next(&share, '/', &top) &&
                  share.p && num_parse_int(top, &s.num) && num_parse_int(share, &s.den);
        s.unit = unit_find_code_ever(k->core->units, str_trim(code), day);
        if (!ok || s.unit == UNIT_NONE)
            return fail(w, ERR_BAD_INPUT, "command.share given=%.*s", STR_ARG(piece));
        into[count++] = s;
    }
    return unit_split(w, k->core, from, into, count, day, given_text(given, n, "basis"));
}

static bool run_unit_close(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                           Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit;
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    return unit_close(w, k->core, unit, day, given_text(given, n, "basis"));
}

/* ---- records ---- */
static bool run_record_file(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    const Book *book;
    Period period;
    Judge judge = judge_of(k->figures);
    bool ok = false;
    int64_t ord = 0;
    TRY(given_book(w, k, given, n, &book));
    TRY(given_period(w, given, n, &period));
    Cell *cells = arena_array(w->arena, Cell, n + 1);
    Filled filled = { .unit = given_text(given, n, "unit"), .cells = cells };
    for (size_t i = 0; i < n; i++)
        if (!str_is(given[i].column, "book") && !str_is(given[i].column, "unit") &&
            !str_is(given[i].column, "period"))
            cells[filled.cell_count++] = given[i];
    TRY(book_file(w, k->core, &judge, book, &filled, seat, period, faults, &ok, &ord));
    if (!ok)
        return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", faults->n);
    buf_printf(out, "%lld\n", (long long)ord);
    return true;
}

static bool move_record(Work *w, Kernel *k, const Cell *given, size_t n, RecordState to)
{
    const Book *book;
    Period period;
    int32_t unit;
    int64_t ord = 0;
    TRY(given_book(w, k, given, n, &book));
    TRY(given_period(w, given, n, &period));
    TRY(given_unit(w, k, given, n, "unit", work_today(w), &unit));
    Str number = given_text(given, n, "number");
    if (number.n && !num_parse_int(number, &ord))
        return fail(w, ERR_BAD_INPUT, "command.number given=%.*s", STR_ARG(number));
    return book_move(w, k->core, book, unit, period.code, ord, to, given_text(given, n, "reason"));
}

static bool run_record_return(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                              Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    return move_record(w, k, given, n, RECORD_RETURNED);
}

static bool run_record_confirm(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                               Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    return move_record(w, k, given, n, RECORD_CONFIRMED);
}

static bool run_record_void(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    return move_record(w, k, given, n, RECORD_VOID);
}

/* ---- seats ---- */
static bool run_seat_create(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                            Faults *faults, Buf *out)
{
    (void)seat, (void)faults;
    int32_t day, unit, made, person;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    Str name = given_text(given, n, "role");
    const Role *role = set ? set_role(set, name) : NULL;
    if (!role)
        return fail(w, ERR_NOT_FOUND, "command.role name=%.*s", STR_ARG(name));
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    TRY(seat_create(w, k->core, unit, role->number, day, &made));
    TRY(person_hold(w, k->core, made, day, &person));
    buf_printf(out, "%.*s@%.*s\n", STR_ARG(name), STR_ARG(given_text(given, n, "unit")));
    return true;
}

static bool run_grant_give(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                           Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit;
    Seat to;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    Str name = given_text(given, n, "role");
    const Role *role = set ? set_role(set, name) : NULL;
    if (!role)
        return fail(w, ERR_NOT_FOUND, "command.role name=%.*s", STR_ARG(name));
    TRY(given_day(w, given, n, &day));
    TRY(given_unit(w, k, given, n, "unit", day, &unit));
    TRY(seat_find(w, k->core, given_text(given, n, "seat"), &to));
    return grant_give(w, k->core, to.seat, unit, role->number, day);
}

/* ---- parameters ---- */
static bool run_param_set(Work *w, Kernel *k, int32_t seat, const Cell *given, size_t n,
                          Faults *faults, Buf *out)
{
    (void)seat, (void)faults, (void)out;
    int32_t day, unit = UNIT_NONE;
    int64_t value = 0;
    Str name = given_text(given, n, "name");
    Str text = { 0 };
    const char *what = NULL;
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const Param *param = set ? set_param(set, name) : NULL;
    if (!param)
        return fail(w, ERR_NOT_FOUND, "command.param name=%.*s", STR_ARG(name));
    TRY(given_day(w, given, n, &day));
    if (given_text(given, n, "unit").n)
        TRY(given_unit(w, k, given, n, "unit", day, &unit));
    Field field = { .name = param->name, .title = param->title, .type = param->type, .group = 1 };
    if (!cell_parse(w, k->core, &field, given_text(given, n, "value"), day, &value, &text, &what))
        return fail(w, ERR_BAD_INPUT, "%s", what);
    return param_set(w, k->core, param, unit, value, day);
}

#define DAY                                                                                        \
    {                                                                                              \
        "day", "日期", "day", true                                                                 \
    }
#define BASIS                                                                                      \
    {                                                                                              \
        "basis", "依据", "basis", true                                                             \
    }
static const CommandRow table[] = {
    { "unit.create",
      "新设单位",
      "create a unit",
      { { "code", "代码", "code", false },
        { "name", "名称", "name", false },
        { "kind", "类别", "kind", false },
        { "parent", "上级代码", "code of the parent", true },
        DAY,
        BASIS },
      run_unit_create,
      true },
    { "unit.rename",
      "单位改名",
      "rename a unit",
      { { "unit", "代码", "code", false }, { "name", "新名称", "new name", false }, DAY, BASIS },
      run_unit_rename,
      true },
    { "unit.recode",
      "单位换代码",
      "recode a unit",
      { { "unit", "代码", "code", false }, { "code", "新代码", "new code", false }, DAY, BASIS },
      run_unit_recode,
      true },
    { "unit.move",
      "单位换上级",
      "move a unit",
      { { "unit", "代码", "code", false },
        { "parent", "新上级代码", "code of the new parent", false },
        { "tree", "哪棵树", "tree", true },
        DAY,
        BASIS },
      run_unit_move,
      true },
    { "unit.merge",
      "单位合并",
      "merge units",
      { { "from", "并出的代码，逗号隔开", "codes, with commas", false },
        { "into", "并入的代码", "code", false },
        DAY,
        BASIS },
      run_unit_merge,
      true },
    { "unit.split",
      "单位拆分",
      "split a unit",
      { { "from", "拆出的代码", "code", false },
        { "into", "代码:3/5,代码:2/5", "CODE:3/5,CODE:2/5", false },
        DAY,
        BASIS },
      run_unit_split,
      true },
    { "unit.close",
      "撤销单位",
      "close a unit",
      { { "unit", "代码", "code", false }, DAY, BASIS },
      run_unit_close,
      true },
    { "record.file",
      "填报或更正一行",
      "file or correct one row",
      { { "book", "台账", "book", false },
        { "unit", "单位代码", "code of the unit", false },
        { "period", "期间", "period", true } },
      run_record_file,
      false },
    { "record.return",
      "退回重报",
      "return a row",
      { { "book", "台账", "book", false },
        { "unit", "单位代码", "code of the unit", false },
        { "period", "期间", "period", true },
        { "number", "编号", "number", true },
        { "reason", "原因", "reason", false } },
      run_record_return,
      false },
    { "record.confirm",
      "确认",
      "confirm a row",
      { { "book", "台账", "book", false },
        { "unit", "单位代码", "code of the unit", false },
        { "period", "期间", "period", true },
        { "number", "编号", "number", true } },
      run_record_confirm,
      false },
    { "record.void",
      "作废",
      "void a row",
      { { "book", "台账", "book", false },
        { "unit", "单位代码", "code of the unit", false },
        { "period", "期间", "period", true },
        { "number", "编号", "number", true },
        { "reason", "原因", "reason", false } },
      run_record_void,
      false },
    { "seat.create",
      "设岗位并定人",
      "create a seat with a holder",
      { { "role", "岗位角色", "role", false },
        { "unit", "单位代码", "code of the unit", false },
        DAY },
      run_seat_create,
      false },
    { "grant.give",
      "授权",
      "give a grant",
      { { "seat", "岗位（角色@代码）", "seat (role@code)", false },
        { "role", "角色", "role", false },
        { "unit", "单位代码", "code of the unit", false },
        DAY },
      run_grant_give,
      false },
    { "param.set",
      "设定参数",
      "set a parameter",
      { { "name", "参数", "parameter", false },
        { "value", "取值", "value", false },
        { "unit", "单位代码（不填为全部）", "code of the unit; left out = all", true },
        DAY },
      run_param_set,
      true },
};

const CommandRow *command_table(size_t *ret_n)
{
    *ret_n = sizeof table / sizeof *table;
    return table;
}

const CommandRow *command_find(Str name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

/* Unknown and lacking fields; a record's own fields are judged by its book. */
static bool fields_fit(Work *w, const CommandRow *row, const Cell *given, size_t n)
{
    bool open = str_eq(str_of(row->name), STR("record.file"));
    for (size_t i = 0; i < n && !open; i++) {
        bool known = false;
        for (size_t f = 0; f < 8 && row->fields[f].name; f++)
            known = known || str_is(given[i].column, row->fields[f].name);
        if (!known)
            return fail(w, ERR_BAD_INPUT, "command.field name=%.*s command=%s",
                        STR_ARG(given[i].column), row->name);
    }
    for (size_t f = 0; f < 8 && row->fields[f].name; f++)
        if (!row->fields[f].optional && !given_text(given, n, row->fields[f].name).n)
            return fail(w, ERR_BAD_INPUT, "command.lacks name=%s command=%s", row->fields[f].name,
                        row->name);
    return true;
}

bool command_run(Work *w, Kernel *k, int32_t seat, const CommandRow *row, const Cell *given,
                 size_t n, Faults *faults, Buf *out, bool *ret_ok)
{
    *ret_ok = false;
    if (row->system && seat != 0)
        return fail(w, ERR_FORBIDDEN, "right.denied");
    TRY(fields_fit(w, row, given, n));
    TRY(core_begin(w, k->core, NULL));
    k->core->seat = seat;
    k->core->person = seat_person(k->core, seat, work_today(w));
    if (row->run(w, k, seat, given, n, faults, out)) {
        *ret_ok = core_commit(w, k->core);
        return *ret_ok;
    }
    Err err = w->err;
    work_clear(w);
    TRY(core_rollback(w, k->core));
    w->err = err;
    return faults->n > 0 ? (work_clear(w), true) : false;
}
