/* May a change of units be made? Each judge says no with fail(), naming units and days. A change
 * holds from its day to the next change of the same aspect: judged over all of those days, since
 * facts may be entered late. */
#include "core/unit_int.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "core/core.h"

enum { PRODUCT_BITS = 60 }; /* shares along a lineage stay inside an int64 */

static const char *day_say(Work *w, int32_t day)
{
    return str_z(w->arena, day_print(w->arena, day));
}

bool judge_exists(Work *w, const Units *u, int32_t unit)
{
    if (unit >= 0 && unit < units_count(u))
        return true;
    return fail(w, ERR_NOT_FOUND, "unit.number_unknown number=%d", unit);
}

bool judge_alive(Work *w, const Units *u, int32_t unit, int32_t day)
{
    TRY(judge_exists(w, u, unit));
    int32_t from, to;
    bool lived = unit_life(u, unit, KNOWN_NOW, &from, &to);
    CHECK(lived);
    if (day < from)
        return fail(w, ERR_BAD_INPUT, "unit.not_born unit=%s day=%s born=%s",
                    unit_say(w, u, unit, from), day_say(w, day), day_say(w, from));
    if (day >= to)
        return fail(w, ERR_BAD_INPUT, "unit.ended unit=%s day=%s end=%s", unit_say(w, u, unit, day),
                    day_say(w, day), day_say(w, to));
    return true;
}

bool judge_text(Work *w, Str text, size_t limit, Str *ret)
{
    if (!utf8_nfc(w->arena, text, ret))
        return fail(w, ERR_BAD_INPUT, "unit.text_broken");
    if (ret->n > limit)
        return fail(w, ERR_LIMIT, "unit.text_long limit=%zu", limit);
    for (size_t i = 0; i < ret->n; i++)
        if ((unsigned char)ret->p[i] < ' ' || ret->p[i] == 127)
            return fail(w, ERR_BAD_INPUT, "unit.text_broken");
    return true;
}

bool judge_name(Work *w, Str name, Str *ret)
{
    TRY(judge_text(w, str_trim(name), LIMIT_NAME_BYTES, ret));
    return ret->n > 0 || fail(w, ERR_BAD_INPUT, "unit.no_name");
}

/* Days on which both units have the code: the code's spans within the lives. */
static bool code_meets(const Units *u, int32_t other, Str code, int32_t from, int32_t to,
                       int32_t *ret_day)
{
    int32_t born, end;
    if (!unit_life(u, other, KNOWN_NOW, &born, &end))
        return false;
    int32_t low = from > born ? from : born, high = to < end ? to : end;
    const Span *s = unit_span_after(u, other, ASPECT_CODE, 0, low, KNOWN_NOW);
    for (; s && s->from_day < high;
         s = unit_span_after(u, other, ASPECT_CODE, 0, s->to_day, KNOWN_NOW)) {
        if (!str_eq(s->text, code))
            continue;
        *ret_day = s->from_day > low ? s->from_day : low;
        return *ret_day < high;
    }
    return false;
}

bool judge_code(Work *w, const Units *u, int32_t unit, Str code, int32_t from, int32_t to, Str *ret)
{
    TRY(judge_text(w, code, LIMIT_CODE_BYTES, ret));
    if (ret->n == 0)
        return fail(w, ERR_BAD_INPUT, "unit.no_code");
    for (size_t i = 0; i < ret->n; i++)
        if (ret->p[i] == ' ')
            return fail(w, ERR_BAD_INPUT, "unit.no_code");
    const CodeHolders *h = units_holders(u, *ret);
    int32_t day;
    for (int32_t i = 0; h && i < h->n; i++)
        if (h->unit[i] != unit && code_meets(u, h->unit[i], *ret, from, to, &day))
            return fail(w, ERR_CONFLICT, "unit.code_taken code=%.*s unit=%s day=%s", STR_ARG(*ret),
                        unit_say(w, u, h->unit[i], day), day_say(w, day));
    return true;
}

/* A day on or after `day` on which child stands under unit and lives, or DAY_FOREVER. */
static int32_t day_under(const Units *u, int32_t child, int32_t unit, int32_t day)
{
    int32_t from, to;
    if (!unit_life(u, child, KNOWN_NOW, &from, &to))
        return DAY_FOREVER;
    const UnitRow *row = unit_row(u, child);
    for (int32_t i = 0; i < row->span_count; i++) {
        const Span *s = &row->spans[i];
        if (s->aspect != ASPECT_PARENT || s->value != unit || !span_known(s, KNOWN_NOW))
            continue;
        int32_t low = s->from_day > day ? s->from_day : day;
        int32_t high = s->to_day < to ? s->to_day : to;
        low = low > from ? low : from;
        if (low < high)
            return low;
    }
    return DAY_FOREVER;
}

