/* test "title" { step; … }: each step is a NODE_STEP with the word of its verb. */
#include "lang/lang_int.h"

static Node *parse_step(Parser *p);

static bool is_sign_of(const Token *t, int sign)
{
    return t->kind == TOKEN_SIGN && t->sign == sign;
}

/* A unit's or record's name in a test: a name, or a code in quotes. */
static Node *parse_local(Parser *p)
{
    if (look(p)->kind == TOKEN_STRING)
        return parse_literal_token(p, NODE_TEXT);
    return parse_name(p);
}

/* V1, V2 or V1..V9 */
static Node *parse_locals(Parser *p, Node *parent)
{
    do {
        Node *n = parse_local(p);
        if (n && take_sign(p, SIGN2('.', '.')))
            node_add(n, parse_name(p));
        node_add(parent, n);
    } while (!p->panic && take_sign(p, ','));
    return parent;
}

static Node *parse_day(Parser *p)
{
    if (look(p)->kind == TOKEN_DATE)
        return parse_literal_token(p, NODE_NUMBER);
    syntax_expected(p, "lang.want_date");
    return NULL;
}

static void parse_on(Parser *p, Node *n)
{
    if (p->panic || !at_word(p, WORD_ON))
        return;
    Node *on = parse_clause_word(p);
    node_add(n, node_add(on, parse_day(p)));
}

/* FIELD value: all up to ; or } belongs to the value, as a clerk would type it. */
static Node *parse_value(Parser *p)
{
    Node *n = parse_name(p);
    if (!n)
        return NULL;
    n->kind = NODE_VALUE;
    Node *value = node_new(p, NODE_TEXT);
    while (look(p)->kind != TOKEN_NEWLINE && look(p)->kind != TOKEN_END && !at_sign(p, '}') &&
           !at_sign(p, '{')) {
        look(p)->role = ROLE_RAW;
        p->at++;
    }
    if (p->at == value->first)
        syntax_expected(p, "lang.want_value");
    return node_end(p, node_add(n, node_end(p, value)));
}

static void parse_values(Parser *p, Node *n)
{
    if (p->panic || !at_sign(p, '{'))
        return;
    Node *values = node_new(p, NODE_CLAUSE);
    values->token = n->token;
    parse_block(p, values, parse_value);
    node_add(n, node_end(p, values));
}

/* BOOK UNIT { key } [period] [each month | each LIST] */
static void parse_cell(Parser *p, Node *n)
{
    node_add(n, parse_path(p));
    node_add(n, p->panic ? NULL : parse_local(p));
    while (!p->panic) {
        const Token *t = look(p);
        if (at_word(p, WORD_EACH)) {
            Node *each = parse_clause_word(p);
            if (look(p)->kind == TOKEN_NAME)
                look(p)->role = ROLE_PERIOD;
            node_add(n, node_add(each, parse_name(p)));
        } else if (t->kind == TOKEN_NUMBER || t->kind == TOKEN_PERIOD || t->kind == TOKEN_DATE) {
            node_add(n, parse_literal_token(p, NODE_NUMBER));
        } else if (t->kind == TOKEN_NAME && t->word != WORD_BECAUSE) {
            node_add(n, parse_name(p));
        } else {
            break;
        }
    }
}

static Node *parse_file_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    parse_cell(p, n);
    parse_values(p, n);
    return n;
}

/* confirm file …, return file …, void file …, void NAME */
static Node *parse_on_file(Parser *p)
{
    Node *n = parse_clause_word(p);
    if (n->word == WORD_VOID && !at_word(p, WORD_FILE))
        return node_add(n, parse_local(p));
    if (!need_word(p, WORD_FILE))
        return n;
    node_add(n, node_end(p, node_new(p, NODE_CLAUSE))); /* mark: a return */
    parse_cell(p, n);
    return n;
}

/* V desk · reporter · system */
static void parse_by(Parser *p, Node *n)
{
    if (p->panic || !at_word(p, WORD_BY))
        return;
    Node *by = parse_clause_word(p);
    const Token *t = look(p);
    bool word = t->word == WORD_REPORTER || t->word == WORD_SYSTEM || t->word == WORD_RESIDENT;
    if (t->kind == TOKEN_STRING)
        node_add(by, parse_literal_token(p, NODE_TEXT));
    else if (word)
        node_add(by, parse_clause_word(p));
    else
        syntax_expected(p, "lang.want_by");
    node_add(n, node_end(p, by));
}

static Node *parse_add_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_path(p));
    node_add(n, p->panic ? NULL : parse_name(p));
    node_add(n, p->panic ? NULL : parse_local(p));
    const Token *t = look(p);
    if (!p->panic && (t->kind == TOKEN_NUMBER || t->kind == TOKEN_PERIOD || t->kind == TOKEN_DATE))
        node_add(n, parse_literal_token(p, NODE_NUMBER));
    else if (!p->panic && t->kind == TOKEN_NAME && t->word != WORD_BECAUSE && t->word != WORD_BY)
        node_add(n, parse_name(p));
    parse_by(p, n);
    parse_values(p, n);
    return n;
}

