/* Import of a yearly list: compared with what stands on the day, the differences become facts that
 * say what they rest on, and a report says every case. Runs inside core_begin … core_commit. */
#include "core/unit_list_int.h"

#include "base/limits.h"

/* One kind of case: its lines, printed under a heading. */
typedef struct Cases {
    const char *heading;
    list_of(Str) lines;
} Cases;

enum {
    CASE_NEW,
    CASE_RENAME,
    CASE_RECODE,
    CASE_MOVE,
    CASE_REKIND,
    CASE_CLOSE,
    CASE_COUNT,
};

typedef struct Import {
    UnitList list;
    Cases cases[CASE_COUNT];
    int32_t restyled, same;
    bool first; /* nothing stood before: what is new is not told one by one */
} Import;

static void add_case(Import *in, int which, Str line)
{
    *list_push(in->list.w->arena, &in->cases[which].lines) = line;
}

static Str basis(Import *in, const char *why)
{
    return str_printf(in->list.w->arena, "%.*s：%s", STR_ARG(in->list.source), why);
}

static Str unit_text(Import *in, int32_t unit)
{
    const Units *u = in->list.core->units;
    if (unit == UNIT_NONE)
        return STR("（无上级）");
    return str_printf(in->list.w->arena, "%.*s（%.*s）",
                      STR_ARG(unit_name(u, unit, in->list.day, KNOWN_NOW)),
                      STR_ARG(unit_code(u, unit, in->list.day, KNOWN_NOW)));
}

static int32_t parent_unit(const UnitList *list, const ListRow *row)
{
    return row->parent < 0 ? UNIT_NONE : list->rows[row->parent].unit;
}

static bool create_row(Import *in, ListRow *row)
{
    UnitList *list = &in->list;
    NewUnit unit = { .code = row->code,
                     .name = row->name,
                     .kind = row->kind->number,
                     .parent = parent_unit(list, row),
                     .day = list->day };
    unit.basis = basis(in, in->first ? "首次列出" : "新列出的代码，没有可一一对应的原单位");
    if (!unit_create(list->w, list->core, &unit, &row->unit)) {
        note(list->w, "line %lld of the list", (long long)row->line);
        return false;
    }
    if (!in->first)
        add_case(in, CASE_NEW,
                 str_printf(list->w->arena, "%.*s %.*s（%.*s），属 %.*s", STR_ARG(row->code),
                            STR_ARG(row->name), STR_ARG(row->kind->title),
                            STR_ARG(unit_text(in, unit.parent))));
    return true;
}

/* Parents before children. */
static bool create_all(Import *in)
{
    UnitList *list = &in->list;
    int32_t deepest = 0;
    for (int32_t i = 0; i < list->row_count; i++)
        deepest = list->rows[i].depth > deepest ? list->rows[i].depth : deepest;
    for (int32_t depth = 0; depth <= deepest; depth++)
        for (int32_t i = 0; i < list->row_count; i++)
            if (list->rows[i].depth == depth && list->rows[i].fate == ROW_NEW)
                TRY(create_row(in, &list->rows[i]));
    return true;
}

static bool recode_unit(Import *in, const ListUnit *it, const ListRow *row)
{
    UnitList *list = &in->list;
    if (str_eq(it->code, row->code))
        return true;
    add_case(in, CASE_RECODE,
             str_printf(list->w->arena, "%.*s：%.*s → %.*s", STR_ARG(row->name), STR_ARG(it->code),
                        STR_ARG(row->code)));
    return unit_recode(list->w, list->core, it->unit, row->code, list->day,
                       basis(in, "旧代码消失、新代码出现，名称、类别和县级相同且一一对应"));
}

