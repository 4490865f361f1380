#include "core/unit_int.h"

#include "base/limits.h"

enum { ARENA_SOFT = 1 << 30 };

Units *units_open(void)
{
    Units *u = heap_zeroed(1, sizeof *u);
    u->arena = arena_open(ARENA_SOFT, (size_t)ARENA_SOFT * 4);
    u->codes = map_open(u->arena);
    return u;
}

static void row_free(UnitRow *row)
{
    heap_free(row->spans);
    heap_free(row->children);
    heap_free(row->in);
    heap_free(row->out);
}

static void units_free(Units *u)
{
    units_forget_trees(u);
    for (int32_t i = 0; i < u->count; i++)
        row_free(&u->at[i]);
    heap_free(u->at);
    heap_free(u->links);
    heap_free(u->seqs);
    heap_free(u->days);
    arena_close(u->arena);
}

void units_close(Units **u)
{
    if (!*u)
        return;
    units_free(*u);
    heap_free(*u);
    *u = NULL;
}

void units_clear(Units *u)
{
    units_free(u);
    *u = (Units){ .arena = arena_open(ARENA_SOFT, (size_t)ARENA_SOFT * 4) };
    u->codes = map_open(u->arena);
}

int32_t units_count(const Units *u)
{
    return u->count;
}

UnitRow *unit_row(const Units *u, int32_t unit)
{
    CHECK(unit >= 0 && unit < u->count);
    return &u->at[unit];
}

/* Room for one more piece in a heap array. */
static void *more(void *array, int32_t n, int32_t *room, size_t size)
{
    if (n < *room)
        return array;
    int32_t grown = *room ? *room * 2 : 4;
    array = heap_grow(array, (size_t)*room, (size_t)grown, size);
    *room = grown;
    return array;
}

void units_add(Units *u, int32_t shard, int64_t born_seq)
{
    CHECK(u->count < LIMIT_UNITS);
    u->at = more(u->at, u->count, &u->room, sizeof *u->at);
    u->at[u->count++] = (UnitRow){ .shard = shard, .born_seq = born_seq, .last_seq = born_seq };
}

