/* Second pass: kinds, trees, roles, lists, types of fields, the heads of books; third: the values
 * and expressions inside them, when every type is known. */
#include "lang/compile_int.h"

static void say(Compiler *c, const Node *n, const char *what, Str name)
{
    complain(&c->c, n->file, node_place(n), NULL, "%s name=%.*s", what, STR_ARG(name));
}

const Kind **kinds_of_nodes(Compiler *c, Load *load, const Node *parent, size_t *ret_count)
{
    const Kind **kinds = arena_array(c->arena, const Kind *, node_count(parent));
    size_t count = 0;
    FOR_EACH (n, parent) {
        if (n->kind != NODE_NAME)
            continue;
        Symbol *symbol = symbol_need(c, load, SYMBOL_KIND, n);
        if (symbol)
            kinds[count++] = symbol->thing;
    }
    *ret_count = count;
    return kinds;
}

bool every_of_node(Compiler *c, Load *load, const Node *every, PeriodKind *ret,
                   const Book **ret_book)
{
    const Node *name = every->kid;
    if (!name)
        return false;
    Word word = node_token(name)->word;
    Str text = word ? str_of(word_row(word)->en) : node_name(name);
    if (period_kind_find(text, ret))
        return true;
    Symbol *symbol = symbol_find(c, load, SYMBOL_BOOK, name, qualifier_of(name));
    if (!symbol) {
        if (!load->blind)
            say(c, name, "lang.unknown_period", node_name(name));
        return false;
    }
    *ret = PERIOD_RECORD;
    *ret_book = symbol->thing;
    return true;
}

/* ---- types ---- */

static const List *choice_find(Compiler *c, const Load *load, Str name)
{
    for (size_t i = c->lists.n; i-- > 0;)
        if (c->lists.at[i]->pack == load->pack && str_eq(c->lists.at[i]->name, name))
            return c->lists.at[i];
    return NULL;
}

/* A list by its name, or book.field for the choice of a field. */
static const List *list_of_path(Compiler *c, Load *load, const Node *path)
{
    const Node *name = path->kid;
    if (!name->next) {
        Symbol *symbol = symbol_need(c, load, SYMBOL_LIST, name);
        return symbol ? symbol->thing : NULL;
    }
    Symbol *symbol = symbol_need(c, load, SYMBOL_BOOK, name);
    if (!symbol)
        return NULL;
    const Book *book = symbol->thing;
    const List *list =
        choice_find(c, symbol->load, path_of(c->arena, book->name, node_name(name->next)));
    if (!list)
        say(c, name->next, "lang.not_a_choice", node_name(name->next));
    return list;
}

static Type list_type(Compiler *c, const Node *n, TypeKind kind, const List *list)
{
    Type t = type_make(list ? kind : TYPE_NONE);
    t.list = list;
    if (list && kind == TYPE_SET && list->item_count > 63)
        complain(&c->c, n->file, node_span(n), NULL, "lang.set_too_large name=%.*s n=%zu",
                 STR_ARG(list->name), list->item_count);
    return t;
}

static int64_t size_of_node(Compiler *c, const Node *n, int64_t low, int64_t high)
{
    const Node *number = n->kid;
    int64_t size = number ? node_token(number)->number : low;
    if (size >= low && size <= high)
        return size;
    complain(&c->c, n->file, node_span(n), NULL, "lang.size_range low=%lld high=%lld",
             (long long)low, (long long)high);
    return low;
}

static Type int_type(Compiler *c, const Node *n)
{
    Type t = type_make(TYPE_INT);
    if (!n->kid || !n->kid->next)
        return t;
    t.low = node_token(n->kid)->number;
    t.high = node_token(n->kid->next)->number;
    if (t.low > t.high)
        complain(&c->c, n->file, node_span(n), NULL, "lang.bounds_fall");
    return t;
}

static Type simple_type(Word word)
{
    static const struct {
        Word word;
        TypeKind kind;
    } rows[] = {
        { WORD_AREA, TYPE_AREA },         { WORD_PERCENT, TYPE_RATIO },
        { WORD_SCORE, TYPE_SCORE },       { WORD_BOOL, TYPE_BOOL },
        { WORD_DATE, TYPE_DATE },         { WORD_TIME, TYPE_TIME },
        { WORD_MONTHDAY, TYPE_MONTHDAY }, { WORD_PERIOD, TYPE_PERIOD },
        { WORD_DURATION, TYPE_DURATION }, { WORD_CONTACT, TYPE_CONTACT },
        { WORD_CODE, TYPE_CODE },         { WORD_IMAGE, TYPE_IMAGE },
        { WORD_FILE, TYPE_FILE },         { WORD_POINT, TYPE_POINT },
        { WORD_PROSE, TYPE_PROSE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].word == word)
            return type_make(rows[i].kind);
    return type_make(TYPE_NONE);
}

