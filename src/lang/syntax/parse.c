/* Parser tools and the file: one token of look-ahead, in three places two.
 *
 * At most one problem a statement is reported: the first complaint sets `panic`, which silences the
 * rest until the statement is skipped to its newline at the same depth of braces. */
#include <stdarg.h>

#include "lang/lang_int.h"

Place node_place(const Node *n)
{
    return node_token(n)->place;
}

Place node_span(const Node *n)
{
    Place place = n->file->tokens[n->first].place;
    Place last = n->file->tokens[n->last].place;
    if (last.line == place.line && last.column >= place.column)
        place.length = last.column + last.length - place.column;
    return place;
}

Str node_text(const Node *n)
{
    Str first = n->file->tokens[n->first].raw;
    Str last = n->file->tokens[n->last].raw;
    return last.p < first.p ? first : (Str){ first.p, (size_t)(last.p + last.n - first.p) };
}

const Node *node_kid(const Node *n, NodeKind kind)
{
    FOR_EACH (kid, n)
        if (kid->kind == kind)
            return kid;
    return NULL;
}

const Node *node_clause(const Node *n, Word word)
{
    FOR_EACH (kid, n)
        if (kid->kind == NODE_CLAUSE && kid->word == word)
            return kid;
    return NULL;
}

size_t node_count(const Node *n)
{
    size_t count = 0;
    FOR_EACH (kid, n)
        count++;
    return count;
}

const Node *node_at(const Node *n, size_t i)
{
    FOR_EACH (kid, n)
        if (i-- == 0)
            return kid;
    return NULL;
}

/* ---- tokens in hand ---- */

Token *look_next(const Parser *p, int n)
{
    size_t at = (size_t)p->at + (size_t)n;
    size_t end = p->file->token_count - 1;
    return &p->file->tokens[at < end ? at : end];
}

Token *look(const Parser *p)
{
    return look_next(p, 0);
}

bool at_word(const Parser *p, Word word)
{
    return look(p)->kind == TOKEN_NAME && look(p)->word == word;
}

bool at_sign(const Parser *p, int sign)
{
    return look(p)->kind == TOKEN_SIGN && look(p)->sign == sign;
}

bool take_word(Parser *p, Word word)
{
    if (!at_word(p, word))
        return false;
    look(p)->role = ROLE_WORD;
    p->at++;
    return true;
}

bool take_sign(Parser *p, int sign)
{
    if (!at_sign(p, sign))
        return false;
    p->at++;
    return true;
}

void syntax(Parser *p, const Token *t, const char *format, ...)
{
    if (p->decl)
        p->decl->broken = true;
    if (p->panic || t->kind == TOKEN_BAD) {
        p->panic = true; /* the lexer has said it */
        return;
    }
    p->panic = true;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    complain(p->c, p->file, t->place, NULL, "%s", text);
}

/* The token in hand as a word for messages. */
static const char *token_print(const Parser *p, const Token *t)
{
    if (t->kind == TOKEN_END)
        return "end of file";
    if (t->kind == TOKEN_NEWLINE && !t->soft)
        return "end of line";
    return arena_printf(p->c->w->arena, "%.*s", STR_ARG(str_sub(t->raw, 0, 60)));
}

void syntax_expected(Parser *p, const char *what)
{
    const Token *t = look(p);
    if (t->kind == TOKEN_NAME && t->word != WORD_NONE &&
        word_row(t->word)->where == PLACE_RESERVED && !strcmp(what, "lang.want_name")) {
        syntax(p, t, "lang.reserved name=%.*s", STR_ARG(t->raw));
        return;
    }
    syntax(p, t, "%s found=%s", what, token_print(p, t));
}

bool need_sign(Parser *p, int sign)
{
    if (take_sign(p, sign))
        return true;
    char text[3] = { (char)(sign < 256 ? sign : sign / 256), (char)(sign < 256 ? 0 : sign % 256),
                     0 };
    syntax(p, look(p), "lang.want_sign sign=%s found=%s", text, token_print(p, look(p)));
    return false;
}

bool need_word(Parser *p, Word word)
{
    if (take_word(p, word))
        return true;
    syntax(p, look(p), "lang.want_word word=%s found=%s", word_row(word)->en,
           token_print(p, look(p)));
    return false;
}

bool take_end(Parser *p)
{
    if (look(p)->kind == TOKEN_NEWLINE) {
        p->at++;
        return true;
    }
    return look(p)->kind == TOKEN_END || at_sign(p, '}');
}

void need_end(Parser *p)
{
    if (!p->panic && !take_end(p))
        syntax_expected(p, "lang.want_end");
}

