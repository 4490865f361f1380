/* Units as text for people: the tree of a day, one unit, and the life of one. */
#include "core/unit_int.h"

#include "base/utf8.h"
#include "core/core.h"

typedef struct Showing {
    Work *w;
    const Units *u;
    const PackSet *set;
    const TreeVersion *t;
    int32_t day;
    Buf *out;
} Showing;

/* Han characters take two columns. */
static void put_wide(Buf *out, Str text, size_t width)
{
    buf_put(out, text);
    for (size_t n = utf8_width(text); n < width; n++)
        buf_putc(out, ' ');
}

static void put_number(Buf *out, int32_t number, size_t width)
{
    Str text = str_printf(out->arena, "%d", number);
    for (size_t n = text.n; n < width; n++)
        buf_putc(out, ' ');
    buf_put(out, text);
}

static Str kind_title(const PackSet *set, int32_t kind)
{
    const Kind *k = set_kind_number(set, kind);
    return k ? (k->title.n ? k->title : k->name) : STR("？");
}

static int32_t count_kind(const TreeVersion *t, int32_t pre, int32_t kind)
{
    int32_t n = 0;
    for (int32_t i = pre; i <= t->last[pre]; i++)
        n += t->kind[i] == kind;
    return n;
}

/* Kinds below these units, in the order of the packs. */
typedef list_of(int32_t) KindList;

static KindList kinds_below(const Showing *s, int32_t pre)
{
    KindList kinds = { 0 };
    for (size_t k = 0; k < s->set->kind_count; k++) {
        int32_t number = s->set->kinds[k]->number;
        if (count_kind(s->t, pre, number) > (s->t->kind[pre] == number))
            *list_push(s->w->arena, &kinds) = number;
    }
    return kinds;
}

enum { WIDTH_CODE = 14, WIDTH_GAP = 2, WIDTH_LEAST = 8 };

static size_t name_width(const Showing *s, int32_t pre)
{
    size_t width = WIDTH_LEAST;
    for (int32_t i = pre; i <= s->t->last[pre]; i++) {
        if (i != pre && s->t->parent[i] != pre)
            continue;
        size_t its = utf8_width(unit_name(s->u, s->t->slot_of[i], s->day, KNOWN_NOW));
        width = its > width ? its : width;
    }
    return width + WIDTH_GAP;
}

static void put_row(const Showing *s, int32_t pre, size_t width, const KindList *kinds)
{
    int32_t unit = s->t->slot_of[pre];
    put_wide(s->out, unit_code(s->u, unit, s->day, KNOWN_NOW), WIDTH_CODE);
    put_wide(s->out, unit_name(s->u, unit, s->day, KNOWN_NOW), width);
    put_wide(s->out, kind_title(s->set, s->t->kind[pre]), 16);
    for (size_t k = 0; k < kinds->n; k++) {
        size_t column = utf8_width(kind_title(s->set, kinds->at[k])) + WIDTH_GAP;
        column = column > WIDTH_LEAST ? column : WIDTH_LEAST;
        put_number(s->out, count_kind(s->t, pre, kinds->at[k]) - (s->t->kind[pre] == kinds->at[k]),
                   column);
    }
    buf_putc(s->out, '\n');
}

/* A unit and what stands right under it, with the number of units of each kind below. */
static void put_table(const Showing *s, int32_t pre)
{
    KindList kinds = kinds_below(s, pre);
    size_t width = name_width(s, pre);
    put_wide(s->out, STR("代码"), WIDTH_CODE);
    put_wide(s->out, STR("名称"), width);
    put_wide(s->out, STR("类别"), 16);
    for (size_t k = 0; k < kinds.n; k++) {
        Str title = kind_title(s->set, kinds.at[k]);
        size_t column = utf8_width(title) + WIDTH_GAP;
        for (size_t n = column; n < WIDTH_LEAST; n++)
            buf_putc(s->out, ' ');
        buf_putz(s->out, "  ");
        buf_put(s->out, title);
    }
    buf_putc(s->out, '\n');
    put_row(s, pre, width, &kinds);
    for (int32_t i = pre + 1; i <= s->t->last[pre]; i++)
        if (s->t->parent[i] == pre)
            put_row(s, i, width, &kinds);
}

static void put_path(const Showing *s, int32_t pre)
{
    int32_t path[64];
    size_t n = 0;
    for (int32_t up = s->t->parent[pre]; up >= 0 && n < 64; up = s->t->parent[up])
        path[n++] = up;
    if (n == 0)
        return;
    buf_putz(s->out, "上级：");
    while (n-- > 0) {
        buf_put(s->out, unit_name(s->u, s->t->slot_of[path[n]], s->day, KNOWN_NOW));
        buf_putz(s->out, n ? " › " : "\n");
    }
}

