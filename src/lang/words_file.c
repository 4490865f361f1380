/* words/en.txt of a pack: `path = English title`, one a line, complete or refused.
 *
 * A path is pack, NAME, LIST.ITEM, BOOK.FIELD, BOOK.FIELD.CHOICE, BOOK.check1, KIND.FIELD,
 * FLOW.STATE, FLOW.CLOCK, FLOW.from->to or FLOW.NAME of a move, FLOW.FIELD of what a move asks. A
 * line stands for every declaration of that path; write the noun before it (`figure band = …`) to
 * tell a figure from a list of the same name.
 */
#include "lang/compile_int.h"

typedef struct Wanted {
    const char *noun;
    Str path;
} Wanted;
typedef list_of(Wanted) WantedList;

static void want(Compiler *c, WantedList *all, const char *noun, Str path)
{
    for (size_t i = 0; i < all->n; i++)
        if (!strcmp(all->at[i].noun, noun) && str_eq(all->at[i].path, path))
            return;
    *list_push(c->arena, all) = (Wanted){ noun, path };
}

static void want_items(Compiler *c, WantedList *all, Str list, const Node *parent)
{
    FOR_EACH (item, parent)
        if (item->kind == NODE_ITEM)
            want(c, all, "item", path_of(c->arena, list, node_name(item)));
}

static void want_fields(Compiler *c, WantedList *all, Str owner, const Node *parent)
{
    int checks = 0;
    FOR_EACH (kid, parent) {
        bool check =
            kid->kind == NODE_CLAUSE && (kid->word == WORD_CHECK || kid->word == WORD_WARN);
        if (check)
            want(c, all, "check", str_printf(c->arena, "%.*s.check%d", STR_ARG(owner), ++checks));
        if (kid->kind != NODE_FIELD)
            continue;
        Str path = path_of(c->arena, owner, node_name(kid));
        want(c, all, "field", path);
        const Node *type = node_kid(kid, NODE_TYPE);
        if (type && type->word == WORD_CHOICE)
            want_items(c, all, path, type);
    }
}

static void want_move(Compiler *c, WantedList *all, Str flow, const Node *n)
{
    const Node *from = node_clause(n, WORD_NONE);
    const Node *fields = move_fields(n);
    if (fields)
        want_fields(c, all, flow, fields);
    bool named = n->word == WORD_DO && n->kid && n->kid->kind == NODE_NAME;
    FlowMove move = { .name = named ? node_name(n->kid) : STR(""), .to = node_name(n) };
    move.from = from ? move_from(from) : STR("");
    want(c, all, "move", path_of(c->arena, flow, flow_move_words(c->arena, &move)));
}

static void want_flow(Compiler *c, WantedList *all, Str flow, const Node *n)
{
    FOR_EACH (kid, n) {
        if (kid->kind == NODE_STATE)
            want(c, all, "state", path_of(c->arena, flow, node_name(kid)));
        else if (kid->kind == NODE_CLAUSE && kid->word == WORD_CLOCK)
            want(c, all, "clock", path_of(c->arena, flow, node_name(kid)));
        else if (kid->kind == NODE_MOVE && kid->kid)
            want_move(c, all, flow, kid);
    }
}

static void want_all(Compiler *c, const Load *load, WantedList *all)
{
    static const struct {
        NodeKind kind;
        const char *noun;
    } nouns[] = {
        { NODE_KIND, "kind" },   { NODE_TREE, "tree" },     { NODE_ROLE, "role" },
        { NODE_PARAM, "param" }, { NODE_LIST, "list" },     { NODE_BOOK, "book" },
        { NODE_FLOW, "flow" },   { NODE_FIGURE, "figure" }, { NODE_CALENDAR, "calendar" },
    };
    want(c, all, "pack", STR("pack"));
    for (size_t i = 0; i < load->decl_count; i++) {
        const Node *n = load->decls[i];
        for (size_t k = 0; k < sizeof nouns / sizeof *nouns; k++)
            if (n->kind == nouns[k].kind)
                want(c, all, nouns[k].noun, node_name(n));
        if (n->kind == NODE_LIST)
            want_items(c, all, node_name(n), n);
        if (n->kind == NODE_BOOK || n->kind == NODE_KIND)
            want_fields(c, all, node_name(n), n);
        if (n->kind == NODE_FLOW)
            want_flow(c, all, node_name(n), n);
    }
}

/* `noun path` or `path` of a line; puts the text under every wanted path it names. */
static bool put_word(Load *load, Arena *arena, const WantedList *all, Str path, Str text)
{
    bool found = false;
    for (size_t i = 0; i < all->n; i++) {
        Str noun = str_of(all->at[i].noun);
        Str full = str_printf(arena, "%.*s %.*s", STR_ARG(noun), STR_ARG(all->at[i].path));
        if (!str_eq(path, all->at[i].path) && !str_eq(path, full))
            continue;
        found = true;
        if (str_eq(path, full) || !map_find(&load->pack->words, full))
            map_put(&load->pack->words, full, str_z(arena, text));
    }
    return found;
}