static void add_day(Units *u, int32_t day)
{
    int32_t low = 0, high = u->day_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (u->days[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < u->day_count && u->days[low] == day)
        return;
    u->days = more(u->days, u->day_count, &u->day_room, sizeof *u->days);
    memmove(u->days + low + 1, u->days + low, (size_t)(u->day_count - low) * sizeof *u->days);
    u->days[low] = day;
    u->day_count++;
}

void units_add_seq(Units *u, int64_t seq)
{
    CHECK(u->seq_count == 0 || u->seqs[u->seq_count - 1] <= seq);
    if (u->seq_count > 0 && u->seqs[u->seq_count - 1] == seq)
        return;
    u->seqs = more(u->seqs, u->seq_count, &u->seq_room, sizeof *u->seqs);
    u->seqs[u->seq_count++] = seq;
}

static int span_order(const Span *a, const Span *b)
{
    if (a->aspect != b->aspect)
        return a->aspect < b->aspect ? -1 : 1;
    if (a->tree != b->tree)
        return a->tree < b->tree ? -1 : 1;
    if (a->from_day != b->from_day)
        return a->from_day < b->from_day ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void add_holder(Units *u, Str code, int32_t unit)
{
    CodeHolders *h = map_find(&u->codes, code);
    if (!h) {
        h = arena_new(u->arena, CodeHolders);
        map_put(&u->codes, code, h);
    }
    for (int32_t i = 0; i < h->n; i++)
        if (h->unit[i] == unit)
            return;
    if (h->n == h->room) {
        int32_t room = h->room ? h->room * 2 : 2;
        int32_t *grown = arena_array(u->arena, int32_t, (size_t)room);
        if (h->n)
            memcpy(grown, h->unit, (size_t)h->n * sizeof *grown);
        h->unit = grown;
        h->room = room;
    }
    h->unit[h->n++] = unit;
}

static void add_child(Units *u, int32_t parent, int32_t child)
{
    UnitRow *row = unit_row(u, parent);
    for (int32_t i = row->child_count; i-- > 0;)
        if (row->children[i] == child)
            return;
    row->children = more(row->children, row->child_count, &row->child_room, sizeof *row->children);
    row->children[row->child_count++] = child;
}

void units_add_span(Units *u, const Span *span)
{
    CHECK(span->from_day < span->to_day);
    UnitRow *row = unit_row(u, span->unit);
    row->spans = more(row->spans, row->span_count, &row->span_room, sizeof *row->spans);
    int32_t at = row->span_count;
    while (at > 0 && span_order(span, &row->spans[at - 1]) < 0)
        at--;
    CHECK(at == 0 || span_order(&row->spans[at - 1], span) != 0);
    memmove(row->spans + at + 1, row->spans + at,
            (size_t)(row->span_count - at) * sizeof *row->spans);
    row->span_count++;
    Span *kept = &row->spans[at];
    *kept = *span;
    kept->text = str_copy(u->arena, span->text);
    kept->basis = str_copy(u->arena, span->basis);
    if (span->aspect == ASPECT_CODE)
        add_holder(u, kept->text, span->unit);
    if (span->aspect == ASPECT_PARENT && span->value != UNIT_NONE)
        add_child(u, (int32_t)span->value, span->unit);
    if (span->seq > row->last_seq)
        row->last_seq = span->seq;
    add_day(u, span->from_day);
    if (span->to_day < DAY_FOREVER)
        add_day(u, span->to_day);
}

static int link_order(const Link *a, const Link *b)
{
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    return a->from < b->from ? -1 : a->from > b->from;
}

static Link *insert_link(Link *links, int32_t *n, int32_t *room, const Link *link)
{
    links = more(links, *n, room, sizeof *links);
    int32_t at = *n;
    while (at > 0 && link_order(link, &links[at - 1]) < 0)
        at--;
    memmove(links + at + 1, links + at, (size_t)(*n - at) * sizeof *links);
    links[at] = *link;
    ++*n;
    return links;
}

void units_add_link(Units *u, const Link *link)
{
    CHECK(link->num > 0 && link->num <= link->den);
    UnitRow *to = unit_row(u, link->to), *from = unit_row(u, link->from);
    u->links = insert_link(u->links, &u->link_count, &u->link_room, link);
    to->in = insert_link(to->in, &to->in_count, &to->in_room, link);
    from->out = insert_link(from->out, &from->out_count, &from->out_room, link);
    if (link->seq > to->last_seq)
        to->last_seq = link->seq;
    if (link->seq > from->last_seq)
        from->last_seq = link->seq;
}

static void mark_gone(Link *links, int32_t n, const Link *link, int64_t gone)
{
    for (int32_t i = 0; i < n; i++)
        if (link_order(&links[i], link) == 0)
            links[i].gone = gone;
}

void units_link_gone(Units *u, const Link *link, int64_t gone)
{
    Link same = *link; /* `link` may stand in one of the arrays */
    mark_gone(u->links, u->link_count, &same, gone);
    mark_gone(unit_row(u, same.to)->in, unit_row(u, same.to)->in_count, &same, gone);
    mark_gone(unit_row(u, same.from)->out, unit_row(u, same.from)->out_count, &same, gone);
}

Span *unit_span(const Units *u, int32_t unit, UnitAspect aspect, int32_t tree, int32_t day,
                int64_t known_seq)
{
    UnitRow *row = unit_row(u, unit);
    for (int32_t i = row->span_count; i-- > 0;) {
        Span *s = &row->spans[i];
        if (s->aspect == aspect && s->tree == tree && span_holds(s, day) &&
            span_known(s, known_seq))
            return s;
    }
    return NULL;
}

const Span *unit_span_after(const Units *u, int32_t unit, UnitAspect aspect, int32_t tree,
                            int32_t day, int64_t known_seq)
{
    const UnitRow *row = unit_row(u, unit);
    for (int32_t i = 0; i < row->span_count; i++) {
        const Span *s = &row->spans[i];
        if (s->aspect == aspect && s->tree == tree && s->to_day > day && span_known(s, known_seq))
            return s;
    }
    return NULL;
}

bool unit_life(const Units *u, int32_t unit, int64_t known_seq, int32_t *ret_from, int32_t *ret_to)
{
    const Span *life = unit_span_after(u, unit, ASPECT_LIFE, 0, DAY_MIN, known_seq);
    if (!life)
        return false;
    *ret_from = life->from_day;
    *ret_to = life->to_day;
    return true;
}

const CodeHolders *units_holders(const Units *u, Str code)
{
    return map_find(&u->codes, code);
}

int32_t unit_find_code(const Units *u, Str code, int32_t day, int64_t known_seq)
{
    const CodeHolders *h = units_holders(u, code);
    for (int32_t i = 0; h && i < h->n; i++)
        if (unit_alive(u, h->unit[i], day, known_seq) &&
            str_eq(unit_code(u, h->unit[i], day, known_seq), code))
            return h->unit[i];
    return UNIT_NONE;
}

/* The newest known span of this code on a unit, or NULL. */
static const Span *held_code(const Units *u, int32_t unit, Str code)
{
    const UnitRow *row = unit_row(u, unit);
    for (int32_t i = row->span_count; i-- > 0;) {
        const Span *s = &row->spans[i];
        if (s->aspect == ASPECT_CODE && span_known(s, KNOWN_NOW) && str_eq(s->text, code))
            return s;
    }
    return NULL;
}

int32_t unit_find_code_ever(const Units *u, Str code, int32_t day)
{
    int32_t found = unit_find_code(u, code, day, KNOWN_NOW);
    if (found != UNIT_NONE)
        return found;
    const CodeHolders *h = units_holders(u, code);
    int32_t newest = DAY_MIN;
    for (int32_t i = 0; h && i < h->n; i++) {
        const Span *s = held_code(u, h->unit[i], code);
        if (s && (found == UNIT_NONE || s->from_day > newest)) {
            found = h->unit[i];
            newest = s->from_day;
        }
    }
    return found;
}

Str unit_name(const Units *u, int32_t unit, int32_t day, int64_t known_seq)
{
    const Span *s = unit_span(u, unit, ASPECT_NAME, 0, day, known_seq);
    return s ? s->text : STR("");
}

Str unit_code(const Units *u, int32_t unit, int32_t day, int64_t known_seq)
{
    const Span *s = unit_span(u, unit, ASPECT_CODE, 0, day, known_seq);
    return s ? s->text : STR("");
}

Str unit_calendar_name(const Units *u, int32_t unit, int32_t day, int64_t known_seq)
{
    const Span *s = unit_span(u, unit, ASPECT_CALENDAR, 0, day, known_seq);
    return s ? s->text : STR("");
}

int32_t unit_kind(const Units *u, int32_t unit, int32_t day, int64_t known_seq)
{
    const Span *s = unit_span(u, unit, ASPECT_KIND, 0, day, known_seq);
    return s ? (int32_t)s->value : 0;
}

bool unit_alive(const Units *u, int32_t unit, int32_t day, int64_t known_seq)
{
    return unit_span(u, unit, ASPECT_LIFE, 0, day, known_seq) != NULL;
}

bool unit_alive_during(const Units *u, int32_t unit, int32_t first, int32_t last, int64_t known_seq)
{
    int32_t from, to;
    return unit_life(u, unit, known_seq, &from, &to) && from <= last && first < to;
}

int32_t unit_parent(const Units *u, int32_t unit, int32_t tree, int32_t day, int64_t known_seq)
{
    const Span *s = unit_span(u, unit, ASPECT_PARENT, tree, day, known_seq);
    return s ? (int32_t)s->value : UNIT_NONE;
}

bool unit_is_under(const Units *u, int32_t unit, int32_t top, int32_t tree, int32_t day)
{
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        if (unit == top)
            return true;
        unit = unit_parent(u, unit, tree, day, KNOWN_NOW);
    }
    return false;
}

int32_t unit_shard(const Units *u, int32_t unit, int32_t day)
{
    int32_t above = unit, shard = 0;
    for (int32_t depth = 0; depth < LIMIT_TREE_DEPTH; depth++) {
        int32_t next = unit_parent(u, above, 0, day, KNOWN_NOW);
        if (next == UNIT_NONE)
            return shard;
        shard = above;
        above = next;
    }
    return shard;
}

const Span *unit_spans(const Units *u, int32_t unit, size_t *ret_n)
{
    *ret_n = (size_t)unit_row(u, unit)->span_count;
    return unit_row(u, unit)->spans;
}

const Link *unit_links(const Units *u, size_t *ret_n)
{
    *ret_n = (size_t)u->link_count;
    return u->links;
}
