/* Trace: a value back to its formula, its atoms, who is silent, and the facts with their authors.
 */
#include "figure/column/column_int.h"

typedef list_of(TraceFact) Facts;
typedef list_of(TraceAtom) Atoms;
typedef list_of(int32_t) Slots;

/* ---- formulas as written ---- */
static bool source_line(Work *w, const Pack *pack, Place place, Str *ret)
{
    Source source;
    TRY(source_split(w, pack->text, &source));
    *ret = STR("");
    if (place.file < 0 || (size_t)place.file >= source.n)
        return true;
    Str rest = source.files[place.file].text;
    for (int32_t i = 0; i < place.line; i++)
        if (!str_next(&rest, '\n', ret))
            return true;
    /* a formula may run on: everything up to the end of its last open bracket */
    ret->n += rest.p ? rest.n + 1 : 0;
    return true;
}

/* Cut where the line ends outside brackets and quotes, and before a comment. */
static Str statement(Str text)
{
    int open = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        quoted ^= ch == '"';
        if (quoted)
            continue;
        open += ch == '(' || ch == '[';
        open -= ch == ')' || ch == ']';
        if (ch == '#' || (ch == '\n' && open <= 0))
            return str_trim(str_sub(text, 0, i));
    }
    return str_trim(text);
}

bool figure_formula(Work *w, const Figure *figure, Str *ret)
{
    Str line;
    bool quoted = false;
    TRY(source_line(w, figure->pack, figure->place, &line));
    line = statement(line);
    *ret = line;
    for (size_t i = 0; i < line.n; i++) {
        quoted ^= line.p[i] == '"';
        if (!quoted && line.p[i] == '=') {
            *ret = str_trim(str_sub(line, i + 1, line.n));
            if (str_ends(*ret, STR(" public"))) /* who may see it is no part of the formula */
                ret->n -= 7;
            return true;
        }
    }
    return true;
}

/* From the aggregate's word to its closing bracket; the parser may point at the word or the
 * bracket. */
static Str aggregate_text(Str line, int32_t column)
{
    size_t at = 0;
    for (int32_t seen = 1; at < line.n && seen < column; at++)
        seen += at + 1 >= line.n || ((uint8_t)line.p[at + 1] & 0xC0) != 0x80;
    int open = 0;
    for (size_t i = at; i < line.n; i++) {
        open += line.p[i] == '(';
        open -= line.p[i] == ')';
        if (line.p[i] == ')' && open <= 0)
            return str_sub(line, at, i + 1 - at);
    }
    return str_sub(line, at, line.n);
}

static bool atom_formula(Work *w, const Ctx *c, const Expr *e, Str *ret)
{
    static const char *const names[] = { "sum",  "count",  "avg", "share", "least",
                                         "most", "median", "p90", "any",   "all" };
    Str of = e->agg->book ? e->agg->book->name : e->agg->kind->name;
    *ret = str_printf(w->arena, "%s(%.*s)", names[e->agg->op], STR_ARG(of));
    if (!c->figure)
        return true;
    Str line;
    TRY(source_line(w, c->figure->pack, e->place, &line));
    Str text = aggregate_text(line, e->place.column);
    if (text.n && str_find(text, of) != SIZE_MAX)
        *ret = text;
    return true;
}

/* ---- facts ---- */
static bool fact_author(Work *w, Figures *f, TraceFact *fact)
{
    Fact stored;
    bool more = false;
    if (fact->seq <= 0)
        return true;
    FactWalk *walk = fact_walk(w, f->core->store.db, fact->seq, fact->seq + 1);
    TRY(walk && fact_next(w, walk, &stored, &more));
    if (!more)
        return true;
    fact->at_ms = stored.at_ms;
    fact->seat = stored.seat;
    fact->person = stored.person;
    fact_leave(walk);
    return true;
}

/* The field, or the whole formula where more than one is read. */
static Str fact_field(Work *w, const Ctx *c, const Expr *of)
{
    const Agg *agg = of->agg;
    const Expr *e = agg->value ? agg->value : agg->where;
    if (!e)
        return STR("");
    if (e->op == EXPR_FIELD)
        return e->field->title;
    Str text = STR("");
    (void)atom_formula(w, c, of, &text);
    return text;
}

static Str contribution_text(Work *w, const Ctx *c, const Expr *e, const Contribution *add)
{
    const Agg *agg = e->agg;
    Figure plain = { .as = { .decimals = -1 } };
    Str measure;
    int decimals;
    if (agg->op == AGG_COUNT || agg->op == AGG_SHARE || agg->op == AGG_ANY || agg->op == AGG_ALL)
        return add->counts[LANE_N] ? STR("1") : STR("0");
    Type type = agg->value->type;
    type.scale = add->gathered_scale ? add->gathered_scale : (int8_t)add->scale;
    if (type.kind == TYPE_DURATION && c->figure) /* hours, as the figure says them */
        plain.as.name = c->figure->as.name;
    Value v = type.kind == TYPE_RATIO ? value_pair(type, add->amount, num_pow10(add->scale))
                                      : value_num(type, add->amount);
    return value_decimal(w->arena, &plain, &v, &measure, &decimals);
}

