/* From sources to a PackSet: packs in order, their symbols, the passes over them.
 *
 * Packs loaded before are compiled again from their text, so that the new set shares nothing with
 * the old one and a new version of a pack is seen by those that stand on it. */
#include "lang/compile_int.h"

enum { SET_SOFT = 64 << 20, SET_HARD = 512 << 20 };

/* ---- symbols ---- */

Symbol *symbol_add(Compiler *c, Load *load, SymbolKind kind, const Node *node, void *thing)
{
    const Token *t = node_token(node);
    if (t->kind != TOKEN_NAME)
        return NULL; /* the parser has complained */
    for (Symbol *s = map_find(&c->symbols, t->value); s; s = s->next)
        if (s->load == load && s->kind == kind) {
            complain(&c->c, node->file, t->place, NULL, "lang.twice name=%.*s file=%.*s line=%d",
                     STR_ARG(t->value), STR_ARG(s->node->file->name), node_place(s->node).line);
            return NULL;
        }
    Symbol *s = arena_new(c->arena, Symbol);
    *s = (Symbol){ .kind = kind, .name = t->value, .load = load, .node = node, .thing = thing };
    s->next = map_find(&c->symbols, s->name);
    map_put(&c->symbols, s->name, s);
    *list_push(c->arena, &c->all) = s;
    return s;
}

static bool load_sees(const Load *load, const Load *other)
{
    for (size_t i = 0; i < load->need_count; i++)
        if (load->needs[i] == other)
            return true;
    return false;
}

Str qualifier_of(const Node *name)
{
    const Node *pack = node_kid(name, NODE_NAME);
    return pack ? node_name(pack) : STR("");
}

Symbol *symbol_find(Compiler *c, Load *load, int kinds, const Node *name, Str pack)
{
    Symbol *found = NULL;
    for (Symbol *s = map_find(&c->symbols, node_name(name)); s; s = s->next) {
        if (!(s->kind & (SymbolKind)kinds) || (pack.n && !str_eq(s->load->pack->name, pack)))
            continue;
        if (s->load == load && s->kind == SYMBOL_LATER) {
            found = found && found->load == load ? found : s;
            continue;
        }
        if (s->load == load)
            return s;
        if (!load_sees(load, s->load))
            continue;
        if (found && found->load == load)
            continue;
        if (found && found->load != s->load) {
            complain(&c->c, name->file, node_place(name), NULL,
                     "lang.ambiguous name=%.*s first=%.*s second=%.*s", STR_ARG(s->name),
                     STR_ARG(s->load->pack->name), STR_ARG(found->load->pack->name));
            return s;
        }
        found = s;
    }
    return found;
}

const char *nearest_of(Compiler *c, Load *load, int kinds, const Book *row, Str name)
{
    list_of(Str) names = { 0 };
    if (c->c.problems->n > LIMIT_PROBLEMS)
        return NULL; /* nobody will see it */
    for (size_t i = 0; row && i < row->field_count; i++)
        *list_push(c->w->arena, &names) = row->fields[i]->name;
    Str field = nearest_name(names.at, names.n, name);
    if (field.n)
        return str_z(c->w->arena, field);
    for (size_t i = 0; i < c->all.n; i++) {
        const Symbol *s = c->all.at[i];
        if ((s->kind & (SymbolKind)kinds) && (s->load == load || load_sees(load, s->load)))
            *list_push(c->w->arena, &names) = s->name;
    }
    for (Word word = WORD_NONE + 1; kinds == SYMBOL_LIST && word < WORD_COUNT; word++)
        if (word_row(word)->where == PLACE_TYPES) {
            *list_push(c->w->arena, &names) = str_of(word_row(word)->en);
            *list_push(c->w->arena, &names) = str_of(word_row(word)->zh);
        }
    Str near = nearest_name(names.at, names.n, name);
    return near.n ? str_z(c->w->arena, near) : NULL;
}

