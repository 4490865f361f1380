/* One unit: what it has been and what there is of it now. */
#include "view/unit/unit_int.h"

static void say_life(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    int32_t from = 0, to = DAY_FOREVER;
    bool lived = life_of(a->core->units, unit, &from, &to);
    json_bool(out, "alive", unit_alive(a->core->units, unit, a->today, KNOWN_NOW));
    json_text(out, "from", lived ? day_print(w->arena, from) : (Str){ 0 });
    json_text(out, "to", to < DAY_FOREVER ? day_print(w->arena, to) : (Str){ 0 });
}

static bool say_trees(Work *w, const Asking *a, int32_t unit, int32_t day, Buf *out)
{
    json_array(out, "trees");
    for (size_t i = 0; i < a->set->tree_count; i++) {
        const Tree *tree = a->set->trees[i];
        if (i && unit_parent(a->core->units, unit, tree->number, day, KNOWN_NOW) == UNIT_NONE)
            continue;
        json_object(out, NULL);
        json_name(out, "tree", tree->name,
                  title_of(a, tree->pack, "tree", tree->name, tree->title));
        say_path(w, a, unit, tree->number, day, out);
        json_object_end(out);
    }
    json_array_end(out);
    return true;
}

static bool say_under(Work *w, const Asking *a, int32_t unit, int32_t day, Buf *out)
{
    const TreeVersion *t = units_tree(w, a->core->units, 0, day, KNOWN_NOW);
    TRY(t);
    int32_t pre = unit < t->slots ? t->pre_of[unit] : -1;
    if (pre < 0) {
        json_raw(out, "counts", STR("[]"));
        json_raw(out, "below", STR("[]"));
        return true;
    }
    say_counts(a, t, pre, out);
    json_array(out, "below");
    for (int32_t i = pre + 1; i <= t->last[pre]; i = t->last[i] + 1)
        say_node(w, a, t, t->slot_of[i], day, out);
    json_array_end(out);
    return true;
}

bool view_unit(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int32_t unit, day;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_unit(w, &a, "unit", a.today, &unit));
    TRY(asking_day(w, &a, "day", named_day(&a, unit), &day));
    json_object(out, NULL);
    json_unit(w, &a, out, "unit", unit, day);
    json_text(out, "day", day_print(w->arena, day));
    say_life(w, &a, unit, out);
    say_path(w, &a, unit, 0, day, out);
    TRY(say_trees(w, &a, unit, day, out));
    TRY(say_under(w, &a, unit, day, out));
    say_spans(w, &a, unit, out);
    say_events(w, &a, unit, out);
    say_lineage(w, &a, unit, out);
    TRY(say_unit_figures(w, &a, unit, out));
    TRY(say_asked_of(w, &a, unit, out));
    TRY(say_seats(w, &a, unit, out));
    json_object_end(out);
    return true;
}