bool judge_childless(Work *w, const Units *u, int32_t unit, int32_t day)
{
    const UnitRow *row = unit_row(u, unit);
    for (int32_t i = 0; i < row->child_count; i++) {
        int32_t when = day_under(u, row->children[i], unit, day);
        if (when != DAY_FOREVER)
            return fail(w, ERR_CONFLICT, "unit.has_children unit=%s child=%s day=%s",
                        unit_say(w, u, unit, when), unit_say(w, u, row->children[i], when),
                        day_say(w, when));
    }
    return true;
}

static bool is_one_of(int32_t unit, const int32_t *units, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (units[i] == unit)
            return true;
    return false;
}

bool judge_end(Work *w, const Units *u, int32_t unit, int32_t day, const int32_t *told, size_t n)
{
    TRY(judge_exists(w, u, unit));
    int32_t from, to;
    bool lived = unit_life(u, unit, KNOWN_NOW, &from, &to);
    CHECK(lived);
    if (day <= from)
        return fail(w, ERR_BAD_INPUT, "unit.not_born unit=%s day=%s born=%s",
                    unit_say(w, u, unit, from), day_say(w, day), day_say(w, from));
    if (to != DAY_FOREVER && !(n > 0 && to == day))
        return fail(w, ERR_CONFLICT, "unit.ended unit=%s day=%s end=%s", unit_say(w, u, unit, day),
                    day_say(w, day), day_say(w, to));
    const UnitRow *row = unit_row(u, unit);
    for (int32_t i = 0; i < row->in_count; i++)
        if (link_known(&row->in[i], KNOWN_NOW) && row->in[i].day >= day &&
            !is_one_of(row->in[i].from, told, n))
            return fail(w, ERR_CONFLICT, "unit.takes_over_later unit=%s other=%s day=%s",
                        unit_say(w, u, unit, day), unit_say(w, u, row->in[i].from, day),
                        day_say(w, row->in[i].day));
    return judge_childless(w, u, unit, day);
}

/* ---- kinds and parents ---- */

static const Tree *find_tree(const PackSet *set, int32_t tree)
{
    for (size_t i = 0; i < set->tree_count; i++)
        if (set->trees[i]->number == tree)
            return set->trees[i];
    return NULL;
}

/* May a unit of `kind` stand under one of `above` in the tree? */
static bool kinds_fit(const PackSet *set, int32_t tree, int32_t kind, int32_t above)
{
    if (tree != 0) {
        const Tree *t = find_tree(set, tree);
        for (size_t i = 0; t && i < t->edge_count; i++)
            if (t->edges[i].child->number == kind && t->edges[i].parent->number == above)
                return true;
        return false;
    }
    const Kind *child = set_kind_number(set, kind);
    for (size_t i = 0; child && i < child->parent_count; i++)
        if (child->parents[i]->number == above)
            return true;
    return false;
}

static const char *kind_say(Work *w, const PackSet *set, int32_t kind)
{
    const Kind *k = set_kind_number(set, kind);
    return k ? arena_printf(w->arena, "%.*s", STR_ARG(k->title.n ? k->title : k->name)) : "?";
}

static bool refuse_kind(Work *w, const PackSet *set, int32_t kind, int32_t above)
{
    return fail(w, ERR_BAD_INPUT, "unit.kind_misplaced kind=%s parent=%s", kind_say(w, set, kind),
                kind_say(w, set, above));
}

