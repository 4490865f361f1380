/* `least n` (rule 23): small groups are not shown, nor what tells them by subtraction.
 *
 * Among the units under one parent (and among the members of a family) those that rest on fewer
 * than n rows are withheld; while those withheld together rest on fewer than n, the next smallest
 * is withheld too, or the others would tell the rest by subtraction. Nothing rests on nothing: a
 * group without rows is withheld but hides nobody. */
#include "figure/figure_int.h"

static int32_t book_least(const Expr *e, int depth)
{
    int32_t most = 0;
    if (!e || depth > LIMIT_EXPR_DEPTH)
        return 0;
    if (e->op == EXPR_AGG) {
        if (e->agg->book)
            most = e->agg->book->least;
        int32_t inner = book_least(e->agg->value, depth + 1);
        int32_t where = book_least(e->agg->where, depth + 1);
        most = inner > most ? inner : most;
        most = where > most ? where : most;
    }
    for (size_t i = 0; i < e->arg_count; i++) {
        int32_t inner = book_least(e->args[i], depth + 1);
        most = inner > most ? inner : most;
    }
    return most;
}

int32_t figure_least(const Figure *figure)
{
    int32_t books = book_least(figure->expr, 0);
    return figure->least > books ? figure->least : books;
}

typedef struct Group {
    int64_t rows;
    int64_t order; /* slot or member: ties */
    bool self, hidden;
} Group;
typedef list_of(Group) Groups;

static int group_cmp(const void *a, const void *b)
{
    const Group *x = a, *y = b;
    if (x->rows != y->rows)
        return (x->rows > y->rows) - (x->rows < y->rows);
    return (x->order > y->order) - (x->order < y->order);
}

/* Is the group `self` withheld? `rest` rows belong to the whole but to no group that is shown. */
static bool withheld(Groups *g, int64_t rest, int32_t least)
{
    if (g->n)
        qsort(g->at, g->n, sizeof *g->at, group_cmp);
    int64_t hidden = rest;
    size_t i = 0;
    for (; i < g->n && g->at[i].rows < least; i++) {
        hidden += g->at[i].rows;
        if (g->at[i].self)
            return true;
    }
    for (; i < g->n && hidden > 0 && hidden < least; i++) {
        hidden += g->at[i].rows;
        if (g->at[i].self)
            return true;
    }
    return false;
}

static bool rows_under(Work *w, Figures *f, const Ctx *c, const Figure *figure, int64_t *ret)
{
    Value v;
    struct TraceLog *log = f->log;
    f->log = NULL;
    bool ok = figure->same && !c->masked ? same_eval(w, f, c, figure, &v)
                                         : eval(w, f, c, figure->expr, &v);
    f->log = log;
    *ret = ok && v.rests_on > 0 ? v.rests_on : 0;
    return ok;
}

static bool beside_units(Work *w, Figures *f, const Ctx *ctx, const Figure *figure, int32_t least,
                         bool *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    Groups groups = { 0 };
    int64_t whole, sum = 0;
    *ret = false;
    TRY(ctx_place(w, f, &c, &t, &pre));
    if (pre < 0 || t->parent[pre] < 0)
        return true;
    int32_t parent = t->parent[pre];
    for (int32_t i = parent + 1; i <= t->last[parent]; i = t->last[i] + 1) {
        Ctx sibling = c;
        Group g = { .order = t->slot_of[i], .self = i == pre };
        sibling.unit = t->slot_of[i];
        TRY(rows_under(w, f, &sibling, figure, &g.rows));
        *list_push(w->arena, &groups) = g;
        sum += g.rows;
    }
    c.unit = t->slot_of[parent];
    TRY(rows_under(w, f, &c, figure, &whole));
    *ret = withheld(&groups, whole > sum ? whole - sum : 0, least);
    return true;
}

/* The members of a family with one parameter over a list or a span of numbers. */
static bool beside_members(Work *w, Figures *f, const Ctx *ctx, const Figure *figure,
                           const int64_t *args, int32_t least, bool *ret)
{
    *ret = false;
    if (figure->param_count != 1)
        return true;
    Type type = figure->params[0].type;
    Groups groups = { 0 };
    int64_t low = type.low, high = type.high;
    if (type.kind == TYPE_ITEM && type.list) {
        low = 0;
        high = (int64_t)type.list->item_count - 1;
    }
    for (int64_t i = low; i <= high && i - low < LIMIT_LIST_ITEMS; i++) {
        int64_t member = type.kind == TYPE_ITEM ? type.list->items[i].number : i;
        Ctx c = *ctx;
        Group g = { .order = member, .self = member == args[0] };
        c.args = &member;
        TRY(rows_under(w, f, &c, figure, &g.rows));
        *list_push(w->arena, &groups) = g;
    }
    *ret = withheld(&groups, 0, least);
    return true;
}

bool least_apply(Work *w, Figures *f, const Ctx *c, const Figure *figure, const int64_t *args,
                 size_t n, Value *v)
{
    int32_t least = figure_least(figure);
    if (least <= 0 || v->state != VALUE_OK || v->rests_on < 0)
        return true;
    bool hidden = v->rests_on < least;
    if (!hidden)
        TRY(beside_units(w, f, c, figure, least, &hidden));
    if (!hidden && n)
        TRY(beside_members(w, f, c, figure, args, least, &hidden));
    if (hidden) {
        v->state = VALUE_LEAST;
        v->reasons = 1u << VALUE_LEAST;
    }
    return true;
}
