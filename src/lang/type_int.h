/* What type_name.c, type_expr.c and type_call.c ask of each other. */
#pragma once
#include "lang/compile_int.h"

/* Complains at the node, once: later rules stay silent about an expression without type. */
#define wrong(t, n, ...) complain(&(t)->c->c, (n)->file, node_span(n), NULL, __VA_ARGS__)

const char *text_of(Typer *t, Type type); /* for messages */
Expr *expr_new(Typer *t, const Node *n, ExprOp op);
Expr *expr_none(Typer *t, const Node *n);
Expr *expr_day(Typer *t, const Node *n, Expr *time);          /* the day of a moment */
void expr_args(Typer *t, Expr *e, Expr *a, Expr *b, Expr *c); /* and the highest level of them */
bool is_waiting(const Expr *e);
bool item_settle(Typer *t, Expr *e, const List *list);
void item_reject(Typer *t, Expr *e, const Node *n, const List *list);
Type join_all(Typer *t, Expr **values, const Node **nodes, size_t n, const List *want);
Shift shift_of_node(Typer *t, const Scope *s, Scope *inner, const Node *n);
Expr *type_ref(Typer *t, const Scope *s, const Node *n, const List *want);
Expr *type_dot(Typer *t, const Scope *s, const Node *n);
Expr *type_call(Typer *t, const Scope *s, const Node *n, const List *want);
Expr *type_aggregate(Typer *t, const Scope *s, const Node *n);
