/* For the files of figure/column and those that fill or trace columns: one Sums for every unit of
 * one tree version, filled from the books (leaf.c) or from units (over.c), kept under their context
 * and, when known as of now, live by exact deltas (live.c). */
#pragma once
#include "figure/figure_int.h"
#include "figure/kernel.h"

enum { DIRTY_MAX = 256, ONCE_MAX = 64, WAITING_MAX = 1 << 18 };
#define COLUMN_BYTES_MAX ((size_t)40 << 20) /* given back beyond this, the longest unused first */

typedef struct ColumnKey {
    const Expr *agg;    /* EXPR_AGG, or NULL for a mask */
    const Figure *same; /* mask of this figure */
    const Column *only; /* rolled up over the units of this mask alone */
    PeriodKind period_kind;
    int32_t first_day, last_day;
    int64_t code;
    const Book *rounds;
    Moment moment;
    int32_t moment_day, known_day, ended_day;
    bool draft;
    int32_t overlay; /* the row being judged, or 0 */
    int64_t known_seq;
    int32_t tree, tree_day;
    bool tree_fixed;
    int64_t args[ARGS_MAX];
} ColumnKey;

/* One value of a median, least …: prev = the pre before it at which the same row stands, or -1. A
 * ratio is num / of; all else is num at scale `of`. */
typedef struct Gathered {
    int32_t pre, prev;
    int64_t num, of;
} Gathered;
typedef list_of(Gathered) GatheredList;

/* A gathered value that came or went since the values were sorted. */
typedef struct GatheredChange {
    Gathered value;
    int sign;
} GatheredChange;

/* The row says something else from `until_ms` on. */
typedef struct Waiting {
    int64_t until_ms, ord;
} Waiting;

struct Column {
    ColumnKey key;
    const FTree *tree;
    int32_t count;
    int64_t *amount; /* [pre], rolled up unless scope is own or above */
    Int128 *wide;    /* instead of amount where int64 may not hold the sum */
    int32_t (*counts)[COUNT_LANES];
    Int128 *own_amount; /* over units: what each unit adds, so that a delta can be told */
    int32_t (*own_counts)[COUNT_LANES];
    Gathered *gathered; /* sorted by pre */
    int32_t gathered_n, gathered_room;
    GatheredChange *moved;
    int32_t moved_n, moved_room;
    uint8_t *mask;  /* [pre] of a mask column */
    int32_t *dirty; /* slots to be evaluated again before the next reading */
    int32_t dirty_n, dirty_room;
    int64_t at_ms;    /* the instant at which all of it was evaluated */
    int64_t until_ms; /* from then on some of it is no longer so: a row that waits, or */
    int64_t rest_ms;  /* what no row is told of: it is filled again */
    Waiting *waiting;
    size_t waiting_n, waiting_room;
    uint64_t bound; /* no |amount| ever added can pass this; 0 once wide */
    bool overflow;
    bool spread; /* a split put a row at several units: sums of disjoint subtrees do not add up */
    bool transient;
    const PackSet *set;
    bool busy;  /* being filled: a cycle would show here */
    bool stale; /* dropped at the next chance */
    int scale;  /* of amount */
    bool split; /* lineage shares split the amount, else each part has it whole */
    int64_t used;
    size_t bytes;
    Column *next; /* of the same bucket */
};

/* What one row or unit adds. */
typedef struct Contribution {
    Int128 amount;
    int32_t counts[COUNT_LANES];
    bool in;   /* anything to add at all */
    int scale; /* of amount */
    bool gathers;
    Int128 num, den; /* the gathered value */
    int8_t gathered_scale;
} Contribution;

/* What an expression reads, found once. */
struct Deps {
    bool done;
    uint64_t books[4]; /* by book number */
    bool all_books;    /* a number past the bits */
    bool outward;      /* @, rank, above, same, least: more than the subtree of the unit */
    bool shifts;       /* another period or moment */
    bool nested;       /* more than the row itself: other rows, cells, figures */
    bool outer_row;    /* reads a row outside the aggregate */
    bool texts;        /* reads text, history or the day of entry of a row */
    bool no_args;      /* reads no parameter of a family */
    bool params;       /* reads a parameter of a pack, which may be set anew on a day */
    bool stock;        /* its value reads a stock field (rule 9) */
};

