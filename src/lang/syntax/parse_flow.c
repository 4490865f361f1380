/* Flows, calendars and boards. Standards, ledgers, posts, bulletins and overlays come with a later
 * version: one clear problem each, and their names are known so that nothing else is complained
 * about. */
#include "lang/lang_int.h"

static Node *parse_duration(Parser *p)
{
    if (look(p)->kind == TOKEN_NUMBER)
        return parse_literal_token(p, NODE_NUMBER);
    return parse_path(p);
}

static Node *parse_ids(Parser *p, Node *parent)
{
    do
        node_add(parent, parse_path(p));
    while (!p->panic && take_sign(p, ','));
    return parent;
}

/* late 1wd: tell holder, desk at county · late 3wd: do raise */
static Node *parse_late(Parser *p)
{
    if (!at_word(p, WORD_LATE)) {
        (void)need_word(p, WORD_LATE);
        return NULL;
    }
    Node *n = parse_clause_word(p);
    node_add(n, parse_duration(p));
    if (p->panic || !need_sign(p, ':'))
        return n;
    if (take_word(p, WORD_DO))
        return node_end(p, node_add(n, parse_name(p)));
    if (!need_word(p, WORD_TELL))
        return n;
    do
        node_add(n, parse_who(p));
    while (!p->panic && take_sign(p, ','));
    return node_end(p, n);
}

/* WORD ids, as a clause of its own; false = complained. */
static bool parse_states_clause(Parser *p, Node *n, Word word)
{
    if (!at_word(p, word))
        return need_word(p, word);
    Node *clause = parse_clause_word(p);
    if (word == WORD_FROM)
        node_add(clause, parse_moment_path(p));
    else
        parse_ids(p, clause);
    node_add(n, node_end(p, clause));
    return !p->panic;
}

/* clock NAME "title" from S[.first] until S, … limit EXPR [stops S, …] { late … } */
static Node *parse_clock(Parser *p)
{
    Node *n = parse_clause_word(p);
    Node *name = parse_name(p);
    if (!name)
        return n;
    n->token = name->token;
    node_add(n, parse_title(p, NODE_TITLE));
    if (p->panic || !parse_states_clause(p, n, WORD_FROM) || !parse_states_clause(p, n, WORD_UNTIL))
        return n;
    if (!at_word(p, WORD_LIMIT)) {
        (void)need_word(p, WORD_LIMIT);
        return n;
    }
    Node *limit = parse_clause_word(p);
    node_add(n, node_end(p, node_add(limit, parse_expr(p))));
    if (!p->panic && at_word(p, WORD_STOPS))
        (void)parse_states_clause(p, n, WORD_STOPS);
    if (!p->panic && at_sign(p, '{'))
        parse_block(p, n, parse_late);
    return node_end(p, n);
}

static Node *parse_state(Parser *p)
{
    (void)take_word(p, WORD_STATE);
    Node *n = parse_name(p);
    if (!n)
        return NULL;
    n->kind = NODE_STATE;
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && at_word(p, WORD_FINAL))
        node_add(n, parse_clause_word(p));
    return node_end(p, n);
}

static Node *parse_move_part(Parser *p)
{
    Node *n = parse_clause_word(p);
    switch ((int)n->word) {
    case WORD_TO:
        if (at_word(p, WORD_OWNER) || at_word(p, WORD_UP) || at_word(p, WORD_BACK))
            look(p)->role = ROLE_WORD;
        return node_end(p, node_add(n, parse_path(p)));
    case WORD_WHEN:
        node_add(n, parse_expr(p));
        if (!p->panic && take_word(p, WORD_SAYS))
            node_add(n, parse_title(p, NODE_TEXT));
        return node_end(p, n);
    case WORD_WITHIN:
    case WORD_FOR:
    case WORD_AFTER: return node_end(p, node_add(n, parse_duration(p)));
    case WORD_NEEDS: return node_end(p, parse_ids(p, n));
    case WORD_KEEPS: return node_end(p, parse_names(p, n, ','));
    case WORD_DO: return node_end(p, node_add(n, parse_name(p)));
    case WORD_EXTENDS:
        node_add(n, parse_name(p));
        return node_end(p, node_add(n, p->panic ? NULL : parse_duration(p)));
    case WORD_AT:
        (void)need_word(p, WORD_MOST);
        return node_end(p, node_add(n, p->panic ? NULL : parse_duration(p)));
    default: return n;
    }
}

static bool is_move_part(Word word)
{
    static const Word parts[] = { WORD_TO,      WORD_WHEN,  WORD_WITHIN, WORD_FOR,
                                  WORD_AFTER,   WORD_NEEDS, WORD_KEEPS,  WORD_DO,
                                  WORD_EXTENDS, WORD_AT,    WORD_PUBLIC };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (word == parts[i])
            return true;
    return false;
}

