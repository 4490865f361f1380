/* What a pack must be before it loads: no rings of figures, a licence, nothing recorded that is
 * nobody's business, nothing asked twice, words complete; persons.c has the rules about persons.
 * Every refusal names its rule, so that an office can answer it. */
#include "base/utf8.h"
#include "lang/compile_int.h"

/* ---- rings ---- */

void vertex_add(Compiler *c, const void *thing, Str name, const Node *node)
{
    *list_push(c->arena, &c->vertices) = (Vertex){ thing, name, node->file, node_place(node) };
}

void edge_add(Typer *t, const void *to)
{
    if (t->owner)
        *list_push(t->c->arena, &t->c->edges) = (Edge){ t->owner, to };
}

typedef struct Ring {
    Compiler *c;
    Map mark;   /* thing as number -> state: 1 on the way, 2 done */
    Map vertex; /* thing as number -> Vertex */
    Map first;  /* thing as number -> index + 1 of its first edge */
    size_t *next;
    list_of(const Vertex *) way;
} Ring;

static const char mark_open[] = "open";
static const char mark_done[] = "done";

static int64_t key_of(const void *thing)
{
    return (int64_t)(intptr_t)thing;
}

static void ring_report(Ring *r, const Vertex *from)
{
    Buf path = buf_open(r->c->w->arena, 400);
    size_t i = 0;
    while (i < r->way.n && r->way.at[i] != from)
        i++;
    for (; i < r->way.n; i++) {
        buf_put(&path, r->way.at[i]->name);
        buf_putz(&path, " → ");
    }
    buf_put(&path, from->name);
    complain(&r->c->c, from->file, from->place, NULL, "lang.ring path=%.*s",
             STR_ARG(buf_str(&path)));
}

/* Depth-first over edges between figures, computed fields and books; chains are bounded by the
 * count of vertices on the way, which is bounded by the size of the packs. */
static void ring_walk(Ring *r, const void *thing)
{
    const Vertex *vertex = map_find_int(&r->vertex, key_of(thing));
    const char *mark = map_find_int(&r->mark, key_of(thing));
    if (!vertex || mark == mark_done || r->way.n > 1000)
        return;
    if (mark == mark_open) {
        ring_report(r, vertex);
        return;
    }
    map_put_int(&r->mark, key_of(thing), (void *)(uintptr_t)mark_open);
    *list_push(r->c->arena, &r->way) = vertex;
    size_t at = (size_t)(uintptr_t)map_find_int(&r->first, key_of(thing));
    for (; at; at = r->next[at - 1])
        ring_walk(r, r->c->edges.at[at - 1].to);
    r->way.n--;
    map_put_int(&r->mark, key_of(thing), (void *)(uintptr_t)mark_done);
}

