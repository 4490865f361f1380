/* Names of flows in expressions: S.first, S.last, S.actor, S.unit, CLOCK.due, CLOCK.used,
 * CLOCK.late, times(MOVE), holder, and the flow's own parameters. */
#include "lang/type_int.h"

static bool of_cases(const Scope *s)
{
    return s->row && s->row->cases;
}

/* Moves change these, and what is computed is kept with the row: it would go stale. */
static void check_place(Typer *t, const Node *n)
{
    if (t->computed)
        wrong(t, n, "lang.flow_in_computed name=%.*s", STR_ARG(node_text(n)));
}

static Expr *part_expr(Typer *t, const Node *n, ExprOp op, TypeKind kind)
{
    Expr *e = expr_new(t, n, op);
    e->type = type_make(kind);
    e->level = LEVEL_ROW;
    check_place(t, n);
    return e;
}

static Expr *state_part(Typer *t, const Node *n, const FlowState *state)
{
    Word word = node_token(n)->word;
    bool time = word == WORD_FIRST || word == WORD_LAST;
    if (!time && word != WORD_ACTOR && word != WORD_UNIT) {
        wrong(t, n, "lang.state_part name=%.*s state=%.*s", STR_ARG(node_name(n)),
              STR_ARG(state->name));
        return expr_none(t, n);
    }
    Expr *e = time                 ? part_expr(t, n, EXPR_STATE_TIME, TYPE_TIME)
              : word == WORD_ACTOR ? part_expr(t, n, EXPR_STATE_ACTOR, TYPE_ACTOR)
                                   : part_expr(t, n, EXPR_STATE_UNIT, TYPE_UNIT);
    e->state = state;
    e->flag = word == WORD_LAST;
    return e;
}

static Expr *clock_part(Typer *t, const Node *n, const FlowClock *clock)
{
    Word word = node_token(n)->word;
    if (word != WORD_DUE && word != WORD_USED && word != WORD_LATE) {
        wrong(t, n, "lang.clock_part name=%.*s clock=%.*s", STR_ARG(node_name(n)),
              STR_ARG(clock->name));
        return expr_none(t, n);
    }
    TypeKind kind = word == WORD_DUE ? TYPE_TIME : word == WORD_USED ? TYPE_DURATION : TYPE_BOOL;
    Expr *e = part_expr(t, n, EXPR_CLOCK, kind);
    e->clock = clock;
    e->number = word == WORD_DUE ? CLOCK_DUE : word == WORD_USED ? CLOCK_USED : CLOCK_LATE;
    if (kind == TYPE_DURATION && clock->limit)
        e->type.work = clock->limit->type.work;
    return e;
}

Expr *flow_part(Typer *t, const Scope *s, const Node *n)
{
    const Node *base = n->kid;
    if (!of_cases(s) || base->kind != NODE_REF || qualifier_of(base).n ||
        book_field(s->row, node_name(base)))
        return NULL;
    const FlowState *state = flow_state(s->row->flow_type, node_name(base));
    const FlowClock *clock = flow_clock(s->row->flow_type, node_name(base));
    if (state)
        return state_part(t, n, state);
    return clock && !clock->of_move ? clock_part(t, n, clock) : NULL;
}

Expr *flow_holder(Typer *t, const Scope *s, const Node *n)
{
    if (!of_cases(s) || node_token(n)->word != WORD_HOLDER)
        return NULL;
    return part_expr(t, n, EXPR_HOLDER, TYPE_UNIT);
}

Expr *flow_times(Typer *t, const Scope *s, const Node *n)
{
    const Node *arg = node_kid(n, NODE_ARG);
    bool name = arg && !arg->next && arg->kid && !arg->kid->next && arg->kid->kind == NODE_REF;
    const FlowMove *move =
        name && of_cases(s) ? flow_move(s->row->flow_type, node_name(arg->kid)) : NULL;
    if (!move) {
        wrong(t, n, of_cases(s) ? "lang.times_move name=%.*s" : "lang.no_flow name=%.*s",
              STR_ARG(name ? node_name(arg->kid) : STR("?")));
        return expr_none(t, n);
    }
    Expr *e = part_expr(t, n, EXPR_TIMES, TYPE_INT);
    e->move = move;
    return e;
}

Expr *actor_literal(Typer *t, const Node *n)
{
    if (n->kind != NODE_REF || qualifier_of(n).n)
        return NULL;
    Word word = node_token(n)->word;
    if (word != WORD_REPORTER && word != WORD_SYSTEM && word != WORD_SEAT)
        return NULL;
    Expr *e = expr_new(t, n, EXPR_LITERAL);
    e->type = type_make(TYPE_ACTOR);
    e->number = word == WORD_REPORTER ? ACTOR_REPORTER
                : word == WORD_SYSTEM ? ACTOR_SYSTEM
                                      : ACTOR_SEAT;
    return e;
}

/* A parameter of the flow stands for what the book attaches. */
Expr *flow_argument(Typer *t, const Scope *s, const Node *n)
{
    const FlowUse *use = s->use;
    for (size_t i = 0; use && !qualifier_of(n).n && i < use->param_count; i++) {
        if (!str_eq(node_name(use->params[i]), node_name(n)))
            continue;
        return use->args[i] ? use->args[i] : expr_none(t, n);
    }
    return NULL;
}
