/* The inside of books: modifiers of fields, checks, dates of life, due days, access, flow. */
#include "lang/compile_int.h"

enum { BOOK_CHAIN_MAX = 8 }; /* details of details, rounds of rounds */

#define wrong(compiler, n, ...) complain(&(compiler)->c, (n)->file, node_span(n), NULL, __VA_ARGS__)

static const char *type_text(Compiler *c, Type type)
{
    return str_z(c->w->arena, type_print(c->w->arena, type));
}

/* ---- fields ---- */

/* Private groups of a book: one part of the fact for each purpose and time of keeping. */
static int32_t private_group(const Book *book, const Field *field)
{
    int32_t group = 2;
    for (size_t i = 0; book && i < book->field_count && book->fields[i] != field; i++) {
        const Field *other = book->fields[i];
        if (!other->type.hidden)
            continue;
        if (str_eq(other->purpose, field->purpose) && other->keep_days == field->keep_days &&
            str_eq(other->keep_after, field->keep_after))
            return other->group;
        if (other->group >= group)
            group = other->group + 1;
    }
    return group;
}

/* closed.last, final.last: every way through the flow must come by. */
static void check_keep_state(Compiler *c, const Book *book, const Node *path)
{
    bool last = true;
    const Node *part = path->kid->next;
    bool final = node_token(path->kid)->word == WORD_FINAL && !part->next &&
                 node_token(part)->word == WORD_LAST;
    const FlowState *state = final ? NULL : state_moment(c, book, path, &last);
    if (state && (!last || !flow_passes(book->flow_type, state)))
        wrong(c, path, "lang.keep_state path=%.*s", STR_ARG(node_text(path)));
}

/* The end of keeping must come: a date of this record that is written, or the end of the period. */
static void check_keep_after(Compiler *c, const Book *book, const Node *path, const Field *field)
{
    const Node *name = path->kid;
    Word word = node_token(name)->word;
    if (name->next && book->cases) {
        check_keep_state(c, book, path);
        return;
    }
    bool period = word == WORD_END && book->form == BOOK_PER && book->every != PERIOD_NONE;
    if (!name->next && (word == WORD_ENTERED || period))
        return;
    const Field *date = name->next ? NULL : book_field(book, node_name(name));
    bool good = date && date != field &&
                (date->type.kind == TYPE_DATE || date->type.kind == TYPE_TIME) &&
                !date->type.hidden;
    if (!good)
        wrong(c, path, "lang.keep_after path=%.*s", STR_ARG(node_text(path)));
}

static void field_private(Compiler *c, const Book *book, const Node *n, Field *field)
{
    field->type.hidden = true;
    const Node *purpose = node_kid(n, NODE_TEXT);
    const Node *keep = node_clause(n, WORD_KEEP);
    const Node *path = keep && keep->kid ? keep->kid->next : NULL;
    field->purpose = purpose ? node_name(purpose) : STR("");
    if (!book) {
        wrong(c, n, "lang.private_kind");
        return;
    }
    if (!purpose || !node_name(purpose).n || !path) {
        wrong(c, n, "lang.private_bare name=%.*s", STR_ARG(field->name));
        return;
    }
    if (!duration_days(node_token(keep->kid), &field->keep_days))
        wrong(c, keep, "lang.keep_days");
    field->keep_after = node_text(path);
    check_keep_after(c, book, path, field);
    field->group = private_group(book, field);
}

static int32_t clause_number(const Node *clause)
{
    return clause->kid ? (int32_t)node_token(clause->kid)->number : 0;
}

/* Modifiers that are words or numbers. */
static void field_plain(Compiler *c, Load *load, const Node *n, Field *f)
{
    switch ((int)n->word) {
    case WORD_OPTIONAL: f->optional = true; break;
    case WORD_STOCK: f->stock = true; break;
    case WORD_CHANGES: f->changes = true; break;
    case WORD_SPENT: f->spent = true; break;
    case WORD_UNIQUE:
        f->unique = true;
        f->unique_in_unit = n->kid && symbol_need(c, load, SYMBOL_KIND, n->kid);
        break;
    case WORD_PUBLIC:
        f->is_public = true;
        f->coarse = clause_number(n);
        break;
    case WORD_WAS: f->was = n->kid ? node_name(n->kid) : STR(""); break;
    case WORD_SINCE: f->since = clause_number(n); break;
    case WORD_UNTIL: f->until = clause_number(n); break;
    case WORD_AT: f->at_most = clause_number(n); break;
    case WORD_MADE: f->made = n->kid ? node_name(n->kid) : STR(""); break;
    case WORD_AGAIN: f->again = n->kid ? node_name(n->kid) : STR(""); break;
    default: break;
    }
}