void rules_cycles(Compiler *c)
{
    Ring r = { .c = c };
    r.mark = map_open(c->arena);
    r.vertex = map_open(c->arena);
    r.first = map_open(c->arena);
    r.next = arena_array(c->arena, size_t, c->edges.n);
    for (size_t i = 0; i < c->vertices.n; i++)
        map_put_int(&r.vertex, key_of(c->vertices.at[i].thing), &c->vertices.at[i]);
    for (size_t i = c->edges.n; i-- > 0;) {
        int64_t from = key_of(c->edges.at[i].from);
        r.next[i] = (size_t)(uintptr_t)map_find_int(&r.first, from);
        map_put_int(&r.first, from, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < c->vertices.n; i++)
        ring_walk(&r, c->vertices.at[i].thing);
}

/* ---- licence ---- */

static bool asks(const Load *load)
{
    for (size_t i = 0; i < load->decl_count; i++)
        if (load->decls[i]->kind == NODE_BOOK)
            return true;
    return false;
}

static void licence_part(Compiler *c, const Node *head, Word word)
{
    if (!node_clause(head, word))
        complain(&c->c, head->file, node_place(head), NULL, "lang.licence_part word=%s",
                 word_row(word)->en);
}

static void licence(Compiler *c, Load *load)
{
    const Node *head = load->head;
    if (!head && load->blind)
        return; /* an overlay has no pack of its own */
    if (!head) {
        complain(&c->c, load->file_count ? &load->files[0] : NULL, (Place){ 0, 1, 1, 1 }, NULL,
                 "lang.licence_missing");
        return;
    }
    Pack *pack = load->pack;
    const Node *title = node_kid(head, NODE_TITLE);
    const Node *version = node_clause(head, WORD_VERSION);
    const Node *owner = node_clause(head, WORD_OWNER);
    const Node *basis = node_clause(head, WORD_BASIS);
    const Node *from = node_clause(head, WORD_FROM);
    pack->title = title ? node_name(title) : STR("");
    pack->version = version && version->kid ? (int32_t)node_token(version->kid)->number : 0;
    if (head->broken)
        return;
    licence_part(c, head, WORD_OWNER);
    licence_part(c, head, WORD_BASIS);
    licence_part(c, head, WORD_FROM);
    if (owner && owner->kid) {
        pack->owned_by = who_of_node(c, load, NULL, owner->kid);
        pack->owner = node_text(owner->kid);
    }
    if (basis && basis->kid)
        pack->basis = node_name(basis->kid);
    if (basis && basis->kid && !pack->basis.n)
        complain(&c->c, head->file, node_span(basis), NULL, "lang.licence_part word=basis");
    if (basis && basis->kid && basis->kid->next)
        pack->approval = node_name(basis->kid->next);
    if (basis && !pack->approval.n)
        complain(&c->c, head->file, node_span(basis), NULL, "lang.licence_part word=approval");
    if (!from || !from->kid)
        return;
    pack->first_day = (int32_t)node_token(from->kid)->number;
    if (from->kid->next)
        pack->last_day = (int32_t)node_token(from->kid->next)->number;
    else if (asks(load))
        complain(&c->c, head->file, node_span(from), NULL, "lang.licence_end");
    if (pack->last_day < pack->first_day)
        complain(&c->c, head->file, node_span(from), NULL, "lang.licence_order");
}

/* ---- what is nobody's business ---- */

typedef struct Taboo {
    const char *rule; /* shown: what the law calls it */
    const char *han[14];
    const char *latin[10];
} Taboo;

static const Taboo taboos[] = {
    { "belief",
      { "信仰", "宗教", "信教", "教派", "教徒", "佛教", "道教", "基督教", "天主教", "伊斯兰" },
      { "belief", "beliefs", "religion", "religious", "faith", "church" } },
    { "health",
      { "健康状况", "身体状况", "病史", "病情", "患病", "疾病", "残疾", "病种", "精神状态", "血型",
        "基因" },
      { "health", "disease", "illness", "disability", "diagnosis", "medical", "gene" } },
    { "character",
      { "性格", "品行", "人品", "品德", "思想状况", "思想动态", "思想表现", "政治态度",
        "道德评价" },
      { "character", "personality", "morals", "morality", "conduct", "attitude" } },
};

/* Is the latin word a whole part of the name: parts stand between underscores. */
static bool has_part(Str name, const char *part)
{
    Str rest = name;
    Str piece;
    while (str_next(&rest, '_', &piece))
        if (str_is(piece, part))
            return true;
    return false;
}

static const char *taboo_of(Str name, Str title, const char **ret_rule)
{
    for (size_t i = 0; i < sizeof taboos / sizeof *taboos; i++) {
        *ret_rule = taboos[i].rule;
        for (size_t k = 0; k < 14 && taboos[i].han[k]; k++)
            if (str_find(title, str_of(taboos[i].han[k])) != SIZE_MAX ||
                str_find(name, str_of(taboos[i].han[k])) != SIZE_MAX)
                return taboos[i].han[k];
        for (size_t k = 0; k < 10 && taboos[i].latin[k]; k++)
            if (has_part(name, taboos[i].latin[k]))
                return taboos[i].latin[k];
    }
    return NULL;
}

static void check_taboo(Compiler *c, const Node *n, Str name, Str title)
{
    const char *rule;
    const char *word = taboo_of(name, title, &rule);
    if (word)
        complain(&c->c, n->file, node_place(n), NULL, "lang.taboo rule=%s word=%s", rule, word);
}

static Str title_of(const Node *n)
{
    const Node *title = node_kid(n, NODE_TITLE);
    return title ? node_name(title) : STR("");
}

/* Fields, choices and items below a declaration. */
static void taboos_below(Compiler *c, const Node *n)
{
    FOR_EACH (kid, n) {
        if (kid->kind == NODE_FIELD || kid->kind == NODE_ITEM)
            check_taboo(c, kid, node_name(kid), title_of(kid));
        const Node *type = kid->kind == NODE_FIELD ? node_kid(kid, NODE_TYPE) : NULL;
        for (const Node *item = type ? type->kid : NULL; item; item = item->next)
            if (item->kind == NODE_ITEM)
                check_taboo(c, item, node_name(item), title_of(item));
    }
}

static void forbidden(Compiler *c, const Load *load)
{
    for (size_t i = 0; i < load->decl_count; i++) {
        const Node *n = load->decls[i];
        FOR_EACH (move, n)
            if (n->kind == NODE_FLOW && move->kind == NODE_MOVE && move->kid && move_fields(move))
                taboos_below(c, move_fields(move));
        bool declares = n->kind == NODE_KIND || n->kind == NODE_BOOK || n->kind == NODE_LIST ||
                        n->kind == NODE_FIGURE;
        if (!declares || node_token(n)->kind != TOKEN_NAME)
            continue;
        check_taboo(c, n, node_name(n), title_of(n));
        taboos_below(c, n);
    }
}

/* ---- ask once ---- */

static bool share_kind(const Book *a, const Book *b)
{
    for (size_t i = 0; i < a->kind_count; i++)
        for (size_t k = 0; k < b->kind_count; k++)
            if (a->kinds[i] == b->kinds[k])
                return true;
    return false;
}

/* Two returns that ask the same units about the same period and the same keys. */
static bool same_return(const Book *a, const Book *b)
{
    if (a->form != BOOK_PER || b->form != BOOK_PER || a->every != b->every ||
        a->every_book != b->every_book || a->key_count != b->key_count || !share_kind(a, b))
        return false;
    for (size_t i = 0; i < a->key_count; i++)
        if (a->keys[i] != b->keys[i])
            return false;
    const Pack *p = a->pack;
    const Pack *q = b->pack;
    return p->first_day <= q->last_day && q->first_day <= p->last_day;
}

static bool same_question(const Field *a, const Field *b)
{
    if (a->computed || b->computed || a->until || b->until)
        return false;
    if (a->title.n && str_eq(a->title, b->title))
        return true;
    return str_eq(a->name, b->name) && type_same(a->type, b->type);
}

static void ask_once(Compiler *c, const Symbol *symbol, const Book *other)
{
    const Book *book = symbol->thing;
    for (size_t i = 0; i < book->field_count; i++)
        for (size_t k = 0; k < other->field_count; k++) {
            const Field *f = book->fields[i];
            bool self = book == other && (k >= i || str_eq(f->name, other->fields[k]->name));
            if (self || f->again.n || !same_question(f, other->fields[k]))
                continue;
            complain(&c->c, symbol->node->file, f->place, NULL,
                     "lang.ask_once field=%.*s other=%.*s.%.*s", STR_ARG(f->name),
                     STR_ARG(other->name), STR_ARG(other->fields[k]->name));
        }
}

/* Each later book against all before it; a book against itself by titles. */
static void asks_twice(Compiler *c, Load *load)
{
    for (size_t i = 0; i < c->all.n; i++) {
        const Symbol *symbol = c->all.at[i];
        if (symbol->load != load || symbol->kind != SYMBOL_BOOK)
            continue;
        for (size_t k = 0; k <= i; k++) {
            const Symbol *other = c->all.at[k];
            if (other->kind == SYMBOL_BOOK && same_return(symbol->thing, other->thing))
                ask_once(c, symbol, other->thing);
        }
    }
}

void rules_load(Compiler *c, Load *load)
{
    licence(c, load);
    forbidden(c, load);
    persons_load(c, load);
    asks_twice(c, load);
    words_load(c, load);
}
