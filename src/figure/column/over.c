/* Over: aggregates over units, and the reading of any aggregate (an atom) at one unit. */
#include "figure/column/column_int.h"

/* ---- filling ---- */
bool over_contribution(Work *w, Figures *f, const Ctx *c, const Expr *e, Contribution *ret)
{
    *ret = (Contribution){ 0 };
    TRY(agg_contribution(w, f, c, e->agg, true, ret));
    if (e->agg->value && ret->counts[LANE_REPORTED]) {
        Value v; /* confirmed when all that the unit's value rests on is */
        TRY(eval(w, f, c, e->agg->value, &v));
        ret->counts[LANE_CONFIRMED] = v.covered && v.expected > 0 && v.confirmed >= v.expected;
    }
    return true;
}

static Ctx ctx_of_unit(const Ctx *c, int32_t unit)
{
    Ctx inside = *c;
    inside.unit = unit;
    inside.masked = false;
    return inside;
}

/* The unit's own part is kept, so that a later change can take it back exactly. */
static bool over_unit(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col, int32_t pre,
                      bool live)
{
    ARENA_SCOPE(w->arena);
    Ctx inside = ctx_of_unit(c, col->tree->slot_of[pre]);
    Contribution add;
    Places places = { 0 };
    *list_push(w->arena, &places) = (Place1){ pre, { col->tree->slot_of[pre], 1, 1 } };
    TRY(over_contribution(w, f, &inside, e, &add));
    if (live) {
        Contribution old = { .in = true, .amount = col->own_amount[pre], .scale = col->scale };
        memcpy(old.counts, col->own_counts[pre], sizeof old.counts);
        column_scatter(w, col, &places, &old, -1, true);
    }
    column_scatter(w, col, &places, &add, 1, live);
    memset(col->own_counts[pre], 0, sizeof col->own_counts[pre]);
    col->own_amount[pre] = 0;
    if (!add.in)
        return true;
    memcpy(col->own_counts[pre], add.counts, sizeof add.counts);
    if (!num_mul(add.amount, num_pow10(col->scale - add.scale), &col->own_amount[pre]))
        col->overflow = true;
    return work_ok(w);
}

bool over_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    int32_t kind = e->agg->kind->number;
    for (int32_t pre = 0; pre < col->count; pre++)
        if (col->tree->kind[pre] == kind)
            TRY(over_unit(w, f, c, e, col, pre, false));
    return true;
}

bool over_refresh(Work *w, Figures *f, const Ctx *c, Column *col)
{
    if (!col->dirty_n)
        return true;
    Ctx inside = *c;
    inside.masked = false;
    inside.row = NULL;
    struct TraceLog *log = f->log;
    int64_t until = f->until_ms;
    f->log = NULL;
    f->until_ms = col->rest_ms;
    bool ok = true;
    while (ok && col->dirty_n) {
        int32_t pre = col->dirty[--col->dirty_n];
        ok = over_unit(w, f, &inside, col->key.agg, col, pre, true);
    }
    col->rest_ms = f->until_ms;
    column_until(col);
    f->until_ms = until;
    f->log = log;
    if (!ok)
        col->stale = true;
    return ok;
}

/* ---- reading ---- */
static void sums_add(Sums *to, const Sums *from)
{
    to->amount += from->amount;
    to->n += from->n;
    to->expected += from->expected;
    to->reported += from->reported;
    to->confirmed += from->confirmed;
}

static bool is_register(const Agg *agg)
{
    return agg->book && !book_is_return(agg->book);
}

/* Coverage as rule 12 has it; a register without nil returns is always there. */
static void cover_sums(Value *v, const Agg *agg, const Sums *s)
{
    int64_t expected = s->expected, reported = s->reported, confirmed = s->confirmed;
    if (is_register(agg) && agg->book->nil_every == PERIOD_NONE) {
        bool whole = agg->op == AGG_COUNT || agg->op == AGG_ANY;
        int64_t silent = whole ? 0 : expected - reported;
        expected = whole || expected < 1 ? 1 : expected;
        reported = expected - silent;
        confirmed = confirmed > reported ? reported : confirmed;
    }
    value_cover(v, expected, reported, confirmed);
    if ((v->state == VALUE_OK || v->state == VALUE_NO_BASE) && reported == 0 && expected > 0) {
        v->state = VALUE_MISSING;
        v->reasons = 1u << VALUE_MISSING;
    }
}

