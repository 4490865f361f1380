/* Columns: one Sums for every unit of one tree, for one aggregate in one context.
 *
 * Amounts stand in int64 while no sum of them can pass it, else in 128 bits. What a row adds stands
 * at its unit; the roll-up adds subtrees together. A row that belongs to several units (a split)
 * counts once at every unit above them: -1 at the unit where two of its branches meet. */
#include "figure/column/column_int.h"

#define BOUND_MAX (UINT64_C(1) << 62)

/* ---- finding ---- */
static uint32_t key_hash(const ColumnKey *k)
{
    uint64_t h = (uint64_t)(uintptr_t)k->agg * 31 + (uint64_t)(uintptr_t)k->same +
                 (uint64_t)(uintptr_t)k->only;
    const int64_t parts[] = { k->first_day, k->last_day, k->moment_day, k->known_day,
                              k->known_seq, k->tree,     k->tree_day,   k->args[0],
                              k->args[1],   k->overlay,  k->draft };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        h = (h ^ (uint64_t)parts[i]) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(h >> 40) % COLUMN_BUCKETS;
}

static bool key_eq(const ColumnKey *a, const ColumnKey *b)
{
    for (int i = 0; i < ARGS_MAX; i++)
        if (a->args[i] != b->args[i])
            return false;
    return a->agg == b->agg && a->same == b->same && a->only == b->only &&
           a->first_day == b->first_day && a->last_day == b->last_day && a->code == b->code &&
           a->rounds == b->rounds && a->moment == b->moment && a->moment_day == b->moment_day &&
           a->known_day == b->known_day && a->ended_day == b->ended_day && a->draft == b->draft &&
           a->overlay == b->overlay && a->known_seq == b->known_seq && a->tree == b->tree &&
           a->tree_day == b->tree_day && a->tree_fixed == b->tree_fixed;
}

ColumnKey column_key(const Figures *f, const Ctx *c, const Expr *agg, const FTree *t)
{
    ColumnKey key = {
        .agg = agg,
        .first_day = c->period.first_day,
        .last_day = c->period.last_day,
        .code = c->period.code,
        .period_kind = c->period.kind,
        .rounds = c->period.kind == PERIOD_RECORD ? c->rounds : NULL,
        .moment = c->moment,
        .moment_day = ctx_moment(c),
        .known_day = c->known_day,
        .ended_day = c->ended_day,
        .draft = c->draft,
        .overlay = f->overlay.number,
        .known_seq = c->known_seq,
        .tree = t->tree,
        .tree_day = t->day,
        .tree_fixed = c->tree_day != DAY_NONE,
    };
    for (size_t i = 0; i < c->arg_n && i < ARGS_MAX; i++)
        key.args[i] = c->args[i];
    return key;
}

Column *column_find(Figures *f, const ColumnKey *key)
{
    for (Column *col = f->buckets[key_hash(key)]; col; col = col->next)
        if (!col->stale && key_eq(&col->key, key)) {
            col->used = ++f->clock;
            return col;
        }
    return NULL;
}

static bool is_over_units(const ColumnKey *key)
{
    return key->agg && key->agg->agg->kind;
}

static Column *column_alloc(const ColumnKey *key, const FTree *t)
{
    Column *col = heap_zeroed(1, sizeof *col);
    size_t n = (size_t)t->count + 1;
    col->key = *key;
    col->tree = t;
    col->count = t->count;
    col->until_ms = col->rest_ms = INT64_MAX;
    if (key->same) {
        col->mask = heap_zeroed(n, 1);
        col->bytes = sizeof *col + n;
        return col;
    }
    col->amount = heap_zeroed(n, sizeof *col->amount);
    col->counts = heap_zeroed(n, sizeof *col->counts);
    col->split = key->agg->agg->op == AGG_SUM;
    col->bytes = sizeof *col + n * (sizeof *col->amount + sizeof *col->counts);
    if (is_over_units(key)) {
        col->own_counts = heap_zeroed(n, sizeof *col->own_counts);
        col->own_amount = heap_zeroed(n, sizeof *col->own_amount);
        col->bytes += n * (sizeof *col->own_counts + sizeof *col->own_amount);
    }
    return col;
}