Type type_of_node(Compiler *c, Load *load, const Node *n, Str choice_name)
{
    Type t = type_make(TYPE_NONE);
    Symbol *symbol;
    switch ((int)n->word) {
    case WORD_NONE:
        return list_type(c, n, TYPE_ITEM, n->kid ? list_of_path(c, load, n->kid) : NULL);
    case WORD_TEXT:
        t = type_make(TYPE_TEXT);
        t.high = size_of_node(c, n, 1, 65536);
        return t;
    case WORD_DECIMAL:
        t = type_make(TYPE_DECIMAL);
        t.scale = (int8_t)size_of_node(c, n, 1, NUM_SCALE_MAX);
        return t;
    case WORD_INT: return int_type(c, n);
    case WORD_MONEY: return type_make(n->sign == '/' ? TYPE_RATE : TYPE_MONEY);
    case WORD_CHOICE: return list_type(c, n, TYPE_ITEM, choice_find(c, load, choice_name));
    case WORD_MANY:
        symbol = n->kid ? symbol_need(c, load, SYMBOL_LIST, n->kid) : NULL;
        return list_type(c, n, TYPE_SET, symbol ? symbol->thing : NULL);
    case WORD_UNIT:
        t = type_make(TYPE_UNIT);
        t.kinds = kinds_of_nodes(c, load, n, &t.kind_count);
        return t;
    case WORD_RECORD:
        symbol = n->kid ? symbol_need(c, load, SYMBOL_BOOK, n->kid) : NULL;
        t = type_make(symbol ? TYPE_RECORD : TYPE_NONE);
        t.book = symbol ? symbol->thing : NULL;
        return t;
    case WORD_HOLDER:
        (void)(n->kid && symbol_need(c, load, SYMBOL_ROLE, n->kid));
        return type_make(TYPE_PERSON);
    default: return simple_type(n->word);
    }
}

/* ---- second pass ---- */

static void add_edge(Compiler *c, Tree *tree, const Kind *child, const Kind *parent)
{
    TreeEdge *edges = arena_array(c->arena, TreeEdge, tree->edge_count + 1);
    for (size_t i = 0; i < tree->edge_count; i++)
        edges[i] = tree->edges[i];
    edges[tree->edge_count++] = (TreeEdge){ child, parent };
    tree->edges = edges;
}

static void resolve_fields(Compiler *c, Load *load, Str owner, const Node *parent, Field **fields,
                           size_t count)
{
    size_t i = 0;
    FOR_EACH (n, parent) {
        if (n->kind != NODE_FIELD || node_token(n)->kind != TOKEN_NAME || i == count)
            continue;
        const Node *type = node_kid(n, NODE_TYPE);
        Field *f = fields[i++];
        f->type = type_make(TYPE_NONE);
        if (type)
            f->type = type_of_node(c, load, type, path_of(c->arena, owner, f->name));
    }
}

static void resolve_kind(Compiler *c, Load *load, const Node *n, Kind *kind)
{
    const Node *in = node_clause(n, WORD_IN);
    if (in)
        kind->parents = kinds_of_nodes(c, load, in, &kind->parent_count);
    for (size_t i = 0; i < kind->parent_count; i++)
        add_edge(c, c->trees.at[0], kind, kind->parents[i]);
    resolve_fields(c, load, kind->name, n, kind->fields, kind->field_count);
}

static void resolve_tree(Compiler *c, Load *load, const Node *n, Tree *tree)
{
    FOR_EACH (edge, n) {
        if (edge->kind != NODE_EDGE || !edge->kid)
            continue;
        Symbol *child = symbol_need(c, load, SYMBOL_KIND, edge);
        Symbol *parent = symbol_need(c, load, SYMBOL_KIND, edge->kid);
        if (child && parent)
            add_edge(c, tree, child->thing, parent->thing);
    }
}

