/* Expressions. Recursion is bounded by LIMIT_EXPR_DEPTH, chains such as a + a + … by four times it,
 * so that every later walk over the tree is bounded too. */
#include "lang/lang_int.h"

enum { HEIGHT_MAX = 4 * LIMIT_EXPR_DEPTH };

static Node *parse_and(Parser *p);
static Node *parse_unary(Parser *p);

static bool deeper(Parser *p)
{
    if (p->depth < LIMIT_EXPR_DEPTH) {
        p->depth++;
        return true;
    }
    syntax(p, look(p), "lang.too_deep n=%d", LIMIT_EXPR_DEPTH);
    return false;
}

/* Adds an operand; its height counts. */
static Node *join(Parser *p, Node *parent, Node *kid)
{
    if (!kid)
        return NULL;
    if (kid->height + 1 > parent->height)
        parent->height = kid->height + 1;
    if (parent->height > HEIGHT_MAX) {
        syntax(p, look(p), "lang.too_long n=%d", HEIGHT_MAX);
        return NULL;
    }
    return node_add(parent, kid);
}

/* A node of two operands at the operator in hand, which is taken. */
static Node *binary(Parser *p, Node *left, Node *(*right)(Parser *p))
{
    Node *n = node_new(p, NODE_BINARY);
    Token *t = look(p);
    n->first = left->first;
    if (t->kind == TOKEN_NAME) {
        n->word = t->word;
        t->role = ROLE_WORD;
    } else {
        n->sign = t->sign;
    }
    p->at++;
    if (!join(p, n, left) || !join(p, n, right(p)))
        return NULL;
    return node_end(p, n);
}

Node *parse_expr(Parser *p)
{
    if (!deeper(p))
        return NULL;
    Node *n = parse_and(p);
    while (n && at_word(p, WORD_OR))
        n = binary(p, n, parse_and);
    p->depth--;
    return n;
}

static bool at_comparison(const Parser *p)
{
    const Token *t = look(p);
    if (t->kind == TOKEN_NAME)
        return t->word == WORD_IN || t->word == WORD_HAS;
    if (t->kind != TOKEN_SIGN)
        return false;
    return t->sign == '=' || t->sign == '<' || t->sign == '>' || t->sign == SIGN2('!', '=') ||
           t->sign == SIGN2('<', '=') || t->sign == SIGN2('>', '=');
}

/* a in (b, c, …) */
static Node *parse_in(Parser *p, Node *left)
{
    Node *n = node_new(p, NODE_IN);
    n->first = left->first;
    look(p)->role = ROLE_WORD;
    p->at++;
    if (!join(p, n, left) || !need_sign(p, '('))
        return NULL;
    do
        if (!join(p, n, parse_expr(p)))
            return NULL;
    while (take_sign(p, ','));
    return need_sign(p, ')') ? node_end(p, n) : NULL;
}

static Node *parse_comparison(Parser *p)
{
    Node *n = parse_sum(p);
    if (!n || !at_comparison(p))
        return n;
    n = at_word(p, WORD_IN) ? parse_in(p, n) : binary(p, n, parse_sum);
    if (n && at_comparison(p)) {
        syntax(p, look(p), "lang.chain sign=%.*s", STR_ARG(look(p)->raw));
        return NULL;
    }
    return n;
}

static Node *parse_not(Parser *p)
{
    if (!at_word(p, WORD_NOT))
        return parse_comparison(p);
    if (!deeper(p))
        return NULL;
    Node *n = node_new(p, NODE_UNARY);
    n->word = WORD_NOT;
    look(p)->role = ROLE_WORD;
    p->at++;
    Node *kid = parse_not(p);
    p->depth--;
    return kid && join(p, n, kid) ? node_end(p, n) : NULL;
}

static Node *parse_and(Parser *p)
{
    Node *n = parse_not(p);
    while (n && at_word(p, WORD_AND))
        n = binary(p, n, parse_not);
    return n;
}

static Node *parse_product(Parser *p)
{
    Node *n = parse_unary(p);
    while (n && (at_sign(p, '*') || at_sign(p, '/')))
        n = binary(p, n, parse_unary);
    return n;
}

Node *parse_sum(Parser *p)
{
    Node *n = parse_product(p);
    while (n && (at_sign(p, '+') || at_sign(p, '-')))
        n = binary(p, n, parse_product);
    return n;
}

/* ---- [ … ] ---- */