/* To behind the newline at this depth of braces; stops before a } that closes this block. */
void skip_statement(Parser *p)
{
    int depth = 0;
    for (;; p->at++) {
        const Token *t = look(p);
        if (t->kind == TOKEN_END)
            return;
        if (t->kind == TOKEN_NEWLINE && depth == 0) {
            p->at++;
            return;
        }
        if (t->kind != TOKEN_SIGN)
            continue;
        depth += t->sign == '{';
        if (t->sign == '}' && depth-- == 0)
            return;
    }
}

/* ---- nodes ---- */

Node *node_new(Parser *p, NodeKind kind)
{
    Node *n = arena_new(p->arena, Node);
    *n = (Node){ .kind = kind, .token = p->at, .first = p->at, .last = p->at, .file = p->file };
    return n;
}

Node *node_add(Node *parent, Node *kid)
{
    if (!kid)
        return parent;
    CHECK(!kid->next);
    if (parent->tail)
        parent->tail->next = kid;
    else
        parent->kid = kid;
    parent->tail = kid;
    return parent;
}

Node *node_end(Parser *p, Node *n)
{
    int32_t last = p->at > n->first ? p->at - 1 : n->first;
    n->last = last > n->first && p->file->tokens[last].kind == TOKEN_NEWLINE ? last - 1 : last;
    return n;
}

Node *parse_name(Parser *p)
{
    const Token *t = look(p);
    bool reserved = t->word != WORD_NONE && word_row(t->word)->where == PLACE_RESERVED;
    if (t->kind != TOKEN_NAME || reserved) {
        syntax_expected(p, "lang.want_name");
        return NULL;
    }
    Node *n = node_new(p, NODE_NAME);
    p->at++;
    return n;
}

Node *parse_title(Parser *p, NodeKind kind)
{
    if (look(p)->kind != TOKEN_STRING) {
        syntax_expected(p, "lang.want_title");
        return NULL;
    }
    Node *n = node_new(p, kind);
    p->at++;
    return n;
}

/* a, pack::a */
static Node *parse_qualified(Parser *p)
{
    Node *n = parse_name(p);
    if (!n || !at_sign(p, SIGN2(':', ':')))
        return n;
    p->at++;
    Node *inner = parse_name(p);
    if (!inner)
        return NULL;
    inner->first = n->first;
    return node_add(inner, n);
}

Node *parse_names(Parser *p, Node *parent, int between)
{
    do {
        Node *n = parse_qualified(p);
        if (!n)
            return parent;
        node_add(parent, n);
    } while (take_sign(p, between));
    return parent;
}

/* A path is the name of its head with the following names as kids: a.b.c -> NAME a, then NAME b …
 * as a CLAUSE-less list under one NODE_REF. */
Node *parse_path(Parser *p)
{
    Node *ref = node_new(p, NODE_REF);
    do {
        Node *n = parse_qualified(p);
        if (!n)
            return NULL;
        node_add(ref, n);
    } while (take_sign(p, '.'));
    return node_end(p, ref);
}

Node *parse_moment_path(Parser *p)
{
    Node *n = parse_path(p);
    if (!n || !n->kid->next)
        return n;
    Token *part = &p->file->tokens[p->at - 1];
    if (part->word == WORD_FIRST || part->word == WORD_LAST)
        part->role = ROLE_WORD;
    if (node_token(n->kid)->word == WORD_FINAL)
        p->file->tokens[n->kid->token].role = ROLE_WORD;
    return n;
}

Node *parse_clause_word(Parser *p)
{
    Node *n = node_new(p, NODE_CLAUSE);
    n->word = look(p)->word;
    look(p)->role = ROLE_WORD;
    p->at++;
    return n;
}

Node *parse_literal_token(Parser *p, NodeKind kind)
{
    Node *n = node_new(p, kind);
    p->at++;
    return n;
}

bool parse_block(Parser *p, Node *parent, Node *(*one)(Parser *p))
{
    if (!need_sign(p, '{'))
        return false;
    for (;;) {
        while (look(p)->kind == TOKEN_NEWLINE)
            p->at++;
        if (take_sign(p, '}'))
            return true;
        if (look(p)->kind == TOKEN_END) {
            syntax(p, node_token(parent), "lang.brace_open name=%.*s", STR_ARG(node_name(parent)));
            return false;
        }
        int32_t before = p->at;
        Node *kid = one(p);
        node_add(parent, kid);
        need_end(p);
        if (!p->panic)
            continue;
        if (kid)
            kid->broken = true;
        p->panic = false;
        if (p->at == before)
            p->at++; /* always on */
        skip_statement(p);
    }
}

/* ---- the file ---- */

static Node *parse_decl(Parser *p);