/* Modifiers with an expression, in the scope of the row. */
void field_exprs(Typer *t, const Scope *s, const Node *n, Field *f)
{
    bool bounds = n->word == WORD_MIN || n->word == WORD_MAX;
    if (bounds && f->type.kind != TYPE_NONE && !is_ordered(f->type)) {
        wrong(t->c, n, "lang.bounds_type type=%s", type_text(t->c, f->type));
        return;
    }
    switch ((int)n->word) {
    case WORD_MIN: f->low = type_as(t, s, n->kid, f->type); break;
    case WORD_MAX: f->high = type_as(t, s, n->kid, f->type); break;
    case WORD_DEFAULT: f->fallback = type_as(t, s, n->kid, f->type); break;
    case WORD_REQUIRED: f->required_when = type_condition(t, s, n->kid); break;
    case WORD_NONE: {
        Typer own = *t;
        own.owner = f;
        own.computed = true;
        f->computed = type_as(&own, s, n->kid, f->type);
        break;
    }
    default: return;
    }
}

/* Modifiers that contradict the type or each other. */
void field_sense(Compiler *c, const Node *n, const Field *f)
{
    Type t = f->type;
    if (t.kind == TYPE_NONE)
        return;
    if (f->stock && !is_amount(t))
        wrong(c, n, "lang.stock_type type=%s", type_text(c, t));
    if (f->at_most && t.kind != TYPE_SET)
        wrong(c, n, "lang.at_most_type type=%s", type_text(c, t));
    if (f->computed &&
        (f->optional || f->low || f->high || f->fallback || f->required_when || t.hidden))
        wrong(c, n, "lang.computed_mod name=%.*s", STR_ARG(f->name));
    if (f->is_public && t.hidden)
        wrong(c, n, "lang.private_public name=%.*s", STR_ARG(f->name));
    if (f->unique && t.hidden && !f->unique_in_unit)
        wrong(c, n, "lang.private_unique name=%.*s", STR_ARG(f->name));
    if (t.kind == TYPE_CONTACT && !t.hidden && f->book)
        wrong(c, n, "lang.contact_private name=%.*s", STR_ARG(f->name));
}

void field_words(Compiler *c, Load *load, const Node *n, const Book *book, Field *f)
{
    FOR_EACH (clause, n) {
        if (clause->kind == NODE_CLAUSE && clause->word == WORD_PRIVATE)
            field_private(c, book, clause, f);
        else if (clause->kind == NODE_CLAUSE)
            field_plain(c, load, clause, f);
    }
}

/* First the words of all fields, so that expressions see which are private. */
static void fields_words(Compiler *c, Load *load, const Node *parent, const Book *book,
                         Field **fields, size_t count)
{
    size_t i = 0;
    FOR_EACH (n, parent) {
        if (n->kind != NODE_FIELD || node_token(n)->kind != TOKEN_NAME || i == count)
            continue;
        Field *f = fields[i++];
        if (!n->broken)
            field_words(c, load, n, book, f);
    }
}

static void fields_values(Typer *t, const Scope *s, const Node *parent, Field **fields,
                          size_t count)
{
    size_t i = 0;
    FOR_EACH (n, parent) {
        if (n->kind != NODE_FIELD || node_token(n)->kind != TOKEN_NAME || i == count)
            continue;
        Field *f = fields[i++];
        if (n->broken)
            continue;
        FOR_EACH (clause, n)
            if (clause->kind == NODE_CLAUSE && clause->kid)
                field_exprs(t, s, clause, f);
        if (f->computed)
            vertex_add(t->c, f, f->name, n);
        field_sense(t->c, n, f);
    }
}

void kind_values(Compiler *c, Load *load, const Node *n, Kind *kind)
{
    Typer t = { .c = c, .load = load };
    const Kind *const *self = arena_copy(c->arena, &kind, sizeof(Kind *));
    Scope scope = { .kinds = self, .kind_count = 1, .any_grain = true };
    fields_words(c, load, n, NULL, kind->fields, kind->field_count);
    fields_values(&t, &scope, n, kind->fields, kind->field_count);
}

/* ---- dates of a book ---- */

