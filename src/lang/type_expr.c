/* Context and operators of expressions.
 *
 * Names of items are known by the list that stands on the other side; until that is seen they wait
 * as a literal without type (`is_waiting`). */
#include "lang/type_int.h"

Expr *expr_new(Typer *t, const Node *n, ExprOp op)
{
    Expr *e = arena_new(t->c->arena, Expr);
    *e = (Expr){ .op = op, .id = t->c->set->expr_count++, .type = type_make(TYPE_NONE) };
    e->place = n ? node_place(n) : (Place){ 0 };
    return e;
}

Expr *expr_none(Typer *t, const Node *n)
{
    return expr_new(t, n, EXPR_LITERAL);
}

void expr_args(Typer *t, Expr *e, Expr *a, Expr *b, Expr *c)
{
    Expr *all[] = { a, b, c };
    e->args = arena_array(t->c->arena, Expr *, 3);
    for (size_t i = 0; i < 3 && all[i]; i++) {
        e->args[e->arg_count++] = all[i];
        if (all[i]->level > e->level)
            e->level = all[i]->level;
    }
}

Expr *expr_day(Typer *t, const Node *n, Expr *time)
{
    Expr *e = expr_new(t, n, EXPR_DAY);
    expr_args(t, e, time, NULL, NULL);
    e->type = type_make(TYPE_DATE);
    return e;
}

/* ---- items ---- */

bool is_waiting(const Expr *e)
{
    return e->op == EXPR_LITERAL && e->flag;
}

bool item_settle(Typer *t, Expr *e, const List *list)
{
    const Item *item = list_item(list, e->text);
    if (!item)
        return false;
    (void)t;
    e->flag = false;
    e->type = type_make(TYPE_ITEM);
    e->type.list = list;
    e->number = item->number;
    return true;
}

/* A waiting name that no list claims: unknown, or an item that stands alone. */
void item_reject(Typer *t, Expr *e, const Node *n, const List *list)
{
    if (!is_waiting(e))
        return;
    e->flag = false;
    if (!list) {
        wrong(t, n, "lang.item_alone name=%.*s", STR_ARG(e->text));
        return;
    }
    list_of(Str) names = { 0 };
    for (size_t i = 0; i < list->item_count; i++)
        *list_push(t->c->w->arena, &names) = list->items[i].name;
    Str near = nearest_name(names.at, names.n, e->text);
    complain(&t->c->c, n->file, node_place(n), near.n ? str_z(t->c->w->arena, near) : NULL,
             "lang.unknown_item name=%.*s list=%.*s", STR_ARG(e->text), STR_ARG(list->name));
}

/* The one list in sight that has all the names; the pack's own first. */
static const List *list_of_names(Typer *t, Expr **e, size_t n)
{
    const List *found = NULL;
    for (int own = 1; own >= 0 && !found; own--)
        for (size_t i = 0; i < t->c->lists.n; i++) {
            const List *list = t->c->lists.at[i];
            bool all = (list->pack == t->load->pack) == own;
            for (size_t k = 0; k < n && all; k++)
                all = !is_waiting(e[k]) || list_item(list, e[k]->text);
            if (all && found)
                return NULL;
            found = all ? list : found;
        }
    return found;
}

/* Gives waiting names among `e` the list of the others, or the only list that has them all. */
static void settle_all(Typer *t, Expr **e, const Node **nodes, size_t n, const List *want)
{
    const List *list = want;
    bool waiting = false;
    for (size_t i = 0; i < n; i++) {
        waiting = waiting || is_waiting(e[i]);
        if (!list && e[i]->type.kind == TYPE_ITEM)
            list = e[i]->type.list;
    }
    if (!waiting)
        return;
    if (!list)
        list = list_of_names(t, e, n);
    for (size_t i = 0; i < n; i++)
        if (is_waiting(e[i]) && !(list && item_settle(t, e[i], list)))
            item_reject(t, e[i], nodes[i], list);
}

/* ---- literals ---- */

static Expr *type_literal(Typer *t, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_LITERAL);
    const Token *token = node_token(n);
    if (token->kind == TOKEN_STRING) {
        e->type = type_make(TYPE_TEXT);
        e->text = token->value;
    } else if (token->kind == TOKEN_NAME) {
        e->type = type_make(TYPE_BOOL);
        e->number = token->word == WORD_TRUE;
    } else {
        (void)literal_of_token(&t->c->c, n, &e->type, &e->number);
    }
    return e;
}