typedef struct Tracing {
    Figures *f;
    size_t max_facts;
    bool brief; /* stops at max_facts and at max_missing */
    size_t max_missing;
    const TracePage *page; /* NULL = the first facts, whoever asks */
    size_t seen, unseen;   /* facts that its reader may see, and those not */
    bool counted;          /* how many facts there are is known without looking at each */
    Facts facts;
    Slots missing;
    uint64_t *is_missing; /* by unit */
    int depth;
} Tracing;

/* A page counts all there is; the first facts need no more once they are there. */
static bool facts_full(const Tracing *t)
{
    bool all = t->page && t->page->limit && (!t->counted || t->unseen);
    return !all && t->facts.n >= t->max_facts;
}

static bool has_enough(const Tracing *t)
{
    return t->brief && facts_full(t) && t->missing.n >= t->max_missing;
}

static bool page_takes(Work *w, Tracing *t, const Book *book, int32_t unit)
{
    const TracePage *page = t->page;
    if (!page->limit)
        return false;
    if (page->may && !page->may(w, page->self, book, unit)) {
        t->unseen++;
        return false;
    }
    return t->seen++ >= page->from && t->facts.n < page->limit;
}

static void add_missing(Work *w, Tracing *t, int32_t unit)
{
    if (t->brief && t->missing.n >= t->max_missing)
        return;
    if (!t->is_missing)
        t->is_missing =
            arena_array(w->arena, uint64_t, (size_t)units_count(t->f->core->units) / 64 + 1);
    uint64_t bit = UINT64_C(1) << (unit % 64);
    if (t->is_missing[unit / 64] & bit)
        return;
    t->is_missing[unit / 64] |= bit;
    *list_push(w->arena, &t->missing) = unit;
}

/* Only who is silent is asked for, and of this one it is known. */
static bool is_told(const Tracing *t, int32_t unit)
{
    return t->page && !t->page->limit && t->is_missing &&
           t->is_missing[unit / 64] >> (unit % 64) & 1;
}

static bool add_fact(Work *w, Tracing *t, const Ctx *c, const Expr *e, const RecordRow *row,
                     const Contribution *add)
{
    const Book *book = e->agg->book;
    if (t->page ? !page_takes(w, t, book, row->unit) : t->facts.n >= t->max_facts)
        return true;
    TraceFact fact = { .seq = row->seq,
                       .unit = row->unit,
                       .source = book,
                       .ord = row->ord,
                       .book = book->title,
                       .field = fact_field(w, c, e) };
    Period p;
    fact.period =
        row->period && period_of_code(row->period, &p) ? period_print(w->arena, p) : STR("");
    fact.value = contribution_text(w, c, e, add);
    TRY(fact_author(w, t->f, &fact));
    *list_push(w->arena, &t->facts) = fact;
    return true;
}

/* Does any part of what the row's unit holds come to c->unit? */
static bool comes_here(Work *w, Tracing *t, const Ctx *c, const Expr *e, const FTree *tree,
                       int32_t pre, const RecordRow *row, int32_t unit, bool *ret)
{
    ARENA_SCOPE(w->arena);
    Places places;
    if (row)
        TRY(row_unit(w, t->f, c, e->agg, row, &unit));
    int32_t own = unit >= 0 && unit < tree->slots ? tree->pre_of[unit] : -1;
    if (own >= 0 && e->agg->scope == SCOPE_SUBTREE) { /* most rows: no lineage to follow */
        *ret = own >= pre && own <= tree->last[pre];
        return true;
    }
    TRY(tree_places(w, t->f, tree, unit, &places));
    *ret = false;
    for (size_t i = 0; i < places.n; i++) {
        int32_t at = places.at[i].pre;
        bool above = e->agg->scope == SCOPE_ABOVE && at >= 0 && at <= pre && tree->last[at] >= pre;
        bool below = e->agg->scope == SCOPE_SUBTREE && at >= pre && at <= tree->last[pre];
        *ret |= above || below || (at == pre && at >= 0);
    }
    return true;
}

