/* The life of a unit: its names, codes, kinds and parents from day to day, what happened to it, and
 * where its values come from and go. */
#include <stdlib.h>

#include "view/unit/unit_int.h"

static bool known(const Span *s)
{
    return s->gone >= KNOWN_NOW;
}

bool life_of(const Units *u, int32_t unit, int32_t *ret_from, int32_t *ret_to)
{
    size_t n;
    const Span *spans = unit_spans(u, unit, &n);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        if (spans[i].aspect != ASPECT_LIFE || !known(&spans[i]))
            continue;
        if (!found || spans[i].from_day < *ret_from)
            *ret_from = spans[i].from_day;
        if (!found || spans[i].to_day > *ret_to)
            *ret_to = spans[i].to_day;
        found = true;
    }
    return found;
}

int32_t named_day(const Asking *a, int32_t unit)
{
    int32_t from, to;
    if (!life_of(a->core->units, unit, &from, &to))
        return a->today;
    return to <= a->today ? to - 1 : from > a->today ? from : a->today;
}

static void say_kind_number(const Asking *a, Buf *out, const char *key, int32_t number)
{
    const Kind *k = set_kind_number(a->set, number);
    if (k)
        json_name(out, key, k->name, title_of(a, k->pack, "kind", k->name, k->title));
    else
        json_name(out, key, STR(""), STR("？"));
}

static Str tree_name(const Asking *a, int32_t number)
{
    for (size_t i = 0; i < a->set->tree_count; i++)
        if (a->set->trees[i]->number == number)
            return a->set->trees[i]->name;
    return STR("");
}

static void say_span(Work *w, const Asking *a, const Span *s, int32_t end, Buf *out)
{
    int32_t to = s->to_day < end ? s->to_day : end;
    json_object(out, NULL);
    json_text(out, "from", day_print(w->arena, s->from_day));
    json_text(out, "to", to >= DAY_FOREVER ? (Str){ 0 } : day_print(w->arena, to));
    json_text(out, "basis", s->basis.p ? s->basis : STR(""));
    json_int(out, "seq", s->seq);
    switch (s->aspect) {
    case ASPECT_NAME:
    case ASPECT_CODE: json_text(out, "text", s->text); break;
    case ASPECT_KIND: say_kind_number(a, out, "kind", (int32_t)s->value); break;
    case ASPECT_PARENT:
        json_text(out, "tree", tree_name(a, s->tree));
        if (s->value == UNIT_NONE)
            json_null(out, "parent");
        else
            json_unit(w, a, out, "parent", (int32_t)s->value, s->from_day);
        break;
    case ASPECT_CALENDAR:
    case ASPECT_LIFE: break;
    }
    json_object_end(out);
}

void say_spans(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    static const struct {
        const char *key;
        UnitAspect aspect;
    } parts[] = { { "names", ASPECT_NAME },
                  { "codes", ASPECT_CODE },
                  { "kinds", ASPECT_KIND },
                  { "parents", ASPECT_PARENT } };
    size_t n;
    int32_t from, to = DAY_FOREVER;
    const Span *spans = unit_spans(a->core->units, unit, &n);
    (void)life_of(a->core->units, unit, &from, &to);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        json_array(out, parts[p].key);
        for (size_t i = 0; i < n; i++)
            if (spans[i].aspect == parts[p].aspect && known(&spans[i]) && spans[i].from_day < to)
                say_span(w, a, &spans[i], to, out);
        json_array_end(out);
    }
}

/* ---- events ---- */

typedef struct Event {
    int32_t day;
    int order; /* within a day: begun, changed, came, ended, went */
    int64_t seq;
    const char *what; /* born renamed restyled recoded rekinded moved joined came went ended */
    const char *said; /* message id and values */
    Str basis;
    int32_t other; /* unit, or UNIT_NONE */
    int64_t num, den;
} Event;
typedef list_of(Event) Events;