/* [name:] new | a, b -> c "title" by who { part } [ { fields } ] */
static Node *parse_move(Parser *p)
{
    Node *n = node_new(p, NODE_MOVE);
    if (look(p)->kind == TOKEN_NAME && look_next(p, 1)->kind == TOKEN_SIGN &&
        look_next(p, 1)->sign == ':') {
        Node *name = parse_name(p);
        n->word = WORD_DO; /* a named move: its first kid is the name */
        node_add(n, name);
        p->at++;
    }
    Node *from = node_new(p, NODE_CLAUSE);
    if (!take_word(p, WORD_NEW))
        parse_ids(p, from);
    node_add(n, node_end(p, from));
    if (p->panic || !need_sign(p, SIGN2('-', '>')))
        return n;
    Node *to = parse_name(p);
    if (!to)
        return n;
    n->token = to->token;
    node_add(n, to);
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && need_word(p, WORD_BY))
        node_add(n, parse_who(p));
    while (!p->panic && look(p)->kind == TOKEN_NAME && is_move_part(look(p)->word))
        node_add(n, parse_move_part(p));
    if (!p->panic && at_sign(p, '{')) {
        Node *fields = node_new(p, NODE_CLAUSE);
        fields->token = n->token;
        parse_block(p, fields, parse_field);
        node_add(n, node_end(p, fields));
    }
    return node_end(p, n);
}

static Node *parse_flow_line(Parser *p)
{
    bool named = look_next(p, 1)->kind == TOKEN_NAME;
    if (at_word(p, WORD_STATE) && named)
        return parse_state(p);
    if (at_word(p, WORD_CLOCK) && named)
        return parse_clock(p);
    return parse_move(p);
}

Node *parse_flow(Parser *p)
{
    Node *n = parse_named(p, NODE_FLOW);
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic && at_sign(p, '('))
        node_add(n, parse_parameters(p, NODE_PARAMETER));
    if (!p->panic)
        parse_block(p, n, parse_flow_line);
    return n;
}

/* ---- calendars ---- */

/* hours 08:30 to 12:00, 13:00 to 17:00 */
static Node *parse_hours(Parser *p)
{
    Node *n = parse_clause_word(p);
    do {
        for (int i = 0; i < 2 && !p->panic; i++) {
            if (i && !need_word(p, WORD_TO))
                break;
            if (look(p)->kind == TOKEN_TIME)
                node_add(n, parse_literal_token(p, NODE_NUMBER));
            else
                syntax_expected(p, "lang.want_time");
        }
    } while (!p->panic && take_sign(p, ','));
    return node_end(p, n);
}

static Node *parse_calendar_line(Parser *p)
{
    if (at_word(p, WORD_HOURS))
        return parse_hours(p);
    if (!at_word(p, WORD_REST)) {
        syntax_expected(p, "lang.want_calendar");
        return NULL;
    }
    Node *n = parse_clause_word(p);
    if (at_word(p, WORD_STATE) || at_word(p, WORD_WEEKEND) || at_word(p, WORD_NONE_))
        return node_end(p, node_add(n, parse_clause_word(p)));
    syntax_expected(p, "lang.want_rest");
    return n;
}

/* calendar NAME "title" { hours …; rest state | weekend | none } */
Node *parse_calendar(Parser *p)
{
    Node *n = parse_named(p, NODE_CALENDAR);
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic)
        parse_block(p, n, parse_calendar_line);
    return n;
}

/* ---- boards ---- */

static Node *parse_board_line(Parser *p)
{
    Node *n;
    switch ((int)look(p)->word) {
    case WORD_RANK:
        n = parse_clause_word(p);
        node_add(n, parse_expr(p));
        (void)(!p->panic && take_word(p, WORD_DESC));
        if (!p->panic && take_word(p, WORD_TIES))
            (void)need_word(p, WORD_SHARED);
        if (!p->panic && take_word(p, WORD_WITHIN))
            node_add(n, parse_name(p));
        return node_end(p, n);
    case WORD_SHOW:
        n = parse_clause_word(p);
        do
            node_add(n, parse_expr(p));
        while (!p->panic && take_sign(p, ','));
        return node_end(p, n);
    case WORD_NEEDS:
        n = parse_clause_word(p);
        if (at_word(p, WORD_COVERAGE) && look_next(p, 1)->kind == TOKEN_NUMBER)
            node_add(n, parse_clause_word(p));
        return node_end(p, node_add(n, parse_expr(p)));
    case WORD_PUBLISH:
        n = parse_clause_word(p);
        if (need_word(p, WORD_BY))
            node_add(n, parse_who(p));
        if (!p->panic && look(p)->kind == TOKEN_TIME) {
            node_add(n, parse_literal_token(p, NODE_NUMBER));
            if (take_word(p, WORD_ON))
                node_add(n, parse_path(p));
        }
        return node_end(p, n);
    default: syntax_expected(p, "lang.want_board"); return NULL;
    }
}

Node *parse_board(Parser *p)
{
    Node *n = parse_named(p, NODE_BOARD);
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic && at_word(p, WORD_OF))
        node_add(n, parse_names(p, parse_clause_word(p), '|'));
    if (!p->panic && at_word(p, WORD_EVERY))
        node_add(n, parse_every(p));
    if (!p->panic)
        parse_block(p, n, parse_board_line);
    return n;
}

/* ---- what comes later ---- */

/* To the end of the statement, blocks included, in silence. */
Node *parse_later(Parser *p)
{
    const Token *head = look(p);
    Node *n = node_new(p, NODE_LATER);
    look(p)->role = ROLE_WORD;
    p->at++;
    if (look(p)->kind == TOKEN_NAME && head->word != WORD_POST) {
        n->token = p->at;
        p->at++;
    }
    n->broken = true;
    n->word = head->word;
    complain(p->c, p->file, head->place, NULL, "lang.later word=%.*s", STR_ARG(head->raw));
    skip_statement(p);
    if (p->file->tokens[p->at - 1].kind == TOKEN_NEWLINE)
        p->at--; /* the file's loop takes it */
    return n;
}
