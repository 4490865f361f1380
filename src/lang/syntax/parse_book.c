/* Types, fields, who, books and figures. */
#include "lang/lang_int.h"

static bool is_type_word(Word word)
{
    return word != WORD_NONE && word_row(word)->where == PLACE_TYPES;
}

static Node *parse_count(Parser *p)
{
    const Token *t = look(p);
    if (t->kind == TOKEN_NUMBER && !t->scale && !t->suffix)
        return parse_literal_token(p, NODE_NUMBER);
    syntax_expected(p, "lang.want_number");
    return NULL;
}

/* (n) behind text and decimal */
static void parse_size(Parser *p, Node *type)
{
    if (need_sign(p, '('))
        node_add(type, parse_count(p));
    if (!p->panic)
        need_sign(p, ')');
}

/* choice(a "甲", b "乙") */
static void parse_choice(Parser *p, Node *type)
{
    if (!need_sign(p, '('))
        return;
    do {
        Node *item = parse_name(p);
        if (!item)
            return;
        item->kind = NODE_ITEM;
        if (look(p)->kind == TOKEN_STRING)
            node_add(item, parse_title(p, NODE_TITLE));
        node_add(type, item);
    } while (take_sign(p, ','));
    need_sign(p, ')');
}

static void parse_bounds(Parser *p, Node *type)
{
    if (look(p)->kind != TOKEN_NUMBER)
        return;
    node_add(type, parse_count(p));
    if (!p->panic && need_sign(p, SIGN2('.', '.')))
        node_add(type, parse_count(p));
}

Node *parse_type(Parser *p)
{
    Node *n = node_new(p, NODE_TYPE);
    const Token *t = look(p);
    if (t->kind != TOKEN_NAME || (t->word && word_row(t->word)->where == PLACE_RESERVED)) {
        syntax_expected(p, "lang.want_type");
        return NULL;
    }
    if (!is_type_word(t->word))
        return node_end(p, node_add(n, parse_path(p)));
    n->word = t->word;
    look(p)->role = ROLE_WORD;
    p->at++;
    if (n->word == WORD_TEXT || n->word == WORD_DECIMAL)
        parse_size(p, n);
    else if (n->word == WORD_INT)
        parse_bounds(p, n);
    else if (n->word == WORD_MONEY && at_word(p, WORD_PER))
        (void)(take_word(p, WORD_PER) && need_word(p, WORD_AREA) && (n->sign = '/'));
    else if (n->word == WORD_CHOICE)
        parse_choice(p, n);
    else if (n->word == WORD_UNIT)
        parse_names(p, n, '|');
    else if (n->word == WORD_MANY || n->word == WORD_RECORD || n->word == WORD_HOLDER)
        parse_names(p, n, 0);
    return p->panic ? NULL : node_end(p, n);
}

/* (a type, b type): the kids are `kind` nodes named a, b with a TYPE. */
Node *parse_parameters(Parser *p, NodeKind kind)
{
    Node *all = node_new(p, NODE_CLAUSE);
    if (!need_sign(p, '('))
        return NULL;
    do {
        Node *n = parse_name(p);
        if (!n)
            return NULL;
        n->kind = kind;
        node_add(n, parse_type(p));
        if (p->panic)
            return NULL;
        node_add(all, node_end(p, n));
    } while (take_sign(p, ','));
    return need_sign(p, ')') ? node_end(p, all) : NULL;
}

/* ---- fields ---- */

/* private("purpose", keep 2y after ends) */
static Node *parse_private(Parser *p)
{
    Node *n = parse_clause_word(p);
    if (!at_sign(p, '('))
        return n; /* the resolver says which rule asks for purpose and keep */
    p->at++;
    if (look(p)->kind == TOKEN_STRING)
        node_add(n, parse_title(p, NODE_TEXT));
    (void)take_sign(p, ',');
    if (at_word(p, WORD_KEEP)) {
        Node *keep = parse_clause_word(p);
        if (look(p)->kind != TOKEN_NUMBER)
            syntax_expected(p, "lang.want_duration");
        else
            node_add(keep, parse_literal_token(p, NODE_NUMBER));
        if (!p->panic && need_word(p, WORD_AFTER))
            node_add(keep, parse_moment_path(p));
        node_add(n, keep);
    }
    if (!p->panic)
        need_sign(p, ')');
    return node_end(p, n);
}

