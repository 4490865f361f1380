/* Names of expressions: fields, parameters, figures, cells, attributes.
 *
 * A name is looked up in this order: fields of the row → parameters of the figure → names of this
 * pack → names of the packs it needs. An item of the list on the other side comes before figures.
 */
#include "lang/type_int.h"

const char *text_of(Typer *t, Type type)
{
    return str_z(t->c->w->arena, type_print(t->c->w->arena, type));
}

/* A name that is an item of some list in sight, until the list is known. */
static bool is_some_item(Typer *t, Str name)
{
    for (size_t i = 0; i < t->c->lists.n; i++)
        if (list_item(t->c->lists.at[i], name))
            return true;
    return false;
}

/* A private field may be shown and passed to known(), nothing else. */
static Expr *field_expr(Typer *t, const Node *n, const Field *field, int32_t outer)
{
    Expr *e = expr_new(t, n, EXPR_FIELD);
    e->field = field;
    e->type = field->type;
    e->outer = outer;
    e->level = LEVEL_ROW;
    if (field->type.hidden && !t->private_ok) {
        wrong(t, n, "lang.private_use name=%.*s", STR_ARG(field->name));
        e->type = type_make(TYPE_NONE);
    }
    edge_add(t, field);
    return e;
}

/* A field of the record that this detail row stands under. */
static Expr *parent_field(Typer *t, const Node *n, const Book *parent, Str name)
{
    const Field *field = book_field(parent, name);
    if (!field)
        return NULL;
    Expr *row = expr_new(t, n, EXPR_THIS);
    row->type = type_make(TYPE_RECORD);
    row->type.book = parent;
    row->level = LEVEL_ROW;
    Expr *e = expr_new(t, n, EXPR_ATTR);
    expr_args(t, e, row, NULL, NULL);
    e->field = field;
    e->text = name;
    e->type = field->type;
    if (field->type.hidden && !t->private_ok)
        wrong(t, n, "lang.private_use name=%.*s", STR_ARG(name));
    return e;
}

/* The item that a cell stands for, under the name of its key list. */
static Expr *key_expr(Typer *t, const Node *n, const List *list, size_t i)
{
    Expr *e = expr_new(t, n, EXPR_ROW_DATE);
    e->type = type_make(TYPE_ITEM);
    e->type.list = list;
    e->number = 1 + (int64_t)i;
    e->level = LEVEL_ROW;
    return e;
}

static Expr *row_name(Typer *t, const Scope *s, const Node *n)
{
    Expr *own = flow_argument(t, s, n);
    if (own)
        return own;
    if (!s->row || qualifier_of(n).n)
        return NULL;
    const Field *field = book_field(s->row, node_name(n));
    if (field)
        return field_expr(t, n, field, 0);
    for (size_t i = 0; i < s->row->key_count; i++)
        if (str_eq(s->row->keys[i]->name, node_name(n)))
            return key_expr(t, n, s->row->keys[i], i);
    if (node_token(n)->word != WORD_ENTERED)
        return flow_holder(t, s, n);
    Expr *e = expr_new(t, n, EXPR_ROW_DATE);
    e->type = type_make(TYPE_DATE);
    e->level = LEVEL_ROW;
    return e;
}

static Expr *argument_name(Typer *t, const Scope *s, const Node *n)
{
    for (size_t i = 0; s->figure && !qualifier_of(n).n && i < s->figure->param_count; i++)
        if (str_eq(s->figure->params[i].name, node_name(n))) {
            Expr *e = expr_new(t, n, EXPR_ARG);
            e->type = s->figure->params[i].type;
            e->number = (int64_t)i;
            e->level = LEVEL_UNIT;
            return e;
        }
    return NULL;
}