void column_close(Column **col)
{
    Column *c = *col;
    *col = NULL;
    if (!c)
        return;
    heap_free(c->amount);
    heap_free(c->wide);
    heap_free(c->counts);
    heap_free(c->own_amount);
    heap_free(c->own_counts);
    heap_free(c->gathered);
    heap_free(c->moved);
    heap_free(c->waiting);
    heap_free(c->mask);
    heap_free(c->dirty);
    heap_free(c);
}

Column *column_make(const Figures *f, const Ctx *c, const Expr *e, const FTree *t)
{
    ColumnKey key = column_key(f, c, e, t);
    return column_alloc(&key, t);
}

Column *column_new(Figures *f, const ColumnKey *key, const FTree *t)
{
    Column *col = column_alloc(key, t);
    col->used = ++f->clock;
    uint32_t bucket = key_hash(key);
    col->next = f->buckets[bucket];
    f->buckets[bucket] = col;
    if (f->column_n == f->column_room) {
        int32_t room = f->column_room ? f->column_room * 2 : 128;
        f->columns =
            heap_grow(f->columns, (size_t)f->column_room, (size_t)room, sizeof *f->columns);
        f->column_room = room;
    }
    f->columns[f->column_n++] = col;
    f->bytes += col->bytes;
    return col;
}

static void column_free(Figures *f, Column *col)
{
    Column **link = &f->buckets[key_hash(&col->key)];
    while (*link != col)
        link = &(*link)->next;
    *link = col->next;
    f->bytes -= col->bytes;
    column_close(&col);
}

void columns_sweep(Figures *f, bool (*drop)(const Figures *f, const Column *col))
{
    CHECK(f->depth == 0);
    int32_t kept = 0;
    for (int32_t i = 0; i < f->column_n; i++) {
        if (f->columns[i]->stale || (drop && drop(f, f->columns[i])))
            column_free(f, f->columns[i]);
        else
            f->columns[kept++] = f->columns[i];
    }
    f->column_n = kept;
}

static int used_cmp(const void *a, const void *b)
{
    const Column *x = *(Column *const *)a, *y = *(Column *const *)b;
    return (x->used > y->used) - (x->used < y->used);
}

/* Gives back the longest unused until three quarters of the limit are left. */
void columns_trim(Figures *f)
{
    if (f->bytes <= COLUMN_BYTES_MAX)
        return;
    qsort(f->columns, (size_t)f->column_n, sizeof(Column *), used_cmp);
    int32_t gone = 0;
    while (gone < f->column_n && f->bytes > COLUMN_BYTES_MAX / 4 * 3)
        column_free(f, f->columns[gone++]);
    for (int32_t i = gone; i < f->column_n; i++)
        f->columns[i - gone] = f->columns[i];
    f->column_n -= gone;
}

/* ---- amounts ---- */
static void widen(Column *col)
{
    if (col->wide)
        return;
    col->wide = heap_zeroed((size_t)col->count + 1, sizeof *col->wide);
    for (int32_t i = 0; i < col->count; i++)
        col->wide[i] = col->amount[i];
    heap_free(col->amount);
    col->amount = NULL;
    col->bytes += (size_t)col->count * (sizeof *col->wide - sizeof *col->amount);
}

static bool times(Int128 *amount, Int128 factor)
{
    return num_mul(*amount, factor, amount);
}

/* A finer scale for all that is there. */
static void rescale(Column *col, int scale)
{
    Int128 factor = num_pow10(scale - col->scale);
    col->scale = scale;
    if (!col->wide && col->bound == 0)
        return;
    widen(col);
    for (int32_t i = 0; i < col->count; i++) {
        col->overflow |= !times(&col->wide[i], factor);
        if (col->own_amount)
            col->overflow |= !times(&col->own_amount[i], factor);
    }
}