bool units_show(Work *w, struct Core *core, int32_t unit, int32_t day, Buf *out)
{
    Showing s = { .w = w, .u = core->units, .day = day, .out = out };
    s.set = packs_set(w, core, KNOWN_NOW);
    TRY(s.set);
    s.t = units_tree(w, core->units, 0, day, KNOWN_NOW);
    if (unit != UNIT_NONE) {
        TRY(judge_alive(w, s.u, unit, day));
        buf_printf(out, "%.*s 的单位\n", STR_ARG(day_print(w->arena, day)));
        put_path(&s, s.t->pre_of[unit]);
        put_table(&s, s.t->pre_of[unit]);
        return true;
    }
    buf_printf(out, "%.*s 共 %d 个单位\n", STR_ARG(day_print(w->arena, day)), s.t->count);
    for (int32_t pre = 0; pre < s.t->count; pre = s.t->last[pre] + 1)
        put_table(&s, pre);
    return true;
}

/* ---- the life of a unit ---- */

typedef struct Event {
    int32_t day;
    int64_t seq;
    int32_t order; /* within a day: begun, changes, ended, what became of it */
    Str what, basis;
} Event;

typedef struct Life {
    Work *w;
    const Units *u;
    const PackSet *set;
    int32_t unit, from, to;
    list_of(Event) events;
} Life;

static void add_event(Life *life, int32_t day, int64_t seq, int32_t order, Str basis, Str what)
{
    *list_push(life->w->arena, &life->events) =
        (Event){ .day = day, .seq = seq, .order = order, .basis = basis, .what = what };
}

static Str unit_text(const Life *life, int32_t unit, int32_t day)
{
    if (unit == UNIT_NONE)
        return STR("（无）");
    return str_printf(life->w->arena, "%.*s（%.*s）",
                      STR_ARG(unit_name(life->u, unit, day, KNOWN_NOW)),
                      STR_ARG(unit_code(life->u, unit, day, KNOWN_NOW)));
}

static Str calendar_text(const Life *life, Str name)
{
    const Calendar *c = name.n ? set_calendar(life->set, name) : NULL;
    return !name.n ? STR("随上级") : c ? c->title : name;
}

static Str span_text(const Life *life, const Span *s)
{
    switch (s->aspect) {
    case ASPECT_KIND: return kind_title(life->set, (int32_t)s->value);
    case ASPECT_PARENT: return unit_text(life, (int32_t)s->value, s->from_day);
    case ASPECT_LIFE:
    case ASPECT_NAME:
    case ASPECT_CODE: return s->text;
    case ASPECT_CALENDAR: return calendar_text(life, s->text);
    }
    return STR("");
}

static const char *change_word(const Span *s)
{
    switch (s->aspect) {
    case ASPECT_LIFE: return "存在";
    case ASPECT_KIND: return "改类";
    case ASPECT_NAME: return s->value ? "写法统一（不算更名）" : "更名";
    case ASPECT_CODE: return "改码";
    case ASPECT_PARENT: return s->tree ? "组织关系" : "改属";
    case ASPECT_CALENDAR: return "作息";
    }
    return "";
}

static void add_birth(Life *life)
{
    const Units *u = life->u;
    size_t n;
    const Span *s = unit_spans(u, life->unit, &n); /* the first is life as first told */
    int32_t parent = unit_parent(u, life->unit, 0, life->from, KNOWN_NOW);
    Str kind = kind_title(life->set, unit_kind(u, life->unit, life->from, KNOWN_NOW));
    Str above = parent == UNIT_NONE ? STR("") : STR("，属 ");
    add_event(
        life, life->from, s->seq, 0, s->basis,
        str_printf(life->w->arena, "设立：%.*s，%.*s%.*s%.*s",
                   STR_ARG(unit_text(life, life->unit, life->from)), STR_ARG(kind), STR_ARG(above),
                   STR_ARG(parent == UNIT_NONE ? STR("") : unit_text(life, parent, life->from))));
}