/* Is the figure there, for every unit and period that the scope may stand for? */
static void check_exists(Typer *t, const Scope *s, const Node *n, const Figure *f)
{
    bool inside = s->kind_count > 0;
    for (size_t i = 0; i < s->kind_count && f->kind_count; i++) {
        bool found = false;
        for (size_t k = 0; k < f->kind_count; k++)
            found = found || f->kinds[k] == s->kinds[i];
        inside = inside && found;
    }
    if (f->kind_count && !inside && !s->any_kind)
        wrong(t, n, "lang.figure_kind name=%.*s kind=%.*s", STR_ARG(f->name),
              STR_ARG(f->kinds[0]->name));
    else if (f->every != PERIOD_NONE && f->every != PERIOD_RECORD && s->grain < f->every &&
             !s->any_grain)
        wrong(t, n, "lang.figure_grain name=%.*s every=%s", STR_ARG(f->name),
              period_kind_name(f->every));
}

static Expr *figure_expr_of(Typer *t, const Scope *s, const Node *n, Symbol *symbol)
{
    const Figure *f = symbol->thing;
    edge_add(t, f);
    figure_type(t->c, symbol);
    if (t->figure && t->figure->depth <= symbol->depth)
        t->figure->depth = symbol->depth + 1;
    Expr *e = expr_new(t, n, EXPR_FIGURE);
    e->figure = f;
    e->level = LEVEL_UNIT;
    if (f->expr)
        e->type = f->expr->type;
    if (s->rows)
        wrong(t, n, "lang.figure_in_rows name=%.*s", STR_ARG(f->name));
    else
        check_exists(t, s, n, f);
    return e;
}

/* A local name of a test: a record. */
static Expr *local_name(Typer *t, const Scope *s, const Node *n)
{
    for (size_t i = 0; i < s->local_count; i++)
        if (s->locals[i].book && str_eq(s->locals[i].name, node_name(n))) {
            Expr *e = expr_new(t, n, EXPR_LITERAL);
            e->type = type_make(TYPE_RECORD);
            e->type.book = s->locals[i].book;
            e->text = s->locals[i].name;
            return e;
        }
    return NULL;
}

/* 自主或发包 is one name: say so when a word stands inside it. */
static const char *glued(Str name)
{
    for (Word word = WORD_NONE + 1; word < WORD_COUNT; word++) {
        const WordRow *row = word_row(word);
        size_t at = str_find(name, str_of(row->zh));
        if (row->where == PLACE_RESERVED && at != SIZE_MAX && at > 0 &&
            at + strlen(row->zh) < name.n)
            return row->zh;
    }
    return NULL;
}

static void unknown_name(Typer *t, const Scope *s, const Node *n)
{
    Str name = node_name(n);
    if (t->load->blind || (s->row && node_token(n)->kind != TOKEN_NAME))
        return;
    const char *word = glued(name);
    int kinds = SYMBOL_FIGURE | SYMBOL_PARAM | SYMBOL_BOOK | SYMBOL_KIND;
    if (word)
        wrong(t, n, "lang.glued name=%.*s word=%s", STR_ARG(name), word);
    else if (s->row)
        complain(&t->c->c, n->file, node_place(n), nearest_of(t->c, t->load, kinds, s->row, name),
                 "lang.unknown_in_row name=%.*s book=%.*s", STR_ARG(name), STR_ARG(s->row->name));
    else
        complain(&t->c->c, n->file, node_place(n), nearest_of(t->c, t->load, kinds, NULL, name),
                 "lang.unknown name=%.*s", STR_ARG(name));
}