Sums column_sums(const Column *col, int32_t pre)
{
    const int32_t *counts = col->counts[pre];
    return (Sums){ .amount = col->wide ? col->wide[pre] : col->amount[pre],
                   .n = counts[LANE_N],
                   .expected = counts[LANE_EXPECTED],
                   .reported = counts[LANE_REPORTED],
                   .confirmed = counts[LANE_CONFIRMED] };
}

static void add_amount(Column *col, int32_t pre, Int128 amount)
{
    Int128 far = amount < 0 ? -amount : amount;
    if (far && !col->wide) {
        if (far >= (Int128)BOUND_MAX || col->bound + (uint64_t)far >= BOUND_MAX)
            widen(col);
        else
            col->bound += (uint64_t)far;
    }
    if (!col->wide)
        col->amount[pre] += (int64_t)amount;
    else
        col->overflow |= !num_add(col->wide[pre], amount, &col->wide[pre]);
}

static void add_counts(Column *col, int32_t pre, const int32_t *counts, int sign)
{
    for (int lane = 0; lane < COUNT_LANES; lane++)
        col->counts[pre][lane] += sign * counts[lane];
}

/* At one unit; live: at it and all above it. */
static void add_at(Column *col, int32_t pre, Int128 amount, const int32_t *counts, int sign,
                   bool live)
{
    if (live && !col->wide && amount == (int64_t)amount && col->bound < BOUND_MAX / 2) {
        Int128 far = amount < 0 ? -amount : amount;
        if (far < (Int128)(BOUND_MAX / 2)) {
            int32_t signed_counts[COUNT_LANES];
            for (int lane = 0; lane < COUNT_LANES; lane++)
                signed_counts[lane] = sign * counts[lane];
            col->bound += (uint64_t)far;
            kernel_delta(col->tree->parent, pre, (int64_t)amount, signed_counts, col->amount,
                         col->counts);
            return;
        }
    }
    do {
        add_amount(col, pre, amount);
        add_counts(col, pre, counts, sign);
        pre = col->tree->parent[pre];
    } while (live && pre >= 0);
}

static bool column_rolls(const Column *col)
{
    AggScope scope = col->key.agg->agg->scope;
    return scope == SCOPE_SUBTREE || (scope == SCOPE_OWN && col->key.only);
}

static void gather_push(Column *col, Gathered value)
{
    if (col->gathered_n == col->gathered_room) {
        int32_t room = col->gathered_room ? col->gathered_room + col->gathered_room / 2 : 64;
        col->gathered = heap_grow(col->gathered, (size_t)col->gathered_room, (size_t)room,
                                  sizeof *col->gathered);
        col->bytes += (size_t)(room - col->gathered_room) * sizeof *col->gathered;
        col->gathered_room = room;
    }
    col->gathered[col->gathered_n++] = value;
}

bool gathered_of(const Expr *e, const Contribution *add, Gathered *ret)
{
    bool pair = e->agg->value->type.kind == TYPE_RATIO;
    if (!num_fits(add->num) || !num_fits(add->den) || (!pair && add->den != 1))
        return false;
    *ret = (Gathered){ 0, -1, (int64_t)add->num, pair ? (int64_t)add->den : add->gathered_scale };
    return true;
}

/* While filling they are sorted at the end; later they wait for the next reading. */
static void gather(Column *col, int32_t pre, int32_t prev, const Contribution *add, int sign,
                   bool live)
{
    Gathered value;
    if (!gathered_of(col->key.agg, add, &value)) {
        col->overflow = true;
        return;
    }
    value.pre = pre;
    value.prev = prev;
    if (!live) {
        gather_push(col, value);
        return;
    }
    if (col->moved_n == col->moved_room) {
        int32_t room = col->moved_room ? col->moved_room * 2 : 16;
        col->moved =
            heap_grow(col->moved, (size_t)col->moved_room, (size_t)room, sizeof *col->moved);
        col->bytes += (size_t)(room - col->moved_room) * sizeof *col->moved;
        col->moved_room = room;
    }
    col->moved[col->moved_n++] = (GatheredChange){ value, sign };
}