static const Field *date_field(Compiler *c, const Book *book, const Node *path)
{
    const Node *name = path->kid;
    if (name->next) {
        wrong(c, path, "lang.later word=%.*s", STR_ARG(node_text(path)));
        return NULL;
    }
    const Field *field = book_field(book, node_name(name));
    if (!field) {
        complain(&c->c, path->file, node_place(name), nearest_of(c, NULL, 0, book, node_name(name)),
                 "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(name)),
                 STR_ARG(book->name));
        return NULL;
    }
    if (field->type.kind != TYPE_DATE && field->type.kind != TYPE_TIME &&
        field->type.kind != TYPE_NONE)
        wrong(c, path, "lang.want_type_of want=date got=%s", type_text(c, field->type));
    if (field->type.hidden)
        wrong(c, path, "lang.private_use name=%.*s", STR_ARG(field->name));
    return field;
}

static void book_dates(Compiler *c, const Node *n, Book *book)
{
    const Node *dated = node_clause(n, WORD_DATED);
    const Node *lives = node_clause(n, WORD_LIVES);
    if (dated && dated->kid) {
        const Node *name = dated->kid->kid;
        book->dated_entered = node_token(name)->word == WORD_ENTERED;
        if (name->next)
            book->dated_state = state_moment(c, book, dated->kid, &book->dated_last);
        else if (!book->dated_entered)
            book->dated = date_field(c, book, dated->kid);
        /* refused, but said once */
        book->dated_entered = book->dated_entered || (!book->dated && !book->dated_state);
    }
    if (lives && lives->kid && lives->kid->next) {
        book->lives_from = date_field(c, book, lives->kid);
        book->lives_to = date_field(c, book, lives->kid->next);
        book->dated_entered = book->dated_entered || !book->lives_from;
    }
    if (book->form == BOOK_PER && (dated || lives || book->nil_every))
        wrong(c,
              dated   ? dated
              : lives ? lives
                      : node_clause(n, WORD_NIL),
              "lang.per_dated book=%.*s", STR_ARG(book->name));
}

/* due 5wd after end · due 2022-01-31 · due 01-31 · due 18:00 on day */
static void book_due(Compiler *c, const Node *n, Book *book)
{
    const Node *number = n->kid;
    if (!number)
        return;
    const Token *t = node_token(number);
    const Node *where = number->next;
    Due *due = &book->due;
    if (t->kind == TOKEN_DATE) {
        *due = (Due){ .kind = DUE_DATE, .n = (int32_t)t->number };
    } else if (t->kind == TOKEN_MONTHDAY) {
        *due = (Due){ .kind = DUE_MONTHDAY, .n = (int32_t)t->number };
    } else if (t->kind == TOKEN_TIME) {
        *due = (Due){ .kind = DUE_AFTER_END, .minute = (int32_t)t->number };
        if (where)
            due->on = node_text(where);
    } else {
        int64_t days = 0;
        bool work = t->suffix == SUFFIX_WD;
        bool good = work ? !t->scale && t->number < 1000 : duration_days(t, &days);
        bool end = where && node_token(where)->word == WORD_END;
        if (!good || !end)
            wrong(c, n, "lang.due_form");
        *due =
            (Due){ .kind = DUE_AFTER_END, .n = (int32_t)(work ? t->number : days), .work = work };
    }
    if (book->form != BOOK_PER)
        wrong(c, n, "lang.due_register book=%.*s", STR_ARG(book->name));
    else if (due->kind == DUE_AFTER_END && book->every == PERIOD_NONE)
        wrong(c, n, "lang.due_no_period book=%.*s", STR_ARG(book->name));
}

/* ---- access ---- */

static const Field **fields_of_names(Compiler *c, const Book *book, const Node *first,
                                     size_t *ret_count)
{
    size_t room = 0;
    for (const Node *n = first; n; n = n->next)
        room++;
    const Field **fields = arena_array(c->arena, const Field *, room);
    for (const Node *n = first; n; n = n->next) {
        const Field *field = n->kind == NODE_NAME ? book_field(book, node_name(n)) : NULL;
        if (field)
            fields[(*ret_count)++] = field;
        else if (!str_is(node_name(n), "state"))
            complain(&c->c, n->file, node_place(n), nearest_of(c, NULL, 0, book, node_name(n)),
                     "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(n)),
                     STR_ARG(book->name));
    }
    return fields;
}

static void book_access(Compiler *c, Load *load, const Node *n, Book *book)
{
    const Node *who = node_kid(n, NODE_WHO);
    if (!who)
        return;
    bool read = n->word == WORD_READ;
    size_t count = read ? book->read_count : book->write_count;
    Access *all = arena_array(c->arena, Access, count + 1);
    const Access *old = read ? book->reads : book->writes;
    for (size_t i = 0; i < count; i++)
        all[i] = old[i];
    all[count].who = who_of_node(c, load, book, who);
    all[count].fields = fields_of_names(c, book, who->next, &all[count].field_count);
    if (read) {
        book->reads = all;
        book->read_count++;
    } else {
        book->writes = all;
        book->write_count++;
    }
}