/* ---- x[ … ], x @ K ---- */

static PeriodKind grain_of(int64_t code)
{
    Period p;
    return period_of_code(code, &p) ? p.kind : PERIOD_NONE;
}

/* [2021]: a bare number of four digits is a year where a period is expected. */
static Expr *period_value(Typer *t, const Scope *s, Scope *inner, const Node *n)
{
    const Token *token = node_token(n);
    bool year = n->kind == NODE_LITERAL && token->kind == TOKEN_NUMBER && !token->suffix &&
                !token->scale && token->number >= 1000 && token->number <= 9998;
    bool was_any = inner->any_grain;
    inner->any_grain = true;
    if (year || (n->kind == NODE_LITERAL && token->kind == TOKEN_DATE)) {
        Expr *e = expr_new(t, n, EXPR_LITERAL);
        e->type = type_make(TYPE_PERIOD);
        e->number =
            year ? token->number * 10000 : period_of_day(PERIOD_DAY, (int32_t)token->number).code;
        inner->grain = grain_of(e->number);
        inner->any_grain = false;
        return e;
    }
    Expr *e = type_expr(t, s, n, NULL);
    if (e->op == EXPR_LITERAL && e->type.kind == TYPE_PERIOD) {
        inner->grain = grain_of(e->number);
        inner->any_grain = false;
    } else if (e->type.kind != TYPE_PERIOD && e->type.kind != TYPE_RECORD) {
        inner->any_grain = was_any;
        if (e->type.kind != TYPE_NONE)
            wrong(t, n, "lang.want_period type=%s", text_of(t, e->type));
    }
    return e;
}

static bool shift_last(Typer *t, Scope *inner, const Node *n, Shift *shift)
{
    const Node *number = n->kid;
    const Node *kind = number->next;
    Str name = node_name(kind);
    if (str_ends(name, STR("s")))
        name = str_sub(name, 0, name.n - 1);
    static const Word words[] = { WORD_DAY,     WORD_WEEK, WORD_MONTH,
                                  WORD_QUARTER, WORD_HALF, WORD_YEAR };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(node_name(kind), word_row(words[i])->zh))
            name = str_of(word_row(words[i])->en);
    int64_t count = node_token(number)->number;
    if (!period_kind_find(name, &shift->kind) || count < 1 || count > 1000 ||
        node_token(number)->scale || node_token(number)->suffix) {
        wrong(t, n, "lang.want_last");
        return false;
    }
    shift->n = (int32_t)count;
    if (shift->kind > inner->grain)
        inner->grain = shift->kind;
    return true;
}

/* One part of [ … ]; what it does to the period is written into `inner`. */
Shift shift_of_node(Typer *t, const Scope *s, Scope *inner, const Node *n)
{
    Shift shift = { .op = SHIFT_PERIOD };
    switch ((int)n->word) {
    case WORD_PREV: shift.op = SHIFT_PREV; break;
    case WORD_YTD: shift.op = SHIFT_YTD; break;
    case WORD_NOW: shift.op = SHIFT_NOW; break;
    case WORD_DRAFT: shift.op = SHIFT_DRAFT; break;
    case WORD_YEAR:
        shift.op = SHIFT_YEAR;
        shift.n = (int32_t)(node_token(n->kid)->number % 1000);
        if (shift.n < 1)
            wrong(t, n, "lang.want_number found=0");
        break;
    case WORD_LAST:
        shift.op = SHIFT_LAST;
        (void)shift_last(t, inner, n, &shift);
        break;
    case WORD_AT:
    case WORD_KNOWN:
        shift.op = n->word == WORD_AT ? SHIFT_AT : SHIFT_KNOWN;
        shift.expr = type_as(t, s, n->kid, type_make(TYPE_DATE));
        break;
    default: shift.expr = period_value(t, s, inner, n->kid); break;
    }
    return shift;
}

/* Which contexts may be changed of a value of the row: cells have a period before, states a now. */
static void check_row_shift(Typer *t, const Scope *s, const Node *n, const Shift *shift)
{
    bool period = shift->op == SHIFT_PREV || shift->op == SHIFT_YEAR || shift->op == SHIFT_YTD ||
                  shift->op == SHIFT_LAST || shift->op == SHIFT_PERIOD;
    if (period && s->row && (s->row->form != BOOK_PER || s->row->every == PERIOD_NONE))
        wrong(t, n, "lang.no_period_before book=%.*s", STR_ARG(s->row->name));
}