/* A mask belongs to one tree; [known] atoms read another in which the same unit stands elsewhere.
 */
bool mask_has(const Column *mask, const FTree *t, int32_t pre)
{
    if (mask->tree == t)
        return mask->mask[pre];
    int32_t slot = t->slot_of[pre];
    int32_t there = slot < mask->tree->slots ? mask->tree->pre_of[slot] : -1;
    return there >= 0 && mask->mask[there];
}

/* The place itself, or -1 when the column is bound to a mask and no unit of it stands above (own:
 * it is none itself). */
static int32_t masked_pre(const Column *col, int32_t pre)
{
    int32_t above = pre;
    bool own = col->key.agg->agg->scope == SCOPE_OWN;
    if (col->key.only && own && pre >= 0)
        return mask_has(col->key.only, col->tree, pre) ? pre : -1;
    while (col->key.only && above >= 0 && !mask_has(col->key.only, col->tree, above))
        above = col->tree->parent[above];
    return above >= 0 ? pre : -1;
}

/* A split: the amount by shares at its own scale (remainders to the largest remainder), everything
 * counted once. */
static void scatter_split(Work *w, Column *col, const Places *places, const Contribution *add,
                          Int128 factor, int sign, bool live, bool later)
{
    size_t n = places->n;
    Share *shares = arena_array(w->arena, Share, n);
    int64_t *parts = arena_array(w->arena, int64_t, n);
    for (size_t i = 0; i < n; i++)
        shares[i] = places->at[i].share;
    if (col->split && num_fits(add->amount))
        shares_split((int64_t)add->amount, shares, n, parts);
    else
        col->overflow |= col->split;
    int32_t before = -1;
    for (size_t i = 0; i < n; i++) {
        int32_t pre = masked_pre(col, places->at[i].pre);
        Int128 amount = col->split ? parts[i] : add->amount;
        if (pre < 0)
            continue;
        col->overflow |= !times(&amount, factor);
        add_at(col, pre, amount, add->counts, sign, live);
        if (add->gathers)
            gather(col, pre, before, add, sign, later);
        col->spread |= before >= 0;
        int32_t join = before >= 0 && column_rolls(col) ? tree_join(col->tree, before, pre) : -1;
        if (join >= 0)
            add_at(col, join, col->split ? 0 : -amount, add->counts, -sign, live);
        before = pre;
    }
}

void column_scatter(Work *w, Column *col, const Places *places, const Contribution *add, int sign,
                    bool live)
{
    if (!add->in || places->n == 0)
        return;
    if (add->scale > col->scale)
        rescale(col, add->scale);
    Int128 factor = num_pow10(col->scale - add->scale) * sign;
    bool later = live;
    live = live && column_rolls(col);
    Place1 place = places->at[0];
    if (places->n > 1 || place.share.num != place.share.den) {
        scatter_split(w, col, places, add, factor, sign, live, later);
        return;
    }
    place.pre = masked_pre(col, place.pre);
    if (place.pre < 0)
        return;
    Int128 amount = add->amount;
    col->overflow |= !times(&amount, factor);
    add_at(col, place.pre, amount, add->counts, sign, live);
    if (add->gathers)
        gather(col, place.pre, -1, add, sign, later);
}

/* By place, then by all that they are, so that equal columns are equal byte by byte. */
static int gathered_cmp(const void *a, const void *b)
{
    const Gathered *x = a, *y = b;
    if (x->pre != y->pre)
        return x->pre < y->pre ? -1 : 1;
    if (x->num != y->num)
        return x->num < y->num ? -1 : 1;
    if (x->of != y->of)
        return x->of < y->of ? -1 : 1;
    return (x->prev > y->prev) - (x->prev < y->prev);
}

#define GATHERED_GONE INT64_MIN

static bool gathered_drop(Gathered *at, int32_t n, const Gathered *value)
{
    for (int32_t i = 0; i < n; i++)
        if (gathered_cmp(&at[i], value) == 0) {
            at[i].of = GATHERED_GONE;
            return true;
        }
    return false;
}

