/* Ask: from a question of the outside to a context, and back. */
#include "figure/column/column_int.h"

#define OWN_SOFT_BYTES ((size_t)64 << 20)

Figures *figures_open(Core *core)
{
    Figures *f = heap_zeroed(1, sizeof *f);
    f->core = core;
    f->own = work_open(env_real(), OWN_SOFT_BYTES);
    f->until_ms = INT64_MAX;
    f->once = heap_zeroed(ONCE_MAX, sizeof *f->once);
    figures_listen(f);
    return f;
}

void figures_forget(Figures *f)
{
    for (int32_t i = 0; i < f->column_n; i++)
        f->columns[i]->stale = true;
    columns_sweep(f, NULL);
    asked_forget(f);
    trees_forget(f);
    indexes_forget(f);
    heap_free(f->deps);
    f->deps = NULL;
    f->deps_set = NULL;
    counts_forget(f);
    CHECK(f->bytes == 0);
}

void figures_close(Figures **figures)
{
    Figures *f = *figures;
    *figures = NULL;
    if (!f)
        return;
    figures_forget(f);
    work_close(&f->own);
    heap_free(f->days);
    heap_free(f->trees);
    heap_free(f->asked);
    heap_free(f->columns);
    heap_free(f->counts);
    heap_free(f->once);
    heap_free(f);
}

size_t figures_bytes(const Figures *f)
{
    return f->bytes + indexes_bytes(f);
}

/* Columns that cannot serve a later ask: of expressions that die, of a judged row, of old packs. */
static bool serves_once(const Figures *f, const Column *col)
{
    return col->transient || col->key.overlay || col->set != f->newest;
}

void ask_begin(Figures *f)
{
    if (f->depth == 0)
        f->until_ms = INT64_MAX;
    if (f->depth++ == 0 && (f->asked_n > ASKED_MAX || f->tree_n > TREES_MAX)) {
        f->depth = 0;
        figures_forget(f);
        f->depth = 1;
    }
}

void ask_end(Figures *f)
{
    CHECK(f->depth > 0);
    if (--f->depth)
        return;
    columns_sweep(f, serves_once);
    columns_trim(f);
    records_trim(f->core);
}

bool ctx_open(Work *w, Figures *f, const Figure *figure, const Ask *ask, Ctx *ret)
{
    int32_t today = work_today(w);
    bool past = ask->known_day && ask->known_day < today;
    Ctx c = {
        .unit = ask->unit,
        .period = ask->period,
        .rounds = ask->rounds,
        .known_day = past ? ask->known_day : today,
        .known_seq = KNOWN_NOW,
        .tree = figure && figure->tree ? figure->tree->number : 0,
        .tree_day = ask->tree_day ? ask->tree_day : DAY_NONE,
        .draft = ask->draft,
    };
    c.now_ms = past ? day_last_ms(c.known_day) + 1 : w->now_ms;
    c.ended_day = past ? c.known_day : today - 1; /* today is over only when tomorrow is here */
    if (past)
        TRY(core_known_on(w, f->core, c.known_day, &c.known_seq));
    if (c.period.kind == PERIOD_NONE)
        c.period = period_of_day(PERIOD_DAY, c.known_day);
    if (today > f->today)
        f->today = today;
    f->newest = packs_set(w, f->core, KNOWN_NOW);
    c.set = past ? packs_set(w, f->core, c.known_seq) : f->newest;
    if (!c.set || !f->newest)
        return false;
    *ret = c;
    return true;
}

static bool ask_one(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                    const Ask *ask, Value *ret)
{
    Ctx c;
    TRY(ctx_open(w, f, figure, ask, &c));
    CHECK(n == figure->param_count && n <= ARGS_MAX);
    return eval_figure(w, f, &c, figure, args, n, ret);
}

bool figure_ask(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                const Ask *ask, Value *ret)
{
    ask_begin(f);
    bool ok = ask_one(w, f, figure, args, n, ask, ret);
    ask_end(f);
    return ok;
}

static bool each_value(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                       const Ask *ask, const Kind *kind, int32_t **ret_units, Value **ret_values,
                       size_t *ret_n)
{
    Ctx c;
    const FTree *t;
    int32_t pre;
    list_of(int32_t) units = { 0 };
    list_of(Value) values = { 0 };
    TRY(ctx_open(w, f, figure, ask, &c));
    TRY(ctx_place(w, f, &c, &t, &pre));
    for (int32_t i = pre; pre >= 0 && i <= t->last[pre]; i++) {
        if (t->kind[i] != kind->number)
            continue;
        Ctx at = c;
        Value v;
        at.unit = t->slot_of[i];
        TRY(eval_figure(w, f, &at, figure, args, n, &v));
        *list_push(w->arena, &units) = at.unit;
        *list_push(w->arena, &values) = v;
        TRY(work_ok(w));
    }
    *ret_units = units.at;
    *ret_values = values.at;
    *ret_n = units.n;
    return true;
}