static bool trace_return(Work *w, Tracing *t, const Ctx *c, const Expr *e, const FTree *tree,
                         int32_t pre)
{
    const Book *book = e->agg->book;
    Periods periods;
    TRY(leaf_periods(w, t->f, c, e, &periods));
    for (size_t i = 0; i < periods.n && !has_enough(t); i++) {
        const Asked *asked;
        TRY(asked_units(w, t->f, c, book, periods.at[i], &asked));
        for (int32_t k = 0; k < asked->n && !has_enough(t); k++) {
            bool here;
            if (is_told(t, asked->slots[k]))
                continue;
            TRY(comes_here(w, t, c, e, tree, pre, NULL, asked->slots[k], &here));
            for (int64_t ord = 0; here && ord < book_cells(book); ord++) {
                Contribution add = { 0 };
                if (!ord_valid(book, ord))
                    continue;
                const RecordRow *row =
                    cell_of(w, t->f, c, book, asked->slots[k], periods.at[i].code, ord);
                TRY(row || w->err.code == ERR_NONE);
                if (row)
                    TRY(leaf_contribution(w, t->f, c, e, row, &add));
                if (!add.counts[LANE_REPORTED])
                    add_missing(w, t, asked->slots[k]);
                if (row && add.counts[LANE_N])
                    TRY(add_fact(w, t, c, e, row, &add));
            }
        }
    }
    return true;
}

static int row_order(const void *a, const void *b)
{
    const RecordRow *x = *(const RecordRow *const *)a, *y = *(const RecordRow *const *)b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    return (x->ord > y->ord) - (x->ord < y->ord);
}

/* By unit and number, however they were found, so that the pages of a trace stay apart. */
static const RecordRow *const *in_order(Work *w, const RecordRow *const *rows, size_t n)
{
    size_t i = 1;
    while (i < n && row_order(&rows[i - 1], &rows[i]) <= 0)
        i++;
    if (i >= n)
        return rows;
    const RecordRow **sorted = arena_copy(w->arena, rows, n * sizeof *rows);
    qsort(sorted, n, sizeof *sorted, row_order);
    return sorted;
}

static bool trace_register(Work *w, Tracing *t, const Ctx *c, const Expr *e, const FTree *tree,
                           int32_t pre)
{
    const RecordRow *const *rows;
    size_t n;
    TRY(rows_for(w, t->f, c, e->agg, &rows, &n));
    rows = in_order(w, rows, n);
    for (size_t i = 0; i < n && !has_enough(t); i++) {
        Contribution add;
        bool here;
        TRY(comes_here(w, t, c, e, tree, pre, rows[i], rows[i]->unit, &here));
        if (!here)
            continue;
        TRY(leaf_contribution(w, t->f, c, e, rows[i], &add));
        if (add.in && add.counts[LANE_N])
            TRY(add_fact(w, t, c, e, rows[i], &add));
        else if (add.in && add.counts[LANE_EXPECTED] && !add.counts[LANE_REPORTED])
            add_missing(w, t, rows[i]->unit);
    }
    return true;
}

static bool trace_atom(Work *w, Tracing *t, const Ctx *ctx, const Expr *e);

/* A value is read once for its amount and once for who confirmed it: one atom all the same. */
static bool logged_before(const TraceLog *log, size_t i)
{
    const Ctx *c = &log->contexts.at[i];
    for (size_t k = 0; k < i; k++) {
        const Ctx *d = &log->contexts.at[k];
        bool same = log->atoms.at[k] == log->atoms.at[i] && c->unit == d->unit &&
                    c->period.code == d->period.code && c->moment == d->moment &&
                    c->at_day == d->at_day && c->known_seq == d->known_seq && c->arg_n == d->arg_n;
        if (same && (!c->arg_n || !memcmp(c->args, d->args, c->arg_n * sizeof *c->args)))
            return true;
    }
    return false;
}

/* What an aggregate over units rests on: the atoms of each unit that counts. */
static bool trace_unit(Work *w, Tracing *t, const Ctx *c, const Expr *e)
{
    Figures *f = t->f;
    TraceLog log = { .arena = w->arena };
    TraceLog *outer = f->log;
    Contribution add;
    f->log = &log;
    bool ok = over_contribution(w, f, c, e, &add);
    f->log = outer;
    TRY(ok);
    if (!add.counts[LANE_REPORTED])
        add_missing(w, t, c->unit);
    for (size_t i = 0; add.counts[LANE_N] && i < log.atoms.n && !facts_full(t); i++) {
        if (logged_before(&log, i))
            continue;
        Slots missing = t->missing;
        uint64_t *is_missing = t->is_missing;
        t->is_missing = NULL;
        TRY(trace_atom(w, t, &log.contexts.at[i], log.atoms.at[i]));
        t->missing = missing;
        t->is_missing = is_missing;
    }
    return true;
}

