/* The view table: every read, one row each. */
#include "view/unit/unit_int.h"

#define UNIT(need)                                                                                 \
    {                                                                                              \
        "unit", "单位代码", "code of the unit", !(need)                                            \
    }
#define BOOK                                                                                       \
    {                                                                                              \
        "book", "台账", "book", false                                                              \
    }
#define PERIOD                                                                                     \
    {                                                                                              \
        "period", "期间", "period", true                                                           \
    }
#define PAGE                                                                                       \
    { "from", "从第几条起", "first of the page, from 0", true },                                   \
    {                                                                                              \
        "limit", "一页几条", "rows of a page", true                                                \
    }

#define FIGURE                                                                                     \
    {                                                                                              \
        "name", "数字", "name of the figure", false                                                \
    }
#define KIND                                                                                       \
    {                                                                                              \
        "kind", "类别", "kind of units", true                                                      \
    }
#define KNOWN                                                                                      \
    { "known", "截至哪天知道的", "as known at the end of a day", true },                           \
    {                                                                                              \
        "tree_day", "按哪天的区划", "in the tree of a day", true                                   \
    }

static const ViewRow table[] = {
    { "me", "我", "who is signed in", { { 0 } }, "Me", view_me, false },
    { "books",
      "台账目录",
      "books that the seat reads or writes",
      { { 0 } },
      "Books",
      view_books,
      false },
    { "book",
      "台账的声明",
      "the declaration of a book",
      { BOOK, UNIT(false), PERIOD },
      "Book",
      view_book,
      false },
    { "figures",
      "数字目录",
      "figures that the seat may have at the unit",
      { UNIT(false) },
      "Figures",
      view_figures,
      false },
    { "figure",
      "一个数字",
      "one figure at one unit and period",
      { FIGURE, UNIT(false), PERIOD, KNOWN },
      "Figure",
      view_figure,
      false },
    { "figure_each",
      "逐个单位的数字",
      "a figure of each unit of a kind below",
      { FIGURE, UNIT(false), KIND, PERIOD, KNOWN },
      "FigureEach",
      view_figure_each,
      false },
    { "figure_series",
      "逐期的数字",
      "a figure over periods of one kind",
      { FIGURE,
        UNIT(false),
        { "from", "从哪一期", "first period", false },
        { "to", "到哪一期", "last period", false },
        KNOWN },
      "FigureSeries",
      view_figure_series,
      true },
    { "trace",
      "怎么算的",
      "a figure down to its facts",
      { FIGURE, UNIT(false), PERIOD, KNOWN, PAGE },
      "Trace",
      view_trace,
      true },
    { "units",
      "单位",
      "units below one, or found by name or code",
      { UNIT(false),
        { "day", "哪一天", "day of the tree", true },
        { "tree", "哪棵树", "tree", true },
        { "find", "名称或代码", "part of a name or code, former ones too", true },
        KIND,
        PAGE },
      "Units",
      view_units,
      false },
    { "unit",
      "单位的一生",
      "the life of a unit and what there is of it now",
      { UNIT(false), { "day", "哪一天", "day", true } },
      "UnitPage",
      view_unit,
      true },
    { "form",
      "一份报表或一条登记",
      "one return or row to fill in",
      { BOOK,
        UNIT(false),
        PERIOD,
        { "items", "分项（按顺序，逗号隔开）", "items of the keys, in order, with commas", true },
        { "number", "编号", "number of a row of a register", true },
        { "parent", "所属的编号", "number of the row that a new one stands under", true } },
      "Form",
      view_form,
      false },
    { "rows",
      "台账的一页",
      "a page of a book",
      { BOOK,
        UNIT(false),
        PERIOD,
        { "state", "状态", "state of the rows", true },
        { "parent", "所属的编号", "number of the row that details stand under", true },
        PAGE },
      "Rows",
      view_rows,
      true },
    { "review",
      "待确认",
      "what waits for confirming",
      { { "book", "台账", "book", true }, UNIT(false), PERIOD, PAGE },
      "Review",
      view_review,
      true },
    { "todo", "待办", "what is to be done", { { 0 } }, "Todos", view_todo, false },
    { "record",
      "一条的来历",
      "all that was said of one row",
      { BOOK,
        UNIT(false),
        PERIOD,
        { "items", "分项（按顺序，逗号隔开）", "items of the keys, in order, with commas", true },
        { "number", "编号", "number of a row of a register", true } },
      "RecordHistory",
      view_record,
      false },
    { "cases",
      "办件",
      "cases: rows of books with a flow",
      { { "book", "台账", "book", true },
        UNIT(false),
        { "which", "哪些：mine 我办的、open 在办、soon 将到期、late 超时、closed 办结、all 全部",
          "mine, open, soon, late, closed or all", true },
        { "state", "状态", "state", true },
        { "item", "类别", "item of the book's first item field", true },
        { "holder", "经办单位代码", "code of the unit that holds it", true },
        { "sort", "次序：due 时限、newest 最新、oldest 最早", "due, newest or oldest", true },
        { "find", "编号或文字", "number or part of the text", true },
        PAGE },
      "Cases",
      view_cases,
      false },
    { "case",
      "一个办件",
      "one case with its moves, clocks and what may be done",
      { BOOK, UNIT(false), { "number", "序号", "number of the row", false } },
      "Case",
      view_case,
      false },
    { "cases_kept",
      "随身带走的办件",
      "open cases of the seat, to be kept for offline work",
      { { 0 } },
      "CaseKept",
      view_cases_kept,
      true },
    { "case_loads",
      "各单位手里的办件",
      "open cases by who holds them",
      { { "book", "台账", "book", true }, UNIT(false) },
      "CaseLoads",
      view_case_loads,
      true },
    { "case_board",
      "办件总览",
      "cases of the units below, by state or item",
      { BOOK, UNIT(false), { "by", "按 state 状态或 item 类别", "state or item", true } },
      "CaseBoard",
      view_case_board,
      true },
    { "sessions", "我的登录", "own sessions", { { 0 } }, "Sessions", view_sessions, false },
    { "commands",
      "能办的事",
      "commands for this seat",
      { { 0 } },
      "Commands",
      view_commands,
      false },
    { "people",
      "岗位与人员",
      "posts at a unit and below",
      { UNIT(false), { "find", "姓名、岗位或单位", "name, post or unit", true }, PAGE },
      "People",
      view_people,
      false },
    { "rights",
      "岗位的权限",
      "what a seat may do, and why",
      { { "seat_of", "哪个岗位（角色@代码）", "which seat (role@code)", true }, UNIT(false) },
      "Rights",
      view_rights,
      false },
    { "audit",
      "审计",
      "appointments, private askings, signing in",
      { { "before", "第几条以前的", "lines older than this fact", true }, PAGE },
      "Audit",
      view_audit,
      true },
    { "health", "账本健康", "health of the store", { { 0 } }, "Health", view_health, false },
};