static Node *parse_mod(Parser *p)
{
    Node *n;
    switch ((int)look(p)->word) {
    case WORD_OPTIONAL:
    case WORD_STOCK:
    case WORD_CHANGES:
    case WORD_SPENT:
    case WORD_MODERATED: return parse_clause_word(p);
    case WORD_MIN:
    case WORD_MAX:
    case WORD_DEFAULT: n = parse_clause_word(p); return node_end(p, node_add(n, parse_sum(p)));
    case WORD_UNIQUE:
        n = parse_clause_word(p);
        if (at_word(p, WORD_IN) && take_word(p, WORD_IN))
            node_add(n, parse_name(p));
        return n;
    case WORD_MADE:
    case WORD_AGAIN: n = parse_clause_word(p); return node_add(n, parse_title(p, NODE_TEXT));
    case WORD_AT:
        n = parse_clause_word(p);
        if (!need_word(p, WORD_MOST))
            return NULL;
        return node_add(n, parse_count(p));
    case WORD_REQUIRED:
        n = parse_clause_word(p);
        if (!need_word(p, WORD_WHEN))
            return NULL;
        return node_end(p, node_add(n, parse_expr(p)));
    case WORD_PUBLIC:
        n = parse_clause_word(p);
        if (at_word(p, WORD_COARSE) && take_word(p, WORD_COARSE))
            node_add(n, parse_count(p));
        return n;
    case WORD_PRIVATE: return parse_private(p);
    case WORD_WAS: n = parse_clause_word(p); return node_add(n, parse_name(p));
    case WORD_SINCE:
    case WORD_UNTIL: n = parse_clause_word(p); return node_add(n, parse_count(p));
    default: return NULL;
    }
}

/* NAME TYPE "title" [= expr] { mod } */
Node *parse_field(Parser *p)
{
    Node *n = parse_name(p);
    if (!n)
        return NULL;
    n->kind = NODE_FIELD;
    node_add(n, parse_type(p));
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic && at_sign(p, '=')) {
        Node *computed = node_new(p, NODE_CLAUSE);
        p->at++;
        node_add(n, node_add(computed, parse_expr(p)));
    }
    while (!p->panic && look(p)->kind == TOKEN_NAME) {
        int32_t before = p->at;
        node_add(n, parse_mod(p));
        if (p->at == before)
            break;
    }
    if (!p->panic && look(p)->kind == TOKEN_NAME)
        syntax_expected(p, "lang.want_mod");
    return node_end(p, n);
}

/* ---- who ---- */

static Node *parse_who1(Parser *p)
{
    static const Word words[] = { WORD_ANYONE,   WORD_AUTHOR, WORD_HOLDER, WORD_REPORTER,
                                  WORD_RESIDENT, WORD_OWNER,  WORD_SYSTEM };
    Node *n = node_new(p, NODE_REF);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (at_word(p, words[i]))
            look(p)->role = ROLE_WORD;
    do {
        if (n->kid && at_word(p, WORD_HOLDER))
            look(p)->role = ROLE_WORD; /* PARENT.holder */
        node_add(n, parse_name(p));
        if (!p->panic && take_sign(p, '[')) {
            do
                (void)parse_expr(p);
            while (!p->panic && take_sign(p, ','));
            need_sign(p, ']');
        }
    } while (!p->panic && take_sign(p, '.'));
    if (!p->panic && at_word(p, WORD_AT) && look_next(p, 1)->kind == TOKEN_NAME &&
        look_next(p, 1)->word != WORD_MOST) {
        Node *at = parse_clause_word(p);
        if (at_word(p, WORD_OWNER) || at_word(p, WORD_HOLDER))
            look(p)->role = ROLE_WORD;
        node_add(at, parse_path(p));
        node_add(n, at);
    }
    return node_end(p, n);
}

/* author, S.actor */
static Node *parse_exception(Parser *p)
{
    if (at_word(p, WORD_AUTHOR))
        look(p)->role = ROLE_WORD;
    Node *n = parse_path(p);
    Token *last = &p->file->tokens[p->at - 1];
    if (n && n->kid->next && last->word == WORD_ACTOR)
        last->role = ROLE_WORD;
    return n;
}

/* A | B at K | L … except x, y. Alternatives stay flat: whether a name after | is a kind of the
 * `at` before it is decided when kinds are known. */
