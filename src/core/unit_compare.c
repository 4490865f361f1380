/* What a list says against what stands: the rules of an import.
 *
 * Same code = same unit. A suffix (or a bracket at the end) that the whole list drops from a kind
 * is a style, no rename. A code gone and a code new with the same name, kind and top unit (the one
 * below the root), one to one, = moved or recoded. The rest has ended or begun. Merges and splits
 * are never guessed: they are entered. What looks doubtful is said, and left to people. */
#include "core/unit_list_int.h"

#include "base/utf8.h"

enum { STYLE_LEAST = 3 }; /* fewer names with a suffix are renames, not a style */

static void doubt(UnitList *list, Str text)
{
    *list_push(list->w->arena, &list->doubts) = text;
}

/* ---- what stands ---- */

static bool kind_listed(const UnitList *list, int32_t kind)
{
    for (int32_t i = 0; i < list->row_count; i++)
        if (list->rows[i].kind->number == kind)
            return true;
    return false;
}

/* Units of the kinds of the list, below (or being) one of its roots. */
static void find_standing(UnitList *list)
{
    Work *w = list->w;
    const Units *u = list->core->units;
    const TreeVersion *t = units_tree(w, list->core->units, 0, list->day, KNOWN_NOW);
    list->units = arena_array(w->arena, ListUnit, (size_t)t->count + 1);
    list->unit_at = map_open(w->arena);
    bool *listed = arena_array(w->arena, bool, list->set->kind_count + 1);
    for (size_t k = 0; k < list->set->kind_count; k++)
        listed[k] = kind_listed(list, list->set->kinds[k]->number);
    int32_t *depth = arena_array(w->arena, int32_t, (size_t)t->count + 1);
    int32_t *top = arena_array(w->arena, int32_t, (size_t)t->count + 1);
    for (int32_t pre = 0; pre < t->count; pre++) {
        int32_t unit = t->slot_of[pre], above = t->parent[pre];
        Str code = unit_code(u, unit, list->day, KNOWN_NOW);
        const ListRow *row = map_find(&list->row_of, code);
        depth[pre] = above >= 0 && depth[above] >= 0 ? depth[above] + 1
                     : row && row->depth == 0        ? 0
                                                     : -1;
        if (depth[pre] < 0)
            continue;
        top[pre] = depth[pre] == 0 ? UNIT_NONE : depth[pre] == 1 ? unit : top[above];
        bool in = false;
        for (size_t k = 0; k < list->set->kind_count; k++)
            in = in || (listed[k] && list->set->kinds[k]->number == t->kind[pre]);
        if (!in)
            continue;
        ListUnit *it = &list->units[list->unit_count++];
        *it = (ListUnit){ .unit = unit, .code = code, .kind = t->kind[pre], .depth = depth[pre] };
        it->name = unit_name(u, unit, list->day, KNOWN_NOW);
        it->top = top[pre];
        it->row = -1;
        map_put_int(&list->unit_at, unit, it);
    }
}

static void match_codes(UnitList *list)
{
    for (int32_t i = 0; i < list->unit_count; i++) {
        ListUnit *it = &list->units[i];
        ListRow *row = map_find(&list->row_of, it->code);
        if (!row)
            continue;
        it->row = (int32_t)(row - list->rows);
        row->unit = it->unit;
        row->fate = ROW_SAME;
    }
}

/* ---- styles ---- */

/* Where the brackets （…） at the end of a name begin; name.n without any. */
static size_t bracket_at(Str name)
{
    static const Str open = { "（", sizeof "（" - 1 }, close = { "）", sizeof "）" - 1 };
    size_t end = name.n;
    while (str_ends(str_sub(name, 0, end), close)) {
        size_t at = end - close.n;
        while (at > 0 && !str_starts(str_sub(name, at, open.n), open))
            at--;
        if (at == 0)
            break;
        end = at;
    }
    return end;
}

static void add_style(UnitList *list, Str suffix, bool bracket, int32_t kind)
{
    for (size_t i = 0; i < list->styles.n; i++) {
        ListStyle *s = &list->styles.at[i];
        if (s->kind == kind && s->bracket == bracket && str_eq(s->suffix, suffix)) {
            s->count++;
            return;
        }
    }
    *list_push(list->w->arena, &list->styles) =
        (ListStyle){ .suffix = suffix, .bracket = bracket, .kind = kind, .count = 1 };
}