/* unit KIND V1, V2 in T [on DATE] { homes 40 } */
static Node *parse_unit_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_path(p));
    Node *names = node_new(p, NODE_CLAUSE);
    node_add(n, p->panic ? NULL : parse_locals(p, names));
    if (!p->panic && at_word(p, WORD_IN)) {
        Node *in = parse_clause_word(p);
        node_add(n, node_add(in, parse_local(p)));
    }
    parse_on(p, n);
    parse_values(p, n);
    return n;
}

/* move NAME STATE|MOVE [by …] { field value; … } */
static Node *parse_move_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_name(p));
    node_add(n, p->panic ? NULL : parse_name(p));
    parse_by(p, n);
    parse_values(p, n);
    return n;
}

static Node *parse_tick(Parser *p)
{
    return parse_clause_word(p);
}

/* Is it m1.state, m1.holder, m1.times(x), m1.accepted.first, m1.total.due and then `=`? */
static bool at_case(const Parser *p)
{
    static const Word parts[] = { WORD_FIRST, WORD_LAST, WORD_ACTOR, WORD_UNIT,
                                  WORD_DUE,   WORD_USED, WORD_LATE };
    const Token *t = look(p);
    if (t[0].kind != TOKEN_NAME || !is_sign_of(&t[1], '.') || t[2].kind != TOKEN_NAME)
        return false;
    if (t[2].word == WORD_STATE || t[2].word == WORD_HOLDER)
        return is_sign_of(&t[3], '=');
    if (is_sign_of(&t[3], '('))
        return str_is(t[2].value, "times") || str_is(t[2].value, "次数");
    bool part = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        part = part || (is_sign_of(&t[3], '.') && t[4].word == parts[i]);
    return part && is_sign_of(&t[5], '=');
}

/* expect m1.total.due = 2021-06-18 24:00: the record, what of it, and the value as written. */
static Node *parse_expect_case(Parser *p, Node *n)
{
    n->word = WORD_STATE;
    node_add(n, parse_name(p));
    (void)take_sign(p, '.');
    Node *path = parse_path(p);
    if (path && at_sign(p, '(')) {
        look(p)[-1].role = ROLE_FUNCTION;
        p->at++;
        node_add(path, parse_name(p));
        if (!p->panic)
            need_sign(p, ')');
        path->sign = '(';
    } else if (path) {
        look(p)[-1].role = ROLE_WORD;
    }
    node_add(n, path ? node_end(p, path) : NULL);
    if (p->panic || !need_sign(p, '='))
        return n;
    Node *value = node_new(p, NODE_TEXT);
    while (look(p)->kind != TOKEN_NEWLINE && look(p)->kind != TOKEN_END && !at_sign(p, '}'))
        p->at++;
    if (p->at == value->first)
        syntax_expected(p, "lang.want_value");
    return node_end(p, node_add(n, node_end(p, value)));
}

static Node *parse_expect(Parser *p)
{
    Node *n = parse_clause_word(p);
    if (at_case(p))
        return parse_expect_case(p, n);
    const Token *next = look_next(p, 1);
    bool plain = next->kind != TOKEN_NAME && next->kind != TOKEN_STRING;
    if (at_word(p, WORD_MISSING) && !plain) {
        n->word = WORD_MISSING;
        (void)take_word(p, WORD_MISSING);
        node_add(n, parse_sum(p));
        if (p->panic || !at_word(p, WORD_BECAUSE))
            return n;
        Node *because = parse_clause_word(p);
        return node_add(n, node_add(because, parse_name(p)));
    }
    if (at_word(p, WORD_COVERAGE) && !plain) {
        n->word = WORD_COVERAGE;
        (void)take_word(p, WORD_COVERAGE);
        node_add(n, parse_sum(p));
        if (!p->panic && need_sign(p, '=') && look(p)->kind == TOKEN_NUMBER)
            node_add(n, parse_literal_token(p, NODE_NUMBER));
        if (!p->panic && need_word(p, WORD_OF) && look(p)->kind == TOKEN_NUMBER)
            node_add(n, parse_literal_token(p, NODE_NUMBER));
        if (!p->panic && node_count(n) != 3)
            syntax_expected(p, "lang.want_number");
        return n;
    }
    return node_add(n, parse_expr(p));
}

static Node *parse_refuse(Parser *p)
{
    Node *n = parse_clause_word(p);
    Node *step = parse_step(p);
    node_add(n, step);
    if (p->panic)
        return n;
    if (!at_word(p, WORD_BECAUSE)) {
        (void)need_word(p, WORD_BECAUSE);
        return n;
    }
    Node *because = parse_clause_word(p);
    return node_end(p, node_add(n, node_add(because, parse_local(p))));
}