static void resolve_list(Compiler *c, Load *load, const Node *n, List *list)
{
    const Node *attrs = node_clause(n, WORD_NONE);
    if (!attrs)
        return;
    list->attrs = arena_array(c->arena, ItemAttr, node_count(attrs));
    FOR_EACH (attr, attrs) {
        const Node *type = node_kid(attr, NODE_TYPE);
        ItemAttr *a = &list->attrs[list->attr_count++];
        *a = (ItemAttr){ node_name(attr), type_make(TYPE_NONE) };
        if (type)
            a->type = type_of_node(c, load, type, STR(""));
    }
}

/* per KIND {, LIST}: the first is a kind of unit, the rest lists. */
static void resolve_keys(Compiler *c, Load *load, const Node *per, Book *book)
{
    book->keys = arena_array(c->arena, const List *, node_count(per));
    FOR_EACH (n, per) {
        if (n == per->kid) {
            Symbol *kind = symbol_need(c, load, SYMBOL_KIND, n);
            const Kind **kinds = arena_array(c->arena, const Kind *, 1);
            kinds[0] = kind ? kind->thing : NULL;
            book->kinds = kinds;
            book->kind_count = kind != NULL;
            continue;
        }
        Symbol *list = symbol_need(c, load, SYMBOL_LIST, n);
        if (list)
            book->keys[book->key_count++] = list->thing;
    }
}

static void resolve_every(Compiler *c, Load *load, const Node *n, Book *book)
{
    const Node *every = node_clause(n, WORD_EVERY);
    const Node *nil = node_clause(n, WORD_NIL);
    const Book *round = NULL;
    if (every)
        (void)every_of_node(c, load, every, &book->every, &book->every_book);
    if (nil && nil->kid)
        (void)every_of_node(c, load, nil->kid, &book->nil_every, &round);
    if (book->every_book == book || round) {
        say(c, n, "lang.every_self", book->name);
        book->every_book = NULL;
        book->every = PERIOD_NONE;
        book->nil_every = PERIOD_NONE;
    }
}

static void resolve_book(Compiler *c, Load *load, const Node *n, Book *book)
{
    const Node *per = node_clause(n, WORD_PER);
    const Node *of = node_clause(n, WORD_OF);
    const Node *under = node_clause(n, WORD_UNDER);
    book->form = per ? BOOK_PER : of ? BOOK_OF : BOOK_UNDER;
    if (per)
        resolve_keys(c, load, per, book);
    if (of)
        book->kinds = kinds_of_nodes(c, load, of, &book->kind_count);
    if (under && under->kid) {
        Symbol *parent = symbol_need(c, load, SYMBOL_BOOK, under->kid);
        book->parent = parent ? parent->thing : NULL;
        if (book->parent == book) {
            say(c, under->kid, "lang.under_self", book->name);
            book->parent = NULL;
        }
    }
    resolve_every(c, load, n, book);
    book->anonymous = node_clause(n, WORD_ANONYMOUS) != NULL;
    const Node *least = node_clause(n, WORD_LEAST);
    if (least && least->kid)
        book->least = (int32_t)node_token(least->kid)->number;
    resolve_fields(c, load, book->name, n, book->fields, book->field_count);
}

static void resolve_head(Compiler *c, Load *load)
{
    const Node *tree = load->head ? node_clause(load->head, WORD_TREE) : NULL;
    const Node *rates = load->head ? node_clause(load->head, WORD_RATES) : NULL;
    load->pack->tree = c->trees.at[0];
    if (tree && tree->kid && !str_is(node_name(tree->kid), "area")) {
        Symbol *symbol = symbol_need(c, load, SYMBOL_TREE, tree->kid);
        if (symbol)
            load->pack->tree = symbol->thing;
    }
    if (rates)
        load->pack->rates = kinds_of_nodes(c, load, rates, &load->pack->rate_count);
}

typedef struct TreeWalk {
    const Tree *tree;
    const Kind *top;
    Map seen; /* kind -> itself */
} TreeWalk;

/* A tree in which a kind hangs below itself has no top. */
static bool hangs_below(TreeWalk *w, const Kind *kind)
{
    int64_t key = (int64_t)(intptr_t)kind;
    if (map_find_int(&w->seen, key))
        return false;
    map_put_int(&w->seen, key, (void *)(uintptr_t)kind);
    for (size_t i = 0; i < w->tree->edge_count; i++) {
        const TreeEdge *edge = &w->tree->edges[i];
        if (edge->child == kind && edge->parent != kind &&
            (edge->parent == w->top || hangs_below(w, edge->parent)))
            return true;
    }
    return false;
}