/* Among the sorted ones; a dropped one keeps its place until all are told. */
static bool gathered_take(Column *col, const Gathered *value)
{
    int32_t low = 0, high = col->gathered_n;
    while (low < high) {
        int32_t mid = (low + high) / 2;
        const Gathered *g = &col->gathered[mid];
        if (g->pre < value->pre || (g->pre == value->pre && g->num < value->num))
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < col->gathered_n; low++) {
        Gathered *g = &col->gathered[low];
        if (g->pre != value->pre || g->num != value->num)
            return false;
        if (gathered_drop(g, 1, value))
            return true;
    }
    return false;
}

static int32_t gathered_pack(Gathered *at, int32_t n)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (at[i].of != GATHERED_GONE)
            at[kept++] = at[i];
    return kept;
}

bool column_settle(Column *col)
{
    if (!col->moved_n)
        return true;
    int32_t n = 0;
    Gathered *fresh = heap_zeroed((size_t)col->moved_n, sizeof *fresh);
    bool ok = true;
    for (int32_t i = 0; ok && i < col->moved_n; i++) {
        const GatheredChange *m = &col->moved[i];
        if (m->sign > 0)
            fresh[n++] = m->value;
        else
            ok = gathered_drop(fresh, n, &m->value) || gathered_take(col, &m->value);
    }
    col->moved_n = 0;
    n = gathered_pack(fresh, n);
    if (n)
        qsort(fresh, (size_t)n, sizeof *fresh, gathered_cmp);
    int32_t old = gathered_pack(col->gathered, col->gathered_n);
    col->gathered_n = old;
    for (int32_t i = 0; i < n; i++)
        gather_push(col, fresh[i]);
    for (int32_t to = old + n; n > 0 && to-- > 0;) { /* from the end: nothing is overwritten */
        bool mine = old == 0 || gathered_cmp(&col->gathered[old - 1], &fresh[n - 1]) <= 0;
        col->gathered[to] = mine ? fresh[--n] : col->gathered[--old];
    }
    heap_free(fresh);
    return ok;
}

/* ---- what waits for its time ---- */
bool column_wait(Column *col, int64_t until_ms, int64_t ord)
{
    if (until_ms == INT64_MAX)
        return true;
    if (col->waiting_n == WAITING_MAX)
        return false;
    if (col->waiting_n == col->waiting_room) {
        size_t room = col->waiting_room ? col->waiting_room * 2 : 64;
        col->waiting = heap_grow(col->waiting, col->waiting_room, room, sizeof *col->waiting);
        col->bytes += (room - col->waiting_room) * sizeof *col->waiting;
        col->waiting_room = room;
    }
    col->waiting[col->waiting_n++] = (Waiting){ until_ms, ord };
    if (until_ms < col->until_ms)
        col->until_ms = until_ms;
    return true;
}

void column_until(Column *col)
{
    col->until_ms = col->rest_ms;
    for (size_t i = 0; i < col->waiting_n; i++)
        if (col->waiting[i].until_ms < col->until_ms)
            col->until_ms = col->waiting[i].until_ms;
}

/* After filling: subtrees added together, gathered values in order of place. */
void column_roll(Column *col)
{
    if (column_rolls(col)) {
        const int32_t *parent = col->tree->parent;
        if (col->wide)
            kernel_roll_wide(parent, col->count, col->wide);
        else
            kernel_roll_amounts(parent, col->count, col->amount);
        kernel_roll_counts(parent, col->count, col->counts);
    }
    if (col->gathered_n)
        qsort(col->gathered, (size_t)col->gathered_n, sizeof *col->gathered, gathered_cmp);
}

bool column_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    Ctx inside = *c;
    inside.masked = false;
    struct TraceLog *log = f->log;
    int64_t until = f->until_ms;
    f->log = NULL;
    f->until_ms = INT64_MAX;
    col->busy = true;
    col->at_ms = c->now_ms;
    bool ok;
    {
        ARENA_SCOPE(w->arena);
        ok = e->agg->kind ? over_fill(w, f, &inside, e, col) : leaf_fill(w, f, &inside, e, col);
    }
    col->busy = false;
    col->rest_ms = f->until_ms;
    column_until(col);
    f->until_ms = until;
    until_bound(f, col->until_ms);
    f->log = log;
    if (ok)
        column_roll(col);
    return ok;
}

