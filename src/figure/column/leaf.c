/* Leaves: aggregates over the rows of a book, scattered to the units that they belong to. */
#include "figure/column/cell_steps.h"
#include "figure/column/column_int.h"

static bool op_gathers(AggOp op)
{
    return op == AGG_LEAST || op == AGG_MOST || op == AGG_MEDIAN || op == AGG_P90;
}

static bool add_value(const Value *v, Contribution *add)
{
    if (v->state != VALUE_OK || v->partial)
        return false;
    add->counts[LANE_N] = 1;
    add->num = v->num;
    add->den = v->den;
    add->gathered_scale = v->type.scale;
    Int128 amount;
    if (value_scaled(v, &amount, &add->scale))
        add->amount = amount;
    return true;
}

/* any, all: true ones in n, false ones in the amount. */
static void add_truth(Truth truth, Contribution *add)
{
    add->counts[LANE_N] = truth == TRUTH_TRUE;
    add->amount = truth == TRUTH_FALSE;
    add->counts[LANE_REPORTED] = truth != TRUTH_UNKNOWN;
}

static Truth truth_not(Truth t)
{
    return t == TRUTH_UNKNOWN ? t : t == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static Truth truth_and(Truth a, Truth b)
{
    if (a == TRUTH_FALSE || b == TRUTH_FALSE)
        return TRUTH_FALSE;
    return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static bool any_all(Work *w, Figures *f, const Ctx *c, const Agg *agg, Truth where,
                    Contribution *add)
{
    Truth truth = where;
    if (agg->value) {
        Truth value;
        TRY(eval_truth(w, f, c, agg->value, &value));
        if (!agg->where)
            truth = value;
        else if (agg->op == AGG_ANY)
            truth = truth_and(where, value);
        else /* where implies value */
            truth = truth_not(truth_and(where, truth_not(value)));
    }
    add_truth(truth, add);
    return true;
}

/* For a cell what `where` leaves out is a known nothing (rule 12); a register's row that is left
 * out, or of which it is unknown, is not there at all. */
bool agg_contribution(Work *w, Figures *f, const Ctx *c, const Agg *agg, bool cell,
                      Contribution *ret)
{
    Truth where = TRUTH_TRUE;
    int32_t *counts = ret->counts;
    ret->in = true;
    if (agg->where)
        TRY(eval_truth(w, f, c, agg->where, &where));
    counts[LANE_EXPECTED] = 1;
    if (agg->op == AGG_ANY || agg->op == AGG_ALL)
        return any_all(w, f, c, agg, where, ret);
    if (agg->op == AGG_COUNT || agg->op == AGG_SHARE) {
        counts[LANE_N] = where == TRUTH_TRUE;
        counts[LANE_REPORTED] = where != TRUTH_UNKNOWN;
        if (agg->op == AGG_SHARE && !cell)
            ret->amount = where != TRUTH_UNKNOWN; /* the base, also beside nil returns */
        return true;
    }
    if (where != TRUTH_TRUE) {
        counts[LANE_REPORTED] = cell && where == TRUTH_FALSE;
        ret->in = cell;
        return true;
    }
    Value v;
    TRY(eval(w, f, c, agg->value, &v));
    if (add_value(&v, ret)) {
        counts[LANE_REPORTED] = 1;
        ret->gathers = op_gathers(agg->op);
    }
    return true;
}

/* ---- one row ---- */
static bool row_contribution(Work *w, Figures *f, const Ctx *c, const Expr *e, const RecordRow *row,
                             bool cell, Contribution *ret)
{
    const Agg *agg = e->agg;
    const Field *plain = agg->value && agg->value->op == EXPR_FIELD && agg->value->outer == 0 &&
                                 !agg->where && agg->op == AGG_SUM && !agg->value->field->changes
                             ? agg->value->field
                             : NULL;
    if (plain && type_is_number(plain->type) && plain->type.kind != TYPE_RATIO &&
        row_known(row, plain->number)) {
        *ret = (Contribution){ .amount = row->nums[plain->number],
                               .in = true,
                               .scale = plain->type.scale };
        ret->counts[LANE_N] = ret->counts[LANE_EXPECTED] = ret->counts[LANE_REPORTED] = 1;
    } else {
        RowScope scope = { agg->book, row, c };
        Ctx inside = *c;
        inside.unit = row->unit;
        inside.row = &scope;
        *ret = (Contribution){ 0 };
        TRY(agg_contribution(w, f, &inside, agg, cell, ret));
    }
    ret->counts[LANE_CONFIRMED] = ret->counts[LANE_REPORTED] && row->state == RECORD_CONFIRMED;
    return true;
}

/* ---- returns ---- */
bool leaf_periods(Work *w, Figures *f, const Ctx *c, const Expr *e, Periods *ret)
{
    const Book *book = e->agg->book;
    if (book->every == PERIOD_NONE && !book->every_book) {
        Period q;
        *ret = (Periods){ 0 };
        if (standing_period(c, book, &q))
            *list_push(w->arena, ret) = q;
        return true;
    }
    TRY(book_periods(w, f, c, book, ret));
    if (deps_of(f, c, e)->stock && ret->n > 1) { /* rule 9: the last period only */
        size_t last = 0;
        for (size_t i = 1; i < ret->n; i++)
            if (ret->at[i].last_day >= ret->at[last].last_day)
                last = i;
        ret->at[0] = ret->at[last];
        ret->n = 1;
    }
    return true;
}

typedef struct Fill {
    const Ctx *c;
    const Expr *e;
    Column *col;
    const Block *block;       /* NULL: rows are found one by one */
    Ctx inside;               /* the context of q */
    CellSteps *steps;         /* NULL: cells are evaluated one by one */
    int64_t cells[STEP_ROWS]; /* those that wait for the next run of the steps */
    int32_t pres[STEP_ROWS];
    int waiting;
} Fill;

static bool fill_row(const Fill *fill, Work *w, Figures *f, int32_t unit, int64_t ord,
                     RecordRow *view, const RecordRow **ret)
{
    const Block *b = fill->block;
    *ret = NULL;
    if (b) {
        if (unit >= b->slots)
            return true;
        int64_t cell = (int64_t)unit * b->keys + ord;
        *view = (RecordRow){ .unit = unit,
                             .ord = ord,
                             .period = b->period,
                             .state = b->state[cell],
                             .nums = b->nums + cell * b->columns,
                             .known = b->known + cell * b->known_words };
        *ret = row_counts(view) ? view : NULL;
        return true;
    }
    const RecordRow *row =
        cell_of(w, f, &fill->inside, fill->e->agg->book, unit, fill->inside.period.code, ord);
    *ret = row && row_counts(row) ? row : NULL;
    return row || w->err.code == ERR_NONE;
}

static bool fill_cell(const Fill *fill, Work *w, Figures *f, const Places *places, int32_t unit,
                      int64_t ord)
{
    RecordRow view;
    const RecordRow *row;
    Contribution add = { .in = true, .counts = { [LANE_EXPECTED] = 1 } };
    TRY(fill_row(fill, w, f, unit, ord, &view, &row));
    if (row)
        TRY(row_contribution(w, f, &fill->inside, fill->e, row, true, &add));
    if (!fill->e->agg->via) {
        column_scatter(w, fill->col, places, &add, 1, false);
        return true;
    }
    int32_t other = UNIT_NONE; /* via: the cell counts where its row points */
    Places there;
    if (row)
        TRY(row_unit(w, f, &fill->inside, fill->e->agg, row, &other));
    TRY(tree_places(w, f, fill->col->tree, other, &there));
    column_scatter(w, fill->col, &there, &add, 1, false);
    return true;
}

/* ---- cells in runs of steps ---- */
static Contribution run_contribution(const Fill *fill, const StepRun *run, int i)
{
    Contribution add = { .in = true, .scale = cell_steps_scale(fill->steps) };
    bool known = !run->where || run->where_known[i];
    bool holds = !run->where || (known && run->where[i]);
    bool amount = holds && run->value && run->value_known[i];
    add.counts[LANE_EXPECTED] = 1;
    add.counts[LANE_N] = run->value ? amount : holds;
    add.counts[LANE_REPORTED] = run->value ? amount || (known && !holds) : known;
    add.amount = amount ? run->value[i] : 0;
    if (!amount)
        add.scale = 0;
    add.counts[LANE_CONFIRMED] =
        add.counts[LANE_REPORTED] && fill->block->state[fill->cells[i]] == RECORD_CONFIRMED;
    return add;
}

static bool flush_run(Fill *fill, Work *w, Figures *f)
{
    StepRun run;
    int n = fill->waiting;
    fill->waiting = 0;
    bool ran = n && cell_steps_run(fill->steps, fill->block, fill->cells, n, &run);
    for (int i = 0; i < n; i++) {
        ARENA_SCOPE(w->arena);
        Places places = { 0 };
        int32_t unit = fill->col->tree->slot_of[fill->pres[i]];
        *list_push(w->arena, &places) = (Place1){ fill->pres[i], { unit, 1, 1 } };
        if (ran) {
            Contribution add = run_contribution(fill, &run, i);
            column_scatter(w, fill->col, &places, &add, 1, false);
            continue;
        }
        TRY(fill_cell(fill, w, f, &places, unit, fill->cells[i] % fill->block->keys));
    }
    return true;
}

/* A reported cell of a unit that stands in the tree itself waits for the next run. */
static bool wait_for_run(Fill *fill, Work *w, Figures *f, int32_t unit, int64_t ord, bool *ret)
{
    const Block *b = fill->block;
    const FTree *t = fill->col->tree;
    int32_t pre = unit < t->slots ? t->pre_of[unit] : -1;
    *ret = false;
    if (!fill->steps || pre < 0 || unit >= b->slots)
        return true;
    int64_t cell = (int64_t)unit * b->keys + ord;
    if (b->state[cell] != RECORD_FILED && b->state[cell] != RECORD_CONFIRMED)
        return true;
    fill->cells[fill->waiting] = cell;
    fill->pres[fill->waiting++] = pre;
    *ret = true;
    return fill->waiting < STEP_ROWS || flush_run(fill, w, f);
}

static bool fill_unit(Fill *fill, Work *w, Figures *f, int32_t unit, int64_t cells)
{
    ARENA_SCOPE(w->arena);
    Places places = { 0 };
    for (int64_t ord = 0; ord < cells; ord++) {
        bool waits;
        if (!ord_valid(fill->e->agg->book, ord))
            continue;
        TRY(wait_for_run(fill, w, f, unit, ord, &waits));
        if (waits)
            continue;
        if (!places.at)
            TRY(tree_places(w, f, fill->col->tree, unit, &places));
        TRY(fill_cell(fill, w, f, &places, unit, ord));
    }
    return work_ok(w);
}

static Ctx ctx_of_period(const Ctx *c, const Book *book, Period q)
{
    Ctx inside = *c;
    inside.period = q;
    inside.rounds = book->every_book;
    return inside;
}

static bool fill_return(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    const Book *book = e->agg->book;
    Periods periods;
    TRY(leaf_periods(w, f, c, e, &periods));
    bool block = book->every != PERIOD_NONE && !deps_of(f, c, e)->texts && f->overlay.book != book;
    CellSteps *steps =
        block && !e->agg->via && !f->by_walk ? cell_steps_compile(w->arena, e->agg) : NULL;
    Fill *fill = arena_new(w->arena, Fill);
    for (size_t i = 0; i < periods.n; i++) {
        Period q = periods.at[i];
        const Asked *asked;
        *fill = (Fill){
            .c = c, .e = e, .col = col, .inside = ctx_of_period(c, book, q), .steps = steps
        };
        TRY(asked_units(w, f, c, book, q, &asked));
        if (block) {
            fill->block = records_block(w, f->core, book, q.code, c->known_seq);
            if (!fill->block)
                return false;
        }
        int64_t cells = book_cells(book);
        for (int32_t k = 0; k < asked->n; k++)
            TRY(fill_unit(fill, w, f, asked->slots[k], cells));
        if (steps)
            TRY(flush_run(fill, w, f));
    }
    return true;
}

/* ---- registers ---- */
bool leaf_contribution(Work *w, Figures *f, const Ctx *c, const Expr *e, const RecordRow *row,
                       Contribution *ret)
{
    const Book *book = e->agg->book;
    *ret = (Contribution){ 0 };
    if (book_is_return(book)) {
        Periods periods;
        if (!row_counts(row))
            return true;
        TRY(leaf_periods(w, f, c, e, &periods));
        for (size_t i = 0; i < periods.n; i++) {
            const Asked *asked;
            if (periods.at[i].code != row->period)
                continue;
            TRY(asked_units(w, f, c, book, periods.at[i], &asked));
            if (!asked_has(asked, row->unit) || !ord_valid(book, row->ord))
                continue;
            Ctx inside = ctx_of_period(c, book, periods.at[i]);
            TRY(row_contribution(w, f, &inside, e, row, true, ret));
            ret->counts[LANE_EXPECTED] = 0; /* the cell was expected before it was filled */
        }
        return true;
    }
    bool inside;
    TRY(row_inside(w, f, c, e->agg, row, &inside));
    if (!inside)
        return true;
    TRY(row_contribution(w, f, c, e, row, false, ret));
    if (book->nil_every != PERIOD_NONE) /* coverage is that of the periods (nil_cover) */
        ret->counts[LANE_EXPECTED] = ret->counts[LANE_REPORTED] = ret->counts[LANE_CONFIRMED] = 0;
    return true;
}

/* A unit answered for q by a row dated in q, or by a nil return. By slot; of the units in `only`
 * (ascending), or of all (NULL). */
static bool nil_answers(Work *w, Figures *f, const Ctx *c, const Book *book, Period q,
                        const Asked *only, uint8_t **ret)
{
    const RecordRow *const *rows;
    size_t n;
    Agg placed = { .book = book, .when = WHEN_DEFAULT };
    Ctx inside = ctx_of_period(c, book, q);
    int32_t count = units_count(f->core->units);
    uint8_t *answered = arena_array(w->arena, uint8_t, (size_t)count + 1);
    const Block *nil = records_block(w, f->core, book, q.code, c->known_seq);
    TRY(nil);
    for (int32_t unit = 0; unit < count && unit < nil->slots; unit++)
        answered[unit] = nil->state[unit] == RECORD_FILED || nil->state[unit] == RECORD_CONFIRMED;
    TRY(rows_of(w, f, c, book, &rows, &n));
    for (size_t k = 0; k < n; k++) {
        bool in = false;
        if (answered[rows[k]->unit] || (only && !asked_has(only, rows[k]->unit)))
            continue;
        TRY(row_inside(w, f, &inside, &placed, rows[k], &in));
        answered[rows[k]->unit] |= in;
    }
    *ret = answered;
    return true;
}

static int by_slot(const void *x, const void *y)
{
    const int32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

bool nil_missing(Work *w, Figures *f, const Book *book, Period q, const int32_t *units, size_t n,
                 bool *ret)
{
    Ctx c;
    const Asked *asked = NULL;
    uint8_t *answered = NULL;
    CHECK(n > 0 && book->nil_every == q.kind);
    Ask ask = { .unit = units[0], .period = q };
    Asked only = { .slots = arena_copy(w->arena, units, n * sizeof *units), .n = (int32_t)n };
    qsort(only.slots, n, sizeof *only.slots, by_slot);
    ask_begin(f);
    bool ok = ctx_open(w, f, NULL, &ask, &c) && asked_units(w, f, &c, book, q, &asked) &&
              nil_answers(w, f, &c, book, q, &only, &answered);
    for (size_t i = 0; ok && i < n; i++)
        ret[i] = asked_has(asked, units[i]) && !answered[units[i]];
    ask_end(f);
    return ok;
}

/* A register with `nil every`: coverage is that of its periods. */
static bool nil_cover(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    const Book *book = e->agg->book;
    Periods periods;
    TRY(book_periods(w, f, c, book, &periods));
    for (size_t i = 0; i < periods.n; i++) {
        const Asked *asked;
        uint8_t *answered;
        TRY(nil_answers(w, f, c, book, periods.at[i], NULL, &answered));
        TRY(asked_units(w, f, c, book, periods.at[i], &asked));
        for (int32_t k = 0; k < asked->n; k++) {
            Places places;
            Contribution add = { .in = true, .counts = { [LANE_EXPECTED] = 1 } };
            add.counts[LANE_REPORTED] = answered[asked->slots[k]];
            TRY(tree_places(w, f, col->tree, asked->slots[k], &places));
            column_scatter(w, col, &places, &add, 1, false);
        }
    }
    return true;
}

/* Rows lie far apart: what comes soon is fetched while this one is evaluated. */
enum { AHEAD_ROW = 24, AHEAD_CASE = 16, AHEAD_MOVES = 8, LINE = 64 };

static void fetch(const void *from, size_t size)
{
    const char *at = from;
    for (size_t i = 0; i < size && i < (size_t)6 * LINE; i += LINE)
        __builtin_prefetch(at + i);
}

static void fetch_ahead(const RecordRow *const *rows, size_t n, size_t i)
{
    if (i + AHEAD_ROW >= n)
        return;
    fetch(rows[i + AHEAD_ROW], sizeof **rows);
    const RecordRow *row = rows[i + AHEAD_CASE];
    fetch(row->nums, LINE);
    fetch(row->cas, row->cas ? sizeof *row->cas : 0);
    const CaseRow *cas = rows[i + AHEAD_MOVES]->cas;
    if (!cas)
        return;
    fetch(cas->moves, cas->move_n * sizeof *cas->moves);
    fetch(cas->clocks, cas->clock_n * sizeof *cas->clocks);
}

static bool fill_register(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    int64_t rest = f->until_ms; /* of what no row is told of */
    const RecordRow *const *rows;
    size_t n;
    TRY(rows_for(w, f, c, e->agg, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        ARENA_SCOPE(w->arena);
        Contribution add;
        Places places;
        int32_t unit;
        fetch_ahead(rows, n, i);
        f->until_ms = INT64_MAX;
        TRY(leaf_contribution(w, f, c, e, rows[i], &add));
        if (!column_wait(col, f->until_ms, rows[i]->ord))
            rest = f->until_ms < rest ? f->until_ms : rest;
        f->until_ms = rest;
        if (!add.in)
            continue;
        TRY(row_unit(w, f, c, e->agg, rows[i], &unit));
        TRY(tree_places(w, f, col->tree, unit, &places));
        column_scatter(w, col, &places, &add, 1, false);
        TRY(work_ok(w));
    }
    return e->agg->book->nil_every == PERIOD_NONE || nil_cover(w, f, c, e, col);
}

bool leaf_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col)
{
    return book_is_return(e->agg->book) ? fill_return(w, f, c, e, col)
                                        : fill_register(w, f, c, e, col);
}