/* A kind may stand in its own kind (a group in a group), but not in that alone. */
static bool only_in_itself(const Tree *tree, const Kind *kind)
{
    bool own = false;
    for (size_t i = 0; i < tree->edge_count; i++) {
        if (tree->edges[i].child == kind && tree->edges[i].parent != kind)
            return false;
        own |= tree->edges[i].child == kind;
    }
    return own;
}

static bool in_ring(Work *w, const Tree *tree, const Kind *kind)
{
    ARENA_SCOPE(w->arena);
    TreeWalk walk = { .tree = tree, .top = kind, .seen = map_open(w->arena) };
    return only_in_itself(tree, kind) || hangs_below(&walk, kind);
}

static void check_tree(Compiler *c, const Load *load, const Tree *tree)
{
    for (size_t i = 0; i < c->all.n; i++) {
        const Symbol *s = c->all.at[i];
        if (s->load != load || s->kind != SYMBOL_KIND)
            continue;
        if (in_ring(c->w, tree, s->thing))
            complain(&c->c, s->node->file, node_place(s->node), NULL,
                     "lang.kind_ring name=%.*s tree=%.*s", STR_ARG(s->name), STR_ARG(tree->name));
    }
}

/* Moves stand in the order of their nodes (declare_flow). Who moves a case is known only with the
 * book: flows_fill(). */
static void resolve_flow(Compiler *c, Load *load, const Node *n, Flow *flow)
{
    if (!flow_confirms(flow))
        return;
    size_t i = 0;
    FOR_EACH (kid, n) {
        if (kid->kind != NODE_MOVE || kid->broken || i == flow->move_count)
            continue;
        const Node *by = node_kid(kid, NODE_WHO);
        if (by)
            flow->moves[i].by = who_of_node(c, load, NULL, by);
        i++;
    }
}

void resolve_load(Compiler *c, Load *load)
{
    resolve_head(c, load);
    for (size_t i = 0; i < c->all.n; i++) {
        Symbol *s = c->all.at[i];
        if (s->load != load)
            continue;
        switch (s->kind) {
        case SYMBOL_KIND: resolve_kind(c, load, s->node, s->thing); break;
        case SYMBOL_TREE: resolve_tree(c, load, s->node, s->thing); break;
        case SYMBOL_ROLE: {
            Role *role = s->thing;
            const Node *at = node_clause(s->node, WORD_AT);
            if (at)
                role->kinds = kinds_of_nodes(c, load, at, &role->kind_count);
            break;
        }
        case SYMBOL_LIST: resolve_list(c, load, s->node, s->thing); break;
        case SYMBOL_BOOK: resolve_book(c, load, s->node, s->thing); break;
        case SYMBOL_PARAM:
        case SYMBOL_FLOW:
        case SYMBOL_FIGURE:
        case SYMBOL_CALENDAR:
        case SYMBOL_LATER: break;
        }
    }
    for (size_t i = 0; i < c->trees.n; i++)
        check_tree(c, load, c->trees.at[i]);
    for (size_t i = 0; i < c->all.n; i++) { /* roles may stand in a later file */
        Symbol *s = c->all.at[i];
        if (s->load == load && s->kind == SYMBOL_FLOW)
            resolve_flow(c, load, s->node, s->thing);
    }
}

/* ---- third pass ---- */

static void resolve_items(Compiler *c, Load *load, const Node *n, List *list)
{
    Typer t = { .c = c, .load = load };
    Scope scope = { .any_kind = true, .any_grain = true };
    size_t i = 0;
    FOR_EACH (kid, n) {
        if (kid->kind != NODE_ITEM || i == list->item_count)
            continue;
        Item *item = &list->items[i++];
        item->attrs = arena_array(c->arena, int64_t, list->attr_count);
        item->attr_texts = arena_array(c->arena, Str, list->attr_count);
        size_t given = 0;
        FOR_EACH (arg, kid) {
            if (arg->kind != NODE_ARG)
                continue;
            if (given < list->attr_count && arg->kid) {
                Type *want = &list->attrs[given].type;
                Expr *e = type_as(&t, &scope, arg->kid, *want);
                if (want->kind == TYPE_DURATION && i == 1)
                    want->work = e->type.work;
                if (want->kind == TYPE_DURATION && want->work != e->type.work)
                    complain(&c->c, arg->file, node_span(arg->kid), NULL, "lang.mixed_durations");
                item->attr_texts[given] = e->text;
                if (e->type.kind != TYPE_NONE && e->type.kind != TYPE_TEXT &&
                    !expr_constant(e, &item->attrs[given]))
                    complain(&c->c, arg->file, node_span(arg->kid), NULL, "lang.want_constant");
            }
            given++;
        }
        if (given != list->attr_count && !kid->broken && !n->broken)
            complain(&c->c, kid->file, node_place(kid), NULL,
                     "lang.item_values name=%.*s want=%zu got=%zu", STR_ARG(node_name(kid)),
                     list->attr_count, given);
    }
}