static Value truth_value(Truth truth)
{
    Value v = value_bool(truth == TRUTH_TRUE);
    if (truth == TRUTH_UNKNOWN) {
        v.state = VALUE_MISSING;
        v.reasons = 1u << VALUE_MISSING;
    }
    return v;
}

static Value any_all_value(const Agg *agg, const Sums *s)
{
    bool unknown = s->reported < s->expected && !(is_register(agg) && agg->op == AGG_ANY);
    if (agg->op == AGG_ANY)
        return truth_value(s->n > 0 ? TRUTH_TRUE : unknown ? TRUTH_UNKNOWN : TRUTH_FALSE);
    return truth_value(s->amount > 0 ? TRUTH_FALSE : unknown ? TRUTH_UNKNOWN : TRUTH_TRUE);
}

static Value amount_value(Type type, Int128 amount, int scale)
{
    if (type.kind == TYPE_RATIO)
        return value_pair(type, amount, num_pow10(scale));
    type.scale = (int8_t)scale;
    return value_num(type, amount);
}

/* One division, four digits past the scale of the type, whatever scale the column happens to have.
 */
static Value mean_value(const Expr *e, const Sums *s, int scale)
{
    int digits = e->agg->value->type.scale + 4;
    Int128 top = s->amount, bottom = s->n;
    if (s->n == 0)
        return value_none(e->type, VALUE_NO_BASE);
    if (!num_mul(top, num_pow10(digits > scale ? digits - scale : 0), &top) ||
        !num_mul(bottom, num_pow10(scale > digits ? scale - digits : 0), &bottom))
        return value_none(e->type, VALUE_UNDEFINED);
    return amount_value(e->type, num_div(top, bottom, ROUND_HALF), digits);
}

/* Everything but least, most, median, p90. */
static Value sums_value(const Expr *e, const Sums *s, int scale)
{
    const Agg *agg = e->agg;
    Value v = value_none(e->type, VALUE_UNDEFINED);
    switch (agg->op) {
    case AGG_COUNT: v = value_num(e->type, s->n); break;
    case AGG_SUM: v = amount_value(e->type, s->amount, scale); break;
    case AGG_SHARE:
        v = value_pair(e->type, s->n, is_register(agg) ? s->amount : s->reported);
        break;
    case AGG_AVG: v = mean_value(e, s, scale); break;
    case AGG_ANY:
    case AGG_ALL: v = any_all_value(agg, s); break;
    case AGG_LEAST:
    case AGG_MOST:
    case AGG_MEDIAN:
    case AGG_P90: break;
    }
    return v;
}

static int value_cmp(const void *a, const void *b)
{
    int order = 0;
    (void)value_order(a, b, &order);
    return order;
}

/* Median: the mean of the two in the middle when there are two (items: the lower); p90: nearest
 * rank. */
static Value pick(Work *w, const Expr *e, Value *values, size_t n)
{
    qsort(values, n, sizeof *values, value_cmp);
    switch ((int)e->agg->op) {
    case AGG_LEAST: return values[0];
    case AGG_MOST: return values[n - 1];
    case AGG_P90: return values[(n * 9 + 9) / 10 - 1];
    }
    const Value *low = &values[(n - 1) / 2];
    const Value *high = &values[n / 2];
    bool middle = low == high || e->type.kind == TYPE_ITEM || e->type.kind == TYPE_DATE;
    if (middle)
        return *low;
    Type type = low->type;
    Value sum = value_arith(w, EXPR_ADD, low, high, type);
    Value two = value_int(2);
    return value_arith(w, EXPR_DIV, &sum, &two, e->type);
}

/* Values that stand in first .. last, each row once; they lie in order of place. */
static void gather_range(Work *w, const Column *col, int32_t first, int32_t last, GatheredList *ret)
{
    Gathered *g = col->gathered;
    int32_t n = col->gathered_n, low = 0, high = n;
    while (low < high) {
        int32_t mid = (low + high) / 2;
        if (g[mid].pre < first)
            low = mid + 1;
        else
            high = mid;
    }
    if (!col->spread && !ret->n) { /* as they lie: nothing is told twice */
        for (high = low; high < n && g[high].pre <= last;)
            high++;
        ret->at = n ? g + low : NULL;
        ret->n = ret->room = (size_t)(high - low);
        return;
    }
    for (int32_t i = low; i < n && g[i].pre <= last; i++)
        if (g[i].prev < first)
            *list_push(w->arena, ret) = g[i];
}

