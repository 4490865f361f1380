/* Checks of a plain book as flat steps over the numbers of one row, so that a million rows can be
 * asked without walking trees. Only what needs no rounding is a step: sums, differences, products
 * with a whole number, comparisons, and or not, known. */
#pragma once
#include "book/book_int.h"

enum { STEPS_DEPTH = 32, STEPS_ROOM = 256 };

typedef enum OpKind {
    OP_NUMBER,
    OP_FIELD,
    OP_KNOWN,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_NEG,
    OP_COMPARE, /* a: ExprOp */
    OP_AND,
    OP_OR,
    OP_NOT,
} OpKind;

typedef struct Op {
    OpKind kind;
    int32_t a; /* field number, or which comparison */
    int64_t number;
} Op;

typedef struct Steps {
    Op at[STEPS_ROOM];
    size_t n;
    int depth, deepest;
} Steps;

/* Types whose cells are plain decimals. */
bool type_is_plain(Type t);
/* false = the expression needs more than steps. */
bool steps_compile(Steps *s, const Expr *e, const Book *book);
/* Is the check false, or too large to tell? */
bool steps_refuse(const Steps *s, const int64_t *nums, const uint64_t *known);

static inline bool known_bit(const uint64_t *known, int32_t n)
{
    return known[n / 64] >> (n % 64) & 1;
}