/* What this pair of names has lost at its end. */
static void suggest_style(UnitList *list, const ListUnit *it)
{
    Str old = it->name, new_name = list->rows[it->row].name;
    size_t cut = bracket_at(old), new_cut = bracket_at(new_name);
    Str base = str_sub(old, 0, cut), new_base = str_sub(new_name, 0, new_cut);
    bool loses_bracket = cut < old.n && new_cut == new_name.n;
    bool same_bracket = str_eq(str_sub(old, cut, old.n), str_sub(new_name, new_cut, new_name.n));
    if (!str_starts(base, new_base) || !(loses_bracket || same_bracket))
        return;
    if (base.n > new_base.n)
        add_style(list, str_sub(base, new_base.n, base.n), false, it->kind);
    if (loses_bracket)
        add_style(list, str_sub(old, cut, old.n), true, it->kind);
}

static bool has_suffix(Str name, const ListStyle *style)
{
    size_t cut = bracket_at(name);
    return style->bracket ? str_eq(str_sub(name, cut, name.n), style->suffix)
                          : str_ends(str_sub(name, 0, cut), style->suffix);
}

/* The whole list drops it: no name of the kind ends so any more. */
static bool style_holds(const UnitList *list, const ListStyle *style)
{
    if (style->count < STYLE_LEAST)
        return false;
    for (int32_t i = 0; i < list->row_count; i++)
        if (list->rows[i].kind->number == style->kind && has_suffix(list->rows[i].name, style))
            return false;
    return true;
}

Str list_plain(const UnitList *list, int32_t kind, Str name)
{
    size_t cut = bracket_at(name);
    Str base = str_sub(name, 0, cut), bracket = str_sub(name, cut, name.n);
    size_t lost = 0;
    for (size_t i = 0; i < list->styles.n; i++) {
        const ListStyle *s = &list->styles.at[i];
        if (s->kind != kind)
            continue;
        if (s->bracket && str_eq(bracket, s->suffix))
            bracket = STR("");
        if (!s->bracket && s->suffix.n > lost && base.n > s->suffix.n && str_ends(base, s->suffix))
            lost = s->suffix.n;
    }
    base.n -= lost;
    if (bracket.n == name.n - cut && lost == 0)
        return name;
    return str_printf(list->w->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(bracket));
}

static void find_styles(UnitList *list)
{
    for (int32_t i = 0; i < list->unit_count; i++)
        if (list->units[i].row >= 0 &&
            !str_eq(list->units[i].name, list->rows[list->units[i].row].name))
            suggest_style(list, &list->units[i]);
    size_t kept = 0;
    for (size_t i = 0; i < list->styles.n; i++)
        if (style_holds(list, &list->styles.at[i]))
            list->styles.at[kept++] = list->styles.at[i];
    list->styles.n = kept;
    for (int32_t i = 0; i < list->unit_count; i++)
        list->units[i].plain = list_plain(list, list->units[i].kind, list->units[i].name);
}

/* ---- gone and new, one to one ---- */

typedef struct Pair {
    ListUnit *gone;
    ListRow *fresh;
    int32_t gone_count, fresh_count;
    Str key;
} Pair;

/* The unit at depth 1 that a row stands under; UNIT_NONE when that one is new itself. */
static int32_t top_unit(const UnitList *list, const ListRow *row)
{
    return row->top < 0 ? UNIT_NONE : list->rows[row->top].unit;
}

static Pair *pair_of(UnitList *list, Map *pairs, int32_t kind, int32_t top, Str name)
{
    Str key = str_printf(list->w->arena, "%d %d %.*s", kind, top, STR_ARG(name));
    Pair *p = map_find(pairs, key);
    if (!p) {
        p = arena_new(list->w->arena, Pair);
        p->key = key;
        map_put(pairs, key, p);
    }
    return p;
}

static void join(UnitList *list, Pair *p)
{
    if (p->gone_count == 1 && p->fresh_count == 1) {
        p->fresh->unit = p->gone->unit;
        p->fresh->fate = ROW_MOVED;
        p->gone->row = (int32_t)(p->fresh - list->rows);
        return;
    }
    if (p->gone_count && p->fresh_count)
        doubt(list, str_printf(list->w->arena,
                               "“%.*s”：消失 %d 个、新出现 %d 个，不能一一对应，按撤销和新设处理",
                               STR_ARG(p->fresh->name), p->gone_count, p->fresh_count));
}