/* The sentence for a name of these kinds that is not there. */
static const char *unknown_id(int kinds)
{
    static const struct {
        int kinds;
        const char *id;
    } rows[] = {
        { SYMBOL_KIND, "lang.unknown_kind" }, { SYMBOL_TREE, "lang.unknown_tree" },
        { SYMBOL_ROLE, "lang.unknown_role" }, { SYMBOL_PARAM, "lang.unknown_param" },
        { SYMBOL_LIST, "lang.unknown_list" }, { SYMBOL_BOOK, "lang.unknown_book" },
        { SYMBOL_FLOW, "lang.unknown_flow" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (kinds == rows[i].kinds)
            return rows[i].id;
    return "lang.unknown";
}

Symbol *symbol_need(Compiler *c, Load *load, int kinds, const Node *name)
{
    Str pack = qualifier_of(name);
    Symbol *s = symbol_find(c, load, kinds | SYMBOL_LATER, name, pack);
    if (s)
        return s->kind == SYMBOL_LATER ? NULL : s;
    if (!load->blind)
        complain(&c->c, name->file, node_place(name),
                 nearest_of(c, load, kinds, NULL, node_name(name)), "%s name=%.*s",
                 unknown_id(kinds), STR_ARG(node_name(name)));
    return NULL;
}

Str path_of(Arena *arena, Str a, Str b)
{
    return str_printf(arena, "%.*s.%.*s", STR_ARG(a), STR_ARG(b));
}

/* ---- packs in order ---- */

static void load_parse(Compiler *c, Load *load, const Source *source)
{
    load->files = arena_array(c->arena, File, source->n);
    list_of(Node *) decls = { 0 };
    for (size_t i = 0; i < source->n; i++) {
        File *file = &load->files[load->file_count];
        *file = (File){ .name = str_copy(c->arena, source->files[i].name),
                        .text = str_copy(c->arena, source->files[i].text),
                        .index = (int32_t)i };
        load->file_count++;
        if (str_ends(file->name, STR("en.txt"))) {
            load->words = file->text;
            load->words_file = file;
            continue;
        }
        lex_file(&c->c, c->arena, file);
        for (Node *n = parse_file(&c->c, c->arena, file); n; n = n->next) {
            *list_push(c->arena, &decls) = n;
            if (n->kind == NODE_PACK && !load->head)
                load->head = n;
            else if (n->kind == NODE_PACK)
                complain(&c->c, file, node_place(n), NULL, "lang.two_packs name=%.*s",
                         STR_ARG(node_name(n)));
        }
    }
    load->decls = decls.at;
    load->decl_count = decls.n;
}

static Load *load_new(Compiler *c, const Source *source, Str text)
{
    Load *load = arena_new(c->arena, Load);
    load->pack = arena_new(c->arena, Pack);
    load_parse(c, load, source);
    Str name = STR("");
    if (load->head && node_token(load->head)->kind == TOKEN_NAME)
        name = node_name(load->head);
    load->pack->name = name;
    load->pack->text = str_copy(c->arena, text);
    load->pack->words = map_open(c->arena);
    load->pack->first_day = DAY_MIN;
    load->pack->last_day = DAY_FOREVER;
    return load;
}

static bool loads_open(Compiler *c, const PackSet *base, const Source *source)
{
    Str joined = source_join(c->w->arena, source);
    Load *fresh = load_new(c, source, joined);
    fresh->fresh = true;
    bool placed = false;
    for (size_t i = 0; base && i < base->pack_count; i++) {
        const Pack *old = base->packs[i];
        if (str_eq(old->name, fresh->pack->name)) {
            *list_push(c->arena, &c->loads) = fresh;
            placed = true;
            continue;
        }
        Source again;
        TRY(source_split(c->w, old->text, &again));
        *list_push(c->arena, &c->loads) = load_new(c, &again, old->text);
    }
    if (!placed)
        *list_push(c->arena, &c->loads) = fresh;
    return true;
}

static Load *load_find(Compiler *c, Str name)
{
    for (size_t i = 0; i < c->loads.n; i++)
        if (str_eq(c->loads.at[i]->pack->name, name))
            return c->loads.at[i];
    return NULL;
}

static void need_load(Compiler *c, Load *load, Load *other)
{
    if (other == load || load_sees(load, other))
        return;
    Load **all = arena_array(c->arena, Load *, load->need_count + 1);
    for (size_t i = 0; i < load->need_count; i++)
        all[i] = load->needs[i];
    all[load->need_count] = other;
    load->needs = all;
    load->need_count++;
    for (size_t i = 0; i < other->need_count; i++)
        need_load(c, load, other->needs[i]);
}

/* One `needs base 1` of the head. */
static void needs_one(Compiler *c, Load *load, const Node *name)
{
    Pack *pack = load->pack;
    const Node *number = node_kid(name, NODE_NUMBER);
    int32_t version = number ? (int32_t)node_token(number)->number : 1;
    Need *needs = arena_array(c->arena, Need, pack->need_count + 1);
    for (size_t i = 0; i < pack->need_count; i++)
        needs[i] = pack->needs[i];
    needs[pack->need_count++] = (Need){ node_name(name), version };
    pack->needs = needs;
    Load *other = load_find(c, node_name(name));
    list_of(Str) names = { 0 };
    for (size_t i = 0; i < c->loads.n; i++)
        if (c->loads.at[i] != load)
            *list_push(c->w->arena, &names) = c->loads.at[i]->pack->name;
    Str near = nearest_name(names.at, names.n, node_name(name));
    if (!other || other == load) {
        load->blind = true;
        if (number)
            complain(&c->c, name->file, node_place(name), near.n ? str_z(c->w->arena, near) : NULL,
                     "lang.pack_missing name=%.*s", STR_ARG(node_name(name)));
    } else {
        const Node *has = other->head ? node_clause(other->head, WORD_VERSION) : NULL;
        int64_t got = has && has->kid ? node_token(has->kid)->number : 0;
        if (got < version)
            complain(&c->c, name->file, node_place(name), NULL,
                     "lang.pack_old name=%.*s want=%d got=%lld", STR_ARG(node_name(name)), version,
                     (long long)got);
        need_load(c, load, other);
    }
}

static void loads_link(Compiler *c)
{
    for (size_t i = 0; i < c->loads.n; i++) {
        Load *load = c->loads.at[i];
        const Node *needs = load->head ? node_clause(load->head, WORD_NEEDS) : NULL;
        for (const Node *n = needs ? needs->kid : NULL; n; n = n->next)
            needs_one(c, load, n);
    }
}

/* ---- the passes ---- */

static void compile_all(Compiler *c)
{
    loads_link(c);
    void (*const passes[])(Compiler *, Load *) = { declare_load, flows_attach, resolve_load,
                                                   resolve_constants, resolve_values };
    for (size_t k = 0; k < sizeof passes / sizeof *passes; k++) {
        for (size_t i = 0; i < c->loads.n; i++)
            passes[k](c, c->loads.at[i]);
        if (passes[k] == resolve_load)
            flows_types(c);
        if (passes[k] == resolve_constants)
            flows_clocks(c);
    }
    flows_fill(c);
    for (size_t i = 0; i < c->all.n; i++)
        if (c->all.at[i]->kind == SYMBOL_FIGURE)
            figure_type(c, c->all.at[i]);
    rules_cycles(c);
    flows_prove(c);
    for (size_t i = 0; i < c->loads.n; i++)
        steps_load(c, c->loads.at[i]);
    for (size_t i = 0; i < c->loads.n; i++)
        rules_load(c, c->loads.at[i]);
    words_share(c);
}

/* A book under another stands behind it. */
static void place_book(Compiler *c, const Book *book, const Book **out, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (out[i] == book)
            return;
    if (book->parent && book->parent != book && !(book->parent->parent == book))
        place_book(c, book->parent, out, n);
    for (size_t i = 0; i < *n; i++)
        if (out[i] == book)
            return;
    out[(*n)++] = book;
}

static void set_finish(Compiler *c)
{
    PackSet *set = c->set;
    set->packs = arena_array(c->arena, const Pack *, c->loads.n);
    for (size_t i = 0; i < c->loads.n; i++)
        set->packs[set->pack_count++] = c->loads.at[i]->pack;
    set->books = arena_array(c->arena, const Book *, c->books.n);
    for (size_t i = 0; i < c->books.n; i++)
        place_book(c, c->books.at[i], set->books, &set->book_count);
#define TAKE(field, count)                                                                         \
    set->field = arena_copy(c->arena, c->field.at, c->field.n * sizeof(void *));                   \
    set->count = c->field.n
    TAKE(kinds, kind_count);
    TAKE(trees, tree_count);
    TAKE(roles, role_count);
    TAKE(lists, list_count);
    TAKE(figures, figure_count);
    TAKE(params, param_count);
    TAKE(flows, flow_count);
    TAKE(calendars, calendar_count);
#undef TAKE
}

static Compiler *compiler_open(Work *w, Problems *problems, Arena *arena)
{
    Compiler *c = arena_new(w->arena, Compiler);
    c->w = w;
    c->c = (Complaints){ w, problems };
    c->arena = arena;
    c->set = arena_new(arena, PackSet);
    c->set->arena = arena;
    c->symbols = map_open(arena);
    return c;
}

PackSet *pack_compile(Work *w, const PackSet *base, const Source *source, Registry *registry,
                      Problems *problems)
{
    Arena *arena = arena_open(SET_SOFT, SET_HARD);
    Compiler *c = compiler_open(w, problems, arena);
    c->registry = registry_open(w->arena);
    bool ok = registry_load(w, c->registry, registry_save(w->arena, registry)) &&
              loads_open(c, base, source);
    if (ok)
        compile_all(c);
    if (ok && arena_over(arena))
        ok = fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", arena_total(arena));
    problems_sort(problems);
    if (!ok || !work_ok(w) || problems->errors > 0) {
        arena_close(arena);
        return NULL;
    }
    set_finish(c);
    if (!registry_load(w, registry, registry_save(w->arena, c->registry))) {
        arena_close(arena);
        return NULL;
    }
    return c->set;
}

void packset_close(PackSet *set)
{
    if (set)
        arena_close(set->arena);
}

bool source_head(Work *w, const Source *source, Str *ret_name, Need **ret_needs, size_t *ret_count)
{
    Problems problems = { 0 };
    Compiler *c = compiler_open(w, &problems, w->arena);
    Load *load = arena_new(w->arena, Load);
    load_parse(c, load, source);
    if (!load->head || node_token(load->head)->kind != TOKEN_NAME)
        return fail(w, ERR_BAD_INPUT, "lang.no_pack file=%.*s",
                    STR_ARG(source->n ? source->files[0].name : STR("?")));
    const Node *needs = node_clause(load->head, WORD_NEEDS);
    *ret_needs = arena_array(w->arena, Need, needs ? node_count(needs) : 0);
    *ret_count = 0;
    for (const Node *n = needs ? needs->kid : NULL; n; n = n->next)
        (*ret_needs)[(*ret_count)++] =
            (Need){ node_name(n), n->kid ? (int32_t)node_token(n->kid)->number : 1 };
    *ret_name = node_name(load->head);
    return true;
}

/* ---- one expression over a finished set ---- */

/* A name of the set as a symbol that is done; `thing` is only read. */
static void symbol_put(Compiler *c, Load **loads, const PackSet *set, const Pack *pack,
                       SymbolKind kind, Str name, const void *thing)
{
    Symbol *s = arena_new(c->arena, Symbol);
    *s = (Symbol){ .kind = kind, .name = name, .state = SYMBOL_DONE };
    s->thing = (void *)(uintptr_t)thing;
    for (size_t i = 0; i < set->pack_count; i++)
        if (set->packs[i] == pack)
            s->load = loads[i];
    s->next = map_find(&c->symbols, name);
    map_put(&c->symbols, name, s);
    *list_push(c->arena, &c->all) = s;
}

static Load *loads_of_set(Compiler *c, const PackSet *set)
{
    Load *document = arena_new(c->arena, Load);
    document->pack = arena_new(c->arena, Pack);
    document->needs = arena_array(c->arena, Load *, set->pack_count);
    document->need_count = set->pack_count;
    for (size_t i = 0; i < set->pack_count; i++) {
        Load *load = arena_new(c->arena, Load);
        load->pack = arena_copy(c->arena, set->packs[i], sizeof *load->pack);
        document->needs[i] = load;
    }
    Load **loads = document->needs;
    for (size_t i = 0; i < set->kind_count; i++)
        symbol_put(c, loads, set, set->kinds[i]->pack, SYMBOL_KIND, set->kinds[i]->name,
                   set->kinds[i]);
    for (size_t i = 0; i < set->list_count; i++)
        symbol_put(c, loads, set, set->lists[i]->pack, SYMBOL_LIST, set->lists[i]->name,
                   set->lists[i]);
    for (size_t i = 0; i < set->book_count; i++)
        symbol_put(c, loads, set, set->books[i]->pack, SYMBOL_BOOK, set->books[i]->name,
                   set->books[i]);
    for (size_t i = 0; i < set->param_count; i++)
        symbol_put(c, loads, set, set->params[i]->pack, SYMBOL_PARAM, set->params[i]->name,
                   set->params[i]);
    for (size_t i = 0; i < set->figure_count; i++)
        symbol_put(c, loads, set, set->figures[i]->pack, SYMBOL_FIGURE, set->figures[i]->name,
                   set->figures[i]);
    return document;
}

Expr *expr_compile(Work *w, const PackSet *set, Str text, Problems *problems)
{
    Compiler *c = compiler_open(w, problems, w->arena);
    c->set->expr_count = set->expr_count;
    for (size_t i = 0; i < set->list_count; i++)
        *list_push(c->arena, &c->lists) = (List *)(uintptr_t)set->lists[i];
    Load *document = loads_of_set(c, set);
    File *file = arena_new(w->arena, File);
    *file = (File){ .name = STR(""), .text = str_copy(w->arena, text) };
    size_t before = problems->errors;
    lex_file(&c->c, w->arena, file);
    const Node *n = parse_expr_file(&c->c, w->arena, file);
    Typer t = { .c = c, .load = document };
    Scope scope = { .any_kind = true, .any_grain = true };
    Expr *e = n ? type_expr(&t, &scope, n, NULL) : NULL;
    problems_sort(problems);
    return problems->errors > before ? NULL : e;
}

/* ---- finding in a finished set ---- */

static bool is_named(Str name, Str asked, const Pack *pack)
{
    if (str_eq(name, asked))
        return true;
    size_t n = pack->name.n;
    return asked.n == n + 2 + name.n && str_starts(asked, pack->name) &&
           str_eq(str_sub(asked, n, 2), STR("::")) && str_eq(str_sub(asked, n + 2, name.n), name);
}

#define SET_FIND(function, Thing, field, count)                                                    \
    const Thing *function(const PackSet *set, Str name)                                            \
    {                                                                                              \
        for (size_t i = 0; i < set->count; i++)                                                    \
            if (is_named(set->field[i]->name, name, set->field[i]->pack))                          \
                return set->field[i];                                                              \
        return NULL;                                                                               \
    }
SET_FIND(set_kind, Kind, kinds, kind_count)
SET_FIND(set_book, Book, books, book_count)
SET_FIND(set_figure, Figure, figures, figure_count)
SET_FIND(set_list, List, lists, list_count)
SET_FIND(set_role, Role, roles, role_count)
SET_FIND(set_param, Param, params, param_count)
SET_FIND(set_calendar, Calendar, calendars, calendar_count)

const Tree *set_tree(const PackSet *set, Str name)
{
    for (size_t i = 0; i < set->tree_count; i++)
        if (str_eq(set->trees[i]->name, name))
            return set->trees[i];
    return NULL;
}

const Pack *set_pack(const PackSet *set, Str name)
{
    for (size_t i = 0; i < set->pack_count; i++)
        if (str_eq(set->packs[i]->name, name))
            return set->packs[i];
    return NULL;
}

const Kind *set_kind_number(const PackSet *set, int32_t number)
{
    for (size_t i = 0; i < set->kind_count; i++)
        if (set->kinds[i]->number == number)
            return set->kinds[i];
    return NULL;
}

const Book *set_book_number(const PackSet *set, int32_t number)
{
    for (size_t i = 0; i < set->book_count; i++)
        if (set->books[i]->number == number)
            return set->books[i];
    return NULL;
}

const Field *book_field(const Book *book, Str name)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (str_eq(book->fields[i]->name, name))
            return book->fields[i];
    return NULL;
}

const Item *list_item(const List *list, Str name)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (str_eq(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}

const Item *list_item_number(const List *list, int32_t number)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (list->items[i].number == number)
            return &list->items[i];
    return NULL;
}

/* One argument of a member's name, "_3" or "_item" at the head of *rest. */
static bool member_arg(const FigureParam *param, Str *rest, int64_t *ret)
{
    if (!str_starts(*rest, STR("_")))
        return false;
    Str text = str_sub(*rest, 1, rest->n);
    if (param->type.kind == TYPE_ITEM) {
        const Item *best = NULL; /* the longest: item names may hold _ too */
        for (size_t i = 0; i < param->type.list->item_count; i++) {
            const Item *item = &param->type.list->items[i];
            if (str_starts(text, item->name) && (!best || item->name.n > best->name.n))
                best = item;
        }
        if (!best)
            return false;
        *ret = best->number;
        *rest = str_sub(text, best->name.n, text.n);
        return true;
    }
    size_t n = 0;
    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    if (!num_parse_int(str_sub(text, 0, n), ret))
        return false;
    *rest = str_sub(text, n, text.n);
    return param->type.low > param->type.high ||
           (*ret >= param->type.low && *ret <= param->type.high);
}

const Figure *set_figure_member(const PackSet *set, Str name, int64_t *args, size_t max_args)
{
    const Figure *plain = set_figure(set, name);
    if (plain && plain->param_count == 0)
        return plain;
    for (size_t i = 0; i < set->figure_count; i++) {
        const Figure *f = set->figures[i];
        Str rest = name;
        if (str_starts(rest, f->pack->name) && str_eq(str_sub(rest, f->pack->name.n, 2), STR("::")))
            rest = str_sub(rest, f->pack->name.n + 2, rest.n);
        if (!f->param_count || f->param_count > max_args || !str_starts(rest, f->name))
            continue;
        rest = str_sub(rest, f->name.n, rest.n);
        size_t k = 0;
        while (k < f->param_count && member_arg(&f->params[k], &rest, &args[k]))
            k++;
        if (k == f->param_count && rest.n == 0)
            return f;
    }
    return NULL;
}

Str pack_word(const Pack *pack, const char *noun, Str path)
{
    char key[512];
    int n = snprintf(key, sizeof key, "%s %.*s", noun, STR_ARG(path));
    const char *text =
        n > 0 && (size_t)n < sizeof key ? map_find(&pack->words, (Str){ key, (size_t)n }) : NULL;
    return str_of(text);
}