static Expr *type_shift(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_SHIFT);
    Scope inner = *s;
    e->shifts = arena_array(t->c->arena, Shift, node_count(n));
    for (const Node *w = n->kid->next; w; w = w->next)
        e->shifts[e->shift_count++] = shift_of_node(t, s, &inner, w);
    Expr *base = type_expr(t, &inner, n->kid, NULL);
    item_reject(t, base, n->kid, NULL);
    expr_args(t, e, base, NULL, NULL);
    e->type = base->type;
    for (size_t i = 0; i < e->shift_count; i++) {
        if (base->op == EXPR_FIELD)
            check_row_shift(t, s, n, &e->shifts[i]);
        if (e->shifts[i].expr && e->shifts[i].expr->level > e->level)
            e->level = e->shifts[i].expr->level;
    }
    if (base->level == LEVEL_CONST && base->type.kind != TYPE_NONE)
        wrong(t, n, "lang.shift_constant");
    return e;
}

static const Local *unit_local(const Scope *s, Str name)
{
    for (size_t i = 0; i < s->local_count; i++)
        if (!s->locals[i].book && str_eq(s->locals[i].name, name))
            return &s->locals[i];
    return NULL;
}

static Expr *type_at(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_AT);
    const Token *token = node_token(n);
    Scope inner = *s;
    inner.any_kind = true;
    const Local *local = unit_local(s, token->value);
    if (local || token->kind == TOKEN_STRING) {
        e->text = token->value;
        if (!s->any_kind)
            wrong(t, n, "lang.at_code");
        if (local && local->kind) {
            inner.any_kind = false;
            inner.kinds = arena_copy(t->c->arena, &local->kind, sizeof local->kind);
            inner.kind_count = 1;
        }
    } else {
        Symbol *symbol = s->local_count && !symbol_find(t->c, t->load, SYMBOL_KIND, n, STR(""))
                             ? NULL
                             : symbol_need(t->c, t->load, SYMBOL_KIND, n);
        if (symbol) {
            e->kind = symbol->thing;
            inner.any_kind = false;
            inner.kinds = arena_copy(t->c->arena, &e->kind, sizeof e->kind);
            inner.kind_count = 1;
        } else if (s->local_count) {
            wrong(t, n, "lang.unknown_unit name=%.*s", STR_ARG(token->value));
        }
    }
    Expr *base = type_expr(t, &inner, n->kid, NULL);
    item_reject(t, base, n->kid, NULL);
    expr_args(t, e, base, NULL, NULL);
    e->type = base->type;
    if (base->level == LEVEL_ROW && base->type.kind != TYPE_NONE && base->op != EXPR_CELL)
        wrong(t, n, "lang.at_row");
    return e;
}

/* ---- operators ---- */

static ExprOp op_of(const Node *n)
{
    ExprOp op = EXPR_HAS;
    static const struct {
        int sign;
        ExprOp op;
    } signs[] = {
        { '=', EXPR_EQ },  { SIGN2('!', '='), EXPR_NE },
        { '<', EXPR_LT },  { SIGN2('<', '='), EXPR_LE },
        { '>', EXPR_GT },  { SIGN2('>', '='), EXPR_GE },
        { '+', EXPR_ADD }, { '-', EXPR_SUB },
        { '*', EXPR_MUL }, { '/', EXPR_DIV },
    };
    if (n->word)
        return n->word == WORD_AND ? EXPR_AND : n->word == WORD_OR ? EXPR_OR : EXPR_HAS;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].sign == n->sign)
            op = signs[i].op;
    CHECK(op != EXPR_HAS);
    return op;
}

static void need_bool(Typer *t, const Node *n, const Expr *e)
{
    if (e->type.kind != TYPE_BOOL && e->type.kind != TYPE_NONE)
        wrong(t, n, "lang.want_bool type=%s", text_of(t, e->type));
}