static bool move_unit(Import *in, const ListUnit *it, const ListRow *row)
{
    UnitList *list = &in->list;
    int32_t from = unit_parent(list->core->units, it->unit, 0, list->day, KNOWN_NOW);
    int32_t to = parent_unit(list, row);
    if (from == to || row->parent < 0)
        return true; /* a root of the list may stand under something that the list leaves out */
    add_case(in, CASE_MOVE,
             str_printf(list->w->arena, "%.*s %.*s：%.*s → %.*s", STR_ARG(row->code),
                        STR_ARG(row->name), STR_ARG(unit_text(in, from)),
                        STR_ARG(unit_text(in, to))));
    return unit_move(
        list->w, list->core, it->unit, 0, to, list->day,
        basis(in, row->fate == ROW_SAME ? "同一代码，上级不同" : "随代码变更一一对应，上级不同"));
}

static bool rekind_unit(Import *in, const ListUnit *it, const ListRow *row)
{
    UnitList *list = &in->list;
    if (it->kind == row->kind->number)
        return true;
    const Kind *old = set_kind_number(list->set, it->kind);
    add_case(in, CASE_REKIND,
             str_printf(list->w->arena, "%.*s %.*s：%.*s → %.*s", STR_ARG(row->code),
                        STR_ARG(row->name), STR_ARG(old ? old->title : STR("？")),
                        STR_ARG(row->kind->title)));
    return unit_rekind(list->w, list->core, it->unit, row->kind->number, list->day,
                       basis(in, "同一代码，类别不同"));
}

static bool rename_unit(Import *in, const ListUnit *it, const ListRow *row)
{
    UnitList *list = &in->list;
    if (str_eq(it->name, row->name))
        return true;
    if (str_eq(it->plain, row->name)) {
        in->restyled++;
        return unit_restyle(list->w, list->core, it->unit, row->name, list->day,
                            basis(in, "全表统一写法，不算更名"));
    }
    add_case(in, CASE_RENAME,
             str_printf(list->w->arena, "%.*s：%.*s → %.*s", STR_ARG(row->code), STR_ARG(it->name),
                        STR_ARG(row->name)));
    return unit_rename(list->w, list->core, it->unit, row->name, list->day,
                       basis(in, "同一代码，名称不同"));
}

static bool change_all(Import *in)
{
    UnitList *list = &in->list;
    for (int32_t i = 0; i < list->unit_count; i++) {
        const ListUnit *it = &list->units[i];
        if (it->row < 0)
            continue;
        const ListRow *row = &list->rows[it->row];
        int64_t before = core_known(list->core);
        TRY(rekind_unit(in, it, row));
        TRY(recode_unit(in, it, row));
        TRY(move_unit(in, it, row));
        TRY(rename_unit(in, it, row));
        in->same += core_known(list->core) == before;
    }
    return true;
}

/* Children before parents: in pre-order those stand later. */
static bool close_all(Import *in)
{
    UnitList *list = &in->list;
    for (int32_t i = list->unit_count; i-- > 0;) {
        const ListUnit *it = &list->units[i];
        if (it->row >= 0)
            continue;
        const Kind *kind = set_kind_number(list->set, it->kind);
        add_case(in, CASE_CLOSE,
                 str_printf(list->w->arena, "%.*s %.*s（%.*s），原属 %.*s", STR_ARG(it->code),
                            STR_ARG(it->name), STR_ARG(kind ? kind->title : STR("？")),
                            STR_ARG(unit_text(in, unit_parent(list->core->units, it->unit, 0,
                                                              list->day, KNOWN_NOW)))));
        TRY(unit_close(list->w, list->core, it->unit, list->day,
                       basis(in, "代码不再列出，没有可一一对应的新单位")));
    }
    return true;
}

/* ---- the report ---- */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static void print_cases(Buf *out, Cases *cases)
{
    if (cases->lines.n == 0)
        return;
    qsort(cases->lines.at, cases->lines.n, sizeof *cases->lines.at, by_text);
    buf_printf(out, "\n%s（%zu）\n", cases->heading, cases->lines.n);
    for (size_t i = 0; i < cases->lines.n; i++)
        buf_printf(out, "  %.*s\n", STR_ARG(cases->lines.at[i]));
}

