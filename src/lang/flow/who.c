/* Who: alternatives of roles, words and paths, and who is kept out. */
#include "lang/compile_int.h"

static bool is_who_word(Str text, Word word)
{
    return word == WORD_ANYONE || word == WORD_AUTHOR || word == WORD_HOLDER ||
           word == WORD_REPORTER || word == WORD_RESIDENT || word == WORD_OWNER ||
           word == WORD_SYSTEM || str_is(text, "code");
}

/* Nobody who looks after the system, the people or the audit stands in a book, a flow or as the
 * owner of a pack: what they do would have to be watched by themselves. */
static void refuse_duty(Compiler *c, const Node *name, const Role *role)
{
    if (role && role->duty)
        complain(&c->c, name->file, node_place(name), NULL, "lang.duty_in_book role=%.*s",
                 STR_ARG(role->title));
}

/* PARENT.x of a detail row: PARENT is the book that it stands under. */
static bool is_of_parent(const Book *book, const Node *name)
{
    return book && book->parent && name->next && name->next->kind == NODE_NAME &&
           str_eq(node_name(name), book->parent->name);
}

/* ROLE at KIND, or the role must be known; a path to a person is a field of the book. */
static void who_one(Compiler *c, Load *load, const Book *book, const Node *n, Who1 *who)
{
    const Node *name = n->kid;
    const Node *at = node_clause(n, WORD_AT);
    Word word = node_token(name)->word;
    who->word =
        word && is_who_word(node_name(name), word) ? str_of(word_row(word)->en) : node_text(n);
    if (at) {
        Symbol *symbol = symbol_need(c, load, SYMBOL_ROLE, name);
        who->role = symbol ? symbol->thing : NULL;
        who->word = who->role ? STR("") : who->word;
        refuse_duty(c, name, who->role);
        return;
    }
    if (is_of_parent(book, name) && node_token(name->next)->word == WORD_HOLDER) {
        who->word = STR("holder");
        who->of_parent = true;
        return;
    }
    bool path = name->next != NULL || node_text(n).n > node_token(name)->raw.n;
    if (path || is_who_word(node_name(name), word) || (book && book_field(book, node_name(name))))
        return;
    Symbol *symbol = symbol_need(c, load, SYMBOL_ROLE, name);
    who->role = symbol ? symbol->thing : NULL;
    refuse_duty(c, name, who->role);
}

static bool role_at(const Role *role, const Kind *kind)
{
    for (size_t i = 0; i < role->kind_count; i++)
        if (role->kinds[i] == kind)
            return true;
    return false;
}

static void who_kind(Compiler *c, const Node *name, const Kind *kind, Who1 *who)
{
    const Kind **kinds = arena_array(c->arena, const Kind *, who->kind_count + 1);
    for (size_t i = 0; i < who->kind_count; i++)
        kinds[i] = who->kinds[i];
    kinds[who->kind_count] = kind;
    who->kinds = kinds;
    who->kind_count++;
    if (who->role && !role_at(who->role, kind))
        complain(&c->c, name->file, node_place(name), NULL, "lang.role_not_at role=%.*s kind=%.*s",
                 STR_ARG(who->role->name), STR_ARG(node_name(name)));
}

/* ROLE at FIELD: a unit that the row, or the one it stands under, names. */
static void who_field(Compiler *c, const Node *name, const Book *of, Who1 *who)
{
    const Field *field = book_field(of, node_name(name));
    if (!field || (field->type.kind != TYPE_UNIT && field->type.kind != TYPE_NONE) ||
        field_is_private(field)) {
        complain(&c->c, name->file, node_place(name),
                 field ? NULL : nearest_of(c, NULL, 0, of, node_name(name)),
                 "lang.who_place name=%.*s book=%.*s", STR_ARG(node_name(name)), STR_ARG(of->name));
        return;
    }
    who->at = WHO_AT_FIELD;
    who->at_field = field;
    bool held = !who->role || !field->type.kind_count;
    for (size_t i = 0; i < field->type.kind_count && !held; i++)
        held = role_at(who->role, field->type.kinds[i]);
    if (!held)
        complain(&c->c, name->file, node_place(name), NULL, "lang.role_not_at role=%.*s kind=%.*s",
                 STR_ARG(who->role->name), STR_ARG(field->type.kinds[0]->name));
}

/* What stands behind `at`: a kind, owner, holder, a unit field. */
static void who_place(Compiler *c, Load *load, const Book *book, const Node *path, Who1 *who)
{
    const Node *name = path->kid;
    Word word = node_token(name)->word;
    if (is_of_parent(book, name)) {
        who->of_parent = true;
        who_field(c, name->next, book->parent, who);
        return;
    }
    Symbol *kind = name->next ? NULL : symbol_find(c, load, SYMBOL_KIND, name, qualifier_of(name));
    if (kind)
        who_kind(c, name, kind->thing, who);
    else if (word == WORD_OWNER && !name->next)
        who->at = WHO_AT_OWNER;
    else if (word == WORD_HOLDER && !name->next && book && book->cases)
        who->at = WHO_AT_HOLDER;
    else if (!name->next && book && book->cases && book_field(book, node_name(name)))
        who_field(c, name, book, who);
    else if (name->next || word == WORD_HOLDER)
        complain(&c->c, name->file, node_place(name), NULL, "lang.who_place name=%.*s book=%.*s",
                 STR_ARG(node_text(path)), STR_ARG(book ? book->name : STR("?")));
    else
        (void)symbol_need(c, load, SYMBOL_KIND, name);
}

/* except author, except S.actor */
static void who_except(Compiler *c, const Book *book, const Node *path, Who *who)
{
    const Node *name = path->kind == NODE_REF ? path->kid : path;
    if (!name)
        return;
    const Node *part = name->next;
    if (node_token(name)->word == WORD_AUTHOR && !part) {
        who->not_author = true;
        return;
    }
    bool actor = part && !part->next && node_token(part)->word == WORD_ACTOR;
    const FlowState *state =
        actor && book && book->cases ? flow_state(book->flow_type, node_name(name)) : NULL;
    if (!state) {
        complain(&c->c, path->file, node_span(path), NULL, "lang.who_except path=%.*s",
                 STR_ARG(node_text(path)));
        return;
    }
    const FlowState **all = arena_array(c->arena, const FlowState *, who->except_count + 1);
    for (size_t i = 0; i < who->except_count; i++)
        all[i] = who->except[i];
    all[who->except_count++] = state;
    who->except = all;
}

Who who_of_node(Compiler *c, Load *load, const Book *book, const Node *node)
{
    Who who = { .text = node_text(node) };
    who.any = arena_array(c->arena, Who1, node_count(node));
    FOR_EACH (n, node) {
        if (n->kind == NODE_CLAUSE && n->word == WORD_EXCEPT)
            FOR_EACH (one, n)
                who_except(c, book, one, &who);
        if (n->kind != NODE_REF || !n->kid)
            continue;
        const Node *at = node_clause(n, WORD_AT);
        Who1 *before = who.n ? &who.any[who.n - 1] : NULL;
        bool more = !at && before && before->kind_count && !n->kid->next;
        const Symbol *kind = more ? symbol_find(c, load, SYMBOL_KIND, n->kid, STR("")) : NULL;
        if (kind) {
            who_kind(c, n->kid, kind->thing, before);
            continue;
        }
        who_one(c, load, book, n, &who.any[who.n++]);
        if (at && at->kid)
            who_place(c, load, book, at->kid, &who.any[who.n - 1]);
    }
    return who;
}
