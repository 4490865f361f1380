/* For the files of figure only.
 *
 * A value is a function of a context (Ctx): unit, period, moment, known-on, tree, row. eval() walks
 * an expression in a context; every aggregate in it is an atom: it is read from a column, which
 * holds one Sums for every unit of one tree version (folder column). */
#pragma once
#include "figure/figure.h"

#define DAY_NONE INT32_MIN

/* ---- context ---- */
typedef enum Moment { MOMENT_END, MOMENT_NOW, MOMENT_AT } Moment;

struct Ctx;
typedef struct RowScope {
    const Book *book;
    const RecordRow *row;
    const struct Ctx *around; /* the context outside the row: `this.` of an inner aggregate */
} RowScope;

typedef struct Ctx {
    int32_t unit;
    Period period;
    Moment moment;
    int32_t at_day;    /* MOMENT_AT */
    int32_t known_day; /* the day of k */
    int32_t ended_day; /* the last day that is over at k */
    int64_t now_ms;    /* the instant of k: what is late is late by it */
    int64_t known_seq;
    const PackSet *set;
    int32_t tree;
    int32_t tree_day;   /* DAY_NONE = the last day of the period */
    const Book *rounds; /* whose record the period is (PERIOD_RECORD) */
    bool draft;
    bool masked;    /* inside a `same K`: roll up over f->mask only */
    bool transient; /* the expression dies with the ask: its columns too */
    const int64_t *args;
    size_t arg_n;
    const RowScope *row;
    const Figure *figure; /* whose expression this is: its text, for the trace */
    int32_t depth;
} Ctx;

/* ---- trees, copied so that they stay put while columns point into them ---- */
typedef struct FTree {
    int32_t tree, day;
    int64_t known_seq;
    int32_t count, slots;
    int32_t *slot_of, *last, *parent, *pre_of, *kind;
} FTree;

/* A unit in a tree, and the share of a value that comes to it; pre -1: not in this tree. */
typedef struct Place1 {
    int32_t pre;
    Share share;
} Place1;
typedef list_of(Place1) Places;

typedef struct Sums {
    Int128 amount; /* sum; or number of false ones for any, all */
    int64_t n;     /* rows or units that count: true ones, or those whose value is in the amount */
    int64_t expected, reported, confirmed;
} Sums;
typedef list_of(Value) ValueList;

enum { ARGS_MAX = 4 };
typedef struct Column Column;       /* column/column_int.h */
typedef struct BookIndex BookIndex; /* cases/index.c */
typedef struct Asked Asked;
typedef struct Deps Deps;

typedef struct Overlay { /* the row being judged stands in for the stored one */
    int32_t number;      /* 0 = none */
    const Book *book;
    const RecordRow *row;
} Overlay;

enum { TREES_MAX = 96, ASKED_MAX = 768, COLUMN_BUCKETS = 1024 };

typedef struct TraceLog {
    Arena *arena;
    list_of(const Expr *) atoms;
    list_of(Ctx) contexts;
    list_of(Value) values;
} TraceLog;

struct Figures {
    Core *core;
    const PackSet *newest; /* as of the running ask */
    FTree **trees;
    int32_t tree_n, tree_room;
    int32_t *days; /* days on which the tree of units changes */
    int32_t day_n;
    bool days_known;
    Asked **asked;
    int32_t asked_n, asked_room;
    Column **columns;
    int32_t column_n, column_room;
    Column *buckets[COLUMN_BUCKETS];
    size_t bytes;
    int64_t clock;
    int32_t depth; /* asks running: nothing is given back before it is 0 */
    Deps *deps;    /* by Expr.id of `deps_set` */
    const PackSet *deps_set;
    Deps *once; /* a ring of those of expressions outside the set, used at once */
    uint32_t once_n;
    Overlay overlay;
    int32_t overlay_count;
    /* the running `same K` */
    const Column *mask;
    Expr **counts; /* count(BOOK) by book number, for expected() and reported() */
    int32_t count_n;
    bool by_walk; /* evaluate cells one by one, without steps */
    /* What is evaluated now may say something else from this instant on, with no fact to tell of
     * it: a clock runs out. Columns keep it and are brought forward (live.c). */
    int64_t until_ms;
    int32_t today; /* the newest day that was asked on: columns of days before are of no use */
    BookIndex *indexes;
    Work *own;            /* for changes that are told while nobody asks */
    struct TraceLog *log; /* atoms as they are read, when tracing */
};

/* ---- value.c ---- */
Value value_none(Type type, ValueState reason);
Value value_num(Type type, Int128 num); /* at type.scale; a ratio becomes a pair */
Value value_bare(const Value *v); /* without coverage, to be joined anew in the order of writing */
Value value_int(int64_t n);
Value value_bool(bool b);
Value value_ratio(Int128 num, Int128 den);
Value value_pair(Type type, Int128 num, Int128 den);
void value_cover(Value *v, int64_t expected, int64_t reported, int64_t confirmed);
void value_join(Value *to, const Value *from); /* coverage, reasons, partial of an operand */
bool value_scaled(const Value *v, Int128 *ret_num, int *ret_scale); /* a pair at 10^-9 */
Value value_arith(Work *w, ExprOp op, const Value *a, const Value *b, Type type);
Value value_negate(const Value *a);
bool value_order(const Value *a, const Value *b, int *ret); /* false = over range */
Value value_compare(ExprOp op, const Value *a, const Value *b);
Value value_and(const Value *a, const Value *b);
Value value_or(const Value *a, const Value *b);
Value value_not(const Value *a);
Value value_store(const Value *v, Type type); /* rule 21: rounded once */
Truth value_truth(const Value *v);