static bool param_value(Typer *t, const Node *clause, Type type, int64_t *ret)
{
    Scope scope = { .any_kind = true, .any_grain = true };
    if (!clause || !clause->kid)
        return false;
    Expr *e = type_as(t, &scope, clause->kid, type);
    if (e->type.kind == TYPE_NONE)
        return false;
    if (expr_constant(e, ret))
        return true;
    complain(&t->c->c, clause->file, node_span(clause->kid), NULL, "lang.want_constant");
    return false;
}

static void resolve_param(Compiler *c, Load *load, const Node *n, Param *param)
{
    Typer t = { .c = c, .load = load };
    const Node *type = node_kid(n, NODE_TYPE);
    param->type = type ? type_of_node(c, load, type, STR("")) : type_make(TYPE_NONE);
    const Node *open = node_clause(n, WORD_OPEN);
    Symbol *kind = open && open->kid ? symbol_need(c, load, SYMBOL_KIND, open->kid) : NULL;
    param->open = kind ? kind->thing : NULL;
    if (param->type.kind == TYPE_NONE ||
        !param_value(&t, node_clause(n, WORD_NONE), param->type, &param->value))
        return;
    int64_t low = INT64_MIN;
    int64_t high = INT64_MAX;
    const Node *min = node_clause(n, WORD_MIN);
    const Node *max = node_clause(n, WORD_MAX);
    bool has_low = min && param_value(&t, min, param->type, &low);
    bool has_high = max && param_value(&t, max, param->type, &high);
    bool bounded = has_low || has_high;
    if (bounded && (low > high || param->value < low || param->value > high))
        say(c, n, "lang.param_bounds", param->name);
    param->low = bounded ? low : 1;
    param->high = bounded ? high : 0;
}

/* rule COND "…": holds with the values as they stand. Overlays, which may change them, come later.
 */
static void resolve_rule(Compiler *c, Load *load, const Node *n)
{
    Typer t = { .c = c, .load = load };
    Scope scope = { .any_kind = true, .any_grain = true };
    Expr *e = type_condition(&t, &scope, n->kid);
    if (e->type.kind != TYPE_NONE && e->level != LEVEL_CONST)
        complain(&c->c, n->file, node_span(n->kid), NULL, "lang.rule_params");
}

void resolve_constants(Compiler *c, Load *load)
{
    const Symbol *const *all = (const Symbol *const *)c->all.at;
    for (size_t i = 0; i < c->all.n; i++)
        if (all[i]->load == load && all[i]->kind == SYMBOL_PARAM)
            resolve_param(c, load, all[i]->node, all[i]->thing);
    for (size_t i = 0; i < c->all.n; i++) {
        if (all[i]->load != load)
            continue;
        if (all[i]->kind == SYMBOL_LIST)
            resolve_items(c, load, all[i]->node, all[i]->thing);
        if (all[i]->kind == SYMBOL_BOOK)
            read_book_words(c, load, all[i]->node, all[i]->thing);
    }
}

void resolve_values(Compiler *c, Load *load)
{
    const Symbol *const *all = (const Symbol *const *)c->all.at;
    for (size_t i = 0; i < c->all.n; i++) {
        if (all[i]->load != load)
            continue;
        if (all[i]->kind == SYMBOL_KIND)
            kind_values(c, load, all[i]->node, all[i]->thing);
        if (all[i]->kind == SYMBOL_BOOK)
            book_values(c, load, all[i]->node, all[i]->thing);
    }
    for (size_t i = 0; i < load->decl_count; i++)
        if (load->decls[i]->kind == NODE_RULE && load->decls[i]->kid)
            resolve_rule(c, load, load->decls[i]);
}