struct Asked { /* units that owe the book in the period q */
    const Book *book;
    int64_t first_day, last_day, code;
    int64_t known_seq;
    int32_t known_day;
    int32_t overlay;
    int64_t until_ms;
    int32_t *slots; /* ascending */
    int32_t n;
};

/* ---- expected.c ---- */
bool asked_units(Work *w, Figures *f, const Ctx *c, const Book *book, Period q, const Asked **ret);
bool asked_has(const Asked *a, int32_t unit);
bool standing_period(const Ctx *c, const Book *book,
                     Period *ret); /* false = the pack is not in force */
bool ord_valid(const Book *book, int64_t ord);
void asked_forget(Figures *f);
/* Cells of the book at c->unit in c->period: expected, reported, confirmed; n = those in time. */
bool book_coverage(Work *w, Figures *f, const Ctx *c, const Book *book, bool on_time, Sums *ret);

/* ---- column.c ---- */
/* Kept or filled; only = NULL, or the mask that the roll-up is bound to. */
bool column_need(Work *w, Figures *f, const Ctx *c, const Expr *agg, const FTree *t,
                 const Column *only, Column **ret);
Column *column_find(Figures *f, const ColumnKey *key);
ColumnKey column_key(const Figures *f, const Ctx *c, const Expr *agg, const FTree *t);
Column *column_new(Figures *f, const ColumnKey *key, const FTree *t); /* kept under its key */
Column *column_make(const Figures *f, const Ctx *c, const Expr *e,
                    const FTree *t); /* the caller's own */
void column_close(Column **col);
bool column_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col);
Sums column_sums(const Column *col, int32_t pre);
/* Adds (sign 1) or takes back (-1) what a row adds at its places; live = straight to the ancestors.
 */
void column_scatter(Work *w, Column *col, const Places *places, const Contribution *add, int sign,
                    bool live);
bool mask_has(const Column *mask, const FTree *t, int32_t pre); /* pre in t */
void column_roll(Column *col);
/* False = it does not fit. */
bool gathered_of(const Expr *e, const Contribution *add, Gathered *ret);
bool column_settle(Column *col); /* sorts what was gathered since; false = it cannot be told */
/* The row is to be evaluated again at that instant; false = too many wait. */
bool column_wait(Column *col, int64_t until_ms, int64_t ord);
void column_until(Column *col); /* until_ms anew */
void columns_trim(Figures *f);
/* Frees stale columns and those that drop() names (NULL = none). */
void columns_sweep(Figures *f, bool (*drop)(const Figures *f, const Column *col));

/* ---- leaf.c ---- */
bool leaf_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col);
/* Periods of a return that the aggregate reads; of a stock the last one only (rule 9). */
bool leaf_periods(Work *w, Figures *f, const Ctx *c, const Expr *e, Periods *ret);
/* What one row adds to a leaf, 0 if it is not in it. */
bool leaf_contribution(Work *w, Figures *f, const Ctx *c, const Expr *e, const RecordRow *row,
                       Contribution *ret);
/* where and value evaluated in c: what they add. cell = part of a known whole (a unit, a cell of a
 * return). */
bool agg_contribution(Work *w, Figures *f, const Ctx *c, const Agg *agg, bool cell,
                      Contribution *ret);

/* ---- over.c ---- */
bool over_fill(Work *w, Figures *f, const Ctx *c, const Expr *e, Column *col);
bool over_refresh(Work *w, Figures *f, const Ctx *c, Column *col); /* evaluates dirty units again */
/* What one unit adds to an aggregate over units. */
bool over_contribution(Work *w, Figures *f, const Ctx *c, const Expr *e, Contribution *ret);
bool atom_eval(Work *w, Figures *f, const Ctx *c, const Expr *e, Value *ret);

/* ---- deps.c ---- */
const Deps *deps_of(Figures *f, const Ctx *c, const Expr *e);
void deps_of_figure(const Figure *figure, Deps *ret);
static inline bool deps_read(const Deps *d, const Book *b)
{
    return d->all_books || (b->number < 256 && d->books[b->number / 64] >> (b->number % 64) & 1);
}

/* ---- live.c ---- */
/* Brings a column to the instant c->now_ms, where a clock has run out since; false and stale = it
 * must be filled again. */
bool column_forward(Work *w, Figures *f, const Ctx *c, Column *col);
/* The same for a column that was kept under another key, of an earlier day. */
bool column_forward_from(Work *w, Figures *f, const Ctx *c, Column *col, const ColumnKey *old);
void figures_listen(Figures *f);
