#include "figure/column/cell_steps.h"

#include "base/check.h"

typedef enum RunOp {
    OP_FIELD, /* to = field of the cell */
    OP_CONST,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_EQ,
    OP_LT, /* a < b; the other orders are made of it by NOT and swapped sides */
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_KNOWN,
    OP_DEFAULT, /* a, or b where a is missing */
    OP_IF,      /* a ? b : c, missing where a is unknown */
} RunOp;

typedef struct RunStep {
    RunOp op;
    int a, b, c;
    int64_t number; /* constant, or number of the field */
} RunStep;

typedef struct Register {
    int64_t value[STEP_ROWS];
    uint8_t known[STEP_ROWS]; /* 1 or 0 */
} Register;

struct CellSteps {
    Arena *arena;
    RunStep at[STEPS_MAX]; /* step i writes register i */
    int scale[STEPS_MAX];
    int n;
    int where, value; /* registers, -1 = none */
    Register *reg;
};

/* ---- compiling: each returns its register, -1 = cannot be said ---- */
static int emit(CellSteps *s, RunOp op, int a, int b, int scale)
{
    if (a < 0 || b < 0 || s->n == STEPS_MAX)
        return -1;
    s->at[s->n] = (RunStep){ .op = op, .a = a, .b = b };
    s->scale[s->n] = scale;
    return s->n++;
}

static int constant(CellSteps *s, int64_t number, int scale)
{
    int at = emit(s, OP_CONST, 0, 0, scale);
    if (at >= 0)
        s->at[at].number = number;
    return at;
}

static bool plain_type(Type t)
{
    switch ((int)t.kind) {
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_SCORE:
    case TYPE_ITEM: return true;
    }
    return false;
}

static int compile(CellSteps *s, const Expr *e, int depth);

/* The register at a finer scale. */
static int finer(CellSteps *s, int reg, int scale)
{
    if (reg < 0 || s->scale[reg] == scale)
        return reg;
    int64_t factor = (int64_t)num_pow10(scale - s->scale[reg]);
    return emit(s, OP_MUL, reg, constant(s, factor, 0), scale);
}

static int compile_field(CellSteps *s, const Expr *e, int depth)
{
    const Field *field = e->field;
    if (e->outer || field->changes || field->since || field->type.hidden ||
        !plain_type(field->type))
        return -1;
    int at = emit(s, OP_FIELD, 0, 0, field->type.scale);
    if (at >= 0)
        s->at[at].number = field->number;
    if (at < 0 || !field->computed)
        return at;
    /* a formula that came after the row was written is worked out now */
    int formula = compile(s, field->computed, depth);
    if (formula < 0 || s->scale[formula] > field->type.scale)
        return -1;
    return emit(s, OP_DEFAULT, at, finer(s, formula, field->type.scale), field->type.scale);
}

static bool align(CellSteps *s, int *a, int *b)
{
    if (*a < 0 || *b < 0)
        return false;
    int scale = s->scale[*a] > s->scale[*b] ? s->scale[*a] : s->scale[*b];
    *a = finer(s, *a, scale);
    *b = finer(s, *b, scale);
    return *a >= 0 && *b >= 0;
}

static int compile_order(CellSteps *s, const Expr *e, int a, int b)
{
    bool item = e->args[0]->type.kind == TYPE_ITEM;
    if (!align(s, &a, &b) || (item && e->op != EXPR_EQ && e->op != EXPR_NE))
        return -1;
    switch ((int)e->op) {
    case EXPR_EQ: return emit(s, OP_EQ, a, b, 0);
    case EXPR_NE: return emit(s, OP_NOT, emit(s, OP_EQ, a, b, 0), 0, 0);
    case EXPR_LT: return emit(s, OP_LT, a, b, 0);
    case EXPR_GT: return emit(s, OP_LT, b, a, 0);
    case EXPR_GE: return emit(s, OP_NOT, emit(s, OP_LT, a, b, 0), 0, 0);
    case EXPR_LE: return emit(s, OP_NOT, emit(s, OP_LT, b, a, 0), 0, 0);
    }
    return -1;
}