static void add_event(Work *w, Events *events, Event e)
{
    *list_push(w->arena, events) = e;
}

static Str label(const Asking *a, int32_t unit, int32_t day)
{
    if (unit == UNIT_NONE)
        return STR("—");
    Str name = unit_name(a->core->units, unit, day, KNOWN_NOW);
    return name.n ? name : unit_code(a->core->units, unit, day, KNOWN_NOW);
}

/* The same aspect as it stood the day before. */
static const Span *span_before(const Span *spans, size_t n, const Span *s)
{
    for (size_t i = 0; i < n; i++)
        if (spans[i].aspect == s->aspect && spans[i].tree == s->tree && known(&spans[i]) &&
            spans[i].from_day < s->from_day && spans[i].to_day >= s->from_day)
            return &spans[i];
    return NULL;
}

static Str span_label(const Asking *a, const Span *s, int32_t day)
{
    if (!s)
        return STR("—");
    if (s->aspect == ASPECT_PARENT)
        return label(a, (int32_t)s->value, day);
    if (s->aspect == ASPECT_CALENDAR) {
        const Calendar *c = s->text.n ? set_calendar(a->set, s->text) : NULL;
        return c ? c->title : s->text.n ? s->text : STR("—");
    }
    if (s->aspect != ASPECT_KIND)
        return s->text;
    const Kind *k = set_kind_number(a->set, (int32_t)s->value);
    return k ? title_of(a, k->pack, "kind", k->name, k->title) : STR("？");
}

static const char *change_of(const Span *s)
{
    switch (s->aspect) {
    case ASPECT_NAME: return s->value ? "restyled" : "renamed";
    case ASPECT_CODE: return "recoded";
    case ASPECT_KIND: return "rekinded";
    case ASPECT_PARENT: return s->tree ? "joined" : "moved";
    case ASPECT_CALENDAR: return "timed";
    case ASPECT_LIFE: break;
    }
    return "born";
}

static void add_changes(Work *w, const Asking *a, int32_t unit, int32_t from, int32_t to,
                        Events *events)
{
    size_t n;
    const Span *spans = unit_spans(a->core->units, unit, &n);
    for (size_t i = 0; i < n; i++) {
        const Span *s = &spans[i];
        if (s->aspect == ASPECT_LIFE || !known(s) || s->from_day >= to ||
            (s->from_day <= from && s->tree == 0))
            continue;
        const char *what = change_of(s);
        Str was = span_label(a, span_before(spans, n, s), s->from_day - 1);
        Str is = span_label(a, s, s->from_day);
        Event e = { .day = s->from_day,
                    .order = 1,
                    .seq = s->seq,
                    .what = what,
                    .basis = s->basis,
                    .other = s->aspect == ASPECT_PARENT ? (int32_t)s->value : UNIT_NONE };
        e.said =
            arena_printf(w->arena, "life.%s was=%.*s is=%.*s", what, STR_ARG(was), STR_ARG(is));
        add_event(w, events, e);
    }
}

static void add_ends(Work *w, const Asking *a, int32_t unit, int32_t from, int32_t to,
                     Events *events)
{
    size_t n;
    const Span *spans = unit_spans(a->core->units, unit, &n);
    int32_t parent = unit_parent(a->core->units, unit, 0, from, KNOWN_NOW);
    for (size_t i = 0; i < n; i++) {
        const Span *s = &spans[i];
        if (s->aspect != ASPECT_LIFE || !known(s))
            continue;
        Str name = label(a, unit, s->from_day), above = label(a, parent, s->from_day);
        if (s->from_day == from)
            add_event(w, events,
                      (Event){ .day = from,
                               .seq = s->seq,
                               .what = "born",
                               .basis = s->basis,
                               .other = parent,
                               .said = arena_printf(w->arena, "life.born name=%.*s parent=%.*s",
                                                    STR_ARG(name), STR_ARG(above)) });
        if (s->to_day == to && to < DAY_FOREVER)
            add_event(w, events,
                      (Event){ .day = to,
                               .order = 3,
                               .seq = s->seq,
                               .what = "ended",
                               .basis = s->basis,
                               .other = UNIT_NONE,
                               .said = "life.ended" });
    }
}