static Expr *symbol_expr(Typer *t, const Scope *s, const Node *n, Symbol *symbol)
{
    Expr *e;
    switch (symbol->kind) {
    case SYMBOL_PARAM:
        e = expr_new(t, n, EXPR_PARAM);
        e->param = symbol->thing;
        e->type = e->param->type;
        e->type.low = 1;
        e->type.high = 0;
        return e;
    case SYMBOL_FIGURE:
        e = figure_expr_of(t, s, n, symbol);
        if (e->figure->param_count && n->kind != NODE_CALL)
            wrong(t, n, "lang.family_bare name=%.*s param=%.*s", STR_ARG(e->figure->name),
                  STR_ARG(e->figure->params[0].name));
        return e;
    case SYMBOL_KIND:
        e = expr_new(t, n, EXPR_KIND);
        e->kind = symbol->thing;
        e->type = type_make(TYPE_KIND);
        return e;
    case SYMBOL_BOOK:
        wrong(t, n, "lang.book_alone name=%.*s", STR_ARG(symbol->name));
        return expr_none(t, n);
    case SYMBOL_TREE:
    case SYMBOL_ROLE:
    case SYMBOL_LIST:
    case SYMBOL_FLOW:
    case SYMBOL_CALENDAR:
    case SYMBOL_LATER: break;
    }
    return expr_none(t, n);
}

/* An item of the list on the other side comes before figures, but after fields and parameters of
 * that same list. */
Expr *type_ref(Typer *t, const Scope *s, const Node *n, const List *want)
{
    Expr *e = row_name(t, s, n);
    if (!e)
        e = argument_name(t, s, n);
    const Item *item = want && !qualifier_of(n).n ? list_item(want, node_name(n)) : NULL;
    if (e && !(item && e->type.list != want))
        return e;
    if (item) {
        e = expr_new(t, n, EXPR_LITERAL);
        e->text = node_name(n);
        (void)item_settle(t, e, want);
        return e;
    }
    e = local_name(t, s, n);
    if (e)
        return e;
    Word word = node_token(n)->word;
    if (word == WORD_START || word == WORD_END) {
        e = expr_new(t, n, EXPR_PERIOD_DATE);
        e->type = type_make(TYPE_DATE);
        e->number = word == WORD_END;
        e->level = LEVEL_UNIT;
        return e;
    }
    int kinds = SYMBOL_PARAM | SYMBOL_FIGURE | SYMBOL_LATER;
    Symbol *symbol = symbol_find(t->c, t->load, kinds, n, qualifier_of(n));
    if (!symbol && (want || is_some_item(t, node_name(n)))) {
        e = expr_none(t, n);
        e->flag = true;
        e->text = node_name(n);
        return e;
    }
    if (!symbol)
        symbol = symbol_find(t->c, t->load, SYMBOL_KIND | SYMBOL_BOOK, n, qualifier_of(n));
    if (symbol)
        return symbol_expr(t, s, n, symbol);
    unknown_name(t, s, n);
    return expr_none(t, n);
}

/* ---- a.b ---- */

/* The book that a node names, when nothing nearer has the name: BOOK.field, BOOK[keys].field. */
static const Book *book_named(Typer *t, const Scope *s, const Node *n)
{
    if (n->kind != NODE_REF || (s->row && book_field(s->row, node_name(n))))
        return NULL;
    for (size_t i = 0; s->figure && i < s->figure->param_count; i++)
        if (str_eq(s->figure->params[i].name, node_name(n)))
            return NULL;
    Symbol *symbol = symbol_find(t->c, t->load, SYMBOL_BOOK, n, qualifier_of(n));
    return symbol ? symbol->thing : NULL;
}

static void check_cell(Typer *t, const Scope *s, const Node *n, const Book *book)
{
    bool inside = s->kind_count > 0;
    for (size_t i = 0; i < s->kind_count; i++) {
        bool found = false;
        for (size_t k = 0; k < book->kind_count; k++)
            found = found || book->kinds[k] == s->kinds[i];
        inside = inside && found;
    }
    if (book->form != BOOK_PER)
        wrong(t, n, "lang.cell_register book=%.*s", STR_ARG(book->name));
    else if (!inside && !s->any_kind)
        wrong(t, n, "lang.cell_kind book=%.*s kind=%.*s", STR_ARG(book->name),
              STR_ARG(book->kind_count ? book->kinds[0]->name : STR("?")));
    else if (book->every != PERIOD_NONE && book->every != PERIOD_RECORD && s->grain < book->every &&
             !s->any_grain)
        wrong(t, n, "lang.cell_grain book=%.*s every=%s", STR_ARG(book->name),
              period_kind_name(book->every));
    else if (s->rows)
        wrong(t, n, "lang.figure_in_rows name=%.*s", STR_ARG(book->name));
}