static int compile_two(CellSteps *s, const Expr *e, int depth)
{
    int a = compile(s, e->args[0], depth);
    int b = compile(s, e->args[1], depth);
    switch ((int)e->op) {
    case EXPR_AND: return emit(s, OP_AND, a, b, 0);
    case EXPR_OR: return emit(s, OP_OR, a, b, 0);
    case EXPR_MUL: return a < 0 || b < 0 ? -1 : emit(s, OP_MUL, a, b, s->scale[a] + s->scale[b]);
    case EXPR_ADD:
    case EXPR_SUB:
        if (!align(s, &a, &b))
            return -1;
        return emit(s, e->op == EXPR_ADD ? OP_ADD : OP_SUB, a, b, s->scale[a]);
    }
    return compile_order(s, e, a, b);
}

static int compile_if(CellSteps *s, const Expr *e, int depth)
{
    int a = compile(s, e->args[0], depth);
    int b = compile(s, e->args[1], depth);
    int c = compile(s, e->args[2], depth);
    if (a < 0 || !align(s, &b, &c))
        return -1;
    int at = emit(s, OP_IF, a, b, s->scale[b]);
    if (at >= 0)
        s->at[at].c = c;
    return at;
}

static int compile_call(CellSteps *s, const Expr *e, int depth)
{
    if (e->call == CALL_KNOWN && e->args[0]->op == EXPR_FIELD)
        return emit(s, OP_KNOWN, compile(s, e->args[0], depth), 0, 0);
    if (e->call != CALL_DEFAULT)
        return -1;
    int a = compile(s, e->args[0], depth);
    int b = compile(s, e->args[1], depth);
    return align(s, &a, &b) ? emit(s, OP_DEFAULT, a, b, s->scale[a]) : -1;
}

static int compile_in(CellSteps *s, const Expr *e, int depth)
{
    int x = compile(s, e->args[0], depth);
    int any = constant(s, 0, 0);
    for (size_t i = 1; i < e->arg_count; i++) {
        int a = x;
        int b = compile(s, e->args[i], depth);
        any = align(s, &a, &b) ? emit(s, OP_OR, any, emit(s, OP_EQ, a, b, 0), 0) : -1;
    }
    return any;
}

static int compile(CellSteps *s, const Expr *e, int depth)
{
    if (depth > LIMIT_EXPR_DEPTH || !plain_type(e->type))
        return -1;
    depth++;
    switch ((int)e->op) {
    case EXPR_LITERAL: return constant(s, e->number, e->type.scale);
    case EXPR_FIELD: return compile_field(s, e, depth);
    case EXPR_NOT: return emit(s, OP_NOT, compile(s, e->args[0], depth), 0, 0);
    case EXPR_NEG: {
        int a = compile(s, e->args[0], depth);
        int zero = a < 0 ? -1 : constant(s, 0, s->scale[a]);
        return zero < 0 ? -1 : emit(s, OP_SUB, zero, a, s->scale[a]);
    }
    case EXPR_IF: return compile_if(s, e, depth);
    case EXPR_IN: return compile_in(s, e, depth);
    case EXPR_CALL: return compile_call(s, e, depth);
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_EQ:
    case EXPR_NE:
    case EXPR_LT:
    case EXPR_LE:
    case EXPR_GT:
    case EXPR_GE:
    case EXPR_ADD:
    case EXPR_SUB:
    case EXPR_MUL: return compile_two(s, e, depth);
    }
    return -1;
}

CellSteps *cell_steps_compile(Arena *arena, const Agg *agg)
{
    bool counts = agg->op == AGG_COUNT || agg->op == AGG_SHARE;
    if (!counts && agg->op != AGG_SUM && agg->op != AGG_AVG)
        return NULL;
    CellSteps *s = arena_new(arena, CellSteps);
    s->where = agg->where ? compile(s, agg->where, 0) : -1;
    s->value = agg->value ? compile(s, agg->value, 0) : -1;
    bool said = (!agg->where || s->where >= 0) && (!agg->value || s->value >= 0);
    if (!said || s->n == 0)
        return NULL;
    s->reg = arena_array(arena, Register, (size_t)s->n);
    return s;
}

int cell_steps_scale(const CellSteps *s)
{
    return s->value >= 0 ? s->scale[s->value] : 0;
}