/* The k-th smallest comes to its place, the smaller ones before it. */
static int64_t nth(int64_t *at, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        int64_t pivot = at[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (at[i] < pivot)
                i++;
            while (at[j] > pivot)
                j--;
            if (i >= j)
                break;
            int64_t swap = at[i];
            at[i] = at[j];
            at[j] = swap;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return at[k];
}

/* Plain numbers of one scale, as most are; else NULL. */
static int64_t *plain_numbers(Work *w, const Expr *e, const GatheredList *g)
{
    TypeKind kind = e->agg->value->type.kind;
    if (kind == TYPE_ITEM || kind == TYPE_RATIO)
        return NULL;
    int64_t *at = arena_array(w->arena, int64_t, g->n + 1);
    for (size_t i = 0; i < g->n; i++) {
        if (g->at[i].of != g->at[0].of)
            return NULL;
        at[i] = g->at[i].num;
    }
    return at;
}

static Value gathered_one(const Expr *e, const Gathered *g)
{
    Type type = e->agg->value->type;
    bool pair = type.kind == TYPE_RATIO;
    if (!pair)
        type.scale = (int8_t)g->of;
    return (Value){ .type = type, .num = g->num, .den = pair ? g->of : 1, .rests_on = -1 };
}

/* Only the places that pick() looks at need hold what they would when sorted: one or two of them.
 */
static Value pick_plain(Work *w, const Expr *e, int64_t *at, size_t n, int64_t scale)
{
    AggOp op = e->agg->op;
    size_t k = op == AGG_LEAST ? 0 : op == AGG_MOST ? n - 1 : (n * 9 + 9) / 10 - 1;
    Value two[2];
    size_t found = 1;
    Gathered g = { .of = scale };
    if (op == AGG_MEDIAN) {
        k = (n - 1) / 2;
        found = n % 2 ? 1 : 2;
    }
    g.num = nth(at, n, k);
    two[0] = gathered_one(e, &g);
    if (found == 1)
        return two[0];
    int64_t next = at[k + 1];
    for (size_t i = k + 2; i < n; i++)
        next = at[i] < next ? at[i] : next;
    g.num = next;
    two[1] = gathered_one(e, &g);
    return pick(w, e, two, 2);
}

static Value gathered_value(Work *w, const Expr *e, GatheredList *g)
{
    Value v = value_none(e->type, VALUE_NO_BASE);
    int64_t *plain = g->n ? plain_numbers(w, e, g) : NULL;
    if (plain) {
        v = pick_plain(w, e, plain, g->n, g->at[0].of);
    } else if (g->n) {
        Value *values = arena_array(w->arena, Value, g->n);
        for (size_t i = 0; i < g->n; i++)
            values[i] = gathered_one(e, &g->at[i]);
        v = pick(w, e, values, g->n);
    }
    v.type.list = e->type.list;
    v.partial = v.covered = false;
    v.rests_on = -1;
    return v;
}

static int64_t rests_on(const Agg *agg, const Sums *s)
{
    bool known = agg->op == AGG_SHARE || agg->op == AGG_ANY || agg->op == AGG_ALL;
    return known ? s->reported : s->n;
}

/* Reads the columns of all ranges of units: one for a unit, one for each unit of a mask. */
typedef struct Reading {
    Sums sums;
    GatheredList values;
} Reading;

static void read_range(Work *w, const Expr *e, const Column *col, int32_t pre, Reading *r)
{
    Sums s = column_sums(col, pre);
    sums_add(&r->sums, &s);
    bool below = e->agg->scope == SCOPE_SUBTREE || col->key.only;
    int32_t last = below ? col->tree->last[pre] : pre;
    if (col->gathered_n)
        gather_range(w, col, pre, last, &r->values);
}

static void read_above(Work *w, const Column *col, int32_t pre, Reading *r)
{
    for (; pre >= 0; pre = col->tree->parent[pre]) {
        Sums s = column_sums(col, pre);
        sums_add(&r->sums, &s);
        gather_range(w, col, pre, pre, &r->values);
    }
}

static bool any_masked(const Column *mask, const FTree *t, int32_t first, int32_t last)
{
    while (first <= last && !mask_has(mask, t, first))
        first++;
    return first <= last;
}

static void read_masked(Work *w, const Figures *f, const Expr *e, const Column *col, int32_t pre,
                        Reading *r)
{
    for (int32_t i = pre; i <= col->tree->last[pre]; i++)
        if (mask_has(f->mask, col->tree, i))
            read_range(w, e, col, i, r);
}

static Value reading_value(Work *w, const Expr *e, Reading *r, int scale)
{
    AggOp op = e->agg->op;
    bool gathers = op == AGG_LEAST || op == AGG_MOST || op == AGG_MEDIAN || op == AGG_P90;
    Value v = gathers ? gathered_value(w, e, &r->values) : sums_value(e, &r->sums, scale);
    cover_sums(&v, e->agg, &r->sums);
    v.rests_on = rests_on(e->agg, &r->sums);
    return v;
}

/* ---- details: rows under a row, no column ---- */
static bool details_add(Work *w, const Expr *e, const Contribution *add, int *scale, Reading *r)
{
    if (!add->in)
        return true;
    Sums one = { .n = add->counts[LANE_N],
                 .expected = add->counts[LANE_EXPECTED],
                 .reported = add->counts[LANE_REPORTED],
                 .confirmed = add->counts[LANE_CONFIRMED] };
    int finer = add->scale > *scale ? add->scale : *scale;
    bool fits = num_mul(r->sums.amount, num_pow10(finer - *scale), &r->sums.amount) &&
                num_mul(add->amount, num_pow10(finer - add->scale), &one.amount);
    *scale = finer;
    sums_add(&r->sums, &one);
    if (add->gathers) {
        Gathered value;
        if (!gathered_of(e, add, &value))
            return false;
        *list_push(w->arena, &r->values) = value;
    }
    return fits;
}

/* Details under the row in scope. */
static bool details_eval(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret)
{
    const Agg *agg = e->agg;
    const RecordRow **rows;
    size_t n;
    Reading r = { 0 };
    int scale = 0;
    CHECK(c->row);
    TRY(index_children(w, f, c, agg->book, c->row->row->ord, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        Contribution add = { 0 };
        RowScope scope = { agg->book, rows[i], c };
        Ctx inside = *c;
        inside.row = &scope;
        TRY(agg_contribution(w, f, &inside, agg, false, &add));
        if (!details_add(w, e, &add, &scale, &r)) {
            *ret = value_none(e->type, VALUE_UNDEFINED);
            return true;
        }
    }
    *ret = reading_value(w, e, &r, scale);
    return true;
}

static bool log_atom(Figures *f, const Ctx *c, const Expr *e, const Value *v)
{
    *list_push(f->log->arena, &f->log->atoms) = e;
    Ctx kept = *c; /* the family's arguments stand on the caller's stack: the log outlives it */
    if (c->arg_n)
        kept.args = arena_copy(f->log->arena, c->args, c->arg_n * sizeof *c->args);
    *list_push(f->log->arena, &f->log->contexts) = kept;
    *list_push(f->log->arena, &f->log->values) = *v;
    return true;
}

static Value column_value(Work *w, const Figures *f, const Ctx *c, const Expr *e, const Column *col,
                          int32_t pre)
{
    Reading r = { 0 };
    if (col->overflow)
        return value_none(e->type, VALUE_UNDEFINED);
    if (e->agg->scope == SCOPE_ABOVE)
        read_above(w, col, pre, &r);
    else if (c->masked && !col->key.only)
        read_masked(w, f, e, col, pre, &r);
    else if (!col->key.only || any_masked(col->key.only, col->tree, pre, col->tree->last[pre]))
        read_range(w, e, col, pre, &r);
    return reading_value(w, e, &r, col->scale);
}

bool atom_eval(Work *w, Figures *f, const Ctx *ctx, const Expr *e, Value *ret)
{
    Ctx c = *ctx;
    const FTree *t;
    int32_t pre;
    Column *col;
    TRY(ctx_place(w, f, &c, &t, &pre));
    if (pre < 0) {
        *ret = value_none(e->type, VALUE_NO_UNIT);
        return true;
    }
    if (e->agg->children)
        return details_eval(w, f, &c, e, ret);
    if (c.row && deps_of(f, &c, e)->outer_row) {
        CLEANUP(column_close) Column *own = column_make(f, &c, e, t);
        TRY(column_fill(w, f, &c, e, own));
        *ret = column_value(w, f, &c, e, own, pre);
        return true;
    }
    TRY(column_need(w, f, &c, e, t, NULL, &col));
    if (c.masked && col->spread && e->agg->scope != SCOPE_ABOVE)
        TRY(column_need(w, f, &c, e, t, f->mask, &col));
    *ret = column_value(w, f, &c, e, col, pre);
    return !f->log || log_atom(f, &c, e, ret);
}
