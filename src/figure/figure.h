/* Figure: numbers of units, with coverage and trace.
 *
 * A figure is a function of (unit, period, moment, known-on, tree). Aggregates are columns: one
 * Sums per unit, filled by one pass over the rows and one roll-up over the tree, kept under (leaf
 * expression, period, tree day, known seq, arguments) and edited by exact deltas when a record
 * changes. What is not additive is computed from columns when asked. Missing is counted, so
 * coverage comes free. */
#pragma once
#include "core/core.h"

typedef enum ValueState {
    VALUE_OK,
    VALUE_MISSING,   /* nothing known */
    VALUE_COVERAGE,  /* withheld: below `needs coverage` */
    VALUE_LEAST,     /* rests on too few */
    VALUE_NO_BASE,   /* ÷ 0 */
    VALUE_FORBIDDEN, /* the figure does not exist for this unit or period, or may not be seen */
    VALUE_UNDEFINED, /* over range */
    VALUE_NO_UNIT,   /* no unit of that kind above, or the unit is not there on the day */
} ValueState;

typedef struct Value {
    ValueState state;
    uint32_t reasons; /* bit 1 << ValueState for every reason why there is no value */
    Type type;
    Int128 num, den; /* a ratio is the pair num/den; else num at type.scale and den = 1 */
    Str text;        /* of a text value */
    bool partial;
    bool draft;   /* [draft] read through `needs coverage`: any print says so */
    bool covered; /* some atom has a coverage; else the three below are 0 */
    int64_t expected, reported, confirmed; /* coverage of the atom with the lowest share */
    int64_t rests_on; /* rows or units under the weakest atom (rule 23); -1 = no atom */
} Value;

static inline bool value_because(const Value *v, ValueState reason)
{
    return v->state != VALUE_OK && v->reasons >> reason & 1;
}

typedef struct Ask {
    int32_t unit;
    Period period; /* .kind NONE: the figure has no time of its own: the day of known or today */
    int32_t known_day;  /* 0 = now */
    int32_t tree_day;   /* 0 = last day of the period */
    bool draft;         /* read through `needs coverage` */
    const Book *rounds; /* whose record the period is, when it is one */
} Ask;

typedef struct Figures Figures;
Figures *figures_open(Core *core); /* listens to core; caller closes before it */
void figures_close(Figures **f);

bool figure_ask(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                const Ask *ask, Value *ret);
/* One value for each unit of the kind below ask->unit, in tree order. */
bool figure_each(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                 const Ask *ask, const Kind *kind, int32_t **ret_units, Value **ret_values,
                 size_t *ret_n);
/* ask->unit may be UNIT_NONE where the expression names its unit: f @ "2202" [2021]. */
bool figure_expr(Work *w, Figures *f, const Expr *expr, const Ask *ask, Value *ret);

/* Exact decimal in the declared unit ("66.7", "219000000"), its unit word, and the printed text
 * ("66.7%", "2.19亿元", "—", "缺报"). */
Str value_decimal(Arena *arena, const Figure *figure, const Value *v, Str *ret_unit_of_measure,
                  int *ret_decimals);
Str value_text(Arena *arena, const Figure *figure, const Value *v, int lang);
const char *value_reason_name(ValueState state); /* finer: missing least "no base" … */
const char *value_state_name(
    ValueState state); /* ok missing coverage forbidden undefined … as in JSON */
/* The JSON object of `tian figure --json`. */
bool figure_json(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                 const Ask *ask, const Value *v, Buf *out);

/* ---- trace ---- */
typedef struct TraceFact {
    int64_t seq;
    int32_t unit;
    Str period;
    const Book *source;
    int64_t ord; /* of the row in it */
    Str book, field;
    Str value;
    int64_t at_ms;
    int32_t seat, person;
} TraceFact;
typedef struct TraceAtom { /* one aggregate leaf */
    Str formula;
    int32_t unit;  /* where it was read */
    Period period; /* after its brackets */
    Value value;
    int32_t *missing; /* units that did not report */
    size_t missing_n;
    TraceFact *facts;
    size_t fact_n;
    size_t fact_total; /* of a TracePage: all that its reader may see */
    size_t unseen;     /* and those that the reader may not */
} TraceAtom;
typedef struct Trace {
    Str formula; /* as written in the pack */
    Value value;
    TraceAtom *atoms;
    size_t atom_n;
} Trace;
bool figure_trace(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                  const Ask *ask, size_t max_facts, Trace *ret);
/* The first facts and the first who are silent: what a document shows beside a number. */
bool figure_trace_brief(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                        const Ask *ask, size_t max_facts, Trace *ret);
/* Facts from..from+limit-1 of each atom and the first `missing` who are silent, as far as may()
 * lets the reader see a row of the book at the unit; NULL = all. */
typedef struct TracePage {
    size_t from, limit, missing;
    bool (*may)(Work *w, void *self, const Book *book, int32_t unit);
    void *self;
} TracePage;
bool figure_trace_page(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                       const Ask *ask, const TracePage *page, Trace *ret);
bool figure_formula(Work *w, const Figure *figure, Str *ret); /* as written, without its title */
bool trace_json(Work *w, Figures *f, const Figure *figure, const Ask *ask, const Trace *trace,
                Buf *out);

/* ---- expressions over one row (checks, computed fields, conditions of asking) ---- */
typedef enum Truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN } Truth;
/* The row counts as already entered: `row` replaces what the store holds at its cell. */
bool row_truth(Work *w, Figures *f, const Book *book, const RecordRow *row, const Expr *expr,
               Truth *ret);
/* A number of the row at the type's scale; *ret_known false = missing. */
bool row_number(Work *w, Figures *f, const Book *book, const RecordRow *row, const Expr *expr,
                int64_t *ret, bool *ret_known);
/* Fills the computed fields of the row's nums/known (they are stored, so that sums read columns).
 */
bool row_compute(Work *w, Figures *f, const Book *book, RecordRow *row, int64_t *nums,
                 uint64_t *known);

/* Is the cell (unit, period, ord) asked for? Rule 5. */
bool cell_expected(Work *w, Figures *f, const Book *book, int32_t unit, Period period, int64_t ord,
                   bool *ret);
/* Which of the units are asked about q by a register with `nil every`, and answered neither by a
 * row dated in it nor by a nil return? ret[n] */
bool nil_missing(Work *w, Figures *f, const Book *book, Period q, const int32_t *units, size_t n,
                 bool *ret);

/* Computes every live column again from the records and compares: false + words naming the first
 * difference. */
bool figures_prove(Work *w, Figures *f);
/* Forgets all columns (tests: live against recomputed). */
void figures_forget(Figures *f);
size_t figures_bytes(const Figures *f);