/* ---- running ---- */
static void run_field(Register *to, const Block *b, int64_t field, const int64_t *cells, int n)
{
    for (int i = 0; i < n; i++) {
        const uint64_t *known = b->known + cells[i] * b->known_words;
        to->known[i] = (uint8_t)(known[field / 64] >> (field % 64) & 1);
        to->value[i] = b->nums[cells[i] * b->columns + field];
    }
}

static bool run_number(Register *to, RunOp op, const Register *a, const Register *b, int n)
{
    bool over = false;
    for (int i = 0; i < n; i++) {
        to->known[i] = a->known[i] & b->known[i];
        int64_t x = to->known[i] ? a->value[i] : 0;
        int64_t y = to->known[i] ? b->value[i] : 0;
        if (op == OP_ADD)
            over |= __builtin_add_overflow(x, y, &to->value[i]);
        else if (op == OP_SUB)
            over |= __builtin_sub_overflow(x, y, &to->value[i]);
        else
            over |= __builtin_mul_overflow(x, y, &to->value[i]);
    }
    return !over;
}

static void run_order(Register *to, RunOp op, const Register *a, const Register *b, int n)
{
    for (int i = 0; i < n; i++) {
        to->known[i] = a->known[i] & b->known[i];
        to->value[i] = op == OP_EQ ? a->value[i] == b->value[i] : a->value[i] < b->value[i];
    }
}

/* Kleene: the deciding side decides (false for and, true for or). */
static void run_logic(Register *to, bool deciding, const Register *a, const Register *b, int n)
{
    for (int i = 0; i < n; i++) {
        bool x = a->known[i] && (a->value[i] != 0) == deciding;
        bool y = b->known[i] && (b->value[i] != 0) == deciding;
        to->known[i] = x || y || (a->known[i] && b->known[i]);
        to->value[i] = x || y ? deciding : !deciding;
    }
}

static void run_choice(Register *to, const Register *a, const Register *b, const Register *c, int n)
{
    for (int i = 0; i < n; i++) {
        const Register *from = a->value[i] ? b : c;
        to->known[i] = a->known[i] & from->known[i];
        to->value[i] = from->value[i];
    }
}

static void run_one(Register *to, const RunStep *step, const Register *a, const Register *b, int n)
{
    for (int i = 0; i < n; i++) {
        switch ((int)step->op) {
        case OP_CONST:
            to->known[i] = 1;
            to->value[i] = step->number;
            break;
        case OP_NOT:
            to->known[i] = a->known[i];
            to->value[i] = !a->value[i];
            break;
        case OP_KNOWN:
            to->known[i] = 1;
            to->value[i] = a->known[i];
            break;
        case OP_DEFAULT:
            to->known[i] = a->known[i] | b->known[i];
            to->value[i] = a->known[i] ? a->value[i] : b->value[i];
            break;
        }
    }
}

bool cell_steps_run(CellSteps *s, const Block *block, const int64_t *cells, int n, StepRun *ret)
{
    CHECK(n <= STEP_ROWS);
    for (int i = 0; i < s->n; i++) {
        const RunStep *step = &s->at[i];
        Register *to = &s->reg[i];
        const Register *a = &s->reg[step->a];
        const Register *b = &s->reg[step->b];
        switch (step->op) {
        case OP_FIELD: run_field(to, block, step->number, cells, n); break;
        case OP_ADD:
        case OP_SUB:
        case OP_MUL:
            if (!run_number(to, step->op, a, b, n))
                return false;
            break;
        case OP_EQ:
        case OP_LT: run_order(to, step->op, a, b, n); break;
        case OP_AND:
        case OP_OR: run_logic(to, step->op == OP_OR, a, b, n); break;
        case OP_IF: run_choice(to, a, b, &s->reg[step->c], n); break;
        case OP_CONST:
        case OP_NOT:
        case OP_KNOWN:
        case OP_DEFAULT: run_one(to, step, a, b, n); break;
        }
    }
    *ret = (StepRun){ 0 };
    if (s->where >= 0) {
        ret->where = s->reg[s->where].value;
        ret->where_known = s->reg[s->where].known;
    }
    if (s->value >= 0) {
        ret->value = s->reg[s->value].value;
        ret->value_known = s->reg[s->value].known;
    }
    return true;
}