static void check_comparison(Typer *t, const Node *n, ExprOp op, Expr *a, Expr *b)
{
    Type type;
    if (a->type.kind == TYPE_NONE || b->type.kind == TYPE_NONE)
        return;
    const char *left = text_of(t, a->type);
    const char *right = text_of(t, b->type);
    if (!types_join(a, b, &type)) {
        bool unit = (a->type.kind == TYPE_MONEY && is_number(b->type)) ||
                    (b->type.kind == TYPE_MONEY && is_number(a->type));
        wrong(t, n, unit ? "lang.compare_unit left=%s right=%s" : "lang.compare left=%s right=%s",
              left, right);
    } else if (is_opaque(type)) {
        wrong(t, n, "lang.opaque type=%s", left);
    } else if (op != EXPR_EQ && op != EXPR_NE && !is_ordered(type)) {
        wrong(t, n, "lang.no_order type=%s", left);
    }
}

static Expr *type_logic(Typer *t, const Scope *s, const Node *n, ExprOp op)
{
    Expr *e = expr_new(t, n, op);
    Expr *a = type_condition(t, s, n->kid);
    expr_args(t, e, a, type_condition(t, s, n->kid->next), NULL);
    e->type = type_make(TYPE_BOOL);
    return e;
}

/* The operand beside one whose type is known: names of actors and kinds stand only there. */
static Expr *type_beside(Typer *t, const Scope *s, const Node *n, Type known)
{
    if (known.kind == TYPE_ACTOR) {
        Expr *actor = actor_literal(t, n);
        if (actor)
            return actor;
    }
    Symbol *kind = known.kind == TYPE_KIND && n->kind == NODE_REF
                       ? symbol_find(t->c, t->load, SYMBOL_KIND, n, qualifier_of(n))
                       : NULL;
    if (kind) {
        Expr *e = expr_new(t, n, EXPR_KIND);
        e->kind = kind->thing;
        e->type = type_make(TYPE_KIND);
        return e;
    }
    return type_expr(t, s, n, known.kind == TYPE_ITEM ? known.list : NULL);
}

/* A moment beside a day is taken as its day. */
static void meet_as_days(Typer *t, Expr **sides, const Node **nodes)
{
    for (size_t i = 0; i < 2; i++)
        if (sides[i]->type.kind == TYPE_TIME && sides[1 - i]->type.kind == TYPE_DATE)
            sides[i] = expr_day(t, nodes[i], sides[i]);
}

/* set has item */
static Expr *type_has(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_HAS);
    e->type = type_make(TYPE_BOOL);
    Expr *set = type_expr(t, s, n->kid, NULL);
    Type item = type_make(TYPE_ITEM);
    item.list = set->type.list;
    if (set->type.kind != TYPE_SET) {
        if (set->type.kind != TYPE_NONE)
            wrong(t, n, "lang.want_set type=%s", text_of(t, set->type));
        return e;
    }
    expr_args(t, e, set, type_as(t, s, n->kid->next, item), NULL);
    return e;
}

static Expr *type_binary_node(Typer *t, const Scope *s, const Node *n)
{
    ExprOp op = op_of(n);
    if (op == EXPR_AND || op == EXPR_OR)
        return type_logic(t, s, n, op);
    if (op == EXPR_HAS)
        return type_has(t, s, n);
    Expr *e = expr_new(t, n, op);
    const Node *nodes[] = { n->kid, n->kid->next };
    Expr *sides[2];
    bool compares = op <= EXPR_GE;
    bool bare = compares && nodes[0]->kind == NODE_REF && nodes[1]->kind != NODE_LITERAL;
    size_t first = bare && !(s->row && book_field(s->row, node_name(nodes[0])));
    sides[first] =
        type_expr(t, s, nodes[first], NULL); /* a bare name may be an item of the other */
    sides[!first] = type_beside(t, s, nodes[!first], sides[first]->type);
    if (compares)
        settle_all(t, sides, nodes, 2, NULL);
    for (size_t i = 0; i < 2; i++)
        item_reject(t, sides[i], nodes[i], NULL);
    if (compares || op == EXPR_SUB)
        meet_as_days(t, sides, nodes);
    expr_args(t, e, sides[0], sides[1], NULL);
    if (compares) {
        e->type = type_make(TYPE_BOOL);
        check_comparison(t, n, op, sides[0], sides[1]);
        return e;
    }
    const char *left = text_of(t, sides[0]->type);
    const char *right = text_of(t, sides[1]->type);
    if (!type_binary(op, sides[0], sides[1], &e->type)) {
        wrong(t, n, "lang.arithmetic sign=%.*s left=%s right=%s", STR_ARG(node_token(n)->value),
              left, right);
        e->type = type_make(TYPE_NONE);
    }
    return e;
}