static void print_kinds(const Import *in, Buf *out)
{
    buf_putz(out, "本表各类单位：");
    const char *between = "";
    for (size_t k = 0; k < in->list.set->kind_count; k++) {
        const Kind *kind = in->list.set->kinds[k];
        int32_t n = 0;
        for (int32_t i = 0; i < in->list.row_count; i++)
            n += in->list.rows[i].kind == kind;
        if (n == 0)
            continue;
        buf_printf(out, "%s%.*s %d", between, STR_ARG(kind->title), n);
        between = "，";
    }
    buf_putz(out, "\n");
}

static void print_styles(const Import *in, Buf *out)
{
    if (in->list.styles.n == 0)
        return;
    buf_printf(out, "\n写法统一（%d 个单位，不算更名）\n", in->restyled);
    for (size_t i = 0; i < in->list.styles.n; i++) {
        const ListStyle *s = &in->list.styles.at[i];
        const Kind *kind = set_kind_number(in->list.set, s->kind);
        int32_t n = 0;
        for (int32_t j = 0; j < in->list.unit_count; j++) {
            const ListUnit *it = &in->list.units[j];
            n += it->row >= 0 && it->kind == s->kind && !str_eq(it->name, it->plain) &&
                 str_eq(it->plain, in->list.rows[it->row].name) &&
                 str_find(it->name, s->suffix) != SIZE_MAX;
        }
        buf_printf(out, "  %.*s：全表去掉“%.*s”，%d 个\n", STR_ARG(kind ? kind->title : STR("？")),
                   STR_ARG(s->suffix), n);
    }
}

static void print_report(Import *in, Buf *out)
{
    UnitList *list = &in->list;
    buf_printf(out, "名单 %.*s，截至 %.*s：%d 个单位\n", STR_ARG(list->source),
               STR_ARG(day_print(list->w->arena, list->day)), list->row_count);
    print_kinds(in, out);
    if (in->first) {
        buf_printf(out, "首次导入：设立 %d 个单位\n", list->row_count);
        return;
    }
    buf_printf(out, "与此前的 %d 个单位比对：不变 %d，写法统一 %d", list->unit_count, in->same,
               in->restyled);
    for (int i = 0; i < CASE_COUNT; i++)
        buf_printf(out, "，%s %zu", in->cases[i].heading, in->cases[i].lines.n);
    buf_printf(out, "，存疑 %zu\n", list->doubts.n);
    for (int i = 0; i < CASE_COUNT; i++)
        print_cases(out, &in->cases[i]);
    print_styles(in, out);
    if (list->doubts.n)
        buf_printf(out, "\n存疑，请人工核对（%zu）\n", list->doubts.n);
    for (size_t i = 0; i < list->doubts.n; i++)
        buf_printf(out, "  %.*s\n", STR_ARG(list->doubts.at[i]));
    buf_putz(out, "\n合并和拆分不作推断，请按实际情况录入。\n");
}

bool units_import(Work *w, struct Core *core, Str csv, int32_t day, Str source, Buf *report)
{
    if (day <= DAY_MIN || day >= DAY_FOREVER)
        return fail(w, ERR_BAD_INPUT, "unit.day_bad");
    Import in = { .list = { .w = w, .core = core, .day = day, .source = source } };
    static const char *const headings[CASE_COUNT] = {
        [CASE_NEW] = "新设",  [CASE_RENAME] = "更名", [CASE_RECODE] = "改码",
        [CASE_MOVE] = "改属", [CASE_REKIND] = "改类", [CASE_CLOSE] = "撤销",
    };
    for (int i = 0; i < CASE_COUNT; i++)
        in.cases[i].heading = headings[i];
    in.list.set = packs_set(w, core, KNOWN_NOW);
    TRY(in.list.set);
    TRY(list_read(&in.list, csv, report));
    list_compare(&in.list);
    in.first = in.list.unit_count == 0;
    TRY(create_all(&in));
    TRY(change_all(&in));
    TRY(close_all(&in));
    print_report(&in, report);
    return true;
}
