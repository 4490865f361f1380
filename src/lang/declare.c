/* First pass over the declarations of a pack: a struct and a name for each, numbers from the
 * registry. Types, kinds and expressions come when every name is known (resolve.c). */
#include "lang/compile_int.h"

enum { KINDS_MAX = 512 }; /* a city needs some dozens */

static Str title_of(const Node *n)
{
    const Node *title = node_kid(n, NODE_TITLE);
    return title ? node_name(title) : STR("");
}

static int32_t number_of(Compiler *c, const Load *load, const char *space, Str name)
{
    return registry_need(c->registry, str_of(space), path_of(c->arena, load->pack->name, name));
}

/* ---- fields ---- */

/* Words that stand for periods and moments; a field of that name could not be told from them. */
static bool is_taken_field(Str name)
{
    static const char *const taken[] = { "year",  "prev",  "ytd",  "last",  "now", "at",
                                         "known", "draft", "this", "start", "end", "entered" };
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (str_is(name, taken[i]) || str_is(name, word_row(word_of(str_of(taken[i])))->zh))
            return true;
    return false;
}

static int32_t field_number(Compiler *c, Str space, const Node *n)
{
    Str path = str_printf(c->arena, "%.*s:%.*s", STR_ARG(space), STR_ARG(node_name(n)));
    const Node *was = node_clause(n, WORD_WAS);
    if (!registry_find(c->registry, path) && was && was->kid) {
        Str old = str_printf(c->arena, "%.*s:%.*s", STR_ARG(space), STR_ARG(node_name(was->kid)));
        int32_t number = registry_find(c->registry, old);
        if (number)
            registry_put(c->registry, space, node_name(n), number);
    }
    return registry_need(c->registry, space, node_name(n));
}

Field *declare_field(Compiler *c, const Node *n, Str space)
{
    if (is_taken_field(node_name(n)))
        complain(&c->c, n->file, node_place(n), NULL, "lang.field_taken name=%.*s",
                 STR_ARG(node_name(n)));
    Field *f = arena_new(c->arena, Field);
    *f = (Field){ .name = node_name(n), .title = title_of(n), .group = 1 };
    f->place = node_place(n);
    f->number = field_number(c, space, n);
    return f;
}

/* The FIELD kids of `parent`; `space` = field.PACK.OWNER. */
static Field **declare_fields(Compiler *c, const Node *parent, Str space, size_t *ret_count)
{
    Field **fields = arena_array(c->arena, Field *, node_count(parent));
    size_t count = 0;
    FOR_EACH (n, parent) {
        if (n->kind != NODE_FIELD || node_token(n)->kind != TOKEN_NAME)
            continue;
        bool twice = false;
        for (size_t i = 0; i < count; i++)
            twice = twice || str_eq(fields[i]->name, node_name(n));
        if (twice)
            complain(&c->c, n->file, node_place(n), NULL, "lang.field_twice name=%.*s",
                     STR_ARG(node_name(n)));
        fields[count++] = declare_field(c, n, space);
        if (count <= LIMIT_FIELDS)
            continue;
        complain(&c->c, n->file, node_place(n), NULL, "lang.too_many_fields n=%d", LIMIT_FIELDS);
        break;
    }
    *ret_count = count;
    return fields;
}

/* ---- declarations ---- */