static Expr *type_unary(Typer *t, const Scope *s, const Node *n)
{
    if (n->word == WORD_NOT) {
        Expr *e = expr_new(t, n, EXPR_NOT);
        expr_args(t, e, type_condition(t, s, n->kid), NULL, NULL);
        e->type = type_make(TYPE_BOOL);
        return e;
    }
    Expr *e = expr_new(t, n, EXPR_NEG);
    Expr *a = type_expr(t, s, n->kid, NULL);
    item_reject(t, a, n->kid, NULL);
    expr_args(t, e, a, NULL, NULL);
    e->type = a->type;
    if (a->type.kind != TYPE_NONE && !is_amount(a->type)) {
        wrong(t, n, "lang.want_amount type=%s", text_of(t, a->type));
        e->type = type_make(TYPE_NONE);
    }
    return e;
}

/* a in (b, c, …) */
static Expr *type_in(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_IN);
    size_t count = node_count(n);
    e->args = arena_array(t->c->arena, Expr *, count);
    const Node **nodes = arena_array(t->c->arena, const Node *, count);
    e->type = type_make(TYPE_BOOL);
    FOR_EACH (kid, n) {
        nodes[e->arg_count] = kid;
        Expr *one =
            e->arg_count ? type_beside(t, s, kid, e->args[0]->type) : type_expr(t, s, kid, NULL);
        e->args[e->arg_count++] = one;
    }
    settle_all(t, e->args, nodes, count, NULL);
    for (size_t i = 0; i < count; i++) {
        if (e->args[i]->level > e->level)
            e->level = e->args[i]->level;
        if (i > 0)
            check_comparison(t, nodes[i], EXPR_EQ, e->args[0], e->args[i]);
    }
    return e;
}

/* Branches of if, values of step: one type for all. */
Type join_all(Typer *t, Expr **values, const Node **nodes, size_t n, const List *want)
{
    settle_all(t, values, nodes, n, want);
    Expr all = *values[0]; /* stands for those joined so far */
    for (size_t i = 1; i < n; i++) {
        const char *left = text_of(t, all.type);
        const char *right = text_of(t, values[i]->type);
        Type type;
        if (!types_join(&all, values[i], &type)) {
            wrong(t, nodes[i], "lang.join left=%s right=%s", left, right);
            return type_make(TYPE_NONE);
        }
        all.type = type;
        all.op = values[i]->op == EXPR_LITERAL ? all.op : values[i]->op;
        all.level = values[i]->level > all.level ? values[i]->level : all.level;
    }
    for (size_t i = 0; i < n; i++)
        literal_fit(values[i], all.type);
    return all.type;
}

static Expr *type_if(Typer *t, const Scope *s, const Node *n, const List *want)
{
    Expr *e = expr_new(t, n, EXPR_IF);
    const Node *nodes[] = { n->kid->next, n->kid->next->next };
    Expr *condition = type_condition(t, s, n->kid);
    Expr *values[2];
    for (size_t i = 0; i < 2; i++)
        values[i] = type_expr(t, s, nodes[i], want);
    e->type = join_all(t, values, nodes, 2, want);
    expr_args(t, e, condition, values[0], values[1]);
    return e;
}