/* Every kind that the parent has on these days takes the child's kind. */
static bool judge_under(Work *w, const Units *u, const PackSet *set, int32_t kind, int32_t tree,
                        int32_t parent, int32_t from, int32_t to)
{
    const Span *s = unit_span_after(u, parent, ASPECT_KIND, 0, from, KNOWN_NOW);
    for (; s && s->from_day < to;
         s = unit_span_after(u, parent, ASPECT_KIND, 0, s->to_day, KNOWN_NOW))
        if (!kinds_fit(set, tree, kind, (int32_t)s->value))
            return refuse_kind(w, set, kind, (int32_t)s->value);
    return true;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* Every kind that the unit has on these days may stand under the parent. */
static bool judge_kinds(Work *w, const Units *u, const PackSet *set, int32_t unit, int32_t tree,
                        int32_t parent, int32_t from, int32_t to)
{
    const Span *s = unit_span_after(u, unit, ASPECT_KIND, 0, from, KNOWN_NOW);
    for (; s && s->from_day < to;
         s = unit_span_after(u, unit, ASPECT_KIND, 0, s->to_day, KNOWN_NOW))
        TRY(judge_under(w, u, set, (int32_t)s->value, tree, parent, later(from, s->from_day),
                        earlier(to, s->to_day)));
    return true;
}

enum { FOUND = -1 };

/* Levels from `unit` up to a root on any of the days, or FOUND when `wanted` stands there. */
static int32_t depth_above(const Units *u, int32_t unit, int32_t wanted, int32_t tree, int32_t from,
                           int32_t to, int32_t level)
{
    if (unit == wanted)
        return FOUND;
    int32_t most = level;
    if (level > LIMIT_TREE_DEPTH)
        return most;
    const Span *s = unit_span_after(u, unit, ASPECT_PARENT, tree, from, KNOWN_NOW);
    for (; s && s->from_day < to;
         s = unit_span_after(u, unit, ASPECT_PARENT, tree, s->to_day, KNOWN_NOW)) {
        if (s->value == UNIT_NONE)
            continue;
        int32_t depth = depth_above(u, (int32_t)s->value, wanted, tree, later(from, s->from_day),
                                    earlier(to, s->to_day), level + 1);
        if (depth == FOUND)
            return FOUND;
        most = later(most, depth);
    }
    return most;
}

/* Levels below `unit` on any of the days. */
static int32_t height_below(const Units *u, int32_t unit, int32_t tree, int32_t from, int32_t to,
                            int32_t level)
{
    int32_t most = level;
    const UnitRow *row = unit_row(u, unit);
    for (int32_t i = 0; level <= LIMIT_TREE_DEPTH && i < row->child_count; i++) {
        int32_t child = row->children[i], born, end;
        if (!unit_life(u, child, KNOWN_NOW, &born, &end))
            continue;
        const Span *s = unit_span_after(u, child, ASPECT_PARENT, tree, from, KNOWN_NOW);
        for (; s && s->from_day < to && s->from_day < end;
             s = unit_span_after(u, child, ASPECT_PARENT, tree, s->to_day, KNOWN_NOW))
            if (s->value == unit)
                most = later(most, height_below(u, child, tree, later(from, s->from_day),
                                                earlier(to, s->to_day), level + 1));
    }
    return most;
}

/* Does another unit of one of the kinds stand on the day? */
static bool any_of_kinds(const Units *u, int32_t but, const Kind *k, int32_t day)
{
    for (int32_t unit = 0; unit < units_count(u); unit++)
        for (size_t i = 0; unit != but && i < k->parent_count; i++)
            if (unit_kind(u, unit, day, KNOWN_NOW) == k->parents[i]->number &&
                unit_alive(u, unit, day, KNOWN_NOW))
                return true;
    return false;
}

/* A place without a parent: the top of tree 0 (a county's own store begins with the county, as long
 * as nothing stands there that it could hang under), or out of another tree. */
static bool judge_root(Work *w, const Units *u, const PackSet *set, int32_t unit, int32_t kind,
                       int32_t day)
{
    const Kind *k = set_kind_number(set, kind);
    if (!k || !any_of_kinds(u, unit, k, day))
        return true;
    return fail(w, ERR_BAD_INPUT, "unit.needs_parent kind=%s", kind_say(w, set, kind));
}

bool judge_parent(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t tree,
                  int32_t parent, int32_t from, int32_t to)
{
    const Units *u = core->units;
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    if (!find_tree(set, tree))
        return fail(w, ERR_NOT_FOUND, "unit.tree_unknown tree=%d", tree);
    if (parent == UNIT_NONE)
        return tree != 0 || judge_root(w, u, set, unit, kind, from);
    TRY(judge_alive(w, u, parent, from));
    int32_t born, end;
    bool lived = unit_life(u, parent, KNOWN_NOW, &born, &end);
    CHECK(lived);
    if (end < to)
        return fail(w, ERR_CONFLICT, "unit.ended unit=%s day=%s end=%s",
                    unit_say(w, u, parent, from), day_say(w, end), day_say(w, end));
    int32_t above = depth_above(u, parent, unit, tree, from, to, 1);
    if (above == FOUND)
        return fail(w, ERR_CONFLICT, "unit.cycle unit=%s parent=%s", unit_say(w, u, unit, from),
                    unit_say(w, u, parent, from));
    int32_t below = unit < u->count && unit >= 0 ? height_below(u, unit, tree, from, to, 1) : 1;
    if (above + below > LIMIT_TREE_DEPTH)
        return fail(w, ERR_LIMIT, "unit.too_deep limit=%d", LIMIT_TREE_DEPTH);
    if (unit == u->count)
        return judge_under(w, u, set, kind, tree, parent, from, to);
    return judge_kinds(w, u, set, unit, tree, parent, from, to);
}

/* Every kind that the child has while it lives under the unit may stand under `kind`. */
static bool judge_child_kinds(Work *w, const Units *u, const PackSet *set, int32_t child,
                              int32_t unit, int32_t kind, int32_t from, int32_t to)
{
    int32_t born, end;
    bool lived = unit_life(u, child, KNOWN_NOW, &born, &end);
    CHECK(lived);
    const UnitRow *row = unit_row(u, child);
    for (int32_t i = 0; i < row->span_count; i++) {
        const Span *under = &row->spans[i];
        if (under->aspect != ASPECT_PARENT || under->value != unit || !span_known(under, KNOWN_NOW))
            continue;
        int32_t low = later(later(from, under->from_day), born);
        int32_t high = earlier(earlier(to, under->to_day), end);
        const Span *s =
            low < high ? unit_span_after(u, child, ASPECT_KIND, 0, low, KNOWN_NOW) : NULL;
        for (; s && s->from_day < high;
             s = unit_span_after(u, child, ASPECT_KIND, 0, s->to_day, KNOWN_NOW))
            if (!kinds_fit(set, under->tree, (int32_t)s->value, kind))
                return refuse_kind(w, set, (int32_t)s->value, kind);
    }
    return true;
}

bool judge_rekind(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t from, int32_t to)
{
    const Units *u = core->units;
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    if (!set_kind_number(set, kind))
        return fail(w, ERR_NOT_FOUND, "unit.kind_unknown kind=%d", kind);
    const UnitRow *row = unit_row(u, unit);
    if (unit_parent(u, unit, 0, from, KNOWN_NOW) == UNIT_NONE)
        TRY(judge_root(w, u, set, unit, kind, from));
    for (int32_t i = 0; i < row->span_count; i++) {
        const Span *s = &row->spans[i];
        int32_t low = later(from, s->from_day), high = earlier(to, s->to_day);
        if (s->aspect == ASPECT_PARENT && s->value != UNIT_NONE && span_known(s, KNOWN_NOW) &&
            low < high)
            TRY(judge_under(w, u, set, kind, s->tree, (int32_t)s->value, low, high));
    }
    for (int32_t i = 0; i < row->child_count; i++)
        TRY(judge_child_kinds(w, u, set, row->children[i], unit, kind, from, to));
    return true;
}

/* ---- shares ---- */

static Int128 common_of(Int128 a, Int128 b)
{
    while (b != 0) {
        Int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static Int128 common_den(const UnitRow *row)
{
    Int128 den = 1;
    for (int32_t i = 0; i < row->out_count; i++)
        if (link_known(&row->out[i], KNOWN_NOW))
            den = den / common_of(den, row->out[i].den) * row->out[i].den;
    return den;
}

typedef list_of(int32_t) Numbers;

static void add_once(Arena *arena, Numbers *list, int32_t number)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == number)
            return;
    *list_push(arena, list) = number;
}

/* Every share along this lineage divides the product of its splits' common denominators. */
static bool judge_product(Work *w, const Units *u, int32_t from, const Share *into, size_t n,
                          Int128 den)
{
    Numbers all = { 0 };
    add_once(w->arena, &all, from);
    for (size_t i = 0; i < n; i++)
        add_once(w->arena, &all, into[i].unit);
    Int128 product = den;
    for (size_t i = 0; i < all.n; i++) {
        const UnitRow *row = unit_row(u, all.at[i]);
        if (all.at[i] != from)
            product *= common_den(row);
        if (product >> PRODUCT_BITS)
            return fail(w, ERR_LIMIT, "unit.shares_fine unit=%s",
                        unit_say(w, u, from, DAY_MAX - 1));
        for (int32_t j = 0; j < row->in_count; j++)
            add_once(w->arena, &all, row->in[j].from);
        for (int32_t j = 0; j < row->out_count; j++)
            add_once(w->arena, &all, row->out[j].to);
    }
    return true;
}

bool judge_shares(Work *w, const Units *u, int32_t from, const Share *into, size_t n)
{
    if (n < 1 || n > LIMIT_LINEAGE_PARTS)
        return fail(w, ERR_LIMIT, "unit.parts limit=%d", LIMIT_LINEAGE_PARTS);
    Int128 den = 1, sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (into[i].num < 1 || into[i].den < into[i].num)
            return fail(w, ERR_BAD_INPUT, "unit.share_bad num=%lld den=%lld",
                        (long long)into[i].num, (long long)into[i].den);
        for (size_t j = 0; j < i; j++)
            if (into[j].unit == into[i].unit)
                return fail(w, ERR_BAD_INPUT, "unit.twice unit=%s",
                            unit_say(w, u, into[i].unit, DAY_MAX - 1));
        den = den / common_of(den, into[i].den) * into[i].den;
        if (den > LIMIT_SHARE_DEN)
            return fail(w, ERR_LIMIT, "unit.shares_fine unit=%s",
                        unit_say(w, u, from, DAY_MAX - 1));
    }
    for (size_t i = 0; i < n; i++)
        sum += into[i].num * (den / into[i].den);
    if (sum != den)
        return fail(w, ERR_BAD_INPUT, "unit.shares_sum unit=%s", unit_say(w, u, from, DAY_MAX - 1));
    return judge_product(w, u, from, into, n, den);
}