static void declare_kind(Compiler *c, Load *load, const Node *n)
{
    if (c->kinds.n == KINDS_MAX) {
        complain(&c->c, n->file, node_place(n), NULL, "lang.too_many_kinds n=%d", KINDS_MAX);
        return;
    }
    Kind *kind = arena_new(c->arena, Kind);
    *kind = (Kind){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    if (!symbol_add(c, load, SYMBOL_KIND, n, kind))
        return;
    kind->number = number_of(c, load, "kind", kind->name);
    Str space =
        str_printf(c->arena, "field.%.*s.%.*s", STR_ARG(load->pack->name), STR_ARG(kind->name));
    kind->fields = declare_fields(c, n, space, &kind->field_count);
    *list_push(c->arena, &c->kinds) = kind;
}

static void declare_tree(Compiler *c, Load *load, const Node *n)
{
    Tree *tree = arena_new(c->arena, Tree);
    *tree = (Tree){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    if (!symbol_add(c, load, SYMBOL_TREE, n, tree))
        return;
    tree->number = number_of(c, load, "tree", tree->name);
    *list_push(c->arena, &c->trees) = tree;
}

static Duty duty_of(const Node *role)
{
    const Node *duty = node_clause(role, WORD_DUTY);
    if (!duty || !duty->kid)
        return DUTY_NONE;
    if (duty->kid->word == WORD_SYSTEM)
        return DUTY_SYSTEM;
    return duty->kid->word == WORD_PEOPLE ? DUTY_PEOPLE : DUTY_AUDIT;
}

static void declare_role(Compiler *c, Load *load, const Node *n)
{
    Role *role = arena_new(c->arena, Role);
    *role = (Role){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    role->duty = duty_of(n);
    if (!symbol_add(c, load, SYMBOL_ROLE, n, role))
        return;
    role->number = number_of(c, load, "role", role->name);
    *list_push(c->arena, &c->roles) = role;
}

static void declare_param(Compiler *c, Load *load, const Node *n)
{
    Param *param = arena_new(c->arena, Param);
    *param = (Param){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    param->low = 1;
    if (symbol_add(c, load, SYMBOL_PARAM, n, param))
        *list_push(c->arena, &c->params) = param;
}

/* Items of a list or a choice: numbers by the registry, rank by the order of writing. */
static void declare_items(Compiler *c, const Load *load, List *list, const Node *n)
{
    Str space =
        str_printf(c->arena, "item.%.*s.%.*s", STR_ARG(load->pack->name), STR_ARG(list->name));
    list->items = arena_array(c->arena, Item, node_count(n));
    FOR_EACH (kid, n) {
        if (kid->kind != NODE_ITEM)
            continue;
        if (list_item(list, node_name(kid)))
            complain(&c->c, kid->file, node_place(kid), NULL, "lang.item_twice name=%.*s",
                     STR_ARG(node_name(kid)));
        Item *item = &list->items[list->item_count];
        *item = (Item){ .name = node_name(kid), .title = title_of(kid) };
        if (!item->title.n)
            item->title = item->name;
        item->number = registry_need(c->registry, space, item->name);
        item->rank = (int32_t)++list->item_count;
        const Node *until = node_clause(kid, WORD_UNTIL);
        item->until = until && until->kid ? (int32_t)node_token(until->kid)->number : 0;
        if (list->item_count <= LIMIT_LIST_ITEMS)
            continue;
        complain(&c->c, kid->file, node_place(kid), NULL, "lang.too_many_items n=%d",
                 LIMIT_LIST_ITEMS);
        break;
    }
}

static void declare_list(Compiler *c, Load *load, const Node *n)
{
    List *list = arena_new(c->arena, List);
    *list = (List){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    if (!symbol_add(c, load, SYMBOL_LIST, n, list))
        return;
    list->number = number_of(c, load, "list", list->name);
    list->ordered = node_clause(n, WORD_ORDERED) != NULL;
    list->open = node_clause(n, WORD_OPEN) != NULL;
    declare_items(c, load, list, n);
    *list_push(c->arena, &c->lists) = list;
}

/* choice(…) of a field: a list named book.field. */
void declare_choice(Compiler *c, Load *load, Str owner, const Node *field)
{
    const Node *type = node_kid(field, NODE_TYPE);
    if (!type || type->word != WORD_CHOICE)
        return;
    List *list = arena_new(c->arena, List);
    Str name = path_of(c->arena, owner, node_name(field));
    *list = (List){ .name = name, .title = title_of(field), .pack = load->pack };
    list->number = number_of(c, load, "list", name);
    declare_items(c, load, list, type);
    *list_push(c->arena, &c->lists) = list;
}

static void declare_book(Compiler *c, Load *load, const Node *n)
{
    Book *book = arena_new(c->arena, Book);
    *book = (Book){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    book->place = node_place(n);
    if (!symbol_add(c, load, SYMBOL_BOOK, n, book))
        return;
    book->number = number_of(c, load, "book", book->name);
    Str space =
        str_printf(c->arena, "field.%.*s.%.*s", STR_ARG(load->pack->name), STR_ARG(book->name));
    book->fields = declare_fields(c, n, space, &book->field_count);
    for (size_t i = 0; i < book->field_count; i++) {
        book->fields[i]->book = book;
        if (book->fields[i]->number >= book->field_room)
            book->field_room = book->fields[i]->number + 1;
    }
    FOR_EACH (kid, n)
        if (kid->kind == NODE_FIELD)
            declare_choice(c, load, book->name, kid);
    *list_push(c->arena, &c->books) = book;
}

/* ---- calendars ---- */

/* Spans ascend and stand apart. */
static void calendar_hours(Compiler *c, const Node *n, Calendar *calendar)
{
    int32_t before = -1;
    for (const Node *from = n->kid; from && from->next; from = from->next->next) {
        int32_t a = (int32_t)node_token(from)->number;
        int32_t b = (int32_t)node_token(from->next)->number;
        if (a <= before || b <= a || calendar->hour_count == CALENDAR_SPANS) {
            complain(&c->c, n->file, node_place(from), NULL, "lang.calendar_hours n=%d",
                     CALENDAR_SPANS);
            return;
        }
        calendar->hours[calendar->hour_count].from = a;
        calendar->hours[calendar->hour_count++].to = b;
        before = b;
    }
}

void calendar_declare(Compiler *c, Load *load, const Node *n)
{
    Calendar *calendar = arena_new(c->arena, Calendar);
    *calendar = (Calendar){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    if (!symbol_add(c, load, SYMBOL_CALENDAR, n, calendar))
        return;
    FOR_EACH (line, n) {
        if (line->kind == NODE_CLAUSE && line->word == WORD_HOURS)
            calendar_hours(c, line, calendar);
        else if (line->kind == NODE_CLAUSE && line->kid)
            calendar->rest = line->kid->word == WORD_STATE     ? REST_STATE
                             : line->kid->word == WORD_WEEKEND ? REST_WEEKEND
                                                               : REST_NONE;
    }
    *list_push(c->arena, &c->calendars) = calendar;
}

static void declare_figure(Compiler *c, Load *load, const Node *n)
{
    Figure *figure = arena_new(c->arena, Figure);
    *figure = (Figure){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    figure->place = node_place(n);
    figure->as.decimals = -1;
    if (!symbol_add(c, load, SYMBOL_FIGURE, n, figure))
        return;
    figure->number = number_of(c, load, "figure", figure->name);
    vertex_add(c, figure, figure->name, n);
    const Node *params = node_kid(n, NODE_CLAUSE);
    if (!params || params->word != WORD_NONE)
        return;
    if (function_of(figure->name))
        complain(&c->c, n->file, node_place(n), NULL, "lang.figure_is_function name=%.*s",
                 STR_ARG(figure->name));
    figure->params = arena_array(c->arena, FigureParam, node_count(params));
    FOR_EACH (kid, params)
        figure->params[figure->param_count++].name = node_name(kid);
}

static const struct {
    NodeKind kind;
    void (*declare)(Compiler *c, Load *load, const Node *n);
} rows[] = {
    { NODE_KIND, declare_kind },         { NODE_TREE, declare_tree },
    { NODE_ROLE, declare_role },         { NODE_PARAM, declare_param },
    { NODE_LIST, declare_list },         { NODE_BOOK, declare_book },
    { NODE_FLOW, declare_flow },         { NODE_FIGURE, declare_figure },
    { NODE_CALENDAR, calendar_declare },
};

void declare_load(Compiler *c, Load *load)
{
    if (c->trees.n == 0) {
        Tree *area = arena_new(c->arena, Tree);
        *area = (Tree){ .name = STR("area"), .title = STR("区划"), .pack = load->pack };
        *list_push(c->arena, &c->trees) = area;
    }
    for (size_t i = 0; i < load->decl_count; i++) {
        const Node *n = load->decls[i];
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if (n->kind == rows[k].kind && node_token(n)->kind == TOKEN_NAME)
                rows[k].declare(c, load, n);
        load->blind = load->blind || (n->kind == NODE_LATER && n->word == WORD_OVERLAY);
        if (n->kind == NODE_LATER && n->word != WORD_POST && node_token(n)->kind == TOKEN_NAME)
            (void)symbol_add(c, load, SYMBOL_LATER, n, NULL);
        if (n->kind == NODE_BOARD && !n->broken && load->fresh)
            complain_warning(&c->c, n->file, node_place(n), "lang.board_unused name=%.*s",
                             STR_ARG(node_name(n)));
    }
}