/* at 2021-06-07 [09:00] STEP */
static Node *parse_at_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_day(p));
    if (!p->panic && look(p)->kind == TOKEN_TIME)
        node_add(n, parse_literal_token(p, NODE_NUMBER));
    if (!p->panic)
        node_add(n, parse_step(p));
    return n;
}

/* split V into V1 3/5, V2 2/5 */
static void parse_shares(Parser *p, Node *n)
{
    Node *into = parse_clause_word(p);
    do {
        Node *name = parse_local(p);
        node_add(into, name);
        if (!name || p->panic || look(p)->kind != TOKEN_NUMBER)
            continue;
        node_add(name, parse_literal_token(p, NODE_NUMBER));
        if (need_sign(p, '/') && look(p)->kind == TOKEN_NUMBER)
            node_add(name, parse_literal_token(p, NODE_NUMBER));
    } while (!p->panic && take_sign(p, ','));
    node_add(n, into);
}

/* in P [by TREE] */
static void parse_put(Parser *p, Node *n)
{
    Node *in = parse_clause_word(p);
    node_add(n, node_add(in, parse_local(p)));
    if (p->panic || !at_word(p, WORD_BY))
        return;
    Node *by = parse_clause_word(p);
    node_add(n, node_add(by, parse_path(p)));
}

static Node *parse_unit_life(Parser *p)
{
    Node *n = parse_clause_word(p);
    Node *names = node_new(p, NODE_CLAUSE);
    node_add(n, parse_locals(p, names));
    if (p->panic)
        return n;
    switch ((int)n->word) {
    case WORD_MERGE:
    case WORD_SPLIT:
        if (!at_word(p, WORD_INTO))
            (void)need_word(p, WORD_INTO);
        else
            parse_shares(p, n);
        break;
    case WORD_RENAME:
    case WORD_RECODE: node_add(n, parse_title(p, NODE_TITLE)); break;
    case WORD_PUT:
        if (!at_word(p, WORD_IN)) {
            (void)need_word(p, WORD_IN);
            break;
        }
        parse_put(p, n);
        break;
    default: break;
    }
    parse_on(p, n);
    return n;
}

static Node *parse_clock_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    return node_add(n, parse_day(p));
}

static Node *parse_calendar_step(Parser *p)
{
    Node *n = parse_clause_word(p);
    return node_add(n, parse_path(p));
}

/* set PARAM value */
static Node *parse_set(Parser *p)
{
    Node *n = parse_clause_word(p);
    node_add(n, parse_path(p));
    return node_add(n, p->panic ? NULL : parse_sum(p));
}

static const struct {
    Word word;
    Node *(*parse)(Parser *p);
} steps[] = {
    { WORD_CLOCK, parse_clock_step },
    { WORD_AT, parse_at_step },
    { WORD_CALENDAR, parse_calendar_step },
    { WORD_UNIT, parse_unit_step },
    { WORD_SET, parse_set },
    { WORD_FILE, parse_file_step },
    { WORD_ADD, parse_add_step },
    { WORD_REFUSE, parse_refuse },
    { WORD_EXPECT, parse_expect },
    { WORD_CONFIRM, parse_on_file },
    { WORD_RETURN, parse_on_file },
    { WORD_VOID, parse_on_file },
    { WORD_MERGE, parse_unit_life },
    { WORD_SPLIT, parse_unit_life },
    { WORD_CLOSE, parse_unit_life },
    { WORD_RENAME, parse_unit_life },
    { WORD_RECODE, parse_unit_life },
    { WORD_PUT, parse_unit_life },
    { WORD_MOVE, parse_move_step },
    { WORD_TICK, parse_tick },
};

static Node *parse_step(Parser *p)
{
    if (p->depth > 3) {
        syntax(p, look(p), "lang.too_deep n=%d", 3);
        return NULL;
    }
    p->depth++;
    Node *n = NULL;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !n; i++)
        if (at_word(p, steps[i].word)) {
            n = steps[i].parse(p);
            n->kind = NODE_STEP;
            (void)node_end(p, n);
        }
    p->depth--;
    static const char *const later[] = { "rate" };
    for (size_t i = 0; i < sizeof later / sizeof *later && !n; i++)
        if (look(p)->kind == TOKEN_NAME && str_is(look(p)->value, later[i]))
            syntax(p, look(p), "lang.later word=%s", later[i]);
    if (!n)
        syntax_expected(p, "lang.want_step");
    return n;
}

Node *parse_test(Parser *p)
{
    Node *n = node_new(p, NODE_TEST);
    p->decl = n;
    look(p)->role = ROLE_WORD;
    p->at++;
    n->token = p->at;
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic)
        parse_block(p, n, parse_step);
    return n;
}