/* Changes of the attributes as known now; what a correction took back does not stand here. */
static void add_changes(Life *life)
{
    size_t n;
    const Span *spans = unit_spans(life->u, life->unit, &n);
    for (size_t i = 0; i < n; i++) {
        const Span *s = &spans[i];
        if (s->aspect == ASPECT_LIFE || !span_known(s, KNOWN_NOW) || s->from_day >= life->to ||
            (s->from_day <= life->from && s->tree == 0))
            continue;
        const Span *before =
            unit_span(life->u, life->unit, s->aspect, s->tree, s->from_day - 1, KNOWN_NOW);
        add_event(life, s->from_day, s->seq, 1, s->basis,
                  str_printf(life->w->arena, "%s：%.*s → %.*s", change_word(s),
                             STR_ARG(before ? span_text(life, before) : STR("（无）")),
                             STR_ARG(span_text(life, s))));
    }
}

static Str share_text(const Life *life, int64_t num, int64_t den)
{
    if (num == den)
        return STR("");
    return str_printf(life->w->arena, " %lld/%lld", (long long)num, (long long)den);
}

static void add_links(Life *life)
{
    static const char *const gives[] = { "并入", "拆分给", "改设为" };
    static const char *const takes[] = { "并来", "分来自", "由其改设：" };
    const UnitRow *row = unit_row(life->u, life->unit);
    for (int32_t i = 0; i < row->out_count; i++) {
        const Link *l = &row->out[i];
        if (link_known(l, KNOWN_NOW))
            add_event(life, l->day, l->seq, 3, STR(""),
                      str_printf(life->w->arena, "%s %.*s%.*s", gives[l->how],
                                 STR_ARG(unit_text(life, l->to, l->day)),
                                 STR_ARG(share_text(life, l->num, l->den))));
    }
    for (int32_t i = 0; i < row->in_count; i++) {
        const Link *l = &row->in[i];
        if (link_known(l, KNOWN_NOW))
            add_event(life, l->day, l->seq, 1, STR(""),
                      str_printf(life->w->arena, "%s %.*s%.*s", takes[l->how],
                                 STR_ARG(unit_text(life, l->from, l->day)),
                                 STR_ARG(share_text(life, l->num, l->den))));
    }
}

static void add_end(Life *life)
{
    if (life->to == DAY_FOREVER)
        return;
    const Span *s = unit_span(life->u, life->unit, ASPECT_LIFE, 0, life->to - 1, KNOWN_NOW);
    add_event(life, life->to, s->seq, 2, s->basis, STR("撤销"));
}

static int by_day(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static void put_shares(const Life *life, Buf *out, const char *heading, const Shares *shares,
                       int32_t day)
{
    if (shares->n == 0 || (shares->n == 1 && shares->at[0].unit == life->unit))
        return;
    buf_putz(out, heading);
    for (size_t i = 0; i < shares->n; i++)
        buf_printf(out, "%s%.*s%.*s", i ? "，" : "",
                   STR_ARG(unit_text(life, shares->at[i].unit, day)),
                   STR_ARG(share_text(life, shares->at[i].num, shares->at[i].den)));
    buf_putc(out, '\n');
}

bool units_lineage(Work *w, struct Core *core, int32_t unit, Buf *out)
{
    const Units *u = core->units;
    TRY(judge_exists(w, u, unit));
    Life life = { .w = w, .u = u, .unit = unit };
    life.set = packs_set(w, core, KNOWN_NOW);
    TRY(life.set);
    bool lived = unit_life(u, unit, KNOWN_NOW, &life.from, &life.to);
    CHECK(lived);
    add_birth(&life);
    add_changes(&life);
    add_links(&life);
    add_end(&life);
    qsort(life.events.at, life.events.n, sizeof *life.events.at, by_day);
    buf_printf(out, "%.*s，单位编号 %d\n",
               STR_ARG(unit_text(&life, unit, life.to == DAY_FOREVER ? DAY_MAX - 1 : life.to - 1)),
               unit);
    for (size_t i = 0; i < life.events.n; i++) {
        const Event *e = &life.events.at[i];
        buf_printf(out, "  %.*s  %.*s", STR_ARG(day_print(w->arena, e->day)), STR_ARG(e->what));
        if (e->basis.n)
            buf_printf(out, "〔%.*s〕", STR_ARG(e->basis));
        buf_putc(out, '\n');
    }
    Shares shares;
    unit_backward(w->arena, u, unit, life.from - 1, KNOWN_NOW, &shares);
    put_shares(&life, out, "设立前的数由这些单位承担：", &shares, life.from - 1);
    unit_forward(w->arena, u, unit, DAY_MAX - 1, KNOWN_NOW, &shares);
    put_shares(&life, out, "撤销后的数归到：", &shares, DAY_MAX - 1);
    if (life.to != DAY_FOREVER && shares.n == 0)
        buf_putz(out, "撤销后没有单位承接。\n");
    return true;
}