static const char *nearest_path(Compiler *c, const WantedList *all, Str path)
{
    Str *names = arena_array(c->w->arena, Str, all->n);
    for (size_t i = 0; i < all->n; i++)
        names[i] = all->at[i].path;
    Str near = nearest_name(names, all->n, path);
    return near.n ? str_z(c->w->arena, near) : NULL;
}

/* A path written twice: one of the two would be lost without a word. */
static bool word_twice(Compiler *c, const Load *load, Map *seen, Str path, Place place)
{
    const Place *first = map_find(seen, path);
    if (first)
        complain(&c->c, load->words_file, place, NULL, "lang.words_twice path=%.*s line=%d",
                 STR_ARG(path), first->line);
    else
        map_put(seen, path, arena_copy(c->arena, &place, sizeof place));
    return first;
}

static void word_line(Compiler *c, Load *load, const WantedList *all, Map *seen, Str line,
                      int32_t number)
{
    Str text = str_trim(line);
    if (str_ends(text, STR("\r")))
        text = str_trim(str_sub(text, 0, text.n - 1));
    if (!text.n || text.p[0] == '#')
        return;
    Place place = { load->words_file->index, number, 1, 1 };
    size_t equal = str_find(text, STR(" = "));
    if (equal == SIZE_MAX) {
        complain(&c->c, load->words_file, place, NULL, "lang.words_form");
        return;
    }
    Str path = str_trim(str_sub(text, 0, equal));
    place.length = (int32_t)path.n;
    if (word_twice(c, load, seen, path, place))
        return;
    if (!put_word(load, c->arena, all, path, str_trim(str_sub(text, equal + 3, text.n))))
        complain(&c->c, load->words_file, place, nearest_path(c, all, path),
                 "lang.words_unknown path=%.*s", STR_ARG(path));
}

void words_load(Compiler *c, Load *load)
{
    if (!load->words_file)
        return;
    WantedList all = { 0 };
    want_all(c, load, &all);
    Str rest = load->words;
    Str line;
    int32_t number = 0;
    Map seen = map_open(c->arena); /* path -> Place of its line */
    while (str_next(&rest, '\n', &line))
        word_line(c, load, &all, &seen, line, ++number);
    for (size_t i = 0; i < all.n; i++) {
        Str full = str_printf(c->arena, "%s %.*s", all.at[i].noun, STR_ARG(all.at[i].path));
        if (!map_find(&load->pack->words, full))
            complain(&c->c, load->words_file, (Place){ load->words_file->index, 0, 0, 0 }, NULL,
                     "lang.words_missing noun=%s path=%.*s", all.at[i].noun,
                     STR_ARG(all.at[i].path));
    }
}

/* ---- what a book takes from its flow ---- */

static void share_word(Compiler *c, const Pack *from, Pack *to, const char *noun, Str path, Str as)
{
    Str key = str_printf(c->arena, "%s %.*s", noun, STR_ARG(as));
    Str english = pack_word(from, noun, path);
    if (english.n && !map_find(&to->words, key))
        map_put(&to->words, key, str_z(c->arena, english));
}

static void share_field(Compiler *c, const Book *book, const Field *field, Pack *to)
{
    const Pack *from = book->flow_type->pack;
    Str path = path_of(c->arena, book->flow, field->name);
    Str own = path_of(c->arena, book->name, field->name);
    const List *list = field->type.list;
    share_word(c, from, to, "field", path, own);
    for (size_t i = 0; list && str_eq(list->name, own) && i < list->item_count; i++)
        share_word(c, from, to, "item", path_of(c->arena, path, list->items[i].name),
                   path_of(c->arena, own, list->items[i].name));
}

/* The clock of a `within` is called what its move is. */
static void share_clock(Compiler *c, const Flow *flow, const FlowClock *clock, Str name, Pack *to)
{
    Str path = path_of(c->arena, flow->name, name);
    Str own = path_of(c->arena, flow->name, clock->name);
    Str english = pack_word(flow->pack, clock->of_move ? "move" : "clock", path);
    Str key = str_printf(c->arena, "clock %.*s", STR_ARG(own));
    if (english.n && !map_find(&to->words, key))
        map_put(&to->words, key, str_z(c->arena, english));
}

/* Titles of a flow stand with the pack that declares it; a book finds them with its own too, and
 * those of what moves ask among its fields. */
void words_share(Compiler *c)
{
    for (size_t i = 0; i < c->uses.n; i++) {
        const FlowUse *use = c->uses.at[i];
        const Flow *flow = use->flow;
        Pack *to = use->of_book->pack;
        for (size_t k = 0; k < flow->state_count; k++) {
            Str path = path_of(c->arena, flow->name, flow->states[k].name);
            share_word(c, flow->pack, to, "state", path, path);
        }
        for (size_t k = 0; k < flow->clock_count; k++) {
            const FlowClock *clock = &flow->clocks[k];
            Str name = clock->of_move ? flow_move_words(c->arena, clock->of_move) : clock->name;
            share_clock(c, flow, clock, name, to);
        }
        for (size_t k = 0; k < flow->move_count; k++) {
            Str path = path_of(c->arena, flow->name, flow_move_words(c->arena, &flow->moves[k]));
            share_word(c, flow->pack, to, "move", path, path);
        }
        for (size_t k = 0; k < use->ask_count; k++)
            share_field(c, use->book, use->asks[k].field, to);
    }
}
