/* Trees of a day in pre-order. Between two days on which anything changes all trees are the same,
 * and so between two facts of units: versions are made and kept by those steps. */
#include "core/unit_int.h"

#include "base/limits.h"

typedef struct Placed { /* one unit while a tree is made */
    Str code;
    int32_t unit;
} Placed;

typedef struct Making {
    const Units *u;
    int32_t tree, day;
    int64_t known_seq;
    int32_t *parent;       /* [slot] -> slot, UNIT_NONE at a root, ABSENT when not in the tree */
    int32_t *first, *next; /* [slot]: children in order */
    Placed *placed;
    int32_t count;
} Making;

enum { ABSENT = -2 };

static void tree_free(TreeVersion *t)
{
    if (!t)
        return;
    heap_free(t->slot_of);
    heap_free(t->last);
    heap_free(t->parent);
    heap_free(t->pre_of);
    heap_free(t->kind);
    heap_free(t);
}

void units_forget_trees(Units *u)
{
    for (int i = 0; i < TREE_CACHE; i++) {
        tree_free(u->cache[i].tree);
        u->cache[i] = (CachedTree){ 0 };
    }
}

static bool alive(const Making *m, int32_t unit)
{
    return unit_alive(m->u, unit, m->day, m->known_seq);
}

/* The parent when it is there on the day. */
static int32_t living_parent(const Making *m, int32_t unit)
{
    int32_t parent = unit_parent(m->u, unit, m->tree, m->day, m->known_seq);
    return parent != UNIT_NONE && alive(m, parent) ? parent : UNIT_NONE;
}

/* Tree 0 holds every living unit; another tree those that have a parent or a child in it. */
static void find_members(Making *m)
{
    for (int32_t unit = 0; unit < m->u->count; unit++)
        m->parent[unit] = ABSENT;
    for (int32_t unit = 0; unit < m->u->count; unit++) {
        if (!alive(m, unit))
            continue;
        int32_t parent = living_parent(m, unit);
        if (parent == UNIT_NONE && (m->tree != 0 || m->parent[unit] != ABSENT)) {
            continue;
        }
        m->parent[unit] = parent;
        if (parent != UNIT_NONE && m->parent[parent] == ABSENT)
            m->parent[parent] = UNIT_NONE;
    }
    for (int32_t unit = 0; unit < m->u->count; unit++)
        if (m->parent[unit] != ABSENT)
            m->placed[m->count++] =
                (Placed){ .unit = unit, .code = unit_code(m->u, unit, m->day, m->known_seq) };
}

static int by_code(const void *a, const void *b)
{
    const Placed *x = a, *y = b;
    int order = str_cmp(x->code, y->code);
    return order ? order : (x->unit > y->unit) - (x->unit < y->unit);
}

/* Links children in order of code; roots hang on the slot after the last. */
static void link_children(Making *m)
{
    int32_t top = m->u->count;
    for (int32_t unit = 0; unit <= top; unit++)
        m->first[unit] = m->next[unit] = UNIT_NONE;
    qsort(m->placed, (size_t)m->count, sizeof *m->placed, by_code);
    for (int32_t i = m->count; i-- > 0;) {
        int32_t unit = m->placed[i].unit;
        int32_t under = m->parent[unit] == UNIT_NONE ? top : m->parent[unit];
        m->next[unit] = m->first[under];
        m->first[under] = unit;
    }
}

static void number(const Making *m, TreeVersion *t)
{
    int32_t path[LIMIT_TREE_DEPTH + 2]; /* pre of each unit above */
    int32_t depth = 0, pre = 0;
    int32_t unit = m->first[m->u->count];
    while (unit != UNIT_NONE) {
        CHECK(depth <= LIMIT_TREE_DEPTH);
        t->slot_of[pre] = unit;
        t->pre_of[unit] = pre;
        t->parent[pre] = depth ? path[depth - 1] : -1;
        t->kind[pre] = unit_kind(m->u, unit, m->day, m->known_seq);
        path[depth++] = pre++;
        unit = m->first[unit];
        while (unit == UNIT_NONE && depth > 0) {
            int32_t done = path[--depth];
            t->last[done] = pre - 1;
            unit = m->next[t->slot_of[done]];
        }
    }
    CHECK(pre == t->count); /* a cycle would leave units out */
}

static TreeVersion *tree_make(const Units *u, int32_t tree, int32_t day, int64_t known_seq)
{
    size_t slots = (size_t)u->count;
    Making m = { .u = u, .tree = tree, .day = day, .known_seq = known_seq };
    m.parent = heap_zeroed(slots, sizeof *m.parent);
    m.first = heap_zeroed(slots + 1, sizeof *m.first);
    m.next = heap_zeroed(slots + 1, sizeof *m.next);
    m.placed = heap_zeroed(slots, sizeof *m.placed);
    find_members(&m);
    link_children(&m);
    TreeVersion *t = heap_zeroed(1, sizeof *t);
    size_t count = (size_t)m.count;
    *t = (TreeVersion){ .tree = tree, .known_seq = known_seq, .count = m.count, .slots = u->count };
    t->slot_of = heap_zeroed(count, sizeof *t->slot_of);
    t->last = heap_zeroed(count, sizeof *t->last);
    t->parent = heap_zeroed(count, sizeof *t->parent);
    t->kind = heap_zeroed(count, sizeof *t->kind);
    t->pre_of = heap_zeroed(slots, sizeof *t->pre_of);
    for (size_t i = 0; i < slots; i++)
        t->pre_of[i] = -1;
    number(&m, t);
    heap_free(m.parent);
    heap_free(m.first);
    heap_free(m.next);
    heap_free(m.placed);
    return t;
}

/* The stretch around `day` in which nothing changes. */
static void stretch(const Units *u, int32_t day, int32_t *ret_first, int32_t *ret_last)
{
    int32_t low = 0, high = u->day_count; /* first change after the day */
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (u->days[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_first = low > 0 ? u->days[low - 1] : DAY_MIN;
    *ret_last = low < u->day_count ? u->days[low] - 1 : DAY_FOREVER;
}

/* The last fact of units at or before: what is known at S is what was known then. */
static int64_t known_step(const Units *u, int64_t known_seq)
{
    int32_t low = 0, high = u->seq_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (u->seqs[middle] <= known_seq)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == u->seq_count)
        return KNOWN_NOW;
    return low > 0 ? u->seqs[low - 1] : -1;
}

const TreeVersion *units_tree(Work *w, Units *u, int32_t tree, int32_t day, int64_t known_seq)
{
    CHECK(w && day >= DAY_MIN && day <= DAY_MAX);
    int32_t first, last;
    stretch(u, day, &first, &last);
    int64_t known = known_step(u, known_seq);
    CachedTree *oldest = &u->cache[0];
    for (int i = 0; i < TREE_CACHE; i++) {
        CachedTree *c = &u->cache[i];
        if (c->tree && c->tree->tree == tree && c->tree->first_day == first &&
            c->tree->known_seq == known) {
            c->used = ++u->clock;
            return c->tree;
        }
        if (c->used < oldest->used)
            oldest = c;
    }
    tree_free(oldest->tree);
    oldest->tree = tree_make(u, tree, first, known);
    oldest->tree->day = oldest->tree->first_day = first;
    oldest->tree->last_day = last;
    oldest->used = ++u->clock;
    return oldest->tree;
}
