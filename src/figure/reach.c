/* Reach: which tree of units a context sees, and where a unit's values stand in it.
 *
 * Trees are copied from core once for each stretch of days in which they do not change, so that
 * twelve months of one year share one tree and columns may point into it. */
#include "figure/figure_int.h"

static int day_cmp(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Days on which any attribute of any unit begins or ends. */
static void load_days(Work *w, Figures *f)
{
    list_of(int32_t) days = { 0 };
    ARENA_SCOPE(w->arena);
    int32_t count = units_count(f->core->units);
    for (int32_t unit = 0; unit < count; unit++) {
        size_t n;
        const Span *spans = unit_spans(f->core->units, unit, &n);
        for (size_t i = 0; i < n; i++) {
            *list_push(w->arena, &days) = spans[i].from_day;
            *list_push(w->arena, &days) = spans[i].to_day;
        }
    }
    if (days.n)
        qsort(days.at, days.n, sizeof *days.at, day_cmp);
    heap_free(f->days);
    f->days = heap_zeroed(days.n + 1, sizeof *f->days);
    f->day_n = 0;
    for (size_t i = 0; i < days.n; i++)
        if (f->day_n == 0 || f->days[f->day_n - 1] != days.at[i])
            f->days[f->day_n++] = days.at[i];
    f->days_known = true;
}

/* First day of the stretch that holds `day`. */
int32_t tree_stretch(Work *w, Figures *f, int32_t day)
{
    if (!f->days_known)
        load_days(w, f);
    int32_t low = 0, high = f->day_n;
    while (low < high) {
        int32_t mid = (low + high) / 2;
        if (f->days[mid] <= day)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? f->days[low - 1] : DAY_MIN;
}

static int32_t *copy_ints(const int32_t *from, int32_t n)
{
    int32_t *to = heap_zeroed((size_t)n + 1, sizeof *to);
    if (n)
        memcpy(to, from, (size_t)n * sizeof *to);
    return to;
}

static void tree_free(FTree *t)
{
    heap_free(t->slot_of);
    heap_free(t->last);
    heap_free(t->parent);
    heap_free(t->pre_of);
    heap_free(t->kind);
    heap_free(t);
}

void trees_forget(Figures *f)
{
    for (int32_t i = 0; i < f->tree_n; i++)
        tree_free(f->trees[i]);
    f->tree_n = 0;
    f->days_known = false;
}

const FTree *tree_on(Work *w, Figures *f, int32_t tree, int32_t day, int64_t known_seq)
{
    int32_t first = tree_stretch(w, f, day);
    for (int32_t i = 0; i < f->tree_n; i++) {
        FTree *t = f->trees[i];
        if (t->tree == tree && t->day == first && t->known_seq == known_seq)
            return t;
    }
    const TreeVersion *v = units_tree(w, f->core->units, tree, first, known_seq);
    if (!v)
        return NULL;
    FTree *t = heap_zeroed(1, sizeof *t);
    *t = (FTree){
        .tree = tree, .day = first, .known_seq = known_seq, .count = v->count, .slots = v->slots
    };
    t->slot_of = copy_ints(v->slot_of, v->count);
    t->last = copy_ints(v->last, v->count);
    t->parent = copy_ints(v->parent, v->count);
    t->kind = copy_ints(v->kind, v->count);
    t->pre_of = copy_ints(v->pre_of, v->slots);
    if (f->tree_n == f->tree_room) {
        int32_t room = f->tree_room ? f->tree_room * 2 : 16;
        f->trees = heap_grow(f->trees, (size_t)f->tree_room, (size_t)room, sizeof *f->trees);
        f->tree_room = room;
    }
    f->trees[f->tree_n++] = t;
    return t;
}

/* The first day after `day` on which the unit stands in the tree, or DAY_NONE. */
static int32_t birth_after(const Figures *f, int32_t unit, int32_t tree, int32_t day,
                           int64_t known_seq)
{
    size_t n;
    const Units *units = f->core->units;
    const Span *spans = unit_spans(units, unit, &n);
    int32_t best = DAY_NONE;
    for (size_t i = 0; i < n; i++) {
        const Span *s = &spans[i];
        bool aspect = s->aspect == ASPECT_LIFE || (s->aspect == ASPECT_PARENT && s->tree == tree);
        bool known = s->seq <= known_seq && known_seq < s->gone;
        if (known_seq >= KNOWN_NOW)
            known = s->gone >= KNOWN_NOW;
        if (aspect && known && s->from_day > day && (best == DAY_NONE || s->from_day < best))
            best = s->from_day;
    }
    return best;
}

bool ctx_place(Work *w, Figures *f, Ctx *c, const FTree **ret_tree, int32_t *ret_pre)
{
    int32_t day = ctx_tree_day(c);
    const FTree *t = tree_on(w, f, c->tree, day, c->known_seq);
    while (t) {
        int32_t pre = c->unit >= 0 && c->unit < t->slots ? t->pre_of[c->unit] : -1;
        if (pre < 0 && c->unit >= 0 && c->unit < units_count(f->core->units))
            day = birth_after(f, c->unit, c->tree, day, c->known_seq);
        else
            day = DAY_NONE;
        if (pre >= 0 || day == DAY_NONE || day > c->known_day) {
            *ret_tree = t;
            *ret_pre = pre;
            return true;
        }
        c->tree_day = day;
        t = tree_on(w, f, c->tree, day, c->known_seq);
    }
    return false;
}

static int place_cmp(const void *a, const void *b)
{
    const Place1 *x = a, *y = b;
    return (x->pre > y->pre) - (x->pre < y->pre);
}

bool tree_places(Work *w, Figures *f, const FTree *t, int32_t unit, Places *ret)
{
    *ret = (Places){ 0 };
    if (unit < 0 || unit >= units_count(f->core->units))
        return true;
    int32_t pre = unit < t->slots ? t->pre_of[unit] : -1;
    if (pre >= 0) {
        *list_push(w->arena, ret) = (Place1){ pre, { unit, 1, 1 } };
        return true;
    }
    if (unit_alive(f->core->units, unit, t->day, t->known_seq))
        return true; /* in another tree only */
    Shares shares = { 0 };
    unit_forward(w->arena, f->core->units, unit, t->day, t->known_seq, &shares);
    for (size_t i = 0; i < shares.n; i++) {
        Share share = shares.at[i];
        pre = share.unit >= 0 && share.unit < t->slots ? t->pre_of[share.unit] : -1;
        *list_push(w->arena, ret) = (Place1){ pre, share };
    }
    if (ret->n > 1)
        qsort(ret->at, ret->n, sizeof *ret->at, place_cmp);
    return true;
}

int32_t tree_join(const FTree *t, int32_t a, int32_t b)
{
    int32_t low = a < b ? a : b;
    int32_t high = a < b ? b : a;
    while (low >= 0 && t->last[low] < high)
        low = t->parent[low];
    return low;
}