/* Keys of a cell come first, in the order of the book; a period may follow and shifts the cell. */
static Expr *cell_keys(Typer *t, const Scope *s, const Node *shift, Expr *cell)
{
    const Book *book = cell->book;
    cell->args = arena_array(t->c->arena, Expr *, book->key_count + 1);
    Shift *shifts = arena_array(t->c->arena, Shift, shift ? node_count(shift) : 1);
    size_t shift_count = 0;
    for (const Node *w = shift ? shift->kid->next : NULL; w; w = w->next) {
        if (w->word == WORD_NONE && cell->arg_count < book->key_count) {
            Type key = type_make(TYPE_ITEM);
            key.list = book->keys[cell->arg_count];
            Expr *e = type_as(t, s, w->kid, key);
            cell->args[cell->arg_count++] = e;
            cell->level = e->level > cell->level ? e->level : cell->level;
        } else {
            Scope inner = *s;
            shifts[shift_count++] = shift_of_node(t, s, &inner, w);
        }
    }
    if (cell->arg_count < book->key_count)
        wrong(t, shift ? shift : (const Node *)NULL, "lang.cell_keys book=%.*s key=%.*s",
              STR_ARG(book->name), STR_ARG(book->keys[cell->arg_count]->name));
    if (!shift_count)
        return cell;
    Expr *e = expr_new(t, shift, EXPR_SHIFT);
    expr_args(t, e, cell, NULL, NULL);
    e->type = cell->type;
    e->shifts = shifts;
    e->shift_count = shift_count;
    return e;
}

static Expr *type_cell(Typer *t, const Scope *s, const Node *n, const Node *shift, const Book *book)
{
    const Field *field = book_field(book, node_name(n));
    if (!field) {
        complain(&t->c->c, n->file, node_place(n), nearest_of(t->c, t->load, 0, book, node_name(n)),
                 "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(n)),
                 STR_ARG(book->name));
        return expr_none(t, n);
    }
    Scope at = *s;
    for (const Node *w = shift ? shift->kid->next : NULL; w; w = w->next)
        if (w->word == WORD_NONE && node_count(shift) - 1 > book->key_count)
            at.any_grain = true; /* its period is given in the brackets */
    check_cell(t, &at, n, book);
    if (!shift && book->key_count) {
        wrong(t, n, "lang.cell_keys book=%.*s key=%.*s", STR_ARG(book->name),
              STR_ARG(book->keys[0]->name));
        return expr_none(t, n);
    }
    Expr *e = expr_new(t, n, EXPR_CELL);
    e->book = book;
    e->field = field;
    e->type = field->type;
    e->level = s->row ? LEVEL_ROW : LEVEL_UNIT;
    if (field->type.hidden && !t->private_ok)
        wrong(t, n, "lang.private_use name=%.*s", STR_ARG(field->name));
    edge_add(t, field);
    return cell_keys(t, s, shift, e);
}

/* this.f: the nearest row that no aggregate pushed. */
static Expr *this_field(Typer *t, const Scope *s, const Node *n)
{
    int32_t outer = 0;
    for (const Scope *at = s; at; at = at->outer) {
        if (at->aggregate || !at->row) {
            outer += at->aggregate && at->row;
            continue;
        }
        const Field *field = book_field(at->row, node_name(n));
        if (field)
            return field_expr(t, n, field, outer);
        complain(&t->c->c, n->file, node_place(n),
                 nearest_of(t->c, t->load, 0, at->row, node_name(n)),
                 "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_name(n)),
                 STR_ARG(at->row->name));
        return expr_none(t, n);
    }
    wrong(t, n, "lang.this_no_row");
    return expr_none(t, n);
}