static bool trace_over(Work *w, Tracing *t, const Ctx *c, const Expr *e, const FTree *tree,
                       int32_t pre)
{
    int32_t last = e->agg->scope == SCOPE_SUBTREE ? tree->last[pre] : pre;
    for (int32_t i = pre; i <= last && !has_enough(t); i++) {
        Ctx at = *c;
        at.unit = tree->slot_of[i];
        at.masked = false;
        if (tree->kind[i] == e->agg->kind->number)
            TRY(trace_unit(w, t, &at, e));
    }
    return true;
}

static bool trace_atom(Work *w, Tracing *t, const Ctx *ctx, const Expr *e)
{
    Ctx c = *ctx;
    const FTree *tree;
    int32_t pre;
    if (++t->depth > LIMIT_EXPR_DEPTH)
        return fail(w, ERR_LIMIT, "figure.too_deep limit=%d", LIMIT_EXPR_DEPTH);
    TRY(ctx_place(w, t->f, &c, &tree, &pre));
    bool ok = true;
    if (pre >= 0 && e->agg->kind)
        ok = trace_over(w, t, &c, e, tree, pre);
    else if (pre >= 0 && !e->agg->children)
        ok = book_is_return(e->agg->book) ? trace_return(w, t, &c, e, tree, pre)
                                          : trace_register(w, t, &c, e, tree, pre);
    t->depth--;
    return ok;
}

typedef struct Depth { /* how far a trace goes */
    size_t max_facts, max_missing;
    bool brief;
    const TracePage *page;
} Depth;

/* A whole sum over the cells of a return rests on as many facts as were reported. */
static bool counted_by_coverage(const Expr *e, const Value *v)
{
    return e->agg->book && book_is_return(e->agg->book) && !e->agg->where && !e->agg->children &&
           e->agg->scope == SCOPE_SUBTREE && v->covered && v->reported == v->expected;
}

static bool trace_log(Work *w, Figures *f, const TraceLog *log, const Depth *depth, Trace *ret)
{
    Atoms atoms = { 0 };
    for (size_t i = 0; i < log->atoms.n; i++) {
        TraceAtom atom = { .value = log->values.at[i] };
        Tracing t = {
            .f = f, .max_facts = depth->max_facts, .brief = depth->brief, .page = depth->page
        };
        if (depth->page && logged_before(log, i))
            continue;
        if (depth->brief) { /* nothing is looked for that is known not to be there */
            t.max_missing = atom.value.reported < atom.value.expected ? depth->max_missing : 0;
            t.max_facts = atom.value.reported > 0 ? depth->max_facts : 0;
        }
        t.counted = counted_by_coverage(log->atoms.at[i], &atom.value);
        TRY(atom_formula(w, &log->contexts.at[i], log->atoms.at[i], &atom.formula));
        if (!has_enough(&t))
            TRY(trace_atom(w, &t, &log->contexts.at[i], log->atoms.at[i]));
        atom.missing = t.missing.at;
        atom.missing_n = t.missing.n;
        atom.facts = t.facts.at;
        atom.fact_n = t.facts.n;
        atom.unseen = t.unseen;
        atom.fact_total = t.counted && facts_full(&t) ? (size_t)atom.value.reported : t.seen;
        atom.period = log->contexts.at[i].period;
        atom.unit = log->contexts.at[i].unit;
        *list_push(w->arena, &atoms) = atom;
    }
    ret->atoms = atoms.at;
    ret->atom_n = atoms.n;
    return true;
}

static bool trace_one(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                      const Ask *ask, const Depth *depth, Trace *ret)
{
    Ctx c;
    TraceLog log = { .arena = w->arena };
    TRY(ctx_open(w, f, figure, ask, &c));
    f->log = &log;
    bool ok = eval_figure(w, f, &c, figure, args, n, &ret->value);
    f->log = NULL;
    return ok && figure_formula(w, figure, &ret->formula) && trace_log(w, f, &log, depth, ret);
}

static bool trace_to(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                     const Ask *ask, const Depth *depth, Trace *ret)
{
    *ret = (Trace){ 0 };
    ask_begin(f);
    bool ok = trace_one(w, f, figure, args, n, ask, depth, ret);
    ask_end(f);
    return ok;
}

bool figure_trace(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                  const Ask *ask, size_t max_facts, Trace *ret)
{
    const Depth whole = { .max_facts = max_facts };
    return trace_to(w, f, figure, args, n, ask, &whole, ret);
}

bool figure_trace_brief(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                        const Ask *ask, size_t max_facts, Trace *ret)
{
    const Depth brief = { .max_facts = max_facts, .max_missing = max_facts, .brief = true };
    return trace_to(w, f, figure, args, n, ask, &brief, ret);
}

bool figure_trace_page(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                       const Ask *ask, const TracePage *page, Trace *ret)
{
    const Depth depth = {
        .max_facts = page->limit, .max_missing = page->missing, .brief = true, .page = page
    };
    return trace_to(w, f, figure, args, n, ask, &depth, ret);
}
