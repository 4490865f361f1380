/* Where a unit stands, what stands below it, and its life. Units are open to all. */
#include "page/page_int.h"

Str place_name(Pen *p, int32_t unit)
{
    const Units *u = p->k->core->units;
    Str name = unit_name(u, unit, p->day, KNOWN_NOW);
    return name.n ? name : unit_name(u, unit, p->today, KNOWN_NOW);
}

Str place_code(Pen *p, int32_t unit)
{
    const Units *u = p->k->core->units;
    Str code = unit_code(u, unit, p->today, KNOWN_NOW);
    return code.n ? code : unit_code(u, unit, DAY_FOREVER - 1, KNOWN_NOW);
}

void put_unit_link(Pen *p, int32_t unit)
{
    Str code = place_code(p, unit);
    put(p, "<a");
    put_href(p, "/u/%.*s", STR_ARG(code));
    put(p, ">");
    put_text(p, place_name(p, unit));
    put(p, "</a>");
}

size_t place_path(Pen *p, int32_t unit, int32_t path[PAGE_PATH])
{
    size_t n = 0;
    int32_t day = unit_alive(p->k->core->units, unit, p->today, KNOWN_NOW) ? p->today : p->day;
    for (int32_t at = unit; at != UNIT_NONE && n < PAGE_PATH; n++) {
        path[n] = at;
        at = unit_parent(p->k->core->units, at, 0, day, KNOWN_NOW);
    }
    return n;
}

Str place_above(Pen *p, int32_t unit)
{
    int32_t path[PAGE_PATH];
    size_t n = place_path(p, unit, path);
    Buf out = buf_open(p->arena, 4096);
    for (size_t i = 1; i < n; i++) {
        buf_putz(&out, i > 1 ? " · " : "");
        buf_put(&out, place_name(p, path[i]));
    }
    return buf_str(&out);
}

const Kind *place_kind(Pen *p, int32_t unit)
{
    const Units *u = p->k->core->units;
    int32_t kind = unit_kind(u, unit, p->day, KNOWN_NOW);
    return set_kind_number(p->set, kind ? kind : unit_kind(u, unit, p->today, KNOWN_NOW));
}

static const TreeVersion *tree_today(Pen *p)
{
    return units_tree(p->w, p->k->core->units, 0, p->today, KNOWN_NOW);
}

size_t place_parts(Pen *p, int32_t unit, int32_t **ret)
{
    const TreeVersion *tree = tree_today(p);
    *ret = NULL;
    if (!tree || unit >= tree->slots || tree->pre_of[unit] < 0)
        return 0;
    int32_t top = tree->pre_of[unit];
    size_t n = 0;
    *ret = arena_array(p->arena, int32_t, (size_t)(tree->last[top] - top + 1));
    for (int32_t pre = top + 1; pre <= tree->last[top]; pre = tree->last[pre] + 1)
        (*ret)[n++] = tree->slot_of[pre];
    return n;
}

int32_t place_count(Pen *p, int32_t unit, const Kind *kind)
{
    const TreeVersion *tree = tree_today(p);
    int32_t n = 0;
    if (!tree || unit >= tree->slots || tree->pre_of[unit] < 0)
        return 0;
    int32_t top = tree->pre_of[unit];
    for (int32_t pre = top + 1; pre <= tree->last[top]; pre++)
        n += tree->kind[pre] == kind->number;
    return n;
}

int32_t place_root(Pen *p)
{
    const TreeVersion *tree = tree_today(p);
    return tree && tree->count ? tree->slot_of[0] : UNIT_NONE;
}

static bool is_below(const Kind *kind, const Kind *top, int depth)
{
    for (size_t i = 0; i < kind->parent_count && depth < PAGE_PATH; i++)
        if (kind->parents[i] == top || is_below(kind->parents[i], top, depth + 1))
            return true;
    return false;
}

bool kind_is_below(const Kind *kind, const Kind *top)
{
    return is_below(kind, top, 0);
}

/* ---- the life of a unit ---- */
static bool is_known(const Span *s)
{
    return s->gone == KNOWN_NOW;
}

static void life_of(Pen *p, int32_t unit, int32_t *ret_from, int32_t *ret_to)
{
    size_t n;
    const Span *spans = unit_spans(p->k->core->units, unit, &n);
    *ret_from = DAY_FOREVER;
    *ret_to = DAY_MIN;
    for (size_t i = 0; i < n; i++) {
        const Span *s = &spans[i];
        if (s->aspect != ASPECT_LIFE || !is_known(s))
            continue;
        *ret_from = s->from_day < *ret_from ? s->from_day : *ret_from;
        *ret_to = s->to_day > *ret_to ? s->to_day : *ret_to;
    }
}