bool figure_each(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                 const Ask *ask, const Kind *kind, int32_t **ret_units, Value **ret_values,
                 size_t *ret_n)
{
    ask_begin(f);
    bool ok = each_value(w, f, figure, args, n, ask, kind, ret_units, ret_values, ret_n);
    ask_end(f);
    return ok;
}

static bool expr_one(Work *w, Figures *f, const Expr *expr, const Ask *ask, Value *ret)
{
    Ctx c;
    Value v;
    TRY(ctx_open(w, f, NULL, ask, &c));
    c.transient = true;
    TRY(eval(w, f, &c, expr, &v));
    *ret = value_store(&v, expr->type);
    return true;
}

bool figure_expr(Work *w, Figures *f, const Expr *expr, const Ask *ask, Value *ret)
{
    ask_begin(f);
    bool ok = expr_one(w, f, expr, ask, ret);
    ask_end(f);
    return ok;
}

/* ---- one row ---- */
typedef struct RowAsk {
    Ctx c;
    RowScope scope;
} RowAsk;

/* The row as if accepted, in its own context (rule 24): its unit and period; a register's row has
 * none of its own: it is judged today, in the running year. */
static bool row_open(Work *w, Figures *f, const Book *book, const RecordRow *row, RowAsk *r)
{
    Ask ask = { .unit = row->unit, .period = period_of_day(PERIOD_YEAR, work_today(w)) };
    if (book->every != PERIOD_NONE && !book->every_book &&
        !period_of_code(row->period, &ask.period))
        return fail(w, ERR_BAD_INPUT, "figure.no_period code=%lld", (long long)row->period);
    TRY(ctx_open(w, f, NULL, &ask, &r->c));
    r->c.tree = book->pack->tree ? book->pack->tree->number : 0;
    r->c.rounds = book->every_book;
    if (book->every_book)
        TRY(period_of_record(w, f, &r->c, book->every_book, row->period - PERIOD_RECORD_BASE,
                             &r->c.period));
    r->scope = (RowScope){ book, row, NULL };
    r->c.row = &r->scope;
    f->overlay = (Overlay){ ++f->overlay_count, book, row };
    return true;
}

static void row_close(Figures *f)
{
    f->overlay = (Overlay){ 0 };
    int32_t kept = 0; /* who is asked may rest on the judged row */
    for (int32_t i = 0; i < f->asked_n; i++) {
        if (f->asked[i]->overlay) {
            heap_free(f->asked[i]->slots);
            heap_free(f->asked[i]);
        } else {
            f->asked[kept++] = f->asked[i];
        }
    }
    f->asked_n = kept;
}

bool row_truth(Work *w, Figures *f, const Book *book, const RecordRow *row, const Expr *expr,
               Truth *ret)
{
    RowAsk r;
    ask_begin(f);
    bool ok = row_open(w, f, book, row, &r) && eval_truth(w, f, &r.c, expr, ret);
    row_close(f);
    ask_end(f);
    return ok;
}

bool row_number(Work *w, Figures *f, const Book *book, const RecordRow *row, const Expr *expr,
                int64_t *ret, bool *ret_known)
{
    RowAsk r;
    Value v = { 0 };
    ask_begin(f);
    bool ok = row_open(w, f, book, row, &r) && eval(w, f, &r.c, expr, &v);
    row_close(f);
    ask_end(f);
    TRY(ok);
    v = value_store(&v, expr->type);
    *ret_known = v.state == VALUE_OK && v.den == 1 && v.num >= INT64_MIN && v.num <= INT64_MAX;
    *ret = *ret_known ? (int64_t)v.num : 0;
    return true;
}

static bool compute_fields(Work *w, Figures *f, const Book *book, RowAsk *r, int64_t *nums,
                           uint64_t *known)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *field = book->fields[i];
        Value v;
        if (!field->computed || !type_is_number(field->type))
            continue;
        TRY(eval(w, f, &r->c, field->computed, &v));
        v = value_store(&v, field->type);
        Int128 num = v.num;
        bool there = v.state == VALUE_OK;
        if (there && field->type.kind == TYPE_RATIO) /* a field holds a ratio at its scale */
            there = num_mul(v.num, num_pow10(field->type.scale), &num);
        if (there && v.den != 1)
            num = num_div(num, v.den, ROUND_HALF);
        there = there && num_fits(num);
        uint64_t bit = UINT64_C(1) << (field->number % 64);
        nums[field->number] = there ? (int64_t)num : 0;
        known[field->number / 64] =
            there ? known[field->number / 64] | bit : known[field->number / 64] & ~bit;
    }
    return true;
}

/* Fields are computed in their order, so that one may read those before it. */
bool row_compute(Work *w, Figures *f, const Book *book, RecordRow *row, int64_t *nums,
                 uint64_t *known)
{
    RowAsk r;
    ask_begin(f);
    row->nums = nums;
    row->known = known;
    bool ok = row_open(w, f, book, row, &r) && compute_fields(w, f, book, &r, nums, known);
    row_close(f);
    ask_end(f);
    return ok;
}