/* Level by level from the top, so that what stands under a moved unit finds its unit too. */
static void match_names(UnitList *list, bool top_level)
{
    Map pairs = map_open(list->w->arena);
    for (int32_t i = 0; i < list->unit_count; i++) {
        ListUnit *it = &list->units[i];
        if (it->row >= 0 || (it->depth <= 1) != top_level)
            continue;
        Pair *p = pair_of(list, &pairs, it->kind, top_level ? UNIT_NONE : it->top, it->plain);
        p->gone = it;
        p->gone_count++;
    }
    for (int32_t i = 0; i < list->row_count; i++) {
        ListRow *row = &list->rows[i];
        if (row->fate != ROW_NEW || (row->depth <= 1) != top_level)
            continue;
        int32_t top = top_unit(list, row);
        if (!top_level && top == UNIT_NONE)
            continue; /* under a new top unit nothing can have the same one */
        Pair *p = pair_of(list, &pairs, row->kind->number, top_level ? UNIT_NONE : top, row->name);
        p->fresh = row;
        p->fresh_count++;
    }
    for (size_t i = 0; i < pairs.n; i++)
        join(list, pairs.items[i].value);
}

/* ---- doubts ---- */

/* A new name that another unit of the same top and kind had just before: codes may have been
 * given round. */
static void doubt_round(UnitList *list)
{
    Map names = map_open(list->w->arena);
    for (int32_t i = 0; i < list->unit_count; i++) {
        ListUnit *it = &list->units[i];
        pair_of(list, &names, it->kind, it->top, it->plain)->gone = it;
    }
    for (int32_t i = 0; i < list->unit_count; i++) {
        const ListUnit *it = &list->units[i];
        if (it->row < 0 || str_eq(it->plain, list->rows[it->row].name))
            continue;
        const ListRow *row = &list->rows[it->row];
        const ListUnit *other = pair_of(list, &names, it->kind, it->top, row->name)->gone;
        if (other && (other->row < 0 || !str_eq(other->plain, list->rows[other->row].name)))
            doubt(list, str_printf(list->w->arena,
                                   "%.*s 由“%.*s”更名为“%.*s”，而“%.*s”原是 %.*s 的名称："
                                   "代码可能轮换使用，请核对",
                                   STR_ARG(it->code), STR_ARG(it->name), STR_ARG(row->name),
                                   STR_ARG(row->name), STR_ARG(other->code)));
    }
}

/* Gone here and new under another top unit with the same name: perhaps handed over. */
static void doubt_handed(UnitList *list)
{
    Map names = map_open(list->w->arena);
    for (int32_t i = 0; i < list->unit_count; i++)
        if (list->units[i].row < 0)
            pair_of(list, &names, list->units[i].kind, 0, list->units[i].plain)->gone =
                &list->units[i];
    for (int32_t i = 0; i < list->row_count; i++) {
        const ListRow *row = &list->rows[i];
        if (row->fate != ROW_NEW)
            continue;
        const ListUnit *gone = pair_of(list, &names, row->kind->number, 0, row->name)->gone;
        if (gone && gone->top != top_unit(list, row))
            doubt(list, str_printf(list->w->arena,
                                   "“%.*s”在 %.*s 消失、在 %.*s 新出现，上级不同：可能是移交，"
                                   "确认后请录入“合并”（一对一）",
                                   STR_ARG(row->name), STR_ARG(gone->code), STR_ARG(row->code)));
    }
}

/* A new row with a code that another unit held before. */
static void doubt_reuse(UnitList *list)
{
    const Units *u = list->core->units;
    for (int32_t i = 0; i < list->row_count; i++) {
        const ListRow *row = &list->rows[i];
        const CodeHolders *h = row->fate == ROW_NEW ? units_holders(u, row->code) : NULL;
        if (h)
            doubt(list, str_printf(list->w->arena, "%.*s “%.*s”的代码曾由“%.*s”使用，按新单位处理",
                                   STR_ARG(row->code), STR_ARG(row->name),
                                   STR_ARG(unit_name(u, h->unit[0], list->day, KNOWN_NOW))));
    }
}

void list_compare(UnitList *list)
{
    find_standing(list);
    match_codes(list);
    find_styles(list);
    match_names(list, true);
    match_names(list, false);
    doubt_round(list);
    doubt_handed(list);
    doubt_reuse(list);
}