bool place_ended(Pen *p, int32_t unit, int32_t *ret_day, Shares *ret_heirs)
{
    int32_t from, to;
    life_of(p, unit, &from, &to);
    *ret_day = to - 1;
    if (to > p->today)
        return false;
    unit_forward(p->arena, p->k->core->units, unit, p->today, KNOWN_NOW, ret_heirs);
    return true;
}

static const Span *span_before(const Span *spans, size_t n, const Span *s)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].aspect == s->aspect && spans[i].tree == s->tree && is_known(&spans[i]) &&
            spans[i].to_day == s->from_day)
            return &spans[i];
    return NULL;
}

typedef struct Event {
    int32_t day;
    Str text;
} Event;
typedef list_of(Event) Events;

static void add_event(Pen *p, Events *events, int32_t day, Str text)
{
    *list_push(p->arena, events) = (Event){ day, text };
}

static Str name_on(Pen *p, int64_t unit, int32_t day)
{
    return unit_name(p->k->core->units, (int32_t)unit, day, KNOWN_NOW);
}

static void add_span(Pen *p, Events *events, const Span *spans, size_t n, const Span *s)
{
    const Span *old = span_before(spans, n, s);
    if (!old)
        return;
    if (s->aspect == ASPECT_NAME && !s->value)
        add_event(
            p, events, s->from_day,
            word_in(p, "page.life_named from=%.*s to=%.*s", STR_ARG(old->text), STR_ARG(s->text)));
    else if (s->aspect == ASPECT_PARENT && s->tree == 0) {
        Str from = name_on(p, old->value, s->from_day - 1), to = name_on(p, s->value, s->from_day);
        add_event(p, events, s->from_day,
                  word_in(p, "page.life_moved from=%.*s to=%.*s", STR_ARG(from), STR_ARG(to)));
    } else if (s->aspect == ASPECT_CODE)
        add_event(
            p, events, s->from_day,
            word_in(p, "page.life_coded from=%.*s to=%.*s", STR_ARG(old->text), STR_ARG(s->text)));
    else if (s->aspect == ASPECT_KIND) {
        const Kind *kind = set_kind_number(p->set, (int32_t)s->value);
        Str title = kind ? title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title)
                         : STR("");
        add_event(p, events, s->from_day, word_in(p, "page.life_kind to=%.*s", STR_ARG(title)));
    }
}

static void add_links(Pen *p, Events *events, int32_t unit)
{
    static const char *const gives[] = { "page.life_merged", "page.life_split",
                                         "page.life_recast" };
    static const char *const takes[] = { "page.life_took", "page.life_part", "page.life_from" };
    size_t n;
    const Link *links = unit_links(p->k->core->units, &n);
    for (size_t i = 0; i < n; i++) {
        const Link *l = &links[i];
        if (l->gone != KNOWN_NOW || (l->from != unit && l->to != unit))
            continue;
        bool given = l->from == unit;
        Str other = given ? name_on(p, l->to, l->day) : name_on(p, l->from, l->day - 1);
        add_event(p, events, l->day,
                  word_in(p, "%s unit=%.*s", (given ? gives : takes)[l->how], STR_ARG(other)));
    }
}

static int by_day(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

void put_life(Pen *p, int32_t unit)
{
    Events events = { 0 };
    size_t n;
    int32_t from, to, first, last;
    const Span *spans = unit_spans(p->k->core->units, unit, &n);
    life_of(p, unit, &from, &to);
    life_of(p, place_root(p), &first, &last);
    for (size_t i = 0; i < n; i++)
        if (spans[i].aspect != ASPECT_LIFE && is_known(&spans[i]) && spans[i].from_day > from &&
            spans[i].from_day < to)
            add_span(p, &events, spans, n, &spans[i]);
    add_links(p, &events, unit);
    if (to <= p->today)
        add_event(p, &events, to, word_in(p, "page.life_ended"));
    if (events.n)
        qsort(events.at, events.n, sizeof *events.at, by_day);
    put(p, "<p class=\"life\">");
    Str day = day_words(p, from);
    put_word(p, from <= first ? "page.life_known day=%.*s" : "page.life_born day=%.*s",
             STR_ARG(day));
    for (size_t i = 0; i < events.n; i++) {
        day = day_words(p, events.at[i].day);
        put(p, p->lang == LANG_ZH ? "；" : "; ");
        put_text(p, day);
        put(p, p->lang == LANG_ZH ? "，" : ": ");
        put_text(p, events.at[i].text);
    }
    if (!events.n && to > p->today)
        put_word(p, "page.life_quiet");
    put(p, p->lang == LANG_ZH ? "。</p>\n" : ".</p>\n");
}