const ViewRow *view_table(size_t *ret_n)
{
    *ret_n = sizeof table / sizeof *table;
    return table;
}

const ViewRow *view_find(Str name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

static bool args_fit(Work *w, const ViewRow *view, const Cell *given, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t a = 0; a < VIEW_ARGS && view->args[a].name; a++)
            known = known || str_is(given[i].column, view->args[a].name);
        if (!known)
            return fail(w, ERR_BAD_INPUT, "view.arg view=%s name=%.*s", view->name,
                        STR_ARG(given[i].column));
    }
    for (size_t a = 0; a < VIEW_ARGS && view->args[a].name; a++) {
        bool there = view->args[a].optional;
        for (size_t i = 0; i < n; i++)
            there = there || (str_is(given[i].column, view->args[a].name) && given[i].text.n);
        if (!there)
            return fail(w, ERR_BAD_INPUT, "view.lacks view=%s name=%s", view->name,
                        view->args[a].name);
    }
    return true;
}

static void arena_end(Arena **arena)
{
    arena_close(*arena);
}

/* The answer grows in an arena of its own: views take scopes of w->arena while they write. */
bool view_run(Work *w, const Reader *reader, const ViewRow *view, const Cell *given, size_t n,
              Buf *out)
{
    TRY(args_fit(w, view, given, n));
    CLEANUP(arena_end) Arena *own = arena_open(out->max * 4, out->max * 4 + (1 << 20));
    Buf answer = buf_open(own, out->max);
    json_object(&answer, NULL);
    json_int(&answer, "seq", core_known(reader->k->core));
    json_int(&answer, "at", w->now_ms);
    json_key(&answer, STR("data"));
    TRY(view->run(w, reader, given, n, &answer));
    json_object_end(&answer);
    buf_put(out, buf_str(&answer));
    return (buf_ok(&answer) && buf_ok(out)) ||
           fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", answer.n);
}