static void book_public(Compiler *c, const Node *n, Book *book)
{
    FOR_EACH (name, n) {
        if (str_is(node_name(name), "state"))
            continue;
        bool found = false;
        for (size_t i = 0; i < book->field_count; i++)
            if (str_eq(book->fields[i]->name, node_name(name))) {
                found = book->fields[i]->is_public = true;
                field_sense(c, name, book->fields[i]);
            }
        if (!found)
            complain(&c->c, name->file, node_place(name),
                     nearest_of(c, NULL, 0, book, node_name(name)),
                     "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(name)),
                     STR_ARG(book->name));
    }
}

/* ---- the book ---- */

static void book_check(Typer *t, const Scope *s, const Node *n, Book *book)
{
    const Node *text = node_kid(n, NODE_TEXT);
    size_t errors = t->c->c.problems->errors;
    Check *check = &book->checks[book->check_count];
    check->warn = n->word == WORD_WARN;
    check->expr = type_condition(t, s, n->kid);
    check->text = text ? node_name(text) : STR("");
    if (check->expr->type.kind != TYPE_NONE)
        book->check_count++;
    if (t->c->c.problems->errors == errors && check->expr->level == LEVEL_CONST)
        wrong(t->c, n->kid, "lang.check_constant");
}

static void book_clause(Typer *t, const Scope *s, const Node *n, Book *book)
{
    Compiler *c = t->c;
    switch ((int)n->word) {
    case WORD_CHECK:
    case WORD_WARN:
        if (n->kid)
            book_check(t, s, n, book);
        break;
    case WORD_DUE: book_due(c, n, book); break;
    case WORD_MINUTES: book->minutes = clause_number(n); break;
    case WORD_READ:
    case WORD_WRITE: book_access(c, t->load, n, book); break;
    case WORD_PUBLIC: book_public(c, n, book); break;
    case WORD_KEY: book->row_key = fields_of_names(c, book, n->kid, &book->row_key_count); break;
    default: break;
    }
}

/* Under and every end after a few steps; in a ring they never do. */
static void check_rings(Compiler *c, const Node *n, Book *book)
{
    const Book *under = book->parent;
    const Book *every = book->every_book;
    for (int i = 0; i < BOOK_CHAIN_MAX && (under || every); i++) {
        under = under ? under->parent : NULL;
        every = every ? every->every_book : NULL;
    }
    if (!under && !every)
        return;
    complain(&c->c, n->file, node_place(n), NULL, "lang.book_ring name=%.*s n=%d",
             STR_ARG(book->name), BOOK_CHAIN_MAX);
    book->parent = NULL;
    book->every_book = NULL;
}

/* Units of the record that the detail rows stand under. */
static void take_kinds(Book *book)
{
    const Book *top = book->parent;
    for (int i = 0; i < BOOK_CHAIN_MAX && top && top->parent; i++)
        top = top->parent;
    if (!top)
        return;
    book->kinds = top->kinds;
    book->kind_count = top->kind_count;
}

Scope book_scope(const Book *book)
{
    Scope scope = { .row = book, .kinds = book->kinds, .kind_count = book->kind_count };
    scope.grain = book->every;
    scope.any_grain =
        book->form != BOOK_PER || book->every == PERIOD_NONE || book->every == PERIOD_RECORD;
    scope.any_kind = book->kind_count == 0;
    return scope;
}

void read_book_words(Compiler *c, Load *load, const Node *n, Book *book)
{
    check_rings(c, n, book);
    take_kinds(book);
    fields_words(c, load, n, book, book->fields, book->field_count);
}

void book_values(Compiler *c, Load *load, const Node *n, Book *book)
{
    Typer t = { .c = c, .load = load, .row = book };
    Scope scope = book_scope(book);
    fields_values(&t, &scope, n, book->fields, book->field_count);
    book_dates(c, n, book);
    book->checks = arena_array(c->arena, Check, node_count(n));
    FOR_EACH (clause, n)
        if (clause->kind == NODE_CLAUSE && clause->word != WORD_FLOW)
            book_clause(&t, &scope, clause, book);
    const Node *where = node_clause(n, WORD_WHERE);
    vertex_add(c, book, book->name, n);
    t.owner = book;
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->computed)
            edge_add(&t, book->fields[i]);
    if (!where || !where->kid)
        return;
    Scope unit = scope;
    unit.row = NULL;
    book->where = type_condition(&t, &unit, where->kid);
    if (book->form != BOOK_PER)
        wrong(c, where, "lang.where_register book=%.*s", STR_ARG(book->name));
}