Node *parse_who(Parser *p)
{
    Node *n = node_new(p, NODE_WHO);
    do
        node_add(n, parse_who1(p));
    while (!p->panic && take_sign(p, '|'));
    while (!p->panic && at_word(p, WORD_EXCEPT)) {
        Node *except = parse_clause_word(p);
        do
            node_add(except, parse_exception(p));
        while (!p->panic && take_sign(p, ','));
        node_add(n, except);
    }
    return p->panic ? NULL : node_end(p, n);
}

/* ---- books ---- */

/* due 5wd after end · due 2022-01-31 · due 01-31 · due 18:00 on day */
static Node *parse_due(Parser *p)
{
    Node *n = parse_clause_word(p);
    const Token *t = look(p);
    bool date = t->kind == TOKEN_DATE || t->kind == TOKEN_MONTHDAY || t->kind == TOKEN_TIME;
    if (!date && t->kind != TOKEN_NUMBER) {
        syntax_expected(p, "lang.want_due");
        return NULL;
    }
    node_add(n, parse_literal_token(p, NODE_NUMBER));
    if (!date && need_word(p, WORD_AFTER)) {
        if (at_word(p, WORD_END))
            look(p)->role = ROLE_WORD;
        node_add(n, parse_name(p));
    }
    if (date && take_word(p, WORD_ON)) {
        if (at_word(p, WORD_DAY))
            look(p)->role = ROLE_WORD;
        node_add(n, parse_path(p));
    }
    return node_end(p, n);
}

static Node *parse_access(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_who(p));
    if (!p->panic && take_sign(p, ':'))
        parse_names(p, n, ',');
    return node_end(p, n);
}

static Node *parse_attach(Parser *p)
{
    Node *n = parse_clause_word(p);
    Node *name = parse_name(p);
    node_add(n, name);
    if (name && at_sign(p, '(')) {
        p->at++;
        while (!p->panic && !at_sign(p, ')')) {
            Node *arg = node_new(p, NODE_ARG);
            node_add(n, node_add(arg, parse_expr(p)));
            if (!take_sign(p, ','))
                break;
        }
        need_sign(p, ')');
    }
    return node_end(p, n);
}

/* A clause word may be the name of a field: the second and third token decide. */
static bool is_field(const Parser *p)
{
    const Token *second = look_next(p, 1);
    const Token *third = look_next(p, 2);
    if (second->kind != TOKEN_NAME)
        return false;
    if (third->kind == TOKEN_STRING)
        return is_type_word(second->word) ||
               (look(p)->word != WORD_CHECK && look(p)->word != WORD_WARN);
    bool open = third->kind == TOKEN_SIGN && third->sign == '(';
    if (second->word == WORD_TEXT || second->word == WORD_DECIMAL || second->word == WORD_CHOICE)
        return open;
    if (second->word == WORD_INT)
        return third->kind == TOKEN_NUMBER;
    if (second->word == WORD_MANY || second->word == WORD_UNIT || second->word == WORD_RECORD)
        return third->kind == TOKEN_NAME;
    return second->word == WORD_MONEY && third->word == WORD_PER;
}

static Node *parse_book_line(Parser *p)
{
    Node *n;
    const Token *t = look(p);
    if (t->kind != TOKEN_NAME || is_field(p))
        return parse_field(p);
    switch ((int)t->word) {
    case WORD_CHECK:
    case WORD_WARN:
        n = parse_clause_word(p);
        node_add(n, parse_expr(p));
        return node_end(p, node_add(n, p->panic ? NULL : parse_title(p, NODE_TEXT)));
    case WORD_DUE: return parse_due(p);
    case WORD_MINUTES: n = parse_clause_word(p); return node_add(n, parse_count(p));
    case WORD_READ:
    case WORD_WRITE: return parse_access(p);
    case WORD_PUBLIC:
    case WORD_KEY: n = parse_clause_word(p); return node_end(p, parse_names(p, n, ','));
    case WORD_FLOW: return parse_attach(p);
    default: return parse_field(p);
    }
}

Node *parse_every(Parser *p)
{
    Node *n = parse_clause_word(p);
    Word word = look(p)->word;
    if (word == WORD_DAY || word == WORD_WEEK || word == WORD_MONTH || word == WORD_QUARTER ||
        word == WORD_HALF || word == WORD_YEAR)
        look(p)->role = ROLE_WORD;
    Node *name = parse_name(p);
    if (name)
        name->word = word;
    return node_add(n, name);
}