static const Field *kind_field(const Kind *kind, Str name)
{
    for (size_t i = 0; i < kind->field_count; i++)
        if (str_eq(kind->fields[i]->name, name))
            return kind->fields[i];
    return NULL;
}

/* unit.kind, unit.homes */
static Expr *unit_attr(Typer *t, const Scope *s, const Node *n)
{
    Expr *e = expr_new(t, n, EXPR_UNIT_ATTR);
    e->level = s->row ? LEVEL_ROW : LEVEL_UNIT;
    e->text = node_name(n);
    if (node_token(n)->word == WORD_KIND) {
        e->type = type_make(TYPE_KIND);
        return e;
    }
    for (size_t i = 0; i < s->kind_count; i++) {
        e->field = kind_field(s->kinds[i], node_name(n));
        if (!e->field)
            break;
        e->type = e->field->type;
    }
    if (!e->field)
        wrong(t, n, "lang.unknown_attr name=%.*s", STR_ARG(node_name(n)));
    return e;
}

/* x.name where x is an item, a record or a unit. */
static Expr *type_attr(Typer *t, const Node *n, Expr *base)
{
    Expr *e = expr_new(t, n, EXPR_ATTR);
    expr_args(t, e, base, NULL, NULL);
    e->text = node_name(n);
    Type of = base->type;
    bool found = of.kind == TYPE_NONE;
    for (size_t i = 0; of.kind == TYPE_ITEM && i < of.list->attr_count; i++)
        if (str_eq(of.list->attrs[i].name, e->text)) {
            e->number = (int64_t)i;
            e->type = of.list->attrs[i].type;
            found = true;
        }
    if (of.kind == TYPE_RECORD && of.book)
        e->field = book_field(of.book, e->text);
    for (size_t i = 0; of.kind == TYPE_UNIT && i < of.kind_count && !e->field; i++)
        e->field = kind_field(of.kinds[i], e->text);
    if (e->field)
        e->type = e->field->type;
    if (of.kind == TYPE_UNIT && node_token(n)->word == WORD_KIND && !e->field) {
        e->op = EXPR_KIND_OF;
        e->type = type_make(TYPE_KIND);
        found = true;
    }
    if (e->field && e->type.hidden && !t->private_ok)
        wrong(t, n, "lang.private_use name=%.*s", STR_ARG(e->text));
    if (!found && !e->field)
        wrong(t, n, "lang.unknown_part name=%.*s type=%s", STR_ARG(e->text), text_of(t, of));
    return e;
}

Expr *type_dot(Typer *t, const Scope *s, const Node *n)
{
    const Node *base = n->kid;
    if (n->kid->next) { /* x.f(y) */
        wrong(t, n, "lang.later word=%.*s", STR_ARG(node_name(n)));
        return expr_none(t, n);
    }
    if (base->kind == NODE_REF && !qualifier_of(base).n) {
        bool row = s->row && book_field(s->row, node_name(base));
        if (!row && node_token(base)->word == WORD_THIS)
            return this_field(t, s, n);
        if (!row && node_token(base)->word == WORD_UNIT)
            return unit_attr(t, s, n);
        const Book *parent = s->row ? s->row->parent : NULL;
        if (!row && parent && str_eq(parent->name, node_name(base))) {
            Expr *e = parent_field(t, n, parent, node_name(n));
            if (e)
                return e;
        }
    }
    Expr *part = flow_part(t, s, n);
    if (part)
        return part;
    const Book *book = book_named(t, s, base);
    if (book)
        return type_cell(t, s, n, NULL, book);
    if (base->kind == NODE_SHIFT && (book = book_named(t, s, base->kid)))
        return type_cell(t, s, n, base, book);
    Expr *e = type_expr(t, s, base, NULL);
    return type_attr(t, n, e);
}
