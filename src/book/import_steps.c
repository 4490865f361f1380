#include "book/import_steps_int.h"

/* A value of the stack; of conditions: 0, 1, or not known. */
typedef struct Wide {
    Int128 value;
    bool known;
} Wide;

static bool push(Steps *s, OpKind kind, int32_t a, int64_t number, int taken)
{
    s->depth += 1 - taken;
    if (s->depth > s->deepest)
        s->deepest = s->depth;
    if (s->n == STEPS_ROOM || s->deepest > STEPS_DEPTH)
        return false;
    s->at[s->n++] = (Op){ kind, a, number };
    return true;
}

static bool compile(Steps *s, const Expr *e, const Book *book, int depth);

/* Both sides at the finer scale of the two. */
static bool compile_pair(Steps *s, const Expr *e, const Book *book, OpKind kind, int depth)
{
    const Expr *a = e->args[0], *b = e->args[1];
    int scale = a->type.scale > b->type.scale ? a->type.scale : b->type.scale;
    for (int side = 0; side < 2; side++) {
        const Expr *x = side ? b : a;
        if (!compile(s, x, book, depth + 1))
            return false;
        if (x->type.scale == scale)
            continue;
        int64_t by = (int64_t)num_pow10(scale - x->type.scale);
        if (!push(s, OP_NUMBER, 0, by, 0) || !push(s, OP_MUL, 0, 0, 2))
            return false;
    }
    return push(s, kind, (int32_t)e->op, 0, 2);
}

bool type_is_plain(Type t)
{
    switch (t.kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE: return true;
    default: return false;
    }
}

/* The literal 0 fits every type and has none of its own. */
static bool is_number(const Expr *e)
{
    return type_is_plain(e->type) || (e->op == EXPR_LITERAL && e->type.kind == TYPE_NONE);
}

static bool compile_field(Steps *s, const Expr *e, const Book *book, int depth)
{
    if (e->outer || !e->field || e->field->book != book || !type_is_plain(e->field->type))
        return false;
    if (!e->field->computed)
        return push(s, OP_FIELD, e->field->number, 0, 0);
    return e->field->computed->type.scale == e->field->type.scale &&
           compile(s, e->field->computed, book, depth + 1);
}

static bool compile_two(Steps *s, const Expr *e, const Book *book, OpKind kind, int depth)
{
    return compile(s, e->args[0], book, depth + 1) && compile(s, e->args[1], book, depth + 1) &&
           push(s, kind, 0, 0, 2);
}

static bool compile(Steps *s, const Expr *e, const Book *book, int depth)
{
    if (depth > STEPS_DEPTH || e->shift_count)
        return false;
    switch (e->op) {
    case EXPR_LITERAL: return is_number(e) && push(s, OP_NUMBER, 0, e->number, 0);
    case EXPR_FIELD: return compile_field(s, e, book, depth);
    case EXPR_CALL:
        return e->call == CALL_KNOWN && e->arg_count == 1 && e->args[0]->op == EXPR_FIELD &&
               !e->args[0]->outer && e->args[0]->field && !e->args[0]->field->computed &&
               push(s, OP_KNOWN, e->args[0]->field->number, 0, 0);
    case EXPR_ADD:
    case EXPR_SUB:
        return is_number(e->args[0]) && is_number(e->args[1]) &&
               compile_pair(s, e, book, e->op == EXPR_ADD ? OP_ADD : OP_SUB, depth);
    case EXPR_MUL: /* by a whole number: the scale stays */
        return is_number(e->args[0]) && is_number(e->args[1]) &&
               (e->args[0]->type.scale == 0 || e->args[1]->type.scale == 0) &&
               (e->args[0]->op == EXPR_LITERAL || e->args[1]->op == EXPR_LITERAL) &&
               compile_two(s, e, book, OP_MUL, depth);
    case EXPR_NEG:
        return is_number(e->args[0]) && compile(s, e->args[0], book, depth + 1) &&
               push(s, OP_NEG, 0, 0, 1);
    case EXPR_EQ:
    case EXPR_NE:
    case EXPR_LT:
    case EXPR_LE:
    case EXPR_GT:
    case EXPR_GE:
        return is_number(e->args[0]) && is_number(e->args[1]) &&
               compile_pair(s, e, book, OP_COMPARE, depth);
    case EXPR_AND:
    case EXPR_OR: return compile_two(s, e, book, e->op == EXPR_AND ? OP_AND : OP_OR, depth);
    case EXPR_NOT: return compile(s, e->args[0], book, depth + 1) && push(s, OP_NOT, 0, 0, 1);
    default: return false;
    }
}

static bool compare(ExprOp op, Int128 a, Int128 b)
{
    switch (op) {
    case EXPR_EQ: return a == b;
    case EXPR_NE: return a != b;
    case EXPR_LT: return a < b;
    case EXPR_LE: return a <= b;
    case EXPR_GT: return a > b;
    default: return a >= b;
    }
}

bool steps_compile(Steps *s, const Expr *e, const Book *book)
{
    *s = (Steps){ .n = 0 };
    return compile(s, e, book, 0);
}

/* ---- running ---- */

/* Kleene: false decides an `and`, true an `or`, whatever the other side is. */
static Wide join(bool is_or, Wide a, Wide b)
{
    if ((a.known && (a.value != 0) == is_or) || (b.known && (b.value != 0) == is_or))
        return (Wide){ is_or, true };
    return (Wide){ !is_or, a.known && b.known };
}

bool steps_refuse(const Steps *s, const int64_t *nums, const uint64_t *known)
{
    Wide stack[STEPS_DEPTH + 1];
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const Op *op = &s->at[i];
        Wide b = n ? stack[n - 1] : (Wide){ 0 };
        Wide a = n > 1 ? stack[n - 2] : (Wide){ 0 };
        bool both = a.known && b.known;
        switch (op->kind) {
        case OP_NUMBER: stack[n++] = (Wide){ op->number, true }; break;
        case OP_FIELD: stack[n++] = (Wide){ nums[op->a], known_bit(known, op->a) }; break;
        case OP_KNOWN: stack[n++] = (Wide){ known_bit(known, op->a), true }; break;
        case OP_NEG: stack[n - 1].value = -b.value; break;
        case OP_NOT: stack[n - 1].value = !b.value; break;
        case OP_SUB: b.value = -b.value; __attribute__((fallthrough));
        case OP_ADD:
            if (!num_add(a.value, b.value, &a.value))
                return true;
            stack[--n - 1] = (Wide){ a.value, both };
            break;
        case OP_MUL:
            if (!num_mul(a.value, b.value, &a.value))
                return true;
            stack[--n - 1] = (Wide){ a.value, both };
            break;
        case OP_COMPARE:
            stack[--n - 1] = (Wide){ compare((ExprOp)op->a, a.value, b.value), both };
            break;
        case OP_AND:
        case OP_OR: stack[--n - 1] = join(op->kind == OP_OR, a, b); break;
        }
    }
    CHECK(n == 1);
    return stack[0].known && stack[0].value == 0;
}
