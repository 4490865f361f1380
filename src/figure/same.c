/* `same K` (rule 16): all roll-ups of a figure run over the units of kind K at which every atom is
 * complete, in each shifted period, in the tree of the later period. A unit of which nothing was
 * asked in one of the periods is not the same unit in both: it is left out (docs/decisions/0009).
 */
#include "figure/column/column_int.h"

typedef bool (*AtomVisit)(Work *w, Figures *f, const Ctx *c, const Expr *e, void *self);

static bool each_atom(Work *w, Figures *f, const Ctx *c, const Expr *e, AtomVisit visit,
                      void *self);

static bool each_shifted(Work *w, Figures *f, const Ctx *c, const Expr *e, AtomVisit visit,
                         void *self)
{
    Ctx inside = *c;
    for (size_t i = 0; i < e->shift_count; i++)
        TRY(ctx_shift(w, f, &inside, &e->shifts[i]));
    return each_atom(w, f, &inside, e->args[0], visit, self);
}

static bool each_figure_atom(Work *w, Figures *f, const Ctx *c, const Expr *e, AtomVisit visit,
                             void *self)
{
    int64_t args[ARGS_MAX] = { 0 };
    Ctx inside = *c;
    CHECK(e->arg_count <= ARGS_MAX);
    for (size_t i = 0; i < e->arg_count; i++) {
        Value v;
        TRY(eval(w, f, c, e->args[i], &v));
        args[i] = (int64_t)v.num;
    }
    if (++inside.depth > LIMIT_EXPR_DEPTH)
        return fail(w, ERR_LIMIT, "figure.too_deep limit=%d", LIMIT_EXPR_DEPTH);
    inside.args = args;
    inside.arg_n = e->arg_count;
    inside.transient = false;
    return each_atom(w, f, &inside, e->figure->expr, visit, self);
}

/* `x @ K` is met at the unit itself: the mask asks whether it answered, not where it is read. */
static bool each_atom(Work *w, Figures *f, const Ctx *c, const Expr *e, AtomVisit visit, void *self)
{
    if (e->op == EXPR_AGG)
        return visit(w, f, c, e, self);
    if (e->op == EXPR_SHIFT)
        return each_shifted(w, f, c, e, visit, self);
    if (e->op == EXPR_FIGURE)
        return each_figure_atom(w, f, c, e, visit, self);
    for (size_t i = 0; i < e->arg_count; i++)
        TRY(each_atom(w, f, c, e->args[i], visit, self));
    return true;
}

static bool latest_tree(Work *w, Figures *f, const Ctx *c, const Expr *e, void *self)
{
    (void)w;
    (void)f;
    (void)e;
    int32_t *latest = self;
    int32_t day = ctx_tree_day(c);
    if (day > *latest)
        *latest = day;
    return true;
}

static bool atom_complete(Work *w, Figures *f, const Ctx *c, const Expr *e, void *self)
{
    uint8_t *mask = self;
    Value v;
    if (!(*mask & MASK_IN))
        return true;
    TRY(atom_eval(w, f, c, e, &v));
    if (v.state != VALUE_OK || v.expected == 0 || v.reported < v.expected)
        *mask = 0;
    else if (v.confirmed < v.expected)
        *mask &= (uint8_t)~MASK_CONFIRMED;
    return true;
}

static bool mask_fill(Work *w, Figures *f, const Ctx *c, const Figure *figure, Column *mask)
{
    struct TraceLog *log = f->log;
    f->log = NULL;
    bool ok = true;
    for (int32_t pre = 0; ok && pre < mask->count; pre++) {
        ARENA_SCOPE(w->arena);
        if (mask->tree->kind[pre] != figure->same->number)
            continue;
        Ctx at = *c;
        at.unit = mask->tree->slot_of[pre];
        mask->mask[pre] = MASK_IN | MASK_CONFIRMED;
        ok = each_atom(w, f, &at, figure->expr, atom_complete, &mask->mask[pre]) && work_ok(w);
    }
    f->log = log;
    return ok;
}

static bool mask_need(Work *w, Figures *f, const Ctx *c, const Figure *figure, const FTree *t,
                      Column **ret)
{
    ColumnKey key = column_key(f, c, NULL, t);
    key.same = figure;
    *ret = column_find(f, &key);
    if (*ret && (*ret)->until_ms <= c->now_ms) {
        (*ret)->stale = true;
        *ret = NULL;
    }
    if (*ret) {
        until_bound(f, (*ret)->until_ms);
        return true;
    }
    *ret = column_new(f, &key, t);
    (*ret)->set = c->set;
    (*ret)->stale = true; /* until it is filled */
    int64_t until = f->until_ms;
    f->until_ms = INT64_MAX;
    TRY(mask_fill(w, f, c, figure, *ret));
    (*ret)->until_ms = (*ret)->rest_ms = f->until_ms;
    (*ret)->at_ms = c->now_ms;
    f->until_ms = until;
    until_bound(f, (*ret)->until_ms);
    (*ret)->stale = false;
    return true;
}

bool same_eval(Work *w, Figures *f, const Ctx *ctx, const Figure *figure, Value *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    Column *mask;
    int32_t day = ctx_tree_day(&c);
    if (c.tree_day == DAY_NONE)
        TRY(each_atom(w, f, &c, figure->expr, latest_tree, &day));
    c.tree_day = day;
    TRY(ctx_place(w, f, &c, &t, &pre));
    if (pre < 0) {
        *ret = value_none(figure->expr->type, VALUE_NO_UNIT);
        return true;
    }
    TRY(mask_need(w, f, &c, figure, t, &mask));
    int64_t expected = 0, reported = 0, confirmed = 0;
    for (int32_t i = pre; i <= t->last[pre]; i++) {
        expected += t->kind[i] == figure->same->number;
        reported += mask->mask[i] & MASK_IN;
        confirmed += mask->mask[i] >> 1 & 1;
    }
    if (reported == 0 && expected > 0) {
        *ret = value_none(figure->expr->type, VALUE_MISSING);
        value_cover(ret, expected, 0, 0);
        return true;
    }
    const Column *outer = f->mask;
    f->mask = mask;
    c.masked = true;
    bool ok = eval(w, f, &c, figure->expr, ret);
    f->mask = outer;
    if (ok)
        value_cover(ret, expected, reported, confirmed);
    return ok;
}
