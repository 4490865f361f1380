/* The tree of a day: what stands under a unit, and finding units by name or code, former ones too.
 */
#include "base/limits.h"
#include "view/unit/unit_int.h"

enum { FOUND_USUAL = 30, FOUND_MOST = 200, KINDS_MAX = 256, PATH_MAX_UNITS = LIMIT_TREE_DEPTH };

void say_path(Work *w, const Asking *a, int32_t unit, int32_t tree, int32_t day, Buf *out)
{
    int32_t path[PATH_MAX_UNITS];
    size_t n = 0;
    int32_t up = unit_parent(a->core->units, unit, tree, day, KNOWN_NOW);
    while (up != UNIT_NONE && n < PATH_MAX_UNITS) {
        path[n++] = up;
        up = unit_parent(a->core->units, up, tree, day, KNOWN_NOW);
    }
    json_array(out, "path");
    while (n-- > 0)
        json_unit(w, a, out, NULL, path[n], day);
    json_array_end(out);
}

void say_counts(const Asking *a, const TreeVersion *t, int32_t pre, Buf *out)
{
    int32_t counts[KINDS_MAX] = { 0 };
    for (int32_t i = pre + 1; i <= t->last[pre]; i++)
        if (t->kind[i] >= 0 && t->kind[i] < KINDS_MAX)
            counts[t->kind[i]]++;
    json_array(out, "counts");
    for (size_t k = 0; k < a->set->kind_count; k++) {
        const Kind *kind = a->set->kinds[k];
        if (kind->number >= KINDS_MAX || !counts[kind->number])
            continue;
        json_object(out, NULL);
        json_text(out, "kind", kind->name);
        json_text(out, "title", title_of(a, kind->pack, "kind", kind->name, kind->title));
        json_int(out, "count", counts[kind->number]);
        json_object_end(out);
    }
    json_array_end(out);
}

static void say_members(Work *w, const Asking *a, const TreeVersion *t, int32_t unit, int32_t day,
                        Buf *out)
{
    int32_t pre = unit < t->slots ? t->pre_of[unit] : -1;
    int64_t below = pre >= 0 ? t->last[pre] - pre : 0, count = 0;
    for (int32_t i = pre + 1; pre >= 0 && i <= t->last[pre]; i = t->last[i] + 1)
        count++;
    json_unit(w, a, out, "unit", unit, day);
    json_int(out, "count", count);
    json_int(out, "below", below);
    if (pre >= 0)
        say_counts(a, t, pre, out);
    else
        json_raw(out, "counts", STR("[]"));
}

void say_node(Work *w, const Asking *a, const TreeVersion *t, int32_t unit, int32_t day, Buf *out)
{
    json_object(out, NULL);
    say_members(w, a, t, unit, day, out);
    json_raw(out, "path", STR("[]"));
    json_null(out, "was");
    json_null(out, "ended");
    json_object_end(out);
}

/* ---- a page of units: the children, or those found ---- */

typedef struct Find {
    Work *w;
    const Asking *a;
    const TreeVersion *t;
    int32_t pre, day;
    Str text;
    const Kind *kind;
    int64_t from, limit, n;
    Buf *out;
} Find;

static bool on_page(Find *f)
{
    int64_t at = f->n++;
    return at >= f->from && at < f->from + f->limit;
}

static bool is_kind(const Find *f, int32_t unit, int32_t day)
{
    return !f->kind || unit_kind(f->a->core->units, unit, day, KNOWN_NOW) == f->kind->number;
}

static void list_children(Find *f)
{
    for (int32_t i = f->pre + 1; i <= f->t->last[f->pre]; i = f->t->last[i] + 1)
        if (is_kind(f, f->t->slot_of[i], f->day) && on_page(f))
            say_node(f->w, f->a, f->t, f->t->slot_of[i], f->day, f->out);
}

static bool has_text(const Find *f, Str s)
{
    return s.n && str_find(s, f->text) != SIZE_MAX;
}

/* A name or code that it had at some time, or an empty text. */
static Str former(const Find *f, int32_t unit)
{
    size_t n;
    const Span *spans = unit_spans(f->a->core->units, unit, &n);
    for (size_t i = 0; i < n; i++)
        if ((spans[i].aspect == ASPECT_NAME || spans[i].aspect == ASPECT_CODE) &&
            spans[i].gone >= KNOWN_NOW && has_text(f, spans[i].text))
            return spans[i].text;
    return STR("");
}