/* A kept column, if it can be read now. */
static bool column_read(Work *w, Figures *f, const Ctx *c, Column *col, bool *ret)
{
    size_t before = col->bytes;
    CHECK(!col->busy); /* figures are a DAG: the checker refuses cycles */
    bool ok = over_refresh(w, f, c, col) && column_forward(w, f, c, col);
    if (ok && !col->stale && !column_settle(col))
        col->stale = true;
    f->bytes += col->bytes - before;
    *ret = !col->stale;
    if (!col->stale)
        until_bound(f, col->until_ms);
    return ok;
}

/* Do the rows speak for themselves, so that a day later only those that wait say something else? */
static bool can_be_carried(const Deps *d, const Agg *agg)
{
    return agg->book && !book_is_return(agg->book) && agg->book->nil_every == PERIOD_NONE &&
           !agg->children && !d->nested && !d->outward && !d->shifts && !d->params && !d->outer_row;
}

/* The same column as it was kept on an earlier day. */
static Column *column_of_before(const Figures *f, const Ctx *c, const ColumnKey *key,
                                const FTree *t)
{
    for (int32_t i = 0; i < f->column_n; i++) {
        Column *col = f->columns[i];
        ColumnKey old = col->key;
        old.known_day = key->known_day;
        old.ended_day = key->ended_day;
        if (key->moment != MOMENT_AT)
            old.moment_day = key->moment_day;
        if (!col->stale && !col->busy && col->set == c->set && col->tree == t &&
            col->key.known_day < key->known_day && key_eq(&old, key))
            return col;
    }
    return NULL;
}

static void column_rename(Figures *f, Column *col, const ColumnKey *key)
{
    Column **link = &f->buckets[key_hash(&col->key)];
    while (*link != col)
        link = &(*link)->next;
    *link = col->next;
    col->key = *key;
    link = &f->buckets[key_hash(key)];
    col->next = *link;
    *link = col;
    col->used = ++f->clock;
}

/* A day later: the rows that wait for it are evaluated again, the rest stays. */
static bool column_carry(Work *w, Figures *f, const Ctx *c, const ColumnKey *key, const FTree *t,
                         Column **ret)
{
    *ret = column_of_before(f, c, key, t);
    if (!*ret)
        return true;
    size_t before = (*ret)->bytes;
    const ColumnKey old = (*ret)->key;
    column_rename(f, *ret, key);
    bool ok = column_forward_from(w, f, c, *ret, &old);
    f->bytes += (*ret)->bytes - before;
    if ((*ret)->stale)
        *ret = NULL;
    return ok;
}

bool column_need(Work *w, Figures *f, const Ctx *c, const Expr *e, const FTree *t,
                 const Column *only, Column **ret)
{
    ColumnKey key = column_key(f, c, e, t);
    key.only = only;
    const Deps *deps = deps_of(f, c, e);
    if (f->overlay.number && !deps_read(deps, f->overlay.book))
        key.overlay = 0;
    if (deps->no_args)
        memset(key.args, 0, sizeof key.args);
    Column *col = column_find(f, &key);
    if (!col && ctx_runs(c) && !key.overlay && !only && !c->transient &&
        can_be_carried(deps, e->agg))
        TRY(column_carry(w, f, c, &key, t, &col));
    bool there = false;
    *ret = col;
    if (col)
        TRY(column_read(w, f, c, col, &there));
    if (there)
        return true;
    col = column_new(f, &key, t);
    col->transient = c->transient || only; /* masks come and go */
    col->set = c->set;
    *ret = col;
    Ctx alone = *c;
    alone.row = NULL;
    size_t before = col->bytes;
    bool ok = column_fill(w, f, &alone, e, col);
    f->bytes += col->bytes - before;
    col->stale = !ok;
    return ok;
}