/* is S, was S; x.is S */
static Expr *type_state(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_STATE);
    e->type = type_make(TYPE_BOOL);
    e->level = LEVEL_ROW;
    e->flag = n->word == WORD_WAS;
    const Book *book = s->row;
    const Node *shift = node_kid(n, NODE_SHIFT);
    const Node *base = n->kid && n->kid->kind != NODE_SHIFT ? n->kid : NULL;
    if (base && s->row && s->row->parent && base->kind == NODE_REF &&
        str_eq(node_name(base), s->row->parent->name)) {
        book = s->row->parent;
        Expr *row = expr_new(t, n, EXPR_THIS);
        row->type = type_make(TYPE_RECORD);
        row->type.book = book;
        expr_args(t, e, row, NULL, NULL);
    } else if (base) {
        Expr *record = type_expr(t, s, base, NULL);
        expr_args(t, e, record, NULL, NULL);
        book = record->type.kind == TYPE_RECORD ? record->type.book : NULL;
    }
    const Flow *flow = book ? book->flow_type : NULL;
    size_t i = 0;
    while (flow && i < flow->state_count && !str_eq(flow->states[i].name, node_name(n)))
        i++;
    if (!flow)
        wrong(t, n, "lang.no_flow name=%.*s", STR_ARG(node_name(n)));
    else if (i == flow->state_count)
        wrong(t, n, "lang.unknown_state name=%.*s", STR_ARG(node_name(n)));
    else
        e->state = &flow->states[i];
    e->number = (int64_t)i;
    if (t->computed && book && book->cases)
        wrong(t, n, "lang.flow_in_computed name=%.*s", STR_ARG(node_text(n)));
    if (!shift)
        return e;
    Expr *outer = expr_new(t, n, EXPR_SHIFT);
    Scope inner = *s;
    outer->shifts = arena_array(t->c->arena, Shift, node_count(shift));
    for (const Node *w = shift->kid->next; w; w = w->next)
        outer->shifts[outer->shift_count++] = shift_of_node(t, s, &inner, w);
    expr_args(t, outer, e, NULL, NULL);
    outer->type = e->type;
    return outer;
}

Expr *type_condition(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = n ? type_expr(t, s, n, NULL) : expr_none(t, n);
    if (!n)
        return e;
    item_reject(t, e, n, NULL);
    need_bool(t, n, e);
    return e;
}

Expr *type_expr(Typer *t, const Scope *s, const Node *n, const List *want)
{
    if (!n)
        return expr_none(t, n);
    bool private_ok = t->private_ok;
    if (n->kind != NODE_REF && n->kind != NODE_DOT)
        t->private_ok = false;
    Expr *e = NULL;
    switch ((int)n->kind) {
    case NODE_LITERAL: e = type_literal(t, n); break;
    case NODE_REF: e = type_ref(t, s, n, want); break;
    case NODE_DOT: e = type_dot(t, s, n); break;
    case NODE_CALL: e = type_call(t, s, n, want); break;
    case NODE_AGG: e = type_aggregate(t, s, n); break;
    case NODE_SHIFT: e = type_shift(t, s, n); break;
    case NODE_AT: e = type_at(t, s, n); break;
    case NODE_STATE_IS: e = type_state(t, s, n); break;
    case NODE_UNARY: e = type_unary(t, s, n); break;
    case NODE_BINARY: e = type_binary_node(t, s, n); break;
    case NODE_IF: e = type_if(t, s, n, want); break;
    case NODE_IN: e = type_in(t, s, n); break;
    default: e = expr_none(t, n); break;
    }
    t->private_ok = private_ok;
    if (want && is_waiting(e))
        (void)item_settle(t, e, want);
    return e;
}

Expr *type_as(Typer *t, const Scope *s, const Node *n, Type want)
{
    const List *list = want.kind == TYPE_ITEM ? want.list : NULL;
    Expr *e = type_expr(t, s, n, list);
    item_reject(t, e, n, list);
    Expr to = { .type = want, .level = LEVEL_CONST };
    to.type.low = 1;
    to.type.high = 0;
    Type type;
    const char *got = text_of(t, e->type);
    if (want.kind == TYPE_NONE || e->type.kind == TYPE_NONE)
        return e;
    if (want.kind == TYPE_DATE && e->type.kind == TYPE_TIME)
        e = expr_day(t, n, e);
    literal_fit(e, want);
    if (want.kind == TYPE_DECIMAL && e->type.kind == TYPE_RATIO)
        (void)ratio_as_decimal(e);
    if (want.kind == TYPE_DURATION)
        to.type.work = e->type.work; /* a declared duration is of either kind */
    bool date = want.kind == TYPE_TIME && e->type.kind == TYPE_DATE;
    bool good = types_join(e, &to, &type) && (type.kind == want.kind || date);
    bool ratio = want.kind == TYPE_RATIO && is_number(e->type) && e->level != LEVEL_CONST;
    if (want.kind == TYPE_INT && e->type.kind == TYPE_DECIMAL)
        good = false;
    if (date || (good && !ratio))
        return e;
    bool plain = e->type.kind == TYPE_RATIO && (want.kind == TYPE_INT || want.kind == TYPE_DECIMAL);
    wrong(t, n, plain ? "lang.want_plain want=%s got=%s" : "lang.want_type_of want=%s got=%s",
          text_of(t, want), got);
    return e;
}