/* ---- period.c ---- */
int32_t ctx_moment(const Ctx *c);
int64_t ctx_end_ms(const Ctx *c); /* the last instant of the moment's day */
int32_t ctx_tree_day(const Ctx *c);
bool ctx_shift(Work *w, Figures *f, Ctx *c, const Shift *shift);
bool ctx_known(Work *w, Figures *f, Ctx *c, int32_t day);
bool period_of_record(Work *w, Figures *f, const Ctx *c, const Book *rounds, int64_t ord,
                      Period *ret);
typedef list_of(Period) Periods;
/* Whole periods of the book inside c->period that ended and meet the time of the pack (rule 5). */
bool book_periods(Work *w, Figures *f, const Ctx *c, const Book *book, Periods *ret);
bool period_whole(PeriodKind kind, Period p); /* is p made of whole periods of the kind? */

/* Is it given by the rows known now, so that it changes while time goes on? */
static inline bool ctx_runs(const Ctx *c)
{
    return c->known_seq >= KNOWN_NOW;
}
/* Does the moment's day go on with the day of k, so that what is later today will count? */
static inline bool ctx_moves_on(const Ctx *c)
{
    return ctx_runs(c) && ctx_moment(c) >= c->known_day;
}
static inline void until_bound(Figures *f, int64_t ms)
{
    if (ms < f->until_ms)
        f->until_ms = ms;
}

/* ---- reach.c: units and trees ---- */
const FTree *tree_on(Work *w, Figures *f, int32_t tree, int32_t day, int64_t known_seq);
/* Tree and place of c->unit; before its birth the tree of its first day. *ret_pre -1 = never there.
 */
bool ctx_place(Work *w, Figures *f, Ctx *c, const FTree **ret_tree, int32_t *ret_pre);
/* Where a value of `unit` stands in the tree, by pre. */
bool tree_places(Work *w, Figures *f, const FTree *t, int32_t unit, Places *ret);
int32_t tree_join(const FTree *t, int32_t a, int32_t b); /* lowest unit above both, or -1 */
void trees_forget(Figures *f);
int32_t tree_stretch(Work *w, Figures *f,
                     int32_t day); /* first day of the stretch without change */

/* ---- rows.c: rows of books in a context ---- */
bool row_inside(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *row, bool *ret);
bool row_value(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *row,
               const Field *field, Value *ret);
bool row_unit(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *row,
              int32_t *ret);           /* UNIT_NONE = in none */
bool row_counts(const RecordRow *row); /* filed or confirmed */
bool book_is_return(const Book *book); /* cells that are expected: per … */
bool rows_of(Work *w, Figures *f, const Ctx *c, const Book *book, const RecordRow *const **ret,
             size_t *ret_n);
/* Those of the rows that may be in the aggregate's time: found by the days of their entries where
 * it is dated by a state; else all. */
bool rows_for(Work *w, Figures *f, const Ctx *c, const Agg *agg, const RecordRow *const **ret,
              size_t *ret_n);
const RecordRow *cell_of(Work *w, Figures *f, const Ctx *c, const Book *book, int32_t unit,
                         int64_t period, int64_t ord);

/* ---- cases/value.c: what a case says of itself, as it stood at the moment ---- */
bool case_eval(Figures *f, const Ctx *c, const Book *book, const RecordRow *row, const Expr *e,
               Value *ret);
/* Day of the first (or last) entry into the state up to the moment, or DAY_NONE. */
int32_t case_day(Figures *f, const Ctx *c, const RecordRow *row, int32_t state, bool last);
int32_t case_begun_day(const RecordRow *row);
int32_t case_holder(Figures *f, const Ctx *c, const RecordRow *row); /* UNIT_NONE = nobody */

/* ---- cases/index.c: rows by what they hang on ---- */
/* Rows known now of a Book.cases among which are those that entered the state on a day of first ..
 * last. */
bool index_entered(Work *w, Figures *f, const Book *book, int32_t state, int32_t first,
                   int32_t last, const RecordRow *const **ret, size_t *ret_n);
/* Detail rows of the book under the row `parent`, as the context knows them. */
bool index_children(Work *w, Figures *f, const Ctx *c, const Book *book, int64_t parent,
                    const RecordRow ***ret, size_t *ret_n);
void index_change(Figures *f, const RecordChange *change);
void indexes_forget(Figures *f);
size_t indexes_bytes(const Figures *f);

/* ---- eval.c ---- */
bool eval(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret);
bool eval_truth(Work *w, Figures *f, const Ctx *c, const Expr *e, Truth *ret);
bool eval_figure(Work *w, Figures *f, const Ctx *c, const Figure *figure, const int64_t *args,
                 size_t n, Value *ret);
/* ---- call.c ---- */
bool eval_call(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret);
/* ---- same.c, least.c ---- */
bool same_eval(Work *w, Figures *f, const Ctx *c, const Figure *figure, Value *ret);
bool least_apply(Work *w, Figures *f, const Ctx *c, const Figure *figure, const int64_t *args,
                 size_t n, Value *v);
int32_t figure_least(const Figure *figure);
enum { MASK_IN = 1, MASK_CONFIRMED = 2 };

/* ---- ask.c ---- */
bool ctx_open(Work *w, Figures *f, const Figure *figure, const Ask *ask, Ctx *ret);
void counts_forget(Figures *f);
void ask_begin(Figures *f);
void ask_end(Figures *f);