static Node *parse_when(Parser *p)
{
    static const Word alone[] = { WORD_PREV, WORD_YTD, WORD_NOW, WORD_DRAFT };
    Node *n = node_new(p, NODE_WHEN);
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (take_word(p, alone[i])) {
            n->word = alone[i];
            return n;
        }
    if (at_word(p, WORD_YEAR) && look_next(p, 1)->kind == TOKEN_SIGN &&
        look_next(p, 1)->sign == '-') {
        (void)take_word(p, WORD_YEAR);
        p->at++;
        n->word = WORD_YEAR;
        if (look(p)->kind != TOKEN_NUMBER || look(p)->scale || look(p)->suffix) {
            syntax_expected(p, "lang.want_number");
            return NULL;
        }
        return node_end(p, node_add(n, parse_literal_token(p, NODE_NUMBER)));
    }
    if (at_word(p, WORD_LAST) && look_next(p, 1)->kind == TOKEN_NUMBER) {
        (void)take_word(p, WORD_LAST);
        n->word = WORD_LAST;
        node_add(n, parse_literal_token(p, NODE_NUMBER));
        if (look(p)->kind == TOKEN_NAME)
            look(p)->role = ROLE_PERIOD;
        Node *kind = parse_name(p);
        return kind ? node_end(p, node_add(n, kind)) : NULL;
    }
    if (at_word(p, WORD_AT) || at_word(p, WORD_KNOWN)) {
        n->word = look(p)->word;
        (void)take_word(p, n->word);
    }
    Node *expr = parse_expr(p);
    return expr ? node_end(p, join(p, n, expr)) : NULL;
}

static Node *parse_shift(Parser *p, Node *base)
{
    Node *n = node_new(p, NODE_SHIFT);
    n->first = base->first;
    p->at++;
    if (!join(p, n, base))
        return NULL;
    do
        if (!join(p, n, parse_when(p)))
            return NULL;
    while (take_sign(p, ','));
    return need_sign(p, ']') ? node_end(p, n) : NULL;
}

/* ---- calls ---- */

static Node *parse_arg(Parser *p)
{
    Node *n = node_new(p, NODE_ARG);
    if (!join(p, n, parse_expr(p)))
        return NULL;
    if (take_sign(p, ':') && !join(p, n, parse_expr(p)))
        return NULL;
    return node_end(p, n);
}

/* ( a, b: c, … ) behind `n`, whose token is the function or family. */
static Node *parse_args(Parser *p, Node *n)
{
    if (!need_sign(p, '('))
        return NULL;
    n->kind = NODE_CALL;
    if (!at_sign(p, ')')) {
        do
            if (!join(p, n, parse_arg(p)))
                return NULL;
        while (take_sign(p, ','));
    }
    return need_sign(p, ')') ? node_end(p, n) : NULL;
}

/* The words between source and where: own above via P, by F, alive during ever. */
static bool parse_range(Parser *p, Node *agg)
{
    static const Word alone[] = { WORD_OWN, WORD_ABOVE, WORD_ALIVE, WORD_DURING, WORD_EVER };
    for (;;) {
        bool found = false;
        for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
            if (at_word(p, alone[i])) {
                node_add(agg, parse_clause_word(p));
                found = true;
            }
        if (at_word(p, WORD_VIA) || at_word(p, WORD_BY)) {
            Node *clause = parse_clause_word(p);
            Node *path = parse_moment_path(p);
            if (!path)
                return false;
            node_add(agg, node_add(clause, path));
            found = true;
        }
        if (!found)
            return true;
    }
}

static Node *parse_aggregate(Parser *p)
{
    Node *n = node_new(p, NODE_AGG);
    look(p)->role = ROLE_FUNCTION;
    p->at += 2; /* name ( */
    if (!join(p, n, parse_path(p)) || !parse_range(p, n))
        return NULL;
    if (at_word(p, WORD_WHERE)) {
        Node *where = parse_clause_word(p);
        if (!join(p, where, parse_expr(p)) || !join(p, n, where))
            return NULL;
    }
    if (take_sign(p, ':')) {
        Node *value = node_new(p, NODE_ARG);
        if (!join(p, value, parse_expr(p)) || !join(p, n, value))
            return NULL;
    }
    return need_sign(p, ')') ? node_end(p, n) : NULL;
}

/* ---- primaries ---- */

static Node *parse_if(Parser *p)
{
    Node *n = node_new(p, NODE_IF);
    (void)take_word(p, WORD_IF);
    if (!join(p, n, parse_expr(p)) || !need_word(p, WORD_THEN) || !join(p, n, parse_expr(p)) ||
        !need_word(p, WORD_ELSE) || !join(p, n, parse_expr(p)))
        return NULL;
    return node_end(p, n);
}