/* Below the asked unit on the day; a unit that has ended: on the last day of its life. */
static bool is_below(const Find *f, int32_t unit, int32_t *ret_day)
{
    const Units *u = f->a->core->units;
    int32_t from, to, pre = unit < f->t->slots ? f->t->pre_of[unit] : -1;
    *ret_day = f->day;
    if (pre >= 0)
        return pre >= f->pre && pre <= f->t->last[f->pre];
    if (!life_of(u, unit, &from, &to) || to > f->day)
        return false;
    *ret_day = to - 1;
    return unit_is_under(u, unit, f->t->slot_of[f->pre], f->t->tree, *ret_day);
}

static void say_found(Find *f, int32_t unit, int32_t day, Str was)
{
    bool ended = day != f->day;
    json_object(f->out, NULL);
    say_members(f->w, f->a, f->t, unit, day, f->out);
    say_path(f->w, f->a, unit, f->t->tree, day, f->out);
    json_text(f->out, "was", was.n ? was : (Str){ 0 });
    json_text(f->out, "ended", ended ? day_print(f->w->arena, day + 1) : (Str){ 0 });
    json_object_end(f->out);
}

static void find_one(Find *f, int32_t unit)
{
    const Units *u = f->a->core->units;
    int32_t day;
    bool now = has_text(f, unit_name(u, unit, f->day, KNOWN_NOW)) ||
               has_text(f, unit_code(u, unit, f->day, KNOWN_NOW));
    Str was = now ? STR("") : former(f, unit);
    if ((now || was.n) && is_below(f, unit, &day) && is_kind(f, unit, day) && on_page(f))
        say_found(f, unit, day, was);
}

/* Those of the day in order of the tree, then those that have ended. */
static void find_all(Find *f)
{
    for (int32_t i = f->pre; i <= f->t->last[f->pre]; i++)
        find_one(f, f->t->slot_of[i]);
    for (int32_t unit = 0; unit < f->t->slots; unit++)
        if (f->t->pre_of[unit] < 0)
            find_one(f, unit);
}

static bool find_open(Work *w, const Asking *a, Find *f)
{
    Str kind = asking_text(a, "kind");
    f->text = asking_text(a, "find");
    f->kind = kind.n ? set_kind(a->set, kind) : NULL;
    if (kind.n && !f->kind)
        return fail(w, ERR_NOT_FOUND, "main.kind name=%.*s", STR_ARG(kind));
    TRY(asking_int(w, a, "from", 0, 0, INT32_MAX, &f->from));
    return asking_int(w, a, "limit", f->text.n ? FOUND_USUAL : FOUND_MOST, 1, FOUND_MOST,
                      &f->limit);
}

static void say_page(Find *f)
{
    json_array(f->out, "units");
    if (f->pre >= 0 && f->text.n)
        find_all(f);
    else if (f->pre >= 0)
        list_children(f);
    json_array_end(f->out);
    json_int(f->out, "total", f->n);
    if (f->n > f->from + f->limit)
        json_int(f->out, "next", f->from + f->limit);
    else
        json_null(f->out, "next");
}

/* ---- the view ---- */

static bool asked_tree(Work *w, const Asking *a, int32_t *ret)
{
    Str name = asking_text(a, "tree");
    const Tree *tree = name.n ? set_tree(a->set, name) : a->set->trees[0];
    if (!tree)
        return fail(w, ERR_NOT_FOUND, "main.tree name=%.*s", STR_ARG(name));
    *ret = tree->number;
    return true;
}

/* Without a unit: that of the seat. */
bool view_units(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int32_t day, unit, tree = 0;
    Find f = { .w = w, .a = &a, .out = out };
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_day(w, &a, "day", a.today, &day));
    TRY(asking_unit(w, &a, "unit", day, &unit));
    TRY(asked_tree(w, &a, &tree));
    TRY(find_open(w, &a, &f));
    f.t = units_tree(w, a.core->units, tree, day, KNOWN_NOW);
    TRY(f.t);
    f.pre = unit < f.t->slots ? f.t->pre_of[unit] : -1;
    f.day = day;
    json_object(out, NULL);
    json_unit(w, &a, out, "unit", unit, day);
    json_text(out, "day", day_print(w->arena, day));
    json_bool(out, "there", f.pre >= 0);
    say_path(w, &a, unit, tree, day, out);
    if (f.pre >= 0)
        say_counts(&a, f.t, f.pre, out);
    else
        json_raw(out, "counts", STR("[]"));
    say_page(&f);
    json_object_end(out);
    return true;
}