/* where, every, dated, lives, nil, anonymous, least: in any order. */
static Node *parse_book_part(Parser *p)
{
    Node *n;
    switch ((int)look(p)->word) {
    case WORD_WHERE: n = parse_clause_word(p); return node_end(p, node_add(n, parse_expr(p)));
    case WORD_EVERY: return parse_every(p);
    case WORD_DATED:
        n = parse_clause_word(p);
        return node_end(p, node_add(n, parse_moment_path(p)));
    case WORD_LIVES:
        n = parse_clause_word(p);
        node_add(n, parse_path(p));
        if (!p->panic && need_word(p, WORD_TO))
            node_add(n, parse_path(p));
        return node_end(p, n);
    case WORD_NIL:
        n = parse_clause_word(p);
        if (at_word(p, WORD_EVERY))
            return node_add(n, parse_every(p));
        (void)need_word(p, WORD_EVERY);
        return NULL;
    case WORD_ANONYMOUS: return parse_clause_word(p);
    case WORD_LEAST: n = parse_clause_word(p); return node_add(n, parse_count(p));
    default: syntax_expected(p, "lang.want_book_part"); return NULL;
    }
}

Node *parse_book(Parser *p)
{
    Node *n = parse_named(p, NODE_BOOK);
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic) {
        Word word = look(p)->word;
        if (word == WORD_PER || word == WORD_OF || word == WORD_UNDER)
            node_add(n, parse_names(p, parse_clause_word(p),
                                    word == WORD_PER  ? ','
                                    : word == WORD_OF ? '|'
                                                      : 0));
        else
            syntax_expected(p, "lang.want_form");
    }
    while (!p->panic && !at_sign(p, '{'))
        node_add(n, parse_book_part(p));
    if (!p->panic)
        parse_block(p, n, parse_book_line);
    return n;
}

/* ---- figures ---- */

/* as 万元(2), as percent(1, trim), as 元(0, down) */
static Node *parse_as(Parser *p)
{
    Node *n = parse_clause_word(p);
    if (at_word(p, WORD_PERCENT))
        look(p)->role = ROLE_WORD;
    node_add(n, parse_name(p));
    if (p->panic || !take_sign(p, '('))
        return n;
    node_add(n, parse_count(p));
    while (!p->panic && take_sign(p, ',')) {
        look(p)->role = ROLE_WORD;
        Word word = look(p)->word;
        if (word == WORD_DOWN || word == WORD_UP || word == WORD_TRIM)
            node_add(n, parse_clause_word(p));
        else
            syntax_expected(p, "lang.want_rounding");
    }
    if (!p->panic)
        need_sign(p, ')');
    return node_end(p, n);
}

static Node *parse_figure_part(Parser *p)
{
    Node *n;
    switch ((int)look(p)->word) {
    case WORD_AS: return parse_as(p);
    case WORD_SAME: n = parse_clause_word(p); return node_add(n, parse_name(p));
    case WORD_LEAST: n = parse_clause_word(p); return node_add(n, parse_count(p));
    case WORD_PUBLIC: return parse_clause_word(p);
    case WORD_NEEDS:
        n = parse_clause_word(p);
        if (at_word(p, WORD_COVERAGE) && look_next(p, 1)->kind == TOKEN_NUMBER)
            node_add(n, parse_clause_word(p));
        return node_end(p, node_add(n, parse_expr(p)));
    default: syntax_expected(p, "lang.want_figure_part"); return NULL;
    }
}

Node *parse_figure(Parser *p)
{
    Node *n = parse_named(p, NODE_FIGURE);
    if (!p->panic && at_sign(p, '('))
        node_add(n, parse_parameters(p, NODE_PARAMETER));
    if (!p->panic && at_word(p, WORD_OF))
        node_add(n, parse_names(p, parse_clause_word(p), '|'));
    if (!p->panic && at_word(p, WORD_EVERY))
        node_add(n, parse_every(p));
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic && need_sign(p, '=')) {
        Node *value = node_new(p, NODE_ARG);
        node_add(n, node_add(value, parse_expr(p)));
    }
    while (!p->panic && look(p)->kind == TOKEN_NAME)
        node_add(n, parse_figure_part(p));
    return n;
}