static void parse_first_line(Parser *p)
{
    if (!take_word(p, WORD_TIAN)) {
        syntax(p, look(p), "lang.want_tian found=%s", token_print(p, look(p)));
        p->panic = false;
        return;
    }
    const Token *t = look(p);
    if (t->kind != TOKEN_NUMBER || t->number != 1 || t->suffix || t->scale)
        syntax(p, t, "lang.want_tian found=%s", token_print(p, t));
    else
        p->at++;
    need_end(p);
    if (p->panic)
        skip_statement(p);
    p->panic = false;
}

Node *parse_file(Complaints *c, Arena *arena, File *file)
{
    Parser parser = { .c = c, .arena = arena, .file = file };
    Parser *p = &parser;
    Node all = { .kind = NODE_BAD, .file = file };
    parse_first_line(p);
    for (;;) {
        while (look(p)->kind == TOKEN_NEWLINE)
            p->at++;
        if (look(p)->kind == TOKEN_END)
            break;
        int32_t before = p->at;
        p->depth = 0;
        Node *n = parse_decl(p);
        p->decl = NULL;
        if (!p->panic && !take_end(p))
            syntax_expected(p, "lang.want_end");
        if (p->panic) {
            if (n)
                n->broken = true;
            skip_statement(p);
            if (p->at == before || at_sign(p, '}'))
                p->at++;
        }
        p->panic = false;
        node_add(&all, n ? node_end(p, n) : NULL);
    }
    return all.kid;
}

Node *parse_expr_file(Complaints *c, Arena *arena, File *file)
{
    Parser parser = { .c = c, .arena = arena, .file = file };
    Node *n = parse_expr(&parser);
    if (!parser.panic && look(&parser)->kind == TOKEN_NEWLINE)
        parser.at++;
    if (!parser.panic && look(&parser)->kind != TOKEN_END)
        syntax_expected(&parser, "lang.want_end");
    return parser.panic ? NULL : n;
}

/* ---- declarations ---- */

/* pack … { owner who; basis "…", approval "…"; from DATE to DATE; needs base 1; rates …; tree … }
 */
static Node *parse_head(Parser *p)
{
    Node *n;
    const Token *t = look(p);
    switch ((int)t->word) {
    case WORD_OWNER: n = parse_clause_word(p); return node_end(p, node_add(n, parse_who(p)));
    case WORD_BASIS:
        n = parse_clause_word(p);
        node_add(n, parse_title(p, NODE_TEXT));
        if (take_sign(p, ',') && need_word(p, WORD_APPROVAL))
            node_add(n, parse_title(p, NODE_TEXT));
        return n;
    case WORD_FROM:
        n = parse_clause_word(p);
        do {
            if (look(p)->kind != TOKEN_DATE)
                syntax_expected(p, "lang.want_date");
            else
                node_add(n, parse_literal_token(p, NODE_NUMBER));
        } while (!p->panic && take_word(p, WORD_TO));
        return n;
    case WORD_NEEDS:
        n = parse_clause_word(p);
        do {
            Node *name = parse_name(p);
            if (name && (look(p)->kind != TOKEN_NUMBER || look(p)->scale || look(p)->suffix))
                syntax_expected(p, "lang.want_version");
            else if (name)
                node_add(name, parse_literal_token(p, NODE_NUMBER));
            node_add(n, name);
        } while (!p->panic && take_sign(p, ','));
        return n;
    case WORD_RATES: n = parse_clause_word(p); return parse_names(p, n, ',');
    case WORD_TREE: n = parse_clause_word(p); return node_add(n, parse_name(p));
    default: syntax_expected(p, "lang.want_head"); return NULL;
    }
}

static Node *parse_version(Parser *p)
{
    Node *n = parse_clause_word(p);
    if (look(p)->kind != TOKEN_NUMBER || look(p)->scale || look(p)->suffix)
        syntax_expected(p, "lang.want_version");
    else
        node_add(n, parse_literal_token(p, NODE_NUMBER));
    return n;
}

/* NAME "title": the start of every declaration. */
Node *parse_named(Parser *p, NodeKind kind)
{
    look(p)->role = ROLE_WORD;
    p->at++;
    Node *n = node_new(p, kind);
    p->decl = n;
    Node *name = parse_name(p);
    if (name)
        n->token = name->token;
    return n;
}

static Node *parse_pack(Parser *p)
{
    Node *n = parse_named(p, NODE_PACK);
    node_add(n, parse_title(p, NODE_TITLE));
    if (at_word(p, WORD_VERSION))
        node_add(n, parse_version(p));
    else
        syntax_expected(p, "lang.want_version");
    if (!p->panic)
        parse_block(p, n, parse_head);
    return n;
}