static void add_links(Work *w, const Asking *a, int32_t unit, Events *events)
{
    static const char *const went[] = { "merged_into", "split_into", "became" };
    static const char *const came[] = { "merged_from", "split_from", "was" };
    size_t n;
    const Link *links = unit_links(a->core->units, &n);
    for (size_t i = 0; i < n; i++) {
        const Link *l = &links[i];
        if (l->gone < KNOWN_NOW || (l->from != unit && l->to != unit))
            continue;
        bool out = l->from == unit;
        int32_t other = out ? l->to : l->from;
        const char *what = out ? went[l->how] : came[l->how];
        Str name = label(a, other, out ? l->day : l->day - 1);
        add_event(
            w, events,
            (Event){ .day = l->day,
                     .order = out ? 4 : 2,
                     .seq = l->seq,
                     .what = what,
                     .basis = STR(""),
                     .other = other,
                     .num = l->num,
                     .den = l->den,
                     .said = arena_printf(w->arena, "life.%s name=%.*s", what, STR_ARG(name)) });
    }
}

static int by_day(const void *x, const void *y)
{
    const Event *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

void say_events(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    Events events = { 0 };
    int32_t from = 0, to = DAY_FOREVER;
    if (life_of(a->core->units, unit, &from, &to)) {
        add_ends(w, a, unit, from, to, &events);
        add_changes(w, a, unit, from, to, &events);
        add_links(w, a, unit, &events);
    }
    if (events.n > 1)
        qsort(events.at, events.n, sizeof *events.at, by_day);
    json_array(out, "events");
    for (size_t i = 0; i < events.n; i++) {
        const Event *e = &events.at[i];
        json_object(out, NULL);
        json_text(out, "day", day_print(w->arena, e->day));
        json_z(out, "kind", e->what);
        json_text(out, "text", say(w, a, e->said));
        json_text(out, "basis", e->basis.p ? e->basis : STR(""));
        json_int(out, "seq", e->seq);
        json_array(out, "units");
        if (e->other != UNIT_NONE)
            json_unit(w, a, out, NULL, e->other, e->order == 2 ? e->day - 1 : e->day);
        json_array_end(out);
        json_text(out, "share",
                  e->den > 1 || e->num != e->den
                      ? str_printf(w->arena, "%lld/%lld", (long long)e->num, (long long)e->den)
                      : (Str){ 0 });
        json_object_end(out);
    }
    json_array_end(out);
}

/* ---- lineage ---- */

static void say_shares(Work *w, const Asking *a, const char *key, const Shares *shares,
                       int32_t unit, int32_t day, Buf *out)
{
    bool itself = shares->n == 1 && shares->at[0].unit == unit;
    json_array(out, key);
    for (size_t i = 0; i < shares->n && !itself; i++) {
        const Share *s = &shares->at[i];
        json_object(out, NULL);
        json_unit(w, a, out, "unit", s->unit, day);
        json_int(out, "num", s->num);
        json_int(out, "den", s->den);
        json_object_end(out);
    }
    json_array_end(out);
}

void say_lineage(Work *w, const Asking *a, int32_t unit, Buf *out)
{
    int32_t from = a->today, to = DAY_FOREVER;
    Shares before = { 0 }, after = { 0 };
    if (life_of(a->core->units, unit, &from, &to)) {
        unit_backward(w->arena, a->core->units, unit, from - 1, KNOWN_NOW, &before);
        if (to < DAY_FOREVER)
            unit_forward(w->arena, a->core->units, unit, a->today > to ? a->today : to, KNOWN_NOW,
                         &after);
    }
    say_shares(w, a, "before", &before, unit, from - 1, out);
    say_shares(w, a, "after", &after, unit, a->today, out);
}