/* is STATE, was STATE, with its own [now]. */
static Node *parse_state_is(Parser *p)
{
    Node *n = node_new(p, NODE_STATE_IS);
    n->word = look(p)->word;
    (void)take_word(p, n->word);
    Node *name = parse_name(p);
    if (!name)
        return NULL;
    n->token = name->token;
    if (at_sign(p, '[')) {
        Node *shift = parse_shift(p, node_new(p, NODE_BAD));
        return shift ? node_end(p, join(p, n, shift)) : NULL;
    }
    return node_end(p, n);
}

static Node *parse_group(Parser *p)
{
    int32_t first = p->at++;
    Node *n = parse_expr(p);
    if (!n || !need_sign(p, ')'))
        return NULL;
    n->first = first;
    return node_end(p, n);
}

static Node *parse_ref(Parser *p)
{
    Token *t = look(p);
    bool called = look_next(p, 1)->kind == TOKEN_SIGN && look_next(p, 1)->sign == '(';
    const FunctionRow *function = called ? function_of(t->value) : NULL;
    if (function && function->aggregate)
        return parse_aggregate(p);
    Node *n = parse_name(p);
    if (!n)
        return NULL;
    n->kind = NODE_REF;
    if (t->word == WORD_THIS || t->word == WORD_END || t->word == WORD_START ||
        t->word == WORD_ENTERED || (t->word == WORD_UNIT && at_sign(p, '.')))
        t->role = ROLE_WORD;
    if (at_sign(p, SIGN2(':', ':'))) {
        p->at++;
        Node *inner = parse_name(p);
        if (!inner)
            return NULL;
        inner->kind = NODE_REF;
        inner->first = n->first;
        n->kind = NODE_NAME;
        n = node_end(p, node_add(inner, n));
        called = at_sign(p, '(');
    }
    if (!called)
        return n;
    if (function)
        t->role = ROLE_FUNCTION;
    return parse_args(p, n);
}

static Node *parse_primary(Parser *p)
{
    const Token *t = look(p);
    switch (t->kind) {
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_DATE:
    case TOKEN_PERIOD:
    case TOKEN_MONTHDAY:
    case TOKEN_TIME: return parse_literal_token(p, NODE_LITERAL);
    case TOKEN_SIGN:
        if (t->sign == '(')
            return parse_group(p);
        break;
    case TOKEN_NAME:
        if (t->word == WORD_TRUE || t->word == WORD_FALSE) {
            look(p)->role = ROLE_WORD;
            return parse_literal_token(p, NODE_LITERAL);
        }
        if (t->word == WORD_IF)
            return parse_if(p);
        if (t->word == WORD_IS || t->word == WORD_WAS)
            return parse_state_is(p);
        if (word_row(t->word)->where != PLACE_RESERVED || t->word == WORD_NONE)
            return parse_ref(p);
        break;
    case TOKEN_END:
    case TOKEN_NEWLINE:
    case TOKEN_BAD: break;
    }
    syntax_expected(p, "lang.want_expr");
    return NULL;
}

static Node *parse_at(Parser *p, Node *base)
{
    p->at++;
    Node *n = node_new(p, NODE_AT);
    n->first = base->first;
    if (look(p)->kind == TOKEN_STRING)
        p->at++;
    else if (!parse_name(p))
        return NULL;
    return join(p, n, base) ? node_end(p, n) : NULL;
}

static Node *parse_dot(Parser *p, Node *base)
{
    p->at++;
    Node *n;
    if (at_word(p, WORD_IS) || at_word(p, WORD_WAS)) {
        n = parse_state_is(p);
    } else {
        n = node_new(p, NODE_DOT);
        if (!parse_name(p))
            return NULL;
    }
    if (!n)
        return NULL;
    n->first = base->first;
    if (!join(p, n, base))
        return NULL;
    if (n->kind == NODE_DOT && at_sign(p, '(')) {
        Node *args = node_new(p, NODE_REF);
        return parse_args(p, args) && join(p, n, args) ? node_end(p, n) : NULL;
    }
    return node_end(p, n);
}

static Node *parse_unary(Parser *p)
{
    if (!deeper(p))
        return NULL;
    Node *n;
    if (at_sign(p, '-')) {
        n = node_new(p, NODE_UNARY);
        n->sign = '-';
        p->at++;
        Node *kid = parse_unary(p);
        n = kid && join(p, n, kid) ? node_end(p, n) : NULL;
    } else {
        n = parse_primary(p);
        while (n && (at_sign(p, '[') || at_sign(p, '@') || at_sign(p, '.')))
            n = at_sign(p, '[')   ? parse_shift(p, n)
                : at_sign(p, '@') ? parse_at(p, n)
                                  : parse_dot(p, n);
    }
    p->depth--;
    return n;
}