static Node *parse_kind(Parser *p)
{
    Node *n = parse_named(p, NODE_KIND);
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && at_word(p, WORD_IN))
        node_add(n, parse_names(p, parse_clause_word(p), '|'));
    if (!p->panic && at_sign(p, '{'))
        parse_block(p, n, parse_field);
    return n;
}

static Node *parse_edge(Parser *p)
{
    Node *n = parse_name(p);
    if (!n || !need_word(p, WORD_IN))
        return n;
    n->kind = NODE_EDGE;
    Node *parent = parse_name(p);
    if (parent)
        parent->kind = NODE_REF; /* a NAME kid would be the pack of pack::name */
    return node_add(n, parent);
}

static Node *parse_tree(Parser *p)
{
    Node *n = parse_named(p, NODE_TREE);
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic)
        parse_block(p, n, parse_edge);
    return n;
}

static Node *parse_duty(Parser *p)
{
    Node *duty = parse_clause_word(p);
    if (at_word(p, WORD_SYSTEM) || at_word(p, WORD_PEOPLE) || at_word(p, WORD_AUDIT))
        return node_add(duty, parse_clause_word(p));
    syntax_expected(p, "lang.want_duty");
    return duty;
}

static Node *parse_role(Parser *p)
{
    Node *n = parse_named(p, NODE_ROLE);
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && !at_word(p, WORD_AT))
        need_word(p, WORD_AT);
    if (!p->panic)
        node_add(n, parse_names(p, parse_clause_word(p), '|'));
    if (!p->panic && at_word(p, WORD_DUTY))
        node_add(n, parse_duty(p));
    return n;
}

static Node *parse_param(Parser *p)
{
    Node *n = parse_named(p, NODE_PARAM);
    node_add(n, p->panic ? NULL : parse_type(p));
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    if (!p->panic && need_sign(p, '=')) {
        Node *value = node_new(p, NODE_CLAUSE);
        node_add(n, node_add(value, parse_expr(p)));
    }
    while (!p->panic && (at_word(p, WORD_MIN) || at_word(p, WORD_MAX) || at_word(p, WORD_OPEN))) {
        bool open = at_word(p, WORD_OPEN);
        Node *clause = parse_clause_word(p);
        node_add(n, node_add(clause, open ? parse_name(p) : parse_expr(p)));
    }
    return n;
}

static Node *parse_rule(Parser *p)
{
    Node *n = parse_clause_word(p);
    n->kind = NODE_RULE;
    node_add(n, parse_expr(p));
    node_add(n, p->panic ? NULL : parse_title(p, NODE_TITLE));
    return n;
}

/* NAME "title" [ (value, …) ] { until n } */
static Node *parse_item(Parser *p)
{
    Node *n = parse_name(p);
    if (!n)
        return NULL;
    n->kind = NODE_ITEM;
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && take_sign(p, '(')) {
        do {
            Node *arg = node_new(p, NODE_ARG);
            node_add(n, node_add(arg, parse_expr(p)));
        } while (!p->panic && take_sign(p, ','));
        need_sign(p, ')');
    }
    if (!p->panic && at_word(p, WORD_UNTIL))
        node_add(n, parse_version(p));
    return n;
}

static Node *parse_list(Parser *p)
{
    Node *n = parse_named(p, NODE_LIST);
    node_add(n, parse_title(p, NODE_TITLE));
    if (!p->panic && at_sign(p, '('))
        node_add(n, parse_parameters(p, NODE_PARAMETER));
    while (!p->panic && (at_word(p, WORD_ORDERED) || at_word(p, WORD_OPEN)))
        node_add(n, parse_clause_word(p));
    if (!p->panic)
        parse_block(p, n, parse_item);
    return n;
}

static const struct {
    Word word;
    Node *(*parse)(Parser *p);
} heads[] = {
    { WORD_PACK, parse_pack },      { WORD_KIND, parse_kind },
    { WORD_TREE, parse_tree },      { WORD_ROLE, parse_role },
    { WORD_PARAM, parse_param },    { WORD_RULE, parse_rule },
    { WORD_LIST, parse_list },      { WORD_BOOK, parse_book },
    { WORD_FLOW, parse_flow },      { WORD_FIGURE, parse_figure },
    { WORD_TEST, parse_test },      { WORD_BOARD, parse_board },
    { WORD_STANDARD, parse_later }, { WORD_LEDGER, parse_later },
    { WORD_POST, parse_later },     { WORD_BULLETIN, parse_later },
    { WORD_OVERLAY, parse_later },  { WORD_CALENDAR, parse_calendar },
};

static Node *parse_decl(Parser *p)
{
    const Token *t = look(p);
    if (t->kind == TOKEN_NAME)
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            if (t->word == heads[i].word)
                return heads[i].parse(p);
    syntax_expected(p, "lang.want_decl");
    return NULL;
}
